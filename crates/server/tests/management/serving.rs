//! Starting, stopping, health, reflection, and what outlives a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use tamis_api::v1;
use tamis_server::{Config, Location, ServeError, serve};
use tamis_store::{Change, Commit, Store};
use tokio::time::timeout;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{Service, assert_refused, config, evaluate, workflow};

/// Longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_restart_finds_everything_and_answers_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    let mut service = Service::start_at(&path).await;
    service.account_with("acme", &["mail", "chat"]).await;
    service.create("acme", v1::Workflow { position: Some(0), ..workflow("first", "mail") }).await.unwrap();
    service.account_with("gone", &["mail"]).await;
    let delete = v1::DeleteAccountRequest { account_id: "gone".to_owned(), etag: String::new() };
    service.accounts.delete_account(delete).await.unwrap();
    let before = (service.order("acme").await, service.get("acme", "mail").await.unwrap());
    let matches = service.matches("acme", "mail").await;
    assert_eq!(matches, ["first", "mail"]);
    let named = v1::GetAccountRequest { account_id: "acme".to_owned() };
    let account = service.accounts.get_account(named.clone()).await.unwrap().into_inner();
    service.stop().await;

    let mut service = Service::start_at(&path).await;
    assert_eq!((service.order("acme").await, service.get("acme", "mail").await.unwrap()), before);
    assert_eq!(service.matches("acme", "mail").await, matches);
    assert_eq!(service.accounts.get_account(named).await.unwrap().into_inner(), account);
    // Revisions go on, those of a deleted account too.
    assert_eq!(service.create("acme", workflow("new", "mail")).await.unwrap().revision, 5);
    assert_eq!(service.account("gone").await.revision, 4);
    service.stop().await;
}

#[tokio::test]
async fn every_write_is_recorded_with_who_made_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    let mut service = Service::start_at(&path).await;
    service.account("acme").await;
    let mut request = tonic::Request::new(v1::CreateWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow: Some(workflow("mail", "mail")),
    });
    request.metadata_mut().insert("tamis-actor", "anna@example.com".parse().unwrap());
    service.workflows.create_workflow(request).await.unwrap();
    service.stop().await;

    let store = Store::open(&Location::File(path)).await.unwrap();
    let revisions = store.revisions("acme", None, 10).await.unwrap();
    let told: Vec<_> = revisions
        .iter()
        .map(|revision| (revision.revision, &*revision.actor, &*revision.operation))
        .collect();
    assert_eq!(told, [(2, "anna@example.com", "CreateWorkflow"), (1, "unknown", "CreateAccount")]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_write_decides_the_next_change_once_it_is_acknowledged() {
    let mut service = Service::start().await;
    service.account("acme").await;
    for nth in 0..50 {
        let id = format!("w-{nth:02}");
        let made = service.create("acme", workflow(&id, &id)).await.unwrap();
        let request = evaluate("acme", &id, made.revision);
        let decision = service.decisions.evaluate(request).await.unwrap().into_inner();
        assert_eq!((decision.revision, decision.matches.len()), (made.revision, 1));
        assert_eq!(
            (decision.matches[0].workflow_id.as_str(), decision.matches[0].version),
            (&*id, made.revision)
        );
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writes_are_all_there_each_with_a_revision_of_its_own() {
    const ACCOUNTS: usize = 3;
    const WRITERS: usize = 4;
    const WRITES: usize = 8;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    let mut service = Service::start_at(&path).await;
    for account in 0..ACCOUNTS {
        service.account(&format!("a-{account}")).await;
    }
    let writers: Vec<_> = (0..ACCOUNTS * WRITERS)
        .map(|writer| {
            let account_id = format!("a-{}", writer % ACCOUNTS);
            let (mut workflows, mut decisions) = (service.workflows.clone(), service.decisions.clone());
            tokio::spawn(async move {
                let mut revisions = Vec::new();
                for nth in 0..WRITES {
                    let id = format!("w-{writer}-{nth}");
                    let create = v1::CreateWorkflowRequest {
                        account_id: account_id.clone(),
                        workflow: Some(workflow(&id, &id)),
                    };
                    let made = workflows.create_workflow(create).await.unwrap().into_inner();
                    let asked = evaluate(&account_id, &id, made.revision);
                    let decision = decisions.evaluate(asked).await.unwrap().into_inner();
                    assert_eq!(decision.matches[0].workflow_id, id);
                    revisions.push(made.revision);
                }
                (account_id, revisions)
            })
        })
        .collect();
    let mut written: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for writer in writers {
        let (account_id, revisions) = writer.await.unwrap();
        written.entry(account_id).or_default().extend(revisions);
    }
    let last = 1 + u64::try_from(WRITERS * WRITES).unwrap();
    let mut orders = Vec::new();
    for (account_id, revisions) in &written {
        assert_eq!(*revisions, (2..=last).collect(), "{account_id}");
        let (order, revision) = service.order(account_id).await;
        assert_eq!((order.len(), revision), (WRITERS * WRITES, last));
        orders.push(order);
    }
    service.stop().await;
    let mut service = Service::start_at(&path).await;
    for (account_id, order) in written.keys().zip(orders) {
        assert_eq!(service.order(account_id).await, (order, last), "{account_id}");
    }
    service.stop().await;
}

#[tokio::test]
async fn an_account_that_does_not_compile_keeps_the_service_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("tamis.db"));
    let store = Store::open(&location).await.unwrap();
    let commit = Commit {
        account_id: "acme".to_owned(),
        expected_revision: 0,
        actor: "unknown".to_owned(),
        operation: "CreateAccount".to_owned(),
        at: "2026-01-01T00:00:00Z".parse().unwrap(),
        changes: vec![
            Change::PutSettings(Vec::new()),
            Change::PutWorkflow { workflow_id: "odd".to_owned(), data: vec![0xff] },
        ],
    };
    store.commit(commit).await.unwrap();
    store.close().await.unwrap();
    let started =
        timeout(PATIENCE, serve(config(location), std::future::pending(), |_| panic!("it started")));
    let error = started.await.unwrap().unwrap_err();
    assert!(matches!(error, ServeError::Load(_)), "{error}");
    let told = error.to_string();
    assert!(told.contains("account `acme`: workflows[\"odd\"]"), "{told}");
    assert!(told.contains("account `acme`: account.create_time"), "{told}");
}

#[tokio::test]
async fn a_store_that_is_in_use_or_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    let service = Service::start_at(&path).await;
    let second = serve(config(Location::File(path)), std::future::pending(), |_| panic!("it started"));
    let error = timeout(PATIENCE, second).await.unwrap().unwrap_err();
    assert!(matches!(error, ServeError::Store(_)), "{error}");
    service.stop().await;

    let other = folder.path().join("other.db");
    std::fs::write(&other, "not a store").unwrap();
    let refused =
        serve(config(Location::File(other.clone())), std::future::pending(), |_| panic!("it started"));
    let error = timeout(PATIENCE, refused).await.unwrap().unwrap_err();
    assert!(matches!(error, ServeError::Store(_)), "{error}");
    assert_eq!(std::fs::read_to_string(other).unwrap(), "not a store");
}

#[tokio::test]
async fn a_configuration_is_refused_before_anything_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.db");
    let wrong = Config {
        listen: vec![SocketAddr::from(([0, 0, 0, 0], 0)).into()],
        ..Config::new(Location::File(path.clone()))
    };
    let error = serve(wrong, std::future::pending(), |_| panic!("it started")).await.unwrap_err();
    assert!(matches!(error, ServeError::Config(_)), "{error}");
    assert!(!path.exists());

    let service = Service::start().await;
    let taken = Config { listen: service.addresses.clone(), ..config(Location::Memory) };
    let error = serve(taken, std::future::pending(), |_| panic!("it started")).await.unwrap_err();
    assert!(matches!(error, ServeError::Listen { .. }), "{error}");
    service.stop().await;
}

#[tokio::test]
async fn health_is_told_and_a_watch_ends_with_the_service() {
    let service = Service::start().await;
    let mut health = HealthClient::new(service.channel.clone());
    for name in ["", "tamis.v1.DecisionService", "tamis.v1.WorkflowService", "tamis.v1.AccountService"] {
        let request = HealthCheckRequest { service: name.to_owned() };
        let status = health.check(request).await.unwrap().into_inner().status();
        assert_eq!(status, ServingStatus::Serving, "{name}");
    }
    let unknown = health.check(HealthCheckRequest { service: "tamis.v1.Other".to_owned() }).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);

    let mut watch = health.watch(HealthCheckRequest { service: String::new() }).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    // The watch does not keep the service from stopping.
    timeout(PATIENCE, service.stop()).await.unwrap();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    assert!(watch.message().await.unwrap().is_none());
}

#[tokio::test]
async fn reflection_describes_every_service_in_both_versions() {
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
    use tonic_reflection::pb::v1alpha::server_reflection_response::MessageResponse as OldResponse;
    use tonic_reflection::pb::{v1, v1alpha};
    let service = Service::start().await;
    let list = v1::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(String::new())),
    };
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(service.channel.clone());
    let mut answers = client.server_reflection_info(tokio_stream::iter([list])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(listed)) = answer else { panic!("{answer:?}") };
    let names: Vec<String> = listed.service.into_iter().map(|service| service.name).collect();
    for name in [
        "grpc.health.v1.Health",
        "tamis.v1.AccountService",
        "tamis.v1.DecisionService",
        "tamis.v1.WorkflowService",
    ] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }

    let symbol = "tamis.v1.Workflow".to_owned();
    let find = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(
            symbol,
        )),
    };
    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(service.channel.clone());
    let mut answers = client.server_reflection_info(tokio_stream::iter([find])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(OldResponse::FileDescriptorResponse(found)) = answer else { panic!("{answer:?}") };
    assert!(!found.file_descriptor_proto.is_empty());
    service.stop().await;
}

#[tokio::test]
async fn messages_that_are_too_large_are_refused_in_the_contracts_words() {
    let mut limited = config(Location::Memory);
    limited.transport.decision_message_bytes_max = 10_000;
    limited.transport.workflow_message_bytes_max = 10_000;
    let mut service = Service::start_with(limited).await;
    service.account("acme").await;
    let large = v1::Workflow { description: "x".repeat(10_000), ..workflow("mail", "mail") };
    assert_refused(service.create("acme", large).await, Code::ResourceExhausted, "LIMIT_EXCEEDED", &[]);
    let request = v1::EvaluateRequest {
        account_id: "acme".to_owned(),
        ticket: Some(v1::Ticket { id: "x".repeat(10_000), ..v1::Ticket::default() }),
        ..v1::EvaluateRequest::default()
    };
    assert_refused(service.decisions.evaluate(request).await, Code::ResourceExhausted, "LIMIT_EXCEEDED", &[]);
    let large = v1::Workflow { description: "x".repeat(10_000), ..workflow("mail", "mail") };
    let import = |workflows| v1::ImportWorkflowsRequest {
        account_id: "acme".to_owned(),
        workflows,
        ..v1::ImportWorkflowsRequest::default()
    };
    let messages = tokio_stream::iter([import(vec![]), import(vec![large])]);
    let refused = service.workflows.import_workflows(messages).await;
    assert_refused(refused, Code::ResourceExhausted, "LIMIT_EXCEEDED", &[]);
    service.stop().await;
}

#[tokio::test]
async fn a_call_that_never_ends_does_not_keep_the_service_from_stopping() {
    let hurried = Config { drain: Duration::from_millis(10), ..config(Location::Memory) };
    let mut service = Service::start_with(hurried).await;
    service.account("acme").await;
    let first =
        v1::ImportWorkflowsRequest { account_id: "acme".to_owned(), ..v1::ImportWorkflowsRequest::default() };
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    sender.send(first).await.unwrap();
    let mut client = service.workflows.clone();
    let messages = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let importing = tokio::spawn(async move { client.import_workflows(messages).await });
    // Once there is room for a second message, the first one is on its way.
    let _room = sender.reserve().await.unwrap();
    timeout(PATIENCE, service.stop()).await.unwrap();
    importing.abort();
}

#[tokio::test]
async fn the_demo_account_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let demo = || Config { demo: true, ..config(Location::File(folder.path().join("tamis.db"))) };
    let mut service = Service::start_with(demo()).await;
    let (order, revision) = service.order("demo").await;
    assert!(order.len() >= 12, "{order:?}");
    assert_eq!(revision, 1);

    let sample: v1::EvaluateRequest = serde_json::from_str(tamis_server::demo::SAMPLE_REQUEST).unwrap();
    let decision = service.decisions.evaluate(sample.clone()).await.unwrap().into_inner();
    assert!(!decision.matches.is_empty());
    let actions = || decision.matches.iter().flat_map(|found| &found.actions);
    assert!(actions().any(|action| action.state == i32::from(v1::ActionState::Ready)));
    // Texts are rendered with the sample's own values.
    let texts: Vec<&str> = actions()
        .filter_map(|action| match &action.kind {
            Some(v1::decided_action::Kind::SendMessage(message)) => Some(message.text.as_str()),
            _ => None,
        })
        .collect();
    let name = sample.ticket.unwrap().customer_name.unwrap();
    assert!(texts.iter().any(|text| text.contains(&name)), "{texts:?}");

    let delete = v1::DeleteWorkflowRequest {
        account_id: "demo".to_owned(),
        workflow_id: order[0].clone(),
        etag: String::new(),
    };
    service.workflows.delete_workflow(delete).await.unwrap();
    service.stop().await;
    // What its owner has made of it stays.
    let mut service = Service::start_with(demo()).await;
    assert_eq!(service.order("demo").await, (order[1..].to_vec(), 2));
    service.stop().await;
}
