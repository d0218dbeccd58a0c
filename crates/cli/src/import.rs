//! `tamis apply`: writes a file's workflows to a server, all at once or not at all.

use anyhow::Context as _;
use prost::Message as _;
use tamis_api::v1::{
    GetAccountRequest, ImportMode, ImportWorkflowsRequest, ImportWorkflowsResponse, Workflow,
};
use tamis_engine::Severity;
use tamis_engine::definition::{self, Account};
use tamis_server::offline;

use crate::args::ApplyArgs;
use crate::exit::{Outcome, misuse};
use crate::findings::{self, Finding};
use crate::local::{AccountSource, Checked, Source};
use crate::remote::Server;
use crate::{console, remote};

/// Bytes of workflows in one message, well below the mebibyte that a server takes; a larger workflow goes alone.
const MESSAGE_BYTES: usize = 256 << 10;

/// Runs the command.
///
/// # Errors
/// The file cannot be read, there is no account to write to, or the call failed.
pub(crate) fn run(args: &ApplyArgs) -> anyhow::Result<Outcome> {
    let source = Source::read(&args.file)?;
    if source.is_empty() && !args.merge {
        return Err(misuse(format!(
            "{} holds neither an account nor workflows; to remove all workflows, state the account",
            source.name()
        )));
    }
    let account_id = account_id(args.account.as_deref(), &source)?;
    remote::block_on(apply(args, source, &account_id))
}

/// The account to write to. A file of one account is never written to another by mistake: a write may remove whatever
/// the file does not hold.
fn account_id(named: Option<&str>, source: &Source) -> anyhow::Result<String> {
    let stated = source.account().map(|account| account.id.as_str()).filter(|id| !id.is_empty());
    match (named, stated) {
        (Some(named), Some(stated)) if named != stated => Err(misuse(format!(
            "--account is `{named}`, but {} holds the account `{stated}`: change one of them",
            source.name()
        ))),
        (Some(id), _) | (None, Some(id)) => Ok(id.to_owned()),
        (None, None) => Err(misuse(format!("{} states no account: name one with --account", source.name()))),
    }
}

async fn apply(args: &ApplyArgs, source: Source, account_id: &str) -> anyhow::Result<Outcome> {
    if source.account().is_some() || source.is_malformed() {
        let checked = source.check(AccountSource::FileOr(account_id));
        if !passes(&checked)? {
            return Ok(Outcome::Findings);
        }
        return import(args, remote::connect(&args.server).await?, &checked, account_id).await;
    }
    // Days, hours and ids mean what the server's account says, so the examples of a file without one are run by that.
    let server = remote::connect(&args.server).await?;
    let account = stored_account(server.clone(), account_id).await?;
    let checked = source.check(AccountSource::Given(&account));
    if !passes(&checked)? {
        return Ok(Outcome::Findings);
    }
    import(args, server, &checked, account_id).await
}

async fn stored_account(server: Server, account_id: &str) -> anyhow::Result<Account> {
    let request = GetAccountRequest { account_id: account_id.to_owned() };
    let answer = remote::accounts(server).get_account(request).await;
    let account = answer.map_err(|status| remote::failure(&status))?.into_inner().account;
    let account = account.context("the server's answer has no account")?;
    remote::understood(offline::account_from_wire(&account, "account"))
}

/// Shows what was found here; whether it lets the file be sent.
fn passes(checked: &Checked) -> anyhow::Result<bool> {
    checked.show()?;
    let errors = findings::count_of(&checked.findings, Severity::Error);
    if errors > 0 {
        console::note(&format!("{} has {}: nothing was sent", checked.name, console::count(errors, "error")));
    }
    Ok(errors == 0)
}

/// The messages of this import.
fn requests(args: &ApplyArgs, checked: &Checked, account_id: &str) -> Vec<ImportWorkflowsRequest> {
    let account = checked.document.account.as_ref().map(offline::account_to_wire);
    let mode = if args.merge { ImportMode::Merge } else { ImportMode::Replace };
    let first = ImportWorkflowsRequest {
        account_id: account_id.to_owned(),
        account,
        mode: mode.into(),
        expected_revision: args.expected_revision.map_or(0, std::num::NonZeroU64::get),
        validate_only: args.dry_run,
        workflows: Vec::new(),
    };
    messages(first, &checked.document.workflows)
}

/// The messages of an import: the first says what it is, and the workflows follow.
pub(crate) fn messages(
    first: ImportWorkflowsRequest,
    workflows: &[definition::Workflow],
) -> Vec<ImportWorkflowsRequest> {
    let mut requests = vec![first];
    let mut chunk: Vec<Workflow> = Vec::new();
    let mut chunk_bytes = 0;
    for workflow in workflows {
        let workflow = offline::workflow_to_wire(workflow);
        let bytes = workflow.encoded_len();
        if !chunk.is_empty() && chunk_bytes + bytes > MESSAGE_BYTES {
            requests.push(message_of(std::mem::take(&mut chunk)));
            chunk_bytes = 0;
        }
        chunk_bytes += bytes;
        chunk.push(workflow);
    }
    if !chunk.is_empty() {
        requests.push(message_of(chunk));
    }
    requests
}

fn message_of(workflows: Vec<Workflow>) -> ImportWorkflowsRequest {
    ImportWorkflowsRequest { workflows, ..ImportWorkflowsRequest::default() }
}

async fn import(
    args: &ApplyArgs,
    server: Server,
    checked: &Checked,
    account_id: &str,
) -> anyhow::Result<Outcome> {
    let call = remote::by(&args.actor, tokio_stream::iter(requests(args, checked, account_id)));
    match remote::workflows(server).import_workflows(call).await {
        Ok(response) => {
            let response = response.into_inner();
            checked.show_also(&news_of(&response, checked))?;
            console::print(&format!("{}\n", summary(args, &response)))?;
            Ok(Outcome::Clean)
        }
        Err(status) => {
            let error = remote::error_of(&status);
            let mut refused: Vec<Finding> = error
                .violations
                .iter()
                .map(|violation| {
                    Finding::violation(&violation.field, &violation.description, &checked.locations)
                })
                .collect();
            findings::sort(&mut refused);
            checked.show_also(&refused)?;
            Err(anyhow::anyhow!(remote::headline(&error)))
        }
    }
}

/// The server's warnings that were not found here already.
fn news_of(response: &ImportWorkflowsResponse, checked: &Checked) -> Vec<Finding> {
    let is_known = |warning: &Finding| {
        checked.findings.iter().any(|known| known.path == warning.path && known.code == warning.code)
    };
    let mut news: Vec<Finding> = response
        .warnings
        .iter()
        .map(|warning| Finding::warning_of_server(warning.clone(), &checked.locations))
        .filter(|warning| !is_known(warning))
        .collect();
    findings::sort(&mut news);
    news
}

/// What was written, on one line.
fn summary(args: &ApplyArgs, response: &ImportWorkflowsResponse) -> String {
    let would = if args.dry_run { "would be " } else { "" };
    format!(
        "{would}{} created, {} updated, {} unchanged, {} deleted; revision {}",
        response.created, response.updated, response.unchanged, response.deleted, response.revision
    )
}
