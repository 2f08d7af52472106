//! One recap: what the child did, and sending it to the parent again.

use leptos::prelude::*;
use viral_engine_api_types::RecapId;
use viral_engine_api_types::emails::Email;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::recaps::Recap;

use super::week;
use crate::api::use_api;
use crate::components::{
    RemoteView, Submit, TimeText, Tone, empty::Empty, error_panel, use_toasts, user_words,
};
use crate::format::number::NONE;
use crate::format::{count, decimal};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{encode_name, use_router};
use crate::session::use_session;

/// The recap with an id.
#[component]
pub fn RecapDetail(id: String) -> impl IntoView {
    let api = use_api();
    let Ok(id) = id.parse::<RecapId>() else {
        let frame = &text().frame;
        return view! { <Empty title=frame.not_found_title detail=frame.not_found_detail/> }
            .into_any();
    };
    let remote = Remote::new(move || id, move |id| async move { api.get_recap(id).await });
    view! {
        <RemoteView remote name=text().recaps.detail_title let:recap>
            {move || facts(&recap.get())}
            <Resend id remote/>
        </RemoteView>
    }
    .into_any()
}

fn facts(recap: &Recap) -> AnyView {
    let (router, session, words) = (use_router(), use_session(), &text().recaps);
    let user = |id: &str| {
        let href = router.href(&format!("/users/{}", encode_name(id)));
        match session.may(Permission::UsersRead) {
            true => view! { <a class="link" href=href>{user_words(id)}</a> }.into_any(),
            false => user_words(id),
        }
    };
    let email = recap
        .email_id
        .filter(|_| session.may(Permission::EmailsRead))
        .map(|id| {
            let href = router.href(&format!("/outbox/{id}"));
            view! { <dt>{words.mail}</dt> <dd><a class="link" href=href>{words.see_mail}</a></dd> }
        });
    let figure =
        |value: Option<f64>| value.map_or_else(|| NONE.to_owned(), |value| decimal(value, 2));
    let list = |title: &'static str, items: &[String]| {
        let item = |it: &String| view! { <li>{user_words(it)}</li> };
        (!items.is_empty()).then(|| {
            view! {
                <section>
                    <h3 class="mb-2">{title}</h3>
                    <ul class="list-disc pl-5 flex flex-col gap-1 max-w-prose">{items.iter().map(item).collect_view()}</ul>
                </section>
            }
        })
    };
    view! {
        <p class="text-lg font-semibold">{week(recap)}</p>
        <dl class="facts">
            <dt>{words.parent}</dt> <dd>{user(&recap.parent)}</dd>
            <dt>{words.child}</dt> <dd>{user(&recap.child)}</dd>
            <dt>{words.time_zone}</dt> <dd>{recap.time_zone.clone()}</dd>
            <dt>{words.sessions}</dt> <dd class="num">{count(recap.sessions.into())}</dd>
            <dt>{words.minutes}</dt> <dd class="num">{count(recap.minutes.into())}</dd>
            <dt>{words.rating}</dt> <dd class="num">{figure(recap.average_rating)}</dd>
            <dt>{words.improvement}</dt> <dd class="num">{figure(recap.improvement)}</dd>
            <dt>{words.streak}</dt> <dd class="num">{(words.days)(recap.streak_days.into())}</dd>
            <dt>{words.subjects}</dt> <dd>{user_words(&recap.subjects.join(", "))}</dd>
            <dt>{words.skills}</dt> <dd>{user_words(&recap.skills.join(", "))}</dd>
            {email}
            <dt>{words.made}</dt> <dd><TimeText at=recap.created_at/></dd>
            <dt>{words.computed}</dt> <dd><TimeText at=recap.updated_at/></dd>
        </dl>
        {list(words.highlights, &recap.highlights)}
        {list(words.achievements, &recap.achievements)}
        {list(words.next_steps, &recap.next_steps)}
    }
    .into_any()
}

/// Sends the parent's week again, as a new message.
#[component]
fn Resend(id: RecapId, remote: Remote<Recap>) -> impl IntoView {
    let (api, session, toasts, words) = (use_api(), use_session(), use_toasts(), &text().recaps);
    let submit = Submit::new(
        move |()| async move { api.resend_recap(id).await },
        move |_: Email| {
            remote.reload();
            toasts.show(Tone::Good, words.sent_again);
        },
    );
    view! {
        <Show when=move || session.may(Permission::RecapsWrite)>
            <div class="flex flex-col items-start gap-2">
                <button type="button" class="btn btn-sm" disabled=move || submit.pending.get() on:click=move |_| submit.run(())>
                    {words.send_again}
                </button>
                <p class="field-help">{words.send_again_help}</p>
            </div>
        </Show>
        {move || submit.error.get().map(|error| error_panel(&error))}
    }
}
