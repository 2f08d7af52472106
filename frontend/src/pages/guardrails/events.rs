//! The events behind a figure, in a drawer: all of a network on a day, of a device, or of a referrer. Which, stands
//! in the address as `events=device:fp-1`, so that evidence can be shared by its link.

use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use viral_engine_api_types::blocks::BlockEntity;
use viral_engine_api_types::events::{Event, EventType, HitClass};
use viral_engine_api_types::guardrails::Window;

use super::Figures;
use super::desk::{BlockButton, network_controls};
use crate::api::use_api;
use crate::browser::intl::format_day;
use crate::components::{Column, Drawer, Empty, Ignored, ServerTable, TimeText, user_text_or_none};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Query, Router, Visit, use_router};
use crate::view::{View, use_view};
use crate::window::rfc3339;

const PARAMETER: &str = "events";
const CURSOR: &str = "events_cursor";
const SORT: &str = "events_sort";

/// What the events have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// One address on one day, by the engine's key, with its network if that is kept.
    Address {
        /// Day.
        day: NaiveDate,
        /// Opaque key of the address.
        key: String,
        /// Truncated network; empty when it is not kept.
        network: String,
    },
    /// A device in the period.
    Device(String),
    /// Conversions of a referrer in the period.
    Referrer(String),
    /// Conversions of a referrer on one day.
    ReferrerDay(NaiveDate, String),
}

impl Evidence {
    /// For the address.
    pub fn write(&self) -> String {
        match self {
            Self::Address { day, key, network } => format!("address:{day}:{key}:{network}"),
            Self::Device(device) => format!("device:{device}"),
            Self::Referrer(referrer) => format!("referrer:{referrer}"),
            Self::ReferrerDay(day, referrer) => format!("day:{day}:{referrer}"),
        }
    }

    /// Reads the address.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "address" => {
                let mut parts = rest.splitn(3, ':');
                let (day, key, network) =
                    (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
                Some(Self::Address {
                    day,
                    key: key.to_owned(),
                    network: network.to_owned(),
                })
            }
            "device" => Some(Self::Device(rest.to_owned())),
            "referrer" => Some(Self::Referrer(rest.to_owned())),
            "day" => {
                let (day, referrer) = rest.split_once(':')?;
                Some(Self::ReferrerDay(day.parse().ok()?, referrer.to_owned()))
            }
            _ => None,
        }
    }

    /// Where the drawer is open on it.
    pub fn address(&self, router: Router) -> String {
        let query = router.query.get().with(PARAMETER, Some(&self.write()));
        query.with(CURSOR, None).on(&router.path.get())
    }

    fn title(&self) -> String {
        let words = &text().events;
        match self {
            Self::Address { network, .. } if network.is_empty() => {
                (words.of_network)(words.unknown_network)
            }
            Self::Address { day, network, .. } => {
                format!("{}, {}", (words.of_network)(network), format_day(*day))
            }
            Self::Device(device) => (words.of_device)(device),
            Self::Referrer(referrer) => (words.of_referrer)(referrer),
            Self::ReferrerDay(day, referrer) => {
                format!("{}, {}", (words.of_referrer)(referrer), format_day(*day))
            }
        }
    }

    fn query(&self, view: View, window: &Window) -> Query {
        let of_day = |query: Query, day: NaiveDate| {
            let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
            query
                .and("from", rfc3339(view.day_start(day)))
                .and("to", rfc3339(view.day_start(next)))
        };
        let conversions = |referrer: &str| {
            Query::new()
                .and("type", EventType::Conversion.as_str())
                .and("referrer", referrer)
        };
        let of_period = |query: Query| {
            query
                .and("from", rfc3339(window.from))
                .and("to", rfc3339(window.to))
        };
        match self {
            Self::Address { day, key, .. } => of_day(Query::new().and("ip_key", key), *day),
            Self::Device(device) => of_period(Query::new().and("device_fingerprint", device)),
            Self::Referrer(referrer) => of_period(conversions(referrer)),
            Self::ReferrerDay(day, referrer) => of_day(conversions(referrer), *day),
        }
    }

    fn controls(&self) -> AnyView {
        match self {
            Self::Address { network, .. } => {
                network_controls(Some(network.as_str()).filter(|network| !network.is_empty()))
            }
            Self::Device(device) => {
                view! { <BlockButton entity=BlockEntity::Device value=device.clone()/> }.into_any()
            }
            Self::Referrer(_) | Self::ReferrerDay(..) => ().into_any(),
        }
    }
}

/// The drawer.
#[component]
pub fn EventsDrawer(figures: Figures) -> impl IntoView {
    let router = use_router();
    let wish = router.parameter(PARAMETER);
    let evidence = Memo::new(move |_| wish.get().as_deref().and_then(Evidence::parse));
    let unknown = Signal::derive(move || {
        let vain = wish.with(Option::is_some) && evidence.with(Option::is_none);
        if vain { vec![PARAMETER] } else { Vec::new() }
    });
    let close = Callback::new(move |()| {
        router.set(
            &[(PARAMETER, None), (CURSOR, None), (SORT, None)],
            Visit::Replace,
        );
    });
    view! {
        <Ignored parameters=unknown/>
        <Drawer
            open=Signal::derive(move || evidence.with(Option::is_some))
            on_close=close
            title=Signal::derive(move || evidence.with(|it| it.as_ref().map(Evidence::title).unwrap_or_default()))
        >
            {move || evidence.get().map(|evidence| view! { <EvidenceView evidence figures/> })}
        </Drawer>
    }
}

#[component]
fn EvidenceView(evidence: Evidence, figures: Figures) -> impl IntoView {
    let (api, router, view) = (use_api(), use_router(), use_view());
    let cursor = router.parameter(CURSOR);
    let controls = evidence.controls();
    // The window of when the drawer was opened: it ends now, so it would move with every refresh.
    let window = figures.with_untracked(|it| it.health.window.clone());
    let remote = Remote::new(
        move || {
            evidence
                .query(view, &window)
                .with("cursor", cursor.get().as_deref())
        },
        move |query| async move { api.list_events(&query).await },
    );
    let words = &text().events;
    view! {
        <div class="flex flex-wrap gap-2 empty:hidden">{controls}</div>
        <ServerTable
            name="events"
            title=words.title
            remote
            columns=columns()
            key=|event| event.id.to_string()
            cursor_parameter=CURSOR
            sort_parameter=SORT
            empty=|| view! { <Empty title=text().events.none_title detail=text().events.none_detail/> }
        />
    }
}

fn columns() -> Vec<Column<Event>> {
    let words = &text().events;
    vec![
        Column::<Event>::new(
            "occurred_at",
            words.time,
            |it| view! { <TimeText at=it.occurred_at/> }.into_any(),
            |it| it.occurred_at.to_rfc3339(),
        )
        .sorted(|a, b| a.occurred_at.cmp(&b.occurred_at)),
        Column::<Event>::new("type", words.kind, kind, |it| {
            format!(
                "{} {}",
                it.event_type.as_str(),
                it.class.map(HitClass::as_str).unwrap_or_default()
            )
        }),
        Column::<Event>::new(
            "referrer",
            words.referrer,
            |it| user_text_or_none(it.referrer.as_ref()),
            |it| it.referrer.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.referrer.cmp(&b.referrer)),
        Column::<Event>::new(
            "referee",
            words.referee,
            |it| user_text_or_none(it.referee.as_ref()),
            |it| it.referee.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.referee.cmp(&b.referee)),
        Column::<Event>::new(
            "ip_prefix",
            words.network,
            |it| user_text_or_none(it.ip_prefix.as_ref()),
            |it| it.ip_prefix.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.ip_prefix.cmp(&b.ip_prefix)),
        Column::<Event>::new(
            "device_fingerprint",
            words.device,
            |it| user_text_or_none(it.device_fingerprint.as_ref()),
            |it| it.device_fingerprint.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.device_fingerprint.cmp(&b.device_fingerprint)),
        Column::<Event>::new(
            "origin",
            words.origin_head,
            |it| (text().events.origin)(it.origin).into_any(),
            |it| format!("{:?}", it.origin).to_lowercase(),
        ),
    ]
}

fn kind(event: &Event) -> AnyView {
    let words = &text().events;
    let class = event
        .class
        .map(|class| format!(", {}", (words.class)(class)))
        .unwrap_or_default();
    format!("{}{class}", (words.event_type)(event.event_type)).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_keeps_the_evidence() {
        let day = "2026-01-05".parse().unwrap();
        for evidence in [
            Evidence::Address {
                day,
                key: "k1".to_owned(),
                network: "2001:db8::/48".to_owned(),
            },
            Evidence::Address {
                day,
                key: "k1".to_owned(),
                network: String::new(),
            },
            Evidence::Device("a:b".to_owned()),
            Evidence::Referrer("parent:17".to_owned()),
            Evidence::ReferrerDay(day, "x:y".to_owned()),
        ] {
            assert_eq!(Evidence::parse(&evidence.write()), Some(evidence));
        }
    }

    #[test]
    fn nonsense_is_no_evidence() {
        for text in [
            "",
            "device",
            "address:x:k:n",
            "address:2026-01-05:k",
            "day:2026-01-05",
            "other:1",
        ] {
            assert_eq!(Evidence::parse(text), None, "{text}");
        }
    }
}
