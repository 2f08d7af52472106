//! Who gets every scheduled report of a type by email.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::reports::{
    ReportSubscription, ReportSubscriptionList, ScheduledReportType, UpdateReportSubscription,
};
use viral_engine_db::reports::{
    SubscriptionRow, list_subscriptions, lock_subscription, update_subscription,
};
use viral_engine_domain::emails::{Address, Recipients};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::emails::parse_recipients;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys};

/// All subscriptions.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_report_subscriptions(
    context: &Context,
    caller: &Caller,
) -> ServiceResult<ReportSubscriptionList> {
    let mut conn = context.connection().await?;
    let rows = list_subscriptions(&mut conn).await?;
    let mut items = Vec::new();
    for report_type in ScheduledReportType::ALL {
        let row = rows
            .iter()
            .find(|row| row.report_type == report_type.as_str());
        items.extend(
            row.map(|row| shown(context, caller, report_type, row))
                .transpose()?,
        );
    }
    Ok(ReportSubscriptionList { items })
}

/// Replaces the subscribers of a type.
///
/// # Errors
/// Recipients at fault; [`ServiceError::PreconditionFailed`] when `read_version` is given and not the current one.
pub async fn update_report_subscription(
    context: &Context,
    caller: &Caller,
    report_type: ScheduledReportType,
    read_version: Option<i64>,
    body: &UpdateReportSubscription,
) -> ServiceResult<ReportSubscription> {
    let recipients = match body.recipients.is_empty() {
        true => None,
        false => Some(parse_recipients(&body.recipients, "/recipients")?),
    };
    let keys = PersonalKeys::of(&context.keys);
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut row = lock_subscription(conn, report_type.as_str()).await?;
        if read_version.is_some_and(|read| read != row.version) {
            return Err(ServiceError::PreconditionFailed);
        }
        let before = row.recipient_count;
        seal(
            &keys,
            &mut row,
            recipients.as_ref().map(Recipients::as_slice),
        )?;
        row.version += 1;
        row.updated_at = Some(context.now());
        update_subscription(conn, &row).await?;
        let object = ("report_subscription", report_type.as_str());
        let changes = json!({ "recipient_count": { "from": before, "to": row.recipient_count } });
        let action = "update_report_subscription";
        audit::record(conn, context, caller, action, object, changes).await?;
        shown(context, caller, report_type, &row)
    })
    .await
}

/// The subscribers of a type of report; none of one that nobody can subscribe to.
pub(super) async fn subscribers(
    conn: &mut AsyncPgConnection,
    context: &Context,
    report_type: &str,
) -> ServiceResult<Vec<Address>> {
    let keys = PersonalKeys::of(&context.keys);
    let rows = list_subscriptions(conn).await?;
    match rows.iter().find(|row| row.report_type == report_type) {
        Some(row) => open(&keys, row),
        None => Ok(Vec::new()),
    }
}

/// Encrypts subscribers anew that have another key than the current one.
///
/// # Errors
/// When the database refuses, or they were encrypted with a key that is not configured.
pub(crate) async fn reseal_report_subscriptions(
    context: &Context,
    keys: &PersonalKeys,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        for report_type in ScheduledReportType::ALL {
            let mut row = lock_subscription(conn, report_type.as_str()).await?;
            let sealed = row.recipients_cipher.as_deref();
            if !sealed.map_or(Ok(true), |sealed| keys.is_current(sealed))? {
                let recipients = open(keys, &row)?;
                seal(keys, &mut row, Some(&recipients))?;
                update_subscription(conn, &row).await?;
            }
        }
        Ok(())
    })
    .await
}

fn shown(
    context: &Context,
    caller: &Caller,
    report_type: ScheduledReportType,
    row: &SubscriptionRow,
) -> ServiceResult<ReportSubscription> {
    let recipients = match caller.may(Permission::UsersReadPersonal) {
        true => Some(open(&PersonalKeys::of(&context.keys), row)?),
        false => None,
    };
    let texts = |all: Vec<Address>| all.iter().map(|one| one.expose().to_owned()).collect();
    Ok(ReportSubscription {
        report_type,
        recipient_count: row.recipient_count,
        recipients: recipients.map(texts),
        version: row.version,
        updated_at: row.updated_at,
    })
}

fn seal(
    keys: &PersonalKeys,
    row: &mut SubscriptionRow,
    recipients: Option<&[Address]>,
) -> ServiceResult<()> {
    let recipients = recipients.unwrap_or_default();
    let addresses: Vec<&str> = recipients.iter().map(Address::expose).collect();
    row.recipient_count = i32::try_from(addresses.len()).unwrap_or(i32::MAX);
    row.recipients_cipher = match addresses.is_empty() {
        true => None,
        false => {
            let list = json!(addresses).to_string();
            Some(keys.encrypt(row.id, Field::ReportRecipients, &list)?)
        }
    };
    Ok(())
}

fn open(keys: &PersonalKeys, row: &SubscriptionRow) -> ServiceResult<Vec<Address>> {
    let Some(sealed) = &row.recipients_cipher else {
        return Ok(Vec::new());
    };
    let broken = |error: &dyn std::fmt::Display| {
        ServiceError::Internal(format!(
            "subscribers of {} reports: {error}",
            row.report_type
        ))
    };
    let list = keys.decrypt(row.id, Field::ReportRecipients, sealed)?;
    let texts: Vec<String> = serde_json::from_str(&list).map_err(|error| broken(&error))?;
    texts
        .iter()
        .map(|text| Address::parse(text).map_err(|error| broken(&error)))
        .collect()
}
