//! Networks that operators mark as an institution's. Marks hold for the past too: guardrails look them up when
//! they answer, not when events arrive.

use diesel_async::AsyncConnection;
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::institution_networks::{CreateInstitutionNetwork, InstitutionNetwork};
use viral_engine_api_types::{InstitutionNetworkId, Page};
use viral_engine_db::institution_networks::{self as db, InstitutionNetworkRow, NETWORK_KEY};
use viral_engine_db::{DbError, data_version};
use viral_engine_domain::pii::{EntityKind, Kinds, Scanner};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::networks::network;
use crate::validation::validate;

/// An institution is named by its school; nobody is told apart by it.
const NAMES: Scanner<'static> = Scanner::new(Kinds::CONTACT.without(EntityKind::School));

/// The marked networks, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_institution_networks(
    context: &Context,
    page: PageRequest,
) -> ServiceResult<Page<InstitutionNetwork>> {
    let mut conn = context.connection().await?;
    let rows = db::list_institution_networks(&mut conn, page.query()).await?;
    let networks = rows.into_iter().map(institution_network).collect();
    Ok(page.page(networks, |network| (network.created_at, network.id.0)))
}

/// Marks a network.
///
/// # Errors
/// Fields at fault; a conflict when it is marked already.
pub async fn create_institution_network(
    context: &Context,
    caller: &Caller,
    body: CreateInstitutionNetwork,
) -> ServiceResult<InstitutionNetwork> {
    validate(&body, "")?;
    // What is stored of an address is its /24 or /48: a longer prefix could never be told apart.
    let network = network(&body.network, 8..=24, 16..=48).ok_or_else(|| {
        ServiceError::field(
            "/network",
            "not_a_network",
            "Give a network such as 203.0.113.0/24: /8 to /24 for IPv4, /16 to /48 for IPv6.",
        )
    })?;
    let row = InstitutionNetworkRow {
        id: Uuid::now_v7(),
        network: network.to_string(),
        name: NAMES.redact(&body.name),
        created_at: context.now(),
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        db::insert_institution_network(conn, &row)
            .await
            .map_err(taken)?;
        let changes = changes(&row);
        let object = row.id.to_string();
        let object = ("institution_network", object.as_str());
        audit::record(
            conn,
            context,
            caller,
            "create_institution_network",
            object,
            changes,
        )
        .await
    })
    .await?;
    data_version::bump(&mut conn).await?;
    Ok(institution_network(row))
}

/// Takes a mark away.
///
/// # Errors
/// When there is no such network.
pub async fn delete_institution_network(
    context: &Context,
    caller: &Caller,
    id: InstitutionNetworkId,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let row = db::delete_institution_network(conn, id.0)
            .await
            .map_err(missing)?;
        let changes = changes(&row);
        let object = id.to_string();
        let object = ("institution_network", object.as_str());
        audit::record(
            conn,
            context,
            caller,
            "delete_institution_network",
            object,
            changes,
        )
        .await
    })
    .await?;
    data_version::bump(&mut conn).await?;
    Ok(())
}

fn taken(error: DbError) -> ServiceError {
    if error.violates(NETWORK_KEY) {
        ServiceError::Conflict("this network is marked already".to_owned())
    } else {
        error.into()
    }
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("institution network"),
        other => other.into(),
    }
}

/// The network as it is answered.
pub(crate) fn institution_network(row: InstitutionNetworkRow) -> InstitutionNetwork {
    InstitutionNetwork {
        id: row.id.into(),
        network: row.network,
        name: row.name,
        created_at: row.created_at,
    }
}

/// Without its name, in which somebody may be named: the trail outlives people.
fn changes(row: &InstitutionNetworkRow) -> Value {
    json!({ "network": row.network })
}
