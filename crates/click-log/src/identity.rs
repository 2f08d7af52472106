//! The file `identity`: which log this folder is, and which positions it may have given out.
//!
//! `magic 8 | version u32 | log id 16 | reserved u64 | crc32 u32`, little endian. Every position below `reserved` may
//! have been used. Each opening starts at `reserved` and reserves the next stretch before it writes anything, so no
//! accident to the segments (cut, damaged, deleted by hand) can make a position come twice, which a shipper would take
//! for a record it already has.

use std::io;
use std::path::{Path, PathBuf};

use crate::disk::Disk;
use crate::{LogId, OpenError, Position};

/// Positions reserved at once: so many records pass between two writes of the file.
const RESERVE: u64 = 1 << 24;

const FILE_NAME: &str = "identity";
const MAGIC: &[u8; 8] = b"VECLKLOG";
const VERSION: u32 = 1;
const BYTES: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub log_id: LogId,
    /// The first position that has surely not been used.
    pub reserved: Position,
}

impl Identity {
    pub(crate) const fn new(log_id: LogId) -> Self {
        Self {
            log_id,
            reserved: Position::START.next(),
        }
    }

    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join(FILE_NAME)
    }

    /// `None` if the folder holds no identity.
    pub(crate) fn load(folder: &Path) -> Result<Option<Self>, OpenError> {
        let path = Self::path(folder);
        match std::fs::read(&path) {
            Ok(bytes) => Self::decode(&bytes)
                .map(Some)
                .ok_or(OpenError::DamagedIdentity { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(OpenError::unusable(path)(error)),
        }
    }

    /// Makes sure that `upto` and all before it are reserved on the disk.
    pub(crate) fn reserve(
        &mut self,
        disk: &dyn Disk,
        folder: &Path,
        upto: Position,
    ) -> io::Result<()> {
        if upto < self.reserved {
            return Ok(());
        }
        let next = Self {
            reserved: upto.plus(RESERVE),
            ..*self
        };
        disk.replace(&Self::path(folder), &next.encode())?;
        *self = next;
        Ok(())
    }

    fn encode(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..28].copy_from_slice(self.log_id.as_bytes());
        bytes[28..36].copy_from_slice(&self.reserved.get().to_le_bytes());
        let checksum = crc32fast::hash(&bytes[..36]);
        bytes[36..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; BYTES] = bytes.try_into().ok()?;
        let (fields, checksum) = bytes.split_last_chunk::<4>()?;
        let (magic, fields) = fields.split_first_chunk::<8>()?;
        let (version, fields) = fields.split_first_chunk::<4>()?;
        let (log_id, reserved) = fields.split_first_chunk::<16>()?;
        let reserved = reserved.first_chunk::<8>()?;
        let intact = magic == MAGIC
            && u32::from_le_bytes(*version) == VERSION
            && u32::from_le_bytes(*checksum) == crc32fast::hash(&bytes[..36]);
        intact.then(|| Self {
            log_id: LogId::from_bytes(*log_id),
            reserved: Position::new(u64::from_le_bytes(*reserved)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    #[test]
    fn a_reservation_survives_and_is_written_once_per_stretch() {
        let folder = tempfile::tempdir().unwrap();
        let mut identity = Identity::new(LogId::from_bytes([1; 16]));
        identity
            .reserve(&RealDisk, folder.path(), Position::new(1))
            .unwrap();
        assert_eq!(Identity::load(folder.path()).unwrap(), Some(identity));
        assert_eq!(identity.reserved, Position::new(1 + RESERVE));

        std::fs::remove_file(Identity::path(folder.path())).unwrap();
        identity
            .reserve(&RealDisk, folder.path(), Position::new(RESERVE))
            .unwrap();
        assert_eq!(
            Identity::load(folder.path()).unwrap(),
            None,
            "nothing new to reserve, nothing written"
        );
    }

    #[test]
    fn a_damaged_identity_names_its_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(Identity::path(folder.path()), b"nonsense").unwrap();
        let error = Identity::load(folder.path()).unwrap_err();
        assert!(
            error
                .to_string()
                .contains(&Identity::path(folder.path()).display().to_string())
        );
    }
}
