//! Devices that click faster than people do.

use leptos::prelude::*;
use viral_engine_api_types::blocks::BlockEntity;
use viral_engine_api_types::guardrails::BotDevice;

use super::figures;
use crate::components::{Column, DataTable, Empty, InfoTip, Metric, TimeText, user_text};
use crate::format::{count, decimal};
use crate::i18n::text;
use crate::pages::guardrails::desk::BlockButton;
use crate::pages::guardrails::events::Evidence;

/// The tab.
pub fn view() -> AnyView {
    let figures = figures();
    let words = &text().guardrails.bots;
    let bots = Memo::new(move |_| figures.with(|it| it.health.components.bots.clone()));
    let metric = Signal::derive(move || {
        bots.with(|it| {
            let rule = it.detection_params;
            Metric::new(
                words.title,
                (words.formula)(rule.min_clicks, rule.time_window_seconds),
            )
            .docs("guardrails/get_bots")
            .window(&it.window)
        })
    });
    view! {
        <DataTable
            name="bots"
            title=words.title
            rows=Signal::derive(move || bots.with(|it| it.bot_like_devices.clone()))
            columns=columns()
            key=|device| format!("{} {} {}", device.device_fingerprint, device.total_clicks, device.last_seen)
            total=Signal::derive(move || Some(bots.with(|it| it.total_flagged_devices)))
            find_parameter="find"
            address=|device, router| Evidence::Device(device.device_fingerprint.clone()).address(router)
            controls=|device| {
                view! { <BlockButton entity=BlockEntity::Device value=device.device_fingerprint.clone()/> }.into_any()
            }
            aside=move || view! { <InfoTip metric/> }
            empty=move || view! { <Empty title=words.none_title detail=words.none_detail/> }
        />
    }
    .into_any()
}

fn columns() -> Vec<Column<BotDevice>> {
    let words = &text().guardrails.bots;
    vec![
        Column::<BotDevice>::new("device_fingerprint", words.device, device, |it| {
            it.device_fingerprint.clone()
        })
        .sorted(|a, b| a.device_fingerprint.cmp(&b.device_fingerprint)),
        Column::<BotDevice>::figures(
            "total_clicks",
            words.clicks,
            |it| count(it.total_clicks).into_any(),
            |it| it.total_clicks.to_string(),
        )
        .sorted(|a, b| a.total_clicks.cmp(&b.total_clicks)),
        Column::<BotDevice>::figures("fastest_burst_seconds", words.burst, burst, |it| {
            it.fastest_burst_seconds.to_string()
        })
        .sorted(|a, b| a.fastest_burst_seconds.total_cmp(&b.fastest_burst_seconds)),
        Column::<BotDevice>::new(
            "first_seen",
            words.first,
            |it| view! { <TimeText at=it.first_seen/> }.into_any(),
            |it| it.first_seen.to_rfc3339(),
        )
        .sorted(|a, b| a.first_seen.cmp(&b.first_seen)),
        Column::<BotDevice>::new(
            "last_seen",
            words.last,
            |it| view! { <TimeText at=it.last_seen/> }.into_any(),
            |it| it.last_seen.to_rfc3339(),
        )
        .sorted(|a, b| a.last_seen.cmp(&b.last_seen)),
    ]
}

fn device(device: &BotDevice) -> AnyView {
    view! { <span class="mono">{user_text(&device.device_fingerprint)}</span> }.into_any()
}

fn burst(device: &BotDevice) -> AnyView {
    (text().guardrails.bots.burst_seconds)(&decimal(device.fastest_burst_seconds, 2)).into_any()
}
