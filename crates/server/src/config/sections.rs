//! The configuration by area, each value checked.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;
use viral_engine_domain::clicks::ip::TrustedProxies;
use viral_engine_domain::guardrails::SETTINGS;
use viral_engine_domain::guardrails::settings::SettingError;
use viral_engine_domain::guardrails::thresholds::Thresholds;
use viral_engine_domain::jobs::Queue;
use viral_engine_domain::links::key_ring::KeyRing;
use viral_engine_domain::links::target::{Mode, TargetPolicy};
use viral_engine_domain::retention::Policy;
use viral_engine_service::config::{ClickDurability, InvitesFromLinks, SecretKey};

use super::error::Problem;
use super::reader::Reader;
use super::secret::Secret;

/// What an installation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Trying out and working on the engine.
    Development,
    /// Real people.
    Production,
}

/// The process itself.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// What the installation is for.
    pub environment: Environment,
    /// Folder of this node's data.
    pub data_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Public address without a trailing slash; none means the address listened on.
    pub public_url: Option<String>,
    /// Folder of the built admin app.
    pub app_dir: PathBuf,
    /// Threads that serve HTTP.
    pub workers: usize,
    /// How long a stopping engine goes on taking requests.
    pub shutdown_grace: Duration,
    /// How long requests under way may take to finish when the engine stops.
    pub shutdown_timeout: Duration,
}

impl EngineConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let environments = [
            ("development", Environment::Development),
            ("production", Environment::Production),
        ];
        let environment = reader.choice("ENVIRONMENT", &environments);
        let data_dir = reader.parsed("DATA_DIR");
        let bind = reader.with("BIND_ADDR", socket_address);
        let public_url = public_url(reader, environment == Some(Environment::Production));
        let app_dir = reader.parsed("APP_DIR");
        let workers = match reader.optional("HTTP_WORKERS") {
            Some(_) => reader.integer("HTTP_WORKERS"),
            None => Some(available_parallelism().map_or(2, usize::from)),
        };
        let grace = reader.integer("SHUTDOWN_GRACE_SECONDS");
        let shutdown = reader.integer("SHUTDOWN_TIMEOUT_SECONDS");
        // Already followed when the values were gathered.
        reader.optional("CONFIG_FILE");
        Some(Self {
            environment: environment?,
            data_dir: data_dir?,
            bind: bind?,
            public_url: public_url?,
            app_dir: app_dir?,
            workers: workers?,
            shutdown_grace: Duration::from_secs(grace?),
            shutdown_timeout: Duration::from_secs(shutdown?),
        })
    }
}

/// The address of a socket; of a host that has several, an IPv4 one, which more clients reach.
fn socket_address(text: &str) -> Result<SocketAddr, String> {
    let found: Vec<SocketAddr> = text
        .to_socket_addrs()
        .map_err(|error| error.to_string())?
        .collect();
    let first = found.iter().find(|address| address.is_ipv4());
    first
        .or(found.first())
        .copied()
        .ok_or_else(|| "this host has no address".to_owned())
}

/// `Some(None)` when it is not given and need not be.
fn public_url(reader: &mut Reader<'_>, production: bool) -> Option<Option<String>> {
    if reader.optional("PUBLIC_URL").is_none() {
        if production {
            reader.note(Problem::rule(
                "PUBLIC_URL is missing: ENVIRONMENT=production needs the https address people use",
            ));
            return None;
        }
        return Some(None);
    }
    reader
        .with("PUBLIC_URL", |text| origin(text, production))
        .map(Some)
}

fn origin(text: &str, production: bool) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let schemes: &[&str] = if production {
        &["https"]
    } else {
        &["https", "http"]
    };
    if !schemes.contains(&url.scheme()) {
        return Err(match production {
            true => "ENVIRONMENT=production needs https".to_owned(),
            false => format!("it starts with {}:", url.scheme()),
        });
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err("it has more than scheme, host and port".to_owned());
    }
    Ok(url.origin().ascii_serialization())
}

/// Which PostgreSQL.
#[derive(Clone, Debug)]
pub enum DatabaseKind {
    /// The engine's own.
    Embedded {
        /// Folder of its programs, if not to be searched for.
        bin_dir: Option<PathBuf>,
    },
    /// The one at this URL.
    External(Secret),
}

/// The database.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// Which one.
    pub kind: DatabaseKind,
    /// Most connections of this node.
    pub pool_size: usize,
}

impl DatabaseConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let bin_dir = reader
            .optional("PG_BIN_DIR")
            .map(|(_, text)| PathBuf::from(text));
        let pool_size = reader.integer("DATABASE_POOL_SIZE");
        let kind = match reader.optional("DATABASE_URL") {
            None => Some(DatabaseKind::Embedded { bin_dir }),
            Some(_) => reader
                .with("DATABASE_URL", database_url)
                .map(DatabaseKind::External),
        };
        Some(Self {
            kind: kind?,
            pool_size: pool_size?,
        })
    }
}

fn database_url(text: &str) -> Result<Secret, &'static str> {
    let known = ["postgresql://", "postgres://"];
    match known.iter().any(|scheme| text.starts_with(scheme)) {
        true => Ok(Secret::new(text)),
        false => Err("it does not start with postgresql://"),
    }
}

/// Links and the hits they get.
#[derive(Clone, Debug)]
pub struct LinkConfig {
    /// Where links may lead.
    pub targets: TargetPolicy,
    /// Sign links.
    pub signing_keys: KeyRing,
    /// Whether visitors get a session cookie.
    pub visitor_cookie: bool,
    /// Tells visitors apart.
    pub visitor_key: SecretKey,
    /// When a hit counts as stored.
    pub click_durability: ClickDurability,
    /// What counts as an invitation.
    pub invites_from_links: InvitesFromLinks,
    /// How old figures of growth may be.
    pub figures_max_lag: Duration,
    /// Disk space of the click log.
    pub click_log_max_bytes: u64,
}

impl LinkConfig {
    pub(super) fn read(reader: &mut Reader<'_>, environment: Environment) -> Option<Self> {
        let mode = match environment {
            Environment::Development => Mode::Development,
            Environment::Production => Mode::Production,
        };
        let targets = reader.with("LINK_TARGET_HOSTS", |text| TargetPolicy::parse(text, mode));
        let signing_keys = reader.secret("LINK_SIGNING_KEYS", KeyRing::parse);
        let visitor_cookie = reader.choice("VISITOR_COOKIE", &[("session", true), ("off", false)]);
        let visitor_key = reader.secret_key("VISITOR_KEY");
        let durabilities = [
            ("log", ClickDurability::Log),
            ("database", ClickDurability::Database),
        ];
        let click_durability = reader.choice("CLICK_DURABILITY", &durabilities);
        let origins = [
            ("auto", InvitesFromLinks::Auto),
            ("always", InvitesFromLinks::Always),
            ("never", InvitesFromLinks::Never),
        ];
        let invites_from_links = reader.choice("INVITES_FROM_LINKS", &origins);
        let figures_max_lag = reader.integer("FIGURES_MAX_LAG_SECONDS");
        let click_log_max_bytes = reader.integer("CLICK_LOG_MAX_BYTES");
        Some(Self {
            targets: targets?,
            signing_keys: signing_keys?,
            visitor_cookie: visitor_cookie?,
            visitor_key: visitor_key?,
            click_durability: click_durability?,
            invites_from_links: invites_from_links?,
            figures_max_lag: Duration::from_secs(figures_max_lag?),
            click_log_max_bytes: click_log_max_bytes?,
        })
    }
}

/// What protects people's data.
#[derive(Clone, Debug)]
pub struct PrivacyConfig {
    /// Hashes IP addresses.
    pub ip_hash_key: SecretKey,
    /// Days after which the hashes are erased.
    pub ip_hash_retention_days: u32,
    /// Wraps the keys of users.
    pub personal_data_key: SecretKey,
    /// Encrypted them before, still read.
    pub personal_data_key_previous: Option<SecretKey>,
    /// Folder of the keys of users, if not in the data folder.
    pub key_store_dir: Option<PathBuf>,
    /// For how long what is held on people is kept.
    pub retention: Policy,
    /// Signs sessions of operators.
    pub session_key: SecretKey,
    /// Signed them before, still accepted.
    pub session_key_previous: Option<SecretKey>,
}

impl PrivacyConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let ip_hash_key = reader.secret_key("IP_HASH_KEY");
        let ip_hash_retention_days = reader.integer("IP_HASH_RETENTION_DAYS");
        let personal_data_key = reader.secret_key("PERSONAL_DATA_KEY");
        let session_key = reader.secret_key("SESSION_KEY");
        let personal_data_key_previous = previous_key(reader, "PERSONAL_DATA_KEY_PREVIOUS");
        let session_key_previous = previous_key(reader, "SESSION_KEY_PREVIOUS");
        let retention = reader.with("RETENTION_DAYS", Policy::parse);
        let key_store_dir = reader
            .optional("KEY_STORE_DIR")
            .map(|(_, text)| PathBuf::from(text));
        Some(Self {
            ip_hash_key: ip_hash_key?,
            ip_hash_retention_days: ip_hash_retention_days?,
            personal_data_key: personal_data_key?,
            personal_data_key_previous: personal_data_key_previous?,
            key_store_dir,
            retention: retention?,
            session_key: session_key?,
            session_key_previous: session_key_previous?,
        })
    }
}

impl PrivacyConfig {
    /// Folder of the keys of users.
    pub fn key_store_dir(&self, data_dir: &Path) -> PathBuf {
        let given = self.key_store_dir.clone();
        given.unwrap_or_else(|| data_dir.join("keys"))
    }
}

/// A key that is being replaced, if one is named.
fn previous_key(reader: &mut Reader<'_>, name: &'static str) -> Option<Option<SecretKey>> {
    match reader.optional(name) {
        Some(_) => reader.secret_key(name).map(Some),
        None => Some(None),
    }
}

/// What one client may ask of the engine.
#[derive(Clone, Debug)]
pub struct LimitConfig {
    /// Proxies that are believed.
    pub trusted_proxies: TrustedProxies,
    /// Requests a second per API key.
    pub per_key: u32,
    /// Requests a second per address.
    pub per_ip: u32,
    /// Requests worked on at a time.
    pub max_in_flight: usize,
    /// Longest time until an answer begins.
    pub request_timeout: Duration,
}

impl LimitConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let trusted_proxies = reader.parsed("TRUSTED_PROXIES");
        let per_key = reader.integer("RATE_LIMIT_PER_KEY");
        let per_ip = reader.integer("RATE_LIMIT_PER_IP");
        let max_in_flight = reader.integer("MAX_REQUESTS_IN_FLIGHT");
        let request_timeout = reader.integer("REQUEST_TIMEOUT_SECONDS");
        Some(Self {
            trusted_proxies: trusted_proxies?,
            per_key: per_key?,
            per_ip: per_ip?,
            max_in_flight: max_in_flight?,
            request_timeout: Duration::from_secs(request_timeout?),
        })
    }
}

/// Jobs and schedules.
#[derive(Clone, Debug)]
pub struct JobConfig {
    /// Whether `serve` runs jobs.
    pub worker: bool,
    /// Jobs that run at a time in each queue.
    pub concurrency: Vec<(Queue, u32)>,
    /// Time zone of schedules that follow the clock on the wall.
    pub schedule_time_zone: Tz,
}

impl JobConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let worker = reader.choice("WORKER", &[("on", true), ("off", false)]);
        let concurrency = reader.with("QUEUE_CONCURRENCY", concurrency);
        let schedule_time_zone = reader.parsed("SCHEDULE_TIME_ZONE");
        Some(Self {
            worker: worker?,
            concurrency: concurrency?,
            schedule_time_zone: schedule_time_zone?,
        })
    }
}

/// The concurrency of every queue, given that of some.
fn concurrency(text: &str) -> Result<Vec<(Queue, u32)>, String> {
    let mut queues: Vec<(Queue, u32)> = Queue::ALL
        .into_iter()
        .map(|queue| (queue, queue.default_concurrency()))
        .collect();
    for entry in text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
    {
        let (name, number) = entry
            .split_once('=')
            .ok_or_else(|| format!("`{entry}` is not queue=number"))?;
        let queue = queues
            .iter_mut()
            .find(|(queue, _)| queue.as_str() == name.trim())
            .ok_or_else(|| format!("there is no queue `{name}`"))?;
        queue.1 = number
            .trim()
            .parse()
            .ok()
            .filter(|number| (1..=10_000).contains(number))
            .ok_or_else(|| format!("`{number}` is not a number from 1 to 10000"))?;
    }
    Ok(queues)
}

/// Webhooks.
#[derive(Clone, Copy, Debug)]
pub struct WebhookConfig {
    /// Whether receivers may be private, and without TLS.
    pub allow_private: bool,
}

impl WebhookConfig {
    pub(super) fn read(reader: &mut Reader<'_>, environment: Environment) -> Option<Self> {
        let allow_private =
            reader.choice("WEBHOOK_ALLOW_PRIVATE", &[("on", true), ("off", false)])?;
        if allow_private && environment == Environment::Production {
            reader.note(Problem::rule(
                "WEBHOOK_ALLOW_PRIVATE=on is for development: ENVIRONMENT=production refuses it",
            ));
            return None;
        }
        Some(Self { allow_private })
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Logs.
#[derive(Clone, Copy, Debug)]
pub struct LogConfig {
    /// Least severe level that is written.
    pub level: tracing::Level,
    /// Form; none means pretty on a terminal, else JSON.
    pub format: Option<LogFormat>,
}

impl LogConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        use tracing::Level;
        let levels = [
            ("error", Level::ERROR),
            ("warn", Level::WARN),
            ("info", Level::INFO),
            ("debug", Level::DEBUG),
            ("trace", Level::TRACE),
        ];
        let level = reader.choice("LOG_LEVEL", &levels);
        let formats = [("pretty", LogFormat::Pretty), ("json", LogFormat::Json)];
        let format = match reader.optional("LOG_FORMAT") {
            Some(_) => reader.choice("LOG_FORMAT", &formats).map(Some),
            None => Some(None),
        };
        Some(Self {
            level: level?,
            format: format?,
        })
    }
}

/// Defaults of the guardrails' settings.
pub(super) fn read_thresholds(reader: &mut Reader<'_>) -> Option<Thresholds> {
    let given: Vec<(&str, &str)> = SETTINGS
        .iter()
        .filter_map(|setting| Some((setting.key, reader.optional(setting.key)?.1)))
        .collect();
    Thresholds::from_pairs(given)
        .map_err(|errors: Vec<SettingError>| {
            let problems = errors.iter().map(ToString::to_string);
            problems.for_each(|text| reader.note(Problem::rule(text)));
        })
        .ok()
}
