//! Puts a running service under load, and tells what it saw.
//!
//! Calls are made when they are *due*, whether earlier ones have been answered or not, and a call's latency counts from the
//! instant at which it was due. A generator that waits for answers instead leaves out the very calls that a slow server
//! would have kept waiting ("coordinated omission", Gil Tene, *How NOT to Measure Latency*, 2013).
//!
//! A [`Plan`] says what is to be done, [`run`] does it, and an [`Outcome`] tells what was seen, together with the grounds on
//! which the generator is believed not to have been the bottleneck itself. [`report`] makes a capacity report of many runs.

mod access;
mod cpu;
mod distribution;
mod error;
mod feed;
mod floor;
mod ghz;
mod mix;
mod outcome;
mod pace;
mod plan;
mod record;
pub mod report;
mod run;
mod saves;
mod schedule;
pub mod service;
mod verdict;
mod wire;
mod worker;

pub use access::{Access, AccessFiles};
pub use distribution::{Distribution, HistogramError, Percentile};
pub use error::LoadError;
pub use ghz::{GhzBucket, GhzReport, read_ghz};
pub use mix::{Account, Generated, Mix, Part, read_requests};
pub use outcome::{
    Calls, CheckOutcome, ErrorCount, Floor, Generator, Outcome, PartSummary, PlanSummary, Rates,
    SavesOutcome, Second, ServerCpu, StepOutcome, ThreadCpu, Traffic, Verdict,
};
pub use plan::{
    Arrivals, BATCH_MAX, CALLS_PER_S_MAX, CONNECTIONS_MAX, Check, DURATION_MAX, Plan, STEPS_MAX, STREAMS_MAX,
    SavedWorkflow, Saves, Schedule, Shape, Step, Target,
};
pub use run::{Phase, Progress, run};
