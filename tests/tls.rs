//! Connections to PostgreSQL over TLS: before the real server stands a gate that encrypts as PostgreSQL does.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use viral_engine_db::Database;
use viral_engine_db::connect::connect;
use viral_engine_test_support::TestDb;

/// What a client says to ask for encryption: its length, and a number no version has.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A gate in front of a test's database, with a certificate of its own for `localhost`.
struct Gate {
    db: TestDb,
    port: u16,
    folder: TempDir,
}

impl Gate {
    async fn open() -> Self {
        let db = TestDb::new().await;
        let folder = tempfile::tempdir().expect("a folder");
        let certified =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        std::fs::write(folder.path().join("ca.pem"), certified.cert.pem()).expect("written");
        let key = certified
            .signing_key
            .serialize_der()
            .try_into()
            .expect("a key");
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .expect("a configuration");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (acceptor, socket) = (TlsAcceptor::from(Arc::new(config)), socket_of(&db));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, acceptor.clone(), socket.clone()));
            }
        });
        Self { db, port, folder }
    }

    fn url(&self, host: &str, query: &str) -> String {
        let (_, path) = self
            .db
            .database()
            .url()
            .split_once("///")
            .expect("a URL of a socket");
        let (name, _) = path.split_once('?').expect("a name");
        format!("postgresql://postgres@{host}:{}/{name}?{query}", self.port)
    }

    fn trusted(&self) -> String {
        let path = self.folder.path().join("ca.pem");
        format!("sslmode=verify-full&sslrootcert={}", path.display())
    }
}

/// The server's socket, as the URL names its folder.
fn socket_of(db: &TestDb) -> PathBuf {
    let (_, query) = db
        .database()
        .url()
        .split_once('?')
        .expect("a URL of a socket");
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.replace("%2F", "/"))
    };
    let port = value("port").unwrap_or_else(|| "5432".to_owned());
    PathBuf::from(value("host").expect("a folder")).join(format!(".s.PGSQL.{port}"))
}

/// Serves one client; one that does not ask for encryption is turned away.
async fn pass(
    mut client: TcpStream,
    acceptor: TlsAcceptor,
    socket: PathBuf,
) -> std::io::Result<()> {
    let mut asked = [0; 8];
    client.read_exact(&mut asked).await?;
    if asked != SSL_REQUEST {
        return Ok(());
    }
    client.write_all(b"S").await?;
    let mut client = acceptor.accept(client).await?;
    let mut server = UnixStream::connect(socket).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_talks_to_a_server_that_proves_its_name() {
    let gate = Gate::open().await;
    let database = Database::new(&gate.url("localhost", &gate.trusted()), 2).expect("a pool");
    drop(database.connection().await.expect("a connection"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_check_any_certificate_will_do() {
    let gate = Gate::open().await;
    for query in ["", "sslmode=require"] {
        connect(&gate.url("127.0.0.1", query))
            .await
            .map(drop)
            .expect("a connection");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_whom_it_should_be_is_refused() {
    let gate = Gate::open().await;
    let strangers = [
        // Nobody vouches for it.
        gate.url("localhost", "sslmode=verify-full"),
        // Its certificate is another host's.
        gate.url("127.0.0.1", &gate.trusted()),
        // It would have to answer without encryption.
        gate.url("localhost", "sslmode=disable"),
    ];
    for url in strangers {
        assert!(connect(&url).await.is_err(), "{url}");
    }
}

#[test]
fn a_file_without_certificates_is_named() {
    let url = "postgresql://db/ve?sslrootcert=/no/such/ca.pem";
    let refused = Database::new(url, 1).map(drop).expect_err("no file");
    assert!(refused.to_string().contains("/no/such/ca.pem"), "{refused}");
}
