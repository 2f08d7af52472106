//! A table that shows one page of a list of the engine.

use std::sync::Arc;

use leptos::prelude::*;
use viral_engine_api_types::Page;

use super::column::{Column, Lead};
use super::find::Find;
use super::grid::{Grid, grid};
use super::pager::Pager;
use super::rows::{Head, Opening, Row, RowMaker};
use super::sorting::{Sort, press_of, sort_of};
use super::tools::{Hidden, column_chooser, csv_button, save_csv};
use crate::api::ApiError;
use crate::components::error_panel::ErrorPanel;
use crate::components::icon::{Icon, icon};
use crate::components::skeleton::{Shape, Skeleton};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::Router;

/// Rows of the skeleton.
const SKELETON_ROWS: usize = 8;

/// A table of one page. The order is the engine's until the operator sorts the page; CSV holds the page, `export` all
/// that match.
#[component]
pub fn ServerTable<T: Clone + PartialEq + Send + Sync + 'static>(
    /// Name, for files and for the columns the operator chose.
    name: &'static str,
    /// Heading.
    title: &'static str,
    /// The page.
    remote: Remote<Page<T>>,
    /// Columns; the first names the row.
    columns: Vec<Column<T>>,
    /// Identity of a row, which changes whenever what is shown of it does.
    key: fn(&T) -> String,
    /// Parameter of the address that keeps the cursor.
    #[prop(default = "cursor")]
    cursor_parameter: &'static str,
    /// Parameter of the address that keeps the order of the page.
    #[prop(default = "sort")]
    sort_parameter: &'static str,
    /// Parameter of the address that keeps what is looked for on the page; none for lists with filters.
    #[prop(optional)]
    find_parameter: Option<&'static str>,
    /// Opens what stands behind a row.
    #[prop(optional)]
    open: Option<Callback<T>>,
    /// Where what stands behind a row has an address of its own; it wins over `open`.
    #[prop(optional)]
    address: Option<fn(&T, Router) -> String>,
    /// What rows begin with, and what stands in the head above it.
    #[prop(optional)]
    lead: Option<Lead<T>>,
    /// Controls at the end of each row.
    #[prop(optional)]
    controls: Option<fn(&T) -> AnyView>,
    /// Address of the engine's export of all that match.
    #[prop(optional, into)]
    export: Signal<Option<String>>,
    /// What stands beside the heading: an explanation, filters.
    #[prop(optional, into)]
    aside: ViewFn,
    /// What stands there when there are no rows.
    #[prop(into)]
    empty: ViewFn,
) -> impl IntoView {
    let maker = Arc::new(RowMaker {
        columns,
        key,
        opening: Opening::of(address, open),
        lead: lead.map(|lead| lead.row),
        controls,
    });
    let sort = sort_of(sort_parameter);
    let table = Table {
        name,
        title,
        heads: maker.heads(),
        lead: lead.map(|lead| lead.head),
        controls: controls.is_some(),
        page: Signal::derive(move || {
            remote.data.with(|page| {
                let page = page.as_ref()?;
                let rows = maker.rows(&page.items, sort.get().as_ref());
                Some(Rows {
                    rows,
                    previous: page.prev_cursor.clone(),
                    next: page.next_cursor.clone(),
                })
            })
        }),
        loading: remote.loading,
        slow: remote.slow,
        error: remote.error,
        reload: Callback::new(move |()| remote.reload()),
        cursor_parameter,
        sort,
        sort_parameter,
        find: Find::of(find_parameter),
        export,
    };
    draw(table, aside, empty)
}

/// A page without the type of its items.
#[derive(Clone)]
struct Rows {
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
}

/// A table without the type of its rows.
struct Table {
    name: &'static str,
    title: &'static str,
    heads: Vec<Head>,
    lead: Option<Callback<(), AnyView>>,
    controls: bool,
    page: Signal<Option<Rows>>,
    loading: RwSignal<bool>,
    slow: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    reload: Callback<()>,
    cursor_parameter: &'static str,
    sort: Signal<Option<Sort>>,
    sort_parameter: &'static str,
    find: Find,
    export: Signal<Option<String>>,
}

fn draw(table: Table, aside: ViewFn, empty: ViewFn) -> AnyView {
    let hidden = Hidden::of(table.name);
    let Table {
        name,
        title,
        heads,
        lead,
        controls,
        page,
        loading,
        slow,
        error,
        reload,
        cursor_parameter,
        sort,
        sort_parameter,
        find,
        export,
    } = table;
    let chooser = column_chooser(&heads, hidden);
    let heads = StoredValue::new(heads);
    let columns = heads.with_value(Vec::len);
    let rows = Signal::derive(move || {
        find.narrow(
            page.get().map(|page| page.rows).unwrap_or_default(),
            columns,
        )
    });
    let save = Callback::new(move |()| {
        heads.with_value(|heads| save_csv(name, heads, &rows.get_untracked()));
    });
    let export_link = move || {
        export.get().map(|href| {
            view! { <a class="btn btn-ghost btn-xs" href=href download="">{icon(Icon::Download)} {text().tables.export_all}</a> }
        })
    };
    let shown = Grid {
        title,
        heads,
        hidden,
        rows,
        sort,
        press: press_of(sort, sort_parameter),
        lead,
        controls,
    };
    let count =
        Memo::new(move |_| page.with(|page| page.as_ref().map(|page| page.rows.is_empty())));
    let found = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    let content = move || match count.get() {
        Some(false) if found.get() => grid(shown),
        Some(false) => find.nothing(),
        Some(true) => empty.run(),
        None if loading.get() => {
            view! { <Skeleton shape=Shape::Lines(SKELETON_ROWS) visible=slow/> }.into_any()
        }
        None => ().into_any(),
    };
    let failure = move || {
        let error = error.get()?;
        Some(
            view! { <ErrorPanel heading=(text().states.failed_to_load)(title) error retry=reload/> },
        )
    };
    // The engine's list is newest first; an order of the operator's choice is that of the page alone.
    let partial = move || {
        let goes_on = |page: &Rows| page.previous.is_some() || page.next.is_some();
        let goes_on = page.with(|page| page.as_ref().is_some_and(goes_on));
        (sort.with(Option::is_some) && goes_on).then(
            || view! { <p class="text-xs text-muted px-4 pt-2">{text().tables.sorted_page}</p> },
        )
    };
    let filled = move || count.get() == Some(false);
    view! {
        <section class="card-box">
            <div class="card-head">
                <h2>{title}</h2>
                {aside.run()}
                <span class="flex-1"></span>
                {move || filled().then(|| find.field())}
                {chooser}
                {csv_button(save)}
                {export_link}
            </div>
            {failure}
            {content}
            {partial}
            <Pager
                previous=Signal::derive(move || page.with(|page| page.as_ref()?.previous.clone()))
                next=Signal::derive(move || page.with(|page| page.as_ref()?.next.clone()))
                parameter=cursor_parameter
            />
        </section>
    }
    .into_any()
}
