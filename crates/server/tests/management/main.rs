//! The service as clients see it: over gRPC on a loopback port, with a store of its own.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod analysis;
#[cfg(test)]
mod decision_log;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod history;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod import;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod observation;
#[cfg(test)]
mod observing;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod rendering;
#[cfg(test)]
mod runtimes;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod simulating;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod workflows;
