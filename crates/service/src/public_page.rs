//! What the pages for the public have in common: one style, for light and dark, wide and narrow.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// All style of a page; contrast at least 4.5 in light and in dark. Colours are named, those of links too: what a browser takes
/// by itself on a dark page is not contrast enough everywhere. On a narrow screen the rows of a table of class `stack` are
/// blocks, whose cells say which column they are of; roles in the document keep it a table for those who listen.
pub(crate) const STYLE: &str = ":root{color-scheme:light dark;background:#fff;color:#1a1a1a}a{color:#0b4fb3}\
    @media(prefers-color-scheme:dark){:root{background:#121212;color:#f2f2f2}a{color:#a8c7fa}}\
    body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}\
    h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .25rem}\
    table{border-collapse:collapse}th{font-weight:400;text-align:start;padding:.25rem 1rem .25rem 0}\
    td{font-weight:600;font-variant-numeric:tabular-nums;padding:.25rem 1rem .25rem 0}ul{margin:0;padding-inline-start:1.25rem}\
    li,h2,th{overflow-wrap:anywhere}td{overflow-wrap:break-word}td button{white-space:nowrap}.notice{border:1px solid;border-radius:.375rem;padding:.75rem 1rem}\
    fieldset{border:1px solid;border-radius:.375rem;padding:0 1rem}legend h2{margin:0}\
    input[type=checkbox],input[type=radio]{inline-size:1.25rem;block-size:1.25rem;vertical-align:-.25rem}\
    button{font:inherit;min-height:2.75rem;padding:.5rem 1rem;border-radius:.375rem}\
    @media(max-width:36rem){.stack,.stack tbody,.stack tr,.stack th,.stack td{display:block}\
    .stack thead{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}\
    .stack tbody tr{border-block-start:1px solid;padding:.5rem 0}.stack tbody th,.stack td{padding:.125rem 0}\
    .stack tbody th{font-weight:600}.stack td{font-weight:400}.stack td:empty{display:none}\
    .stack td[data-label]::before{content:attr(data-label) ': '}}";

/// What the content security policy allows of style: this one, by its hash.
static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))));

/// Hash of the style, as a content security policy names it.
pub(crate) fn style_hash() -> &'static str {
    &STYLE_HASH
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2 has it.
    fn luminance(colour: &str) -> f64 {
        let long = match colour.len() {
            3 => colour.chars().flat_map(|digit| [digit, digit]).collect(),
            _ => colour.to_owned(),
        };
        let bytes = hex::decode(long).expect("a colour");
        let linear = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            match share <= 0.04045 {
                true => share / 12.92,
                false => ((share + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * linear(bytes[0]) + 0.7152 * linear(bytes[1]) + 0.0722 * linear(bytes[2])
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The colours of one property, light before dark.
    fn colours(before: &str) -> Vec<&'static str> {
        let found = STYLE.match_indices(before);
        let rest = found.map(|(at, _)| &STYLE[at + before.len()..]);
        rest.filter_map(|rest| rest.split(['}', ';']).next())
            .collect()
    }

    #[test]
    fn texts_and_links_have_contrast_in_light_and_in_dark() {
        let grounds = colours("background:#");
        let (texts, links) = (colours(";color:#"), colours("a{color:#"));
        assert_eq!([grounds.len(), texts.len(), links.len()], [2, 2, 2]);
        for (ground, colours) in grounds.iter().zip(texts.iter().zip(&links)) {
            for colour in [colours.0, colours.1] {
                let contrast = contrast(ground, colour);
                assert!(contrast >= 4.5, "#{colour} on #{ground}: {contrast:.2}");
            }
        }
    }
}
