//! No target, however it is disguised, leads off the allowlist: asked of the `url` crate and of a second, naive
//! reader that does what browsers do.

mod common;

use common::Seeded;
use uuid::Uuid;
use viral_engine_domain::links::{Destination, Mode, Target, TargetError, TargetPolicy, Utm};

fn policy(mode: Mode) -> TargetPolicy {
    TargetPolicy::parse("example.org, *.school.example, localhost:3000", mode)
        .expect("an allowlist")
}

fn refused(target: &str) -> TargetError {
    match policy(Mode::Production).check(target) {
        Err(error) => error,
        Ok(accepted) => panic!("{target:?} was accepted as {}", accepted.as_str()),
    }
}

fn accepted(target: &str) -> Target {
    policy(Mode::Production)
        .check(target)
        .unwrap_or_else(|error| panic!("{target:?}: {error}"))
}

#[test]
fn ordinary_targets_are_accepted_and_normalised() {
    for (target, normalised) in [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://EXAMPLE.ORG:443/Quiz", "https://example.org/Quiz"),
        (
            "https://a.school.example/x/../y?q=1#top",
            "https://a.school.example/y?q=1#top",
        ),
        ("https://ｅxample.org/", "https://example.org/"),
        (
            "https://example.org/ü?ö",
            "https://example.org/%C3%BC?%C3%B6",
        ),
    ] {
        assert_eq!(accepted(target).as_str(), normalised);
    }
}

#[test]
fn each_trick_is_refused_for_its_own_reason() {
    let host = |host: &str| TargetError::HostNotAllowed {
        host: host.to_owned(),
    };
    for (target, reason) in [
        ("https://evil.com", host("evil.com")),
        ("https://evil-example.org", host("evil-example.org")),
        ("https://example.org.evil.com", host("example.org.evil.com")),
        ("https://school.example", host("school.example")),
        // A Cyrillic а: another host once it is written in Punycode.
        ("https://exаmple.org", host("xn--exmple-4nf.org")),
        ("https://example.org@evil.com", TargetError::UserInfo),
        ("https://@example.org", TargetError::UserInfo),
        ("https://me:secret@example.org", TargetError::UserInfo),
        (
            "https://example.org\\@evil.com",
            TargetError::ForbiddenCharacter,
        ),
        (
            "https://example.org\t.evil.com",
            TargetError::ForbiddenCharacter,
        ),
        (" https://example.org", TargetError::ForbiddenCharacter),
        (
            "https://example.org/\r\nSet-Cookie: a=b",
            TargetError::ForbiddenCharacter,
        ),
        (
            "https://example.org/\u{202e}gpj.exe",
            TargetError::ForbiddenCharacter,
        ),
        ("https://exam\u{ad}ple.org", TargetError::ForbiddenCharacter),
        ("https://example.org%2eevil.com", TargetError::MalformedHost),
        ("https://example%2eorg", TargetError::MalformedHost),
        ("https://example.org.", TargetError::MalformedHost),
        ("https://a..school.example", TargetError::MalformedHost),
        ("https://example。org。", TargetError::MalformedHost),
        ("https://*.school.example", TargetError::MalformedHost),
        (
            "https://evil.com,a.school.example",
            TargetError::MalformedHost,
        ),
        ("https://127.0.0.1", TargetError::IpAddress),
        ("https://0x7f.1", TargetError::IpAddress),
        ("https://0177.0.0.1", TargetError::IpAddress),
        ("https://2130706433", TargetError::IpAddress),
        ("https://１２７.０.０.１", TargetError::IpAddress),
        ("https://[::1]", TargetError::IpAddress),
        ("https://[::ffff:127.0.0.1]", TargetError::IpAddress),
        ("javascript:alert(1)", TargetError::Scheme),
        ("data:text/html,hi", TargetError::Scheme),
        ("ftp://example.org", TargetError::Scheme),
        ("blob:https://example.org/a", TargetError::Scheme),
        ("http://example.org", TargetError::HttpOutsideDevelopment),
        ("//example.org", TargetError::NotAbsolute),
        ("/quiz", TargetError::NotAbsolute),
        ("example.org", TargetError::NotAbsolute),
        ("https:example.org", TargetError::NotAbsolute),
        ("https:/example.org", TargetError::NotAbsolute),
        ("https:///example.org", TargetError::NotAbsolute),
        ("https://", TargetError::NotAbsolute),
        ("", TargetError::NotAbsolute),
        (
            "https://example.org:8443",
            TargetError::PortNotAllowed {
                host: "example.org".to_owned(),
                port: 8443,
            },
        ),
    ] {
        assert_eq!(refused(target), reason, "{target:?}");
    }
}

#[test]
fn plain_http_works_in_development_for_listed_hosts_alone() {
    let development = policy(Mode::Development);
    assert!(development.check("http://localhost:3000/quiz").is_ok());
    assert!(development.check("http://example.org/").is_ok());
    assert!(development.check("http://localhost/").is_err());
    assert!(development.check("http://evil.com/").is_err());
    assert!(development.check("http://127.0.0.1:3000/").is_err());
}

#[test]
fn an_empty_allowlist_refuses_everything() {
    let policy = TargetPolicy::parse(" , ", Mode::Production).expect("an empty list");
    assert!(policy.is_empty());
    assert!(policy.check("https://example.org").is_err());
}

#[test]
fn long_targets_are_refused_as_given_and_as_normalised() {
    let fits = format!("https://example.org/{}", "a".repeat(2048 - 20));
    assert_eq!(accepted(&fits).as_str().len(), 2048);
    assert_eq!(
        refused(&format!("{fits}a")),
        TargetError::TooLong { bytes: 2049 }
    );
    let grows = format!("https://example.org/{}", "é".repeat(1000));
    assert_eq!(refused(&grows), TargetError::TooLong { bytes: 6020 });
}

#[test]
fn ten_thousand_hostile_targets_never_lead_off_the_allowlist() {
    let mut random = Seeded(0x7461_7267_6574);
    let mut served = 0;
    for mode in [Mode::Production, Mode::Development] {
        let policy = policy(mode);
        for _ in 0..10_000 {
            let hostile = hostile_target(&mut random);
            let Ok(target) = policy.check(&hostile) else {
                continue;
            };
            served += 1;
            let utm = Utm {
                source: Some("@evil.com/\\".to_owned()),
                ..Utm::default()
            };
            let location = Destination::new(&target, &utm).location(Uuid::nil());
            assert_on_the_allowlist(&hostile, &location, mode);
        }
    }
    // The grammar also makes harmless targets: if none were served, the loop above would prove nothing.
    assert!(served > 1_000, "only {served} targets were served");
}

fn assert_on_the_allowlist(hostile: &str, location: &str, mode: Mode) {
    assert!(
        location.bytes().all(|b| b.is_ascii_graphic()),
        "{hostile:?} → {location:?}"
    );
    let parsed = url::Url::parse(location).expect("a location");
    assert!(
        parsed.username().is_empty() && parsed.password().is_none(),
        "{hostile:?} → {location:?}"
    );
    assert!(
        parsed.scheme() == "https" || mode == Mode::Development,
        "{hostile:?} → {location:?}"
    );
    for host in [parsed.host_str().map(str::to_owned), browser_host(location)] {
        let host = host.expect("a host");
        let plain = host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        let named = host == "example.org" || host == "localhost";
        let allowed = plain && (named || host.ends_with(".school.example"));
        assert!(allowed, "{hostile:?} → {location:?} leads to {host}");
    }
}

/// Where a lenient browser would go: it drops tabs and newlines, takes backslashes for slashes, skips any number
/// of slashes and believes what follows the last `@`.
fn browser_host(location: &str) -> Option<String> {
    let cleaned: String = location
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .map(|c| if c == '\\' { '/' } else { c })
        .collect();
    let (scheme, rest) = cleaned.split_once(':')?;
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return None;
    }
    let authority = rest.trim_start_matches('/').split(['/', '?', '#']).next()?;
    let host_and_port = authority.rsplit('@').next()?;
    let host = host_and_port.split(':').next()?;
    Some(host.to_lowercase())
}

/// A target made of tricks: scheme, slashes, user info, host, port and path are drawn apart, and now and then a
/// stray character lands anywhere.
fn hostile_target(random: &mut Seeded) -> String {
    #[rustfmt::skip]
    const SCHEMES: &[&str] = &[
        "https:", "https:", "https:", "https:", "HTTPS:", "http:", "hTTp:", "", "javascript:",
        "data:text/html,", "ftp:", "file:", "https:https:", "\u{1}https:", "ht\ttps:", "blob:https:",
        "view-source:https:", "javascript:%0aalert(1)//",
    ];
    #[rustfmt::skip]
    const SLASHES: &[&str] = &[
        "//", "//", "//", "//", "/", "", "///", "\\\\", "/\\", "\\/", "//\t", "/%2f", "//./", "⁄⁄", "//@",
    ];
    #[rustfmt::skip]
    const USERS: &[&str] = &[
        "", "", "", "", "", "", "example.org@", "example.org:443@", "@", ":@", "a:b@", "example.org%40",
        "example.org\\@", "example.org#@", "example.org?@", "example.org/@", "x@y@", "example.org%00@",
        "example.org;@", "＠",
    ];
    #[rustfmt::skip]
    const HOSTS: &[&str] = &[
        "example.org", "EXAMPLE.ORG", "a.school.example", "localhost", "evil.com", "example.org.",
        "evil-example.org", "example.org.evil.com", "evilschool.example", ".school.example",
        "school.example", "..school.example", "example。org", "example．org", "example｡org", "exаmple.org",
        "ｅｘａｍｐｌｅ.org", "example.org%2eevil.com", "example.org%00.evil.com", "example.org%2f.evil.com",
        "example.org%5c.evil.com", "example.org\0.evil.com", "example.org\t.evil.com",
        "example.org\n.evil.com", "example.org .evil.com", "example.org\u{200b}.evil.com",
        "exam\u{ad}ple.org", "example.org\u{2044}evil.com", "example.orgⓍ", "evil.com℀example.org",
        "evil.com／example.org", "evil.com？example.org", "evil.com＃example.org", "evil.com＼example.org",
        "127.0.0.1", "0177.0.0.1", "0x7f000001", "2130706433", "127.1", "①②⑦.0.0.1", "[::1]",
        "[::ffff:7f00:1]", "[example.org]", "[::1%25eth0]", "xn--exmple-4nf.org", "xn--example.org",
        "example.org,evil.com", "example.org;evil.com", "example.org&evil.com", "example.org|evil.com",
        "example.org^evil.com", "*.school.example", "evil.com.school.example", "evil.com%23.school.example",
        "evil.com%3f.school.example", "evil.com:443.school.example", "ß.school.example",
        "evil\u{202e}.school.example", "_.school.example", "-.school.example", "a.school.example.",
        "LOCALHOST",
    ];
    #[rustfmt::skip]
    const PORTS: &[&str] = &[
        "", "", "", "", ":443", ":3000", ":80", ":", ":0443", ":99999", ":8443", ":@evil.com",
        ":443@evil.com", ":3000\\@evil.com",
    ];
    #[rustfmt::skip]
    const PATHS: &[&str] = &[
        "", "/", "/quiz", "//evil.com", "/\\evil.com", "/%2f%2fevil.com", "/@evil.com", "/..//evil.com",
        "?next=https://evil.com", "#@evil.com", "?@evil.com", "\\evil.com",
        "/%0d%0aLocation:%20https://evil.com", "/\r\nLocation: https://evil.com",
        "/?ve_click=1#https://evil.com", ";@evil.com", "/\u{2028}", "/%00", "?%09//evil.com", "/.%2e/%2e./",
    ];
    #[rustfmt::skip]
    const STRAY: &[char] = &[
        '\t', '\n', '\0', ' ', '\\', '@', '/', '%', '#', '?', ':', '.', '\u{feff}', '\u{2060}', '\u{7f}',
        '\u{a0}', '\u{3000}', '٪',
    ];
    // The first choice of each part is harmless and taken half of the time, so that a trick often stands alone.
    let mut target = [SCHEMES, SLASHES, USERS, HOSTS, PORTS, PATHS]
        .map(|part| {
            if random.one_in(2) {
                part[0]
            } else {
                random.pick(part)
            }
        })
        .concat();
    if random.one_in(4) {
        let places: Vec<usize> = target.char_indices().map(|(at, _)| at).collect();
        if !places.is_empty() {
            target.insert(
                places[random.below(places.len())],
                STRAY[random.below(STRAY.len())],
            );
        }
    }
    target
}
