//! `tamis.v1.AuditService`: tells who wrote what.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::v1::audit_service_server::AuditService;
use tamis_store::{RecordedChange, Revision};
use tonic::{Request, Response, Status};

use crate::catalog::Catalog;
use crate::convert::time::instant_to_wire;
use crate::grpc::fields::Fields;
use crate::grpc::page;
use crate::identity::keys::KEYS_ACCOUNT;
use crate::identity::{Access, Accounts, Role};
use crate::status::Failure;

/// Ids of the revisions of one page, after which it ends early: an import may have a million in one revision, which then
/// stands alone.
const PAGE_IDS_MAX: usize = 20_000;
/// Ids of one revision that are told; the rest are counted, as no client takes a message of more than 4 MiB unless told to.
const REVISION_IDS_MAX: usize = 20_000;

/// Answers `tamis.v1.AuditService` from the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Audits {
    catalog: Arc<Catalog>,
}

impl Audits {
    /// The service on a catalog.
    pub(crate) fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog }
    }

    async fn list(
        &self,
        access: &Access,
        request: v1::ListRevisionsRequest,
    ) -> Result<v1::ListRevisionsResponse, Failure> {
        let filter = page::filter(&[
            b"revisions",
            request.account_id.as_bytes(),
            &request.before_revision.to_be_bytes(),
        ]);
        let mut fields = Fields::default();
        fields.require("account_id", &request.account_id);
        let size = fields.check(page::size(request.page_size));
        let after = fields.check(page::read(&request.page_token, filter));
        fields.finish()?;
        let before = Some(request.before_revision).filter(|&before| before != 0);
        let before = after.and_then(|after| after.id.parse::<u64>().ok()).or(before);
        let visible = if request.account_id == KEYS_ACCOUNT {
            check_keys(access)?;
            KEYS_ACCOUNT
        } else {
            access.visible(&request.account_id)
        };
        // One more than asked for tells whether there is another page.
        let count = u32::try_from(size + 1).unwrap_or(u32::MAX);
        let mut found = self.catalog.revisions(visible, before, count).await?;
        if found.is_empty() && before.is_none() && request.account_id != KEYS_ACCOUNT {
            return Err(Failure::account_not_found(request.account_id));
        }
        let shown = shown(&found, size);
        let more = found.len() > shown;
        found.truncate(shown);
        let last = found.last().filter(|_| more).map(|last| page::Place {
            position: 0,
            created: Timestamp::UNIX_EPOCH,
            id: last.revision.to_string(),
        });
        Ok(v1::ListRevisionsResponse {
            revisions: found.into_iter().map(to_wire).collect(),
            next_page_token: last.map(|last| page::token(filter, &last)).unwrap_or_default(),
        })
    }
}

/// Goes on if whoever calls may know of every key.
fn check_keys(access: &Access) -> Result<(), Failure> {
    access.require(Role::Admin)?;
    if access.accounts() == Accounts::All { Ok(()) } else { Err(Failure::not_bound(KEYS_ACCOUNT)) }
}

/// How many revisions fit into a page: at least one.
fn shown(found: &[Revision], size: usize) -> usize {
    let mut ids = 0;
    let fit = found.iter().take(size).take_while(|revision| {
        ids += revision.changes.len();
        ids <= PAGE_IDS_MAX
    });
    fit.count().max(1).min(found.len())
}

/// The workflow that a change writes.
fn put_id(change: &RecordedChange) -> Option<&str> {
    match change {
        RecordedChange::Workflow { workflow_id, data: Some(_) } => Some(workflow_id),
        _ => None,
    }
}

fn to_wire(revision: Revision) -> v1::Revision {
    let Revision { revision, actor, operation, at, mut changes } = revision;
    // A rollback may take a workflow out and put it in again, for the sake of the order of creation.
    let put: HashSet<String> = changes.iter().filter_map(put_id).map(str::to_owned).collect();
    changes.retain(|change| match change {
        RecordedChange::Workflow { workflow_id, data: None } => !put.contains(workflow_id),
        _ => true,
    });
    let mut told = v1::Revision {
        revision,
        actor,
        operation,
        time: Some(instant_to_wire(at)),
        ..v1::Revision::default()
    };
    told.ids_left_out = u32::try_from(changes.len().saturating_sub(REVISION_IDS_MAX)).unwrap_or(u32::MAX);
    for change in changes.into_iter().take(REVISION_IDS_MAX) {
        match change {
            RecordedChange::Settings(Some(_)) => told.account_put = true,
            RecordedChange::Settings(None) => told.account_deleted = true,
            RecordedChange::Workflow { workflow_id, data: Some(_) } => told.put_ids.push(workflow_id),
            RecordedChange::Workflow { workflow_id, data: None } => told.deleted_ids.push(workflow_id),
        }
    }
    told
}

#[tonic::async_trait]
impl AuditService for Audits {
    async fn list_revisions(
        &self,
        request: Request<v1::ListRevisionsRequest>,
    ) -> Result<Response<v1::ListRevisionsResponse>, Status> {
        let access = Access::from_request(&request);
        Ok(Response::new(self.list(&access, request.into_inner()).await?))
    }
}
