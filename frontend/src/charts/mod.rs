//! Charts of our own: layout in pure, tested functions, and a thin SVG view of each.
//!
//! Every chart has a table with the same figures, can be read by arrow keys, and can be saved as PNG, SVG or CSV.

mod export;
pub mod figure;
pub mod gauge;
pub mod hbar;
pub mod layout;
pub mod line;
mod picture;
pub mod reading;
pub mod sparkline;
pub mod stacked;
mod width;

pub use figure::{ChartFigure, ChartTable};
pub use gauge::Gauge;
pub use hbar::{Bar, HorizontalBars};
pub use line::{Line, LineChart, Mark};
pub use sparkline::Sparkline;
pub use stacked::{Column, StackedBars};
