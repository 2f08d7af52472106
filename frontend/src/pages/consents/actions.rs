//! What operators do with a consent on the guardian's or the school's behalf: take it back, stop it, let it go on.

use leptos::prelude::*;
use viral_engine_api_types::consents::{ConsentDetails, ConsentState};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::{ConfirmDialog, Submit, Tone, use_toasts};
use crate::i18n::compliance;
use crate::remote::Remote;
use crate::session::use_session;

/// The buttons with their dialogs, as far as the role and the consent's life allow.
#[component]
pub fn Actions(details: Signal<ConsentDetails>, remote: Remote<ConsentDetails>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let words = &compliance().consents;
    let id = details.with_untracked(|it| it.consent.id);
    let state = Memo::new(move |_| details.with(|it| it.consent.state));
    let child = Signal::derive(move || details.with(|it| it.consent.child.clone()));
    let (revoking, suspending, resuming) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let done = move |open: RwSignal<bool>, said: &'static str| {
        move |details: ConsentDetails| {
            open.set(false);
            remote.data.set(Some(details));
            toasts.show(Tone::Good, said);
        }
    };
    let revoke = Submit::new(
        move |()| async move { api.revoke_consent(id).await },
        done(revoking, words.revoked),
    );
    let suspend = Submit::new(
        move |()| async move { api.suspend_consent(id).await },
        done(suspending, words.suspended),
    );
    let resume = Submit::new(
        move |()| async move { api.resume_consent(id).await },
        done(resuming, words.resumed),
    );
    let can_revoke = move || is_given(state.get());
    let can_suspend = move || state.get() == ConsentState::Active;
    let can_resume = move || state.get() == ConsentState::Suspended;
    let open = |dialog: RwSignal<bool>| move |_| dialog.set(true);
    let close = |dialog: RwSignal<bool>| Callback::new(move |()| dialog.set(false));
    let none = Signal::stored(String::new());
    view! {
        <Show when=move || session.may(Permission::ConsentsWrite) && can_revoke()>
            <div class="flex flex-wrap gap-2 mt-4">
                <Show when=can_resume>
                    <button type="button" class="btn btn-sm btn-primary" on:click=open(resuming)>{words.resume}</button>
                </Show>
                <Show when=can_suspend>
                    <button type="button" class="btn btn-sm" on:click=open(suspending)>{words.suspend}</button>
                </Show>
                <button type="button" class="btn btn-sm" on:click=open(revoking)>{words.revoke}</button>
            </div>
        </Show>
        <ConfirmDialog
            open=revoking
            on_close=close(revoking)
            title=words.revoke_title.to_owned()
            consequence=words.revoke_help.to_owned()
            word=child
            action=words.revoke
            submit=revoke
        />
        <ConfirmDialog
            open=suspending
            on_close=close(suspending)
            title=words.suspend_title.to_owned()
            consequence=words.suspend_help.to_owned()
            word=none
            action=words.suspend
            submit=suspend
        />
        <ConfirmDialog
            open=resuming
            on_close=close(resuming)
            title=words.resume_title.to_owned()
            consequence=words.resume_help.to_owned()
            word=none
            action=words.resume
            class="btn btn-primary"
            submit=resume
        />
    }
}

/// Whether there is something to take back.
fn is_given(state: ConsentState) -> bool {
    matches!(
        state,
        ConsentState::Active
            | ConsentState::Suspended
            | ConsentState::ReconsentRequired
            | ConsentState::SchoolAuthorised
    )
}
