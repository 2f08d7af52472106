//! The one way in which consents change.

use std::collections::BTreeSet;

use diesel_async::AsyncPgConnection;
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::audit::ActorKind;
use viral_engine_api_types::users::AgeBand;
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_db::consents::{ConsentRow, StepRow, bump_epoch, insert_steps, save_consent};
use viral_engine_db::notifications::{Channel, notify};
use viral_engine_domain::consents::{Action, ConsentEvent, ConsentState, Scope};

use super::gate::denied_among;
use super::row::{life, set};
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::links::disable_links_of;
use crate::recaps::withdraw_recaps;
use crate::webhooks::publish_all;

/// What is done, for the audit trail, and in which language a guardian did it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deed {
    /// operationId, or the name of a job.
    pub action: &'static str,
    /// Language of the notice, as it was shown.
    pub locale: &'static str,
}

/// Lets something happen to consents that the caller has locked, in the caller's transaction; call it last. Their steps,
/// the audit trail, receivers of webhooks, other nodes, and what must end with a consent follow.
///
/// # Errors
/// A conflict when it does not happen to one of them in its state; then nothing may commit.
pub(super) async fn change(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    deed: Deed,
    rows: &mut [(ConsentRow, ConsentEvent)],
) -> ServiceResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let now = context.now();
    let (mut steps, mut objects, mut told) = (Vec::new(), Vec::new(), Vec::new());
    let mut children = BTreeSet::new();
    let mut lost = Lost::default();
    for (row, event) in rows.iter_mut() {
        let before = life(row)?;
        let name = event.as_str();
        let (from, scope) = (before.state, before.scope.clone());
        let after = before
            .after(event.clone(), now)
            .map_err(|error| ServiceError::Conflict(error.to_string()))?;
        let to = after.state;
        set(row, after, deed.locale);
        row.version += 1;
        row.updated_at = now;
        save_consent(conn, row).await?;
        children.insert(row.child_id);
        // Who is of age does alone what was allowed.
        if from.grants() && !to.grants() && to != ConsentState::AgedOut {
            lost.note(&scope, row.child_id);
        }
        steps.push(step(row, caller, name, (from, to)));
        objects.push((row.id.to_string(), changes(row, event, (from, to))));
        told.extend(tells(from, to).map(|kind| (kind, data(row))));
    }
    insert_steps(conn, &steps).await?;
    audit::record_each(conn, context, caller, deed.action, "consent", &objects).await?;
    publish_all(conn, now, told).await?;
    end_links(conn, context, caller, &lost.invites).await?;
    withdraw_recaps(conn, context, &lost.reports).await?;
    let children: Vec<Uuid> = children.into_iter().collect();
    bump_epoch(conn, &children, now).await?;
    notify(conn, Channel::Consents, "").await?;
    Ok(())
}

/// The same happens to all of them.
pub(super) fn each(rows: Vec<ConsentRow>, event: &ConsentEvent) -> Vec<(ConsentRow, ConsentEvent)> {
    rows.into_iter().map(|row| (row, event.clone())).collect()
}

/// The children who lost something.
#[derive(Default)]
struct Lost {
    /// Inviting friends.
    invites: BTreeSet<Uuid>,
    /// Progress reports to the guardian.
    reports: BTreeSet<Uuid>,
}

impl Lost {
    fn note(&mut self, scope: &Scope, child: Uuid) {
        match scope {
            Scope::InviteFriend => self.invites.insert(child),
            Scope::ProgressReelToParent => self.reports.insert(child),
            _ => false,
        };
    }
}

fn step(
    row: &ConsentRow,
    caller: &Caller,
    event: &str,
    (from, to): (ConsentState, ConsentState),
) -> StepRow {
    StepRow {
        consent_id: row.id,
        number: row.version,
        at: row.updated_at,
        event: event.to_owned(),
        from_state: from.as_str().to_owned(),
        to_state: to.as_str().to_owned(),
        actor_kind: match caller.actor_kind() {
            ActorKind::Operator => "operator",
            ActorKind::ApiKey => "api_key",
            ActorKind::Guardian => "guardian",
            ActorKind::System => "system",
        }
        .to_owned(),
        actor_id: caller.actor_id(),
        request_id: row.request_id,
    }
}

/// What the audit trail says of a step. What proves a consent is told whole: who writes a proof anew is found by it.
fn changes(
    row: &ConsentRow,
    event: &ConsentEvent,
    (from, to): (ConsentState, ConsentState),
) -> Value {
    let mut changes = json!({
        "scope": row.scope, "event": event.as_str(), "from": from.as_str(), "to": to.as_str(),
    });
    if let (ConsentEvent::Verified(_), Some(fields)) = (event, changes.as_object_mut()) {
        fields.insert("evidence".to_owned(), evidence(row));
    }
    changes
}

/// What proves a consent, as it is stored. Nothing of it is personal: a transaction is a message or a form of ours, or an
/// opaque reference of the provider.
fn evidence(row: &ConsentRow) -> Value {
    json!({
        "method": row.evidence_method,
        "transaction": row.evidence_transaction,
        "notice_hash": row.evidence_notice_hash.as_ref().map(hex::encode),
        "locale": row.evidence_locale,
    })
}

/// What receivers of webhooks are told of a step.
fn tells(from: ConsentState, to: ConsentState) -> Option<WebhookEventType> {
    match (from.grants(), to) {
        (_, ConsentState::AgedOut) => None,
        (false, to) if to.grants() => Some(WebhookEventType::ConsentGranted),
        (_, ConsentState::Denied) => Some(WebhookEventType::ConsentDenied),
        (_, ConsentState::Expired) => Some(WebhookEventType::ConsentExpired),
        (true, to) if !to.grants() => Some(WebhookEventType::ConsentRevoked),
        _ => None,
    }
}

/// Ids alone, as everywhere in webhooks.
fn data(row: &ConsentRow) -> Value {
    json!({ "consent_id": row.id, "child_id": row.child_id, "scope": row.scope, "state": row.state })
}

/// Switches off the links of children who may not invite any more: another guardian's consent may still allow it.
async fn end_links(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    children: &BTreeSet<Uuid>,
) -> ServiceResult<()> {
    let ids: Vec<Uuid> = children.iter().copied().collect();
    if ids.is_empty() {
        return Ok(());
    }
    let children: Vec<_> = ids.iter().map(|id| (*id, AgeBand::Under13)).collect();
    let ended = denied_among(conn, &children, &Action::SendInvite).await?;
    disable_links_of(conn, context, caller, &ended, "consent").await
}
