//! Explicit opt-outs: unsubscribed, withdrew consent, "don't ask me again".

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::inputs::{CreateOptOut, OptOut};
use viral_engine_db::inputs::{OptOutRow, insert_opt_outs};

use super::batch::{
    Faults, Input, Items, Stored, Users, checked_slug, checked_time, create_each, create_one, id_of,
};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::validation::validate;

/// Takes in an opt-out.
///
/// # Errors
/// Fields at fault.
pub async fn create_opt_out(
    context: &Context,
    caller: &Caller,
    body: CreateOptOut,
) -> ServiceResult<OptOut> {
    create_one(context, caller, "create_opt_out", body).await
}

/// Takes in 1 to 1,000 opt-outs; answers one result each.
///
/// # Errors
/// When there are more, or the database can not be written to.
pub async fn create_opt_outs(
    context: &Context,
    caller: &Caller,
    items: Items<CreateOptOut>,
) -> ServiceResult<Vec<ServiceResult<OptOut>>> {
    create_each(context, caller, "create_opt_outs", items).await
}

/// An opt-out without fault.
pub(crate) struct Checked {
    user: String,
    scope: String,
    at: DateTime<Utc>,
}

impl Input for CreateOptOut {
    type Answer = OptOut;
    type Checked = Checked;

    const KIND: &'static str = "opt_out";

    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Checked> {
        let mut faults = Faults::default();
        faults.note_rules(validate(&self, prefix));
        faults.note(
            checked_slug(&self.scope, &format!("{prefix}/scope"), "invites"),
            (),
        );
        let at = checked_time(self.at, now, &format!("{prefix}/at"));
        let at = faults.note(at, now);
        faults.into_result()?;
        Ok(Checked {
            user: self.user,
            scope: self.scope,
            at,
        })
    }

    fn users(checked: &Checked) -> Vec<&str> {
        vec![&checked.user]
    }

    async fn store(
        conn: &mut AsyncPgConnection,
        checked: Vec<Checked>,
        users: &Users,
        context: &Context,
    ) -> ServiceResult<Stored<OptOut>> {
        let now = context.now();
        let rows = checked.iter().map(|opt_out| row(opt_out, users, now));
        let rows: Vec<_> = rows.collect::<ServiceResult<_>>()?;
        insert_opt_outs(conn, &rows).await?;
        Ok(Stored {
            reached: Vec::new(),
            days: Vec::new(),
            answers: rows
                .into_iter()
                .zip(checked)
                .map(|(row, opt_out)| (row.id, answer(row, opt_out.user)))
                .collect(),
        })
    }
}

fn row(opt_out: &Checked, users: &Users, now: DateTime<Utc>) -> ServiceResult<OptOutRow> {
    Ok(OptOutRow {
        id: Uuid::now_v7(),
        user_id: id_of(users, &opt_out.user)?,
        scope: opt_out.scope.clone(),
        at: opt_out.at,
        created_at: now,
    })
}

fn answer(row: OptOutRow, user: String) -> OptOut {
    OptOut {
        id: row.id.into(),
        user,
        scope: row.scope,
        at: row.at,
    }
}
