//! Top-level domains that people's addresses end with.

/// In use beside those of two letters (countries).
const GENERIC: [&str; 64] = [
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "pro",
    "app",
    "dev",
    "xyz",
    "online",
    "site",
    "tech",
    "store",
    "club",
    "live",
    "shop",
    "blog",
    "cloud",
    "email",
    "mail",
    "school",
    "academy",
    "education",
    "social",
    "family",
    "games",
    "world",
    "page",
    "link",
    "one",
    "life",
    "today",
    "zone",
    "example",
    "test",
    "art",
    "fun",
    "space",
    "website",
    "web",
    "chat",
    "community",
    "media",
    "news",
    "video",
    "photos",
    "gallery",
    "design",
    "studio",
    "agency",
    "digital",
    "group",
    "network",
    "systems",
    "kids",
    "game",
    "cat",
    "museum",
    "travel",
];

/// Countries (ISO 3166-1, as delegated) whose letters are no common word or file ending.
const COUNTRIES: &str = "ac ae af ag ai al ao aq ar aw ax az ba bb bd bf bg bh bi bj bm bn bo br bs bt bw by bz \
     ca cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm dz ec ee eg er es eu fi fj fk fm fo fr ga gb \
     ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hn hr ht hu ie il im io iq ir je jm jo jp ke kg kh ki km kn \
     kp kr kw ky kz lb lc li lk lr ls lt lu lv ly mc mg mh mk mm mn mo mp mq mr mu mv mw mx mz na nc ne nf ng ni nl \
     np nr nu nz om pa pe pf pg ph pk pn pr pt pw qa re ro ru rw sa sb sc se sg si sk sl sm sn sr ss st su sv sx sy \
     sz tc td tf tg th tj tk tl tm tn tr tt tv tw tz ua ug uk uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";

/// Countries whose letters are a word or end files too: they need more to be a domain.
const AMBIGUOUS: &str = "ad am as at au be cc do hm id in is it la ma md me ml ms mt my no pl pm ps py rs sd sh so to us";

/// How much a last label looks like a top-level domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TopLevel {
    /// Nothing else ends so.
    Known,
    /// If other things say so.
    Ambiguous,
    Unknown,
}

/// A last label, in lower case.
pub(super) fn top_level(label: &str) -> TopLevel {
    let is_in = |list: &str| list.split_ascii_whitespace().any(|known| known == label);
    if is_generic(label) || (label.len() == 2 && is_in(COUNTRIES)) {
        TopLevel::Known
    } else if label.len() == 2 && is_in(AMBIGUOUS) {
        TopLevel::Ambiguous
    } else {
        TopLevel::Unknown
    }
}

/// Whether the label is a top-level domain of no country that people's addresses end with.
pub(super) fn is_generic(label: &str) -> bool {
    GENERIC.contains(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_apart() {
        assert_eq!(top_level("com"), TopLevel::Known);
        assert_eq!(top_level("ch"), TopLevel::Known);
        assert_eq!(top_level("is"), TopLevel::Ambiguous);
        assert_eq!(top_level("txt"), TopLevel::Unknown);
    }
}
