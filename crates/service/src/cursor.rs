//! Keyset cursors: the position of the last item, opaque to callers.
//!
//! A cursor holds the sort key (a time) and the id that breaks ties, and which way it leads. It is not signed:
//! a made-up cursor only selects another page of what the caller may read anyway.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::page::{DEFAULT_LIMIT, MAX_LIMIT, Page};
use viral_engine_db::page::PageQuery;

use crate::error::{ServiceError, ServiceResult};

/// What every cursor matches, as a regular expression: 25 bytes in unpadded base64url, of which the first is the
/// direction and the next eight are one of [`TIMES`].
pub const PATTERN: &str = "^A[AQ][A-P][A-Za-z0-9_-]{30}[AQgw]$";

/// Sort keys in microseconds since 1970, up to the year 11103: nothing in a list is older, and PostgreSQL can not
/// read every time that fits into eight bytes.
const TIMES: std::ops::Range<i64> = 0..1 << 58;

/// Which way a cursor leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// On, to older items.
    Next,
    /// Back, to newer items.
    Previous,
}

/// A position in a list ordered by time and id, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which way.
    pub direction: Direction,
    /// Sort key of the item at the border.
    pub at: DateTime<Utc>,
    /// Its id.
    pub id: Uuid,
}

impl Cursor {
    /// The cursor as sent.
    pub fn encode(&self) -> String {
        let mut bytes = [0_u8; 25];
        bytes[0] = u8::from(self.direction == Direction::Previous);
        bytes[1..9].copy_from_slice(&self.at.timestamp_micros().to_be_bytes());
        bytes[9..].copy_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Parses a cursor as sent.
    ///
    /// # Errors
    /// [`ServiceError::BadRequest`] for anything that [`Cursor::encode`] did not make.
    pub fn decode(text: &str) -> ServiceResult<Self> {
        Self::parse(text).ok_or_else(|| {
            ServiceError::BadRequest(FieldError::new(
                "?cursor",
                "malformed_cursor",
                "Pass next_cursor or prev_cursor of a page as it was answered.",
            ))
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 25] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let direction = match bytes[0] {
            0 => Direction::Next,
            1 => Direction::Previous,
            _ => return None,
        };
        let micros = i64::from_be_bytes(bytes[1..9].try_into().ok()?);
        if !TIMES.contains(&micros) {
            return None;
        }
        let at = DateTime::from_timestamp_micros(micros)?;
        Some(Self {
            direction,
            at,
            id: Uuid::from_slice(&bytes[9..]).ok()?,
        })
    }
}

/// What a list asks the database for.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest {
    /// Items on the page, 1 to 100.
    pub limit: u32,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}

impl PageRequest {
    /// Reads `limit` and `cursor` as sent.
    ///
    /// # Errors
    /// [`ServiceError::BadRequest`] when either is out of range or malformed.
    pub fn parse(limit: Option<u32>, cursor: Option<&str>) -> ServiceResult<Self> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(ServiceError::BadRequest(FieldError::new(
                "?limit",
                "out_of_range",
                format!("Give a limit of 1 to {MAX_LIMIT}."),
            )));
        }
        Ok(Self {
            limit,
            cursor: cursor.map(Cursor::decode).transpose()?,
        })
    }

    /// Rows to load: one more than the page, to know whether there is a further one.
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Whether rows are loaded from old to new.
    pub fn backwards(&self) -> bool {
        matches!(
            self.cursor,
            Some(Cursor {
                direction: Direction::Previous,
                ..
            })
        )
    }

    /// The rows to load.
    pub fn query(&self) -> PageQuery {
        PageQuery {
            border: self.cursor.map(|cursor| (cursor.at, cursor.id)),
            backwards: self.backwards(),
            limit: self.fetch(),
        }
    }

    /// Makes the page of `rows`, loaded in the direction asked for with [`PageRequest::fetch`] as their limit.
    pub fn page<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> (DateTime<Utc>, Uuid)) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if self.backwards() {
            rows.reverse();
        }
        let (has_next, has_previous) = if self.backwards() {
            (true, more)
        } else {
            (more, self.cursor.is_some())
        };
        let cursor = |direction, item: &T| {
            let (at, id) = key(item);
            Cursor { direction, at, id }.encode()
        };
        Page {
            next_cursor: rows
                .last()
                .filter(|_| has_next)
                .map(|item| cursor(Direction::Next, item)),
            prev_cursor: rows
                .first()
                .filter(|_| has_previous)
                .map(|item| cursor(Direction::Previous, item)),
            items: rows,
        }
    }
}
