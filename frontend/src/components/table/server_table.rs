//! A table that shows one page of a list of the engine.

use leptos::prelude::*;
use viral_engine_api_types::Page;

use super::column::Column;
use super::data_table::Frame;
use super::head::heads;
use super::pager::Pager;
use super::rows::{RowActions, row};
use super::tools::{Hidden, column_chooser, csv_button, save_csv};
use crate::components::icon::{Icon, icon};
use crate::components::remote_view::RemoteView;
use crate::i18n::text;
use crate::remote::Remote;

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
    let hidden = Hidden::of(name);
    let columns = StoredValue::new(columns);
    let shown = move || columns.with_value(|columns| hidden.shown(columns));
    let save = Callback::new(move |()| {
        columns.with_value(|columns| {
            remote.data.with_untracked(|page| {
                if let Some(page) = page {
                    save_csv(name, columns, &page.items);
                }
            });
        });
    });
    let no_press = Callback::new(|_: String| {});
    let actions = RowActions { open, controls };
    let empty = StoredValue::new(empty);
    let chooser = columns.with_value(|columns| column_chooser(columns, hidden));
    let export_link = move || {
        export.get().map(|href| {
            view! { <a class="btn btn-ghost btn-xs" href=href download="">{icon(Icon::Download)} {text().tables.export_all}</a> }
        })
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
            <RemoteView remote name=title lines=8 let:page>
                <Show
                    when=move || page.with(|page| !page.items.is_empty())
                    fallback=move || empty.with_value(ViewFn::run)
                >
                    <Frame title>
                        <table class="data" role="table">
                            <caption class="sr-only">{title}</caption>
                            <thead role="rowgroup">
                                <tr role="row">
                                    {move || heads(&shown(), None, no_press)}
                                    {controls.map(|_| view! { <td role="cell"></td> })}
                                </tr>
                            </thead>
                            <tbody role="rowgroup">
                                {move || {
                                    let shown = StoredValue::new(shown());
                                    view! {
                                        <For
                                            each=move || page.get().items
                                            key=move |item| key(item)
                                            children=move |item| shown.with_value(|columns| row(item, columns, actions))
                                        />
                                    }
                                }}
                            </tbody>
                        </table>
                    </Frame>
                </Show>
                <Pager
                    previous=Signal::derive(move || page.with(|page| page.prev_cursor.clone()))
                    next=Signal::derive(move || page.with(|page| page.next_cursor.clone()))
                    parameter=cursor_parameter
                />
            </RemoteView>
        </section>
    }
}
