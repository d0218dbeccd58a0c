//! Results as JUnit's XML, which systems of continuous integration read.

use std::path::Path;

use anyhow::Context as _;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::report::Report;
use super::{Suite, Test};
use crate::exit::misuse;

/// Writes the results to a file: a suite for each file that was tried.
///
/// # Errors
/// [`crate::exit::Misuse`] if it cannot be written.
pub(super) fn write(report: &Report, file: &Path) -> anyhow::Result<()> {
    let mut out = quick_junit::Report::new("tamis test");
    out.set_time(report.took);
    out.add_test_suites(report.suites.iter().map(suite));
    let xml = out.to_string().context("cannot write the results as XML")?;
    std::fs::write(file, xml)
        .map_err(|error| misuse(format!("--junit: cannot write {}: {error}", file.display())))
}

fn suite(suite: &Suite) -> TestSuite {
    let mut out = TestSuite::new(suite.file.as_str());
    out.set_time(suite.tests.iter().map(|test| test.took).sum());
    out.add_test_cases(suite.tests.iter().map(|test| case(test, &suite.file)));
    out
}

fn case(test: &Test, file: &str) -> TestCase {
    let mut status = TestCaseStatus::success();
    if let Some(failure) = &test.failure {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(failure.message.as_str());
        status.set_description(format!("{}\n{}", failure.diff.join("\n"), failure.explanation).trim());
    }
    let mut case = TestCase::new(test.name.as_str(), status);
    case.set_classname(file).set_time(test.took);
    if let Some(line) = test.line {
        case.extra.insert("file".into(), file.into());
        case.extra.insert("line".into(), line.to_string().into());
    }
    case
}
