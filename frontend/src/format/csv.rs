//! CSV for spreadsheets (RFC 4180), with a guard against cells that a spreadsheet would run as a formula.

/// Writes rows under a head.
pub fn csv(head: &[String], rows: &[Vec<String>]) -> String {
    let mut text = line(head);
    for row in rows {
        text.push_str(&line(row));
    }
    text
}

fn line(cells: &[String]) -> String {
    let mut line = cells
        .iter()
        .map(|text| cell(text))
        .collect::<Vec<_>>()
        .join(",");
    line.push_str("\r\n");
    line
}

/// What a formula begins with. Spreadsheets read the full-width signs of East Asian keyboards as the plain ones.
const FORMULA_SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// One cell. Text that starts like a formula gets an apostrophe in front, which spreadsheets hide; plain
/// numbers are no formula, also when negative.
fn cell(text: &str) -> String {
    let risky = text.starts_with(FORMULA_SIGNS) && text.parse::<f64>().is_err();
    let safe = if risky {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if safe.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

#[cfg(test)]
mod tests {
    use super::{cell, csv};

    #[test]
    fn formulas_are_defused() {
        for text in [
            "=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1",
        ] {
            assert!(
                cell(text).trim_start_matches('"').starts_with('\''),
                "{text:?}"
            );
        }
    }

    #[test]
    fn numbers_and_plain_text_stay() {
        assert_eq!(cell("-2.5"), "-2.5");
        assert_eq!(cell("a=b"), "a=b");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn quotes_commas_and_line_ends_are_quoted() {
        assert_eq!(cell("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
        assert_eq!(
            csv(&["a".into(), "b".into()], &[vec!["1".into(), "x,y".into()]]),
            "a,b\r\n1,\"x,y\"\r\n"
        );
    }
}
