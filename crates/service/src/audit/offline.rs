//! Verifies an export with nothing but heads and a public key: neither database nor secrets are needed.

use std::io::{self, BufRead, Read};

use serde::de::DeserializeOwned;
use thiserror::Error;
use viral_engine_api_types::audit::{
    AUDIT_EXPORT_FORMAT, AuditExportEntry, AuditExportLeaf, AuditExportStart,
};
use viral_engine_domain::audit::{
    Entry, Finding, Frontier, Hash, Leaf, LeafRecord, Outcome, PublicKey, SealedAs, SignedHead,
    StoredEntry, Verifier,
};

/// A longer line is none of ours.
const LINE_MAX: u64 = 16 * 1024 * 1024;

/// Why an export can not be verified at all.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The file can not be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It does not begin as an export.
    #[error("this is no export of an audit trail: {0}")]
    Start(String),
}

/// Goes through an export and tells each finding.
///
/// # Errors
/// When the file is no export.
pub fn verify_export(
    mut export: impl BufRead,
    heads: &[SignedHead],
    keys: &[PublicKey],
    mut tell: impl FnMut(Finding),
) -> Result<Outcome, ExportError> {
    let mut line = Vec::new();
    read_line(&mut export, &mut line)?;
    let start: AuditExportStart = parse(&line).map_err(ExportError::Start)?;
    let mut verifier = begin(&start).map_err(|text| ExportError::Start(text.to_owned()))?;
    for head in heads {
        verifier.add_head(head, keys);
    }
    let mut number = 1_u64;
    while read_line(&mut export, &mut line)? {
        number += 1;
        look_at(&mut verifier, &line, number);
        verifier.take_findings().into_iter().for_each(&mut tell);
    }
    let outcome = verifier.finish(Some(start.size));
    verifier.take_findings().into_iter().for_each(tell);
    Ok(outcome)
}

/// Reads a line, or the beginning of one that is too long; its rest is the next one, which can not be read either.
fn read_line(export: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    export.take(LINE_MAX).read_until(b'\n', line)?;
    Ok(!line.is_empty())
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    serde_json::from_slice(line).map_err(|error| error.to_string())
}

fn begin(start: &AuditExportStart) -> Result<Verifier<'static>, &'static str> {
    if start.format != AUDIT_EXPORT_FORMAT {
        return Err("it has another format");
    }
    let hashes: Option<Vec<Hash>> = start.subtrees.iter().map(|text| hash(text)).collect();
    let tree = hashes.and_then(|hashes| Frontier::new(start.from_seq, hashes));
    let tree = tree.ok_or("its first line names the wrong subtrees")?;
    let chain = hash(&start.chain_before).ok_or("its first line has no hash of the chain")?;
    let last = start.sealed_as_before.as_deref().and_then(SealedAs::parse);
    Ok(Verifier::behind(tree, chain, last, None))
}

fn hash(text: &str) -> Option<Hash> {
    hex::decode(text).ok()?.try_into().ok()
}

fn look_at(verifier: &mut Verifier<'_>, line: &[u8], number: u64) {
    let read = parse::<AuditExportLeaf>(line).and_then(|leaf| {
        let stored = stored(&leaf).ok_or("a hash or a word in it is none of ours")?;
        Ok((leaf, stored))
    });
    match read {
        Ok((leaf, (sealed, chain_hash))) => verifier.leaf(&LeafRecord {
            leaf: sealed,
            chain_hash,
            subtrees: None,
            mac: None,
            entry: leaf.entry.as_ref().map(entry),
        }),
        Err(reason) => {
            verifier.unreadable(None, format!("line {number} can not be read: {reason}"));
        }
    }
}

fn stored(line: &AuditExportLeaf) -> Option<(Leaf, Hash)> {
    let leaf = Leaf {
        seq: line.seq,
        entry_id: line.entry_id,
        sealed_as: SealedAs::parse(&line.sealed_as)?,
        entry_hash: hash(&line.entry_hash)?,
    };
    Some((leaf, hash(&line.chain_hash)?))
}

fn entry(exported: &AuditExportEntry) -> StoredEntry<'_> {
    let entry = Entry {
        id: exported.id,
        at: exported.at,
        actor_kind: &exported.actor_kind,
        actor_id: exported.actor_id,
        action: &exported.action,
        object_kind: &exported.object_kind,
        object_id: &exported.object_id,
        changes: exported.changes.get(),
        request_id: exported.request_id.as_deref(),
        ip_prefix: exported.ip_prefix.as_deref(),
    };
    StoredEntry { entry, mac: None }
}
