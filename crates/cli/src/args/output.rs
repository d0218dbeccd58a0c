//! The forms in which commands show what they have found.

use std::io::IsTerminal as _;

use clap::ValueEnum;

/// How something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people, in colour on a terminal unless `NO_COLOR` is set.
    #[value(alias = "text")]
    Table,
    /// JSON: one object, or one a line where there may be several.
    Json,
    /// YAML: one document, or one after the other where there may be several.
    Yaml,
}

impl Output {
    /// For people on a terminal, for programs elsewhere.
    pub(crate) fn fitting() -> Self {
        if std::io::stdout().is_terminal() { Self::Table } else { Self::Json }
    }
}
