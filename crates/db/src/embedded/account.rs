//! The user that PostgreSQL runs as.
//!
//! PostgreSQL refuses to run as root, for good reasons. When the engine is root (containers, small machines)
//! its server runs as an unprivileged user instead, which must be able to reach the data folder.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User, geteuid};

use super::error::EmbeddedError;

/// Users to run as, best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// An operating system user.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// Name, as PostgreSQL's peer authentication sees it.
    pub name: String,
    uid: u32,
    gid: u32,
    /// Whether processes must change to this user because the engine is root.
    switch: bool,
}

impl Account {
    /// The user for the database in `cluster`: the engine's own, or for root the owner of an existing
    /// database, else the first unprivileged user there is.
    pub fn choose(cluster: &Path) -> Result<Self, EmbeddedError> {
        let me = geteuid();
        let owner = cluster.metadata().ok().map(|m| m.uid());
        match (me.is_root(), owner) {
            (false, Some(owner)) if owner != me.as_raw() => Err(EmbeddedError::ForeignCluster {
                cluster: cluster.to_path_buf(),
                owner,
            }),
            (false, _) => Self::by_id(me.as_raw(), false),
            (true, Some(owner)) if owner != 0 => Self::by_id(owner, true),
            (true, _) => Self::unprivileged(),
        }
    }

    fn by_id(uid: u32, switch: bool) -> Result<Self, EmbeddedError> {
        let user = User::from_uid(Uid::from_raw(uid)).ok().flatten();
        user.map(|user| Self::from_user(user, switch))
            .ok_or(EmbeddedError::NamelessUser(uid))
    }

    fn unprivileged() -> Result<Self, EmbeddedError> {
        UNPRIVILEGED
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self::from_user(user, true))
            .ok_or(EmbeddedError::NoUnprivilegedUser)
    }

    fn from_user(user: User, switch: bool) -> Self {
        Self {
            name: user.name,
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
            switch,
        }
    }

    /// Whether `metadata` describes something that belongs to this user.
    pub fn owns(&self, metadata: &Metadata) -> bool {
        metadata.uid() == self.uid
    }

    /// Makes `command` run as this user. Supplementary groups are dropped with root's rights.
    pub fn run_as<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives `path` to this user.
    pub fn own(&self, path: &Path) -> Result<(), EmbeddedError> {
        if !self.switch {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid))
            .map_err(EmbeddedError::io("change the owner of", path))
    }

    /// Lets this user enter the data folder, which is the engine's own, without letting it list or write.
    /// Folders above are not the engine's to change: when one of them is closed, that is an error.
    pub fn admit(&self, data_dir: &Path) -> Result<(), EmbeddedError> {
        if !self.switch {
            return Ok(());
        }
        for folder in data_dir.ancestors().skip(1) {
            if !self.may_enter(folder)? {
                return Err(EmbeddedError::NotTraversable {
                    user: self.name.clone(),
                    blocked: folder.to_path_buf(),
                });
            }
        }
        if self.may_enter(data_dir)? {
            return Ok(());
        }
        let mut permissions = metadata(data_dir)?.permissions();
        permissions.set_mode(permissions.mode() | 0o010);
        chown(data_dir, None, Some(self.gid))
            .map_err(EmbeddedError::io("change the group of", data_dir))?;
        std::fs::set_permissions(data_dir, permissions)
            .map_err(EmbeddedError::io("change the permissions of", data_dir))
    }

    /// The kernel's rule: the most specific of owner, group and others decides.
    fn may_enter(&self, folder: &Path) -> Result<bool, EmbeddedError> {
        let folder = metadata(folder)?;
        let bit = if folder.uid() == self.uid {
            0o100
        } else if folder.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        Ok(folder.mode() & bit != 0)
    }
}

fn metadata(path: &Path) -> Result<Metadata, EmbeddedError> {
    path.metadata().map_err(EmbeddedError::io("look at", path))
}
