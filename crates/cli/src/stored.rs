//! An account as a server has it, or had it.

use anyhow::Context as _;
use tamis_api::v1::{ExportWorkflowsRequest, ExportWorkflowsResponse};
use tamis_engine::definition::Account;
use tamis_engine::definition::yaml::Document;
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

/// Reads an account as it was at a revision, or as it is for 0.
///
/// # Errors
/// The call failed, or the answer makes no sense.
pub(crate) async fn read(server: Server, account_id: &str, revision: u64) -> anyhow::Result<Stored> {
    let parts = parts(server, account_id, revision).await;
    understood(parts.map_err(|status| remote::failure(&status))?)
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
