//! A copy of everything that is held on a user: one archive with the whole as JSON, a table for each class, and a text that
//! says what is what. It is kept encrypted with the user's key, for a week.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use viral_engine_api_types::DataRequestId;
use viral_engine_api_types::data_requests::{DataRequestKind, DataRequestState};
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_db::achievements::list_achievements;
use viral_engine_db::consents::{consents_of_child, consents_of_guardian};
use viral_engine_db::data_requests::{
    self as db, DataRequestRow, HOLDINGS, find_archive, held, keep_archive,
};
use viral_engine_db::disclosures::{DisclosureFilter, list_disclosures};
use viral_engine_db::emails::emails_of_user;
use viral_engine_db::page::PageQuery;
use viral_engine_db::recaps::{RecapFilter, list_recaps};
use viral_engine_db::tutoring_sessions::{TutoringSessionFilter, list_tutoring_sessions};
use viral_engine_db::users::{UserRow, find_user_by_id};

use super::answer::{kind, missing};
use super::archive::{Part, zip};
use crate::achievements::open_achievement;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::disclosures;
use crate::error::{ServiceError, ServiceResult};
use crate::recaps::contents_of;
use crate::tutoring_sessions::open_session;
use crate::users::{Field, PersonalKeys, keys_of};
use crate::webhooks::publish;

/// An archive can be had for so long.
pub(super) const KEPT: TimeDelta = TimeDelta::days(7);
/// Rows that are read at a time.
const PAGE: i64 = 1_000;

/// Makes the archive of a request, unless that is done.
///
/// # Errors
/// No such request, or one of another kind; when the database or the key store refuses.
pub async fn export_user(context: &Context, request: Uuid) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let keys = PersonalKeys::of(&context.keys);
    let mut row = db::find_data_request(&mut conn, request)
        .await
        .map_err(missing)?;
    if row.state == DataRequestState::Completed.as_str()
        || kind(&row.kind)? != DataRequestKind::Export
    {
        return Ok(());
    }
    row.started_at.get_or_insert(context.now());
    row.state = DataRequestState::Running.as_str().to_owned();
    row.failure = None;
    db::save_data_request(&mut conn, &row).await?;
    if end_overtaken(&mut conn, &mut row).await? {
        return Ok(());
    }
    let parts = parts(&mut conn, &keys, row.user_id).await?;
    let rows: BTreeMap<&str, usize> = parts
        .iter()
        .map(|part| (part.name, part.rows.len()))
        .collect();
    let progress = json!(rows);
    let made_at = context.now();
    let bytes = tokio::task::spawn_blocking(move || zip(&parts, made_at))
        .await
        .map_err(|error| ServiceError::Internal(error.to_string()))??;
    conn.transaction(async |conn| {
        let mut row = db::lock_data_request(conn, request).await.map_err(missing)?;
        if end_overtaken(conn, &mut row).await? {
            return Ok(());
        }
        let user_keys = keys_of(conn, &keys, &[row.user_id]).await?;
        let user_keys: Vec<_> = user_keys.into_values().collect();
        let sealed = keys.seal_bytes(row.id, Field::Archive, &bytes, &user_keys)?;
        let now = context.now();
        keep_archive(conn, row.id, &sealed, now + KEPT).await?;
        row.state = DataRequestState::Completed.as_str().to_owned();
        row.completed_at = Some(now);
        row.archive_until = Some(now + KEPT);
        row.progress = progress;
        db::save_data_request(conn, &row).await?;
        let data = json!({
            "data_request_id": row.id, "kind": row.kind, "user_id": row.user_id, "completed_at": now,
        });
        publish(conn, now, WebhookEventType::DataRequestCompleted, &data).await?;
        let object = row.id.to_string();
        let object = ("data_request", object.as_str());
        let changes = json!({ "rows": row.progress, "archive_until": row.archive_until });
        audit::record(conn, context, &Caller::system(), "complete_export", object, changes).await
    })
    .await
}

/// Ends an export for which nothing is left, because the user was erased first.
async fn end_overtaken(
    conn: &mut AsyncPgConnection,
    row: &mut DataRequestRow,
) -> ServiceResult<bool> {
    let user = find_user_by_id(conn, row.user_id).await?;
    if user.deleted_at.is_none() {
        return Ok(false);
    }
    row.state = DataRequestState::Failed.as_str().to_owned();
    row.failure = Some("the user was erased before the copy was made".to_owned());
    db::save_data_request(conn, row).await?;
    Ok(true)
}

/// The archive of an export, for whoever may have it; that it was fetched is audited.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is none, or its time is over.
pub async fn get_data_archive(
    context: &Context,
    caller: &Caller,
    id: DataRequestId,
) -> ServiceResult<Vec<u8>> {
    let mut conn = context.connection().await?;
    open_archive(&mut conn, context, caller, id).await
}

/// The same on the caller's connection.
pub(super) async fn open_archive(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    id: DataRequestId,
) -> ServiceResult<Vec<u8>> {
    const MISSING: ServiceError = ServiceError::NotFound("archive");
    let keys = PersonalKeys::of(&context.keys);
    let sealed = find_archive(conn, id.0, context.now())
        .await?
        .ok_or(MISSING)?;
    let opened = keys.open_bytes(id.0, Field::Archive, &sealed)?;
    let (bytes, _) = opened.ok_or(MISSING)?;
    let object = id.to_string();
    let object = ("data_request", object.as_str());
    audit::record(conn, context, caller, "get_data_archive", object, json!({})).await?;
    Ok(bytes)
}

/// Everything that is held, class by class.
pub(super) async fn parts(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    user: Uuid,
) -> ServiceResult<Vec<Part>> {
    let row = find_user_by_id(conn, user).await?;
    let mut parts = vec![Part {
        name: "profile",
        what: "Who the user is on the platform.",
        rows: vec![profile(&row, keys)?],
    }];
    parts.push(sessions(conn, keys, user).await?);
    parts.push(achievements(conn, keys, user).await?);
    parts.push(recaps(conn, keys, user).await?);
    parts.push(consents(conn, user).await?);
    parts.push(disclosures(conn, keys, user).await?);
    parts.push(emails(conn, keys, &row).await?);
    for holding in HOLDINGS {
        parts.push(Part {
            name: holding.name,
            what: holding.what,
            rows: held(conn, holding, user).await?,
        });
    }
    Ok(parts)
}

fn profile(row: &UserRow, keys: &PersonalKeys) -> ServiceResult<Value> {
    let open = |field, cipher: &Option<Vec<u8>>| {
        let opened = cipher
            .as_deref()
            .map(|cipher| keys.open(row.id, field, cipher));
        opened.transpose().map(Option::flatten)
    };
    Ok(json!({
        "id": row.id, "external_id": row.external_id, "persona": row.persona, "age_band": row.age_band,
        "band_until": row.band_until, "signed_up_at": row.signed_up_at, "guardian_id": row.guardian_id,
        "institution": row.institution, "cohort": row.cohort, "grade": row.grade,
        "name": open(Field::Name, &row.name_cipher)?, "email": open(Field::Email, &row.email_cipher)?,
        "phone": open(Field::Phone, &row.phone_cipher)?, "handle": open(Field::Handle, &row.handle_cipher)?,
        "locale": row.locale, "time_zone": row.time_zone, "preferences": row.preferences, "signals": row.signals,
        "weekly_recap": row.weekly_recap, "created_at": row.created_at, "updated_at": row.updated_at,
    }))
}

async fn sessions(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    user: Uuid,
) -> ServiceResult<Part> {
    let mut rows = Vec::new();
    for filter in [
        TutoringSessionFilter {
            student: Some(user),
            tutor: None,
        },
        TutoringSessionFilter {
            student: None,
            tutor: Some(user),
        },
    ] {
        let mut page = PageQuery::newest(PAGE);
        loop {
            let found = list_tutoring_sessions(conn, filter, page).await?;
            let last = found.last().map(|row| (row.started_at, row.id));
            for mut row in found {
                open_session(&mut row, keys)?;
                // What was written about a student is the student's, not the tutor's.
                let is_own = filter.student.is_some();
                rows.push(json!({
                    "id": row.id, "external_id": row.external_id, "was_tutor": !is_own, "started_at": row.started_at,
                    "ended_at": row.ended_at, "minutes": row.minutes, "rating": row.rating,
                    "improvement": row.improvement, "subject": row.subject, "topic": row.topic,
                    "feedback": row.feedback.filter(|_| is_own),
                    "skills": own(is_own, row.skills), "highlights": own(is_own, row.highlights),
                    "next_steps": own(is_own, row.next_steps),
                }));
            }
            match last {
                Some(last) => page = PageQuery::older_than(last, PAGE),
                None => break,
            }
        }
    }
    let what = "Tutoring sessions in which the user learned or taught.";
    Ok(Part {
        name: "sessions",
        what,
        rows,
    })
}

fn own(is_own: bool, texts: Vec<String>) -> Vec<String> {
    match is_own {
        true => texts,
        false => Vec::new(),
    }
}

async fn achievements(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    user: Uuid,
) -> ServiceResult<Part> {
    let (mut rows, mut page) = (Vec::new(), PageQuery::newest(PAGE));
    loop {
        let found = list_achievements(conn, Some(user), page).await?;
        let last = found.last().map(|row| (row.earned_at, row.id));
        for mut row in found {
            open_achievement(&mut row, keys)?;
            rows.push(json!({ "id": row.id, "kind": row.kind, "name": row.name, "earned_at": row.earned_at }));
        }
        match last {
            Some(last) => page = PageQuery::older_than(last, PAGE),
            None => break,
        }
    }
    Ok(Part {
        name: "achievements",
        what: "What the user achieved.",
        rows,
    })
}

async fn recaps(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    user: Uuid,
) -> ServiceResult<Part> {
    let (mut rows, mut page) = (Vec::new(), PageQuery::newest(PAGE));
    let filter = RecapFilter {
        child: Some(user),
        ..RecapFilter::default()
    };
    loop {
        let found = list_recaps(conn, filter, page).await?;
        let last = found.last().map(|row| (row.created_at, row.id));
        for row in found {
            rows.push(json!({
                "id": row.id, "week": row.week, "sessions": row.sessions, "minutes": row.minutes,
                "average_rating": row.average_rating, "improvement": row.improvement, "streak_days": row.streak_days,
                "contents": contents_of(&row, keys)?, "created_at": row.created_at,
            }));
        }
        match last {
            Some(last) => page = PageQuery::older_than(last, PAGE),
            None => break,
        }
    }
    Ok(Part {
        name: "recaps",
        what: "Weekly recaps that tell of the user.",
        rows,
    })
}

async fn consents(conn: &mut AsyncPgConnection, user: Uuid) -> ServiceResult<Part> {
    let mut found = consents_of_child(conn, user).await?;
    found.extend(consents_of_guardian(conn, user).await?);
    let rows = found.iter().map(|row| {
        json!({
            "id": row.id, "about_user": row.child_id == user, "institution": row.institution, "scope": row.scope,
            "state": row.state, "method": row.evidence_method, "proved_by": row.evidence_transaction,
            "notice_sha256": row.evidence_notice_hash.as_ref().map(hex::encode), "language": row.evidence_locale,
            "at": row.evidence_at, "created_at": row.created_at, "updated_at": row.updated_at,
        })
    });
    let what = "Consents about the user, or by the user as a guardian, with what proves them.";
    Ok(Part {
        name: "consents",
        what,
        rows: rows.collect(),
    })
}

async fn disclosures(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    user: Uuid,
) -> ServiceResult<Part> {
    let (mut rows, mut page) = (Vec::new(), PageQuery::newest(PAGE));
    let filter = DisclosureFilter {
        student: Some(user),
        ..DisclosureFilter::default()
    };
    loop {
        let found = list_disclosures(conn, &filter, page).await?;
        let last = found.last().map(|row| (row.disclosed_at, row.id));
        for one in disclosures::answers(conn, keys, found).await? {
            rows.push(json!(one));
        }
        match last {
            Some(last) => page = PageQuery::older_than(last, PAGE),
            None => break,
        }
    }
    Ok(Part {
        name: "disclosures",
        what: "Who outside got education records of the user, and why.",
        rows,
    })
}

async fn emails(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    user: &UserRow,
) -> ServiceResult<Part> {
    let mut hashes: Vec<Vec<u8>> = user.email_hash.iter().cloned().collect();
    if let Some(cipher) = &user.email_cipher
        && let Some(address) = keys.open(user.id, Field::Email, cipher)?
    {
        hashes.extend(keys.search_hashes(Field::Email, &address));
    }
    let rows = emails_of_user(conn, user.id, &hashes).await?;
    let rows = rows.into_iter().map(|row| {
        json!({
            "id": row.id, "kind": row.kind, "subject_line": row.subject_line, "locale": row.locale, "state": row.state,
            "created_at": row.created_at, "sent_at": row.sent_at,
        })
    });
    let what = "Messages to the user, or about the user to a guardian; their texts are made of what is in this archive.";
    Ok(Part {
        name: "emails",
        what,
        rows: rows.collect(),
    })
}

/// The archive's parts as one object, for `data.json`.
pub(super) fn whole(parts: &[Part]) -> Value {
    let fields = parts
        .iter()
        .map(|part| (part.name.to_owned(), json!(part.rows)));
    Value::Object(fields.collect::<Map<String, Value>>())
}
