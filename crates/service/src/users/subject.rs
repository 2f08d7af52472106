//! Users as somebody to look for in texts. What is decrypted here is compiled into a matcher that shows nothing.

use std::collections::{BTreeSet, HashMap};

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::users::{AgeBand, PersonalFields};
use viral_engine_db::DbError;
use viral_engine_db::users::{UserRow, find_user, find_users, find_users_by_id};
use viral_engine_domain::pii::{EntityKind, Kinds, Known, Scanner, Subject};

use super::answer::personal;
use super::personal::PersonalKeys;
use super::resolve::parse_age_band;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Somebody to look for.
pub(crate) struct KnownSubject {
    /// What is on record, ready to be looked for.
    pub(crate) matcher: Subject,
    /// How old they are.
    pub(crate) age_band: AgeBand,
}

/// The user with this external id, with the contact data of their guardian.
///
/// # Errors
/// A fault of `/subject` when nobody has it; when a field can not be decrypted.
pub(crate) async fn load_subject(
    conn: &mut AsyncPgConnection,
    context: &Context,
    external_id: &str,
) -> ServiceResult<KnownSubject> {
    let user = find_user(conn, external_id)
        .await
        .map_err(|error| match error {
            DbError::NotFound => {
                ServiceError::field("/subject", "unknown_user", "Name a user who is known.")
            }
            other => other.into(),
        })?;
    let people = people(conn, context, vec![user]).await?;
    let person = people.into_values().next();
    let person = person.ok_or_else(|| ServiceError::Internal("a user was lost".to_owned()))?;
    Ok(KnownSubject {
        matcher: matcher(&person.known)?,
        age_band: person.age_band,
    })
}

/// Users of whom something is told, to be looked for in it: minors, and those whose age is unknown. Adults may give their
/// own names.
#[derive(Default)]
pub(crate) struct Subjects {
    people: HashMap<String, Person>,
}

/// What is on record of a user and the user's guardian.
struct Person {
    known: Known,
    age_band: AgeBand,
}

impl Subjects {
    /// The users with these external ids; whoever is unknown counts as a child of whom nothing is on record. Two queries at
    /// most.
    ///
    /// # Errors
    /// When the database refuses, or a field can not be decrypted.
    pub(crate) async fn load(
        conn: &mut AsyncPgConnection,
        context: &Context,
        names: impl IntoIterator<Item = &str>,
    ) -> ServiceResult<Self> {
        let names: BTreeSet<&str> = names.into_iter().collect();
        let names: Vec<&str> = names.into_iter().collect();
        if names.is_empty() {
            return Ok(Self::default());
        }
        let users = find_users(conn, &names).await?;
        let people = people(conn, context, users).await?;
        Ok(Self { people })
    }

    /// Looks for those of these users who are no adults; names of others count too when one of them is none, or nobody is
    /// named.
    ///
    /// # Errors
    /// When what is on record is too large to look for.
    pub(crate) fn about<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> ServiceResult<Redactor> {
        let mut known = Known::default();
        let (mut has_named, mut has_minor) = (false, false);
        for name in names {
            has_named = true;
            let person = self.people.get(name);
            has_minor |= person.is_none_or(Person::is_minor);
            if let Some(minor) = person.filter(|person| person.is_minor()) {
                extend(&mut known, minor.known.clone());
            }
        }
        if has_named && !has_minor {
            return Ok(Redactor::of_anybody());
        }
        Ok(Redactor {
            subject: (!is_empty(&known)).then(|| matcher(&known)).transpose()?,
            kinds: Kinds::CONTACT.with(EntityKind::Name),
        })
    }

    /// Looks for the contact data of a minor, and leaves names: for what is encrypted with the minor's own key.
    ///
    /// # Errors
    /// As [`Subjects::about`].
    pub(crate) fn contacts_of(&self, name: &str) -> ServiceResult<Redactor> {
        let minor = self.people.get(name).filter(|person| person.is_minor());
        let known = minor.map(|minor| Known {
            names: Vec::new(),
            schools: Vec::new(),
            ..minor.known.clone()
        });
        let known = known.filter(|known| !is_empty(known));
        Ok(Redactor {
            subject: known.as_ref().map(matcher).transpose()?,
            kinds: Kinds::CONTACT,
        })
    }
}

impl Person {
    fn is_minor(&self) -> bool {
        self.age_band != AgeBand::Adult
    }
}

/// Finds personal information in what is told of somebody.
pub(crate) struct Redactor {
    subject: Option<Subject>,
    kinds: Kinds,
}

impl Redactor {
    /// For what is told of nobody in particular.
    pub(crate) const fn of_anybody() -> Self {
        Self {
            subject: None,
            kinds: Kinds::CONTACT,
        }
    }

    /// For texts and documents.
    pub(crate) fn scanner(&self) -> Scanner<'_> {
        self.with(self.kinds)
    }

    /// For slugs, in which only what is on record can be told from other words.
    pub(crate) fn of_record(&self) -> Scanner<'_> {
        self.with(Kinds::NONE)
    }

    fn with(&self, kinds: Kinds) -> Scanner<'_> {
        let scanner = Scanner::new(kinds);
        match &self.subject {
            Some(subject) => scanner.knowing(subject),
            None => scanner,
        }
    }
}

/// What is on record of a user alone, as it will be stored.
///
/// # Errors
/// When a field can not be decrypted.
pub(super) fn redactor_of(user: &UserRow, keys: &PersonalKeys) -> ServiceResult<Redactor> {
    let person = Person {
        known: known_of(user, personal(user, keys)?),
        age_band: parse_age_band(&user.age_band)?,
    };
    let people = HashMap::from([(user.external_id.clone(), person)]);
    Subjects { people }.about([user.external_id.as_str()])
}

fn matcher(known: &Known) -> ServiceResult<Subject> {
    Subject::new(known).map_err(|error| ServiceError::Internal(error.to_string()))
}

async fn people(
    conn: &mut AsyncPgConnection,
    context: &Context,
    users: Vec<UserRow>,
) -> ServiceResult<HashMap<String, Person>> {
    let guardians: Vec<_> = users.iter().filter_map(|user| user.guardian_id).collect();
    let guardians = match guardians.is_empty() {
        true => Vec::new(),
        false => find_users_by_id(conn, &guardians).await?,
    };
    let keys = PersonalKeys::of(&context.keys);
    let mut of_guardians = HashMap::with_capacity(guardians.len());
    for guardian in &guardians {
        of_guardians.insert(guardian.id, known_of(guardian, personal(guardian, &keys)?));
    }
    let mut people = HashMap::with_capacity(users.len());
    for user in users {
        let mut known = known_of(&user, personal(&user, &keys)?);
        let guardian = user.guardian_id.and_then(|id| of_guardians.get(&id));
        if let Some(theirs) = guardian.cloned() {
            let schools = Vec::new();
            extend(&mut known, Known { schools, ..theirs });
        }
        let age_band = parse_age_band(&user.age_band)?;
        people.insert(user.external_id, Person { known, age_band });
    }
    Ok(people)
}

fn extend(known: &mut Known, more: Known) {
    known.names.extend(more.names);
    known.handles.extend(more.handles);
    known.schools.extend(more.schools);
    known.emails.extend(more.emails);
    known.phones.extend(more.phones);
}

fn is_empty(known: &Known) -> bool {
    let Known {
        names,
        handles,
        schools,
        emails,
        phones,
    } = known;
    [names, handles, schools, emails, phones]
        .iter()
        .all(|facts| facts.is_empty())
}

fn known_of(user: &UserRow, fields: PersonalFields) -> Known {
    // The slug of an institution is its name with signs: `lincoln-elementary-school`.
    let school = user
        .institution
        .as_ref()
        .map(|slug| slug.replace(['-', '_'], " "));
    Known {
        names: fields.name.into_iter().collect(),
        handles: fields.handle.into_iter().collect(),
        schools: school.into_iter().collect(),
        emails: fields.email.into_iter().collect(),
        phones: fields.phone.into_iter().collect(),
    }
}
