//! Finding rows among those that are here, by what stands in any of their cells. For lists that the engine does not
//! filter.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::rows::Row;
use crate::i18n::text;
use crate::router::{Visit, use_router};

/// The address follows once typing pauses: browsers refuse to change it at every key.
const PAUSE: Duration = Duration::from_millis(200);

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Find {
    parameter: Option<&'static str>,
    wish: Memo<Option<String>>,
}

impl Find {
    /// As the address says; a table without a parameter can not be searched.
    pub fn of(parameter: Option<&'static str>) -> Self {
        Self {
            parameter,
            wish: use_router().parameter(parameter.unwrap_or_default()),
        }
    }

    /// The rows of which a cell holds what is looked for, whatever its case.
    pub fn narrow(&self, mut rows: Vec<Row>, columns: usize) -> Vec<Row> {
        let needle = self.wish.get().unwrap_or_default().trim().to_lowercase();
        if self.parameter.is_some() && !needle.is_empty() {
            rows.retain(|row| {
                let mut cells = row.csv(columns).into_iter();
                cells.any(|cell| cell.to_lowercase().contains(&needle))
            });
        }
        rows
    }

    /// The field to type into.
    pub fn field(&self) -> Option<AnyView> {
        let (parameter, wish, router) = (self.parameter?, self.wish, use_router());
        let mut settle = debounce(PAUSE, move |typed: String| {
            router.set(&[(parameter, Some(&typed))], Visit::Replace);
        });
        let field = view! {
            <input
                class="input input-xs w-36"
                type="search"
                autocomplete="off"
                data-filter=""
                aria-label=text().tables.find
                placeholder=text().tables.find
                prop:value=move || wish.get().unwrap_or_default()
                on:input=move |event| settle(event_target_value(&event))
            />
        };
        Some(field.into_any())
    }

    /// What stands there when no row holds it.
    pub fn nothing(&self) -> AnyView {
        let wish = self.wish;
        let words = move || (text().tables.find_nothing)(&wish.get().unwrap_or_default());
        view! { <p class="p-4 text-muted break-words" role="status">{words}</p> }.into_any()
    }
}
