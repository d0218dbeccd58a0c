//! Options of `import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const IMPORT_HELP: &str = "\
What becomes of each condition, action and placeholder stands in crates/cli/IMPORT.md. The report tells it
of every rule: exact, approximate (with how it differs) or not translated (with what to do). A workflow
that would match more than its rule, or send a text with gaps, comes out disabled.

Examples:
  tamis import triggers.json --from zendesk -o workflows.yaml
  tamis import automation_rules.json -o workflows.yaml --report-file report.txt
  curl … | tamis import - --from zammad --report json > workflows.yaml

Exit codes:
  0  all is translated, exactly or approximately
  1  something is not; the workflows are written all the same
  2  the command line is wrong, or the file cannot be read or is no export";

/// Options of `import`.
#[derive(Debug, Args)]
#[command(after_help = IMPORT_HELP)]
pub(crate) struct ImportArgs {
    /// JSON file with the rules, as the helpdesk's API lists them; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Helpdesk that the rules are of. [default: told from the file]
    #[arg(long, value_name = "HELPDESK")]
    pub(crate) from: Option<Helpdesk>,
    /// Account to state in the file that is written, in UTC and English, which `apply` then makes the account's
    /// settings. [default: none, so that `apply --account` leaves them as they are]
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// File to write the workflows to, in place of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How the report is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) report: ReportFormat,
    /// File to write the report to, in place of standard error.
    #[arg(long, value_name = "FILE")]
    pub(crate) report_file: Option<PathBuf>,
}

/// A helpdesk whose rules are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Helpdesk {
    /// Triggers and automations of Zendesk Support.
    Zendesk,
    /// Automation rules of Chatwoot.
    Chatwoot,
    /// Triggers of Zammad.
    Zammad,
}

/// How the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}
