//! `DecisionService` as clients see it: over a connection, from accounts and workflows that were saved.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which fail by panicking")]

mod batch;
mod chain;
mod explain;
mod harness;
mod revision;
mod stream;
mod unary;
