//! `tamis check`: what is wrong with workflows in YAML, with line and column.

use serde::Serialize;
use tamis_api::v1;
use tamis_engine::Severity;
use tamis_engine::definition::Account;

use crate::args::CheckArgs;
use crate::exit::Outcome;
use crate::findings::{self, Finding};
use crate::local::{self, AccountSource, Checked};
use crate::{console, output};

/// Runs the command.
///
/// # Errors
/// A file cannot be read, the account file has no account, or standard output is gone.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    console::check_stdin(args.files.iter().chain(&args.account))?;
    let mut checked = Vec::with_capacity(args.files.len() + 1);
    let mut account = None;
    if let Some(file) = &args.account {
        let (holder, stated) = local::load_account(file, DEFAULT_ACCOUNT_ID)?;
        account = Some(stated);
        checked.push(holder);
    }
    let source = account.as_ref().map_or(AccountSource::FileOr(DEFAULT_ACCOUNT_ID), AccountSource::Given);
    for file in &args.files {
        checked.push(local::load(file, source)?);
    }
    let id = |account: &Account| account.id.clone();
    for file in &mut checked {
        // An account that nothing names has no id in examples either; `tamis evaluate --workflows` asks for none.
        let account_id = account.as_ref().or(file.document.account.as_ref()).map(id).unwrap_or_default();
        file.analyze(&account_id);
    }
    console::print(&output::report(args.output, &Report::of(&checked), || for_people(&checked))?)?;
    let failed = checked.iter().any(|file| findings::has_errors(&file.findings));
    Ok(if failed { Outcome::Findings } else { Outcome::Clean })
}

/// Stands in for the id of an account that nothing names; it appears in no output.
const DEFAULT_ACCOUNT_ID: &str = "check";

fn for_people(checked: &[Checked]) -> anyhow::Result<String> {
    let fancy = findings::stdout_is_fancy();
    let mut out = String::new();
    for file in checked {
        out.push_str(&findings::render(&file.name, &file.text, &file.findings, fancy)?);
    }
    Ok(format!("{out}{}\n", summary(checked)))
}

/// What was checked and found, on one line.
fn summary(checked: &[Checked]) -> String {
    let total = |of: &dyn Fn(&Checked) -> usize| checked.iter().map(of).sum::<usize>();
    format!(
        "{}, {}, {}: {}, {}",
        console::count(checked.len(), "file"),
        console::count(total(&|file| file.document.workflows.len()), "workflow"),
        console::count(total(&examples), "example"),
        console::count(total(&|file| findings::count_of(&file.findings, Severity::Error)), "error"),
        console::count(total(&|file| findings::count_of(&file.findings, Severity::Warning)), "warning"),
    )
}

fn examples(file: &Checked) -> usize {
    file.document.workflows.iter().map(|workflow| workflow.examples.len()).sum()
}

/// The report as a program reads it.
#[derive(Serialize)]
struct Report<'a> {
    files: Vec<FileReport<'a>>,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct FileReport<'a> {
    file: &'a str,
    workflows: usize,
    examples: usize,
    findings: Vec<FindingReport<'a>>,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    severity: &'static str,
    code: &'a str,
    field: &'a str,
    message: &'a str,
    help: &'a str,
    /// From 1; absent if the finding has no place in the file.
    line: Option<u32>,
    /// In characters, from 1; absent likewise.
    column: Option<u32>,
    /// A change that shows it, as `tamis evaluate` takes it; absent of what needs none.
    example: Option<&'a v1::EvaluateRequest>,
}

impl<'a> FindingReport<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            severity: findings::severity_name(finding.severity),
            code: &finding.code,
            field: &finding.path,
            message: &finding.message,
            help: &finding.help,
            line: finding.location.map(|location| location.line),
            column: finding.location.map(|location| location.column),
            example: finding.example.as_deref(),
        }
    }
}

impl<'a> Report<'a> {
    fn of(checked: &'a [Checked]) -> Self {
        let count = |severity| checked.iter().map(|file| findings::count_of(&file.findings, severity)).sum();
        let file = |file: &'a Checked| FileReport {
            file: &file.name,
            workflows: file.document.workflows.len(),
            examples: examples(file),
            findings: file.findings.iter().map(FindingReport::of).collect(),
        };
        Self {
            files: checked.iter().map(file).collect(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
        }
    }
}
