//! One alert: its figures, its life, and the way to the evidence.

use leptos::prelude::*;
use serde_json::Value;
use viral_engine_api_types::AlertId;
use viral_engine_api_types::alerts::{Alert, AlertStatus, AlertType};
use viral_engine_api_types::permissions::Permission;

use super::desk::AlertActions;
use super::window::{days_of, evidence_query};
use super::{severity_tag, status_tag};
use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::{RemoteView, empty::Empty, user_words};
use crate::format::{decimal, percent};
use crate::i18n::catalogue::AlertFigure;
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;
use crate::view::use_view;

/// Subject of an alert whose type has one subject only.
const WHOLE_PLATFORM: &str = "platform";

/// The alert with an id.
#[component]
pub fn AlertDetail(id: String) -> impl IntoView {
    let (api, live) = (use_api(), use_live());
    let Ok(id) = id.parse::<AlertId>() else {
        let frame = &text().frame;
        return view! { <Empty title=frame.not_found_title detail=frame.not_found_detail/> }
            .into_any();
    };
    let remote = Remote::new(move || id, move |id| async move { api.get_alert(id).await })
        .reload_on(move || live.alerts.get());
    view! {
        <RemoteView remote name=text().alerts.detail_title let:alert>
            {move || detail(alert.get())}
        </RemoteView>
    }
    .into_any()
}

fn detail(alert: Alert) -> AnyView {
    let (words, router, session) = (&text().alerts, use_router(), use_session());
    let subject = match alert.subject.as_str() {
        WHOLE_PLATFORM => words.subject_global.to_owned(),
        subject => subject.to_owned(),
    };
    let days = days_of(alert.alert_type);
    let evidence = session.may(Permission::GuardrailsRead).then(|| {
        let found = StoredValue::new(alert.clone());
        let href = move || {
            let query =
                found.with_value(|it| evidence_query(it, tab_of(it.alert_type), days.get()));
            router.href_with("/guardrails", &query)
        };
        view! { <a class="btn btn-sm" href=href>{words.evidence}</a> }
    });
    let window = move || {
        let days = days.get()?;
        let length = (text().frame.last_days)(i64::try_from(days).ok()?);
        Some(view! { <dt>{text().overview.window}</dt><dd>{length}</dd> })
    };
    view! {
        <div class="flex flex-wrap items-center gap-2">
            {severity_tag(alert.severity)} {status_tag(alert.status)}
            <span class="text-muted">{(words.alert_type)(alert.alert_type)} " · " {subject}</span>
        </div>
        <p class="text-lg break-words">{alert.message.clone()}</p>
        <div class="flex flex-wrap items-center gap-2"><AlertActions alert=alert.clone()/> {evidence}</div>
        <section>
            <h3 class="mb-2">{words.figures}</h3>
            <dl class="facts">
                <dt>{words.value}</dt>
                <dd class="num">{figure(alert.value)}</dd>
                <dt>{words.threshold}</dt>
                <dd class="num">{figure(alert.threshold)}</dd>
                {window}
                {more_figures(&alert.details)}
            </dl>
        </section>
        <section>
            <h3 class="mb-2">{words.life}</h3>
            <ol class="life">{life(&alert)}</ol>
        </section>
    }
    .into_any()
}

/// Where the evidence stands on the page of the guardrails.
fn tab_of(kind: AlertType) -> &'static str {
    match kind {
        AlertType::FraudDetection => "suspicious-clicks",
        AlertType::BotDetection => "bots",
        AlertType::HighOptOut => "opt-outs",
        AlertType::CoppaViolation => "coppa",
        AlertType::ConversionAnomaly => "conversions",
    }
}

fn figure(value: f64) -> String {
    decimal(value, if value.fract() == 0.0 { 0 } else { 2 })
}

/// The alert's own figures, by the names people know them by. Those of an engine newer than this app keep its names.
fn more_figures(details: &Value) -> impl IntoView + use<> {
    let shown = |(name, value): (&String, &Value)| {
        let number = value.as_f64();
        match (text().alerts.figure)(name) {
            Some(AlertFigure::Repeated) => None,
            Some(AlertFigure::Count(name)) => Some((name.to_owned(), figure(number?))),
            Some(AlertFigure::Percent(name)) => Some((name.to_owned(), percent(number?))),
            Some(AlertFigure::Share(name)) => Some((name.to_owned(), percent(number? * 100.0))),
            None => Some((name.replace('_', " "), in_words(value))),
        }
    };
    let figures = details.as_object().into_iter().flatten().filter_map(shown);
    figures
        .map(|(name, shown)| view! { <dt>{name}</dt><dd class="num">{shown}</dd> })
        .collect_view()
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(words) => words.clone(),
        Value::Number(number) => figure(number.as_f64().unwrap_or_default()),
        other => other.to_string(),
    }
}

/// What happened to it, in order.
fn life(alert: &Alert) -> impl IntoView + use<> {
    let (words, view) = (&text().alerts, use_view());
    let exact = |at| view.time(at, Shape::Exact);
    let who = |name: &Option<String>| name.clone().unwrap_or_else(|| words.somebody.to_owned());
    let mut steps = vec![((words.opened_at)(&exact(alert.opened_at)), None)];
    if let Some(at) = alert.acknowledged_at {
        steps.push((
            (words.acknowledged_by)(&who(&alert.acknowledged_by), &exact(at)),
            None,
        ));
    }
    match (alert.status, alert.resolved_at) {
        (AlertStatus::Dismissed, Some(at)) => {
            steps.push((
                (words.dismissed_by)(&who(&alert.dismissed_by), &exact(at)),
                alert.dismiss_reason.clone(),
            ));
        }
        (AlertStatus::Resolved, Some(at)) => {
            steps.push(((words.resolved_by_itself)(&exact(at)), None));
        }
        (AlertStatus::Open, _) if alert.overdue => {
            steps.push(((words.overdue)(&exact(alert.due_at)), None));
        }
        (AlertStatus::Open, _) => steps.push(((words.due)(&exact(alert.due_at)), None)),
        _ => {}
    }
    let step = |(what, remark): (String, Option<String>)| {
        view! { <li><p>{what}</p>{remark.map(|remark| view! { <p class="text-muted">{user_words(&remark)}</p> })}</li> }
    };
    steps.into_iter().map(step).collect_view()
}
