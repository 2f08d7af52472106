//! Operators: people who sign in to the admin app.

mod invitation;
mod sessions;

pub use sessions::{end_operator_sessions, list_operator_sessions};

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use viral_engine_api_types::operators::{
    AlertEmails, CreateOperator, Operator, OperatorInvitation, OperatorStatus, UpdateOperator,
};
use viral_engine_api_types::permissions::Role;
use viral_engine_api_types::{OperatorId, Page};
use viral_engine_db::DbError;
use viral_engine_db::auth::sessions::end_sessions;
use viral_engine_db::operators::{self, EMAIL_KEY, OperatorChange, OperatorRow};

use crate::audit;
use crate::auth::setup::{INVITATION_LIFE, new_setup_link};
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::operators::invitation::invite_by_mail;
use crate::validation::check_email;

/// Operators, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_operators(context: &Context, page: PageRequest) -> ServiceResult<Page<Operator>> {
    let mut conn = context.connection().await?;
    let rows = operators::list_operators(&mut conn, page.query()).await?;
    let page = page.page(rows, |row| (row.created_at, row.id));
    Ok(Page {
        items: page
            .items
            .into_iter()
            .map(to_dto)
            .collect::<Result<_, _>>()?,
        next_cursor: page.next_cursor,
        prev_cursor: page.prev_cursor,
    })
}

/// One operator.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_operator(context: &Context, id: OperatorId) -> ServiceResult<Operator> {
    let mut conn = context.connection().await?;
    to_dto(find(&mut conn, id).await?)
}

/// Invites an operator, also by mail. The answer shows the setup link, once.
///
/// # Errors
/// [`ServiceError::Conflict`] when the address is taken.
pub async fn create_operator(
    context: &Context,
    caller: &Caller,
    body: &CreateOperator,
) -> ServiceResult<OperatorInvitation> {
    let email = body.email.trim();
    check_email(email, "/email")?;
    let row = OperatorRow {
        id: Uuid::now_v7(),
        email: email.to_owned(),
        name: body.name.trim().to_owned(),
        role: body.role.as_str().to_owned(),
        password_hash: None,
        disabled_at: None,
        created_at: context.now(),
        last_sign_in_at: None,
        version: 1,
        alert_emails: AlertEmails::of_new(body.role).as_str().to_owned(),
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        operators::insert_operator(conn, &row)
            .await
            .map_err(taken)?;
        let changes = json!({ "role": body.role });
        record(conn, context, caller, "create_operator", row.id, changes).await?;
        invitation(conn, context, row).await
    })
    .await
}

/// Makes a new setup link for an operator, invited or active, and ends the one before. The password stays until the
/// link is used.
///
/// # Errors
/// [`ServiceError::NotFound`], or [`ServiceError::Conflict`] when the operator is disabled.
pub async fn create_setup_link(
    context: &Context,
    caller: &Caller,
    id: OperatorId,
) -> ServiceResult<OperatorInvitation> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let row = find(conn, id).await?;
        if row.disabled_at.is_some() {
            return Err(ServiceError::Conflict(
                "the operator is disabled: enable them first".to_owned(),
            ));
        }
        record(conn, context, caller, "create_setup_link", id.0, json!({})).await?;
        invitation(conn, context, row).await
    })
    .await
}

async fn invitation(
    conn: &mut AsyncPgConnection,
    context: &Context,
    row: OperatorRow,
) -> ServiceResult<OperatorInvitation> {
    let (setup_url, link) = new_setup_link(conn, context, Some(row.id), INVITATION_LIFE).await?;
    let invitation = OperatorInvitation {
        operator: to_dto(row)?,
        setup_url,
        expires_at: link.expires_at,
    };
    invite_by_mail(conn, context, &invitation).await?;
    Ok(invitation)
}

/// Changes an operator, if it still has the version the caller has seen (`None` for any). Role and state hold for the
/// next request; disabling ends all sessions.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::PreconditionFailed`] when the version is another one; or [`ServiceError::Conflict`] when no admin who can sign in would be left.
pub async fn update_operator(
    context: &Context,
    caller: &Caller,
    id: OperatorId,
    version: Option<i64>,
    body: &UpdateOperator,
) -> ServiceResult<Operator> {
    let mut conn = context.connection().await?;
    let operator = conn
        .transaction(async |conn| change(conn, context, caller, id, version, body).await)
        .await?;
    context.authentication.forget_all();
    Ok(operator)
}

async fn change(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    id: OperatorId,
    version: Option<i64>,
    body: &UpdateOperator,
) -> ServiceResult<Operator> {
    let now = context.now();
    let loses_admin =
        body.disabled == Some(true) || body.role.is_some_and(|role| role != Role::Admin);
    // Before the operator itself, so that whoever changes admins waits for each other here.
    let admins = match loses_admin {
        true => operators::lock_active_admins(conn).await?,
        false => Vec::new(),
    };
    let before = operators::lock_operator(conn, id.0)
        .await?
        .ok_or(ServiceError::NotFound("operator"))?;
    if version.is_some_and(|seen| seen != before.version) {
        return Err(ServiceError::PreconditionFailed);
    }
    keep_an_admin(&admins, id.0)?;
    let name = body.name.as_deref().map(str::trim);
    let disabled = body
        .disabled
        .filter(|disabled| *disabled != before.disabled_at.is_some());
    let change = OperatorChange {
        name: name.filter(|name| *name != before.name),
        role: body
            .role
            .map(Role::as_str)
            .filter(|role| *role != before.role),
        disabled_at: disabled.map(|disabled| disabled.then_some(now)),
        version: Some(before.version + 1),
        ..OperatorChange::default()
    };
    let changes = changes(&change, disabled);
    if changes.is_empty() {
        return to_dto(before);
    }
    let row = operators::update_operator(conn, id.0, &change).await?;
    if disabled == Some(true) {
        end_sessions(conn, id.0, None, now).await?;
    }
    record(
        conn,
        context,
        caller,
        "update_operator",
        id.0,
        changes.into(),
    )
    .await?;
    to_dto(row)
}

/// What the audit trail says; a name is personal, so only that it changed.
fn changes(change: &OperatorChange<'_>, disabled: Option<bool>) -> Map<String, Value> {
    let mut changes = Map::new();
    if change.name.is_some() {
        changes.insert("name".to_owned(), json!("changed"));
    }
    if let Some(role) = change.role {
        changes.insert("role".to_owned(), json!(role));
    }
    if let Some(disabled) = disabled {
        changes.insert("disabled".to_owned(), json!(disabled));
    }
    changes
}

fn keep_an_admin(active_admins: &[Uuid], leaving: Uuid) -> ServiceResult<()> {
    if active_admins == [leaving] {
        return Err(ServiceError::Conflict(
            "this is the last admin who can sign in: make another one first".to_owned(),
        ));
    }
    Ok(())
}

async fn find(conn: &mut AsyncPgConnection, id: OperatorId) -> ServiceResult<OperatorRow> {
    operators::find_operator(conn, id.0)
        .await?
        .ok_or(ServiceError::NotFound("operator"))
}

async fn record(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    id: Uuid,
    changes: Value,
) -> ServiceResult<()> {
    audit::record(
        conn,
        context,
        caller,
        action,
        ("operator", &id.to_string()),
        changes,
    )
    .await
}

/// What a violated address key means.
pub(crate) fn taken(error: DbError) -> ServiceError {
    if error.violates(EMAIL_KEY) {
        ServiceError::Conflict("there is an operator with this address already".to_owned())
    } else {
        error.into()
    }
}

pub(crate) fn to_dto(row: OperatorRow) -> ServiceResult<Operator> {
    let status = match (&row.disabled_at, &row.password_hash) {
        (Some(_), _) => OperatorStatus::Disabled,
        (None, None) => OperatorStatus::Invited,
        (None, Some(_)) => OperatorStatus::Active,
    };
    Ok(Operator {
        id: row.id.into(),
        email: row.email,
        name: row.name,
        role: Role::parse(&row.role)
            .ok_or_else(|| ServiceError::Internal(format!("stored role {}", row.role)))?,
        status,
        alert_emails: AlertEmails::parse(&row.alert_emails).ok_or_else(|| {
            ServiceError::Internal(format!("stored alert emails {}", row.alert_emails))
        })?,
        created_at: row.created_at,
        last_sign_in_at: row.last_sign_in_at,
        version: row.version,
    })
}
