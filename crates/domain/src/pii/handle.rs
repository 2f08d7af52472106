//! Handles: the names people have on networks. `insta: @lea_07`, `add me on snap leacool99`,
//! `lea#1234`, `tiktok.com/@lea`.
//!
//! A network near it, or a request to be found there, makes `@name` a handle. Without the `@` the
//! name must be introduced as one ("my snap is", "discord:") and look like one.

use std::ops::Range;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::lexicon::Classes;
use super::page::Page;
use super::scan::Candidate;
use super::text::Text;
use super::words::Word;

const MAX_HANDLE: usize = 37;
/// A network is named at most so many words before or after a handle.
const REACH_BEFORE: usize = 5;
const REACH_AFTER: usize = 4;
/// And at most so many characters away.
const REACH_CHARS: usize = 40;

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let tells = Classes::NETWORK
        .or(Classes::CONTACT_VERB)
        .or(Classes::HANDLE_NOUN);
    let first = found.len();
    if page.features.hashes {
        find_tagged(page, found);
    }
    let has_short = page.features.dots && page.features.classes.any(Classes::SHORT_NETWORK);
    if !has_short && !page.features.classes.any(tells) {
        return;
    }
    if page.features.at_signs {
        find_with_sign(page, found);
    }
    for index in 0..page.words.len() {
        let word = &page.words[index];
        let handle = if word.is(Classes::NETWORK.or(Classes::HANDLE_NOUN)) {
            in_address(page, index).or_else(|| introduced(page, index))
        } else if has_short && word.is(Classes::SHORT_NETWORK) {
            in_short_address(page, index)
        } else {
            None
        };
        let candidate = |range| Candidate::new(EntityKind::Handle, range, Confidence::LIKELY);
        found.extend(handle.map(candidate));
    }
    found[first..].sort_by_key(|candidate| candidate.range.start);
}

/// `lea#1234`, as Discord had them.
fn find_tagged(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let text = page.text;
    let mut index = 0;
    while let Some(sign) = text.position_from(index, '#') {
        index = sign + 1;
        let start = text.skip_back(sign, MAX_HANDLE, is_of_handle);
        let end = text.skip(index, 5, |char| char.is_ascii_digit());
        let has_letter = text
            .all_of(&(start..sign))
            .iter()
            .any(|char| char.is_alphabetic());
        let is_cut = text.at(end).is_some_and(char::is_alphanumeric);
        if end == index + 4 && has_letter && sign - start >= 2 && !is_cut {
            found.push(Candidate::new(
                EntityKind::Handle,
                start..end,
                Confidence::LIKELY,
            ));
        }
    }
}

/// `@lea_07` with a network near it.
fn find_with_sign(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let text = page.text;
    let mut index = 0;
    while let Some(sign) = text.position_from(index, '@') {
        index = sign + 1;
        let is_inside = text
            .before(sign)
            .is_some_and(|char| char.is_alphanumeric() || matches!(char, '.' | '_' | '/'));
        let Some(range) = handle_at(text, index).filter(|_| !is_inside) else {
            continue;
        };
        if is_near_network(page, sign, range.end) {
            index = range.end;
            found.push(Candidate::new(
                EntityKind::Handle,
                sign..range.end,
                Confidence::CERTAIN,
            ));
        }
    }
}

fn is_near_network(page: &Page<'_>, start: usize, end: usize) -> bool {
    let tells = |word: &&Word| {
        word.is(Classes::NETWORK
            .or(Classes::CONTACT_VERB)
            .or(Classes::HANDLE_NOUN))
    };
    let next = page.word_from(start);
    let before = page.words[..next].iter().rev().take(REACH_BEFORE);
    let after = page.words[page.word_from(end)..].iter().take(REACH_AFTER);
    let is_close_before =
        |word: &&Word| start - word.range().end <= REACH_CHARS && !word.is(Classes::COVERED);
    let is_close_after =
        |word: &&Word| word.range().start - end <= REACH_CHARS && !word.is(Classes::COVERED);
    before.take_while(is_close_before).any(|word| tells(&word))
        || after
            .take_while(is_close_after)
            .any(|word| word.is(Classes::NETWORK))
}

/// `t.me/lea`, `x.com/lea`, not `best.me/lea` or `c-t.me/lea`.
fn in_short_address(page: &Page<'_>, letter: usize) -> Option<Range<usize>> {
    let text = page.text;
    let start = page.words[letter].range().start;
    let is_host = ["t.me/", "m.me/", "x.com/"]
        .iter()
        .any(|host| text.has_word_at(start, host));
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | '@');
    let is_whole = !text.before(start).is_some_and(is_part);
    (is_host && is_whole)
        .then(|| in_address(page, letter))
        .flatten()
}

/// `instagram.com/lea_07`, `discord.gg/lea`: what follows a network's own address.
fn in_address(page: &Page<'_>, network: usize) -> Option<Range<usize>> {
    let text = page.text;
    let end = page.words[network].range().end;
    let dot_com = [".com/", ".gg/", ".me/", ".tv/"]
        .iter()
        .find(|ending| text.has_word_at(end, ending))?;
    let path = end + dot_com.len();
    let after_prefix = ["add/", "@", "in/", "user/", "c/", "u/"]
        .iter()
        .find(|prefix| text.has_word_at(path, prefix))
        .map_or(path, |prefix| path + prefix.len());
    handle_at(text, after_prefix)
}

/// `my snap is lea_07`, `Discord: leacool`, `username lea_07`.
fn introduced(page: &Page<'_>, network: usize) -> Option<Range<usize>> {
    let text = page.text;
    let (at, introduction) = introduction(page, network)?;
    let range = handle_at(text, at)?;
    let written = text.all_of(&range);
    let looks_like_one = written
        .iter()
        .any(|char| char.is_ascii_digit() || matches!(char, '_' | '.'))
        && written.iter().any(|char| char.is_alphabetic());
    let word = page.word_at(range.start);
    let is_grammar = word.is_some_and(|word| word.range() == range && word.is(Classes::GRAMMAR));
    let is_enough = match introduction {
        Introduction::Colon => {
            !is_grammar && (looks_like_one || page.words[network].is(Classes::NETWORK))
        }
        Introduction::Named => !is_grammar,
        Introduction::Word => looks_like_one,
    };
    (is_enough && written.iter().any(|char| char.is_alphabetic())).then_some(range)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Introduction {
    /// `snap: …`
    Colon,
    /// `my snap name is …`
    Named,
    /// `snap is …`, `snap …`
    Word,
}

/// Where the handle would start after a network and the words that introduce it.
fn introduction(page: &Page<'_>, network: usize) -> Option<(usize, Introduction)> {
    let text = page.text;
    let is_own = network
        .checked_sub(1)
        .is_some_and(|before| page.words[before].is(Classes::POSSESSIVE));
    let mut introduction = Introduction::Word;
    let mut word = network;
    // `snap user name`
    let has_noun = |word: usize| {
        let joins = page.gap_after::<1>(word).is_some_and(|gap| gap.is_blank());
        joins && page.words[word + 1].is(Classes::HANDLE_NOUN)
    };
    while has_noun(word) {
        word += 1;
        if is_own {
            introduction = Introduction::Named;
        }
    }
    let mut at = page.words[word].range().end;
    let colon = text.skip(at, 2, |char| matches!(char, ' ' | '-' | '=' | ':'));
    let signs = text.all_of(&(at..colon));
    if signs.iter().any(|char| matches!(char, ':' | '=')) {
        introduction = Introduction::Colon;
    } else if introduction == Introduction::Named && !text.has_word_at(at, " is ") {
        introduction = Introduction::Word;
    }
    if text.has_word_at(at, " is ") {
        at += 4;
    } else {
        at = text.skip(at, 4, |char| matches!(char, ' ' | '-' | '=' | ':'));
    }
    at = text.skip(at, 1, |char| char == '@');
    // `name_of_student` is one word.
    let is_apart = at > page.words[word].range().end;
    is_apart.then_some((at, introduction))
}

fn handle_at(text: &Text, start: usize) -> Option<Range<usize>> {
    let end = text.skip(start, MAX_HANDLE, is_of_handle);
    // A sentence may end with it.
    let end = text.skip_back(end, end.saturating_sub(start), |char| {
        matches!(char, '.' | '-')
    });
    let begins = text
        .at(start)
        .is_some_and(|char| char.is_alphanumeric() || char == '_');
    let is_whole = !text
        .at(end)
        .is_some_and(|char| is_of_handle(char) && char != '.' && char != '-');
    (begins && is_whole && end >= start + 2).then_some(start..end)
}

fn is_of_handle(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '.' | '-')
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{contact_found, found, no_contact_in, nothing_in};

    #[test]
    fn handles_are_found_where_they_are_given() {
        let table = [
            ("follow me on insta @lea_07!", "@lea_07"),
            ("insta: @lea.07", "@lea.07"),
            ("@lea_07 on tiktok", "@lea_07"),
            ("add me @coolkid", "@coolkid"),
            ("my snap is lea_07.", "lea_07"),
            ("Discord: leacool", "leacool"),
            ("discord lea#1234", "lea#1234"),
            ("my snap name is leacool", "leacool"),
            ("roblox username lea99", "lea99"),
            ("snap - lea_07", "lea_07"),
            ("insta@lea_07", "lea_07"),
            ("ｓｎａｐ： ｌｅａ＿０７", "ｌｅａ＿０７"),
        ];
        for (text, handle) in table {
            assert_eq!(found(text), [format!("handle:{handle}")], "{text}");
        }
    }

    #[test]
    fn handles_in_links_without_a_scheme_are_found() {
        for host in [
            "t.me/",
            "m.me/",
            "x.com/",
            "instagram.com/",
            "tiktok.com/@",
            "discord.gg/",
        ] {
            let text = format!("see {host}lea_07 now");
            assert_eq!(contact_found(&text), ["handle:lea_07"], "{text}");
            assert_eq!(found(&text), [format!("url:{host}lea_07")], "{text}");
        }
        no_contact_in("see best-t.me/lea_07, but.me/lea and mx.com/lea");
    }

    #[test]
    fn talk_about_networks_is_none() {
        for text in [
            "my discord is down",
            "insta is fun and snap too",
            "Minecraft: the movie",
            "@joe @amy",
            "we met @ the park",
            "C#1234 is no tag",
            "issue #1234",
            "account is locked",
            "add 2 and 3",
            "my tag is red",
            "name_of_student",
            "discord_bot_2",
        ] {
            nothing_in(text);
        }
    }
}
