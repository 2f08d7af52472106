//! The users that one call creates and changes, and their guardians: each item is applied on its own, by the rules that
//! hold between users.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::external_id;
use viral_engine_api_types::users::Persona;
use viral_engine_db::users::resolve::insert_unknown_users;
use viral_engine_db::users::{self as db, UserRow};

use super::check::check;
use super::merge::merge;
use super::personal::PersonalKeys;
use super::upsert::NamedUser;
use crate::error::{ServiceError, ServiceResult};
use crate::validation::check_external_id;

/// The users of a call and their guardians, locked.
pub(super) struct Batch {
    rows: HashMap<String, UserRow>,
    guardians: BTreeSet<Uuid>,
    /// Whom this call created.
    pub(super) created: BTreeSet<Uuid>,
    touched: BTreeSet<String>,
    /// Names of the fields that were sent.
    pub(super) fields: BTreeSet<&'static str>,
}

impl Batch {
    pub(super) async fn load(
        conn: &mut AsyncPgConnection,
        items: &[(String, NamedUser)],
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

    pub(super) fn apply(
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
    pub(super) fn unwanted(&self) -> Vec<Uuid> {
        let kept: BTreeSet<Uuid> = self.changed().iter().map(|row| row.id).collect();
        self.created.difference(&kept).copied().collect()
    }

    pub(super) fn changed(&self) -> Vec<UserRow> {
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
