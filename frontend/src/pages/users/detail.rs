//! One user: what the platform has told about them. Personal fields only for roles that may see them.

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::users::{AgeBand, PersonalFields, User};

use super::{age_band_name, persona_name};
use crate::api::use_api;
use crate::components::{Card, RemoteView, TimeText, user_words};
use crate::format::number::NONE;
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Query, encode_name, use_params, use_router};
use crate::session::use_session;

/// The page.
pub fn view() -> AnyView {
    let api = use_api();
    let id = use_params()
        .with_untracked(|params| params.get("external_id").unwrap_or_default().to_owned());
    let id = StoredValue::new(id);
    let user = Remote::new(
        || (),
        move |()| {
            let id = id.get_value();
            async move { api.get_user(&id).await }
        },
    );
    view! {
        <RemoteView remote=user name=text().users.user lines=10 let:user>
            <div class="grid gap-4 lg:grid-cols-2 items-start">
                <Facts user/>
                <Personal user/>
            </div>
        </RemoteView>
    }
    .into_any()
}

fn or_dash(value: Option<&String>) -> AnyView {
    value.map_or_else(|| NONE.into_any(), |words| user_words(words))
}

#[component]
fn Facts(user: Signal<User>) -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let texts = &text().users;
    let of = move |read: fn(&User) -> String| move || user.with(read);
    let words =
        move |read: fn(&User) -> Option<&String>| move || user.with(|user| or_dash(read(user)));
    let signals = move || {
        let on = |user: &User| {
            let set: Vec<_> = user
                .signals
                .iter()
                .filter(|(_, on)| **on)
                .map(|(name, _)| name.as_str())
                .collect();
            if set.is_empty() {
                NONE.to_owned()
            } else {
                set.join(", ")
            }
        };
        user.with(on)
    };
    let links = move || {
        let query = user.with(|user| Query::new().and("referrer", &user.external_id));
        router.href(&query.on("/links"))
    };
    let consents = move || {
        let user = user.with(|user| encode_name(&user.external_id));
        router.href(&format!("/users/{user}/consents"))
    };
    let data = move || {
        let query = user.with(|user| Query::new().and("user", &user.external_id));
        router.href_with("/data-requests", &query)
    };
    let child =
        move || user.with(|user| user.age_band.is_child() && user.age_band == AgeBand::Unknown);
    view! {
        <Card title=texts.user>
            <dl class="facts">
                <dt>{texts.external_id}</dt> <dd><code>{words(|user| Some(&user.external_id))}</code></dd>
                <dt>{texts.persona}</dt> <dd>{of(|user| user.persona.map_or(NONE, persona_name).to_owned())}</dd>
                <dt>{texts.age_band}</dt>
                <dd>
                    {of(|user| age_band_name(user.age_band).to_owned())}
                    <Show when=child><p class="text-muted text-xs">{texts.unknown_is_child}</p></Show>
                </dd>
                <dt>{texts.guardian}</dt> <dd>{words(|user| user.guardian.as_ref())}</dd>
                <dt>{texts.institution}</dt> <dd>{words(|user| user.institution.as_ref())}</dd>
                <dt>{texts.cohort}</dt> <dd>{words(|user| user.cohort.as_ref())}</dd>
                <dt>{texts.signals}</dt> <dd>{signals}</dd>
                <dt>{texts.created}</dt> <dd>{move || view! { <TimeText at=user.with(|user| user.created_at)/> }}</dd>
                <dt>{texts.updated}</dt> <dd>{move || view! { <TimeText at=user.with(|user| user.updated_at)/> }}</dd>
            </dl>
            <div class="flex flex-wrap gap-2 mt-4">
                <a class="btn btn-sm" href=links>{texts.links_of_user}</a>
                <Show when=move || session.may(Permission::ConsentsRead)>
                    <a class="btn btn-sm" href=consents>{texts.consents_of_user}</a>
                </Show>
                <Show when=move || session.may(Permission::DataRequestsRead)>
                    <a class="btn btn-sm" href=data>{texts.data_of_user}</a>
                </Show>
            </div>
        </Card>
    }
}

#[component]
fn Personal(user: Signal<User>) -> impl IntoView {
    let texts = &text().users;
    let shown = move |fields: PersonalFields| {
        view! {
            <dl class="facts">
                <dt>{texts.name}</dt> <dd>{or_dash(fields.name.as_ref())}</dd>
                <dt>{texts.email}</dt> <dd>{or_dash(fields.email.as_ref())}</dd>
                <dt>{texts.phone}</dt> <dd>{or_dash(fields.phone.as_ref())}</dd>
                <dt>{texts.handle}</dt> <dd>{or_dash(fields.handle.as_ref())}</dd>
            </dl>
        }
        .into_any()
    };
    let content = move || match user.with(|user| user.personal.clone()) {
        Some(fields) => shown(fields),
        None => view! { <p class="text-muted">{texts.personal_hidden}</p> }.into_any(),
    };
    view! { <Card title=texts.personal>{content}</Card> }
}
