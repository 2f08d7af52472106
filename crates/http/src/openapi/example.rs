//! An example for every body, made from its schema: the fields' own examples where they have one, else a plausible
//! value of their type. So every operation shows one, and none can contradict its schema.

use serde_json::{Map, Value, json};

/// Schemas nested deeper than this repeat themselves.
const DEPTH: usize = 12;

/// Makes examples from the schemas of a document.
pub struct Examples {
    schemas: Value,
}

impl Examples {
    /// Reads the document's schemas.
    pub fn new(components: &utoipa::openapi::Components) -> Self {
        let schemas = serde_json::to_value(&components.schemas).unwrap_or_default();
        Self { schemas }
    }

    /// An example for a schema.
    pub fn make(&self, schema: &impl serde::Serialize) -> Value {
        let schema = serde_json::to_value(schema).unwrap_or_default();
        self.value("value", &schema, DEPTH)
    }

    fn value(&self, name: &str, schema: &Value, depth: usize) -> Value {
        if let Some(example) = own_example(schema) {
            return example;
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Value::Null;
        };
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.rsplit('/').next().unwrap_or_default();
            return self.value(name, &self.schemas[target], depth);
        }
        if let Some(choices) = choices(schema) {
            let choice = choices.iter().find(|choice| choice["type"] != "null");
            return choice.map_or(Value::Null, |choice| self.value(name, choice, depth));
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.merged(name, schema, parts, depth);
        }
        match type_of(schema) {
            "object" => self.object(schema, depth),
            "array" => json!([self.value(singular(name), &schema["items"], depth)]),
            "integer" => schema.get("minimum").cloned().unwrap_or(json!(1)),
            "number" => json!(0.5),
            "boolean" => json!(true),
            "string" => text(name, schema),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            object.insert(name.clone(), self.value(name, property, depth));
        }
        let more = &schema["additionalProperties"];
        if object.is_empty() && more.is_object() {
            object.insert("name".to_owned(), self.value("value", more, depth));
        }
        Value::Object(object)
    }

    fn merged(&self, name: &str, schema: &Value, parts: &[Value], depth: usize) -> Value {
        let mut all = Map::new();
        let own = self.object(schema, depth);
        for part in parts
            .iter()
            .map(|part| self.value(name, part, depth))
            .chain([own])
        {
            if let Value::Object(part) = part {
                all.extend(part);
            }
        }
        Value::Object(all)
    }
}

fn own_example(schema: &Value) -> Option<Value> {
    let first = schema["examples"].as_array().and_then(|list| list.first());
    let named = schema.get("example").or(first).or(schema.get("const"));
    let allowed = schema["enum"].as_array().and_then(|list| list.first());
    named.or(allowed).cloned()
}

fn choices(schema: &Value) -> Option<&Vec<Value>> {
    schema["oneOf"].as_array().or(schema["anyOf"].as_array())
}

fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(name) => name,
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
            .unwrap_or_default(),
        _ if schema["properties"].is_object() => "object",
        _ => "",
    }
}

fn text(name: &str, schema: &Value) -> Value {
    let by_name = match schema["format"].as_str() {
        Some("uuid") => "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
        Some("date-time") => "2026-03-16T12:00:00Z",
        Some("date") => "2026-03-31",
        _ => match name {
            "email" => "ada@example.org",
            "url" | "public_url" | "target_url" => "https://learn.example.org/join",
            "setup_url" => "https://go.example.org/setup#hT7Yx2",
            "password" | "current_password" | "new_password" => "correct horse battery staple",
            "parent" | "guardian" | "referrer" | "user" => "parent-17",
            "student" | "host" | "external_id" => "student-4",
            "referee" | "participant" | "invited" => "student-9",
            "time_zone" => "Europe/Berlin",
            "locale" => "en-GB",
            "ip_prefix" | "network" => "203.0.113.0/24",
            _ => name,
        },
    };
    let shortest = schema["minLength"]
        .as_u64()
        .and_then(|n| usize::try_from(n).ok());
    let longest = schema["maxLength"]
        .as_u64()
        .and_then(|n| usize::try_from(n).ok());
    let filler = by_name.chars().cycle();
    let length = by_name
        .chars()
        .count()
        .max(shortest.unwrap_or(0))
        .min(longest.unwrap_or(usize::MAX));
    Value::String(filler.take(length).collect())
}

fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(schema: Value) -> Value {
        let schemas = json!({ "Role": { "type": "string", "enum": ["admin", "viewer"] } });
        Examples { schemas }.make(&schema)
    }

    #[test]
    fn an_example_follows_its_schema() {
        let schema = json!({
            "type": "object",
            "properties": {
                "id": { "type": "string", "format": "uuid" },
                "role": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Role" }] },
                "scopes": { "type": "array", "items": { "type": "string" } },
                "days": { "type": ["integer", "null"], "minimum": 7 },
                "name": { "type": "string", "example": "Backend" },
                "pin": { "type": "string", "minLength": 6, "maxLength": 6 },
            }
        });
        assert_eq!(
            example(schema),
            json!({
                "id": "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
                "role": "admin",
                "scopes": ["scope"],
                "days": 7,
                "name": "Backend",
                "pin": "pinpin",
            })
        );
    }
}
