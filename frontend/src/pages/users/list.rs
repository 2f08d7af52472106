//! The list of users, with filters in the address.

use leptos::prelude::*;
use viral_engine_api_types::users::{AgeBand, User};

use super::export::ExportUsers;
use super::{PERSONAS, age_band_name, persona_id, persona_name};
use crate::api::use_api;
use crate::components::{
    Column, Empty, FilterBar, FilterSelect, FilterText, ServerTable, TimeText, user_text,
    user_text_or_none,
};
use crate::format::number::NONE;
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Query, encode_name, use_router};

const FILTERS: [&str; 4] = ["external_id", "persona", "age_band", "institution"];
const CURL: &str = "curl -X PUT ORIGIN/v1/users/parent-17 -H 'Authorization: Bearer YOUR_API_KEY' -H 'Content-Type: application/json' -d '{\"persona\":\"parent\",\"age_band\":\"adult\"}'";

/// The page.
pub fn view() -> AnyView {
    let (api, router) = (use_api(), use_router());
    let texts = &text().users;
    let filters = Memo::new(move |_| router.query.with(|query| query.only(&FILTERS)));
    let cursor = router.parameter("cursor");
    let users = Remote::new(
        move || (filters.get(), cursor.get()),
        move |(query, cursor): (Query, Option<String>)| async move {
            api.list_users(&query.with("cursor", cursor.as_deref()))
                .await
        },
    );
    view! {
        <Filters/>
        <ServerTable
            name="users"
            title=text().pages.users.title
            remote=users
            columns=columns()
            key=|user| format!("{}{}", user.id, user.updated_at)
            address=|user, router| router.href(&format!("/users/{}", encode_name(&user.external_id)))
            aside=move || view! { <ExportUsers filters columns/> }
            empty=move || {
                if filters.with(Query::is_empty) {
                    let origin = window().location().origin().unwrap_or_default();
                    view! { <Empty title=texts.empty_title detail=texts.empty_detail curl=CURL.replace("ORIGIN", &origin)/> }
                } else {
                    view! { <Empty title=texts.none_match_title detail=texts.none_match_detail/> }
                }
            }
        />
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let texts = &text().users;
    let same = |value: &str| value.to_owned();
    let persona = |value: &str| {
        let known = PERSONAS
            .into_iter()
            .find(|persona| persona_id(*persona) == value);
        known.map_or_else(
            || value.to_owned(),
            |persona| persona_name(persona).to_owned(),
        )
    };
    let band = |value: &str| {
        let known = AgeBand::ALL.into_iter().find(|band| band.as_str() == value);
        known.map_or_else(|| value.to_owned(), |band| age_band_name(band).to_owned())
    };
    view! {
        <FilterBar named=vec![
            ("external_id", texts.external_id, same),
            ("persona", texts.persona, persona),
            ("age_band", texts.age_band, band),
            ("institution", texts.institution, same),
        ]>
            <FilterText parameter="external_id" label=texts.external_id/>
            <FilterSelect
                parameter="persona"
                label=texts.persona
                choices=PERSONAS.map(|persona| (persona_id(persona), persona_name(persona))).to_vec()
            />
            <FilterSelect
                parameter="age_band"
                label=texts.age_band
                choices=AgeBand::ALL.map(|band| (band.as_str(), age_band_name(band))).to_vec()
            />
            <FilterText parameter="institution" label=texts.institution/>
        </FilterBar>
    }
}

/// Place of a band among the bands, youngest first.
fn place(band: AgeBand) -> Option<usize> {
    AgeBand::ALL.iter().position(|known| *known == band)
}

fn columns() -> Vec<Column<User>> {
    let texts = &text().users;
    vec![
        Column::<User>::new(
            "external_id",
            texts.external_id,
            |user| user_text(&user.external_id),
            |user| user.external_id.clone(),
        )
        .sorted(|a, b| a.external_id.cmp(&b.external_id)),
        Column::<User>::new(
            "persona",
            texts.persona,
            |user| user.persona.map_or(NONE, persona_name).into_any(),
            |user| user.persona.map(persona_id).unwrap_or_default().to_owned(),
        )
        .sorted(|a, b| a.persona.map(persona_id).cmp(&b.persona.map(persona_id))),
        Column::<User>::new(
            "age_band",
            texts.age_band,
            |user| age_band_name(user.age_band).into_any(),
            |user| user.age_band.as_str().to_owned(),
        )
        .sorted(|a, b| place(a.age_band).cmp(&place(b.age_band))),
        Column::<User>::new(
            "guardian",
            texts.guardian,
            |user| user_text_or_none(user.guardian.as_ref()),
            |user| user.guardian.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.guardian.cmp(&b.guardian)),
        Column::<User>::new(
            "institution",
            texts.institution,
            |user| user_text_or_none(user.institution.as_ref()),
            |user| user.institution.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.institution.cmp(&b.institution)),
        Column::<User>::new(
            "created",
            texts.created,
            |user| view! { <TimeText at=user.created_at/> }.into_any(),
            |user| user.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}
