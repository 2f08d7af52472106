//! `viral-engine audit`

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use futures_util::StreamExt;
use viral_engine_service::Caller;
use viral_engine_service::audit::{
    Finding, Outcome, PublicKey, SignedHead, create_audit_head, export_audit_trail, verify_export,
    verify_whole_trail,
};

use super::{Misused, answer, explained, start_existing, with_any_key};
use crate::cli::VerifyAuditArguments;
use crate::config::Sources;

/// Verifies the trail in the database, or an export with neither database nor secrets.
pub(crate) async fn verify(sources: &Sources, arguments: VerifyAuditArguments) -> Result<()> {
    let keys = public_keys(&arguments.public_key)?;
    let mut found = 0_u64;
    let (heads, unreadable) = read_heads(&arguments.head)?;
    for line in &unreadable {
        found += 1;
        answer(line)?;
    }
    let mut failed = None;
    let tell = |finding: Finding| {
        found += 1;
        if let Err(error) = answer(format!("{finding}\n")) {
            failed.get_or_insert(error);
        }
    };
    let outcome = match &arguments.export {
        Some(export) => {
            let file = open(export)?;
            if keys.is_empty() && !heads.is_empty() {
                let reason = "--public-key: name the key that the heads are signed with";
                return Err(Misused(reason.to_owned()).into());
            }
            verify_export(BufReader::new(file), &heads, &keys, tell)
                .with_context(|| export.display().to_string())?
        }
        None => {
            with_any_key(sources, async |_, context| {
                verify_whole_trail(context, &heads, &keys, tell)
                    .await
                    .map_err(explained)
            })
            .await?
        }
    };
    if let Some(error) = failed {
        return Err(error);
    }
    answer(summary(&outcome))?;
    match found {
        0 => Ok(()),
        1 => bail!("the audit trail was tampered with: 1 finding"),
        more => bail!("the audit trail was tampered with: {more} findings"),
    }
}

fn summary(outcome: &Outcome) -> String {
    let root = outcome.root.map(hex::encode);
    let heads = match (outcome.heads_held, outcome.heads_before) {
        (0, 0) => {
            "no head was compared: a history rewritten as a whole would not be found".to_owned()
        }
        (held, 0) => format!("{held} heads hold"),
        (held, before) => format!("{held} heads hold, {before} stand before the first leaf"),
    };
    format!(
        "{} leaves, {} of them pruned; {heads}; size {}, root {}\n",
        outcome.leaves,
        outcome.pruned,
        outcome.size,
        root.as_deref().unwrap_or("unknown"),
    )
}

fn public_keys(texts: &[String]) -> Result<Vec<PublicKey>> {
    let parse = |text: &String| {
        text.parse()
            .map_err(|error| Misused(format!("--public-key: {error}")).into())
    };
    texts.iter().map(parse).collect()
}

/// Heads, and a line for each file that is none: somebody may have tampered with it.
fn read_heads(files: &[PathBuf]) -> Result<(Vec<SignedHead>, Vec<String>)> {
    let (mut heads, mut unreadable) = (Vec::new(), Vec::new());
    for file in files {
        let bytes = std::fs::read(file)
            .map_err(|error| Misused(format!("--head {}: {error}", file.display())))?;
        let read = String::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse().ok());
        match read {
            Some(head) => heads.push(head),
            None => unreadable.push(format!(
                "head_signature: {} is not a signed head\n",
                file.display()
            )),
        }
    }
    Ok((heads, unreadable))
}

fn open(file: &Path) -> Result<File> {
    let opened = File::open(file).and_then(|opened| match opened.metadata()?.is_dir() {
        true => Err(std::io::Error::other("it is a folder")),
        false => Ok(opened),
    });
    opened.map_err(|error| Misused(format!("--export {}: {error}", file.display())).into())
}

/// Writes the sealed trail to a file.
pub(crate) async fn export(sources: &Sources, from_seq: i64, output: &Path) -> Result<()> {
    with_any_key(sources, async |_, context| {
        let mut parts = export_audit_trail(context, from_seq)
            .await
            .map_err(explained)?;
        let failed = || format!("{} could not be written", output.display());
        let mut file = File::create(output).with_context(failed)?;
        while let Some(part) = parts.next().await {
            file.write_all(&part.map_err(explained)?)
                .with_context(failed)?;
        }
        file.sync_all().with_context(failed)
    })
    .await?;
    answer(format!("Written to {}.\n", output.display()))
}

/// Signs the trail as it is now.
pub(crate) async fn head(sources: &Sources, output: &Path) -> Result<()> {
    let head = with_any_key(sources, async |_, context| {
        create_audit_head(context, &Caller::system())
            .await
            .map_err(explained)
    })
    .await?;
    if output == Path::new("-") {
        return answer(head.note);
    }
    std::fs::write(output, head.note)
        .with_context(|| format!("{} could not be written", output.display()))?;
    answer(format!("Written to {}.\n", output.display()))
}

/// Prints the keys that heads are checked with, the one in use first.
pub(crate) fn public_key(sources: &Sources) -> Result<()> {
    let config = start_existing(sources)?;
    let keys: Vec<String> = config
        .audit
        .keys
        .public()
        .map(|key| format!("{key}\n"))
        .collect();
    answer(keys.concat())
}
