//! A chart as an SVG document of its own: title and legend above the drawing, on the colour of the page. Pure.

use std::fmt::Write as _;

/// Height of the title's line, in pixels.
const TITLE: f64 = 28.0;
/// Height of a line of the legend, in pixels.
const LINE: f64 = 18.0;
/// Space around title and legend, in pixels.
const MARGIN: f64 = 12.0;
/// Swatch and the space after it, in pixels.
const SWATCH: f64 = 21.0;
/// Width a character needs, in pixels; a generous mean of 12 px system fonts, as text can not be measured here.
const LETTER: f64 = 6.8;

/// What the legend says of a colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// CSS colour; none for words without a swatch.
    pub colour: Option<String>,
    /// Fill that is drawn over the colour, by a name that the drawing defines.
    pub hatch: Option<String>,
    /// In words.
    pub name: String,
}

/// Colours and type of the page the chart stands on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paper {
    /// Colour of the page.
    pub background: String,
    /// Colour of text.
    pub ink: String,
    /// Fonts of text.
    pub font: String,
}

/// Where the parts of a legend stand (left, line) when a line is `width` wide, and how many lines it has.
fn places(keys: &[Key], width: f64) -> (Vec<(f64, usize)>, usize) {
    let (mut left, mut line) = (MARGIN, 0);
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let swatch = if key.colour.is_some() { SWATCH } else { 0.0 };
        let room = swatch + key.name.chars().count() as f64 * LETTER + MARGIN;
        if left > MARGIN && left + room > width {
            (left, line) = (MARGIN, line + 1);
        }
        found.push((left, line));
        left += room;
    }
    let lines = if keys.is_empty() { 0 } else { line + 1 };
    (found, lines)
}

/// The document: `drawing` is a whole `<svg>` of `width` by `height` pixels.
pub fn document(
    title: &str,
    keys: &[Key],
    paper: &Paper,
    drawing: &str,
    (width, height): (f64, f64),
) -> String {
    let (places, lines) = places(keys, width);
    let head = TITLE + lines as f64 * LINE;
    let total = head + height;
    let (name, ink, font) = (escape(title), escape(&paper.ink), escape(&paper.font));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{total}\" viewBox=\"0 0 {width} {total}\" role=\"img\">\
         <title>{name}</title><rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\
         <g fill=\"{ink}\" font-family=\"{font}\" font-size=\"12\">\
         <text x=\"{MARGIN}\" y=\"20\" font-size=\"14\" font-weight=\"600\">{name}</text>",
        escape(&paper.background)
    );
    for (key, (left, line)) in keys.iter().zip(places) {
        let base = TITLE + (line as f64 + 1.0) * LINE - 5.0;
        let shift = key.colour.as_ref().map_or(0.0, |_| SWATCH);
        for fill in [&key.colour, &key.hatch].into_iter().flatten() {
            // Writing into a string can not fail.
            let _ = write!(
                text,
                "<rect x=\"{left}\" y=\"{}\" width=\"16\" height=\"11\" rx=\"2\" fill=\"{}\"/>",
                base - 10.0,
                escape(fill)
            );
        }
        let _ = write!(
            text,
            "<text x=\"{}\" y=\"{base}\">{}</text>",
            left + shift,
            escape(&key.name)
        );
    }
    let _ = write!(
        text,
        "</g><g transform=\"translate(0 {head})\">{drawing}</g></svg>"
    );
    text
}

/// Text as it stands in XML.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML knows no control characters but these.
            '\t' | '\n' | '\r' => safe.push(' '),
            other if other.is_control() => {}
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key {
            colour: Some("rgb(1, 2, 3)".to_owned()),
            hatch: Some("url(#hatch-0)".to_owned()),
            name: name.to_owned(),
        }
    }

    #[test]
    fn title_legend_and_drawing_are_in_the_document() {
        let text = document(
            "Hits & clicks",
            &[key("human"), key("<bot>")],
            &Paper::default(),
            "<svg id=\"inner\"/>",
            (400.0, 220.0),
        );
        for part in [
            "<title>Hits &amp; clicks</title>",
            ">human<",
            "&lt;bot&gt;",
            "fill=\"rgb(1, 2, 3)\"",
            "fill=\"url(#hatch-0)\"",
            "id=\"inner\"",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(text.contains("height=\"266\""), "{text}");
    }

    #[test]
    fn a_legend_too_wide_for_a_line_takes_another() {
        let keys = [
            key("a long name of a part"),
            key("another long name of one"),
        ];
        let (places, lines) = places(&keys, 250.0);
        assert_eq!(lines, 2);
        assert_eq!(places, [(MARGIN, 0), (MARGIN, 1)]);
    }

    #[test]
    fn a_chart_without_parts_has_no_legend() {
        assert_eq!(places(&[], 250.0), (vec![], 0));
    }
}
