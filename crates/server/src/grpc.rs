//! Handlers: each names the steps from a request to its answer.

pub(crate) mod account;
pub(crate) mod call;
pub(crate) mod decision;
mod fields;
mod mask;
mod page;
pub(crate) mod refusal;
mod wire;
pub(crate) mod workflow;
