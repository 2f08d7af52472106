//! The table itself: head and rows, in a frame that scrolls.

use leptos::prelude::*;

use super::head;
use super::rows::{Head, Row, draw};
use super::sorting::Sort;
use super::tools::Hidden;
use crate::i18n::text;
use crate::live::use_live;

/// What a grid shows.
#[derive(Clone, Copy)]
pub struct Grid {
    /// Heading, for the caption.
    pub title: &'static str,
    /// Heads of all columns.
    pub heads: StoredValue<Vec<Head>>,
    /// Columns the operator has hidden.
    pub hidden: Hidden,
    /// Rows that are drawn.
    pub rows: Signal<Vec<Row>>,
    /// Order, when the operator chose one.
    pub sort: Signal<Option<Sort>>,
    /// Called with the column whose head was pressed.
    pub press: Callback<String>,
    /// What stands in the head above what rows begin with; none when they begin with their first cell.
    pub lead: Option<Callback<(), AnyView>>,
    /// Whether rows end with controls.
    pub controls: bool,
}

impl Grid {
    fn shown(&self) -> Vec<usize> {
        self.heads.with_value(|heads| self.hidden.shown(heads))
    }

    fn draw_heads(&self) -> AnyView {
        let (shown, sort) = (self.shown(), self.sort.get());
        self.heads
            .with_value(|heads| head::draw(heads, &shown, sort.as_ref(), self.press))
    }
}

/// Draws a grid.
pub fn grid(grid: Grid) -> AnyView {
    // Rows are drawn anew when the columns change, and one by one when the data does.
    let body = move || {
        let shown = StoredValue::new(grid.shown());
        let row = move |row: Row| {
            grid.heads
                .with_value(|heads| shown.with_value(|shown| draw(&row, heads, shown)))
        };
        view! { <For each=move || grid.rows.get() key=|row| row.key.clone() children=row/> }
            .into_any()
    };
    let lead = grid
        .lead
        .map(|lead| view! { <th scope="col" role="columnheader" class="lead">{lead.run(())}</th> });
    let controls = grid.controls.then(|| view! { <td role="cell"></td> });
    view! {
        <Frame title=grid.title>
            <table class="data" role="table">
                <caption class="sr-only">{grid.title}</caption>
                <thead role="rowgroup"><tr role="row">{lead} {move || grid.draw_heads()} {controls}</tr></thead>
                <tbody role="rowgroup">{body}</tbody>
            </table>
        </Frame>
    }
    .into_any()
}

/// Where a table scrolls. It can be scrolled by the keyboard, and figures wait while the pointer is over it.
#[component]
fn Frame(title: &'static str, children: Children) -> impl IntoView {
    let live = use_live();
    let held = StoredValue::new(false);
    let hold = move |now: bool| {
        if held.try_get_value() == Some(!now) {
            held.set_value(now);
            live.hold(now);
        }
    };
    on_cleanup(move || {
        if held.try_get_value() == Some(true) {
            live.hold(false);
        }
    });
    view! {
        <div
            class="table-scroll mt-2"
            tabindex="0"
            role="region"
            aria-label=title
            on:pointerenter=move |_| hold(true)
            on:pointerleave=move |_| hold(false)
        >
            {children()}
        </div>
        <Show when=move || live.is_waiting() && held.get_value()>
            <p class="text-xs text-muted px-4 py-1" role="status">{text().tables.changed_below}</p>
        </Show>
    }
}
