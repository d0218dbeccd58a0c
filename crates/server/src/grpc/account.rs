//! `tamis.v1.AccountService`: keeps the accounts.

use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::v1::account_service_server::AccountService;
use tamis_api::well_known::FieldMask;
use tamis_engine::{Account, Diagnostic, check};
use tonic::{Request, Response, Status};

use crate::catalog::plan::{self, Candidate, Current, Plan, Put};
use crate::catalog::{Catalog, Snapshot};
use crate::convert;
use crate::convert::merged;
use crate::grpc::fields::{Caller, Fields, check_etag, pinned};
use crate::grpc::{mask, page, wire};
use crate::identity::Access;
use crate::status::Failure;

/// Answers `tamis.v1.AccountService` from the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Accounts {
    catalog: Arc<Catalog>,
}

impl Accounts {
    /// The service on a catalog.
    pub(crate) fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog }
    }

    async fn create(
        &self,
        request: Request<v1::CreateAccountRequest>,
    ) -> Result<v1::CreateAccountResponse, Failure> {
        let mut fields = Fields::default();
        let caller = fields.check(Caller::of(&request));
        let request = request.into_inner();
        let message = fields.require_message("account", request.account);
        fields.finish()?;
        let account_id = message.account_id.clone();
        let write = caller.creation(&account_id, "CreateAccount")?;
        let plan = move |current: &Current| {
            if current.snapshot.is_some() {
                return Err(Failure::account_already_exists(account_id));
            }
            let (account, findings) = examined(&message, None);
            plan::warnings(findings)?;
            Ok((Plan::Put(Put { account: Some(account), ..Put::default() }), ()))
        };
        let written = self.catalog.write(write, plan).await?;
        Ok(v1::CreateAccountResponse { account: wire::written_account(&written) })
    }

    fn get(
        &self,
        access: &Access,
        request: &v1::GetAccountRequest,
    ) -> Result<v1::GetAccountResponse, Failure> {
        let mut fields = Fields::default();
        fields.require("account_id", &request.account_id);
        fields.finish()?;
        let snapshot = pinned(&self.catalog, access, &request.account_id)?;
        Ok(v1::GetAccountResponse { account: Some(wire::account(&snapshot)) })
    }

    fn list(
        &self,
        access: &Access,
        request: &v1::ListAccountsRequest,
    ) -> Result<v1::ListAccountsResponse, Failure> {
        let filter = page::filter(&[b"accounts"]);
        let mut fields = Fields::default();
        let size = fields.check(page::size(request.page_size));
        let after = fields.check(page::read(&request.page_token, filter));
        fields.finish()?;
        if !self.catalog.is_loaded() {
            return Err(Failure::loading());
        }
        // One more than asked for tells whether there is another page.
        let after = after.as_ref().map(|after| after.id.as_str());
        let mut found = self.catalog.page(&access.accounts(), after, size + 1);
        let more = found.len() > size;
        found.truncate(size);
        let last = found.last().filter(|_| more).map(|last| page::Place {
            position: 0,
            created: Timestamp::UNIX_EPOCH,
            id: last.account().definition.id.clone(),
        });
        Ok(v1::ListAccountsResponse {
            accounts: found.iter().map(|snapshot| wire::account_head(snapshot)).collect(),
            next_page_token: last.map(|last| page::token(filter, &last)).unwrap_or_default(),
        })
    }

    async fn update(
        &self,
        request: Request<v1::UpdateAccountRequest>,
    ) -> Result<v1::UpdateAccountResponse, Failure> {
        let mut fields = Fields::default();
        let caller = fields.check(Caller::of(&request));
        let request = request.into_inner();
        if let Some(account) = &request.account {
            fields.require("account.account_id", &account.account_id);
        }
        let sent = fields.require_message("account", request.account);
        let update_mask = request.update_mask;
        fields.check_all(mask::check::<v1::Account>(update_mask.as_ref()));
        fields.finish()?;
        let write = caller.write(&sent.account_id, "UpdateAccount");
        let plan = move |current: &Current| {
            let snapshot = current.account(&sent.account_id)?;
            check_etag(snapshot.account().etag(), &sent.etag)?;
            let message = updated(snapshot, update_mask.as_ref(), &sent);
            let (account, findings) = examined(&message, Some(snapshot));
            let warnings = plan::warnings(findings)?;
            Ok((Plan::Put(Put { account: Some(account), ..Put::default() }), warnings))
        };
        let written = self.catalog.write(write, plan).await?;
        Ok(v1::UpdateAccountResponse {
            account: wire::written_account(&written),
            warnings: wire::warnings(written),
        })
    }

    async fn validate(
        &self,
        access: &Access,
        request: v1::ValidateAccountRequest,
    ) -> Result<v1::ValidateAccountResponse, Failure> {
        let mut fields = Fields::default();
        let sent = fields.require_message("account", request.account);
        let update_mask = request.update_mask;
        fields.check_all(mask::check::<v1::Account>(update_mask.as_ref()));
        fields.finish()?;
        // Only what is stated whole can be made where there is none.
        let may_be_new = update_mask.is_none();
        if may_be_new {
            access.require_creation(&sent.account_id)?;
        }
        let before = match pinned(&self.catalog, access, &sent.account_id) {
            Err(Failure::AccountNotFound { .. }) if may_be_new => None,
            found => Some(found?),
        };
        let account_id = sent.account_id.clone();
        let checking = tokio::task::spawn_blocking(move || {
            let message = match &before {
                Some(snapshot) => updated(snapshot, update_mask.as_ref(), &sent),
                None => sent,
            };
            let (_, mut findings) = examined(&message, before.as_deref());
            findings.sort_by_key(|finding| finding.severity);
            findings
        });
        let findings = checking.await.map_err(Failure::internal)?;
        Ok(v1::ValidateAccountResponse { diagnostics: wire::findings(findings, &account_id) })
    }

    async fn delete(
        &self,
        request: Request<v1::DeleteAccountRequest>,
    ) -> Result<v1::DeleteAccountResponse, Failure> {
        let mut fields = Fields::default();
        let caller = fields.check(Caller::of(&request));
        let request = request.into_inner();
        fields.require("account_id", &request.account_id);
        fields.finish()?;
        let write = caller.write(&request.account_id, "DeleteAccount");
        let plan = move |current: &Current| {
            let snapshot = current.account(&request.account_id)?;
            check_etag(snapshot.account().etag(), &request.etag)?;
            Ok((Plan::DeleteAccount, ()))
        };
        self.catalog.write(write, plan).await?;
        Ok(v1::DeleteAccountResponse {})
    }
}

/// A stored account with the fields of another one that a mask names.
fn updated(snapshot: &Snapshot, update_mask: Option<&FieldMask>, sent: &v1::Account) -> v1::Account {
    let mut message = convert::account::to_wire(&snapshot.account().definition);
    mask::apply(update_mask, &mut message, sent);
    message
}

/// The account of a message, with all findings about it and about the workflows that are stored of it.
fn examined(message: &v1::Account, before: Option<&Snapshot>) -> (Arc<Account>, Vec<Diagnostic>) {
    let (account, findings) = convert::account::from_wire(message, "account");
    let mut findings = merged(findings, check::account(&account, "account"));
    let account = Arc::new(account);
    // What was saved under the old settings may be wrong under the new ones. Under settings that are wrong themselves, nobody
    // can tell.
    if let Some(before) = before.filter(|_| !plan::has_errors(&findings)) {
        let stored = before.workflows().in_order_of_creation();
        let workflows: Vec<Candidate> =
            stored.into_iter().map(|stored| plan::stored_candidate(stored)).collect();
        findings.extend(plan::findings(&account, &workflows));
    }
    (account, findings)
}

#[tonic::async_trait]
impl AccountService for Accounts {
    async fn create_account(
        &self,
        request: Request<v1::CreateAccountRequest>,
    ) -> Result<Response<v1::CreateAccountResponse>, Status> {
        Ok(Response::new(self.create(request).await?))
    }

    async fn get_account(
        &self,
        request: Request<v1::GetAccountRequest>,
    ) -> Result<Response<v1::GetAccountResponse>, Status> {
        Ok(Response::new(self.get(&Access::from_request(&request), &request.into_inner())?))
    }

    async fn list_accounts(
        &self,
        request: Request<v1::ListAccountsRequest>,
    ) -> Result<Response<v1::ListAccountsResponse>, Status> {
        Ok(Response::new(self.list(&Access::from_request(&request), &request.into_inner())?))
    }

    async fn update_account(
        &self,
        request: Request<v1::UpdateAccountRequest>,
    ) -> Result<Response<v1::UpdateAccountResponse>, Status> {
        Ok(Response::new(self.update(request).await?))
    }

    async fn validate_account(
        &self,
        request: Request<v1::ValidateAccountRequest>,
    ) -> Result<Response<v1::ValidateAccountResponse>, Status> {
        Ok(Response::new(self.validate(&Access::from_request(&request), request.into_inner()).await?))
    }

    async fn delete_account(
        &self,
        request: Request<v1::DeleteAccountRequest>,
    ) -> Result<Response<v1::DeleteAccountResponse>, Status> {
        Ok(Response::new(self.delete(request).await?))
    }
}
