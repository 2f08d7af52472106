//! The programs that send requests: browsers as people have them, and crawlers and unfurlers as they name
//! themselves.
//!
//! A browser is a family in one of a few versions. Chromium and its kin send client hints, others do not; each
//! family writes `Accept-Language` in its own way.

use crate::dice::Dice;
use crate::regions::Region;
use crate::world::{Agent, AgentIndex, AgentKind};

/// Newest versions on sale, of Chromium and Firefox. Each family comes in this and the versions before.
const CHROMIUM: u32 = 153;
const FIREFOX: u32 = 156;
const VERSIONS: u32 = 4;

/// How a family writes `Accept-Language`, and whether it sends client hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Chromium {
        brand: &'static str,
        mobile: bool,
        platform: &'static str,
    },
    Firefox,
    Safari,
}

struct Family {
    /// Relative number of people.
    weight: u32,
    /// `{v}` stands for the version.
    user_agent: &'static str,
    engine: Engine,
}

const fn chromium(brand: &'static str, mobile: bool, platform: &'static str) -> Engine {
    Engine::Chromium {
        brand,
        mobile,
        platform,
    }
}

const fn family(weight: u32, engine: Engine, user_agent: &'static str) -> Family {
    Family {
        weight,
        user_agent,
        engine,
    }
}

/// Browsers by how many people have them. New ones go to the end.
const FAMILIES: [Family; 14] = [
    family(
        26,
        chromium("Google Chrome", true, "Android"),
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Mobile Safari/537.36",
    ),
    family(
        24,
        Engine::Safari,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{minor} Mobile/15E148 Safari/604.1",
    ),
    family(
        16,
        chromium("Google Chrome", false, "Windows"),
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    ),
    family(
        6,
        chromium("Google Chrome", false, "macOS"),
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    ),
    family(
        5,
        Engine::Safari,
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{minor} Safari/605.1.15",
    ),
    family(
        5,
        chromium("Microsoft Edge", false, "Windows"),
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36 Edg/{v}.0.0.0",
    ),
    family(
        4,
        chromium("Samsung Internet", true, "Android"),
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/30.{minor} Chrome/{v}.0.0.0 Mobile Safari/537.36",
    ),
    family(
        3,
        Engine::Safari,
        "Mozilla/5.0 (iPad; CPU OS 18_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{minor} Mobile/15E148 Safari/604.1",
    ),
    family(
        3,
        Engine::Firefox,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{f}.0) Gecko/20100101 Firefox/{f}.0",
    ),
    family(
        1,
        Engine::Firefox,
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{f}.0) Gecko/20100101 Firefox/{f}.0",
    ),
    family(
        1,
        Engine::Firefox,
        "Mozilla/5.0 (Android 14; Mobile; rv:{f}.0) Gecko/{f}.0 Firefox/{f}.0",
    ),
    family(
        3,
        Engine::Safari,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22F76 Instagram 393.1.0.36.70 (iPhone15,3; iOS 18_{minor}; en_US; en; scale=3.00; 1290x2796; IABMV/1; 776538208) Safari/604.1",
    ),
    family(
        2,
        Engine::Safari,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/{v}.0.7871.119 Mobile/15E148 Safari/604.1",
    ),
    family(
        1,
        Engine::Firefox,
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:{f}.0) Gecko/20100101 Firefox/{f}.0",
    ),
];

/// What a school hands out.
const SCHOOL_LAPTOP: Family = family(
    0,
    chromium("Google Chrome", false, "Chrome OS"),
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
);

/// What shows a link in a conversation, or checks it in a mail, by channel.
const UNFURLERS: [&str; 8] = [
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
];

/// What visits links on its own. The empty one is a script without a user agent.
const CRAWLERS: [&str; 9] = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "curl/8.9.1",
    "python-requests/2.32.3",
    "Go-http-client/1.1",
    "",
];

/// All programs of a world, in an order that is the same in every world.
#[derive(Debug)]
pub(crate) struct Agents(Vec<Agent>);

/// A browser, and how it asks for languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Browser {
    pub(crate) agent: AgentIndex,
    engine: Engine,
}

impl Agents {
    pub(crate) fn new() -> Self {
        let browsers = FAMILIES
            .iter()
            .chain([&SCHOOL_LAPTOP])
            .flat_map(|family| (0..VERSIONS).map(move |age| browser(family, age)));
        let machine = |kind| {
            move |user_agent: &&str| Agent {
                user_agent: (*user_agent).to_owned(),
                client_hints: Default::default(),
                kind,
            }
        };
        Self(
            browsers
                .chain(UNFURLERS.iter().map(machine(AgentKind::Unfurler)))
                .chain(CRAWLERS.iter().map(machine(AgentKind::Crawler)))
                .collect(),
        )
    }

    pub(crate) fn into_inner(self) -> Vec<Agent> {
        self.0
    }
}

impl Browser {
    /// The browser of somebody.
    pub(crate) fn any(dice: &mut Dice) -> Self {
        let family = dice.weighted(&FAMILIES.each_ref().map(|family| family.weight));
        Self {
            agent: browser_index(family, dice.below(u64::from(VERSIONS)) as u32),
            engine: FAMILIES[family].engine,
        }
    }

    /// The browser of school laptops, which are all updated at once.
    pub(crate) fn school_laptop() -> Self {
        Self {
            agent: browser_index(FAMILIES.len(), 0),
            engine: SCHOOL_LAPTOP.engine,
        }
    }

    /// Its `Accept-Language` in a region.
    pub(crate) fn accept_language(self, region: &Region) -> &'static str {
        match self.engine {
            Engine::Chromium { .. } => region.chromium,
            Engine::Firefox => region.firefox,
            Engine::Safari => region.safari,
        }
    }

    /// Whether it fetches links ahead and says so.
    pub(crate) fn prefetches(self) -> bool {
        matches!(self.engine, Engine::Chromium { .. })
    }
}

/// An unfurler.
pub(crate) fn unfurler(dice: &mut Dice) -> AgentIndex {
    let first = (FAMILIES.len() + 1) * VERSIONS as usize;
    AgentIndex(first + dice.below(UNFURLERS.len() as u64) as usize)
}

/// A crawler.
pub(crate) fn crawler(dice: &mut Dice) -> AgentIndex {
    let first = (FAMILIES.len() + 1) * VERSIONS as usize + UNFURLERS.len();
    AgentIndex(first + dice.below(CRAWLERS.len() as u64) as usize)
}

fn browser_index(family: usize, age: u32) -> AgentIndex {
    AgentIndex(family * VERSIONS as usize + age as usize)
}

fn browser(family: &Family, age: u32) -> Agent {
    let chromium = CHROMIUM - age;
    let user_agent = family
        .user_agent
        .replace("{v}", &chromium.to_string())
        .replace("{f}", &(FIREFOX - age).to_string())
        .replace("{minor}", &(6 - age).to_string());
    let client_hints = match family.engine {
        Engine::Chromium {
            brand,
            mobile,
            platform,
        } => [
            format!(r#""Chromium";v="{chromium}", "{brand}";v="{chromium}", "Not/A)Brand";v="24""#),
            format!("?{}", u8::from(mobile)),
            format!("\"{platform}\""),
        ],
        Engine::Firefox | Engine::Safari => Default::default(),
    };
    Agent {
        user_agent,
        client_hints,
        kind: AgentKind::Browser,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use viral_engine_domain::clicks::{AgentClassifier, AgentKind as Judged};

    use super::*;
    use crate::dice::Area;

    #[test]
    fn every_program_is_what_it_is_meant_to_be() {
        let classifier = AgentClassifier::new().unwrap();
        for agent in Agents::new().into_inner() {
            let judged = classifier.classify(&agent.user_agent).kind;
            let meant = match judged {
                Judged::Browser => AgentKind::Browser,
                Judged::Unfurler => AgentKind::Unfurler,
                Judged::Crawler | Judged::Tool | Judged::Missing => AgentKind::Crawler,
            };
            assert_eq!(meant, agent.kind, "{}", agent.user_agent);
        }
    }

    #[test]
    fn indexes_point_at_the_kind_they_are_for() {
        let agents = Agents::new().into_inner();
        let mut dice = Dice::new(1, Area::Visitors);
        for _ in 0..500 {
            let kind = |index: AgentIndex| agents[index.0].kind;
            assert_eq!(kind(Browser::any(&mut dice).agent), AgentKind::Browser);
            assert_eq!(kind(unfurler(&mut dice)), AgentKind::Unfurler);
            assert_eq!(kind(crawler(&mut dice)), AgentKind::Crawler);
        }
        let laptop = &agents[Browser::school_laptop().agent.0];
        assert!(laptop.user_agent.contains("CrOS"), "{laptop:?}");
    }

    #[test]
    fn no_two_programs_are_the_same() {
        let agents = Agents::new().into_inner();
        let distinct: BTreeSet<_> = agents.iter().map(|agent| &agent.user_agent).collect();
        assert_eq!(distinct.len(), agents.len());
    }
}
