//! One example or case: whether it passes, and why not.

use std::fmt::Write as _;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use tamis_api::v1::ExplainRequest;
use tamis_engine::case::{Case, Expected};
use tamis_engine::compile::Examined;
use tamis_engine::definition::{Example, yaml};
use tamis_engine::{Index, Request, Scratch};
use tamis_server::offline;

use crate::{explain, remote};

/// Id of a change that has none. On the wire a change needs one; nothing that is told here depends on it.
const CHANGE_ID: &str = "test";

/// Why something did not pass.
#[derive(Debug, Serialize)]
pub(super) struct Failure {
    /// What is wrong, on one line.
    pub(super) message: String,
    /// Lines of what was expected and decided, in YAML: those with `-` were expected only, those with `+` decided only.
    pub(super) diff: Vec<String>,
    /// Why the workflows that made the difference match or not.
    pub(super) explanation: String,
}

/// Tries an example on its workflow.
pub(super) fn example(examined: &mut Examined, example: &Example) -> anyhow::Result<Option<Failure>> {
    if examined.keeps(example) {
        return Ok(None);
    }
    let message = if example.matches { "must match, but does not" } else { "must not match, but does" };
    let explanation = explained(examined.index(), &example.request(), &[])?;
    Ok(Some(Failure { message: message.to_owned(), diff: Vec::new(), explanation }))
}

/// Tries a case on all workflows of an index.
pub(super) fn case(index: &Index, case: &Case) -> anyhow::Result<Option<Failure>> {
    let decided = case.expected.decided(&index.evaluate(&case.request, &mut Scratch::default()));
    if decided == case.expected {
        return Ok(None);
    }
    let expected = yaml::write_expected(&case.expected);
    let decided_text = yaml::write_expected(&decided);
    let diff = TextDiff::from_lines(expected.as_str(), decided_text.as_str());
    let diff = diff.iter_all_changes().map(|change| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        format!("{sign} {}", change.value().trim_end_matches('\n'))
    });
    let differing = differing(&case.expected, &decided);
    let mut explanation = String::new();
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        differing.into_iter().partition(|id| index.workflows().any(|workflow| workflow.id == *id));
    for id in unknown {
        writeln!(explanation, "there is no workflow `{id}`")?;
    }
    if !known.is_empty() {
        explanation.push_str(&explained(index, &case.request, &known)?);
    }
    let message = "something else was decided than expected".to_owned();
    Ok(Some(Failure { message, diff: diff.collect(), explanation }))
}

/// The workflows that only one of the two has among its matches.
fn differing<'e>(expected: &'e Expected, decided: &'e Expected) -> Vec<&'e str> {
    let ids = |expected: &'e Expected| -> Vec<&'e str> {
        let shadow = expected.shadow_matches.iter().flatten();
        expected.matches.iter().chain(shadow).map(String::as_str).collect()
    };
    let (expected, decided) = (ids(expected), ids(decided));
    let missing = expected.iter().filter(|id| !decided.contains(id));
    let unwanted = decided.iter().filter(|id| !expected.contains(id));
    missing.chain(unwanted).copied().collect()
}

/// Why workflows match or not: those with these ids, or all if there are none.
fn explained(index: &Index, request: &Request<'_>, workflow_ids: &[&str]) -> anyhow::Result<String> {
    let mut asked = offline::request_to_wire(request, &index.account().id);
    if let Some(change) = asked.change.as_mut().filter(|change| change.change_id.is_empty()) {
        change.change_id = CHANGE_ID.to_owned();
    }
    let explain = ExplainRequest {
        request: Some(asked.clone()),
        workflow_ids: workflow_ids.iter().map(|id| (*id).to_owned()).collect(),
        ..ExplainRequest::default()
    };
    let answer = offline::explain(index, &explain, request.now);
    let answer = answer.map_err(|error| anyhow::anyhow!(remote::describe(&error)))?;
    Ok(explain::render_workflows(&answer, &asked, false)?)
}
