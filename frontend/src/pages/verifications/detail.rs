//! One verification: whom it is about, the form, and what operators found.

use leptos::prelude::*;
use viral_engine_api_types::VerificationId;
use viral_engine_api_types::consents::{ConsentMethod, Verification};

use super::form::SignedForm;
use super::review::Review;
use super::state_tag;
use crate::api::use_api;
use crate::components::{RemoteView, TimeText, empty::Empty, user_words};
use crate::i18n::{compliance, text};
use crate::pages::consents::user_link;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::use_router;

/// The verification with an id.
#[component]
pub fn VerificationDetail(id: String, reviewed: RwSignal<u32>) -> impl IntoView {
    let api = use_api();
    let Ok(id) = id.parse::<VerificationId>() else {
        let frame = &text().frame;
        return view! { <Empty title=frame.not_found_title detail=frame.not_found_detail/> }
            .into_any();
    };
    let beat = steady();
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_verification(id).await },
    )
    .reload_on(move || (beat.get(), reviewed.get()));
    view! {
        <RemoteView remote name=compliance().verifications.detail_title let:verification>
            <Facts verification/>
            <Content verification remote reviewed/>
        </RemoteView>
    }
    .into_any()
}

#[component]
fn Facts(verification: Signal<Verification>) -> impl IntoView {
    let (api, words) = (use_api(), &compliance().verifications);
    // Whom it is about stands in the request, which does not change while the drawer is open.
    let id = verification.with_untracked(|it| it.request_id);
    let request = Remote::new(
        || (),
        move |()| async move { api.get_consent_request(id).await },
    );
    let parties = move || {
        let request = request.data.get()?;
        let names = &compliance().consents;
        Some(view! {
            <dt>{names.child}</dt> <dd>{user_link(&request.child)}</dd>
            <dt>{names.guardian}</dt> <dd>{user_link(&request.guardian)}</dd>
        })
    };
    view! {
        <div class="flex flex-wrap items-center gap-2">
            {move || state_tag(verification.with(|it| it.state))}
            <span class="text-muted">{move || verification.with(|it| (compliance().consents.method)(it.method))}</span>
        </div>
        <dl class="facts">
            {parties}
            {move || verification.with(facts)}
            <dt>{words.id}</dt> <dd><code>{move || verification.with(|it| it.id.to_string())}</code></dd>
        </dl>
    }
}

fn facts(verification: &Verification) -> AnyView {
    let (router, words) = (use_router(), &compliance().verifications);
    let request = format!("/consents/requests/{}", verification.request_id);
    let reference = verification
        .reference
        .as_deref()
        .map(|name| view! { <dt>{words.reference}</dt> <dd><code>{user_words(name)}</code></dd> });
    view! {
        <dt>{words.request}</dt>
        <dd><a class="link" href=move || router.href(&request)>{words.see_request}</a></dd>
        {reference}
        <dt>{words.begun}</dt> <dd><TimeText at=verification.created_at/></dd>
        <dt>{words.changed}</dt> <dd><TimeText at=verification.updated_at/></dd>
    }
    .into_any()
}

#[component]
fn Content(
    verification: Signal<Verification>,
    remote: Remote<Verification>,
    reviewed: RwSignal<u32>,
) -> impl IntoView {
    let words = &compliance().verifications;
    let by_form = verification.with_untracked(|it| it.method) == ConsentMethod::SignedForm;
    match by_form {
        true => view! {
            <SignedForm verification/>
            <Review verification remote reviewed/>
        }
        .into_any(),
        false => view! { <p class="text-muted">{words.at_provider}</p> }.into_any(),
    }
}
