//! Recaps: what parents are told of their children's week, and making those of a week.

mod detail;
mod generate;
mod list;
mod progress;

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::recaps::Recap;

use crate::browser::intl::{format_day, format_short_day};
use crate::components::Drawer;
use crate::components::dialog::open_by_address;
use crate::i18n::text;
use crate::router::{Visit, use_params, use_router};
use crate::session::use_session;

use detail::RecapDetail;
use generate::GenerateDialog;
use list::RecapTable;
use progress::Generation;

/// The page.
pub fn view() -> AnyView {
    let (router, params, session) = (use_router(), use_params(), use_session());
    let words = &text().recaps;
    let chosen = Memo::new(move |_| params.with(|params| params.get("id").map(str::to_owned)));
    let close = Callback::new(move |()| {
        if chosen.get_untracked().is_some() {
            router.go(&router.query.get_untracked().on("/recaps"), Visit::Push);
        }
    });
    let generating = RwSignal::new(false);
    open_by_address(generating);
    // Grows when a generation has gone on, for the list to follow.
    let made = RwSignal::new(0_u32);
    view! {
        <Show when=move || session.may(Permission::RecapsWrite)>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| generating.set(true)>
                {words.generate}
            </button>
        </Show>
        <Generation made/>
        <RecapTable made/>
        <GenerateDialog open=generating/>
        <Drawer
            open=Signal::derive(move || chosen.with(Option::is_some))
            on_close=close
            title=Signal::stored(words.detail_title.to_owned())
        >
            {move || chosen.get().map(|id| view! { <RecapDetail id/> })}
        </Drawer>
    }
    .into_any()
}

/// The days of a recap, in words.
fn week(recap: &Recap) -> String {
    format!(
        "{} – {}",
        format_short_day(recap.week),
        format_day(recap.week_end)
    )
}
