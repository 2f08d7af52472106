//! Tamperings with an export, or with a head, by somebody who has the files.

use std::str::FromStr;

use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::audit::AuditExportLeaf;
use viral_engine_domain::audit::{
    AuditKey, AuditKeys, Entry, Finding, Hash, Leaf, PublicKey, SealedAs, SignedHead,
};
use viral_engine_service::audit::verify_export;

use super::forger::chain_anew;
use super::tamperings::{Place, Tried};
use crate::world::Dice;

/// Every way that is tried.
pub const KINDS: [&str; 15] = [
    "entry field",
    "entry values swapped",
    "entry emptied",
    "leaf field",
    "leaf hashes swapped",
    "line removed",
    "lines swapped",
    "line doubled",
    "line added",
    "line broken",
    "export truncated",
    "export truncated and its size with it",
    "history chained anew",
    "first line changed",
    "head forged",
];

/// An export with the heads and keys it is verified with.
pub struct Exported<'a> {
    start: Value,
    lines: Vec<String>,
    first: u64,
    heads: &'a [SignedHead],
    keys: &'a [PublicKey],
}

impl<'a> Exported<'a> {
    pub fn new(text: &str, heads: &'a [SignedHead], keys: &'a [PublicKey]) -> Self {
        let mut lines = text.lines().map(ToOwned::to_owned);
        let start: Value = serde_json::from_str(&lines.next().expect("a line")).expect("JSON");
        Self {
            first: start["from_seq"].as_u64().expect("a number"),
            start,
            lines: lines.collect(),
            heads,
            keys,
        }
    }

    fn line(&self, index: usize) -> Value {
        serde_json::from_str(&self.lines[index]).expect("JSON")
    }

    fn heads_behind(&self, seq: u64) -> Vec<u64> {
        let sizes = self.heads.iter().map(|head| head.head().size);
        sizes.filter(|size| *size > seq).collect()
    }

    fn last_head(&self) -> u64 {
        self.heads_behind(0).into_iter().max().expect("a head")
    }
}

/// The files as they are after a tampering.
#[derive(Clone)]
struct Files {
    start: Value,
    lines: Vec<String>,
    heads: Vec<SignedHead>,
}

/// Tampers with copies, and looks for it.
pub fn try_one(exported: &Exported<'_>, dice: &mut Dice, kind: &'static str, tried: &mut Tried) {
    let mut files = Files {
        start: exported.start.clone(),
        lines: exported.lines.clone(),
        heads: exported.heads.to_vec(),
    };
    let place = loop {
        if let Some(place) = tamper(exported, &mut files, dice, kind) {
            break place;
        }
    };
    let text = format!("{}\n{}\n", files.start, files.lines.join("\n"));
    let mut findings: Vec<Finding> = Vec::new();
    let verified = verify_export(text.as_bytes(), &files.heads, exported.keys, |it| {
        findings.push(it);
    });
    match verified {
        Err(_) if place.refused => tried.check(kind, &Place::seqs([0]), &[refusal()], ""),
        verified => {
            verified.expect("an export");
            tried.check(kind, &place, &findings, &format!("{}", files.start));
        }
    }
}

fn refusal() -> Finding {
    Finding::new(viral_engine_domain::audit::Fault::Unreadable, "refused").at(0)
}

/// `None` when the dice made nothing of it.
fn tamper(
    exported: &Exported<'_>,
    files: &mut Files,
    dice: &mut Dice,
    kind: &str,
) -> Option<Place> {
    let count = exported.lines.len();
    let index = dice.roll(count as u64) as usize;
    let other = (index + 1 + dice.roll(count as u64 - 1) as usize) % count;
    let seq = exported.first + index as u64;
    let other_seq = exported.first + other as u64;
    let here = Place::seqs([seq]);
    let both = Place::seqs([seq, other_seq]);
    let (mut line, mut theirs) = (exported.line(index), exported.line(other));
    match kind {
        "entry field" => {
            change_entry(&mut line["entry"], dice);
            files.lines[index] = line.to_string();
            Some(here)
        }
        "entry values swapped" => {
            let field = *dice.pick(&[
                "id",
                "at",
                "action",
                "actor_id",
                "object_id",
                "changes",
                "request_id",
            ]);
            let (left, right) = (line["entry"][field].clone(), theirs["entry"][field].clone());
            (line["entry"][field], theirs["entry"][field]) = (right.clone(), left.clone());
            files.lines[index] = line.to_string();
            files.lines[other] = theirs.to_string();
            (left != right).then_some(both)
        }
        "entry emptied" => {
            line["entry"] = Value::Null;
            files.lines[index] = line.to_string();
            Some(here)
        }
        "leaf field" => {
            match dice.roll(5) {
                0 => line["seq"] = json!(seq + 1 + dice.roll(1 << 40)),
                1 => line["entry_id"] = json!(Uuid::from_u128(dice.roll(u64::MAX).into())),
                2 => {
                    line["sealed_as"] =
                        json!(dice.pick(&["changed", "vanished", "unprotected", "fine"]));
                }
                3 => flip(&mut line["entry_hash"], dice),
                _ => flip(&mut line["chain_hash"], dice),
            }
            files.lines[index] = line.to_string();
            Some(here)
        }
        "leaf hashes swapped" => {
            let field = *dice.pick(&["entry_hash", "chain_hash", "entry_id"]);
            (line[field], theirs[field]) = (theirs[field].clone(), line[field].clone());
            files.lines[index] = line.to_string();
            files.lines[other] = theirs.to_string();
            Some(both)
        }
        "line removed" => {
            files.lines.remove(index);
            Some(here)
        }
        "lines swapped" => {
            files.lines.swap(index, other);
            Some(both)
        }
        "line doubled" => {
            files.lines.insert(other, exported.lines[index].clone());
            Some(here)
        }
        "line added" => {
            line["entry"]["id"] = json!(Uuid::from_u128(1));
            line["entry_id"] = line["entry"]["id"].clone();
            files.lines.insert(index, line.to_string());
            Some(here)
        }
        "line broken" => {
            let broken = match dice.roll(3) {
                0 => String::new(),
                1 => exported.lines[index][..exported.lines[index].len() / 2].to_owned(),
                _ => exported.lines[index].replacen("\"seq\"", "\"more\":1,\"seq\"", 1),
            };
            files.lines[index] = broken;
            Some(here)
        }
        "export truncated" => {
            files.lines.truncate(index);
            Some(here)
        }
        "export truncated and its size with it" => {
            files.lines.truncate(index);
            files.start["size"] = json!(seq);
            (seq < exported.last_head()).then(|| Place::heads(exported.heads_behind(seq)))
        }
        "history chained anew" => {
            change_entry(&mut line["entry"], dice);
            line["entry_id"] = line["entry"]["id"].clone();
            files.lines[index] = line.to_string();
            chain_lines(exported, files, index);
            (seq < exported.last_head()).then(|| Place::heads(exported.heads_behind(seq)))
        }
        "first line changed" => Some(change_start(exported, files, dice)),
        "head forged" => Some(forge_head(exported, files, dice)),
        other => panic!("no such tampering: {other}"),
    }
}

/// Another value for one field of an exported entry.
fn change_entry(entry: &mut Value, dice: &mut Dice) {
    let optional = |value: &Value, other: Value| match value.is_null() {
        true => other,
        false => Value::Null,
    };
    match dice.roll(11) {
        0 => entry["id"] = json!(Uuid::from_u128(dice.roll(u64::MAX).into())),
        1 => entry["at"] = json!(format!("2026-03-16T12:{:02}:00.000001Z", dice.roll(60))),
        2 => entry["actor_kind"] = json!("api_key"),
        3 => entry["actor_id"] = optional(&entry["actor_id"], json!(Uuid::from_u128(1))),
        4 => entry["action"] = json!("delete_link"),
        5 => entry["object_kind"] = json!("user"),
        6 => entry["object_id"] = json!(format!("object-{}", 100 + dice.roll(100))),
        7 => entry["changes"] = json!({ "number": dice.roll(100) as f64 + 0.5 }),
        8 => entry["changes"] = json!([entry["changes"].clone()]),
        9 => entry["request_id"] = optional(&entry["request_id"], json!("")),
        _ => entry["ip_prefix"] = optional(&entry["ip_prefix"], json!("10.0.0.0/24")),
    }
}

/// One hex digit of a hash another.
fn flip(hash: &mut Value, dice: &mut Dice) {
    let mut text = hash.as_str().expect("a hash").to_owned();
    let at = dice.roll(64) as usize;
    let digit = u8::from_str_radix(&text[at..=at], 16).expect("a digit");
    text.replace_range(at..=at, &format!("{:x}", digit ^ 1));
    *hash = json!(text);
}

fn hash(value: &str) -> Hash {
    hex::decode(value)
        .expect("hex")
        .try_into()
        .expect("32 bytes")
}

/// Writes all hashes from a line on anew.
fn chain_lines(exported: &Exported<'_>, files: &mut Files, from: usize) {
    let before = match from {
        0 => exported.start["chain_before"].clone(),
        _ => exported.line(from - 1)["chain_hash"].clone(),
    };
    let lines: Vec<AuditExportLeaf> = files.lines[from..]
        .iter()
        .map(|line| serde_json::from_str(line).expect("a line"))
        .collect();
    let leaves = lines.iter().map(|line| {
        let leaf = Leaf {
            seq: line.seq,
            entry_id: line.entry_id,
            sealed_as: SealedAs::parse(&line.sealed_as).expect("a word"),
            entry_hash: hash(&line.entry_hash),
        };
        let entry = line.entry.as_ref().map(|entry| Entry {
            id: entry.id,
            at: entry.at,
            actor_kind: &entry.actor_kind,
            actor_id: entry.actor_id,
            action: &entry.action,
            object_kind: &entry.object_kind,
            object_id: &entry.object_id,
            changes: entry.changes.get(),
            request_id: entry.request_id.as_deref(),
            ip_prefix: entry.ip_prefix.as_deref(),
        });
        (leaf, entry)
    });
    let forged = chain_anew(hash(before.as_str().expect("a hash")), leaves);
    for (line, forged) in files.lines[from..].iter_mut().zip(forged) {
        let mut value: Value = serde_json::from_str(line).expect("a line");
        value["entry_hash"] = json!(hex::encode(forged.leaf.entry_hash));
        value["chain_hash"] = json!(hex::encode(forged.chain_hash));
        *line = value.to_string();
    }
}

fn change_start(exported: &Exported<'_>, files: &mut Files, dice: &mut Dice) -> Place {
    let size = exported.first + exported.lines.len() as u64;
    let refused = Place {
        refused: true,
        ..Place::default()
    };
    let start = &mut files.start;
    match dice.roll(6) {
        0 => {
            start["size"] = json!(size + 1 + dice.roll(1 << 40));
            Place::seqs([size])
        }
        1 => {
            let less = exported.first + dice.roll(exported.lines.len() as u64);
            start["size"] = json!(less);
            Place::seqs([less])
        }
        2 => {
            start["format"] = json!("another");
            refused
        }
        3 => {
            start["from_seq"] = json!(exported.first ^ 1);
            refused
        }
        4 => {
            flip(&mut start["chain_before"], dice);
            Place::seqs([exported.first])
        }
        _ => match start["subtrees"].as_array_mut().expect("hashes").last_mut() {
            Some(last) => {
                flip(last, dice);
                Place::heads(exported.heads_behind(exported.first))
            }
            None => {
                start["subtrees"] = json!([hex::encode([7; 32])]);
                refused
            }
        },
    }
}

fn forge_head(exported: &Exported<'_>, files: &mut Files, dice: &mut Dice) -> Place {
    let which = dice.roll(files.heads.len() as u64) as usize;
    let head = &mut files.heads[which];
    let size = head.head().size;
    let root = [dice.roll(256) as u8; 32];
    let forger = AuditKeys::new(AuditKey::new(&[9; 32]), Vec::new());
    let text = head.to_string();
    let size = match dice.roll(3) {
        // Signed by somebody else.
        0 => {
            *head = forger.sign(size, root);
            size
        }
        // Another size under the same signature.
        1 => {
            let other = size + 1 + dice.roll(1_000);
            let forged = text.replacen(&format!("\n{size}\n"), &format!("\n{other}\n"), 1);
            *head = SignedHead::from_str(&forged).expect("a head");
            other
        }
        // Another root under the same signature.
        _ => {
            let forged = forger.sign(size, root).to_string();
            let root = forged.lines().nth(2).expect("a root");
            let old = text.lines().nth(2).expect("a root");
            *head = SignedHead::from_str(&text.replacen(old, root, 1)).expect("a head");
            size
        }
    };
    assert!(!exported.heads.contains(&files.heads[which]));
    Place::heads([size])
}
