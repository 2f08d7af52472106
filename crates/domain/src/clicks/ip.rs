//! IP addresses: whose address a request has, and what of it is kept.
//!
//! The raw address is never stored. Kept are a keyed hash, which groups, rate-limits and blocks, and a truncated
//! prefix (/24 or /48), which shows operators a network and not a household. An IPv4 address that arrives mapped
//! into IPv6 is the same address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

use crate::mac::{MacKey, Message};

/// Most entries of `X-Forwarded-For` that are read, from the right. Real chains have one to three; whoever sends
/// thousands gets the address of the last one that was vouched for.
pub const MAX_FORWARDED_ENTRIES: usize = 32;

/// The key for hashing addresses.
#[derive(Clone, Debug)]
pub struct IpKey(MacKey);

/// A keyed hash of an address: 16 bytes, written as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IpHash([u8; 16]);

impl IpKey {
    /// Makes the key of 32 random bytes.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(MacKey::new(secret).derive(&Message::new("viral-engine/ip-key/v1")))
    }

    /// Hashes an address.
    #[must_use]
    pub fn hash(&self, ip: IpAddr) -> IpHash {
        IpHash(
            self.0
                .short_tag(&Message::new("viral-engine/ip/v1").bytes(&octets(ip))),
        )
    }
}

impl IpHash {
    /// The 16 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for IpHash {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for IpHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for IpHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IpHash({self})")
    }
}

/// The bytes of an address, four for IPv4 in either spelling and sixteen for IPv6.
pub(super) fn octets(ip: IpAddr) -> Vec<u8> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

/// The truncated prefix for operators: `203.0.113.0/24` or `2001:db8:1::/48`.
#[must_use]
pub fn network_prefix(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => format!("{}/24", Ipv4Addr::from_bits(ip.to_bits() & (u32::MAX << 8))),
        IpAddr::V6(ip) => format!(
            "{}/48",
            Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 80))
        ),
    }
}

/// The networks of the operator's own proxies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// An entry of the list of trusted proxies is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("trusted proxy `{0}` is neither an IP address nor a network such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl FromStr for TrustedProxies {
    type Err = NotANetwork;

    /// Reads addresses and networks separated by commas or whitespace. An empty list trusts nobody.
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        text.split(|c: char| c == ',' || c.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(|entry| network(entry).ok_or_else(|| NotANetwork(entry.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn network(entry: &str) -> Option<IpNet> {
    match entry.parse::<IpAddr>() {
        Ok(ip) => Some(IpNet::from(ip.to_canonical())),
        Err(_) => entry.parse::<IpNet>().ok().map(canonical_network),
    }
}

/// A network of mapped addresses, such as `::ffff:10.0.0.0/104`, as the IPv4 network it means.
fn canonical_network(network: IpNet) -> IpNet {
    let unmapped = match network {
        IpNet::V6(v6) => v6
            .addr()
            .to_ipv4_mapped()
            .zip(v6.prefix_len().checked_sub(96)),
        IpNet::V4(_) => None,
    };
    let v4 = unmapped.and_then(|(address, length)| Ipv4Net::new(address, length).ok());
    v4.map_or(network, IpNet::V4)
}

impl TrustedProxies {
    /// Whether an address is one of the operator's proxies.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|network| network.contains(&ip))
    }

    /// The address of the client: the rightmost one in `X-Forwarded-For` that is not a trusted proxy, provided
    /// that everything to its right, and the socket, is.
    ///
    /// Each proxy appends the address it was called from, so what a trusted one appended is true and what stands
    /// to the left of an untrusted one is hearsay. An entry that is not an address ends the chain: the answer is
    /// then the last address that was vouched for.
    ///
    /// `forwarded` are the values of all such headers in the order they came.
    #[must_use]
    pub fn client_ip<'a, I>(&self, socket: IpAddr, forwarded: I) -> IpAddr
    where
        I: IntoIterator<Item = &'a str>,
        I::IntoIter: DoubleEndedIterator,
    {
        let entries = forwarded
            .into_iter()
            .rev()
            .flat_map(|value| value.rsplit(','));
        let mut vouched = socket.to_canonical();
        for entry in entries.take(MAX_FORWARDED_ENTRIES) {
            if !self.contains(vouched) {
                break;
            }
            match forwarded_ip(entry.trim()) {
                Some(ip) => vouched = ip.to_canonical(),
                None => break,
            }
        }
        vouched
    }
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn forwarded_ip(entry: &str) -> Option<IpAddr> {
    if let Ok(ip) = entry.parse::<IpAddr>() {
        return Some(ip);
    }
    if let Ok(socket) = entry.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    let inside = entry.strip_prefix('[')?.strip_suffix(']')?;
    inside.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_one_hash_in_both_spellings_and_per_key() {
        let key = IpKey::new(&[7; 32]);
        let hash = key.hash(ip("203.0.113.9"));
        assert_eq!(key.hash(ip("::ffff:203.0.113.9")), hash);
        assert_ne!(key.hash(ip("203.0.113.10")), hash);
        assert_ne!(IpKey::new(&[8; 32]).hash(ip("203.0.113.9")), hash);
        assert_eq!(hash.to_string().len(), 32);
    }

    #[test]
    fn prefixes_hide_the_household() {
        assert_eq!(network_prefix(ip("203.0.113.9")), "203.0.113.0/24");
        assert_eq!(network_prefix(ip("::ffff:203.0.113.9")), "203.0.113.0/24");
        assert_eq!(
            network_prefix(ip("2001:db8:1:2:3:4:5:6")),
            "2001:db8:1::/48"
        );
        assert_eq!(network_prefix(ip("::1")), "::/48");
    }

    #[test]
    fn a_list_of_proxies_takes_addresses_and_networks() {
        let trusted: TrustedProxies =
            "10.0.0.0/8, 192.0.2.1 ::1,2001:db8::/32 ::ffff:172.16.0.0/108"
                .parse()
                .expect("a list");
        for inside in [
            "10.9.8.7",
            "::ffff:10.9.8.7",
            "192.0.2.1",
            "::1",
            "2001:db8::9",
            "172.31.0.1",
        ] {
            assert!(trusted.contains(ip(inside)), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.2", "::2", "172.32.0.1"] {
            assert!(!trusted.contains(ip(outside)), "{outside}");
        }
        assert_eq!(
            "proxy.local".parse::<TrustedProxies>(),
            Err(NotANetwork("proxy.local".to_owned()))
        );
        assert!("10.0.0.0/33".parse::<TrustedProxies>().is_err());
    }
}
