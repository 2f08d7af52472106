//! One sequence of bytes for every JSON value, however it is written down.
//!
//! RFC 8785 is for values whose numbers are IEEE doubles. Ours come back from PostgreSQL's `jsonb`, which keeps numbers
//! as decimals of any length and orders keys by itself. So numbers are compared as decimals, digit by digit: `1.50`,
//! `15e-1` and `1.5` are one value, and nothing is rounded on the way.
//!
//! A value is a tag and, where it has a size, the size as 8 bytes big-endian:
//! `n` null, `t` true, `f` false, `#` size decimal, `"` size UTF-8, `[` count values, `{` count (size UTF-8, value)
//! ordered by the bytes of the keys. A decimal is `0`, or an optional `-`, its digits without leading and trailing
//! zeros, `e` and the power of ten of the last digit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use thiserror::Error;

/// Values nested deeper are refused. What callers send may have 128 levels, which the engine puts into a few more.
const DEPTH_MAX: usize = 256;

/// Why a text has no canonical bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JsonError {
    /// It is not JSON.
    #[error("it is not JSON")]
    Syntax,
    /// An object has a key twice: readers differ on what that means.
    #[error("an object has a key twice")]
    DuplicateKey,
    /// Values are nested too deep.
    #[error("values are nested deeper than {DEPTH_MAX} levels")]
    Depth,
    /// An exponent is out of any range.
    #[error("a number is out of range")]
    Range,
}

/// The canonical bytes of the JSON value in `text`.
///
/// # Errors
/// When it is not one JSON value, or one that two readers could read differently.
pub fn canonical_json(text: &str) -> Result<Vec<u8>, JsonError> {
    let value: &RawValue = serde_json::from_str(text).map_err(|_| JsonError::Syntax)?;
    let mut bytes = Vec::with_capacity(text.len() * 2);
    write_value(value.get(), 0, &mut bytes)?;
    Ok(bytes)
}

fn write_value(text: &str, depth: usize, bytes: &mut Vec<u8>) -> Result<(), JsonError> {
    if depth > DEPTH_MAX {
        return Err(JsonError::Depth);
    }
    match text.as_bytes().first() {
        Some(tag @ (b'n' | b't' | b'f')) => bytes.push(*tag),
        Some(b'"') => write_sized(b'"', parsed::<String>(text)?.as_bytes(), bytes),
        Some(b'[') => {
            let items: Vec<&RawValue> = parsed(text)?;
            write_size(b'[', items.len(), bytes);
            for item in items {
                write_value(item.get(), depth + 1, bytes)?;
            }
        }
        Some(b'{') => write_object(parsed(text)?, depth, bytes)?,
        Some(_) => write_sized(b'#', decimal(text)?.as_bytes(), bytes),
        None => return Err(JsonError::Syntax),
    }
    Ok(())
}

fn write_object(
    Members(mut members): Members<'_>,
    depth: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), JsonError> {
    members.sort_by(|(left, _), (right, _)| left.as_bytes().cmp(right.as_bytes()));
    if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(JsonError::DuplicateKey);
    }
    write_size(b'{', members.len(), bytes);
    for (key, value) in members {
        bytes.extend_from_slice(&(key.len() as u64).to_be_bytes());
        bytes.extend_from_slice(key.as_bytes());
        write_value(value.get(), depth + 1, bytes)?;
    }
    Ok(())
}

fn parsed<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, JsonError> {
    serde_json::from_str(text).map_err(|_| JsonError::Syntax)
}

fn write_size(tag: u8, size: usize, bytes: &mut Vec<u8>) {
    bytes.push(tag);
    bytes.extend_from_slice(&(size as u64).to_be_bytes());
}

fn write_sized(tag: u8, content: &[u8], bytes: &mut Vec<u8>) {
    write_size(tag, content.len(), bytes);
    bytes.extend_from_slice(content);
}

/// The normal form of a JSON number.
fn decimal(text: &str) -> Result<String, JsonError> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.parse().map_err(|_| JsonError::Range)?),
        None => (unsigned, 0_i64),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let short = significant.trim_end_matches('0');
    if short.is_empty() {
        return Ok("0".to_owned());
    }
    let trimmed = (significant.len() - short.len()) as i64;
    let power = power
        .checked_sub(fraction.len() as i64)
        .and_then(|power: i64| power.checked_add(trimmed))
        .ok_or(JsonError::Range)?;
    Ok(format!("{sign}{short}e{power}"))
}

/// The members of an object as they stand, with those that stand twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_documented_vector() {
        let text = r#"{"to": [true, null, -1.50], "from": "é"}"#;
        let bytes = canonical_json(text).unwrap();
        assert_eq!(
            hex::encode(&bytes),
            "7b0000000000000002\
             000000000000000466726f6d220000000000000002c3a9\
             0000000000000002746f5b0000000000000003746e2300000000000000062d3135652d31"
        );
    }

    #[test]
    fn one_number_has_one_form_however_it_is_written() {
        for same in [
            &["1", "1.0", "1.000", "10e-1", "0.1e1", "1E0", "1e+0"][..],
            &["0", "-0", "0.00", "0e7", "-0.0e-3"],
            &["-1.5", "-15e-1", "-1.50"],
            &["100000000000000000000", "1e20", "1.0E+20"],
            &["0.30000000000000004", "30000000000000004e-17"],
        ] {
            let forms: Vec<Vec<u8>> = same.iter().map(|it| canonical_json(it).unwrap()).collect();
            assert!(forms.iter().all(|form| *form == forms[0]), "{same:?}");
        }
    }

    #[test]
    fn numbers_that_doubles_can_not_tell_apart_are_told_apart() {
        for (one, other) in [
            ("0.3", "0.3000000000000000000001"),
            ("9007199254740992", "9007199254740993"),
            ("1", "-1"),
            ("1", "\"1\""),
        ] {
            assert_ne!(canonical_json(one), canonical_json(other), "{one} {other}");
        }
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        let deep = format!("{}1{}", "[".repeat(257), "]".repeat(257));
        for (text, error) in [
            ("", JsonError::Syntax),
            ("1 2", JsonError::Syntax),
            ("{\"a\":1,}", JsonError::Syntax),
            ("\"\\ud800\"", JsonError::Syntax),
            ("{\"a\":1,\"a\":1}", JsonError::DuplicateKey),
            ("{\"a\":1,\"\\u0061\":2}", JsonError::DuplicateKey),
            ("1e99999999999999999999", JsonError::Range),
            (&deep, JsonError::Depth),
        ] {
            assert_eq!(canonical_json(text), Err(error), "{text}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(|number| json!(number)),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,3}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_way_it_is_laid_out_makes_no_difference(value in value()) {
            let compact = canonical_json(&value.to_string()).unwrap();
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(compact, canonical_json(&pretty).unwrap());
        }

        #[test]
        fn different_values_have_different_bytes(one in value(), other in value()) {
            let same = canonical_json(&one.to_string()) == canonical_json(&other.to_string());
            // 1 and 1.0 are two values for serde_json and one decimal.
            let numbers = one.is_number() && other.is_number();
            prop_assert!(same == (one == other) || numbers || one.to_string().contains('.'));
        }
    }
}
