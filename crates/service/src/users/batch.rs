//! The users that one call creates and changes, and their guardians: each item is applied on its own, by the rules that
//! hold between users.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::users::{Persona, UpsertUser};
use viral_engine_api_types::{FieldError, external_id};
use viral_engine_db::users::resolve::insert_unknown_users;
use viral_engine_db::users::{self as db, UserRow};

use super::band;
use super::check::check;
use super::envelope::UserKey;
use super::keys::{key_of, stored_slot};
use super::merge::merge;
use super::notes::redact_notes;
use super::personal::{Field, PersonalKeys};
use super::resolve::parse_age_band;
use super::upsert::{Expected, NamedUser};
use crate::consents::{Aged, Moved, Replaced};
use crate::error::{ServiceError, ServiceResult};
use crate::validation::{check_external_id, of_fields};

/// The users of a call and their guardians, locked.
pub(super) struct Batch {
    rows: HashMap<String, UserRow>,
    guardians: BTreeSet<Uuid>,
    /// Age bands as they were stored.
    bands: HashMap<Uuid, String>,
    /// Parents, as they were stored.
    parents: HashSet<Uuid>,
    /// Guardians as they were stored.
    former: HashMap<Uuid, Uuid>,
    /// Schools as they were stored.
    schools: HashMap<Uuid, String>,
    /// Hashes of email addresses as they were stored.
    addresses: HashMap<Uuid, Vec<u8>>,
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
            external_id::check(&item.external_id).is_ok()
                && item.faults.is_empty()
                && check(&item.fields, "").is_empty()
        };
        // Also those of items that do not hold: what is stored tells whether more is wrong with them.
        let named = |wanted: &dyn Fn(&NamedUser) -> bool| -> BTreeSet<&str> {
            let items = items.iter().map(|(_, item)| item);
            items
                .filter(|item| wanted(item))
                .flat_map(|item| [Some(item.external_id.as_str()), guardian_of(item)])
                .flatten()
                .filter(|name| external_id::check(name).is_ok())
                .collect()
        };
        let (all, wanted) = (named(&|_| true), named(&holds));
        let names: Vec<&str> = all.into_iter().collect();
        let known = db::lock_users(conn, &names).await?;
        let known: BTreeSet<&str> = known.iter().map(|row| row.external_id.as_str()).collect();
        // Whoever is new is created bare first, so that two calls for one user wait for each other and merge. Only
        // one of them has created it.
        let new: Vec<&str> = wanted.difference(&known).copied().collect();
        let created: BTreeSet<String> = insert_unknown_users(conn, &new, now)
            .await?
            .into_iter()
            .collect();
        let rows: Vec<UserRow> = db::lock_users(conn, &names).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let is_guardian = db::guardians_among(conn, &ids).await?;
        let is_parent = |row: &&UserRow| row.persona.as_deref() == Some(Persona::Parent.as_str());
        let parents = rows.iter().filter(is_parent).map(|row| row.id);
        let bands = rows.iter().map(|row| (row.id, row.age_band.clone()));
        let former = rows
            .iter()
            .filter_map(|row| Some((row.id, row.guardian_id?)));
        let schools = rows
            .iter()
            .filter_map(|row| Some((row.id, row.institution.clone()?)));
        let addresses = rows
            .iter()
            .filter_map(|row| Some((row.id, row.email_hash.clone()?)));
        Ok(Self {
            parents: parents.collect(),
            bands: bands.collect(),
            former: former.collect(),
            schools: schools.collect(),
            addresses: addresses.collect(),
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

    /// Gives keys to those for whom something is sent that has to be encrypted.
    pub(super) async fn make_keys(
        &mut self,
        items: &[(String, NamedUser)],
        keys: &PersonalKeys,
    ) -> ServiceResult<()> {
        let mut missing = Vec::new();
        let named: BTreeSet<&str> = items
            .iter()
            .filter(|(_, item)| has_personal(&item.fields))
            .map(|(_, item)| item.external_id.as_str())
            .collect();
        for row in named.iter().filter_map(|name| self.rows.get(*name)) {
            let is_there = key_of(row).map_or(Ok(false), |key| keys.has(key))?;
            if !is_there {
                missing.push(row.id);
            }
        }
        let made = keys.make_keys(missing).await?;
        let made: HashMap<Uuid, UserKey> = made.into_iter().map(|key| (key.user, key)).collect();
        for row in self.rows.values_mut() {
            if let Some(key) = made.get(&row.id) {
                row.key_slot = Some(stored_slot(*key)?);
            }
        }
        Ok(())
    }

    pub(super) fn apply(
        &mut self,
        pointer: &str,
        item: &NamedUser,
        keys: &PersonalKeys,
        now: DateTime<Utc>,
    ) -> ServiceResult<()> {
        let faults = self.faults(pointer, item);
        if !faults.is_empty() {
            return Err(of_fields(faults));
        }
        let stored = self
            .rows
            .get(&item.external_id)
            .ok_or(ServiceError::NotFound("user"))?;
        let is_new = self.is_new(stored);
        let met = match item.expected {
            Expected::Anything => true,
            Expected::Something => !is_new,
            Expected::Version(version) => !is_new && version == stored.version,
        };
        if !met {
            return Err(ServiceError::PreconditionFailed);
        }
        let mut row = stored.clone();
        if !is_new {
            row.version += 1;
        }
        let sent = merge(&mut row, &item.fields, keys, now)?;
        if row.age_band != stored.age_band && item.fields.band_until.is_none() {
            // That was the end of another band.
            row.band_until = None;
        }
        let guardian = item.fields.guardian.as_ref().map(Option::as_deref);
        if let Some(name) = guardian {
            row.guardian_id = name.and_then(|name| self.rows.get(name)).map(|row| row.id);
        }
        let mut faults = redact_notes(&mut row, keys, pointer)?;
        if item.fields.band_until.is_some() {
            faults.extend(band::fault(&row, pointer, now)?);
        }
        if !faults.is_empty() {
            return Err(of_fields(faults));
        }
        // Nothing is refused from here on.
        if let Some(name) = guardian.flatten() {
            self.appoint(name, now);
        }
        self.fields.extend(sent);
        self.touched.insert(item.external_id.clone());
        self.rows.insert(item.external_id.clone(), row);
        Ok(())
    }

    /// Everything that is wrong with an item, by its own rules and by those that hold between users.
    fn faults(&self, pointer: &str, item: &NamedUser) -> Vec<FieldError> {
        let mut faults = item.faults.clone();
        let id = format!("{pointer}/external_id");
        faults.extend(check_external_id(&item.external_id, &id).err());
        faults.extend(check(&item.fields, pointer));
        faults
            .extend(self.guardian_fault(item).map(|(code, detail)| {
                FieldError::new(format!("{pointer}/guardian"), code, detail)
            }));
        faults.extend(
            self.persona_fault(item)
                .map(|(code, detail)| FieldError::new(format!("{pointer}/persona"), code, detail)),
        );
        // A field that could not be read is not also missing.
        let mut told = BTreeSet::new();
        faults.retain(|fault| told.insert(fault.pointer.clone()));
        faults
    }

    /// A guardian is a parent and has none, so there are no circles.
    fn guardian_fault(&self, item: &NamedUser) -> Option<(&'static str, &'static str)> {
        let name = item.fields.guardian.as_ref()?.as_deref()?;
        if name == item.external_id {
            let detail = "Nobody is their own guardian: name another user.";
            return Some(("own_guardian", detail));
        }
        let guardian = self.rows.get(name)?;
        if guardian.deleted_at.is_some() {
            let detail = "This user is erased: name another.";
            return Some(("user_erased", detail));
        }
        let persona = guardian.persona.as_deref()?;
        let detail = "A guardian is a user with the persona parent.";
        (persona != Persona::Parent.as_str()).then_some(("not_a_parent", detail))
    }

    fn persona_fault(&self, item: &NamedUser) -> Option<(&'static str, &'static str)> {
        let stored = self.rows.get(&item.external_id);
        let persona = match item.fields.persona {
            Some(sent) => sent.map(Persona::as_str),
            None => stored.and_then(|row| row.persona.as_deref()),
        };
        let has_guardian = match &item.fields.guardian {
            Some(guardian) => guardian.is_some(),
            None => stored.is_some_and(|row| row.guardian_id.is_some()),
        };
        match persona {
            None if stored.is_none_or(|row| self.created.contains(&row.id)) => Some((
                "required",
                "Say which persona the new user is: student, parent or tutor.",
            )),
            Some("parent") if has_guardian => Some((
                "has_guardian",
                "A parent has no guardian: send guardian as null too.",
            )),
            persona
                if item.fields.persona.is_some()
                    && persona != Some("parent")
                    && stored.is_some_and(|row| self.guardians.contains(&row.id)) =>
            {
                Some((
                    "is_guardian",
                    "This user is somebody's guardian and must stay a parent.",
                ))
            }
            _ => None,
        }
    }

    /// Whether this call has made the user and not written it yet.
    fn is_new(&self, row: &UserRow) -> bool {
        self.created.contains(&row.id) && !self.touched.contains(&row.external_id)
    }

    /// Makes a parent of whoever was only known by name.
    fn appoint(&mut self, name: &str, now: DateTime<Utc>) {
        self.fields.insert("guardian");
        let is_new = self.rows.get(name).is_some_and(|row| self.is_new(row));
        let Some(guardian) = self.rows.get_mut(name) else {
            return;
        };
        self.guardians.insert(guardian.id);
        if guardian.persona.is_none() {
            if !is_new {
                guardian.version += 1;
            }
            guardian.persona = Some(Persona::Parent.as_str().to_owned());
            guardian.updated_at = now;
            self.touched.insert(name.to_owned());
        }
    }

    /// Users that were created for items that were refused after all.
    pub(super) fn unwanted(&self) -> Vec<Uuid> {
        let kept: BTreeSet<Uuid> = self.changed().iter().map(|row| row.id).collect();
        self.created.difference(&kept).copied().collect()
    }

    /// Whose age band this call has changed.
    pub(super) fn aged(&self) -> ServiceResult<Vec<Aged>> {
        let mut aged = Vec::new();
        for row in self.changed() {
            let before = self.bands.get(&row.id).unwrap_or(&row.age_band);
            if *before != row.age_band {
                aged.push(Aged {
                    user: row.id,
                    before: parse_age_band(before)?,
                    after: parse_age_band(&row.age_band)?,
                });
            }
        }
        Ok(aged)
    }

    /// Whom this call has made something else than a parent.
    pub(super) fn resigned(&self) -> Vec<Uuid> {
        let changed = self.changed().into_iter();
        let resigned = changed.filter(|row| {
            let is_parent = row.persona.as_deref() == Some(Persona::Parent.as_str());
            self.parents.contains(&row.id) && !is_parent
        });
        resigned.map(|row| row.id).collect()
    }

    /// Whose guardian this call has named, replaced or taken away.
    pub(super) fn replaced(&self) -> Vec<Replaced> {
        let changed = self.changed().into_iter();
        let replaced = changed.filter_map(|row| {
            let former = self.former.get(&row.id).copied();
            (row.guardian_id != former).then_some(Replaced {
                child: row.id,
                former,
            })
        });
        replaced.collect()
    }

    /// Who was at a school and is at another one, or at none, by this call.
    pub(super) fn moved(&self) -> Vec<Moved> {
        let changed = self.changed().into_iter();
        let moved = changed.filter_map(|row| {
            let former = self.schools.get(&row.id)?;
            (row.institution.as_ref() != Some(former)).then_some(Moved {
                child: row.id,
                institution: row.institution,
            })
        });
        moved.collect()
    }

    /// Whose email address this call has replaced or taken away.
    pub(super) fn readdressed(&self, keys: &PersonalKeys) -> ServiceResult<Vec<Uuid>> {
        let mut readdressed = Vec::new();
        for row in self.changed() {
            let former = self.addresses.get(&row.id);
            let stays = former.map_or(Ok(true), |hash| is_address(&row, hash, keys))?;
            readdressed.extend((!stays).then_some(row.id));
        }
        Ok(readdressed)
    }

    pub(super) fn changed(&self) -> Vec<UserRow> {
        self.touched
            .iter()
            .filter_map(|name| self.rows.get(name).cloned())
            .collect()
    }
}

/// Whether a hash is that of a user's address under any key: while one is being replaced, the same address gets another hash.
fn is_address(row: &UserRow, hash: &[u8], keys: &PersonalKeys) -> ServiceResult<bool> {
    if row.email_hash.as_deref() == Some(hash) {
        return Ok(true);
    }
    let Some(cipher) = row.email_cipher.as_deref() else {
        return Ok(false);
    };
    let text = keys.open(row.id, Field::Email, cipher)?;
    let hashes = text.map(|text| keys.search_hashes(Field::Email, &text));
    Ok(hashes.is_some_and(|hashes| hashes.iter().any(|known| known == hash)))
}

fn has_personal(fields: &UpsertUser) -> bool {
    let sent = [&fields.name, &fields.email, &fields.phone, &fields.handle];
    sent.into_iter().any(|field| matches!(field, Some(Some(_))))
}

fn guardian_of(item: &NamedUser) -> Option<&str> {
    let guardian = item.fields.guardian.as_ref()?.as_deref()?;
    (*guardian != item.external_id).then_some(guardian)
}
