//! Networks marked as an institution's, to compare with the truncated networks of clicks.

use diesel_async::AsyncPgConnection;
use ipnet::IpNet;
use viral_engine_db::institution_networks::all_institution_networks;

use crate::error::ServiceResult;

/// The marked networks.
pub(super) struct Institutions(Vec<IpNet>);

impl Institutions {
    pub(super) async fn load(conn: &mut AsyncPgConnection) -> ServiceResult<Self> {
        let rows = all_institution_networks(conn).await?;
        let networks = rows.iter().filter_map(|row| row.network.parse().ok());
        Ok(Self(networks.collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a click's network lies in one of them.
    pub(super) fn contain(&self, ip_prefix: Option<&str>) -> bool {
        let prefix: Option<IpNet> = ip_prefix.and_then(|prefix| prefix.parse().ok());
        prefix.is_some_and(|prefix| self.0.iter().any(|network| network.contains(&prefix)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_is_of_an_institution_whose_network_contains_its_own() {
        let marked = ["10.20.0.0/16", "2001:db8::/32"].map(|text| text.parse().unwrap());
        let institutions = Institutions(marked.into());
        assert!(institutions.contain(Some("10.20.30.0/24")));
        assert!(institutions.contain(Some("2001:db8:5::/48")));
        assert!(!institutions.contain(Some("10.21.0.0/24")));
        assert!(!institutions.contain(Some("not a network")));
        assert!(!institutions.contain(None));
    }
}
