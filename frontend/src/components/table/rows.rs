//! The rows of a table. A row opens by a press anywhere on it, or by the button in its first cell.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::column::Column;

/// What a row does besides being read.
pub struct RowActions<T: 'static> {
    /// Opens what stands behind the row.
    pub open: Option<Callback<T>>,
    /// Controls at the end of the row.
    pub controls: Option<fn(&T) -> AnyView>,
}

impl<T> Clone for RowActions<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RowActions<T> {}

/// One row.
pub fn row<T: Clone + Send + Sync + 'static>(
    item: T,
    columns: &[Column<T>],
    actions: RowActions<T>,
) -> AnyView {
    let cells = columns.iter().enumerate().map(|(place, column)| {
        let content = (column.cell)(&item);
        let content = match (place, actions.open) {
            (0, Some(open)) => opener(item.clone(), open, content),
            _ => content,
        };
        view! { <td role="cell" class=column.class() data-label=column.head>{content}</td> }
    });
    let cells = cells.collect_view();
    let controls = actions.controls.map(|controls| {
        view! { <td role="cell" class="right"><span class="inline-flex gap-1">{controls(&item)}</span></td> }
    });
    let opens = actions.open.is_some();
    view! {
        <tr
            role="row"
            data-opens=opens.to_string()
            on:click=move |event| {
                if let (Some(open), false) = (actions.open, on_control(&event)) {
                    open.run(item.clone());
                }
            }
        >
            {cells}
            {controls}
        </tr>
    }
    .into_any()
}

fn opener<T: Clone + Send + Sync + 'static>(
    item: T,
    open: Callback<T>,
    content: AnyView,
) -> AnyView {
    view! { <button type="button" class="row-open" on:click=move |_| open.run(item.clone())>{content}</button> }.into_any()
}

/// Whether a press fell on something that has an effect of its own.
fn on_control(event: &web_sys::MouseEvent) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        element
            .closest("a, button, input, select, label")
            .ok()
            .flatten()
            .is_some()
    })
}
