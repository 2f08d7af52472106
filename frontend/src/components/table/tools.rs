//! What stands above a table: the chooser of columns and the CSV.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::column::Column;
use super::rows::{Head, Row};
use crate::browser::download::save_text;
use crate::browser::storage;
use crate::components::icon::{Icon, icon};
use crate::components::menu::Menu;
use crate::format::csv::csv;
use crate::i18n::text;

/// The columns an operator has hidden, kept in the browser by the name of the table.
#[derive(Clone, Copy)]
pub struct Hidden {
    table: &'static str,
    hidden: RwSignal<BTreeSet<String>>,
}

impl Hidden {
    /// As the operator left them.
    pub fn of(table: &'static str) -> Self {
        let kept = storage::preference(&key(table)).unwrap_or_default();
        let hidden = kept
            .split(',')
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect();
        Self {
            table,
            hidden: RwSignal::new(hidden),
        }
    }

    /// Places of the columns that are shown; the first always is, as it names the row.
    pub fn shown(&self, heads: &[Head]) -> Vec<usize> {
        let hidden = self.hidden.get();
        (0..heads.len())
            .filter(|place| *place == 0 || !hidden.contains(heads[*place].id))
            .collect()
    }

    fn set(&self, id: &str, shown: bool) {
        self.hidden.update(|hidden| {
            if shown {
                hidden.remove(id);
            } else {
                hidden.insert(id.to_owned());
            }
        });
        let list = self
            .hidden
            .with_untracked(|hidden| hidden.iter().cloned().collect::<Vec<_>>().join(","));
        storage::set_preference(
            &key(self.table),
            Some(&list)
                .filter(|list| !list.is_empty())
                .map(String::as_str),
        );
    }
}

fn key(table: &str) -> String {
    format!("ve.columns.{table}")
}

/// A box a column, all but the first.
pub fn column_chooser(heads: &[Head], hidden: Hidden) -> AnyView {
    let choices = heads[1..].to_vec();
    let choice = move |head: &Head| {
        let id = head.id;
        view! {
            <label class="menu-item">
                <input
                    type="checkbox"
                    class="checkbox checkbox-xs"
                    prop:checked=move || !hidden.hidden.with(|hidden| hidden.contains(id))
                    on:change=move |event| hidden.set(id, event_target_checked(&event))
                />
                {head.name}
            </label>
        }
        .into_any()
    };
    let button = || view! { {icon(Icon::Columns)} {text().tables.columns} };
    view! {
        <Menu button class="btn btn-ghost btn-xs" right=true>
            {choices.iter().map(choice).collect::<Vec<_>>()}
        </Menu>
    }
    .into_any()
}

/// Saves the items of a list as CSV, which a table shows by these columns.
pub fn save_items<T>(name: &str, columns: &[Column<T>], items: &[T]) {
    let head: Vec<_> = columns.iter().map(|column| column.id.to_owned()).collect();
    let row = |item: &T| columns.iter().map(|column| (column.csv)(item)).collect();
    let rows: Vec<_> = items.iter().map(row).collect();
    save(name, &head, &rows);
}

/// Saves rows as CSV, all columns, also hidden ones.
pub fn save_csv(name: &str, heads: &[Head], rows: &[Row]) {
    let head: Vec<_> = heads.iter().map(|head| head.id.to_owned()).collect();
    let rows: Vec<_> = rows.iter().map(|row| row.csv(heads.len())).collect();
    save(name, &head, &rows);
}

fn save(name: &str, head: &[String], rows: &[Vec<String>]) {
    save_text(
        &format!("{name}.csv"),
        "text/csv;charset=utf-8",
        &csv(head, rows),
    );
}

/// The button that saves.
pub fn csv_button(save: Callback<()>) -> AnyView {
    view! {
        <button type="button" class="btn btn-ghost btn-xs" on:click=move |_| save.run(())>
            {icon(Icon::Download)} {text().tables.export_csv}
        </button>
    }
    .into_any()
}
