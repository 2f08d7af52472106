//! From the body of `create_event` to an event that is ready to be stored: checked, and without what may not be
//! stored (address and user agent).

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::events::{CreateEvent, EventOrigin, EventType};
use viral_engine_domain::clicks::{AgentKind, classify};
use viral_engine_domain::event_id;
use viral_engine_domain::links::Decision;
use viral_engine_domain::links::signature::to_stored_precision;
use viral_engine_domain::pii::redact_json;

use super::identify::Identification;
use super::incoming::{Hit, IncomingEvent, LinkReference, Reported};
use crate::entropy::Entropy;
use crate::error::{ServiceError, ServiceResult};
use crate::validation::validate;

/// How late an event may be reported without `events:import`.
pub const MOST_LATE: TimeDelta = TimeDelta::days(7);
/// How far ahead of our clock the platform's may be.
pub const MOST_AHEAD: TimeDelta = TimeDelta::minutes(5);
/// Most bytes of `properties` as JSON.
pub const PROPERTIES_BYTES: usize = 4096;

/// Digits before and behind the point of a value.
const VALUE_DIGITS: (usize, usize) = (12, 6);

/// Who reports, and when.
pub struct Intake<'a> {
    /// Keys and patterns.
    pub identification: &'a Identification,
    /// Any past time is allowed.
    pub may_import: bool,
    /// How the events come in.
    pub origin: EventOrigin,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Intake<'_> {
    /// Checks an event and takes it in.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every field at fault.
    pub fn prepare(
        &self,
        body: CreateEvent,
        entropy: &mut Entropy,
    ) -> ServiceResult<IncomingEvent> {
        let mut faults = Faults::default();
        faults.take(validate(&body, ""))?;
        let occurred_at = self.time(body.occurred_at, &mut faults);
        let click_id = faults.parse(&body.click_id, "/click_id", "malformed_click_id", click_id);
        let ip = faults.parse(&body.ip, "/ip", "malformed_ip", |text| {
            text.parse::<IpAddr>().ok()
        });
        let value = faults.parse(&body.value, "/value", "malformed_decimal", decimal);
        check_references(&body, &mut faults);
        check_currency(&body, &mut faults);
        let properties = properties(body.properties, &mut faults);
        faults.into_result()?;
        let (kind, agent) = match &body.user_agent {
            Some(text) => self.identification.agent(text),
            // A platform that does not pass the user agent on says nothing about the program.
            None => (AgentKind::Browser, None),
        };
        let hit = (body.event_type == EventType::Click).then(|| Hit {
            verdict: classify(Decision::Serve, false, kind),
            reject_reason: None,
            visitors: body.device_fingerprint.iter().cloned().collect(),
            issued: None,
            genuine: true,
        });
        Ok(IncomingEvent {
            id: event_id::at(occurred_at, &entropy.draw()?),
            event_type: body.event_type,
            origin: self.origin,
            occurred_at,
            received_at: self.now,
            link: body
                .link_token
                .map_or(LinkReference::None, LinkReference::Token),
            click_id,
            address: ip.map(|ip| self.identification.address(ip)),
            device: body.device_fingerprint,
            has_cookie: false,
            agent,
            hit,
            reported: Some(Box::new(Reported {
                referrer: body.referrer,
                referee: body.referee,
                value,
                currency: body.currency,
                properties,
                event_id: body.event_id,
            })),
        })
    }

    fn time(&self, given: Option<DateTime<Utc>>, faults: &mut Faults) -> DateTime<Utc> {
        let Some(given) = given.map(to_stored_precision) else {
            return self.now;
        };
        let earliest = if self.may_import {
            DateTime::UNIX_EPOCH
        } else {
            self.now - MOST_LATE
        };
        if given < earliest {
            let detail =
                "An event may be up to 7 days old; older ones need the scope events:import.";
            faults.add("/occurred_at", "too_old", detail);
        } else if given > self.now + MOST_AHEAD {
            let detail = "An event may lie at most 5 minutes ahead of our clock.";
            faults.add("/occurred_at", "too_far_ahead", detail);
        }
        given
    }
}

/// What is wrong with a body.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, pointer: &str, code: &str, detail: &str) {
        self.0.push(FieldError::new(pointer, code, detail));
    }

    /// Keeps field errors; passes others on.
    fn take(&mut self, result: ServiceResult<()>) -> ServiceResult<()> {
        match result {
            Err(ServiceError::Invalid(errors)) => {
                self.0.extend(errors);
                Ok(())
            }
            other => other,
        }
    }

    fn parse<T>(
        &mut self,
        text: &Option<String>,
        pointer: &str,
        code: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text.as_deref()?;
        let parsed = parse(text);
        if parsed.is_none() {
            let detail = match code {
                "malformed_click_id" => "Give the click id as received in ve_click.",
                "malformed_ip" => "Give an IPv4 or IPv6 address.",
                _ => {
                    "Give a decimal such as 12.50: at most 12 digits before and 6 behind the point."
                }
            };
            self.add(pointer, code, detail);
        }
        parsed
    }

    fn into_result(mut self) -> ServiceResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        Err(ServiceError::Invalid(self.0))
    }
}

fn check_references(body: &CreateEvent, faults: &mut Faults) {
    let needs_referee = matches!(
        body.event_type,
        EventType::Conversion | EventType::Activation
    );
    if needs_referee && body.referee.is_none() {
        let detail = "Name the user who was invited.";
        faults.add("/referee", "required", detail);
    }
    let names_referrer =
        body.referrer.is_some() || body.link_token.is_some() || body.click_id.is_some();
    if body.event_type == EventType::InviteSent && !names_referrer {
        let detail = "Name the user who invited, or the link.";
        faults.add("/referrer", "required", detail);
    }
    if body.referrer.is_some() && body.referrer == body.referee {
        let detail = "Nobody invites themselves.";
        faults.add("/referee", "self_referral", detail);
    }
}

fn check_currency(body: &CreateEvent, faults: &mut Faults) {
    match &body.currency {
        Some(code) if !code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            faults.add(
                "/currency",
                "malformed_currency",
                "Give three letters such as EUR.",
            );
        }
        Some(_) if body.value.is_none() => {
            faults.add("/value", "required", "Give the value of this currency.");
        }
        None if body.value.is_some() => {
            faults.add("/currency", "required", "Give the currency of the value.");
        }
        _ => {}
    }
}

fn click_id(text: &str) -> Option<Uuid> {
    let id: Uuid = text.parse().ok()?;
    event_id::millisecond_of(id).map(|_| id)
}

/// Plain notation only: what is stored is what was sent.
fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let plain = plain(whole, VALUE_DIGITS.0) && plain(fraction, VALUE_DIGITS.1);
    plain.then(|| text.parse().ok()).flatten()
}

fn properties(properties: Option<Map<String, Value>>, faults: &mut Faults) -> Option<Value> {
    let value = Value::Object(properties?);
    if value.to_string().len() > PROPERTIES_BYTES {
        faults.add("/properties", "too_large", "Give at most 4 KiB of JSON.");
    }
    Some(redact_json(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_plain_decimals_within_their_digits() {
        for good in ["0", "12.50", "-3.000001", "999999999999.999999"] {
            assert_eq!(decimal(good).map(|d| d.to_string()).as_deref(), Some(good));
        }
        for bad in [
            "",
            ".5",
            "5.",
            "1e3",
            "+1",
            "1,5",
            "1000000000000",
            "0.0000001",
            "NaN",
            "--1",
            "٣",
        ] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
    }
}
