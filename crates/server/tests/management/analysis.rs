//! What is told of sets of workflows: of what is written, and of what is stored.

use tamis_api::v1;
use tonic::Code;

use crate::harness::{Service, assert_refused, evaluate, instant, workflow};

fn sets_status(workflow_id: &str, source: &str, status: &str) -> v1::Workflow {
    let status_id = status.to_owned();
    let kind = Some(v1::action::Kind::SetStatus(v1::SetStatus { status_id }));
    v1::Workflow { actions: vec![v1::Action { kind }], ..workflow(workflow_id, source) }
}

/// Code and field of each finding.
fn told(findings: &[v1::Diagnostic]) -> Vec<(&str, &str)> {
    findings.iter().map(|finding| (finding.code.as_str(), finding.field.as_str())).collect()
}

async fn analyze(
    service: &mut Service,
    account_id: &str,
    dead_since: Option<&str>,
) -> Result<v1::AnalyzeWorkflowsResponse, tonic::Status> {
    let request = v1::AnalyzeWorkflowsRequest {
        account_id: account_id.to_owned(),
        dead_since: dead_since.map(instant),
    };
    service.workflows.analyze_workflows(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn a_save_tells_how_what_it_writes_stands_to_the_others() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let first = service.create("acme", sets_status("first", "mail", "open")).await.unwrap();
    assert_eq!(told(&first.warnings), []);

    // The later of two, of which the earlier is told about.
    let later = sets_status("later", "mail", "closed");
    let validate =
        v1::ValidateWorkflowRequest { account_id: "acme".to_owned(), workflow: Some(later.clone()) };
    let validated = service.workflows.validate_workflow(validate).await.unwrap().into_inner();
    let made = service.create("acme", later.clone()).await.unwrap();
    for findings in [&validated.diagnostics, &made.warnings] {
        assert_eq!(told(findings), [("writes_conflict", "workflow")]);
        assert!(
            findings[0]
                .message
                .starts_with("of `first` at `actions[0].set_status`: `later` sets it to `closed`")
        );
    }
    // With a change that shows it.
    let example = made.warnings[0].example.clone().unwrap();
    let decision = service.decisions.evaluate(example).await.unwrap().into_inner();
    let matched: Vec<_> = decision.matches.iter().map(|one| one.workflow_id.as_str()).collect();
    assert_eq!(matched, ["first", "later"]);

    // The earlier one itself; what is written again as it is has the same to tell.
    let stops = v1::Workflow { stop: true, ..sets_status("first", "mail", "open") };
    let update = |workflow: v1::Workflow| v1::UpdateWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow: Some(workflow),
        update_mask: None,
    };
    for _ in 0..2 {
        let updated = service.workflows.update_workflow(update(stops.clone())).await.unwrap().into_inner();
        assert_eq!(told(&updated.warnings), [("shadowed_by_stop", "workflow")]);
    }
    let updated = service.workflows.update_workflow(update(sets_status("first", "mail", "open"))).await;
    let warnings = updated.unwrap().into_inner().warnings;
    assert_eq!(told(&warnings), [("writes_conflict", "workflow.actions[0].set_status")]);

    let import = v1::ImportWorkflowsRequest {
        account_id: "acme".to_owned(),
        workflows: vec![sets_status("a", "mail", "open"), sets_status("b", "mail", "open")],
        validate_only: true,
        ..v1::ImportWorkflowsRequest::default()
    };
    let imported = service.workflows.import_workflows(tokio_stream::iter([import])).await.unwrap();
    assert_eq!(told(&imported.into_inner().warnings), [("same_as_another", "workflows[1]")]);
    service.stop().await;
}

#[tokio::test]
async fn an_analysis_tells_all_with_changes_that_show_it() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let workflows = [
        sets_status("first", "mail", "open"),
        sets_status("later", "mail", "closed"),
        workflow("tag", "chat"),
    ];
    for workflow in workflows {
        service.create("acme", workflow).await.unwrap();
    }
    let analysis = analyze(&mut service, "acme", None).await.unwrap();
    assert_eq!((analysis.findings.len(), analysis.revision, analysis.dead_told), (1, 4, false));
    let finding = &analysis.findings[0];
    let field = finding.diagnostic.as_ref().map(|said| said.field.as_str());
    assert_eq!(field, Some("workflows[\"first\"].actions[0].set_status"));
    assert_eq!(
        (finding.workflow_id.as_str(), &*finding.other_workflow_ids),
        ("first", &["later".to_owned()][..])
    );
    let example = finding.diagnostic.as_ref().unwrap().example.clone().unwrap();
    let decision = service.decisions.evaluate(example).await.unwrap().into_inner();
    let states: Vec<_> =
        decision.matches.iter().map(|found| (&*found.workflow_id, found.actions[0].state())).collect();
    assert_eq!(states, [("first", v1::ActionState::NotReady), ("later", v1::ActionState::Ready)]);
    service.stop().await;
}

#[tokio::test]
async fn workflows_that_no_change_has_matched_are_told_if_they_were_counted() {
    let mut service = Service::start().await;
    let begun = jiff::Timestamp::now();
    service.account_with("acme", &["mail", "chat"]).await;
    let disabled = v1::Workflow { enabled: Some(false), ..workflow("off", "off") };
    service.create("acme", disabled).await.unwrap();
    let written = jiff::Timestamp::now().to_string();
    service.decisions.evaluate(evaluate("acme", "mail", 0)).await.unwrap();

    let analysis = analyze(&mut service, "acme", Some(&written)).await.unwrap();
    assert!(analysis.dead_told && analysis.counted_since.is_some());
    let dead: Vec<_> = analysis.findings.iter().map(|finding| finding.workflow_id.as_str()).collect();
    assert_eq!(dead, ["chat"]);
    // Its example is what it waits for.
    let example = analysis.findings[0].diagnostic.as_ref().unwrap().example.clone().unwrap();
    let decision = service.decisions.evaluate(example).await.unwrap().into_inner();
    assert_eq!(decision.matches[0].workflow_id, "chat");
    assert_eq!(analyze(&mut service, "acme", Some(&written)).await.unwrap().findings, []);

    // What was written since cannot have been matched before, and what was before the start was not counted.
    let before = begun.to_string();
    assert_eq!(analyze(&mut service, "acme", Some(&before)).await.unwrap().findings, []);
    let long_ago = analyze(&mut service, "acme", Some("2020-01-01T00:00:00Z")).await.unwrap();
    assert!(!long_ago.dead_told && long_ago.findings.is_empty());

    let missing = analyze(&mut service, "none", None).await;
    assert_refused(missing, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let mut wrong =
        v1::AnalyzeWorkflowsRequest { account_id: String::new(), dead_since: Some(instant(&written)) };
    wrong.dead_since.as_mut().unwrap().nanos = -1;
    let refused = service.workflows.analyze_workflows(wrong).await;
    assert_refused(refused, Code::InvalidArgument, "INVALID_REQUEST", &["account_id", "dead_since"]);
    service.stop().await;
}
