//! Finds and redacts personal information for the platform. Nothing is stored, and no value is answered.

mod answer;
mod check;

use viral_engine_api_types::pii::{PiiItem, PiiItems, PiiRedaction, PiiScan};
use viral_engine_api_types::users::AgeBand;
use viral_engine_domain::pii::{EntityKind, Kinds, Scanner};

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{KnownSubject, load_subject};
use answer::{redacted, scanned};
use check::check;

/// Where personal information is, and of which kind.
///
/// # Errors
/// Every item at fault; a subject whom nobody knows.
pub async fn scan_pii(context: &Context, body: PiiItems) -> ServiceResult<PiiScan> {
    let items = each(context, body, scanned).await?;
    Ok(PiiScan { items })
}

/// The items with placeholders, and what was found.
///
/// # Errors
/// Every item at fault; a subject whom nobody knows.
pub async fn redact_pii(context: &Context, body: PiiItems) -> ServiceResult<PiiRedaction> {
    let items = each(context, body, redacted).await?;
    Ok(PiiRedaction { items })
}

/// What `answer` says of each item, in order.
async fn each<A: Send + 'static>(
    context: &Context,
    body: PiiItems,
    answer: fn(&Scanner<'_>, PiiItem) -> A,
) -> ServiceResult<Vec<A>> {
    check(&body)?;
    let subject = match &body.subject {
        Some(external_id) => {
            let mut conn = context.connection().await?;
            Some(load_subject(&mut conn, context, external_id).await?)
        }
        None => None,
    };
    // A thousand long texts take longer than other requests should wait for.
    let work = move || {
        let scanner = Scanner::new(kinds(subject.as_ref()));
        let scanner = match &subject {
            Some(subject) => scanner.knowing(&subject.matcher),
            None => scanner,
        };
        let items = body.items.into_iter();
        items.map(|item| answer(&scanner, item)).collect()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ServiceError::Internal(error.to_string()))
}

/// Adults may give names; whose age is unknown counts as a child.
fn kinds(subject: Option<&KnownSubject>) -> Kinds {
    match subject.map(|subject| subject.age_band) {
        Some(AgeBand::Adult) => Kinds::ALL.without(EntityKind::Name),
        _ => Kinds::ALL,
    }
}
