//! The rows of a table, without the type of what they show: a table is compiled once, not once a list.

use std::cmp::Ordering;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::column::Column;
use super::sorting::Sort;
use crate::router::{Router, Visit, use_router};

/// The head of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Name in the address and in CSV.
    pub id: &'static str,
    /// Words.
    pub name: &'static str,
    /// Whether figures stand below it.
    pub right: bool,
    /// Whether it sorts.
    pub sorts: bool,
}

impl Head {
    /// Class of the cells below it.
    pub fn class(&self) -> &'static str {
        if self.right { "right" } else { "" }
    }
}

/// What a row shows and does, whatever it is a row of.
trait Source: Send + Sync {
    fn cell(&self, place: usize) -> AnyView;
    fn csv(&self, place: usize) -> String;
    fn opens(&self) -> bool;
    fn address(&self, router: Router) -> Option<String>;
    fn open(&self, router: Router);
    fn lead(&self) -> Option<AnyView>;
    fn controls(&self) -> Option<AnyView>;
}

/// One row.
#[derive(Clone)]
pub struct Row {
    /// Identity, which changes whenever what is shown of it does.
    pub key: String,
    source: Arc<dyn Source>,
}

/// What stands behind a row.
pub enum Opening<T: 'static> {
    /// Nothing.
    Nothing,
    /// Something on this very page.
    Call(Callback<T>),
    /// A place with an address, which can be opened in a tab of its own.
    At(fn(&T, Router) -> String),
}

impl<T> Opening<T> {
    /// What a table was given of the two; an address wins.
    pub fn of(address: Option<fn(&T, Router) -> String>, open: Option<Callback<T>>) -> Self {
        match (address, open) {
            (Some(address), _) => Self::At(address),
            (None, Some(open)) => Self::Call(open),
            (None, None) => Self::Nothing,
        }
    }
}

/// How rows are made of the items of a list.
pub struct RowMaker<T: 'static> {
    /// Columns.
    pub columns: Vec<Column<T>>,
    /// Identity of an item.
    pub key: fn(&T) -> String,
    /// What stands behind a row.
    pub opening: Opening<T>,
    /// What stands before the first cell: a box to choose the row.
    pub lead: Option<fn(&T) -> AnyView>,
    /// Controls at the end of each row.
    pub controls: Option<fn(&T) -> AnyView>,
}

struct Item<T: 'static> {
    maker: Arc<RowMaker<T>>,
    item: T,
}

impl<T: Send + Sync + Clone + 'static> Source for Item<T> {
    fn cell(&self, place: usize) -> AnyView {
        (self.maker.columns[place].cell)(&self.item)
    }

    fn csv(&self, place: usize) -> String {
        (self.maker.columns[place].csv)(&self.item)
    }

    fn opens(&self) -> bool {
        !matches!(self.maker.opening, Opening::Nothing)
    }

    fn address(&self, router: Router) -> Option<String> {
        match self.maker.opening {
            Opening::At(address) => Some(address(&self.item, router)),
            Opening::Nothing | Opening::Call(_) => None,
        }
    }

    fn open(&self, router: Router) {
        match self.maker.opening {
            Opening::Nothing => {}
            Opening::Call(open) => open.run(self.item.clone()),
            Opening::At(address) => {
                router.go(&untrack(|| address(&self.item, router)), Visit::Push);
            }
        }
    }

    fn lead(&self) -> Option<AnyView> {
        self.maker.lead.map(|lead| lead(&self.item))
    }

    fn controls(&self) -> Option<AnyView> {
        self.maker.controls.map(|controls| controls(&self.item))
    }
}

impl<T: Send + Sync + Clone + 'static> RowMaker<T> {
    /// Heads of the columns.
    pub fn heads(&self) -> Vec<Head> {
        let head = |column: &Column<T>| Head {
            id: column.id,
            name: column.head,
            right: column.right,
            sorts: column.order.is_some(),
        };
        self.columns.iter().map(head).collect()
    }

    /// The rows of `items`, sorted.
    pub fn rows(self: &Arc<Self>, items: &[T], sort: Option<&Sort>) -> Vec<Row> {
        let row = |item: &T| Row {
            key: (self.key)(item),
            source: Arc::new(Item {
                maker: Arc::clone(self),
                item: item.clone(),
            }),
        };
        let rows = items.iter().map(row).collect();
        let order = sort.and_then(|sort| {
            self.columns
                .iter()
                .find(|column| column.id == sort.column)?
                .order
        });
        match (order, sort) {
            (Some(order), Some(sort)) => {
                sorted(rows, sort.descending, &|a, b| order(&items[a], &items[b]))
            }
            _ => rows,
        }
    }
}

/// Rows in the order of `compare`, which is given their places. Equals keep their order.
fn sorted(
    rows: Vec<Row>,
    descending: bool,
    compare: &dyn Fn(usize, usize) -> Ordering,
) -> Vec<Row> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by(|a, b| {
        if descending {
            compare(*b, *a)
        } else {
            compare(*a, *b)
        }
    });
    places
        .into_iter()
        .map(|place| rows[place].clone())
        .collect()
}

impl Row {
    /// Its cells in CSV, all columns.
    pub fn csv(&self, columns: usize) -> Vec<String> {
        (0..columns).map(|place| self.source.csv(place)).collect()
    }
}

/// Draws a row with the columns that are shown, given by their places. A row opens by a press anywhere on it, or
/// by the link or button in its first cell.
pub fn draw(row: &Row, heads: &[Head], shown: &[usize]) -> AnyView {
    let (source, router) = (&row.source, use_router());
    let cells = shown.iter().map(|place| {
        let content = source.cell(*place);
        let content = if *place == 0 && source.opens() {
            opener(Arc::clone(source), router, content)
        } else {
            content
        };
        let head = heads[*place];
        view! { <td role="cell" class=head.class() data-label=head.name>{content}</td> }.into_any()
    });
    let controls = source.controls().map(|controls| {
        view! { <td role="cell" class="right"><span class="inline-flex gap-1 whitespace-nowrap">{controls}</span></td> }.into_any()
    });
    let lead = source
        .lead()
        .map(|lead| view! { <td role="cell" class="lead">{lead}</td> }.into_any());
    let cells: Vec<AnyView> = lead.into_iter().chain(cells).chain(controls).collect();
    let source = Arc::clone(source);
    view! {
        <tr
            role="row"
            data-opens=source.opens().to_string()
            on:click=move |event| {
                if !on_control(&event) {
                    source.open(router);
                }
            }
        >
            {cells}
        </tr>
    }
    .into_any()
}

fn opener(source: Arc<dyn Source>, router: Router, content: AnyView) -> AnyView {
    if untrack(|| source.address(router)).is_some() {
        return view! { <a class="row-open" href=move || source.address(router)>{content}</a> }
            .into_any();
    }
    view! { <button type="button" class="row-open" on:click=move |_| source.open(router)>{content}</button> }.into_any()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn maker() -> Arc<RowMaker<(i32, &'static str)>> {
        let number = Column::figures(
            "n",
            "N",
            |_| ().into_any(),
            |row: &(i32, &str)| row.0.to_string(),
        );
        let word = Column::new(
            "w",
            "W",
            |_| ().into_any(),
            |row: &(i32, &str)| row.1.to_owned(),
        );
        let columns = vec![number.sorted(|a, b| a.0.cmp(&b.0)), word];
        Arc::new(RowMaker {
            columns,
            key: |row| row.1.to_owned(),
            opening: Opening::Nothing,
            lead: None,
            controls: None,
        })
    }

    fn keys(sort: Option<&str>) -> Vec<String> {
        let items = [(2, "b"), (3, "c"), (1, "a"), (2, "d")];
        let sort = sort.map(Sort::parse);
        maker()
            .rows(&items, sort.as_ref())
            .into_iter()
            .map(|row| row.key)
            .collect()
    }

    #[test]
    fn rows_are_sorted_and_equals_keep_their_order() {
        assert_eq!(keys(Some("n")), ["a", "b", "d", "c"]);
        assert_eq!(keys(Some("-n")), ["c", "b", "d", "a"]);
    }

    #[test]
    fn without_an_order_the_engines_stays() {
        assert_eq!(keys(None), ["b", "c", "a", "d"]);
        assert_eq!(keys(Some("w")), ["b", "c", "a", "d"]);
        assert_eq!(keys(Some("-unknown")), ["b", "c", "a", "d"]);
    }

    #[test]
    fn csv_holds_every_column() {
        assert_eq!(maker().rows(&[(2, "b")], None)[0].csv(2), ["2", "b"]);
    }
}
