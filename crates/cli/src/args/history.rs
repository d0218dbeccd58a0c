//! Options of `history`.

use std::num::{NonZeroU64, NonZeroUsize};

use clap::{Args, Subcommand};

use crate::args::{Output, ServerArgs};

const HISTORY_HELP: &str = "\
Each write makes a revision of its account, and all of them stay: those of a deleted account too.

Examples:
  tamis history list --account shop
  tamis history show 12 --account shop
  tamis history diff 12 --account shop

To go back to a revision, see `tamis rollback --help`.

Exit codes:
  0  told
  1  the call failed, or there is no such revision
  2  the command line is wrong";

/// Options of `history`.
#[derive(Debug, Args)]
#[command(after_help = HISTORY_HELP)]
pub(crate) struct HistoryArgs {
    /// What to tell.
    #[command(subcommand)]
    pub(crate) command: HistoryCommand,
}

/// What to tell of an account's revisions.
#[derive(Debug, Subcommand)]
pub(crate) enum HistoryCommand {
    /// List the revisions, newest first: who wrote what, and when.
    List(ListHistoryArgs),
    /// Write the account as it was at a revision, as YAML that `apply` takes.
    Show(ShowHistoryArgs),
    /// Tell what is different between two revisions, or between one and now.
    Diff(DiffHistoryArgs),
}

const LIST_HELP: &str = "\
Examples:
  tamis history list --account shop
  tamis history list --account shop --limit 500 --output json
  tamis history list --account tamis/keys

Exit codes:
  0  the revisions are told
  1  the call failed
  2  the command line is wrong";

/// Options of `history list`.
#[derive(Debug, Args)]
#[command(after_help = LIST_HELP)]
pub(crate) struct ListHistoryArgs {
    /// Account whose revisions to list; `tamis/keys` stands for the keys.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: String,
    /// How many revisions to list at most.
    #[arg(long, value_name = "N", default_value = "50")]
    pub(crate) limit: NonZeroUsize,
    /// How they are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

const SHOW_HELP: &str = "\
Examples:
  tamis history show 12 --account shop
  tamis history show 12 --account shop > workflows.yaml

Exit codes:
  0  the account is written
  1  the call failed, or there is no such revision
  2  the command line is wrong";

/// Options of `history show`.
#[derive(Debug, Args)]
#[command(after_help = SHOW_HELP)]
pub(crate) struct ShowHistoryArgs {
    /// Revision to read.
    #[arg(value_name = "REVISION")]
    pub(crate) revision: NonZeroU64,
    /// Account to read.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

const DIFF_HELP: &str = "\
Examples:
  tamis history diff 12 --account shop
  tamis history diff 12 15 --account shop --exit-code

Exit codes:
  0  told
  1  the call failed
  2  the command line is wrong
  3  with --exit-code: there are differences";

/// Options of `history diff`.
#[derive(Debug, Args)]
#[command(after_help = DIFF_HELP)]
pub(crate) struct DiffHistoryArgs {
    /// Revision to begin with.
    #[arg(value_name = "FROM")]
    pub(crate) from: NonZeroU64,
    /// Revision to end with. [default: the account as it is now]
    #[arg(value_name = "TO")]
    pub(crate) to: Option<NonZeroU64>,
    /// Account to read.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: String,
    /// How differences are told.
    #[command(flatten)]
    pub(crate) told: DifferenceArgs,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// How differences are told.
#[derive(Debug, Args)]
pub(crate) struct DifferenceArgs {
    /// How differences are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
    /// End with exit code 3 if there are differences.
    #[arg(long)]
    pub(crate) exit_code: bool,
}
