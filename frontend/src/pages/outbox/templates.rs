//! The templates, each with made-up data, in the languages it is there in.

use leptos::prelude::*;
use viral_engine_api_types::emails::{EmailKind, EmailLocale, EmailTemplate, EmailTemplateList};

use super::frame::MessagePreview;
use crate::api::use_api;
use crate::components::{Card, Field, FieldControl, Metric, RemoteView};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Visit, use_router};

/// The tab.
pub fn view() -> AnyView {
    let api = use_api();
    let remote = Remote::new(
        || (),
        move |()| async move { api.list_email_templates().await },
    );
    view! {
        <RemoteView remote name=text().outbox.templates lines=10 let:list>
            <Chosen list/>
        </RemoteView>
    }
    .into_any()
}

#[component]
fn Chosen(list: Signal<EmailTemplateList>) -> impl IntoView {
    let (api, router, words) = (use_api(), use_router(), &text().outbox);
    let (kind, locale) = (router.parameter("template"), router.parameter("locale"));
    let template = Memo::new(move |_| {
        let wish = kind.get();
        list.with(|list| {
            let wished = |it: &&EmailTemplate| Some(it.kind.as_str()) == wish.as_deref();
            let found = list.items.iter().find(wished);
            found.or_else(|| list.items.first()).cloned()
        })
    });
    let language = Memo::new(move |_| {
        let wish = locale.get().and_then(|wish| EmailLocale::parse(&wish));
        let there =
            template.with(|it| it.as_ref().map(|it| it.locales.clone()).unwrap_or_default());
        wish.filter(|wish| there.contains(wish))
            .unwrap_or(EmailLocale::En)
    });
    let chosen = move || template.with(|it| it.as_ref().map(|it| (it.kind, language.get())));
    let preview = Remote::new(
        chosen,
        move |chosen: Option<(EmailKind, EmailLocale)>| async move {
            let (kind, locale) = chosen.unwrap_or((EmailKind::TestMessage, EmailLocale::En));
            api.preview_email_template(kind, locale).await
        },
    );
    let kinds = move || {
        let option = |it: &EmailTemplate| {
            view! { <option value=it.kind.as_str()>{(words.kind)(it.kind)}</option> }
        };
        list.with(|list| list.items.iter().map(option).collect_view())
    };
    let locales = move || {
        let option = |it: &EmailLocale| {
            view! { <option value=it.as_str()>{(words.locale)(*it)}</option> }
        };
        template.with(|it| {
            it.as_ref()
                .map(|it| it.locales.iter().map(option).collect_view())
        })
    };
    let unsubscribes =
        move || match template.with(|it| it.as_ref().is_some_and(|it| it.can_unsubscribe)) {
            true => words.can_unsubscribe,
            false => words.can_not_unsubscribe,
        };
    let kind_select = move |control: FieldControl| {
        view! {
            <select
                class="select select-sm w-44"
                id=control.id()
                data-filter=""
                prop:value=move || template.with(|it| it.as_ref().map(|it| it.kind.as_str()))
                on:change:target=move |event| {
                    router.set(&[("template", Some(&event.target().value()))], Visit::Push);
                }
            >
                {kinds}
            </select>
        }
        .into_any()
    };
    let locale_select = move |control: FieldControl| {
        view! {
            <select
                class="select select-sm w-44"
                id=control.id()
                prop:value=move || language.get().as_str()
                on:change:target=move |event| {
                    router.set(&[("locale", Some(&event.target().value()))], Visit::Push);
                }
            >
                {locales}
            </select>
        }
        .into_any()
    };
    let metric =
        Metric::new(words.templates, words.templates_help).docs("emails/preview_email_template");
    view! {
        <Card title=words.templates metric=metric>
            <div class="flex flex-col gap-4">
                <div class="flex flex-wrap gap-3">
                    <Field label=Signal::stored(words.template.to_owned()) children=kind_select/>
                    <Field label=Signal::stored(words.language.to_owned()) children=locale_select/>
                </div>
                <p class="text-muted">{unsubscribes}</p>
                <RemoteView remote=preview name=words.template lines=10 let:preview>
                    <MessagePreview preview/>
                </RemoteView>
            </div>
        </Card>
    }
}
