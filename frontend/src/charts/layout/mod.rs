//! Where things go, in pixels. No DOM here, so that it is tested without a browser.

pub mod arc;
pub mod marks;
pub mod path;
pub mod scale;
pub mod stack;
pub mod time_axis;
