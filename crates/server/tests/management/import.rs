//! Import and export of whole accounts.

use tamis_api::v1;
use tonic::{Code, Status};

use crate::harness::{Service, account, assert_refused, export_at, refusal, subject, workflow};

async fn import(
    service: &mut Service,
    messages: Vec<v1::ImportWorkflowsRequest>,
) -> Result<v1::ImportWorkflowsResponse, Status> {
    let answer = service.workflows.import_workflows(tokio_stream::iter(messages)).await;
    answer.map(tonic::Response::into_inner)
}

fn message(account_id: &str, workflows: Vec<v1::Workflow>) -> v1::ImportWorkflowsRequest {
    v1::ImportWorkflowsRequest {
        account_id: account_id.to_owned(),
        workflows,
        ..v1::ImportWorkflowsRequest::default()
    }
}

/// Revision, created, updated, unchanged and deleted.
fn counts(answer: &v1::ImportWorkflowsResponse) -> [u64; 5] {
    let v1::ImportWorkflowsResponse { revision, created, updated, unchanged, deleted, .. } = *answer;
    [revision, created.into(), updated.into(), unchanged.into(), deleted.into()]
}

/// Without what the service sets.
fn bare(workflow: v1::Workflow) -> v1::Workflow {
    v1::Workflow { version: 0, etag: String::new(), create_time: None, update_time: None, ..workflow }
}

#[tokio::test]
async fn what_was_exported_can_be_imported_elsewhere_and_again() {
    let mut service = Service::start().await;
    service.account_with("acme", &["b", "a", "c"]).await;
    let long = "x".repeat(60_000);
    for nth in 0..40 {
        // Large enough for an export of several messages.
        let body = v1::Body { text: long.clone(), ..v1::Body::default() };
        let large = v1::Workflow {
            actions: vec![v1::Action {
                kind: Some(v1::action::Kind::SendMessage(v1::SendMessage { body: Some(body) })),
            }],
            ..workflow(&format!("large-{nth:02}"), "mail")
        };
        service.create("acme", large).await.unwrap();
    }
    let (revision, exported, workflows) = export_at(&mut service, "acme", 0).await.unwrap();
    assert_eq!((revision, workflows.len()), (44, 43));
    assert_eq!(exported.revision, 44);

    let copy = v1::Account { account_id: "copy".to_owned(), ..exported };
    let mut messages = vec![v1::ImportWorkflowsRequest { account: Some(copy), ..message("copy", vec![]) }];
    messages.extend(workflows.chunks(10).map(|chunk| message("", chunk.to_vec())));
    let answer = import(&mut service, messages.clone()).await.unwrap();
    assert_eq!(counts(&answer), [1, 43, 0, 0, 0]);
    let (_, _, copied) = export_at(&mut service, "copy", 0).await.unwrap();
    let copied: Vec<_> = copied.into_iter().map(bare).collect();
    assert_eq!(copied, workflows.into_iter().map(bare).collect::<Vec<_>>());

    let again = import(&mut service, messages).await.unwrap();
    assert_eq!(counts(&again), [1, 0, 0, 43, 0]);
    service.stop().await;
}

#[tokio::test]
async fn an_import_replaces_or_merges_in_one_revision() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a", "b", "c"]).await;
    let merge = v1::ImportWorkflowsRequest {
        mode: v1::ImportMode::Merge.into(),
        ..message("acme", vec![workflow("new", "new"), workflow("b", "other"), workflow("a", "a")])
    };
    let answer = import(&mut service, vec![merge.clone()]).await.unwrap();
    assert_eq!(counts(&answer), [5, 1, 1, 1, 0]);
    assert_eq!(service.order("acme").await.0, ["a", "b", "c", "new"]);
    assert_eq!(service.matches("acme", "other").await, ["b"]);
    assert_eq!(counts(&import(&mut service, vec![merge]).await.unwrap()), [5, 0, 0, 3, 0]);

    // Without a position they follow one another.
    let replace = message("acme", vec![workflow("c", "c"), workflow("", "made"), workflow("a", "a")]);
    let answer = import(&mut service, vec![replace]).await.unwrap();
    assert_eq!(counts(&answer), [6, 1, 2, 0, 2]);
    let order = service.order("acme").await.0;
    assert_eq!((order.len(), order[0].as_str(), order[2].as_str()), (3, "c", "a"));

    let emptied = import(&mut service, vec![message("acme", vec![])]).await.unwrap();
    assert_eq!(counts(&emptied), [7, 0, 0, 0, 3]);
    assert_eq!(service.matches("acme", "a").await, Vec::<String>::new());
    service.stop().await;
}

#[tokio::test]
async fn one_bad_workflow_stores_nothing() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a"]).await;
    let bad = v1::Workflow {
        all: vec![subject(&["\u{200b}"])],
        display_name: String::new(),
        ..workflow("bad", "bad")
    };
    let messages = vec![
        message("acme", vec![workflow("x", "x"), workflow("y", "y")]),
        message("", vec![bad, workflow("x", "x")]),
    ];
    let (code, reason, mut fields) = refusal(&import(&mut service, messages).await.unwrap_err());
    fields.sort();
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID_DEFINITION"));
    assert!(fields.contains(&"workflows[3].workflow_id".to_owned()), "{fields:?}");
    let without_duplicate =
        |bad: v1::Workflow| vec![message("acme", vec![workflow("x", "x")]), message("", vec![bad])];
    let bad = v1::Workflow {
        all: vec![subject(&["\u{200b}"])],
        display_name: String::new(),
        ..workflow("bad", "bad")
    };
    let (_, _, mut fields) = refusal(&import(&mut service, without_duplicate(bad)).await.unwrap_err());
    fields.sort();
    assert_eq!(fields, ["workflows[1].all[0].subject.phrases[0]", "workflows[1].display_name"]);
    assert_eq!(service.order("acme").await, (vec!["a".to_owned()], 2));
    assert_eq!(service.matches("acme", "a").await, ["a"]);

    // A new account is not made either.
    let refused = v1::ImportWorkflowsRequest {
        account: Some(v1::Account { time_zone: String::new(), ..account("new") }),
        ..message("new", vec![workflow("x", "x")])
    };
    assert_refused(
        import(&mut service, vec![refused]).await,
        Code::InvalidArgument,
        "INVALID_DEFINITION",
        &["account.time_zone"],
    );
    assert_refused(
        import(&mut service, vec![message("new", vec![])]).await,
        Code::NotFound,
        "ACCOUNT_NOT_FOUND",
        &[],
    );
    service.stop().await;
}

#[tokio::test]
async fn an_import_can_only_check() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a"]).await;
    let check = |workflows| v1::ImportWorkflowsRequest { validate_only: true, ..message("acme", workflows) };
    let answer = import(&mut service, vec![check(vec![workflow("b", "b")])]).await.unwrap();
    assert_eq!(counts(&answer), [2, 1, 0, 0, 1]);
    let bad = v1::Workflow { actions: vec![], ..workflow("b", "b") };
    let refused = import(&mut service, vec![check(vec![bad])]).await;
    assert_refused(refused, Code::InvalidArgument, "INVALID_DEFINITION", &["workflows[0].actions"]);
    let new = v1::ImportWorkflowsRequest {
        account: Some(account("new")),
        validate_only: true,
        ..message("new", vec![workflow("a", "a")])
    };
    assert_eq!(counts(&import(&mut service, vec![new]).await.unwrap()), [0, 1, 0, 0, 0]);
    assert_eq!(service.order("acme").await, (vec!["a".to_owned()], 2));
    let list = service.accounts.list_accounts(v1::ListAccountsRequest::default()).await.unwrap().into_inner();
    assert_eq!(list.accounts.len(), 1);
    service.stop().await;
}

#[tokio::test]
async fn an_import_says_in_its_first_message_what_it_is() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a"]).await;
    let stale = v1::ImportWorkflowsRequest { expected_revision: 1, ..message("acme", vec![]) };
    assert_refused(import(&mut service, vec![stale]).await, Code::Aborted, "REVISION_MISMATCH", &[]);
    let empty = import(&mut service, vec![]).await;
    assert_refused(empty, Code::InvalidArgument, "INVALID_REQUEST", &["account_id"]);
    let late = v1::ImportWorkflowsRequest {
        account: Some(account("acme")),
        mode: v1::ImportMode::Merge.into(),
        expected_revision: 2,
        validate_only: true,
        ..message("acme", vec![])
    };
    let unknown_mode = v1::ImportWorkflowsRequest { mode: 7, ..message("acme", vec![]) };
    assert_refused(
        import(&mut service, vec![unknown_mode, late]).await,
        Code::InvalidArgument,
        "INVALID_REQUEST",
        &["mode", "account_id", "account", "mode", "expected_revision", "validate_only"],
    );
    let other = v1::ImportWorkflowsRequest { account: Some(account("other")), ..message("acme", vec![]) };
    assert_refused(
        import(&mut service, vec![other]).await,
        Code::InvalidArgument,
        "INVALID_DEFINITION",
        &["account.account_id"],
    );
    assert_eq!(service.order("acme").await, (vec!["a".to_owned()], 2));
    service.stop().await;
}
