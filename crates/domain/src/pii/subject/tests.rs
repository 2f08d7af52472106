//! What is found of a known child, and what is left.

use proptest::prelude::*;

use crate::pii::{Known, Scanner, Subject};

fn known(names: &[&str]) -> Known {
    Known {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Known::default()
    }
}

fn redact(known: &Known, text: &str) -> String {
    let subject = Subject::new(known).unwrap();
    Scanner::CONTACT.knowing(&subject).redact(text)
}

#[test]
fn every_spelling_of_a_name_is_found() {
    let ada = known(&["Ada Lovelace"]);
    for name in [
        "Ada",
        "ADA",
        "ada",
        "Lovelace",
        "Ada Lovelace",
        "ada lovelace",
        "ADA LOVELACE",
        "Lovelace, Ada",
        "lovelace ada",
        "A. Lovelace",
        "A Lovelace",
        "A.Lovelace",
        "Ada L.",
        "Ada L",
        "ada l.",
        "A.L.",
        "A. L.",
        "adalovelace",
        "AdaLovelace",
        "ada_lovelace99",
        "ada.lovelace",
        "ada-lovelace",
        "lovelaceada",
        "alovelace",
        "adal",
        "@adalovelace",
        "Ad\u{e1} Lov\u{e9}lace",
        "A\u{200b}da",
        "\u{410}da",
        "\u{ff21}\u{ff44}\u{ff41}",
        "A d a",
        "L-o-v-e-l-a-c-e",
        "Love-lace",
        "xXadalovelaceXx",
        "theLovelaces",
        "Lovelaces",
        "ada99",
        "Ada_99",
        "A. B. Lovelace",
    ] {
        let redacted = redact(&ada, &format!("yes {name} is here"));
        let letters: Vec<_> = redacted
            .replace("[NAME]", "")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let left: String = letters
            .concat()
            .chars()
            .filter(|char| char.is_alphanumeric())
            .collect();
        let rest = left.replace("yes", "").replace("ishere", "");
        // The middle initial of `A. B. Lovelace` is not on record.
        assert!(
            rest.is_empty() || name == "A. B. Lovelace",
            "{name}: {redacted}"
        );
    }
}

#[test]
fn possessives_keep_their_ending() {
    let ada = known(&["Ada Lovelace"]);
    assert_eq!(
        redact(&ada, "Ada's book and Lovelace’s"),
        "[NAME]'s book and [NAME]’s"
    );
    assert_eq!(redact(&ada, "see /u/ada.lovelace?x"), "see /u/[NAME]?x");
}

#[test]
fn names_with_an_apostrophe_or_a_capital_inside_are_found_in_parts() {
    for (name, spellings) in [
        (
            "Sean O'Brien",
            [
                "O Brien",
                "OBrien",
                "o’brien",
                "Sean O Brien",
                "o brien",
                "O´Brien",
                "O. Brien",
                "s. o brien",
            ]
            .as_slice(),
        ),
        ("Sean OBrien", &["O'Brien", "O Brien", "OBRIEN"]),
        ("Sean O’Brien", &["O'Brien", "O Brien", "seano'brien"]),
        ("Li D'Arcy", &["D Arcy", "DArcy", "li d arcy", "Li D.Arcy"]),
        ("Ann McDonald", &["Mc Donald", "ann mc donald"]),
    ] {
        for spelling in spellings {
            let text = format!("yes {spelling} is here");
            assert_eq!(
                redact(&known(&[name]), &text),
                "yes [NAME] is here",
                "{text}"
            );
        }
    }
}

#[test]
fn letters_written_as_digits_and_signs_are_found() {
    for (name, spellings) in [
        (
            "Isolde Katzenberger",
            [
                "Iso1de",
                "is0lde",
                "I5OLDE",
                "!solde",
                "K@tzenberger",
                "k4tz3nb3rg3r",
                "Iso1de K@tzenberger",
                "Isolde K@tzenberger",
                "1solde.katzenberger",
                "is0ldek4tzenberger",
                "is0lde_99",
            ]
            .as_slice(),
        ),
        (
            "Noah Becker",
            &[
                "n0ah",
                "N04h",
                "n0ah becker",
                "noah_b3cker",
                "@n0ah",
                "n0ahs",
                "n0ah2015",
            ],
        ),
        ("Emma Lee", &["3mma", "Emm4", "3mm@"]),
        ("Zoé Weiß", &["z0e", "Z0é", "we1ss", "w3iß"]),
        ("Grace Hope", &["gr4ce", "h0pe"]),
    ] {
        for spelling in spellings {
            let text = format!("yes {spelling} is here");
            assert_eq!(
                redact(&known(&[name]), &text),
                "yes [NAME] is here",
                "{text}"
            );
        }
    }
}

#[test]
fn numbers_times_and_other_words_are_no_disguise() {
    for (name, text) in [
        ("Sam Will", "at 5am you w1ll see"),
        ("Elsa Isa", "class 15a, room 3154 and 1.5a"),
        ("Ada Ist", "roll 4d4, the 1st of 4"),
        ("Ali Bo", "a11 of b0, all5 and 411"),
        ("Noah Becker", "x0n0ah n0ahx 50% of n0 ah!"),
        ("Emma Lee", "33 mm and 3 mma"),
    ] {
        assert_eq!(redact(&known(&[name]), text), text, "{name}");
    }
}

#[test]
fn escaped_letters_are_found() {
    for (name, text) in [
        ("Isolde Katzenberger", "&#73;solde"),
        ("Isolde Katzenberger", "&#x49;solde"),
        ("Isolde Katzenberger", r"\u0049solde"),
        ("Isolde Katzenberger", r"\u{49}solde"),
        ("Isolde Katzenberger", "%49solde"),
        ("Isolde Katzenberger", "&amp;#73;solde"),
        ("Isolde Katzenberger", "&#73;so1de"),
        ("Zoé Weiß", "Zo&eacute;"),
        ("Zoé Weiß", "Zo&eacute; Wei&szlig;"),
    ] {
        assert_eq!(
            redact(&known(&[name]), &format!("yes {text} won")),
            "yes [NAME] won",
            "{text}"
        );
    }
}

#[test]
fn names_in_slugs_and_identifiers_are_found() {
    let noah = known(&["Noah Becker"]);
    for (text, expected) in [
        ("helped_noah_becker", "helped[NAME]"),
        ("noah-becker-party", "[NAME]-party"),
        ("noahBecker2015", "[NAME]"),
        ("noah.becker", "[NAME]"),
        ("helpedNoahBecker", "helped[NAME]"),
        ("HELPED_NOAH_BECKER", "HELPED[NAME]"),
        ("/badges/noah_becker.png", "/badges/[NAME].png"),
        ("helped_noah", "helped[NAME]"),
        ("teamN0ah", "team[NAME]"),
    ] {
        assert_eq!(redact(&noah, text), expected, "{text}");
    }
}

#[test]
fn parts_of_a_name_that_are_words_need_a_capital() {
    let name = known(&["Pat O'Day"]);
    assert_eq!(redact(&name, "o day of joy"), "o day of joy");
    assert_eq!(redact(&name, "ask Pat O Day"), "ask [NAME]");
}

#[test]
fn other_words_with_the_letters_of_a_name_stay() {
    let ada = known(&["Ada Lovelace"]);
    for text in [
        "Canada is cold",
        "an adamant man",
        "a love of lace",
        "a da capo",
        "Nevada love lace",
    ] {
        assert_eq!(redact(&ada, text), text);
    }
}

#[test]
fn ordinary_words_are_names_only_in_the_position_of_one() {
    let table = [
        (
            "Grace Young",
            "by the grace of young people",
            "by the grace of young people",
        ),
        ("Grace Young", "I saw Grace today", "I saw [NAME] today"),
        ("Grace Young", "grace young was here", "[NAME] was here"),
        ("Grace Young", "a girl named grace", "a girl named [NAME]"),
        ("Grace Young", "Mrs. Young said", "Mrs. [NAME] said"),
        (
            "Grace Young",
            "Grace's dog, and the young's",
            "[NAME]'s dog, and the young's",
        ),
        (
            "Grace Young",
            "Grace Y. and graceyoung7",
            "[NAME]. and [NAME]",
        ),
        ("Grace Young", "Grace said hi", "[NAME] said hi"),
        (
            "Grace Young",
            "Grace period. Young people",
            "Grace period. Young people",
        ),
        (
            "May Will",
            "In May we will go; May I?",
            "In May we will go; May I?",
        ),
        ("May Will", "On May 5 and may be", "On May 5 and may be"),
        (
            "May Will",
            "we met May at school",
            "we met [NAME] at school",
        ),
        (
            "Mark Page",
            "mark the answer. Mark it on the page",
            "mark the answer. Mark it on the page",
        ),
        (
            "Summer Rose",
            "this Summer the Rose is red",
            "this Summer the Rose is red",
        ),
        ("Will Hope", "you WILL do it", "you WILL do it"),
        ("Will Hope", "Hi Hope you are well", "Hi Hope you are well"),
        ("Will Hope", "Thanks Will!", "Thanks [NAME]!"),
        ("Will Hope", "How to Hope For More", "How to Hope For More"),
    ];
    for (name, text, expected) in table {
        assert_eq!(redact(&known(&[name]), text), expected, "{text}");
    }
}

#[test]
fn names_of_other_scripts_and_shapes_are_found() {
    let table = [
        ("Иван Петров", "это ИВАН и петров", "это [NAME] и [NAME]"),
        ("李 小龍", "我是李小龍。", "我是[NAME]。"),
        ("Jürgen Müller", "jurgen, Juergen Mueller", "[NAME]"),
        (
            "Siobhán O'Neil",
            "siobhan oneil and O’Neil",
            "[NAME] and [NAME]",
        ),
        (
            "Ana de la Cruz",
            "ana de la cruz de la tour",
            "[NAME] de la tour",
        ),
        ("Jean-Luc Picard", "jeanluc, Jean Luc", "[NAME]"),
        ("Lovelace, Ada", "Ada Lovelace", "[NAME]"),
    ];
    for (name, text, expected) in table {
        assert_eq!(redact(&known(&[name]), text), expected, "{text}");
    }
}

#[test]
fn handles_schools_addresses_and_numbers_are_found() {
    let known = Known {
        handles: vec!["@Coder.Kid42".to_owned()],
        schools: vec!["Analytical Engine Primary School".to_owned()],
        emails: vec!["annabella.byron@mail.example.org".to_owned()],
        phones: vec!["+44 20 7946 0958".to_owned()],
        ..Known::default()
    };
    let table = [
        ("coderkid42 and coder_kid42", "[HANDLE] and [HANDLE]"),
        ("annabella.byron", "[HANDLE]"),
        ("at analytical engine primary", "at [SCHOOL]"),
        ("we are at Analytical Engine", "we are at [SCHOOL]"),
        ("79460958", "[PHONE]"),
        ("442079460958!", "[PHONE]!"),
        ("annabella byron at mail example org", "[EMAIL]"),
        ("the analytical engine", "the analytical engine"),
    ];
    for (text, expected) in table {
        assert_eq!(redact(&known, text), expected, "{text}");
    }
}

#[test]
fn what_is_known_is_never_shown() {
    let subject = Subject::new(&known(&["Ada Lovelace"])).unwrap();
    assert_eq!(format!("{subject:?}"), "Subject { .. }");
}

#[test]
fn nothing_known_finds_nothing() {
    for known in [Known::default(), known(&["", " ", "-", "J."])] {
        assert_eq!(redact(&known, "J. and Ada"), "J. and Ada");
    }
}

proptest! {
    #[test]
    fn nothing_is_found_after_redaction_and_redacting_again_changes_nothing(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "Ada", "ada", "ADA", "Grace", "grace", "de", "la", "Lovelace", "love", "lace", "A.", "L.", "a", "G", "adag", "s",
            "'s", " ", ". ", ", ", "_", "-", "@", "/u/", "named ", "Mrs. ", "in ", "I'm ", "my friend ", "99", "\u{200B}",
            "\u{410}", "countess42", "Ada School", " at ", "[dot]", "[NAME]", "[", "1234567", "+44 ", "%41", "joe@x.org", "\n",
            "said", "The ", "é", "4da", "L0v3lace", "&#65;da", "\\u0041da", "1", "!",
        ]), 0..12),
    ) {
        let known = Known {
            names: vec!["Ada Grace de la Lovelace".to_owned()],
            handles: vec!["countess42".to_owned()],
            schools: vec!["Ada School".to_owned()],
            emails: vec!["joe@x.org".to_owned()],
            phones: vec!["+44 1234567".to_owned()],
        };
        let subject = Subject::new(&known).unwrap();
        let scanner = Scanner::EVERYTHING.knowing(&subject);
        let text = pieces.concat();
        let findings = scanner.scan(&text);
        prop_assert!(findings.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let redacted = scanner.redact(&text);
        prop_assert_eq!(scanner.scan(&redacted), [], "{:?} became {:?}", text, redacted);
    }

    #[test]
    fn any_name_is_compiled_and_any_text_is_read(name in "\\PC{0,20}", text in "\\PC{0,60}") {
        let subject = Subject::new(&known(&[&name])).unwrap();
        let length = text.chars().count();
        let findings = Scanner::EVERYTHING.knowing(&subject).scan(&text);
        prop_assert!(findings.iter().all(|finding| finding.start < finding.end && finding.end <= length));
    }
}
