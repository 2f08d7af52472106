//! Reads JSON and says which field is at fault.
//!
//! A field of the wrong type is 400; a field that is unknown, missing or out of its set of values is 422, as any
//! other rule of the field. The values themselves are never repeated in an answer.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use viral_engine_api_types::{ErrorCode, FieldError};
use viral_engine_service::ServiceError;
use viral_engine_service::validation::{WRONG_TYPE, of_fields};

use crate::extract::strict::Strict;

/// Most faults that are named of one object.
const MOST_FAULTS: usize = 20;

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 32;

/// Parses a JSON text.
///
/// # Errors
/// 400 `malformed_body`, or 422 `validation_failed`.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ServiceError> {
    from_value(parse_value(bytes)?, "")
}

/// Parses a JSON text of whatever shape.
///
/// # Errors
/// 400 `malformed_body`.
pub fn parse_value(bytes: &[u8]) -> Result<Value, ServiceError> {
    if too_deep(bytes) {
        return Err(malformed(format!(
            "Nest objects and arrays at most {MAX_DEPTH} deep."
        )));
    }
    if has_nul(bytes) {
        return Err(malformed(
            "Leave out NUL characters: they can not be stored.",
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        malformed(format!(
            "This is not JSON: line {}, column {}.",
            error.line(),
            error.column()
        ))
    })
}

/// Reads an item of a larger body; pointers begin with `prefix`.
///
/// # Errors
/// As [`parse`].
pub fn from_value<T: DeserializeOwned>(value: Value, prefix: &str) -> Result<T, ServiceError> {
    serde_path_to_error::deserialize(Strict(value))
        .map_err(|error| of_serde(error.path(), error.inner(), prefix))
}

/// Reads what can be read of an object whose fields are all optional, and names every field that can not: each is left
/// out in turn, and of more than [`MOST_FAULTS`] the rest is not looked for.
///
/// # Errors
/// As [`parse`], when a fault is not that of one field.
pub fn readable_fields<T: DeserializeOwned>(
    mut value: Value,
    prefix: &str,
) -> Result<(T, Vec<FieldError>), ServiceError> {
    let mut faults = Vec::new();
    loop {
        let error = match from_value(value.clone(), prefix) {
            Ok(read) => return Ok((read, faults)),
            Err(error) => error,
        };
        let found = match &error {
            ServiceError::Invalid(found) | ServiceError::MalformedBody(found) => found.as_slice(),
            _ => &[],
        };
        let [fault] = found else { return Err(error) };
        let removed = fault
            .pointer
            .strip_prefix(prefix)
            .is_some_and(|pointer| remove(&mut value, pointer));
        if !removed {
            return Err(error);
        }
        faults.push(fault.clone());
        if faults.len() == MOST_FAULTS {
            return Err(of_fields(faults));
        }
    }
}

/// Takes a member out of its object.
fn remove(value: &mut Value, pointer: &str) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return false;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.is_some_and(|fields| fields.remove(&key).is_some())
}

fn of_serde(path: &Path, error: &serde_json::Error, prefix: &str) -> ServiceError {
    let pointer = pointer(path, prefix);
    let text = error.to_string();
    let field = |name: &str| {
        if pointer.ends_with(&format!("/{name}")) {
            pointer.clone()
        } else {
            format!("{pointer}/{name}")
        }
    };
    if let Some(name) = quoted(&text, "unknown field `") {
        return ServiceError::field(field(name), "unknown_field", "There is no such field.");
    }
    if let Some(name) = quoted(&text, "missing field `") {
        return ServiceError::field(field(name), "required", "This field is required.");
    }
    let expected = text
        .split_once("expected ")
        .map(|(_, rest)| rest.split(" at line ").next().unwrap_or(rest));
    if text.starts_with("invalid type") {
        let detail = format!("Send {} here.", expected.map_or("another type", in_words));
        return ServiceError::MalformedBody(vec![FieldError::new(pointer, WRONG_TYPE, detail)]);
    }
    let detail = match expected {
        Some(expected) => format!("Send {} here.", in_words(expected)),
        None => sentence_for(&text).to_owned(),
    };
    ServiceError::field(pointer, "invalid_value", detail)
}

/// What serde expects, in words of JSON and not of Rust.
pub(super) fn in_words(expected: &str) -> &str {
    let is_number = |kind: char| {
        let size = expected.strip_prefix(kind);
        size.is_some_and(|size| size == "size" || size.parse::<u8>().is_ok())
    };
    match expected {
        _ if is_number('u') => "a whole number from 0 on",
        _ if is_number('i') => "a whole number",
        _ if is_number('f') => "a number",
        "a map" => "an object",
        "a sequence" => "a list",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

/// What to do about a value that could not be parsed, told by the parser's own words.
pub(super) fn sentence_for(error: &str) -> &'static str {
    if error.contains("UUID") {
        return "An id is a UUID, as it was answered.";
    }
    "This value is not valid."
}

/// The name between backticks behind `start`.
fn quoted<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.split('`').next()
}

fn pointer(path: &Path, prefix: &str) -> String {
    let mut pointer = prefix.to_owned();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn malformed(detail: impl Into<String>) -> ServiceError {
    ServiceError::Coded {
        code: ErrorCode::MalformedBody,
        detail: detail.into(),
    }
}

/// Counts brackets outside of texts; whatever is not JSON is for the parser to refuse.
fn too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Whether a text has the escape `\u0000`. JSON allows it, PostgreSQL does not; unescaped it is no JSON.
fn has_nul(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        if rest[at..].starts_with(b"\\u0000") {
            return true;
        }
        // Behind a backslash stands what it escapes, which may be a backslash.
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    false
}
