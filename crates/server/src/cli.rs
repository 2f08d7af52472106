//! The command line.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::builder::RangedI64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use viral_engine_simulator::{DAYS_MAX, PLANTED_MAX, USERS_MAX, USERS_MIN};

use crate::config::Sources;

/// A growth engine with guardrails for learning platforms.
///
/// Configured by environment variables, a file .env in the current folder and a TOML file named by CONFIG_FILE;
/// `viral-engine check-config --print-example` lists every key. Without DATABASE_URL the engine runs its own
/// PostgreSQL in the data folder; commands work there beside a running `serve`.
///
/// Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.
#[derive(Debug, Parser)]
#[command(name = "viral-engine", version, arg_required_else_help = true)]
pub struct Cli {
    /// Folder of this node's data (also DATA_DIR) [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve API, redirects and the admin app until SIGTERM or Ctrl-C
    Serve {
        /// Where to listen; port 0 takes a free one, which is printed (also BIND_ADDR) [default: 127.0.0.1:8080]
        #[arg(long, value_name = "HOST:PORT")]
        bind: Option<String>,
        /// Fill an empty database with a made-up platform to look around in
        #[arg(long)]
        demo: bool,
    },
    /// Run jobs and nothing else until SIGTERM or Ctrl-C, beside any number of others
    Worker,
    /// Bring the database's schema up to date, or look at it
    Migrate {
        /// What to do with the migrations
        #[arg(value_enum, default_value_t = Direction::Up)]
        direction: Direction,
        /// Revert for good: `down` drops what its tables hold
        #[arg(long)]
        yes: bool,
    },
    /// Load a made-up platform with known frauds and accidents in it, and tell the truth about it
    Simulate(SimulateArguments),
    /// Say how well the engine finds what a simulated platform has planted in it, and how often the interval of K holds it
    Score(ScoreArguments),
    /// Bring in what happened before the engine
    Import {
        /// What to bring in
        #[command(subcommand)]
        source: ImportSource,
    },
    /// Make a performance report and write it to a file
    Report(ReportArguments),
    /// Manage API keys, by which a platform's backend signs in
    ApiKey {
        /// What to do with API keys
        #[command(subcommand)]
        action: ApiKeyAction,
    },
    /// Verify the audit trail, export it, sign it
    Audit {
        /// What to do with the audit trail
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Create an admin who can sign in at once; the password is read from standard input
    CreateAdmin {
        /// Address to sign in with
        #[arg(long)]
        email: String,
        /// Name to show [default: what stands before the @]
        #[arg(long)]
        name: Option<String>,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Check the configuration and show it without its secrets
    CheckConfig {
        /// Print the documented example of a .env file instead
        #[arg(long)]
        print_example: bool,
    },
}

/// What `simulate` is told.
///
/// The same options make the same platform, byte for byte; only what the engine draws itself (tokens, ids) differs.
/// The truth holds for a database with nothing else in it, asked on the day on which the platform ends, in UTC.
#[derive(Clone, Debug, Args)]
pub struct SimulateArguments {
    /// Users who are there before anybody is invited
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = range(USERS_MIN, USERS_MAX))]
    pub users: u32,
    /// UTC days up to the end, the last one included
    #[arg(long, value_name = "D", default_value_t = 30, value_parser = range(2, DAYS_MAX))]
    pub days: u32,
    /// What all chance depends on
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Last instant, such as 2026-03-31T18:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub end: Option<DateTime<Utc>>,
    /// Where to write what is true, as JSON; - is standard output
    #[arg(long, value_name = "FILE|-")]
    pub truth: Option<PathBuf>,
    /// Simulate and write the truth, but load nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Load into a database that holds data already: made-up users and events can never be told from real ones
    #[arg(long)]
    pub force_into_existing: bool,
    /// Mean number of links of a user who may share [default: 1.4]
    #[arg(long, value_name = "MEAN", value_parser = mean)]
    pub links_per_user: Option<f64>,
    /// Mean number of crawlers that find a link [default: 0.4]
    #[arg(long, value_name = "MEAN", value_parser = mean)]
    pub crawlers_per_link: Option<f64>,
    /// K that a loop has, such as buddy_challenge=1.2; may be given for several
    #[arg(long, value_name = "LOOP=K", value_parser = planted_k)]
    pub k: Vec<(String, f64)>,
    /// Click farms [default: grows with the users, like all of the following]
    #[arg(long, value_name = "N", value_parser = range(0, PLANTED_MAX))]
    pub farms: Option<u32>,
    /// Devices that click faster than people
    #[arg(long, value_name = "N", value_parser = range(0, PLANTED_MAX))]
    pub bots: Option<u32>,
    /// Schools whose pupils share an address
    #[arg(long, value_name = "N", value_parser = range(0, PLANTED_MAX))]
    pub schools: Option<u32>,
    /// Referrers with strange conversions
    #[arg(long, value_name = "N", value_parser = range(0, PLANTED_MAX))]
    pub anomalies: Option<u32>,
    /// Parent shares and reels with personal information
    #[arg(long, value_name = "N", value_parser = range(0, PLANTED_MAX))]
    pub leaks: Option<u32>,
    /// Sets of cases just inside the limits, which must not be found
    #[arg(long, value_name = "N", value_parser = range(0, PLANTED_MAX / 4))]
    pub near_misses: Option<u32>,
}

/// What `score` is told.
///
/// Recall and precision are those of the platform that was loaded, the interval's those of platforms that are only simulated.
/// Ends with 1 when a detector finds less than 95 % of what is planted or is right in less than 99 %, or when the interval of a
/// loop's K, where it is mostly not said to be rough, holds it in less than 94 % or more than 96 % of 8,000 platforms or more.
#[derive(Clone, Debug, Args)]
pub struct ScoreArguments {
    /// What is true of the platform that is loaded, as `simulate --truth` wrote it [default: score no detector]
    #[arg(long, value_name = "FILE", required_unless_present = "worlds")]
    pub truth: Option<PathBuf>,
    /// Platforms to simulate for the interval of K
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub worlds: u32,
    /// Users of each of these
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = range(USERS_MIN, USERS_MAX))]
    pub users: u32,
    /// Days of each of these
    #[arg(long, value_name = "D", default_value_t = 30, value_parser = range(2, DAYS_MAX))]
    pub days: u32,
    /// Seed of the first of these; the others count up
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// A loop and its K.
fn planted_k(text: &str) -> Result<(String, f64), String> {
    let parts = text
        .split_once('=')
        .and_then(|(source, k)| Some((source.to_owned(), k.parse().ok()?)));
    parts.ok_or_else(|| "give a loop and its K, such as buddy_challenge=1.2".to_owned())
}

fn range(least: u32, most: u32) -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(most))
}

fn mean(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(mean) if (0.0..=100.0).contains(&mean) => Ok(mean),
        _ => Err("give a number from 0 to 100".to_owned()),
    }
}

/// What `report` is told.
#[derive(Clone, Debug, Args)]
pub struct ReportArguments {
    /// Which days: the seven up to yesterday, last month, or --from to --to
    #[arg(value_enum, default_value_t = ReportDays::Weekly)]
    pub days: ReportDays,
    /// First day of a custom report, such as 2026-03-01
    #[arg(long, value_name = "DAY")]
    pub from: Option<NaiveDate>,
    /// Last day of a custom report, yesterday at the latest
    #[arg(long, value_name = "DAY")]
    pub to: Option<NaiveDate>,
    /// Whose midnights part its days, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = ReportFileFormat::Html)]
    pub format: ReportFileFormat,
    /// Where to write it; - is standard output
    #[arg(long, short, value_name = "FILE|-", default_value = "-")]
    pub output: PathBuf,
}

/// Which days a report covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportDays {
    /// The seven days up to yesterday
    Weekly,
    /// The calendar month before this one
    Monthly,
    /// Those named by --from and --to
    Custom,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFileFormat {
    /// A page to read and to print
    Html,
    /// A document of A4 pages
    Pdf,
    /// A figure a line
    Csv,
    /// As the API answers it
    Json,
}

/// What `import` brings in.
#[derive(Debug, Subcommand)]
pub enum ImportSource {
    /// Turn the GET lines of a web server's access log (combined format) into hits of a link
    ///
    /// Hits are classified as live ones are. Importing a log again, or a longer edition of it, adds nothing twice.
    AccessLog {
        /// The log; - is standard input
        file: PathBuf,
        /// The link's id, token, alias or short URL
        #[arg(long, value_name = "LINK")]
        link: String,
    },
    /// Take in a file of events of another system
    ///
    /// A line is what `POST /v1/events` takes: a JSON object, or in a .csv file values below a line of field names.
    /// Each needs its occurred_at. Importing a file again within 30 days adds nothing twice.
    Events {
        /// The file; - is standard input
        file: PathBuf,
        /// How it is written [default: as its name ends, else ndjson]
        #[arg(long, value_enum)]
        format: Option<EventsFileFormat>,
    },
}

/// How a file of events is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EventsFileFormat {
    /// A JSON object a line
    Ndjson,
    /// Values below a line of field names
    Csv,
}

/// What `audit` does.
#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Look whether anybody changed it; each finding is a line that says what and where
    ///
    /// Without --export the database is verified, also by the installation's secrets. With it neither database nor
    /// secrets are needed. Ends with 0 when nothing was found, 1 when something was, 2 for a wrong command line.
    Verify(VerifyAuditArguments),
    /// Write it to a file, as NDJSON
    Export {
        /// First entry, by its number
        #[arg(long, value_name = "SEQ", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
        from_seq: i64,
        /// Where to write it
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Sign it as it is now; keep what comes out on another machine
    Head {
        /// Where to write the signed head; - is standard output
        #[arg(long, short, value_name = "FILE|-", default_value = "-")]
        output: PathBuf,
    },
    /// Print the public keys that heads are checked with, the one in use first
    PublicKey,
}

/// What `audit verify` is told.
#[derive(Clone, Debug, Args)]
pub struct VerifyAuditArguments {
    /// An export to verify instead of the database
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// A signed head that was kept elsewhere; can be given several times
    #[arg(long, value_name = "FILE")]
    pub head: Vec<PathBuf>,
    /// A key that heads are signed with, as `audit public-key` prints it; can be given several times
    #[arg(long, value_name = "KEY")]
    pub public_key: Vec<String>,
}

/// What `api-key` does.
#[derive(Debug, Subcommand)]
pub enum ApiKeyAction {
    /// Create a key and print it, alone, on standard output; it can not be shown again
    Create {
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it may do, such as links:write,events:write; * is everything
        #[arg(long, value_delimiter = ',', required = true, value_name = "SCOPE,…")]
        scopes: Vec<String>,
        /// Days until it ends [default: never]
        #[arg(long, value_name = "DAYS")]
        expires_in_days: Option<u32>,
    },
}

/// What `migrate` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Direction {
    /// Run every pending migration
    Up,
    /// Revert the latest migration
    Down,
    /// List the migrations and whether they have run
    Status,
}

impl Cli {
    /// Where the configuration comes from, given these options.
    pub fn sources(&self) -> Sources {
        let data_dir = self.data_dir.as_ref().map(|dir| dir.display().to_string());
        let bind = match &self.command {
            Command::Serve { bind, .. } => bind.clone(),
            _ => None,
        };
        let options = [("DATA_DIR", data_dir), ("BIND_ADDR", bind)];
        let given = options
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        Sources::of_process(given.collect())
    }
}
