//! Why a conversion is credited to whom it is.

use viral_engine_api_types::attribution::{
    AttributionModel, ConversionExplanation, Touch, TouchKind,
};
use viral_engine_api_types::links::Channel;
use viral_engine_api_types::{EventId, LinkId};
use viral_engine_db::attribution::{TouchRow, attribution_of, attribution_settings};
use viral_engine_domain::attribution::decimal;

use super::ledger::rules;
use super::settings::{self, days};
use super::touches::led_to;
use crate::answers::bad_parameter;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Longest lookback, in days.
const LONGEST_LOOKBACK: u32 = 90;

/// Tells which touches led to a conversion, and the part that a model credits each with. Unless others are asked for, model
/// and lookback are those of the ledger.
///
/// # Errors
/// No such conversion; a lookback out of range.
pub async fn explain_conversion(
    context: &Context,
    id: EventId,
    asked_model: Option<AttributionModel>,
    asked_lookback: Option<i64>,
) -> ServiceResult<ConversionExplanation> {
    let asked_lookback = asked_lookback.map(lookback).transpose()?;
    let mut conn = context.connection().await?;
    let stored = attribution_settings(&mut conn).await?;
    let kept = attribution_of(&mut conn, id.0).await?;
    let usual = kept.map_or(stored.lookback_days, |kept| kept.lookback_days);
    let lookback_days = asked_lookback.unwrap_or_else(|| days(usual));
    let model = match asked_model {
        Some(model) => model,
        None => settings::model(&stored.model)?,
    };
    let led = led_to(&mut conn, &[id.0], |_| lookback_days).await?;
    let led = led.into_iter().next();
    let led = led.ok_or(ServiceError::NotFound("conversion"))?;
    let credits = rules(model).credits(led.touches.len());
    let conversion = led.conversion;
    Ok(ConversionExplanation {
        conversion_id: id,
        converted_at: conversion.occurred_at,
        referee: conversion.referee,
        referrer: conversion.referrer,
        reject_reason: conversion.reject_reason,
        model,
        lookback_days,
        since: led.since,
        attributed_at: kept.map(|kept| kept.computed_at),
        touches: led
            .touches
            .into_iter()
            .zip(credits)
            .map(|((kind, row), credit)| touch(kind, row, credit))
            .collect::<ServiceResult<_>>()?,
    })
}

fn lookback(sent: i64) -> ServiceResult<u32> {
    let days = u32::try_from(sent).ok();
    let days = days.filter(|days| (1..=LONGEST_LOOKBACK).contains(days));
    days.ok_or_else(|| {
        let detail = format!("Give a number of days from 1 to {LONGEST_LOOKBACK}.");
        bad_parameter("lookback_days", "out_of_range", detail)
    })
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
        credit: decimal(credit.into()),
    })
}
