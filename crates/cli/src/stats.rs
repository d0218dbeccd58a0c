//! `tamis stats`: tells how often an account's workflows have matched.

use std::fmt::Write as _;

use tamis_api::v1::{ListWorkflowStatsRequest, ListWorkflowStatsResponse, WorkflowStats};

use crate::args::{Output, StatsArgs};
use crate::console::{self, printable};
use crate::exit::Outcome;
use crate::{output, remote, table};

/// Workflows that are asked for at once; the most that may be.
const PAGE_SIZE: i32 = 1_000;

/// Runs the command.
///
/// # Errors
/// The server cannot be reached or refuses, or standard output is gone.
pub(crate) fn run(args: &StatsArgs) -> anyhow::Result<Outcome> {
    remote::block_on(async {
        let mut client = remote::workflows(remote::connect(&args.server).await?);
        let mut is_first = true;
        let mut page_token = String::new();
        loop {
            let request = ListWorkflowStatsRequest {
                account_id: args.account.clone(),
                page_size: PAGE_SIZE,
                page_token,
                workflow_ids: Vec::new(),
            };
            let page = client.list_workflow_stats(request).await;
            let page = page.map_err(|status| remote::failure(&status))?.into_inner();
            console::print(&told(&page, args.output, is_first)?)?;
            is_first = false;
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(Outcome::Clean);
            }
        }
    })
}

fn told(page: &ListWorkflowStatsResponse, output: Output, is_first: bool) -> anyhow::Result<String> {
    let mut out = String::new();
    if output == Output::Table && is_first {
        let since = page.since.as_ref().map(table::instant).unwrap_or_default();
        let count = console::count(usize::try_from(page.total_size)?, "workflow");
        writeln!(
            out,
            "{count}, counted since {since}\n\n{:>12}  {:>12}  {:<20}  workflow",
            "matched", "in shadow", "last"
        )?;
    }
    for stats in &page.stats {
        out.push_str(&output::record(output, stats, || Ok(row(stats)))?);
    }
    Ok(out)
}

fn row(stats: &WorkflowStats) -> String {
    let last = stats.last_matched_at.as_ref().map(table::instant).unwrap_or_else(|| "never".to_owned());
    let WorkflowStats { workflow_id, matched_count, shadow_matched_count, .. } = stats;
    format!("{matched_count:>12}  {shadow_matched_count:>12}  {last:<20}  {}\n", printable(workflow_id))
}
