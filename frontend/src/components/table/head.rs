//! The head of a table, with the buttons that sort.

use leptos::prelude::*;

use super::rows::Head;
use super::sorting::Sort;
use crate::components::icon::{Icon, icon};
use crate::i18n::text;

/// The heads that are shown, given by their places.
pub fn draw(
    heads: &[Head],
    shown: &[usize],
    sort: Option<&Sort>,
    press: Callback<String>,
) -> AnyView {
    let cells: Vec<AnyView> = shown
        .iter()
        .map(|place| draw_one(heads[*place], sort, press))
        .collect();
    cells.into_any()
}

fn draw_one(head: Head, sort: Option<&Sort>, press: Callback<String>) -> AnyView {
    if !head.sorts {
        return view! { <th scope="col" role="columnheader" class=head.class()>{head.name}</th> }
            .into_any();
    }
    let (order, mark) = match sort.filter(|sort| sort.column == head.id) {
        None => (None, None),
        Some(sort) if sort.descending => (Some("descending"), Some(Icon::ArrowDown)),
        Some(_) => (Some("ascending"), Some(Icon::ArrowUp)),
    };
    view! {
        <th scope="col" role="columnheader" class=head.class() aria-sort=order>
            <button
                type="button"
                class="sort-button"
                title=(text().tables.sort_by)(head.name)
                on:click=move |_| press.run(head.id.to_owned())
            >
                {head.name}
                {mark.map(icon)}
            </button>
        </th>
    }
    .into_any()
}
