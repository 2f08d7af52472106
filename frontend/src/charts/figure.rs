//! What every chart stands in: heading, explanation, table of the same figures, and export.

use leptos::html;
use leptos::prelude::*;

use super::export::{save_png, save_svg};
use crate::browser::download::save_text;
use crate::components::{Icon, InfoTip, Menu, Metric, Tone, icon, use_toasts};
use crate::format::csv::csv;
use crate::i18n::text;

/// The figures of a chart as a table. The first column names the row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartTable {
    /// Heads of the columns.
    pub head: Vec<String>,
    /// Rows, as shown.
    pub rows: Vec<Vec<String>>,
    /// Rows for machines: times by ISO 8601, figures without separators.
    pub csv: Vec<Vec<String>>,
}

/// A chart with its heading and tools.
#[component]
pub fn ChartFigure(
    /// Heading.
    title: &'static str,
    /// Name of exported files, without ending.
    file: &'static str,
    /// What there is to know about the figures.
    #[prop(into)]
    metric: Signal<Metric>,
    /// The figures as a table.
    #[prop(into)]
    table: Signal<ChartTable>,
    /// The chart.
    children: ChildrenFn,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let holder = NodeRef::<html::Div>::new();
    let toggle_label = move || {
        if as_table.get() {
            text().charts.as_chart
        } else {
            text().charts.as_table
        }
    };
    let toggle_icon = move || {
        icon(if as_table.get() {
            Icon::Chart
        } else {
            Icon::Table
        })
    };
    view! {
        <figure class="card-box h-full">
            <figcaption class="card-head">
                <h2>{title}</h2>
                <InfoTip metric/>
                <span class="flex-1"></span>
                <button type="button" class="btn btn-ghost btn-xs" on:click=move |_| as_table.update(|it| *it = !*it)>
                    {toggle_icon} {toggle_label}
                </button>
                <ExportMenu holder title file table as_table/>
            </figcaption>
            <div class="card-body" node_ref=holder>
                {move || if as_table.get() {
                    view! { <TableView title table/> }.into_any()
                } else {
                    children().into_any()
                }}
            </div>
        </figure>
    }
}

/// PNG, SVG or CSV.
#[component]
fn ExportMenu(
    holder: NodeRef<html::Div>,
    title: &'static str,
    file: &'static str,
    table: Signal<ChartTable>,
    as_table: RwSignal<bool>,
) -> impl IntoView {
    let (open, toasts) = (RwSignal::new(false), use_toasts());
    let failed = move || toasts.show(Tone::Bad, text().charts.export_failed);
    let save = move |kind: &'static str| {
        open.set(false);
        let Some(holder) = holder.get_untracked() else {
            return;
        };
        match kind {
            "PNG" => save_png(&holder, title, file.to_owned(), failed),
            "SVG" => {
                if !save_svg(&holder, title, file) {
                    failed();
                }
            }
            _ => table.with_untracked(|table| {
                save_text(
                    &format!("{file}.csv"),
                    "text/csv",
                    &csv(&table.head, &table.csv),
                );
            }),
        }
    };
    let item = move |kind: &'static str| {
        view! { <button type="button" class="menu-item" on:click=move |_| save(kind)>{kind}</button> }
    };
    let pictures = move || (!as_table.get()).then(|| ["PNG", "SVG"].map(item));
    let button = move || view! { {icon(Icon::Download)} {text().charts.export} };
    view! {
        <Menu button class="btn btn-ghost btn-xs" right=true open>
            {pictures}
            {item("CSV")}
        </Menu>
    }
}

#[component]
fn TableView(title: &'static str, table: Signal<ChartTable>) -> impl IntoView {
    let side = |place: usize| if place == 0 { "" } else { "right" };
    let head = move || {
        let cells = table.get().head.into_iter().enumerate();
        cells
            .map(|(place, name)| view! { <th scope="col" class=side(place)>{name}</th> })
            .collect_view()
    };
    let rows = move || {
        let row = |cells: Vec<String>| {
            let heads = table.with_untracked(|table| table.head.clone());
            let cells = cells.into_iter().zip(heads).enumerate();
            let cells = cells.map(
                |(place, (cell, head))| view! { <td class=side(place) data-label=head>{cell}</td> },
            );
            view! { <tr>{cells.collect_view()}</tr> }
        };
        table.get().rows.into_iter().map(row).collect_view()
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=title>
            <table class="data">
                <caption class="sr-only">{title}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
