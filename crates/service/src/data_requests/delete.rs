//! Erasing a user, in steps that each are a transaction of their own and do nothing the second time: whoever is interrupted
//! begins again.
//!
//! First nothing is allowed any more, then the user's row says nothing and nobody is found by the platform's id; only then
//! the stores are emptied, as often as something is found, since requests may be under way that found the user before. The
//! keys are destroyed last: what is looked for is encrypted with them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::data_requests::{DataRequestKind, DataRequestState, DeletionReceipt};
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_db::data_requests::{
    self as db, DataRequestRow, ERASERS, MENTION_STORES, entomb_user, erase, links_to_erase,
    save_erased_link,
};
use viral_engine_db::data_version;
use viral_engine_db::links::LinkRow;
use viral_engine_db::users::find_user_by_id;
use viral_engine_db::users::keys::{clear_key_slot, find_key_slots};

use super::answer::{kind, missing, progress, store_rows};
use super::consents::{begin_ending, finish_ending, recipients};
use super::copies::erase_in_copies;
use super::mentions::{erase_mentions, forget_kept_answers};
use super::names::Found;
use super::sealed_mentions::{SEALED_MENTIONS, erase_sealed_mentions};
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::links::sign;
use crate::users::{PersonalKeys, keys_of};
use crate::webhooks::publish;

/// The campaign of links that say nothing any more.
pub(crate) const ERASED_CAMPAIGN: &str = "erased";
/// Links in one transaction.
const LINKS: i64 = 200;
/// Most times that all stores are gone through.
const MOST_PASSES: usize = 5;

/// A deletion under way.
#[derive(Clone, Debug)]
pub struct Deletion {
    request: Uuid,
    user: Uuid,
    found: Found,
    begun: DateTime<Utc>,
    next: Step,
    /// Steps that are done.
    pub done: i64,
    /// Steps in all, more when something is found again.
    pub total: i64,
    erased: BTreeMap<String, i64>,
    erased_in_pass: i64,
    passes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Consents,
    Links,
    Row,
    Store(usize),
    Mentions(usize),
    SealedMentions(usize),
    Copies,
    Keys,
    Receipt,
    Over,
}

/// Begins a deletion, or begins it again; `None` when it is done already, or something else was asked for.
///
/// # Errors
/// No such request.
pub async fn begin_deletion(context: &Context, request: Uuid) -> ServiceResult<Option<Deletion>> {
    let mut conn = context.connection().await?;
    let keys = PersonalKeys::of(&context.keys);
    conn.transaction(async |conn| {
        let mut row = db::lock_data_request(conn, request)
            .await
            .map_err(missing)?;
        let is_deletion = kind(&row.kind)? == DataRequestKind::Deletion;
        if row.state == DataRequestState::Completed.as_str() || !is_deletion {
            return Ok(None);
        }
        let now = context.now();
        let begun = *row.started_at.get_or_insert(now);
        row.state = DataRequestState::Running.as_str().to_owned();
        row.failure = None;
        let found = names(conn, &keys, &mut row).await?;
        db::save_data_request(conn, &row).await?;
        Ok(Some(Deletion {
            request,
            user: row.user_id,
            found,
            begun,
            next: Step::Consents,
            done: 0,
            total: i64::try_from(ERASERS.len() + MENTION_STORES.len() + SEALED_MENTIONS.len())
                .unwrap_or_default()
                + 8,
            erased: progress(&row.progress),
            erased_in_pass: 0,
            passes: 0,
        }))
    })
    .await
}

/// By what the user is found: read while there is somebody, and kept.
async fn names(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    row: &mut DataRequestRow,
) -> ServiceResult<Found> {
    let slots = find_key_slots(conn, &[row.user_id]).await?;
    if slots.iter().any(|user| user.deleted_at.is_some()) {
        return Found::open(keys, row.id, row.names_cipher.as_deref());
    }
    let user = find_user_by_id(conn, row.user_id).await?;
    let found = Found::of(&user, keys)?;
    let user_keys = keys_of(conn, keys, &[user.id]).await?;
    for key in user_keys.values() {
        row.names_cipher = Some(found.seal(keys, row.id, *key)?);
    }
    Ok(found)
}

/// Does the next step, and answers whether there is another one.
///
/// # Errors
/// When the database or the key store refuses; the deletion can be begun again.
pub async fn delete_next(context: &Context, run: &mut Deletion) -> ServiceResult<bool> {
    run.next = match run.next {
        Step::Consents => {
            begin_ending(context, run.user).await?;
            Step::Links
        }
        Step::Links => {
            let links = erase_links(context, run.user).await?;
            run.note("links", links);
            Step::Row
        }
        Step::Row => {
            let was_there = entomb(context, run.user).await?;
            run.note("users", was_there.into());
            Step::Store(0)
        }
        Step::Store(index) => erase_store(context, run, index).await?,
        Step::Mentions(index) => match MENTION_STORES.get(index) {
            Some(store) => {
                let rows = erase_mentions(context, store, &run.found).await?;
                run.note(store.store, rows);
                Step::Mentions(index + 1)
            }
            None => Step::SealedMentions(0),
        },
        Step::SealedMentions(index) => match SEALED_MENTIONS.get(index) {
            Some(sealed) => {
                let rows = erase_sealed_mentions(context, sealed, &run.found).await?;
                run.note(sealed.store.store, rows);
                Step::SealedMentions(index + 1)
            }
            None => Step::Copies,
        },
        Step::Copies => {
            let answers = forget_kept_answers(context, &run.found).await?;
            run.note("idempotency_keys", answers);
            let copies = erase_in_copies(context, run.user, &run.found).await?;
            run.note("data_requests", copies);
            Step::Keys
        }
        Step::Keys => {
            let keys = PersonalKeys::of(&context.keys)
                .destroy_keys(run.user)
                .await?;
            run.note("keys", i64::try_from(keys).unwrap_or(i64::MAX));
            Step::Receipt
        }
        Step::Receipt => {
            complete(context, run).await?;
            Step::Over
        }
        Step::Over => Step::Over,
    };
    run.done += 1;
    if run.next != Step::Over {
        keep_progress(context, run).await?;
    }
    Ok(run.next != Step::Over)
}

impl Deletion {
    fn note(&mut self, store: &str, rows: i64) {
        let known = self.erased.entry(store.to_owned()).or_default();
        *known = known.saturating_add(rows);
        self.erased_in_pass = self.erased_in_pass.saturating_add(rows);
    }
}

async fn erase_store(context: &Context, run: &mut Deletion, index: usize) -> ServiceResult<Step> {
    if let Some(eraser) = ERASERS.get(index) {
        let names = run.found.names(run.user);
        let mut conn = context.connection().await?;
        let rows = erase(&mut conn, eraser, run.user, &names, context.now()).await?;
        run.note(eraser.store, i64::try_from(rows).unwrap_or(i64::MAX));
        return Ok(Step::Store(index + 1));
    }
    run.passes += 1;
    // Nothing was found in a whole pass: what was under way is over.
    if run.erased_in_pass == 0 || run.passes >= MOST_PASSES {
        return Ok(Step::Mentions(0));
    }
    run.erased_in_pass = 0;
    run.total += i64::try_from(ERASERS.len()).unwrap_or_default() + 2;
    Ok(Step::Links)
}

/// Links lead nowhere and say nothing, and are signed anew, so that they are not taken for forged. What was counted stays.
async fn erase_links(context: &Context, user: Uuid) -> ServiceResult<i64> {
    let mut conn = context.connection().await?;
    let mut erased = 0;
    loop {
        let batch = conn
            .transaction(async |conn| erase_batch(conn, context, user).await)
            .await?;
        erased += batch;
        if batch == 0 {
            return Ok(erased);
        }
    }
}

async fn erase_batch(
    conn: &mut AsyncPgConnection,
    context: &Context,
    user: Uuid,
) -> ServiceResult<i64> {
    let (target, metadata) = (erased_target(context), json!({}));
    let erased = (target.as_str(), ERASED_CAMPAIGN, &metadata);
    let links = links_to_erase(conn, user, erased, LINKS).await?;
    for link in &links {
        erase_link(conn, context, link).await?;
    }
    Ok(i64::try_from(links.len()).unwrap_or(LINKS))
}

fn erased_target(context: &Context) -> String {
    format!("{}/", context.config.public_url)
}

/// Leaves of a link that it was there, and what was counted.
pub(crate) async fn erase_link(
    conn: &mut AsyncPgConnection,
    context: &Context,
    link: &LinkRow,
) -> ServiceResult<()> {
    let mut erased = LinkRow {
        alias: None,
        target_url: erased_target(context),
        campaign: ERASED_CAMPAIGN.to_owned(),
        utm_medium: None,
        metadata: json!({}),
        disabled_at: Some(link.disabled_at.unwrap_or_else(|| context.now())),
        ..link.clone()
    };
    erased.signature = sign(&erased, &context.keys.links)?;
    Ok(save_erased_link(conn, &erased).await?)
}

/// The name that is left is random: nothing leads from it to whom it was.
async fn entomb(context: &Context, user: Uuid) -> ServiceResult<bool> {
    let mut conn = context.connection().await?;
    let name = format!("erased-{}", Uuid::new_v4());
    conn.transaction(async |conn| {
        ServiceResult::Ok(entomb_user(conn, user, &name, context.now()).await?)
    })
    .await
}

async fn keep_progress(context: &Context, run: &Deletion) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut row = db::lock_data_request(conn, run.request)
            .await
            .map_err(missing)?;
        row.progress = json!(run.erased);
        Ok(db::save_data_request(conn, &row).await?)
    })
    .await
}

async fn complete(context: &Context, run: &Deletion) -> ServiceResult<()> {
    finish_ending(context, run.user).await?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut row = db::lock_data_request(conn, run.request)
            .await
            .map_err(missing)?;
        if row.state == DataRequestState::Completed.as_str() {
            return Ok(());
        }
        let now = context.now();
        let (ended, recipients) = recipients(conn, run.user).await?;
        let data = json!({
            "data_request_id": row.id, "kind": row.kind, "user_id": run.user, "completed_at": now,
        });
        let told = publish(conn, now, WebhookEventType::DataRequestCompleted, &data).await?;
        let mut stores = run.erased.clone();
        let keys_destroyed = stores.remove("keys").unwrap_or_default();
        let receipt = DeletionReceipt {
            stores: store_rows(&stores),
            keys_destroyed,
            consents_ended: ended,
            recipients,
            webhooks_told: i64::try_from(told).unwrap_or(i64::MAX),
        };
        let receipt = json!(receipt);
        let object = row.id.to_string();
        let object = ("data_request", object.as_str());
        let changes = json!({ "receipt": receipt, "began_at": run.begun });
        let system = Caller::system();
        audit::record(conn, context, &system, "complete_deletion", object, changes).await?;
        row.state = DataRequestState::Completed.as_str().to_owned();
        row.completed_at = Some(now);
        row.progress = json!(run.erased);
        row.receipt = Some(receipt);
        row.names_cipher = None;
        clear_key_slot(conn, run.user).await?;
        Ok::<_, ServiceError>(db::save_data_request(conn, &row).await?)
    })
    .await?;
    // Kept answers of every node end with it: they may name the user.
    data_version::bump(&mut conn).await?;
    Ok(())
}
