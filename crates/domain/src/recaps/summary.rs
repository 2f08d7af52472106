//! What is said of the sessions of a week.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use crate::statistics::{mean_two_decimals, round_to};

/// Most subjects, skills or achievements that are listed.
pub const MOST_LISTED: usize = 20;
/// Most highlights, and most next steps.
pub const MOST_NOTES: usize = 10;

/// What matters of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionFacts {
    /// Subject.
    pub subject: String,
    /// Minutes it took.
    pub minutes: u32,
    /// Rating, 1 to 5.
    pub rating: Option<u8>,
    /// Improvement in percentage points.
    pub improvement: Option<f64>,
    /// Skills that were practised.
    pub skills: Vec<String>,
    /// What went well.
    pub highlights: Vec<String>,
    /// What to do next.
    pub next_steps: Vec<String>,
}

/// What is said of a week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Sessions.
    pub sessions: u32,
    /// Minutes of all of them.
    pub minutes: u32,
    /// Subjects, most minutes first, then by name.
    pub subjects: Vec<String>,
    /// Skills, in the order in which they were practised.
    pub skills: Vec<String>,
    /// Mean rating with two decimals; `None` when nothing was rated.
    pub average_rating: Option<f64>,
    /// Mean improvement with two decimals; `None` when none is known.
    pub improvement: Option<f64>,
    /// What went well, latest sessions first.
    pub highlights: Vec<String>,
    /// What to do next, latest sessions first.
    pub next_steps: Vec<String>,
}

/// Sums up sessions, which come in the order of their times.
#[must_use]
pub fn summarise(sessions: &[SessionFacts]) -> Summary {
    let minutes = sessions.iter().map(|session| session.minutes);
    let latest = || sessions.iter().rev();
    Summary {
        sessions: u32::try_from(sessions.len()).unwrap_or(u32::MAX),
        minutes: minutes.fold(0, u32::saturating_add),
        subjects: subjects(sessions),
        skills: first_different(sessions.iter().flat_map(|one| &one.skills), MOST_LISTED),
        average_rating: average_rating(sessions),
        improvement: improvement(sessions),
        highlights: first_different(latest().flat_map(|one| &one.highlights), MOST_NOTES),
        next_steps: first_different(latest().flat_map(|one| &one.next_steps), MOST_NOTES),
    }
}

/// The first `most` different texts.
pub fn first_different<'a>(
    texts: impl IntoIterator<Item = &'a String>,
    most: usize,
) -> Vec<String> {
    let mut seen = HashSet::new();
    let different = texts
        .into_iter()
        .filter(|text| seen.insert(text.as_str()))
        .take(most);
    different.cloned().collect()
}

fn subjects(sessions: &[SessionFacts]) -> Vec<String> {
    let mut minutes: BTreeMap<&str, u32> = BTreeMap::new();
    for session in sessions {
        let sum = minutes.entry(&session.subject).or_default();
        *sum = sum.saturating_add(session.minutes);
    }
    let mut subjects: Vec<_> = minutes.into_iter().collect();
    subjects.sort_by_key(|(name, minutes)| (Reverse(*minutes), *name));
    let names = subjects.into_iter().map(|(name, _)| name.to_owned());
    names.take(MOST_LISTED).collect()
}

fn average_rating(sessions: &[SessionFacts]) -> Option<f64> {
    let ratings: Vec<u64> = sessions
        .iter()
        .filter_map(|session| session.rating.map(u64::from))
        .collect();
    let count = u64::try_from(ratings.len()).unwrap_or(u64::MAX);
    (count > 0).then(|| mean_two_decimals(ratings.iter().sum(), count))
}

fn improvement(sessions: &[SessionFacts]) -> Option<f64> {
    let known: Vec<f64> = sessions
        .iter()
        .filter_map(|session| session.improvement)
        .collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    (!known.is_empty()).then(|| round_to(mean, 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_week_is_summed_up() {
        let maths = SessionFacts {
            subject: "Mathematics".to_owned(),
            minutes: 45,
            rating: Some(5),
            improvement: Some(2.0),
            skills: texts(&["Fractions", "Ratios"]),
            highlights: texts(&["Found the common denominator alone"]),
            next_steps: texts(&["Ten minutes a day"]),
        };
        let physics = SessionFacts {
            subject: "Physics".to_owned(),
            minutes: 50,
            rating: Some(4),
            skills: texts(&["Levers", "Ratios"]),
            highlights: texts(&["Explained a lever"]),
            ..SessionFacts::default()
        };
        let unrated = SessionFacts {
            rating: None,
            improvement: Some(3.005),
            ..maths.clone()
        };
        let summary = summarise(&[maths, physics, unrated]);
        assert_eq!((summary.sessions, summary.minutes), (3, 140));
        assert_eq!(summary.subjects, ["Mathematics", "Physics"]);
        assert_eq!(summary.skills, ["Fractions", "Ratios", "Levers"]);
        assert_eq!(summary.average_rating, Some(4.5));
        assert_eq!(summary.improvement, Some(2.5));
        let highlights = ["Found the common denominator alone", "Explained a lever"];
        assert_eq!(summary.highlights, highlights);
        assert_eq!(summary.next_steps, ["Ten minutes a day"]);
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let summary = summarise(&[SessionFacts::default()]);
        assert_eq!((summary.average_rating, summary.improvement), (None, None));
        assert_eq!(summarise(&[]), Summary::default());
    }

    proptest! {
        #[test]
        fn lists_are_short_and_name_everything_once(
            names in prop::collection::vec("[a-z]{1,2}", 0..80), ratings in prop::collection::vec(1_u8..=5, 1..20),
        ) {
            let sessions: Vec<_> = names.iter().zip(ratings.iter().cycle()).map(|(name, rating)| SessionFacts {
                subject: name.clone(), skills: names.clone(), highlights: names.clone(), rating: Some(*rating),
                ..SessionFacts::default()
            }).collect();
            let summary = summarise(&sessions);
            for (list, most) in [(&summary.subjects, MOST_LISTED), (&summary.skills, MOST_LISTED), (&summary.highlights, MOST_NOTES)] {
                prop_assert!(list.len() <= most);
                prop_assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len());
                prop_assert!(list.iter().all(|name| names.contains(name)));
            }
            prop_assert!(summary.average_rating.is_none_or(|mean| (1.0..=5.0).contains(&mean)));
        }
    }
}
