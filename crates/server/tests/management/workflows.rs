//! Writes of one workflow.

use tamis_api::v1;
use tamis_api::well_known::FieldMask;
use tonic::{Code, Request};

use crate::harness::{Service, assert_refused, instant, refusal, subject, workflow};

fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(ToString::to_string).collect() })
}

fn update(workflow: v1::Workflow, update_mask: Option<FieldMask>) -> v1::UpdateWorkflowRequest {
    v1::UpdateWorkflowRequest { account_id: "acme".to_owned(), workflow: Some(workflow), update_mask }
}

#[tokio::test]
async fn a_workflow_is_made_read_changed_and_removed() {
    let mut service = Service::start().await;
    service.account("acme").await;
    assert_eq!(service.matches("acme", "mail").await, Vec::<String>::new());

    let made = service.create("acme", workflow("mail", "mail")).await.unwrap();
    let stored = made.workflow.unwrap();
    assert_eq!((made.revision, stored.version, stored.enabled), (2, 2, Some(true)));
    assert!(stored.position.is_some() && !stored.etag.is_empty() && stored.create_time.is_some());
    assert_eq!(service.get("acme", "mail").await.unwrap(), stored);
    assert_eq!(service.matches("acme", "mail").await, ["mail"]);

    let changed = v1::Workflow { etag: stored.etag.clone(), ..workflow("mail", "chat") };
    let changed = service.workflows.update_workflow(update(changed, None)).await.unwrap().into_inner();
    let new = changed.workflow.unwrap();
    assert_eq!((changed.revision, new.version, new.create_time), (3, 3, stored.create_time));
    assert_ne!(new.etag, stored.etag);
    assert_eq!(service.matches("acme", "mail").await, Vec::<String>::new());
    assert_eq!(service.matches("acme", "chat").await, ["mail"]);

    let delete = |etag: &str| v1::DeleteWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow_id: "mail".to_owned(),
        etag: etag.to_owned(),
    };
    let stale = service.workflows.delete_workflow(delete(&stored.etag)).await;
    assert_refused(stale, Code::Aborted, "ETAG_MISMATCH", &[]);
    assert_eq!(service.workflows.delete_workflow(delete(&new.etag)).await.unwrap().into_inner().revision, 4);
    assert_eq!(service.matches("acme", "chat").await, Vec::<String>::new());
    assert_refused(service.get("acme", "mail").await, Code::NotFound, "WORKFLOW_NOT_FOUND", &[]);
    assert_refused(
        service.workflows.delete_workflow(delete("")).await,
        Code::NotFound,
        "WORKFLOW_NOT_FOUND",
        &[],
    );
    service.stop().await;
}

#[tokio::test]
async fn the_service_makes_ids_and_places() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(service.create("acme", workflow("", "mail")).await.unwrap().workflow.unwrap().workflow_id);
    }
    assert_eq!(service.order("acme").await.0, made);
    let first = v1::Workflow { position: Some(0), enabled: Some(false), ..workflow("first", "mail") };
    service.create("acme", first).await.unwrap();
    assert_eq!(service.order("acme").await.0[0], "first");
    assert_eq!(service.matches("acme", "mail").await, made);
    let taken = service.create("acme", workflow("first", "mail")).await;
    assert_refused(taken, Code::AlreadyExists, "WORKFLOW_ALREADY_EXISTS", &[]);
    service.stop().await;
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_nothing_is_stored() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail"]).await;
    let action = |text: &str| v1::Action {
        kind: Some(v1::action::Kind::SendMessage(v1::SendMessage {
            body: Some(v1::Body { text: text.to_owned(), ..v1::Body::default() }),
        })),
    };
    let wrong = v1::Workflow {
        display_name: String::new(),
        mode: 9,
        all: vec![subject(&["refund", "\u{ad}"]), v1::Condition::default(), subject(&[])],
        any: vec![],
        actions: vec![action("{{ nobody }}"), v1::Action::default(), action("")],
        ..workflow("bad", "mail")
    };
    let expected = [
        "workflow.display_name",
        "workflow.mode",
        "workflow.all[0].subject.phrases[1]",
        "workflow.all[1]",
        "workflow.all[2].subject.phrases",
        "workflow.actions[0].send_message.body.text",
        "workflow.actions[1]",
        "workflow.actions[2].send_message.body.text",
    ];
    let assert_all = |(code, reason, mut fields): (Code, String, Vec<String>)| {
        assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID_DEFINITION"));
        fields.sort();
        let mut expected = expected.map(ToOwned::to_owned).to_vec();
        expected.sort();
        assert_eq!(fields, expected);
    };
    assert_all(refusal(&service.create("acme", wrong.clone()).await.unwrap_err()));
    let replaced = update(v1::Workflow { workflow_id: "mail".to_owned(), ..wrong.clone() }, None);
    assert_all(refusal(&service.workflows.update_workflow(replaced).await.unwrap_err()));
    assert_eq!(service.order("acme").await, (vec!["mail".to_owned()], 2));

    let validate = v1::ValidateWorkflowRequest { account_id: "acme".to_owned(), workflow: Some(wrong) };
    let told = service.workflows.validate_workflow(validate).await.unwrap().into_inner().diagnostics;
    let errors = told.iter().filter(|finding| finding.severity == i32::from(v1::Severity::Error));
    let fields: Vec<String> = errors.map(|finding| finding.field.clone()).collect();
    assert_all((Code::InvalidArgument, "INVALID_DEFINITION".to_owned(), fields));
    service.stop().await;
}

#[tokio::test]
async fn a_broken_example_refuses_a_save() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let example = v1::Example {
        expectation: v1::Expectation::Match.into(),
        ticket: Some(v1::Ticket {
            id: "T".to_owned(),
            source: Some("chat".to_owned()),
            ..v1::Ticket::default()
        }),
        change: Some(v1::Change { updated: Some(v1::Updated {}), ..v1::Change::default() }),
        now: Some(instant("2026-06-01T12:00:00Z")),
        ..v1::Example::default()
    };
    let broken = v1::Workflow { examples: vec![example.clone()], ..workflow("mail", "mail") };
    let (code, reason, fields) = refusal(&service.create("acme", broken).await.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID_DEFINITION"));
    assert!(fields[0].starts_with("workflow.examples[0]"), "{fields:?}");
    let holds = v1::Workflow { examples: vec![example], ..workflow("chat", "chat") };
    service.create("acme", holds).await.unwrap();
    service.stop().await;
}

#[tokio::test]
async fn requests_without_what_they_need_are_refused_with_every_field() {
    let mut service = Service::start().await;
    let expected = (Code::InvalidArgument, "INVALID_REQUEST".to_owned());
    let refused = |status: tonic::Status| {
        let (code, reason, fields) = refusal(&status);
        assert_eq!((code, reason), expected);
        fields
    };
    let client = &mut service.workflows;
    let fields = refused(client.create_workflow(v1::CreateWorkflowRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id", "workflow"]);
    let fields = refused(client.get_workflow(v1::GetWorkflowRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id", "workflow_id"]);
    let fields = refused(client.update_workflow(v1::UpdateWorkflowRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id", "workflow"]);
    let unnamed = update(v1::Workflow::default(), mask(&["all[0]", "versions"]));
    let fields = refused(client.update_workflow(unnamed).await.unwrap_err());
    assert_eq!(fields, ["workflow.workflow_id", "update_mask.paths[0]", "update_mask.paths[1]"]);
    let fields = refused(client.delete_workflow(v1::DeleteWorkflowRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id", "workflow_id"]);
    let fields = refused(client.enable_workflow(v1::EnableWorkflowRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id", "workflow_id"]);
    let fields = refused(client.reorder_workflows(v1::ReorderWorkflowsRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id", "workflow_ids"]);
    let fields = refused(client.validate_workflow(v1::ValidateWorkflowRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id", "workflow"]);
    let fields = refused(client.list_workflows(v1::ListWorkflowsRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id"]);
    let fields = refused(client.export_workflows(v1::ExportWorkflowsRequest::default()).await.unwrap_err());
    assert_eq!(fields, ["account_id"]);
    let nobody = service.create("nobody", workflow("mail", "mail")).await;
    assert_refused(nobody, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    service.stop().await;
}

#[tokio::test]
async fn an_update_changes_what_its_mask_names_and_nothing_else() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let stored = v1::Workflow { enabled: Some(false), ..workflow("mail", "mail") };
    let stored = service.create("acme", stored).await.unwrap().workflow.unwrap();
    let sent = v1::Workflow { stop: true, display_name: "Other".to_owned(), ..workflow("mail", "chat") };

    let named = update(sent.clone(), mask(&["stop", "all"]));
    let changed = service.workflows.update_workflow(named).await.unwrap().into_inner().workflow.unwrap();
    assert!(changed.stop);
    assert_eq!((&changed.all, &changed.display_name), (&sent.all, &stored.display_name));

    // Without a mask all is replaced, but a workflow is neither switched on nor moved by what was left out.
    let whole = service.workflows.update_workflow(update(sent.clone(), None)).await.unwrap().into_inner();
    let whole = whole.workflow.unwrap();
    assert_eq!(
        (whole.display_name.as_str(), whole.enabled, whole.position),
        ("Other", Some(false), stored.position)
    );

    // The same again is no write.
    let same =
        service.workflows.update_workflow(update(sent.clone(), mask(&["*"]))).await.unwrap().into_inner();
    assert_eq!((same.revision, same.workflow.unwrap()), (4, whole));

    // Named and left out, a field becomes what a creation makes of it.
    let cleared = update(sent, mask(&["enabled"]));
    let cleared = service.workflows.update_workflow(cleared).await.unwrap().into_inner().workflow.unwrap();
    assert_eq!(cleared.enabled, Some(true));
    service.stop().await;
}

#[tokio::test]
async fn switching_makes_a_revision_only_when_it_switches() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail"]).await;
    let etag = service.get("acme", "mail").await.unwrap().etag;
    let disable = |etag: &str| v1::DisableWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow_id: "mail".to_owned(),
        etag: etag.to_owned(),
    };
    let enable = |etag: &str| v1::EnableWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow_id: "mail".to_owned(),
        etag: etag.to_owned(),
    };
    let off = service.workflows.disable_workflow(disable(&etag)).await.unwrap().into_inner();
    let off_workflow = off.workflow.unwrap();
    assert_eq!((off.revision, off_workflow.enabled, off_workflow.version), (3, Some(false), 3));
    assert_eq!(service.matches("acme", "mail").await, Vec::<String>::new());
    let again = service.workflows.disable_workflow(disable("")).await.unwrap().into_inner();
    assert_eq!((again.revision, again.workflow.unwrap()), (3, off_workflow));
    let stale = service.workflows.enable_workflow(enable(&etag)).await;
    assert_refused(stale, Code::Aborted, "ETAG_MISMATCH", &[]);
    let on = service.workflows.enable_workflow(enable("")).await.unwrap().into_inner();
    assert_eq!((on.revision, on.workflow.unwrap().enabled), (4, Some(true)));
    assert_eq!(service.matches("acme", "mail").await, ["mail"]);
    service.stop().await;
}

#[tokio::test]
async fn of_two_writes_with_one_etag_one_is_refused() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail"]).await;
    let etag = service.get("acme", "mail").await.unwrap().etag;
    let writes: Vec<_> = (0..8)
        .map(|writer| {
            let mut client = service.workflows.clone();
            let sent = v1::Workflow {
                etag: etag.clone(),
                description: format!("Writer {writer}"),
                ..workflow("mail", "mail")
            };
            tokio::spawn(async move { client.update_workflow(update(sent, mask(&["description"]))).await })
        })
        .collect();
    let mut written = 0;
    for write in writes {
        match write.await.unwrap() {
            Ok(answer) => written += answer.into_inner().revision - 2,
            Err(status) => assert_eq!(refusal(&status).1, "ETAG_MISMATCH"),
        }
    }
    assert_eq!((written, service.revision("acme").await), (1, 3));
    service.stop().await;
}

#[tokio::test]
async fn the_actor_has_200_bytes_at_most() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let by = |actor: &str, id: &str| {
        let mut request = Request::new(v1::CreateWorkflowRequest {
            account_id: "acme".to_owned(),
            workflow: Some(workflow(id, "mail")),
        });
        request.metadata_mut().insert("tamis-actor", actor.parse().unwrap());
        request
    };
    service.workflows.create_workflow(by(&"a".repeat(200), "mail")).await.unwrap();
    let refused = service.workflows.create_workflow(by(&"a".repeat(201), "chat")).await;
    assert_refused(refused, Code::InvalidArgument, "INVALID_REQUEST", &["tamis-actor"]);
    service.stop().await;
}

#[tokio::test]
async fn a_reorder_moves_only_what_it_names() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a", "b", "c", "d"]).await;
    let reorder = |ids: &[&str], before: &str, expected_revision| v1::ReorderWorkflowsRequest {
        account_id: "acme".to_owned(),
        workflow_ids: ids.iter().map(ToString::to_string).collect(),
        before_workflow_id: before.to_owned(),
        expected_revision,
    };
    for (ids, before, expected_revision, expected_order, revision, moved) in [
        (&["d", "b"][..], "a", 5, ["d", "b", "a", "c"], 6, 2),
        (&["d"], "", 0, ["b", "a", "c", "d"], 7, 1),
        // It stands there already.
        (&["d"], "", 7, ["b", "a", "c", "d"], 7, 0),
        (&["a", "b", "c", "d"], "", 0, ["a", "b", "c", "d"], 8, 1),
    ] {
        let answer =
            service.workflows.reorder_workflows(reorder(ids, before, expected_revision)).await.unwrap();
        assert_eq!(answer.into_inner().revision, revision, "{ids:?} before {before:?}");
        assert_eq!(service.order("acme").await.0, expected_order, "{ids:?} before {before:?}");
        let mut written = 0;
        for id in ["a", "b", "c", "d"] {
            written += usize::from(service.get("acme", id).await.unwrap().version == revision);
        }
        assert!(moved == 0 || written == moved, "{ids:?} before {before:?} wrote {written}");
    }
    for (request, code, reason, fields) in [
        (reorder(&["a", "a"], "", 0), Code::InvalidArgument, "INVALID_REQUEST", &["workflow_ids[1]"][..]),
        (reorder(&["a"], "a", 0), Code::InvalidArgument, "INVALID_REQUEST", &["before_workflow_id"]),
        (reorder(&["a", "x"], "", 0), Code::NotFound, "WORKFLOW_NOT_FOUND", &[]),
        (reorder(&["a"], "x", 0), Code::NotFound, "WORKFLOW_NOT_FOUND", &[]),
        (reorder(&["a"], "", 7), Code::Aborted, "REVISION_MISMATCH", &[]),
    ] {
        assert_refused(service.workflows.reorder_workflows(request).await, code, reason, fields);
    }
    assert_eq!(service.revision("acme").await, 8);
    service.stop().await;
}
