//! Verifications: who shows to be the guardian, and signed forms that two operators look at.

mod detail;
mod form;
mod list;
mod picture;
mod review;

use leptos::prelude::*;
use viral_engine_api_types::consents::{ReviewVerdict, Verification, VerificationState};

use crate::components::{Drawer, Tone, tag};
use crate::i18n::compliance;
use crate::router::{Visit, use_params, use_router};

use detail::VerificationDetail;
use list::VerificationTable;

/// The page.
pub fn view() -> AnyView {
    let (router, params) = (use_router(), use_params());
    let chosen = Memo::new(move |_| params.with(|params| params.get("id").map(str::to_owned)));
    let close = Callback::new(move |()| {
        if chosen.get_untracked().is_some() {
            let list = router.query.get_untracked().on("/verifications");
            router.go(&list, Visit::Push);
        }
    });
    // Grows when something was reviewed here, for the list to follow.
    let reviewed = RwSignal::new(0_u32);
    view! {
        <VerificationTable reviewed/>
        <Drawer
            open=Signal::derive(move || chosen.with(Option::is_some))
            on_close=close
            title=Signal::stored(compliance().verifications.detail_title.to_owned())
        >
            {move || chosen.get().map(|id| view! { <VerificationDetail id reviewed/> })}
        </Drawer>
    }
    .into_any()
}

/// Where it is on its way.
fn state_tag(state: VerificationState) -> AnyView {
    let tone = match state {
        VerificationState::Started => Tone::Info,
        VerificationState::Submitted => Tone::Watch,
        VerificationState::Verified => Tone::Good,
        VerificationState::Failed => Tone::Bad,
        VerificationState::Over => Tone::Neutral,
    };
    tag(tone, (compliance().verifications.state)(state))
}

/// How many have approved.
fn approvals(verification: &Verification) -> usize {
    let reviews = verification.reviews.iter();
    reviews
        .filter(|review| review.verdict == ReviewVerdict::Approved)
        .count()
}
