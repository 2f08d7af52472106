//! The socket the engine listens on.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context, Result};
use tokio::net::TcpSocket;

/// Connections that may wait to be accepted: more than the standard library's 128, which a crowd that clicks
/// one link at once would overflow.
const BACKLOG: u32 = 4_096;

/// Listens on `address`; port 0 takes a free one.
///
/// # Errors
/// When the address is taken or not this machine's.
pub fn bind(address: SocketAddr) -> Result<TcpListener> {
    listen(address).with_context(|| format!("could not listen on {address} (BIND_ADDR)"))
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A restart must not wait for the connections of the one before to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// URL under which this machine reaches what listens on `address`.
pub fn local_url(address: SocketAddr) -> String {
    match address.ip().is_unspecified() {
        true => format!("http://{}:{}", Ipv4Addr::LOCALHOST, address.port()),
        false => format!("http://{address}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_address_is_named() {
        let first = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let taken = first.local_addr().unwrap();
        let error = format!("{:#}", bind(taken).unwrap_err());
        assert!(
            error.starts_with(&format!("could not listen on {taken} (BIND_ADDR): ")),
            "{error}"
        );
    }

    #[test]
    fn the_unspecified_address_is_reached_by_loopback() {
        let url = |address: &str| local_url(address.parse().unwrap());
        assert_eq!(url("0.0.0.0:8080"), "http://127.0.0.1:8080");
        assert_eq!(url("[::]:80"), "http://127.0.0.1:80");
        assert_eq!(url("[::1]:80"), "http://[::1]:80");
    }
}
