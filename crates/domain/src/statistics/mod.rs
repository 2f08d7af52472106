//! Statistics and the rounding of figures.
//!
//! Every figure that is shown is rounded here and nowhere else, so that the API, the screen, the
//! CSV and the report print the same digits, and so that PostgreSQL's `round(numeric, n)` (which
//! also rounds halves away from zero) agrees with us.

mod normal;
mod rounding;
mod skewed_mean;
mod student;
mod wilson;

pub use normal::Z_95;
pub use rounding::{mean_two_decimals, percent, round_to, share};
pub use skewed_mean::SkewedMean;
pub use student::t_95;
pub use wilson::{Interval, wilson_interval_95};
