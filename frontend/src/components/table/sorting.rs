//! The order of a table, as kept in the address: `sort=clicks` or `sort=-clicks`.

use leptos::prelude::*;

use crate::router::{Visit, use_router};

/// The order the address asks for.
pub fn sort_of(parameter: &'static str) -> Signal<Option<Sort>> {
    let wish = use_router().parameter(parameter);
    Signal::derive(move || wish.get().as_deref().map(Sort::parse))
}

/// Sorts by the column whose head is pressed.
pub fn press_of(sort: Signal<Option<Sort>>, parameter: &'static str) -> Callback<String> {
    let router = use_router();
    Callback::new(move |column: String| {
        let next = Sort::after_press(sort.get_untracked().as_ref(), &column);
        let next = next.map(|sort| sort.write());
        router.set(&[(parameter, next.as_deref())], Visit::Replace);
    })
}

/// By which column, and in which direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Name of the column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// Reads the address.
    pub fn parse(text: &str) -> Self {
        let column = text.trim_start_matches('-').to_owned();
        Self {
            column,
            descending: text.starts_with('-'),
        }
    }

    /// For the address.
    pub fn write(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column)
    }

    /// What a press on a column's head leads to: largest first, then smallest first, then the engine's order.
    pub fn after_press(current: Option<&Self>, column: &str) -> Option<Self> {
        match current.filter(|sort| sort.column == column) {
            None => Some(Self {
                column: column.to_owned(),
                descending: true,
            }),
            Some(sort) if sort.descending => Some(Self {
                column: column.to_owned(),
                descending: false,
            }),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_keeps_the_order() {
        for text in ["clicks", "-clicks"] {
            assert_eq!(Sort::parse(text).write(), text);
        }
    }

    #[test]
    fn presses_go_round() {
        let first = Sort::after_press(None, "n");
        assert_eq!(first.as_ref().map(Sort::write).as_deref(), Some("-n"));
        let second = Sort::after_press(first.as_ref(), "n");
        assert_eq!(second.as_ref().map(Sort::write).as_deref(), Some("n"));
        assert_eq!(Sort::after_press(second.as_ref(), "n"), None);
        assert_eq!(
            Sort::after_press(second.as_ref(), "m")
                .map(|sort| sort.write())
                .as_deref(),
            Some("-m")
        );
    }
}
