//! `tamis plan`: tells what `tamis apply` would do.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;
use tamis_api::v1::ImportWorkflowsResponse;
use tamis_engine::analyze::{Scope, analyze};
use tamis_engine::check::{self, Checker};
use tamis_engine::definition::Workflow;
use tamis_engine::definition::yaml::Document;
use tamis_engine::{Diagnostic, Severity, compile};
use tonic::Request;

use crate::args::{DraftArgs, PlanArgs};
use crate::console::printable;
use crate::difference::Difference;
use crate::exit::Outcome;
use crate::sending::{Draft, Ready, Sending};
use crate::stored::{self, Stored};
use crate::{console, findings, output, remote};

/// The plan as a program reads it.
#[derive(Serialize)]
struct Report<'a> {
    account_id: &'a str,
    /// The revision that it was made against; 0 if there is no account yet.
    revision: u64,
    #[serde(flatten)]
    difference: &'a Difference,
    new_warnings: &'a [String],
    /// The command that does it; absent if there is nothing to do.
    apply: Option<&'a [String]>,
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read, there is no account to write to, or the call failed.
pub(crate) fn run(args: &PlanArgs) -> anyhow::Result<Outcome> {
    let draft = Draft::read(&args.draft)?;
    remote::block_on(plan(args, draft))
}

async fn plan(args: &PlanArgs, draft: Draft) -> anyhow::Result<Outcome> {
    let account_id = draft.account_id.clone();
    let Some(ready) = draft.check(&args.draft).await? else { return Ok(Outcome::Findings) };
    let before = stored::read_if_there(ready.server.clone(), &account_id).await?;
    let revision = before.as_ref().map_or(0, |stored| stored.revision);
    let merge = args.draft.merge;
    let sending = Sending { merge, expected_revision: revision, validate_only: true };
    let messages = tokio_stream::iter(ready.messages(&account_id, sending));
    let response = ready.send(Request::new(messages)).await?;

    let stored = before.as_ref().map(|stored| &stored.document);
    let after = stored::after(&ready.checked.document, stored, merge);
    let difference = Difference::between(stored, &after);
    let new_warnings = new_warnings(before.as_ref(), &after, &ready, &response);
    let apply = command(&args.draft, &account_id, revision);
    let report = Report {
        account_id: &account_id,
        revision,
        difference: &difference,
        new_warnings: &new_warnings,
        apply: (!difference.is_empty()).then_some(&apply),
    };
    console::print(&output::record(args.told.output, &report, || told(&report))?)?;
    Ok(difference.outcome(args.told.exit_code))
}

/// The plan for people.
fn told(report: &Report<'_>) -> anyhow::Result<String> {
    let Report { account_id, revision, difference, new_warnings, apply } = report;
    let mut out = difference.render(findings::stdout_is_fancy());
    for warning in *new_warnings {
        out.push_str(&format!("new warning: {}\n", printable(warning)));
    }
    if !new_warnings.is_empty() {
        out.push('\n');
    }
    let against = match revision {
        0 => "for a new account".to_owned(),
        revision => format!("against revision {revision}"),
    };
    out.push_str(&printable(&format!("{account_id}, {against}: {}\n", difference.summary())));
    if let Some(apply) = apply {
        out.push_str(&format!("\n{}\n", shlex::try_join(apply.iter().map(String::as_str))?));
    }
    Ok(out)
}

/// Warnings about the account as it would be that there are none of about the account as it is: those found here, and those
/// of the server that are not found here.
fn new_warnings(
    before: Option<&Stored>,
    after: &Document,
    ready: &Ready,
    response: &ImportWorkflowsResponse,
) -> Vec<String> {
    let mut known: HashSet<String> =
        before.into_iter().flat_map(|stored| warnings(&stored.document)).flat_map(Warning::forms).collect();
    let named = ready.news_of(response).into_iter().map(|warning| {
        let place = by_id(&warning.path, &ready.checked.document.workflows);
        Warning { told: format!("{place}: {}", warning.message), also: Vec::new() }
    });
    let mut new = Vec::new();
    for warning in warnings(after).into_iter().chain(named) {
        if !known.contains(&warning.told) {
            new.push(warning.told.clone());
        }
        known.extend(warning.forms());
    }
    new
}

/// A warning as it is told of a field, and as it may be told of other workflows that it takes.
struct Warning {
    told: String,
    also: Vec<String>,
}

impl Warning {
    fn forms(self) -> impl Iterator<Item = String> {
        std::iter::once(self.told).chain(self.also)
    }
}

/// Warnings about an account and its workflows.
fn warnings(document: &Document) -> Vec<Warning> {
    let Some(account) = &document.account else { return Vec::new() };
    let mut found = check::account(account, "account");
    found.extend(check::workflows(&document.workflows, "workflows"));
    let checker = Checker::new(account);
    for (index, workflow) in document.workflows.iter().enumerate() {
        found.extend(checker.workflow(workflow, &format!("workflows[{index}]")));
    }
    let said =
        |finding: Diagnostic| format!("{}: {}", by_id(&finding.path, &document.workflows), finding.message);
    let warnings = found.into_iter().filter(|finding| finding.severity == Severity::Warning);
    let mut warnings: Vec<Warning> =
        warnings.map(|warning| Warning { told: said(warning), also: Vec::new() }).collect();
    let workflows: Vec<_> = document.workflows.iter().cloned().map(Arc::new).collect();
    // What does not compile is refused, and nobody asks for its warnings.
    let analyzed = compile(Arc::new(account.clone()), &workflows).map(|index| analyze(&index, Scope::All));
    for finding in analyzed.into_iter().flat_map(|analysis| analysis.findings) {
        let also = finding.other_ids.iter().map(|id| said(finding.at_other(id))).collect();
        warnings.push(Warning { told: said(finding.at(&finding.workflow_id)), also });
    }
    warnings
}

/// The path of a field with the id of its workflow in place of the index, which says nothing without the list.
fn by_id(path: &str, workflows: &[Workflow]) -> String {
    let named = path.strip_prefix("workflows[").and_then(|rest| {
        let (index, rest) = rest.split_once(']')?;
        let workflow = workflows.get(index.parse::<usize>().ok()?)?;
        Some(format!("{}{rest}", workflow.id))
    });
    named.unwrap_or_else(|| path.to_owned())
}

/// The command that writes what was planned.
fn command(args: &DraftArgs, account_id: &str, revision: u64) -> Vec<String> {
    let mut command: Vec<String> =
        ["tamis", "apply", &args.file, "--account", account_id].map(str::to_owned).to_vec();
    command.extend(args.merge.then(|| "--merge".to_owned()));
    if revision != 0 {
        command.extend(["--expected-revision".to_owned(), revision.to_string()]);
    }
    command.extend(args.server.flags());
    command
}
