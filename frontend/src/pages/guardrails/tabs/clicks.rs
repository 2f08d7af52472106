//! Suspicious clicks: groups of one address on one day.

use leptos::prelude::*;
use viral_engine_api_types::guardrails::IpGroup;

use super::{day, figures};
use crate::components::{Column, DataTable, Empty, InfoTip, Metric, TimeText};
use crate::format::count;
use crate::i18n::text;
use crate::pages::guardrails::desk::network_controls;
use crate::pages::guardrails::events::Evidence;
use crate::router::Router;

/// The tab.
pub fn view() -> AnyView {
    let figures = figures();
    let words = &text().guardrails.clicks;
    let clicks =
        Memo::new(move |_| figures.with(|it| it.health.components.suspicious_clicks.clone()));
    let threshold = move || count(clicks.with(|it| it.threshold_used));
    let metric = Signal::derive(move || {
        let metric = Metric::new(words.title, (words.formula)(&threshold()));
        clicks.with(|it| {
            metric
                .fact(text().overview.sample, count(it.total_clicks))
                .docs("guardrails/get_suspicious_clicks")
                .window(&it.window)
        })
    });
    view! {
        <DataTable
            name="suspicious-clicks"
            title=words.title
            rows=Signal::derive(move || clicks.with(|it| it.suspicious_ips.clone()))
            columns=columns()
            key=group_key
            total=Signal::derive(move || Some(clicks.with(|it| it.total_flagged_ips)))
            find_parameter="find"
            address=group_address
            controls=|group| network_controls(group.ip_prefix.as_deref())
            aside=move || view! { <InfoTip metric/> }
            empty=move || view! { <Empty title=words.none_title detail=(words.none_detail)(&threshold())/> }
        />
    }
    .into_any()
}

/// Where the events of a group are.
pub fn group_address(group: &IpGroup, router: Router) -> String {
    let network = group.ip_prefix.clone().unwrap_or_default();
    Evidence::Address {
        day: group.date,
        key: group.ip_key.clone(),
        network,
    }
    .address(router)
}

/// What makes a group another one on screen.
pub fn group_key(group: &IpGroup) -> String {
    format!(
        "{} {} {} {}",
        group.date, group.ip_key, group.click_count, group.last_seen
    )
}

fn columns() -> Vec<Column<IpGroup>> {
    let mut columns = group_columns();
    columns.push(Column::<IpGroup>::new(
        "explanation",
        text().guardrails.clicks.why,
        |group| group.explanation.clone().into_any(),
        |group| group.explanation.clone(),
    ));
    columns
}

/// Columns of groups, whatever they are listed for.
pub fn group_columns() -> Vec<Column<IpGroup>> {
    let words = &text().guardrails.clicks;
    vec![
        Column::<IpGroup>::new("ip_prefix", words.network, network, |group| {
            group.ip_prefix.clone().unwrap_or_default()
        })
        .sorted(|a, b| a.ip_prefix.cmp(&b.ip_prefix)),
        Column::<IpGroup>::new(
            "date",
            words.day,
            |group| day(group.date),
            |group| group.date.to_string(),
        )
        .sorted(|a, b| a.date.cmp(&b.date)),
        Column::<IpGroup>::figures(
            "click_count",
            words.clicks,
            |group| count(group.click_count).into_any(),
            |group| group.click_count.to_string(),
        )
        .sorted(|a, b| a.click_count.cmp(&b.click_count)),
        Column::<IpGroup>::figures(
            "distinct_devices",
            words.devices,
            |group| count(group.distinct_devices).into_any(),
            |group| group.distinct_devices.to_string(),
        )
        .sorted(|a, b| a.distinct_devices.cmp(&b.distinct_devices)),
        Column::<IpGroup>::new(
            "first_seen",
            words.first,
            |group| view! { <TimeText at=group.first_seen/> }.into_any(),
            |group| group.first_seen.to_rfc3339(),
        )
        .sorted(|a, b| a.first_seen.cmp(&b.first_seen)),
        Column::<IpGroup>::new(
            "last_seen",
            words.last,
            |group| view! { <TimeText at=group.last_seen/> }.into_any(),
            |group| group.last_seen.to_rfc3339(),
        )
        .sorted(|a, b| a.last_seen.cmp(&b.last_seen)),
    ]
}

fn network(group: &IpGroup) -> AnyView {
    let shown = group
        .ip_prefix
        .clone()
        .unwrap_or_else(|| text().events.unknown_network.to_owned());
    view! { <span class="mono">{shown}</span> }.into_any()
}
