//! What operators found: two different ones have to approve, one who rejects is enough.

use leptos::prelude::*;
use viral_engine_api_types::consents::{
    ConsentReview, ReviewVerdict, Verification, VerificationState,
};
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{ErrorCode, OperatorId};

use super::approvals;
use crate::api::use_api;
use crate::components::{ConfirmDialog, Submit, TimeText, Tone, tag, use_toasts};
use crate::i18n::compliance;
use crate::remote::Remote;
use crate::session::{Session, use_session};

/// Who is signed in.
fn own_id(session: Session) -> Option<OperatorId> {
    session.me.with(|me| me.as_ref().map(|me| me.operator.id))
}

/// The reviews so far, and the operator's own.
#[component]
pub fn Review(
    verification: Signal<Verification>,
    remote: Remote<Verification>,
    reviewed: RwSignal<u32>,
) -> impl IntoView {
    let (session, words) = (use_session(), &compliance().verifications);
    let waits =
        Memo::new(move |_| verification.with(|it| it.state == VerificationState::Submitted));
    let own = Memo::new(move |_| {
        let own = own_id(session);
        verification.with(|it| {
            it.reviews
                .iter()
                .any(|review| Some(review.operator_id) == own)
        })
    });
    let may = move || session.may(Permission::ConsentsReview);
    view! {
        <section class="flex flex-col items-start gap-3">
            <h3>{words.review}</h3>
            {move || verification.with(|it| reviews(&it.reviews, own_id(session)))}
            <Show when=move || waits.get() && own.get()>
                <div class="notice" data-tone="info" role="status">
                    <p class="font-semibold">{words.needs_other_title}</p>
                    <p>{words.needs_other}</p>
                </div>
            </Show>
            <Show when=move || waits.get() && !own.get() && may()>
                <p class="text-muted">{words.review_help}</p>
                <Verdict verification remote reviewed/>
            </Show>
        </section>
    }
}

fn reviews(reviews: &[ConsentReview], own: Option<OperatorId>) -> AnyView {
    let words = &compliance().verifications;
    if reviews.is_empty() {
        return view! { <p class="text-muted">{words.nobody_yet}</p> }.into_any();
    }
    let line = |review: &ConsentReview| {
        let tone = match review.verdict {
            ReviewVerdict::Approved => Tone::Good,
            ReviewVerdict::Rejected => Tone::Bad,
        };
        let who = match Some(review.operator_id) == own {
            true => words.you.into_any(),
            false => view! { {words.operator} " " <code class="break-all">{review.operator_id.to_string()}</code> }.into_any(),
        };
        view! {
            <li>
                <p class="flex flex-wrap items-center gap-2">
                    {tag(tone, (words.verdict)(review.verdict))}
                    <span>{who}</span>
                    <span class="text-muted"><TimeText at=review.at/></span>
                </p>
            </li>
        }
    };
    view! { <ol class="life">{reviews.iter().map(line).collect_view()}</ol> }.into_any()
}

#[component]
fn Verdict(
    verification: Signal<Verification>,
    remote: Remote<Verification>,
    reviewed: RwSignal<u32>,
) -> impl IntoView {
    let (api, toasts, words) = (use_api(), use_toasts(), &compliance().verifications);
    let id = verification.with_untracked(|it| it.id);
    let (approving, rejecting) = (RwSignal::new(false), RwSignal::new(false));
    let done = move |verification: Verification| {
        approving.set(false);
        rejecting.set(false);
        let (tone, said) = match verification.state {
            VerificationState::Verified => (Tone::Good, words.verified_toast),
            VerificationState::Failed => (Tone::Info, words.rejected_toast),
            _ => (Tone::Good, words.approved_toast),
        };
        toasts.show(tone, said);
        remote.data.set(Some(verification));
        reviewed.update(|reviewed| *reviewed += 1);
    };
    let send = move |verdict: ReviewVerdict| {
        move |()| async move { api.review_verification(id, verdict).await }
    };
    let approve = Submit::new(send(ReviewVerdict::Approved), done);
    let reject = Submit::new(send(ReviewVerdict::Rejected), done);
    // Somebody else may have decided meanwhile: what is shown was older than that.
    for error in [approve.error, reject.error] {
        Effect::new(move |_| {
            let refused = error.get();
            if let Some(refused) = refused.filter(|it| it.code() == Some(ErrorCode::Conflict)) {
                // The dialog goes with what can be decided, the reason stays.
                toasts.show_error(&refused);
                remote.reload();
            }
        });
    }
    let consequence = Signal::derive(move || {
        let said = match verification.with(approvals) {
            0 => words.approve_first,
            _ => words.approve_second,
        };
        said.to_owned()
    });
    let none = Signal::stored(String::new());
    let close = |dialog: RwSignal<bool>| Callback::new(move |()| dialog.set(false));
    view! {
        <div class="flex flex-wrap gap-2">
            <button type="button" class="btn btn-sm btn-primary" on:click=move |_| approving.set(true)>{words.approve}</button>
            <button type="button" class="btn btn-sm" on:click=move |_| rejecting.set(true)>{words.reject}</button>
        </div>
        <ConfirmDialog
            open=approving
            on_close=close(approving)
            title=words.approve_title.to_owned()
            consequence
            word=none
            action=words.approve
            class="btn btn-primary"
            submit=approve
        />
        <ConfirmDialog
            open=rejecting
            on_close=close(rejecting)
            title=words.reject_title.to_owned()
            consequence=words.reject_help.to_owned()
            word=none
            action=words.reject
            submit=reject
        />
    }
}
