//! The words of German keys that name personal data, beside the English ones of [`super::key_names`], and
//! read by the same rules: the last word of a German compound is what the thing is as well.
//!
//! Words are written as keys are read: without the marks of `ä`, `ö` and `ü`, or with an `e` for them. A `kind`
//! is a child, but in most documents a sort of something: it is nobody by itself, and only says whose after a
//! German word (`vorname_kind`).

use super::entity::EntityKind;
use super::evidence::Evidence;
use super::key_names::{Row, row};

pub(super) const NAMES: [Row; 19] = [
    row(
        EntityKind::Email,
        "emailadresse mailadresse kontaktemail kontaktmail",
    ),
    row(
        EntityKind::Phone,
        "telefon telefonnummer telefonnr telnr telnummer handynummer handynr mobilnummer mobilfunknummer \
         mobiltelefon mobilnr festnetz festnetznummer rufnummer notfallnummer faxnummer whatsappnummer",
    ),
    row(
        EntityKind::Address,
        "adresse anschrift wohnadresse wohnanschrift heimadresse privatadresse postadresse postanschrift \
         lieferadresse rechnungsadresse strasse straße strassenname straßenname hausnummer hausnr plz \
         postleitzahl plzort plzundort wohnort adresszusatz",
    ),
    row(
        EntityKind::Ssn,
        "sozialversicherungsnummer rentenversicherungsnummer",
    ),
    row(EntityKind::Card, "kreditkarte kreditkartennummer"),
    row(
        EntityKind::Name,
        "vorname nachname familienname zuname rufname geburtsname vollername vollstandigername",
    ),
    row(EntityKind::Password, "passwort passworter kennwort"),
    row(
        EntityKind::Dob,
        "geburtsdatum geburtstag geburtsjahr geburtsmonat geburtsort geburt gebdatum geborenam",
    ),
    row(
        EntityKind::School,
        "schule schulname schulename grundschule hauptschule realschule gesamtschule oberschule",
    ),
    row(
        EntityKind::Handle,
        "benutzername nutzername anmeldename spitzname",
    ),
    row(
        EntityKind::Geolocation,
        "breitengrad langengrad laengengrad geokoordinaten",
    ),
    row(EntityKind::Email, "emailadressen mailadressen").if_seen(Evidence::NoCount),
    row(EntityKind::Phone, "telefonnummern handynummern").if_seen(Evidence::NoCount),
    row(EntityKind::Address, "adressen anschriften").if_seen(Evidence::NoCount),
    row(EntityKind::Name, "vornamen nachnamen familiennamen").if_seen(Evidence::NoCount),
    row(EntityKind::Dob, "geburtstage").if_seen(Evidence::NoCount),
    row(EntityKind::School, "schulen").if_seen(Evidence::NoCount),
    row(EntityKind::Phone, "handy mobil fon").if_seen(Evidence::Digits(1)),
    row(EntityKind::Geolocation, "ort standort koordinaten").if_seen(Evidence::Coordinates),
];

/// Whether a word names personal data in German.
pub(super) fn is_german(word: &str) -> bool {
    let mut names = NAMES.iter().flat_map(|row| row.names.split_whitespace());
    names.any(|name| name == word)
}

pub(super) const PEOPLE: &str = "schuler schueler schulerin schuelerin schulerinnen kinder kindes lernende \
     eltern elternteil mutter vater mama papa bruder schwester geschwister familie tochter sohn oma opa onkel \
     tante erziehungsberechtigte erziehungsberechtigter sorgeberechtigte sorgeberechtigter lehrer lehrerin \
     lehrkraft nutzer benutzer benutzerin freund freunde freundin mitschuler mitschueler mitschulerin \
     klassenkamerad klassenkameradin nachbar nachbarin ansprechpartner ansprechpartnerin kontaktperson";

pub(super) const ROLES: &str = "mannschaft mitglied mitglieder gewinner gewinnerin sieger siegerin verlierer gegner \
     gegnerin spieler spielerin kapitan trainer trainerin teilnehmer teilnehmerin gruppe eingeladene";

pub(super) const PREFIXES: &str = "privat heim";

pub(super) const PROFILES: &str = "profil daten angaben konto";

pub(super) const QUALIFIERS: &str = "privat dienstlich geschaftlich mobil nr nummer neu mutter vater eltern schuler \
     schueler wert liste";

pub(super) const QUESTIONS: &str = "hat ist anzahl ohne zeige zeigt braucht erlaubt gesamt";

pub(super) const STATES: &str =
    "bestatigt bestaetigt verifiziert gesendet versendet gelesen geteilt";

pub(super) const TALLIES: &str = "kanal kanale kanaele quelle quellen klicks benachrichtigung benachrichtigungen \
     einstellung einstellungen einwilligung einwilligungen";

/// As in [`super::key_names::EXCEPTIONS`], by the same kinds.
pub(super) const EXCEPTIONS: [(EntityKind, &str); 1] = [(EntityKind::School, "nach vor")];

pub(super) const THINGS: &str = "kurs kurse fach facher faecher thema themen lektion lektionen aufgabe aufgaben spiel \
     spiele klasse klassen stufe abzeichen buch bucher buecher prufung pruefung kapitel gruppe verein \
     veranstaltung belohnung vorlage";

pub(super) const NAME_PARTS: &str = "vor nach";
