//! Options of the commands that go through recorded changes.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::args::{DraftArgs, Output, ServerArgs};

const SIMULATE_HELP: &str = "\
Recorded changes are what `tamis serve --decision-log` writes, or EvaluateRequests in the JSON of
proto3; each on a line of its own, and with the instant at which it was. They are judged here, by
the draft and by what is live, which is read from the server or from a file; the server judges
none of them. Matches count in shadow mode too.

Into the folder go simulation.html, which opens anywhere, simulation.json, a Simulation in the JSON
of proto3, and differences.jsonl with every change that is decided otherwise.

Examples:
  tamis simulate draft.yaml --changes decisions.jsonl --account shop
  tamis simulate draft.yaml --changes decisions.jsonl --account shop --merge --since 2026-03-01
  tamis simulate draft.yaml --live workflows.yaml --changes changes.jsonl --out report
  zcat decisions.*.gz | tamis simulate draft.yaml --changes - --account shop

Exit codes:
  0  the changes were judged
  1  the draft or what is live has errors, some changes could not be judged, or a call failed
  2  the command line is wrong, a file cannot be read, or the report not written";

/// Options of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = SIMULATE_HELP)]
pub(crate) struct SimulateArgs {
    /// The draft, and the account that it is of. Changes of other accounts are passed over.
    #[command(flatten)]
    pub(crate) draft: DraftArgs,
    /// File with recorded changes; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) changes: String,
    /// YAML file with what is live, in place of the server's.
    #[arg(long, value_name = "FILE")]
    pub(crate) live: Option<String>,
    /// Leave out changes before this instant, or before this day in the account's time zone.
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<When>,
    /// Leave out changes at this instant or later, or on this day in the account's time zone or later.
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<When>,
    /// How many samples to explain of each workflow and kind of difference.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) samples: usize,
    /// Threads that judge. [default: one per processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Folder for the report; made if there is none. What an earlier one left in it is replaced.
    #[arg(long, value_name = "DIR", default_value = "simulation-report")]
    pub(crate) out: PathBuf,
    /// How the summary is written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
}

const REPLAY_HELP: &str = "\
Each line of the log is decided again, by the revision that decided it: the server keeps them all.
The answer must be the same, byte by byte. Lines whose texts were masked cannot be decided again.

Examples:
  tamis replay decisions.jsonl
  tamis replay decisions.jsonl --account shop --output json

Exit codes:
  0  every line was answered as it was, but for those that cannot be
  1  an answer differs, a line cannot be read or its revision not be had, or a call failed
  2  the command line is wrong, or the file cannot be read";

/// Options of `replay`.
#[derive(Debug, Args)]
#[command(after_help = REPLAY_HELP)]
pub(crate) struct ReplayArgs {
    /// Log of decisions, as `tamis serve --decision-log` writes it; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) log: String,
    /// Account; lines of others are passed over. [default: all]
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// How many lines to tell that are not as they were.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) show: usize,
    /// How what was found is written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
}

/// An instant, or a day.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// This instant.
    Instant(jiff::Timestamp),
    /// The beginning of this day.
    Day(jiff::civil::Date),
}

impl std::str::FromStr for When {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let instant = text.parse().map(Self::Instant);
        instant
            .or_else(|_| text.parse().map(Self::Day))
            .map_err(|_| "must be an instant such as `2026-03-02T09:30:00Z`, or a day such as `2026-03-02`")
    }
}
