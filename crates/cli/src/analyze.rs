//! `tamis analyze`: tells what is wrong with the workflows that a server keeps.

use std::fmt::Write as _;

use tamis_api::v1::{AnalyzeWorkflowsRequest, AnalyzeWorkflowsResponse, WorkflowFinding};
use tamis_server::offline;

use crate::args::AnalyzeArgs;
use crate::console::{self, printable};
use crate::exit::Outcome;
use crate::{findings, output, remote, table};

/// Runs the command.
///
/// # Errors
/// The server cannot be reached or refuses, or standard output is gone.
pub(crate) fn run(args: &AnalyzeArgs) -> anyhow::Result<Outcome> {
    let answer = remote::block_on(async {
        let mut client = remote::workflows(remote::connect(&args.server).await?);
        let dead_since = args.dead_since.map(offline::instant_to_wire);
        let request = AnalyzeWorkflowsRequest { account_id: args.account.clone(), dead_since };
        let answer = client.analyze_workflows(request).await;
        Ok(answer.map_err(|status| remote::failure(&status))?.into_inner())
    })?;
    let counted = answer.counted_since.as_ref().map(table::instant).unwrap_or_default();
    if args.dead_since.is_some() && !answer.dead_told {
        console::note(&format!("the server has counted since {counted} only: dead workflows are not told"));
    }
    console::print(&output::report(args.output, &answer, || Ok(told(&answer)?))?)?;
    Ok(Outcome::Clean)
}

fn told(answer: &AnalyzeWorkflowsResponse) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    for finding in &answer.findings {
        one(&mut out, finding)?;
    }
    for left_out in &answer.left_out {
        writeln!(
            out,
            "[{}] {} may be there\n",
            left_out.code,
            console::count(usize::try_from(left_out.count).unwrap_or(usize::MAX), "more finding")
        )?;
    }
    writeln!(out, "{}; revision {}", console::count(answer.findings.len(), "finding"), answer.revision)?;
    Ok(out)
}

fn one(out: &mut String, finding: &WorkflowFinding) -> std::fmt::Result {
    let Some(said) = &finding.diagnostic else { return Ok(()) };
    writeln!(out, "[{}] {}: {}", said.code, printable(&said.field), printable(&said.message))?;
    if !said.help.is_empty() {
        writeln!(out, "  {}", printable(&said.help))?;
    }
    if let Some(example) = &said.example {
        writeln!(out, "  for example: {}", printable(&findings::short(example)))?;
    }
    writeln!(out)
}
