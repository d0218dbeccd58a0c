//! What a command shows, in the form that is asked for.

use anyhow::Context as _;
use serde::Serialize;

use crate::args::Output;

/// One of several values: for people as `table` writes it, or a line of JSON, or a document of YAML.
///
/// # Errors
/// Those of `table`; the others in practice none.
pub(crate) fn record(
    output: Output,
    value: &impl Serialize,
    table: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    Ok(match output {
        Output::Table => table()?,
        Output::Json => serde_json::to_string(value).context("cannot write JSON")? + "\n",
        Output::Yaml => format!("---\n{}", yaml(value)?),
    })
}

/// All that a command has to show: the same, with JSON over several lines.
///
/// # Errors
/// Those of [`record`].
pub(crate) fn report(
    output: Output,
    value: &impl Serialize,
    table: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    Ok(match output {
        Output::Table => table()?,
        Output::Json => serde_json::to_string_pretty(value).context("cannot write JSON")? + "\n",
        Output::Yaml => yaml(value)?,
    })
}

fn yaml(value: &impl Serialize) -> anyhow::Result<String> {
    serde_saphyr::to_string(value).context("cannot write YAML")
}
