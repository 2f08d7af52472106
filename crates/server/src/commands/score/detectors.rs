//! What the detectors find beside what was planted.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use chrono::TimeDelta;
use viral_engine_api_types::guardrails::IpGroup;
use viral_engine_service::Context;
use viral_engine_service::answers::WindowParameters;
use viral_engine_service::guardrails::{
    GuardrailsRequest, get_bots, get_conversion_anomalies, get_coppa, get_suspicious_clicks,
};
use viral_engine_simulator::{IpGroupTruth, Truth, WindowTruth};

use super::super::explained;

/// What is found or planted, as what tells it from everything else.
pub(super) type Things = BTreeSet<String>;

/// How well one kind of thing is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    pub(super) name: &'static str,
    pub(super) planted: usize,
    pub(super) found: usize,
    both: usize,
}

impl Score {
    pub(super) fn of(name: &'static str, planted: &Things, found: &Things) -> Self {
        Self {
            name,
            planted: planted.len(),
            found: found.len(),
            both: planted.intersection(found).count(),
        }
    }

    /// Percent of what was planted that is found; `None` of nothing.
    pub(super) fn recall(&self) -> Option<f64> {
        percent(self.both, self.planted)
    }

    /// Percent of what is found that was planted; `None` of nothing.
    pub(super) fn precision(&self) -> Option<f64> {
        percent(self.both, self.found)
    }

    /// Whether 95 % are found, and 99 % of what is found was planted.
    pub(super) fn is_met(&self) -> bool {
        self.recall().is_none_or(|recall| recall >= 95.0)
            && self.precision().is_none_or(|precision| precision >= 99.0)
    }
}

/// Innocent clicks that are flagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spared {
    pub(super) name: &'static str,
    pub(super) clicks: usize,
    pub(super) flagged: usize,
}

impl Spared {
    /// Percent of the clicks that is flagged; `None` of none.
    pub(super) fn percent(&self) -> Option<f64> {
        percent(self.flagged, self.clicks)
    }

    /// Whether at most 0.5 % are.
    pub(super) fn is_met(&self) -> bool {
        self.percent().is_none_or(|percent| percent <= 0.5)
    }
}

/// What the detectors do to a platform.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scores {
    pub(super) detectors: Vec<Score>,
    pub(super) pupils: Spared,
}

fn percent(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64 * 100.0)
}

/// Scores every detector over the whole platform.
pub(super) async fn score(context: &Context, truth: &Truth) -> Result<Scores> {
    let Some(whole) = truth.windows.iter().max_by_key(|window| window.days) else {
        bail!("the truth is of no window");
    };
    let request = request(whole);
    let (mut detectors, mut pupils) = addresses(context, &request, whole).await?;
    let devices = devices(context, &request, whole).await?;
    // Answers do not tell where a device is: each that is taken for a bot and is none may be a pupil's.
    pupils.flagged += devices.found - devices.both;
    detectors.push(devices);
    detectors.push(referrers(context, &request, whole).await?);
    detectors.push(payloads(context, &request, whole).await?);
    Ok(Scores { detectors, pupils })
}

fn request(window: &WindowTruth) -> GuardrailsRequest {
    GuardrailsRequest {
        window: WindowParameters {
            from: Some(window.from),
            // The end is not included.
            to: Some(window.to + TimeDelta::microseconds(1)),
            ..WindowParameters::default()
        },
        ..GuardrailsRequest::default()
    }
}

async fn addresses(
    context: &Context,
    request: &GuardrailsRequest,
    truth: &WindowTruth,
) -> Result<(Vec<Score>, Spared)> {
    let found = get_suspicious_clicks(context, request)
        .await
        .map_err(explained)?;
    let truth = &truth.suspicious_clicks;
    require_all(found.suspicious_ips.len(), found.total_flagged_ips)?;
    require_all(found.shared_networks.len(), found.total_shared_networks)?;
    let of_engine = |groups: &[IpGroup]| -> Things {
        let key = |one: &IpGroup| format!("{:?}", (one.date, one.first_seen, one.click_count));
        groups.iter().map(key).collect()
    };
    let key = |one: &IpGroupTruth| format!("{:?}", (one.date, one.first_seen, one.click_count));
    let of_truth = |groups: &[IpGroupTruth]| -> Things { groups.iter().map(key).collect() };
    let flagged = of_engine(&found.suspicious_ips);
    let scores = vec![
        Score::of("click farms", &of_truth(&truth.suspicious_ips), &flagged),
        Score::of(
            "school networks",
            &of_truth(&truth.shared_networks),
            &of_engine(&found.shared_networks),
        ),
    ];
    let schools = truth.shared_networks.iter();
    let clicks = |groups: &mut dyn Iterator<Item = &IpGroupTruth>| {
        usize::try_from(groups.map(|one| one.click_count).sum::<u64>()).unwrap_or(usize::MAX)
    };
    let spared = Spared {
        name: "clicks of pupils in schools",
        clicks: clicks(&mut schools.clone()),
        flagged: clicks(&mut schools.filter(|one| flagged.contains(&key(one)))),
    };
    Ok((scores, spared))
}

async fn devices(
    context: &Context,
    request: &GuardrailsRequest,
    truth: &WindowTruth,
) -> Result<Score> {
    let found = get_bots(context, request).await.map_err(explained)?;
    require_all(found.bot_like_devices.len(), found.total_flagged_devices)?;
    let found = found.bot_like_devices.iter();
    let found = found.map(|one| format!("{:?}", (one.first_seen, one.last_seen, one.total_clicks)));
    let planted = truth.bots.bot_like_devices.iter();
    let planted =
        planted.map(|one| format!("{:?}", (one.first_seen, one.last_seen, one.total_clicks)));
    Ok(Score::of("bots", &planted.collect(), &found.collect()))
}

async fn referrers(
    context: &Context,
    request: &GuardrailsRequest,
    truth: &WindowTruth,
) -> Result<Score> {
    let found = get_conversion_anomalies(context, request)
        .await
        .map_err(explained)?;
    let days = found.suspicious_referrers.iter();
    let rates = found.high_conversion_rate_referrers.iter();
    let found: Things = days
        .map(|one| format!("{} {}", one.referrer, one.date))
        .chain(rates.map(|one| format!("{} {:?}", one.referrer, one.kind)))
        .collect();
    let truth = &truth.conversion_anomalies;
    let days = truth.suspicious_referrers.iter();
    let rates = truth.high_conversion_rate_referrers.iter();
    let planted: Things = days
        .map(|one| format!("{} {}", one.referrer, one.date))
        .chain(rates.map(|one| format!("{} {:?}", one.referrer, one.kind)))
        .collect();
    Ok(Score::of("conversion anomalies", &planted, &found))
}

async fn payloads(
    context: &Context,
    request: &GuardrailsRequest,
    truth: &WindowTruth,
) -> Result<Score> {
    let found = get_coppa(context, request).await.map_err(explained)?;
    let found: Things = found
        .violations
        .iter()
        .map(|one| {
            format!(
                "{:?} {:?} {} {}",
                one.at, one.kind, one.field_path, one.entity_type
            )
        })
        .collect();
    let planted: Things = truth
        .coppa
        .violations
        .iter()
        .map(|one| {
            format!(
                "{:?} {:?} {} {}",
                one.at, one.kind, one.field_path, one.entity_type
            )
        })
        .collect();
    Ok(Score::of("personal information", &planted, &found))
}

/// Answers list a thousand; what is not listed can not be scored.
fn require_all(listed: usize, all: i64) -> Result<()> {
    if listed as i64 == all {
        return Ok(());
    }
    bail!("{all} are flagged and {listed} listed: score a platform with fewer users or days")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn things(names: &[&str]) -> Things {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_missed_costs_recall_and_what_is_made_up_precision() {
        let score = Score::of(
            "bots",
            &things(&["a", "b", "c", "d"]),
            &things(&["a", "b", "c", "x", "y"]),
        );
        assert_eq!(
            (score.recall(), score.precision()),
            (Some(75.0), Some(60.0))
        );
        assert!(!score.is_met());
    }

    #[test]
    fn one_innocent_click_in_two_hundred_may_be_flagged() {
        let spared = |clicks, flagged| Spared {
            name: "clicks",
            clicks,
            flagged,
        };
        assert!(spared(200, 1).is_met() && spared(0, 0).is_met());
        assert!(!spared(199, 1).is_met());
    }

    #[test]
    fn nothing_planted_and_nothing_found_is_no_miss() {
        let score = Score::of("bots", &Things::new(), &Things::new());
        assert_eq!((score.recall(), score.precision()), (None, None));
        assert!(score.is_met());
        assert!(!Score::of("bots", &things(&["a"]), &Things::new()).is_met());
        assert!(!Score::of("bots", &Things::new(), &things(&["a"])).is_met());
    }
}
