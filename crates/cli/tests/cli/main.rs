//! The binary from outside: what it answers, how it ends, and what it refuses.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod apply;
mod baseline;
mod capacity;
mod check;
mod crash;
mod evaluate;
mod history;
mod identity;
mod import;
mod inspect;
mod maintenance;
mod plan;
mod schema;
mod serve;
mod serve;
mod server;
mod server;
mod simulate;
mod update;
