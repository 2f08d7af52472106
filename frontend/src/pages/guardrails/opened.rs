//! Every alert that opened in a period, whatever became of it: what happened does not unhappen when it is dismissed.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use viral_engine_api_types::alerts::Alert;
use viral_engine_api_types::permissions::Permission;

use crate::api::{Api, ApiResult, use_api};
use crate::charts::Mark;
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::Query;
use crate::session::use_session;

/// Most alerts of a page of the engine.
const PAGE: u32 = 100;
/// Most pages read: a chart with more marks than this can not be read anyhow.
const PAGES_MAX: usize = 5;

/// Marks of the alerts opened since `from`; none for a role that may not see alerts.
pub fn marks_since(from: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Signal<Vec<Mark>> {
    let (api, live, session) = (use_api(), use_live(), use_session());
    let remote = Remote::new(
        move || session.may(Permission::AlertsRead).then(&from),
        move |from| async move {
            match from {
                Some(from) => opened_since(api, from).await,
                None => Ok(Vec::new()),
            }
        },
    )
    .reload_on(move || live.alerts.get());
    Signal::derive(move || {
        remote
            .data
            .with(|alerts| alerts.iter().flatten().map(mark).collect())
    })
}

async fn opened_since(api: Api, from: DateTime<Utc>) -> ApiResult<Vec<Alert>> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let query = Query::new()
            .and("limit", PAGE)
            .with("cursor", cursor.as_deref());
        let page = api.list_alerts(&query).await?;
        // Newest first: once one is too old, so are all that follow.
        let past_the_end = page.items.iter().any(|alert| alert.opened_at < from);
        found.extend(
            page.items
                .into_iter()
                .filter(|alert| alert.opened_at >= from),
        );
        cursor = page.next_cursor;
        if past_the_end || cursor.is_none() {
            break;
        }
    }
    Ok(found)
}

fn mark(alert: &Alert) -> Mark {
    let words = &text().alerts;
    Mark {
        at: alert.opened_at,
        label: format!(
            "{} ({})",
            (words.alert_type)(alert.alert_type),
            (words.status)(alert.status)
        ),
    }
}
