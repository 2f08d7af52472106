//! The real app on a socket of its own, with a database of its own and a clock that stands still.

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use metrics_exporter_prometheus::PrometheusHandle;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;
use viral_engine_api_types::api_keys::CreateApiKey;
use viral_engine_api_types::permissions::Role;
use viral_engine_click_log::{ClickLog, LogId, Options};
use viral_engine_db::operators::{OperatorRow, insert_operator};
use viral_engine_domain::guardrails::thresholds::Thresholds;
use viral_engine_domain::links::key_ring::KeyRing;
use viral_engine_domain::links::target::{Mode, TargetPolicy};
use viral_engine_domain::retention::Policy;
use viral_engine_http::AppState;
use viral_engine_http::middleware::authenticate::{ACCESS_COOKIE, REFRESH_COOKIE};
use viral_engine_http::serve::{Serving, Stopper, serve};
use viral_engine_http::state::HttpConfig;
use viral_engine_service::audit::{AuditKey, AuditKeys};
use viral_engine_service::auth::sessions::{Browser, SessionTokens, open_session};
use viral_engine_service::config::{
    AuditConfig, ClickDurability, InvitesFromLinks, Keys, SecretKey, ServiceConfig,
};
use viral_engine_service::consents::VerificationConfig;
use viral_engine_service::emails::EmailConfig;
use viral_engine_service::key_store::KeyStore;
use viral_engine_service::notifications::follow_other_nodes;
use viral_engine_service::redirect::{Clicks, start_clicks};
use viral_engine_service::{Caller, Context, api_keys};

use crate::{FakeClock, TestClient, TestDb};

/// Where the app under test says it lives; browsers' writes come from there.
pub const PUBLIC_URL: &str = "https://go.example.org";

/// Slots are given out once, so the apps of a process can share a key store; nodes of one database have to.
static KEY_STORE: LazyLock<Arc<KeyStore>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    Arc::new(KeyStore::new(folder.keep()))
});

static METRICS: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    viral_engine_http::metrics::install().expect("nothing else records metrics in tests")
});

/// The app under test. Stops when dropped.
pub struct TestApp {
    /// Its clock; it stands at noon of 16 March 2026, a Monday.
    pub clock: FakeClock,
    /// What its use cases are given.
    pub context: Context,
    base_url: String,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
    /// Its ingest, shipper and redirect.
    pub clicks: Clicks,
    _stop: DropGuard,
    click_log: TempDir,
    // Kept for as long as the app runs.
    db: TestDb,
}

/// What a test may change before the app starts.
pub struct Settings {
    /// Settings of the HTTP floor.
    pub http: HttpConfig,
    /// Settings of the use cases.
    pub service: ServiceConfig,
}

impl TestApp {
    /// Starts the app. Needs a multi-thread runtime (`#[tokio::test(flavor = "multi_thread")]`).
    ///
    /// # Panics
    /// When it can not be started.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts the app with other settings.
    ///
    /// # Panics
    /// As [`TestApp::new`].
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            http: HttpConfig::default(),
            service: service_config(),
        };
        change(&mut settings);
        let db = TestDb::new().await;
        let clock = FakeClock::at(noon());
        let context = Context::new(
            db.database().clone(),
            keys(),
            settings.service,
            clock.as_clock(),
        );
        Self::start(db, clock, context, settings.http).await
    }

    async fn start(db: TestDb, clock: FakeClock, context: Context, config: HttpConfig) -> Self {
        let metrics = METRICS.clone();
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options::new(LogId::from_bytes(*Uuid::now_v7().as_bytes()));
        let (log, recovery) = ClickLog::open(folder.path(), &options).expect("a click log");
        let clicks = start_clicks(&context, log, &recovery).expect("ingest and redirect");
        let stop = CancellationToken::new();
        tokio::spawn(follow_other_nodes(context.clone(), stop.clone()));
        let state = AppState::new(context.clone(), &clicks, config, metrics);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, receiver) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let Serving { server, stopper } =
                    serve(state, listener, 1).expect("the server starts");
                let _ = sender.send(stopper);
                server.await.expect("the server runs");
            });
        });
        Self {
            clock,
            context,
            base_url,
            stopper: receiver.await.expect("the server's stopper"),
            thread: Some(thread),
            clicks,
            _stop: stop.drop_guard(),
            db,
            click_log: folder,
        }
    }

    /// The app's database.
    pub fn db(&self) -> &TestDb {
        &self.db
    }

    /// Folder of the app's click log.
    pub fn click_log_dir(&self) -> &Path {
        self.click_log.path()
    }

    /// Scheme, host and port of the app.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// A client without credentials.
    pub fn anonymous(&self) -> TestClient {
        TestClient::new(&self.base_url)
    }

    /// A browser in which a new operator with this role has signed in.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn operator(&self, role: Role) -> TestClient {
        let row = self.insert_operator(role).await;
        self.sign_in(&row).await
    }

    /// A new operator with this role and without a password.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn insert_operator(&self, role: Role) -> OperatorRow {
        let id = Uuid::now_v7();
        let row = OperatorRow {
            id,
            email: format!("{}-{}@example.org", role.as_str(), id.simple()),
            name: format!("The {}", role.as_str()),
            role: role.as_str().to_owned(),
            password_hash: None,
            disabled_at: None,
            created_at: self.clock.now(),
            last_sign_in_at: None,
            version: 1,
            alert_emails: "off".to_owned(),
        };
        let mut conn = self.db.connection().await;
        insert_operator(&mut conn, &row).await.expect("an operator");
        row
    }

    /// A browser with a new session of this operator.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn sign_in(&self, operator: &OperatorRow) -> TestClient {
        let browser = Browser {
            user_agent: "Firefox on Linux".to_owned(),
            ip_prefix: Some("127.0.0.0/24".to_owned()),
        };
        let mut conn = self.db.connection().await;
        let tokens = open_session(&mut conn, &self.context, operator, browser)
            .await
            .expect("a session");
        self.browser(&tokens)
    }

    fn browser(&self, tokens: &SessionTokens) -> TestClient {
        let client = self
            .anonymous()
            .with_header("origin", PUBLIC_URL)
            .with_header("x-csrf-token", &tokens.csrf_token);
        client.set_cookie(ACCESS_COOKIE, tokens.access.expose());
        if let Some(refresh) = &tokens.refresh {
            client.set_cookie(REFRESH_COOKIE, refresh.expose());
        }
        client
    }

    /// A backend with an API key of these scopes.
    ///
    /// # Panics
    /// When the key can not be made.
    pub async fn key(&self, scopes: &[&str]) -> TestClient {
        let body = CreateApiKey {
            name: "Test backend".to_owned(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            expires_in_days: None,
        };
        let created = api_keys::create_api_key(&self.context, &Caller::system(), &body)
            .await
            .expect("an API key");
        self.anonymous()
            .with_header("authorization", &format!("Bearer {}", created.secret))
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The command is sent by the call; nobody has to wait for what it answers.
        drop(self.stopper.abort());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "the server panicked"
            );
        }
    }
}

/// The instant at which tests begin.
fn noon() -> DateTime<Utc> {
    "2026-03-16T12:00:00Z".parse().expect("a time")
}

/// Settings of the use cases of the app under test.
pub fn service_config() -> ServiceConfig {
    ServiceConfig {
        public_url: PUBLIC_URL.to_owned(),
        development: false,
        targets: TargetPolicy::parse("learn.example.org, *.school.example", Mode::Production)
            .expect("an allowlist"),
        visitor_cookie: true,
        click_durability: ClickDurability::Log,
        invites_from_links: InvitesFromLinks::Auto,
        figures_max_lag: Duration::ZERO,
        ip_hash_retention_days: 90,
        thresholds: Thresholds::default(),
        schedule_time_zone: Tz::UTC,
        audit: AuditConfig {
            retention_days: 2_557,
            heads_dir: None,
        },
        retention: Policy::default(),
        email: EmailConfig::default(),
        verification: VerificationConfig::default(),
        webhook_allow_private: false,
        database_kind: "external",
    }
}

/// Keys of the app under test.
pub fn keys() -> Keys {
    let secret: [u8; 32] = std::array::from_fn(|index| (index as u8).wrapping_mul(37) ^ 0x5a);
    let key = |purpose: u8| SecretKey::new(secret.map(|byte| byte ^ purpose));
    Keys {
        links: KeyRing::parse(&KeyRing::format_entry("test", &secret)).expect("a key ring"),
        ip_hash: key(1),
        visitors: key(2),
        personal_data: key(3),
        personal_data_previous: None,
        users: Arc::clone(&KEY_STORE),
        sessions: key(4),
        sessions_previous: None,
        audit: AuditKeys::new(AuditKey::new(key(5).expose()), Vec::new()),
    }
}

/// The app's keys around a replacement of the master key of personal data. Replacing it rewraps every key of the key
/// store, which the other apps of the process share under the former one: these have a copy of it.
pub struct ReplacedKeys {
    /// Both master keys, the new one first.
    pub during: Keys,
    /// The new master key alone.
    pub after: Keys,
    /// The former master key alone.
    pub former: Keys,
    _folder: TempDir,
}

impl ReplacedKeys {
    /// With the keys that users have now.
    ///
    /// # Panics
    /// When the key store can not be copied.
    pub fn new() -> Self {
        const FILE: &str = "user-keys";
        let folder = tempfile::tempdir().expect("a folder");
        let shared = keys();
        // The file comes with the first key.
        if !shared.users.is_empty().expect("a key store") {
            let copy = folder.path().join(FILE);
            std::fs::copy(shared.users.dir().join(FILE), copy).expect("a copy");
        }
        let former = Keys {
            users: Arc::new(KeyStore::new(folder.path())),
            ..shared
        };
        let after = Keys {
            personal_data: SecretKey::new([9; 32]),
            ..former.clone()
        };
        let during = Keys {
            personal_data_previous: Some(former.personal_data.clone()),
            ..after.clone()
        };
        Self {
            during,
            after,
            former,
            _folder: folder,
        }
    }
}

impl Default for ReplacedKeys {
    fn default() -> Self {
        Self::new()
    }
}
