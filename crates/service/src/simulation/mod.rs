//! Loads a simulated platform, by the use cases that real traffic takes: users are upserted, networks marked, links
//! minted, hits classified and ingested as live ones are, events reported, inputs sent. Only the clock is the
//! world's.

mod events;
mod history;
mod hits;
mod inputs;
mod links;
mod users;

use std::sync::Arc;

use chrono::SecondsFormat;
use viral_engine_api_types::institution_networks::CreateInstitutionNetwork;
use viral_engine_api_types::users::BULK_MAX;
use viral_engine_db::simulation::holds_data;
use viral_engine_db::system;
use viral_engine_domain::links::target::{Mode, TargetPolicy};
use viral_engine_simulator::{Simulation, World};

use self::hits::Intake;
use self::links::Minted;
use crate::caller::Caller;
use crate::config::ServiceConfig;
use crate::context::Context;
use crate::entropy::Entropy;
use crate::error::{ServiceError, ServiceResult};
use crate::events::ingest::BATCH_EVENTS;
use crate::events::{IngestHandle, create_events};
use crate::institution_networks::create_institution_network;
use crate::system::DEMO_DATA;
use crate::users::{resolve, upsert_users};

/// Host that links of simulated platforms lead to, reserved for examples (RFC 2606).
pub const TARGET_HOST: &str = "learn.example.org";

/// Use cases that run at a time.
const AT_A_TIME: usize = 6;

/// Whether people, links or events are stored, simulated or real.
///
/// # Errors
/// When the database can not be asked.
pub async fn is_empty(context: &Context) -> ServiceResult<bool> {
    let mut conn = context.connection().await?;
    Ok(!holds_data(&mut conn).await?)
}

/// Loads a simulated platform and marks the installation as holding demo data, which nothing takes back: figures
/// will include it.
///
/// # Errors
/// [`ServiceError::Conflict`] when the same world is there already. When loading fails in the middle, what was
/// loaded stays.
pub async fn load(
    context: &Context,
    ingest: &IngestHandle,
    simulation: &Simulation,
) -> ServiceResult<()> {
    let context = &allowing_target(context)?;
    let world = &simulation.world;
    refuse_twice(context, world).await?;
    let mut conn = context.connection().await?;
    let now = context.now().to_rfc3339_opts(SecondsFormat::Micros, true);
    system::set_fact(&mut conn, DEMO_DATA, &now).await?;
    drop(conn);
    load_users(context, world).await?;
    mark_networks(context, world).await?;
    let links = links::mint(context, world).await?;
    load_hits(context, ingest, world, &links).await?;
    load_events(context, ingest, world, &links).await?;
    inputs::load(context, world).await?;
    history::look_back(context, simulation).await
}

/// The links of the world lead to [`TARGET_HOST`], which operators need not allow for their own.
fn allowing_target(context: &Context) -> ServiceResult<Context> {
    let targets = TargetPolicy::parse(TARGET_HOST, Mode::Production)
        .map_err(|error| ServiceError::Internal(error.to_string()))?;
    let config = ServiceConfig {
        targets,
        ..(*context.config).clone()
    };
    Ok(Context {
        config: Arc::new(config),
        ..context.clone()
    })
}

async fn refuse_twice(context: &Context, world: &World) -> ServiceResult<()> {
    let Some(first) = world.users.first() else {
        return Ok(());
    };
    let mut conn = context.connection().await?;
    let known = resolve(&mut conn, [first.external_id.as_str()]).await?;
    match known.is_empty() {
        true => Ok(()),
        false => Err(ServiceError::Conflict(format!(
            "this world is loaded already: there is a user {}; choose another seed",
            first.external_id
        ))),
    }
}

/// Guardians come before their children, in an earlier call or in the same.
async fn load_users(context: &Context, world: &World) -> ServiceResult<()> {
    for users in world.users.chunks(BULK_MAX) {
        let bodies = users.iter().map(|user| Ok(users::body(user, world)));
        let stored = upsert_users(context, &Caller::system(), bodies.collect(), "").await?;
        let refused = stored.results.into_iter().find_map(|result| result.problem);
        if let Some(problem) = refused {
            return Err(ServiceError::Internal(problem.detail));
        }
    }
    Ok(())
}

async fn mark_networks(context: &Context, world: &World) -> ServiceResult<()> {
    for one in &world.institution_networks {
        let body = CreateInstitutionNetwork {
            network: one.network.clone(),
            name: one.name.clone(),
        };
        match create_institution_network(context, &Caller::system(), body).await {
            // By another world: the networks of schools are the same in all.
            Ok(_) | Err(ServiceError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes in the hits of the world, in the order of time.
async fn load_hits(
    context: &Context,
    ingest: &IngestHandle,
    world: &World,
    links: &[Minted],
) -> ServiceResult<()> {
    let mut intake = Intake {
        world,
        links,
        identification: ingest.identification(),
        received_at: context.now(),
        entropy: Entropy::default(),
        day: None,
    };
    for hits in world.hits.chunks(BATCH_EVENTS) {
        let events = hits.iter().map(|hit| intake.take(hit));
        ingest.store(events.collect::<ServiceResult<_>>()?).await?;
    }
    Ok(())
}

/// Reports the events of the world, in the order of time.
async fn load_events(
    context: &Context,
    ingest: &IngestHandle,
    world: &World,
    links: &[Minted],
) -> ServiceResult<()> {
    for events in world.events.chunks(BATCH_EVENTS) {
        let bodies = events
            .iter()
            .map(|event| Ok(events::body(event, world, links)));
        let reports = create_events(context, ingest, &Caller::system(), bodies.collect()).await?;
        reports.into_iter().collect::<ServiceResult<Vec<_>>>()?;
    }
    Ok(())
}
