//! A simulated request for a link, taken in as a live one is: identified, classified by link and program, and left to
//! ingest to tell a person from the same person again.

use chrono::{DateTime, Utc};
use viral_engine_api_types::events::{EventOrigin, EventType};
use viral_engine_domain::clicks::{
    DayKeys, PassiveSignals, PurposeHeaders, VisitorCookie, classify, is_prefetch,
};
use viral_engine_domain::event_id;
use viral_engine_domain::links::Decision;
use viral_engine_simulator::{Agent, Hit, World};

use super::links::Minted;
use crate::entropy::Entropy;
use crate::error::ServiceResult;
use crate::events::{Hit as IncomingHit, Identification, IncomingEvent, LinkReference};

/// Takes hits in, in the order of time.
pub(super) struct Intake<'a> {
    pub(super) world: &'a World,
    /// The links of the world, by position.
    pub(super) links: &'a [Minted],
    pub(super) identification: &'a Identification,
    pub(super) received_at: DateTime<Utc>,
    pub(super) entropy: Entropy,
    pub(super) day: Option<DayKeys>,
}

/// Who a visitor is, without knowing it.
struct Visitor {
    /// What the device is called, then what it was called yesterday.
    pseudonyms: Vec<String>,
    has_cookie: bool,
}

impl Intake<'_> {
    /// The event that ingest gets of a hit.
    pub(super) fn take(&mut self, hit: &Hit) -> ServiceResult<IncomingEvent> {
        let agent = &self.world.agents[hit.agent.0];
        let link = &self.links[hit.link.0].link;
        let visitor = self.visitor(hit, agent);
        let (kind, name) = self.identification.agent(&agent.user_agent);
        let purpose = PurposeHeaders {
            sec_purpose: hit.sec_purpose,
            ..PurposeHeaders::default()
        };
        let decision = link.decide(hit.at);
        Ok(IncomingEvent {
            id: event_id::at(hit.at, &self.entropy.draw()?),
            event_type: EventType::Click,
            origin: EventOrigin::Import,
            occurred_at: hit.at,
            received_at: self.received_at,
            link: LinkReference::Id(link.id),
            click_id: None,
            address: Some(self.identification.address(hit.ip)),
            device: visitor.pseudonyms.first().cloned(),
            has_cookie: visitor.has_cookie,
            agent: name,
            hit: Some(IncomingHit {
                verdict: classify(decision, is_prefetch(&purpose), kind),
                reject_reason: match decision {
                    Decision::Refuse(reason) => Some(reason.as_str()),
                    Decision::Serve => None,
                },
                visitors: visitor.pseudonyms,
                issued: hit.given_cookie.map(|bytes| self.cookie(bytes)),
                genuine: link.is_genuine(),
            }),
            reported: None,
        })
    }

    fn cookie(&self, bytes: [u8; 16]) -> String {
        let cookie = VisitorCookie::from_random(bytes);
        self.identification
            .visitors
            .cookie_fingerprint(&cookie)
            .to_string()
    }

    fn visitor(&mut self, hit: &Hit, agent: &Agent) -> Visitor {
        if let Some(bytes) = hit.cookie {
            return Visitor {
                pseudonyms: vec![self.cookie(bytes)],
                has_cookie: true,
            };
        }
        let day = match self.day.take() {
            Some(day) if day.covers(hit.at) => day,
            _ => self.identification.visitors.day(hit.at),
        };
        let signals = PassiveSignals {
            ip: hit.ip,
            user_agent: &agent.user_agent,
            accept_language: hit.accept_language,
            client_hints: agent.client_hints.each_ref().map(String::as_str),
        };
        let identity = day.passive(&signals, hit.at);
        self.day = Some(day);
        Visitor {
            pseudonyms: [Some(identity.current), identity.yesterday]
                .into_iter()
                .flatten()
                .map(|pseudonym| pseudonym.to_string())
                .collect(),
            has_cookie: false,
        }
    }
}
