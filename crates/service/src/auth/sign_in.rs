//! Signing in with email and password, and changing the password.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use viral_engine_api_types::auth::{ChangePassword, Login, Me, UpdateMe};
use viral_engine_api_types::operators::AlertEmails;
use viral_engine_api_types::permissions::{Permission, Role};
use viral_engine_db::auth::sessions::end_sessions;
use viral_engine_db::operators::{
    OperatorChange, OperatorRow, find_operator, find_operator_by_email, lock_operator,
    update_operator,
};

use crate::audit;
use crate::auth::caller_of;
use crate::auth::sessions::{Browser, SessionTokens, open_session, operator};
use crate::auth::throttle::Attempt;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::operators::to_dto;

/// Signs in. Unknown, uninvited and disabled operators are answered as a wrong password is, after as long a time.
///
/// # Errors
/// [`ServiceError::InvalidCredentials`], or [`ServiceError::RateLimited`] after too many attempts.
pub async fn login(
    context: &Context,
    body: &Login,
    browser: Browser,
    request_id: &str,
) -> ServiceResult<(Me, SessionTokens)> {
    let email = body.email.trim();
    let mut conn = context.connection().await?;
    let network = browser.ip_prefix.clone();
    let attempt = Attempt::count(&mut conn, context, email, network.as_deref()).await?;
    let found = find_operator_by_email(&mut conn, email).await?;
    // The pool is not kept waiting for a slow hash.
    drop(conn);
    let hash = found.as_ref().and_then(|row| row.password_hash.as_deref());
    let matches = context
        .authentication
        .passwords
        .verify(&body.password, hash)
        .await?;
    let operator = found.filter(|row| matches && row.disabled_at.is_none());
    let Some(operator) = operator else {
        metrics::counter!("auth_sign_ins_failed_total").increment(1);
        return Err(ServiceError::InvalidCredentials);
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        attempt.succeeded(conn).await?;
        sign_in(conn, context, operator, browser, "login", request_id).await
    })
    .await
}

/// Opens a session for an operator who has proved who they are, and writes that down.
pub(super) async fn sign_in(
    conn: &mut AsyncPgConnection,
    context: &Context,
    operator: OperatorRow,
    browser: Browser,
    action: &'static str,
    request_id: &str,
) -> ServiceResult<(Me, SessionTokens)> {
    let network = browser.ip_prefix.clone();
    let change = OperatorChange {
        last_sign_in_at: Some(context.now()),
        ..OperatorChange::default()
    };
    let operator = update_operator(conn, operator.id, &change).await?;
    let tokens = open_session(conn, context, &operator, browser).await?;
    let request_id = Some(request_id.to_owned());
    let caller = caller_of(&operator, tokens.session_id, network, request_id)?;
    let object = tokens.session_id.to_string();
    let changes = serde_json::json!({ "opened": true });
    audit::record(
        conn,
        context,
        &caller,
        action,
        ("session", &object),
        changes,
    )
    .await?;
    Ok((me(operator, &tokens)?, tokens))
}

/// What the admin app is told of who signed in.
///
/// # Errors
/// When the stored role is unknown.
pub fn me(operator: OperatorRow, tokens: &SessionTokens) -> ServiceResult<Me> {
    let operator = to_dto(operator)?;
    Ok(Me {
        permissions: permissions(operator.role),
        operator,
        csrf_token: tokens.csrf_token.clone(),
        session_id: tokens.session_id.into(),
        access_expires_at: tokens.access_expires_at,
    })
}

/// Who is signed in with this access token.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] when the token or its session has ended.
pub async fn get_me(context: &Context, caller: &Caller, access: &str) -> ServiceResult<Me> {
    const ENDED: ServiceError = ServiceError::Unauthenticated("the session has ended: sign in");
    let (id, session) = operator(caller)?;
    let keys = &context.authentication.tokens;
    let claims = keys.verify(access, context.now()).ok_or(ENDED)?;
    let mut conn = context.connection().await?;
    let row = find_operator(&mut conn, id).await?.ok_or(ENDED)?;
    let operator = to_dto(row)?;
    Ok(Me {
        permissions: permissions(operator.role),
        operator,
        csrf_token: keys.csrf_token(session)?,
        session_id: session.into(),
        access_expires_at: claims.expires_at(),
    })
}

/// Changes what the caller wishes for themselves.
///
/// # Errors
/// When the caller is no operator, or the database refuses.
pub async fn update_me(
    context: &Context,
    caller: &Caller,
    access: &str,
    body: &UpdateMe,
) -> ServiceResult<Me> {
    let (id, _) = operator(caller)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let row = lock_operator(conn, id)
            .await?
            .ok_or(ServiceError::NotFound("operator"))?;
        let wished = body.alert_emails.map(AlertEmails::as_str);
        let Some(wished) = wished.filter(|wished| *wished != row.alert_emails) else {
            return Ok(());
        };
        let change = OperatorChange {
            alert_emails: Some(wished),
            version: Some(row.version + 1),
            ..OperatorChange::default()
        };
        update_operator(conn, id, &change).await?;
        let changes = serde_json::json!({ "alert_emails": wished });
        let object = id.to_string();
        let object = ("operator", object.as_str());
        audit::record(conn, context, caller, "update_me", object, changes).await
    })
    .await?;
    drop(conn);
    get_me(context, caller, access).await
}

fn permissions(role: Role) -> Vec<Permission> {
    let all = Permission::ALL.iter().copied();
    all.filter(|permission| role.allows(*permission)).collect()
}

/// Changes the caller's password and ends the caller's other sessions.
///
/// # Errors
/// [`ServiceError::Invalid`] when the current password is wrong, [`ServiceError::RateLimited`] after too many
/// attempts.
pub async fn change_password(
    context: &Context,
    caller: &Caller,
    body: &ChangePassword,
) -> ServiceResult<()> {
    let (id, session) = operator(caller)?;
    let mut conn = context.connection().await?;
    let row = find_operator(&mut conn, id)
        .await?
        .ok_or(ServiceError::NotFound("operator"))?;
    let network = caller.ip_prefix.as_deref();
    let attempt = Attempt::count(&mut conn, context, &row.email, network).await?;
    drop(conn);
    check_new_password(&body.new_password, &row.email, "/new_password")?;
    let passwords = &context.authentication.passwords;
    let hash = row.password_hash.as_deref();
    if !passwords.verify(&body.current_password, hash).await? {
        return Err(ServiceError::field(
            "/current_password",
            "wrong_password",
            "This is not your current password.",
        ));
    }
    let hash = passwords.hash(&body.new_password).await?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        attempt.succeeded(conn).await?;
        let change = OperatorChange {
            password_hash: Some(&hash),
            ..OperatorChange::default()
        };
        update_operator(conn, id, &change).await?;
        let ended = end_sessions(conn, id, Some(session), context.now()).await?;
        let changes = serde_json::json!({ "password": "changed", "sessions_ended": ended });
        let object = id.to_string();
        audit::record(
            conn,
            context,
            caller,
            "change_password",
            ("operator", &object),
            changes,
        )
        .await
    })
    .await?;
    context.authentication.forget_all();
    Ok(())
}

/// Refuses what is guessed first. Length is checked by the DTO.
pub(super) fn check_new_password(password: &str, email: &str, pointer: &str) -> ServiceResult<()> {
    let mut chars = password.chars();
    let first = chars.next();
    let one_character = chars.all(|c| Some(c) == first);
    if one_character || password.eq_ignore_ascii_case(email) {
        return Err(ServiceError::field(
            pointer,
            "guessable",
            "Choose a password that is neither your address nor one repeated character.",
        ));
    }
    Ok(())
}
