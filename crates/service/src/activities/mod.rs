//! What users do on the platform, as it reports it: sessions, practice, sign-ins. Retention is counted from them.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use serde_json::{Map, Value};
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::activities::{Activity, CreateActivity};
use viral_engine_db::activities::{ActivityRow, insert_activities};
use viral_engine_domain::pii::redact_json;

use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::inputs::Items;
use crate::inputs::batch::{
    Faults, Input, Stored, Users, checked_slug, checked_time, create_each, create_one, id_of,
};
use crate::users::Subjects;
use crate::validation::validate;

/// Most bytes of properties as compact JSON.
const PROPERTIES_BYTES: usize = 4 * 1024;

/// Takes in an activity.
///
/// # Errors
/// Fields at fault.
pub async fn create_activity(
    context: &Context,
    caller: &Caller,
    body: CreateActivity,
) -> ServiceResult<Activity> {
    create_one(context, caller, "create_activity", body).await
}

/// Takes in 1 to 1,000 activities; answers one result each.
///
/// # Errors
/// When there are more, or the database can not be written to.
pub async fn create_activities(
    context: &Context,
    caller: &Caller,
    items: Items<CreateActivity>,
) -> ServiceResult<Vec<ServiceResult<Activity>>> {
    create_each(context, caller, "create_activities", items).await
}

/// An activity without fault.
pub(crate) struct Checked {
    user: String,
    kind: String,
    at: DateTime<Utc>,
    properties: Option<Value>,
}

impl Input for CreateActivity {
    type Answer = Activity;
    type Checked = Checked;

    const KIND: &'static str = "activity";

    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Checked> {
        let mut faults = Faults::default();
        faults.note_rules(validate(&self, prefix));
        faults.note(
            checked_slug(&self.kind, &format!("{prefix}/kind"), "practice"),
            (),
        );
        let at = checked_time(self.at, now, &format!("{prefix}/at"));
        let at = faults.note(at, now);
        let properties = redacted(self.properties, &format!("{prefix}/properties"));
        let properties = faults.note(properties, None);
        faults.into_result()?;
        Ok(Checked {
            user: self.user,
            kind: self.kind,
            at,
            properties,
        })
    }

    fn users(checked: &Checked) -> Vec<&str> {
        vec![&checked.user]
    }

    fn told_of(checked: &Checked) -> Vec<&str> {
        let user = checked.properties.as_ref().map(|_| checked.user.as_str());
        user.into_iter().collect()
    }

    fn redact(checked: &mut Checked, subjects: &Subjects) -> ServiceResult<()> {
        let redactor = subjects.about([checked.user.as_str()])?;
        let properties = checked.properties.take();
        checked.properties = properties.map(|it| redactor.scanner().redact_json(it));
        Ok(())
    }

    async fn store(
        conn: &mut AsyncPgConnection,
        checked: Vec<Checked>,
        users: &Users,
        context: &Context,
    ) -> ServiceResult<Stored<Activity>> {
        let now = context.now();
        let rows = checked.iter().map(|activity| row(activity, users, now));
        let rows: Vec<_> = rows.collect::<ServiceResult<_>>()?;
        insert_activities(conn, &rows).await?;
        Ok(Stored {
            reached: Vec::new(),
            days: Vec::new(),
            answers: rows
                .into_iter()
                .zip(checked)
                .map(|(row, activity)| (row.id, answer(row, activity.user)))
                .collect(),
        })
    }
}

fn redacted(
    properties: Option<Map<String, Value>>,
    pointer: &str,
) -> Result<Option<Value>, FieldError> {
    let Some(properties) = properties.map(Value::Object) else {
        return Ok(None);
    };
    if properties.to_string().len() > PROPERTIES_BYTES {
        let detail = "Give at most 4 KiB of JSON.";
        return Err(FieldError::new(pointer, "too_large", detail));
    }
    Ok(Some(redact_json(properties)))
}

fn row(activity: &Checked, users: &Users, now: DateTime<Utc>) -> ServiceResult<ActivityRow> {
    Ok(ActivityRow {
        id: Uuid::now_v7(),
        user_id: id_of(users, &activity.user)?,
        kind: activity.kind.clone(),
        at: activity.at,
        properties: activity.properties.clone(),
        created_at: now,
    })
}

fn answer(row: ActivityRow, user: String) -> Activity {
    Activity {
        id: row.id.into(),
        user,
        kind: row.kind,
        at: row.at,
        properties: row.properties,
    }
}
