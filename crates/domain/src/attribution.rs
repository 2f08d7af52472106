//! Who is credited with a conversion: every touch that led to it is kept, and a model parts one whole among them.

/// The whole credit of a conversion. Parts are counted in millionths, so that they add up exactly.
pub const WHOLE: u32 = 1_000_000;

/// How the credit of a conversion is parted among the touches that led to it, the earliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Model {
    /// All to the last.
    #[default]
    Last,
    /// All to the first.
    First,
    /// The same to each.
    Linear,
    /// Two fifths to the first and to the last, one fifth to those between; halves when there are two.
    Position,
}

/// Millionths as a decimal number of six places.
#[must_use]
pub fn decimal(millionths: u64) -> String {
    let whole = u64::from(WHOLE);
    format!("{}.{:06}", millionths / whole, millionths % whole)
}

impl Model {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Last, Self::First, Self::Linear, Self::Position];

    /// Millionths for each of so many touches, in their order: together [`WHOLE`], whatever the number; nothing when there is
    /// no touch. What can not be parted evenly goes to the later ones, a millionth each.
    #[must_use]
    pub fn credits(self, touches: usize) -> Vec<u32> {
        let mut credits = match (self, touches) {
            (_, 0) => return Vec::new(),
            (_, 1) => return vec![WHOLE],
            (Self::Last | Self::First, _) => vec![0; touches],
            (Self::Linear, _) | (Self::Position, 2) => return evenly(WHOLE, touches),
            (Self::Position, _) => {
                let mut between = evenly(WHOLE / 5, touches - 2);
                between.insert(0, 0);
                between.push(0);
                between
            }
        };
        let (first, last) = match self {
            Self::First => (WHOLE, 0),
            Self::Last | Self::Linear => (0, WHOLE),
            Self::Position => (WHOLE / 5 * 2, WHOLE / 5 * 2),
        };
        if let Some(credit) = credits.first_mut() {
            *credit += first;
        }
        if let Some(credit) = credits.last_mut() {
            *credit += last;
        }
        credits
    }
}

fn evenly(credit: u32, parts: usize) -> Vec<u32> {
    let count = u32::try_from(parts).unwrap_or(u32::MAX);
    let (each, rest) = (credit / count, credit % count);
    let earlier = parts - usize::try_from(rest).unwrap_or(parts).min(parts);
    (0..parts)
        .map(|place| each + u32::from(place >= earlier))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_single_touch_has_it_all() {
        for model in Model::ALL {
            assert_eq!(model.credits(1), [WHOLE]);
            assert!(model.credits(0).is_empty());
        }
    }

    #[test]
    fn each_model_parts_as_it_is_named() {
        assert_eq!(Model::Last.credits(3), [0, 0, WHOLE]);
        assert_eq!(Model::First.credits(3), [WHOLE, 0, 0]);
        assert_eq!(Model::Linear.credits(4), [250_000; 4]);
        assert_eq!(
            Model::Position.credits(4),
            [400_000, 100_000, 100_000, 400_000]
        );
        assert_eq!(Model::Position.credits(2), [500_000, 500_000]);
    }

    #[test]
    fn what_can_not_be_parted_goes_to_the_later_ones() {
        assert_eq!(Model::Linear.credits(3), [333_333, 333_333, 333_334]);
        assert_eq!(Model::Position.credits(5)[1..4], [66_666, 66_667, 66_667]);
    }

    #[test]
    fn millionths_are_written_with_all_their_places() {
        assert_eq!(decimal(0), "0.000000");
        assert_eq!(decimal(333_334), "0.333334");
        assert_eq!(decimal(12_000_001), "12.000001");
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(touches in 1_usize..2_000) {
            for model in Model::ALL {
                let credits = model.credits(touches);
                prop_assert_eq!(credits.len(), touches);
                prop_assert_eq!(credits.iter().sum::<u32>(), WHOLE);
            }
        }

        #[test]
        fn equal_touches_differ_by_a_millionth_at_most(touches in 1_usize..2_000) {
            let credits = Model::Linear.credits(touches);
            let (least, most) = (credits.iter().min(), credits.iter().max());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1));
        }
    }
}
