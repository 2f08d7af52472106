//! IP addresses that belong to nobody: IPv4 from the shared address space of carriers (RFC 6598), IPv6 from the
//! documentation prefix (RFC 3849).
//!
//! Homes and incidents come from different halves, so that nothing planted shares an address, or even a /24, with
//! somebody innocent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// 100.64.0.0/11: homes.
const HOMES: u32 = 0x6440_0000;
const HOME_BITS: u32 = 21;
/// 100.96.0.0/11: incidents, a /24 each.
const INCIDENTS: u32 = 0x6460_0000;
const INCIDENT_BITS: u32 = 13;

/// Hands out addresses, each once as long as there are any.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    homes: u32,
    homes_v6: u32,
}

impl Addresses {
    /// A household's address.
    pub(crate) fn home(&mut self) -> IpAddr {
        self.homes += 1;
        IpAddr::V4(Ipv4Addr::from_bits(HOMES | scatter(self.homes, HOME_BITS)))
    }

    /// A household's address in a /48 of its own.
    pub(crate) fn home_v6(&mut self) -> IpAddr {
        self.homes_v6 += 1;
        let network = scatter(self.homes_v6, 16);
        let [high, low] = [self.homes_v6 >> 16, network];
        IpAddr::V6(Ipv6Addr::new(
            0x2001,
            0xdb8,
            low as u16,
            high as u16,
            0,
            0,
            0,
            0x1d,
        ))
    }
}

/// Who runs the network of an incident. The numbers keep their networks apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Incident {
    Farm = 0,
    Bot = 1,
    School = 2,
    NearMiss = 3,
    Machine = 4,
}

const INCIDENT_KINDS: u32 = 5;

/// An address in the network of the `index`th incident of its kind.
pub(crate) fn incident(kind: Incident, index: u32, host: u8) -> IpAddr {
    let network = scatter(index * INCIDENT_KINDS + kind as u32, INCIDENT_BITS);
    IpAddr::V4(Ipv4Addr::from_bits(
        INCIDENTS | network << 8 | u32::from(host),
    ))
}

/// The /24 of an IPv4 address, in CIDR notation.
pub(crate) fn network_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => format!("{}/24", Ipv4Addr::from_bits(ip.to_bits() & !0xff)),
        IpAddr::V6(ip) => format!("{}/48", Ipv6Addr::from_bits(ip.to_bits() >> 80 << 80)),
    }
}

/// Spreads numbers over a space: an odd factor permutes it, so none comes twice.
fn scatter(number: u32, bits: u32) -> u32 {
    number.wrapping_mul(0x9e37_79b1) & ((1 << bits) - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn homes_differ() {
        let mut addresses = Addresses::default();
        let homes: BTreeSet<_> = (0..200_000).map(|_| addresses.home()).collect();
        assert_eq!(homes.len(), 200_000);
        let homes: BTreeSet<_> = (0..100_000).map(|_| addresses.home_v6()).collect();
        assert_eq!(homes.len(), 100_000);
    }

    #[test]
    fn every_incident_has_a_network_of_its_own() {
        let kinds = [
            Incident::Farm,
            Incident::Bot,
            Incident::School,
            Incident::NearMiss,
            Incident::Machine,
        ];
        let networks: BTreeSet<_> = (0..1_000)
            .flat_map(|index| kinds.map(|kind| network_of(incident(kind, index, 9))))
            .collect();
        assert_eq!(networks.len(), 5_000);
    }

    #[test]
    fn homes_and_incidents_are_apart() {
        let IpAddr::V4(home) = Addresses::default().home() else {
            panic!("a home has an IPv4 address");
        };
        let IpAddr::V4(farm) = incident(Incident::Farm, 3, 1) else {
            panic!("an incident has an IPv4 address");
        };
        assert!((64..96).contains(&home.octets()[1]));
        assert!((96..128).contains(&farm.octets()[1]));
    }

    #[test]
    fn networks_are_written_as_operators_see_them() {
        assert_eq!(network_of("100.99.7.12".parse().unwrap()), "100.99.7.0/24");
        assert_eq!(
            network_of("2001:db8:7:1::1d".parse().unwrap()),
            "2001:db8:7::/48"
        );
    }
}
