//! Why a conversion is credited to whom it is.

use viral_engine_api_types::attribution::{
    AttributionModel, ConversionExplanation, Touch, TouchKind,
};
use viral_engine_api_types::{EventId, LinkId};
use viral_engine_db::attribution::{TouchRow, attribution_of, attribution_settings};
use viral_engine_domain::attribution::decimal;

use super::ledger::rules;
use super::settings::{self, days};
use super::touches::led_to;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::growth::Range;
use crate::links::stored_channel;

const LOOKBACK_DAYS: Range = Range {
    name: "lookback_days",
    least: 1,
    most: 90,
};

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
    let asked_lookback = asked_lookback
        .map(|sent| LOOKBACK_DAYS.read(sent))
        .transpose()?;
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

fn touch(kind: TouchKind, row: TouchRow, credit: u32) -> ServiceResult<Touch> {
    let channel = row.channel.as_deref().map(stored_channel);
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
