//! `viral-engine migrate`

use anyhow::{Context, Result, bail};
use viral_engine_db::migrate;

use super::{answer, start, start_existing};
use crate::cli::Direction;
use crate::config::Sources;
use crate::database::OpenDatabase;

/// Runs, reverts or lists migrations.
pub(crate) async fn run(sources: &Sources, direction: Direction, yes: bool) -> Result<()> {
    if direction == Direction::Down && !yes {
        bail!(
            "reverting a migration drops what its tables hold, also beside a running engine: back up the database, \
             look at `migrate status`, and say --yes"
        );
    }
    let config = match direction {
        Direction::Up => start(sources)?,
        Direction::Down | Direction::Status => start_existing(sources)?,
    };
    let database = OpenDatabase::open(&config).await?;
    let result = migrate(&database, direction).await;
    database.close().await?;
    answer(&result?)
}

async fn migrate(database: &OpenDatabase, direction: Direction) -> Result<String> {
    match direction {
        Direction::Up => {
            let run = database.migrate().await?;
            Ok(format!("{run} migrations run\n"))
        }
        Direction::Down => {
            let reverted = migrate::down(database.url())
                .await
                .context("the latest migration could not be reverted")?;
            Ok(match reverted {
                Some(version) => format!("reverted {version}\n"),
                None => "there is nothing to revert\n".to_owned(),
            })
        }
        Direction::Status => {
            let list = migrate::status(database.url())
                .await
                .context("the migrations could not be listed")?;
            let state = |applied| if applied { "applied" } else { "pending" };
            let lines = list
                .iter()
                .map(|one| format!("{}  {}\n", one.version, state(one.applied)));
            Ok(lines.collect())
        }
    }
}
