//! Paths through points.

use std::fmt::Write;

/// A line through the points, as the `d` of an SVG path.
pub fn line(points: &[(f64, f64)]) -> String {
    let mut path = String::with_capacity(points.len() * 14);
    for (place, (x, y)) in points.iter().enumerate() {
        // Writing to a string can not fail.
        let _ = write!(path, "{}{x:.1} {y:.1}", if place == 0 { "M" } else { "L" });
    }
    path
}

/// The area between two lines over the same places: `(x, low, high)`.
pub fn band(points: &[(f64, f64, f64)]) -> String {
    let high = points.iter().map(|(x, _, high)| (*x, *high));
    let low = points.iter().rev().map(|(x, low, _)| (*x, *low));
    let outline: Vec<_> = high.chain(low).collect();
    if outline.is_empty() {
        String::new()
    } else {
        format!("{}Z", line(&outline))
    }
}

/// A small line without axes that fills a box; the extent of the values is the height of the box.
pub fn sparkline(values: &[f64], width: f64, height: f64) -> String {
    const EDGE: f64 = 2.0;
    if values.len() < 2 {
        return String::new();
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let step = (width - 2.0 * EDGE) / (values.len() - 1) as f64;
    let y = |value: f64| {
        if high == low {
            height / 2.0
        } else {
            height - EDGE - (value - low) / (high - low) * (height - 2.0 * EDGE)
        }
    };
    let points: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(place, value)| (EDGE + place as f64 * step, y(*value)))
        .collect();
    line(&points)
}

/// The place of the point next to `x`.
pub fn nearest(xs: &[f64], x: f64) -> Option<usize> {
    let after = xs.partition_point(|place| *place < x);
    let candidates = [after.checked_sub(1), (after < xs.len()).then_some(after)];
    candidates
        .into_iter()
        .flatten()
        .min_by(|a, b| (xs[*a] - x).abs().total_cmp(&(xs[*b] - x).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_moves_then_draws() {
        assert_eq!(line(&[(0.0, 1.0), (2.0, 3.0)]), "M0.0 1.0L2.0 3.0");
        assert_eq!(line(&[]), "");
    }

    #[test]
    fn a_band_goes_there_and_back() {
        assert_eq!(
            band(&[(0.0, 5.0, 1.0), (2.0, 6.0, 2.0)]),
            "M0.0 1.0L2.0 2.0L2.0 6.0L0.0 5.0Z"
        );
        assert_eq!(band(&[]), "");
    }

    #[test]
    fn equal_values_are_a_flat_line() {
        assert_eq!(sparkline(&[3.0, 3.0], 100.0, 20.0), "M2.0 10.0L98.0 10.0");
        assert_eq!(sparkline(&[3.0], 100.0, 20.0), "");
    }

    #[test]
    fn the_nearest_point_is_found() {
        let xs = [0.0, 10.0, 20.0];
        assert_eq!(nearest(&xs, -5.0), Some(0));
        assert_eq!(nearest(&xs, 6.0), Some(1));
        assert_eq!(nearest(&xs, 99.0), Some(2));
        assert_eq!(nearest(&[], 1.0), None);
    }
}
