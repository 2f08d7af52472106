//! Figures and times for people.

pub mod csv;
pub mod name;
pub mod number;
pub mod style;
pub mod time;

pub use number::{change_percent, count, decimal, percent, score, short};
