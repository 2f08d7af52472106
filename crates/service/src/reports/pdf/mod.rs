//! A report as a PDF document of A4 pages, tagged for those who have it read to them.
//!
//! Nothing in it depends on the clock: the same report gives the same bytes. Letters that the typeface lacks (those of
//! East Asia, emoji) are shown as boxes; they stand in the document as they are, to copy and to be read out.

mod block;
mod layout;

use std::num::NonZeroU16;

use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagKind, TagTree,
};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};

use super::export::Page;
use crate::error::{ServiceError, ServiceResult};
use block::{Block, blocks};
use layout::{Line, MARGIN, PAGE, Typefaces, lines, pages};

const FOOT_SIZE: f32 = 8.0;

/// The document.
///
/// # Errors
/// When it can not be written, which is a fault of ours.
pub(super) fn document(page: &Page<'_>) -> ServiceResult<Vec<u8>> {
    let blocks = blocks(page);
    let typefaces = Typefaces::load()?;
    let pages = pages(lines(&blocks, &typefaces));
    let mut document = Document::new_with(SerializeSettings {
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    let mut leaves = Vec::new();
    for (index, lines) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
            .ok_or_else(|| unwritable(&"the size of its pages"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        draw(&mut surface, lines, &typefaces, &mut leaves);
        let foot = format!("{} / {}", index + 1, pages.len());
        draw_foot(&mut surface, &foot, &typefaces);
        surface.finish();
        page.finish();
    }
    document.set_metadata(
        Metadata::new()
            .title(format!("{}: {}", page.title, page.period))
            .language("en".to_owned())
            .producer("Viral Engine".to_owned()),
    );
    document.set_tag_tree(tag_tree(&blocks, leaves));
    document
        .finish()
        .map_err(|error| unwritable(&format!("{error:?}")))
}

/// Draws lines from the top, and notes what stands for which text.
fn draw(
    surface: &mut Surface<'_>,
    lines: &[Line],
    typefaces: &Typefaces,
    leaves: &mut Vec<Vec<Identifier>>,
) {
    let mut y = MARGIN;
    for line in lines {
        y += line.height;
        for piece in &line.pieces {
            let tag = ContentTag::Span(SpanTag::empty());
            let identifier = surface.start_tagged(tag);
            let font = typefaces.of(piece.is_bold).font.clone();
            let at = Point::from_xy(MARGIN + piece.x, y);
            surface.draw_text(
                at,
                font,
                piece.size,
                &piece.text,
                false,
                TextDirection::Auto,
            );
            surface.end_tagged();
            if leaves.len() <= piece.leaf {
                leaves.resize_with(piece.leaf + 1, Vec::new);
            }
            if let Some(leaf) = leaves.get_mut(piece.leaf) {
                leaf.push(identifier);
            }
        }
        if line.is_ruled {
            draw_rule(surface, y + 3.0);
        }
    }
}

fn draw_rule(surface: &mut Surface<'_>, y: f32) {
    let rule = Rect::from_xywh(MARGIN, y, PAGE.0 - 2.0 * MARGIN, 0.6);
    let mut path = PathBuilder::new();
    if let Some(rule) = rule {
        path.push_rect(rule);
    }
    if let Some(path) = path.finish() {
        as_artifact(surface, ArtifactType::Other, |surface| {
            surface.draw_path(&path);
        });
    }
}

fn draw_foot(surface: &mut Surface<'_>, text: &str, typefaces: &Typefaces) {
    let font = typefaces.regular.font.clone();
    let at = Point::from_xy(MARGIN, PAGE.1 - MARGIN);
    as_artifact(surface, ArtifactType::Page, |surface| {
        surface.draw_text(at, font, FOOT_SIZE, text, false, TextDirection::Auto);
    });
}

/// Draws what is not part of the text.
fn as_artifact(surface: &mut Surface<'_>, kind: ArtifactType, draw: impl FnOnce(&mut Surface<'_>)) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    draw(surface);
    surface.end_tagged();
}

/// What the texts are, in reading order.
fn tag_tree(blocks: &[Block], leaves: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    let mut leaves = leaves.into_iter();
    for block in blocks {
        let mut next = |tag: TagKind| group(tag, leaves.next().unwrap_or_default());
        match block {
            Block::Heading { level, text } => {
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                tree.push(next(Tag::Hn(level, Some(text.clone())).into()));
            }
            Block::Paragraph(_) => tree.push(next(Tag::P.into())),
            Block::List(items) => {
                let mut list = TagGroup::new(Tag::L(ListNumbering::Circle));
                for _ in items {
                    let mut item = TagGroup::new(Tag::LI);
                    item.push(next(Tag::LBody.into()));
                    list.push(item);
                }
                tree.push(list);
            }
            Block::Table { head, rows } => {
                let mut table = TagGroup::new(Tag::Table);
                let mut row = TagGroup::new(Tag::TR);
                for _ in head {
                    row.push(next(Tag::TH(TableHeaderScope::Column).into()));
                }
                table.push(row);
                for cells in rows {
                    let mut row = TagGroup::new(Tag::TR);
                    for (index, _) in cells.iter().enumerate() {
                        row.push(next(match index {
                            0 => Tag::TH(TableHeaderScope::Row).into(),
                            _ => Tag::TD.into(),
                        }));
                    }
                    table.push(row);
                }
                tree.push(table);
            }
        }
    }
    tree
}

fn group(tag: TagKind, leaf: Vec<Identifier>) -> TagGroup {
    TagGroup::with_children(tag, leaf.into_iter().map(Into::into).collect())
}

fn unwritable(what: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("a report could not be written: {what}"))
}
