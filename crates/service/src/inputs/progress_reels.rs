//! Progress reels: what was shown about a child's progress.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::inputs::{CreateProgressReel, ProgressReel};
use viral_engine_db::inputs::{
    InputDay, InputKind, ProgressReelRow, insert_progress_reels, insert_violations,
};

use super::batch::{
    Faults, Input, Items, Stored, Users, checked_time, create_each, create_one, id_of,
};
use super::payload::Payload;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::Subjects;
use crate::validation::validate;

/// Takes in a progress reel.
///
/// # Errors
/// Fields at fault.
pub async fn create_progress_reel(
    context: &Context,
    caller: &Caller,
    body: CreateProgressReel,
) -> ServiceResult<ProgressReel> {
    create_one(context, caller, "create_progress_reel", body).await
}

/// Takes in 1 to 1,000 progress reels; answers one result each.
///
/// # Errors
/// When there are more, or the database can not be written to.
pub async fn create_progress_reels(
    context: &Context,
    caller: &Caller,
    items: Items<CreateProgressReel>,
) -> ServiceResult<Vec<ServiceResult<ProgressReel>>> {
    create_each(context, caller, "create_progress_reels", items).await
}

/// A reel without fault.
pub(crate) struct Checked {
    student: String,
    payload: Payload,
    created_at: DateTime<Utc>,
}

impl Input for CreateProgressReel {
    type Answer = ProgressReel;
    type Checked = Checked;

    const KIND: &'static str = "progress_reel";

    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Checked> {
        let mut faults = Faults::default();
        faults.note_rules(validate(&self, prefix));
        let created_at = checked_time(self.created_at, now, &format!("{prefix}/created_at"));
        let created_at = faults.note(created_at, now);
        let payload = Payload::check(self.reel_data, &format!("{prefix}/reel_data"));
        let payload = faults.note(payload, Payload::none());
        faults.into_result()?;
        Ok(Checked {
            student: self.student,
            payload,
            created_at,
        })
    }

    fn users(checked: &Checked) -> Vec<&str> {
        vec![&checked.student]
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
    ) -> ServiceResult<Stored<ProgressReel>> {
        let now = context.now();
        let (mut rows, mut violations) = (Vec::new(), Vec::new());
        for reel in &checked {
            let row = row(reel, users, now)?;
            violations.extend(reel.payload.rows(row.id, Self::KIND, row.created_at));
            rows.push(row);
        }
        insert_progress_reels(conn, &rows).await?;
        insert_violations(conn, &violations).await?;
        Ok(Stored {
            reached: Vec::new(),
            days: rows.iter().map(day).collect(),
            answers: rows
                .into_iter()
                .zip(checked)
                .map(|(row, reel)| (row.id, answer(row, reel)))
                .collect(),
        })
    }
}

fn row(reel: &Checked, users: &Users, now: DateTime<Utc>) -> ServiceResult<ProgressReelRow> {
    Ok(ProgressReelRow {
        id: Uuid::now_v7(),
        student_id: id_of(users, &reel.student)?,
        reel_data: reel.payload.redacted.clone(),
        created_at: reel.created_at,
        received_at: now,
        violations: reel.payload.stored_count(),
    })
}

fn day(row: &ProgressReelRow) -> InputDay {
    InputDay {
        day: row.created_at.date_naive(),
        kind: InputKind::ProgressReel,
        total: 1,
        flagged: i64::from(row.violations > 0),
        weight: 0,
    }
}

fn answer(row: ProgressReelRow, reel: Checked) -> ProgressReel {
    ProgressReel {
        id: row.id.into(),
        student: reel.student,
        reel_data: row.reel_data,
        created_at: row.created_at,
        violations: reel.payload.count(),
    }
}
