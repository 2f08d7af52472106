//! Who brings most.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{GrowthReferrer, TopReferrers};
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::growth::{TopReferrerRow, top_referrers};
use viral_engine_domain::guardrails::Thresholds;

use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for TopReferrers {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.top_referrers
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let rows = top_referrers(conn, &asked, question.growth.number).await?;
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            items: (1..).zip(rows).map(item).collect(),
        })
    }
}

fn item((rank, row): (i64, TopReferrerRow)) -> GrowthReferrer {
    let (referrer, is_pseudonym) = shown_referrer(&row);
    GrowthReferrer {
        rank,
        referrer,
        is_pseudonym,
        age_band: AgeBand::parse(&row.age_band).unwrap_or(AgeBand::Unknown),
        invites: row.invites,
        clicks: row.clicks,
        conversions: row.conversions,
    }
}

/// How a referrer is named, and whether that is a pseudonym: the end of our own id, of children and of users whose age is not
/// known.
pub(crate) fn shown_referrer(row: &TopReferrerRow) -> (String, bool) {
    let is_child = AgeBand::parse(&row.age_band).is_none_or(AgeBand::is_child);
    if !is_child {
        return (row.external_id.clone(), false);
    }
    let id = row.referrer_id.simple().to_string();
    (format!("user-{}", id.get(24..).unwrap_or(&id)), true)
}
