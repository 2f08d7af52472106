//! The recipients of one delivery: each once, and not more than a report needs.

use std::collections::HashSet;

use thiserror::Error;

use super::address::{Address, AddressError};

/// Most recipients of one delivery.
pub const MAX_RECIPIENTS: usize = 50;
/// Longest list that is read at all, repeats included.
const MAX_GIVEN: usize = 10 * MAX_RECIPIENTS;

/// 1 to [`MAX_RECIPIENTS`] different addresses, in the order they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients(Vec<Address>);

/// Why a list of recipients is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecipientsError {
    /// Entries that are no addresses, by their place.
    #[error("some recipients are no addresses")]
    Malformed(Vec<(usize, AddressError)>),
    /// None.
    #[error("give at least one recipient")]
    Empty,
    /// More than [`MAX_RECIPIENTS`] different ones.
    #[error("give at most {MAX_RECIPIENTS} recipients")]
    TooMany,
}

impl Recipients {
    /// Reads a list; of several spellings of one address the first stays.
    ///
    /// # Errors
    /// Every entry at fault, or that there are none or too many.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, RecipientsError> {
        if texts.is_empty() {
            return Err(RecipientsError::Empty);
        }
        if texts.len() > MAX_GIVEN {
            return Err(RecipientsError::TooMany);
        }
        let mut seen = HashSet::new();
        let (mut addresses, mut faults) = (Vec::new(), Vec::new());
        for (index, text) in texts.iter().enumerate() {
            match Address::parse(text.as_ref()) {
                Ok(address) if seen.insert(address.key()) => addresses.push(address),
                Ok(_) => {}
                Err(error) => faults.push((index, error)),
            }
        }
        if !faults.is_empty() {
            return Err(RecipientsError::Malformed(faults));
        }
        if addresses.len() > MAX_RECIPIENTS {
            return Err(RecipientsError::TooMany);
        }
        Ok(Self(addresses))
    }

    /// The addresses.
    #[must_use]
    pub fn as_slice(&self) -> &[Address] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbered(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("op{n}@example.org")).collect()
    }

    #[test]
    fn fifty_different_addresses_are_taken_and_one_more_is_not() {
        let list = numbered(MAX_RECIPIENTS);
        assert_eq!(Recipients::parse(&list).expect("fits").as_slice().len(), 50);
        assert_eq!(
            Recipients::parse(&numbered(51)),
            Err(RecipientsError::TooMany)
        );
        let repeated = [list.clone(), list].concat();
        assert_eq!(
            Recipients::parse(&repeated).expect("fits").as_slice().len(),
            50
        );
    }

    #[test]
    fn every_entry_at_fault_is_named_by_its_place() {
        let list = ["ada@example.org", "ada", "b@c.example", "@example.org"];
        let faults = vec![(1, AddressError::NoAt), (3, AddressError::Local)];
        assert_eq!(
            Recipients::parse(&list),
            Err(RecipientsError::Malformed(faults))
        );
        assert_eq!(Recipients::parse::<&str>(&[]), Err(RecipientsError::Empty));
    }

    proptest! {
        #[test]
        fn repeating_and_respelling_changes_nothing(names in prop::collection::vec("[a-d]{1,2}", 1..40)) {
            let list: Vec<String> = names.iter().map(|name| format!("{name}@example.org")).collect();
            let loud: Vec<String> = list.iter().map(|text| format!(" {} ", text.to_uppercase())).collect();
            let once = Recipients::parse(&list).expect("addresses");
            let again = Recipients::parse(&[list.clone(), loud].concat()).expect("addresses");
            prop_assert_eq!(&once, &again);
            let keys: HashSet<String> = once.as_slice().iter().map(Address::key).collect();
            prop_assert_eq!(keys.len(), once.as_slice().len());
            prop_assert_eq!(keys, list.into_iter().collect::<HashSet<_>>());
        }
    }
}
