//! One hit, from the request to the answer.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;
use tokio::time::timeout;
use uuid::Uuid;
use viral_engine_click_log::{Appender, Position};
use viral_engine_domain::clicks::{
    DayKeys, Fingerprint, HitClass, PassiveSignals, PurposeHeaders, Verdict, VisitorCookie,
    classify, is_prefetch, network_prefix,
};
use viral_engine_domain::event_id;
use viral_engine_domain::links::{Decision, LinkName};

use super::agents::{AgentMemory, NamedAgent};
use super::cache::Cached;
use super::record::HitRecord;
use super::shared::Redirect;
use crate::config::ClickDurability;
use crate::entropy::Entropy;
use crate::error::ServiceResult;

/// Longest wait for the database to confirm a hit that lies safely in the click log. Behind it the visitor is let on.
const CONFIRM_WITHIN: Duration = Duration::from_secs(5);

/// A request for `/l/{name}`. Absent headers are empty.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The last segment of the path.
    pub name: &'a str,
    /// Address of the client, as far as proxies vouch for it.
    pub ip: IpAddr,
    /// `User-Agent`.
    pub user_agent: &'a str,
    /// `Accept-Language`.
    pub accept_language: &'a str,
    /// `Sec-CH-UA`, `Sec-CH-UA-Mobile`, `Sec-CH-UA-Platform`.
    pub client_hints: [&'a str; 3],
    /// Headers in which browsers say that nobody has clicked yet.
    pub purpose: PurposeHeaders<'a>,
    /// Value of the visitor's cookie.
    pub cookie: Option<&'a str>,
    /// Whether the hit is recorded: a GET is, a HEAD is not.
    pub record: bool,
}

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// On to the target.
    Redirect {
        /// Where to.
        location: String,
        /// Value of the visitor's new cookie.
        cookie: Option<String>,
    },
    /// The link is not served (any more), or not to this visitor.
    Gone,
    /// There is no such link.
    NotFound,
    /// This network has asked for too many links that nobody has.
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The link is not in the cache and the database can not be asked.
    Unavailable,
}

/// A worker's handle of the redirect. It belongs to one thread.
pub struct Follower {
    shared: Arc<Redirect>,
    appender: Appender,
    https: bool,
    own: RefCell<Own>,
}

/// What a worker shares with nobody and so needs no lock.
struct Own {
    entropy: Entropy,
    agents: AgentMemory,
    day: Option<DayKeys>,
    buffer: Vec<u8>,
}

/// Who a visitor is, without knowing it.
struct Visitor {
    device: Fingerprint,
    yesterday: Option<Fingerprint>,
    has_cookie: bool,
}

/// What became of a hit.
struct Judged {
    id: Uuid,
    verdict: Verdict,
    reject_reason: Option<&'static str>,
    visitor: Visitor,
    issued: Option<VisitorCookie>,
    agent: NamedAgent,
}

impl Follower {
    pub(super) fn new(shared: Arc<Redirect>, runtime: &Handle) -> Self {
        Self {
            appender: shared.recorder.log.appender(runtime),
            https: shared.context.config.public_url.starts_with("https:"),
            shared,
            own: RefCell::new(Own {
                entropy: Entropy::default(),
                agents: AgentMemory::default(),
                day: None,
                buffer: Vec::with_capacity(256),
            }),
        }
    }

    /// Answers a hit, recorded before.
    pub async fn follow(&self, request: &Request<'_>) -> Answer {
        let Some(name) = LinkName::parse(request.name) else {
            self.shared.counters.count_not_found();
            return Answer::NotFound;
        };
        let link = match self.shared.cache.peek(&name).await {
            Some(link) => link,
            None => match self.look_up(&name, request.ip).await {
                Ok(link) => link,
                Err(answer) => return answer,
            },
        };
        let now = self.shared.context.now();
        let judged = match self.judge(request, &link, now) {
            Ok(judged) => judged,
            Err(error) => {
                tracing::error!(%error, "a hit could not be judged");
                return Answer::Unavailable;
            }
        };
        if request.record {
            self.record(request, &link, &judged, now).await;
        }
        self.answer(&link, &judged)
    }

    /// Whether links are passed on as https, so that cookies can be kept from plain http.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// A link that is not in the cache. Asking for aliases is limited; 128 random bits need no limit.
    async fn look_up(&self, name: &LinkName, ip: IpAddr) -> Result<Cached, Answer> {
        let guessable = matches!(name, LinkName::Alias(_));
        if let Some(wait) = guessable.then(|| self.shared.misses.wait(ip)).flatten() {
            return Err(Answer::TooMany {
                retry_after: wait.as_secs() + 1,
            });
        }
        match self.shared.cache.get(name).await {
            Ok(Some(link)) => Ok(link),
            Ok(None) => {
                if guessable {
                    self.shared.misses.note(ip);
                }
                self.shared.counters.count_not_found();
                Err(Answer::NotFound)
            }
            Err(error) => {
                tracing::warn!(%error, "a link could not be looked up");
                Err(Answer::Unavailable)
            }
        }
    }

    fn judge(
        &self,
        request: &Request<'_>,
        link: &Cached,
        now: DateTime<Utc>,
    ) -> ServiceResult<Judged> {
        let shared = &*self.shared;
        let mut own = self.own.borrow_mut();
        let visitor = self.visitor(&mut own, request, now);
        let agent = own
            .agents
            .classify(request.user_agent, &shared.identification);
        let decision = link.decide(now);
        let blocked = decision == Decision::Serve
            && shared.context.blocklist.blocks_hit(
                || visitor.device.to_string(),
                || network_prefix(request.ip),
                now,
            );
        let verdict = if blocked {
            Verdict::Settled(HitClass::Rejected)
        } else {
            classify(decision, is_prefetch(&request.purpose), agent.0)
        };
        let reject_reason = match decision {
            Decision::Refuse(reason) => Some(reason.as_str()),
            Decision::Serve => blocked.then_some("blocked"),
        };
        let wants_cookie = shared.context.config.visitor_cookie && !visitor.has_cookie;
        let issued = match verdict {
            Verdict::Candidate if wants_cookie => {
                Some(VisitorCookie::from_random(own.entropy.draw()?))
            }
            _ => None,
        };
        Ok(Judged {
            id: event_id::at(now, &own.entropy.draw()?),
            verdict,
            reject_reason,
            visitor,
            issued,
            agent,
        })
    }

    /// The visitor's cookie tells who it is, else what the browser sends anyway.
    fn visitor(&self, own: &mut Own, request: &Request<'_>, now: DateTime<Utc>) -> Visitor {
        let keys = &self.shared.identification.visitors;
        let cookie = request
            .cookie
            .filter(|_| self.shared.context.config.visitor_cookie)
            .and_then(|text| keys.parse_cookie(text));
        if let Some(cookie) = cookie {
            return Visitor {
                device: keys.cookie_fingerprint(&cookie),
                yesterday: None,
                has_cookie: true,
            };
        }
        let day = match own.day.take() {
            Some(day) if day.covers(now) => day,
            _ => keys.day(now),
        };
        let identity = day.passive(
            &PassiveSignals {
                ip: request.ip,
                user_agent: request.user_agent,
                accept_language: request.accept_language,
                client_hints: request.client_hints,
            },
            now,
        );
        own.day = Some(day);
        Visitor {
            device: identity.current,
            yesterday: identity.yesterday,
            has_cookie: false,
        }
    }

    /// Records the hit durably. One that can not be recorded is answered all the same, and counted.
    async fn record(
        &self,
        request: &Request<'_>,
        link: &Cached,
        judged: &Judged,
        now: DateTime<Utc>,
    ) {
        let shared = &*self.shared;
        shared.counters.count(judged.verdict, judged.reject_reason);
        let keys = &shared.identification.visitors;
        let issued = judged.issued.map(|cookie| keys.cookie_fingerprint(&cookie));
        let append = {
            let buffer = &mut self.own.borrow_mut().buffer;
            HitRecord {
                id: judged.id,
                at: now,
                link_id: link.id,
                verdict: judged.verdict,
                reject_reason: judged.reject_reason,
                genuine: link.is_genuine(),
                has_cookie: judged.visitor.has_cookie,
                ip_hash: *shared.identification.addresses.hash(request.ip).as_bytes(),
                ip: request.ip,
                device: *judged.visitor.device.as_bytes(),
                yesterday: judged.visitor.yesterday.map(|id| *id.as_bytes()),
                issued: issued.map(|id| *id.as_bytes()),
                agent: judged.agent.1.as_deref(),
            }
            .encode(buffer);
            self.appender.append(buffer)
        };
        match append.await {
            Ok(position) => {
                if shared.context.config.click_durability == ClickDurability::Database {
                    self.confirm(position).await;
                }
            }
            Err(error) => shared.counters.count_unrecorded(&error),
        }
    }

    /// Waits until the database has the hit. It is safe in the click log in any case, so nobody is held for long.
    async fn confirm(&self, position: Position) {
        let mut shipped = self.shared.recorder.shipped.clone();
        let confirmed = timeout(
            CONFIRM_WITHIN,
            shipped.wait_for(|reached| *reached >= position),
        );
        if !matches!(confirmed.await, Ok(Ok(_))) {
            metrics::counter!("viral_engine_hits_unconfirmed_total").increment(1);
            tracing::warn!("a hit lies in the click log and not yet in the database");
        }
    }

    fn answer(&self, link: &Cached, judged: &Judged) -> Answer {
        match &link.destination {
            Some(destination) if judged.reject_reason.is_none() => Answer::Redirect {
                location: destination.location(judged.id),
                cookie: judged
                    .issued
                    .map(|cookie| self.shared.identification.visitors.encode_cookie(&cookie)),
            },
            _ => Answer::Gone,
        }
    }
}
