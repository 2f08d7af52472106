//! A world in the making: what the areas add to, one after the other.

use chrono::{DateTime, Utc};

use crate::addresses::Addresses;
use crate::agents::Agents;
use crate::calendar::Calendar;
use crate::facts::Facts;
use crate::limits::Limits;
use crate::plan::SimulationPlan;
use crate::population::Population;
use crate::world::{Event, EventKind, Hit, Link, LinkIndex, UserIndex, World};

/// A world in the making.
#[derive(Debug)]
pub(crate) struct Builder<'a> {
    pub(crate) plan: &'a SimulationPlan,
    pub(crate) calendar: Calendar,
    pub(crate) population: Population,
    pub(crate) addresses: Addresses,
    pub(crate) limits: Limits,
    pub(crate) world: World,
    pub(crate) facts: Facts,
    events: u32,
}

impl<'a> Builder<'a> {
    /// A world with people in whom nothing has happened yet.
    pub(crate) fn new(plan: &'a SimulationPlan) -> Self {
        let calendar = Calendar::new(plan.days, plan.end);
        Self {
            plan,
            population: Population::settle(plan, &calendar),
            calendar,
            addresses: Addresses::default(),
            limits: Limits::default(),
            world: World::default(),
            facts: Facts::default(),
            events: 0,
        }
    }

    /// Adds a link.
    pub(crate) fn mint(&mut self, link: Link) -> LinkIndex {
        self.world.links.push(link);
        LinkIndex(self.world.links.len() - 1)
    }

    /// A link.
    pub(crate) fn link(&self, index: LinkIndex) -> &Link {
        &self.world.links[index.0]
    }

    /// Adds a hit.
    pub(crate) fn hit(&mut self, hit: Hit) {
        self.world.hits.push(hit);
    }

    /// Adds an event that the platform reports.
    pub(crate) fn report(
        &mut self,
        at: DateTime<Utc>,
        referrer: UserIndex,
        link: Option<LinkIndex>,
        kind: EventKind,
    ) {
        self.events += 1;
        self.world.events.push(Event {
            event_id: format!("{}-event-{:07}", self.plan.prefix, self.events),
            at,
            referrer,
            link,
            kind,
        });
    }

    /// The finished world and what is planted in it.
    pub(crate) fn finish(self) -> (World, Facts) {
        let mut world = self.world;
        world.users = self.population.into_users();
        world.agents = Agents::new().into_inner();
        // Stable, so that what happens in the same microsecond keeps its order.
        world.hits.sort_by_key(|hit| hit.at);
        world.events.sort_by_key(|event| event.at);
        world.parent_shares.sort_by_key(|share| share.at);
        world.progress_reels.sort_by_key(|reel| reel.at);
        world.study_sessions.sort_by_key(|session| session.at);
        world.opt_outs.sort_by_key(|opt_out| opt_out.at);
        world.activities.sort_by_key(|activity| activity.at);
        (world, self.facts)
    }
}
