//! `viral-engine create-admin`

use std::io::{BufRead, Read};

use anyhow::{Context, Result, bail};
use viral_engine_service::auth;

use super::{answer, explained, with_context};
use crate::config::Sources;

/// More than any password that is accepted: what is longer is refused unread.
const INPUT_MAX: u64 = 4096;

/// Creates an admin whose password is the first line of standard input.
pub(crate) async fn run(sources: &Sources, email: &str, name: Option<&str>) -> Result<()> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .take(INPUT_MAX)
        .read_line(&mut line)
        .context("the password could not be read from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("give the password on standard input, for example from a password manager");
    }
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(email));
    let operator = with_context(sources, async |_, context| {
        auth::create_admin(context, email, name, password)
            .await
            .map_err(explained)
            .context("the admin could not be created")
    });
    answer(format!("{} can sign in.\n", operator.await?.email))
}
