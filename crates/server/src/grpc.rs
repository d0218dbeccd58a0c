//! Handlers: each names the steps from a request to its answer.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod call;
pub(crate) mod decision;
mod fields;
pub(crate) mod key;
mod mask;
pub(crate) mod observation;
mod page;
pub(crate) mod refusal;
mod wire;
pub(crate) mod workflow;
