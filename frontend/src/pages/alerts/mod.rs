//! Alerts: what needs somebody now, all there have been, and one of them in a drawer.

pub mod desk;
mod detail;
mod list;
mod tones;
mod window;

use leptos::prelude::*;

use crate::components::Drawer;
use crate::i18n::text;
use crate::router::use_params;
use crate::router::use_router;

use desk::AlertDesk;
use detail::AlertDetail;
use list::{AllAlerts, CurrentAlerts};

pub use list::AlertCards;
pub use tones::{severity_tag, status_tag};

/// The page.
pub fn view() -> AnyView {
    view! { <AlertsPage/> }.into_any()
}

#[component]
fn AlertsPage() -> impl IntoView {
    let (router, params) = (use_router(), use_params());
    let chosen = Memo::new(move |_| params.with(|params| params.get("id").map(str::to_owned)));
    let close = Callback::new(move |()| {
        if chosen.get_untracked().is_some() {
            let query = router.query.get_untracked();
            router.go(&query.on("/alerts"), crate::router::Visit::Push);
        }
    });
    view! {
        <AlertDesk>
            <CurrentAlerts/>
            <AllAlerts/>
            <Drawer
                open=Signal::derive(move || chosen.with(Option::is_some))
                on_close=close
                title=Signal::stored(text().alerts.detail_title.to_owned())
            >
                {move || chosen.get().map(|id| view! { <AlertDetail id/> })}
            </Drawer>
        </AlertDesk>
    }
}
