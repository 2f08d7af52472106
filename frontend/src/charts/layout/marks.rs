//! Numbers above the marks of a time axis. Marks that stand close together share one, so that they stay legible.

/// Where each number stands and what it says, for marks at `places` from left to right that need `room` each.
pub fn mark_numbers(places: &[f64], room: f64) -> Vec<(f64, String)> {
    let mut groups: Vec<(f64, f64, usize, usize)> = Vec::new();
    for (place, x) in places.iter().enumerate() {
        match groups.last_mut() {
            Some((_, end, _, last)) if x - *end < room => (*end, *last) = (*x, place),
            _ => groups.push((*x, *x, place, place)),
        }
    }
    groups
        .into_iter()
        .map(|(start, end, first, last)| {
            let number = if first == last {
                format!("{}", first + 1)
            } else {
                format!("{}–{}", first + 1, last + 1)
            };
            ((start + end) / 2.0, number)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::mark_numbers;

    #[test]
    fn marks_apart_have_a_number_each() {
        let numbers = mark_numbers(&[10.0, 60.0], 22.0);
        assert_eq!(numbers, [(10.0, "1".to_owned()), (60.0, "2".to_owned())]);
    }

    #[test]
    fn marks_close_together_share_a_number() {
        let numbers = mark_numbers(&[10.0, 20.0, 90.0], 22.0);
        assert_eq!(numbers, [(15.0, "1–2".to_owned()), (90.0, "3".to_owned())]);
    }
}
