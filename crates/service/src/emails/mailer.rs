//! Hands messages to the mail server, over connections that are kept.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::response::Severity;
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::config::EmailConfig;
use super::send::SendError;
use super::smtp_url::{Protection, SmtpUrl};

/// How long a command may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Kept connections of this node, as many as its workers send at a time.
const CONNECTIONS: u32 = 10;
/// Servers close silent connections after some minutes; ours are gone before.
const IDLE: Duration = Duration::from_secs(60);

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// What carries messages.
pub struct Mailer {
    config: EmailConfig,
    // Made with the first message, since it wants a runtime to live on.
    smtp: OnceLock<Smtp>,
}

impl Mailer {
    /// A mailer of this configuration. Connects to nothing yet.
    pub fn new(config: EmailConfig) -> Self {
        Self {
            config,
            smtp: OnceLock::new(),
        }
    }

    /// Whom messages are from.
    pub fn from(&self) -> &Mailbox {
        &self.config.from
    }

    /// Whether messages leave the engine; else they stay in the built-in outbox.
    pub fn has_server(&self) -> bool {
        self.config.smtp.is_some()
    }

    /// Hands a message over and answers whether it left the engine.
    ///
    /// # Errors
    /// Why it was not taken, in our own words: a server's own may name the recipient.
    #[tracing::instrument(name = "hand_over_email", skip_all)]
    pub async fn hand_over(&self, message: Message) -> Result<bool, SendError> {
        let Some(url) = &self.config.smtp else {
            return Ok(false);
        };
        let smtp = match self.smtp.get() {
            Some(smtp) => smtp,
            None => {
                let made = self.connect(url)?;
                self.smtp.get_or_init(|| made)
            }
        };
        let smtp = smtp.clone();
        // In a task of its own: a job that is cancelled in the middle of a talk would leave the connection to the next
        // message, which would take the replies to this one for its own.
        let begun = Instant::now();
        let sent = tokio::spawn(async move { smtp.send(message).await }).await;
        let sent = sent
            .map_err(|_| SendError::later("the attempt broke off"))
            .and_then(|sent| sent.map_err(|error| explain(&error)));
        let outcome = if sent.is_ok() { "taken" } else { "refused" };
        metrics::histogram!("viral_engine_email_duration_seconds", "outcome" => outcome)
            .record(begun.elapsed());
        sent.map(|_| true)
    }

    fn connect(&self, url: &SmtpUrl) -> Result<Smtp, SendError> {
        let tls = match url.protection {
            Protection::None => Tls::None,
            Protection::Tls => Tls::Wrapper(self.tls(url)?),
            Protection::StartTls => Tls::Required(self.tls(url)?),
            Protection::StartTlsIfOffered => Tls::Opportunistic(self.tls(url)?),
        };
        let mut builder = Smtp::builder_dangerous(&url.host)
            .port(url.port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE));
        if let Some((user, password)) = &url.credentials {
            let credentials = Credentials::new(user.clone(), password.as_str().to_owned());
            builder = builder.credentials(credentials);
        }
        Ok(builder.build())
    }

    fn tls(&self, url: &SmtpUrl) -> Result<TlsParameters, SendError> {
        let mut builder = TlsParameters::builder(url.host.clone());
        for authority in &self.config.authorities {
            builder = builder.add_root_certificate(authority.clone());
        }
        builder
            .build_rustls()
            .map_err(|_| SendError::later("TLS could not be set up"))
    }
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// Why a message was not taken: by the reply's code alone (RFC 5321, 4.2.1; RFC 4954, 6).
fn explain(error: &SmtpError) -> SendError {
    if let Some(code) = error.status() {
        let number = code.to_string();
        if matches!(number.as_str(), "530" | "534" | "535" | "538") {
            let detail = format!("the mail server did not accept user and password ({number})");
            return SendError::later(detail);
        }
        return match code.severity {
            Severity::PermanentNegativeCompletion => {
                SendError::for_good(format!("the mail server refused the message ({number})"))
            }
            _ => SendError::later(format!(
                "the mail server asks to try again later ({number})"
            )),
        };
    }
    if error.is_tls() {
        return SendError::later("the connection could not be encrypted");
    }
    if error.is_timeout() {
        return SendError::later("the mail server did not answer in time");
    }
    if error.is_client() {
        return SendError::later(
            "the mail server lacks what is needed, such as STARTTLS or a way to sign in",
        );
    }
    SendError::later("the mail server could not be reached, or broke off")
}
