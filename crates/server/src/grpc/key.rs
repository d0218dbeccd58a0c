//! `tamis.v1.KeyService`: keeps the keys that callers present.

use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::v1::key_service_server::KeyService;
use tonic::{Request, Response, Status};

use crate::catalog::Catalog;
use crate::convert::key;
use crate::convert::time::instant_to_wire;
use crate::grpc::fields::{Caller, Fields};
use crate::grpc::page;
use crate::identity::keys::records::{self, Edit};
use crate::identity::keys::{self, KEYS_MAX, StoredKey};
use crate::identity::{Access, Accounts, Role};
use crate::status::Failure;

/// Answers `tamis.v1.KeyService` from the catalog.
#[derive(Clone, Debug)]
pub(crate) struct KeyHandlers {
    catalog: Arc<Catalog>,
}

impl KeyHandlers {
    /// The service on a catalog.
    pub(crate) fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog }
    }

    async fn create(&self, request: Request<v1::CreateKeyRequest>) -> Result<v1::CreateKeyResponse, Failure> {
        let now = Timestamp::now();
        let mut fields = Fields::default();
        let caller = fields.check(Caller::of(&request));
        let message = fields.require_message("key", request.into_inner().key);
        fields.finish()?;
        let Caller { access, actor } = caller;
        let (made, text) = key::create(&message, "key", &actor, now)?;
        check_bound(&access, &made.key.accounts)?;
        let stored = Arc::new(made);
        let answer = shown(&stored);
        let plan = move |set: &keys::KeySet| {
            if set.keys.len() >= KEYS_MAX {
                let limit = u64::try_from(KEYS_MAX).unwrap_or(u64::MAX);
                return Err(Failure::limit_exceeded("keys", limit));
            }
            Ok((Edit::Create(stored.clone()), ()))
        };
        self.catalog.write_keys(actor, plan).await?;
        Ok(v1::CreateKeyResponse { key: Some(answer), text })
    }

    fn list(&self, access: &Access, request: &v1::ListKeysRequest) -> Result<v1::ListKeysResponse, Failure> {
        let filter = page::filter(&[b"keys"]);
        let mut fields = Fields::default();
        let size = fields.check(page::size(request.page_size));
        let after = fields.check(page::read(&request.page_token, filter));
        fields.finish()?;
        if !self.catalog.is_loaded() {
            return Err(Failure::loading());
        }
        let set = self.catalog.keys().current();
        let accounts = access.accounts();
        let from = after.as_ref().map_or(Bound::Unbounded, |after| Bound::Excluded(after.id.as_str()));
        let mut rest = set
            .keys
            .range::<str, _>((from, Bound::Unbounded))
            .map(|(_, stored)| stored)
            .filter(|stored| accounts.cover(&stored.key.accounts))
            .peekable();
        let found: Vec<v1::Key> = rest.by_ref().take(size).map(|stored| shown(stored)).collect();
        let last = found.last().filter(|_| rest.peek().is_some()).map(|last| page::Place {
            position: 0,
            created: Timestamp::UNIX_EPOCH,
            id: last.key_id.clone(),
        });
        let next_page_token = last.map(|last| page::token(filter, &last)).unwrap_or_default();
        Ok(v1::ListKeysResponse { keys: found, next_page_token })
    }

    async fn revoke(&self, request: Request<v1::RevokeKeyRequest>) -> Result<v1::RevokeKeyResponse, Failure> {
        let mut fields = Fields::default();
        let Caller { access, actor } = fields.check(Caller::of(&request));
        let v1::RevokeKeyRequest { key_id } = request.into_inner();
        fields.require("key_id", &key_id);
        fields.finish()?;
        let accounts = access.accounts();
        let plan = move |set: &keys::KeySet| {
            let stored = set.keys.get(&key_id).filter(|stored| accounts.cover(&stored.key.accounts));
            match stored {
                Some(_) => Ok((Edit::Revoke(key_id.clone()), ())),
                None => Err(Failure::key_not_found(&*key_id)),
            }
        };
        self.catalog.write_keys(actor, plan).await?;
        Ok(v1::RevokeKeyResponse {})
    }
}

/// Tells who calls.
fn caller(access: &Access) -> v1::GetCallerResponse {
    let (account_ids, all_accounts) = match access.accounts() {
        Accounts::All => (Vec::new(), true),
        Accounts::Named(ids) => (ids.into_iter().collect(), false),
    };
    let identity = access.identity();
    v1::GetCallerResponse {
        authenticated: identity.is_some(),
        name: identity.map(|identity| identity.name.clone()).unwrap_or_default(),
        role: identity.map_or(Role::Admin, |identity| identity.role).to_wire().into(),
        account_ids,
        all_accounts,
        expire_time: identity.and_then(|identity| identity.expires).map(instant_to_wire),
    }
}

/// Goes on if whoever calls is bound to all of these accounts: nobody gives away what they do not have.
fn check_bound(access: &Access, accounts: &Accounts) -> Result<(), Failure> {
    let own = access.accounts();
    if own.cover(accounts) {
        return Ok(());
    }
    let foreign = match accounts {
        Accounts::All => None,
        Accounts::Named(ids) => ids.iter().find(|id| !own.has(id)),
    };
    let foreign = foreign.map_or("*", String::as_str);
    access.log_foreign(foreign);
    Err(Failure::not_bound(foreign))
}

fn shown(stored: &StoredKey) -> v1::Key {
    v1::Key { last_used_time: stored.last_used().map(instant_to_wire), ..records::to_wire(&stored.key) }
}

#[tonic::async_trait]
impl KeyService for KeyHandlers {
    async fn get_caller(
        &self,
        request: Request<v1::GetCallerRequest>,
    ) -> Result<Response<v1::GetCallerResponse>, Status> {
        Ok(Response::new(caller(&Access::from_request(&request))))
    }

    async fn create_key(
        &self,
        request: Request<v1::CreateKeyRequest>,
    ) -> Result<Response<v1::CreateKeyResponse>, Status> {
        Ok(Response::new(self.create(request).await?))
    }

    async fn list_keys(
        &self,
        request: Request<v1::ListKeysRequest>,
    ) -> Result<Response<v1::ListKeysResponse>, Status> {
        Ok(Response::new(self.list(&Access::from_request(&request), &request.into_inner())?))
    }

    async fn revoke_key(
        &self,
        request: Request<v1::RevokeKeyRequest>,
    ) -> Result<Response<v1::RevokeKeyResponse>, Status> {
        Ok(Response::new(self.revoke(request).await?))
    }
}
