//! Findings about a definition. What codes there are, [`CODES`] lists.

mod codes;

use std::fmt;

use crate::request::Request;
pub use codes::{CODES, Code, NUMBERS, PARAMETERS, code, is_as_listed};

/// Whether a finding stops a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It stops a save.
    Error,
    /// It does not stop a save.
    Warning,
}

/// One finding: what is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops a save.
    pub severity: Severity,
    /// A stable name for the kind of finding, such as `phrase_folds_to_nothing`.
    pub code: &'static str,
    /// Path of the field, such as `workflow.all[2].subject.phrases[0]`.
    pub path: String,
    /// What is wrong, in lower case and without a full stop at the end.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// What the message and the help mention, by name, so that both can be said in another language. Findings of a code of
    /// [`CODES`] have the parameters that stand there.
    pub parameters: Vec<Parameter>,
    /// Where within the field's text it is, if it is about a part of it.
    pub within: Option<Within>,
    /// A change that shows it, if it is about the changes that workflows match.
    pub example: Option<Box<Request<'static>>>,
}

/// A name, and its value.
pub type Parameter = (&'static str, String);

/// A place within a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Diagnostic {
    /// A finding that stops a save.
    pub fn error(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            path: path.into(),
            message: message.into(),
            help: String::new(),
            parameters: Vec::new(),
            within: None,
            example: None,
        }
    }

    /// A finding that does not.
    pub fn warning(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, path, message) }
    }

    /// The same with a word on what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same with a parameter. Numbers are written in decimal digits.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.parameters.push((name, value.to_string()));
        self
    }

    /// The same with several.
    #[must_use]
    pub(crate) fn with_all(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        self.parameters.extend(parameters);
        self
    }
}

/// Parameters that tell what was most likely meant: `suggested` says whether anything was, `suggestion` what.
pub(crate) fn suggestion(meant: Option<&str>) -> [Parameter; 2] {
    let suggested = if meant.is_some() { "yes" } else { "no" };
    [("suggested", suggested.to_owned()), ("suggestion", meant.unwrap_or_default().to_owned())]
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        if !self.help.is_empty() {
            write!(f, " ({})", self.help)?;
        }
        Ok(())
    }
}
