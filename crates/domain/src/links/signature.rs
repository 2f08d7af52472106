//! The signature of a link: HMAC-SHA256 over every field that decides where a click leads, for how long, or
//! who is credited for it.
//!
//! Signed are token, alias (it redirects too), referrer, source, channel, campaign and UTM medium (they are
//! credited, and go out as UTM parameters), target, expiry and the maximum of clicks. Not signed are metadata, which data
//! rights must be able to blank and which steers nothing, and the disabled flag, since stopping a link must
//! never need a key. Whoever edits a signed field on purpose (extending the expiry) signs the link again.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::links::token::LinkToken;
use crate::mac::{MAC_LEN, Message};

/// Version of the list of fields below. It is part of the signed bytes and of the written signature.
const VERSION: &str = "v1";
const LABEL: &str = "viral-engine/link/v1";

/// The fields of a link that are signed, as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkFields<'a> {
    pub token: LinkToken,
    /// The alias as stored, absent when none was asked for.
    pub alias: Option<&'a str>,
    /// The engine's id of the user who gets the credit.
    pub referrer: Uuid,
    pub source: &'a str,
    pub channel: &'a str,
    pub campaign: &'a str,
    /// Overrides the channel as UTM medium.
    pub utm_medium: Option<&'a str>,
    /// The normalised target, as stored.
    pub target_url: &'a str,
    /// Signed with microseconds, which is what PostgreSQL keeps; see [`to_stored_precision`].
    pub expires_at: DateTime<Utc>,
    pub max_clicks: Option<u64>,
}

impl LinkFields<'_> {
    /// The canonical bytes: label and version, then every field with its length, in the order of the struct.
    #[must_use]
    pub fn canonical(&self) -> Message {
        Message::new(LABEL)
            .bytes(self.token.as_bytes())
            .optional(self.alias.map(str::as_bytes))
            .bytes(self.referrer.as_bytes())
            .text(self.source)
            .text(self.channel)
            .text(self.campaign)
            .optional(self.utm_medium.map(str::as_bytes))
            .text(self.target_url)
            .bytes(&self.expires_at.timestamp_micros().to_be_bytes())
            .optional(
                self.max_clicks
                    .map(u64::to_be_bytes)
                    .as_ref()
                    .map(<[u8; 8]>::as_slice),
            )
    }
}

/// Cuts a time to the microseconds that PostgreSQL keeps. Apply it before storing an expiry, so that the
/// stored link shows exactly what was signed.
#[must_use]
pub fn to_stored_precision(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

/// A signature with the id of its key, written `v1.<key id>.<43 characters>`.
///
/// It can not be compared with `==`: only [`KeyRing::verify`](crate::links::KeyRing::verify) compares, in
/// constant time.
#[derive(Clone, Debug)]
pub struct LinkSignature {
    pub(super) key_id: String,
    pub(super) mac: [u8; MAC_LEN],
}

impl LinkSignature {
    /// The id of the key that signed.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

/// Why a link is taken for forged. The visitor is never told which; operators are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForgedLink {
    #[error("the signature is not written as the engine writes it")]
    Unreadable,
    #[error(
        "the link was signed with a key that is no longer configured; keep retired keys until their links expire"
    )]
    UnknownKey,
    #[error("the signature does not match the fields of the link")]
    Mismatch,
}

impl FromStr for LinkSignature {
    type Err = ForgedLink;

    fn from_str(text: &str) -> Result<Self, ForgedLink> {
        let (version, rest) = text.split_once('.').ok_or(ForgedLink::Unreadable)?;
        let (key_id, mac) = rest.split_once('.').ok_or(ForgedLink::Unreadable)?;
        if version != VERSION {
            return Err(ForgedLink::Unreadable);
        }
        let mac = URL_SAFE_NO_PAD
            .decode(mac)
            .map_err(|_| ForgedLink::Unreadable)?;
        Ok(Self {
            key_id: key_id.to_owned(),
            mac: mac.try_into().map_err(|_| ForgedLink::Unreadable)?,
        })
    }
}

impl fmt::Display for LinkSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{VERSION}.{}.{}",
            self.key_id,
            URL_SAFE_NO_PAD.encode(self.mac)
        )
    }
}
