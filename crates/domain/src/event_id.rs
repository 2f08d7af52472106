//! Ids of events: UUIDv7 (RFC 9562) of the time the event happened, not of the time it was taken in.
//!
//! Events are stored in partitions by time. An id that tells the time leads to the partition and to a short stretch
//! of its index, so nobody needs an index over all ids. The time in an id is cut to milliseconds.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Random bytes in an id; six of their bits give way to version and variant.
pub const RANDOM_BYTES: usize = 10;

/// The id of an event that happened at `time`, of random bytes that the caller drew.
///
/// UUIDv7 begins in 1970; earlier times get the time 0.
#[must_use]
pub fn at(time: DateTime<Utc>, random: &[u8; RANDOM_BYTES]) -> Uuid {
    let millis = u64::try_from(time.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid()
}

/// The millisecond in which the event happened, as its begin and its end, which is not included; `None` when the
/// id is not a UUIDv7.
#[must_use]
pub fn millisecond_of(id: Uuid) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    if id.get_version_num() != 7 {
        return None;
    }
    let begin = DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)?;
    Some((begin, begin.checked_add_signed(TimeDelta::milliseconds(1))?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn other_versions_tell_no_time() {
        assert_eq!(millisecond_of(Uuid::nil()), None);
        assert_eq!(millisecond_of(Uuid::max()), None);
        assert_eq!(
            millisecond_of(uuid::Builder::from_random_bytes([7; 16]).into_uuid()),
            None
        );
    }

    proptest! {
        #[test]
        fn the_time_lies_in_the_millisecond_of_its_id(micros in 0..4_102_444_800_000_000_i64, random: [u8; RANDOM_BYTES]) {
            let time = DateTime::from_timestamp_micros(micros).expect("a time");
            let (begin, end) = millisecond_of(at(time, &random)).expect("a millisecond");
            prop_assert!(begin <= time && time < end);
        }
    }
}
