//! A word with the colour of a state. The word says it, the colour only helps.

use leptos::prelude::*;

use super::toast::Tone;

/// A word in the colour of its state.
pub fn tag(tone: Tone, word: impl Into<String>) -> AnyView {
    view! { <span class=format!("tag {}", tone.class())>{word.into()}</span> }.into_any()
}
