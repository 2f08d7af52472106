//! Whether a network belongs to an institution.
//!
//! Only truncated prefixes are kept, and only networks at least as wide can be marked: so a prefix is always wholly
//! inside or wholly outside.

use std::collections::HashMap;

use ipnet::IpNet;

/// The marked networks, as one transaction sees them.
pub(super) struct Institutions {
    networks: Vec<IpNet>,
}

impl Institutions {
    pub(super) fn new(texts: &[String]) -> Self {
        let networks = texts.iter().filter_map(|text| text.parse().ok()).collect();
        Self { networks }
    }

    fn contain(&self, prefix: &str) -> bool {
        !self.networks.is_empty()
            && prefix.parse::<IpNet>().is_ok_and(|prefix| {
                self.networks
                    .iter()
                    .any(|network| network.contains(&prefix))
            })
    }

    /// Answers by prefix, each prefix parsed once.
    pub(super) fn lookup(&self) -> InstitutionLookup<'_> {
        InstitutionLookup {
            institutions: self,
            known: HashMap::new(),
        }
    }
}

pub(super) struct InstitutionLookup<'a> {
    institutions: &'a Institutions,
    known: HashMap<&'a str, bool>,
}

impl<'a> InstitutionLookup<'a> {
    pub(super) fn contain(&mut self, prefix: Option<&'a str>) -> bool {
        let Some(prefix) = prefix.filter(|_| !self.institutions.networks.is_empty()) else {
            return false;
        };
        *self
            .known
            .entry(prefix)
            .or_insert_with(|| self.institutions.contain(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_inside_a_network_that_is_as_wide_or_wider() {
        let institutions = Institutions::new(&["10.1.0.0/16".into(), "2001:db8::/32".into()]);
        let mut lookup = institutions.lookup();
        assert!(lookup.contain(Some("10.1.7.0/24")));
        assert!(!lookup.contain(Some("10.2.7.0/24")));
        assert!(lookup.contain(Some("2001:db8:7::/48")));
        assert!(!lookup.contain(Some("2001:db9:7::/48")));
        assert!(!lookup.contain(None));
    }
}
