//! The evidence, a tab a guardrail.

mod blocks;
mod bots;
mod clicks;
mod conversions;
mod coppa;
mod networks;
mod opt_outs;

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;

use super::Figures;
use crate::components::{Tab, Tabs};
use crate::i18n::text;
use crate::session::use_session;

/// Parameters of the address that end when another tab is chosen.
const OF_A_TAB: [&str; 11] = [
    "sort",
    "rates_sort",
    "networks_sort",
    "find",
    "rates_find",
    "networks_find",
    "cursor",
    "events",
    "events_cursor",
    "events_sort",
    "violation",
];

/// The tabs with their figures.
#[component]
pub fn GuardrailTabs(figures: Figures) -> impl IntoView {
    let session = use_session();
    let words = &text().guardrails;
    provide_context(figures);
    let mut tabs = vec![
        Tab {
            id: "suspicious-clicks",
            name: words.clicks.tab,
            view: clicks::view,
        },
        Tab {
            id: "bots",
            name: words.bots.tab,
            view: bots::view,
        },
        Tab {
            id: "opt-outs",
            name: words.opt_outs.tab,
            view: opt_outs::view,
        },
        Tab {
            id: "coppa",
            name: words.coppa.tab,
            view: coppa::view,
        },
        Tab {
            id: "conversions",
            name: words.conversions.tab,
            view: conversions::view,
        },
        Tab {
            id: "shared-networks",
            name: words.networks.tab,
            view: networks::view,
        },
    ];
    if untrack(|| session.may(Permission::BlocksRead)) {
        tabs.push(Tab {
            id: "blocked",
            name: words.blocks.tab,
            view: blocks::view,
        });
    }
    let count = Callback::new(move |tab: &'static str| {
        figures.with(|it| {
            let parts = &it.health.components;
            match tab {
                "suspicious-clicks" => Some(parts.suspicious_clicks.total_flagged_ips),
                "bots" => Some(parts.bots.total_flagged_devices),
                "coppa" => Some(
                    parts.coppa.parent_shares.violations_found
                        + parts.coppa.progress_reels.violations_found,
                ),
                "conversions" => Some(parts.conversion_anomalies.total_flagged),
                "shared-networks" => Some(parts.suspicious_clicks.total_shared_networks),
                _ => None,
            }
        })
    });
    view! { <Tabs label=words.tabs tabs count forget=&OF_A_TAB/> }
}

/// A calendar day in a cell.
fn day(day: chrono::NaiveDate) -> AnyView {
    view! { <span class="whitespace-nowrap">{crate::browser::intl::format_day(day)}</span> }
        .into_any()
}

/// The figures, inside a tab.
fn figures() -> Figures {
    expect_context()
}
