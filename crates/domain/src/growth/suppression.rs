//! Small groups in a breakdown: nobody may be told apart by a figure of a few people, nor by what is missing from a sum.

/// Groups of fewer people are not shown by themselves.
pub const LEAST_PEOPLE: u64 = 10;

/// Which groups, given by how many people each has, are shown together as one: the small ones, and with them as many of the
/// next smallest as it takes for that one to be no small group itself and to be of `least` groups, two at the least: a single
/// one would be given away by the total. Numbers of `people`, in ascending order; empty when none is small.
///
/// Groups that have people in common are fewer together than their sum: ask again for one more where they turn out too few.
#[must_use]
pub fn merged(people: &[u64], least: usize) -> Vec<usize> {
    let mut by_size: Vec<usize> = (0..people.len()).collect();
    by_size.sort_by_key(|index| people.get(*index));
    let mut taken = 0;
    let mut together = 0;
    for size in by_size.iter().filter_map(|index| people.get(*index)) {
        let is_small = *size < LEAST_PEOPLE;
        let gives_away = taken > 0 && (taken < least.max(2) || together < LEAST_PEOPLE);
        if !is_small && !gives_away {
            break;
        }
        taken += 1;
        together += size;
    }
    by_size.truncate(taken);
    by_size.sort_unstable();
    by_size
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_groups_are_shown_together() {
        assert_eq!(merged(&[40, 6, 7, 30], 2), [1, 2]);
        assert_eq!(merged(&[40, 30], 2), [] as [usize; 0]);
        assert_eq!(merged(&[], 2), [] as [usize; 0]);
    }

    #[test]
    fn one_small_group_takes_the_next_smallest_along() {
        assert_eq!(merged(&[40, 9, 30], 2), [1, 2]);
    }

    #[test]
    fn small_groups_that_are_few_together_take_another_along() {
        assert_eq!(merged(&[2, 40, 3, 30], 2), [0, 2, 3]);
    }

    #[test]
    fn more_groups_can_be_asked_for() {
        assert_eq!(merged(&[40, 6, 7, 30], 3), [1, 2, 3]);
        assert_eq!(merged(&[40, 30], 3), [] as [usize; 0]);
    }

    proptest! {
        #[test]
        fn nothing_small_is_shown_nor_given_away(people in prop::collection::vec(0_u64..30, 0..12)) {
            let merged = merged(&people, 2);
            let shown = |index: &usize| !merged.contains(index);
            let alone = (0..people.len()).filter(shown);
            for index in alone.clone() {
                prop_assert!(people[index] >= LEAST_PEOPLE);
            }
            let together: u64 = merged.iter().map(|index| people[*index]).sum();
            let has_others = alone.count() > 0;
            prop_assert!(merged.is_empty() || !has_others || (merged.len() > 1 && together >= LEAST_PEOPLE));
        }

        #[test]
        fn nothing_is_merged_without_need(people in prop::collection::vec(10_u64..30, 0..12)) {
            prop_assert!(merged(&people, 2).is_empty());
        }
    }
}
