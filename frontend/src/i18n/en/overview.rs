//! Texts of the page Overview.

use crate::i18n::catalogue::Overview;

pub const OVERVIEW: Overview = Overview {};
