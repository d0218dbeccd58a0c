//! Workflows in a YAML file: read, checked, compiled, and their examples run.

use std::collections::HashMap;
use std::sync::Arc;

use tamis_engine::analyze::{Analysis, Scope, analyze};
use tamis_engine::check::Checker;
use tamis_engine::definition::yaml::{self, Document, Locations, Reading};
use tamis_engine::definition::{Account, Workflow};
use tamis_engine::{Diagnostic, Index, Severity, check, compile};

use crate::console;
use crate::exit::misuse;
use crate::findings::{self, Finding};

/// A file that was read and checked.
#[derive(Debug)]
pub(crate) struct Checked {
    /// What the file is called in messages.
    pub(crate) name: String,
    /// What stands in it.
    pub(crate) text: String,
    /// What was made of it.
    pub(crate) document: Document,
    /// Everything that is wrong with it or worth knowing, in the file's order.
    pub(crate) findings: Vec<Finding>,
    /// Where its fields stand.
    pub(crate) locations: Locations,
    /// The index, if nothing is wrong.
    pub(crate) index: Option<Index>,
}

impl Checked {
    /// Adds what an analysis of the workflows finds, each with a change that shows it, if nothing else is wrong with them.
    pub(crate) fn analyze(&mut self, account_id: &str) {
        let Some(index) = &self.index else { return };
        let workflows = self.document.workflows.iter().enumerate();
        let places: HashMap<&str, usize> =
            workflows.map(|(place, workflow)| (&*workflow.id, place)).collect();
        let Analysis { findings, left_out } = analyze(index, Scope::All);
        for finding in findings {
            let Some(place) = places.get(&*finding.workflow_id) else { continue };
            let mut told = Finding::local(finding.at(&workflow_path(*place)), &self.locations, &self.text);
            if let Some(example) = &mut told.example {
                account_id.clone_into(&mut example.account_id);
            }
            self.findings.push(told);
        }
        self.findings.extend(left_out.into_iter().map(|(code, count)| {
            let message = format!("{} of this kind may be there", console::count(count, "more finding"));
            let told = Diagnostic::warning(code, "workflows", message);
            Finding::local(
                told.with_help("put those right that are told, and check again"),
                &self.locations,
                &self.text,
            )
        }));
        findings::sort(&mut self.findings);
    }

    /// Shows what was found, on standard error.
    ///
    /// # Errors
    /// See [`findings::render`].
    pub(crate) fn show(&self) -> anyhow::Result<()> {
        self.show_also(&self.findings)
    }

    /// Shows further findings about the file.
    ///
    /// # Errors
    /// See [`findings::render`].
    pub(crate) fn show_also(&self, found: &[Finding]) -> anyhow::Result<()> {
        show(&self.name, &self.text, found)
    }
}

/// Shows findings about a file, on standard error.
///
/// # Errors
/// See [`findings::render`].
pub(crate) fn show(name: &str, text: &str, found: &[Finding]) -> anyhow::Result<()> {
    if !found.is_empty() {
        let text = findings::render(name, text, found, findings::stderr_is_fancy())?;
        console::note(text.trim_end_matches('\n'));
    }
    Ok(())
}

/// Findings one under the other, for an error that ends a command.
pub(crate) fn listed(found: &[Diagnostic]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Where the account comes from that workflows are checked against.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AccountSource<'a> {
    /// From the file; if it states none, from defaults and with this id.
    FileOr(&'a str),
    /// From elsewhere, whatever the file states.
    Given(&'a Account),
}

/// The account that a file without one is checked against: free-form, in UTC and English.
pub(crate) fn default_account(id: &str) -> Account {
    Account { id: id.to_owned(), time_zone: "UTC".to_owned(), locale: "en".to_owned(), ..Account::default() }
}

/// A file that was read, and not yet checked.
#[derive(Debug)]
pub(crate) struct Source {
    name: String,
    text: String,
    reading: Reading<Document>,
}

impl Source {
    /// Reads a file; `-` is standard input.
    ///
    /// # Errors
    /// The file cannot be read. What is wrong with its content is for [`Source::check`] to tell.
    pub(crate) fn read(file: &str) -> anyhow::Result<Self> {
        let text = console::read(file)?;
        let reading = yaml::read(&text);
        Ok(Self { name: console::name(file).to_owned(), text, reading })
    }

    /// Whether the file must be mended before it is worth knowing against which account it is checked.
    pub(crate) fn is_malformed(&self) -> bool {
        self.reading.has_errors()
    }

    /// Whether the file says nothing at all, and nothing is wrong with it.
    pub(crate) fn is_empty(&self) -> bool {
        self.reading.value == Document::default() && !self.is_malformed()
    }

    /// What the file states about the account.
    pub(crate) fn account(&self) -> Option<&Account> {
        self.reading.value.account.as_ref()
    }

    /// What the file is called in messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Checks what was read, and runs its examples.
    pub(crate) fn check(self, account_source: AccountSource<'_>) -> Checked {
        self.checked(account_source, examples_broken)
    }

    /// Checks what was read, whether its examples hold or not.
    pub(crate) fn check_form(self, account_source: AccountSource<'_>) -> Checked {
        self.checked(account_source, |_, _| Vec::new())
    }

    fn checked(
        self,
        account_source: AccountSource<'_>,
        run_examples: impl Fn(&Arc<Account>, &[Arc<Workflow>]) -> Vec<Diagnostic>,
    ) -> Checked {
        let Self { name, text, mut reading } = self;
        let account = account_of(&mut reading, account_source);
        let workflows = &reading.value.workflows;
        let mut found = check::workflows(workflows, "workflows");
        let checker = Checker::new(&account);
        for (index, workflow) in workflows.iter().enumerate() {
            found.extend(checker.workflow(workflow, &workflow_path(index)));
        }
        reading.add(found);
        let index = build(Arc::new(account), &mut reading, run_examples);
        let Reading { value: document, diagnostics, locations } = reading;
        let mut findings: Vec<Finding> =
            diagnostics.into_iter().map(|diagnostic| Finding::local(diagnostic, &locations, &text)).collect();
        findings::sort(&mut findings);
        Checked { name, text, document, findings, locations, index }
    }
}

/// Reads and checks a file; `-` is standard input.
///
/// # Errors
/// The file cannot be read. What is wrong with its content is in the findings.
pub(crate) fn load(file: &str, account_source: AccountSource<'_>) -> anyhow::Result<Checked> {
    Ok(Source::read(file)?.check(account_source))
}

/// Reads a file for the account that it states. One that is wrong has its findings in what was checked, and the defaults, with
/// this id, take its place.
///
/// # Errors
/// The file cannot be read, or states no account.
pub(crate) fn load_account(file: &str, default_id: &str) -> anyhow::Result<(Checked, Account)> {
    let mut holder = load(file, AccountSource::FileOr(default_id))?;
    let account = holder.document.account.take();
    if findings::has_errors(&holder.findings) {
        return Ok((holder, default_account(default_id)));
    }
    match account {
        Some(account) => Ok((holder, account)),
        None => Err(misuse(format!("{} states no account", holder.name))),
    }
}

/// The account to check against. One that is itself wrong is reported, and the defaults take its place, so that the
/// workflows are checked all the same.
fn account_of(reading: &mut Reading<Document>, account_source: AccountSource<'_>) -> Account {
    let found = reading.value.account.as_ref().map(|account| check::account(account, "account"));
    reading.add(found.unwrap_or_default());
    let is_sound = reading
        .diagnostics
        .iter()
        .all(|finding| finding.severity != Severity::Error || !finding.path.starts_with("account"));
    match (account_source, &reading.value.account) {
        (AccountSource::Given(account), _) => account.clone(),
        (AccountSource::FileOr(_), Some(account)) if is_sound => account.clone(),
        (AccountSource::FileOr(id), _) => default_account(id),
    }
}

/// Compiles, and runs every example, unless something is wrong already; whatever breaks is reported.
fn build(
    account: Arc<Account>,
    reading: &mut Reading<Document>,
    run_examples: impl Fn(&Arc<Account>, &[Arc<Workflow>]) -> Vec<Diagnostic>,
) -> Option<Index> {
    if reading.has_errors() {
        return None;
    }
    let workflows: Vec<Arc<Workflow>> = reading.value.workflows.iter().cloned().map(Arc::new).collect();
    let mut broken = run_examples(&account, &workflows);
    let index = compile(account, &workflows).map_err(|found| broken.extend(found)).ok();
    reading.add(broken);
    index.filter(|_| !reading.has_errors())
}

/// A finding for each example that breaks.
fn examples_broken(account: &Arc<Account>, workflows: &[Arc<Workflow>]) -> Vec<Diagnostic> {
    let run = workflows.iter().enumerate().map(|(index, workflow)| {
        compile::run_examples(account, workflow, &workflow_path(index)).err().unwrap_or_default()
    });
    run.flatten().collect()
}

/// The path of a document's workflow.
pub(crate) fn workflow_path(index: usize) -> String {
    format!("workflows[{index}]")
}
