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
mod explain;
mod history;
mod identity;
mod import;
mod inspect;
mod maintenance;
mod mistakes;
mod plan;
mod schema;
mod serve;
mod server;
mod shell;
mod simulate;
mod test;
mod update;
