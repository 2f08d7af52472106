//! Sentences of the messages to guardians about consents, in each language.

use viral_engine_api_types::emails::{EmailKind, EmailLocale};

use crate::emails::content::{ConsentMail, ConsentStage, DataLink};

/// The sentences of a message.
#[derive(Clone, Debug)]
pub(super) struct ConsentWords {
    pub intro: String,
    pub button: &'static str,
    pub note: String,
}

/// What the message is.
pub(in crate::emails) fn kind(stage: ConsentStage) -> EmailKind {
    match stage {
        ConsentStage::Request => EmailKind::ConsentRequest,
        ConsentStage::Reminder => EmailKind::ConsentReminder,
        ConsentStage::Confirmation => EmailKind::ConsentConfirmation,
        ConsentStage::Unverified(_) => EmailKind::ConsentUnverified,
        ConsentStage::Receipt => EmailKind::ConsentReceipt,
    }
}

/// The subject line. It holds no name.
pub(super) fn title(stage: ConsentStage, locale: EmailLocale) -> &'static str {
    use EmailLocale::{De, En};
    match (stage, locale) {
        (ConsentStage::Request, En) => "We need your consent for your child",
        (ConsentStage::Request, De) => "Wir brauchen Ihre Einwilligung für Ihr Kind",
        (ConsentStage::Reminder, En) => "Reminder: your consent for your child",
        (ConsentStage::Reminder, De) => "Erinnerung: Ihre Einwilligung für Ihr Kind",
        (ConsentStage::Confirmation, En) => "Please confirm your consent",
        (ConsentStage::Confirmation, De) => "Bitte bestätigen Sie Ihre Einwilligung",
        (ConsentStage::Unverified(_), En) => "We could not verify your consent",
        (ConsentStage::Unverified(_), De) => "Wir konnten Ihre Einwilligung nicht prüfen",
        (ConsentStage::Receipt, En) => "What you have allowed for your child",
        (ConsentStage::Receipt, De) => "Was Sie für Ihr Kind erlaubt haben",
    }
}

/// The sentences of a message.
pub(super) fn words(mail: &ConsentMail, locale: EmailLocale) -> ConsentWords {
    match locale {
        EmailLocale::En => english(mail),
        EmailLocale::De => german(mail),
    }
}

fn english(mail: &ConsentMail) -> ConsentWords {
    let child = mail.child.as_deref().unwrap_or("your child");
    let until = mail.until.format("%Y-%m-%d");
    let (intro, button, note) = match mail.stage {
        ConsentStage::Request | ConsentStage::Reminder => (
            format!(
                "{child} uses a learning platform. Before the following is allowed, you as the guardian decide:"
            ),
            "Read and decide",
            format!(
                "Nothing of this is allowed before you have answered. Without an answer until {until} your address is deleted."
            ),
        ),
        ConsentStage::Confirmation => (
            format!("A day ago you allowed this for {child}:"),
            "Confirm or take back",
            format!(
                "It counts once you have confirmed it, until {until}. If you did not allow it, take it back."
            ),
        ),
        ConsentStage::Unverified(_) => (
            format!(
                "We could not tell that you are the guardian of {child}. Please try once more. It is about this:"
            ),
            "Try again",
            format!("Nothing of this is allowed. You can answer until {until}."),
        ),
        ConsentStage::Receipt => (
            format!("You have allowed this for {child}:"),
            "See and change what you allow",
            "You can take it back at any time with this link; that counts at once.".to_owned(),
        ),
    };
    ConsentWords {
        intro,
        button,
        note,
    }
}

fn german(mail: &ConsentMail) -> ConsentWords {
    let child = mail.child.as_deref().unwrap_or("Ihr Kind");
    let until = mail.until.format("%d.%m.%Y");
    let (intro, button, note) = match mail.stage {
        ConsentStage::Request | ConsentStage::Reminder => (
            format!(
                "{child} nutzt eine Lernplattform. Bevor Folgendes erlaubt ist, entscheiden Sie:"
            ),
            "Lesen und entscheiden",
            format!(
                "Nichts davon ist erlaubt, bevor Sie geantwortet haben. Ohne Antwort bis zum {until} wird Ihre Adresse gelöscht."
            ),
        ),
        ConsentStage::Confirmation => (
            format!("Vor einem Tag haben Sie für {child} dies erlaubt:"),
            "Bestätigen oder zurücknehmen",
            format!(
                "Es gilt, sobald Sie es bestätigt haben, bis zum {until}. Wenn Sie es nicht erlaubt haben, nehmen Sie es zurück."
            ),
        ),
        ConsentStage::Unverified(_) => (
            format!(
                "Wir konnten nicht feststellen, dass Sie für {child} sorgeberechtigt sind. Bitte versuchen Sie es noch einmal. Es geht um:"
            ),
            "Noch einmal versuchen",
            format!("Nichts davon ist erlaubt. Sie können bis zum {until} antworten."),
        ),
        ConsentStage::Receipt => (
            format!("Sie haben für {child} dies erlaubt:"),
            "Ansehen und ändern, was Sie erlauben",
            "Mit diesem Link können Sie es jederzeit zurücknehmen; das gilt sofort.".to_owned(),
        ),
    };
    ConsentWords {
        intro,
        button,
        note,
    }
}

/// The sentences of the message with a guardian's link to what is held on a child.
pub(super) fn data_link(link: &DataLink, locale: EmailLocale) -> ConsentWords {
    match locale {
        EmailLocale::En => ConsentWords {
            intro: format!(
                "You asked for this about {}:",
                link.child.as_deref().unwrap_or("your child")
            ),
            button: "Open the page",
            note: format!(
                "The link works once, until {}. If you did not ask for it, do nothing: nothing happens then.",
                link.until.format("%Y-%m-%d %H:%M UTC")
            ),
        },
        EmailLocale::De => ConsentWords {
            intro: format!(
                "Sie haben dies über {} angefordert:",
                link.child.as_deref().unwrap_or("Ihr Kind")
            ),
            button: "Die Seite öffnen",
            note: format!(
                "Der Link wirkt einmal, bis {}. Wenn Sie das nicht waren, tun Sie nichts: dann geschieht nichts.",
                link.until.format("%d.%m.%Y, %H:%M UTC")
            ),
        },
    }
}
