//! What a write makes of an account, before anything is compiled or stored.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use tamis_engine::{Account, Diagnostic, Severity, Workflow, check, compile};

use crate::catalog::analysis::Told;
use crate::catalog::rollback::Rollback;
use crate::catalog::snapshot::{Snapshot, StoredAccount, StoredWorkflow};
use crate::catalog::workflows::Workflows;
use crate::convert::merged;
use crate::status::Failure;

/// The account as a write finds it. Nobody else writes until the write is done.
pub(crate) struct Current {
    /// The account; `None` if there is none, or no longer.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    /// The account's revision. An account that was deleted keeps it.
    pub(crate) revision: u64,
}

impl Current {
    /// The account, or the failure that says that there is none.
    pub(crate) fn account(&self, account_id: &str) -> Result<&Arc<Snapshot>, Failure> {
        self.snapshot.as_ref().ok_or_else(|| Failure::account_not_found(account_id))
    }
}

/// What a write makes of an account.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Definitions come, change and go.
    Put(Put),
    /// The account becomes what it was.
    Rollback(Rollback),
    /// The account goes, with its workflows.
    DeleteAccount,
}

/// Definitions that come, change and go. What is the same as before makes no revision.
#[derive(Debug, Default)]
pub(crate) struct Put {
    /// New settings and directory.
    pub(crate) account: Option<Arc<Account>>,
    /// Workflows that are new, or take the place of those with the same ids. New ones are created in this order.
    pub(crate) workflows: Vec<Arc<Workflow>>,
    /// Ids of workflows to remove; none of them is in `workflows`.
    pub(crate) removed: HashSet<String>,
    /// Do everything but store and publish it.
    pub(crate) dry_run: bool,
    /// Workflows that whoever writes is told about.
    pub(crate) told: Vec<Told>,
}

/// What a [`Plan`] makes of an account, and what of it the store has to learn.
pub(crate) struct Draft {
    /// The account's own record.
    pub(crate) account: StoredAccount,
    /// Whether that record is another one than before.
    pub(crate) account_changed: bool,
    /// Workflows that are changed, in order of creation, and then those that are new.
    pub(crate) changed: Vec<Arc<StoredWorkflow>>,
    /// Ids of those that went, in order of creation. One that is among the changed ones too is created anew.
    pub(crate) removed: Vec<String>,
    /// As of when.
    pub(crate) now: Timestamp,
}

impl Draft {
    /// Whether everything is as before.
    pub(crate) fn is_same(&self) -> bool {
        !self.account_changed && self.changed.is_empty() && self.removed.is_empty()
    }
}

impl Put {
    /// Carries the plan out on paper, as of a revision and an instant, in time that grows with the plan.
    ///
    /// # Errors
    /// There is no account and the plan makes none, or it would have too many workflows.
    pub(crate) fn draft(
        self,
        account_id: &str,
        current: &Current,
        revision: u64,
        now: Timestamp,
        workflows_max: usize,
    ) -> Result<Draft, Failure> {
        // Instants within an account never run backwards, whatever the machine's clock does.
        let now = current.snapshot.as_ref().map_or(now, |snapshot| now.max(snapshot.latest_write()));
        let (account, account_changed) = self.draft_account(account_id, current, revision, now)?;
        let none = Workflows::default();
        let before = current.snapshot.as_ref().map_or(&none, |snapshot| snapshot.workflows());
        let mut removed: Vec<(u64, String)> =
            self.removed.into_iter().filter_map(|id| Some((before.created(&id)?, id))).collect();
        removed.sort_unstable();
        let mut new = Vec::new();
        // The last one of the same id counts, in the place of the first.
        let mut coming: HashMap<String, (usize, Arc<Workflow>)> =
            HashMap::with_capacity(self.workflows.len());
        for (place, workflow) in self.workflows.into_iter().enumerate() {
            let first = coming.get(&workflow.id).map_or(place, |(first, _)| *first);
            coming.insert(workflow.id.clone(), (first, workflow));
        }
        let mut old = Vec::new();
        for (id, (place, workflow)) in coming {
            match before.get(&id).zip(before.created(&id)) {
                None => new.push((place, workflow)),
                Some((stored, created)) => {
                    old.extend(changed(stored, workflow, revision, now).map(|changed| (created, changed)));
                }
            }
        }
        old.sort_unstable_by_key(|(created, _)| *created);
        new.sort_unstable_by_key(|(place, _)| *place);
        if before.len() + new.len() - removed.len() > workflows_max {
            let limit = u64::try_from(workflows_max).unwrap_or(u64::MAX);
            return Err(Failure::limit_exceeded("workflows_per_account", limit));
        }
        let new = new.into_iter().map(|(_, workflow)| {
            let definition = with_version(workflow, revision);
            Arc::new(StoredWorkflow { definition, create_time: now, update_time: now })
        });
        Ok(Draft {
            account,
            account_changed,
            changed: old.into_iter().map(|(_, changed)| changed).chain(new).collect(),
            removed: removed.into_iter().map(|(_, id)| id).collect(),
            now,
        })
    }

    fn draft_account(
        &self,
        account_id: &str,
        current: &Current,
        version: u64,
        now: Timestamp,
    ) -> Result<(StoredAccount, bool), Failure> {
        let before = current.snapshot.as_ref().map(|snapshot| snapshot.account());
        match (before, &self.account) {
            (None, None) => Err(Failure::account_not_found(account_id)),
            (None, Some(definition)) => {
                let definition = definition.clone();
                Ok((StoredAccount { definition, version, create_time: now, update_time: now }, true))
            }
            (Some(before), Some(definition)) if *definition != before.definition => {
                let (definition, create_time) = (definition.clone(), before.create_time);
                Ok((StoredAccount { definition, version, create_time, update_time: now }, true))
            }
            (Some(before), _) => Ok((before.clone(), false)),
        }
    }
}

/// The new record of a stored workflow, unless it stays the same.
fn changed(
    stored: &StoredWorkflow,
    workflow: Arc<Workflow>,
    revision: u64,
    now: Timestamp,
) -> Option<Arc<StoredWorkflow>> {
    if stored.is(&workflow) {
        return None;
    }
    let definition = with_version(workflow, revision);
    Some(Arc::new(StoredWorkflow { definition, create_time: stored.create_time, update_time: now }))
}

/// The workflow with a version.
pub(crate) fn with_version(workflow: Arc<Workflow>, version: u64) -> Arc<Workflow> {
    let mut workflow = workflow;
    Arc::make_mut(&mut workflow).version = version;
    workflow
}

/// A workflow to be checked, with the path that findings about it begin with, and with what was found as it was
/// read.
pub(crate) struct Candidate {
    /// The workflow.
    pub(crate) workflow: Arc<Workflow>,
    /// What field paths begin with.
    pub(crate) path: String,
    /// What was found as it was read.
    pub(crate) findings: Vec<Diagnostic>,
}

impl Candidate {
    /// The workflow, to be analysed once it is compiled.
    pub(crate) fn told(&self) -> Told {
        Told { workflow_id: self.workflow.id.clone(), path: self.path.clone() }
    }
}

/// All findings about workflows against an account that is itself without errors: those of reading, of checking and
/// of the examples. They come in the order of the workflows.
pub(crate) fn findings(account: &Arc<Account>, candidates: &[Candidate]) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for candidate in candidates {
        let checked = check::workflow(account, &candidate.workflow, &candidate.path);
        let mut findings = merged(candidate.findings.clone(), checked);
        if !has_errors(&findings)
            && let Err(broken) = compile::run_examples(account, &candidate.workflow, &candidate.path)
        {
            findings.extend(broken);
        }
        all.extend(findings);
    }
    all
}

/// Whether a save is to be stopped.
pub(crate) fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// The findings if none of them stops a save.
///
/// # Errors
/// One does.
pub(crate) fn warnings(findings: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Failure> {
    if has_errors(&findings) { Err(Failure::invalid_definition(findings)) } else { Ok(findings) }
}

/// What the path of a finding about a stored workflow begins with.
pub(crate) fn stored_path(workflow_id: &str) -> String {
    format!("workflows[\"{workflow_id}\"]")
}

/// A stored workflow, to be checked against other settings than those that it was stored under.
pub(crate) fn stored_candidate(stored: &StoredWorkflow) -> Candidate {
    Candidate { workflow: stored.definition.clone(), path: stored_path(stored.id()), findings: Vec::new() }
}

/// Puts the ids of workflows in the place of the indexes by which the compiler knows them.
pub(crate) fn by_id<'a>(
    findings: Vec<Diagnostic>,
    id_at: impl Fn(usize) -> Option<&'a str>,
) -> Vec<Diagnostic> {
    findings
        .into_iter()
        .map(|mut finding| {
            let named = finding.path.strip_prefix("workflows[").and_then(|rest| {
                let (index, rest) = rest.split_once(']')?;
                let id = id_at(index.parse().ok()?)?;
                Some(format!("{}{rest}", stored_path(id)))
            });
            finding.path = named.unwrap_or(finding.path);
            finding
        })
        .collect()
}
