//! One message for all children of a parent.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::recaps::{
    ChildRow, ParentRow, RecapEmail, RecapRow, StoredRecap, set_recap_emails,
};
use viral_engine_domain::emails::{Address, shown_first_name};
use viral_engine_domain::recaps::Week;

use super::compute::{Contents, Told};
use super::page::page_url;
use crate::consents::consents_urls;
use crate::context::Context;
use crate::emails::{ChildWeek, Mail, NewEmail, WeeklyRecap, queue_emails};
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys};

/// Queues the messages of those parents who want one and have none of the week, and answers how many that are.
pub(super) async fn send(
    conn: &mut AsyncPgConnection,
    context: &Context,
    told: &[Told],
    children: &[ChildRow],
    recaps: &[RecapRow],
    stored: &[StoredRecap],
) -> ServiceResult<usize> {
    let keys = PersonalKeys::of(&context.keys);
    let has_mail: HashSet<Uuid> = stored
        .iter()
        .filter(|recap| recap.email_id.is_some())
        .map(|recap| recap.parent_id)
        .collect();
    let children: HashMap<Uuid, &ChildRow> = children.iter().map(|row| (row.id, row)).collect();
    let mut weeks: HashMap<Uuid, Vec<&RecapRow>> = HashMap::new();
    for recap in recaps {
        weeks.entry(recap.parent_id).or_default().push(recap);
    }
    let ids: Vec<Uuid> = weeks.keys().copied().collect();
    let mut consents = consents_urls(conn, context, &ids).await?;
    let (mut emails, mut parents) = (Vec::new(), Vec::new());
    for Told { parent, week, .. } in told {
        let Some(recaps) = weeks.get(&parent.id) else {
            continue;
        };
        if !parent.weekly_recap || has_mail.contains(&parent.id) {
            continue;
        }
        let told: ServiceResult<Vec<ChildWeek>> = recaps
            .iter()
            .map(|recap| {
                let name = children.get(&recap.child_id);
                child_week(
                    &keys,
                    recap,
                    name.and_then(|row| row.name_cipher.as_deref()),
                )
            })
            .collect();
        let contents = MailContents {
            about: recaps.iter().map(|recap| recap.child_id).collect(),
            children: told?,
            consents_url: consents.remove(&parent.id),
        };
        if let Some(email) = email(context, &keys, parent, *week, contents)? {
            emails.push(email);
            parents.push((parent.id, week.first()));
        }
    }
    let queued = queue_emails(conn, context, &emails).await?;
    let sent: Vec<RecapEmail> = parents
        .into_iter()
        .zip(&queued)
        .map(|((parent, week), queued)| RecapEmail {
            parent,
            week,
            email: queued.id.0,
        })
        .collect();
    if !sent.is_empty() {
        set_recap_emails(conn, &sent).await?;
    }
    Ok(queued.iter().filter(|queued| queued.is_new).count())
}

/// What differs between the messages of a week.
pub(super) struct MailContents {
    /// The children it is about.
    pub about: Vec<Uuid>,
    pub children: Vec<ChildWeek>,
    /// The page of what the parent allows.
    pub consents_url: Option<String>,
}

/// The message of a parent's week; `None` without an address that mail can be sent to.
pub(super) fn email(
    context: &Context,
    keys: &PersonalKeys,
    parent: &ParentRow,
    week: Week,
    contents: MailContents,
) -> ServiceResult<Option<NewEmail>> {
    let open = |field, cipher: &Option<Vec<u8>>| {
        let cipher = cipher.as_deref();
        cipher
            .map(|cipher| keys.open(parent.id, field, cipher))
            .transpose()
            .map(Option::flatten)
    };
    let address = open(Field::Email, &parent.email_cipher)?;
    let Some(to) = address.and_then(|address| Address::parse(&address).ok()) else {
        return Ok(None);
    };
    Ok(Some(NewEmail {
        mail: Mail::WeeklyRecap(WeeklyRecap {
            from: week.first(),
            to: week.last(),
            page_url: page_url(context, parent.id, week, &to)?,
            consents_url: contents.consents_url,
            children: contents.children,
        }),
        subject_key: subject_key(parent.id, week),
        to,
        name: open(Field::Name, &parent.name_cipher)?,
        locale: locale(parent),
        about: contents.about,
    }))
}

/// What the message of a parent's week is about.
pub(super) fn subject_key(parent: Uuid, week: Week) -> String {
    format!("recap/{parent}/{}", week.first())
}

/// The language of a parent: German for German, English for everybody else.
pub(super) fn locale(parent: &ParentRow) -> EmailLocale {
    let tag = parent.locale.as_deref().unwrap_or_default();
    let language = tag.split('-').next().unwrap_or_default();
    EmailLocale::parse(&language.to_ascii_lowercase()).unwrap_or(EmailLocale::En)
}

/// A recap with the child's first name: more is not needed to tell children apart.
pub(super) fn child_week(
    keys: &PersonalKeys,
    recap: &RecapRow,
    name: Option<&[u8]>,
) -> ServiceResult<ChildWeek> {
    let name = name
        .map(|cipher| keys.open(recap.child_id, Field::Name, cipher))
        .transpose()?
        .flatten();
    let contents = Contents::read(recap, keys)?;
    Ok(ChildWeek {
        name: name.as_deref().and_then(shown_first_name),
        sessions: recap.sessions,
        minutes: recap.minutes,
        average_rating: recap.average_rating,
        improvement: recap.improvement,
        streak_days: recap.streak_days,
        subjects: contents.subjects,
        skills: contents.skills,
        achievements: contents.achievements,
        highlights: contents.highlights,
        next_steps: contents.next_steps,
    })
}
