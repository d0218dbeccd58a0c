//! Who may do what: keys, roles and accounts, as clients see them.

mod audit;
mod keys;
mod rollback;
mod table;
mod tls;

use tamis_api::v1;
use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::audit_service_client::AuditServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::key_service_client::KeyServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_server::{Config, Location, Security};
use tempfile::TempDir;
use tonic::metadata::AsciiMetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use crate::harness::{Service, account, config, workflow};

/// The key in the administrator's file.
const ADMIN_KEY: &str = "0123456789abcdef0123456789abcdef";

/// A channel on which every call presents a credential.
type Caller = InterceptedService<Channel, Credential>;

#[derive(Clone)]
struct Credential(Option<AsciiMetadataValue>);

impl Interceptor for Credential {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(credential) = &self.0 {
            request.metadata_mut().insert("authorization", credential.clone());
        }
        Ok(request)
    }
}

/// A service that asks who calls, with an administrator's key in a file.
struct Secured {
    service: Service,
    _folder: TempDir,
}

impl Secured {
    async fn start() -> Self {
        Self::start_with(config(Location::Memory)).await
    }

    async fn start_with(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("admin.key");
        std::fs::write(&file, ADMIN_KEY).unwrap();
        let security = Security { admin_key_file: Some(file), ..config.security };
        let service = Service::start_with(Config { security, ..config }).await;
        Self { service, _folder: folder }
    }

    fn caller(&self, key: Option<&str>) -> Caller {
        let credential = key.map(|key| format!("Bearer {key}").parse().unwrap());
        InterceptedService::new(self.service.channel.clone(), Credential(credential))
    }

    fn admin(&self) -> Caller {
        self.caller(Some(ADMIN_KEY))
    }

    /// Makes a key; tells its id and its text.
    async fn key(&self, role: v1::Role, accounts: &[&str]) -> (String, String) {
        let key = v1::Key {
            display_name: "A key".to_owned(),
            role: role.into(),
            account_ids: accounts.iter().map(ToString::to_string).collect(),
            all_accounts: accounts.is_empty(),
            ..v1::Key::default()
        };
        let request = v1::CreateKeyRequest { key: Some(key) };
        let made = KeyServiceClient::new(self.admin()).create_key(request).await.unwrap().into_inner();
        (made.key.unwrap().key_id, made.text)
    }

    /// Makes an account anew, with one workflow for tickets from `mail`.
    async fn account(&self, account_id: &str) {
        let request = v1::ImportWorkflowsRequest {
            account_id: account_id.to_owned(),
            account: Some(account(account_id)),
            workflows: vec![workflow("w", "mail")],
            ..v1::ImportWorkflowsRequest::default()
        };
        let mut workflows = WorkflowServiceClient::new(self.admin());
        workflows.import_workflows(tokio_stream::iter([request])).await.unwrap();
    }

    async fn stop(self) {
        self.service.stop().await;
    }
}

fn decisions(caller: Caller) -> DecisionServiceClient<Caller> {
    DecisionServiceClient::new(caller)
}

fn workflows(caller: Caller) -> WorkflowServiceClient<Caller> {
    WorkflowServiceClient::new(caller)
}

fn accounts(caller: Caller) -> AccountServiceClient<Caller> {
    AccountServiceClient::new(caller)
}

fn keys(caller: Caller) -> KeyServiceClient<Caller> {
    KeyServiceClient::new(caller)
}

fn audits(caller: Caller) -> AuditServiceClient<Caller> {
    AuditServiceClient::new(caller)
}
