//! The head of a table, with the buttons that sort.

use leptos::prelude::*;

use super::column::Column;
use super::sorting::Sort;
use crate::components::icon::{Icon, icon};
use crate::i18n::text;

/// Heads of the columns that are shown.
pub fn heads<T>(columns: &[Column<T>], sort: Option<&Sort>, press: Callback<String>) -> AnyView {
    let heads = columns.iter().map(|column| {
        let current = sort.filter(|sort| sort.column == column.id);
        match column.order {
            Some(_) => sorting_head(column.id, column.head, column.class(), current, press),
            None => view! { <th scope="col" role="columnheader" class=column.class()>{column.head}</th> }.into_any(),
        }
    });
    heads.collect_view().into_any()
}

fn sorting_head(
    id: &'static str,
    head: &'static str,
    class: &'static str,
    current: Option<&Sort>,
    press: Callback<String>,
) -> AnyView {
    let (order, mark) = match current {
        None => (None, None),
        Some(sort) if sort.descending => (Some("descending"), Some(Icon::ArrowDown)),
        Some(_) => (Some("ascending"), Some(Icon::ArrowUp)),
    };
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=order>
            <button
                type="button"
                class="sort-button"
                title=(text().tables.sort_by)(head)
                on:click=move |_| press.run(id.to_owned())
            >
                {head}
                {mark.map(icon)}
            </button>
        </th>
    }
    .into_any()
}
