//! An account as a server has it, or had it.

use std::collections::{HashMap, HashSet};

use anyhow::Context as _;
use tamis_api::v1::{ErrorReason, ExportWorkflowsRequest, ExportWorkflowsResponse};
use tamis_engine::definition::yaml::Document;
use tamis_engine::definition::{Account, Workflow};
use tamis_server::offline;
use tonic::Status;

use crate::remote::{self, Server};

/// An account at one revision.
#[derive(Debug)]
pub(crate) struct Stored {
    /// The revision.
    pub(crate) revision: u64,
    /// The account, and its workflows in order.
    pub(crate) document: Document,
}

impl Stored {
    /// The same as a file has it: none of its workflows has a version.
    fn without_versions(mut self) -> Self {
        self.document.workflows.iter_mut().for_each(|workflow| workflow.version = 0);
        self
    }
}

/// Reads an account as it was at a revision, or as it is for 0.
///
/// # Errors
/// The call failed, or the answer makes no sense.
pub(crate) async fn read(server: Server, account_id: &str, revision: u64) -> anyhow::Result<Stored> {
    Ok(read_with_versions(server, account_id, revision).await?.without_versions())
}

/// The same with the version of each workflow, which answers tell.
///
/// # Errors
/// Those of [`read`].
pub(crate) async fn read_with_versions(
    server: Server,
    account_id: &str,
    revision: u64,
) -> anyhow::Result<Stored> {
    let parts = parts(server, account_id, revision).await;
    understood(parts.map_err(|status| remote::failure(&status))?)
}

/// Reads an account as it is; `None` if there is none.
///
/// # Errors
/// Those of [`read`].
pub(crate) async fn read_if_there(server: Server, account_id: &str) -> anyhow::Result<Option<Stored>> {
    match parts(server, account_id, 0).await {
        Ok(parts) => Ok(Some(understood(parts)?.without_versions())),
        Err(status) if remote::error_of(&status).reason() == ErrorReason::AccountNotFound => Ok(None),
        Err(status) => Err(remote::failure(&status)),
    }
}

async fn parts(
    server: Server,
    account_id: &str,
    revision: u64,
) -> Result<Vec<ExportWorkflowsResponse>, Status> {
    let request = ExportWorkflowsRequest { account_id: account_id.to_owned(), revision };
    let mut answer = remote::workflows(server).export_workflows(request).await?.into_inner();
    let mut parts = Vec::new();
    while let Some(part) = answer.message().await? {
        parts.push(part);
    }
    Ok(parts)
}

fn understood(parts: Vec<ExportWorkflowsResponse>) -> anyhow::Result<Stored> {
    let (mut revision, mut account, mut workflows) = (0, None::<Account>, Vec::new());
    for part in parts {
        revision = part.revision;
        if let Some(told) = &part.account {
            account = Some(remote::understood(offline::account_from_wire(told, "account"))?);
        }
        for workflow in &part.workflows {
            let path = format!("workflows[{}]", workflows.len());
            workflows.push(remote::understood(offline::workflow_from_wire(workflow, &path))?);
        }
    }
    let account = Some(account.context("the server's answer has no account")?);
    Ok(Stored { revision, document: Document { account, workflows } })
}

/// An account as it would be once a file is written, with its workflows in order; with `merge`, those stay that the file does not
/// have.
pub(crate) fn after(file: &Document, stored: Option<&Document>, merge: bool) -> Document {
    let present = stored.map(|document| document.workflows.as_slice()).unwrap_or_default();
    let staying = if merge { present } else { &[] };
    let mut workflows = file.workflows.clone();
    offline::place(&mut workflows, staying);
    let written: HashSet<String> = workflows.iter().map(|workflow| workflow.id.clone()).collect();
    workflows.extend(staying.iter().filter(|workflow| !written.contains(&workflow.id)).cloned());
    // Where positions are the same, those that are there already keep their order, and come first.
    let places: HashMap<&str, usize> = present.iter().map(|workflow| &*workflow.id).zip(0..).collect();
    workflows.sort_by_key(|workflow: &Workflow| {
        (workflow.position, places.get(&*workflow.id).copied().unwrap_or(usize::MAX))
    });
    let account = file.account.clone().or_else(|| stored.and_then(|document| document.account.clone()));
    Document { account, workflows }
}
