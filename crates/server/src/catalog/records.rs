//! What the store keeps of an account: the messages of the contract, encoded.
//!
//! A record holds no etag, which is made from its version; and the `revision` of an account's own record is the
//! revision that last changed that record.

use std::sync::Arc;

use jiff::Timestamp;
use prost::Message as _;
use tamis_api::v1;
use tamis_api::well_known;
use tamis_engine::Diagnostic;
use tamis_store::{AccountRecords, Change, WorkflowRecord};

use crate::catalog::plan::{Draft, has_errors, stored_path};
use crate::catalog::snapshot::{Snapshot, StoredAccount, StoredWorkflow};
use crate::convert;
use crate::convert::time::instant_to_wire;

/// What a draft changes in the store.
pub(super) fn changes(draft: &Draft) -> Vec<Change> {
    let account = draft.account_changed.then(|| Change::PutSettings(account_record(&draft.account)));
    let removed =
        draft.removed.iter().map(|workflow_id| Change::DeleteWorkflow { workflow_id: workflow_id.clone() });
    let changed = draft.changed.iter().map(|stored| Change::PutWorkflow {
        workflow_id: stored.id().to_owned(),
        data: workflow_record(stored),
    });
    account.into_iter().chain(removed).chain(changed).collect()
}

/// The records of an account, as the store has them.
pub(super) fn of(snapshot: &Snapshot) -> AccountRecords {
    let workflows = snapshot.workflows().in_order_of_creation().into_iter();
    let workflows = workflows
        .map(|stored| WorkflowRecord { workflow_id: stored.id().to_owned(), data: workflow_record(stored) })
        .collect();
    AccountRecords { revision: snapshot.revision, settings: account_record(snapshot.account()), workflows }
}

fn account_record(stored: &StoredAccount) -> Vec<u8> {
    v1::Account {
        revision: stored.version,
        create_time: Some(instant_to_wire(stored.create_time)),
        update_time: Some(instant_to_wire(stored.update_time)),
        ..convert::account::to_wire(&stored.definition)
    }
    .encode_to_vec()
}

fn workflow_record(stored: &StoredWorkflow) -> Vec<u8> {
    v1::Workflow {
        version: stored.definition.version,
        create_time: Some(instant_to_wire(stored.create_time)),
        update_time: Some(instant_to_wire(stored.update_time)),
        ..convert::workflow::to_wire(&stored.definition)
    }
    .encode_to_vec()
}

/// Reads the records of an account; the workflows stay in order of creation.
///
/// # Errors
/// What cannot be made sense of.
pub(super) fn read(
    records: AccountRecords,
) -> Result<(StoredAccount, Vec<Arc<StoredWorkflow>>), Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let account = v1::Account::decode(records.settings.as_slice()).unwrap_or_else(|error| {
        findings.push(undecodable("account", &error));
        v1::Account::default()
    });
    let (definition, found) = convert::account::from_wire(&account, "account");
    findings.extend(found);
    let account = StoredAccount {
        definition: Arc::new(definition),
        version: account.revision,
        create_time: instant(account.create_time.as_ref(), "account.create_time", &mut findings),
        update_time: instant(account.update_time.as_ref(), "account.update_time", &mut findings),
    };
    let mut workflows = Vec::with_capacity(records.workflows.len());
    for record in records.workflows {
        workflows.push(Arc::new(stored_workflow(&record.workflow_id, &record.data, &mut findings)));
    }
    if has_errors(&findings) { Err(findings) } else { Ok((account, workflows)) }
}

/// Reads the record of a workflow.
///
/// # Errors
/// What cannot be made sense of.
pub(super) fn read_workflow(workflow_id: &str, data: &[u8]) -> Result<Arc<StoredWorkflow>, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let stored = stored_workflow(workflow_id, data, &mut findings);
    if has_errors(&findings) { Err(findings) } else { Ok(Arc::new(stored)) }
}

fn stored_workflow(workflow_id: &str, data: &[u8], findings: &mut Vec<Diagnostic>) -> StoredWorkflow {
    let path = stored_path(workflow_id);
    let message = v1::Workflow::decode(data).unwrap_or_else(|error| {
        findings.push(undecodable(&path, &error));
        v1::Workflow::default()
    });
    let (mut definition, found) = convert::workflow::from_wire(&message, &path);
    findings.extend(found);
    definition.version = message.version;
    StoredWorkflow {
        definition: Arc::new(definition),
        create_time: instant(message.create_time.as_ref(), &format!("{path}.create_time"), findings),
        update_time: instant(message.update_time.as_ref(), &format!("{path}.update_time"), findings),
    }
}

fn undecodable(path: &str, error: &prost::DecodeError) -> Diagnostic {
    Diagnostic::error("record_unreadable", path, format!("the stored record cannot be decoded: {error}"))
}

fn instant(message: Option<&well_known::Timestamp>, path: &str, findings: &mut Vec<Diagnostic>) -> Timestamp {
    let read = message.and_then(|message| Timestamp::new(message.seconds, message.nanos).ok());
    read.unwrap_or_else(|| {
        findings.push(Diagnostic::error("record_unreadable", path, "the stored record has no such instant"));
        Timestamp::UNIX_EPOCH
    })
}
