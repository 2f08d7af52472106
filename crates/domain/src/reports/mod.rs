//! Performance reports: which days one covers, and what its figures say.
//!
//! Everything follows from [`ReportFigures`], which a report keeps: computed again from the same figures, the same
//! sentences come out, byte for byte.

mod figures;
mod insights;
mod period;
mod recommendations;

pub use figures::{LoopFigures, PeriodFigures, ReportFigures};
pub use insights::insights;
pub use period::{PeriodError, ReportPeriod, ReportType};
pub use recommendations::recommendations;
