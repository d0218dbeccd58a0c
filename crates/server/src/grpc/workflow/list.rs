//! Reads: one workflow, a page of them, all of them.

use std::pin::Pin;
use std::sync::Arc;

use prost::Message as _;
use tamis_api::v1;
use tamis_engine::fold::Folding;
use tokio_stream::Stream;
use tonic::Status;

use crate::catalog::snapshot::StoredWorkflow;
use crate::catalog::{Catalog, Snapshot};
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::{page, wire};
use crate::identity::Access;
use crate::status::Failure;

/// Bytes of one message of an export, after which the next one begins. Clients take 4 MiB unless told otherwise.
const EXPORT_MESSAGE_BYTES: usize = 1 << 20;

/// Bytes of the workflows of one page, after which it ends early. Clients take messages of 4 MiB unless told otherwise.
const PAGE_BYTES_MAX: usize = 3 << 20;

/// Reads a workflow.
pub(super) fn get(
    catalog: &Catalog,
    access: &Access,
    request: &v1::GetWorkflowRequest,
) -> Result<v1::GetWorkflowResponse, Failure> {
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    fields.require("workflow_id", &request.workflow_id);
    fields.finish()?;
    let snapshot = pinned(catalog, access, &request.account_id)?;
    let stored = snapshot
        .workflow(&request.workflow_id)
        .ok_or_else(|| Failure::workflow_not_found(&*request.account_id, &*request.workflow_id))?;
    Ok(v1::GetWorkflowResponse { workflow: Some(wire::workflow(stored)), revision: snapshot.revision })
}

/// Reads a page of workflows.
pub(super) async fn list(
    catalog: &Catalog,
    access: &Access,
    request: v1::ListWorkflowsRequest,
) -> Result<v1::ListWorkflowsResponse, Failure> {
    let filter = page::filter(&[
        b"workflows",
        request.account_id.as_bytes(),
        match request.enabled {
            None => b"all",
            Some(true) => b"enabled",
            Some(false) => b"disabled",
        },
        request.text.as_bytes(),
    ]);
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    let size = fields.check(page::size(request.page_size));
    let after = fields.check(page::read(&request.page_token, filter));
    fields.finish()?;
    let snapshot = pinned(catalog, access, &request.account_id)?;
    // An account may have a million workflows, and each is folded.
    let paging = tokio::task::spawn_blocking(move || {
        // Only a list that leaves something out has to be gone through as a whole.
        let (total, rest) = if request.enabled.is_none() && request.text.is_empty() {
            let from = after.as_ref().map_or(0, |after| after.position);
            let workflows = snapshot.workflows();
            (workflows.len(), resumed(workflows.from(from), after.as_ref(), size + 1))
        } else {
            let filtered = filtered(&snapshot, request.enabled, &request.text);
            (filtered.len(), resumed(filtered.into_iter(), after.as_ref(), size + 1))
        };
        let workflows = shown(rest.iter().take(size));
        let end = workflows.len();
        let last = end.checked_sub(1).and_then(|last| rest.get(last)).filter(|_| end < rest.len());
        v1::ListWorkflowsResponse {
            workflows,
            next_page_token: last.map(|stored| page::token(filter, &place(stored))).unwrap_or_default(),
            total_size: u32::try_from(total).unwrap_or(u32::MAX),
            revision: snapshot.revision,
        }
    });
    paging.await.map_err(Failure::internal)
}

/// The workflows of a page: at least one, and as many more as fit.
fn shown<'a>(stored: impl Iterator<Item = &'a &'a Arc<StoredWorkflow>>) -> Vec<v1::Workflow> {
    let mut bytes = 0;
    let mut workflows = Vec::new();
    for workflow in stored.map(|stored| wire::workflow(stored)) {
        bytes += workflow.encoded_len();
        if bytes > PAGE_BYTES_MAX && !workflows.is_empty() {
            break;
        }
        workflows.push(workflow);
    }
    workflows
}

fn filtered<'a>(snapshot: &'a Snapshot, enabled: Option<bool>, text: &str) -> Vec<&'a Arc<StoredWorkflow>> {
    let folding = Folding::default();
    let wanted = folding.fold(text);
    let mut folded = String::new();
    let mut has_text = |field: &str| {
        folded.clear();
        folding.fold_into(field, &mut folded);
        folded.contains(&wanted)
    };
    snapshot
        .in_order()
        .filter(|stored| enabled.is_none_or(|enabled| stored.definition.enabled == enabled))
        .filter(|stored| {
            let workflow = &stored.definition;
            wanted.is_empty()
                || has_text(&workflow.id)
                || has_text(&workflow.display_name)
                || has_text(&workflow.description)
        })
        .collect()
}

pub(super) fn place(stored: &StoredWorkflow) -> page::Place {
    page::Place { position: stored.position(), created: stored.create_time, id: stored.id().to_owned() }
}

/// Up to `count` of those that come after a place where something stood, which may have gone or moved since.
pub(super) fn resumed<'a>(
    stored: impl Iterator<Item = &'a Arc<StoredWorkflow>> + Clone,
    after: Option<&page::Place>,
    count: usize,
) -> Vec<&'a Arc<StoredWorkflow>> {
    let Some(after) = after else { return stored.take(count).collect() };
    let key = |stored: &StoredWorkflow| (stored.position(), stored.create_time);
    let wanted = (after.position, after.created);
    let from = stored.skip_while(|stored| key(stored) < wanted);
    // Workflows of one import may share position and instant. If the one in question is no longer among them, they
    // all come again: better twice than never.
    let mut ties = from.clone().take_while(|stored| key(stored) == wanted);
    let passed = ties.position(|stored| stored.id() == after.id).map_or(0, |nth| nth + 1);
    from.skip(passed).take(count).collect()
}

/// Messages of an export, made as they are sent.
pub(super) type Export = Pin<Box<dyn Stream<Item = Result<v1::ExportWorkflowsResponse, Status>> + Send>>;

/// Reads a whole account, as it is or as it was.
pub(super) async fn export(
    catalog: &Catalog,
    access: &Access,
    request: &v1::ExportWorkflowsRequest,
) -> Result<Export, Failure> {
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    fields.finish()?;
    let (revision, account, workflows) = if request.revision == 0 {
        let snapshot = pinned(catalog, access, &request.account_id)?;
        let workflows = snapshot.in_order().cloned().collect::<Vec<_>>();
        (snapshot.revision, wire::account(&snapshot), workflows)
    } else {
        let past = catalog.as_of(access, &request.account_id, request.revision).await?;
        (past.revision, wire::account_at(&past.account, past.revision), past.in_order())
    };
    let (account, workflows) = (Some(account), workflows.into_iter());
    Ok(Box::pin(tokio_stream::iter(Exporting { revision, account, workflows })))
}

/// What of an export is still to be sent.
struct Exporting {
    revision: u64,
    account: Option<v1::Account>,
    workflows: std::vec::IntoIter<Arc<StoredWorkflow>>,
}

impl Iterator for Exporting {
    type Item = Result<v1::ExportWorkflowsResponse, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let account = self.account.take();
        let mut bytes = account.as_ref().map_or(0, |account| account.encoded_len());
        let mut workflows = Vec::new();
        while bytes < EXPORT_MESSAGE_BYTES
            && let Some(stored) = self.workflows.next()
        {
            let workflow = wire::workflow(&stored);
            bytes += workflow.encoded_len();
            workflows.push(workflow);
        }
        let done = account.is_none() && workflows.is_empty();
        (!done).then_some(Ok(v1::ExportWorkflowsResponse { revision: self.revision, account, workflows }))
    }
}
