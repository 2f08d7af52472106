//! What led to a conversion.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::events::reported::ReportedClick;

/// An event that may have led to a conversion, or the conversion.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct TouchRow {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Kind of event.
    #[diesel(sql_type = Text)]
    pub event_type: String,
    /// Why it was rejected.
    #[diesel(sql_type = Nullable<Text>)]
    pub reject_reason: Option<String>,
    /// When it happened.
    #[diesel(sql_type = Timestamptz)]
    pub occurred_at: DateTime<Utc>,
    /// The click that it names.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub click_id: Option<Uuid>,
    /// Who was invited.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub referee_id: Option<Uuid>,
    /// The same by the platform's own id.
    #[diesel(sql_type = Nullable<Text>)]
    pub referee: Option<String>,
    /// Who invited, by the platform's own id.
    #[diesel(sql_type = Nullable<Text>)]
    pub referrer: Option<String>,
    /// Its link.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub link_id: Option<Uuid>,
    /// Loop or slug of the link.
    #[diesel(sql_type = Nullable<Text>)]
    pub source: Option<String>,
    /// Channel of the link.
    #[diesel(sql_type = Nullable<Text>)]
    pub channel: Option<String>,
    /// Campaign of the link.
    #[diesel(sql_type = Nullable<Text>)]
    pub campaign: Option<String>,
}

const COLUMNS: &str = "
SELECT e.id, e.type AS event_type, e.reject_reason, e.occurred_at, e.click_id, e.referee_id, invited.external_id AS referee,
    inviting.external_id AS referrer, e.link_id, l.source, l.channel, l.campaign";

const JOINS: &str = "
    LEFT JOIN links l ON l.id = e.link_id LEFT JOIN users invited ON invited.id = e.referee_id
    LEFT JOIN users inviting ON inviting.id = e.referrer_id";

/// Which touches are asked for.
#[derive(Clone, Copy, Debug)]
pub struct TouchesAsked {
    /// Who was invited.
    pub referee: Uuid,
    /// First instant.
    pub since: DateTime<Utc>,
    /// Last instant.
    pub until: DateTime<Utc>,
    /// At most so many, the latest ones.
    pub limit: i64,
}

/// The conversion with this id, in the millisecond that the id tells.
///
/// # Errors
/// When the database refuses.
pub async fn find_conversion(
    conn: &mut AsyncPgConnection,
    conversion: ReportedClick,
) -> DbResult<Option<TouchRow>> {
    let sql = format!(
        "{COLUMNS} FROM events e {JOINS}
        WHERE e.id = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND e.type = 'conversion'"
    );
    Ok(sql_query(sql)
        .bind::<SqlUuid, _>(conversion.id)
        .bind::<Timestamptz, _>(conversion.since)
        .bind::<Timestamptz, _>(conversion.until)
        .get_result(conn)
        .await
        .optional()?)
}

/// Events that name whoever was invited, the latest first: invitations, people's clicks, and what names a click.
///
/// # Errors
/// When the database refuses.
pub async fn events_of_referee(
    conn: &mut AsyncPgConnection,
    asked: TouchesAsked,
) -> DbResult<Vec<TouchRow>> {
    let sql = format!(
        "{COLUMNS} FROM events e {JOINS}
        WHERE e.referee_id = $1 AND e.occurred_at >= $2 AND e.occurred_at <= $3
            AND (e.type = 'invite_sent' OR (e.type = 'click' AND e.class = 'human') OR e.click_id IS NOT NULL)
        ORDER BY e.occurred_at DESC, e.id DESC LIMIT $4"
    );
    Ok(sql_query(sql)
        .bind::<SqlUuid, _>(asked.referee)
        .bind::<Timestamptz, _>(asked.since)
        .bind::<Timestamptz, _>(asked.until)
        .bind::<BigInt, _>(asked.limit)
        .load(conn)
        .await?)
}

/// Those of the clicks that people made, also a second time.
///
/// # Errors
/// When the database refuses.
pub async fn find_clicks(
    conn: &mut AsyncPgConnection,
    clicks: &[ReportedClick],
) -> DbResult<Vec<TouchRow>> {
    let sql = format!(
        "{COLUMNS} FROM unnest($1, $2, $3) AS c (id, since, until)
            JOIN events e ON e.id = c.id AND e.occurred_at >= c.since AND e.occurred_at < c.until {JOINS}
        WHERE e.type = 'click' AND e.class IN ('human', 'duplicate')"
    );
    let ids: Vec<Uuid> = clicks.iter().map(|click| click.id).collect();
    let since: Vec<DateTime<Utc>> = clicks.iter().map(|click| click.since).collect();
    let until: Vec<DateTime<Utc>> = clicks.iter().map(|click| click.until).collect();
    Ok(sql_query(sql)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Timestamptz>, _>(since)
        .bind::<Array<Timestamptz>, _>(until)
        .load(conn)
        .await?)
}
