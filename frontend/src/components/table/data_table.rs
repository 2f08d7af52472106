//! A table of rows that are all here.

use leptos::prelude::*;

use super::column::Column;
use super::head::heads;
use super::rows::{RowActions, row};
use super::sorting::{Sort, sort_rows};
use super::tools::{Hidden, column_chooser, csv_button, save_csv};
use crate::i18n::text;
use crate::live::use_live;
use crate::router::{Visit, use_router};

/// More rows than this are drawn on demand.
const FIRST_ROWS: usize = 50;

/// A table. Figures wait while the pointer is over it, so that no row moves under it.
#[component]
pub fn DataTable<T: Clone + PartialEq + Send + Sync + 'static>(
    /// Name, for files and for the columns the operator chose.
    name: &'static str,
    /// Heading.
    title: &'static str,
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
    /// All rows the engine counts, when it lists at most 1,000.
    #[prop(optional, into)]
    total: Signal<Option<i64>>,
    /// Opens what stands behind a row.
    #[prop(optional)]
    open: Option<Callback<T>>,
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
    let (router, hidden) = (use_router(), Hidden::of(name));
    let columns = StoredValue::new(columns);
    let wish = router.parameter(sort_parameter);
    let sort = Memo::new(move |_| wish.get().as_deref().map(Sort::parse));
    let sorted = Memo::new(move |_| {
        let mut rows = rows.get();
        columns.with_value(|columns| sort_rows(&mut rows, columns, sort.get().as_ref()));
        rows
    });
    let all = RwSignal::new(false);
    let count = Memo::new(move |_| sorted.with(Vec::len));
    let drawn = move || {
        if all.get() {
            count.get()
        } else {
            count.get().min(FIRST_ROWS)
        }
    };
    let press = Callback::new(move |column: String| {
        let next =
            Sort::after_press(sort.get_untracked().as_ref(), &column).map(|sort| sort.write());
        router.set(&[(sort_parameter, next.as_deref())], Visit::Replace);
    });
    let save = Callback::new(move |()| {
        columns.with_value(|columns| sorted.with_untracked(|rows| save_csv(name, columns, rows)));
    });
    let shown = move || columns.with_value(|columns| hidden.shown(columns));
    let actions = RowActions { open, controls };
    let body = move || {
        let shown = StoredValue::new(shown());
        view! {
            <For
                each=move || sorted.get().into_iter().take(drawn())
                key=move |item| key(item)
                children=move |item| shown.with_value(|columns| row(item, columns, actions))
            />
        }
    };
    let chooser = columns.with_value(|columns| column_chooser(columns, hidden));
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
        let total = total.get().filter(|total| *total > count.get() as i64)?;
        Some((text().tables.more_on_server)(total, count.get()))
    };
    view! {
        <section class="card-box">
            <div class="card-head">
                <h3>{title}</h3>
                {aside.run()}
                <span class="flex-1"></span>
                <Show when=move || { count.get() > 0 }>
                    <span class="text-xs text-muted num">{move || (text().tables.shown)(drawn(), count.get())}</span>
                </Show>
                {chooser}
                {csv_button(save)}
            </div>
            <Show when=move || { count.get() > 0 } fallback=move || empty.run()>
                <Frame title>
                    <table class="data" role="table">
                        <caption class="sr-only">{title}</caption>
                        <thead role="rowgroup">
                            <tr role="row">
                                {move || heads(&shown(), sort.get().as_ref(), press)}
                                {controls.map(|_| view! { <td role="cell"></td> })}
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{body}</tbody>
                    </table>
                </Frame>
            </Show>
            <div class="flex flex-col items-start gap-2 px-4 pb-3 empty:hidden">
                {more}
                <p class="text-xs text-muted empty:hidden">{beyond}</p>
            </div>
        </section>
    }
}

/// Where a table scrolls. It can be scrolled by the keyboard, and figures wait while the pointer is over it.
#[component]
pub(super) fn Frame(title: &'static str, children: Children) -> impl IntoView {
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
        <Show when=move || held_note(live.is_waiting(), held)>
            <p class="text-xs text-muted px-4 py-1" role="status">{text().tables.changed_below}</p>
        </Show>
    }
}

fn held_note(waiting: bool, held: StoredValue<bool>) -> bool {
    waiting && held.get_value()
}
