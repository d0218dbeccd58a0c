//! What came of all tests.

use std::time::Duration;

use anstyle::AnsiColor;
use serde::Serialize;

use super::{Suite, Test};
use crate::console::printable;
use crate::explain::Marker;

/// What came of all tests.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) suites: Vec<Suite>,
    passed: usize,
    failed: usize,
    /// How many the filter left out.
    left_out: usize,
    #[serde(rename = "seconds", serialize_with = "super::seconds")]
    pub(super) took: Duration,
}

impl Report {
    /// Of some suites; one without tests has no part in it.
    pub(super) fn new(mut suites: Vec<Suite>, left_out: usize, took: Duration) -> Self {
        suites.retain(|suite| !suite.tests.is_empty());
        let tests = || suites.iter().flat_map(|suite| &suite.tests);
        let passed = tests().filter(|test| test.passed).count();
        let failed = tests().count() - passed;
        Self { passed, failed, left_out, took, suites }
    }

    /// Whether nothing was tried.
    pub(super) fn is_empty(&self) -> bool {
        self.suites.is_empty()
    }

    /// Whether nothing failed.
    pub(super) fn has_passed(&self) -> bool {
        self.failed == 0
    }

    /// As text, in colour if `fancy`.
    pub(super) fn for_people(&self, fancy: bool) -> String {
        let marker = Marker { fancy };
        let mut out = String::new();
        for suite in &self.suites {
            out.push_str(&format!("{}\n", printable(&suite.file)));
            out.extend(suite.tests.iter().map(|test| told(test, &suite.file, marker)));
            out.push('\n');
        }
        let left_out = match self.left_out {
            0 => String::new(),
            number => format!(", {number} left out by --filter"),
        };
        let counts = format!("{} passed, {} failed", self.passed, self.failed);
        let colour = if self.has_passed() { AnsiColor::Green } else { AnsiColor::Red };
        let seconds = self.took.as_secs_f64();
        out + &format!("{}{left_out}, in {seconds:.3} s\n", marker.painted(&counts, colour))
    }
}

fn told(test: &Test, file: &str, marker: Marker) -> String {
    let name = printable(&test.name);
    let Some(failure) = &test.failure else {
        return format!("  {} {name}\n", marker.painted("ok  ", AnsiColor::Green));
    };
    let place = test.line.map(|line| format!(" ({}:{line})", printable(file))).unwrap_or_default();
    let failed = marker.painted("FAIL", AnsiColor::Red);
    let mut out = format!("  {failed} {name}{place}\n       {}\n", failure.message);
    for line in &failure.diff {
        let line = printable(line);
        let line = match line.chars().next() {
            Some('-') => marker.painted(&line, AnsiColor::Red),
            Some('+') => marker.painted(&line, AnsiColor::Green),
            _ => line.into_owned(),
        };
        out.push_str(&format!("       {line}\n"));
    }
    for line in failure.explanation.lines() {
        out.push_str(format!("       {line}").trim_end());
        out.push('\n');
    }
    out
}
