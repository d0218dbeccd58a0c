//! Options of `plan`.

use clap::Args;

use crate::args::{DifferenceArgs, DraftArgs};

const PLAN_HELP: &str = "\
It tells what `apply` would do, workflow by workflow, and which warnings that would bring. The server
checks everything, and nothing is written. The last line is the command that writes just this, and
nothing if somebody else has written meanwhile.

Examples:
  tamis plan workflows.yaml --account shop
  tamis plan one.yaml --account shop --merge
  tamis plan workflows.yaml --account shop --exit-code
  tamis plan workflows.yaml --account shop --output json

Exit codes:
  0  the file can be applied
  1  the file has errors, or the call failed
  2  the command line is wrong, or the file cannot be read
  3  with --exit-code: the file can be applied, and would change something";

/// Options of `plan`.
#[derive(Debug, Args)]
#[command(after_help = PLAN_HELP)]
pub(crate) struct PlanArgs {
    /// What is to be written where.
    #[command(flatten)]
    pub(crate) draft: DraftArgs,
    /// How differences are told.
    #[command(flatten)]
    pub(crate) told: DifferenceArgs,
}
