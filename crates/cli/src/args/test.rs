//! Options of `test`.

use std::path::PathBuf;

use clap::Args;

use crate::args::Output;

const TEST_HELP: &str = "\
Every example of the files' workflows is tried on its workflow alone, enabled or not; every case of
--tests on all enabled workflows of the file, as a service that held them would decide it. Time
stands still: each has its own `now`. What fails is told with what was expected (-) and what was
decided (+), and with the conditions that made the difference.

A file of cases:
  tests:
    - name: a refund is tagged and answered
      now: 2026-03-02T09:30:00Z
      ticket: { id: \"1\", source: email, customer_name: Zofia }
      change: { message_received: { author: customer, text: \"Poproszę o ZWROT\" } }
      expect:
        matches: [refund]           # ids in order, and no others; [] if nothing matches
        shadow_matches: []          # likewise; may be left out
        actions:                    # all that are ready, in order; may be left out
          - assign_tag: refund
          - send_message: { text: \"Hello Zofia,\" }

A case may have a `baseline` and a `cause`, as requests have.

Examples:
  tamis test workflows.yaml
  tamis test workflows.yaml --tests cases.yaml
  tamis test workflows.yaml --filter refund
  tamis test workflows.yaml --tests cases.yaml --junit report.xml

Exit codes:
  0  everything passed
  1  something failed, or a file has errors
  2  the command line is wrong, a file cannot be read or written, or there is nothing to try";

/// Options of `test`.
#[derive(Debug, Args)]
#[command(after_help = TEST_HELP)]
pub(crate) struct TestArgs {
    /// YAML files with workflows, whose examples are tried; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// YAML file with cases to try on the workflows of the one FILE. May be repeated.
    #[arg(long, value_name = "CASES")]
    pub(crate) tests: Vec<String>,
    /// YAML file whose account the workflows belong to, in place of their own.
    #[arg(long, value_name = "FILE")]
    pub(crate) account: Option<String>,
    /// Try only what has this in its name, such as the id of a workflow.
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// How the results are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
    /// File to write the results to as JUnit's XML besides.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
}
