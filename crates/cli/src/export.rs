//! `tamis export`: reads an account with its workflows from a server, as YAML.

use anyhow::bail;
use tamis_api::v1::ExportWorkflowsRequest;
use tamis_engine::definition::yaml::{self, Document};
use tamis_server::offline;

use crate::args::ExportArgs;
use crate::exit::{Outcome, misuse};
use crate::{console, remote};

/// Runs the command.
///
/// # Errors
/// The call failed, the answer makes no sense, or the file cannot be written.
pub(crate) fn run(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let document = remote::block_on(read(args))?;
    let yaml = yaml::write(&document);
    match &args.output {
        None => console::print(&yaml)?,
        Some(file) => std::fs::write(file, yaml)
            .map_err(|error| misuse(format!("cannot write {}: {error}", file.display())))?,
    }
    Ok(Outcome::Clean)
}

async fn read(args: &ExportArgs) -> anyhow::Result<Document> {
    let mut client = remote::workflows(remote::connect(&args.server).await?);
    let request = ExportWorkflowsRequest { account_id: args.account.clone(), revision: 0 };
    let mut parts =
        client.export_workflows(request).await.map_err(|status| remote::failure(&status))?.into_inner();
    let mut document = Document::default();
    while let Some(part) = parts.message().await.map_err(|status| remote::failure(&status))? {
        if let Some(account) = &part.account {
            document.account = Some(remote::understood(offline::account_from_wire(account, "account"))?);
        }
        for workflow in &part.workflows {
            let path = format!("workflows[{}]", document.workflows.len());
            document.workflows.push(remote::understood(offline::workflow_from_wire(workflow, &path))?);
        }
    }
    if document.account.is_none() {
        bail!("the server's answer has no account");
    }
    Ok(document)
}
