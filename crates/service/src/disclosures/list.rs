//! The log, page by page and as a file for a school.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::Page;
use viral_engine_api_types::disclosures::{Disclosure, DisclosureBasis, RecordClass};
use viral_engine_db::disclosures::{self as db, DisclosureFilter, DisclosureRow};
use viral_engine_db::users::external_ids_of;

use super::texts::Texts;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::export::{
    Border, ExportFormat, ExportStream, Exported, batch_behind, border_of, export,
};
use crate::users::{PersonalKeys, resolve};

/// Which disclosures; absent fields let all through.
#[derive(Clone, Debug, Default)]
pub struct DisclosureQuery {
    /// External id of the student.
    pub student: Option<String>,
    /// The student's institution at the time.
    pub institution: Option<String>,
    /// Kind of record.
    pub record_class: Option<RecordClass>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
}

/// A page of the log, latest first.
///
/// # Errors
/// When the database or the key store can not be asked.
pub async fn list_disclosures(
    context: &Context,
    query: DisclosureQuery,
    page: PageRequest,
) -> ServiceResult<Page<Disclosure>> {
    let key = |one: &Disclosure| (one.disclosed_at, one.id.0);
    let mut conn = context.connection().await?;
    let Some(filter) = filter(&mut conn, query).await? else {
        return Ok(page.page(Vec::new(), key));
    };
    let rows = db::list_disclosures(&mut conn, &filter, page.query()).await?;
    let keys = PersonalKeys::of(&context.keys);
    Ok(page.page(answers(&mut conn, &keys, rows).await?, key))
}

/// The whole log of a filter, latest first, a batch at a time.
///
/// # Errors
/// When the database can not be asked.
pub async fn export_disclosures(
    context: &Context,
    query: DisclosureQuery,
    format: ExportFormat,
) -> ServiceResult<ExportStream> {
    let mut conn = context.connection().await?;
    let filter = filter(&mut conn, query).await?;
    let context = context.clone();
    Ok(export(format, None, move |border| {
        batch(context.clone(), filter.clone(), border)
    }))
}

async fn batch(
    context: Context,
    filter: Option<DisclosureFilter>,
    border: Border,
) -> ServiceResult<(Vec<Disclosure>, Option<Border>)> {
    let Some(filter) = filter else {
        return Ok((Vec::new(), None));
    };
    let mut conn = context.connection().await?;
    let rows = db::list_disclosures(&mut conn, &filter, batch_behind(border)).await?;
    let next = border_of(&rows, |row| (row.disclosed_at, row.id));
    let disclosures = answers(&mut conn, &PersonalKeys::of(&context.keys), rows).await?;
    Ok((disclosures, next))
}

/// The filter of a query; `None` when nothing can match, since nobody has the student's id.
async fn filter(
    conn: &mut AsyncPgConnection,
    query: DisclosureQuery,
) -> ServiceResult<Option<DisclosureFilter>> {
    let student = match query.student.as_deref() {
        Some(name) => match resolve(conn, [name]).await?.get(name) {
            Some(user) => Some(user.id.0),
            None => return Ok(None),
        },
        None => None,
    };
    Ok(Some(DisclosureFilter {
        student,
        institution: query.institution,
        record_class: query.record_class.map(|class| class.as_str().to_owned()),
        from: query.from,
        to: query.to,
    }))
}

/// Disclosures as they are shown.
pub(crate) async fn answers(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    rows: Vec<DisclosureRow>,
) -> ServiceResult<Vec<Disclosure>> {
    let students: Vec<Uuid> = rows.iter().map(|row| row.student_id).collect();
    let names = external_ids_of(conn, &students).await?;
    let names: HashMap<Uuid, String> = names.into_iter().collect();
    rows.into_iter()
        .map(|row| answer(row, keys, &names))
        .collect()
}

fn answer(
    row: DisclosureRow,
    keys: &PersonalKeys,
    names: &HashMap<Uuid, String>,
) -> ServiceResult<Disclosure> {
    let unknown = |what| ServiceError::Internal(format!("{what} of the disclosure {}", row.id));
    // Who is erased has another name by now, which leads to nobody.
    let sealed = row.texts_cipher.as_deref();
    let texts = sealed.map(|sealed| Texts::open(keys, row.id, sealed));
    let texts = texts.transpose()?.flatten();
    let is_there = texts.is_some();
    let (party, legitimate_interest) = texts
        .map(|texts| (texts.party, texts.legitimate_interest))
        .unzip();
    Ok(Disclosure {
        id: row.id.into(),
        student: names.get(&row.student_id).filter(|_| is_there).cloned(),
        institution: row.institution,
        party,
        recipient: row.recipient,
        record_class: RecordClass::parse(&row.record_class).ok_or_else(|| unknown("class"))?,
        basis: DisclosureBasis::parse(&row.basis).ok_or_else(|| unknown("basis"))?,
        legitimate_interest,
        consent_id: row.consent_id.map(Into::into),
        disclosed_at: row.disclosed_at,
        created_at: row.created_at,
    })
}

impl Exported for Disclosure {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "student",
        "institution",
        "party",
        "recipient",
        "record_class",
        "basis",
        "legitimate_interest",
        "consent_id",
        "disclosed_at",
        "created_at",
    ];

    fn cells(&self) -> Vec<String> {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Micros, true);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.id.to_string(),
            text(&self.student),
            text(&self.institution),
            text(&self.party),
            text(&self.recipient),
            self.record_class.as_str().to_owned(),
            self.basis.as_str().to_owned(),
            text(&self.legitimate_interest),
            self.consent_id.map(|id| id.to_string()).unwrap_or_default(),
            time(self.disclosed_at),
            time(self.created_at),
        ]
    }
}
