//! Why a conversion is credited to whom it is: the touches that led to it, and the part of each by a model.
//!
//! Visitors are never joined to users, so a click is a touch only when an event of the user names it, or the platform
//! reported it with the user.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use viral_engine_api_types::attribution::{
    AttributionModel, ConversionExplanation, Touch, TouchKind,
};
use viral_engine_api_types::events::EventType;
use viral_engine_api_types::links::Channel;
use viral_engine_api_types::{EventId, LinkId};
use viral_engine_db::attribution::{self as db, TouchRow, TouchesAsked};
use viral_engine_db::events::reported::ReportedClick;
use viral_engine_domain::attribution::{Model, WHOLE};
use viral_engine_domain::event_id;

use crate::answers::bad_parameter;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Days in which touches count unless the request says otherwise.
const DEFAULT_LOOKBACK: u32 = 30;
/// Longest lookback, in days.
const LONGEST_LOOKBACK: u32 = 90;
/// Most events of a user that are looked at: the latest before the conversion.
const MOST_EVENTS: i64 = 1_000;

/// Tells which touches led to a conversion, and the part that a model credits each with.
///
/// # Errors
/// No such conversion; a lookback out of range.
pub async fn explain_conversion(
    context: &Context,
    id: EventId,
    model: Option<AttributionModel>,
    lookback_days: Option<i64>,
) -> ServiceResult<ConversionExplanation> {
    let model = model.unwrap_or_default();
    let lookback_days = lookback(lookback_days)?;
    let mut conn = context.connection().await?;
    let named = reported(id.0).ok_or(ServiceError::NotFound("conversion"))?;
    let conversion = db::find_conversion(&mut conn, named).await?;
    let conversion = conversion.ok_or(ServiceError::NotFound("conversion"))?;
    let until = conversion.occurred_at;
    let since = until - TimeDelta::days(lookback_days.into());
    let mut touches = BTreeMap::new();
    if let Some(referee) = conversion.referee_id {
        let asked = TouchesAsked {
            referee,
            since,
            until,
            limit: MOST_EVENTS,
        };
        let events = db::events_of_referee(&mut conn, asked).await?;
        let clicks = events.iter().chain([&conversion]);
        let clicks: BTreeSet<Uuid> = clicks.filter_map(|event| event.click_id).collect();
        let clicks: Vec<ReportedClick> = clicks.into_iter().filter_map(reported).collect();
        let clicks = db::find_clicks(&mut conn, &clicks).await?;
        let all = events.into_iter().chain(clicks);
        for row in all.filter(|row| (since..=until).contains(&row.occurred_at)) {
            if let Some(kind) = kind(&row.event_type) {
                touches.insert((row.occurred_at, row.id), (kind, row));
            }
        }
    }
    add_named(&mut touches, &conversion);
    let credits = rules(model).credits(touches.len());
    let touches = touches.into_values().zip(credits);
    Ok(ConversionExplanation {
        conversion_id: id,
        converted_at: until,
        referee: conversion.referee,
        referrer: conversion.referrer,
        reject_reason: conversion.reject_reason,
        model,
        lookback_days,
        since,
        touches: touches
            .map(|((kind, row), credit)| touch(kind, row, credit))
            .collect::<ServiceResult<_>>()?,
    })
}

type Touches = BTreeMap<(DateTime<Utc>, Uuid), (TouchKind, TouchRow)>;

/// What the conversion itself names is a touch too, unless a click or an invitation stands for it already.
fn add_named(touches: &mut Touches, conversion: &TouchRow) {
    let is_told = touches.values().any(|(_, touch)| match conversion.link_id {
        Some(link) => touch.link_id == Some(link),
        None => touch.referrer == conversion.referrer,
    });
    let names = conversion.link_id.is_some() || conversion.referrer.is_some();
    if names && !is_told && conversion.reject_reason.is_none() {
        let place = (conversion.occurred_at, conversion.id);
        touches.insert(place, (TouchKind::Named, conversion.clone()));
    }
}

fn lookback(sent: Option<i64>) -> ServiceResult<u32> {
    let Some(sent) = sent else {
        return Ok(DEFAULT_LOOKBACK);
    };
    let days = u32::try_from(sent).ok();
    let days = days.filter(|days| (1..=LONGEST_LOOKBACK).contains(days));
    days.ok_or_else(|| {
        let detail = format!("Give a number of days from 1 to {LONGEST_LOOKBACK}.");
        bad_parameter("lookback_days", "out_of_range", detail)
    })
}

fn reported(id: Uuid) -> Option<ReportedClick> {
    let (since, until) = event_id::millisecond_of(id)?;
    Some(ReportedClick { id, since, until })
}

fn kind(event_type: &str) -> Option<TouchKind> {
    match event_type {
        name if name == EventType::InviteSent.as_str() => Some(TouchKind::Invitation),
        name if name == EventType::Click.as_str() => Some(TouchKind::Click),
        _ => None,
    }
}

fn rules(model: AttributionModel) -> Model {
    match model {
        AttributionModel::Last => Model::Last,
        AttributionModel::First => Model::First,
        AttributionModel::Linear => Model::Linear,
        AttributionModel::Position => Model::Position,
    }
}

fn touch(kind: TouchKind, row: TouchRow, credit: u32) -> ServiceResult<Touch> {
    let channel = row.channel.as_deref().map(|name| {
        let channel = Channel::ALL.into_iter().find(|one| one.as_str() == name);
        channel.ok_or_else(|| ServiceError::Internal(format!("stored channel {name}")))
    });
    Ok(Touch {
        event_id: row.id.into(),
        kind,
        at: row.occurred_at,
        link_id: row.link_id.map(LinkId),
        source: row.source,
        channel: channel.transpose()?,
        campaign: row.campaign,
        referrer: row.referrer,
        credit: format!("{}.{:06}", credit / WHOLE, credit % WHOLE),
    })
}
