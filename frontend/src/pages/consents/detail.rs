//! One consent: where it is, what proves it, and every step of its life.

use leptos::prelude::*;
use viral_engine_api_types::consents::{Consent, ConsentDetails, ConsentStep};
use viral_engine_api_types::{ConsentId, ErrorCode};

use super::actions::Actions;
use super::evidence::Evidence;
use super::{scope_view, state_tag, user_link};
use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::{Card, Metric, RemoteView, TimeText, user_words};
use crate::i18n::{compliance, text};
use crate::pages::not_found;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::{encode_name, use_params, use_router};
use crate::view::use_view;

/// The page.
pub fn view() -> AnyView {
    // Going from one consent to another keeps the page and changes its address.
    let params = use_params();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse().ok())));
    let shown = move || match id.get() {
        Some(id) => view! { <Detail id/> }.into_any(),
        None => not_found::view(),
    };
    shown.into_any()
}

#[component]
fn Detail(id: ConsentId) -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let words = &compliance().consents;
    let beat = steady();
    let remote = Remote::new(|| (), move |()| async move { api.get_consent(id).await })
        .reload_on(move || beat.get());
    let unknown = Memo::new(move |_| {
        let error = remote.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let there = move || {
        view! {
            <a class="link self-start" href=move || router.href("/consents")>{words.to_list}</a>
            <RemoteView remote name=text().pages.consent.title lines=10 let:details>
                <div class="grid gap-4 lg:grid-cols-2 items-start">
                    <Facts details remote/>
                    <Evidence details/>
                </div>
                <Life details/>
            </RemoteView>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

#[component]
fn Facts(details: Signal<ConsentDetails>, remote: Remote<ConsentDetails>) -> impl IntoView {
    let words = &compliance().consents;
    let metric = Metric::new(text().pages.consent.title, words.help).docs("consents/get_consent");
    let state = Memo::new(move |_| details.with(|it| it.consent.state));
    view! {
        <Card title=text().pages.consent.title metric=metric aside=move || view! { {move || state_tag(state.get())} }>
            <p class="text-muted mb-3">{move || (words.state_help)(state.get())}</p>
            {move || details.with(|it| facts(&it.consent))}
            <Actions details remote/>
        </Card>
    }
}

fn facts(consent: &Consent) -> AnyView {
    let (router, words) = (use_router(), &compliance().consents);
    let time = |name: &'static str, at: Option<_>| {
        at.map(|at| view! { <dt>{name}</dt> <dd><TimeText at/></dd> })
    };
    let guardian = consent
        .guardian
        .as_deref()
        .map(|id| view! { <dt>{words.guardian}</dt> <dd>{user_link(id)}</dd> });
    let school = consent
        .institution
        .as_deref()
        .map(|name| view! { <dt>{words.school}</dt> <dd>{user_words(name)}</dd> });
    let notice = consent.notice.map(|number| {
        let href = move || router.href(&format!("/notices/{number}"));
        let name = (words.version)(&number.to_string());
        view! { <dt>{words.notice}</dt> <dd><a class="link" href=href>{name}</a></dd> }
    });
    let method = consent
        .method
        .map(|method| view! { <dt>{words.method_head}</dt> <dd>{(words.method)(method)}</dd> });
    let all = format!("/users/{}/consents", encode_name(&consent.child));
    view! {
        <dl class="facts">
            <dt>{words.child}</dt> <dd>{user_link(&consent.child)}</dd>
            {guardian} {school}
            <dt>{words.scope}</dt> <dd>{scope_view(&consent.scope)}</dd>
            {notice} {method}
            {time(words.expires, consent.expires_at)}
            {time(words.second_step, consent.confirm_from)}
            {time(words.asked, Some(consent.created_at))}
            {time(words.updated, Some(consent.updated_at))}
            <dt>{words.id}</dt> <dd><code>{consent.id.to_string()}</code></dd>
        </dl>
        <a class="link inline-block mt-3" href=move || router.href(&all)>{words.of_child}</a>
    }
    .into_any()
}

#[component]
fn Life(details: Signal<ConsentDetails>) -> impl IntoView {
    let words = &compliance().consents;
    let steps = Memo::new(move |_| details.with(|it| it.steps.clone()));
    let content = move || match steps.with(Vec::is_empty) {
        true => view! { <p class="text-muted">{words.none_yet}</p> }.into_any(),
        false => {
            let steps = steps.with(|steps| steps.iter().map(step).collect_view());
            view! { <ol class="life">{steps}</ol> }.into_any()
        }
    };
    view! { <Card title=words.life>{content}</Card> }
}

fn step(step: &ConsentStep) -> AnyView {
    let (view, words, at) = (use_view(), &compliance().consents, step.at);
    let happened = match (words.event)(&step.event) {
        Some(happened) => happened.into_any(),
        None => view! { <code>{step.event.clone()}</code> }.into_any(),
    };
    let id = step
        .by_id
        .map(|id| view! { " " <code class="text-xs break-all">{id.to_string()}</code> });
    view! {
        <li>
            <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
                <span class="font-medium">{happened}</span>
                <span class="text-muted">{(words.state)(step.from)} " → "</span> {state_tag(step.to)}
            </p>
            <p class="text-muted">
                {(words.by)((words.actor)(step.by))} {id} " · " <TimeText at/> " "
                <span class="num">{move || view.time(at, Shape::Exact)}</span>
            </p>
        </li>
    }
    .into_any()
}
