//! The parents' weekly recaps: how long a week takes for so many parents, from asking for it until the last message is
//! queued, and how much memory the process has needed.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;
use diesel::sql_query;
use diesel::sql_types::{Array, Binary, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;
use viral_engine_api_types::emails::{EmailKind, EmailLocale};
use viral_engine_domain::jobs::Queue;
use viral_engine_domain::recaps::Week;
use viral_engine_jobs::{Worker, WorkerOptions, registry};
use viral_engine_service::Context;
use viral_engine_service::emails::preview_email_template;
use viral_engine_service::jobs::enqueue;
use viral_engine_service::recaps::GenerateRecaps;
use viral_engine_service::users::{PersonalField, PersonalKeys};

use crate::jobs::database::BenchDatabase;
use crate::report;

/// Parents whose rows are made at a time.
const BATCH: usize = 5_000;
/// Longest time that a week may take.
const PATIENCE: Duration = Duration::from_secs(1_800);
/// Messages that are rendered to see how long one takes.
const RENDERED: u32 = 2_000;

/// Every second parent has two children, the others one; every child has four sessions in the week.
const CHILDREN: &str = "
INSERT INTO users (id, external_id, persona, age_band, guardian_id, created_at, updated_at)
SELECT gen_random_uuid(), p.external_id || '-' || n, 'student', 'under_13', p.id, now(), now()
FROM (SELECT id, external_id, row_number() OVER (ORDER BY id) AS place FROM users WHERE persona = 'parent') p
CROSS JOIN LATERAL generate_series(1, 1 + (p.place % 2)::int) AS n";

/// Their parents consent to progress reports, as they must.
const CONSENTS: &str = "
INSERT INTO consents (id, child_id, guardian_id, scope, state, failures, evidence_method, evidence_transaction, evidence_locale,
                      evidence_notice_hash, evidence_at, version, created_at, updated_at)
SELECT gen_random_uuid(), c.id, c.guardian_id, 'progress_reel_to_parent', 'active', 0, 'card_transaction', 'bench', 'en',
       decode(repeat('00', 32), 'hex'), now(), 1, now(), now()
FROM users c WHERE c.persona = 'student'";

const SESSIONS: &str = "
INSERT INTO tutoring_sessions (id, external_id, tutor_id, student_id, subject, started_at, ended_at, minutes, rating,
                               improvement, skills, highlights, next_steps, violations, created_at, updated_at)
SELECT gen_random_uuid(), c.id || '-' || n, t.id, c.id, (ARRAY['Mathematics', 'Physics', 'English'])[1 + n % 3],
       $1 + n * interval '25 hours', $1 + n * interval '25 hours' + interval '45 minutes', 45, 1 + n % 5, n,
       ARRAY['Fractions', 'Ratios ' || n], ARRAY['Explained the common denominator of two fractions alone.'],
       ARRAY['Ten minutes of fractions a day until the next session.'], 0, now(), now()
FROM users c CROSS JOIN (SELECT id FROM users WHERE persona = 'tutor') t CROSS JOIN generate_series(0, 3) AS n
WHERE c.persona = 'student'";

const PARENTS: &str = "
INSERT INTO users (id, external_id, persona, age_band, name_cipher, email_cipher, email_hash, created_at, updated_at)
SELECT n.id, n.external_id, 'parent', 'adult', n.name, n.email, n.hash, now(), now()
FROM unnest($1, $2, $3, $4, $5) AS n (id, external_id, name, email, hash)";

/// Measures a week for each number of parents.
pub async fn run(parents: &[usize]) -> Result<()> {
    let database = BenchDatabase::start().await?;
    let mut rows = Vec::new();
    for &parents in parents {
        rows.push(week(&database, parents).await?);
    }
    let rendering = rendering(&database.context()?)?;
    database.stop().await?;
    report::heading("Recaps")?;
    let head = [
        "parents",
        "recaps",
        "messages queued",
        "seconds",
        "most memory, MiB",
    ];
    report::table(&head, &rows)?;
    report::line(&format!(
        "\nA message is rendered in {rendering:.0} µs, when it is sent."
    ))
}

async fn week(database: &BenchDatabase, parents: usize) -> Result<Vec<String>> {
    let context = database.context()?;
    let mut conn = context.connection().await?;
    let week = Week::due(Utc::now(), Tz::UTC);
    conn.batch_execute(
        "TRUNCATE users, emails, email_suppressions, jobs, job_errors, job_unique CASCADE",
    )
    .await?;
    seed(&mut conn, &context, parents, week).await?;
    let payload = GenerateRecaps {
        week: Some(week.first()),
        parent: None,
        send: true,
    };
    enqueue(&mut conn, &payload).await?;
    let options = WorkerOptions {
        queues: vec![(Queue::Recaps, 2)],
        poll: Duration::from_millis(20),
        ..WorkerOptions::default()
    };
    let begun = Instant::now();
    let worker = Worker::start(&context, registry(), options).await?;
    let done =
        "SELECT count(*) AS count FROM jobs WHERE kind = 'generate_recaps' AND state = 'succeeded'";
    while database.number(&mut conn, done).await? == 0 {
        if begun.elapsed() > PATIENCE {
            bail!("{parents} parents took longer than {PATIENCE:?}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    worker.stop(Duration::from_secs(5)).await;
    let mut count = async |table: &str| {
        let sql = format!("SELECT count(*) AS count FROM {table}");
        database.number(&mut conn, &sql).await
    };
    let (recaps, emails) = (count("weekly_recaps").await?, count("emails").await?);
    if usize::try_from(emails)? != parents {
        bail!("{emails} messages for {parents} parents");
    }
    Ok(vec![
        parents.to_string(),
        recaps.to_string(),
        emails.to_string(),
        format!("{seconds:.2}"),
        peak_memory()?.to_string(),
    ])
}

async fn seed(
    conn: &mut AsyncPgConnection,
    context: &Context,
    parents: usize,
    week: Week,
) -> Result<()> {
    let keys = PersonalKeys::of(&context.keys);
    for first in (0..parents).step_by(BATCH) {
        let (mut ids, mut names) = (Vec::new(), Vec::new());
        let (mut ciphers, mut addresses, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        for nth in first..parents.min(first + BATCH) {
            let (id, address) = (Uuid::now_v7(), format!("parent{nth}@example.org"));
            ids.push(id);
            names.push(format!("parent-{nth}"));
            ciphers.push(keys.encrypt(id, PersonalField::Name, "Ada Parent")?);
            addresses.push(keys.encrypt(id, PersonalField::Email, &address)?);
            hashes.push(keys.search_hash(PersonalField::Email, &address)?);
        }
        sql_query(PARENTS)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Array<Text>, _>(names)
            .bind::<Array<Binary>, _>(ciphers)
            .bind::<Array<Binary>, _>(addresses)
            .bind::<Array<Binary>, _>(hashes)
            .execute(conn)
            .await?;
    }
    conn.batch_execute(
        "INSERT INTO users (id, external_id, persona, age_band, created_at, updated_at) \
         VALUES (gen_random_uuid(), 'tutor', 'tutor', 'adult', now(), now())",
    )
    .await?;
    sql_query(CHILDREN).execute(conn).await?;
    sql_query(CONSENTS).execute(conn).await?;
    let tuesday = week.first() + Days::new(1);
    let from: DateTime<Utc> = tuesday.and_time(NaiveTime::MIN).and_utc();
    sql_query(SESSIONS)
        .bind::<Timestamptz, _>(from)
        .execute(conn)
        .await?;
    conn.batch_execute("ANALYZE").await?;
    Ok(())
}

/// Microseconds that the rendering of one message takes.
fn rendering(context: &Context) -> Result<f64> {
    let render = || preview_email_template(context, EmailKind::WeeklyRecap, EmailLocale::De);
    render()?;
    let begun = Instant::now();
    for _ in 0..RENDERED {
        render()?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / f64::from(RENDERED))
}

/// Most memory that the process has had at a time, in MiB. PostgreSQL's is its own.
fn peak_memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.context("the peak of memory is not told")?;
    let kibibytes: u64 = kibibytes.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes.div_ceil(1024))
}
