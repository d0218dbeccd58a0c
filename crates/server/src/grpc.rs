//! Handlers: each names the steps from a request to its answer.

pub(crate) mod account;
pub(crate) mod decision;
mod fields;
mod mask;
mod page;
mod wire;
pub(crate) mod workflow;
