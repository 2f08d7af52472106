//! What two texts have in common, line by line.

/// The most cells of the table that is filled to compare: beyond, a text counts as replaced as a whole.
const MOST_CELLS: usize = 4_000_000;
/// Lines that are shown around a change.
const CONTEXT: usize = 2;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Same,
    Removed,
    Added,
}

/// A line of one of the texts, or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub change: Change,
    pub text: String,
}

/// A part of what is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Line(Line),
    /// So many lines that are the same.
    Skipped(usize),
}

/// The lines of both texts: what was removed before what was added.
pub fn diff(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let start = common(old.iter(), new.iter());
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = common(old_rest.iter().rev(), new_rest.iter().rev());
    let old_middle = &old_rest[..old_rest.len() - end];
    let new_middle = &new_rest[..new_rest.len() - end];
    let mut lines: Vec<Line> = old[..start]
        .iter()
        .map(|text| line(Change::Same, text))
        .collect();
    lines.extend(compared(old_middle, new_middle));
    let after = &old[old.len() - end..];
    lines.extend(after.iter().map(|text| line(Change::Same, text)));
    lines
}

fn line(change: Change, text: &str) -> Line {
    Line {
        change,
        text: text.to_owned(),
    }
}

/// How many of the first are equal.
fn common<'a>(
    old: impl Iterator<Item = &'a &'a str>,
    new: impl Iterator<Item = &'a &'a str>,
) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).count()
}

/// By the longest common subsequence.
fn compared(old: &[&str], new: &[&str]) -> Vec<Line> {
    let (height, width) = (old.len() + 1, new.len() + 1);
    if height.saturating_mul(width) > MOST_CELLS {
        let removed = old.iter().map(|text| line(Change::Removed, text));
        let added = new.iter().map(|text| line(Change::Added, text));
        return removed.chain(added).collect();
    }
    // How long the longest is from here on.
    let mut longest = vec![0_u32; height * width];
    for y in (0..old.len()).rev() {
        for x in (0..new.len()).rev() {
            longest[y * width + x] = if old[y] == new[x] {
                longest[(y + 1) * width + x + 1] + 1
            } else {
                longest[(y + 1) * width + x].max(longest[y * width + x + 1])
            };
        }
    }
    let (mut y, mut x, mut lines) = (0, 0, Vec::new());
    while y < old.len() || x < new.len() {
        let both = y < old.len() && x < new.len();
        if both && old[y] == new[x] {
            lines.push(line(Change::Same, old[y]));
            (y, x) = (y + 1, x + 1);
        } else if x == new.len()
            || y < old.len() && longest[(y + 1) * width + x] >= longest[y * width + x + 1]
        {
            lines.push(line(Change::Removed, old[y]));
            y += 1;
        } else {
            lines.push(line(Change::Added, new[x]));
            x += 1;
        }
    }
    lines
}

/// What is worth showing: changes with what stands around them.
pub fn parts(lines: Vec<Line>) -> Vec<Part> {
    let changed: Vec<usize> = (0..lines.len())
        .filter(|place| lines[*place].change != Change::Same)
        .collect();
    let near = |place: usize| {
        let after = changed.partition_point(|at| at + CONTEXT < place);
        changed.get(after).is_some_and(|at| *at <= place + CONTEXT)
    };
    let mut parts = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        if near(place) {
            parts.push(Part::Line(line));
        } else if let Some(Part::Skipped(count)) = parts.last_mut() {
            *count += 1;
        } else {
            parts.push(Part::Skipped(1));
        }
    }
    parts
}

/// How many lines were added, and how many removed.
pub fn sum(lines: &[Line]) -> (usize, usize) {
    let of = |change| lines.iter().filter(|line| line.change == change).count();
    (of(Change::Added), of(Change::Removed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(old: &str, new: &str) -> Vec<String> {
        let mark = |line: Line| {
            let sign = match line.change {
                Change::Same => ' ',
                Change::Removed => '-',
                Change::Added => '+',
            };
            format!("{sign}{}", line.text)
        };
        diff(old, new).into_iter().map(mark).collect()
    }

    #[test]
    fn what_stays_is_told_from_what_changed() {
        assert_eq!(
            marked("a\nb\nc\nd", "a\nc\nx\nd"),
            [" a", "-b", " c", "+x", " d"]
        );
        assert_eq!(marked("a\nb", "a\nB"), [" a", "-b", "+B"]);
        assert_eq!(marked("", "a"), ["+a"]);
        assert!(marked("", "").is_empty());
    }

    #[test]
    fn the_same_twice_has_no_change() {
        assert_eq!(sum(&diff("a\n\nb", "a\n\nb")), (0, 0));
    }

    #[test]
    fn texts_beyond_the_table_are_replaced() {
        let many = |sign: &str| {
            (0..2_500)
                .map(|n| format!("{sign}{n}\n"))
                .collect::<String>()
        };
        assert_eq!(sum(&diff(&many("a"), &many("b"))), (2_500, 2_500));
    }

    #[test]
    fn what_is_far_from_changes_is_skipped() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8";
        let shown = parts(diff(old, &old.replace('4', "four")));
        assert_eq!(shown.first(), Some(&Part::Skipped(1)));
        assert_eq!(shown.last(), Some(&Part::Skipped(2)));
        assert_eq!(shown.len(), 8);
        assert_eq!(parts(diff(old, old)), [Part::Skipped(8)]);
    }

    proptest! {
        #[test]
        fn both_texts_are_in_their_difference(old in "[ab\n]{0,40}", new in "[ab\n]{0,40}") {
            let lines = diff(&old, &new);
            let without = |gone| {
                let kept = lines.iter().filter(|line| line.change != gone);
                kept.map(|line| line.text.clone()).collect::<Vec<_>>()
            };
            prop_assert_eq!(without(Change::Added), old.lines().collect::<Vec<_>>());
            prop_assert_eq!(without(Change::Removed), new.lines().collect::<Vec<_>>());
        }

        #[test]
        fn nothing_is_lost_by_skipping(old in "[ab\n]{0,60}", new in "[ab\n]{0,60}") {
            let lines = diff(&old, &new);
            let count = lines.len();
            let shown = parts(lines);
            let of = |part: &Part| match part { Part::Line(_) => 1, Part::Skipped(count) => *count };
            prop_assert_eq!(shown.iter().map(of).sum::<usize>(), count);
        }
    }
}
