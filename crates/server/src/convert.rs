//! Between the contract's messages (`tamis_api::v1`) and the engine's types.
//!
//! Messages hold anything: a number that no enum has, an instant in no calendar, a condition that a newer client
//! knows. Reading them never fails half-way. It takes what makes sense, tells *all* that does not with the path of the
//! field in the contract's names, and puts a harmless value in its place; whoever reads looks at the findings first.

pub(crate) mod account;
mod action;
mod condition;
pub(crate) mod diagnostic;
mod example;
pub(crate) mod explanation;
pub(crate) mod key;
mod place;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod simulation;
pub(crate) mod time;
pub(crate) mod vocabulary;
pub(crate) mod workflow;

use tamis_engine::Diagnostic;
use tamis_engine::check::Path;

/// Findings that one reading keeps. A message of packed numbers that no enum has could otherwise bring a hundred times its
/// own size of them; a person reads the first few.
const FINDINGS_MAX: usize = 1_000;

/// What does not make sense in a message, in the order of its fields.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds one. The path is written out only now, so that messages without findings cost nothing.
    fn add(
        &mut self,
        code: &'static str,
        path: &Path<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add_with(code, path, message, help, []);
    }

    /// Adds one whose message has parameters.
    fn add_with<const N: usize>(
        &mut self,
        code: &'static str,
        path: &Path<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
        parameters: [(&'static str, String); N],
    ) {
        if self.0.len() < FINDINGS_MAX {
            let mut finding = Diagnostic::error(code, path.to_string(), message).with_help(help);
            finding.parameters.extend(parameters);
            self.0.push(finding);
        }
    }

    /// All of them.
    pub(crate) fn into_vec(self) -> Vec<Diagnostic> {
        self.0
    }
}

/// What a reader found, followed by what a check of its result found.
///
/// Where the reader had to put a value of its own in place of what it could not make sense of, the check's findings
/// about that value, or about anything inside it, are not the client's doing and are left out.
pub(crate) fn merged(read: Vec<Diagnostic>, checked: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if read.is_empty() {
        return checked;
    }
    let own = |finding: &Diagnostic| read.iter().any(|unread| is_at_or_in(&finding.path, &unread.path));
    let checked: Vec<Diagnostic> = checked.into_iter().filter(|finding| !own(finding)).collect();
    read.into_iter().chain(checked).collect()
}

/// Whether a path leads to the field of another one, or to something inside it.
fn is_at_or_in(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests;
