//! `tamis doctor`: checks a running service.

mod calls;
mod metrics;

use std::fmt;

use serde::Serialize;

use crate::args::DoctorArgs;
use crate::console::{self, printable};
use crate::exit::Outcome;
use crate::{output, remote};

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// All is well.
    Ok,
    /// It could not be looked at.
    Skip,
    /// It works, and may not for long.
    Warn,
    /// It does not work.
    Fail,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Skip => "skip",
            Self::Warn => "warn",
            Self::Fail => "fail",
        })
    }
}

/// A check.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    /// What was looked at, in snake case.
    pub(crate) name: &'static str,
    /// How it went.
    pub(crate) verdict: Verdict,
    /// What was seen.
    pub(crate) seen: String,
    /// What to do about it; empty if there is nothing to be done.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) todo: &'static str,
}

impl Check {
    /// One of which all is well.
    pub(crate) fn ok(name: &'static str, seen: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, seen: seen.into(), todo: "" }
    }

    /// One of which something is to be done.
    pub(crate) fn not_ok(
        name: &'static str,
        verdict: Verdict,
        seen: impl Into<String>,
        todo: &'static str,
    ) -> Self {
        Self { name, verdict, seen: seen.into(), todo }
    }
}

/// All that was seen.
#[derive(Debug, Serialize)]
struct Report {
    /// The worst verdict.
    verdict: Verdict,
    checks: Vec<Check>,
}

/// Runs the command.
///
/// # Errors
/// The command line is wrong, or standard output is gone. What is wrong with the service is no error here.
pub(crate) fn run(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    let mut checks = remote::block_on(calls::checks(&args.server))?;
    checks.extend(remote::block_on(metrics::checks(args.metrics.as_ref()))?);
    let verdict = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Ok);
    let outcome = if verdict == Verdict::Fail { Outcome::Findings } else { Outcome::Clean };
    let report = Report { verdict, checks };
    let text = output::report(args.output, &report, || Ok(for_people(&report)))?;
    console::print(&text)?;
    Ok(outcome)
}

fn for_people(report: &Report) -> String {
    let line = |check: &Check| {
        let seen = printable(&check.seen);
        let todo =
            if check.todo.is_empty() { String::new() } else { format!("{:23}→ {}\n", "", check.todo) };
        format!("{:<5} {:<16} {seen}\n{todo}", check.verdict, check.name)
    };
    report.checks.iter().map(line).collect()
}
