//! Definitions in YAML, read with the line and column of every finding.
//!
//! A file holds an account's settings, its workflows, or both, in the names of the contract. JSON is read too, being YAML.
//! This is all of the format:
//!
//! ```yaml
#![doc = include_str!("yaml/example.yaml")]
//! ```
//!
//! - Where several values may stand, a single one may stand without brackets.
//! - A text needs quotes only where YAML needs them: if it is empty, begins with a sign such as `@`, `{`, `[`, `#`, `"` or
//!   `*`, or holds `: ` or ` #`. Numbers and flags without quotes are texts wherever a text is wanted: `12` is an id. Nothing,
//!   `~` and `null` are not.
//! - Durations have units (`90s`, `45m`, `24h`, `7d`, `1w`, `1d 12h`, `1.5s`) or are ISO 8601 (`PT24H`, `P1DT12H`); a day
//!   has 24 hours. Spans of time are `HH:MM-HH:MM`, up to `24:00`; one that ends before it begins crosses midnight.
//!   Dates are `2026-12-24`, instants `2026-11-23T10:00:00Z` or with another offset.
//! - Left out, a workflow is enabled, live, comes last and does not stop; a phrase is looked for anywhere, word
//!   boundaries, case and accents aside; a text is plain.
//! - Anchors and aliases are read, merge keys (`<<`) and tags other than `!!str` and its like are not.
//!
//! A *request* ([`read_request`]) has `ticket`, `change`, `now` and `baseline` as an example has them, and besides
//! `with_next_due: true`, `with_chaining: true` and `cause: [reminder]`. In both, `null` is the same as leaving a field of a ticket or of a change out.
//! What the contract wraps in a message may be written short: `ticket_created: agent` for `{by: agent}`,
//! `return_created: true` for `{}`, `tags_assigned: [vip]` for `{tag_ids: [vip]}`, `status_set: open` for
//! `{status_id: open}`, `inbox_groups: [sales]` for `{ids: [sales]}`, `assigned_agent: anna` for `{id: anna}`.
//!
//! When *not* to use it: between programs the wire format is smaller and has no place for mistakes of form.

mod account;
mod actions;
mod cases;
mod conditions;
mod edit;
mod emit;
mod locations;
mod node;
mod reader;
mod request;
mod scalars;
mod syntax;
mod words;
mod workflow;
mod write;

pub use edit::{UpdateError, update};
pub use locations::{Location, Locations};
pub use scalars::{format_range, parse_range};
pub use write::{write, write_account, write_expected, write_workflow};

use std::collections::HashSet;

use crate::case::Case;
use crate::check::{Path, check_request};
use crate::definition::{Account, Workflow};
use crate::diagnostic::{Diagnostic, Severity};
use crate::request::Request;
use node::Node;
use reader::{Reader, Spot};

/// The JSON Schema (2020-12) of a file, by which editors complete and check it. What a file without findings holds, it
/// lets pass; it knows the form, and not what conditions mean together.
pub const SCHEMA: &str = include_str!("yaml/schema.json");

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The account's settings and directory, if the file states them.
    pub account: Option<Account>,
    /// The workflows, in the file's order.
    pub workflows: Vec<Workflow>,
}

/// What was read, and all that is wrong with its form.
#[derive(Clone, Debug, Default)]
pub struct Reading<T> {
    /// What could be made sense of.
    pub value: T,
    /// What could not; paths begin with `account` or `workflows[i]`. All of them are errors; the path of a text that is
    /// not YAML at all is empty.
    pub diagnostics: Vec<Diagnostic>,
    /// Where everything stands.
    pub locations: Locations,
}

impl<T> Reading<T> {
    /// Whether something stands in the way of using the value.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Adds what [`crate::check`] found about the value, by the same paths. What follows from a fault of form that was
    /// reported already is left out. Then errors stand before warnings, each in the order of the file.
    pub fn add(&mut self, found: Vec<Diagnostic>) {
        let reported: HashSet<&str> = self.diagnostics.iter().map(|finding| &*finding.path).collect();
        let around: HashSet<&str> = reported.iter().flat_map(|path| enclosing(path)).collect();
        let follows = |finding: &Diagnostic| {
            let path = &*finding.path;
            // What could not be read is as good as missing to a check.
            let seems_missing = finding.code.ends_with("required") && around.contains(path);
            seems_missing || reported.contains(path) || enclosing(path).any(|path| reported.contains(path))
        };
        let mut new: Vec<Diagnostic> = found.into_iter().filter(|finding| !follows(finding)).collect();
        self.diagnostics.append(&mut new);
        let locations = &self.locations;
        self.diagnostics.sort_by_key(|finding| {
            let is_warning = finding.severity == Severity::Warning;
            (is_warning, locations.of(&finding.path).map(|location| location.offset))
        });
    }
}

/// The paths of the fields around a field, the nearest first; the root is not among them.
fn enclosing(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.get(..rest.rfind(['.', '['])?)?;
        Some(rest)
    })
}

/// Reads a document.
pub fn read(text: &str) -> Reading<Document> {
    reading(text, document)
}

/// Reads a request (a ticket, a change, an instant), in YAML or JSON, by the names of the contract.
///
/// There is one only if nothing is wrong with it, the rules and bounds of [`check_request`] included.
pub fn read_request(text: &str) -> Reading<Option<Request<'static>>> {
    let mut reading = reading(text, |reader, root| {
        let path = Path::Root("");
        match root {
            Some(root) => request::request(reader, &path, Spot::of(root)),
            None => {
                reader.missing(&path, "write the `ticket`, the `change` and `now`");
                None
            }
        }
    });
    if let Some(request) = &reading.value {
        let found = check_request(request, "", true);
        reading.add(found);
    }
    if reading.has_errors() {
        reading.value = None;
    }
    reading
}

/// Reads cases that workflows are tested by (see [`crate::case`]), in YAML or JSON: a mapping with `tests`, each of which has
/// a `name`, what a request has (`now`, `ticket`, `change`, `baseline`, `cause`), and what to `expect`.
///
/// Paths begin with `tests[i]`; the rules and bounds of [`check_request`] are among the findings. A change needs no id.
pub fn read_cases(text: &str) -> Reading<Vec<Case>> {
    let mut reading = reading(text, |reader, root| {
        let path = Path::Root("");
        match root {
            Some(root) => cases::cases(reader, &path, Spot::of(root)),
            None => {
                reader.missing(&path, "write a list of cases under `tests`");
                Vec::new()
            }
        }
    });
    let cases = reading.value.iter().enumerate();
    let found =
        cases.flat_map(|(index, case)| check_request(&case.request, &format!("tests[{index}]"), false));
    let found = found.collect();
    reading.add(found);
    reading
}

/// Reads what a text holds; `None` stands for a text without content.
fn reading<T: Default>(text: &str, read: impl FnOnce(&mut Reader, Option<&Node<'_>>) -> T) -> Reading<T> {
    let mut reader = Reader::default();
    let value = match node::parse(text) {
        Ok(root) => read(&mut reader, root.as_ref().filter(|root| !root.is_null())),
        Err(fault) => {
            let root = Path::Root("");
            reader.locations.insert(&root, fault.at);
            reader.found.error(fault.code, &root, fault.message, fault.help);
            T::default()
        }
    };
    Reading { value, diagnostics: reader.found.in_order_found(), locations: reader.locations }
}

fn document(reader: &mut Reader, root: Option<&Node<'_>>) -> Document {
    let mut document = Document::default();
    let path = Path::Root("");
    let Some(fields) = root.and_then(|root| reader.fields(&path, Spot::of(root), &["account", "workflows"]))
    else {
        return document;
    };
    document.account =
        fields.get("account").and_then(|spot| account::account(reader, &path.field("account"), spot));
    if let Some(spot) = fields.get("workflows") {
        let path = path.field("workflows");
        let spots = reader.list(&path, spot).unwrap_or_default();
        let workflows = spots.into_iter().enumerate();
        document.workflows =
            workflows.map(|(index, spot)| workflow::workflow(reader, &path.index(index), spot)).collect();
    }
    document
}

#[cfg(test)]
mod tests;
