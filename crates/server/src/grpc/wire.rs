//! Stored records as the contract shows them.

use std::collections::HashMap;

use prost::Message as _;
use tamis_api::v1;
use tamis_engine::Diagnostic;

use crate::catalog::snapshot::{StoredAccount, StoredWorkflow};
use crate::catalog::{Snapshot, Written};
use crate::convert;
use crate::convert::time::instant_to_wire;

/// Bytes of the findings of one answer. Clients take messages of 4 MiB unless told otherwise, and a workflow that is wrong
/// in every phrase has a hundred thousand findings.
const FINDINGS_BYTES_MAX: usize = 3 << 20;

/// A workflow as stored.
pub(crate) fn workflow(stored: &StoredWorkflow) -> v1::Workflow {
    v1::Workflow {
        version: stored.definition.version,
        etag: stored.etag(),
        create_time: Some(instant_to_wire(stored.create_time)),
        update_time: Some(instant_to_wire(stored.update_time)),
        ..convert::workflow::to_wire(&stored.definition)
    }
}

/// An account as stored.
pub(crate) fn account(snapshot: &Snapshot) -> v1::Account {
    account_at(snapshot.account(), snapshot.revision)
}

/// An account's own record as stored, at a revision of the account.
pub(crate) fn account_at(stored: &StoredAccount, revision: u64) -> v1::Account {
    v1::Account {
        directory: Some(convert::account::directory_to_wire(&stored.definition.directory)),
        ..head_at(stored, revision)
    }
}

/// An account without its directory.
pub(crate) fn account_head(snapshot: &Snapshot) -> v1::Account {
    head_at(snapshot.account(), snapshot.revision)
}

fn head_at(stored: &StoredAccount, revision: u64) -> v1::Account {
    v1::Account {
        account_id: stored.definition.id.clone(),
        display_name: stored.definition.display_name.clone(),
        time_zone: stored.definition.time_zone.clone(),
        locale: stored.definition.locale.clone(),
        directory: None,
        etag: stored.etag(),
        revision,
        create_time: Some(instant_to_wire(stored.create_time)),
        update_time: Some(instant_to_wire(stored.update_time)),
    }
}

/// A workflow as a write left it.
pub(crate) fn written_workflow<T>(written: &Written<T>, workflow_id: &str) -> Option<v1::Workflow> {
    written.snapshot.as_ref()?.workflow(workflow_id).map(|stored| workflow(stored))
}

/// An account as a write left it.
pub(crate) fn written_account<T>(written: &Written<T>) -> Option<v1::Account> {
    written.snapshot.as_deref().map(account)
}

/// What did not stop a write: what its plan found, and what an analysis did.
pub(crate) fn warnings(written: Written<Vec<Diagnostic>>) -> Vec<v1::Diagnostic> {
    let Written { mut note, mut warnings, snapshot, .. } = written;
    note.append(&mut warnings);
    findings(note, snapshot.as_ref().map_or("", |snapshot| &snapshot.account().definition.id))
}

/// Findings about an account as an answer tells them: all of them, or as many as fit and how many more there are.
pub(crate) fn findings(findings: Vec<Diagnostic>, account_id: &str) -> Vec<v1::Diagnostic> {
    let total = findings.len();
    let mut bytes = 0;
    let mut severity = None;
    let mut told: Vec<v1::Diagnostic> = Vec::new();
    for finding in findings {
        let finding = convert::diagnostic::to_wire(finding, account_id);
        bytes += finding.encoded_len();
        if bytes > FINDINGS_BYTES_MAX {
            severity = Some(finding.severity);
            break;
        }
        told.push(finding);
    }
    let more = total - told.len();
    told.extend(severity.map(|severity| v1::Diagnostic {
        severity,
        code: "findings_left_out".to_owned(),
        field: String::new(),
        message: format!("{more} more findings do not fit into this answer"),
        help: "put these right, and ask again".to_owned(),
        parameters: HashMap::from([("count".to_owned(), more.to_string())]),
        example: None,
    }));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_fit_into_an_answer() {
        let finding = |message: &str| Diagnostic::error("odd", "workflow", message);
        let few = findings(vec![finding("a"), finding("b")], "shop");
        assert_eq!(few.len(), 2);
        let many = findings(vec![finding(&"x".repeat(1 << 20)); 5], "shop");
        assert_eq!(many.len(), 3);
        let last = many.last().unwrap();
        assert_eq!((last.code.as_str(), last.severity), ("findings_left_out", v1::Severity::Error.into()));
        assert!(last.message.starts_with("3 more"), "{}", last.message);
    }
}
