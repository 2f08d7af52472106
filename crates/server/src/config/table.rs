//! Every configuration key. The one source of `.env.example`, of ranges and of defaults.

use std::borrow::Cow;

use viral_engine_domain::guardrails::SETTINGS;

use super::key::{Default, Key, Kind, Section};

const fn value(text: &'static str) -> Default {
    Default::Value(Cow::Borrowed(text))
}

const fn text(description: &'static str) -> Kind {
    Kind::Text(Cow::Borrowed(description))
}

const fn integer(min: u64, max: u64) -> Kind {
    Kind::Integer { min, max }
}

/// 32 random bytes, for instance by `openssl rand -hex 32`.
const RANDOM_32: Kind =
    text("32 random bytes in hex or base64, as `openssl rand -hex 32` prints them");

/// The engine's own keys; those of the guardrails are in `viral_engine_domain::guardrails`.
static ENGINE_KEYS: &[Key] = &[
    Key::new(Section::Engine, "ENVIRONMENT", value("development"), Kind::Choice(&["development", "production"]))
        .explained(
            "What this installation is for.",
            "production refuses to start without an https PUBLIC_URL, and refuses links to http targets.",
        ),
    Key::new(Section::Engine, "DATA_DIR", value("./data"), text("a folder that the engine may create and write"))
        .explained(
            "Where the click log, generated secrets and the embedded PostgreSQL live.",
            "Each node needs its own. Losing it loses clicks that were not shipped to PostgreSQL yet.",
        ),
    Key::new(Section::Engine, "BIND_ADDR", value("127.0.0.1:8080"), text("host:port, the host an IP address or a name that resolves to one; port 0 takes a free one"))
        .explained(
            "Where the engine listens for HTTP.",
            "0.0.0.0:8080 is reachable from other machines; put a proxy with TLS in front of it.",
        ),
    Key::new(Section::Engine, "PUBLIC_URL", Default::Derived("http:// and BIND_ADDR"), text("an http or https URL without path"))
        .explained(
            "Address under which people and operators reach the engine.",
            "Stands in every short link; browsers may sign in from this origin only.",
        ),
    Key::new(Section::Engine, "APP_DIR", value("frontend/dist"), text("a folder made by `cargo xtask frontend`"))
        .explained("Where the built admin app lies.", "Without it the API works and the admin app does not."),
    Key::new(Section::Engine, "HTTP_WORKERS", Default::Derived("the number of processors"), integer(1, 256))
        .explained("Threads that serve HTTP.", "More than processors seldom helps."),
    Key::new(Section::Engine, "SHUTDOWN_GRACE_SECONDS", value("2"), integer(0, 600))
        .explained(
            "How long the engine goes on taking requests after SIGTERM or Ctrl-C, when somebody is connected.",
            "Answers close their connections and /readyz says 503 meanwhile: give load balancers the time to notice.",
        ),
    Key::new(Section::Engine, "SHUTDOWN_TIMEOUT_SECONDS", value("30"), integer(1, 3_600))
        .explained(
            "How long requests under way may take to finish after the grace.",
            "Requests that take longer are cut off.",
        ),
    Key::new(Section::Engine, "CONFIG_FILE", Default::Derived("none"), text("a TOML file with these keys"))
        .explained("An additional source of configuration.", "The environment and .env win over it."),
    Key::new(Section::Database, "DATABASE_URL", Default::Derived("the embedded PostgreSQL"), text("postgresql://user:password@host:5432/database"))
        .explained(
            "A PostgreSQL 15 or newer. Without it the engine runs its own in DATA_DIR.",
            "With it every secret below must be given, so that all nodes share them. Over a network add \
             ?sslmode=verify-full, and &sslrootcert=FILE for an authority that the system does not know.",
        )
        .secret(),
    Key::new(Section::Database, "DATABASE_POOL_SIZE", value("16"), integer(2, 500))
        .explained(
            "Connections to PostgreSQL that this node may hold.",
            "Four per processor of the database is a good start; more makes each query slower.",
        ),
    Key::new(Section::Database, "PG_BIN_DIR", Default::Derived("PATH, then where Debian and Homebrew install it"), text("a folder with `initdb` and `postgres`"))
        .explained("Programs of the embedded PostgreSQL.", "Has no effect with DATABASE_URL."),
    Key::new(Section::Links, "LINK_TARGET_HOSTS", value(""), text("host names separated by commas; *.example.org covers subdomains, host:port another port"))
        .explained("Hosts that links may lead to.", "Empty allows none: no link can be minted."),
    Key::new(Section::Links, "LINK_SIGNING_KEYS", Default::Generated, text("id:secret, separated by commas; each secret 32 to 1024 random bytes in hex or base64"))
        .explained(
            "Keys that sign links. The first signs, all verify.",
            "To rotate, put a new one in front; removing one refuses the links it signed.",
        )
        .secret(),
    Key::new(Section::Links, "VISITOR_COOKIE", value("session"), Kind::Choice(&["session", "off"]))
        .explained(
            "Whether people who follow links get a random session cookie that tells them apart.",
            "off relies on a daily hash of network and browser: people behind one network look alike more often.",
        ),
    Key::new(Section::Links, "VISITOR_KEY", Default::Generated, RANDOM_32)
        .explained("Tells visitors apart without keeping who they are.", "Changing it makes everybody a new visitor.")
        .secret(),
    Key::new(Section::Links, "CLICK_DURABILITY", value("log"), Kind::Choice(&["log", "database"]))
        .explained(
            "When a hit of a link counts as stored: in this node's fsynced log, or in PostgreSQL.",
            "database is slower and stops redirects while PostgreSQL is away.",
        ),
    Key::new(Section::Links, "INVITES_FROM_LINKS", value("auto"), Kind::Choice(&["auto", "always", "never"]))
        .explained(
            "Whether the minting of a link counts as an invitation in figures of growth.",
            "auto: where the platform reports no invite_sent events in the days that are asked for.",
        ),
    Key::new(Section::Links, "FIGURES_MAX_LAG_SECONDS", value("10"), integer(0, 60))
        .explained(
            "How old figures of growth may be, in seconds, where computing them takes longer than 50 ms.",
            "0 computes them whenever data has changed, and everybody who asks waits.",
        ),
    Key::new(Section::Links, "CLICK_LOG_MAX_BYTES", value("4294967296"), integer(134_217_728, 1 << 50))
        .explained(
            "Disk space for hits that PostgreSQL does not have yet, in bytes.",
            "When it is full, hits are redirected but not recorded, which is reported loudly.",
        ),
    Key::new(Section::Privacy, "IP_HASH_KEY", Default::Generated, RANDOM_32)
        .explained(
            "Hashes IP addresses, which are never stored.",
            "Changing it makes the same address look new: blocks and groups by address start over.",
        )
        .secret(),
    Key::new(Section::Privacy, "IP_HASH_RETENTION_DAYS", value("90"), integer(1, 3_650))
        .explained(
            "Days after which hashes of addresses and devices are erased from events.",
            "Fraud and bot figures can not look back further.",
        ),
    Key::new(Section::Privacy, "PERSONAL_DATA_KEY", Default::Generated, RANDOM_32)
        .explained(
            "Encrypts the keys of users in KEY_STORE_DIR, and addresses of others.",
            "Losing it makes them unreadable for ever: back it up apart from the database. With another key the engine does \
             not start; to replace it, name the former one in PERSONAL_DATA_KEY_PREVIOUS.",
        )
        .secret(),
    Key::new(Section::Privacy, "PERSONAL_DATA_KEY_PREVIOUS", Default::Derived("none"), RANDOM_32)
        .explained(
            "The former PERSONAL_DATA_KEY while it is being replaced.",
            "What it encrypted stays readable and is encrypted anew in the background; remove it when the log says so. \
             Links in mail from before go on working.",
        )
        .secret(),
    Key::new(Section::Privacy, "KEY_STORE_DIR", Default::Derived("keys in DATA_DIR"), text("a folder that the engine may create and write"))
        .explained(
            "Where each user's own key lies, which encrypts names, addresses and what was written about them.",
            "All nodes share it. Back it up apart from the database and keep those backups for days, not months: whoever \
             was deleted is readable for as long as a backup of both exists. Losing it makes users unreadable.",
        ),
    Key::new(Section::Privacy, "RETENTION_DAYS", value(""), text("rule=days, separated by commas; days from 1 to 3653"))
        .explained(
            "For how many days what is held on people is kept, by rule; guardians read it below the notice.",
            "Rules that it does not name keep users=1095, sessions=730, recaps=400, inputs=400, links=1095, events=1095, \
             emails=730, reports=1095, data_requests=1095. Older is removed every night.",
        ),
    Key::new(Section::Sessions, "SESSION_KEY", Default::Generated, RANDOM_32)
        .explained("Signs the sessions of operators.", "Changing it signs everybody out.")
        .secret(),
    Key::new(Section::Sessions, "SESSION_KEY_PREVIOUS", Default::Derived("none"), RANDOM_32)
        .explained(
            "The former SESSION_KEY while it is being replaced.",
            "Sessions it signed stay valid; remove it after an hour.",
        )
        .secret(),
    Key::new(Section::Audit, "AUDIT_SIGNING_KEY", Default::Generated, RANDOM_32)
        .explained(
            "Signs heads of the audit trail and protects its entries from whoever has the database alone.",
            "Changing it gives the trail another public key: keep the former one in AUDIT_SIGNING_KEY_PREVIOUS.",
        )
        .secret(),
    Key::new(Section::Audit, "AUDIT_SIGNING_KEY_PREVIOUS", Default::Derived("none"), text("former keys, separated by commas, each 32 random bytes in hex or base64"))
        .explained(
            "The former AUDIT_SIGNING_KEYs.",
            "What they signed and protected stays verifiable for as long as they stand here.",
        )
        .secret(),
    Key::new(Section::Audit, "AUDIT_RETENTION_DAYS", value("2557"), integer(1, 36_500))
        .explained(
            "Days after which the contents of audit entries are removed, seven years by default.",
            "Their hashes stay, so that the rest of the trail can still be verified.",
        ),
    Key::new(Section::Audit, "AUDIT_HEADS_DIR", Default::Derived("none"), text("a folder that the engine may create and write"))
        .explained(
            "Folder where the daily signed head of the audit trail is also written.",
            "Best on another machine's disk: a head kept where the database's owner can not reach it tells what was rewritten.",
        ),
    Key::new(Section::Consents, "CONSENT_MANUAL_REVIEW", value("off"), Kind::Choice(&["on", "off"]))
        .explained(
            "Whether guardians can sign a form and send it in, for two operators to look at.",
            "on takes people who look at forms every day: what is not answered within 14 days expires.",
        ),
    Key::new(Section::Consents, "CONSENT_PROVIDER_URL", Default::Derived("none"), text("an https address"))
        .explained(
            "Where verifications of guardians are started at a hosted provider: docs/consents.md has the interface.",
            "Without it, consents for what leaves the platform need a signed form.",
        ),
    Key::new(Section::Consents, "CONSENT_PROVIDER_KEY", Default::Derived("none"), text("a bearer token"))
        .explained("What we show the provider.", "The provider gives it to you.")
        .secret(),
    Key::new(Section::Consents, "CONSENT_PROVIDER_SECRET", Default::Derived("none"), text("whsec_ and 24 to 64 bytes in base64"))
        .explained(
            "What the provider signs its messages with, as Standard Webhooks.",
            "Whoever has it can say that a guardian was verified.",
        )
        .secret(),
    Key::new(Section::Consents, "CONSENT_PROVIDER_METHODS", Default::Derived("none"), text("card_transaction, knowledge_questions, id_check, face_match, video, phone; those that the provider has"))
        .explained(
            "Which ways to be verified the provider has.",
            "Guardians choose among them, in this order.",
        ),
    Key::new(Section::Consents, "TEXT_GATEWAY_URL", Default::Derived("none"), text("an https address"))
        .explained(
            "The gateway that text messages to guardians are posted to, as a form with To, From and Body.",
            "Without it guardians are asked by mail alone.",
        ),
    Key::new(Section::Consents, "TEXT_GATEWAY_USER", Default::Derived("none"), text("a user's name"))
        .explained("User of the basic authentication.", "The gateway gives it to you."),
    Key::new(Section::Consents, "TEXT_GATEWAY_PASSWORD", Default::Derived("none"), text("a password"))
        .explained("Password of the basic authentication.", "The gateway gives it to you.")
        .secret(),
    Key::new(Section::Consents, "TEXT_FROM", Default::Derived("none"), text("a number, or a name that the gateway knows"))
        .explained("Whom text messages are from.", "Guardians see it as the sender."),
    Key::new(Section::Limits, "TRUSTED_PROXIES", value(""), text("IP addresses and networks separated by commas"))
        .explained(
            "Proxies whose X-Forwarded-For is believed.",
            "Without the right ones every client looks like the proxy; with wrong ones clients can pretend to be others.",
        ),
    Key::new(Section::Limits, "RATE_LIMIT_PER_KEY", value("1000"), integer(1, 1_000_000))
        .explained("Requests a second that one API key may send.", "More are answered with 429."),
    Key::new(Section::Limits, "RATE_LIMIT_PER_IP", value("1000"), integer(1, 1_000_000))
        .explained(
            "Requests a second that one address may send without an API key.",
            "More are answered with 429; following links is not limited by it.",
        ),
    Key::new(Section::Limits, "MAX_REQUESTS_IN_FLIGHT", value("4096"), integer(16, 1_000_000))
        .explained(
            "Requests worked on at a time.",
            "Beyond it load is shed: browser sessions first, then the API, links last.",
        ),
    Key::new(Section::Limits, "REQUEST_TIMEOUT_SECONDS", value("30"), integer(1, 600))
        .explained("How long a request may take until its answer begins.", "Slower ones are answered with 504."),
    Key::new(Section::Jobs, "WORKER", value("on"), Kind::Choice(&["on", "off"]))
        .explained(
            "Whether `serve` also runs jobs and enqueues those of the schedules.",
            "off needs `viral-engine worker` somewhere: without any, alerts, reports, emails and retention wait.",
        ),
    Key::new(Section::Jobs, "QUEUE_CONCURRENCY", value(""), text("queue=number, separated by commas; numbers from 1 to 10000"))
        .explained(
            "Jobs that run at a time, by queue and over all nodes.",
            "Queues that it does not name keep default=10, reports=5, email=10, webhooks=20, batch=50, sessions=5, \
             recaps=2. The node that starts last decides for all.",
        ),
    Key::new(Section::Jobs, "SCHEDULE_TIME_ZONE", value("UTC"), text("an IANA time zone, such as Europe/Berlin"))
        .explained(
            "Time zone of schedules that people expect at a time of the day, such as the weekly report.",
            "Where clocks change, a slot is neither doubled nor dropped.",
        ),
    Key::new(Section::Email, "SMTP_URL", Default::Derived("the built-in outbox"), text("smtp://user:password@host:587 or smtps://user:password@host:465; special characters percent-encoded"))
        .explained(
            "The mail server that takes messages. Without it they stay in the outbox of the admin app and go nowhere.",
            "smtp:// demands STARTTLS, smtps:// is TLS from the first byte. ?tls=opportunistic encrypts only where the \
             server offers it, ?tls=none never: for a server on this machine or network.",
        )
        .secret(),
    Key::new(Section::Email, "EMAIL_FROM", value("Viral Engine <no-reply@viral-engine.invalid>"), text("an address, with or without a name before it"))
        .explained(
            "Whom messages are from.",
            "Its domain stands in every Message-ID; mail servers ask it for SPF, DKIM and DMARC. Required with SMTP_URL.",
        ),
    Key::new(Section::Email, "SMTP_CA_FILE", Default::Derived("the system's authorities alone"), text("a PEM file"))
        .explained(
            "Certificates of authorities that vouch for the mail server, beside the system's.",
            "For mail servers with a certificate of your own.",
        ),
    Key::new(Section::Webhooks, "WEBHOOK_ALLOW_PRIVATE", value("off"), Kind::Choice(&["on", "off"]))
        .explained(
            "Whether webhooks may be sent to private addresses and over http, to try them out on this machine.",
            "on lets every admin reach what this machine can reach; ENVIRONMENT=production refuses it.",
        ),
    Key::new(Section::Logs, "LOG_LEVEL", value("info"), Kind::Choice(&["error", "warn", "info", "debug", "trace"]))
        .explained("How much the engine logs, to standard error.", "debug and trace cost speed."),
    Key::new(Section::Logs, "LOG_FORMAT", Default::Derived("pretty on a terminal, else json"), Kind::Choice(&["pretty", "json"]))
        .explained("How log lines are written.", "json is one object a line, for machines."),
    Key::new(Section::Logs, "OTEL_EXPORTER_OTLP_ENDPOINT", Default::Derived("no traces"), text("an address that begins with http://, for example http://localhost:4318"))
        .explained(
            "The OpenTelemetry collector that gets traces of requests and jobs, by OTLP over HTTP.",
            "/v1/traces is added. Traces hold what logs hold: no path, address or name.",
        ),
    Key::new(Section::Logs, "OTEL_TRACES_SAMPLER_ARG", value("0.1"), text("a number from 0 to 1"))
        .explained("Share of requests and jobs that are traced.", "Each costs; a trace is sent as a whole or not at all."),
];

/// Every key, in the order of the documentation.
pub fn keys() -> impl Iterator<Item = Cow<'static, Key>> {
    let engine = ENGINE_KEYS.iter().map(Cow::Borrowed);
    engine.chain(
        SETTINGS
            .iter()
            .map(|setting| Cow::Owned(Key::from(setting))),
    )
}

/// The key of this name.
pub fn find(name: &str) -> Option<Cow<'static, Key>> {
    keys().find(|key| key.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_is_explained_and_listed_once_under_its_heading() {
        let mut names = BTreeSet::new();
        for key in keys() {
            assert!(names.insert(key.name), "{} is listed twice", key.name);
            assert!(
                !key.purpose.is_empty() && !key.effect.is_empty(),
                "{}",
                key.name
            );
            let shouted = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            assert!(key.name.chars().all(shouted), "{}", key.name);
        }
        let sections: Vec<Section> = keys().map(|key| key.section).collect();
        assert!(sections.is_sorted(), "keys of one heading stand together");
    }

    #[test]
    fn what_is_generated_is_a_secret() {
        assert!(
            keys()
                .filter(|key| key.is_generated())
                .all(|key| key.secret)
        );
    }
}
