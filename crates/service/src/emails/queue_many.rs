//! Queues many messages in as many statements as a few.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailState;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_db::emails::{self as db, EmailKey, EmailRow};
use viral_engine_domain::emails::{Reason, suppressed_for};

use super::content::purpose;
use super::queue::{NewEmail, QueuedEmail, count, draft};
use super::row;
use super::seal::hashes;
use super::send::SendEmail;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::jobs::enqueue_all;
use crate::users::{PersonalKeys, keys_of};

/// As [`super::queue_email`], for many messages at once; answers in their order.
///
/// # Errors
/// As of queueing one.
pub async fn queue_emails(
    conn: &mut AsyncPgConnection,
    context: &Context,
    emails: &[NewEmail],
) -> ServiceResult<Vec<QueuedEmail>> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    flags::require(conn, FlagKey::EmailDelivery).await?;
    let keys = PersonalKeys::of(&context.keys);
    let hashed: Vec<Vec<Vec<u8>>> = emails.iter().map(|one| hashes(&keys, &one.to)).collect();
    let places: Vec<usize> = (0..emails.len()).collect();
    let mut queued = known(conn, emails, &hashed, &places).await?;
    let fresh: Vec<usize> = places
        .into_iter()
        .filter(|place| !queued.contains_key(place))
        .collect();
    let drafts = drafts(conn, context, &keys, emails, &hashed, &fresh).await?;
    let stored = store(conn, &drafts).await?;
    let mut lost = Vec::new();
    for (place, row) in fresh.into_iter().zip(&drafts) {
        if !stored.contains(&row.id) {
            lost.push(place);
            continue;
        }
        count(&row.kind, &row.state);
        let id = row.id.into();
        let (is_new, state) = (true, row::state(row)?);
        queued.insert(place, QueuedEmail { id, is_new, state });
    }
    if !lost.is_empty() {
        // Queued by somebody else at the same time, or twice by this call.
        queued.extend(known(conn, emails, &hashed, &lost).await?);
    }
    let answers = (0..emails.len()).map(|place| {
        let missing = || ServiceError::Internal("an email was neither queued nor found".to_owned());
        queued.get(&place).copied().ok_or_else(missing)
    });
    answers.collect()
}

/// Those of the messages at `places` that the recipients have, or wait for, by place.
async fn known(
    conn: &mut AsyncPgConnection,
    emails: &[NewEmail],
    hashed: &[Vec<Vec<u8>>],
    places: &[usize],
) -> ServiceResult<HashMap<usize, QueuedEmail>> {
    let mut keys = Vec::with_capacity(places.len());
    for &place in places {
        let (Some(email), Some(hashes)) = (emails.get(place), hashed.get(place)) else {
            continue;
        };
        keys.extend(hashes.iter().map(|hash| EmailKey {
            place: i32::try_from(place).unwrap_or(i32::MAX),
            kind: email.mail.kind().as_str(),
            subject_key: &email.subject_key,
            recipient_hash: hash.clone(),
        }));
    }
    let mut known = HashMap::new();
    for found in db::find_known_emails(conn, &keys).await? {
        let place = usize::try_from(found.place).unwrap_or(usize::MAX);
        let state = EmailState::parse(&found.state)
            .ok_or_else(|| ServiceError::Internal(format!("state of email {}", found.id)))?;
        let (id, is_new) = (found.id.into(), false);
        known.insert(place, QueuedEmail { id, is_new, state });
    }
    Ok(known)
}

/// The rows of the messages at `places`; of recipients who get no such mail, suppressed.
async fn drafts(
    conn: &mut AsyncPgConnection,
    context: &Context,
    keys: &PersonalKeys,
    emails: &[NewEmail],
    hashed: &[Vec<Vec<u8>>],
    places: &[usize],
) -> ServiceResult<Vec<EmailRow>> {
    let reasons = reasons(conn, hashed).await?;
    let about = emails.iter().flat_map(|email| &email.about);
    let about: Vec<Uuid> = about
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let user_keys = keys_of(conn, keys, &about).await?;
    let mut drafts = Vec::with_capacity(places.len());
    for &place in places {
        let (Some(email), Some(hashes)) = (emails.get(place), hashed.get(place)) else {
            continue;
        };
        let against: Vec<Reason> = hashes
            .iter()
            .filter_map(|hash| reasons.get(hash))
            .flatten()
            .copied()
            .collect();
        let against = suppressed_for(purpose(email.mail.kind()), &against);
        drafts.push(draft(context, (keys, &user_keys), email, 1, against)?);
    }
    Ok(drafts)
}

/// Why addresses get no mail, by their hashes.
async fn reasons(
    conn: &mut AsyncPgConnection,
    hashed: &[Vec<Vec<u8>>],
) -> ServiceResult<HashMap<Vec<u8>, Vec<Reason>>> {
    let hashes: Vec<&[u8]> = hashed.iter().flatten().map(Vec::as_slice).collect();
    let mut reasons: HashMap<Vec<u8>, Vec<Reason>> = HashMap::new();
    for (hash, name) in db::suppressions_among(conn, &hashes).await? {
        reasons
            .entry(hash)
            .or_default()
            .push(row::rule_reason(&name)?);
    }
    for hash in db::minors_among(conn, &hashes).await? {
        reasons.entry(hash).or_default().push(Reason::Minor);
    }
    Ok(reasons)
}

/// Stores messages and asks for the sending of those that are to be sent; answers which were not there already.
async fn store(conn: &mut AsyncPgConnection, rows: &[EmailRow]) -> ServiceResult<HashSet<Uuid>> {
    let stored: HashSet<Uuid> = db::insert_emails(conn, rows).await?.into_iter().collect();
    let waiting = rows
        .iter()
        .filter(|row| row.suppressed_for.is_none() && stored.contains(&row.id));
    let ids: Vec<Uuid> = waiting.map(|row| row.id).collect();
    let jobs: Vec<SendEmail> = ids.iter().map(|&email| SendEmail { email }).collect();
    let jobs = enqueue_all(conn, &jobs).await?;
    let jobs: Vec<Uuid> = jobs.into_iter().map(|job| job.id.0).collect();
    db::set_email_jobs(conn, &ids, &jobs).await?;
    Ok(stored)
}
