//! Made-up data that shows what a template looks like.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;
use viral_engine_api_types::emails::EmailKind;
use viral_engine_api_types::permissions::Role;

use crate::emails::content::{
    AlertDigest, AlertNews, ChildWeek, ConsentMail, ConsentStage, DataLink, DigestAlert, Figure,
    FigureName, Mail, OperatorInvitation, ReportPeriod, ReportReady, TestMessage, WebhookDisabled,
    WeeklyRecap,
};

/// A message of this kind about nothing real. The same every time.
pub(super) fn sample(kind: EmailKind, public_url: &str) -> Mail {
    match kind {
        EmailKind::ReportReady => Mail::ReportReady(report()),
        EmailKind::AlertDigest => Mail::AlertDigest(digest()),
        EmailKind::OperatorInvitation => Mail::OperatorInvitation(OperatorInvitation {
            role: Role::Analyst,
            setup_url: format!("{public_url}/setup"),
            expires_at: noon() + TimeDelta::days(7),
        }),
        EmailKind::TestMessage => Mail::TestMessage(TestMessage { asked_at: noon() }),
        EmailKind::WebhookDisabled => Mail::WebhookDisabled(WebhookDisabled {
            webhook: Uuid::nil(),
            description: "Tells the CRM of conversions".to_owned(),
            is_gone: false,
            failing_since: noon() - TimeDelta::days(5),
            skipped: 128,
        }),
        EmailKind::WeeklyRecap => Mail::WeeklyRecap(recap(public_url)),
        EmailKind::ConsentRequest => consent(ConsentStage::Request, public_url),
        EmailKind::ConsentReminder => consent(ConsentStage::Reminder, public_url),
        EmailKind::ConsentConfirmation => consent(ConsentStage::Confirmation, public_url),
        EmailKind::ConsentUnverified => consent(ConsentStage::Unverified(1), public_url),
        EmailKind::ConsentReceipt => consent(ConsentStage::Receipt, public_url),
        EmailKind::DataLink => Mail::DataLink(DataLink {
            child: Some("Ada".to_owned()),
            asked: "export".to_owned(),
            page_url: format!("{public_url}/d/"),
            until: noon() + TimeDelta::days(1),
        }),
    }
}

fn consent(stage: ConsentStage, public_url: &str) -> Mail {
    let page = |name: &str| format!("{public_url}/c/{name}");
    Mail::Consent(ConsentMail {
        stage,
        child: Some("Ada".to_owned()),
        scopes: vec!["core_use".to_owned(), "progress_reel_to_parent".to_owned()],
        page_url: page(match stage {
            ConsentStage::Receipt => "family",
            _ => "answer",
        }),
        until: noon() + TimeDelta::days(14),
    })
}

/// Noon of Monday, 16 March 2026.
fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_662_400, 0).unwrap_or_default()
}

fn report() -> ReportReady {
    let figure = |name, value, change_pct| Figure {
        name,
        value,
        change_pct,
    };
    let yesterday = noon().date_naive().pred_opt().unwrap_or(NaiveDate::MAX);
    ReportReady {
        report: Uuid::nil(),
        period: ReportPeriod::Weekly,
        from: yesterday - TimeDelta::days(6),
        to: yesterday,
        figures: vec![
            figure(FigureName::KFactor, 0.62, Some(8.4)),
            figure(FigureName::Conversions, 1_284.0, Some(12.1)),
            figure(FigureName::ConversionRate, 9.7, Some(-1.2)),
            figure(FigureName::ActiveUsers, 20_461.0, None),
            figure(FigureName::LinksCreated, 5_310.0, Some(3.0)),
            figure(FigureName::LinksClicked, 3_902.0, Some(2.2)),
            figure(FigureName::ClickThroughRate, 73.48, None),
            figure(FigureName::HealthScore, 88.0, None),
            figure(FigureName::ComplianceRate, 99.2, None),
            figure(FigureName::FraudFlags, 6.0, None),
        ],
        insights: vec![
            "K is 0.62: ten users bring about six more.".to_owned(),
            "buddy_challenge is the best loop: K 0.31.".to_owned(),
        ],
        recommendations: vec![
            "Shorten the way from the invitation to the first session.".to_owned(),
        ],
    }
}

fn digest() -> AlertDigest {
    let fraud = DigestAlert {
        alert: Uuid::nil(),
        news: AlertNews::Opened,
        severity: "high".to_owned(),
        message: "6 networks clicked more often than people do.".to_owned(),
        value: 6.0,
        threshold: 5.0,
        opened_at: noon(),
        due_at: noon() + TimeDelta::hours(4),
        resolved_at: None,
    };
    let opt_outs = DigestAlert {
        news: AlertNews::Resolved,
        severity: "medium".to_owned(),
        message: "33% of parent shares were never viewed.".to_owned(),
        value: 33.0,
        threshold: 30.0,
        opened_at: noon() - TimeDelta::days(1),
        due_at: noon(),
        resolved_at: Some(noon()),
        ..fraud.clone()
    };
    AlertDigest {
        alerts: vec![fraud, opt_outs],
    }
}

fn recap(public_url: &str) -> WeeklyRecap {
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    let sunday = noon().date_naive().pred_opt().unwrap_or(NaiveDate::MAX);
    let zoe = ChildWeek {
        name: Some("Zoë".to_owned()),
        sessions: 3,
        minutes: 140,
        average_rating: Some(4.67),
        improvement: Some(2.5),
        streak_days: 4,
        subjects: texts(&["Mathematics", "Physics"]),
        skills: texts(&["Fractions", "Levers"]),
        achievements: texts(&["Ten sessions"]),
        highlights: texts(&["Found the common denominator alone."]),
        next_steps: texts(&["Ten minutes of fractions a day."]),
    };
    let other = ChildWeek {
        sessions: 1,
        minutes: 45,
        subjects: texts(&["English"]),
        ..ChildWeek::default()
    };
    WeeklyRecap {
        from: sunday - TimeDelta::days(6),
        to: sunday,
        page_url: format!("{public_url}/r/"),
        consents_url: Some(format!("{public_url}/c/")),
        children: vec![zoe, other],
    }
}
