//! Parent shares: what was shown to a parent about a child, and whether the parent looked.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::ParentShareId;
use viral_engine_api_types::inputs::{CreateParentShare, ParentShare};
use viral_engine_db::inputs::{
    InputDay, InputKind, ParentShareRow, Reached, add_input_days, count_view, external_id,
    insert_parent_shares, insert_violations,
};
use viral_engine_db::{DbError, data_version};

use super::batch::{
    Faults, Input, Items, Stored, Users, checked_time, create_each, create_one, id_of,
};
use super::payload::Payload;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::Subjects;
use crate::validation::validate;

/// Takes in a parent share.
///
/// # Errors
/// Fields at fault.
pub async fn create_parent_share(
    context: &Context,
    caller: &Caller,
    body: CreateParentShare,
) -> ServiceResult<ParentShare> {
    create_one(context, caller, "create_parent_share", body).await
}

/// Takes in 1 to 1,000 parent shares; answers one result each.
///
/// # Errors
/// When there are more, or the database can not be written to.
pub async fn create_parent_shares(
    context: &Context,
    caller: &Caller,
    items: Items<CreateParentShare>,
) -> ServiceResult<Vec<ServiceResult<ParentShare>>> {
    create_each(context, caller, "create_parent_shares", items).await
}

/// Counts that the parent looked at a share.
///
/// # Errors
/// When there is no such share.
pub async fn record_parent_share_view(
    context: &Context,
    caller: &Caller,
    id: ParentShareId,
) -> ServiceResult<ParentShare> {
    let now = context.now();
    let mut conn = context.connection().await?;
    let share = conn
        .transaction(async |conn| {
            let row = count_view(conn, id.0, now).await.map_err(missing)?;
            let parent = external_id(conn, row.parent_id).await?;
            let student = external_id(conn, row.student_id).await?;
            let object = id.to_string();
            let object = ("parent_share", object.as_str());
            let changes = json!({ "view_count": row.view_count });
            audit::record(
                conn,
                context,
                caller,
                "record_parent_share_view",
                object,
                changes,
            )
            .await?;
            if row.view_count == 1 {
                let viewed = InputDay {
                    total: 0,
                    flagged: 1,
                    ..day(InputKind::ParentShare, row.shared_at)
                };
                add_input_days(conn, &[viewed]).await?;
            }
            Ok::<_, ServiceError>(answer(row, parent, student))
        })
        .await?;
    data_version::bump(&mut conn).await?;
    Ok(share)
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("parent share"),
        other => other.into(),
    }
}

/// A share without fault.
pub(crate) struct Checked {
    parent: String,
    student: String,
    payload: Payload,
    shared_at: DateTime<Utc>,
}

impl Input for CreateParentShare {
    type Answer = ParentShare;
    type Checked = Checked;

    const KIND: &'static str = "parent_share";

    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Checked> {
        let mut faults = Faults::default();
        faults.note_rules(validate(&self, prefix));
        let shared_at = checked_time(self.shared_at, now, &format!("{prefix}/shared_at"));
        let shared_at = faults.note(shared_at, now);
        let payload = Payload::check(self.share_data, &format!("{prefix}/share_data"));
        let payload = faults.note(payload, Payload::none());
        faults.into_result()?;
        Ok(Checked {
            parent: self.parent,
            student: self.student,
            payload,
            shared_at,
        })
    }

    fn users(checked: &Checked) -> Vec<&str> {
        vec![&checked.parent, &checked.student]
    }

    fn told_of(checked: &Checked) -> Vec<&str> {
        vec![&checked.student]
    }

    fn redact(checked: &mut Checked, subjects: &Subjects) -> ServiceResult<()> {
        let redactor = subjects.about([checked.student.as_str()])?;
        checked.payload.redact(&redactor);
        Ok(())
    }

    async fn store(
        conn: &mut AsyncPgConnection,
        checked: Vec<Checked>,
        users: &Users,
        context: &Context,
    ) -> ServiceResult<Stored<ParentShare>> {
        let now = context.now();
        let (mut rows, mut violations) = (Vec::new(), Vec::new());
        for share in &checked {
            let row = row(share, users, now)?;
            violations.extend(share.payload.rows(row.id, Self::KIND, row.shared_at));
            rows.push(row);
        }
        insert_parent_shares(conn, &rows).await?;
        insert_violations(conn, &violations).await?;
        Ok(Stored {
            reached: rows.iter().map(reached).collect(),
            days: rows.iter().flat_map(days).collect(),
            answers: rows
                .into_iter()
                .zip(checked)
                .map(|(row, share)| (row.id, answer(row, share.parent, share.student)))
                .collect(),
        })
    }
}

fn row(share: &Checked, users: &Users, now: DateTime<Utc>) -> ServiceResult<ParentShareRow> {
    Ok(ParentShareRow {
        id: Uuid::now_v7(),
        parent_id: id_of(users, &share.parent)?,
        student_id: id_of(users, &share.student)?,
        share_data: share.payload.redacted.clone(),
        shared_at: share.shared_at,
        created_at: now,
        viewed_at: None,
        view_count: 0,
        violations: share.payload.stored_count(),
    })
}

fn reached(row: &ParentShareRow) -> Reached {
    Reached {
        user_id: row.parent_id,
        at: row.shared_at,
    }
}

fn days(row: &ParentShareRow) -> [InputDay; 2] {
    let violating = InputDay {
        flagged: i64::from(row.violations > 0),
        ..day(InputKind::ParentShareViolation, row.shared_at)
    };
    [day(InputKind::ParentShare, row.shared_at), violating]
}

fn day(kind: InputKind, at: DateTime<Utc>) -> InputDay {
    InputDay {
        day: at.date_naive(),
        kind,
        total: 1,
        flagged: 0,
        weight: 0,
    }
}

fn answer(row: ParentShareRow, parent: String, student: String) -> ParentShare {
    ParentShare {
        id: row.id.into(),
        parent,
        student,
        share_data: row.share_data,
        shared_at: row.shared_at,
        viewed_at: row.viewed_at,
        view_count: row.view_count,
        violations: usize::try_from(row.violations).unwrap_or_default(),
    }
}
