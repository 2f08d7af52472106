//! Health score and open alerts. The score has a window of its own, so what it is compared with is asked for apart.

use leptos::prelude::*;
use viral_engine_api_types::guardrails::{CurrentAlerts, Window};

use crate::api::{Api, ApiResult, use_api};
use crate::charts::Gauge;
use crate::components::{Card, Icon, Metric, RemoteView, Tone, icon};
use crate::format::score;
use crate::i18n::text;
use crate::live::use_live;
use crate::pages::alerts::AlertCards;
use crate::pages::guardrails::tones::health_tone;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::view::use_view;
use crate::window::rfc3339;

/// The score of now and of the window of the same length before.
#[derive(Clone, Debug, PartialEq)]
struct Comparison {
    window: Window,
    now: f64,
    before: f64,
}

/// Health score and open alerts.
#[component]
pub fn Safety() -> impl IntoView {
    let (api, live, router, view) = (use_api(), use_live(), use_router(), use_view());
    let words = &text().overview;
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_current_alerts().await },
    )
    .reload_on(move || (live.alerts.get(), live.data.get()));
    let compared = Remote::new(
        move || view.compare.get(),
        move |wanted| async move {
            if wanted {
                compare(api).await.map(Some)
            } else {
                Ok(None)
            }
        },
    )
    .reload_on(move || live.data.get());
    let metric = Signal::derive(move || {
        let health = &text().guardrails.health;
        let metric = Metric::new(words.health, health.formula)
            .fact(text().guardrails.cards.formula, health.scale)
            .docs("guardrails/get_health");
        let metric = match compared.data.get().flatten() {
            Some(it) => metric.window(&it.window),
            None => metric.fact(words.window, words.health_window),
        };
        match remote.answered.get() {
            Some(at) => metric.computed(at, view.now.get()),
            None => metric,
        }
    });
    view! {
        <div class="grid gap-4 md:grid-cols-3">
            <Card
                title=words.health
                metric
                aside=move || view! { <a class="link text-xs" href=move || router.href("/guardrails")>{words.health_link}</a> }
            >
                <RemoteView remote name=words.health lines=3 let:current>
                    <Score current/>
                </RemoteView>
                {move || compared.data.get().flatten().map(|it| change(it.now - it.before, it.before))}
            </Card>
            <div class="md:col-span-2 min-w-0">
                <Card
                    title=words.alerts
                    aside=move || view! { <a class="link text-xs" href=move || router.href("/alerts")>{words.alerts_link}</a> }
                >
                    <RemoteView remote name=words.alerts lines=3 let:current>
                        <AlertCards alerts=Signal::derive(move || current.with(|current| current.alerts.clone()))/>
                    </RemoteView>
                </Card>
            </div>
        </div>
    }
}

async fn compare(api: Api) -> ApiResult<Comparison> {
    let now = api.get_health(&Query::new()).await?;
    let Window {
        from,
        to,
        time_zone,
    } = &now.window;
    let before = Query::new()
        .and("from", rfc3339(*from - (*to - *from)))
        .and("to", rfc3339(*from))
        .and("time_zone", time_zone);
    let before = api.get_health(&before).await?;
    Ok(Comparison {
        window: now.window,
        now: now.health_score,
        before: before.health_score,
    })
}

/// By how many points the score differs, by arrow, figure and word.
fn change(by: f64, before: f64) -> impl IntoView {
    let (words, before) = (&text().overview, score(before));
    let (tone, mark, said) = match by {
        by if by >= 0.05 => (
            Tone::Good,
            Icon::ArrowUp,
            (words.points_up)(&score(by), &before),
        ),
        by if by <= -0.05 => (
            Tone::Bad,
            Icon::ArrowDown,
            (words.points_down)(&score(-by), &before),
        ),
        _ => (Tone::Neutral, Icon::Minus, (words.unchanged)(&before)),
    };
    view! {
        <p class=format!("flex items-center justify-center gap-1 text-xs font-medium {}", tone.class())>
            {icon(mark)} {said}
        </p>
    }
}

#[component]
fn Score(current: Signal<CurrentAlerts>) -> impl IntoView {
    let status = move || current.with(|current| current.health_status);
    view! {
        <div class="flex items-center justify-center">
            <Gauge
                value=Signal::derive(move || current.with(|current| current.health_score))
                shown=Signal::derive(move || score(current.with(|current| current.health_score)))
                word=Signal::derive(move || (text().guardrails.health.status)(status()).to_owned())
                tone=Signal::derive(move || health_tone(status()).class())
            />
        </div>
    }
}
