//! Requests that race a revocation: nothing may be allowed once the node that took it has answered, nor anywhere else a
//! second after the guardian's click.
//!
//! Three nodes on one database: the one that takes the revocation, one that hears of it, and one that hears of nothing and
//! has the clock alone.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use diesel::sql_query;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use uuid::Uuid;
use viral_engine_api_types::users::AgeBand;
use viral_engine_domain::consents::Action;
use viral_engine_service::consents::{decide_action, follow_consents, revoke_consent};
use viral_engine_service::users::KnownUser;
use viral_engine_service::{Caller, Context};

use crate::jobs::database::{BenchDatabase, listen};
use crate::report;

/// What is promised: so long after the click nobody allows anything.
const PROMISED: Duration = Duration::from_secs(1);
/// Tasks of a node that ask.
const ASKERS: usize = 4;
/// Between two questions of a task.
const PAUSE: Duration = Duration::from_micros(500);
/// A task ends after so many denials.
const DENIALS: usize = 20;

const NODES: [&str; 3] = [
    "the node that took it",
    "a node that hears of it",
    "a node with the clock alone",
];

/// Children whose guardian lets them invite.
const CHILDREN: &str = "
INSERT INTO users (id, external_id, persona, age_band, created_at, updated_at)
SELECT id, 'child-' || id, 'student', 'under_13', now(), now() FROM unnest($1) AS n (id)";

/// Their consents, with the same ids.
const CONSENTS: &str = "
INSERT INTO consents (id, child_id, guardian_id, scope, state, failures, evidence_method, evidence_transaction, evidence_locale,
                      evidence_notice_hash, evidence_at, version, created_at, updated_at)
SELECT id, id, (SELECT id FROM users WHERE persona = 'parent'), 'invite_friend', 'active', 0, 'card_transaction', 'bench', 'en',
       decode(repeat('00', 32), 'hex'), now(), 1, now(), now()
FROM unnest($1) AS n (id)";

/// What a node has answered around one revocation.
struct Answers {
    requests: usize,
    /// Allowed although asked too late.
    late: usize,
    /// From the click to the end of the last answer that allowed.
    until_denied: Duration,
}

/// An answer of the gate.
struct Answer {
    asked: Instant,
    answered: Instant,
    is_allowed: bool,
}

/// Takes `revocations` consents back while all nodes are asked.
pub async fn run(revocations: usize) -> Result<()> {
    let database = BenchDatabase::start().await?;
    let nodes = [
        database.context()?,
        database.context()?,
        database.context()?,
    ];
    let _listening = [listen(&nodes[0]), listen(&nodes[1])];
    let clock = nodes[2].clone();
    let following = tokio::spawn(async move { follow_consents(&clock).await });
    let children = seed(&nodes[0], revocations).await?;
    let mut totals: Vec<(usize, usize, Histogram<u64>)> = Vec::new();
    for _ in NODES {
        totals.push((0, 0, Histogram::new(3)?));
    }
    for child in children {
        for (total, answers) in totals.iter_mut().zip(race(&nodes, child).await?) {
            total.0 += answers.requests;
            total.1 += answers.late;
            let micros = u64::try_from(answers.until_denied.as_micros())?;
            total.2.record(micros.max(1))?;
        }
    }
    following.abort();
    drop(nodes);
    database.stop().await?;
    tell(revocations, &totals)
}

fn tell(revocations: usize, totals: &[(usize, usize, Histogram<u64>)]) -> Result<()> {
    let millis = |micros: u64| format!("{:.1}", micros as f64 / 1e3);
    let rows = NODES
        .iter()
        .zip(totals)
        .map(|(node, (requests, late, times))| {
            vec![
                (*node).to_owned(),
                requests.to_string(),
                late.to_string(),
                millis(times.value_at_quantile(0.5)),
                millis(times.value_at_quantile(0.99)),
                millis(times.max()),
            ]
        });
    let rows: Vec<Vec<String>> = rows.collect();
    report::heading(&format!("{revocations} revocations, raced"))?;
    let head = [
        "",
        "requests",
        "allowed too late",
        "click to denial, p50 ms",
        "p99 ms",
        "most ms",
    ];
    report::table(&head, &rows)?;
    for (_, late, times) in totals {
        let p99 = Duration::from_micros(times.value_at_quantile(0.99));
        if *late > 0 || p99 > PROMISED {
            bail!("what was taken back was allowed for longer than {PROMISED:?}");
        }
    }
    Ok(())
}

async fn seed(context: &Context, count: usize) -> Result<Vec<Uuid>> {
    let mut conn = context.connection().await?;
    let conn: &mut AsyncPgConnection = &mut conn;
    let children: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
    sql_query(
        "INSERT INTO users (id, external_id, persona, age_band, created_at, updated_at) \
         VALUES (gen_random_uuid(), 'parent', 'parent', 'adult', now(), now())",
    )
    .execute(conn)
    .await?;
    for sql in [CHILDREN, CONSENTS] {
        sql_query(sql)
            .bind::<Array<SqlUuid>, _>(&children)
            .execute(conn)
            .await?;
    }
    Ok(children)
}

/// All nodes are asked about a child while the guardian takes the consent back.
async fn race(nodes: &[Context; 3], child: Uuid) -> Result<Vec<Answers>> {
    let mut asking = JoinSet::new();
    for (node, context) in nodes.iter().enumerate() {
        for _ in 0..ASKERS {
            let asked = ask(context.clone(), child);
            asking.spawn(async move { asked.await.map(|answers| (node, answers)) });
        }
    }
    // Everybody remembers the consent by then.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let clicked = Instant::now();
    revoke_consent(&nodes[0], &Caller::system(), child.into()).await?;
    let taken = Instant::now();
    let mut all: Vec<Vec<Answer>> = NODES.iter().map(|_| Vec::new()).collect();
    while let Some(asked) = asking.join_next().await {
        let (node, answers) = asked.context("a task")??;
        all[node].extend(answers);
    }
    let limits = [taken, clicked + PROMISED, clicked + PROMISED];
    let answers = all.iter().zip(limits);
    Ok(answers
        .map(|(answers, limit)| judge(answers, clicked, limit))
        .collect())
}

fn judge(answers: &[Answer], clicked: Instant, limit: Instant) -> Answers {
    let allowed = || answers.iter().filter(|answer| answer.is_allowed);
    let last = allowed().map(|answer| answer.answered).max();
    Answers {
        requests: answers.len(),
        late: allowed().filter(|answer| answer.asked > limit).count(),
        until_denied: last.map_or(Duration::ZERO, |last| {
            last.saturating_duration_since(clicked)
        }),
    }
}

/// Asks whether a child may invite, until that was denied often enough.
async fn ask(context: Context, child: Uuid) -> Result<Vec<Answer>> {
    let user = KnownUser {
        id: child.into(),
        persona: None,
        age_band: AgeBand::Under13,
        is_erased: false,
    };
    let (mut answers, mut denials) = (Vec::new(), 0);
    while denials < DENIALS {
        let asked = Instant::now();
        let is_allowed = decide_action(&context, user, &Action::SendInvite)
            .await?
            .is_ok();
        answers.push(Answer {
            asked,
            answered: Instant::now(),
            is_allowed,
        });
        denials += usize::from(!is_allowed);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(answers)
}
