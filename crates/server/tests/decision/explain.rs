//! `Explain`.

use tamis_api::v1;
use tonic::Code;

use crate::harness::{FAULTS, NOW, Service, at, faulty, refusal, updated, workflow};

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
    let ids: Vec<String> = (0..103).map(|number| format!("w{number}")).collect();
    let mut service = Service::with(ids.iter().map(|id| workflow(id, "apple"))).await;
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
    let ids = |count| vec!["w".to_owned(); count];
    let wrong = v1::ExplainRequest { workflow_ids: ids(1_001), workflows_max: 1_001, ..explain(faulty()) };
    let status = service.decisions.explain(wrong).await.unwrap_err();
    let mut fields: Vec<String> = FAULTS.iter().map(|field| format!("request.{field}")).collect();
    fields.extend(["workflow_ids".to_owned(), "workflows_max".to_owned()]);
    assert_eq!(refusal(&status), (Code::InvalidArgument, "INVALID_REQUEST".to_owned(), fields));

    let status = service.decisions.explain(v1::ExplainRequest::default()).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["request"]);

    let most = v1::ExplainRequest { workflow_ids: ids(1_000), workflows_max: 1_000, ..explain(updated("x")) };
    assert_eq!(service.decisions.explain(most).await.unwrap().into_inner().workflows_total, 0);

    let stranger = v1::EvaluateRequest { account_id: "acme".to_owned(), ..updated("x") };
    let status = service.decisions.explain(explain(stranger)).await.unwrap_err();
    assert_eq!(refusal(&status).0, Code::NotFound);
    service.stop().await;
}
