//! Writing for people.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Context as _;
use tamis_loadtest::{Phase, Progress};

use crate::show;

/// Writes a line to standard error. A closed standard error is nobody's loss, so failure is passed over.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes text to standard output, at once.
///
/// # Errors
/// Standard output cannot be written to.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).context("cannot write to standard output")?;
    stdout.flush().context("cannot write to standard output")
}

/// How far a run is, on standard error: a line that is written anew on a terminal, and line after line elsewhere.
#[derive(Debug)]
pub(crate) struct Live {
    is_quiet: bool,
    is_terminal: bool,
    is_begun: bool,
}

impl Live {
    pub(crate) fn new(is_quiet: bool) -> Self {
        Self { is_quiet, is_terminal: io::stderr().is_terminal(), is_begun: false }
    }

    pub(crate) fn tell(&mut self, progress: &Progress) {
        if self.is_quiet {
            return;
        }
        let phase = match progress.phase {
            Phase::Warmup => "warm-up",
            Phase::Measure => "measure",
        };
        let line = format!(
            "{phase:<8} {:>9} calls/s   p50 {:>9}   p99 {:>9}   p99.9 {:>9}   {} errors   {} left",
            show::count(progress.calls_per_s),
            show::time(progress.p50_us),
            show::time(progress.p99_us),
            show::time(progress.p99_9_us),
            progress.failed,
            show::left(progress.left_s),
        );
        if self.is_terminal {
            // Back to the line's beginning, and what was there before is erased.
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{line}");
            self.is_begun = true;
        } else {
            note(&line);
        }
    }

    /// Leaves the line.
    pub(crate) fn end(&self) {
        if self.is_begun {
            note("");
        }
    }
}
