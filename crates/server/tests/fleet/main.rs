//! Several services on one database: what they tell each other, and what they do while it is away.
//!
//! Everything here runs PostgreSQL in a folder of its own, by the programs in the folder that `TAMIS_TEST_POSTGRES_BIN`
//! names, such as `/usr/lib/postgresql/15/bin`; started by root, it is run as the user `postgres`, because it refuses root.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

mod backup;
mod cluster;
mod figures;
#[path = "../management/harness.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod harness;
mod keys;
mod outage;
mod replica;
mod replicas;
mod sharing;
