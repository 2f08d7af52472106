//! The Merkle tree of RFC 6962, section 2.1, kept as its right edge: 64 hashes at most, however long the trail is.
//!
//! Every perfect subtree is completed by one leaf, and its hash is stored with that leaf. So the tree of any size, and
//! any proof, is read from a handful of rows, and nothing stored ever changes.

use sha2::{Digest, Sha256};

use super::Hash;

/// The hash of two children (RFC 6962: SHA-256 of 0x01 and both).
#[must_use]
pub fn hash_children(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// A perfect subtree: the `index`-th of `2^level` leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// 0 is a leaf.
    pub level: u32,
    /// From the left, from 0.
    pub index: u64,
}

impl Node {
    /// The leaf that completes it, and so the row that holds its hash.
    #[must_use]
    pub fn completed_by(self) -> u64 {
        ((self.index + 1) << self.level) - 1
    }

    /// The perfect subtrees that make up the leaves from `from` to before `to`, from the left. `from` has to be a
    /// multiple of the largest power of two that fits, as in every range that RFC 6962 asks for.
    #[must_use]
    pub fn covering(from: u64, to: u64) -> Vec<Self> {
        let mut nodes = Vec::new();
        let mut from = from;
        while from < to {
            let level = (to - from).ilog2();
            nodes.push(Self {
                level,
                index: from >> level,
            });
            from += 1 << level;
        }
        nodes
    }
}

/// The hash of neighbouring perfect subtrees, largest first.
pub(super) fn fold(peaks: &[Hash]) -> Hash {
    let mut from_the_right = peaks.iter().rev();
    match from_the_right.next() {
        None => Sha256::digest([]).into(),
        Some(last) => from_the_right.fold(*last, |right, left| hash_children(left, &right)),
    }
}

/// A tree that grows: its size and the perfect subtrees it is made of, from the left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree of this size, from the hashes of [`Frontier::nodes`]; `None` when that is another number of them.
    #[must_use]
    pub fn new(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// The perfect subtrees a tree of this size is made of, from the left.
    #[must_use]
    pub fn nodes(size: u64) -> Vec<Node> {
        Node::covering(0, size)
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Hashes of the perfect subtrees, from the left.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf and answers the hashes of the perfect subtrees that it completes, from level 1 up.
    pub fn push(&mut self, leaf: Hash) -> Vec<Hash> {
        let mut completed = Vec::with_capacity(self.size.trailing_ones() as usize);
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            node = hash_children(&left, &node);
            completed.push(node);
        }
        self.peaks.push(node);
        self.size += 1;
        completed
    }

    /// The Merkle tree hash.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.peaks)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    use super::*;

    /// The leaves with which Certificate Transparency's own implementations are tested.
    pub const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    /// Their roots, of sizes 1 to 8.
    pub const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    pub fn hash_leaf(data: &[u8]) -> Hash {
        Sha256::new()
            .chain_update([0])
            .chain_update(data)
            .finalize()
            .into()
    }

    pub fn known_leaves() -> Vec<Hash> {
        let hash = |text: &&str| hash_leaf(&hex::decode(text).unwrap());
        LEAVES.iter().map(hash).collect()
    }

    /// MTH as RFC 6962 defines it.
    pub fn merkle_tree_hash(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => *leaf,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(k);
                hash_children(&merkle_tree_hash(left), &merkle_tree_hash(right))
            }
        }
    }

    pub fn numbered(count: u64) -> Vec<Hash> {
        (0..count).map(|n| hash_leaf(&n.to_be_bytes())).collect()
    }

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let mut tree = Frontier::default();
        assert_eq!(
            hex::encode(tree.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for (leaf, root) in known_leaves().into_iter().zip(ROOTS) {
            tree.push(leaf);
            assert_eq!(hex::encode(tree.root()), root);
        }
    }

    #[test]
    fn every_stored_subtree_is_found_where_it_was_completed() {
        let leaves = numbered(70);
        let mut tree = Frontier::default();
        let mut stored = Vec::new();
        for leaf in &leaves {
            stored.push(tree.push(*leaf));
        }
        for size in 0..=70_u64 {
            let peaks: Vec<Hash> = Frontier::nodes(size)
                .into_iter()
                .map(|node| match node.level {
                    0 => leaves[node.index as usize],
                    level => stored[node.completed_by() as usize][level as usize - 1],
                })
                .collect();
            let read = Frontier::new(size, peaks).unwrap();
            assert_eq!(read.root(), merkle_tree_hash(&leaves[..size as usize]));
        }
    }

    #[test]
    fn a_tree_of_another_number_of_subtrees_is_refused() {
        assert!(Frontier::new(3, vec![[0; 32]]).is_none());
        assert!(Frontier::new(0, Vec::new()).is_some());
    }

    proptest! {
        #[test]
        fn growing_equals_the_definition_and_another_implementation(count in 0_u64..300) {
            let mut tree = Frontier::default();
            let mut other = MemoryBackedTree::<Sha256, [u8; 8]>::new();
            for number in 0..count {
                tree.push(hash_leaf(&number.to_be_bytes()));
                other.push(number.to_be_bytes());
            }
            prop_assert_eq!(tree.root(), merkle_tree_hash(&numbered(count)));
            let other = other.root();
            prop_assert_eq!(&tree.root()[..], &other.as_bytes()[..]);
        }
    }
}
