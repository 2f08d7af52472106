//! How many did not want what was shared: shares unseen, links unclicked, opt-outs in words.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::guardrails::{
    ExplicitOptOut, LinkOptOut, OptOuts, ParentShareOptOut, StudySessionFigures,
};
use viral_engine_db::guardrails::{InputSums, explicit_opt_outs, input_sums, reached_users};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::opt_outs::{
    ExplicitOptOuts, OptOutCounts, StudySessionCounts,
};

use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for OptOuts {
    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.opt_outs
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let sums = input_sums(conn, &question.window.cover(question.now)).await?;
        let opt_outs = explicit_opt_outs(conn, &question.window).await?;
        let users_reached = reached_users(conn, &question.window).await?;
        let explicit = ExplicitOptOuts {
            opted_out: opt_outs.users.unsigned_abs(),
            reached: users_reached.unsigned_abs(),
        };
        Ok(Self {
            window: question.shown_window(),
            parent_shares: parent_shares(&sums),
            attribution_links: links(&sums),
            study_sessions: study_sessions(&sums),
            explicit: ExplicitOptOut {
                total: opt_outs.total,
                users: opt_outs.users,
                users_reached,
                opt_out_rate: explicit.rate(),
            },
        })
    }
}

fn parent_shares(sums: &InputSums) -> ParentShareOptOut {
    let never_viewed = sums.shares - sums.shares_viewed;
    ParentShareOptOut {
        total: sums.shares,
        never_viewed,
        opt_out_rate: rate(sums.shares, never_viewed),
    }
}

fn links(sums: &InputSums) -> LinkOptOut {
    let zero_clicks = sums.links - sums.links_clicked;
    LinkOptOut {
        total: sums.links,
        zero_clicks,
        opt_out_rate: rate(sums.links, zero_clicks),
    }
}

fn rate(total: i64, untouched: i64) -> f64 {
    let counts = OptOutCounts {
        total: total.unsigned_abs(),
        untouched: untouched.unsigned_abs(),
    };
    counts.rate()
}

fn study_sessions(sums: &InputSums) -> StudySessionFigures {
    let counts = StudySessionCounts {
        total: sums.sessions.unsigned_abs(),
        participants: sums.participants.unsigned_abs(),
    };
    StudySessionFigures {
        total: sums.sessions,
        avg_participants: counts.average_participants(),
    }
}
