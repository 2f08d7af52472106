//! Payloads with personal information among what was shared about children.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::guardrails::{Coppa, KindCompliance, PayloadKind, Violation};
use viral_engine_db::guardrails::{InputSums, ViolationRow, input_sums, list_violations};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::coppa::{Compliance, ComplianceCounts};
use viral_engine_domain::statistics::round_to;

use super::LISTED;
use super::suspicious_clicks::count;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for Coppa {
    fn thresholds(thresholds: &Thresholds) -> [f64; 3] {
        [thresholds.coppa_compliance_target, 0.0, 0.0]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.coppa
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let sums = input_sums(conn, &question.window.cover(question.now)).await?;
        let violations = list_violations(conn, &question.window, count(LISTED)).await?;
        let compliance = compliance(&sums);
        let thresholds = &question.thresholds;
        Ok(Self {
            window: question.shown_window(),
            parent_shares: of_kind(&compliance.parent_shares),
            progress_reels: of_kind(&compliance.progress_reels),
            overall_compliance_rate: compliance.overall().rate(),
            target: round_to(thresholds.coppa_compliance_target * 100.0, 4),
            below_target: compliance.is_below_target(thresholds),
            violations: violations.into_iter().map(violation).collect(),
        })
    }
}

fn compliance(sums: &InputSums) -> Compliance {
    let counts = |checked: i64, violating: i64| ComplianceCounts {
        checked: checked.unsigned_abs(),
        violating: violating.unsigned_abs(),
    };
    Compliance {
        parent_shares: counts(sums.shares, sums.shares_violating),
        progress_reels: counts(sums.reels, sums.reels_violating),
    }
}

fn of_kind(counts: &ComplianceCounts) -> KindCompliance {
    KindCompliance {
        total_checked: counts.checked.cast_signed(),
        violations_found: counts.violating.cast_signed(),
        compliance_rate: counts.rate(),
    }
}

fn violation(row: ViolationRow) -> Violation {
    Violation {
        id: row.payload_id,
        kind: match row.kind.as_str() {
            "parent_share" => PayloadKind::ParentShare,
            _ => PayloadKind::ProgressReel,
        },
        field_path: row.field_path,
        entity_type: row.entity_type,
        at: row.at,
    }
}
