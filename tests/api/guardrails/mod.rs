//! The guardrails: they agree with a plain count of everything stored, hold every acknowledged write, and mean what
//! they say.

mod brute_force;
mod oracle;
mod world;
