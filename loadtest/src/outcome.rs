//! What a run has seen.

use serde::{Deserialize, Serialize};

use crate::distribution::Distribution;
use crate::plan::{Check, Schedule, Shape};

/// What a run has seen. Everything is of the measured time alone: the warm-up counts nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What was asked for.
    pub plan: PlanSummary,
    /// When the measurement began, RFC 3339.
    pub started_at: String,
    /// How long was measured, the wait for the last answers not included.
    pub measured_s: f64,
    /// Calls and what became of them.
    pub calls: Calls,
    /// Rates.
    pub rates: Rates,
    /// From the instant at which a call was due to the end of its answer, of calls with every outcome. In a closed loop a
    /// call is due when it is sent.
    pub latency: Distribution,
    /// From the instant at which a call was sent to the end of its answer.
    pub service: Distribution,
    /// From the instant at which a call was due, and a stream free for it, to that at which it was sent: how late the
    /// generator itself was. Empty in a closed loop.
    pub send_lag: Distribution,
    /// Of the calls that found all streams busy: from the instant at which they were due to that at which a stream became free.
    pub stream_wait: Distribution,
    /// What went wrong, by code and reason, most frequent first.
    pub errors: Vec<ErrorCount>,
    /// What was seen, second by second.
    pub series: Vec<Second>,
    /// What was seen, step by step; empty unless the schedule has steps.
    pub steps: Vec<StepOutcome>,
    /// What became of the saves.
    pub saves: Option<SavesOutcome>,
    /// What the check of answers found.
    pub check: Option<CheckOutcome>,
    /// Bytes of messages.
    pub traffic: Traffic,
    /// Whether the generator was the bottleneck, and on what grounds it is believed.
    pub generator: Generator,
    /// The server's processor time.
    pub server_cpu: Option<ServerCpu>,
}

/// What was asked for, without the requests themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanSummary {
    /// Whom was called.
    pub target: String,
    /// When calls were due.
    pub schedule: Schedule,
    /// Which call was made.
    pub shape: Shape,
    /// Connections.
    pub connections: usize,
    /// Streams of each.
    pub streams: usize,
    /// Threads that generated load.
    pub threads: usize,
    /// How long was to be measured.
    pub duration_s: f64,
    /// The warm-up before.
    pub warmup_s: f64,
    /// Bound on the calls.
    pub calls_max: Option<u64>,
    /// Saves a second.
    pub saves_per_s: Option<f64>,
    /// The check of answers.
    pub check: Option<Check>,
    /// The seed.
    pub seed: u64,
    /// The parts of the mix.
    pub mix: Vec<PartSummary>,
}

/// A part of the mix, without its requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartSummary {
    /// Its name.
    pub name: String,
    /// Its weight.
    pub weight: u32,
    /// How many different requests it has.
    pub requests: usize,
    /// Bytes of a request on average.
    pub request_bytes_mean: f64,
}

/// Calls and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Due in the measured time. In a closed loop as many as were sent.
    pub due: u64,
    /// Of those due, sent.
    pub sent: u64,
    /// Of those due, answered, with an error or without.
    pub answered: u64,
    /// Of those answered, with an error. A batch with an error on one of its changes counts once.
    pub failed: u64,
    /// Of those due, without an answer at the end of the drain, sent or not.
    pub unanswered: u64,
    /// Answered within the measured time, whenever they were due: what the rates and the server's time per call are of.
    pub answered_within: u64,
    /// Of those due, how many found all streams busy.
    pub waited_for_stream: u64,
}

/// Rates over the measured time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Calls due a second; `None` in a closed loop.
    pub intended_calls_per_s: Option<f64>,
    /// Calls answered a second.
    pub achieved_calls_per_s: f64,
    /// Changes decided a second.
    pub achieved_decisions_per_s: f64,
}

/// How often something went wrong in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCount {
    /// The gRPC code, such as `NOT_FOUND`.
    pub code: String,
    /// The reason of the `ErrorInfo`, such as `ACCOUNT_NOT_FOUND`; empty if there was none.
    pub reason: String,
    /// How often. Each change of a batch counts.
    pub count: u64,
    /// What the first of them said.
    pub message: String,
}

/// One second of the measured time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Second {
    /// Seconds since the measurement began, at the end of this one.
    pub end_s: f64,
    /// Calls that were answered in it.
    pub answered: u64,
    /// Of those, with an error.
    pub failed: u64,
    /// Their latencies.
    pub p50_us: f64,
    /// The same.
    pub p99_us: f64,
    /// The same.
    pub p99_9_us: f64,
    /// The same.
    pub max_us: f64,
}

/// One step of an open loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// Calls a second that were asked for.
    pub intended_calls_per_s: f64,
    /// How long it lasted.
    pub duration_s: f64,
    /// Calls due in it.
    pub due: u64,
    /// Calls answered while it lasted, whenever they were due, a second.
    pub achieved_calls_per_s: f64,
    /// Latencies of the calls due in it.
    pub latency: Distribution,
}

/// What became of the saves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavesOutcome {
    /// Saves a second that were asked for.
    pub intended_saves_per_s: f64,
    /// Saves that were acknowledged, a second.
    pub achieved_saves_per_s: f64,
    /// From the instant at which a save was due to its acknowledgement.
    pub acknowledged: Distribution,
    /// From the instant at which a save was due to the first answer that was decided by it, which is asked for once the save is
    /// acknowledged.
    pub effect: Distribution,
    /// What went wrong.
    pub errors: Vec<ErrorCount>,
}

/// What the check of answers found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// Answers that were checked.
    pub checked: u64,
    /// Those that were wrong.
    pub wrong: u64,
    /// What was wrong with the first of them.
    pub first_wrong: Option<String>,
}

/// Bytes of messages that went to and fro for the calls answered within the measured time, without the transport's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Requests.
    pub sent_bytes: u64,
    /// Answers.
    pub received_bytes: u64,
}

/// Whether the generator was the bottleneck.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generator {
    /// The conclusion.
    pub verdict: Verdict,
    /// What it rests on, a sentence each.
    pub grounds: Vec<String>,
    /// The threads.
    pub threads: Vec<ThreadCpu>,
    /// Processor time of the generator's threads for each call.
    pub cpu_us_per_call: f64,
    /// What the generator did at most, if that was measured.
    pub floor: Option<Floor>,
}

/// Whether the generator was the bottleneck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The figures are the server's.
    NotTheBottleneck,
    /// The generator may have had a part in the figures.
    Doubtful,
    /// The figures are the generator's own.
    Bottleneck,
}

/// What a thread of the generator did in the measured time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadCpu {
    /// Share of the time in which it ran, 0 to 1.
    pub utilisation: f64,
    /// Share of the time in which it could have run, but another thread had the processor; `None` if the system does not
    /// say.
    pub runnable_waiting: Option<f64>,
}

/// What the generator does at most with the same shape, in a closed loop against an answer that costs next to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Floor {
    /// Calls a second that were answered.
    pub calls_per_s: f64,
    /// Processor time of the generator's threads for each call.
    pub cpu_us_per_call: f64,
    /// Half of the calls took at most so long.
    pub service_us_p50: f64,
}

/// The server's processor time over the measured time, from `/proc/<pid>/stat`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerCpu {
    /// Seconds in the server's own code.
    pub user_s: f64,
    /// Seconds in the system on its behalf.
    pub system_s: f64,
    /// Processors that it kept busy on average.
    pub processors: f64,
    /// Time for each call answered within the measured time, its saves included.
    pub cpu_us_per_call: f64,
    /// Time for each change.
    pub cpu_us_per_decision: f64,
    /// The smallest difference that the system tells, as a share of the whole.
    pub resolution: f64,
}
