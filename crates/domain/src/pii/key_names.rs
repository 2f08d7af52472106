//! The words of keys that name personal data, as tables.
//!
//! Names are written without the spaces between their words: `birthdate` is `birth_date`,
//! `birthDate`, `birth-date` and `birthdate`. German ones are in [`super::german_key_names`].

use std::collections::HashSet;
use std::sync::LazyLock;

use super::entity::EntityKind;
use super::evidence::Evidence;
use super::german_key_names as german;

pub(super) type Words = LazyLock<HashSet<&'static str>>;

/// The words of both lists.
fn words(english: &'static str, german: &'static str) -> HashSet<&'static str> {
    let lists = english.split_whitespace().chain(german.split_whitespace());
    lists.collect()
}

/// Where in a key a name has to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// At its end: the last word of an English compound is what the thing is.
    End,
    /// Nothing else may be in it but whose it is: `name`, `student_name`, but not `course_name`.
    Alone,
}

/// What names one kind of data, and what a value has to look like to count.
pub(super) struct Row {
    pub(super) kind: EntityKind,
    pub(super) evidence: Evidence,
    pub(super) position: Position,
    pub(super) names: &'static str,
}

pub(super) const fn row(kind: EntityKind, names: &'static str) -> Row {
    Row {
        kind,
        evidence: Evidence::Any,
        position: Position::End,
        names,
    }
}

impl Row {
    pub(super) const fn if_seen(self, evidence: Evidence) -> Self {
        Self { evidence, ..self }
    }

    const fn alone(self) -> Self {
        Self {
            position: Position::Alone,
            ..self
        }
    }
}

/// Names of one datum first, then lists of them and networks (whose plain numbers are counts:
/// `"emails": 3`, `"tiktok": 5`), then names that mean other things too, which count by their value.
pub(super) const NAMES: [Row; 24] = [
    row(
        EntityKind::Email,
        "email mail emailaddress mailaddress contactemail",
    ),
    row(
        EntityKind::Phone,
        "phone phonenumber phoneno telephone telephonenumber telephoneno cellphone cellphonenumber \
         cellnumber mobilephone mobilephonenumber mobilenumber mobileno contactnumber contactno \
         faxnumber whatsappnumber msisdn smsnumber callbacknumber emergencynumber landline",
    ),
    row(
        EntityKind::Address,
        "address streetaddress homeaddress mailingaddress postaladdress postaddress \
         shippingaddress billingaddress residentialaddress physicaladdress fulladdress street \
         streetname streetline residence zipcode postcode postalcode",
    ),
    row(
        EntityKind::Ssn,
        "ssn socialsecurity socialsecuritynumber socialsecurityno socialsecuritycardnumber \
         socialsecuritycard socialsecuritynum",
    ),
    row(
        EntityKind::Card,
        "creditcard creditcardnumber debitcard debitcardnumber",
    ),
    row(
        EntityKind::Name,
        "fullname legalname realname completename firstname forename givenname middlename lastname \
         surname familyname maidenname preferredname firstandlastname firstlastname namefirst \
         namelast namemiddle namefull namegiven namefamily",
    ),
    row(
        EntityKind::Password,
        "password passwords passwd pwd passcode passphrase",
    ),
    row(
        EntityKind::Dob,
        "dob birth birthdate birthday birthyear birthmonth dateofbirth dayofbirth monthofbirth \
         yearofbirth bday borndate born bornon bornin datebirth",
    ),
    row(
        EntityKind::School,
        "school schoolname schooldistrict highschool middleschool elementaryschool",
    ),
    row(
        EntityKind::Handle,
        "handle socialhandle screenname gamertag username userhandle nickname instagramusername snapchatusername discordusername tiktokusername \
         instagramname discordtag",
    ),
    row(
        EntityKind::Geolocation,
        "geolocation geoposition geocoordinates geocoords geopoint geohash gps gpslocation \
         gpscoordinates gpscoords gpsposition latlng latlong latlon latitude longitude lat lng lon \
         homelocation currentlocation lastlocation knownlocation exactlocation preciselocation \
         livelocation devicelocation",
    ),
    row(EntityKind::Email, "emails emailaddresses mails").if_seen(Evidence::NoCount),
    row(EntityKind::Phone, "phones phonenumbers whatsapp").if_seen(Evidence::NoCount),
    row(EntityKind::Address, "addresses").if_seen(Evidence::NoCount),
    row(EntityKind::Ssn, "ssns").if_seen(Evidence::NoCount),
    row(EntityKind::Name, "fullnames firstnames lastnames surnames").if_seen(Evidence::NoCount),
    row(EntityKind::Dob, "birthdates birthdays").if_seen(Evidence::NoCount),
    row(EntityKind::School, "schools").if_seen(Evidence::NoCount),
    row(
        EntityKind::Handle,
        "handles usernames nicknames instagram insta snapchat discord tiktok",
    )
    .if_seen(Evidence::NoCount),
    row(EntityKind::Geolocation, "geolocations").if_seen(Evidence::NoCount),
    row(EntityKind::Phone, "mobile mobiles tel fax mob").if_seen(Evidence::Digits(1)),
    row(EntityKind::Phone, "cell cells").if_seen(Evidence::Digits(4)),
    row(
        EntityKind::Geolocation,
        "location locations coordinates coordinate coords geo whereabouts",
    )
    .if_seen(Evidence::Coordinates),
    row(EntityKind::Name, "name names displayname")
        .alone()
        .if_seen(Evidence::PersonName),
];

/// Whose it is: what means other things too is a person's with one of these before or around it
/// (`student_name`, `{"child": {"location": …}}`), and one word may be of both (`parentemail`). Under
/// one of these alone may stand who it is: `"student": "Ann Lee"`.
pub(super) static PEOPLE: Words = LazyLock::new(|| {
    words(
        "students student children child kids kid pupils pupil learners learner parents \
         parent guardians guardian mother father mom mum dad siblings sibling childs mothers fathers brother sister \
         family users user person teachers teacher tutors tutor friends friend classmates \
         classmate contacts contact participant player invitee buddy buddies studybuddy teammate teammates \
         bestie mentor mentors mentee cousin aunt uncle grandma grandpa roommate neighbor neighbour my your",
        german::PEOPLE,
    )
});

/// Who took part, which may be a person, several, a team or a firm: the value tells.
pub(super) static ROLES: Words = LazyLock::new(|| {
    words(
        "team teams member members partner partners winner winners loser losers opponent opponents rival rivals \
         champion champions challenger challengers coach coaches captain captains leader leaders runnerup \
         inviter invited helper helpers players participants invitees group groups squad",
        german::ROLES,
    )
});

/// What else may stand before a name in one word: `homeaddress`.
pub(super) static PREFIXES: Words = LazyLock::new(|| words("home work personal", german::PREFIXES));

/// Objects that hold what their owner holds: `{"student": {"profile": {"name": …}}}`.
pub(super) static PROFILES: Words = LazyLock::new(|| {
    words(
        "info information profile details data account",
        german::PROFILES,
    )
});

/// Words at the end that qualify and do not change what the thing is.
pub(super) static QUALIFIERS: Words = LazyLock::new(|| {
    words(
        "home work mobile cell primary secondary main parent guardian child student mother \
         father mom dad line value values number numbers no num str string raw new old \
         current alt alternate backup last four digits full address list contact personal",
        german::QUALIFIERS,
    )
});

/// First words of a question or a count, whose answer is none of what is named: `has_email`,
/// `show_phone`, `num_schools`.
pub(super) static QUESTIONS: Words = LazyLock::new(|| {
    words(
        "is are has have had can may should was needs need requires require show hide allow \
         allows enable enabled disable use uses wants want prefers without missing num count \
         total max min avg sum",
        german::QUESTIONS,
    )
});

/// Words that ask or count where the value is no text: `"verified_email": true`, `"sent_emails": 3`,
/// but not `"verified_email": "…"`.
pub(super) static STATES: Words = LazyLock::new(|| {
    words(
        "verified unverified confirmed unconfirmed validated valid invalid sent opened unread \
         bounced shared",
        german::STATES,
    )
});

/// Objects that count or switch what their keys name: `{"channels": {"email": 3, "whatsapp": 2}}`,
/// `{"notifications": {"email": true}}`.
pub(super) static TALLIES: Words = LazyLock::new(|| {
    words(
        "channel source medium platform method count total stat statistic click share invite open \
         send sent notification consent permission subscription setting preference in out verified \
         enabled flag",
        german::TALLIES,
    )
});

/// What a name is not, with one of these words before it: `ip_address`, `weekly_email`,
/// `smart_phone`, `after_school`.
pub(super) const EXCEPTIONS: [(EntityKind, &str); 5] = [
    (
        EntityKind::Address,
        "ip ipv mac web url site wallet contract memory bitcoin btc eth crypto server host network \
         bus page api v",
    ),
    (
        EntityKind::Email,
        "voice chain junk welcome daily weekly monthly digest newsletter marketing promo promotional \
         reminder summary report",
    ),
    (EntityKind::Phone, "smart head micro pay"),
    (EntityKind::School, "after before to in at out back"),
    (
        EntityKind::Handle,
        "file error event door window thread job",
    ),
];

/// Things: the `name` in one is its own. `{"course": {"name": "World History"}}`.
pub(super) static THINGS: Words = LazyLock::new(|| {
    words(
        "course subject lesson quiz game challenge class classroom level deck topic skill \
         book story loop campaign product plan item reward achievement test exam exercise \
         unit chapter event group category badge team club program module activity project \
         goal theme template scene song puzzle experiment certificate award",
        german::THINGS,
    )
});

/// Parts of a `name`: `{"name": {"first": …}}`.
pub(super) static NAME_PARTS: Words = LazyLock::new(|| {
    words(
        "first last middle given family full maiden preferred legal",
        german::NAME_PARTS,
    )
});

/// Parts of a `location`: `{"location": {"x": 1.5, "y": 2}}`.
pub(super) static AXES: Words = LazyLock::new(|| {
    words(
        "x y z lat lon lng long alt altitude point center accuracy",
        "",
    )
});
