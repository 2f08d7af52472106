//! A table of rows that are all here.

use std::sync::Arc;

use leptos::prelude::*;

use super::column::Column;
use super::find::Find;
use super::grid::{Grid, grid};
use super::rows::{Head, Opening, Row, RowMaker};
use super::sorting::{Sort, press_of, sort_of};
use super::tools::{Hidden, column_chooser, csv_button, save_csv};
use crate::i18n::text;
use crate::router::Router;

/// More rows than this are drawn on demand.
const FIRST_ROWS: usize = 50;

/// A table. Figures wait while the pointer is over it, so that no row moves under it.
#[component]
pub fn DataTable<T: Clone + Send + Sync + 'static>(
    /// Name, for files and for the columns the operator chose.
    name: &'static str,
    /// Heading.
    title: &'static str,
    /// Whether it stands right below the page's own heading.
    #[prop(optional)]
    top: bool,
    /// Rows, in the engine's order.
    #[prop(into)]
    rows: Signal<Vec<T>>,
    /// Columns; the first names the row.
    columns: Vec<Column<T>>,
    /// Identity of a row, which changes whenever what is shown of it does.
    key: fn(&T) -> String,
    /// Parameter of the address that keeps the order.
    #[prop(default = "sort")]
    sort_parameter: &'static str,
    /// Parameter of the address that keeps what is looked for in the list; none when it is too short to search.
    #[prop(optional)]
    find_parameter: Option<&'static str>,
    /// All rows the engine counts, when it lists at most 1,000.
    #[prop(optional, into)]
    total: Signal<Option<i64>>,
    /// Opens what stands behind a row.
    #[prop(optional)]
    open: Option<Callback<T>>,
    /// Where what stands behind a row has an address of its own; it wins over `open`.
    #[prop(optional)]
    address: Option<fn(&T, Router) -> String>,
    /// Controls at the end of each row.
    #[prop(optional)]
    controls: Option<fn(&T) -> AnyView>,
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
        lead: None,
        controls,
    });
    let sort = sort_of(sort_parameter);
    let table = Table {
        name,
        title,
        top,
        heads: maker.heads(),
        controls: controls.is_some(),
        rows: Signal::derive(move || rows.with(|items| maker.rows(items, sort.get().as_ref()))),
        sort,
        sort_parameter,
        find: Find::of(find_parameter),
        total,
    };
    draw(table, aside, empty)
}

/// A table without the type of its rows.
struct Table {
    name: &'static str,
    title: &'static str,
    top: bool,
    heads: Vec<Head>,
    controls: bool,
    rows: Signal<Vec<Row>>,
    sort: Signal<Option<Sort>>,
    sort_parameter: &'static str,
    find: Find,
    total: Signal<Option<i64>>,
}

fn draw(table: Table, aside: ViewFn, empty: ViewFn) -> AnyView {
    let hidden = Hidden::of(table.name);
    let Table {
        name,
        title,
        top,
        heads,
        controls,
        rows,
        sort,
        sort_parameter,
        find,
        total,
    } = table;
    let (all_rows, columns) = (rows, heads.len());
    let rows = Signal::derive(move || find.narrow(all_rows.get(), columns));
    let chooser = column_chooser(&heads, hidden);
    let heads = StoredValue::new(heads);
    let all = RwSignal::new(false);
    let count = Memo::new(move |_| rows.with(Vec::len));
    let drawn = move || {
        if all.get() {
            count.get()
        } else {
            count.get().min(FIRST_ROWS)
        }
    };
    let press = press_of(sort, sort_parameter);
    let save = Callback::new(move |()| {
        heads.with_value(|heads| save_csv(name, heads, &rows.get_untracked()));
    });
    let first = Signal::derive(move || {
        let mut rows = rows.get();
        rows.truncate(drawn());
        rows
    });
    let shown = Grid {
        title,
        heads,
        hidden,
        rows: first,
        sort,
        press,
        lead: None,
        controls,
    };
    let filled = Memo::new(move |_| all_rows.with(|rows| !rows.is_empty()));
    let found = Memo::new(move |_| count.get() > 0);
    let content = move || match (filled.get(), found.get()) {
        (true, true) => grid(shown),
        (true, false) => find.nothing(),
        (false, _) => empty.run(),
    };
    let counted = move || {
        filled
            .get()
            .then(|| (text().tables.shown)(drawn(), count.get()))
    };
    let more = move || {
        (drawn() < count.get()).then(|| {
            view! {
                <button type="button" class="btn btn-sm" on:click=move |_| all.set(true)>
                    {(text().tables.show_all)(count.get() as i64)}
                </button>
            }
        })
    };
    let beyond = move || {
        let listed = all_rows.with(Vec::len);
        let total = total.get().filter(|total| *total > listed as i64)?;
        Some(
            view! { <p class="text-xs text-muted">{(text().tables.more_on_server)(total, listed)}</p> },
        )
    };
    let heading = match top {
        true => view! { <h2>{title}</h2> }.into_any(),
        false => view! { <h3>{title}</h3> }.into_any(),
    };
    view! {
        <section class="card-box">
            <div class="card-head">
                {heading}
                {aside.run()}
                <span class="flex-1"></span>
                {move || filled.get().then(|| find.field())}
                <span class="text-xs text-muted num">{counted}</span>
                {chooser}
                {csv_button(save)}
            </div>
            {content}
            <div class="table-foot">{more} {beyond}</div>
        </section>
    }
    .into_any()
}
