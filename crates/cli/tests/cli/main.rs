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
mod identity;
mod inspect;
mod maintenance;
mod mistakes;
mod serve;
mod server;
mod shell;
mod test;
