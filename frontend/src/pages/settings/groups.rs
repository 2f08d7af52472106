//! Which settings belong together. Pure.

use viral_engine_api_types::settings::Setting;

/// What a setting is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Suspicious clicks and shared networks.
    Clicks,
    /// Bursts of one device.
    Bots,
    /// Opt-outs.
    OptOuts,
    /// Personal information.
    Coppa,
    /// Unlikely conversions.
    Conversions,
    /// The health score.
    Health,
    /// When an alert opens.
    Alerts,
    /// A setting of an engine newer than this app.
    Other,
}

/// The groups, in the order of the page, by what the names of their settings begin with.
const GROUPS: [(Group, &[&str]); 7] = [
    (Group::Clicks, &["FRAUD_", "SHARED_NETWORK_"]),
    (Group::Bots, &["BOT_"]),
    (Group::OptOuts, &["OPT_OUT_"]),
    (Group::Coppa, &["COPPA_"]),
    (Group::Conversions, &["CONVERSION_"]),
    (Group::Health, &["HEALTH_SCORE_"]),
    (Group::Alerts, &["ALERT_"]),
];

impl Group {
    /// The group of a setting.
    pub fn of(key: &str) -> Self {
        let known = GROUPS
            .iter()
            .find(|(_, starts)| starts.iter().any(|start| key.starts_with(start)));
        known.map_or(Self::Other, |(group, _)| *group)
    }
}

/// The keys of each group that has settings, in the engine's order.
pub fn grouped(settings: &[Setting]) -> Vec<(Group, Vec<String>)> {
    let groups = GROUPS.iter().map(|(group, _)| *group).chain([Group::Other]);
    let keys = |group: Group| {
        let own = settings.iter().filter(move |s| Group::of(&s.key) == group);
        own.map(|s| s.key.clone()).collect::<Vec<_>>()
    };
    groups
        .map(|group| (group, keys(group)))
        .filter(|(_, keys)| !keys.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Group;

    #[test]
    fn settings_stand_with_what_they_are_about() {
        assert_eq!(Group::of("SHARED_NETWORK_MIN_DEVICES"), Group::Clicks);
        assert_eq!(Group::of("HEALTH_SCORE_BOT_CAP"), Group::Health);
        assert_eq!(Group::of("ALERT_BOT_THRESHOLD"), Group::Alerts);
        assert_eq!(Group::of("SOMETHING_NEW"), Group::Other);
    }
}
