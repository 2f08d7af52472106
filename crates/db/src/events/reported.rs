//! Of whom a reported event tells that names nobody itself.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{links, users};

/// Tokens of links with the external ids of those who share them; unknown tokens are missing.
///
/// # Errors
/// When the database refuses.
pub async fn referrers_of_links(
    conn: &mut AsyncPgConnection,
    tokens: &[&str],
) -> DbResult<Vec<(String, String)>> {
    Ok(links::table
        .inner_join(users::table.on(users::id.eq(links::referrer_id)))
        .filter(links::token.eq_any(tokens))
        .select((links::token, users::external_id))
        .load(conn)
        .await?)
}

const REFERRERS_OF_CLICKS: &str = "
SELECT c.id, u.external_id
FROM unnest($1, $2, $3) AS c (id, since, until)
    JOIN events e ON e.id = c.id AND e.occurred_at >= c.since AND e.occurred_at < c.until
    LEFT JOIN users u ON u.id = e.referrer_id";

/// A click, and the time it lies in.
#[derive(Clone, Copy, Debug)]
pub struct ReportedClick {
    /// Its id.
    pub id: Uuid,
    /// Begin.
    pub since: DateTime<Utc>,
    /// End, not included.
    pub until: DateTime<Utc>,
}

/// Ids of clicks with the external ids of those on whose links they were, if that is anybody; unknown clicks are missing.
///
/// # Errors
/// When the database refuses.
pub async fn referrers_of_clicks(
    conn: &mut AsyncPgConnection,
    clicks: &[ReportedClick],
) -> DbResult<Vec<(Uuid, Option<String>)>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = Nullable<Text>)]
        external_id: Option<String>,
    }
    let ids: Vec<Uuid> = clicks.iter().map(|click| click.id).collect();
    let since: Vec<DateTime<Utc>> = clicks.iter().map(|click| click.since).collect();
    let until: Vec<DateTime<Utc>> = clicks.iter().map(|click| click.until).collect();
    let rows: Vec<Row> = sql_query(REFERRERS_OF_CLICKS)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Timestamptz>, _>(since)
        .bind::<Array<Timestamptz>, _>(until)
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.external_id))
        .collect())
}
