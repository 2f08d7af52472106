//! Growth analytics.

mod brute_force;
mod cohorts;
mod examples;
mod oracle;
mod tables;
mod verified;
mod worked_example;
