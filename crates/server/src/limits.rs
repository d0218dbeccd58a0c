//! Bounds on calls, with their reasons. Those on definitions and requests are the engine's: [`tamis_engine::limits`].

use std::time::Duration;

/// Changes of one batch: enough to spread the cost of a call, few enough to answer within a deadline of a second.
pub(crate) const BATCH_REQUESTS_MAX: usize = 1_000;
/// Bytes of the answers of one batch: what gRPC clients take in one message unless told otherwise. A thousand changes
/// could match templates of gigabytes.
pub(crate) const BATCH_RESPONSE_BYTES_MAX: usize = 4_194_304;
/// Changes of one batch that a thread decides before it looks at its other calls: they wait some tens of microseconds.
pub(crate) const BATCH_REQUESTS_IN_ONE_GO: usize = 8;
/// The fewest changes of a batch that are handed to another thread: deciding them takes longer than waking it.
pub(crate) const BATCH_PART_REQUESTS_MIN: usize = 64;
/// How long a call without a deadline of its own, or one change of a stream, waits for `min_revision`: many times what a
/// write takes to reach every replica, and still no reason for a proxy to give up.
pub(crate) const REVISION_WAIT_MAX: Duration = Duration::from_secs(5);
/// The longest deadline that is taken as it is; it bounds arithmetic, not patience.
pub(crate) const DEADLINE_MAX: Duration = Duration::from_secs(86_400);
/// The part of a deadline, as a divisor, that is kept to send the answer in; a transport that reaches the deadline first
/// answers without a reason.
pub(crate) const DEADLINE_RESERVE: u32 = 10;
/// The most that is kept of a deadline to send the answer in.
pub(crate) const DEADLINE_RESERVE_MAX: Duration = Duration::from_millis(100);
/// Workflows that one explanation may name, or answer with: each tells all of its conditions.
pub(crate) const EXPLAIN_WORKFLOWS_MAX: usize = 1_000;
/// Workflows that an explanation answers with unless told otherwise: what people look through.
pub(crate) const EXPLAIN_WORKFLOWS_DEFAULT: usize = 100;
/// Changes of one message of a simulation: as many as of a batch.
pub(crate) const SIMULATION_REQUESTS_MAX: usize = BATCH_REQUESTS_MAX;
/// Messages of simulations that are judged at once: they leave the processors to decisions.
pub(crate) const SIMULATIONS_MAX: usize = 2;
/// Samples of one workflow and kind of difference unless told otherwise.
pub(crate) const SIMULATION_SAMPLES_DEFAULT: usize = 3;
/// The most of them that may be asked for.
pub(crate) const SIMULATION_SAMPLES_MAX: usize = 100;
/// Samples of one simulation: each holds two explanations of about a kilobyte, and the answer is one message.
pub(crate) const SIMULATION_SAMPLES_TOTAL_MAX: usize = 500;
/// Changes that could not be judged, of which one simulation tells why: whoever sends more is wrong about all of them.
pub(crate) const SIMULATION_REFUSED_MAX: usize = 20;
/// Workflows that one simulation tells of: those that differ most come first.
pub(crate) const SIMULATION_WORKFLOWS_MAX: usize = 1_000;
/// Workflows of one simulation whose days are told, for the size of the answer.
pub(crate) const SIMULATION_WORKFLOWS_BY_DAY_MAX: usize = 100;
/// Days that one simulation tells: somewhat more than a year.
pub(crate) const SIMULATION_DAYS_MAX: usize = 400;
/// Workflows of an account up to which a save tells how those that it puts stand to all others: a thousand take it some hundreds
/// of microseconds, as compiling them does. Beyond, `AnalyzeWorkflows` tells.
pub(crate) const ANALYZED_TOGETHER_MAX: usize = 1_000;
/// Workflows of one save that are analysed: an import of more says enough of the first.
pub(crate) const ANALYZED_ALONE_MAX: usize = 1_000;
/// Workflows of an account that `AnalyzeWorkflows` takes: ten times those that take half a second of one processor.
pub(crate) const ANALYZED_MAX: usize = 100_000;
/// Bytes of the findings of one analysis: what gRPC clients take in one message unless told otherwise, but for a reserve.
pub(crate) const ANALYSIS_BYTES_MAX: usize = 3 << 20;
