//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

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
    },
    /// Bring the database's schema up to date, or look at it
    Migrate {
        /// What to do with the migrations
        #[arg(value_enum, default_value_t = Direction::Up)]
        direction: Direction,
    },
    /// Manage API keys, by which a platform's backend signs in
    ApiKey {
        /// What to do with API keys
        #[command(subcommand)]
        action: ApiKeyAction,
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
            Command::Serve { bind } => bind.clone(),
            _ => None,
        };
        let options = [("DATA_DIR", data_dir), ("BIND_ADDR", bind)];
        let given = options
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        Sources::of_process(given.collect())
    }
}
