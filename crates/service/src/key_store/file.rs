//! The file of slots. Reading takes no lock; whoever writes has the lock of the process and that of the file, so that
//! several nodes can share a folder. What a call has written is on the disk when it returns.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::slot::{SLOT_LEN, Slot};

/// Name of the file within its folder.
const NAME: &str = "user-keys";
const SLOT_BYTES: u64 = SLOT_LEN as u64;
/// Slots that are read at once.
const CHUNK: usize = 1_024;

/// Why the key store could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A key could not be wrapped.
    #[error("a key could not be made")]
    NoKey,
}

/// The key store of an installation. Opened when it is first used.
pub struct KeyStore {
    dir: PathBuf,
    file: Mutex<Option<Arc<File>>>,
    /// Locks of files are of the process: its threads need one of their own.
    writing: Mutex<()>,
}

impl KeyStore {
    /// The key store in a folder, which is made when it is needed.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            file: Mutex::default(),
            writing: Mutex::default(),
        }
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn failed(&self, source: io::Error) -> KeyStoreError {
        KeyStoreError::File {
            path: self.dir.join(NAME),
            source,
        }
    }

    fn file(&self) -> Result<Arc<File>, KeyStoreError> {
        let mut opened = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = opened.as_ref() {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(self.open().map_err(|error| self.failed(error))?);
        *opened = Some(Arc::clone(&file));
        Ok(file)
    }

    fn open(&self) -> io::Result<File> {
        let mut folder = std::fs::DirBuilder::new();
        folder.recursive(true).mode(0o700).create(&self.dir)?;
        let path = self.dir.join(NAME);
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.mode(0o600).open(&path)?;
        if is_new {
            file.sync_all()?;
            // The name of a new file is on the disk when its folder is.
            File::open(&self.dir)?.sync_all()?;
        }
        Ok(file)
    }

    /// How many slots were ever given out.
    ///
    /// # Errors
    /// When the file can not be read.
    pub fn len(&self) -> Result<u64, KeyStoreError> {
        let file = self.file()?;
        let metadata = file.metadata().map_err(|error| self.failed(error))?;
        Ok(metadata.len().div_ceil(SLOT_BYTES))
    }

    /// Whether no slot was ever given out.
    ///
    /// # Errors
    /// When the file can not be read.
    pub fn is_empty(&self) -> Result<bool, KeyStoreError> {
        Ok(self.len()? == 0)
    }

    /// What is in a slot; behind the end, nothing.
    pub(crate) fn read(&self, number: u64) -> Result<Slot, KeyStoreError> {
        let file = self.file()?;
        self.read_from(&file, number)
    }

    fn read_from(&self, file: &File, number: u64) -> Result<Slot, KeyStoreError> {
        let mut bytes = [0; SLOT_LEN];
        let Some(at) = number.checked_mul(SLOT_BYTES) else {
            return Ok(Slot::Empty);
        };
        match file.read_exact_at(&mut bytes, at) {
            Ok(()) => Ok(Slot::decode(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Slot::Empty),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Does something while nobody else writes.
    fn exclusively<T>(
        &self,
        work: impl FnOnce(&File) -> Result<T, KeyStoreError>,
    ) -> Result<T, KeyStoreError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file()?;
        file.lock().map_err(|error| self.failed(error))?;
        let done = work(&file);
        file.unlock().map_err(|error| self.failed(error))?;
        done
    }

    /// Writes new slots behind all others; `make` is given the number of each. Answers the number of the first.
    pub(crate) fn append(
        &self,
        count: usize,
        mut make: impl FnMut(usize, u64) -> Result<Slot, KeyStoreError>,
    ) -> Result<u64, KeyStoreError> {
        self.exclusively(|file| {
            let first = self.len()?;
            let mut bytes = Vec::with_capacity(count * SLOT_LEN);
            for (index, number) in (0..count).zip(first..) {
                bytes.extend_from_slice(&make(index, number)?.encode());
            }
            file.write_all_at(&bytes, first * SLOT_BYTES)
                .and_then(|()| file.sync_data())
                .map_err(|error| self.failed(error))?;
            Ok(first)
        })
    }

    /// Sees to it that the next slot given out is not below `least`, and answers whether slots were missing: numbers that
    /// the database knows must not be given to others when the file was lost.
    ///
    /// # Errors
    /// When the file can not be written.
    pub fn reserve(&self, least: u64) -> Result<bool, KeyStoreError> {
        self.exclusively(|file| {
            if self.len()? >= least {
                return Ok(false);
            }
            file.set_len(least * SLOT_BYTES)
                .and_then(|()| file.sync_all())
                .map_err(|error| self.failed(error))?;
            Ok(true)
        })
    }

    /// Replaces a live slot; `change` is given what is there and answers what shall be, or nothing.
    pub(crate) fn rewrite(
        &self,
        number: u64,
        change: impl FnOnce(Slot) -> Result<Option<Slot>, KeyStoreError>,
    ) -> Result<bool, KeyStoreError> {
        self.exclusively(|file| {
            let Some(slot) = change(self.read_from(file, number)?)? else {
                return Ok(false);
            };
            file.write_all_at(&slot.encode(), number * SLOT_BYTES)
                .and_then(|()| file.sync_data())
                .map_err(|error| self.failed(error))?;
            Ok(true)
        })
    }

    /// Destroys all keys of a user, and answers how many there were.
    pub(crate) fn destroy_all_of(&self, user: Uuid) -> Result<usize, KeyStoreError> {
        let mut destroyed = 0;
        for number in self.slots_of(user)? {
            let is_gone =
                self.rewrite(number, |slot| Ok(slot.of(user).map(|_| Slot::Destroyed)))?;
            destroyed += usize::from(is_gone);
        }
        Ok(destroyed)
    }

    /// The slots with keys of a user: a look at every slot, some hundred megabytes a second.
    fn slots_of(&self, user: Uuid) -> Result<Vec<u64>, KeyStoreError> {
        let (file, slots) = (self.file()?, self.len()?);
        let mut found = Vec::new();
        let mut chunk = vec![0; CHUNK * SLOT_LEN];
        let mut first = 0;
        while first < slots {
            let read = read_at_most(&file, &mut chunk, first * SLOT_BYTES);
            let read = read.map_err(|error| self.failed(error))?;
            let whole = chunk[..read].chunks_exact(SLOT_LEN);
            for (number, bytes) in (first..).zip(whole) {
                let slot = <&[u8; SLOT_LEN]>::try_from(bytes).map(Slot::decode);
                if slot.is_ok_and(|slot| slot.of(user).is_some()) {
                    found.push(number);
                }
            }
            first += CHUNK as u64;
        }
        Ok(found)
    }
}

/// Fills as much of the buffer as the file has.
fn read_at_most(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match file.read_at(&mut buffer[read..], at + read as u64) {
            Ok(0) => break,
            Ok(bytes) => read += bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

impl std::fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyStore")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::slot::{NONCE_LEN, SEALED_LEN, Wrapped};
    use super::*;

    fn live(user: u128) -> Slot {
        Slot::Live(Wrapped {
            master: 1,
            user: Uuid::from_u128(user),
            nonce: [1; NONCE_LEN],
            sealed: [0xC5; SEALED_LEN],
        })
    }

    fn store() -> (tempfile::TempDir, KeyStore) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = KeyStore::new(folder.path().join("keys"));
        (folder, store)
    }

    #[test]
    fn slots_are_given_out_once_also_by_several_who_share_the_folder() {
        let (folder, _) = store();
        let numbers: Vec<u64> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|_| {
                    let store = KeyStore::new(folder.path());
                    scope.spawn(move || {
                        let add = |_| store.append(3, |_, number| Ok(live(number.into())));
                        (0..10).map(add).collect::<Result<Vec<_>, _>>()
                    })
                })
                .collect();
            let joined = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
            let firsts = joined.flat_map(|firsts| firsts.expect("a thread").expect("slots"));
            firsts.flat_map(|first| first..first + 3).collect()
        });
        let different: std::collections::BTreeSet<u64> = numbers.iter().copied().collect();
        assert_eq!(different, (0..120).collect());
        let store = KeyStore::new(folder.path());
        for number in numbers {
            assert!(store.read(number).expect("a slot") == live(number.into()));
        }
    }

    #[test]
    fn a_destroyed_key_is_not_in_the_file_any_more() {
        let (folder, store) = store();
        store
            .append(2, |_, number| Ok(live(number.into())))
            .expect("slots");
        let bytes = || std::fs::read(folder.path().join("keys").join(NAME)).expect("the file");
        let keys = |bytes: &[u8]| {
            bytes
                .windows(SEALED_LEN)
                .filter(|part| **part == [0xC5; SEALED_LEN])
                .count()
        };
        assert_eq!(keys(&bytes()), 2);
        assert_eq!(store.destroy_all_of(Uuid::from_u128(1)).expect("done"), 1);
        assert_eq!(keys(&bytes()), 1);
        assert_eq!(store.destroy_all_of(Uuid::from_u128(1)).expect("done"), 0);
        assert!(store.read(1).expect("a slot") == Slot::Destroyed);
    }

    #[test]
    fn every_key_of_a_user_is_destroyed_and_nobody_elses() {
        let (_folder, store) = store();
        let slots = CHUNK as u64 * 2 + 10;
        let of = |number: u64| u128::from(number % 1_000);
        store
            .append(CHUNK * 2 + 10, |_, number| Ok(live(of(number))))
            .expect("slots");
        assert_eq!(store.destroy_all_of(Uuid::from_u128(7)).expect("done"), 3);
        for number in 0..slots {
            let expected = if of(number) == 7 {
                Slot::Destroyed
            } else {
                live(of(number))
            };
            assert!(store.read(number).expect("a slot") == expected, "{number}");
        }
    }

    #[test]
    fn numbers_of_a_lost_file_are_not_given_out_again() {
        let (_folder, store) = store();
        assert!(store.reserve(40).expect("reserved"));
        assert!(!store.reserve(40).expect("reserved"));
        assert!(store.read(39).expect("a slot") == Slot::Empty);
        assert_eq!(store.append(1, |_, _| Ok(live(1))).expect("a slot"), 40);
    }

    #[test]
    fn what_was_half_written_when_the_power_failed_is_left_behind() {
        let (folder, store) = store();
        store.append(1, |_, _| Ok(live(1))).expect("a slot");
        let path = folder.path().join("keys").join(NAME);
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .expect("the file");
        io::Write::write_all(&mut &file, &[9; 50]).expect("half a slot");
        assert_eq!(store.append(1, |_, _| Ok(live(2))).expect("a slot"), 2);
        assert!(store.read(1).expect("a slot") == Slot::Damaged);
        assert!(store.read(0).expect("a slot") == live(1));
    }

    #[test]
    fn nobody_else_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, store) = store();
        assert!(store.is_empty().expect("a length"));
        let mode = |path: PathBuf| path.metadata().expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode(folder.path().join("keys")), 0o700);
        assert_eq!(mode(folder.path().join("keys").join(NAME)), 0o600);
    }
}
