//! What an account was, and how it becomes that again.

use prost::Message as _;
use tamis_api::v1;
use tamis_api::v1::audit_service_client::AuditServiceClient;
use tamis_server::{Config, Location, Quotas};
use tamis_store::{Change, Commit, Store};
use tonic::{Code, Status};

use crate::harness::{Service, account, assert_refused, config, evaluate, export_at, instant, workflow};

/// Rolls an account back.
async fn rollback(
    service: &mut Service,
    account_id: &str,
    to_revision: u64,
) -> Result<v1::RollbackWorkflowsResponse, Status> {
    let account_id = account_id.to_owned();
    rollback_by(service, v1::RollbackWorkflowsRequest { account_id, to_revision, ..Default::default() }).await
}

async fn rollback_by(
    service: &mut Service,
    request: v1::RollbackWorkflowsRequest,
) -> Result<v1::RollbackWorkflowsResponse, Status> {
    service.workflows.rollback_workflows(request).await.map(tonic::Response::into_inner)
}

/// Revision, created, updated, unchanged and deleted.
fn counts(answer: &v1::RollbackWorkflowsResponse) -> [u64; 5] {
    let v1::RollbackWorkflowsResponse { revision, created, updated, unchanged, deleted, .. } = *answer;
    [revision, created.into(), updated.into(), unchanged.into(), deleted.into()]
}

/// What an account is, without what every write changes.
async fn meaning(service: &mut Service, account_id: &str, revision: u64) -> (v1::Account, Vec<v1::Workflow>) {
    let (_, account, workflows) = export_at(service, account_id, revision).await.unwrap();
    let account =
        v1::Account { etag: String::new(), revision: 0, create_time: None, update_time: None, ..account };
    let bare = |workflow| v1::Workflow { version: 0, etag: String::new(), update_time: None, ..workflow };
    (account, workflows.into_iter().map(bare).collect())
}

async fn delete(service: &mut Service, account_id: &str, workflow_id: &str) {
    let (account_id, workflow_id) = (account_id.to_owned(), workflow_id.to_owned());
    let request = v1::DeleteWorkflowRequest { account_id, workflow_id, etag: String::new() };
    service.workflows.delete_workflow(request).await.unwrap();
}

async fn rename(service: &mut Service, account_id: &str, display_name: &str) {
    let account = v1::Account { display_name: display_name.to_owned(), ..account(account_id) };
    let request = v1::UpdateAccountRequest { account: Some(account), update_mask: None };
    service.accounts.update_account(request).await.unwrap();
}

/// A workflow for tickets by mail, at a position.
fn at(position: u32, workflow_id: &str) -> v1::Workflow {
    v1::Workflow { position: Some(position), ..workflow(workflow_id, "mail") }
}

#[tokio::test]
async fn every_revision_can_be_read_and_returned_to() {
    let mut service = Service::start().await;
    service.account("acme").await;
    // Of one position, so that the order of creation decides.
    for id in ["a", "b", "c"] {
        service.create("acme", at(7, id)).await.unwrap();
    }
    delete(&mut service, "acme", "b").await; // 5
    service.create("acme", at(7, "b")).await.unwrap(); // 6: the last one now
    rename(&mut service, "acme", "Other").await; // 7
    delete(&mut service, "acme", "a").await; // 8
    service.create("acme", at(1, "d")).await.unwrap(); // 9
    let mut known = Vec::new();
    for revision in 1..=9 {
        let (told, account, workflows) = export_at(&mut service, "acme", revision).await.unwrap();
        assert_eq!((told, account.revision), (revision, revision));
        let ids: Vec<String> = workflows.into_iter().map(|workflow| workflow.workflow_id).collect();
        known.push((account.display_name, ids.join(" ")));
    }
    let wanted = ["", "a", "a b", "a b c", "a c", "a c b", "a c b", "c b", "d c b"];
    let names = |nth| if nth < 6 { "A shop" } else { "Other" };
    let wanted: Vec<_> =
        wanted.iter().enumerate().map(|(nth, ids)| (names(nth).to_owned(), (*ids).to_owned())).collect();
    assert_eq!(known, wanted);

    // To each and back again, whatever lies between.
    let cases = [
        (4, [10, 1, 0, 2, 1]),
        (9, [11, 1, 0, 2, 1]),
        (1, [12, 0, 0, 0, 3]),
        (6, [13, 3, 0, 0, 0]),
        (8, [14, 0, 0, 2, 1]),
        (13, [15, 1, 0, 2, 0]),
        (15, [15, 0, 0, 3, 0]),
    ];
    for (to, wanted) in cases {
        let expected = meaning(&mut service, "acme", to).await;
        let answer = rollback(&mut service, "acme", to).await.unwrap();
        assert_eq!(counts(&answer), wanted, "to {to}");
        assert_eq!(meaning(&mut service, "acme", 0).await, expected, "to {to}");
        let ids: Vec<&str> = expected.1.iter().map(|workflow| &*workflow.workflow_id).collect();
        assert_eq!(service.matches("acme", "mail").await, ids, "to {to}");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_rollback_writes_what_has_changed_and_says_so_in_the_history() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a", "b", "c"]).await; // 4
    let before: Vec<v1::Workflow> = export_at(&mut service, "acme", 4).await.unwrap().2;
    let update = v1::UpdateWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow: Some(workflow("b", "chat")),
        update_mask: None,
    };
    service.workflows.update_workflow(update).await.unwrap();
    service.create("acme", workflow("d", "mail")).await.unwrap();
    let dry = v1::RollbackWorkflowsRequest {
        account_id: "acme".to_owned(),
        to_revision: 4,
        expected_revision: 6,
        validate_only: true,
    };
    assert_eq!(counts(&rollback_by(&mut service, dry.clone()).await.unwrap()), [6, 0, 1, 2, 1]);
    assert_eq!(service.order("acme").await.0, ["a", "b", "c", "d"]);
    let stale = v1::RollbackWorkflowsRequest { expected_revision: 5, ..dry.clone() };
    let refused = rollback_by(&mut service, stale).await;
    assert_refused(refused, Code::Aborted, "REVISION_MISMATCH", &[]);
    let wet = v1::RollbackWorkflowsRequest { validate_only: false, ..dry };
    assert_eq!(counts(&rollback_by(&mut service, wet).await.unwrap()), [7, 0, 1, 2, 1]);

    let after = export_at(&mut service, "acme", 0).await.unwrap().2;
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]), "what is the same is not written");
    assert_eq!((after[1].version, after[1].create_time), (7, before[1].create_time));
    assert_eq!(service.matches("acme", "b").await, ["b"]);

    delete(&mut service, "acme", "a").await;
    rollback(&mut service, "acme", 4).await.unwrap();
    let list = v1::ListRevisionsRequest {
        account_id: "acme".to_owned(),
        page_size: 3,
        ..v1::ListRevisionsRequest::default()
    };
    let mut audits = AuditServiceClient::new(service.channel.clone());
    let told = audits.list_revisions(list).await.unwrap().into_inner().revisions;
    let told: Vec<_> = told
        .into_iter()
        .map(|told| (told.operation, told.account_put, told.put_ids.join(" "), told.deleted_ids.join(" ")))
        .collect();
    let row = |operation: &str, put: &str, deleted: &str| {
        (operation.to_owned(), false, put.to_owned(), deleted.to_owned())
    };
    // The first in order of creation comes back as the first, and so the others are written behind it.
    let wanted = [
        row("RollbackWorkflows", "a b c", ""),
        row("DeleteWorkflow", "", "a"),
        row("RollbackWorkflows", "b", "d"),
    ];
    assert_eq!(told, wanted);
    service.stop().await;
}

#[tokio::test]
async fn a_deleted_account_comes_back_with_its_workflows() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("tamis.db");
    let mut service = Service::start_at(&store).await;
    service.account_with("acme", &["a", "b"]).await;
    let expected = meaning(&mut service, "acme", 3).await;
    let request = v1::DeleteAccountRequest { account_id: "acme".to_owned(), etag: String::new() };
    service.accounts.delete_account(request).await.unwrap();
    assert_refused(export_at(&mut service, "acme", 0).await, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    assert_refused(export_at(&mut service, "acme", 4).await, Code::NotFound, "REVISION_NOT_FOUND", &[]);
    assert_eq!(meaning(&mut service, "acme", 3).await, expected);
    let answer = rollback(&mut service, "acme", 3).await.unwrap();
    assert_eq!(counts(&answer), [5, 2, 0, 0, 0]);
    service.stop().await;

    // It is stored as it is served.
    let mut service = Service::start_at(&store).await;
    assert_eq!(meaning(&mut service, "acme", 0).await, expected);
    let decided = service.decisions.evaluate(evaluate("acme", "a", 5)).await.unwrap().into_inner();
    assert_eq!((decided.revision, decided.matches.len()), (5, 1));
    service.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_nothing_is_written() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a"]).await;
    let (not_found, invalid) = (Code::NotFound, Code::InvalidArgument);
    for (account_id, to, code, reason, fields) in [
        ("", 0, invalid, "INVALID_REQUEST", &["account_id", "to_revision"][..]),
        ("acme", 0, invalid, "INVALID_REQUEST", &["to_revision"]),
        ("acme", 3, not_found, "REVISION_NOT_FOUND", &[]),
        ("acme", u64::MAX, not_found, "REVISION_NOT_FOUND", &[]),
        ("never", 1, not_found, "ACCOUNT_NOT_FOUND", &[]),
        ("tamis/keys", 1, not_found, "ACCOUNT_NOT_FOUND", &[]),
    ] {
        assert_refused(rollback(&mut service, account_id, to).await, code, reason, fields);
        if code == not_found {
            assert_refused(export_at(&mut service, account_id, to).await, code, reason, fields);
        }
    }
    assert_eq!(service.revision("acme").await, 2);
    service.stop().await;
}

#[tokio::test]
async fn what_breaks_todays_rules_is_not_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("tamis.db"));
    // As a version would have left it that took workflows without actions.
    let store = Store::open(&location).await.unwrap();
    let stored_at = Some(instant("2026-01-01T00:00:00Z"));
    let settings = v1::Account { create_time: stored_at, update_time: stored_at, ..account("acme") };
    let stored = |workflow: v1::Workflow| Change::PutWorkflow {
        workflow_id: "a".to_owned(),
        data: v1::Workflow { position: Some(1), create_time: stored_at, update_time: stored_at, ..workflow }
            .encode_to_vec(),
    };
    let sound = workflow("a", "mail");
    let broken = v1::Workflow { actions: Vec::new(), ..sound.clone() };
    let commits = [vec![Change::PutSettings(settings.encode_to_vec()), stored(broken)], vec![stored(sound)]];
    for (expected_revision, changes) in (0..).zip(commits) {
        let commit = Commit {
            account_id: "acme".to_owned(),
            expected_revision,
            actor: "test".to_owned(),
            operation: "test".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            changes,
        };
        store.commit(commit).await.unwrap();
    }
    store.close().await.unwrap();

    let mut service = Service::start_with(config(location)).await;
    let (_, _, then) = export_at(&mut service, "acme", 1).await.unwrap();
    assert_eq!(then[0].actions, [], "it can be read all the same");
    let refused = rollback(&mut service, "acme", 1).await;
    let field = "workflows[\"a\"].actions";
    assert_refused(refused, Code::InvalidArgument, "INVALID_DEFINITION", &[field]);
    assert_eq!(service.revision("acme").await, 2);
    service.stop().await;
}

#[tokio::test]
async fn no_more_workflows_come_back_than_an_account_may_have() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("tamis.db"));
    let mut service = Service::start_with(config(location.clone())).await;
    service.account_with("acme", &["a", "b"]).await;
    delete(&mut service, "acme", "a").await;
    service.stop().await;
    let quotas = Quotas { workflows_max: 1, ..Quotas::default() };
    let mut service = Service::start_with(Config { quotas, ..config(location) }).await;
    let refused = rollback(&mut service, "acme", 3).await;
    assert_refused(refused, Code::FailedPrecondition, "LIMIT_EXCEEDED", &[]);
    assert_eq!(service.order("acme").await, (vec!["b".to_owned()], 4));
    service.stop().await;
}
