//! Creating and changing users, one or up to 1,000 in one transaction.

use std::collections::{BTreeMap, HashMap};

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::links::{BulkAnswer, BulkResult};
use viral_engine_api_types::users::{BULK_MAX, UpsertUser, User};
use viral_engine_db::users::{self as db, UserRow};
use viral_engine_domain::consents::Action;

use super::answer::users;
use super::batch::Batch;
use super::list::missing;
use super::personal::PersonalKeys;
use super::resolve::parse_age_band;
use crate::audit;
use crate::caller::Caller;
use crate::consents::{self, UserChanges};
use crate::context::Context;
use crate::data_requests::end_data_links;
use crate::error::{ServiceError, ServiceResult};
use crate::links;

/// A user to create or change.
#[derive(Clone, Debug)]
pub struct NamedUser {
    /// The platform's own id.
    pub external_id: String,
    /// The fields to set.
    pub fields: UpsertUser,
    /// Fields that could not be read, told together with those that are not valid.
    pub faults: Vec<FieldError>,
    /// What must be stored for them to be set.
    pub expected: Expected,
}

/// What must be stored for a write to happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// Whatever there is, or nothing.
    #[default]
    Anything,
    /// Any version.
    Something,
    /// This version.
    Version(i64),
}

/// A user, and whether it is new.
#[derive(Clone, Debug)]
pub struct Upserted {
    /// The user as it is now.
    pub user: User,
    /// Whether it was created by this call.
    pub created: bool,
}

/// Creates or changes one user.
///
/// # Errors
/// Fields at fault; [`ServiceError::PreconditionFailed`] when something else is stored than was expected.
pub async fn upsert_user(
    context: &Context,
    caller: &Caller,
    item: NamedUser,
) -> ServiceResult<Upserted> {
    write(context, caller, "upsert_user", vec![(String::new(), item)])
        .await?
        .pop()
        .unwrap_or(Err(ServiceError::NotFound("user")))
}

/// Sets signals of a user that exists; the others stay.
///
/// # Errors
/// When there is no such user, another version of it than was expected, or a name is not a slug.
pub async fn set_user_signals(
    context: &Context,
    caller: &Caller,
    external_id: String,
    expected: Expected,
    signals: BTreeMap<String, bool>,
) -> ServiceResult<User> {
    let mut conn = context.connection().await?;
    db::find_user(&mut conn, &external_id)
        .await
        .map_err(missing)?;
    drop(conn);
    let fields = UpsertUser {
        signals: Some(Some(signals)),
        ..UpsertUser::default()
    };
    let item = NamedUser {
        external_id,
        fields,
        faults: Vec::new(),
        expected,
    };
    let answer = write(
        context,
        caller,
        "set_user_signals",
        vec![(String::new(), item)],
    )
    .await?
    .pop();
    answer
        .unwrap_or(Err(ServiceError::NotFound("user")))
        .map(|upserted| upserted.user)
}

/// Creates or changes up to 1,000 users; each succeeds or fails on its own.
///
/// # Errors
/// When there are none or too many, or the database can not be written.
pub async fn upsert_users(
    context: &Context,
    caller: &Caller,
    items: Vec<ServiceResult<NamedUser>>,
    instance: &str,
) -> ServiceResult<BulkAnswer<User>> {
    if items.is_empty() || items.len() > BULK_MAX {
        let detail = format!("Give 1 to {BULK_MAX} users.");
        return Err(ServiceError::field("/users", "out_of_range", detail));
    }
    let mut results: Vec<Option<ServiceResult<User>>> = Vec::with_capacity(items.len());
    let mut places = Vec::new();
    let mut readable = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        match item {
            Ok(item) => {
                places.push(index);
                readable.push((format!("/users/{index}"), item));
                results.push(None);
            }
            Err(error) => results.push(Some(Err(error))),
        }
    }
    let written = write(context, caller, "upsert_users", readable).await?;
    for (place, result) in places.into_iter().zip(written) {
        results[place] = Some(result.map(|upserted| upserted.user));
    }
    Ok(answer(
        results,
        instance,
        caller.request_id.as_deref().unwrap_or_default(),
    ))
}

fn answer(
    results: Vec<Option<ServiceResult<User>>>,
    instance: &str,
    request_id: &str,
) -> BulkAnswer<User> {
    let results: Vec<BulkResult<User>> = results
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(index, result)| match result {
            Ok(user) => BulkResult {
                index,
                item: Some(user),
                problem: None,
            },
            Err(error) => BulkResult {
                index,
                item: None,
                problem: Some(error.problem(instance, request_id)),
            },
        })
        .collect();
    let failed = results
        .iter()
        .filter(|result| result.problem.is_some())
        .count();
    BulkAnswer {
        succeeded: results.len() - failed,
        failed,
        results,
    }
}

/// Those of the users whom no guardian lets share links, although they need one.
async fn may_not_invite(
    conn: &mut AsyncPgConnection,
    rows: &[UserRow],
) -> ServiceResult<Vec<Uuid>> {
    let mut bands = Vec::with_capacity(rows.len());
    for row in rows {
        bands.push((row.id, parse_age_band(&row.age_band)?));
    }
    consents::denied_among(conn, &bands, &Action::SendInvite).await
}

type Items = Vec<(String, NamedUser)>;

/// Writes all items that hold, in one transaction; the results are in the order of the items.
async fn write(
    context: &Context,
    caller: &Caller,
    action: &'static str,
    items: Items,
) -> ServiceResult<Vec<ServiceResult<Upserted>>> {
    let mut conn = context.connection().await?;
    let (written, moves_consents) = conn
        .transaction(async |conn| write_in(conn, context, caller, action, &items).await)
        .await?;
    drop(conn);
    if moves_consents {
        // This node knows before it answers.
        context.consents.refresh(context).await?;
    }
    Ok(written)
}

/// Answers also whether consents may have changed.
async fn write_in(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    items: &Items,
) -> ServiceResult<(Vec<ServiceResult<Upserted>>, bool)> {
    let now = context.now();
    let mut batch = Batch::load(conn, items, now).await?;
    let keys = PersonalKeys::of(&context.keys);
    batch.make_keys(items, &keys).await?;
    let mut outcomes = Vec::with_capacity(items.len());
    for (pointer, item) in items {
        outcomes.push(batch.apply(pointer, item, &keys, now));
    }
    let changed: Vec<UserRow> = batch.changed();
    let followed = UserChanges {
        aged: batch.aged()?,
        replaced: batch.replaced(),
        moved: batch.moved(),
        resigned: batch.resigned(),
    };
    followed.guard(conn).await?;
    db::delete_users(conn, &batch.unwanted()).await?;
    db::save_users(conn, &changed).await?;
    end_data_links(conn, context, &batch.readdressed(&keys)?).await?;
    if !changed.is_empty() {
        record(conn, context, caller, action, &batch, &changed).await?;
    }
    followed.follow(conn, context, caller).await?;
    let may_not_invite = may_not_invite(conn, &changed).await?;
    links::disable_links_of(conn, context, caller, &may_not_invite, "age_band").await?;
    let rows = changed
        .iter()
        .map(|row| (row.external_id.clone(), row.clone()))
        .collect::<HashMap<_, _>>();
    let mut answers = Vec::with_capacity(items.len());
    for ((_, item), outcome) in items.iter().zip(outcomes) {
        answers.push(match (outcome, rows.get(&item.external_id)) {
            (Err(error), _) => Err(error),
            (Ok(()), None) => Err(ServiceError::NotFound("user")),
            (Ok(()), Some(row)) => Ok((row.clone(), batch.created.contains(&row.id))),
        });
    }
    let answers = answered(conn, context, caller, answers).await?;
    Ok((answers, !followed.is_empty()))
}

async fn answered(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    answers: Vec<ServiceResult<(UserRow, bool)>>,
) -> ServiceResult<Vec<ServiceResult<Upserted>>> {
    let rows = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok().map(|(row, _)| row.clone()))
        .collect();
    let mut shown = users(conn, context, caller, rows).await?.into_iter();
    Ok(answers
        .into_iter()
        .filter_map(|answer| match answer {
            Ok((_, created)) => shown.next().map(|user| Ok(Upserted { user, created })),
            Err(error) => Some(Err(error)),
        })
        .collect())
}

async fn record(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    batch: &Batch,
    changed: &[UserRow],
) -> ServiceResult<()> {
    // Names of the fields, never their values: some identify a person.
    let changes = json!({
        "created": changed.iter().filter(|row| batch.created.contains(&row.id)).count(),
        "changed": changed.iter().filter(|row| !batch.created.contains(&row.id)).count(),
        "fields": batch.fields,
    });
    let object = match changed {
        [row] => row.id.to_string(),
        rows => format!("{} users", rows.len()),
    };
    audit::record(conn, context, caller, action, ("user", &object), changes).await
}
