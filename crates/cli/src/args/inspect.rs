//! Commands that look at a running service.

use clap::Args;
use tamis_server::Listen;

use crate::args::{Output, ServerArgs};

const DOCTOR_HELP: &str = "\
Each check says ok, warn, fail or skip, and what to do about it. Some need what the service tells
on the address of its --metrics, and are skipped without it.

Examples:
  tamis doctor
  tamis doctor --server http://127.0.0.1:7171 --metrics 127.0.0.1:9171
  tamis doctor --output json

Exit codes:
  0  no check failed; some may have warned
  1  a check failed
  2  the command line is wrong";

/// Options of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_HELP)]
pub(crate) struct DoctorArgs {
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Where the server answers for metrics: an address, or `unix:` and a path.
    #[arg(long, value_name = "ADDR")]
    pub(crate) metrics: Option<Listen>,
    /// How findings are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
}

const STATS_HELP: &str = "\
Counted by the server that answers, since it was started; each of several counts for itself.

Examples:
  tamis stats --account shop
  tamis stats --account shop --output json | jq 'select(.matched_count == \"0\")'

Exit codes:
  0  the figures are told
  1  the call failed
  2  the command line is wrong";

/// Options of `stats`.
#[derive(Debug, Args)]
#[command(after_help = STATS_HELP)]
pub(crate) struct StatsArgs {
    /// Account whose workflows to tell of.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// How the figures are written: as a table, or one object for each workflow.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
}
