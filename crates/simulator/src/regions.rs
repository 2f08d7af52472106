//! Where people live: what time it is there and which languages their browsers ask for.

use chrono::TimeDelta;

/// A part of the world.
#[derive(Debug)]
pub(crate) struct Region {
    /// Relative number of people.
    weight: u32,
    /// IANA name, for the platform's records.
    pub(crate) time_zone: &'static str,
    offset_minutes: i64,
    /// Language tag.
    pub(crate) locale: &'static str,
    /// `Accept-Language` as Chromium writes it.
    pub(crate) chromium: &'static str,
    /// As Firefox writes it.
    pub(crate) firefox: &'static str,
    /// As Safari writes it.
    pub(crate) safari: &'static str,
}

/// Everywhere. New ones go to the end.
pub(crate) const REGIONS: [Region; 8] = [
    region(
        30,
        "America/New_York",
        -300,
        "en-US",
        ["en-US,en;q=0.9", "en-US,en;q=0.5", "en-US,en;q=0.9"],
    ),
    region(
        16,
        "America/Los_Angeles",
        -480,
        "en-US",
        [
            "en-US,en;q=0.9,es;q=0.8",
            "en-US,en;q=0.5",
            "en-US,en;q=0.9",
        ],
    ),
    region(
        18,
        "Europe/London",
        0,
        "en-GB",
        [
            "en-GB,en;q=0.9,en-US;q=0.8",
            "en-GB,en;q=0.5",
            "en-GB,en;q=0.9",
        ],
    ),
    region(
        14,
        "Europe/Berlin",
        60,
        "de-DE",
        [
            "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
            "de,en-US;q=0.7,en;q=0.3",
            "de-DE,de;q=0.9",
        ],
    ),
    region(
        8,
        "Europe/Madrid",
        60,
        "es-ES",
        [
            "es-ES,es;q=0.9",
            "es-ES,es;q=0.8,en-US;q=0.5,en;q=0.3",
            "es-ES,es;q=0.9",
        ],
    ),
    region(
        6,
        "America/Sao_Paulo",
        -180,
        "pt-BR",
        [
            "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7",
            "pt-BR,pt;q=0.8,en-US;q=0.5,en;q=0.3",
            "pt-BR,pt;q=0.9",
        ],
    ),
    region(
        5,
        "Asia/Kolkata",
        330,
        "en-IN",
        [
            "en-IN,en-GB;q=0.9,en-US;q=0.8,en;q=0.7,hi;q=0.6",
            "en-US,en;q=0.5",
            "en-IN,en;q=0.9",
        ],
    ),
    region(
        3,
        "Australia/Sydney",
        600,
        "en-AU",
        ["en-AU,en;q=0.9", "en-US,en;q=0.5", "en-AU,en;q=0.9"],
    ),
];

/// Weights of [`REGIONS`].
pub(crate) const WEIGHTS: [u32; REGIONS.len()] = {
    let mut weights = [0; REGIONS.len()];
    let mut index = 0;
    while index < REGIONS.len() {
        weights[index] = REGIONS[index].weight;
        index += 1;
    }
    weights
};

const fn region(
    weight: u32,
    time_zone: &'static str,
    offset_minutes: i64,
    locale: &'static str,
    [chromium, firefox, safari]: [&'static str; 3],
) -> Region {
    Region {
        weight,
        time_zone,
        offset_minutes,
        locale,
        chromium,
        firefox,
        safari,
    }
}

impl Region {
    /// Distance from UTC, positive in the east.
    pub(crate) fn utc_offset(&self) -> TimeDelta {
        TimeDelta::minutes(self.offset_minutes)
    }
}
