//! What documents give away, and what is left of them.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::pii::{redact_json, scan_json};

fn found(document: &Value) -> Vec<String> {
    let show = |finding: JsonFinding| {
        format!(
            "{} {} {:?}",
            finding.path,
            finding.kind.as_str(),
            finding.source
        )
    };
    scan_json(document).into_iter().map(show).collect()
}

#[test]
fn keys_and_values_give_it_away() {
    let document = json!({
        "contact": {"email": "hidden", "note": "call 555-123-4567"},
        "friends": [{"fullName": "Ada L."}, {"score": 12}],
    });
    let expected = [
        "/contact/email email Key",
        "/contact/note phone Value",
        "/friends/0/fullName name Key",
    ];
    assert_eq!(found(&document), expected);
}

#[test]
fn values_that_say_nothing_are_no_violation() {
    for value in [
        json!(null),
        json!(""),
        json!("  "),
        json!("***"),
        json!([]),
        json!({}),
        json!([null, ""]),
        json!({"value": null}),
        json!("[EMAIL]"),
    ] {
        assert_eq!(
            found(&json!({"email": value, "address": value, "phone": value, "name": value})),
            Vec::<String>::new()
        );
    }
}

#[test]
fn a_key_that_names_personal_data_is_at_fault_whatever_its_value() {
    for document in [
        json!({"email": 1}),
        json!({"email": true}),
        json!({"email": false}),
        json!({"email": "n/a"}),
        json!({"email": {"template": 7}}),
        json!({"ssn": 1}),
        json!({"studentEmail": 1}),
        json!({"e_mail": 0}),
        json!({"school": 12}),
        json!({"address": [[2]]}),
        json!({"phone": 1.5}),
        json!({"password": false}),
        json!({"location": {"x": 1.5, "y": 2}}),
        json!({"location": [1, 2]}),
        json!({"location": "52.5, 13.4"}),
        json!({"geolocation": "home"}),
        json!({"birth_year": 2015}),
        json!({"birth": {"year": 2015}}),
        json!({"mobile": "415"}),
        json!({"mobile": 4_155_552_671_u64}),
        json!({"mobile": {"number": "415"}}),
        json!({"mail": "x"}),
        json!({"first_name": "Ann"}),
        json!({"student_name": "Ann"}),
        json!({"name": "Ann Lee"}),
        json!({"names": ["Ann Lee"]}),
        json!({"name": {"first": "Ann"}}),
        json!({"student": "Ann Lee"}),
        json!({"student": {"name": "Ann"}}),
        json!({"students": {"17": {"name": "Ann"}}}),
        json!({"students": [{"profile": {"name": "Ann"}}]}),
        json!({"child": {"location": "Berlin"}}),
        json!({"buddy": "Noah Becker"}),
        json!({"friend": "Emma Lee"}),
        json!({"teammate": "Emma Lee"}),
        json!({"tutor": "Grace Young"}),
        json!({"team": ["Emma Lee", "Blue Dragons"]}),
        json!({"team": {"1": "Emma Lee"}}),
        json!({"team": {"members": ["Emma Lee"], "captain": "Noah Becker"}}),
        json!({"team_members": "Emma Lee, Noah Becker"}),
        json!({"winner": "Ada L."}),
        json!({"opponent": "Noah Becker"}),
        json!({"partner_name": "Noah Becker", "team_name": "Blue Dragons"}),
        json!({"partner": {"name": "Noah Becker"}}),
        json!({"emails": ["x"]}),
        json!({"phones": [5_551_234_567_u64]}),
        json!({"verified_email": "x"}),
        json!({"channels": {"email": "x"}}),
        json!({"t": "https://x.example/?e=ann%40kid.org"}),
    ] {
        assert!(!found(&document).is_empty(), "{document}");
    }
}

#[test]
fn what_platforms_send_about_progress_is_no_violation() {
    for document in [
        json!({"email_opt_in": true, "has_email": true, "emailCount": 3, "emails": 3}),
        json!({"verified_email": true, "phone_verified": true, "sent_emails": 4}),
        json!({"channels": {"email": 3, "whatsapp": 2, "instagram": 0}}),
        json!({"clicks_by_source": {"email": 3, "tiktok": 2}, "mail_opt_in": {"email": true}}),
        json!({"clicks_by_device": {"desktop": 40, "mobile": 60}}),
        json!({"notifications": {"email": true, "phone": false}}),
        json!({"school_year": "2025/26", "school_id": 7, "after_school": true}),
        json!({"course_name": "World History", "badge_name": "Problem Solver"}),
        json!({"course": {"name": "World History"}}),
        json!({"classes": [{"name": "Linear Algebra"}]}),
        json!({"courses": [{"location": "Room 4", "has_email": true}]}),
        json!({"name": "Algebra", "location": "Library", "address_book": "closed"}),
        json!({"name": "algebra basics", "student": "student-1", "parent": 17}),
        json!({"user": {"id": 7, "level": 3, "course": {"name": "World History"}}}),
        json!({"student": {"last": "2026-03-02", "has_email": true}}),
        json!({"team": "Blue Dragons", "teams": ["Red Foxes", "Chicago Bulls"], "winner": "team_a"}),
        json!({"partner": "Khan Academy", "winner": true, "opponent": "team-2", "members": 4}),
        json!({"team": {"name": "Blue Dragons"}, "group": "Class B", "team_name": "Red Foxes"}),
        json!({"mobile": true, "cell": "B4", "mobile_app": "2.14", "mailing_list_size": 9}),
        json!({"locations": [{"room": 4}], "location": {"floor": 2}, "location_id": 5}),
    ] {
        assert_eq!(found(&document), Vec::<String>::new(), "{document}");
    }
}

#[test]
fn german_keys_give_it_away_as_english_ones_do() {
    let document = json!({
        "vorname": "Lena", "name_der_mutter": "Karin", "mutter": "Karin Fuchs", "plz": 38_100,
        "straße": "x", "telefonNummer": "x", "geburts_datum": "x", "schul-name": "x", "handy": "0151",
        "schülerin": {"name": "Lena", "ort": "Köln"}, "kurs": {"name": "Deutsche Dichter"},
        "ort": "Aula", "klasse": "4b", "kanäle": {"email": 3}, "hat_email": true, "ipAdresse": "x",
    });
    let expected = json!({
        "vorname": "[NAME]", "name_der_mutter": "[NAME]", "mutter": "[NAME]", "plz": "[ADDRESS]",
        "straße": "[ADDRESS]", "telefonNummer": "[PHONE]", "geburts_datum": "[DOB]",
        "schul-name": "[SCHOOL]", "handy": "[PHONE]",
        "schülerin": {"name": "[NAME]", "ort": "[GEOLOCATION]"}, "kurs": {"name": "Deutsche Dichter"},
        "ort": "Aula", "klasse": "4b", "kanäle": {"email": 3}, "hat_email": true, "ipAdresse": "x",
    });
    assert_eq!(redact_json(document), expected);
}

#[test]
fn numbers_count_where_they_are_the_thing() {
    let document = json!({
        "a": {"phone": 5_551_234_567_u64}, "b": {"ssn": 123_456_789},
        "c": {"lat": 40.7}, "d": {"dob": 20_120_504},
    });
    assert_eq!(
        found(&document),
        [
            "/a/phone phone Key",
            "/b/ssn ssn Key",
            "/c/lat geolocation Key",
            "/d/dob dob Key"
        ]
    );
    assert_eq!(
        found(&json!({"x": 4_111_111_111_111_111_u64})),
        ["/x card Value"]
    );
}

#[test]
fn whole_values_and_parts_have_positions() {
    let findings = scan_json(&json!({"note": "é mail joe@example.com", "school": "Lynx"}));
    let positions: Vec<_> = findings
        .iter()
        .map(|finding| (finding.start, finding.end))
        .collect();
    assert_eq!(positions, [(7, 22), (0, 4)]);
}

#[test]
fn what_a_key_names_holds_below_it() {
    let document = json!({
        "address": {"lines": ["1 High St"], "country": "UK", "floor": 7, "lift": true},
        "birth_date": {"year": 2012, "month": 5},
        "emails": ["x", {"home": "y"}],
        "school": {"contact": {"phone": "z"}},
    });
    let expected = [
        "/address/country address Key",
        "/address/floor address Key",
        "/address/lift address Key",
        "/address/lines/0 address Key",
        "/birth_date/month dob Key",
        "/birth_date/year dob Key",
        "/emails/0 email Key",
        "/emails/1/home email Key",
        "/school/contact/phone phone Key",
    ];
    assert_eq!(found(&document), expected);
}

#[test]
fn people_under_the_keys_of_a_game_are_redacted() {
    let document = json!({
        "buddy": "Noah Becker", "team": ["Emma Lee", "Noah Becker"], "winner": "Ada L.", "round": 3,
    });
    let expected = json!({
        "buddy": "[NAME]", "team": ["[NAME]", "[NAME]"], "winner": "[NAME]", "round": 3,
    });
    assert_eq!(redact_json(document), expected);
}

#[test]
fn keys_used_as_data_are_found_and_never_shown() {
    let document = json!({"scores": {"joe@example.com": 5, "a/b~c": "joe@example.com"}});
    assert_eq!(
        found(&document),
        ["/scores/[EMAIL] email InKey", "/scores/a~1b~0c email Value"]
    );
}

#[test]
fn redaction_replaces_values_and_keys_and_keeps_the_rest() {
    let document = json!({
        "parent_email": "joe@example.com",
        "password": "hunter2",
        "phone": 5_551_234_567_u64,
        "address": {"street": "1 High St", "type": 3},
        "email": true,
        "note": "mail joe@example.com or call 555-123-4567",
        "scores": {"joe@example.com": 5, "amy@example.com": 6, "[EMAIL]": 7},
        "streak": 12, "public": true, "none": null,
    });
    let expected = json!({
        "parent_email": "[EMAIL]",
        "password": "[PASSWORD]",
        "phone": "[PHONE]",
        "address": {"street": "[ADDRESS]", "type": "[ADDRESS]"},
        "email": true,
        "note": "mail [EMAIL] or call [PHONE]",
        "scores": {"[EMAIL]": 7, "[EMAIL] 2": 6, "[EMAIL] 3": 5},
        "streak": 12, "public": true, "none": null,
    });
    assert_eq!(redact_json(document), expected);
}

/// Takes a deep value apart piece by piece, as dropping it whole would recurse.
fn dismantle(value: Value) {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(items) => rest.extend(items),
            Value::Object(members) => rest.extend(members.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
}

#[test]
fn a_hostile_depth_overflows_nothing() {
    let mut document = json!("joe@example.com");
    for level in 0..200_000 {
        document = match level % 2 {
            0 => Value::Array(vec![document]),
            _ => Value::Object(Map::from_iter([("k".to_owned(), document)])),
        };
    }
    let findings = scan_json(&document);
    assert_eq!(findings.len(), 1);
    assert!(findings[0].path.len() <= MAX_PATH);
    let redacted = redact_json(document);
    assert!(scan_json(&redacted).is_empty());
    dismantle(redacted);
}

#[test]
fn many_equal_keys_stay_apart() {
    let members: Map<String, Value> = (0..2_000)
        .map(|index| (format!("u{index}@example.com"), json!(index)))
        .collect();
    let Value::Object(redacted) = redact_json(Value::Object(members)) else {
        panic!("an object stays one")
    };
    assert_eq!(redacted.len(), 2_000);
}

fn documents() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "joe@example.com",
        "call 555-123-4567",
        "SSN 123-45-6789",
        "4111 1111 1111 1111",
        "hello",
        "",
        "5551234567",
        "phone",
        "[PHONE]",
        "joe [at] example [dot] com",
        "n/a",
        "?e=joe%40example.com",
        "Ann Lee",
        "52.5, 13.4",
        r#"{"vorname":"Ann", "tel": 5}"#,
        r#"{\"name\":\"Ann Lee\","#,
    ]);
    let key = prop::sample::select(vec![
        "email",
        "phone",
        "note",
        "address",
        "school",
        "joe@example.com",
        "cell",
        "dob",
        "id",
        "home",
        "lat",
        "x",
        "name",
        "student",
        "course",
        "location",
        "mobile",
        "emails",
        "channels",
        "first",
        "team",
        "winner",
        "buddy",
    ]);
    let scalar = prop_oneof![
        text.prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!(4_111_111_111_111_111_u64)),
    ];
    scalar.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

/// Findings other than `true` and `false` under a key.
fn telling(document: &Value) -> Vec<JsonFinding> {
    let tells = |finding: &JsonFinding| {
        !document
            .pointer(&finding.path)
            .is_some_and(Value::is_boolean)
    };
    scan_json(document).into_iter().filter(tells).collect()
}

proptest! {
    #[test]
    fn nothing_is_found_after_redaction_and_redacting_again_changes_nothing(document in documents()) {
        let redacted = redact_json(document);
        prop_assert_eq!(telling(&redacted), []);
        prop_assert_eq!(redact_json(redacted.clone()), redacted);
    }

    #[test]
    fn what_holds_nothing_personal_is_left_as_it_is(document in documents()) {
        if telling(&document).is_empty() {
            prop_assert_eq!(redact_json(document.clone()), document);
        }
    }

    #[test]
    fn paths_lead_to_values(document in documents()) {
        for finding in scan_json(&document) {
            if !finding.path.contains("[EMAIL]") {
                prop_assert!(document.pointer(&finding.path).is_some());
            }
        }
    }
}
