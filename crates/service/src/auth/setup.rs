//! One-time setup links: how the first admin and invited operators choose their password.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::auth::{CompleteSetup, InspectSetup, Me, SetupInfo};
use viral_engine_api_types::operators::{AlertEmails, Operator};
use viral_engine_api_types::permissions::Role;
use viral_engine_db::auth::sessions::end_sessions;
use viral_engine_db::auth::setup_links::{
    SetupLinkRow, find_open_setup_link, replace_setup_link, use_setup_link,
};
use viral_engine_db::operators::{self, OperatorChange, OperatorRow};

use crate::audit;
use crate::auth::sessions::{Browser, SessionTokens};
use crate::auth::sign_in::{check_new_password, sign_in};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::operators::{taken, to_dto};
use crate::secret::{self, SecretText};
use crate::validation::check_email;

/// Life of the first admin's link: it is printed into a log, and every start prints a new one.
const FIRST_LIFE: TimeDelta = TimeDelta::hours(24);
/// Life of an operator's link.
pub(crate) const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);

/// Makes the link with which the first admin chooses address and password; it replaces any made before.
///
/// # Errors
/// [`ServiceError::Conflict`] when there is an operator already.
pub async fn create_first_setup_link(context: &Context) -> ServiceResult<String> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        if !operators::none_exist(conn).await? {
            return Err(ServiceError::Conflict(
                "there is an operator already: sign in, or use create-admin".to_owned(),
            ));
        }
        Ok(new_setup_link(conn, context, None, FIRST_LIFE).await?.0)
    })
    .await
}

/// Makes a link for an operator (or the first admin) and answers its URL and row.
pub(crate) async fn new_setup_link(
    conn: &mut AsyncPgConnection,
    context: &Context,
    operator: Option<Uuid>,
    life: TimeDelta,
) -> ServiceResult<(String, SetupLinkRow)> {
    let now = context.now();
    let secret = SecretText::random("")?;
    let row = SetupLinkRow {
        token_hash: secret.hash().to_vec(),
        operator_id: operator,
        created_at: now,
        expires_at: now + life,
        used_at: None,
    };
    replace_setup_link(conn, &row).await?;
    // Behind `#`, the secret reaches no server's log.
    let url = format!("{}/setup#{}", context.config.public_url, secret.expose());
    Ok((url, row))
}

/// What a setup link is for.
///
/// # Errors
/// 404 when it is unknown, used or over.
pub async fn inspect_setup(context: &Context, body: &InspectSetup) -> ServiceResult<SetupInfo> {
    let mut conn = context.connection().await?;
    let (link, operator) = open_link(&mut conn, context, &secret::hash(&body.token)).await?;
    Ok(SetupInfo {
        email: operator.map(|operator| operator.email),
        expires_at: link.expires_at,
    })
}

async fn open_link(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token_hash: &[u8],
) -> ServiceResult<(SetupLinkRow, Option<OperatorRow>)> {
    let link = find_open_setup_link(conn, token_hash, context.now()).await?;
    let link = link.ok_or_else(gone)?;
    let operator = match link.operator_id {
        None if operators::none_exist(conn).await? => None,
        None => return Err(gone()),
        Some(id) => Some(
            operators::find_operator(conn, id)
                .await?
                .filter(|operator| operator.disabled_at.is_none())
                .ok_or_else(gone)?,
        ),
    };
    Ok((link, operator))
}

fn gone() -> ServiceError {
    ServiceError::Coded {
        code: ErrorCode::NotFound,
        detail: "This link has been used or has ended: ask an admin for a new one.".to_owned(),
    }
}

/// Chooses name and password behind a setup link, and signs in. Other sessions of the operator end.
///
/// # Errors
/// 404 when the link is unknown, used or over; [`ServiceError::Invalid`] for address or password.
pub async fn complete_setup(
    context: &Context,
    body: &CompleteSetup,
    browser: Browser,
    request_id: &str,
) -> ServiceResult<(Me, SessionTokens)> {
    let token_hash = secret::hash(&body.token);
    let mut conn = context.connection().await?;
    let (_, operator) = open_link(&mut conn, context, &token_hash).await?;
    drop(conn);
    let email = match operator {
        Some(operator) => operator.email,
        None => first_email(body)?,
    };
    check_new_password(&body.password, &email, "/password")?;
    let hash = context
        .authentication
        .passwords
        .hash(&body.password)
        .await?;
    let mut conn = context.connection().await?;
    let signed_in = conn
        .transaction(async |conn| {
            let (_, operator) = open_link(conn, context, &token_hash).await?;
            if !use_setup_link(conn, &token_hash, context.now()).await? {
                return Err(gone());
            }
            let name = body.name.trim();
            let operator = match operator {
                Some(operator) => choose_password(conn, context, &operator, name, &hash).await?,
                None => insert_admin(conn, context, &email, name, hash).await?,
            };
            sign_in(
                conn,
                context,
                operator,
                browser,
                "complete_setup",
                request_id,
            )
            .await
        })
        .await?;
    context.authentication.forget_all();
    Ok(signed_in)
}

fn first_email(body: &CompleteSetup) -> ServiceResult<String> {
    let email = body.email.as_deref().map(str::trim).unwrap_or_default();
    check_email(email, "/email")?;
    Ok(email.to_owned())
}

async fn choose_password(
    conn: &mut AsyncPgConnection,
    context: &Context,
    operator: &OperatorRow,
    name: &str,
    hash: &str,
) -> ServiceResult<OperatorRow> {
    let change = OperatorChange {
        name: Some(name),
        password_hash: Some(hash),
        version: Some(operator.version + 1),
        ..OperatorChange::default()
    };
    end_sessions(conn, operator.id, None, context.now()).await?;
    Ok(operators::update_operator(conn, operator.id, &change).await?)
}

/// Makes an admin who can sign in at once, for the command line.
///
/// # Errors
/// [`ServiceError::Invalid`] for address or password, [`ServiceError::Conflict`] when the address is taken.
pub async fn create_admin(
    context: &Context,
    email: &str,
    name: &str,
    password: &str,
) -> ServiceResult<Operator> {
    let (email, name) = (email.trim(), name.trim());
    check_email(email, "/email")?;
    let body = CompleteSetup {
        token: "0".repeat(20),
        name: name.to_owned(),
        email: Some(email.to_owned()),
        password: password.to_owned(),
    };
    crate::validation::validate(&body, "")?;
    check_new_password(password, email, "/password")?;
    let hash = context.authentication.passwords.hash(password).await?;
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            let row = insert_admin(conn, context, email, name, hash).await?;
            let changes = serde_json::json!({ "role": "admin" });
            let object = ("operator", &*row.id.to_string());
            audit::record(
                conn,
                context,
                &Caller::system(),
                "create_admin",
                object,
                changes,
            )
            .await?;
            ServiceResult::Ok(row)
        })
        .await?;
    to_dto(row)
}

async fn insert_admin(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: &str,
    name: &str,
    hash: String,
) -> ServiceResult<OperatorRow> {
    let row = OperatorRow {
        id: Uuid::now_v7(),
        email: email.to_owned(),
        name: name.to_owned(),
        role: Role::Admin.as_str().to_owned(),
        password_hash: Some(hash),
        disabled_at: None,
        created_at: context.now(),
        last_sign_in_at: None,
        version: 1,
        alert_emails: AlertEmails::of_new(Role::Admin).as_str().to_owned(),
    };
    operators::insert_operator(conn, &row)
        .await
        .map_err(taken)?;
    Ok(row)
}
