//! Commands that decide changes: `evaluate` and `explain`.

use clap::Args;

use crate::args::{Output, ServerArgs};

const EVALUATE_HELP: &str = "\
A change is an EvaluateRequest in the JSON of proto3, with names in snake_case or camelCase.
Several may follow one another, one a line or not; each is answered in turn. With --output json
every answer is an EvaluateResponse on a line of its own, or {\"error\": …} if the change was
refused.

Examples:
  tamis evaluate change.json
  tamis evaluate --workflows workflows.yaml change.json
  tamis evaluate --chain change.json
  tamis evaluate --account demo <<'JSON'
  {
    \"ticket\": {\"id\": \"T-1\", \"subject\": \"Where is my parcel?\"},
    \"change\": {\"change_id\": \"C-1\", \"message_received\": {\"author\": \"MESSAGE_AUTHOR_CUSTOMER\"}}
  }
  JSON

Exit codes:
  0  every change was decided
  1  a change was refused, the workflows have errors, or the call failed
  2  the command line is wrong, or a file cannot be read";

/// Options of `evaluate`.
#[derive(Debug, Args)]
#[command(after_help = EVALUATE_HELP)]
pub(crate) struct EvaluateArgs {
    /// The changes, and who decides them.
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    /// Ask again with what the actions change, until nothing new matches, and tell each round.
    #[arg(long)]
    pub(crate) chain: bool,
}

const EXPLAIN_HELP: &str = "\
For each workflow and condition: whether it held, what was wanted, what was seen, and how much time
is missing. What matches comes first, then what one condition keeps from matching, then the rest.
Changes are written as `tamis evaluate` takes them, and the verdicts are its own. With --output json
every answer is an ExplainResponse on a line of its own.

Examples:
  tamis explain change.json
  tamis explain --workflow reminder_24h change.json
  tamis explain --workflows workflows.yaml --workflow reminder <<'JSON'
  {
    \"ticket\": {\"id\": \"T-1\", \"last_customer_reply_at\": \"2026-03-01T09:00:00Z\"},
    \"change\": {\"timer\": {}},
    \"now\": \"2026-03-02T08:41:00Z\"
  }
  JSON

Exit codes:
  0  every change was explained, whatever matches
  1  a change was refused, a workflow that --workflow names is not there, the workflows have
     errors, or the call failed
  2  the command line is wrong, or a file cannot be read";

/// Options of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_HELP)]
pub(crate) struct ExplainArgs {
    /// The changes, and who decides them.
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    /// Explain this workflow, and no others. May be repeated.
    #[arg(long = "workflow", value_name = "ID")]
    pub(crate) workflow_ids: Vec<String>,
    /// Explain so many workflows at most, of which those come first that match or are nearest to it.
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) limit: u32,
}

/// Changes, and who decides them.
#[derive(Debug, Args)]
pub(crate) struct QuestionArgs {
    /// JSON file with the change; `-` is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// YAML file to decide by, without a server.
    #[arg(long, value_name = "FILE")]
    pub(crate) workflows: Option<String>,
    /// Account to decide for, whatever the change says.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: Option<String>,
    /// How the answer is written. [default: table on a terminal, else json]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output: Option<Output>,
}
