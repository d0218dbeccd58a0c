//! Writes a whole account at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use prost::Message as _;
use tamis_api::v1;
use tamis_engine::{Account, Diagnostic, Workflow, check};
use tonic::{Status, Streaming};

use crate::catalog::plan::{self, Candidate, Current, Plan, Put};
use crate::catalog::{Catalog, Snapshot, order};
use crate::convert;
use crate::convert::merged;
use crate::grpc::fields::{Caller, Fields, check_revision};
use crate::grpc::wire;
use crate::grpc::workflow::write::{candidate, new_id};
use crate::status::Failure;

/// Bytes of all messages of one import, which are held until the last one has come.
const IMPORT_BYTES_MAX: usize = 1 << 30;

/// Why a stream was not read to its end.
pub(super) enum StreamError {
    /// The stream broke off.
    Broken(Status),
    /// It was refused.
    Refused(Failure),
}

impl From<Status> for StreamError {
    fn from(status: Status) -> Self {
        Self::Broken(status)
    }
}

impl From<Failure> for StreamError {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl From<StreamError> for Status {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Broken(status) => status,
            StreamError::Refused(failure) => failure.into(),
        }
    }
}

/// Writes a whole account.
pub(super) async fn import(
    catalog: &Arc<Catalog>,
    caller: Result<Caller, Diagnostic>,
    messages: Streaming<v1::ImportWorkflowsRequest>,
) -> Result<v1::ImportWorkflowsResponse, StreamError> {
    let mut fields = Fields::default();
    let caller = fields.check(caller);
    let import = collect(messages, &mut fields, catalog.workflows_max()).await?;
    fields.require("account_id", &import.account_id);
    fields.finish()?;
    let account_id = import.account_id.clone();
    // Whoever states the account's settings writes the account too.
    let write = if import.account.is_some() {
        caller.creation(&import.account_id, "ImportWorkflows")?
    } else {
        caller.write(&import.account_id, "ImportWorkflows")
    };
    let mut written = catalog.write(write, move |current: &Current| plan(import, current)).await?;
    let mut counts = written.note;
    counts.warnings.append(&mut written.warnings);
    Ok(v1::ImportWorkflowsResponse {
        revision: written.revision,
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        deleted: counts.deleted,
        warnings: wire::findings(counts.warnings, &account_id),
    })
}

/// All messages of an import, put together.
async fn collect(
    mut messages: Streaming<v1::ImportWorkflowsRequest>,
    fields: &mut Fields,
    workflows_max: usize,
) -> Result<v1::ImportWorkflowsRequest, StreamError> {
    let mut collected = Collected::default();
    while let Some(message) = messages.message().await? {
        collected.add(message, fields, workflows_max)?;
    }
    Ok(collected.import)
}

/// The first message of an import, with the workflows of all that have come.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) import: v1::ImportWorkflowsRequest,
    bytes: usize,
    has_begun: bool,
}

impl Collected {
    /// Adds a message.
    ///
    /// # Errors
    /// It is more than one import may hold. What is wrong with its fields is reported apart.
    pub(super) fn add(
        &mut self,
        message: v1::ImportWorkflowsRequest,
        fields: &mut Fields,
        workflows_max: usize,
    ) -> Result<(), Failure> {
        self.bytes = self.bytes.saturating_add(message.encoded_len());
        if self.has_begun {
            for (field, is_set) in [
                ("account_id", !message.account_id.is_empty()),
                ("account", message.account.is_some()),
                ("mode", message.mode != 0),
                ("expected_revision", message.expected_revision != 0),
                ("validate_only", message.validate_only),
            ] {
                if is_set {
                    let text = "only the first message may hold this; later ones hold workflows";
                    fields.wrong(Diagnostic::error("not_in_first_message", field, text));
                }
            }
            self.import.workflows.extend(message.workflows);
        } else {
            if v1::ImportMode::try_from(message.mode).is_err() {
                let text =
                    format!("there is no import mode {}; want 1 to replace or 2 to merge", message.mode);
                fields.wrong(Diagnostic::error("enum_unknown", "mode", text));
            }
            self.import = message;
            self.has_begun = true;
        }
        if self.import.workflows.len() > workflows_max {
            let limit = u64::try_from(workflows_max).unwrap_or(u64::MAX);
            return Err(Failure::limit_exceeded("workflows_per_account", limit));
        }
        if self.bytes > IMPORT_BYTES_MAX {
            let limit = u64::try_from(IMPORT_BYTES_MAX).unwrap_or(u64::MAX);
            return Err(Failure::call_too_large("import_bytes", limit));
        }
        Ok(())
    }
}

/// What a write of a whole account does.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Workflows that were not there.
    pub(super) created: u32,
    /// Workflows that become others.
    pub(super) updated: u32,
    /// Workflows that are the same already.
    pub(super) unchanged: u32,
    /// Workflows that go.
    pub(super) deleted: u32,
    /// Findings that do not stop it.
    pub(super) warnings: Vec<Diagnostic>,
}

impl Counts {
    /// What becomes of workflows that are written to an account.
    pub(super) fn of<'a>(written: impl Iterator<Item = &'a Workflow>, before: Option<&Snapshot>) -> Self {
        let mut counts = Self::default();
        for workflow in written {
            match before.and_then(|snapshot| snapshot.workflow(&workflow.id)) {
                None => counts.created += 1,
                Some(stored) if stored.is(workflow) => counts.unchanged += 1,
                Some(_) => counts.updated += 1,
            }
        }
        counts
    }
}

/// What an import makes of an account.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn plan(import: v1::ImportWorkflowsRequest, current: &Current) -> Result<(Plan, Counts), Failure> {
    check_revision(current.revision, import.expected_revision)?;
    let merges = import.mode == i32::from(v1::ImportMode::Merge);
    let before = current.snapshot.as_deref();
    let mut findings = Vec::new();
    let account = account(&import, current, &mut findings)?;
    let messages = placed(import.workflows, before.filter(|_| merges), &mut findings);
    let candidates: Vec<Candidate> = messages
        .iter()
        .enumerate()
        .map(|(index, message)| candidate(message, format!("workflows[{index}]")))
        .collect();
    let named: HashSet<&str> = messages.iter().map(|message| message.workflow_id.as_str()).collect();
    let rest = || {
        let all = before.map(|snapshot| snapshot.workflows().in_order_of_creation());
        all.into_iter().flatten().filter(|stored| !named.contains(stored.id()))
    };
    if plan::has_errors(&findings) {
        // Workflows cannot be checked against an account that is wrong itself; what reading them found is told.
        findings.extend(candidates.into_iter().flat_map(|candidate| candidate.findings));
        return Err(Failure::invalid_definition(findings));
    }
    findings.extend(plan::findings(&account, &candidates));
    if merges && import.account.is_some() {
        let staying: Vec<Candidate> = rest().map(|stored| plan::stored_candidate(stored)).collect();
        findings.extend(plan::findings(&account, &staying));
    }
    let removed: HashSet<String> =
        if merges { HashSet::new() } else { rest().map(|stored| stored.id().to_owned()).collect() };
    let counts = Counts {
        deleted: u32::try_from(removed.len()).unwrap_or(u32::MAX),
        warnings: plan::warnings(findings)?,
        ..Counts::of(candidates.iter().map(|candidate| &*candidate.workflow), before)
    };
    let told = candidates.iter().map(Candidate::told).collect();
    let workflows = candidates.into_iter().map(|candidate| candidate.workflow).collect();
    let account = import.account.is_some().then_some(account);
    Ok((Plan::Put(Put { account, workflows, removed, dry_run: import.validate_only, told }), counts))
}

/// The account's settings after the import.
fn account(
    import: &v1::ImportWorkflowsRequest,
    current: &Current,
    findings: &mut Vec<Diagnostic>,
) -> Result<Arc<Account>, Failure> {
    let Some(message) = &import.account else {
        return Ok(current.account(&import.account_id)?.account().definition.clone());
    };
    let mut message = message.clone();
    if message.account_id.is_empty() {
        message.account_id.clone_from(&import.account_id);
    } else if message.account_id != import.account_id {
        let text = format!(
            "the import is of the account `{}`; leave this empty, or say the same",
            import.account_id
        );
        let finding = Diagnostic::error("account_id_differs", "account.account_id", text);
        findings.push(finding.with("account", &import.account_id));
    }
    let (definition, found) = convert::account::from_wire(&message, "account");
    findings.extend(merged(found, check::account(&definition, "account")));
    Ok(Arc::new(definition))
}

/// The workflows of an import, each with an id and a position ([`order::place`]); `staying` is the account whose other
/// workflows stay.
fn placed(
    mut workflows: Vec<v1::Workflow>,
    staying: Option<&Snapshot>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<v1::Workflow> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, workflow) in workflows.iter_mut().enumerate() {
        if workflow.workflow_id.is_empty() {
            workflow.workflow_id = new_id();
        } else if let Some(first) = seen.insert(workflow.workflow_id.clone(), index) {
            let text = format!("`{}` is the id of workflows[{first}] already", workflow.workflow_id);
            let finding = Diagnostic::error("id_duplicate", format!("workflows[{index}].workflow_id"), text);
            findings
                .push(finding.with("id", check::shown(&workflow.workflow_id)).with("position", first + 1));
        }
    }
    let mut positions: Vec<(&str, &mut Option<u32>)> =
        workflows.iter_mut().map(|workflow| (&*workflow.workflow_id, &mut workflow.position)).collect();
    let stored = |id: &str| staying?.workflow(id).map(|stored| stored.position());
    order::place(&mut positions, stored, staying.and_then(Snapshot::last_position));
    workflows
}
