//! The settings by name, with their ranges, in the body that changes them: from the table that also checks it.

use serde_json::json;
use utoipa::openapi::schema::{
    AdditionalProperties, Object, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Components, RefOr};
use viral_engine_domain::guardrails::{SETTINGS, Setting, SettingKind, SettingValue};

/// Describes `values` of `UpdateSettings`.
pub fn complete(components: &mut Components) {
    let body = components.schemas.get_mut("UpdateSettings");
    if let Some(RefOr::T(Schema::Object(body))) = body {
        body.properties.insert("values".to_owned(), values().into());
    }
}

fn values() -> Object {
    let object = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .description(Some("New values by key, at least one; null resets a key."))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
        .min_properties(Some(1));
    let object = SETTINGS.iter().fold(object, |object, setting| {
        object.property(setting.key, value(setting))
    });
    object.build()
}

fn value(setting: &Setting) -> Object {
    let number = match setting.kind() {
        SettingKind::Integer => Type::Integer,
        SettingKind::Decimal => Type::Number,
    };
    let example = match setting.default_value() {
        SettingValue::Integer(value) => json!(value),
        SettingValue::Decimal(value) => json!(value),
    };
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([number, Type::Null]))
        .description(Some(setting.purpose))
        .minimum(Some(setting.min))
        .maximum(Some(setting.max))
        .examples([example])
        .build()
}
