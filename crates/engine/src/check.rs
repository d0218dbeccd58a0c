//! Tells all that is wrong with a definition, at once.
//!
//! Findings that stop a save come first, then warnings, each in the order of the contract's fields. A definition without
//! errors compiles. Nothing is corrected in silence: what a reader could not make sense of it has reported, and is passed
//! over here.

mod account;
mod conditions;
mod findings;
mod path;
mod request;
mod text;
mod vocabulary;
mod workflow;

pub use findings::shown;
pub(crate) use findings::{Findings, quoted};
pub use path::Path;

use std::collections::HashMap;

use crate::definition::{Account, Workflow};
use crate::diagnostic::Diagnostic;
use crate::limits;
use crate::request::Request;
use vocabulary::Vocabularies;

/// All findings about an account's settings and directory; `path` is what field paths begin with, such as `account`.
pub fn account(account: &Account, path: &str) -> Vec<Diagnostic> {
    let mut found = Findings::default();
    account::account(&mut found, &Path::Root(path), account);
    found.sorted()
}

/// What is wrong with an id of an account or of a workflow; `path` is its field's.
pub fn id(id: &str, path: &str) -> Vec<Diagnostic> {
    let mut found = Findings::default();
    found.id(&Path::Root(path), id);
    found.sorted()
}

/// What is wrong with a template, of one line or of any number; `path` is its field's.
pub fn template(text: &str, one_line: bool, path: &str) -> Vec<Diagnostic> {
    let mut found = Findings::default();
    let path = Path::Root(path);
    if one_line {
        text::line_template(&mut found, &path, text);
    } else {
        text::template(&mut found, &path, text);
    }
    found.sorted()
}

/// All findings about one workflow; `path` is what field paths begin with, such as `workflow`. The account is taken
/// to be without errors. Examples are checked for form here, and run by [`crate::compile()`].
///
/// For many workflows of one account, [`Checker`] reads the account's directory only once.
pub fn workflow(account: &Account, workflow: &Workflow, path: &str) -> Vec<Diagnostic> {
    Checker::new(account).workflow(workflow, path)
}

/// Findings about how an account's workflows stand to each other, in order: ids that are taken already, and too many
/// workflows. `path` is the list's, such as `workflows`.
pub fn workflows<'w>(workflows: impl IntoIterator<Item = &'w Workflow>, path: &str) -> Vec<Diagnostic> {
    let mut found = Findings::default();
    let path = Path::Root(path);
    let mut first_indexes = HashMap::new();
    let mut count = 0;
    for (index, workflow) in workflows.into_iter().enumerate() {
        count = index + 1;
        // That it is empty, the check of the workflow reports.
        if workflow.id.is_empty() {
            continue;
        }
        let first = *first_indexes.entry(&*workflow.id).or_insert(index);
        if first != index {
            let message = format!("the id {} is that of [{first}] already", quoted(&workflow.id));
            let (path, help) = (path.index(index), "give each workflow an id of its own");
            found
                .error("id_duplicate", &path.field("workflow_id"), message, help)
                .with("id", shown(&workflow.id))
                .with("position", first + 1);
        }
    }
    found.count_max(&path, count, limits::WORKFLOWS_MAX);
    found.sorted()
}

/// Checks workflows of one account.
#[derive(Debug)]
pub struct Checker<'a> {
    known: Vocabularies<'a>,
}

impl<'a> Checker<'a> {
    /// For workflows of this account, which is taken to be without errors.
    pub fn new(account: &'a Account) -> Self {
        Self { known: Vocabularies::new(&account.directory) }
    }

    /// The same as [`workflow`].
    pub fn workflow(&self, workflow: &Workflow, path: &str) -> Vec<Diagnostic> {
        let mut found = Findings::default();
        workflow::workflow(&mut found, &Path::Root(path), &self.known, workflow);
        found.sorted()
    }
}

/// All that is wrong with the form of a request, as [`Request`] promises it and [`crate::limits`] bounds it.
///
/// `path` is what field paths begin with: empty for `ticket.id`, or such as `requests[3]`. A change other than a timer
/// needs an id where `change_id_required` says so; that of an example may be empty. A request without findings costs no
/// allocation.
pub fn check_request(request: &Request<'_>, path: &str, change_id_required: bool) -> Vec<Diagnostic> {
    let mut found = Findings::default();
    request::request(&mut found, &Path::Root(path), request, change_id_required);
    found.in_order_found()
}

#[cfg(test)]
mod tests;
