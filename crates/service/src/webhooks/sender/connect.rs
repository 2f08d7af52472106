//! A connection to a receiver: name, addresses, check, TCP, TLS.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, Error as RustlsError};
use viral_engine_domain::webhooks::{Target, is_public};

use super::{SendError, Sender};

/// Longest wait for one of a receiver's addresses, so that a second one has its chance.
const CONNECT_LIMIT: Duration = Duration::from_secs(4);
/// Addresses of a name that are tried.
const ADDRESSES: usize = 4;

impl Sender {
    /// Connects to the first address that answers.
    pub(super) async fn connect(&self, target: &Target) -> Result<TcpStream, SendError> {
        let mut last = ErrorKind::AddrNotAvailable;
        for address in self.addresses(target).await?.into_iter().take(ADDRESSES) {
            let address = SocketAddr::new(address, target.port());
            match tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = error.kind(),
                Err(_) => last = ErrorKind::TimedOut,
            }
        }
        Err(SendError::Connect(last))
    }

    /// The addresses that may be connected to. A receiver that has others too is not for them to be found by.
    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, SendError> {
        let found = match target.address() {
            Some(address) => vec![address],
            None => self
                .lookup
                .lookup(target.host())
                .await
                .map_err(|_| SendError::Resolve)?,
        };
        if found.is_empty() {
            return Err(SendError::Resolve);
        }
        let allowed = |address: &IpAddr| self.allow_private || is_public(*address);
        let allowed: Vec<IpAddr> = found.into_iter().filter(allowed).collect();
        match allowed.is_empty() {
            true => Err(SendError::NotPublic),
            false => Ok(allowed),
        }
    }

    /// Encrypts a connection with the receiver whose certificate is valid for the URL's host.
    pub(super) async fn encrypt(
        &self,
        target: &Target,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, SendError> {
        let name = match target.address() {
            Some(address) => ServerName::from(address),
            None => ServerName::try_from(target.host().to_owned())
                .map_err(|_| SendError::Tls("the host is no name for a certificate".to_owned()))?,
        };
        let connector = TlsConnector::from(self.tls()?);
        let connected = connector.connect(name, stream).await;
        connected.map_err(|error| SendError::Tls(tls_reason(&error)))
    }

    /// Made when it is first needed: reading the system's certificates takes a while, and may fail.
    fn tls(&self) -> Result<Arc<ClientConfig>, SendError> {
        if let Some(config) = self.tls.get() {
            return Ok(config.clone());
        }
        let config = system_config().map_err(|error| {
            tracing::error!(%error, "the system's certificates can not be used");
            SendError::Certificates
        })?;
        Ok(self.tls.get_or_init(|| Arc::new(config)).clone())
    }
}

fn system_config() -> Result<ClientConfig, RustlsError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

/// What rustls says of a certificate or a handshake; of other errors only their kind, which names nobody.
fn tls_reason(error: &std::io::Error) -> String {
    let told = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<RustlsError>());
    match told {
        Some(RustlsError::InvalidCertificate(_)) => "the certificate is not valid".to_owned(),
        Some(RustlsError::InvalidMessage(_)) => "the receiver does not speak TLS".to_owned(),
        Some(_) => "the handshake failed".to_owned(),
        None => error.kind().to_string(),
    }
}
