//! The lists: cards of what needs attention, and the table of all.

use leptos::prelude::*;
use viral_engine_api_types::alerts::{Alert, AlertStatus, AlertType, Severity};
use viral_engine_api_types::permissions::Permission;

use super::desk::AlertActions;
use super::{severity_tag, status_tag};
use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::{
    Card, Column, Empty, FilterBar, FilterSelect, InfoTip, Metric, RemoteView, ServerTable,
    TimeText, Tone, tag,
};
use crate::format::time::relative;
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;
use crate::view::use_view;

/// Most cards; the table has them all.
const CARDS_MAX: usize = 6;
/// Filters of the address that the API knows too.
const FILTERS: [&str; 4] = ["status", "type", "severity", "cursor"];

/// What needs attention now.
#[component]
pub fn CurrentAlerts() -> impl IntoView {
    let (api, live) = (use_api(), use_live());
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_current_alerts().await },
    )
    .reload_on(move || live.alerts.get());
    view! {
        <Card title=text().alerts.current>
            <RemoteView remote name=text().alerts.current lines=3 let:current>
                <AlertCards alerts=Signal::derive(move || current.get().alerts)/>
            </RemoteView>
        </Card>
    }
}

/// Alerts as cards, gravest first.
#[component]
pub fn AlertCards(
    /// The alerts.
    #[prop(into)]
    alerts: Signal<Vec<Alert>>,
) -> impl IntoView {
    let none = move || {
        alerts.with(Vec::is_empty).then(|| {
            view! {
                <p class="font-medium">{text().alerts.none_title}</p>
                <p class="text-muted">{text().alerts.none_detail}</p>
            }
        })
    };
    let more = move || {
        let more = alerts.with(Vec::len).saturating_sub(CARDS_MAX);
        (more > 0).then(|| view! { <p class="text-muted text-xs mt-2">{(text().alerts.more_current)(more as i64)}</p> })
    };
    view! {
        {none}
        <ul class="flex flex-col divide-y divide-base-300">
            <For
                each=move || alerts.get().into_iter().take(CARDS_MAX)
                key=|alert| (alert.id, alert.status, alert.updated_at)
                let:alert
            >
                <AlertCard alert/>
            </For>
        </ul>
        {more}
    }
}

#[component]
fn AlertCard(alert: Alert) -> impl IntoView {
    let (router, view, session) = (use_router(), use_view(), use_session());
    let href = format!("/alerts/{}", alert.id);
    let (due, overdue, opened) = (alert.due_at, alert.overdue, alert.opened_at);
    let waiting = alert.status == AlertStatus::Open;
    let deadline = move || {
        let when = relative(due, view.now.get());
        waiting.then(|| {
            if overdue {
                (text().alerts.overdue)(&when)
            } else {
                (text().alerts.due)(&when)
            }
        })
    };
    let cared_for = alert
        .acknowledged_at
        .filter(|_| alert.status == AlertStatus::Acknowledged);
    let who = alert
        .acknowledged_by
        .clone()
        .unwrap_or_else(|| text().alerts.somebody.to_owned());
    let carer = move || {
        let since = relative(cared_for?, view.now.get());
        Some((text().alerts.looked_after)(&who, &since))
    };
    let tone = if overdue { "tone-bad font-medium" } else { "" };
    let heading = (text().alerts.alert_type)(alert.alert_type);
    let message = alert.message.clone();
    let link = move || match session.may(Permission::AlertsRead) {
        true => {
            view! { <a class="link font-medium" href=router.href(&href)>{heading}</a> }.into_any()
        }
        false => view! { <span class="font-medium">{heading}</span> }.into_any(),
    };
    view! {
        <li class="flex flex-col gap-1 py-2 first:pt-0 last:pb-0">
            <div class="flex flex-wrap items-center gap-2">
                {severity_tag(alert.severity)}
                {link}
                {(!waiting).then(|| status_tag(alert.status))}
            </div>
            <p class="break-words">{message}</p>
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
                <span>{text().alerts.opened} " " <TimeText at=opened/></span>
                <span class=tone title=move || view.time(due, Shape::Exact)>{deadline} {carer}</span>
                <span class="flex-1"></span>
                <AlertActions alert/>
            </div>
        </li>
    }
}

/// Every alert there has been.
#[component]
pub fn AllAlerts() -> impl IntoView {
    let (api, live, router) = (use_api(), use_live(), use_router());
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_alerts(&query).await },
    )
    .reload_on(move || live.alerts.get());
    let metric = Signal::derive(|| {
        Metric::new(text().alerts.all, text().alerts.all_help).docs("alerts/list_alerts")
    });
    view! {
        <Filters/>
        <ServerTable
            name="alerts"
            title=text().alerts.all
            remote
            columns=columns()
            key=|alert| format!("{} {:?} {}", alert.id, alert.status, alert.updated_at)
            address=|alert, router| router.query.get().on(&format!("/alerts/{}", alert.id))
            controls=|alert| view! { <AlertActions alert=alert.clone()/> }.into_any()
            aside=move || view! { <InfoTip metric/> }
            empty=|| view! { <NoAlerts/> }
        />
    }
}

#[component]
fn NoAlerts() -> impl IntoView {
    let router = use_router();
    let filtered = router
        .query
        .with_untracked(|query| !query.only(&FILTERS).is_empty());
    let alerts = &text().alerts;
    let (title, detail) = match filtered {
        true => (alerts.no_match_title, alerts.no_match_detail),
        false => (alerts.none_yet_title, alerts.none_yet_detail),
    };
    view! { <Empty title detail/> }
}

#[component]
fn Filters() -> impl IntoView {
    let alerts = &text().alerts;
    let status = |value: &str| {
        let known = AlertStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |status| (text().alerts.status)(status).to_owned(),
        )
    };
    let kind = |value: &str| {
        let known = AlertType::ALL
            .into_iter()
            .find(|kind| kind.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |kind| (text().alerts.alert_type)(kind).to_owned(),
        )
    };
    let severities = [
        ("critical", Severity::Critical),
        ("high", Severity::High),
        ("medium", Severity::Medium),
    ];
    view! {
        <FilterBar named=vec![
            ("status", alerts.status_head, status),
            ("type", alerts.kind, kind),
            ("severity", alerts.severity_head, str::to_owned),
        ]>
            <FilterSelect
                parameter="status"
                label=alerts.status_head
                choices=AlertStatus::ALL.iter().map(|status| (status.as_str(), (alerts.status)(*status))).collect()
            />
            <FilterSelect
                parameter="type"
                label=alerts.kind
                choices=AlertType::ALL.iter().map(|kind| (kind.as_str(), (alerts.alert_type)(*kind))).collect()
            />
            <FilterSelect
                parameter="severity"
                label=alerts.severity_head
                choices=severities.iter().map(|(value, severity)| (*value, (alerts.severity)(*severity))).collect()
            />
        </FilterBar>
    }
}

fn columns() -> Vec<Column<Alert>> {
    let alerts = &text().alerts;
    vec![
        Column::<Alert>::new(
            "message",
            alerts.message,
            |alert| alert.message.clone().into_any(),
            |alert| alert.message.clone(),
        )
        .sorted(|a, b| a.message.cmp(&b.message)),
        Column::<Alert>::new(
            "type",
            alerts.kind,
            |alert| (text().alerts.alert_type)(alert.alert_type).into_any(),
            |alert| alert.alert_type.as_str().to_owned(),
        )
        .sorted(|a, b| a.alert_type.as_str().cmp(b.alert_type.as_str())),
        Column::<Alert>::new(
            "severity",
            alerts.severity_head,
            |alert| severity_tag(alert.severity),
            |alert| format!("{:?}", alert.severity).to_lowercase(),
        )
        .sorted(|a, b| gravity(a).cmp(&gravity(b))),
        Column::<Alert>::new("status", alerts.status_head, status_cell, |alert| {
            alert.status.as_str().to_owned()
        })
        .sorted(|a, b| a.status.as_str().cmp(b.status.as_str())),
        Column::<Alert>::new(
            "opened_at",
            alerts.opened,
            |alert| view! { <TimeText at=alert.opened_at/> }.into_any(),
            |alert| alert.opened_at.to_rfc3339(),
        )
        .sorted(|a, b| a.opened_at.cmp(&b.opened_at)),
        Column::<Alert>::new(
            "updated_at",
            alerts.updated,
            |alert| view! { <TimeText at=alert.updated_at/> }.into_any(),
            |alert| alert.updated_at.to_rfc3339(),
        )
        .sorted(|a, b| a.updated_at.cmp(&b.updated_at)),
    ]
}

/// For sorting: the gravest is the greatest.
fn gravity(alert: &Alert) -> u8 {
    match alert.severity {
        Severity::Low => 0,
        Severity::Medium => 1,
        Severity::High => 2,
        Severity::Critical => 3,
    }
}

fn status_cell(alert: &Alert) -> AnyView {
    let overdue = alert
        .overdue
        .then(|| tag(Tone::Bad, text().alerts.overdue_tag));
    view! { <span class="inline-flex flex-wrap gap-1">{status_tag(alert.status)} {overdue}</span> }
        .into_any()
}
