//! What happened: people, links, hits, events and inputs, as a platform and its visitors would have sent them.
//!
//! A world says nothing about what is planted in it; that is in the [`crate::Truth`].

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// A simulated platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct World {
    /// Guardians before their children.
    pub users: Vec<User>,
    /// Networks that operators have marked as a school's.
    pub institution_networks: Vec<InstitutionNetwork>,
    /// In no particular order.
    pub links: Vec<Link>,
    /// User agents, pointed at by hits.
    pub agents: Vec<Agent>,
    /// Requests for links, by time.
    pub hits: Vec<Hit>,
    /// What the platform reports, by time.
    pub events: Vec<Event>,
    /// By time.
    pub parent_shares: Vec<ParentShare>,
    /// By time.
    pub progress_reels: Vec<ProgressReel>,
    /// By time.
    pub study_sessions: Vec<StudySession>,
    /// By time.
    pub opt_outs: Vec<OptOut>,
    /// By time.
    pub activities: Vec<Activity>,
}

/// Position of a user in [`World::users`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserIndex(pub usize);

/// Position of a link in [`World::links`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LinkIndex(pub usize);

/// Position of a user agent in [`World::agents`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AgentIndex(pub usize);

/// Part a user plays on the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Persona {
    /// Learns.
    Student,
    /// Guardian of a student.
    Parent,
    /// Teaches.
    Tutor,
}

/// Age band of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AgeBand {
    /// Under 13.
    #[serde(rename = "under_13")]
    Under13,
    /// 13 to 15.
    #[serde(rename = "13_to_15")]
    From13To15,
    /// 16 or 17.
    #[serde(rename = "16_17")]
    From16To17,
    /// 18 or older.
    #[serde(rename = "adult")]
    Adult,
}

impl AgeBand {
    /// Whether somebody of this age may share a link without a guardian's consent.
    pub fn may_share(self) -> bool {
        self != Self::Under13
    }
}

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct User {
    /// The platform's own id.
    pub external_id: String,
    /// Part the user plays.
    pub persona: Persona,
    /// Age band.
    pub age_band: AgeBand,
    /// When the user signed up.
    pub signed_up_at: DateTime<Utc>,
    /// The parent of a student.
    pub guardian: Option<UserIndex>,
    /// School slug.
    pub institution: Option<String>,
    /// Month of the sign-up.
    pub cohort: String,
    /// Grade of a student.
    pub grade: Option<String>,
    /// Full name.
    pub name: String,
    /// Address at a host that can not exist.
    pub email: Option<String>,
    /// Language tag.
    pub locale: String,
    /// IANA time zone.
    pub time_zone: String,
    /// The address was verified.
    pub verified_email: bool,
}

/// A network that operators have marked as a school's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InstitutionNetwork {
    /// In CIDR notation.
    pub network: String,
    /// Whose it is.
    pub name: String,
}

/// How a link is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Email.
    Email,
    /// Text message.
    Sms,
    /// WhatsApp.
    Whatsapp,
    /// Copied to the clipboard.
    Copy,
    /// QR code.
    Qr,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// Who shares it.
    pub referrer: UserIndex,
    /// Loop it belongs to.
    pub source: String,
    /// Path on the platform's own site.
    pub target_path: &'static str,
    /// How it is passed on.
    pub channel: Channel,
    /// Campaign slug; `None` for the default.
    pub campaign: Option<&'static str>,
    /// When it was minted.
    pub created_at: DateTime<Utc>,
    /// Days until it expires.
    pub expires_in_days: u32,
}

impl Link {
    /// When it stops.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.created_at + chrono::TimeDelta::days(i64::from(self.expires_in_days))
    }
}

/// A program that sends requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Agent {
    /// As sent; empty when it sends none.
    pub user_agent: String,
    /// `Sec-CH-UA`, `Sec-CH-UA-Mobile` and `Sec-CH-UA-Platform`; empty when not sent.
    pub client_hints: [String; 3],
    /// What it is.
    pub kind: AgentKind,
}

/// What kind of program a user agent names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// A person's browser.
    Browser,
    /// Shows or checks links for people.
    Unfurler,
    /// Visits pages on its own, or an HTTP library.
    Crawler,
}

/// What a click or another hit is, as the generator meant it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HitClass {
    /// A person, or somebody who pretends to be one.
    Human,
    /// The same visitor on the same link again within an hour.
    Duplicate,
    /// A declared crawler.
    Bot,
    /// An unfurler or mail scanner.
    Preview,
    /// A browser that fetches ahead.
    Prefetch,
    /// On a link that has expired.
    Rejected,
}

/// A request for a link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// When.
    pub at: DateTime<Utc>,
    /// Which link.
    pub link: LinkIndex,
    /// From where.
    pub ip: IpAddr,
    /// By which program.
    pub agent: AgentIndex,
    /// `Accept-Language`; empty when not sent.
    pub accept_language: &'static str,
    /// Random bytes of the visitor's cookie, when one was sent.
    pub cookie: Option<[u8; 16]>,
    /// Random bytes of the cookie that came with the answer, when the visitor kept it.
    pub given_cookie: Option<[u8; 16]>,
    /// `Sec-Purpose`, when sent.
    pub sec_purpose: Option<&'static str>,
    /// What the generator meant it to be.
    pub class: HitClass,
}

/// Something the platform reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// The platform's own id of the event.
    pub event_id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who invited.
    pub referrer: UserIndex,
    /// The link it belongs to.
    pub link: Option<LinkIndex>,
    /// What happened.
    pub kind: EventKind,
}

/// What the platform reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// An invitation went out, perhaps to somebody the platform knows by id.
    InviteSent {
        /// External id of the person invited.
        referee: Option<String>,
    },
    /// A link was opened inside the platform's app.
    Click {
        /// Address of the person.
        ip: IpAddr,
        /// The app's own fingerprint of the device.
        device: String,
        /// What the generator meant it to be: human, or a duplicate.
        class: HitClass,
    },
    /// The invited person created an account.
    Conversion {
        /// External id of the new user.
        referee: String,
    },
    /// The invited person reached the first value moment.
    Activation {
        /// External id of the new user.
        referee: String,
    },
}

/// Progress that was shown to a parent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParentShare {
    /// To whom.
    pub parent: UserIndex,
    /// About whom.
    pub student: UserIndex,
    /// What.
    pub data: Value,
    /// When.
    pub at: DateTime<Utc>,
    /// When the parent looked.
    pub views: Vec<DateTime<Utc>>,
}

/// A reel of a student's progress.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProgressReel {
    /// About whom.
    pub student: UserIndex,
    /// What.
    pub data: Value,
    /// When.
    pub at: DateTime<Utc>,
}

/// A study session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StudySession {
    /// Who hosts it.
    pub host: UserIndex,
    /// Who took part, each once.
    pub participants: Vec<UserIndex>,
    /// Who was invited, each once.
    pub invited: Vec<UserIndex>,
    /// When it started.
    pub at: DateTime<Utc>,
}

/// Somebody does not want something any more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptOut {
    /// Who.
    pub user: UserIndex,
    /// What.
    pub scope: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something a user did on the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// Who.
    pub user: UserIndex,
    /// What.
    pub kind: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}
