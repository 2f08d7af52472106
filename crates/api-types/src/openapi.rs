//! Schemas that the derive macro can not write: of texts whose values come out of a macro of ours, and of what a list
//! or map holds. The types have no values; DTOs name them as the `value_type` of their fields.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, Ref};
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::permissions::Permission;
use crate::{events, external_id, tutoring_sessions};

/// What every external id matches: no control characters.
pub const EXTERNAL_ID: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// What every text matches that [`one_line`](crate::one_line) takes. Attributes of fields, which take literals alone,
/// repeat it.
pub const ONE_LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$";

/// A text that is one of `values`.
pub fn text_enum(
    description: &str,
    values: impl IntoIterator<Item = &'static str>,
) -> RefOr<Schema> {
    text()
        .description(Some(description))
        .enum_values(Some(values))
        .build()
        .into()
}

/// The platform's own id of a user, in a list of them.
#[derive(Debug)]
pub enum ExternalId {}

impl PartialSchema for ExternalId {
    fn schema() -> RefOr<Schema> {
        text()
            .description(Some("The platform's own id of a user."))
            .min_length(Some(1))
            .max_length(Some(external_id::MAX_CHARS))
            .pattern(Some(EXTERNAL_ID))
            .build()
            .into()
    }
}

impl ToSchema for ExternalId {}

/// A skill, in a list of them.
#[derive(Debug)]
pub enum Skill {}

impl PartialSchema for Skill {
    fn schema() -> RefOr<Schema> {
        short_text("A skill.", tutoring_sessions::SKILL_CHARS)
    }
}

impl ToSchema for Skill {}

/// A sentence for a parent, in a list of them.
#[derive(Debug)]
pub enum Note {}

impl PartialSchema for Note {
    fn schema() -> RefOr<Schema> {
        short_text("A sentence for a parent.", tutoring_sessions::NOTE_CHARS)
    }
}

impl ToSchema for Note {}

/// What a guardian can allow.
#[derive(Debug)]
pub enum ConsentScope {}

impl PartialSchema for ConsentScope {
    fn schema() -> RefOr<Schema> {
        text()
            .description(Some("What a guardian can allow."))
            .pattern(Some(
                "^(core_use|progress_reel_to_parent|invite_friend|public_display|(disclose|ai_processing):[a-z0-9._-]{1,64})$",
            ))
            .examples(["invite_friend"])
            .build()
            .into()
    }
}

impl ToSchema for ConsentScope {}

/// What an API key may do.
#[derive(Debug)]
pub enum Scope {}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        let permissions = Permission::ALL.iter().copied();
        let grantable = permissions.filter(|permission| permission.grantable_to_api_key());
        let names = grantable.map(Permission::as_str);
        text_enum(
            "A permission that an API key can have, or `*` for all of them.",
            std::iter::once("*").chain(names),
        )
    }
}

impl ToSchema for Scope {}

/// Signals by name.
#[derive(Debug)]
pub enum Signals {}

impl PartialSchema for Signals {
    fn schema() -> RefOr<Schema> {
        let name = text()
            .pattern(Some("^[a-z0-9][a-z0-9_-]*$"))
            .max_length(Some(64));
        let value = Object::with_type(SchemaType::Type(Type::Boolean));
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Object))
            .description(Some("Signals such as `verified_email`, by name."))
            .property_names(Some(name.build()))
            .additional_properties(Some(AdditionalProperties::RefOr(value.into())))
            .max_properties(Some(50))
            .examples([serde_json::json!({ "verified_email": true })])
            .build()
            .into()
    }
}

impl ToSchema for Signals {}

/// The events of one bulk call.
#[derive(Debug)]
pub enum EventBatch {}

impl PartialSchema for EventBatch {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .description(Some("Events; in NDJSON one a line."))
            .items(Ref::from_schema_name("CreateEvent"))
            .min_items(Some(1))
            .max_items(Some(events::BULK_MAX))
            .build()
            .into()
    }
}

impl ToSchema for EventBatch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let event = <events::CreateEvent as ToSchema>::name();
        schemas.push((event.into_owned(), events::CreateEvent::schema()));
        <events::CreateEvent as ToSchema>::schemas(schemas);
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn short_text(description: &str, most: usize) -> RefOr<Schema> {
    text()
        .description(Some(description))
        .min_length(Some(1))
        .max_length(Some(most))
        .pattern(Some(ONE_LINE))
        .build()
        .into()
}
