//! What a node remembers of children's consents, so that it need not ask the database each time.
//!
//! An answer counts while the node has confirmed, within the last second, that it has read all changes up to a moment. A
//! consent that is taken back is therefore denied everywhere a second later at the latest, whether a notice arrives or
//! not, and a node that can not confirm asks the database, or denies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use moka::sync::Cache;
use uuid::Uuid;
use viral_engine_db::consents::{Changes, changes_since, held_of};
use viral_engine_db::notifications::{Channel, Notice};
use viral_engine_domain::consents::Held;

use super::gate::held;
use crate::context::Context;
use crate::error::ServiceResult;

/// Most children that are remembered.
const MOST_CHILDREN: u64 = 100_000;
/// Longest time since the last confirmation.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// Changes are read at least so often.
const CONFIRM_EVERY: Duration = Duration::from_millis(250);

type Consents = Arc<Vec<Held>>;

/// The consents of children, as far as they are remembered. Shared by all tasks of the process.
pub struct Memory {
    children: Cache<Uuid, Consents>,
    known: Mutex<Known>,
}

/// Up to where changes were read.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    epoch: i64,
    /// When the reading that found nothing newer began.
    confirmed: Option<Instant>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            children: Cache::new(MOST_CHILDREN),
            known: Mutex::default(),
        }
    }
}

impl Memory {
    /// The latest consents of children, by child; who has none is missing, or has an empty list.
    ///
    /// # Errors
    /// When they are not remembered and the database can not be asked.
    pub(crate) async fn held(
        &self,
        context: &Context,
        children: &[Uuid],
    ) -> ServiceResult<HashMap<Uuid, Consents>> {
        let mut found = HashMap::with_capacity(children.len());
        if self.is_trusted() {
            for child in children {
                if let Some(consents) = self.children.get(child) {
                    found.insert(*child, consents);
                }
            }
        }
        let missing: Vec<Uuid> = children
            .iter()
            .filter(|child| !found.contains_key(child))
            .copied()
            .collect();
        if !missing.is_empty() {
            let read = self.read(context, &missing).await?;
            found.extend(read);
        }
        Ok(found)
    }

    async fn read(
        &self,
        context: &Context,
        children: &[Uuid],
    ) -> ServiceResult<HashMap<Uuid, Consents>> {
        let mut conn = context.connection().await?;
        let stored = held_of(&mut conn, children).await?;
        drop(conn);
        let mut lists: HashMap<Uuid, Vec<Held>> =
            children.iter().map(|child| (*child, Vec::new())).collect();
        for row in &stored.rows {
            lists.entry(row.child_id).or_default().push(held(row)?);
        }
        let lists: HashMap<Uuid, Consents> = lists
            .into_iter()
            .map(|(child, list)| (child, Arc::new(list)))
            .collect();
        self.remember(stored.epoch, &lists);
        Ok(lists)
    }

    /// Remembers what was read as of an epoch, unless changes were read since: they may be about these children. Under the
    /// lock, so that no change is read in between.
    fn remember(&self, epoch: i64, lists: &HashMap<Uuid, Consents>) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if epoch < known.epoch {
            return;
        }
        for (child, consents) in lists {
            self.children.insert(*child, Arc::clone(consents));
        }
        drop(known);
    }

    fn is_trusted(&self) -> bool {
        let known = *self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .confirmed
            .is_some_and(|confirmed| confirmed.elapsed() < TRUSTED_FOR)
    }

    /// Forgets whom changes are about. `begun` is when they were asked for.
    fn learn(&self, changes: &Changes, begun: Instant) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &changes.children {
            Some(children) => children
                .iter()
                .for_each(|child| self.children.invalidate(child)),
            None => self.children.invalidate_all(),
        }
        known.epoch = known.epoch.max(changes.epoch);
        known.confirmed = known.confirmed.max(Some(begun));
    }

    fn epoch(&self) -> i64 {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .epoch
    }

    /// Reads what has changed since.
    ///
    /// # Errors
    /// When the database can not be asked; what is remembered then counts for no longer than it did.
    pub(crate) async fn refresh(&self, context: &Context) -> ServiceResult<()> {
        let begun = Instant::now();
        let mut conn = context.connection().await?;
        let changes = changes_since(&mut conn, self.epoch()).await?;
        self.learn(&changes, begun);
        Ok(())
    }
}

/// Keeps what the node remembers in step with what other nodes change. Runs until it is dropped.
pub async fn follow_consents(context: &Context) {
    let mut notices = context.notices.subscribe();
    loop {
        if let Err(error) = context.consents.refresh(context).await {
            tracing::debug!(%error, "changes of consents can not be read");
        }
        let told = async {
            loop {
                match notices.recv().await {
                    Ok(Notice::Changed { channel, .. }) if channel != Channel::Consents => {}
                    _ => return,
                }
            }
        };
        // A notice or the clock, whichever is first.
        let _ = tokio::time::timeout(CONFIRM_EVERY, told).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(child: Uuid) -> HashMap<Uuid, Consents> {
        HashMap::from([(child, Arc::new(Vec::new()))])
    }

    fn changes(epoch: i64, children: Option<Vec<Uuid>>) -> Changes {
        Changes { epoch, children }
    }

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let (memory, child) = (Memory::default(), Uuid::from_u128(1));
        memory.learn(&changes(7, Some(vec![])), Instant::now());
        memory.remember(6, &lists(child));
        assert!(memory.children.get(&child).is_none());
        memory.remember(7, &lists(child));
        assert!(memory.children.get(&child).is_some());
        memory.learn(&changes(8, Some(vec![child])), Instant::now());
        assert!(memory.children.get(&child).is_none());
    }

    #[test]
    fn when_too_much_changed_to_tell_everything_is_forgotten() {
        let (memory, child) = (Memory::default(), Uuid::from_u128(1));
        memory.remember(0, &lists(child));
        memory.learn(&changes(9_000, None), Instant::now());
        assert!(memory.children.get(&child).is_none());
    }

    #[test]
    fn nothing_counts_that_was_not_confirmed_within_a_second() {
        let memory = Memory::default();
        assert!(!memory.is_trusted());
        let now = Instant::now();
        memory.learn(&changes(0, Some(vec![])), now);
        assert!(memory.is_trusted());
        let memory = Memory::default();
        let long_ago = now.checked_sub(TRUSTED_FOR).expect("a clock that is older");
        memory.learn(&changes(0, Some(vec![])), long_ago);
        assert!(!memory.is_trusted());
    }
}
