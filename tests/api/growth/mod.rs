//! Growth analytics.

mod brute_force;
mod cohorts;
mod examples;
mod oracle;
mod tables;
mod worked_example;
