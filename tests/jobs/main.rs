//! The job engine on a real PostgreSQL: rows, workers and schedules. Killed processes are in `crates/bench/tests`.

mod claims;
mod enqueue;
mod life;
mod schedules;
mod subjects;
mod worker;
mod world;
