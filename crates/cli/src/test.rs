//! `tamis test`: tries examples and cases on workflows, as a test runner does.

mod junit;
mod report;
mod trial;

use std::time::{Duration, Instant};

use serde::Serialize;
use tamis_engine::compile::Examined;
use tamis_engine::definition::yaml;
use tamis_engine::{Index, Severity};

use crate::args::TestArgs;
use crate::exit::{Outcome, misuse};
use crate::findings::{self, Finding};
use crate::local::{self, AccountSource, Checked};
use crate::{console, output};
use report::Report;
use trial::Failure;

/// Stands in for the id of an account that nothing names.
const DEFAULT_ACCOUNT_ID: &str = "test";

/// All that one file tries.
#[derive(Debug, Serialize)]
struct Suite {
    file: String,
    tests: Vec<Test>,
}

/// An example or a case that was tried.
#[derive(Debug, Serialize)]
struct Test {
    /// The workflow's id and the example's name, or the case's name.
    name: String,
    /// Where it stands in the file, from 1.
    line: Option<u32>,
    passed: bool,
    #[serde(rename = "seconds", serialize_with = "seconds")]
    took: Duration,
    #[serde(flatten)]
    failure: Option<Failure>,
}

/// A duration in seconds.
fn seconds<S: serde::Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(took.as_secs_f64())
}

/// Runs the command.
///
/// # Errors
/// A file cannot be read, there is nothing to try, or the results cannot be written.
pub(crate) fn run(args: &TestArgs) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    console::check_stdin(args.files.iter().chain(&args.tests).chain(&args.account))?;
    if !args.tests.is_empty() && args.files.len() > 1 {
        return Err(misuse("--tests: name one file of workflows, which the cases are tried on"));
    }
    let Some(files) = load(args)? else { return Ok(Outcome::Findings) };
    let mut runner = Runner { filter: args.filter.as_deref().unwrap_or_default(), left_out: 0 };
    let mut suites = Vec::new();
    for file in &files {
        suites.push(runner.examples(file)?);
    }
    let mut is_sound = true;
    for cases in &args.tests {
        let index = files.first().and_then(|file| file.index.as_ref());
        match index.map(|index| runner.cases(cases, index)).transpose()?.flatten() {
            Some(suite) => suites.push(suite),
            None => is_sound = false,
        }
    }
    let report = Report::new(suites, runner.left_out, started.elapsed());
    if report.is_empty() && is_sound {
        return Err(misuse(match &args.filter {
            Some(filter) => format!("--filter: nothing has `{filter}` in its name"),
            None => "there is nothing to try: no workflow has examples, and no --tests are named".to_owned(),
        }));
    }
    console::print(&output::report(args.output, &report, || {
        Ok(report.for_people(findings::stdout_is_fancy()))
    })?)?;
    if let Some(file) = &args.junit {
        junit::write(&report, file)?;
    }
    Ok(if is_sound && report.has_passed() { Outcome::Clean } else { Outcome::Findings })
}

/// The workflows of all files; absent if one has errors, which are told.
fn load(args: &TestArgs) -> anyhow::Result<Option<Vec<Checked>>> {
    let stated =
        args.account.as_deref().map(|file| local::load_account(file, DEFAULT_ACCOUNT_ID)).transpose()?;
    let source = match &stated {
        Some((_, account)) => AccountSource::Given(account),
        None => AccountSource::FileOr(DEFAULT_ACCOUNT_ID),
    };
    let mut is_sound = stated.as_ref().is_none_or(|(holder, _)| !findings::has_errors(&holder.findings));
    if let Some((holder, _)) = stated.as_ref().filter(|_| !is_sound) {
        holder.show()?;
    }
    let mut files = Vec::with_capacity(args.files.len());
    for file in &args.files {
        let checked = local::Source::read(file)?.check_form(source);
        if findings::has_errors(&checked.findings) {
            let is_error = |finding: &&Finding| finding.severity == Severity::Error;
            checked.show_also(&checked.findings.iter().filter(is_error).cloned().collect::<Vec<_>>())?;
            is_sound = false;
        }
        files.push(checked);
    }
    Ok(is_sound.then_some(files))
}

/// Tries what its filter lets through.
struct Runner<'a> {
    filter: &'a str,
    /// How many tests it did not let through.
    left_out: usize,
}

impl Runner<'_> {
    /// Tries the examples of a file's workflows, each on its workflow alone.
    fn examples(&mut self, file: &Checked) -> anyhow::Result<Suite> {
        let mut tests = Vec::new();
        let Some(account) = file.index.as_ref().map(Index::account) else {
            return Ok(Suite { file: file.name.clone(), tests });
        };
        for (place, workflow) in file.document.workflows.iter().enumerate() {
            if workflow.examples.is_empty() {
                continue;
            }
            let path = local::workflow_path(place);
            let examined = Examined::new(account, workflow, &path);
            let mut examined = examined.map_err(|found| anyhow::anyhow!(local::listed(&found)))?;
            for (place, example) in workflow.examples.iter().enumerate() {
                let own = if example.name.is_empty() { format!("[{place}]") } else { example.name.clone() };
                let line = file.locations.of(&format!("{path}.examples[{place}]")).map(|at| at.line);
                tests.extend(self.test(format!("{}: {own}", workflow.id), line, || {
                    trial::example(&mut examined, example)
                })?);
            }
        }
        Ok(Suite { file: file.name.clone(), tests })
    }

    /// Tries the cases of a file on an index; absent if the file has errors, which are told.
    fn cases(&mut self, file: &str, index: &Index) -> anyhow::Result<Option<Suite>> {
        let text = console::read(file)?;
        let reading = yaml::read_cases(&text);
        let name = console::name(file).to_owned();
        if reading.has_errors() {
            let found = reading.diagnostics.into_iter();
            let found: Vec<_> =
                found.map(|finding| Finding::local(finding, &reading.locations, &text)).collect();
            local::show(&name, &text, &found)?;
            return Ok(None);
        }
        let mut tests = Vec::new();
        for (place, case) in reading.value.iter().enumerate() {
            let line = reading.locations.of(&format!("tests[{place}]")).map(|at| at.line);
            tests.extend(self.test(case.name.clone(), line, || trial::case(index, case))?);
        }
        Ok(Some(Suite { file: name, tests }))
    }

    fn test(
        &mut self,
        name: String,
        line: Option<u32>,
        attempt: impl FnOnce() -> anyhow::Result<Option<Failure>>,
    ) -> anyhow::Result<Option<Test>> {
        if !name.contains(self.filter) {
            self.left_out += 1;
            return Ok(None);
        }
        let started = Instant::now();
        let failure = attempt()?;
        Ok(Some(Test { name, line, passed: failure.is_none(), took: started.elapsed(), failure }))
    }
}
