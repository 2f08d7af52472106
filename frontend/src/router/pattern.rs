//! Matching a path against the pattern of a route: `/alerts/:id?` matches `/alerts` and `/alerts/7`.

use super::query::decode_name;

/// Values of the pattern's parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(&'static str, String)>);

impl Params {
    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The parameters of `path` when it matches `pattern`.
pub fn match_path(pattern: &'static str, path: &str) -> Option<Params> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut params = Params::default();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        match (part.strip_prefix(':'), segments.next()) {
            (None, Some(segment)) if part == segment => {}
            (Some(name), Some(segment)) => {
                params
                    .0
                    .push((name.trim_end_matches('?'), decode_name(segment)));
            }
            (Some(name), None) if name.ends_with('?') => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::match_path;

    #[test]
    fn fixed_paths_match_themselves_alone() {
        assert!(match_path("/", "/").is_some());
        assert!(match_path("/alerts", "/alerts/").is_some());
        assert!(match_path("/alerts", "/alert").is_none());
        assert!(match_path("/", "/alerts").is_none());
    }

    #[test]
    fn parameters_are_decoded() {
        let params = match_path("/users/:external_id", "/users/a%2Fb").unwrap();
        assert_eq!(params.get("external_id"), Some("a/b"));
        assert!(match_path("/users/:external_id", "/users").is_none());
    }

    #[test]
    fn an_optional_parameter_may_be_absent() {
        assert_eq!(
            match_path("/alerts/:id?", "/alerts").unwrap().get("id"),
            None
        );
        assert_eq!(
            match_path("/alerts/:id?", "/alerts/7").unwrap().get("id"),
            Some("7")
        );
        assert!(match_path("/alerts/:id?", "/alerts/7/x").is_none());
    }
}
