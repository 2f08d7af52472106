//! Small groups of a breakdown, shown together.

use viral_engine_db::growth::MERGED;
use viral_engine_domain::growth::{LEAST_PEOPLE, merged};

/// Name under which merged groups are shown.
pub(crate) const OTHER: &str = "other";

/// One of the groups that a breakdown tells the figures of.
pub(crate) trait Group {
    /// Its name, [`MERGED`] for those that were merged.
    fn name(&self) -> &str;
    /// How many people it has.
    fn people(&self) -> u64;
}

/// Which groups of a breakdown to merge: asked again with the figures of each try, until it has no more to say.
#[derive(Debug)]
pub(crate) struct Merging {
    names: Vec<String>,
    people: Vec<u64>,
    /// How many groups to merge at the least, by the next try.
    least: usize,
}

impl Merging {
    /// Begins with the figures of all groups, none merged.
    pub(crate) fn of<G: Group>(all: &[G]) -> Self {
        Self {
            names: all.iter().map(|group| group.name().to_owned()).collect(),
            people: all.iter().map(Group::people).collect(),
            least: 2,
        }
    }

    /// Names of the groups to merge, unless `shown` is fit to be shown. People who are in several of them count once, so
    /// that it takes more than one try where they are too few together.
    pub(crate) fn next<G: Group>(&mut self, shown: &[G]) -> Option<Vec<String>> {
        let together = shown.iter().find(|group| group.name() == MERGED);
        let is_enough = together.is_some_and(|group| group.people() >= LEAST_PEOPLE);
        if is_enough || self.least > self.names.len().max(2) {
            return None;
        }
        let few = merged(&self.people, self.least);
        self.least += 1;
        let names = few.into_iter().filter_map(|index| self.names.get(index));
        let names: Vec<String> = names.cloned().collect();
        (!names.is_empty()).then_some(names)
    }
}
