//! Every sentence of the weekly recap, in the mail and on its page.

use viral_engine_api_types::emails::EmailLocale;

/// The words of a language.
#[derive(Debug)]
pub(crate) struct RecapWords {
    pub intro: &'static str,
    pub open_page: &'static str,
    /// The link to what the parent allows.
    pub consents: &'static str,
    /// Stands for a name that is not known.
    pub child: &'static str,
    pub sessions: &'static str,
    pub minutes: &'static str,
    pub rating: &'static str,
    /// Between a rating and the best one.
    pub of: &'static str,
    pub improvement: &'static str,
    pub points: &'static str,
    pub streak: &'static str,
    pub days: &'static str,
    pub subjects: &'static str,
    pub skills: &'static str,
    pub achievements: &'static str,
    pub highlights: &'static str,
    pub next_steps: &'static str,
    pub no_children: &'static str,
    pub by_mail: &'static str,
    pub wanted: &'static str,
    pub not_wanted: &'static str,
    pub stop: &'static str,
    pub start: &'static str,
    pub stopped: &'static str,
    pub started: &'static str,
    pub unsubscribe_all: &'static str,
}

static EN: RecapWords = RecapWords {
    intro: "This is what was learnt this week.",
    open_page: "Open the recap",
    consents: "See what you allow, and take it back",
    child: "Your child",
    sessions: "Sessions",
    minutes: "Minutes",
    rating: "Average rating",
    of: "of",
    improvement: "Improvement",
    points: "percentage points",
    streak: "Streak",
    days: "days in a row",
    subjects: "Subjects",
    skills: "Skills",
    achievements: "Achievements",
    highlights: "Highlights",
    next_steps: "Next steps",
    no_children: "There is nothing to tell of this week.",
    by_mail: "Weekly recap by email",
    wanted: "You get the recap by email after each week.",
    not_wanted: "You do not get the recap by email.",
    stop: "Stop the weekly recap",
    start: "Send me the weekly recap",
    stopped: "You will get no more weekly recaps.",
    started: "You will get the recap after each week.",
    unsubscribe_all: "Unsubscribe from all news by email",
};

static DE: RecapWords = RecapWords {
    intro: "Das wurde in dieser Woche gelernt.",
    open_page: "Rückblick öffnen",
    consents: "Ihre Einwilligungen ansehen und widerrufen",
    child: "Ihr Kind",
    sessions: "Stunden mit Tutor",
    minutes: "Minuten",
    rating: "Durchschnittliche Bewertung",
    of: "von",
    improvement: "Verbesserung",
    points: "Prozentpunkte",
    streak: "Serie",
    days: "Tage in Folge",
    subjects: "Fächer",
    skills: "Fähigkeiten",
    achievements: "Erfolge",
    highlights: "Höhepunkte",
    next_steps: "Nächste Schritte",
    no_children: "Von dieser Woche gibt es nichts zu berichten.",
    by_mail: "Wochenrückblick per E-Mail",
    wanted: "Sie erhalten den Rückblick nach jeder Woche per E-Mail.",
    not_wanted: "Sie erhalten den Rückblick nicht per E-Mail.",
    stop: "Wochenrückblick abbestellen",
    start: "Wochenrückblick zusenden",
    stopped: "Sie erhalten keine Wochenrückblicke mehr.",
    started: "Sie erhalten den Rückblick nach jeder Woche.",
    unsubscribe_all: "Alle Neuigkeiten per E-Mail abbestellen",
};

/// The words of a language.
pub(crate) fn recap_words(locale: EmailLocale) -> &'static RecapWords {
    match locale {
        EmailLocale::En => &EN,
        EmailLocale::De => &DE,
    }
}
