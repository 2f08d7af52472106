//! Figures of the ledger: what is credited with the conversions of a window.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use viral_engine_domain::time_window::TimeWindow;

use crate::error::DbResult;
use crate::growth::{GrowthFilter, MERGED};

/// What credit is summed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditDimension {
    /// Loop or slug of the link.
    Source,
    /// Channel of the link.
    Channel,
    /// Campaign of the link.
    Campaign,
}

impl CreditDimension {
    const fn column(self) -> &'static str {
        match self {
            Self::Source => "l.source",
            Self::Channel => "l.channel",
            Self::Campaign => "l.campaign",
        }
    }
}

/// What is asked of the ledger.
#[derive(Clone, Debug)]
pub struct CreditQuestion {
    /// When the conversions happened.
    pub window: TimeWindow,
    /// Which touches.
    pub filter: GrowthFilter,
    /// What they are summed by.
    pub by: CreditDimension,
    /// Names that are counted as one, named [`MERGED`].
    pub merged: Vec<String>,
}

/// What one source, channel or campaign is credited with.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct CreditRow {
    /// Its name; empty for touches without a link.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Conversions that it has a touch of.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
    /// Millionths by last touch.
    #[diesel(sql_type = BigInt)]
    pub last: i64,
    /// Millionths by first touch.
    #[diesel(sql_type = BigInt)]
    pub first: i64,
    /// Millionths, the same to each touch.
    #[diesel(sql_type = BigInt)]
    pub linear: i64,
    /// Millionths by position.
    #[diesel(sql_type = BigInt)]
    pub position: i64,
}

/// Conversions of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct CreditTotals {
    /// Conversions in the ledger.
    #[diesel(sql_type = BigInt)]
    pub conversions: i64,
    /// Of those, without any touch.
    #[diesel(sql_type = BigInt)]
    pub untouched: i64,
    /// Conversions, of any time, that are to be computed.
    #[diesel(sql_type = BigInt)]
    pub due: i64,
}

const TOTALS: &str = "
SELECT count(*) AS conversions,
       count(*) FILTER (WHERE NOT EXISTS (
           SELECT FROM attribution_touches t WHERE t.conversion_id = a.conversion_id)) AS untouched,
       (SELECT count(*) FROM due_attributions) AS due
FROM attributions a WHERE a.converted_at >= $1 AND a.converted_at < $2";

/// Credit by name, in the order of the names.
///
/// # Errors
/// When the database refuses.
pub async fn credits(
    conn: &mut AsyncPgConnection,
    question: &CreditQuestion,
) -> DbResult<Vec<CreditRow>> {
    let column = question.by.column();
    let sql = format!(
        "WITH credited AS (
            SELECT coalesce({column}, '') AS name, t.*
            FROM attribution_touches t LEFT JOIN links l ON l.id = t.link_id
                LEFT JOIN users u ON $5 IS NOT NULL AND u.id = t.referrer_id
            WHERE t.converted_at >= $1 AND t.converted_at < $2
              AND ($3 IS NULL OR coalesce(l.source, '') = $3) AND ($4 IS NULL OR l.channel = $4)
              AND ($5 IS NULL OR u.persona = $5) AND ($6 IS NULL OR l.campaign = $6)
        )
        SELECT CASE WHEN name = ANY ($7) THEN '{MERGED}' ELSE name END AS name,
               count(DISTINCT conversion_id) AS conversions, sum(last_credit)::bigint AS last,
               sum(first_credit)::bigint AS first, sum(linear_credit)::bigint AS linear,
               sum(position_credit)::bigint AS position
        FROM credited GROUP BY 1 ORDER BY 1"
    );
    let filter = &question.filter;
    Ok(sql_query(sql)
        .bind::<Timestamptz, _>(question.window.from())
        .bind::<Timestamptz, _>(question.window.to())
        .bind::<Nullable<Text>, _>(filter.source.as_deref())
        .bind::<Nullable<Text>, _>(filter.channel.as_deref())
        .bind::<Nullable<Text>, _>(filter.persona.as_deref())
        .bind::<Nullable<Text>, _>(filter.campaign.as_deref())
        .bind::<Array<Text>, _>(&question.merged)
        .load(conn)
        .await?)
}

/// How many conversions a window has.
///
/// # Errors
/// When the database refuses.
pub async fn credit_totals(
    conn: &mut AsyncPgConnection,
    window: &TimeWindow,
) -> DbResult<CreditTotals> {
    Ok(sql_query(TOTALS)
        .bind::<Timestamptz, _>(window.from())
        .bind::<Timestamptz, _>(window.to())
        .get_result(conn)
        .await?)
}
