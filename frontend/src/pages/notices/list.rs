//! Every version of the notice.

use leptos::prelude::*;
use viral_engine_api_types::notices::Notice;
use viral_engine_api_types::permissions::Permission;

use super::{current_of, draft_of};
use crate::api::use_api;
use crate::components::{
    Column, DataTable, Empty, InfoTip, Metric, RemoteView, TimeText, Tone, tag,
};
use crate::format::number::NONE;
use crate::i18n::{compliance, text};
use crate::remote::Remote;
use crate::router::{Router, use_router};
use crate::session::use_session;

/// A version, and whether guardians see it now.
type Version = (Notice, bool);

/// The page.
pub fn view() -> AnyView {
    let api = use_api();
    let remote = Remote::new(|| (), move |()| async move { api.list_notices().await });
    view! {
        <RemoteView remote name=text().pages.notices.title lines=8 let:list>
            <Versions versions=Signal::derive(move || list.with(|list| list.items.clone()))/>
        </RemoteView>
    }
    .into_any()
}

#[component]
fn Versions(versions: Signal<Vec<Notice>>) -> impl IntoView {
    let words = &compliance().notices;
    let rows = Signal::derive(move || {
        versions.with(|versions| {
            let current = current_of(versions).map(|notice| notice.number);
            let row = |notice: &Notice| (notice.clone(), Some(notice.number) == current);
            versions.iter().map(row).collect::<Vec<Version>>()
        })
    });
    // Whoever has no version reads so in the empty list.
    let tells_nothing = Memo::new(move |_| {
        versions.with(|versions| !versions.is_empty() && current_of(versions).is_none())
    });
    let metric = Signal::stored(Metric::new(words.list, words.help).docs("notices/list_notices"));
    view! {
        <Show when=move || tells_nothing.get()>
            <div class="notice" data-tone="watch">
                <p class="font-semibold">{words.none_current_title}</p>
                <p>{words.none_current_detail}</p>
            </div>
        </Show>
        <WriteLink versions/>
        <DataTable<Version>
            name="notices"
            title=words.list
            top=true
            rows
            columns=columns()
            key=|(notice, is_current)| format!("{} {} {is_current}", notice.number, notice.version)
            find_parameter="find"
            address
            aside=move || view! { <InfoTip metric/> }
            empty=move || view! { <Empty title=words.empty_title detail=words.empty_detail/> }
        />
    }
}

/// Leads to the draft, for who may write it.
#[component]
fn WriteLink(versions: Signal<Vec<Notice>>) -> impl IntoView {
    let (router, session, words) = (use_router(), use_session(), &compliance().notices);
    let name = move || {
        versions.with(|versions| match (draft_of(versions), versions.is_empty()) {
            (Some(_), _) => words.go_on,
            (None, true) => words.write_first,
            (None, false) => words.write_next,
        })
    };
    view! {
        <Show when=move || session.may(Permission::NoticesWrite)>
            <a class="btn btn-primary self-start" href=move || router.href("/notices/draft")>{name}</a>
        </Show>
    }
}

fn address((notice, _): &Version, router: Router) -> String {
    router.href(&format!("/notices/{}", notice.number))
}

fn columns() -> Vec<Column<Version>> {
    let words = &compliance().notices;
    vec![
        Column::<Version>::new(
            "number",
            words.number,
            |(notice, _)| (compliance().notices.version)(&notice.number.to_string()).into_any(),
            |(notice, _)| notice.number.to_string(),
        )
        .sorted(|a, b| a.0.number.cmp(&b.0.number)),
        Column::<Version>::new("state", words.state, state_tag, |version| {
            state(version).1.to_owned()
        }),
        Column::<Version>::new(
            "is_material",
            words.material,
            |(notice, _)| material(notice).into_any(),
            |(notice, _)| notice.is_material.to_string(),
        ),
        Column::<Version>::new(
            "languages",
            words.languages,
            |(notice, _)| languages(notice).into_any(),
            |(notice, _)| languages(notice),
        ),
        Column::<Version>::new(
            "published_at",
            words.published,
            |(notice, _)| match notice.published_at {
                Some(at) => view! { <TimeText at/> }.into_any(),
                None => NONE.into_any(),
            },
            |(notice, _)| {
                notice
                    .published_at
                    .map(|at| at.to_rfc3339())
                    .unwrap_or_default()
            },
        )
        .sorted(|a, b| a.0.published_at.cmp(&b.0.published_at)),
        Column::<Version>::new(
            "updated_at",
            words.changed,
            |(notice, _)| view! { <TimeText at=notice.updated_at/> }.into_any(),
            |(notice, _)| notice.updated_at.to_rfc3339(),
        )
        .sorted(|a, b| a.0.updated_at.cmp(&b.0.updated_at)),
    ]
}

fn state((notice, is_current): &Version) -> (Tone, &'static str) {
    let words = &compliance().notices;
    match (notice.published_at, is_current) {
        (None, _) => (Tone::Info, words.draft),
        (Some(_), true) => (Tone::Good, words.current),
        (Some(_), false) => (Tone::Neutral, words.earlier),
    }
}

fn state_tag(version: &Version) -> AnyView {
    let (tone, word) = state(version);
    tag(tone, word)
}

fn material(notice: &Notice) -> &'static str {
    match notice.is_material {
        true => compliance().notices.is_material,
        false => compliance().notices.not_material,
    }
}

fn languages(notice: &Notice) -> String {
    let names = notice.texts.iter();
    let names: Vec<_> = names
        .map(|it| (compliance().notices.locale)(it.locale))
        .collect();
    names.join(", ")
}
