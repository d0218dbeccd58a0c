//! The command that looks for what is wrong with stored workflows.

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::{Output, ServerArgs};

const ANALYZE_HELP: &str = "\
Each finding comes with a change that shows it. `tamis check` tells the same of a file.

With --dead-since it also tells of workflows that no change has matched since then, by the counts of
the server that answers; it can only if that has been running since before.

Examples:
  tamis analyze --account shop
  tamis analyze --account shop --dead-since 2026-05-01
  tamis analyze --account shop --output json | jq '.findings[0].diagnostic.example' | tamis explain

Exit codes:
  0  it is told, whether anything was found or not
  1  the call failed
  2  the command line is wrong";

/// Options of `analyze`.
#[derive(Debug, Args)]
#[command(after_help = ANALYZE_HELP)]
pub(crate) struct AnalyzeArgs {
    /// Account whose workflows to analyse.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Also tell of enabled workflows that no change has matched since then: a date, which begins in UTC, or an instant.
    #[arg(long, value_name = "DATE", value_parser = since)]
    pub(crate) dead_since: Option<Timestamp>,
    /// How findings are written: for people, or the whole answer as JSON.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
}

/// A date, or an instant.
fn since(text: &str) -> Result<Timestamp, String> {
    let of_date = || TimeZone::UTC.to_timestamp(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
    let parsed = text.parse::<Timestamp>().ok().or_else(of_date);
    parsed.ok_or_else(|| {
        "must be a date such as `2026-05-01`, or an instant such as `2026-05-01T08:00:00Z`".to_owned()
    })
}
