//! What a database URL says beyond what `tokio-postgres` understands: whom to trust.

use std::path::PathBuf;
use std::str::FromStr as _;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// Who may be at the other end of an encrypted connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Whoever answers.
    Anybody,
    /// Whom the system's authorities vouch for.
    System,
    /// Whom the authorities in this file vouch for.
    File(PathBuf),
}

/// A URL in two parts.
pub(super) struct DatabaseUrl {
    pub config: Config,
    pub trust: Trust,
}

impl DatabaseUrl {
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut verify, mut file) = (false, None);
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", "verify-ca" | "verify-full")) => verify = true,
                Some(("sslrootcert", "system")) => verify = true,
                Some(("sslrootcert", path)) => file = Some(decode(path)?),
                _ => rest.push(pair),
            }
        }
        let plain = match rest.as_slice() {
            [] => base.to_owned(),
            pairs => format!("{base}?{}", pairs.join("&")),
        };
        let mut config = Config::from_str(&plain).map_err(explained)?;
        let trust = match file {
            Some(path) => Trust::File(path),
            None if verify => Trust::System,
            None => Trust::Anybody,
        };
        if trust != Trust::Anybody {
            config.ssl_mode(SslMode::Require);
        }
        // A socket's server is this machine's; asking it for encryption costs a round trip and is refused.
        if config
            .get_hosts()
            .iter()
            .all(|host| matches!(host, Host::Unix(_)))
        {
            config.ssl_mode(SslMode::Disable);
        }
        Ok(Self { config, trust })
    }
}

fn decode(text: &str) -> Result<PathBuf, String> {
    let path = percent_decode_str(text).decode_utf8();
    Ok(PathBuf::from(
        path.map_err(|_| "sslrootcert is not a path")?.as_ref(),
    ))
}

/// The cause, which names what is wrong; the error itself only says that something is.
fn explained(error: tokio_postgres::Error) -> String {
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    cause.unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> (SslMode, Trust) {
        let parsed = DatabaseUrl::parse(url).expect("a URL");
        (parsed.config.get_ssl_mode(), parsed.trust)
    }

    #[test]
    fn the_mode_is_what_libpq_means_by_it() {
        let at = |query: &str| parse(&format!("postgresql://ve:pw@db.example.org/ve{query}"));
        assert_eq!(at(""), (SslMode::Prefer, Trust::Anybody));
        assert_eq!(at("?sslmode=disable"), (SslMode::Disable, Trust::Anybody));
        assert_eq!(at("?sslmode=require"), (SslMode::Require, Trust::Anybody));
        assert_eq!(
            at("?sslmode=verify-full"),
            (SslMode::Require, Trust::System)
        );
        assert_eq!(at("?sslrootcert=system"), (SslMode::Require, Trust::System));
        let file = Trust::File(PathBuf::from("/etc/my ca.pem"));
        assert_eq!(
            at("?connect_timeout=5&sslrootcert=%2Fetc%2Fmy%20ca.pem&sslmode=verify-ca"),
            (SslMode::Require, file)
        );
    }

    #[test]
    fn a_socket_is_not_encrypted() {
        let url = "postgres:///ve?host=/run/postgresql&user=ve";
        assert_eq!(parse(url), (SslMode::Disable, Trust::Anybody));
    }

    #[test]
    fn a_mistake_is_named_without_the_password() {
        for (url, named) in [
            ("postgresql://ve:hunter2@db/ve?sslmode=always", "sslmode"),
            ("postgresql://ve:hunter2@db/ve?sslkey=x", "sslkey"),
            ("postgresql://ve:hunter2@db:no/ve", "port"),
        ] {
            let refused = DatabaseUrl::parse(url).err().expect("a mistake");
            assert!(refused.contains(named), "{refused}");
            assert!(!refused.contains("hunter2"), "{refused}");
        }
    }
}
