//! Every sentence of every message, in each language; those of the weekly recap are in `recap_words`. Templates hold
//! none.

use viral_engine_api_types::emails::{EmailKind, EmailLocale};
use viral_engine_api_types::permissions::Role;

use super::consent_words;
use super::format::day;
use crate::emails::content::{AlertDigest, AlertNews, FigureName, Mail, ReportPeriod, ReportReady};

/// The subject line of a message. It is kept in the clear, so it holds no personal data.
pub(crate) fn subject_line(mail: &Mail, locale: EmailLocale) -> String {
    use EmailLocale::{De, En};
    match (mail, locale) {
        (Mail::ReportReady(report), _) => report_title(report, locale),
        (Mail::AlertDigest(digest), _) => digest_title(digest, locale),
        (Mail::OperatorInvitation(_), En) => "Your invitation to Viral Engine".to_owned(),
        (Mail::OperatorInvitation(_), De) => "Ihre Einladung zu Viral Engine".to_owned(),
        (Mail::TestMessage(_), En) => "Test message of Viral Engine".to_owned(),
        (Mail::TestMessage(_), De) => "Testnachricht von Viral Engine".to_owned(),
        (Mail::WebhookDisabled(_), En) => "A webhook was disabled".to_owned(),
        (Mail::WebhookDisabled(_), De) => "Ein Webhook wurde abgeschaltet".to_owned(),
        (Mail::Consent(consent), _) => consent_words::title(consent.stage, locale).to_owned(),
        (Mail::DataLink(_), En) => "Your link to what is held on your child".to_owned(),
        (Mail::DataLink(_), De) => "Ihr Link zu dem, was über Ihr Kind gespeichert ist".to_owned(),
        (Mail::WeeklyRecap(recap), En) => {
            let (from, to) = (day(recap.from, En), day(recap.to, En));
            format!("Weekly recap: {from} to {to}")
        }
        (Mail::WeeklyRecap(recap), De) => {
            let (from, to) = (day(recap.from, De), day(recap.to, De));
            format!("Wochenrückblick: {from} bis {to}")
        }
    }
}

/// How many alerts there are of each kind of news, with the gravest severity of those that stand.
fn digest_title(digest: &AlertDigest, locale: EmailLocale) -> String {
    let news = [AlertNews::Opened, AlertNews::Escalated, AlertNews::Resolved];
    let parts = news.into_iter().filter_map(|news| {
        let mut alerts = digest.alerts.iter().filter(|one| one.news == news);
        let gravest = severity(&alerts.next()?.severity, locale);
        Some(part_of_title(news, 1 + alerts.count(), gravest, locale))
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn part_of_title(news: AlertNews, count: usize, gravest: &str, locale: EmailLocale) -> String {
    use EmailLocale::{De, En};
    let alerts = |one, many| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    match (news, locale) {
        (AlertNews::Opened, En) => format!("{} ({gravest})", alerts("new alert", "new alerts")),
        (AlertNews::Opened, De) => {
            format!("{} ({gravest})", alerts("neuer Alarm", "neue Alarme"))
        }
        (AlertNews::Escalated, En) => {
            format!("{} got worse ({gravest})", alerts("alert", "alerts"))
        }
        (AlertNews::Escalated, De) => {
            format!("{} verschärft ({gravest})", alerts("Alarm", "Alarme"))
        }
        (AlertNews::Resolved, En) => format!("{} resolved", alerts("alert", "alerts")),
        (AlertNews::Resolved, De) => format!("{} behoben", alerts("Alarm", "Alarme")),
    }
}

fn report_title(report: &ReportReady, locale: EmailLocale) -> String {
    let (from, to) = (day(report.from, locale), day(report.to, locale));
    match (locale, report.period) {
        (EmailLocale::En, ReportPeriod::Weekly) => format!("Weekly report: {from} to {to}"),
        (EmailLocale::En, ReportPeriod::Monthly) => format!("Monthly report: {from} to {to}"),
        (EmailLocale::En, ReportPeriod::Custom) => format!("Report: {from} to {to}"),
        (EmailLocale::De, ReportPeriod::Weekly) => format!("Wochenbericht: {from} bis {to}"),
        (EmailLocale::De, ReportPeriod::Monthly) => format!("Monatsbericht: {from} bis {to}"),
        (EmailLocale::De, ReportPeriod::Custom) => format!("Bericht: {from} bis {to}"),
    }
}

/// A word that every severity has.
pub(super) fn severity(name: &str, locale: EmailLocale) -> &str {
    match (locale, name) {
        (EmailLocale::De, "low") => "niedrig",
        (EmailLocale::De, "medium") => "mittel",
        (EmailLocale::De, "high") => "hoch",
        (EmailLocale::De, "critical") => "kritisch",
        _ => name,
    }
}

/// What a figure measures.
pub(super) fn figure(name: FigureName, locale: EmailLocale) -> &'static str {
    use EmailLocale::{De, En};
    match (name, locale) {
        (FigureName::KFactor, En) => "K-factor",
        (FigureName::KFactor, De) => "K-Faktor",
        (FigureName::Conversions, En) => "Conversions",
        (FigureName::Conversions, De) => "Konversionen",
        (FigureName::ConversionRate, En) => "Conversion rate",
        (FigureName::ConversionRate, De) => "Konversionsrate",
        (FigureName::ActiveUsers, En) => "Active users",
        (FigureName::ActiveUsers, De) => "Aktive Nutzer",
        (FigureName::LinksCreated, En) => "Links created",
        (FigureName::LinksCreated, De) => "Erstellte Links",
        (FigureName::LinksClicked, En) => "Links clicked",
        (FigureName::LinksClicked, De) => "Geklickte Links",
        (FigureName::ClickThroughRate, En) => "Click-through rate",
        (FigureName::ClickThroughRate, De) => "Klickrate",
        (FigureName::HealthScore, En) => "Health score",
        (FigureName::HealthScore, De) => "Gesundheitswert",
        (FigureName::ComplianceRate, En) => "Compliance rate",
        (FigureName::ComplianceRate, De) => "Regelkonformität",
        (FigureName::FraudFlags, En) => "Fraud flags",
        (FigureName::FraudFlags, De) => "Betrugshinweise",
    }
}

/// What an operator is to be.
pub(super) fn role(role: Role, locale: EmailLocale) -> &'static str {
    match (role, locale) {
        (Role::Admin, EmailLocale::En) => "admin",
        (Role::Safety, EmailLocale::En) => "trust and safety",
        (Role::Analyst, EmailLocale::En) => "analyst",
        (Role::Viewer, EmailLocale::En) => "viewer",
        (Role::Admin, EmailLocale::De) => "Administration",
        (Role::Safety, EmailLocale::De) => "Vertrauen und Sicherheit",
        (Role::Analyst, EmailLocale::De) => "Analyse",
        (Role::Viewer, EmailLocale::De) => "Lesezugriff",
    }
}

/// The words of a language that do not depend on data.
#[derive(Debug)]
pub(super) struct Words {
    pub against_before: &'static str,
    pub insights: &'static str,
    pub recommendations: &'static str,
    pub read_report: &'static str,
    pub measured: &'static str,
    pub threshold: &'static str,
    pub opened: &'static str,
    pub due: &'static str,
    pub resolved: &'static str,
    pub alert_opened: &'static str,
    pub alert_escalated: &'static str,
    pub alert_resolved: &'static str,
    pub webhook: &'static str,
    pub webhook_failing: &'static str,
    pub webhook_gone: &'static str,
    pub failing_since: &'static str,
    pub not_sent: &'static str,
    pub read_webhook: &'static str,
    pub read_alert: &'static str,
    pub invited_as: &'static str,
    pub choose_password: &'static str,
    pub link_ends: &'static str,
    pub not_expected: &'static str,
    pub test_arrived: &'static str,
    pub asked_at: &'static str,
    pub unsubscribe: &'static str,
}

pub(super) static EN: Words = Words {
    against_before: "against the period before",
    insights: "What the numbers show",
    recommendations: "What to do",
    read_report: "Read the report",
    measured: "Measured",
    threshold: "Threshold",
    opened: "Opened",
    due: "Respond before",
    resolved: "Resolved",
    alert_opened: "New alert",
    alert_escalated: "Alert that got worse",
    alert_resolved: "Resolved alert",
    webhook: "Webhook",
    webhook_failing: "A receiver of webhooks took nothing for five days, so it is sent nothing any more. Mend it, then enable the webhook.",
    webhook_gone: "A receiver of webhooks said that it is gone (410), so it is sent nothing any more. Remove the webhook, or enable it again.",
    failing_since: "Failing since",
    not_sent: "Messages that it did not get",
    read_webhook: "Look at the webhook",
    read_alert: "Look at the alert",
    invited_as: "You are invited to sign in to Viral Engine. Your role:",
    choose_password: "Choose a password",
    link_ends: "The link works once, until",
    not_expected: "If you did not expect this, leave it alone: nothing happens without the link.",
    test_arrived: "This message arrived, so mail of this engine can be delivered.",
    asked_at: "Asked for at",
    unsubscribe: "Unsubscribe",
};

pub(super) static DE: Words = Words {
    against_before: "gegenüber dem Zeitraum davor",
    insights: "Was die Zahlen zeigen",
    recommendations: "Was zu tun ist",
    read_report: "Bericht lesen",
    measured: "Gemessen",
    threshold: "Schwelle",
    opened: "Eröffnet",
    due: "Zu beantworten bis",
    resolved: "Behoben",
    alert_opened: "Neuer Alarm",
    alert_escalated: "Verschärfter Alarm",
    alert_resolved: "Behobener Alarm",
    webhook: "Webhook",
    webhook_failing: "Ein Empfänger von Webhooks hat fünf Tage lang nichts angenommen und bekommt deshalb nichts mehr. Bringen Sie ihn in Ordnung und schalten Sie den Webhook wieder ein.",
    webhook_gone: "Ein Empfänger von Webhooks hat geantwortet, dass es ihn nicht mehr gibt (410), und bekommt deshalb nichts mehr. Entfernen Sie den Webhook, oder schalten Sie ihn wieder ein.",
    failing_since: "Fehlerhaft seit",
    not_sent: "Nicht zugestellte Nachrichten",
    read_webhook: "Webhook ansehen",
    read_alert: "Alarm ansehen",
    invited_as: "Sie sind eingeladen, sich bei Viral Engine anzumelden. Ihre Rolle:",
    choose_password: "Passwort wählen",
    link_ends: "Der Link funktioniert einmal, bis",
    not_expected: "Wenn Sie das nicht erwartet haben, ist nichts zu tun: ohne den Link geschieht nichts.",
    test_arrived: "Diese Nachricht ist angekommen, also kann Post dieser Installation zugestellt werden.",
    asked_at: "Angefordert am",
    unsubscribe: "Abbestellen",
};

/// Why somebody gets a message.
pub(super) fn footer(kind: EmailKind, locale: EmailLocale) -> &'static str {
    use EmailLocale::{De, En};
    match (kind, locale) {
        (EmailKind::ReportReady, En) => {
            "You get this since an operator chose you as a recipient of reports."
        }
        (EmailKind::ReportReady, De) => {
            "Sie erhalten dies, weil Sie als Empfänger von Berichten gewählt wurden."
        }
        (EmailKind::AlertDigest, En) => {
            "You get this since your account says to mail you alerts of this severity."
        }
        (EmailKind::AlertDigest, De) => {
            "Sie erhalten dies, weil Ihr Konto Alarme dieser Stufe per E-Mail vorsieht."
        }
        (EmailKind::WebhookDisabled, En) => "You get this since you are an admin.",
        (EmailKind::WebhookDisabled, De) => {
            "Sie erhalten dies, weil Sie zur Administration gehören."
        }
        (EmailKind::OperatorInvitation, En) => "You get this since an admin invited you.",
        (EmailKind::OperatorInvitation, De) => "Sie erhalten dies, weil Sie eingeladen wurden.",
        (EmailKind::TestMessage, En) => "You get this since an operator asked for it.",
        (EmailKind::TestMessage, De) => "Sie erhalten dies, weil jemand darum gebeten hat.",
        (
            EmailKind::ConsentRequest
            | EmailKind::ConsentReminder
            | EmailKind::ConsentConfirmation
            | EmailKind::ConsentUnverified
            | EmailKind::ConsentReceipt
            | EmailKind::DataLink,
            En,
        ) => "You get this as the guardian of a child who uses a learning platform.",
        (
            EmailKind::ConsentRequest
            | EmailKind::ConsentReminder
            | EmailKind::ConsentConfirmation
            | EmailKind::ConsentUnverified
            | EmailKind::ConsentReceipt
            | EmailKind::DataLink,
            De,
        ) => {
            "Sie erhalten dies als Erziehungsberechtigte eines Kindes, das eine Lernplattform nutzt."
        }
        (EmailKind::WeeklyRecap, En) => "You get this as the guardian of a child who learns here.",
        (EmailKind::WeeklyRecap, De) => {
            "Sie erhalten dies als Erziehungsberechtigte eines Kindes, das hier lernt."
        }
    }
}

/// The words of a language.
pub(super) fn words(locale: EmailLocale) -> &'static Words {
    match locale {
        EmailLocale::En => &EN,
        EmailLocale::De => &DE,
    }
}
