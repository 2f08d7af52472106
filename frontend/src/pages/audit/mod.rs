//! The audit trail: whether anybody changed it, its signed heads, and every entry there is.

mod detail;
mod entries;
mod heads;
mod proof;

use leptos::prelude::*;

use entries::Entries;
use heads::Heads;
use proof::Proof;

/// The page.
pub fn view() -> AnyView {
    // Grows when a head is made here.
    let signed = RwSignal::new(0_u32);
    view! {
        <Proof signed/>
        <Entries/>
        <Heads signed/>
    }
    .into_any()
}
