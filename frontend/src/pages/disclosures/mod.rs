//! Who outside got an education record, and why; for each school as a file.

use leptos::prelude::*;
use viral_engine_api_types::disclosures::{Disclosure, RecordClass};

use crate::api::use_api;
use crate::components::{
    Column, EmptyList, FilterBar, FilterSelect, FilterText, InfoTip, Metric, ServerTable, TimeText,
    user_text,
};
use crate::format::number::NONE;
use crate::i18n::compliance;
use crate::remote::Remote;
use crate::router::use_router;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 4] = ["student", "institution", "record_class", "cursor"];

/// The page.
pub fn view() -> AnyView {
    let (api, router) = (use_api(), use_router());
    let words = &compliance().disclosures;
    let filters = move || router.query.with(|query| query.only(&FILTERS));
    let remote = Remote::new(filters, move |query| async move {
        api.list_disclosures(&query).await
    });
    let export = move || {
        let query = router.query.with(|query| query.only(&FILTERS[..3]));
        Some(query.and("format", "csv").on("/v1/disclosures/export"))
    };
    let metric =
        Signal::stored(Metric::new(words.list, words.help).docs("disclosures/list_disclosures"));
    view! {
        <p class="text-muted max-w-prose">{words.help}</p>
        <Filters/>
        <ServerTable
            name="disclosures"
            title=words.list
            remote
            columns=columns()
            key=|it| format!("{}{:?}", it.id, it.student)
            export=Signal::derive(export)
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &compliance().disclosures;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let words = &compliance().disclosures;
    let class = |value: &str| {
        RecordClass::parse(value).map_or_else(
            || value.to_owned(),
            |class| (compliance().disclosures.class)(class).to_owned(),
        )
    };
    let classes = RecordClass::ALL.iter();
    view! {
        <FilterBar named=vec![
            ("student", words.student, str::to_owned),
            ("institution", words.institution, str::to_owned),
            ("record_class", words.record_class, class),
        ]>
            <FilterText parameter="institution" label=words.institution/>
            <FilterText parameter="student" label=words.student/>
            <FilterSelect
                parameter="record_class"
                label=words.record_class
                choices=classes.map(|class| (class.as_str(), (words.class)(*class))).collect()
            />
        </FilterBar>
    }
}

/// A text that is gone once the student is erased.
fn told(text: Option<&String>) -> AnyView {
    match text {
        Some(text) => view! { <bdi>{text.clone()}</bdi> }.into_any(),
        None => compliance().disclosures.erased.into_any(),
    }
}

fn columns() -> Vec<Column<Disclosure>> {
    let words = &compliance().disclosures;
    vec![
        Column::<Disclosure>::new(
            "party",
            words.party,
            |it| told(it.party.as_ref()),
            |it| it.party.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.party.cmp(&b.party)),
        Column::<Disclosure>::new(
            "student",
            words.student,
            |it| match &it.student {
                Some(student) => user_text(student),
                None => compliance().disclosures.erased.into_any(),
            },
            |it| it.student.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.student.cmp(&b.student)),
        Column::<Disclosure>::new(
            "institution",
            words.institution,
            |it| match &it.institution {
                Some(institution) => view! { <bdi>{institution.clone()}</bdi> }.into_any(),
                None => NONE.into_any(),
            },
            |it| it.institution.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.institution.cmp(&b.institution)),
        Column::<Disclosure>::new(
            "record_class",
            words.record_class,
            |it| (compliance().disclosures.class)(it.record_class).into_any(),
            |it| it.record_class.as_str().to_owned(),
        )
        .sorted(|a, b| a.record_class.as_str().cmp(b.record_class.as_str())),
        Column::<Disclosure>::new("basis", words.basis, basis, |it| {
            it.basis.as_str().to_owned()
        })
        .sorted(|a, b| a.basis.as_str().cmp(b.basis.as_str())),
        Column::<Disclosure>::new(
            "legitimate_interest",
            words.interest,
            |it| told(it.legitimate_interest.as_ref()),
            |it| it.legitimate_interest.clone().unwrap_or_default(),
        ),
        Column::<Disclosure>::new(
            "disclosed_at",
            words.disclosed,
            |it| view! { <TimeText at=it.disclosed_at/> }.into_any(),
            |it| it.disclosed_at.to_rfc3339(),
        )
        .sorted(|a, b| a.disclosed_at.cmp(&b.disclosed_at)),
    ]
}

/// Why it may be disclosed, with the way to the consent it rests on.
fn basis(it: &Disclosure) -> AnyView {
    let name = (compliance().disclosures.basis_name)(it.basis);
    let router = use_router();
    match it.consent_id {
        Some(consent) => {
            let href = router.href(&format!("/consents/{consent}"));
            view! { <a class="link" href=href>{name}</a> }.into_any()
        }
        None => name.into_any(),
    }
}
