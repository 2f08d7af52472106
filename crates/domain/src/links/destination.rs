//! The location a redirect answers with: the target plus an opaque click id and the operator's UTM parameters.
//!
//! The target's own query and fragment are kept byte for byte: re-encoding them (`?flag` to `?flag=`) breaks
//! signed or picky pages. Only a `ve_click` that is already there is dropped, so that a shared landing page
//! does not carry two, and a UTM parameter of the target wins over the operator's, being the more specific.

use url::form_urlencoded::{byte_serialize, parse};
use uuid::Uuid;

use super::target::Target;

/// The query parameter that carries the click id to the platform.
pub const CLICK_PARAMETER: &str = "ve_click";

/// UTM parameters to add; absent or empty ones are not added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utm {
    pub source: Option<String>,
    pub medium: Option<String>,
    pub campaign: Option<String>,
}

/// A location that lacks only the click id. Made once per cached link, so a redirect only joins strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Everything up to and including `ve_click=`.
    before: String,
    /// The fragment with its `#`, or nothing.
    after: String,
}

impl Destination {
    /// Prepares the location of a link.
    #[must_use]
    pub fn new(target: &Target, utm: &Utm) -> Self {
        let (address, fragment) = split_before(target.as_str(), '#');
        let (page, query) = split_before(address, '?');
        let own: Vec<&str> = query
            .strip_prefix('?')
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !is_named(pair, CLICK_PARAMETER))
            .collect();
        let mut before = format!("{page}?");
        for pair in &own {
            before.push_str(pair);
            before.push('&');
        }
        for (name, value) in utm.parameters() {
            if !own.iter().any(|pair| is_named(pair, name)) {
                before.push_str(name);
                before.push('=');
                before.extend(byte_serialize(value.as_bytes()));
                before.push('&');
            }
        }
        before.push_str(CLICK_PARAMETER);
        before.push('=');
        Self {
            before,
            after: fragment.to_owned(),
        }
    }

    /// The location for one click. The id says nothing about who clicked or who shared the link.
    #[must_use]
    pub fn location(&self, click_id: Uuid) -> String {
        let mut buffer = Uuid::encode_buffer();
        let id = click_id.hyphenated().encode_lower(&mut buffer);
        [self.before.as_str(), id, self.after.as_str()].concat()
    }
}

impl Utm {
    fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("utm_source", &self.source),
            ("utm_medium", &self.medium),
            ("utm_campaign", &self.campaign),
        ];
        all.into_iter()
            .filter_map(|(name, value)| value.as_deref().map(|value| (name, value)))
            .filter(|(_, value)| !value.is_empty())
    }
}

/// Splits before the first separator, which stays with the second part.
fn split_before(text: &str, separator: char) -> (&str, &str) {
    text.split_at(text.find(separator).unwrap_or(text.len()))
}

/// Whether a `name=value` pair has this name once decoded, as the platform will read it.
fn is_named(pair: &str, name: &str) -> bool {
    parse(pair.as_bytes()).any(|(key, _)| key == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::target::{Mode, TargetPolicy};

    const ID: Uuid = Uuid::from_u128(0x0192_f0a1_0000_7000_8000_0000_0000_0001);

    fn location(target: &str, utm: &Utm) -> String {
        let policy = TargetPolicy::parse("example.org", Mode::Production).expect("a policy");
        Destination::new(&policy.check(target).expect("an allowed target"), utm).location(ID)
    }

    #[test]
    fn the_click_id_is_added_before_the_fragment() {
        let plain = Utm::default();
        let id = "ve_click=0192f0a1-0000-7000-8000-000000000001";
        assert_eq!(
            location("https://example.org", &plain),
            format!("https://example.org/?{id}")
        );
        assert_eq!(
            location("https://example.org/a?b=c#d?e=f&g", &plain),
            format!("https://example.org/a?b=c&{id}#d?e=f&g")
        );
        assert_eq!(
            location("https://example.org/a?#", &plain),
            format!("https://example.org/a?{id}#")
        );
    }

    #[test]
    fn the_targets_own_query_is_kept_byte_for_byte() {
        let found = location(
            "https://example.org/?flag&x=%20a+b&y=%2F&z==",
            &Utm::default(),
        );
        assert!(
            found.starts_with("https://example.org/?flag&x=%20a+b&y=%2F&z==&ve_click="),
            "{found}"
        );
    }

    #[test]
    fn a_click_id_that_is_already_there_is_replaced_however_it_is_spelt() {
        let found = location(
            "https://example.org/?ve_click=old&a=1&ve%5Fclick=older&ve_click",
            &Utm::default(),
        );
        assert_eq!(
            found,
            "https://example.org/?a=1&ve_click=0192f0a1-0000-7000-8000-000000000001"
        );
    }

    #[test]
    fn utm_parameters_are_encoded_and_give_way_to_the_targets_own() {
        let utm = Utm {
            source: Some("a&b=c d#é".to_owned()),
            medium: Some("email".to_owned()),
            campaign: Some(String::new()),
        };
        let found = location("https://example.org/?utm_medium=poster", &utm);
        assert_eq!(
            found,
            "https://example.org/?utm_medium=poster&utm_source=a%26b%3Dc+d%23%C3%A9&ve_click=0192f0a1-0000-7000-8000-000000000001"
        );
    }
}
