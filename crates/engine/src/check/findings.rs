//! Gathers findings, and makes the ones that many fields share.

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;

use crate::check::path::Path;
use crate::diagnostic::{Diagnostic, Parameter, Severity, Within};
use crate::limits;

/// The longest part of a text that a message quotes, in characters.
const QUOTED_CHARS_MAX: usize = 60;

/// The code of what stands in place of all further findings.
const MORE: &str = "too_many_findings";
const MORE_MESSAGE: &str = "there are more findings from here on";
const MORE_HELP: &str = "mend those before this one, then check again";

/// Findings in the order in which fields are visited, at most [`limits::FINDINGS_MAX`] of each severity.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Findings {
    /// Adds one that stops a save.
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        path: &Path<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Added<'_> {
        self.errors += 1;
        let added = self.errors <= limits::FINDINGS_MAX;
        if added {
            self.list.push(Diagnostic::error(code, path.to_string(), message).with_help(help));
        } else if self.errors == limits::FINDINGS_MAX + 1 {
            self.list.push(Diagnostic::error(MORE, path.to_string(), MORE_MESSAGE).with_help(MORE_HELP));
        }
        Added(self.list.last_mut().filter(|_| added))
    }

    /// Adds one that stops a save, about a place within a text.
    pub(crate) fn error_within(
        &mut self,
        code: &'static str,
        path: &Path<'_>,
        within: Within,
        (message, help): (String, String),
    ) -> Added<'_> {
        let Within { line, column } = within;
        let message = format!("line {line}, column {column}: {message}");
        let Added(mut added) = self.error(code, path, message, help);
        if let Some(added) = &mut added {
            added.within = Some(within);
        }
        Added(added).with("line", line).with("column", column)
    }

    /// Adds one that does not.
    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        path: &Path<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Added<'_> {
        self.warnings += 1;
        let added = self.warnings <= limits::FINDINGS_MAX;
        if added {
            self.list.push(Diagnostic::warning(code, path.to_string(), message).with_help(help));
        } else if self.warnings == limits::FINDINGS_MAX + 1 {
            self.list.push(Diagnostic::warning(MORE, path.to_string(), MORE_MESSAGE).with_help(MORE_HELP));
        }
        Added(self.list.last_mut().filter(|_| added))
    }

    /// Whether further errors are only counted, so that what is said of them need not be made.
    pub(crate) fn has_errors_enough(&self) -> bool {
        self.errors > limits::FINDINGS_MAX
    }

    /// As they were found.
    pub(crate) fn in_order_found(self) -> Vec<Diagnostic> {
        self.list
    }

    /// Errors first, then warnings, each in the order of the fields.
    pub(crate) fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|finding| match finding.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
        });
        self.list
    }

    /// The text must have at most this many bytes.
    pub(crate) fn bytes_max(&mut self, path: &Path<'_>, text: &str, max: usize) {
        if text.len() > max {
            let message = format!("the text has {} bytes", text.len());
            self.error("too_long", path, message, format!("at most {max} bytes are allowed"))
                .with("unit", "bytes")
                .with("count", text.len())
                .with("max", max);
        }
    }

    /// The text must have at most this many characters.
    pub(crate) fn chars_max(&mut self, path: &Path<'_>, text: &str, max: usize) {
        // A text has at least as many bytes as characters: most texts need no counting.
        if text.len() > max {
            let chars = text.chars().count();
            if chars > max {
                let message = format!("the text has {chars} characters");
                let help = format!("at most {max} characters are allowed");
                self.error("too_long", path, message, help).too_many_characters(chars, max);
            }
        }
    }

    /// The list must have at most this many elements.
    pub(crate) fn count_max(&mut self, path: &Path<'_>, count: usize, max: usize) {
        if count > max {
            let message = format!("the list has {count} elements");
            let help = format!("at most {max} are allowed");
            self.error("too_many", path, message, help).with("count", count).with("max", max);
        }
    }

    /// An id of an account or of a workflow.
    pub(crate) fn id(&mut self, path: &Path<'_>, id: &str) {
        const FORM: &str = "an id has 1 to 128 characters of `A-Z a-z 0-9 . _ ~ : -`";
        if id.is_empty() {
            self.error("id_required", path, "the id is empty", FORM);
        } else if id.len() > limits::ID_CHARS_MAX && id.chars().count() > limits::ID_CHARS_MAX {
            let chars = id.chars().count();
            self.error("too_long", path, format!("the id has {chars} characters"), FORM)
                .too_many_characters(chars, limits::ID_CHARS_MAX);
        } else if let Some(odd) =
            id.chars().find(|&c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '~' | ':' | '-')))
        {
            self.error("id_malformed", path, format!("the id holds {odd:?}"), FORM)
                .with("character", odd.escape_debug());
        }
    }

    /// One of the caller's own ids in a definition: neither blank nor too long.
    pub(crate) fn value(&mut self, path: &Path<'_>, value: &str) {
        if value.trim().is_empty() {
            let help = format!("write an id of 1 to {} bytes", limits::VALUE_BYTES_MAX);
            self.error("id_required", path, "the id is blank", help);
        }
        self.bytes_max(path, value, limits::VALUE_BYTES_MAX);
    }

    /// Warns of a value that stands in its list already, at `first`.
    pub(crate) fn duplicate(&mut self, path: &Path<'_>, shown: &str, first: Option<usize>) {
        if let Some(first) = first {
            let message = format!("{shown} stands in the list already, at [{first}]");
            self.warning("value_duplicate", path, message, "leave it out").with("position", first + 1);
        }
    }
}

/// The finding that was added, to be given its parameters; none, if there are too many for it to be kept.
pub(crate) struct Added<'f>(Option<&'f mut Diagnostic>);

impl Added<'_> {
    /// Gives it a parameter.
    pub(crate) fn with(self, name: &'static str, value: impl Display) -> Self {
        self.with_all([(name, value.to_string())])
    }

    /// Gives it several.
    pub(crate) fn with_all(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        if let Some(added) = &mut self.0 {
            added.parameters.extend(parameters);
        }
        self
    }

    fn too_many_characters(self, chars: usize, max: usize) {
        self.with("unit", "characters").with("count", chars).with("max", max);
    }
}

/// Where values of a list stood before.
#[derive(Debug)]
pub(crate) struct Repeats(HashMap<usize, usize>);

impl Repeats {
    /// Of these values.
    pub(crate) fn of<T: Eq + Hash>(values: impl IntoIterator<Item = T>) -> Self {
        let mut first_indexes = HashMap::new();
        let mut repeats = HashMap::new();
        for (index, value) in values.into_iter().enumerate() {
            let first = *first_indexes.entry(value).or_insert(index);
            if first != index {
                repeats.insert(index, first);
            }
        }
        Self(repeats)
    }

    /// The first index of the value at this one, if it is another.
    pub(crate) fn first(&self, index: usize) -> Option<usize> {
        self.0.get(&index).copied()
    }
}

/// A text as messages show it, between backticks.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

/// A text as messages and parameters show it: on one line, its end left out if it is long.
pub fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == QUOTED_CHARS_MAX {
            shown.push('…');
            break;
        }
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}
