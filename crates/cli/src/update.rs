//! Brings a file to what an account is, and leaves what has not changed as it stands.

use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use tamis_engine::definition::Workflow;
use tamis_engine::definition::yaml::{self, Document};
use tamis_server::offline;
use tempfile::NamedTempFile;

use crate::console;
use crate::exit::misuse;
use crate::stored::Stored;

/// Brings the file up to date; whether that has changed it.
///
/// # Errors
/// The file cannot be read, is of another account, or cannot be edited or written. It is as it was then.
pub(crate) fn update(file: &Path, account_id: &str, stored: &Stored) -> anyhow::Result<bool> {
    let name = file.display().to_string();
    if name == "-" {
        return Err(misuse("--update: standard input cannot be written; name a file"));
    }
    let text = console::read(&name)?;
    let present = yaml::read(&text).value;
    let stated = present.account.as_ref().map(|account| account.id.as_str()).filter(|id| !id.is_empty());
    if let Some(stated) = stated.filter(|stated| *stated != account_id) {
        let what = format!("--account is `{account_id}`, but {name} holds the account `{stated}`");
        return Err(misuse(format!("{what}: change one of them")));
    }
    let mut ids = HashSet::new();
    if let Some(twice) = present.workflows.iter().find(|workflow| !ids.insert(&*workflow.id)) {
        return Err(misuse(format!("{name} holds two workflows with the id `{}`", twice.id)));
    }
    let updated = yaml::update(&text, &arranged(&present, &stored.document));
    let updated = updated.map_err(|error| misuse(format!("{name} is left as it is: {error}")))?;
    if updated == text {
        return Ok(false);
    }
    replace(file, &updated).map_err(|error| misuse(format!("cannot write {name}: {error:#}")))?;
    Ok(true)
}

/// The account as this file would say it: the account's own settings if it states them, the workflows in the order in which it
/// keeps them, and positions where they do not go without saying, so that applying the file changes nothing.
fn arranged(file: &Document, stored: &Document) -> Document {
    let ranked = &stored.workflows;
    let order = order(file, ranked);
    let places: HashMap<&str, usize> = order.iter().map(|workflow| &*workflow.id).zip(0..).collect();
    let place = |workflow: &Workflow| places.get(&*workflow.id).copied();
    let stated: HashSet<&str> = file
        .workflows
        .iter()
        .filter(|workflow| workflow.position.is_some())
        .map(|workflow| &*workflow.id)
        .collect();
    // Those without a position come after all that have one, each a step after the one before it in the file.
    let mut silent: HashSet<&str> = HashSet::new();
    let mut next: Option<&Workflow> = None;
    for (rank, workflow) in ranked.iter().enumerate().rev() {
        let before = rank.checked_sub(1).and_then(|before| ranked.get(before));
        let follows =
            workflow.position == Some(offline::position_after(before.and_then(|before| before.position)));
        let is_in_order = next.is_none_or(|next| place(workflow) < place(next));
        if stated.contains(&*workflow.id) || !follows || !is_in_order {
            break;
        }
        silent.insert(&workflow.id);
        next = Some(workflow);
    }
    let workflows = order.into_iter().map(|workflow| {
        let position = workflow.position.filter(|_| !silent.contains(&*workflow.id));
        Workflow { position, ..workflow.clone() }
    });
    Document { account: file.account.as_ref().and(stored.account.clone()), workflows: workflows.collect() }
}

/// The stored workflows, which are ranked, in the order of the file: that of their ranks if the file keeps its own in that
/// order; otherwise the file's, with each new one behind the one that comes before it.
fn order<'a>(file: &Document, ranked: &'a [Workflow]) -> Vec<&'a Workflow> {
    let mut placed = file.workflows.clone();
    offline::place(&mut placed, &[]);
    if placed.is_sorted_by_key(|workflow| workflow.position) {
        return ranked.iter().collect();
    }
    let mut behind: HashMap<&str, Vec<&Workflow>> = HashMap::new();
    let kept: HashSet<&str> = file.workflows.iter().map(|workflow| &*workflow.id).collect();
    let mut last = "";
    for workflow in ranked {
        if kept.contains(&*workflow.id) {
            last = &workflow.id;
        } else {
            behind.entry(last).or_default().push(workflow);
        }
    }
    let stored: HashMap<&str, &Workflow> = ranked.iter().map(|workflow| (&*workflow.id, workflow)).collect();
    let mut order = behind.remove("").unwrap_or_default();
    for id in file.workflows.iter().map(|workflow| &*workflow.id) {
        order.extend(stored.get(id).copied());
        order.extend(behind.remove(id).into_iter().flatten());
    }
    order
}

/// Writes a file beside this one, and then puts it in its place, so that nobody ever finds half of it.
fn replace(file: &Path, text: &str) -> anyhow::Result<()> {
    let file = file.canonicalize()?;
    let folder = file.parent().context("it is in no folder")?;
    let mut made = NamedTempFile::new_in(folder)?;
    made.write_all(text.as_bytes())?;
    made.as_file().set_permissions(file.metadata()?.permissions())?;
    made.as_file().sync_all()?;
    made.persist(&file)?;
    Ok(())
}
