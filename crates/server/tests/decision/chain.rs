//! Chaining, by every rpc that decides.

use tamis_api::v1::{self, action::Kind, condition::Test, evaluate_result};

use crate::harness::{NOW, Service, action, at, condition, ids, message, updated, workflow};

fn values(ids: &[&str]) -> v1::IdSet {
    v1::IdSet { ids: ids.iter().map(ToString::to_string).collect() }
}

fn set_status(id: &str) -> v1::Action {
    action(Kind::SetStatus(v1::SetStatus { status_id: id.to_owned() }))
}

/// An apple is tagged; what is tagged goes to the grocer, and what goes to the grocer comes back.
fn workflows() -> [v1::Workflow; 4] {
    let on = |id: &str, test: Test, actions: Vec<v1::Action>| v1::Workflow {
        all: vec![condition(test)],
        actions,
        ..workflow(id, "")
    };
    let trial = v1::Workflow {
        mode: v1::WorkflowMode::Shadow.into(),
        ..on("trial", Test::StatusSet(values(&["grocer"])), vec![set_status("attic")])
    };
    [
        v1::Workflow {
            any: vec![condition(Test::StatusSet(values(&["back"])))],
            ..workflow("apple", "apple")
        },
        on("send", Test::TagAssigned(values(&["apple"])), vec![set_status("grocer")]),
        on("return", Test::StatusSet(values(&["grocer"])), vec![message("Back."), set_status("back")]),
        trial,
    ]
}

fn chained() -> v1::EvaluateRequest {
    let mut request = v1::EvaluateRequest { with_chaining: true, ..updated("an apple") };
    request.change.as_mut().unwrap().status_set = Some(v1::StatusSet { status_id: "back".to_owned() });
    request.cause = vec!["elsewhere".to_owned()];
    request
}

#[tokio::test]
async fn each_round_tells_its_change_its_cause_and_its_matches() {
    let mut service = Service::with(workflows()).await;
    let answer = service.decisions.evaluate(chained()).await.unwrap().into_inner();
    assert_eq!(ids(&answer.matches), ["apple"]);
    assert_eq!(answer.chain_end(), v1::ChainEnd::Loop);
    let [first, second, third] = answer.rounds.as_slice() else { panic!("{:#?}", answer.rounds) };

    let change = first.change.as_ref().unwrap();
    assert_eq!(change.tags_assigned.as_ref().unwrap().tag_ids, ["apple"]);
    assert_eq!((&change.status_set, &change.updated), (&None, &None));
    assert_eq!(
        (ids(&first.matches), first.cause.as_slice()),
        (vec!["send"], &["apple", "elsewhere"].map(str::to_owned)[..])
    );

    assert_eq!(second.change.as_ref().unwrap().status_set.as_ref().unwrap().status_id, "grocer");
    assert_eq!((ids(&second.matches), ids(&second.shadow_matches)), (vec!["return"], vec!["trial"]));
    assert_eq!(second.shadow_matches[0].actions[0].reason(), v1::NotReadyReason::Shadow);

    assert_eq!(third.change.as_ref().unwrap().status_set.as_ref().unwrap().status_id, "back");
    assert_eq!((third.matches.len(), third.repeated_workflow_ids.as_slice()), (0, &["apple".to_owned()][..]));

    // A later retry has the same keys; another change has others.
    let again = v1::EvaluateRequest { now: at(NOW + 60), ..chained() };
    let again = service.decisions.evaluate(again).await.unwrap().into_inner();
    assert_eq!((&again.matches, &again.rounds), (&answer.matches, &answer.rounds));
    let mut other = chained();
    other.change.as_mut().unwrap().change_id = "c2".to_owned();
    let other = service.decisions.evaluate(other).await.unwrap().into_inner();
    for (one, other) in answer.rounds.iter().zip(&other.rounds) {
        assert_ne!(one.change.as_ref().unwrap().change_id, other.change.as_ref().unwrap().change_id);
        assert!(one.matches.iter().zip(&other.matches).all(|(one, other)| one.fire_key != other.fire_key));
    }
    service.stop().await;
}

#[tokio::test]
async fn only_who_asks_for_a_chain_has_one() {
    let mut service = Service::with(workflows()).await;
    let plain = v1::EvaluateRequest { with_chaining: false, ..chained() };
    let answer = service.decisions.evaluate(plain).await.unwrap().into_inner();
    assert_eq!((ids(&answer.matches), answer.rounds.len()), (vec!["apple"], 0));
    assert_eq!(answer.chain_end(), v1::ChainEnd::Unspecified);
    let none = v1::EvaluateRequest { with_chaining: true, ..updated("a pear") };
    let answer = service.decisions.evaluate(none).await.unwrap().into_inner();
    assert_eq!((answer.matches.len(), answer.rounds.len()), (0, 0));
    assert_eq!(answer.chain_end(), v1::ChainEnd::Settled);

    // What is explained is the first round.
    let explain = v1::ExplainRequest { request: Some(chained()), ..v1::ExplainRequest::default() };
    let explained = service.decisions.explain(explain).await.unwrap().into_inner();
    let matched = explained.workflows.iter().filter(|one| one.verdict() == v1::Verdict::Matched);
    assert_eq!(matched.map(|one| one.workflow_id.as_str()).collect::<Vec<_>>(), ["apple"]);
    service.stop().await;
}

#[tokio::test]
async fn batches_and_streams_chain_too_and_every_match_is_counted() {
    let mut service = Service::with(workflows()).await;
    let answer = service.decisions.evaluate(chained()).await.unwrap().into_inner();
    let expected = Some(evaluate_result::Result::Response(answer));

    let batch = v1::EvaluateBatchRequest { requests: vec![chained(), chained()] };
    let results = service.decisions.evaluate_batch(batch).await.unwrap().into_inner().results;
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|result| result.result == expected), "{results:#?}");

    let asked = v1::EvaluateStreamRequest { request: Some(chained()) };
    let answers = service.decisions.evaluate_stream(tokio_stream::iter([asked])).await.unwrap();
    let told = answers.into_inner().message().await.unwrap().unwrap().result.unwrap();
    assert_eq!(told.result, expected);

    let stats = v1::ListWorkflowStatsRequest {
        account_id: "shop".to_owned(),
        ..v1::ListWorkflowStatsRequest::default()
    };
    let stats = service.workflows.list_workflow_stats(stats).await.unwrap().into_inner().stats;
    let count =
        |one: &v1::WorkflowStats| (one.workflow_id.clone(), one.matched_count, one.shadow_matched_count);
    let counted = |id: &str, live, shadow| (id.to_owned(), live, shadow);
    let wanted =
        [counted("apple", 4, 0), counted("send", 4, 0), counted("return", 4, 0), counted("trial", 0, 4)];
    assert_eq!(stats.iter().map(count).collect::<Vec<_>>(), wanted);
    service.stop().await;
}
