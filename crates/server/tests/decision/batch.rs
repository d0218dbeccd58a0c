//! `EvaluateBatch`.

use tamis_api::v1;
use tonic::Code;

use crate::harness::{FAULTS, Said, Service, faulty, message, refusal, said, updated, workflow};

fn batch(requests: Vec<v1::EvaluateRequest>) -> v1::EvaluateBatchRequest {
    v1::EvaluateBatchRequest { requests }
}

#[tokio::test]
async fn each_change_has_a_result_or_an_error_of_its_own() {
    let mut service = Service::with([workflow("a", "apple"), workflow("b", "berry")]).await;
    let stranger = v1::EvaluateRequest { account_id: "acme".to_owned(), ..updated("apple") };
    let requests = vec![updated("apple"), faulty(), updated("berry, apple"), stranger, updated("none")];
    let results = service.decisions.evaluate_batch(batch(requests)).await.unwrap().into_inner().results;
    let told: Vec<Said> = results.into_iter().map(said).collect();
    let [
        Said::Matches(a),
        Said::Error(code, reason, fields),
        Said::Matches(both),
        Said::Error(missing, unknown, _),
        Said::Matches(none),
    ] = told.as_slice()
    else {
        panic!("results and errors out of place");
    };
    assert_eq!((a.as_slice(), none.as_slice()), (&["a".to_owned()][..], &[][..]));
    assert_eq!(both.as_slice(), ["a", "b"]);
    assert_eq!((*code, *reason), (Code::InvalidArgument, v1::ErrorReason::InvalidRequest));
    assert_eq!(fields.as_slice(), FAULTS);
    assert_eq!((*missing, *unknown), (Code::NotFound, v1::ErrorReason::AccountNotFound));
    service.stop().await;
}

#[tokio::test]
async fn a_batch_has_1_to_1000_changes() {
    let mut service = Service::with([workflow("a", "apple")]).await;
    for count in [0, 1_001] {
        let status =
            service.decisions.evaluate_batch(batch(vec![updated("apple"); count])).await.unwrap_err();
        let expected = (Code::InvalidArgument, "INVALID_REQUEST".to_owned(), vec!["requests".to_owned()]);
        assert_eq!(refusal(&status), expected);
    }
    let answer = service.decisions.evaluate_batch(batch(vec![updated("apple"); 1_000])).await.unwrap();
    let results = answer.into_inner().results;
    assert_eq!(results.len(), 1_000);
    assert!(results.into_iter().map(said).all(|said| matches!(said, Said::Matches(ids) if ids == ["a"])));
    service.stop().await;
}

#[tokio::test]
async fn the_answers_of_a_batch_stay_within_what_clients_take() {
    let long = v1::Workflow { actions: vec![message(&"x".repeat(60_000))], ..workflow("long", "apple") };
    let mut service = Service::with([long]).await;
    let mut requests = vec![updated("apple"); 100];
    requests.push(updated("none"));
    let results = service.decisions.evaluate_batch(batch(requests)).await.unwrap().into_inner().results;
    let answered = results
        .into_iter()
        .map(|result| match said(result) {
            Said::Matches(_) => true,
            Said::Error(code, reason, _) => {
                assert_eq!((code, reason), (Code::ResourceExhausted, v1::ErrorReason::LimitExceeded));
                false
            }
        })
        .collect::<Vec<bool>>();
    // 4 MiB hold 69 answers of 60,000 bytes and some; the last one is small enough to have a place still.
    let expected: Vec<bool> = (0..101).map(|index| index < 69 || index == 100).collect();
    assert_eq!(answered, expected);
    service.stop().await;
}
