//! What somebody with all of the trail and none of the secrets can do best: write its hashes anew, all of them right.

use viral_engine_domain::audit::{Entry, Hash, Leaf, next_in_chain};

/// A leaf whose hashes are written anew.
pub struct Forged {
    pub leaf: Leaf,
    pub chain_hash: Hash,
}

/// Chains leaves anew behind `chain`, each with its entry unless that is gone.
pub fn chain_anew<'a>(
    chain: Hash,
    leaves: impl IntoIterator<Item = (Leaf, Option<Entry<'a>>)>,
) -> Vec<Forged> {
    let mut chain = chain;
    let one = |(leaf, entry): (Leaf, Option<Entry<'_>>)| {
        let hash = entry.map(|entry| entry.hash().expect("an entry"));
        let leaf = Leaf {
            entry_hash: hash.unwrap_or(leaf.entry_hash),
            ..leaf
        };
        chain = next_in_chain(&chain, &leaf.hash());
        Forged {
            leaf,
            chain_hash: chain,
        }
    };
    leaves.into_iter().map(one).collect()
}
