//! Tamperings with the database by somebody who owns it, each undone after it was looked for.

use diesel::sql_query;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_db::audit::{SealedRow, load_sealed, load_unsealed};
use viral_engine_domain::audit::{AuditKey, AuditKeys, CHAIN_START, Entry, SignedHead};
use viral_engine_service::ServiceError;
use viral_engine_service::audit::verify_stored_trail;
use viral_engine_test_support::TestApp;

use super::forge;
use super::forger::chain_anew;
use super::tamperings::{Place, Tried};
use crate::world::Dice;

/// Every way that is tried.
pub const KINDS: [&str; 21] = [
    "entry field",
    "entry values swapped",
    "entry removed",
    "entry and leaf removed",
    "leaf removed",
    "entry added",
    "entry and leaf added",
    "leaves reordered",
    "leaves given each other's entries",
    "leaf field",
    "leaf copied",
    "trail truncated",
    "trail cut and grown again",
    "history chained anew",
    "head forged",
    "head changed",
    "head removed",
    "head added",
    "waiting entry changed",
    "waiting entry removed",
    "waiting entry forgotten",
];

/// The trail before anybody touches it.
pub struct Stored {
    rows: Vec<SealedRow>,
    waiting: Vec<Uuid>,
    heads: Vec<SignedHead>,
}

impl Stored {
    pub async fn read(app: &TestApp, heads: &[SignedHead]) -> Self {
        let mut conn = app.db().connection().await;
        let waiting = load_unsealed(&mut conn, 100).await.expect("a queue");
        Self {
            rows: load_sealed(&mut conn, 0, 1_000).await.expect("a trail"),
            waiting: waiting.into_iter().map(|row| row.entry_id).collect(),
            heads: heads.to_vec(),
        }
    }

    fn size(&self) -> u64 {
        self.rows.len() as u64
    }

    fn id(&self, seq: u64) -> Uuid {
        self.rows[seq as usize].leaf.entry_id
    }

    fn entry(&self, seq: u64) -> Entry<'_> {
        self.rows[seq as usize]
            .entry
            .entry()
            .expect("an entry")
            .entry
    }

    fn head_sizes(&self) -> Vec<u64> {
        self.heads.iter().map(|head| head.head().size).collect()
    }

    fn last_head(&self) -> u64 {
        self.head_sizes().into_iter().max().expect("a head")
    }
}

/// What is done, and where.
struct Tampering {
    sql: Vec<String>,
    /// From which leaf on everything is chained anew.
    chained_from: Option<u64>,
    place: Place,
}

fn tampering(sql: impl IntoIterator<Item = String>, place: Place) -> Tampering {
    Tampering {
        sql: sql.into_iter().collect(),
        chained_from: None,
        place,
    }
}

/// Tampers, looks for it, and undoes it.
pub async fn try_one(
    app: &TestApp,
    stored: &Stored,
    dice: &mut Dice,
    kind: &'static str,
    tried: &mut Tried,
) {
    let done = plan(stored, dice, kind);
    let mut findings = Vec::new();
    let undone = app
        .db()
        .connection()
        .await
        .transaction(async |conn| {
            for sql in &done.sql {
                forge(conn, sql).await;
            }
            if let Some(from) = done.chained_from {
                chain_from(conn, from).await;
            }
            let keys = &app.context.keys.audit;
            verify_stored_trail(conn, keys, &stored.heads, &[], |it| findings.push(it)).await?;
            Err::<(), _>(ServiceError::NotFound("need to keep it"))
        })
        .await;
    assert!(
        matches!(undone, Err(ServiceError::NotFound(_))),
        "{:?}: {undone:?}",
        done.sql
    );
    tried.check(kind, &done.place, &findings, &done.sql.join(";\n"));
}

/// Writes entry hashes and chain anew; only the MACs stay what they were.
async fn chain_from(conn: &mut AsyncPgConnection, from: u64) {
    let rows = load_sealed(conn, 0, 1_000).await.expect("a trail");
    let before = match from {
        0 => CHAIN_START,
        _ => rows[from as usize - 1].leaf.chain().expect("a hash"),
    };
    let later = rows[from as usize..].iter();
    let leaves = later.map(|row| {
        let entry = row.entry.entry().map(|stored| stored.entry);
        (row.leaf.leaf().expect("a leaf"), entry)
    });
    for forged in chain_anew(before, leaves) {
        let sql = format!(
            "UPDATE audit_leaves SET entry_hash = '\\x{}', chain_hash = '\\x{}' WHERE seq = {}",
            hex::encode(forged.leaf.entry_hash),
            hex::encode(forged.chain_hash),
            forged.leaf.seq
        );
        sql_query(sql).execute(conn).await.expect("a leaf");
    }
}

fn plan(stored: &Stored, dice: &mut Dice, kind: &str) -> Tampering {
    let size = stored.size();
    let seq = dice.roll(size);
    let id = stored.id(seq);
    // Another leaf.
    let other = (seq + 1 + dice.roll(size - 1)) % size;
    let other_id = stored.id(other);
    let here = Place::seqs([seq]);
    let both = Place::seqs([seq, other]);
    let fresh = Uuid::from_u128(u128::from(dice.roll(u64::MAX)) << 64 | 7);
    match kind {
        "entry field" => {
            let set = entry_change(&stored.entry(seq), dice, fresh);
            tampering(
                [format!("UPDATE audit_entries SET {set} WHERE id = '{id}'")],
                here,
            )
        }
        "entry values swapped" => {
            let columns = *dice.pick(&[
                "at",
                "object_id",
                "changes",
                "mac",
                "at, actor_kind, actor_id, action, object_kind, object_id, changes, request_id, ip_prefix, mac",
            ]);
            let theirs = columns.split(", ").map(|column| format!("b.{column}"));
            let theirs = theirs.collect::<Vec<_>>().join(", ");
            let sql = format!(
                "UPDATE audit_entries a SET ({columns}) = ROW({theirs}) FROM audit_entries b \
                 WHERE (a.id, b.id) IN (('{id}', '{other_id}'), ('{other_id}', '{id}'))"
            );
            // Three rounds record the same objects and changes.
            let (one, two) = (stored.entry(seq), stored.entry(other));
            if one.at == two.at || one.object_id == two.object_id || one.changes == two.changes {
                return plan(stored, dice, kind);
            }
            tampering([sql], both)
        }
        "entry removed" => tampering([remove_entry(id)], here),
        "entry and leaf removed" => {
            if seq >= stored.last_head() {
                return plan(stored, dice, kind);
            }
            tampering([remove_entry(id), remove_leaf(seq)], here)
        }
        "leaf removed" => tampering(
            [remove_leaf(seq)],
            Place {
                entries: vec![id],
                ..here
            },
        ),
        "entry added" => tampering([add_entry(fresh)], Place::entry(fresh)),
        "entry and leaf added" => {
            let last = stored.rows.last().expect("a leaf");
            let sql = format!(
                "INSERT INTO audit_leaves SELECT {size}, '{fresh}', 'intact', entry_hash, \
                 sha256(chain_hash), '', mac FROM audit_leaves WHERE seq = {}",
                last.leaf.seq
            );
            tampering([add_entry(fresh), sql], Place::seqs([size]))
        }
        "leaves reordered" => {
            let swap = |from: u64, to: u64| {
                format!("UPDATE audit_leaves SET seq = {to} WHERE seq = {from}")
            };
            let far = 1_000_000;
            tampering([swap(seq, far), swap(other, seq), swap(far, other)], both)
        }
        "leaves given each other's entries" => {
            let give = |from: Uuid, to: Uuid| {
                format!("UPDATE audit_leaves SET entry_id = '{to}' WHERE entry_id = '{from}'")
            };
            tampering(
                [give(id, fresh), give(other_id, id), give(fresh, other_id)],
                both,
            )
        }
        "leaf field" => {
            let set = match dice.roll(6) {
                0 => "sealed_as = CASE sealed_as WHEN 'intact' THEN 'changed' ELSE 'intact' END"
                    .to_owned(),
                1 => flipped("entry_hash", dice.roll(256)),
                2 => flipped("chain_hash", dice.roll(256)),
                3 if seq % 2 == 1 => flipped("subtrees", dice.roll(256)),
                4 => format!("seq = seq + {}", size + dice.roll(1 << 40)),
                5 => format!("entry_id = '{fresh}'"),
                _ => flipped("mac", dice.roll(256)),
            };
            tampering(
                [format!("UPDATE audit_leaves SET {set} WHERE seq = {seq}")],
                here,
            )
        }
        "leaf copied" => {
            let columns = *dice.pick(&[
                "entry_hash",
                "chain_hash",
                "mac",
                "(entry_hash, chain_hash, mac)",
            ]);
            let (left, right) = match columns.strip_prefix('(') {
                Some(_) => (columns, "ROW(b.entry_hash, b.chain_hash, b.mac)".to_owned()),
                None => (columns, format!("b.{columns}")),
            };
            let sql = format!(
                "UPDATE audit_leaves a SET {left} = {right} FROM audit_leaves b WHERE a.seq = {seq} AND b.seq = {other}"
            );
            tampering([sql], here)
        }
        "trail truncated" => truncation(stored, dice.roll(stored.last_head())),
        "trail cut and grown again" => {
            let cut = dice.roll(stored.last_head());
            let mut cut_off = truncation(stored, cut);
            // As many leaves as before, of other entries.
            let grown = (cut..size).map(|seq| {
                format!(
                    "INSERT INTO audit_leaves VALUES ({seq}, gen_random_uuid(), 'vanished', sha256(''), sha256('{seq}'), \
                     '', '')"
                )
            });
            cut_off.sql.extend(grown);
            cut_off.place.seqs.push(cut);
            cut_off
        }
        "history chained anew" => {
            let set = entry_change(&stored.entry(seq), dice, fresh);
            // A MAC is no part of the history, and a new id has to be that of the leaf too.
            if set.starts_with("mac") || set.starts_with("id") {
                return plan(stored, dice, kind);
            }
            let sql = format!("UPDATE audit_entries SET {set} WHERE id = '{id}'");
            let behind = stored.head_sizes().into_iter().filter(|head| *head > seq);
            Tampering {
                sql: vec![sql],
                chained_from: Some(seq),
                place: Place {
                    heads: behind.collect(),
                    ..here
                },
            }
        }
        _ => plan_beside(stored, dice, kind, fresh),
    }
}

/// Tamperings with heads and with entries that wait.
fn plan_beside(stored: &Stored, dice: &mut Dice, kind: &str, fresh: Uuid) -> Tampering {
    let heads = stored.head_sizes();
    let head = *dice.pick(&heads);
    let waiting = *dice.pick(&stored.waiting);
    let at_head = Place::heads([head]);
    let of_head = |set: String| format!("UPDATE audit_heads SET {set} WHERE tree_size = {head}");
    match kind {
        "head forged" => {
            let mine = AuditKeys::new(AuditKey::new(&[dice.roll(256) as u8; 32]), Vec::new());
            let note = mine.sign(head, [dice.roll(256) as u8; 32]);
            tampering([of_head(format!("note = '{note}'"))], at_head)
        }
        "head changed" => {
            let set = match dice.roll(6) {
                0 => format!(
                    "note = replace(note, E'\\n{head}\\n', E'\\n{}\\n')",
                    head + 1
                ),
                1 => "note = reverse(note)".to_owned(),
                2 => format!("note = overlay(note placing 'x{}' from 70)", dice.roll(10)),
                3 => "made_at = made_at + interval '1 microsecond'".to_owned(),
                4 => format!("id = '{fresh}'"),
                _ => format!("tree_size = {}", stored.size() + 1 + dice.roll(1_000)),
            };
            tampering([of_head(set)], at_head)
        }
        "head removed" => tampering(
            [format!("DELETE FROM audit_heads WHERE tree_size = {head}")],
            at_head,
        ),
        "head added" => {
            let size = dice.roll(2 * stored.size());
            if heads.contains(&size) {
                return plan_beside(stored, dice, kind, fresh);
            }
            let mine = AuditKeys::new(AuditKey::new(&[3; 32]), Vec::new());
            let note = mine.sign(size, [dice.roll(256) as u8; 32]);
            let sql =
                format!("INSERT INTO audit_heads VALUES ('{fresh}', now(), {size}, '{note}')");
            tampering([sql], Place::heads([size]))
        }
        "waiting entry changed" => {
            let set = *dice.pick(&[
                "action = 'other'",
                "at = at + interval '1 hour'",
                "object_id = ''",
                "mac = '\\x00'",
            ]);
            let sql = format!("UPDATE audit_entries SET {set} WHERE id = '{waiting}'");
            tampering([sql], Place::entry(waiting))
        }
        "waiting entry removed" => tampering([remove_entry(waiting)], Place::entry(waiting)),
        "waiting entry forgotten" => {
            let sql = format!("DELETE FROM audit_unsealed WHERE entry_id = '{waiting}'");
            tampering([sql], Place::entry(waiting))
        }
        other => panic!("no such tampering: {other}"),
    }
}

/// Another value for one field of an entry.
fn entry_change(entry: &Entry<'_>, dice: &mut Dice, fresh: Uuid) -> String {
    let optional = |column: &str, is_there: bool, value: &str| match is_there {
        true => format!("{column} = NULL"),
        false => format!("{column} = '{value}'"),
    };
    match dice.roll(14) {
        0 => format!(
            "at = at + interval '{} microseconds'",
            1 + dice.roll(1 << 40)
        ),
        1 => format!(
            "actor_kind = '{}'",
            if entry.actor_kind == "system" {
                "api_key"
            } else {
                "system"
            }
        ),
        2 => optional("actor_id", entry.actor_id.is_some(), &fresh.to_string()),
        3 => format!("action = 'delete_{}'", entry.action),
        4 => "object_kind = object_kind || ' '".to_owned(),
        5 => format!("object_id = 'object-{}'", 100 + dice.roll(100)),
        6 => "object_id = ''".to_owned(),
        7 => "changes = changes || '{\"added\": null}'".to_owned(),
        8 => format!("changes = '{{\"number\": {}.5}}'", dice.roll(100)),
        9 => "changes = to_jsonb(changes::text)".to_owned(),
        10 => optional("request_id", entry.request_id.is_some(), ""),
        11 => optional("ip_prefix", entry.ip_prefix.is_some(), "10.0.0.0/24"),
        12 => match dice.roll(2) {
            0 => "mac = NULL".to_owned(),
            _ => flipped("mac", dice.roll(256)),
        },
        _ => format!("id = '{fresh}'"),
    }
}

/// One bit of a column the other way round.
fn flipped(column: &str, bit: u64) -> String {
    format!("{column} = set_bit({column}, {bit}, 1 - get_bit({column}, {bit}))")
}

fn remove_entry(id: Uuid) -> String {
    format!("DELETE FROM audit_entries WHERE id = '{id}'")
}

fn remove_leaf(seq: u64) -> String {
    format!("DELETE FROM audit_leaves WHERE seq = {seq}")
}

fn add_entry(id: Uuid) -> String {
    format!(
        "INSERT INTO audit_entries (id, at, actor_kind, action, object_kind, object_id, changes, mac) \
         VALUES ('{id}', now(), 'system', 'create_link', 'link', '1', '{{}}', '\\x00')"
    )
}

/// Everything from a leaf on gone without a trace in the database: only heads kept elsewhere can tell.
fn truncation(stored: &Stored, cut: u64) -> Tampering {
    let sql = [
        "DELETE FROM audit_unsealed".to_owned(),
        format!(
            "DELETE FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM audit_leaves WHERE seq < {cut})"
        ),
        format!("DELETE FROM audit_leaves WHERE seq >= {cut}"),
        format!("DELETE FROM audit_heads WHERE tree_size > {cut}"),
    ];
    let beyond = stored.head_sizes().into_iter().filter(|head| *head > cut);
    tampering(sql, Place::heads(beyond))
}
