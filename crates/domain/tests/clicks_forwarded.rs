//! Whose address a request has: the laws of reading `X-Forwarded-For`.

use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;
use viral_engine_domain::clicks::TrustedProxies;
use viral_engine_domain::clicks::ip::MAX_FORWARDED_ENTRIES;

fn client(socket: &str, headers: &[&str]) -> String {
    trusted()
        .client_ip(ip(socket), headers.iter().copied())
        .to_string()
}

fn trusted() -> TrustedProxies {
    "10.0.0.0/8, 2001:db8::/32".parse().expect("networks")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn without_a_trusted_proxy_the_header_is_hearsay() {
    assert_eq!(client("198.51.100.7", &["1.2.3.4"]), "198.51.100.7");
    assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
}

#[test]
fn the_rightmost_untrusted_address_is_the_client() {
    assert_eq!(client("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    assert_eq!(
        client("10.0.0.1", &["1.2.3.4, 203.0.113.9, 10.0.0.2"]),
        "203.0.113.9"
    );
    assert_eq!(
        client("::ffff:10.0.0.1", &["203.0.113.9,10.0.0.3,10.0.0.2"]),
        "203.0.113.9"
    );
}

#[test]
fn several_headers_are_one_list() {
    assert_eq!(
        client("10.0.0.1", &["1.2.3.4", "203.0.113.9, 10.0.0.2"]),
        "203.0.113.9"
    );
    assert_eq!(
        client("10.0.0.1", &["203.0.113.9", "10.0.0.2"]),
        "203.0.113.9"
    );
}

#[test]
fn a_chain_of_trusted_proxies_alone_leads_to_its_start() {
    assert_eq!(client("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
}

#[test]
fn ports_brackets_and_mapped_addresses_are_understood() {
    assert_eq!(client("10.0.0.1", &["203.0.113.9:4711"]), "203.0.113.9");
    assert_eq!(client("10.0.0.1", &["[2001:dead::1]:4711"]), "2001:dead::1");
    assert_eq!(client("10.0.0.1", &["[2001:dead::1]"]), "2001:dead::1");
    assert_eq!(client("10.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
}

#[test]
fn what_is_not_an_address_ends_the_chain() {
    for broken in [
        "unknown",
        "_hidden",
        "",
        "203.0.113.9x",
        "203.0.113",
        "\"203.0.113.9\"",
        "fe80::1%eth0",
    ] {
        let header = format!("1.2.3.4, {broken}, 10.0.0.2");
        assert_eq!(client("10.0.0.1", &[&header]), "10.0.0.2", "{broken:?}");
    }
}

#[test]
fn only_so_many_entries_are_read() {
    let endless = "203.0.113.9,".to_owned() + &vec!["10.0.0.2"; MAX_FORWARDED_ENTRIES].join(",");
    assert_eq!(client("10.0.0.1", &[&endless]), "10.0.0.2");
    let just_fits =
        "203.0.113.9,".to_owned() + &vec!["10.0.0.2"; MAX_FORWARDED_ENTRIES - 1].join(",");
    assert_eq!(client("10.0.0.1", &[&just_fits]), "203.0.113.9");
}

fn outside() -> impl Strategy<Value = IpAddr> {
    any::<u32>()
        .prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
        .prop_filter("untrusted", |ip| !trusted().contains(*ip))
}

fn inside() -> impl Strategy<Value = IpAddr> {
    (0..1_u32 << 24).prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits((10 << 24) | bits)))
}

proptest! {
    /// Whatever a client writes into the header, its own proxy appends the truth behind it.
    #[test]
    fn nothing_a_client_sends_moves_its_address(forged in "\\PC{0,80}", client in outside(), proxies in prop::collection::vec(inside(), 0..5)) {
        let appended: Vec<String> = std::iter::once(client).chain(proxies).map(|ip| ip.to_string()).collect();
        let list = appended.join(", ");
        let one = format!("{forged}, {list}");
        prop_assert_eq!(trusted().client_ip(ip("10.0.0.1"), [one.as_str()]), client);
        prop_assert_eq!(trusted().client_ip(ip("10.0.0.1"), [forged.as_str(), list.as_str()]), client);
    }

    #[test]
    fn an_untrusted_socket_is_the_client(socket in outside(), header in "\\PC{0,80}") {
        prop_assert_eq!(trusted().client_ip(socket, [header.as_str()]), socket);
    }

    #[test]
    fn whoever_trusts_nobody_gets_the_socket(socket in any::<u128>(), header in "[0-9a-f.:, \\[\\]]{0,80}") {
        let socket = IpAddr::V6(socket.into());
        prop_assert_eq!(TrustedProxies::default().client_ip(socket, [header.as_str()]), socket.to_canonical());
    }
}
