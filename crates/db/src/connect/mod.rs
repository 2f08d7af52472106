//! Connections to PostgreSQL, encrypted as the URL says.
//!
//! `sslmode` means what it means to libpq: `disable` never encrypts, `prefer` (the default) does when the server can,
//! `require` always; neither asks who the server is. `verify-ca` and `verify-full` also check that its certificate was
//! issued for the host's name, by an authority of the system or one in the file `sslrootcert`.

mod url;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls_tokio_postgres::{
    MakeRustlsConnect, config_from_ca_cert, config_no_verify, config_platform_verifier,
};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};

use self::url::{DatabaseUrl, Trust};
use crate::error::{DbError, DbResult};

/// What drives a connection.
pub type Driver = Connection<Socket, <Tls as MakeTlsConnect<Socket>>::Stream>;

/// Whether a URL of a database can be used, and why not; the database itself is not asked.
///
/// # Errors
/// A sentence that names the parameter at fault, without any secret.
pub fn check_url(url: &str) -> Result<(), String> {
    prepare(url).map(drop)
}

/// Connects to the database at `url`. The client works while the other part is polled. Authorities are read anew, so
/// that a file that was replaced counts from the next connection on.
///
/// # Errors
/// [`DbError::Unavailable`] when PostgreSQL can not be reached, or is not whom it should be.
pub async fn connect(url: &str) -> DbResult<(Client, Driver)> {
    let (config, tls) = prepare(url).map_err(DbError::Unavailable)?;
    Ok(config.connect(tls).await?)
}

/// Connects as diesel has it.
///
/// # Errors
/// When PostgreSQL can not be reached, or is not whom it should be.
pub(crate) async fn establish(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let bad = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
    let (client, driver) = connect(url).await.map_err(|error| bad(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, driver).await
}

fn prepare(url: &str) -> Result<(Config, Tls), String> {
    let DatabaseUrl { config, trust } = DatabaseUrl::parse(url)?;
    let tls = match trust {
        Trust::Anybody => config_no_verify(),
        Trust::System => config_platform_verifier()
            .map_err(|error| format!("the system's certificates can not be used: {error}"))?,
        Trust::File(path) => config_from_ca_cert(&path)
            .map_err(|error| format!("sslrootcert {}: {error}", path.display()))?,
    };
    Ok((config, Tls(MakeRustlsConnect::new(tls))))
}

/// Encrypts; a server behind a socket has no name, which the library refuses even when nothing is to be encrypted.
#[derive(Clone)]
pub struct Tls(MakeRustlsConnect);

impl MakeTlsConnect<Socket> for Tls {
    type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
    type TlsConnect = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        let name = if host.is_empty() { "localhost" } else { host };
        MakeTlsConnect::<Socket>::make_tls_connect(&mut self.0, name)
    }
}
