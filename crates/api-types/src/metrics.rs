//! Figures of the overview page.

use serde::{Deserialize, Serialize};

use crate::guardrails::Window;
use crate::links::DayHits;

/// One figure now and in the period of the same length before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compared {
    /// In the window.
    pub current: i64,
    /// In the window before it.
    pub previous: i64,
}

/// Events of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceFigures {
    /// Loop id or slug.
    pub source: String,
    /// Human clicks.
    pub clicks: i64,
    /// Conversions.
    pub conversions: i64,
}

/// Answer of `get_overview`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    /// Window.
    pub window: Window,
    /// Links minted.
    pub links_created: Compared,
    /// Invitations sent.
    pub invites: Compared,
    /// Human clicks.
    pub clicks: Compared,
    /// Hits of every class.
    pub hits: Compared,
    /// Conversions.
    pub conversions: Compared,
    /// Activations.
    pub activations: Compared,
    /// Hits by class, a row a UTC day, oldest first.
    pub days: Vec<DayHits>,
    /// Conversions of each day of `days`, in the same order.
    pub conversions_by_day: Vec<i64>,
    /// Sources with most human clicks, at most 10.
    pub top_sources: Vec<SourceFigures>,
}
