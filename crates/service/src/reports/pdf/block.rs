//! What a report consists of, in reading order.

use super::super::export::Page;

/// A part of the document.
pub(super) enum Block {
    Heading {
        /// 1 is the title.
        level: u16,
        text: String,
    },
    Paragraph(String),
    List(Vec<String>),
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

/// The blocks of a report.
pub(super) fn blocks(page: &Page<'_>) -> Vec<Block> {
    let heading = |text: &str| Block::Heading {
        level: 2,
        text: text.to_owned(),
    };
    let title = Block::Heading {
        level: 1,
        text: page.title.clone(),
    };
    vec![
        title,
        Block::Paragraph(page.period.clone()),
        heading("Figures"),
        figures(page),
        heading("Loops"),
        loops(page),
        heading("Top referrers"),
        referrers(page),
        heading("Insights"),
        Block::List(page.insights.to_vec()),
        heading("Recommendations"),
        Block::List(page.recommendations.to_vec()),
    ]
}

fn figures(page: &Page<'_>) -> Block {
    let rows = page.figures.iter();
    Block::Table {
        head: texts(["Figure", "Value"]),
        rows: rows
            .map(|(name, value)| vec![(*name).to_owned(), value.clone()])
            .collect(),
    }
}

fn loops(page: &Page<'_>) -> Block {
    if page.loops.is_empty() {
        return Block::Paragraph("No invitation and no conversion in this period.".to_owned());
    }
    let row = |(source, one): (&String, &_)| {
        let name = match source.as_str() {
            "" => "without a link",
            source => source,
        };
        let one: &viral_engine_api_types::reports::LoopPerformance = one;
        vec![
            name.to_owned(),
            one.invites.to_string(),
            one.conversions.to_string(),
            format!("{:.3}", one.k_factor),
            format!("{:.2} %", one.conversion_rate),
        ]
    };
    Block::Table {
        head: texts([
            "Source",
            "Invitations",
            "Conversions",
            "K",
            "Conversion rate",
        ]),
        rows: page.loops.iter().map(row).collect(),
    }
}

fn referrers(page: &Page<'_>) -> Block {
    if page.referrers.is_empty() {
        let text = "Nobody brought a click or a conversion in this period.";
        return Block::Paragraph(text.to_owned());
    }
    let rows = page.referrers.iter().map(|one| {
        vec![
            one.referrer.clone(),
            one.invites.to_string(),
            one.conversions.to_string(),
            format!("{:.3}", one.k_contribution),
            format!("{:.2} %", one.conversion_rate),
        ]
    });
    Block::Table {
        head: texts([
            "Referrer",
            "Invitations",
            "Conversions",
            "Part of K",
            "Conversion rate",
        ]),
        rows: rows.collect(),
    }
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}
