//! `Explain`.

use tamis_api::v1;
use tonic::Code;

use crate::harness::{FAULTS, NOW, Service, at, faulty, ids, refusal, updated, workflow};

fn explain(request: v1::EvaluateRequest) -> v1::ExplainRequest {
    v1::ExplainRequest { request: Some(request), ..v1::ExplainRequest::default() }
}

#[tokio::test]
async fn verdicts_come_with_what_held_and_what_did_not() {
    let stop = v1::Workflow { stop: true, ..workflow("stop", "apple") };
    let off = v1::Workflow { enabled: Some(false), ..workflow("off", "apple") };
    let mut service = Service::with([stop, workflow("late", "APPLE"), workflow("miss", "berry"), off]).await;
    let answer = service.decisions.explain(explain(updated("An apple"))).await.unwrap().into_inner();
    assert_eq!((answer.revision, answer.now, answer.workflows_total), (5, at(NOW), 4));
    let verdicts: Vec<(&str, v1::Verdict, &str)> = answer
        .workflows
        .iter()
        .map(|explained| (explained.workflow_id.as_str(), explained.verdict(), explained.stopped_by.as_str()))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("stop", v1::Verdict::Matched, ""),
            ("late", v1::Verdict::PassedOver, "stop"),
            ("off", v1::Verdict::Disabled, ""),
            ("miss", v1::Verdict::NotMatched, ""),
        ]
    );
    let found = v1::PhraseOccurrence {
        field: "all[0].subject.phrases[0]".to_owned(),
        phrase: "apple".to_owned(),
        from_char: 3,
        to_char: 8,
    };
    assert_eq!(answer.workflows[0].conditions[0].occurrences, [found]);
    // What is disabled is explained as if it were not.
    let off = &answer.workflows[2];
    assert_eq!((off.failed_conditions, off.conditions[0].held, off.alternatives[0].matched), (0, true, true));
    let miss = &answer.workflows[3];
    assert_eq!((miss.display_name.as_str(), miss.failed_conditions), ("MISS", 1));
    let condition = &miss.conditions[0];
    assert_eq!((condition.field.as_str(), condition.held), ("all[0].subject", false));
    assert!(condition.wanted.contains("berry") && condition.seen.contains("An apple"), "{condition:?}");
    assert_eq!((condition.seen_folded.as_deref(), condition.occurrences.len()), (Some("an apple"), 0));
    assert_eq!((miss.alternatives[0].matched, miss.alternatives[0].failed_conditions), (false, 1));
    service.stop().await;
}

#[tokio::test]
async fn it_answers_for_the_workflows_that_are_named_and_no_more_than_wanted() {
    let all: Vec<String> = (0..103).map(|number| format!("w{number}")).collect();
    let mut service = Service::with(all.iter().map(|id| workflow(id, "apple"))).await;
    for (workflow_ids, workflows_max, answered, total) in [
        (vec![], 0, 100, 103),
        (vec![], 1_000, 103, 103),
        (vec![], 2, 2, 103),
        (vec!["w7".to_owned(), "nobody".to_owned()], 0, 1, 1),
    ] {
        let request = v1::ExplainRequest { workflow_ids, workflows_max, ..explain(updated("apple")) };
        let answer = service.decisions.explain(request).await.unwrap().into_inner();
        assert_eq!((answer.workflows.len(), answer.workflows_total), (answered, total));
    }
    service.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_field_by_field() {
    let mut service = Service::with([]).await;
    let named = |count| vec!["w".to_owned(); count];
    let wrong = v1::ExplainRequest { workflow_ids: named(1_001), workflows_max: 1_001, ..explain(faulty()) };
    let status = service.decisions.explain(wrong).await.unwrap_err();
    let mut fields: Vec<String> = FAULTS.iter().map(|field| format!("request.{field}")).collect();
    fields.extend(["workflow_ids".to_owned(), "workflows_max".to_owned()]);
    assert_eq!(refusal(&status), (Code::InvalidArgument, "INVALID_REQUEST".to_owned(), fields));

    let status = service.decisions.explain(v1::ExplainRequest::default()).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["request"]);

    let most =
        v1::ExplainRequest { workflow_ids: named(1_000), workflows_max: 1_000, ..explain(updated("x")) };
    assert_eq!(service.decisions.explain(most).await.unwrap().into_inner().workflows_total, 0);

    let stranger = v1::EvaluateRequest { account_id: "acme".to_owned(), ..updated("x") };
    let status = service.decisions.explain(explain(stranger)).await.unwrap_err();
    assert_eq!(refusal(&status).0, Code::NotFound);
    service.stop().await;
}

/// What `Evaluate` and the log would tell is told without either having been asked.
#[tokio::test]
async fn the_decision_is_told_on_request() {
    let shadow = v1::Workflow { mode: v1::WorkflowMode::Shadow.into(), ..workflow("shadow", "apple") };
    let mut service = Service::with([workflow("live", "apple"), shadow, workflow("miss", "berry")]).await;
    let asked = v1::EvaluateRequest { with_next_due: true, with_chaining: true, ..updated("An apple") };
    let plain = service.decisions.explain(explain(asked.clone())).await.unwrap().into_inner();
    assert_eq!(plain.decision, None);
    let request = v1::ExplainRequest { with_decision: true, workflows_max: 1, ..explain(asked.clone()) };
    let told = service.decisions.explain(request).await.unwrap().into_inner().decision.unwrap();
    let stats = v1::ListWorkflowStatsRequest { account_id: "shop".to_owned(), ..Default::default() };
    let counted = service.workflows.list_workflow_stats(stats).await.unwrap().into_inner().stats;
    assert!(counted.iter().all(|one| (one.matched_count, one.shadow_matched_count) == (0, 0)), "{counted:?}");
    assert_eq!(told, service.decisions.evaluate(asked).await.unwrap().into_inner());
    assert_eq!((ids(&told.matches), ids(&told.shadow_matches)), (vec!["live"], vec!["shadow"]));
    service.stop().await;
}

/// A draft is judged as it would be once it is saved: in the place of the stored one, or after all others.
#[tokio::test]
async fn a_draft_is_judged_as_if_it_were_saved() {
    let first = v1::Workflow { stop: true, ..workflow("first", "berry") };
    let mut service = Service::with([first.clone(), workflow("second", "apple")]).await;
    for draft in [
        v1::Workflow { all: workflow("", "apple").all, ..first.clone() },
        v1::Workflow { stop: false, ..first.clone() },
        v1::Workflow { enabled: Some(false), ..workflow("second", "apple") },
        v1::Workflow { stop: true, position: Some(1), ..workflow("third", "apple") },
        v1::Workflow { mode: v1::WorkflowMode::Shadow.into(), ..workflow("fourth", "an") },
    ] {
        let asked = updated("An apple");
        let request =
            v1::ExplainRequest { draft: Some(draft.clone()), with_decision: true, ..explain(asked.clone()) };
        let tried = service.decisions.explain(request).await.unwrap().into_inner();
        // The same, saved into a service of its own.
        let mut saved = Service::with([first.clone(), workflow("second", "apple")]).await;
        let import = v1::ImportWorkflowsRequest {
            account_id: "shop".to_owned(),
            mode: v1::ImportMode::Merge.into(),
            workflows: vec![draft.clone()],
            ..v1::ImportWorkflowsRequest::default()
        };
        saved.workflows.import_workflows(tokio_stream::iter([import])).await.unwrap();
        let explained = saved.decisions.explain(explain(asked.clone())).await.unwrap().into_inner();
        assert_eq!(tried.workflows, explained.workflows, "{draft:?}");
        let mut decided = saved.decisions.evaluate(asked).await.unwrap().into_inner();
        let mut decision = tried.decision.unwrap();
        // What is not saved has no version.
        for told in [&mut decision, &mut decided] {
            told.revision = 0;
            told.matches.iter_mut().chain(&mut told.shadow_matches).for_each(|matched| matched.version = 0);
        }
        assert_eq!(decision, decided, "{draft:?}");
        saved.stop().await;
    }
    let listed = v1::ListWorkflowsRequest { account_id: "shop".to_owned(), ..Default::default() };
    let stored = service.workflows.list_workflows(listed).await.unwrap().into_inner().workflows;
    assert_eq!(stored.iter().map(|one| one.version).collect::<Vec<_>>(), [2, 3], "nothing is stored");
    service.stop().await;
}

#[tokio::test]
async fn a_draft_that_no_save_would_take_is_refused_field_by_field() {
    let mut service = Service::with([]).await;
    let draft = v1::Workflow { actions: Vec::new(), ..workflow("w", "\u{ad}") };
    let request = v1::ExplainRequest { draft: Some(draft), ..explain(updated("x")) };
    let status = service.decisions.explain(request).await.unwrap_err();
    let (code, reason, fields) = refusal(&status);
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID_DEFINITION"));
    assert_eq!(fields, ["draft.all[0].subject.phrases[0]", "draft.actions"]);
    // One without an id is given one, as a creation would.
    let draft = v1::Workflow { workflow_id: String::new(), ..workflow("new", "x") };
    let request = v1::ExplainRequest { draft: Some(draft), ..explain(updated("x")) };
    let answer = service.decisions.explain(request).await.unwrap().into_inner();
    assert_eq!((answer.workflows_total, answer.workflows[0].verdict()), (1, v1::Verdict::Matched));
    assert!(!answer.workflows[0].workflow_id.is_empty());
    service.stop().await;
}
