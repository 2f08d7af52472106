//! The folder of a log: created private, locked against a second process, listed.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::disk::{FILE_MODE, FOLDER_MODE, sync_folder};
use crate::segment::first_of_path;
use crate::{OpenError, Position};

const LOCK_NAME: &str = "LOCK";

/// Keeps other processes out for as long as it lives; the operating system releases it with the process.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

/// Creates the folder if it is missing and takes it for this log alone.
pub(crate) fn claim(folder: &Path) -> Result<FolderLock, OpenError> {
    create(folder)?;
    let path = folder.join(LOCK_NAME);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(&path)
        .map_err(OpenError::unusable(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: folder.into(),
        }),
        Err(TryLockError::Error(source)) => Err(OpenError::Unusable { path, source }),
    }
}

fn create(folder: &Path) -> Result<(), OpenError> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(folder)
        .and_then(|()| {
            folder
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .map_or(Ok(()), sync_folder)
        })
        .map_err(OpenError::unusable(folder))
}

/// The segments of the folder, oldest first.
pub(crate) fn segments(folder: &Path) -> Result<Vec<(Position, PathBuf)>, OpenError> {
    let mut segments = Vec::new();
    for entry in folder.read_dir().map_err(OpenError::unusable(folder))? {
        let path = entry.map_err(OpenError::unusable(folder))?.path();
        segments.extend(first_of_path(&path).map(|first| (first, path)));
    }
    segments.sort();
    Ok(segments)
}
