//! A column: what stands in its cells, on screen and in CSV, and how it sorts.

use std::cmp::Ordering;

use leptos::prelude::*;

/// Makes what stands in a cell.
pub type Cell<T> = fn(&T) -> AnyView;

/// What rows begin with, before their first cell.
pub struct Lead<T: 'static> {
    /// Makes it.
    pub row: Cell<T>,
    /// Makes what stands in the head above it.
    pub head: Callback<(), AnyView>,
}

impl<T> Clone for Lead<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lead<T> {}

/// A column of rows `T`.
pub struct Column<T: 'static> {
    /// Name in the address and in CSV.
    pub id: &'static str,
    /// Head.
    pub head: &'static str,
    /// Whether its figures stand on the right.
    pub right: bool,
    /// Makes a cell.
    pub cell: Cell<T>,
    /// The cell in CSV.
    pub csv: fn(&T) -> String,
    /// Order of two rows; none when the column does not sort.
    pub order: Option<fn(&T, &T) -> Ordering>,
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Column<T> {}

impl<T> Column<T> {
    /// A column of text.
    pub const fn new(
        id: &'static str,
        head: &'static str,
        cell: Cell<T>,
        csv: fn(&T) -> String,
    ) -> Self {
        Self {
            id,
            head,
            right: false,
            cell,
            csv,
            order: None,
        }
    }

    /// A column of figures, on the right.
    pub const fn figures(
        id: &'static str,
        head: &'static str,
        cell: Cell<T>,
        csv: fn(&T) -> String,
    ) -> Self {
        Self {
            right: true,
            ..Self::new(id, head, cell, csv)
        }
    }

    /// The same, sorted by `order`.
    #[must_use]
    pub const fn sorted(self, order: fn(&T, &T) -> Ordering) -> Self {
        Self {
            order: Some(order),
            ..self
        }
    }
}
