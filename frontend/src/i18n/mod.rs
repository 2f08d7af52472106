//! Every text of the app. `catalogue` says which texts there are, a module per language says them: a
//! language that lacks one does not compile. Sentences with figures are functions, as the order of words and
//! the plural belong to the language.

pub mod catalogue;
mod en;

pub use catalogue::Catalogue;

/// The texts in the language in use. English is the only one so far, so there is nothing to choose from.
pub fn text() -> &'static Catalogue {
    &en::ENGLISH
}
