//! How the process ends.

use std::io;
use std::process::ExitCode;

use crate::console;

/// How a command that ran to its end went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well: exit code 0.
    Clean,
    /// There were findings, or a call failed, and it has been said: exit code 1.
    Findings,
    /// There are differences, and whoever called asked to be told by the exit code: 3.
    Differences,
}

/// Something on the command line, in the configuration or in the named files that keeps a command from running at
/// all: exit code 2.
#[derive(Debug)]
pub(crate) struct Misuse(pub(crate) String);

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}

/// An error that ends the process with exit code 2.
pub(crate) fn misuse(message: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Misuse(message.into()))
}

/// The exit code of an outcome; an error is written to standard error first.
pub(crate) fn code(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Differences) => ExitCode::from(3),
        // Whoever read the output has gone (`tamis … | head`): there is nobody to tell.
        Err(error) if is_broken_pipe(&error) => ExitCode::from(1),
        Err(error) => {
            console::note(&format!("error: {error:#}"));
            ExitCode::from(if error.chain().any(|cause| cause.is::<Misuse>()) { 2 } else { 1 })
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
