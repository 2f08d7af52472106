//! One version of the notice: as guardians saw it, as it was written, and what changed since the one before.

use leptos::prelude::*;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::notices::Notice;

use super::diff_view::DiffView;
use super::{Choice, LocaleChoice, words_of};
use crate::api::use_api;
use crate::components::{Card, CopyButton, HtmlFrame, Metric, RemoteView, TimeText, Tone, tag};
use crate::i18n::{compliance, text};
use crate::pages::not_found;
use crate::remote::Remote;
use crate::router::{use_params, use_router};

/// How it is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Shown,
    Markdown,
    Changes,
}

/// The page.
pub fn view() -> AnyView {
    let params = use_params();
    let number = Memo::new(move |_| {
        params.with(|params| {
            params
                .get("number")
                .and_then(|number| number.parse::<i32>().ok())
        })
    });
    let shown = move || match number.get() {
        Some(number) => view! { <Version number/> }.into_any(),
        None => not_found::view(),
    };
    shown.into_any()
}

#[component]
fn Version(number: i32) -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    // All of them, since what changed is told beside the one before.
    let remote = Remote::new(|| (), move |()| async move { api.list_notices().await });
    view! {
        <a class="link self-start" href=move || router.href("/notices")>{compliance().notices.to_list}</a>
        <RemoteView remote name=text().pages.notice.title lines=10 let:list>
            {move || list.with(|list| {
                let place = list.items.iter().position(|notice| notice.number == number);
                match place {
                    Some(place) => shown(list.items[place].clone(), list.items.get(place + 1).cloned()),
                    None => not_found::view(),
                }
            })}
        </RemoteView>
    }
}

/// A version, and the one before.
fn shown(notice: Notice, before: Option<Notice>) -> AnyView {
    let words = &compliance().notices;
    let metric = Metric::new(text().pages.notice.title, words.help).docs("notices/get_notice");
    let (locale, form) = (RwSignal::new(EmailLocale::En), RwSignal::new(Form::Shown));
    let title = (words.version)(&notice.number.to_string());
    let facts = facts(&notice);
    let (notice, before) = (StoredValue::new(notice), StoredValue::new(before));
    let choices = vec![
        (Form::Shown, words.as_shown),
        (Form::Markdown, words.markdown),
        (Form::Changes, words.differences),
    ];
    let content = move || {
        let text = notice.with_value(|notice| words_of(notice, locale.get()).cloned());
        let Some(text) = text else {
            return view! { <p class="text-muted">{words.no_words}</p> }.into_any();
        };
        match form.get() {
            Form::Shown => view! {
                <HtmlFrame title=words.as_shown html=text.html/>
                <p class="text-xs text-muted flex flex-wrap items-center gap-1">
                    {words.sha} " " <code class="break-all">{text.sha256.clone()}</code>
                    <CopyButton value=Signal::stored(text.sha256) label=words.sha/>
                </p>
            }
            .into_any(),
            Form::Markdown => view! {
                <pre class="code-line" tabindex="0" aria-label=words.markdown><code>{text.body}</code></pre>
            }
            .into_any(),
            Form::Changes => changes(before.get_value(), locale.get(), text.body),
        }
    };
    view! {
        <Card title=title metric=metric>{facts}</Card>
        <section class="card-box">
            <div class="card-body flex flex-col gap-3">
                <div class="flex flex-wrap gap-3">
                    <LocaleChoice locale/>
                    <Choice label=words.show_as chosen=form choices/>
                </div>
                {content}
            </div>
        </section>
    }
    .into_any()
}

fn changes(before: Option<Notice>, locale: EmailLocale, body: String) -> AnyView {
    let words = &compliance().notices;
    let Some(before) = before else {
        return view! { <p class="text-muted">{words.first_version}</p> }.into_any();
    };
    let old = words_of(&before, locale).map(|text| text.body.clone());
    view! {
        <p>{words.since_before}</p>
        <DiffView old=old.unwrap_or_default() new=body/>
    }
    .into_any()
}

fn facts(notice: &Notice) -> AnyView {
    let words = &compliance().notices;
    let state = match notice.published_at {
        Some(at) => view! { <TimeText at/> }.into_any(),
        None => tag(Tone::Info, words.draft),
    };
    let material = match notice.is_material {
        true => tag(Tone::Watch, words.is_material),
        false => words.not_material.into_any(),
    };
    view! {
        <dl class="facts">
            <dt>{words.published}</dt> <dd>{state}</dd>
            <dt>{words.material}</dt> <dd>{material}</dd>
            <dt>{words.changed}</dt> <dd><TimeText at=notice.updated_at/></dd>
        </dl>
    }
    .into_any()
}
