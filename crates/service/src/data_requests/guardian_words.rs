//! Every sentence of the pages on which guardians ask for what is held, in each language.

use viral_engine_api_types::emails::EmailLocale;

use super::guardian::Asked;

/// The words of a language.
#[derive(Debug)]
pub(super) struct DataWords {
    pub title: &'static str,
    pub other_language: &'static str,
    pub about: &'static str,
    summary: &'static str,
    export: &'static str,
    deletion: &'static str,
    pub summary_help: &'static str,
    pub export_help: &'static str,
    pub deletion_help: &'static str,
    pub held: &'static str,
    pub what: &'static str,
    pub entries: &'static str,
    pub wait: &'static str,
    pub reload: &'static str,
    pub ready: &'static str,
    pub fetch: &'static str,
    pub gone: &'static str,
    parts: [(&'static str, &'static str); 18],
    other: &'static str,
}

const EN: DataWords = DataWords {
    title: "What is held on your child",
    other_language: "Deutsch",
    about: "This is about",
    summary: "See what is held",
    export: "Ask for a copy",
    deletion: "Erase everything",
    summary_help: "You see how much of what is held. This link works once.",
    export_help: "You get an archive of everything that is held, which any computer opens. It takes a moment.",
    deletion_help: "Everything that is held on your child is erased, and your consents end. This can not be taken back.",
    held: "This is held:",
    what: "What",
    entries: "Entries",
    wait: "The copy is being made.",
    reload: "Look again",
    ready: "The copy is ready. You can fetch it for a week.",
    fetch: "Fetch the copy",
    gone: "Everything that is held on your child is being erased. You need not do anything more.",
    parts: [
        ("profile", "Profile"),
        ("sessions", "Tutoring sessions"),
        ("achievements", "Achievements"),
        ("recaps", "Weekly recaps"),
        ("consents", "Consents"),
        ("disclosures", "Education records given to others"),
        ("emails", "Messages"),
        ("links", "Links"),
        ("events", "Invitations, clicks and sign-ups"),
        ("parent_shares", "Shared with parents"),
        ("progress_reels", "Progress reels"),
        ("study_sessions", "Study sessions"),
        ("activities", "Activities on the platform"),
        ("opt_outs", "Opt-outs"),
        ("consent_requests", "Requests for consent"),
        ("consent_steps", "Steps of consents"),
        ("sums", "Sums by day"),
        ("data_requests", "Requests such as this"),
    ],
    other: "Other",
};

const DE: DataWords = DataWords {
    title: "Was über Ihr Kind gespeichert ist",
    other_language: "English",
    about: "Es geht um",
    summary: "Ansehen, was gespeichert ist",
    export: "Eine Kopie anfordern",
    deletion: "Alles löschen",
    summary_help: "Sie sehen, wie viel wovon gespeichert ist. Dieser Link wirkt einmal.",
    export_help: "Sie bekommen ein Archiv von allem, was gespeichert ist; jeder Rechner öffnet es. Es dauert einen Moment.",
    deletion_help: "Alles, was über Ihr Kind gespeichert ist, wird gelöscht, und Ihre Einwilligungen enden. Das lässt sich nicht zurücknehmen.",
    held: "Gespeichert ist:",
    what: "Was",
    entries: "Einträge",
    wait: "Die Kopie wird gemacht.",
    reload: "Noch einmal nachsehen",
    ready: "Die Kopie ist fertig. Sie können sie eine Woche lang abholen.",
    fetch: "Die Kopie abholen",
    gone: "Alles, was über Ihr Kind gespeichert ist, wird gelöscht. Sie müssen nichts weiter tun.",
    parts: [
        ("profile", "Profil"),
        ("sessions", "Unterrichtsstunden"),
        ("achievements", "Erfolge"),
        ("recaps", "Wochenberichte"),
        ("consents", "Einwilligungen"),
        ("disclosures", "An andere weitergegebene Lernunterlagen"),
        ("emails", "Nachrichten"),
        ("links", "Links"),
        ("events", "Einladungen, Klicks und Anmeldungen"),
        ("parent_shares", "Mit Eltern Geteiltes"),
        ("progress_reels", "Fortschrittsfilme"),
        ("study_sessions", "Lerntreffen"),
        ("activities", "Aktivitäten auf der Plattform"),
        ("opt_outs", "Abmeldungen"),
        ("consent_requests", "Bitten um Einwilligung"),
        ("consent_steps", "Schritte von Einwilligungen"),
        ("sums", "Summen nach Tagen"),
        ("data_requests", "Anfragen wie diese"),
    ],
    other: "Anderes",
};

/// The words of a language.
pub(super) fn data_words(lang: EmailLocale) -> &'static DataWords {
    match lang {
        EmailLocale::En => &EN,
        EmailLocale::De => &DE,
    }
}

/// What is asked for, as a button says it.
pub(super) fn asked_label(words: &DataWords, asked: Asked) -> &'static str {
    match asked {
        Asked::Summary => words.summary,
        Asked::Export => words.export,
        Asked::Deletion => words.deletion,
    }
}

/// The same, in a language.
pub(crate) fn asked_words(asked: Asked, lang: EmailLocale) -> &'static str {
    asked_label(data_words(lang), asked)
}

/// What a class of what is held is called.
pub(super) fn part_label(words: &DataWords, name: &str) -> &'static str {
    let found = words.parts.iter().find(|(part, _)| *part == name);
    found.map_or(words.other, |(_, label)| label)
}

#[cfg(test)]
mod tests {
    use viral_engine_db::data_requests::HOLDINGS;

    use super::*;

    #[test]
    fn every_class_of_what_is_held_has_a_name_in_each_language() {
        for words in [&EN, &DE] {
            for holding in HOLDINGS {
                assert_ne!(
                    part_label(words, holding.name),
                    words.other,
                    "{}",
                    holding.name
                );
            }
        }
    }
}
