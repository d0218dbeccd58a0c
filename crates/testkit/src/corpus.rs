//! The corpus: cases in data files, each with a question and the answer that the contract demands.
//!
//! Whatever decides runs it: the reference, the index, the service, the command line. A driver reads a case's texts as
//! it would read anybody's, turns its answer into an [`Outcome`] and hands it back; all comparing is done here.
//!
//! # The files
//! A file holds `defaults` and `cases`. A case has a `name` that no other case of the file has, the texts `account`,
//! `workflows` and `request` (those that it leaves out are the file's), and what it `expect`s, which only names what the
//! case is about. The texts are YAML in the engine's own form. Where one holds `$word`, the case's (or the file's) `with`
//! says what stands there.

mod expect;
mod outcome;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use expect::Expect;
pub use outcome::{Decided, DecidedAction, Matched, MatchedPhrase, Outcome, Refusal, Round};

/// One question with the answer that it must have.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file's name without its ending, and the case's, such as `elapsed/more_than at exactly 24 h`.
    pub name: String,
    /// The account, as YAML with the key `account`.
    pub account: String,
    /// The workflows, as YAML with the key `workflows`.
    pub workflows: String,
    /// The request, as YAML.
    pub request: String,
    /// The case is about the form of YAML itself: nothing else can say what it says, or it means something else there (an
    /// empty id, on the wire, asks for one to be made).
    pub is_about_yaml: bool,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    defaults: Defaults,
    cases: Vec<Entry>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Defaults {
    account: String,
    workflows: String,
    request: String,
    with: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    account: Option<String>,
    workflows: Option<String>,
    request: Option<String>,
    #[serde(default)]
    with: BTreeMap<String, String>,
    #[serde(default)]
    is_about_yaml: bool,
    expect: Expect,
}

/// All cases, in order of files and of cases within them.
///
/// # Errors
/// A file cannot be read, does not have the form of a corpus file, names a case twice, or leaves a `$word` open.
pub fn load() -> Result<Vec<Case>, String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let entries = fs::read_dir(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file_name = path.file_stem().unwrap_or_default().to_string_lossy();
        cases.extend(read(&file_name, &text).map_err(|error| format!("{}: {error}", path.display()))?);
    }
    Ok(cases)
}

/// Runs every case through `decide` and compares what comes back.
///
/// # Errors
/// One line or more for each case that failed.
pub fn run(cases: &[Case], mut decide: impl FnMut(&Case) -> Outcome) -> Result<(), String> {
    let outcomes: BTreeMap<&str, Outcome> =
        cases.iter().map(|case| (case.name.as_str(), decide(case))).collect();
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let outcome = outcomes.get(case.name.as_str())?;
            let failure = case.check(outcome).and_then(|()| case.check_keys(outcome, &outcomes)).err()?;
            Some(format!("{}: {failure}", case.name))
        })
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(format!("{} of {} cases failed:\n{}", failures.len(), cases.len(), failures.join("\n")))
    }
}

impl Case {
    /// The account and the workflows as one document, as a file would hold them.
    pub fn document(&self) -> String {
        format!("{}\n{}", self.account.trim_end(), self.workflows)
    }

    /// Whether the case expects its workflows, its account or its request to be refused.
    pub fn is_refusal(&self) -> bool {
        self.expect.errors.is_some()
    }

    /// Compares an outcome with what the case expects, but for fire keys of other cases.
    ///
    /// # Errors
    /// What differs.
    pub fn check(&self, outcome: &Outcome) -> Result<(), String> {
        self.expect.check(outcome)
    }

    /// Compares the outcome's fire keys with those of the cases that it must, or must not, have them in common with.
    /// Does nothing where the case names none.
    ///
    /// # Errors
    /// What differs.
    pub fn check_keys(&self, outcome: &Outcome, outcomes: &BTreeMap<&str, Outcome>) -> Result<(), String> {
        let file = self.name.split_once('/').map_or("", |(file, _)| file);
        self.expect.check_keys(outcome, |name| outcomes.get(format!("{file}/{name}").as_str()))
    }
}

fn read(file_name: &str, text: &str) -> Result<Vec<Case>, String> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let mut cases: Vec<Case> = Vec::new();
    for entry in file.cases {
        let mut with = file.defaults.with.clone();
        with.extend(entry.with);
        let fill = |stated: Option<String>, default: &String| {
            filled(&stated.unwrap_or_else(|| default.clone()), &with)
                .map_err(|word| format!("{}: nothing is given for ${word}", entry.name))
        };
        let case = Case {
            name: format!("{file_name}/{}", entry.name),
            account: fill(entry.account, &file.defaults.account)?,
            workflows: fill(entry.workflows, &file.defaults.workflows)?,
            request: fill(entry.request, &file.defaults.request)?,
            is_about_yaml: entry.is_about_yaml,
            expect: entry.expect,
        };
        if cases.iter().any(|other| other.name == case.name) {
            return Err(format!("two cases are named `{}`", entry.name));
        }
        cases.push(case);
    }
    Ok(cases)
}

/// Puts in what is given for every `$word` of a text. A `$` that no letter follows stands for itself.
///
/// # Errors
/// The word that nothing is given for.
fn filled(text: &str, with: &BTreeMap<String, String>) -> Result<String, String> {
    let mut parts = text.split('$');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end =
            part.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(part.len());
        let (word, rest) = part.split_at_checked(end).unwrap_or((part, ""));
        match with.get(word) {
            _ if word.is_empty() => filled.push('$'),
            Some(value) => filled.push_str(value),
            None => return Err(word.to_owned()),
        }
        filled.push_str(rest);
    }
    Ok(filled)
}
