//! User agents a worker has met lately: people's browsers send few different ones, and reading the patterns costs
//! more than the rest of a redirect.

use std::collections::HashMap;
use std::sync::Arc;

use viral_engine_domain::clicks::AgentKind;

use crate::events::Identification;

/// Most user agents kept; then the memory begins anew.
const MOST: usize = 4_096;
/// Longer ones are not kept, so that whoever invents them fills no memory.
const LONGEST: usize = 512;

/// Kind and name of a program.
pub(super) type NamedAgent = (AgentKind, Option<Arc<str>>);

/// A worker's memory of user agents.
#[derive(Default)]
pub(super) struct AgentMemory {
    known: HashMap<Box<str>, NamedAgent>,
}

impl AgentMemory {
    pub(super) fn classify(&mut self, user_agent: &str, patterns: &Identification) -> NamedAgent {
        if let Some(known) = self.known.get(user_agent) {
            return known.clone();
        }
        let agent = patterns.agent(user_agent);
        if user_agent.len() <= LONGEST {
            if self.known.len() >= MOST {
                self.known.clear();
            }
            self.known.insert(user_agent.into(), agent.clone());
        }
        agent
    }
}
