//! What a report holds: all that was measured, and what was made of it. Its JSON is the report for machines.
//!
//! Times are in µs unless a name says otherwise, rates per second, sizes in bytes.

use serde::{Deserialize, Serialize};

use super::knee::Knee;
use super::least_squares::LinearFit;
use super::planner::Answer;
use super::statistics::Spread;
use super::usl::UslFit;
use crate::GhzReport;

/// The version of this form. It grows when a field changes its meaning or goes.
pub const FORMAT: u32 = 1;

/// A whole report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// How and when it was made.
    pub run: Run,
    /// What it was made on.
    pub machine: Machine,
    /// What was decided.
    pub workload: Workload,
    /// What can be answered at most.
    pub ceiling: Part<Ceiling>,
    /// Latency at rates, in open loop.
    pub latency: Part<LatencyCurve>,
    /// Throughput over the number of connections.
    pub connections: Part<Scaling>,
    /// Throughput over the number of threads.
    pub threads: Part<Scaling>,
    /// What a call costs, by what is in it.
    pub cost: Part<CostModel>,
    /// Memory, build time and start-up.
    pub memory: Part<Memory>,
    /// Writes, and reads beside them.
    pub writes: Part<Writes>,
    /// What the same costs without what Tamis does, and by plainer means.
    pub baselines: Part<Vec<Baseline>>,
    /// Runs of ghz, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ghz: Vec<GhzReport>,
    /// How many nodes.
    pub plan: Part<Plan>,
    /// Every run of load, in order: the raw data.
    pub points: Vec<Point>,
}

/// A part of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<T> {
    /// It was measured.
    Measured(T),
    /// It was not, for this reason.
    Missing(String),
}

impl<T> Part<T> {
    /// What was measured, if it was.
    pub fn measured(&self) -> Option<&T> {
        match self {
            Self::Measured(part) => Some(part),
            Self::Missing(_) => None,
        }
    }
}

/// How and when the report was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// When it began, in RFC 3339.
    pub started_at: String,
    /// How long it took, in seconds.
    pub duration_s: f64,
    /// The command line.
    pub command: String,
    /// The version of `tamis`.
    pub version: String,
    /// The commit, and how it is known; absent if it is not.
    pub commit: Option<String>,
    /// Whether the build is optimised.
    pub optimised: bool,
    /// Such as `quick` or `full`.
    pub extent: String,
    /// What everything random was made from.
    pub seed: u64,
    /// Other settings, by name.
    pub settings: Vec<(String, String)>,
}

/// What the report was made on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Facts by name, such as `processor`, in the order in which they are shown.
    pub facts: Vec<(String, String)>,
    /// What makes figures of this machine less certain.
    pub caveats: Vec<String>,
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// Where the workflows came from.
    pub workflows_from: String,
    /// The account.
    pub account_id: String,
    /// How many workflows.
    pub workflows: usize,
    /// How many conditions they have.
    pub conditions: usize,
    /// How many phrases.
    pub phrases: usize,
    /// Where the requests came from.
    pub requests_from: String,
    /// How many different ones.
    pub requests: usize,
    /// Bytes of their texts, the median.
    pub text_bytes_median: f64,
    /// Bytes of a request on the wire, the mean.
    pub request_bytes_mean: f64,
    /// Bytes of an answer on the wire, the mean.
    pub response_bytes_mean: f64,
    /// Workflows that match, the mean.
    pub matches_mean: f64,
}

/// One run of load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Its name, unique in the report.
    pub id: String,
    /// What was served, such as `tamis` or `empty call, tonic's defaults`.
    pub server: String,
    /// Threads of the server that decide.
    pub threads: usize,
    /// How it was asked.
    pub load: Load,
    /// How long it was measured, in seconds, after the warm-up.
    pub duration_s: f64,
    /// Calls that were answered.
    pub calls: u64,
    /// Calls that failed.
    pub errors: u64,
    /// Due per second in open loop, which at random instants is the rate that was aimed at but for chance; absent in closed
    /// loop.
    pub due_per_s: Option<f64>,
    /// Answered per second.
    pub rate_per_s: f64,
    /// From the scheduled time in open loop, from the sending in closed loop.
    pub latency: Latency,
    /// Processor time of the server per call, in µs, all threads; absent where the system does not tell.
    pub server_cpu_us: Option<f64>,
    /// Processors that the server kept busy.
    pub server_cpus: Option<f64>,
    /// Processors that the generator kept busy.
    pub generator_cpus: Option<f64>,
    /// Why the generator may have been the bottleneck; empty if nothing says so.
    pub generator_doubts: Vec<String>,
}

/// How a server was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The rate that was aimed at in open loop, per second; absent in closed loop.
    pub target_per_s: Option<f64>,
    /// Connections.
    pub connections: usize,
    /// Calls under way on each connection, at most.
    pub streams: usize,
    /// What was called, such as `Evaluate`.
    pub call: String,
}

/// A distribution of latency, in µs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// How many values.
    pub n: u64,
    /// Mean.
    pub mean_us: f64,
    /// Median.
    pub p50_us: f64,
    /// 90th percentile.
    pub p90_us: f64,
    /// 99th percentile.
    pub p99_us: f64,
    /// 99.9th percentile.
    pub p999_us: f64,
    /// The greatest.
    pub max_us: f64,
}

/// What can be answered at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    /// Connections at which the most was answered.
    pub connections: usize,
    /// Calls under way on each of them.
    pub streams: usize,
    /// Answered per second, over the repeats.
    pub rate_per_s: Spread,
    /// Processor time of the server per call, in µs, over the repeats.
    pub server_cpu_us: Option<Spread>,
    /// Processors that the server kept busy, the mean of the repeats.
    pub server_cpus: Option<f64>,
    /// Processors that the generator kept busy, likewise.
    pub generator_cpus: Option<f64>,
    /// Names of the points.
    pub points: Vec<String>,
}

/// Latency at one rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Share of the ceiling that was aimed at.
    pub share: f64,
    /// The rate that was aimed at, per second.
    pub target_per_s: f64,
    /// The median of the repeats, but for the greatest, which is that of all.
    pub latency: Latency,
    /// The 99th percentile, over the repeats, in µs.
    pub p99_us: Spread,
    /// Answered per second, the mean of the repeats.
    pub rate_per_s: f64,
    /// Whether every repeat kept the rate up without an error.
    pub kept_up: bool,
    /// Names of the points.
    pub points: Vec<String>,
}

/// Latency over rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatencyCurve {
    /// By rate.
    pub levels: Vec<Level>,
    /// Where the 99th percentile turns up.
    pub knee: Option<Knee>,
}

/// Throughput over something that there is more or less of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Of what there were N, such as `connections`.
    pub of: String,
    /// N and the rate per second, one for each run.
    pub points: Vec<(f64, f64)>,
    /// The law that was fitted; absent if it means nothing for these points.
    pub fit: Option<UslFit>,
    /// Why it was not fitted, or what else keeps it from being taken at its word.
    pub caveats: Vec<String>,
}

/// What a call costs, by what is in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostModel {
    /// What was measured.
    pub rows: Vec<CostRow>,
    /// The fit, with columns `transport`, `workflows`, `text_bytes`, `matches`, in µs.
    pub fit: Option<LinearFit>,
    /// What keeps the fit from being taken at its word, or why there is none.
    pub caveats: Vec<String>,
}

/// One cell of the cost model's matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostRow {
    /// Workflows of the account.
    pub workflows: f64,
    /// Bytes of text in a request, the mean.
    pub text_bytes: f64,
    /// Workflows that match, the mean.
    pub matches: f64,
    /// Processor time of the server per call, in µs.
    pub server_cpu_us: f64,
    /// Name of the point.
    pub point: String,
}

/// Memory, build time and start-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Indexes that were built.
    pub indexes: Vec<IndexRow>,
    /// The index's bytes, with columns `account`, `workflows`, `phrases`.
    pub index_fit: Option<LinearFit>,
    /// Processes that were started.
    pub processes: Vec<ProcessRow>,
    /// The process's resident bytes, with columns `process`, `accounts`, `workflows`.
    pub process_fit: Option<LinearFit>,
    /// What keeps the fits from being taken at their word, or why there are none.
    pub caveats: Vec<String>,
}

/// One index that was built.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexRow {
    /// Its workflows.
    pub workflows: usize,
    /// Their phrases.
    pub phrases: usize,
    /// Bytes of the index, definitions apart.
    pub index_bytes: usize,
    /// Time to build it, in µs, over the repeats.
    pub build_us: Spread,
}

/// One process that was started on a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessRow {
    /// Accounts in its store.
    pub accounts: usize,
    /// Workflows of all of them.
    pub workflows: usize,
    /// Resident bytes once it serves.
    pub resident_bytes: u64,
    /// From the start of the process until it serves, in ms, over the repeats.
    pub start_ms: Spread,
    /// Bytes of the store's file.
    pub store_bytes: u64,
}

/// Writes, and reads beside them, by size of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Writes {
    /// What the store's file lies on, such as `ext4`.
    pub store_on: String,
    /// By size.
    pub sizes: Vec<WritesAt>,
}

/// Writes, and reads beside them, of an account of one size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WritesAt {
    /// Its workflows.
    pub workflows: usize,
    /// The rate at which changes were decided meanwhile, per second.
    pub rate_per_s: f64,
    /// From the instant at which a save is due until it is acknowledged, in µs; absent if no save was due.
    pub save: Option<Latency>,
    /// From that instant until an answer that was decided by it has arrived, in µs; absent likewise.
    pub effect: Option<Latency>,
    /// Reads beside nothing else, and beside each kind of write.
    pub beside: Vec<Beside>,
}

/// Reads beside something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// Beside what, such as `saves`.
    pub what: String,
    /// How many of them were done meanwhile.
    pub done: u64,
    /// How long each took, in µs.
    pub took: Option<Latency>,
    /// Latency of the reads, the median of the repeats.
    pub reads: Latency,
    /// The 99th percentile of the reads, over the repeats, in µs.
    pub reads_p99_us: Spread,
    /// Names of the points.
    pub points: Vec<String>,
}

/// What something else costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// What it is.
    pub name: String,
    /// How it was measured.
    pub how: String,
    /// Processor time per call, in µs.
    pub cpu_us: f64,
    /// How many calls.
    pub n: u64,
    /// Name of the point; absent where there was no server.
    pub point: Option<String>,
}

/// How many nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The answer to what the user asked.
    pub asked: Option<Answer>,
    /// Answers to a table of rates and limits, by rate, then by limit.
    pub table: Vec<Answer>,
    /// Repeats of each rate that the intervals rest on.
    pub repeats: usize,
    /// What is taken for granted.
    pub assumptions: Vec<String>,
}
