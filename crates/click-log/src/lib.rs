//! click-log
