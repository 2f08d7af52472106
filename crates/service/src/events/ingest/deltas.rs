//! What a batch adds to the rollups. "Clicks" are those the guardrails count: human and duplicate.
//!
//! What has no link, or a forged one, counts for the source [`NO_SOURCE`], so that sources add up to everything.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use viral_engine_api_types::events::EventType;
use viral_engine_db::events::ingest::rows::{
    ClassCounts, ClickQuarter, CompletedEvent, IngestLink, IpDay, IpDeviceDay, LinkDay, ReachedDay,
    ReferrerDay, SourceDay,
};
use viral_engine_domain::clicks::HitClass;
use viral_engine_domain::time_window::begin_of_quarter;

use super::drafts::Draft;

/// Source of what came without a link that can be believed.
const NO_SOURCE: &str = "";

/// Rows to add, each list in the order of its table's key.
#[derive(Default)]
pub(super) struct Deltas {
    pub ips: Vec<IpDay>,
    pub ip_devices: Vec<IpDeviceDay>,
    pub referrers: Vec<ReferrerDay>,
    pub links: Vec<LinkDay>,
    pub sources: Vec<SourceDay>,
    pub quarters: Vec<ClickQuarter>,
    pub reached: Vec<ReachedDay>,
}

#[derive(Default)]
struct Sums<'a> {
    ips: BTreeMap<(NaiveDate, [u8; 16]), IpSum<'a>>,
    ip_devices: BTreeMap<(NaiveDate, [u8; 16], &'a str), i64>,
    referrers: BTreeMap<(NaiveDate, Uuid), ReferrerSum>,
    links: BTreeMap<(Uuid, NaiveDate), (ClassCounts, i64)>,
    sources: BTreeMap<(NaiveDate, &'a str), SourceSum>,
    quarters: BTreeMap<(DateTime<Utc>, &'a str), QuarterSum>,
    reached: BTreeMap<(Uuid, NaiveDate), (DateTime<Utc>, DateTime<Utc>)>,
}

struct IpSum<'a> {
    prefix: &'a str,
    clicks: i64,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

#[derive(Default)]
struct ReferrerSum {
    clicks: i64,
    human: i64,
    conversions: i64,
}

#[derive(Default)]
struct QuarterSum {
    human: i64,
    visitors: i64,
}

#[derive(Default)]
struct SourceSum {
    hits: ClassCounts,
    invites: i64,
    conversions: i64,
    activations: i64,
}

/// Sums up the drafts of a batch, and the stored events that its clicks completed.
pub(super) fn sum_up<'a>(
    drafts: &'a [Draft<'a>],
    completed: &'a [(CompletedEvent, &'a IngestLink)],
) -> Deltas {
    let mut sums = Sums::default();
    for draft in drafts {
        match draft.class {
            Some(class) => sums.add_hit(draft, class),
            None => sums.add_outcome(draft),
        }
    }
    for (event, link) in completed {
        sums.add_completed(event, link);
    }
    sums.into_deltas()
}

impl<'a> Sums<'a> {
    fn add_hit(&mut self, draft: &'a Draft<'a>, class: HitClass) {
        let day = draft.event.occurred_at.date_naive();
        if let Some(link) = draft.link {
            count(&mut self.links.entry((link.id, day)).or_default().0, class);
        }
        let genuine = draft.event.hit.as_ref().is_some_and(|hit| hit.genuine);
        let source = draft.link.filter(|_| genuine);
        let source = source.map_or(NO_SOURCE, |link| &link.source);
        count(&mut self.source(day, source).hits, class);
        if class == HitClass::Human {
            let quarter = begin_of_quarter(draft.event.occurred_at);
            let sum = self.quarters.entry((quarter, source)).or_default();
            sum.human += 1;
            sum.visitors += i64::from(draft.new_visitor);
        }
        if class.counts_for_guardrails() {
            self.add_click(draft, day, class);
        }
    }

    fn add_click(&mut self, draft: &'a Draft<'a>, day: NaiveDate, class: HitClass) {
        let at = draft.event.occurred_at;
        if let Some(referrer) = draft.referrer {
            let sum = self.referrers.entry((day, referrer)).or_default();
            sum.clicks += 1;
            sum.human += i64::from(class == HitClass::Human);
        }
        let Some(address) = &draft.event.address else {
            return;
        };
        let sum = self
            .ips
            .entry((day, address.hash))
            .or_insert_with(|| IpSum {
                prefix: &address.prefix,
                clicks: 0,
                first: at,
                last: at,
            });
        sum.clicks += 1;
        sum.first = sum.first.min(at);
        sum.last = sum.last.max(at);
        if let Some(device) = draft.event.device.as_deref() {
            *self
                .ip_devices
                .entry((day, address.hash, device))
                .or_default() += 1;
        }
    }

    fn add_outcome(&mut self, draft: &'a Draft<'a>) {
        let day = draft.event.occurred_at.date_naive();
        let event_type = draft.event.event_type;
        if event_type == EventType::InviteSent
            && let Some(user) = draft.referee
        {
            let at = draft.event.occurred_at;
            let span = self.reached.entry((user, day)).or_insert((at, at));
            *span = (span.0.min(at), span.1.max(at));
        }
        if event_type == EventType::Conversion
            && let Some(referrer) = draft.referrer
        {
            let sum = self.referrers.entry((day, referrer)).or_default();
            sum.conversions += 1;
        }
        let source = draft.link.map_or(NO_SOURCE, |link| &link.source);
        self.add_to_source(source, day, event_type, 1);
        if let Some(link) = draft.link.filter(|_| event_type == EventType::Conversion) {
            self.links.entry((link.id, day)).or_default().1 += 1;
        }
    }

    fn add_completed(&mut self, event: &CompletedEvent, link: &'a IngestLink) {
        let day = event.occurred_at.date_naive();
        let Some(event_type) = EventType::ALL
            .into_iter()
            .find(|known| known.as_str() == event.event_type)
        else {
            return;
        };
        if event_type == EventType::Conversion
            && let Some(referrer) = event.referrer_id
        {
            let sum = self.referrers.entry((day, referrer)).or_default();
            sum.conversions += 1;
        }
        if event_type == EventType::Conversion {
            self.links.entry((link.id, day)).or_default().1 += 1;
        }
        self.add_to_source(NO_SOURCE, day, event_type, -1);
        self.add_to_source(&link.source, day, event_type, 1);
    }

    fn add_to_source(
        &mut self,
        source: &'a str,
        day: NaiveDate,
        event_type: EventType,
        count: i64,
    ) {
        let sum = self.source(day, source);
        match event_type {
            EventType::InviteSent => sum.invites += count,
            EventType::Activation => sum.activations += count,
            EventType::Conversion => sum.conversions += count,
            EventType::Click => {}
        }
    }

    fn source(&mut self, day: NaiveDate, source: &'a str) -> &mut SourceSum {
        self.sources.entry((day, source)).or_default()
    }

    fn into_deltas(self) -> Deltas {
        Deltas {
            ips: self.ips.into_iter().map(ip_day).collect(),
            ip_devices: self
                .ip_devices
                .into_iter()
                .map(|((day, ip_hash, device), clicks)| IpDeviceDay {
                    day,
                    ip_hash,
                    device_fingerprint: device.to_owned(),
                    clicks,
                })
                .collect(),
            referrers: self
                .referrers
                .into_iter()
                .map(|((day, referrer_id), sum)| ReferrerDay {
                    day,
                    referrer_id,
                    clicks: sum.clicks,
                    human: sum.human,
                    conversions: sum.conversions,
                })
                .collect(),
            links: self
                .links
                .into_iter()
                .map(|((link_id, day), (hits, conversions))| LinkDay {
                    day,
                    link_id,
                    hits,
                    conversions,
                })
                .collect(),
            sources: self.sources.into_iter().map(source_day).collect(),
            quarters: self.quarters.into_iter().map(click_quarter).collect(),
            reached: self
                .reached
                .into_iter()
                .map(|((user_id, day), (first_at, last_at))| ReachedDay {
                    user_id,
                    day,
                    first_at,
                    last_at,
                })
                .collect(),
        }
    }
}

fn ip_day(((day, ip_hash), sum): ((NaiveDate, [u8; 16]), IpSum<'_>)) -> IpDay {
    IpDay {
        day,
        ip_hash,
        ip_prefix: Some(sum.prefix.to_owned()),
        clicks: sum.clicks,
        first_seen: sum.first,
        last_seen: sum.last,
    }
}

fn source_day(((day, source), sum): ((NaiveDate, &str), SourceSum)) -> SourceDay {
    SourceDay {
        day,
        source: source.to_owned(),
        hits: sum.hits,
        invites: sum.invites,
        conversions: sum.conversions,
        activations: sum.activations,
    }
}

fn click_quarter(((quarter, source), sum): ((DateTime<Utc>, &str), QuarterSum)) -> ClickQuarter {
    ClickQuarter {
        quarter,
        source: source.to_owned(),
        human: sum.human,
        visitors: sum.visitors,
    }
}

fn count(counts: &mut ClassCounts, class: HitClass) {
    *match class {
        HitClass::Human => &mut counts.human,
        HitClass::Duplicate => &mut counts.duplicate,
        HitClass::Bot => &mut counts.bot,
        HitClass::Preview => &mut counts.preview,
        HitClass::Prefetch => &mut counts.prefetch,
        HitClass::Rejected => &mut counts.rejected,
    } += 1;
}
