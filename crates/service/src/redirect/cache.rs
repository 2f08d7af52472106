//! The node's bounded cache of links, by token and by alias.
//!
//! An entry is good until somebody tells that its link changed. While the listening connection is lost nobody can
//! tell: every entry is then suspect and read again before it is served. When the database can not be asked either,
//! a suspect entry is served as it is: a lost database must stop no link.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use moka::future::Cache;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;
use viral_engine_domain::links::LinkName;

use super::cached_link::CachedLink;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::links::find_named;

/// Most links in the cache; about half a kilobyte each.
const MOST_LINKS: u64 = 100_000;
/// Most names known to be nobody's.
const MOST_MISSING: u64 = 20_000;
/// How long a name stays nobody's without asking again. A new alias is told to every node, so this only bounds what
/// a lost notice can do.
const MISSING_FOR: Duration = Duration::from_secs(2);
/// While nobody can tell of changes, an entry is read again after this time.
const UNTOLD_FOR: Duration = Duration::from_secs(1);
/// How long the database may take to answer for an entry that could also be served as it is.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long the database may take to answer for a link that is not in the cache.
const LONG_PATIENCE: Duration = Duration::from_secs(3);
/// After a failure the database is left alone for this long.
const REST: Duration = Duration::from_secs(1);
/// Names are loaded one at a time in each of so many groups: a thousand hits of one new link ask once.
const LOAD_LOCKS: usize = 64;

struct Entry {
    link: CachedLink,
    /// The epoch it was read in.
    epoch: u64,
    read_at: Instant,
}

/// The cache. One a node, shared by all workers.
pub struct LinkCache {
    context: Context,
    links: Cache<LinkName, Arc<Entry>>,
    missing: Cache<LinkName, ()>,
    /// Grows whenever notices may have been missed.
    epoch: AtomicU64,
    /// Whether changes are told.
    told: AtomicBool,
    /// Grows with each change that was told, so that a row read just before is not kept.
    changes: AtomicU64,
    /// Until when the database is left alone, in milliseconds since `born`.
    resting_until: AtomicU64,
    born: Instant,
    loads: Vec<Mutex<()>>,
    hasher: RandomState,
}

/// A link of the cache. Cheap to clone.
#[derive(Clone)]
pub struct Cached(Arc<Entry>);

impl std::ops::Deref for Cached {
    type Target = CachedLink;

    fn deref(&self) -> &CachedLink {
        &self.0.link
    }
}

impl LinkCache {
    /// An empty cache over the database of `context`.
    pub fn new(context: Context) -> Self {
        Self {
            context,
            links: Cache::new(MOST_LINKS),
            missing: Cache::builder()
                .max_capacity(MOST_MISSING)
                .time_to_live(MISSING_FOR)
                .build(),
            epoch: AtomicU64::new(0),
            told: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            resting_until: AtomicU64::new(0),
            born: Instant::now(),
            loads: (0..LOAD_LOCKS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// The link of this name in the cache, if it is good.
    pub async fn peek(&self, name: &LinkName) -> Option<Cached> {
        let entry = self.links.get(name).await?;
        self.is_good(&entry).then_some(Cached(entry))
    }

    /// The link of this name; `None` when there is none.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when it is not in the cache and the database can not be asked.
    pub async fn get(&self, name: &LinkName) -> ServiceResult<Option<Cached>> {
        let _one_at_a_time = self.load_lock(name).await;
        // Whoever held the lock before may have loaded it.
        let stale = match self.links.get(name).await {
            Some(entry) if self.is_good(&entry) || self.is_resting() => {
                return Ok(Some(Cached(entry)));
            }
            Some(entry) => Some(entry),
            None if self.missing.contains_key(name) => return Ok(None),
            None => None,
        };
        let patience = if stale.is_some() {
            PATIENCE
        } else {
            LONG_PATIENCE
        };
        match timeout(patience, self.load(name)).await {
            Ok(Ok(found)) => Ok(found),
            failed => {
                self.rest();
                match (stale, failed) {
                    (Some(entry), _) => Ok(Some(Cached(entry))),
                    (None, Ok(Err(error))) => Err(error),
                    (None, _) => Err(ServiceError::Unavailable(
                        "the database is too slow".to_owned(),
                    )),
                }
            }
        }
    }

    /// Forgets the names of a link that changed. `payload` is what the database tells: its token and its alias.
    pub async fn forget(&self, payload: &str) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        for name in payload.split(' ').filter_map(LinkName::parse) {
            self.links.invalidate(&name).await;
            self.missing.invalidate(&name).await;
        }
    }

    /// From now on nobody tells of changes.
    pub fn untold(&self) {
        self.told.store(false, Ordering::SeqCst);
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// From now on changes are told; those until now were perhaps not.
    pub fn told(&self) {
        self.missing.invalidate_all();
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.told.store(true, Ordering::SeqCst);
    }

    async fn load(&self, name: &LinkName) -> ServiceResult<Option<Cached>> {
        let changes = self.changes.load(Ordering::SeqCst);
        let epoch = self.epoch.load(Ordering::SeqCst);
        let mut conn = self.context.connection().await?;
        let row = find_named(&mut conn, name).await?;
        drop(conn);
        let Some(row) = row else {
            self.links.invalidate(name).await;
            self.missing.insert(name.clone(), ()).await;
            if self.changes.load(Ordering::SeqCst) != changes {
                self.missing.invalidate(name).await;
            }
            return Ok(None);
        };
        let link = CachedLink::new(&row, &self.context.keys.links, &self.context.config.targets);
        let entry = Arc::new(Entry {
            link,
            epoch,
            read_at: Instant::now(),
        });
        self.links.insert(name.clone(), Arc::clone(&entry)).await;
        if self.changes.load(Ordering::SeqCst) != changes {
            // Perhaps it was this link that changed after it was read.
            self.links.invalidate(name).await;
        }
        Ok(Some(Cached(entry)))
    }

    fn is_good(&self, entry: &Entry) -> bool {
        entry.epoch == self.epoch.load(Ordering::Relaxed)
            && (self.told.load(Ordering::Relaxed) || entry.read_at.elapsed() < UNTOLD_FOR)
    }

    fn rest(&self) {
        let until = self.born.elapsed() + REST;
        let until = u64::try_from(until.as_millis()).unwrap_or(u64::MAX);
        self.resting_until.store(until, Ordering::Relaxed);
    }

    fn is_resting(&self) -> bool {
        self.born.elapsed().as_millis() < u128::from(self.resting_until.load(Ordering::Relaxed))
    }

    async fn load_lock(&self, name: &LinkName) -> Option<MutexGuard<'_, ()>> {
        let group = self.hasher.hash_one(name) % (LOAD_LOCKS as u64);
        let lock = self.loads.get(usize::try_from(group).unwrap_or(0))?;
        Some(lock.lock().await)
    }
}
