//! Runs of leaves that are missing, or whose entries are.

use std::collections::BTreeMap;

/// So many stretches of a kind are remembered; those beyond are told at once, without hope that they fill up later.
const STRETCHES_MAX: usize = 10_000;

/// Stretches of leaves, first and last, in ascending order.
#[derive(Debug, Default)]
pub(super) struct Stretches(BTreeMap<u64, u64>);

impl Stretches {
    /// Adds a stretch, or gives it back when there are too many.
    pub(super) fn add(&mut self, from: u64, to: u64) -> Option<(u64, u64)> {
        if let Some(mut last) = self.0.last_entry()
            && *last.get() + 1 == from
        {
            *last.get_mut() = to;
            return None;
        }
        if self.0.len() >= STRETCHES_MAX {
            return Some((from, to));
        }
        self.0.insert(from, to);
        None
    }

    /// Takes one out, and answers whether it was in.
    pub(super) fn remove(&mut self, seq: u64) -> bool {
        let Some((&from, &to)) = self.0.range(..=seq).next_back() else {
            return false;
        };
        if to < seq {
            return false;
        }
        self.0.remove(&from);
        if from < seq {
            self.0.insert(from, seq - 1);
        }
        if seq < to {
            self.0.insert(seq + 1, to);
        }
        true
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(from, to)| (*from, *to))
    }

    pub(super) fn counted_before(&self, border: u64) -> u64 {
        self.iter()
            .filter(|(from, _)| *from < border)
            .map(|(from, to)| to.min(border - 1) - from + 1)
            .sum()
    }
}
