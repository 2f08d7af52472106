//! What tells visitors, networks and programs apart: keys and patterns, made once and shared.

use std::net::IpAddr;
use std::sync::Arc;

use viral_engine_domain::clicks::{AgentClassifier, AgentKind, IpKey, VisitorKeys, network_prefix};

use super::incoming::Address;
use crate::config::Keys;
use crate::error::{ServiceError, ServiceResult};

/// Keys and patterns for hits.
#[derive(Debug)]
pub struct Identification {
    /// Hashes addresses.
    pub addresses: IpKey,
    /// Hashes visitors.
    pub visitors: VisitorKeys,
    /// Names programs.
    pub agents: AgentClassifier,
}

impl Identification {
    /// Derives the keys and compiles the patterns; takes some milliseconds.
    ///
    /// # Errors
    /// When the list of crawlers that the engine was built with is broken.
    pub fn new(keys: &Keys) -> ServiceResult<Self> {
        Ok(Self {
            addresses: IpKey::new(keys.ip_hash.expose()),
            visitors: VisitorKeys::new(keys.visitors.expose()),
            agents: AgentClassifier::new()
                .map_err(|error| ServiceError::Internal(error.to_string()))?,
        })
    }

    /// What is kept of an address.
    pub fn address(&self, ip: IpAddr) -> Address {
        Address {
            hash: *self.addresses.hash(ip).as_bytes(),
            prefix: network_prefix(ip),
        }
    }

    /// Kind and name of the program behind a user agent.
    pub fn agent(&self, user_agent: &str) -> (AgentKind, Option<Arc<str>>) {
        let agent = self.agents.classify(user_agent);
        (agent.kind, agent.name.map(Arc::from))
    }
}
