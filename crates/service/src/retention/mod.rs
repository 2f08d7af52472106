//! Removes what was kept for long enough, every night, rule by rule, and tells the rules.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use viral_engine_api_types::data_requests::DataRequestKind;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::retention::{RetentionList, RetentionRule};
use viral_engine_db::retention::{REMOVERS, expired_links, inactive_users, remove_old};
use viral_engine_domain::consents::Gate;
use viral_engine_domain::retention::{RULES, Rule};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::data_requests::{ERASED_CAMPAIGN, erase_link, request_data};
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// Rows in one statement.
const BATCH: i64 = 5_000;
/// Links in one transaction.
const LINKS: i64 = 200;
/// Most users whose deletion is asked for in a night.
const USERS: i64 = 10_000;

/// Removes what was kept for long enough.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnforceRetention {}

impl JobPayload for EnforceRetention {
    const KIND: &'static str = "enforce_retention";
    const GATE: Gate = Gate::Nothing;
}

/// The rules in force.
pub fn list_retention(context: &Context) -> RetentionList {
    let items = RULES.iter().map(|rule| RetentionRule {
        name: rule.name.to_owned(),
        days: context.config.retention.days(rule),
        what: rule.what.to_owned(),
        what_de: rule.what_de.to_owned(),
    });
    RetentionList {
        items: items.collect(),
    }
}

/// The rules in words of a language, with their days, for guardians.
pub(crate) fn retention_lines(context: &Context, lang: EmailLocale) -> Vec<(&'static str, u32)> {
    let words = |rule: &Rule| match lang {
        EmailLocale::En => rule.what,
        EmailLocale::De => rule.what_de,
    };
    let lines = RULES
        .iter()
        .map(|rule| (words(rule), context.config.retention.days(rule)));
    lines.collect()
}

/// Removes what is old now, and answers how many rows that were.
///
/// # Errors
/// When the database refuses; the next call goes on.
pub async fn enforce_retention(context: &Context) -> ServiceResult<usize> {
    let mut removed = Map::new();
    let mut all = 0;
    for rule in &RULES {
        let before = context.now() - TimeDelta::days(context.config.retention.days(rule).into());
        for remover in REMOVERS.iter().filter(|remover| remover.rule == rule.name) {
            let mut conn = context.connection().await?;
            let mut rows = 0;
            loop {
                let batch = remove_old(&mut conn, remover, before, BATCH).await?;
                rows += batch;
                if batch == 0 {
                    break;
                }
            }
            note(&mut removed, remover.store, rows);
            all += rows;
        }
        let rows = match rule.name {
            "links" => erase_links(context, before).await?,
            "users" => forget_users(context, before).await?,
            _ => 0,
        };
        note(&mut removed, rule.name, rows);
        all += rows;
    }
    if all > 0 {
        let mut conn = context.connection().await?;
        let (system, object) = (Caller::system(), ("retention", "all"));
        let changes = Value::Object(removed);
        audit::record(
            &mut conn,
            context,
            &system,
            "enforce_retention",
            object,
            changes,
        )
        .await?;
    }
    Ok(all)
}

fn note(removed: &mut Map<String, Value>, store: &str, rows: usize) {
    if rows > 0 {
        removed.insert(store.to_owned(), json!(rows));
    }
}

async fn erase_links(
    context: &Context,
    before: chrono::DateTime<chrono::Utc>,
) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut erased = 0;
    loop {
        let batch = conn
            .transaction(async |conn| {
                let links = expired_links(conn, before, ERASED_CAMPAIGN, LINKS).await?;
                for link in &links {
                    erase_link(conn, context, link).await?;
                }
                ServiceResult::Ok(links.len())
            })
            .await?;
        erased += batch;
        if batch == 0 {
            return Ok(erased);
        }
    }
}

/// Asks for the deletion of users without a sign of life.
async fn forget_users(
    context: &Context,
    since: chrono::DateTime<chrono::Utc>,
) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let users = inactive_users(&mut conn, since, USERS).await?;
    for user in &users {
        let asked = conn
            .transaction(async |conn| {
                let kind = DataRequestKind::Deletion;
                request_data(conn, context, &Caller::system(), *user, kind).await
            })
            .await;
        match asked {
            // Somebody else asked for it in between.
            Ok(_) | Err(ServiceError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(users.len())
}
