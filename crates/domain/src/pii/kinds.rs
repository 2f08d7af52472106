//! Which kinds of personal information a scan looks for.

use super::entity::EntityKind;

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kinds(u16);

impl Kinds {
    /// Every kind, names of people in a position that shows them to be names too.
    pub const ALL: Self = Self::of(&EntityKind::ALL);

    /// What must not be in what is kept or shown of people, whoever they are. Web addresses and IP
    /// addresses are left: links, their notes and reasons for a block are about them. Names are left,
    /// as adults may give theirs.
    pub const CONTACT: Self = Self::ALL
        .without(EntityKind::Name)
        .without(EntityKind::Ip)
        .without(EntityKind::Url);

    /// No kind: for looking for somebody known alone.
    pub const NONE: Self = Self::of(&[]);

    /// These kinds.
    #[must_use]
    pub const fn of(kinds: &[EntityKind]) -> Self {
        let mut set = Self(0);
        let mut index = 0;
        while index < kinds.len() {
            set = set.with(kinds[index]);
            index += 1;
        }
        set
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, kind: EntityKind) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// These less one.
    #[must_use]
    pub const fn without(self, kind: EntityKind) -> Self {
        Self(self.0 & !(1 << kind as u16))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether the kind is among them.
    #[must_use]
    pub const fn contains(self, kind: EntityKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_they_were_made_of() {
        let set = Kinds::of(&[EntityKind::Email, EntityKind::Url]).without(EntityKind::Url);
        assert!(set.contains(EntityKind::Email) && !set.contains(EntityKind::Url));
        let left = EntityKind::ALL
            .into_iter()
            .filter(|kind| !Kinds::CONTACT.contains(*kind));
        let expected = [EntityKind::Name, EntityKind::Ip, EntityKind::Url];
        assert!(left.eq(expected));
    }
}
