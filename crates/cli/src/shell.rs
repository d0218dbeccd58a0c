//! `tamis completions` and `tamis man`: the command line, for shells and for readers of manuals.

use clap::CommandFactory as _;

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::console;
use crate::exit::{Outcome, misuse};

/// Writes a script that completes commands in a shell.
///
/// # Errors
/// Standard output is gone.
pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tamis", &mut script);
    console::print(&String::from_utf8(script)?)?;
    Ok(Outcome::Clean)
}

/// Writes the manual: its first page to standard output, or a page of each command to a folder.
///
/// # Errors
/// The folder cannot be written to, or standard output is gone.
pub(crate) fn man(args: &ManArgs) -> anyhow::Result<Outcome> {
    let command = Cli::command();
    match &args.out {
        Some(folder) => std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command, folder))
            .map_err(|error| misuse(format!("cannot write to {}: {error}", folder.display())))?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            console::print(&String::from_utf8(page)?)?;
        }
    }
    Ok(Outcome::Clean)
}
