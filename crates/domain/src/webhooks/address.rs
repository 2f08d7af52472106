//! Which addresses belong to the public internet. Everything else could be a machine behind our own firewall, which
//! must never be asked on behalf of whoever named it (server-side request forgery).
//!
//! Written as a list of what is refused, after the special-purpose registries of IANA (RFC 6890 and its updates, as
//! of 2025). For IPv6 the only block that is given out, 2000::/3, is required first, so that what is not assigned yet
//! is refused. An IPv6 address that carries an IPv4 address is judged by that: a gateway would hand it on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that are not public, as network and prefix length.
const REFUSED_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared by carriers' translators
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, also metadata of clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 31, 196, 0), 24), // AS112
    (Ipv4Addr::new(192, 52, 193, 0), 24), // AMT
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(192, 175, 48, 0), 24), // AS112
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 3),     // multicast, reserved, broadcast
];

/// Blocks within 2000::/3 that are not public.
const REFUSED_V6: [(Ipv6Addr, u32); 6] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, among them Teredo and ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4, which carries IPv4
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48), // AS112
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16), // the former 6bone
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// What is given out of IPv6.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Whether an address belongs to the public internet. IPv4 within IPv6 does not, whatever it names (mapped,
/// compatible, translated by NAT64, 6to4, Teredo): such an address reaches IPv4 through a gateway at best, and names
/// of real receivers have real addresses.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !REFUSED_V4.iter().any(|block| in_v4(address, *block)),
        IpAddr::V6(address) => {
            in_v6(address, GLOBAL_V6)
                && !REFUSED_V6.iter().any(|block| in_v6(address, *block))
                && !is_isatap(address)
        }
    }
}

/// Whether the last half is that of ISATAP (RFC 5214): an IPv4 address behind `0:5efe` or `200:5efe`.
fn is_isatap(address: Ipv6Addr) -> bool {
    matches!(address.segments(), [_, _, _, _, 0 | 0x200, 0x5efe, _, _])
}

fn in_v4(address: Ipv4Addr, (network, length): (Ipv4Addr, u32)) -> bool {
    let shift = 32 - length;
    address.to_bits() >> shift == network.to_bits() >> shift
}

fn in_v6(address: Ipv6Addr, (network, length): (Ipv6Addr, u32)) -> bool {
    let shift = 128 - length;
    address.to_bits() >> shift == network.to_bits() >> shift
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().expect("an address"))
    }

    #[test]
    fn addresses_of_public_servers_are_public() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2001:200::1",
            "2a00:1450:4001:829::200e",
        ] {
            assert!(public(text), "{text}");
        }
    }

    #[test]
    fn both_ends_of_every_refused_block_are_refused() {
        for (network, length) in REFUSED_V4 {
            let last = Ipv4Addr::from_bits(network.to_bits() | (u32::MAX >> length));
            assert!(!is_public(network.into()), "{network}");
            assert!(!is_public(last.into()), "{last}");
        }
        for (network, length) in REFUSED_V6 {
            let last = Ipv6Addr::from_bits(network.to_bits() | (u128::MAX >> length));
            assert!(!is_public(network.into()), "{network}");
            assert!(!is_public(last.into()), "{last}");
        }
    }

    #[test]
    fn what_is_special_in_ipv6_is_refused() {
        for text in [
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "::8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2606:4700::5efe:10.0.0.1",
        ] {
            assert!(!public(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_standard_library_never_finds_a_public_address_special(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let special = address.is_private() || address.is_loopback() || address.is_link_local()
                || address.is_multicast() || address.is_broadcast() || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!(special && is_public(address.into())));
        }

        #[test]
        fn no_ipv4_address_gets_in_through_ipv6(bits: u32, low: u64) {
            let [a, b, c, d] = Ipv4Addr::from_bits(bits).octets();
            let (high, tail) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            let low = low.to_be_bytes();
            let segment = |at: usize| u16::from_be_bytes([low[at], low[at + 1]]);
            for address in [
                Ipv4Addr::from_bits(bits).to_ipv6_mapped(),
                Ipv4Addr::from_bits(bits).to_ipv6_compatible(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, tail),
                Ipv6Addr::new(0x64, 0xff9b, 1, segment(0), segment(2), segment(4), high, tail),
                Ipv6Addr::new(0x2002, high, tail, segment(0), segment(2), segment(4), segment(6), 1),
                Ipv6Addr::new(0x2001, 0, segment(0), segment(2), segment(4), segment(6), !high, !tail),
                Ipv6Addr::new(0x2606, segment(0), segment(2), segment(4), 0x200, 0x5efe, high, tail),
            ] {
                prop_assert!(!is_public(address.into()), "{}", address);
            }
        }
    }
}
