//! What holds for a parameter wherever it stands. The handlers' declarations say what is their own.

use utoipa::openapi::path::{Operation as Described, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Required};
use viral_engine_api_types::external_id;
use viral_engine_api_types::openapi::EXTERNAL_ID;
use viral_engine_service::cursor;

/// One ETag, or any.
const IF_MATCH: &str = r#"^(\*|"[!#-~]{1,128}")$"#;
/// Visible ASCII.
const IDEMPOTENCY_KEY: &str = "^[!-~]{1,128}$";

/// Completes the parameters that an operation declares.
pub fn complete(described: &mut Described) {
    for parameter in described.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        let (name, place) = (parameter.name.as_str(), &parameter.parameter_in);
        if let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema {
            restrict(name, place, schema);
        }
    }
}

fn restrict(name: &str, place: &ParameterIn, schema: &mut Object) {
    let is_text = matches!(schema.schema_type, SchemaType::Type(Type::String));
    match (place, name) {
        (ParameterIn::Query, "cursor") => schema.pattern = Some(cursor::PATTERN.to_owned()),
        (ParameterIn::Query, "time_zone") => {
            schema.format = Some(SchemaFormat::Custom("iana-time-zone".to_owned()));
            schema.min_length = Some(1);
        }
        // An empty value is refused, see the extractor.
        (ParameterIn::Query, _) if is_text && schema.min_length.is_none() => {
            schema.min_length = Some(1);
        }
        (ParameterIn::Path, "external_id") => {
            schema.pattern = Some(EXTERNAL_ID.to_owned());
            schema.min_length = Some(1);
            schema.max_length = Some(external_id::MAX_CHARS);
        }
        // Where it is optional it is left out: a header has no null.
        (ParameterIn::Header, "If-Match") => {
            schema.schema_type = SchemaType::Type(Type::String);
            schema.pattern = Some(IF_MATCH.to_owned());
        }
        _ => {}
    }
}

/// Adds the header that a browser's writes carry.
pub fn add_csrf_token(described: &mut Described) {
    let description = "For browser sessions only: `csrf_token` of `get_me`.";
    add_header(described, "X-CSRF-Token", description, text());
}

/// Adds the header that makes a creation repeatable.
pub fn add_idempotency_key(described: &mut Described) {
    let description = "1 to 128 visible characters. The same key and body is answered with the first answer for 24 h.";
    let schema = text().pattern(Some(IDEMPOTENCY_KEY));
    add_header(described, "Idempotency-Key", description, schema);
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn add_header(described: &mut Described, name: &str, description: &str, schema: ObjectBuilder) {
    let parameter: Parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build();
    described
        .parameters
        .get_or_insert_default()
        .push(parameter.into());
}
