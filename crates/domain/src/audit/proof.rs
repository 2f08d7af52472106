//! Proofs of RFC 6962, section 2.1: that an entry is in a tree, and that a tree is the beginning of a later one.
//!
//! A proof is planned before anything is read: the plan names the stored subtrees that each of its hashes is made of.

use super::Hash;
use super::tree::{Node, fold, hash_children};

/// The subtrees that the hashes of a proof are made of, a group a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofPlan(Vec<Vec<Node>>);

impl ProofPlan {
    /// Every subtree whose hash is needed.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.0.iter().flatten().copied()
    }

    /// The proof, given the hashes; `None` when one is not known.
    pub fn assemble(&self, hash: impl Fn(Node) -> Option<Hash>) -> Option<Vec<Hash>> {
        let group = |nodes: &Vec<Node>| {
            let hashes: Option<Vec<Hash>> = nodes.iter().map(|node| hash(*node)).collect();
            Some(fold(&hashes?))
        };
        self.0.iter().map(group).collect()
    }
}

/// The proof that the leaf `index` is in the tree of `size`; `None` when it is not.
#[must_use]
pub fn plan_inclusion(index: u64, size: u64) -> Option<ProofPlan> {
    let mut groups = Vec::new();
    let (mut from, mut to) = (0, size);
    (index < size).then(|| {
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                groups.push(Node::covering(middle, to));
                to = middle;
            } else {
                groups.push(Node::covering(from, middle));
                from = middle;
            }
        }
        groups.reverse();
        ProofPlan(groups)
    })
}

/// The proof that the tree of size `old` is the beginning of that of size `new`; `None` when it can not be.
#[must_use]
pub fn plan_consistency(old: u64, new: u64) -> Option<ProofPlan> {
    if old == 0 || old > new {
        return None;
    }
    let mut groups = Vec::new();
    let (mut from, mut to) = (0, new);
    while old < to {
        let middle = from + split(to - from);
        if old <= middle {
            groups.push(Node::covering(middle, to));
            to = middle;
        } else {
            groups.push(Node::covering(from, middle));
            from = middle;
        }
    }
    // A subtree that is the whole old tree is known to whoever checks.
    if from > 0 {
        groups.push(Node::covering(from, to));
    }
    groups.reverse();
    Some(ProofPlan(groups))
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Whether `proof` shows that `leaf` is the `index`-th of the tree with this size and root (RFC 9162, 2.1.3.2).
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = hash_children(step, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = hash_children(&hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree `old` (size, root) is the beginning of `new` (RFC 9162, 2.1.4.2).
#[must_use]
pub fn verify_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size == new_size {
        return old_root == new_root && proof.is_empty();
    }
    if old_size == 0 || old_size > new_size {
        return false;
    }
    let mut steps = proof.iter();
    let first = match old_size.is_power_of_two() {
        true => Some(old_root),
        false => steps.next(),
    };
    let Some(first) = first else { return false };
    let skipped = (old_size - 1).trailing_ones();
    let (mut at, mut last) = ((old_size - 1) >> skipped, (new_size - 1) >> skipped);
    let (mut old_hash, mut new_hash) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = hash_children(step, &old_hash);
            new_hash = hash_children(step, &new_hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = hash_children(&new_hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::super::tree::tests::{known_leaves, merkle_tree_hash, numbered};
    use super::*;

    fn prove(plan: &ProofPlan, leaves: &[Hash]) -> Vec<Hash> {
        let hash = |node: Node| {
            let from = (node.index << node.level) as usize;
            leaves
                .get(from..from + (1 << node.level))
                .map(merkle_tree_hash)
        };
        plan.assemble(hash).unwrap()
    }

    fn inclusion(index: u64, leaves: &[Hash]) -> Vec<Hash> {
        let plan = plan_inclusion(index, leaves.len() as u64).unwrap();
        prove(&plan, leaves)
    }

    fn consistency(old: u64, leaves: &[Hash]) -> Vec<Hash> {
        let plan = plan_consistency(old, leaves.len() as u64).unwrap();
        prove(&plan, leaves)
    }

    fn hex_of(proof: &[Hash]) -> Vec<String> {
        proof.iter().map(hex::encode).collect()
    }

    #[test]
    fn proofs_are_those_of_certificate_transparency() {
        let leaves = known_leaves();
        assert_eq!(
            hex_of(&inclusion(0, &leaves)),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        );
        assert_eq!(
            hex_of(&inclusion(1, &leaves[..5])),
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
        assert_eq!(
            hex_of(&consistency(6, &leaves)),
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(
            hex_of(&consistency(2, &leaves[..5])),
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
    }

    #[test]
    fn every_proof_up_to_forty_leaves_equals_another_implementation_and_holds() {
        let leaves = numbered(40);
        let mut tree = MemoryBackedTree::<Sha256, [u8; 8]>::new();
        for size in 1..=40_u64 {
            tree.push((size - 1).to_be_bytes());
            let known = &leaves[..size as usize];
            let root = merkle_tree_hash(known);
            for index in 0..size {
                let proof = inclusion(index, known);
                assert_eq!(
                    proof.concat(),
                    tree.prove_inclusion(index as usize).as_bytes()
                );
                let leaf = &leaves[index as usize];
                assert!(verify_inclusion(leaf, index, size, &root, &proof));
            }
            for old in 1..=size {
                let proof = consistency(old, known);
                let other = tree.prove_consistency((size - old) as usize);
                assert_eq!(proof.concat(), other.as_bytes(), "{old} of {size}");
                let old_root = merkle_tree_hash(&leaves[..old as usize]);
                assert!(verify_consistency((old, &old_root), (size, &root), &proof));
            }
        }
    }

    #[test]
    fn what_is_not_in_a_tree_has_no_proof() {
        assert!(plan_inclusion(5, 5).is_none());
        assert!(plan_consistency(0, 5).is_none());
        assert!(plan_consistency(6, 5).is_none());
    }

    proptest! {
        #[test]
        fn a_proof_holds_for_nothing_else(
            size in 2_u64..80,
            pick in any::<prop::sample::Index>(),
            place in any::<prop::sample::Index>(),
        ) {
            let leaves = numbered(size);
            let root = merkle_tree_hash(&leaves);
            let index = pick.index(size as usize) as u64;
            let leaf = leaves[index as usize];
            let proof = inclusion(index, &leaves);
            let other = (index + 1) % size;
            prop_assert!(!verify_inclusion(&leaves[other as usize], index, size, &root, &proof));
            prop_assert!(!verify_inclusion(&leaf, other, size, &root, &proof));
            let mut broken = proof.clone();
            broken[place.index(proof.len())][0] ^= 1;
            prop_assert!(!verify_inclusion(&leaf, index, size, &root, &broken));
            prop_assert!(!verify_inclusion(&leaf, index, size, &root, &proof[1..]));

            let old = index + 1;
            let old_root = merkle_tree_hash(&leaves[..old as usize]);
            let mut forged = old_root;
            forged[0] ^= 1;
            let proof = consistency(old, &leaves);
            prop_assert!(!verify_consistency((old, &forged), (size, &root), &proof));
            prop_assert!(!verify_consistency((old, &old_root), (size, &forged), &proof));
            if !proof.is_empty() {
                let mut broken = proof.clone();
                broken[place.index(proof.len())][31] ^= 1;
                prop_assert!(!verify_consistency((old, &old_root), (size, &root), &broken));
            }
        }
    }
}
