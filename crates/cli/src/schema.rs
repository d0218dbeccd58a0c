//! `tamis schema`: the JSON Schema of workflows in YAML.

use tamis_engine::definition::yaml;

use crate::args::SchemaArgs;
use crate::console;
use crate::exit::Outcome;

/// Runs the command.
///
/// # Errors
/// Standard output is gone.
pub(crate) fn run(_: &SchemaArgs) -> anyhow::Result<Outcome> {
    console::print(yaml::SCHEMA)?;
    Ok(Outcome::Clean)
}
