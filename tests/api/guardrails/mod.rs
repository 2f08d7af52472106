//! The guardrails: they agree with a plain count of everything stored, hold every acknowledged write, and mean what
//! they say.

mod brute_force;
mod examples;
mod freshness;
mod health;
mod oracle;
mod reached;
mod world;
