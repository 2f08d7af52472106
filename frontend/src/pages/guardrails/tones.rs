//! Which colour a health score has. Its word always stands beside it.

use viral_engine_api_types::guardrails::HealthStatus;

use crate::components::Tone;

/// Colour of a status.
pub fn health_tone(status: HealthStatus) -> Tone {
    match status {
        HealthStatus::Excellent | HealthStatus::Good => Tone::Good,
        HealthStatus::Fair | HealthStatus::Warning => Tone::Watch,
        HealthStatus::Critical => Tone::Bad,
    }
}
