//! Nothing but what was signed verifies, however it is altered.

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::Seeded;
use proptest::prelude::*;
use uuid::Uuid;
use viral_engine_domain::links::{ForgedLink, KeyRing, LinkFields, LinkToken};

const OLD: &str = "old:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const NEW: &str = "new:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff000102030405060708090a0b0c0d0e0f";

fn ring(configuration: &str) -> KeyRing {
    KeyRing::parse(configuration).expect("keys")
}

fn fields() -> LinkFields<'static> {
    LinkFields {
        token: LinkToken::from_random([0x5a; 16]),
        alias: Some("summer-quiz"),
        referrer: Uuid::from_u128(0x0192_f0a1_7c3e_7000_8000_1234_5678_9abc),
        source: "buddy_challenge",
        channel: "email",
        campaign: "organic",
        utm_medium: Some("newsletter"),
        target_url: "https://learn.example.org/quiz?level=3",
        expires_at: DateTime::from_timestamp_micros(1_790_000_000_123_456).expect("a time"),
        max_clicks: Some(100),
    }
}

#[test]
fn what_was_signed_verifies_also_after_being_stored_as_text() {
    let ring = ring(NEW);
    let signature = ring.sign(&fields());
    assert_eq!(ring.verify(&fields(), &signature), Ok(()));
    assert_eq!(ring.verify_text(&fields(), &signature.to_string()), Ok(()));
}

#[test]
fn a_rotated_key_verifies_until_it_is_dropped() {
    let signature = ring(OLD).sign(&fields());
    let rotated = ring(&format!("{NEW},{OLD}"));
    assert_eq!(rotated.verify(&fields(), &signature), Ok(()));
    assert_eq!(rotated.sign(&fields()).key_id(), "new");
    assert_eq!(
        ring(NEW).verify(&fields(), &signature),
        Err(ForgedLink::UnknownKey)
    );
}

#[test]
fn a_key_id_does_not_vouch_for_another_secret() {
    let impostor = ring(&NEW.replace("new:", "old:"));
    assert_eq!(
        ring(OLD).verify(&fields(), &impostor.sign(&fields())),
        Err(ForgedLink::Mismatch)
    );
}

#[test]
fn every_signed_field_matters() {
    let ring = ring(NEW);
    let signature = ring.sign(&fields());
    let altered = [
        LinkFields {
            token: LinkToken::from_random([0x5b; 16]),
            ..fields()
        },
        LinkFields {
            alias: None,
            ..fields()
        },
        LinkFields {
            alias: Some(""),
            ..fields()
        },
        LinkFields {
            alias: Some("winter-quiz"),
            ..fields()
        },
        LinkFields {
            referrer: Uuid::nil(),
            ..fields()
        },
        LinkFields {
            source: "results_rally",
            ..fields()
        },
        LinkFields {
            channel: "sms",
            ..fields()
        },
        LinkFields {
            campaign: "spring",
            ..fields()
        },
        LinkFields {
            utm_medium: None,
            ..fields()
        },
        LinkFields {
            target_url: "https://learn.example.org/quiz?level=4",
            ..fields()
        },
        LinkFields {
            expires_at: fields().expires_at + TimeDelta::microseconds(1),
            ..fields()
        },
        LinkFields {
            max_clicks: None,
            ..fields()
        },
        LinkFields {
            max_clicks: Some(0),
            ..fields()
        },
        LinkFields {
            max_clicks: Some(101),
            ..fields()
        },
        // Text moved over the border between two neighbours.
        LinkFields {
            source: "buddy_challengee",
            channel: "mail",
            ..fields()
        },
    ];
    for forged in altered {
        assert_eq!(
            ring.verify(&forged, &signature),
            Err(ForgedLink::Mismatch),
            "{forged:?}"
        );
    }
}

#[test]
fn a_hundred_thousand_mutated_signatures_never_verify() {
    let ring = ring(&format!("{NEW},{OLD}"));
    let genuine = ring.sign(&fields()).to_string();
    let mut random = Seeded(0x7669_7261_6c01);
    for _ in 0..100_000 {
        let forged = mutate(&mut random, &genuine);
        if forged != genuine {
            assert!(ring.verify_text(&fields(), &forged).is_err(), "{forged}");
        }
    }
    assert_eq!(ring.verify_text(&fields(), &genuine), Ok(()));
}

#[test]
fn a_hundred_thousand_mutated_tokens_never_verify() {
    let ring = ring(NEW);
    let signature = ring.sign(&fields());
    let genuine = fields().token.to_string();
    let mut random = Seeded(0x7669_7261_6c02);
    let mut well_formed = 0;
    for _ in 0..100_000 {
        let Ok(token) = mutate(&mut random, &genuine).parse::<LinkToken>() else {
            continue;
        };
        if token != fields().token {
            well_formed += 1;
            assert!(
                ring.verify(&LinkFields { token, ..fields() }, &signature)
                    .is_err(),
                "{token}"
            );
        }
    }
    assert!(
        well_formed > 10_000,
        "only {well_formed} mutations reached the signature"
    );
}

/// Changes one to three characters: replaces, removes, doubles, swaps or inserts.
fn mutate(random: &mut Seeded, text: &str) -> String {
    const CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        let other = CHARACTERS[random.below(CHARACTERS.len())];
        match random.below(8) {
            0 => drop(bytes.remove(at)),
            1 => bytes.insert(at, other),
            2 => bytes.insert(at, bytes[at]),
            3 => {
                let with = random.below(bytes.len());
                bytes.swap(at, with);
            }
            _ => bytes[at] = other,
        }
    }
    String::from_utf8(bytes).expect("ASCII")
}

/// A second reader of the canonical bytes: that it gets every field back proves that no two lists of fields
/// share them.
fn read_back(mut bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
    fn field(bytes: &mut &[u8]) -> Vec<u8> {
        let (length, rest) = bytes.split_at(8);
        let length = u64::from_be_bytes(length.try_into().expect("8 bytes")) as usize;
        let (field, rest) = rest.split_at(length);
        *bytes = rest;
        field.to_vec()
    }
    let optional = [2, 7, 10];
    let mut fields = Vec::new();
    for index in 0..11 {
        let mut present = true;
        if optional.contains(&index) {
            present = bytes[0] == 1;
            bytes = &bytes[1..];
        }
        fields.push(present.then(|| field(&mut bytes)));
    }
    assert!(bytes.is_empty());
    fields
}

type Owned = (
    [u8; 16],
    Option<String>,
    u128,
    [String; 4],
    Option<String>,
    i64,
    Option<u64>,
);

fn borrow(owned: &Owned) -> LinkFields<'_> {
    let (
        token,
        alias,
        referrer,
        [source, channel, campaign, target_url],
        medium,
        micros,
        max_clicks,
    ) = owned;
    LinkFields {
        token: LinkToken::from_random(*token),
        alias: alias.as_deref(),
        referrer: Uuid::from_u128(*referrer),
        source,
        channel,
        campaign,
        utm_medium: medium.as_deref(),
        target_url,
        expires_at: DateTime::<Utc>::from_timestamp_micros(*micros).expect("a time"),
        max_clicks: *max_clicks,
    }
}

fn any_fields() -> impl Strategy<Value = Owned> {
    let text = || "[ab\u{0}é]{0,3}";
    let texts = [text(), text(), text(), text()];
    (
        any::<[u8; 16]>(),
        proptest::option::of(text()),
        any::<u128>(),
        texts,
        proptest::option::of(text()),
        0..4_000_000_000_000_000_i64,
        proptest::option::of(any::<u64>()),
    )
}

proptest! {
    #[test]
    fn the_canonical_bytes_tell_every_field(owned in any_fields()) {
        let fields = borrow(&owned);
        let expected = vec![
            Some(b"viral-engine/link/v1".to_vec()),
            Some(fields.token.as_bytes().to_vec()),
            fields.alias.map(|alias| alias.as_bytes().to_vec()),
            Some(fields.referrer.as_bytes().to_vec()),
            Some(fields.source.as_bytes().to_vec()),
            Some(fields.channel.as_bytes().to_vec()),
            Some(fields.campaign.as_bytes().to_vec()),
            fields.utm_medium.map(|medium| medium.as_bytes().to_vec()),
            Some(fields.target_url.as_bytes().to_vec()),
            Some(owned.5.to_be_bytes().to_vec()),
            fields.max_clicks.map(|clicks| clicks.to_be_bytes().to_vec()),
        ];
        prop_assert_eq!(read_back(fields.canonical().as_bytes()), expected);
    }

    #[test]
    fn only_equal_fields_have_equal_bytes(left in any_fields(), right in any_fields()) {
        let (left, right) = (borrow(&left), borrow(&right));
        prop_assert_eq!(left == right, left.canonical() == right.canonical());
    }
}
