//! The events that may have led to conversions.

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
    /// Who invited.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub referrer_id: Option<Uuid>,
    /// Who was invited.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub referee_id: Option<Uuid>,
    /// The same by the platform's own id.
    #[diesel(sql_type = Nullable<Text>)]
    pub referee: Option<String>,
    /// Whoever invited, by the platform's own id.
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
SELECT e.id, e.type AS event_type, e.reject_reason, e.occurred_at, e.click_id, e.referrer_id, e.referee_id, invited.external_id AS referee,
    inviting.external_id AS referrer, e.link_id, l.source, l.channel, l.campaign";

const JOINS: &str = "
    LEFT JOIN links l ON l.id = e.link_id LEFT JOIN users invited ON invited.id = e.referee_id
    LEFT JOIN users inviting ON inviting.id = e.referrer_id";

/// Whose touches are asked for.
#[derive(Clone, Copy, Debug)]
pub struct TouchesAsked {
    /// Who was invited.
    pub referee: Uuid,
    /// First instant.
    pub since: DateTime<Utc>,
    /// Last instant.
    pub until: DateTime<Utc>,
}

/// Those of the ids that are conversions, each looked for in the millisecond that its id tells.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn find_conversions(
    conn: &mut AsyncPgConnection,
    conversions: &[ReportedClick],
) -> DbResult<Vec<TouchRow>> {
    named_events(conn, conversions, "e.type = 'conversion'").await
}

/// Events that name whoever was invited, at most `limit` of each, the latest: invitations, people's clicks, and what names a
/// click.
pub async fn events_of_referees(
    conn: &mut AsyncPgConnection,
    asked: &[TouchesAsked],
    limit: i64,
) -> DbResult<Vec<TouchRow>> {
    let sql = format!(
        "{COLUMNS} FROM unnest($1, $2, $3) AS a (referee_id, since, until)
            CROSS JOIN LATERAL (
                SELECT * FROM events WHERE referee_id = a.referee_id AND occurred_at >= a.since AND occurred_at <= a.until
                    AND (type = 'invite_sent' OR (type = 'click' AND class = 'human') OR click_id IS NOT NULL)
                ORDER BY occurred_at DESC, id DESC LIMIT $4
            ) e {JOINS}"
    );
    let referees: Vec<Uuid> = asked.iter().map(|asked| asked.referee).collect();
    let since: Vec<DateTime<Utc>> = asked.iter().map(|asked| asked.since).collect();
    let until: Vec<DateTime<Utc>> = asked.iter().map(|asked| asked.until).collect();
    Ok(sql_query(sql)
        .bind::<Array<SqlUuid>, _>(referees)
        .bind::<Array<Timestamptz>, _>(since)
        .bind::<Array<Timestamptz>, _>(until)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Those of the clicks that people made, also a second time.
pub async fn find_clicks(
    conn: &mut AsyncPgConnection,
    clicks: &[ReportedClick],
) -> DbResult<Vec<TouchRow>> {
    let class = "e.type = 'click' AND e.class IN ('human', 'duplicate')";
    named_events(conn, clicks, class).await
}

async fn named_events(
    conn: &mut AsyncPgConnection,
    named: &[ReportedClick],
    condition: &str,
) -> DbResult<Vec<TouchRow>> {
    let sql = format!(
        "{COLUMNS} FROM unnest($1, $2, $3) AS c (id, since, until)
            JOIN events e ON e.id = c.id AND e.occurred_at >= c.since AND e.occurred_at < c.until {JOINS}
        WHERE {condition}"
    );
    let ids: Vec<Uuid> = named.iter().map(|named| named.id).collect();
    let since: Vec<DateTime<Utc>> = named.iter().map(|named| named.since).collect();
    let until: Vec<DateTime<Utc>> = named.iter().map(|named| named.until).collect();
    Ok(sql_query(sql)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Timestamptz>, _>(since)
        .bind::<Array<Timestamptz>, _>(until)
        .load(conn)
        .await?)
}
