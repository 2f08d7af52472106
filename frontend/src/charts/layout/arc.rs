//! The arc of a gauge: three quarters of a circle, open at the bottom.

use std::f64::consts::PI;

/// Where the arc starts, clockwise from the right.
const START: f64 = 0.75 * PI;
/// How far it goes.
const SWEEP: f64 = 1.5 * PI;

/// The first `fraction` of the arc around a centre, as the `d` of an SVG path.
pub fn arc(centre: (f64, f64), radius: f64, fraction: f64) -> String {
    let fraction = fraction.clamp(0.0, 1.0);
    let point = |angle: f64| {
        (
            centre.0 + radius * angle.cos(),
            centre.1 + radius * angle.sin(),
        )
    };
    let ((x1, y1), (x2, y2)) = (point(START), point(START + SWEEP * fraction));
    let large = u8::from(SWEEP * fraction > PI);
    format!("M{x1:.2} {y1:.2}A{radius} {radius} 0 {large} 1 {x2:.2} {y2:.2}")
}

#[cfg(test)]
mod tests {
    use super::arc;

    #[test]
    fn the_whole_arc_is_open_at_the_bottom() {
        assert_eq!(
            arc((50.0, 50.0), 40.0, 1.0),
            "M21.72 78.28A40 40 0 1 1 78.28 78.28"
        );
    }

    #[test]
    fn half_of_it_ends_at_the_top() {
        assert_eq!(
            arc((50.0, 50.0), 40.0, 0.5),
            "M21.72 78.28A40 40 0 0 1 50.00 10.00"
        );
    }

    #[test]
    fn what_is_out_of_range_is_clamped() {
        assert_eq!(arc((50.0, 50.0), 40.0, 7.0), arc((50.0, 50.0), 40.0, 1.0));
        assert_eq!(arc((50.0, 50.0), 40.0, -1.0), arc((50.0, 50.0), 40.0, 0.0));
    }
}
