//! Commands about the command line itself.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

const COMPLETIONS_HELP: &str = "\
Examples:
  tamis completions bash > ~/.local/share/bash-completion/completions/tamis
  tamis completions zsh > ~/.zfunc/_tamis
  tamis completions fish > ~/.config/fish/completions/tamis.fish

Exit codes:
  0  the script is written
  2  the command line is wrong";

/// Options of `completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_HELP)]
pub(crate) struct CompletionsArgs {
    /// Shell to complete commands in.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

const MAN_HELP: &str = "\
Examples:
  tamis man | man -l -
  tamis man --out ~/.local/share/man/man1

Exit codes:
  0  the page is, or the pages are, written
  2  the command line is wrong, or the folder cannot be written to";

/// Options of `man`.
#[derive(Debug, Args)]
#[command(after_help = MAN_HELP)]
pub(crate) struct ManArgs {
    /// Folder for a page of each command, made if there is none; left out, the first page goes to standard output.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
