//! Reports by email: to whom an operator names, and to the subscribers of scheduled ones.

use std::collections::BTreeMap;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::ReportId;
use viral_engine_api_types::emails::{EmailKind, EmailLocale, EmailState};
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::reports::{
    DeliverReport, DeliveredReport, Report, ReportDelivery, ReportDeliveryStatus, ReportType,
};
use viral_engine_db::emails::list_emails_about;
use viral_engine_db::reports::ReportRow;
use viral_engine_domain::emails::Address;

use super::{find, not_ready, render};
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::emails::{
    Figure, FigureName, Mail, NewEmail, ReportPeriod, ReportReady, parse_recipients, queue_email,
    recipient_of, state_of,
};
use crate::error::ServiceResult;
use crate::flags;
use crate::users::PersonalKeys;

/// Sends a report by email. Whoever has it already gets it no second time.
///
/// # Errors
/// Recipients at fault; a conflict when it is not ready, or delivery is switched off.
pub async fn deliver_report(
    context: &Context,
    caller: &Caller,
    id: ReportId,
    body: &DeliverReport,
) -> ServiceResult<ReportDelivery> {
    let recipients = parse_recipients(&body.recipients, "/recipients")?;
    let row = find(context, id).await?;
    let mail = mail(&row)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let emails = queue(conn, context, row.id, &mail, recipients.as_slice()).await?;
        let object = ("report", &*row.id.to_string());
        let new = emails.iter().filter(|email| email.is_new).count();
        let changes = json!({ "recipients": emails.len(), "new": new });
        audit::record(conn, context, caller, "deliver_report", object, changes).await?;
        ServiceResult::Ok(ReportDelivery { emails })
    })
    .await
}

/// Queues the emails of a report in the caller's transaction.
pub(super) async fn queue(
    conn: &mut AsyncPgConnection,
    context: &Context,
    report: Uuid,
    mail: &Mail,
    recipients: &[Address],
) -> ServiceResult<Vec<DeliveredReport>> {
    flags::require(conn, FlagKey::EmailDelivery).await?;
    let mut emails = Vec::with_capacity(recipients.len());
    for to in recipients {
        let email = NewEmail {
            mail: mail.clone(),
            subject_key: subject_key(report),
            to: to.clone(),
            name: None,
            locale: EmailLocale::En,
            about: Vec::new(),
        };
        let queued = queue_email(conn, context, &email).await?;
        emails.push(DeliveredReport {
            recipient: to.expose().to_owned(),
            email_id: queued.id,
            state: queued.state,
            is_new: queued.is_new,
        });
    }
    Ok(emails)
}

/// What the email about a report says.
///
/// # Errors
/// A conflict when it is not ready.
pub(super) fn mail(row: &ReportRow) -> ServiceResult<Mail> {
    if row.inputs.is_none() {
        return Err(not_ready());
    }
    let report = render::report(row.clone())?;
    let count = |value: Option<i64>| value.map(|value| value as f64);
    let figures = [
        (
            FigureName::KFactor,
            report.k_factor,
            report.k_factor_change_pct,
        ),
        (
            FigureName::Conversions,
            count(report.total_conversions),
            None,
        ),
        (FigureName::ConversionRate, report.conversion_rate, None),
        (FigureName::ActiveUsers, count(report.active_users), None),
        (
            FigureName::LinksCreated,
            count(report.viral_links_created),
            None,
        ),
        (
            FigureName::LinksClicked,
            count(report.viral_links_clicked),
            None,
        ),
        (
            FigureName::ClickThroughRate,
            report.click_through_rate,
            None,
        ),
        (FigureName::HealthScore, report.health_score, None),
        (FigureName::ComplianceRate, report.compliance_rate, None),
        (FigureName::FraudFlags, count(report.fraud_flags), None),
    ];
    let figures = figures.into_iter().filter_map(|(name, value, change_pct)| {
        value.map(|value| Figure {
            name,
            value,
            change_pct,
        })
    });
    Ok(Mail::ReportReady(ReportReady {
        report: row.id,
        period: match report.report_type {
            ReportType::Weekly => ReportPeriod::Weekly,
            ReportType::Monthly => ReportPeriod::Monthly,
            ReportType::Custom => ReportPeriod::Custom,
        },
        from: report.report_period_start,
        to: report.report_period_end,
        figures: figures.collect(),
        insights: report.insights.unwrap_or_default(),
        recommendations: report.recommendations.unwrap_or_default(),
    }))
}

/// Adds to reports how far their emails are, and to whom they went for whoever may read addresses.
pub(super) async fn add_delivery(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    reports: &mut [Report],
) -> ServiceResult<()> {
    let keys = PersonalKeys::of(&context.keys);
    let shows_addresses = caller.may(Permission::UsersReadPersonal);
    let subjects: Vec<String> = reports.iter().map(|one| subject_key(one.id.0)).collect();
    let rows = list_emails_about(conn, EmailKind::ReportReady.as_str(), &subjects).await?;
    for report in reports {
        let subject = subject_key(report.id.0);
        // Of messages that were sent again the latest counts.
        let emails: BTreeMap<_, _> = rows
            .iter()
            .filter(|row| row.subject_key == subject)
            .map(|row| (&row.recipient_hash, row))
            .collect();
        let states: ServiceResult<Vec<_>> = emails.values().map(|row| state_of(row)).collect();
        report.delivery_status = Some(status(&states?));
        report.delivered_at = emails.values().filter_map(|row| row.sent_at).max();
        if shows_addresses {
            let mut addresses = Vec::with_capacity(emails.len());
            for row in emails.values() {
                addresses.extend(recipient_of(&keys, row)?.map(|to| to.expose().to_owned()));
            }
            addresses.sort_unstable();
            report.recipient_emails = Some(addresses);
        }
    }
    Ok(())
}

fn status(states: &[EmailState]) -> ReportDeliveryStatus {
    let sent = states.iter().filter(|state| **state == EmailState::Sent);
    match sent.count() {
        _ if states.is_empty() => ReportDeliveryStatus::NotDelivered,
        _ if states.contains(&EmailState::Queued) => ReportDeliveryStatus::Queued,
        0 => ReportDeliveryStatus::Failed,
        sent if sent == states.len() => ReportDeliveryStatus::Delivered,
        _ => ReportDeliveryStatus::PartlyDelivered,
    }
}

/// What emails about a report name it by.
fn subject_key(report: Uuid) -> String {
    format!("report/{report}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_as_far_as_its_emails() {
        use EmailState::{Bounced, Failed, Queued, Sent, Suppressed};
        use ReportDeliveryStatus as Status;
        for (states, expected) in [
            (&[][..], Status::NotDelivered),
            (&[Queued], Status::Queued),
            (&[Sent, Queued, Failed], Status::Queued),
            (&[Sent, Sent], Status::Delivered),
            (&[Sent, Suppressed], Status::PartlyDelivered),
            (&[Sent, Bounced], Status::PartlyDelivered),
            (&[Failed, Suppressed], Status::Failed),
        ] {
            assert_eq!(status(states), expected, "{states:?}");
        }
    }
}
