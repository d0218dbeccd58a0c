//! Tells what is wrong with workflows that are right each by itself as it is written, and with sets of them.
//!
//! Every alternative of a workflow is a set of changes, as a product of sets in independent dimensions ([`region`]); what is
//! found is found by what these have in common and what contains what, not by trying changes. Each finding then comes with a
//! change out of those sets, which has been run on the compiled account and shows what is said: a finding whose change does not
//! show it is not told.
//!
//! | code | what is said | shown by |
//! |---|---|---|
//! | `never_matches` | no change can match the workflow | a change that fits all conditions but the one named |
//! | `alternative_never_matches` | none can match it by this one of `any` | the same |
//! | `always_matches` | every change but a timer matches it, whatever it is and of whatever ticket | a change that says nothing |
//! | `condition_always_holds` | the condition, or `any`, holds for every change | the same |
//! | `phrase_redundant` | every text that has the phrase has another one of its list | a text that is the phrase |
//! | `reply_without_guard` | a customer is sent the same text at every message, or at every change | two changes of a ticket |
//! | `same_as_another` | another workflow matches the same changes, and does the same | a change that both match |
//! | `shadowed_by_stop` | one before it that stops matches whatever it matches | a change that both would match |
//! | `writes_conflict` | a later one can match the same change, and sets the same thing otherwise | a change that both match |
//! | `cycle` | what it does makes it match again, directly or by way of others | a change whose chain is cut |
//!
//! All are warnings. What is said holds whatever baseline a request has, but for `always_matches`, `writes_conflict` and
//! `reply_without_guard`, whose changes have none. A decision is meant by it, not the later rounds of a chain.
//!
//! - `reply_without_guard` is about a `send_message`, a `send_translated_message`, or a `send_email` to the customer, of an
//!   alternative that holds at a customer's later message (or, if it waits for no event, at any change) and whose conditions are
//!   only about where the ticket came from: its source, integration, inbox, Allegro account and type, and the customer's address.
//!   Whatever else it wants (a phrase, a status, an hour) may be what holds it back, and nothing is said.
//! - `writes_conflict` names the nearest later workflow, of the [`limits::ANALYZE_NEIGHBOURS_MAX`] after it that set the thing.
//! - `cycle` follows statuses and tags, not agents.
//!
//! Not everything that could be found is. Phrases are taken to be independent unless one contains the other and both are folded
//! alike, and so are working hours in another zone than the account's or with exceptions; a workflow that several others cover
//! together is not seen to be covered.

mod alone;
mod cycles;
mod example;
mod model;
mod phrases;
mod region;
mod sets;
#[cfg(test)]
mod tests;
mod times;
mod together;

use std::collections::HashMap;

use crate::definition::Workflow;
use crate::diagnostic::Diagnostic;
use crate::index::Index;
use crate::limits;
use crate::request::Request;
use model::{Model, Runner};

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'s> {
    /// All workflows of the account, each by itself and with all others.
    All,
    /// The workflows with these ids, each by itself and with all others.
    Among(&'s [&'s str]),
    /// The workflows with these ids, each by itself.
    Alone(&'s [&'s str]),
}

/// One finding, with a change that shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is said. Its path is that of the field within the workflow, such as `all[1].source`; empty if it is about the whole.
    pub diagnostic: Diagnostic,
    /// The workflow that it is about.
    pub workflow_id: String,
    /// The others that it takes.
    pub other_ids: Vec<String>,
    /// A change that shows it.
    pub example: Request<'static>,
}

impl Finding {
    /// The finding as it is told of a workflow; `path` is what field paths begin with, such as `workflow`.
    pub fn at(&self, path: &str) -> Diagnostic {
        let path = match self.diagnostic.path.as_str() {
            "" => path.to_owned(),
            field => format!("{path}.{field}"),
        };
        Diagnostic { path, example: Some(Box::new(self.example.clone())), ..self.diagnostic.clone() }
    }

    /// The same as it is told of one of the others.
    pub fn at_other(&self, path: &str) -> Diagnostic {
        let Diagnostic { path: field, message, .. } = &self.diagnostic;
        let place = if field.is_empty() { String::new() } else { format!(" at `{field}`") };
        let message = format!("of `{}`{place}: {message}", self.workflow_id);
        let mut said = Diagnostic { path: path.to_owned(), message, ..self.at("") };
        let told_of = said.parameters.iter_mut().find(|(name, _)| *name == TOLD_OF);
        if let Some((_, told_of)) = told_of {
            *told_of = "other".to_owned();
        }
        said
    }
}

/// The parameter that tells whether a finding that takes several workflows is told of the one that it is about (`own`), or of one
/// of the others (`other`).
const TOLD_OF: &str = "told_of";

/// What is said of a workflow and takes others, with parameters that name it for whoever is told of one of those.
fn of_several(own: &Workflow, said: Diagnostic) -> Diagnostic {
    let field = said.path.clone();
    said.with(TOLD_OF, "own")
        .with("workflow_id", &own.id)
        .with("workflow_name", &own.display_name)
        .with("workflow_field", field)
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// In the order of the workflows; at most [`limits::FINDINGS_OF_A_KIND_MAX`] of each kind.
    pub findings: Vec<Finding>,
    /// How many more there may be of each kind, which nobody has run.
    pub left_out: Vec<(&'static str, usize)>,
}

/// Analyses an account.
///
/// For all of it this takes some 25 to 50 µs a workflow: 0.03 s for 1,000 and 0.5 s for 10,000, where half of them set a status or an
/// agent; for one of 1,000, with all others, 0.4 ms; for one by itself, 7 µs (AMD EPYC, November 2026).
pub fn analyze(index: &Index, scope: Scope<'_>) -> Analysis {
    let model = match scope {
        Scope::All | Scope::Among(_) => Model::of_all(index),
        Scope::Alone(ids) => Model::of_these(index, ids),
    };
    let mut runner = Runner::new(index);
    let mut found = Found::default();
    let places: Vec<usize> = match scope {
        Scope::All | Scope::Alone(_) => (0..model.workflows.len()).collect(),
        Scope::Among(ids) => model.places_of(ids.iter().copied()).into_values().collect(),
    };
    for place in &places {
        alone::findings(&model, *place, &mut runner, &mut found);
    }
    let focus = match scope {
        Scope::Alone(_) => return found.finish(&model),
        Scope::All => None,
        Scope::Among(_) => Some(&*places),
    };
    together::duplicates(&model, focus, &mut runner, &mut found);
    together::shadowed(&model, focus, &mut runner, &mut found);
    together::conflicts(&model, focus, &mut runner, &mut found);
    cycles::cycles(&model, focus, &mut runner, &mut found);
    found.finish(&model)
}

/// A change that the workflow, by itself, matches; absent if none is found.
pub fn example_of(index: &Index, workflow_id: &str) -> Option<Request<'static>> {
    let workflow = index.living(workflow_id)?.workflow;
    let mut runner = Runner::new(index);
    model::alternatives(workflow, &index.account).iter().find_map(|alternative| {
        let conditions = model::conditions(workflow, alternative.any);
        let request = example::example(&alternative.region, conditions, &index.account)?;
        runner.matches_alone(Workflow::clone(workflow), &request).then_some(request)
    })
}

/// Gathers findings.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    counts: HashMap<&'static str, usize>,
    left_out: HashMap<&'static str, usize>,
}

impl Found {
    /// Whether another finding of a kind is still told. One that is not is counted.
    fn wants(&mut self, code: &'static str) -> bool {
        let wants = self.counts.get(code).is_none_or(|count| *count < limits::FINDINGS_OF_A_KIND_MAX);
        if !wants {
            *self.left_out.entry(code).or_default() += 1;
        }
        wants
    }

    /// Adds what is said of a workflow, and of the others that it takes.
    fn add(
        &mut self,
        workflow: &Workflow,
        others: &[&Workflow],
        diagnostic: Diagnostic,
        example: Request<'static>,
    ) {
        *self.counts.entry(diagnostic.code).or_default() += 1;
        self.findings.push(Finding {
            diagnostic,
            workflow_id: workflow.id.clone(),
            other_ids: others.iter().map(|other| other.id.clone()).collect(),
            example,
        });
    }

    fn finish(self, model: &Model<'_>) -> Analysis {
        let Self { mut findings, left_out, .. } = self;
        if findings.len() > 1 {
            let places = model.places_of(findings.iter().map(|finding| finding.workflow_id.as_str()));
            findings.sort_by_key(|finding| places.get(&*finding.workflow_id).copied());
        }
        let mut left_out: Vec<_> = left_out.into_iter().collect();
        left_out.sort_unstable();
        Analysis { findings, left_out }
    }
}
