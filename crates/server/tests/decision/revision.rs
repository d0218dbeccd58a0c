//! `min_revision`.

use std::time::Duration;

use tamis_api::v1;
use tonic::{Code, Request};
use tonic_types::StatusExt as _;

use crate::harness::{Service, ids, refusal, updated, workflow};

fn from_revision(min_revision: u64) -> v1::EvaluateRequest {
    v1::EvaluateRequest { min_revision, ..updated("apple") }
}

#[tokio::test]
async fn a_revision_that_is_there_answers_at_once() {
    let mut service = Service::with([workflow("a", "apple")]).await;
    for min_revision in [0, 1, 2] {
        let answer = service.decisions.evaluate(from_revision(min_revision)).await.unwrap().into_inner();
        assert_eq!(answer.revision, 2);
    }
    service.stop().await;
}

#[tokio::test]
async fn a_revision_that_is_being_written_is_waited_for() {
    let mut service = Service::with([workflow("a", "apple")]).await;
    let mut decisions = service.decisions.clone();
    let (answer, revision) =
        tokio::join!(decisions.evaluate(from_revision(3)), service.save(workflow("b", "apple")));
    let answer = answer.unwrap().into_inner();
    assert_eq!((answer.revision, revision), (3, 3));
    assert_eq!(ids(&answer.matches), ["a", "b"]);
    service.stop().await;
}

#[tokio::test]
async fn a_revision_that_does_not_come_is_refused_before_the_deadline() {
    let mut service = Service::with([workflow("a", "apple")]).await;
    let mut request = Request::new(from_revision(9));
    request.set_timeout(Duration::from_millis(300));
    let status = service.decisions.evaluate(request).await.unwrap_err();
    assert_eq!(refusal(&status), (Code::FailedPrecondition, "REVISION_NOT_REACHED".to_owned(), vec![]));
    let metadata = status.get_details_error_info().unwrap().metadata;
    assert_eq!((metadata["revision"].as_str(), metadata["min_revision"].as_str()), ("2", "9"));
    assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());
    service.stop().await;
}
