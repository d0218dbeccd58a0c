//! Every rpc, by every role, in an account of one's own and in others: nobody gets in where they may not, and nothing tells
//! what exists there.
//!
//! The rpcs are those of the descriptor set: a new one fails this until it has a place in [`place`].

use std::collections::BTreeMap;

use bytes::{Buf as _, BufMut as _, Bytes};
use prost::Message;
use tamis_api::v1;
use tamis_api::well_known::FieldMask;
use tamis_server::{Config, DecisionLog, Location, LogTarget, Observe};
use tokio_stream::StreamExt as _;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use super::{Caller, Secured};
use crate::harness::{account, config, evaluate, workflow};

const OWN: &str = "own-one";
const FOREIGN: &str = "foreign";
/// As long as the other, so that answers that differ by the id alone are told to be the same.
const MISSING: &str = "missing";
const MISSING_KEY: &str = "0000000000000000";

/// What an rpc needs, and what keeps it from telling of foreign accounts.
struct Place {
    /// The least role that may call it.
    role: v1::Role,
    foreign: Foreign,
}

/// What whoever may call an rpc learns of an account that it is not bound to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Foreign {
    /// That it is not there.
    NotFound,
    /// That it is not there, in the answers beside others.
    NotFoundInside,
    /// That it may not be touched.
    Denied,
    /// Nothing, as no account is named; what is listed is one's own.
    Unnamed,
}

fn place(rpc: &str) -> Option<Place> {
    use Foreign::{Denied, NotFound, NotFoundInside, Unnamed};
    use v1::Role::{Admin, Edit, Evaluate};
    let (role, foreign) = match rpc {
        "DecisionService/Evaluate" | "DecisionService/Explain" => (Evaluate, NotFound),
        "DecisionService/EvaluateBatch" | "DecisionService/EvaluateStream" => (Evaluate, NotFoundInside),
        "WorkflowService/ListTemplates" | "WorkflowService/ListVariables" | "AccountService/ListAccounts" => {
            (Edit, Unnamed)
        }
        "KeyService/GetCaller" => (Evaluate, Unnamed),
        "AccountService/GetAccount"
        | "AuditService/ListRevisions"
        | "ObservationService/GetServiceStatus"
        | "ObservationService/ListMatchCounts"
        | "ObservationService/ListDecisions" => (Edit, NotFound),
        "AccountService/CreateAccount" | "AccountService/ValidateAccount" | "KeyService/CreateKey" => {
            (Admin, Denied)
        }
        "AccountService/UpdateAccount" | "AccountService/DeleteAccount" | "KeyService/RevokeKey" => {
            (Admin, NotFound)
        }
        "KeyService/ListKeys" => (Admin, Unnamed),
        "WorkflowService/CreateWorkflow"
        | "WorkflowService/GetWorkflow"
        | "WorkflowService/ListWorkflows"
        | "WorkflowService/ListWorkflowStats"
        | "WorkflowService/UpdateWorkflow"
        | "WorkflowService/DeleteWorkflow"
        | "WorkflowService/EnableWorkflow"
        | "WorkflowService/DisableWorkflow"
        | "WorkflowService/ReorderWorkflows"
        | "WorkflowService/ValidateWorkflow"
        | "WorkflowService/AnalyzeWorkflows"
        | "WorkflowService/ImportWorkflows"
        | "WorkflowService/ExportWorkflows"
        | "WorkflowService/RollbackWorkflows"
        | "WorkflowService/SimulateWorkflows"
        | "WorkflowService/RenderTemplate" => (Edit, NotFound),
        _ => return None,
    };
    Some(Place { role, foreign })
}

/// A request of an rpc about an account with a workflow `w`, or about a key.
fn request(rpc: &str, account_id: &str, key_id: &str) -> Vec<u8> {
    let change = || evaluate(account_id, "mail", 0);
    let account_id = || account_id.to_owned();
    let workflow_id = || "w".to_owned();
    let etag = String::new;
    match rpc.split_once('/').unwrap().1 {
        "Evaluate" => change().encode_to_vec(),
        "EvaluateBatch" => v1::EvaluateBatchRequest { requests: vec![change(); 2] }.encode_to_vec(),
        "EvaluateStream" => v1::EvaluateStreamRequest { request: Some(change()) }.encode_to_vec(),
        "Explain" => {
            v1::ExplainRequest { request: Some(change()), ..v1::ExplainRequest::default() }.encode_to_vec()
        }
        "CreateAccount" => v1::CreateAccountRequest { account: Some(account(&account_id())) }.encode_to_vec(),
        "GetAccount" => v1::GetAccountRequest { account_id: account_id() }.encode_to_vec(),
        "UpdateAccount" => {
            let update_mask = Some(FieldMask { paths: vec!["display_name".to_owned()] });
            v1::UpdateAccountRequest { account: Some(account(&account_id())), update_mask }.encode_to_vec()
        }
        "ValidateAccount" => {
            v1::ValidateAccountRequest { account: Some(account(&account_id())), update_mask: None }
                .encode_to_vec()
        }
        "DeleteAccount" => {
            v1::DeleteAccountRequest { account_id: account_id(), etag: etag() }.encode_to_vec()
        }
        "ListRevisions" => {
            v1::ListRevisionsRequest { account_id: account_id(), ..v1::ListRevisionsRequest::default() }
                .encode_to_vec()
        }
        "CreateKey" => {
            let key = v1::Key {
                role: v1::Role::Edit.into(),
                account_ids: vec![account_id()],
                ..v1::Key::default()
            };
            v1::CreateKeyRequest { key: Some(key) }.encode_to_vec()
        }
        "GetCaller" => v1::GetCallerRequest {}.encode_to_vec(),
        "RevokeKey" => v1::RevokeKeyRequest { key_id: key_id.to_owned() }.encode_to_vec(),
        "CreateWorkflow" => {
            let workflow = Some(workflow("new", "mail"));
            v1::CreateWorkflowRequest { account_id: account_id(), workflow }.encode_to_vec()
        }
        "GetWorkflow" => {
            v1::GetWorkflowRequest { account_id: account_id(), workflow_id: workflow_id() }.encode_to_vec()
        }
        "ListWorkflows" => {
            v1::ListWorkflowsRequest { account_id: account_id(), ..v1::ListWorkflowsRequest::default() }
                .encode_to_vec()
        }
        "ListWorkflowStats" => v1::ListWorkflowStatsRequest {
            account_id: account_id(),
            ..v1::ListWorkflowStatsRequest::default()
        }
        .encode_to_vec(),
        "AnalyzeWorkflows" => {
            v1::AnalyzeWorkflowsRequest { account_id: account_id(), dead_since: None }.encode_to_vec()
        }
        "UpdateWorkflow" => {
            let workflow = Some(workflow("w", "chat"));
            v1::UpdateWorkflowRequest { account_id: account_id(), workflow, update_mask: None }
                .encode_to_vec()
        }
        "DeleteWorkflow" => {
            let (account_id, workflow_id) = (account_id(), workflow_id());
            v1::DeleteWorkflowRequest { account_id, workflow_id, etag: etag() }.encode_to_vec()
        }
        "EnableWorkflow" => {
            let (account_id, workflow_id) = (account_id(), workflow_id());
            v1::EnableWorkflowRequest { account_id, workflow_id, etag: etag() }.encode_to_vec()
        }
        "DisableWorkflow" => {
            let (account_id, workflow_id) = (account_id(), workflow_id());
            v1::DisableWorkflowRequest { account_id, workflow_id, etag: etag() }.encode_to_vec()
        }
        "ReorderWorkflows" => v1::ReorderWorkflowsRequest {
            account_id: account_id(),
            workflow_ids: vec![workflow_id()],
            ..v1::ReorderWorkflowsRequest::default()
        }
        .encode_to_vec(),
        "ValidateWorkflow" => {
            let workflow = Some(workflow("w", "mail"));
            v1::ValidateWorkflowRequest { account_id: account_id(), workflow }.encode_to_vec()
        }
        "RenderTemplate" => {
            let template = "Hello {{ customer_name }}".to_owned();
            v1::RenderTemplateRequest { account_id: account_id(), template, ..Default::default() }
                .encode_to_vec()
        }
        "ImportWorkflows" => v1::ImportWorkflowsRequest {
            account_id: account_id(),
            workflows: vec![workflow("w", "chat")],
            ..v1::ImportWorkflowsRequest::default()
        }
        .encode_to_vec(),
        "SimulateWorkflows" => {
            let draft = v1::ImportWorkflowsRequest { account_id: account_id(), ..Default::default() };
            let part = Some(v1::simulate_workflows_request::Part::Draft(draft));
            v1::SimulateWorkflowsRequest { part, samples_max: None }.encode_to_vec()
        }
        "ExportWorkflows" => {
            v1::ExportWorkflowsRequest { account_id: account_id(), revision: 1 }.encode_to_vec()
        }
        "RollbackWorkflows" => v1::RollbackWorkflowsRequest {
            account_id: account_id(),
            to_revision: 1,
            ..v1::RollbackWorkflowsRequest::default()
        }
        .encode_to_vec(),
        "GetServiceStatus" => v1::GetServiceStatusRequest { account_id: account_id() }.encode_to_vec(),
        "ListMatchCounts" => {
            v1::ListMatchCountsRequest { account_id: account_id(), ..Default::default() }.encode_to_vec()
        }
        "ListDecisions" => {
            v1::ListDecisionsRequest { account_id: account_id(), ..Default::default() }.encode_to_vec()
        }
        "ListAccounts" | "ListKeys" | "ListTemplates" | "ListVariables" => Vec::new(),
        _ => panic!("{rpc} has no request here"),
    }
}

/// Every rpc of the contract, such as `DecisionService/Evaluate`.
fn rpcs() -> Vec<String> {
    let set = prost_types::FileDescriptorSet::decode(v1::FILE_DESCRIPTOR_SET).unwrap();
    let ours = set.file.into_iter().filter(|file| file.package() == "tamis.v1");
    let services = ours.flat_map(|file| file.service);
    let rpcs = services.flat_map(|service| {
        let name = service.name().to_owned();
        service.method.into_iter().map(move |method| format!("{name}/{}", method.name()))
    });
    rpcs.collect()
}

/// Messages as bytes.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put_slice(&message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(message.copy_to_bytes(message.remaining())))
    }
}

/// All that a call says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    code: Code,
    message: String,
    details: String,
    answers: Vec<u8>,
}

impl Said {
    fn failed(status: &Status) -> Self {
        Self {
            code: status.code(),
            message: status.message().to_owned(),
            details: details(status),
            answers: Vec::new(),
        }
    }

    /// The same with one id in the place of another.
    fn with(&self, from: &str, to: &str) -> Self {
        assert_eq!(from.len(), to.len());
        let replaced = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            while let Some(at) = bytes.windows(from.len()).position(|window| window == from.as_bytes()) {
                bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            }
            bytes
        };
        Self {
            code: self.code,
            message: self.message.replace(from, to),
            details: self.details.replace(from, to),
            answers: replaced(&self.answers),
        }
    }

    fn has(&self, text: &str) -> bool {
        let all = [self.message.as_bytes(), self.details.as_bytes(), &self.answers];
        all.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

/// The details of a status, whose maps have no order of their own.
fn details(status: &Status) -> String {
    let details = status.get_error_details();
    let metadata: Option<BTreeMap<String, String>> =
        details.error_info().map(|info| info.metadata.clone().into_iter().collect());
    let reason = details.error_info().map(|info| &info.reason);
    format!("{reason:?} {metadata:?} {:?} {:?}", details.bad_request(), details.retry_info())
}

/// Makes a call of any rpc.
async fn call(caller: Caller, rpc: &str, message: Vec<u8>) -> Said {
    let mut grpc = Grpc::new(caller);
    grpc.ready().await.unwrap();
    let request = Request::new(tokio_stream::iter([Bytes::from(message)]));
    let path = format!("/tamis.v1.{rpc}").parse().unwrap();
    let mut answers = match grpc.streaming(request, path, Raw).await {
        Ok(response) => response.into_inner(),
        Err(status) => return Said::failed(&status),
    };
    let mut said =
        Said { code: Code::Ok, message: String::new(), details: String::new(), answers: Vec::new() };
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(answer) => said.answers.extend(answer),
            Err(status) => return Said { answers: said.answers, ..Said::failed(&status) },
        }
    }
    said
}

#[tokio::test]
async fn every_rpc_is_for_its_role_and_tells_nothing_of_other_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let to = LogTarget::File(folder.path().join("decisions.jsonl"));
    let decision_log = Some(DecisionLog { to, sample: 1.0, mask: Vec::new() });
    let observe = Observe { decision_log, ..Observe::default() };
    let secured = Secured::start_with(Config { observe, ..config(Location::Memory) }).await;
    let (foreign_key, _) = secured.key(v1::Role::Evaluate, &[FOREIGN]).await;
    let mut callers = Vec::new();
    for role in [v1::Role::Evaluate, v1::Role::Edit, v1::Role::Admin] {
        let (_, text) = secured.key(role, &[OWN]).await;
        callers.push((role, secured.caller(Some(&text))));
    }
    secured.account(FOREIGN).await;
    for rpc in rpcs() {
        let place = place(&rpc).unwrap_or_else(|| panic!("{rpc} is new: say here who may call it"));
        let asked = |caller: &Caller, account_id: &str, key_id: &str| {
            call(caller.clone(), &rpc, request(&rpc, account_id, key_id))
        };
        for credential in [None, Some("wrong"), Some("tamis_0000000000000000_wrong"), Some("a.b.c")] {
            let stranger = secured.caller(credential);
            let [own, foreign, missing] = [
                asked(&stranger, OWN, MISSING_KEY).await,
                asked(&stranger, FOREIGN, &foreign_key).await,
                asked(&stranger, MISSING, MISSING_KEY).await,
            ];
            assert_eq!(own.code, Code::Unauthenticated, "{rpc} by {credential:?}");
            assert!(own == foreign && foreign == missing, "{rpc} by {credential:?}");
        }
        for (role, caller) in &callers {
            secured.account(OWN).await;
            let (own_key, _) = secured.key(v1::Role::Evaluate, &[OWN]).await;
            let foreign = asked(caller, FOREIGN, &foreign_key).await;
            let missing = asked(caller, MISSING, MISSING_KEY).await;
            let renamed = foreign.with(FOREIGN, MISSING).with(&foreign_key, MISSING_KEY);
            let own = asked(caller, OWN, &own_key).await;
            if *role < place.role {
                assert_eq!(own.code, Code::PermissionDenied, "{rpc} by {role:?}");
                assert!(own == foreign && foreign == missing, "{rpc} by {role:?}");
                continue;
            }
            let created = rpc == "AccountService/CreateAccount";
            assert_eq!(own.code, if created { Code::AlreadyExists } else { Code::Ok }, "{rpc}: {own:?}");
            let wanted = match place.foreign {
                Foreign::NotFound => Code::NotFound,
                Foreign::Denied => Code::PermissionDenied,
                Foreign::NotFoundInside | Foreign::Unnamed => Code::Ok,
            };
            assert_eq!(foreign.code, wanted, "{rpc} by {role:?}: {foreign:?}");
            if place.foreign == Foreign::Unnamed {
                // It names no account, and what is listed is made anew in between.
                assert!(!foreign.has(FOREIGN) && !foreign.has(&foreign_key), "{rpc} by {role:?}");
            } else {
                assert_eq!(renamed, missing, "{rpc} by {role:?}: what exists is told from what does not");
            }
            if place.foreign == Foreign::NotFoundInside {
                assert!(foreign.has(&format!("there is no account `{FOREIGN}`")), "{rpc}: {foreign:?}");
            }
        }
    }
    // None of it has touched what it was not about.
    let listed =
        call(secured.admin(), "WorkflowService/ListWorkflows", request("/ListWorkflows", FOREIGN, "")).await;
    let listed = v1::ListWorkflowsResponse::decode(&*listed.answers).unwrap();
    assert_eq!((listed.revision, listed.workflows.len()), (1, 1));
    secured.stop().await;
}

#[tokio::test]
async fn what_is_no_rpc_is_told_to_nobody_but_callers() {
    let secured = Secured::start().await;
    let (_, text) = secured.key(v1::Role::Evaluate, &[OWN]).await;
    for (rpc, credential, code) in [
        ("KeyService/StealKeys", None, Code::Unauthenticated),
        ("KeyService/StealKeys", Some(&text), Code::Unimplemented),
        ("DecisionService/Guess", Some(&text), Code::Unimplemented),
    ] {
        let said = call(secured.caller(credential.map(String::as_str)), rpc, Vec::new()).await;
        assert_eq!(said.code, code, "{rpc} by {credential:?}");
    }
    secured.stop().await;
}
