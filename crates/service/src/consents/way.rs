//! The way to be verified that a guardian chose on the page.

use std::collections::BTreeSet;

use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::consents::{ConsentRow, RequestRow};
use viral_engine_domain::consents::{ConsentState, Method};

use super::page_words::Told;
use super::row::state;
use super::verification::{Provider, Started, offered, start};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// A way to be verified, begun where that takes a provider.
pub(super) struct Way {
    /// Of the verification, if it takes one.
    pub id: Uuid,
    pub method: Method,
    /// What the hosted provider has begun.
    pub started: Option<Started>,
}

/// The method of a form, or what to tell the guardian instead: there has to be something ticked, and a way that is offered.
pub(super) fn chosen(
    context: &Context,
    request: &RequestRow,
    scopes: &BTreeSet<String>,
    sent: Option<&str>,
) -> Result<Method, Told> {
    if scopes.is_empty() {
        return Err(|words| words.nothing_ticked);
    }
    let offered = offered(context, request);
    match (sent, offered.as_slice()) {
        (Some(name), _) => {
            let method = Method::parse(name).filter(|method| offered.contains(method));
            method.ok_or(|words| words.no_method)
        }
        (None, [only]) => Ok(*only),
        (None, _) => Err(|words| words.no_method),
    }
}

/// Begins a verification at the hosted provider where the method is one of its own; else nothing has to begin.
///
/// # Errors
/// [`ServiceError::Unavailable`] when the provider does not begin one; a conflict when there is nothing to be verified for.
pub(super) async fn way(
    context: &Context,
    request: &RequestRow,
    rows: &[ConsentRow],
    (method, lang): (Method, EmailLocale),
) -> ServiceResult<Way> {
    let id = Uuid::now_v7();
    if Provider::of(method) != Some(Provider::Hosted) {
        return Ok(Way {
            id,
            method,
            started: None,
        });
    }
    let mut is_asked = false;
    for row in rows {
        is_asked |= state(row)? == ConsentState::NoticeSent;
    }
    if !is_asked || context.now() >= request.until {
        return Err(ServiceError::Conflict(
            "there is nothing to answer".to_owned(),
        ));
    }
    let started = start(context, id, method, lang).await?;
    Ok(Way {
        id,
        method,
        started: Some(started),
    })
}
