//! How the process ends.

use std::io;
use std::process::ExitCode;

use tamis_loadtest::{LoadError, Outcome, Verdict};

use crate::terminal;

/// As shells have it for a process that SIGINT ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// How a command that ran to its end went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All is well: exit code 0.
    Well,
    /// Calls failed or were not answered, or answers were wrong: exit code 1.
    Failures,
    /// All was answered, but the figures are the generator's own: exit code 3.
    Bottleneck,
}

impl Ended {
    /// How a run ended.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let wrong = outcome.check.as_ref().map_or(0, |check| check.wrong);
        let saves_failed = outcome.saves.as_ref().is_some_and(|saves| !saves.errors.is_empty());
        if !outcome.errors.is_empty() || outcome.calls.unanswered + wrong > 0 || saves_failed {
            return Self::Failures;
        }
        match outcome.generator.verdict {
            Verdict::Bottleneck => Self::Bottleneck,
            Verdict::NotTheBottleneck | Verdict::Doubtful => Self::Well,
        }
    }
}

/// Something on the command line or in the named files that keeps a command from running: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

/// The exit code of a command; an error is written to standard error first.
pub(crate) fn code(ended: anyhow::Result<Ended>) -> ExitCode {
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Failures) => ExitCode::from(1),
        Ok(Ended::Bottleneck) => ExitCode::from(3),
        // Whoever read the output has gone (`tamis-load … | head`): there is nobody to tell.
        Err(error) if is_broken_pipe(&error) => ExitCode::from(1),
        Err(error) => {
            terminal::note(&format!("error: {error:#}"));
            ExitCode::from(if is_misuse(&error) { 2 } else { 1 })
        }
    }
}

fn is_misuse(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let is_plan = cause.downcast_ref().is_some_and(|error| {
            matches!(error, LoadError::Plan { .. } | LoadError::Requests { .. } | LoadError::Ghz { .. })
        });
        is_plan || cause.is::<Misuse>()
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
