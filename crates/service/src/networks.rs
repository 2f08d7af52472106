//! Networks as callers write them.

use ipnet::IpNet;
use std::ops::RangeInclusive;

/// A network in the form that tables show, `203.0.113.0/24` or `2001:db8:1::/48`; `None` for anything else.
pub fn shown_network(text: &str) -> Option<String> {
    network(text, 24..=24, 48..=48).map(|network| network.to_string())
}

/// A network whose prefix length is in the range of its family, without host bits. A prefix must be written:
/// a bare address is one household and no network.
pub fn network(text: &str, v4: RangeInclusive<u8>, v6: RangeInclusive<u8>) -> Option<IpNet> {
    let network: IpNet = text.trim().parse().ok()?;
    let allowed = match network {
        IpNet::V4(_) => v4,
        IpNet::V6(_) => v6,
    };
    allowed
        .contains(&network.prefix_len())
        .then(|| network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_networks_lose_their_host_bits() {
        assert_eq!(
            shown_network("203.0.113.9/24").as_deref(),
            Some("203.0.113.0/24")
        );
        assert_eq!(
            shown_network(" 2001:db8:1:2::/48 ").as_deref(),
            Some("2001:db8:1::/48")
        );
    }

    #[test]
    fn other_lengths_and_bare_addresses_are_no_shown_network() {
        for text in [
            "203.0.113.9",
            "203.0.113.0/25",
            "10.0.0.0/8",
            "2001:db8::/32",
            "x",
        ] {
            assert_eq!(shown_network(text), None, "{text}");
        }
    }
}
