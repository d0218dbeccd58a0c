//! `tamis export`: reads an account with its workflows from a server, as YAML.

use tamis_engine::definition::yaml;

use crate::args::ExportArgs;
use crate::exit::Outcome;
use crate::{console, remote, stored, update};

/// Runs the command.
///
/// # Errors
/// The call failed, the answer makes no sense, or the file cannot be written.
pub(crate) fn run(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let stored = remote::block_on(async {
        stored::read(remote::connect(&args.server).await?, &args.account, 0).await
    })?;
    if let Some(file) = &args.update {
        let what = if update::update(file, &args.account, &stored)? { "updated to" } else { "already at" };
        console::note(&format!("{}: {what} revision {}", file.display(), stored.revision));
        return Ok(Outcome::Clean);
    }
    let yaml = yaml::write(&stored.document);
    match &args.output {
        None => console::print(&yaml)?,
        Some(file) => console::write(file, &yaml)?,
    }
    Ok(Outcome::Clean)
}
