//! Joins what was found of a name: `Ada` and `Lovelace`, with the initials and particles between them.
//!
//! A word that is a name only beside others ("may", "de") goes with them and stays without.

use std::ops::Range;

use super::super::confidence::Confidence;
use super::super::page::Page;
use super::super::text::Text;
use super::initials::Initials;

/// Signs between two words of a name.
const MAX_GAP: usize = 3;

/// How much a piece is a name by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Strong(Confidence),
    /// A word of the language, in no position of a name.
    Weak,
    /// `de`, `van`
    Particle,
}

/// A part of a name.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    pub(super) weight: Weight,
}

/// The names that pieces make, in order, each with how sure it is.
pub(super) fn joined(
    page: &Page<'_>,
    initials: &Initials,
    mut pieces: Vec<Piece>,
) -> Vec<(Range<usize>, Confidence)> {
    if pieces.is_empty() {
        return Vec::new();
    }
    for piece in &mut pieces {
        if piece.weight == Weight::Particle {
            continue;
        }
        let grown = initials.grow(page, piece.range.clone());
        if piece.weight == Weight::Weak && grown.is_sure {
            piece.weight = Weight::Strong(Confidence::LIKELY);
        }
        piece.range = grown.range;
    }
    pieces.sort_by_key(|piece| piece.range.start);
    let mut clusters: Vec<Piece> = Vec::with_capacity(pieces.len());
    // Of the last cluster, with particles that nothing has followed yet.
    let mut reach = 0;
    for piece in pieces {
        reach = match clusters.last_mut() {
            Some(last) if are_one(page.text, last.range.start..reach, &piece) => {
                if piece.weight != Weight::Particle {
                    last.range.end = last.range.end.max(piece.range.end);
                }
                last.weight = heavier(last.weight, piece.weight);
                reach.max(piece.range.end)
            }
            _ => {
                let end = piece.range.end;
                clusters.push(piece);
                end
            }
        };
    }
    let names = clusters.into_iter().filter_map(|cluster| {
        let Weight::Strong(confidence) = cluster.weight else {
            return None;
        };
        // Once more, for the initial before a particle: `A. de la Cruz`.
        let grown = initials.grow(page, cluster.range);
        Some((grown.range, confidence))
    });
    names.collect()
}

fn heavier(one: Weight, other: Weight) -> Weight {
    match (one, other) {
        (Weight::Strong(one), Weight::Strong(other)) => Weight::Strong(one.max(other)),
        (Weight::Strong(_), _) => one,
        (_, Weight::Strong(_)) => other,
        (Weight::Weak, _) | (_, Weight::Weak) => Weight::Weak,
        _ => Weight::Particle,
    }
}

/// Whether they overlap, or only signs of a name are between them.
fn are_one(text: &Text, last: Range<usize>, next: &Piece) -> bool {
    let Some(gap) = next.range.start.checked_sub(last.end) else {
        return true;
    };
    let between = text.all_of(&(last.end..next.range.start));
    let is_of_name = |char: &char| {
        matches!(
            char,
            ' ' | '.' | ',' | '_' | '-' | '\'' | '/' | '+' | '"' | '(' | ')'
        )
    };
    // `I saw Ada. Will she come?`
    let ends_sentence = matches!(between, ['.', ' ', ..]) && last.len() > 3;
    gap <= MAX_GAP && between.iter().all(is_of_name) && !ends_sentence
}
