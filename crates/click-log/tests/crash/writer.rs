//! Appends until it is killed and prints what was acknowledged; `tests/crash.rs` kills it.
//!
//! Arguments: the folder of the log, and a number that makes the records of this run unlike those of others. Each line
//! is a position and the record acknowledged there.

use std::error::Error;
use std::io::Write;

use tokio::task::JoinSet;
use viral_engine_click_log::{Appender, ClickLog, LogId, Options};

const APPENDERS: u32 = 64;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("the first argument is the folder")?;
    let run: u32 = arguments
        .next()
        .ok_or("the second argument is the run")?
        .parse()?;
    let options = Options {
        segment_bytes: 64 << 10,
        ..Options::new(LogId::from_bytes([1; 16]))
    };
    let (log, _) = ClickLog::open(folder.as_ref(), &options)?;
    let appender = log.appender(&tokio::runtime::Handle::current());
    let mut tasks = JoinSet::new();
    for task in 0..APPENDERS {
        tasks.spawn(append_for_ever(appender.clone(), run, task));
    }
    match tasks.join_next().await {
        Some(ended) => ended?,
        None => Ok(()),
    }
}

async fn append_for_ever(appender: Appender, run: u32, task: u32) -> Result<(), Failure> {
    for number in 0_u32.. {
        // Lengths vary, so that records end anywhere in a block.
        let padding = (number.wrapping_mul(37) + task * 11) % 900;
        let record = format!("{run}-{task}-{number}-{}", "x".repeat(padding as usize));
        let position = appender.append(record.as_bytes()).await?;
        writeln!(std::io::stdout().lock(), "{position} {record}")?;
    }
    Ok(())
}
