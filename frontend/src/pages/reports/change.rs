//! How a figure went against the period before: by arrow, figure and word.

use leptos::prelude::*;
use viral_engine_api_types::reports::Trend;

use crate::components::{Icon, Note, Tone, icon};
use crate::format::decimal;
use crate::i18n::text;

/// The note below a figure; none while the report has no figures.
pub fn change_note(trend: Option<Trend>, percent: Option<f64>) -> Option<Note> {
    let words = &text().reports;
    let trend = trend?;
    let sentence = match (trend, percent) {
        (Trend::Up, Some(percent)) => (words.up)(&decimal(percent, 1)),
        (Trend::Down, Some(percent)) => (words.down)(&decimal(-percent, 1)),
        (Trend::Stable, Some(percent)) => (words.stable)(&signed(percent)),
        (trend, None) => (words.trend)(trend).to_owned(),
    };
    let (icon, tone) = match trend {
        Trend::Up => (Icon::ArrowUp, Tone::Good),
        Trend::Down => (Icon::ArrowDown, Tone::Watch),
        Trend::Stable => (Icon::Minus, Tone::Neutral),
    };
    Some(Note {
        icon: Some(icon),
        words: sentence,
        tone,
    })
}

/// The same in a cell.
pub fn note_view(note: Option<Note>) -> AnyView {
    let shown = note.map(|note| {
        view! {
            <span class=format!("inline-flex items-center gap-1 {}", note.tone.class())>
                {note.icon.map(icon)} {note.words}
            </span>
        }
    });
    shown.into_any()
}

fn signed(percent: f64) -> String {
    let sign = if percent > 0.0 { "+" } else { "" };
    format!("{sign}{}", decimal(percent, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_by_arrow_figure_and_word() {
        let note = change_note(Some(Trend::Down), Some(-12.34)).expect("a note");
        assert_eq!(note.icon, Some(Icon::ArrowDown));
        assert_eq!(note.words, "12.3 % less than before");
    }

    #[test]
    fn a_period_without_a_figure_before_it_still_has_a_direction() {
        let note = change_note(Some(Trend::Up), None).expect("a note");
        assert_eq!(note.words, "up, from nothing before");
        assert_eq!(change_note(None, None), None);
    }
}
