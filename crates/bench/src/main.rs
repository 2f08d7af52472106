//! Benchmarks of the release build against baselines in the same run: `cargo xtask bench`.
//!
//! Every figure is a ratio against something measured minutes before on the same machine, because a figure alone
//! says more about the machine. Everything runs on loopback, is bounded in time, and cleans up after itself.

mod baseline;
mod copy;
mod dashboards;
mod engine;
mod ingest;
mod jobs;
mod load;
mod recaps;
mod redirect;
mod report;
mod revocations;
mod traffic;
mod webhooks;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Benchmarks of Viral Engine against baselines in the same run")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Redirects: against a bare 302 handler, and against one row per commit.
    Redirect {
        /// The release binary of the engine.
        #[arg(long)]
        engine: PathBuf,
        /// Seconds of each burst.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Bursts of each kind, taken in turn.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Seconds without a break.
        #[arg(long, default_value_t = 60)]
        sustained: u64,
    },
    /// Guardrail and growth endpoints at several numbers of events.
    Dashboards {
        /// The release binary of the engine.
        #[arg(long)]
        engine: PathBuf,
        /// Numbers of events, ascending.
        #[arg(long, value_delimiter = ',', default_value = "100000,1000000")]
        events: Vec<usize>,
        /// Seconds of measuring each endpoint.
        #[arg(long, default_value_t = 15)]
        seconds: u64,
        /// A Python with DuckDB; without it, that is left out.
        #[arg(long)]
        python: Option<PathBuf>,
    },
    /// Bulk reports of events, against COPY of the same rows into the same table.
    Ingest {
        /// The release binary of the engine.
        #[arg(long)]
        engine: PathBuf,
        /// Events.
        #[arg(long, default_value_t = 300_000)]
        events: usize,
        /// Calls at a time.
        #[arg(long, default_value_t = 4)]
        clients: usize,
    },
    /// The job engine: trivial jobs a second, against graphile-worker, and how soon one begins.
    Jobs {
        /// Jobs of each measurement.
        #[arg(long, default_value_t = 20_000)]
        jobs: usize,
        /// Measurements of each kind.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Folder with graphile-worker installed; without it, it is left out.
        #[arg(long)]
        peer: Option<PathBuf>,
    },
    /// Jobs while their workers and PostgreSQL are killed: fails when one is lost or done twice.
    JobsCrash {
        /// Jobs; half of them write an effect.
        #[arg(long, default_value_t = 100_000)]
        jobs: usize,
        /// Kills and freezes of workers.
        #[arg(long, default_value_t = 300)]
        kills: usize,
        /// Kills of PostgreSQL.
        #[arg(long, default_value_t = 3)]
        database_kills: usize,
        /// Jobs that kill their process.
        #[arg(long, default_value_t = 10)]
        poison: usize,
    },
    /// Webhooks: how much receivers of every bad kind cost the others; fails when a message does not arrive.
    Webhooks {
        /// Deliveries to bad receivers.
        #[arg(long, default_value_t = 2_000)]
        deliveries: usize,
        /// Seconds of measuring, alone and beside bad receivers.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Messages a second to each healthy receiver.
        #[arg(long, default_value_t = 20)]
        rate: u32,
        /// Milliseconds that a receiver is given to answer.
        #[arg(long, default_value_t = 10_000)]
        limit_ms: u64,
    },
    /// The parents' weekly recaps.
    Recaps {
        /// Numbers of parents.
        #[arg(long, value_delimiter = ',', default_value = "100,100000")]
        parents: Vec<usize>,
    },
    /// Requests that race revocations on three nodes; fails when anything is allowed too late.
    Revocations {
        /// Consents that are taken back.
        #[arg(long, default_value_t = 300)]
        revocations: usize,
    },
    /// Runs jobs until it is killed; started by the others.
    #[command(hide = true)]
    JobsWorker {
        /// Database of the jobs.
        #[arg(long)]
        database: String,
    },
    /// Serves the baselines; started by the others.
    #[command(hide = true)]
    Baseline {
        /// Database for the handler that inserts a row per commit.
        #[arg(long)]
        database: Option<String>,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Baseline { database } => {
            actix_web::rt::System::new().block_on(baseline::serve(database))
        }
        Command::Redirect {
            engine,
            seconds,
            rounds,
            sustained,
        } => runtime()?.block_on(redirect::run(
            &engine.canonicalize()?,
            seconds,
            rounds,
            sustained,
        )),
        Command::Jobs { jobs, rounds, peer } => {
            runtime()?.block_on(jobs::run(jobs, rounds, peer.as_deref()))
        }
        Command::JobsCrash {
            jobs,
            kills,
            database_kills,
            poison,
        } => runtime()?.block_on(jobs::crash(jobs::CrashPlan {
            jobs,
            kills,
            database_kills,
            poison,
        })),
        Command::Webhooks {
            deliveries,
            seconds,
            rate,
            limit_ms,
        } => runtime()?.block_on(webhooks::run(webhooks::Plan {
            deliveries,
            seconds,
            rate,
            limit_ms,
        })),
        Command::Recaps { parents } => runtime()?.block_on(recaps::run(&parents)),
        Command::Revocations { revocations } => runtime()?.block_on(revocations::run(revocations)),
        Command::JobsWorker { database } => runtime()?.block_on(jobs::worker(&database)),
        Command::Ingest {
            engine,
            events,
            clients,
        } => runtime()?.block_on(ingest::run(&engine.canonicalize()?, events, clients)),
        Command::Dashboards {
            engine,
            events,
            seconds,
            python,
        } => runtime()?.block_on(dashboards::run(
            &engine.canonicalize()?,
            &events,
            seconds,
            python.as_deref(),
        )),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}
