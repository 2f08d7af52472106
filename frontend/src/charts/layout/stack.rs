//! Stacked columns.

use super::scale::Scale;

/// One part of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Which series.
    pub series: usize,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Columns of equal width between `left` and `right`, each a stack of its values from the bottom up.
pub fn stack(columns: &[Vec<f64>], left: f64, right: f64, scale: &Scale) -> Vec<Vec<Segment>> {
    /// Share of a column's room that is the column.
    const FILL: f64 = 0.75;
    const WIDEST: f64 = 48.0;
    let room = (right - left) / columns.len().max(1) as f64;
    let width = (room * FILL).min(WIDEST);
    let column = |(place, values): (usize, &Vec<f64>)| {
        let x = left + room * (place as f64 + 0.5) - width / 2.0;
        let mut below = 0.0;
        let segments = values.iter().enumerate().map(|(series, value)| {
            let (bottom, top) = (scale.at(below), scale.at(below + value));
            below += value;
            Segment {
                series,
                x,
                y: top,
                width,
                height: bottom - top,
            }
        });
        segments.filter(|segment| segment.height > 0.0).collect()
    };
    columns.iter().enumerate().map(column).collect()
}

/// Middle of each column.
pub fn middles(count: usize, left: f64, right: f64) -> Vec<f64> {
    let room = (right - left) / count.max(1) as f64;
    (0..count)
        .map(|place| left + room * (place as f64 + 0.5))
        .collect()
}

/// Every how many columns are named, so that the names do not touch.
pub fn label_step(count: usize, room: f64, label: f64) -> usize {
    let fit = (room / label).floor().max(1.0) as usize;
    count.div_ceil(fit).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_stand_on_each_other() {
        let (scale, _) = Scale::of_counts(10.0, 100.0, 0.0);
        let columns = stack(&[vec![4.0, 0.0, 6.0]], 0.0, 100.0, &scale);
        assert_eq!(columns[0].len(), 2);
        assert_eq!((columns[0][0].y, columns[0][0].height), (60.0, 40.0));
        assert_eq!(
            (columns[0][1].series, columns[0][1].y, columns[0][1].height),
            (2, 0.0, 60.0)
        );
    }

    #[test]
    fn names_do_not_touch() {
        assert_eq!(label_step(7, 700.0, 60.0), 1);
        assert_eq!(label_step(30, 600.0, 60.0), 3);
        assert_eq!(label_step(30, 10.0, 60.0), 30);
    }

    proptest! {
        #[test]
        fn heights_add_up_to_the_total(values in prop::collection::vec(0.0..1e5_f64, 1..8)) {
            let total: f64 = values.iter().sum();
            let (scale, _) = Scale::of_counts(total, 300.0, 0.0);
            let heights: f64 = stack(&[values], 0.0, 100.0, &scale)[0].iter().map(|part| part.height).sum();
            prop_assert!((heights - (300.0 - scale.at(total))).abs() < 1e-6);
        }
    }
}
