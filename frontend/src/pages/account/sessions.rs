//! Browsers in which the operator is signed in; each can be signed out from here.

use leptos::prelude::*;
use viral_engine_api_types::SessionId;
use viral_engine_api_types::auth::{Session, SessionList};

use crate::api::use_api;
use crate::components::{RemoteView, Submit, TimeText, Tone, error_panel, use_toasts, user_words};
use crate::i18n::text;
use crate::remote::Remote;

/// The list of sessions.
#[component]
pub fn SessionsCard() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let texts = &text().account;
    let sessions = Remote::new(|| (), move |()| async move { api.list_sessions().await });
    let end = Submit::new(
        move |id: SessionId| async move { api.end_session(id).await },
        move |()| {
            toasts.show(Tone::Good, texts.session_ended);
            sessions.reload();
        },
    );
    view! {
        <section class="card-box" aria-labelledby="sessions-title">
            <div class="card-head"><h2 id="sessions-title">{texts.sessions_title}</h2></div>
            <div class="card-body flex flex-col gap-3">
                <p class="text-muted">{texts.sessions_help}</p>
                {move || end.error.get().map(|error| error_panel(&error))}
                <RemoteView remote=sessions name=texts.sessions_title lines=3 let:list>
                    <Sessions list end/>
                </RemoteView>
            </div>
        </section>
    }
}

#[component]
fn Sessions(list: Signal<SessionList>, end: Submit<SessionId, ()>) -> impl IntoView {
    view! {
        <ul class="flex flex-col divide-y divide-base-300">
            <For each=move || list.get().items key=|session| (session.id, session.last_used_at) let:session>
                <SessionRow session end/>
            </For>
        </ul>
    }
}

#[component]
fn SessionRow(session: Session, end: Submit<SessionId, ()>) -> impl IntoView {
    let texts = &text().account;
    let id = session.id;
    let action = if session.current {
        view! { <span class="tag tone-good">{texts.this_browser}</span> }.into_any()
    } else {
        let label = (texts.end_session_of)(&session.user_agent);
        view! {
            <button
                type="button"
                class="btn btn-sm"
                aria-label=label
                disabled=move || end.pending.get()
                on:click=move |_| end.run(id)
            >
                {texts.end_session}
            </button>
        }
        .into_any()
    };
    // The engine notes a use when it renews the session; the one that asks is in use now.
    let used = if session.current {
        texts.in_use.into_any()
    } else {
        view! { {texts.last_used} " " <TimeText at=session.last_used_at/> }.into_any()
    };
    view! {
        <li class="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <div class="flex-1 min-w-48">
                <p class="font-medium">{user_words(&session.user_agent)}</p>
                <p class="text-muted text-xs">
                    {session.ip_prefix.map(|prefix| format!("{prefix} · "))}
                    {used}
                </p>
            </div>
            {action}
        </li>
    }
}
