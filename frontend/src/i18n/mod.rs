//! Every text of the app. `catalogue` says which texts there are, a module per language says them: a
//! language that lacks one does not compile. Sentences with figures are functions, as the order of words and
//! the plural belong to the language.

pub mod catalogue;
mod en;

pub use catalogue::Catalogue;
use catalogue::{Compliance, Growth};

/// The texts in the language in use. English is the only one so far, so there is nothing to choose from.
pub fn text() -> &'static Catalogue {
    &en::ENGLISH
}

/// The same of the pages about consents, notices and data requests. They are a text apart, so that they are in the part
/// of the app that has these pages and do not weigh on the first visit; nothing else may name them.
pub fn compliance() -> &'static Compliance {
    &en::ENGLISH_COMPLIANCE
}

/// The same of the pages about growth.
pub fn growth() -> &'static Growth {
    en::ENGLISH_GROWTH
}
