//! Writing a file's workflows to an account of a server: read and checked here, then by the server.

use anyhow::Context as _;
use prost::Message as _;
use tamis_api::v1::{
    GetAccountRequest, ImportMode, ImportWorkflowsRequest, ImportWorkflowsResponse, Workflow,
};
use tamis_engine::Severity;
use tamis_engine::definition::{self, Account};
use tamis_server::offline;
use tonic::Request;

use crate::args::DraftArgs;
use crate::exit::misuse;
use crate::findings::{self, Finding};
use crate::local::{AccountSource, Checked, Source};
use crate::remote::Server;
use crate::{console, remote};

/// Bytes of workflows in one message, well below the mebibyte that a server takes; a larger workflow goes alone.
const MESSAGE_BYTES: usize = 256 << 10;

/// A file that was read, and the account that it is for.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The account.
    pub(crate) account_id: String,
    source: Source,
}

/// A file without errors, and the server that it is for.
#[derive(Debug)]
pub(crate) struct Ready {
    /// The server.
    pub(crate) server: Server,
    /// The file.
    pub(crate) checked: Checked,
}

impl Draft {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, says nothing, or there is no account to write to.
    pub(crate) fn read(args: &DraftArgs) -> anyhow::Result<Self> {
        let source = Source::read(&args.file)?;
        if source.is_empty() && !args.merge {
            return Err(misuse(format!(
                "{} holds neither an account nor workflows; to remove all workflows, state the account",
                source.name()
            )));
        }
        let account_id = account_id(args.account.as_deref(), &source)?;
        Ok(Self { account_id, source })
    }

    /// Checks the file, and connects to the server; `None` if it has errors, which are shown.
    ///
    /// # Errors
    /// The server cannot be reached, or does not tell its account.
    pub(crate) async fn check(self, args: &DraftArgs) -> anyhow::Result<Option<Ready>> {
        let Self { account_id, source } = self;
        if source.account().is_some() || source.is_malformed() {
            let checked = source.check(AccountSource::FileOr(&account_id));
            return match passes(&checked)? {
                true => Ok(Some(Ready { server: remote::connect(&args.server).await?, checked })),
                false => Ok(None),
            };
        }
        // Days, hours and ids mean what the server's account says, so the examples of a file without one are run by that.
        let server = remote::connect(&args.server).await?;
        let account = stored_account(server.clone(), &account_id).await?;
        let checked = source.check(AccountSource::Given(&account));
        Ok(passes(&checked)?.then_some(Ready { server, checked }))
    }
}

/// The account to write to. A file of one account is never written to another by mistake: a write may remove whatever
/// the file does not hold.
pub(crate) fn account_id(named: Option<&str>, source: &Source) -> anyhow::Result<String> {
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

async fn stored_account(server: Server, account_id: &str) -> anyhow::Result<Account> {
    let request = GetAccountRequest { account_id: account_id.to_owned() };
    let answer = remote::accounts(server).get_account(request).await;
    let account = answer.map_err(|status| remote::failure(&status))?.into_inner().account;
    let account = account.context("the server's answer has no account")?;
    remote::understood(offline::account_from_wire(&account, "account"))
}

/// Whether what was found here lets the file be sent; shows it if it does not.
fn passes(checked: &Checked) -> anyhow::Result<bool> {
    let errors = findings::count_of(&checked.findings, Severity::Error);
    if errors > 0 {
        checked.show()?;
        console::note(&format!("{} has {}: nothing was sent", checked.name, console::count(errors, "error")));
    }
    Ok(errors == 0)
}

/// How a file is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending {
    /// Keep workflows that the file does not have.
    pub(crate) merge: bool,
    /// Unless 0, the account must be at this revision.
    pub(crate) expected_revision: u64,
    /// Check everything and write nothing.
    pub(crate) validate_only: bool,
}

impl Ready {
    /// The messages of this import.
    pub(crate) fn messages(&self, account_id: &str, sending: Sending) -> Vec<ImportWorkflowsRequest> {
        let document = &self.checked.document;
        let mode = if sending.merge { ImportMode::Merge } else { ImportMode::Replace };
        let first = ImportWorkflowsRequest {
            account_id: account_id.to_owned(),
            account: document.account.as_ref().map(offline::account_to_wire),
            mode: mode.into(),
            expected_revision: sending.expected_revision,
            validate_only: sending.validate_only,
            workflows: Vec::new(),
        };
        messages(first, &document.workflows)
    }

    /// Sends the file.
    ///
    /// # Errors
    /// The server refuses it; the fields that are wrong have been shown.
    pub(crate) async fn send(
        &self,
        call: Request<impl tokio_stream::Stream<Item = ImportWorkflowsRequest> + Send + 'static>,
    ) -> anyhow::Result<ImportWorkflowsResponse> {
        let checked = &self.checked;
        match remote::workflows(self.server.clone()).import_workflows(call).await {
            Ok(response) => Ok(response.into_inner()),
            Err(status) => {
                let error = remote::error_of(&status);
                let headline = remote::headline(&error);
                let violations = error.violations.into_iter();
                let mut refused: Vec<Finding> =
                    violations.map(|violation| Finding::violation(violation, &checked.locations)).collect();
                findings::sort(&mut refused);
                checked.show_also(&refused)?;
                Err(anyhow::anyhow!(headline))
            }
        }
    }

    /// The server's warnings that were not found here already.
    pub(crate) fn news_of(&self, response: &ImportWorkflowsResponse) -> Vec<Finding> {
        let Checked { findings, locations, .. } = &self.checked;
        let is_known = |warning: &Finding| {
            findings.iter().any(|known| known.path == warning.path && known.code == warning.code)
        };
        let mut news: Vec<Finding> = response
            .warnings
            .iter()
            .map(|warning| Finding::warning_of_server(warning.clone(), locations))
            .filter(|warning| !is_known(warning))
            .collect();
        findings::sort(&mut news);
        news
    }
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
