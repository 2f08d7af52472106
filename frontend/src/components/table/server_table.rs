//! A table that shows one page of a list of the engine.

use std::sync::Arc;

use leptos::prelude::*;
use viral_engine_api_types::Page;

use super::column::Column;
use super::grid::{Grid, grid};
use super::pager::Pager;
use super::rows::{Head, Opening, Row, RowMaker};
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

/// A table of one page. The order is the engine's; CSV holds the page, `export` all that match.
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
    /// Opens what stands behind a row.
    #[prop(optional)]
    open: Option<Callback<T>>,
    /// Where what stands behind a row has an address of its own; it wins over `open`.
    #[prop(optional)]
    address: Option<fn(&T, Router) -> String>,
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
        controls,
    });
    let table = Table {
        name,
        title,
        heads: maker.heads(),
        controls: controls.is_some(),
        page: Signal::derive(move || {
            remote.data.with(|page| {
                let page = page.as_ref()?;
                let rows = maker.rows(&page.items, None);
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
    controls: bool,
    page: Signal<Option<Rows>>,
    loading: RwSignal<bool>,
    slow: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    reload: Callback<()>,
    cursor_parameter: &'static str,
    export: Signal<Option<String>>,
}

fn draw(table: Table, aside: ViewFn, empty: ViewFn) -> AnyView {
    let hidden = Hidden::of(table.name);
    let Table {
        name,
        title,
        heads,
        controls,
        page,
        loading,
        slow,
        error,
        reload,
        cursor_parameter,
        export,
    } = table;
    let chooser = column_chooser(&heads, hidden);
    let heads = StoredValue::new(heads);
    let rows = Signal::derive(move || page.get().map(|page| page.rows).unwrap_or_default());
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
        sort: Signal::stored(None),
        press: Callback::new(|_| {}),
        controls,
    };
    let count =
        Memo::new(move |_| page.with(|page| page.as_ref().map(|page| page.rows.is_empty())));
    let content = move || match count.get() {
        Some(false) => grid(shown),
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
    view! {
        <section class="card-box">
            <div class="card-head">
                <h2>{title}</h2>
                {aside.run()}
                <span class="flex-1"></span>
                {chooser}
                {csv_button(save)}
                {export_link}
            </div>
            {failure}
            {content}
            <Pager
                previous=Signal::derive(move || page.with(|page| page.as_ref()?.previous.clone()))
                next=Signal::derive(move || page.with(|page| page.as_ref()?.next.clone()))
                parameter=cursor_parameter
            />
        </section>
    }
    .into_any()
}
