//! Text set in lines on A4 pages.

use krilla::text::Font;
use ttf_parser::Face;

use super::block::Block;
use crate::error::{ServiceError, ServiceResult};

/// Size of a page, in points.
pub(super) const PAGE: (f32, f32) = (595.0, 842.0);
/// Empty border of a page.
pub(super) const MARGIN: f32 = 56.0;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
const TEXT_SIZE: f32 = 9.5;
/// Height of a line, in sizes of its letters.
const LEADING: f32 = 1.45;
/// Between columns.
const GAP: f32 = 8.0;
const INDENT: f32 = 12.0;
const BULLET: &str = "• ";

/// A weight of the typeface.
pub(super) struct Typeface {
    pub font: Font,
    face: Face<'static>,
}

/// The typeface in both weights.
pub(super) struct Typefaces {
    pub regular: Typeface,
    pub bold: Typeface,
}

/// A piece of text at its place in a line.
pub(super) struct Piece {
    pub x: f32,
    pub size: f32,
    pub is_bold: bool,
    pub text: String,
    /// Number of the text that it belongs to, in reading order.
    pub leaf: usize,
}

/// A line across the page.
pub(super) struct Line {
    pub height: f32,
    pub pieces: Vec<Piece>,
    /// Whether a rule is drawn below.
    pub is_ruled: bool,
    /// Whether the page may not end after it.
    keeps_next: bool,
}

impl Typeface {
    fn load(bytes: &'static [u8]) -> ServiceResult<Self> {
        let broken = || ServiceError::Internal("the typeface of reports is broken".to_owned());
        Ok(Self {
            font: Font::new(bytes.to_vec().into(), 0).ok_or_else(broken)?,
            face: Face::parse(bytes, 0).map_err(|_| broken())?,
        })
    }

    /// Width of a text, in points.
    fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |c| {
            let glyph = self.face.glyph_index(c).unwrap_or_default();
            f32::from(self.face.glyph_hor_advance(glyph).unwrap_or_default())
        };
        let units: f32 = text.chars().map(advance).sum();
        units * size / f32::from(self.face.units_per_em())
    }
}

impl Typefaces {
    pub fn load() -> ServiceResult<Self> {
        Ok(Self {
            regular: Typeface::load(dejavu::sans::regular())?,
            bold: Typeface::load(dejavu::sans::bold())?,
        })
    }

    pub fn of(&self, is_bold: bool) -> &Typeface {
        if is_bold { &self.bold } else { &self.regular }
    }
}

/// Sets blocks in lines.
pub(super) fn lines(blocks: &[Block], typefaces: &Typefaces) -> Vec<Line> {
    let mut setter = Setter {
        typefaces,
        lines: Vec::new(),
        leaf: 0,
    };
    for block in blocks {
        setter.set(block);
    }
    setter.lines
}

/// Parts lines into pages.
pub(super) fn pages(lines: Vec<Line>) -> Vec<Vec<Line>> {
    let (mut pages, mut page, mut left) = (Vec::new(), Vec::new(), space());
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().filter(|_| line.keeps_next);
        let needed = line.height + next.map_or(0.0, |next| next.height);
        if needed > left && !page.is_empty() {
            pages.push(std::mem::take(&mut page));
            left = space();
        }
        left -= line.height;
        page.push(line);
    }
    pages.push(page);
    pages
}

/// Height that a page has for text; its foot has one line of its own.
fn space() -> f32 {
    PAGE.1 - 2.0 * MARGIN - TEXT_SIZE * LEADING
}

struct Setter<'a> {
    typefaces: &'a Typefaces,
    lines: Vec<Line>,
    leaf: usize,
}

impl Setter<'_> {
    fn set(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                let size = if *level == 1 { 18.0 } else { 12.0 };
                self.space(size * 0.8);
                self.text(text, size, true, 0.0);
                if let Some(last) = self.lines.last_mut() {
                    last.keeps_next = true;
                }
                self.space(3.0);
            }
            Block::Paragraph(text) => self.text(text, TEXT_SIZE, false, 0.0),
            Block::List(items) => {
                for item in items {
                    self.text(&format!("{BULLET}{item}"), TEXT_SIZE, false, INDENT);
                    self.hang();
                    self.space(2.0);
                }
            }
            Block::Table { head, rows, .. } => {
                self.row(head, true);
                for row in rows {
                    self.row(row, false);
                }
            }
        }
    }

    fn space(&mut self, height: f32) {
        // Space belongs to what follows it.
        self.lines.push(Line {
            height,
            pieces: Vec::new(),
            is_ruled: false,
            keeps_next: true,
        });
    }

    fn text(&mut self, text: &str, size: f32, is_bold: bool, x: f32) {
        let leaf = self.next_leaf();
        for text in wrap(text, self.typefaces.of(is_bold), size, WIDTH - x) {
            let piece = Piece {
                x,
                size,
                is_bold,
                text,
                leaf,
            };
            self.line(vec![piece], size, false);
        }
    }

    /// Moves the lines of a list's item below its first letter, not below the bullet, which stands in the border.
    fn hang(&mut self) {
        let Some(leaf) = self.leaf.checked_sub(1) else {
            return;
        };
        let bullet = self.typefaces.regular.width(BULLET, TEXT_SIZE);
        let mut pieces = self.lines.iter_mut().flat_map(|line| &mut line.pieces);
        if let Some(first) = pieces.find(|piece| piece.leaf == leaf) {
            first.x -= bullet;
        }
    }

    /// The first column is a name and takes what numbers leave.
    fn row(&mut self, cells: &[String], is_head: bool) {
        let numbers = cells.len().saturating_sub(1) as f32;
        let column = (WIDTH * 0.65 / numbers.max(1.0)).min(110.0);
        let first = WIDTH - column * numbers - GAP;
        let typeface = self.typefaces.of(is_head);
        let mut lines: Vec<Vec<Piece>> = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            let leaf = self.next_leaf();
            let width = if index == 0 { first } else { column - GAP };
            for (at, text) in wrap(cell, typeface, TEXT_SIZE, width)
                .into_iter()
                .enumerate()
            {
                let right = first + GAP + column * index as f32;
                let x = match index {
                    0 => 0.0,
                    _ => right - typeface.width(&text, TEXT_SIZE),
                };
                if lines.len() <= at {
                    lines.push(Vec::new());
                }
                let piece = Piece {
                    x,
                    size: TEXT_SIZE,
                    is_bold: is_head,
                    text,
                    leaf,
                };
                if let Some(line) = lines.get_mut(at) {
                    line.push(piece);
                }
            }
        }
        let last = lines.len().saturating_sub(1);
        for (at, pieces) in lines.into_iter().enumerate() {
            self.line(pieces, TEXT_SIZE, is_head && at == last);
            if let Some(line) = self.lines.last_mut() {
                line.keeps_next = is_head || at < last;
            }
        }
    }

    fn line(&mut self, pieces: Vec<Piece>, size: f32, is_ruled: bool) {
        self.lines.push(Line {
            height: size * LEADING,
            pieces,
            is_ruled,
            keeps_next: false,
        });
    }

    fn next_leaf(&mut self) -> usize {
        self.leaf += 1;
        self.leaf - 1
    }
}

/// Breaks a text between words, and within a word that is wider than the line. Always answers at least one line.
fn wrap(text: &str, typeface: &Typeface, size: f32, width: f32) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
    let blank = typeface.width(" ", size);
    for word in text.split_whitespace() {
        let needed = typeface.width(word, size);
        if !line.is_empty() && used + blank + needed > width {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += blank;
        }
        for c in word.chars().filter(|c| !c.is_control()) {
            let advance = typeface.width(c.encode_utf8(&mut [0; 4]), size);
            if used + advance > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(c);
            used += advance;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regular() -> Typeface {
        Typeface::load(dejavu::sans::regular()).unwrap()
    }

    #[test]
    fn text_is_broken_between_words_and_keeps_all_of_them() {
        let typeface = regular();
        let text = "K is 0.42 ".repeat(40);
        let lines = wrap(&text, &typeface, 10.0, 200.0);
        assert!(lines.len() > 5);
        assert_eq!(lines.join(" "), text.trim());
        assert!(lines.iter().all(|line| typeface.width(line, 10.0) <= 200.0));
    }

    #[test]
    fn a_word_that_is_wider_than_the_line_is_broken_and_kept() {
        let typeface = regular();
        let word = "x".repeat(200);
        let lines = wrap(&word, &typeface, 10.0, 100.0);
        assert_eq!(lines.concat(), word);
        assert!(lines.iter().all(|line| typeface.width(line, 10.0) <= 100.0));
    }

    #[test]
    fn no_text_is_a_line_too() {
        assert_eq!(wrap(" \u{7}", &regular(), 10.0, 100.0), [""]);
    }

    #[test]
    fn no_page_is_fuller_than_it_has_room_and_no_line_is_lost() {
        let typefaces = Typefaces::load().unwrap();
        let blocks: Vec<Block> = (0..60)
            .flat_map(|n| {
                let heading = Block::Heading {
                    level: 2,
                    text: format!("Heading {n}"),
                };
                [heading, Block::Paragraph("word ".repeat(90))]
            })
            .collect();
        let lines = lines(&blocks, &typefaces);
        let count = lines.len();
        let pages = pages(lines);
        assert!(pages.len() > 3);
        assert_eq!(pages.iter().map(Vec::len).sum::<usize>(), count);
        for page in &pages {
            let height: f32 = page.iter().map(|line| line.height).sum();
            assert!(height <= space() + 0.01, "{height}");
        }
    }
}
