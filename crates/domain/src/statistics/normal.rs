//! The standard normal distribution.

/// Its 0.975 quantile: two-sided 95 % confidence.
pub const Z_95: f64 = 1.959_963_984_540_054;
