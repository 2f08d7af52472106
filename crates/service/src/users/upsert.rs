//! Creating and changing users, one or up to 1,000 in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::external_id;
use viral_engine_api_types::links::{BulkAnswer, BulkResult};
use viral_engine_api_types::users::{BULK_MAX, Persona, UpsertUser, User};
use viral_engine_db::users::resolve::insert_unknown_users;
use viral_engine_db::users::{self as db, UserRow};

use super::answer::users;
use super::check::check;
use super::list::missing;
use super::merge::merge;
use super::personal::PersonalKeys;
use super::resolve::parse_age_band;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::links;
use crate::validation::check_external_id;

/// A user to create or change.
#[derive(Clone, Debug)]
pub struct NamedUser {
    /// The platform's own id.
    pub external_id: String,
    /// The fields to set.
    pub fields: UpsertUser,
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
/// Fields at fault.
pub async fn upsert_user(
    context: &Context,
    caller: &Caller,
    external_id: String,
    fields: UpsertUser,
) -> ServiceResult<Upserted> {
    let item = NamedUser {
        external_id,
        fields,
    };
    write(context, caller, "upsert_user", vec![(String::new(), item)])
        .await?
        .pop()
        .unwrap_or(Err(ServiceError::NotFound("user")))
}

/// Sets signals of a user that exists; the others stay.
///
/// # Errors
/// When there is no such user, or a name is not a slug.
pub async fn set_user_signals(
    context: &Context,
    caller: &Caller,
    external_id: String,
    signals: BTreeMap<String, bool>,
) -> ServiceResult<User> {
    let mut conn = context.connection().await?;
    db::find_user(&mut conn, &external_id)
        .await
        .map_err(missing)?;
    drop(conn);
    let fields = UpsertUser {
        signals: Some(signals),
        ..UpsertUser::default()
    };
    let item = NamedUser {
        external_id,
        fields,
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

fn may_invite(row: &UserRow) -> bool {
    parse_age_band(&row.age_band).is_ok_and(links::may_invite)
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
    conn.transaction(async |conn| write_in(conn, context, caller, action, &items).await)
        .await
}

async fn write_in(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    items: &Items,
) -> ServiceResult<Vec<ServiceResult<Upserted>>> {
    let now = context.now();
    let mut batch = Batch::load(conn, items, now).await?;
    let keys = PersonalKeys::of(&context.keys);
    let mut outcomes = Vec::with_capacity(items.len());
    for (pointer, item) in items {
        outcomes.push(batch.apply(pointer, item, &keys, now));
    }
    let changed: Vec<UserRow> = batch.changed();
    db::delete_users(conn, &batch.unwanted()).await?;
    db::save_users(conn, &changed).await?;
    if !changed.is_empty() {
        record(conn, context, caller, action, &batch, &changed).await?;
    }
    let may_not_invite = changed.iter().filter(|row| !may_invite(row));
    let may_not_invite: Vec<Uuid> = may_not_invite.map(|row| row.id).collect();
    links::disable_links_of(conn, context, caller, &may_not_invite).await?;
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
    answered(conn, context, caller, answers).await
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

/// The users of a call and their guardians, locked.
struct Batch {
    rows: HashMap<String, UserRow>,
    guardians: BTreeSet<Uuid>,
    created: BTreeSet<Uuid>,
    touched: BTreeSet<String>,
    fields: BTreeSet<&'static str>,
}

impl Batch {
    async fn load(
        conn: &mut AsyncPgConnection,
        items: &Items,
        now: DateTime<Utc>,
    ) -> ServiceResult<Self> {
        let holds = |item: &NamedUser| {
            external_id::check(&item.external_id).is_ok() && check(&item.fields, "").is_ok()
        };
        let own: BTreeSet<&str> = items
            .iter()
            .filter(|(_, item)| holds(item))
            .map(|(_, item)| item.external_id.as_str())
            .collect();
        let guardians = items
            .iter()
            .filter(|(_, item)| holds(item))
            .filter_map(|(_, item)| guardian_of(item));
        let named: BTreeSet<&str> = own.iter().copied().chain(guardians).collect();
        let names: Vec<&str> = named.iter().copied().collect();
        let known = db::lock_users(conn, &names).await?;
        let known: BTreeSet<&str> = known.iter().map(|row| row.external_id.as_str()).collect();
        // Whoever is new is created bare first, so that two calls for one user wait for each other and merge. Only
        // one of them has created it.
        let new: Vec<&str> = named.difference(&known).copied().collect();
        let created: BTreeSet<String> = insert_unknown_users(conn, &new, now)
            .await?
            .into_iter()
            .collect();
        let rows: Vec<UserRow> = db::lock_users(conn, &names).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let is_guardian = db::guardians_among(conn, &ids).await?;
        Ok(Self {
            created: rows
                .iter()
                .filter(|row| created.contains(&row.external_id))
                .map(|row| row.id)
                .collect(),
            rows: rows
                .into_iter()
                .map(|row| (row.external_id.clone(), row))
                .collect(),
            guardians: is_guardian.into_iter().collect(),
            touched: BTreeSet::new(),
            fields: BTreeSet::new(),
        })
    }

    fn apply(
        &mut self,
        pointer: &str,
        item: &NamedUser,
        keys: &PersonalKeys,
        now: DateTime<Utc>,
    ) -> ServiceResult<()> {
        check_external_id(&item.external_id, &format!("{pointer}/external_id"))
            .map_err(|fault| ServiceError::Invalid(vec![fault]))?;
        check(&item.fields, pointer)?;
        let stored = self
            .rows
            .get(&item.external_id)
            .ok_or(ServiceError::NotFound("user"))?;
        let mut row = stored.clone();
        let sent = merge(&mut row, &item.fields, keys, now)?;
        let guardian = self.link_guardian(pointer, item, &mut row)?;
        self.check_persona(pointer, &row)?;
        // Nothing is refused from here on.
        if let Some(name) = guardian {
            self.appoint(name, now);
        }
        self.fields.extend(sent);
        self.touched.insert(item.external_id.clone());
        self.rows.insert(item.external_id.clone(), row);
        Ok(())
    }

    /// Sets the guardian of `row` and answers who it is. A guardian is a parent and has none, so there are no circles.
    fn link_guardian<'a>(
        &self,
        pointer: &str,
        item: &'a NamedUser,
        row: &mut UserRow,
    ) -> ServiceResult<Option<&'a str>> {
        let Some(guardian) = &item.fields.guardian else {
            return Ok(None);
        };
        let refuse = |code: &str, detail: &str| {
            Err(ServiceError::field(
                format!("{pointer}/guardian"),
                code,
                detail,
            ))
        };
        let Some(name) = guardian else {
            row.guardian_id = None;
            return Ok(None);
        };
        if *name == item.external_id {
            return refuse(
                "own_guardian",
                "Nobody is their own guardian: name another user.",
            );
        }
        let Some(guardian) = self.rows.get(name) else {
            return refuse("length", "Give an external id of 1 to 200 characters.");
        };
        if guardian
            .persona
            .as_deref()
            .is_some_and(|persona| persona != Persona::Parent.as_str())
        {
            return refuse(
                "not_a_parent",
                "A guardian is a user with the persona parent.",
            );
        }
        row.guardian_id = Some(guardian.id);
        Ok(Some(name))
    }

    /// Makes a parent of whoever was only known by name.
    fn appoint(&mut self, name: &str, now: DateTime<Utc>) {
        self.fields.insert("guardian");
        let Some(guardian) = self.rows.get_mut(name) else {
            return;
        };
        self.guardians.insert(guardian.id);
        if guardian.persona.is_none() {
            guardian.persona = Some(Persona::Parent.as_str().to_owned());
            guardian.updated_at = now;
            self.touched.insert(name.to_owned());
        }
    }

    fn check_persona(&self, pointer: &str, row: &UserRow) -> ServiceResult<()> {
        let refuse = |code: &str, detail: &str| {
            Err(ServiceError::field(
                format!("{pointer}/persona"),
                code,
                detail,
            ))
        };
        match row.persona.as_deref() {
            None if self.created.contains(&row.id) => refuse(
                "required",
                "Say which persona the new user is: student, parent or tutor.",
            ),
            Some("parent") if row.guardian_id.is_some() => refuse(
                "has_guardian",
                "A parent has no guardian: send guardian as null too.",
            ),
            Some(persona) if persona != "parent" && self.guardians.contains(&row.id) => refuse(
                "is_guardian",
                "This user is somebody's guardian and must stay a parent.",
            ),
            _ => Ok(()),
        }
    }

    /// Users that were created for items that were refused after all.
    fn unwanted(&self) -> Vec<Uuid> {
        let kept: BTreeSet<Uuid> = self.changed().iter().map(|row| row.id).collect();
        self.created.difference(&kept).copied().collect()
    }

    fn changed(&self) -> Vec<UserRow> {
        self.touched
            .iter()
            .filter_map(|name| self.rows.get(name).cloned())
            .collect()
    }
}

fn guardian_of(item: &NamedUser) -> Option<&str> {
    let guardian = item.fields.guardian.as_ref()?.as_deref()?;
    (*guardian != item.external_id).then_some(guardian)
}
