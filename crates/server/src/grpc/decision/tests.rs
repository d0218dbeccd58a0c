use tamis_api::v1::account_service_server::AccountService as _;
use tamis_store::{Location, Store};
use tonic::Code;
use tonic_types::StatusExt as _;

use super::*;
use crate::convert::time::instant_to_wire;
use crate::grpc::account::Accounts;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 5);

async fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::new(Store::open(&Location::Memory).await.unwrap()))
}

/// The service at a fixed instant, with the account `shop` at revision 1.
async fn service() -> Decisions {
    let catalog = catalog().await;
    catalog.load().await.unwrap();
    let account = v1::Account {
        account_id: "shop".to_owned(),
        display_name: "Shop".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        locale: "fr-FR".to_owned(),
        ..v1::Account::default()
    };
    let request = v1::CreateAccountRequest { account: Some(account) };
    Accounts::new(catalog.clone()).create_account(Request::new(request)).await.unwrap();
    Decisions::with_clock(catalog, Vec::new(), Clock::Fixed(NOW))
}

fn timer(min_revision: u64) -> v1::EvaluateRequest {
    v1::EvaluateRequest {
        account_id: "shop".to_owned(),
        ticket: Some(v1::Ticket { id: "t1".to_owned(), ..v1::Ticket::default() }),
        change: Some(v1::Change { timer: Some(v1::Timer {}), ..v1::Change::default() }),
        min_revision,
        ..v1::EvaluateRequest::default()
    }
}

fn with_timeout<T>(message: T, timeout: &'static str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("grpc-timeout", timeout.parse().unwrap());
    request
}

#[tokio::test]
async fn the_clock_decides_unless_the_caller_says_when() {
    let service = service().await;
    let answer = service.evaluate(Request::new(timer(0))).await.unwrap().into_inner();
    assert_eq!((answer.revision, answer.now), (1, Some(instant_to_wire(NOW))));
    let stated = Some(instant_to_wire(Timestamp::UNIX_EPOCH));
    let request = v1::EvaluateRequest { now: stated, ..timer(0) };
    let answer = service.evaluate(Request::new(request.clone())).await.unwrap().into_inner();
    assert_eq!(answer.now, stated);

    let explained = v1::ExplainRequest { request: Some(timer(1)), ..v1::ExplainRequest::default() };
    let answer = service.explain(Request::new(explained)).await.unwrap().into_inner();
    assert_eq!((answer.revision, answer.now), (1, Some(instant_to_wire(NOW))));
}

#[tokio::test]
async fn a_revision_that_does_not_come_is_given_up_before_the_deadline() {
    let service = service().await;
    let status = service.evaluate(with_timeout(timer(2), "20m")).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "REVISION_NOT_REACHED");
    assert_eq!((info.metadata["revision"].as_str(), info.metadata["min_revision"].as_str()), ("1", "2"));

    let batch = v1::EvaluateBatchRequest { requests: vec![timer(2), timer(1), timer(9)] };
    let results = service.evaluate_batch(with_timeout(batch, "20m")).await.unwrap().into_inner().results;
    let reasons: Vec<Option<v1::ErrorReason>> = results
        .iter()
        .map(|result| match result.result.as_ref().unwrap() {
            Outcome::Response(_) => None,
            Outcome::Error(error) => Some(error.reason()),
        })
        .collect();
    let not_reached = Some(v1::ErrorReason::RevisionNotReached);
    assert_eq!(reasons, [not_reached, None, not_reached]);
}

#[tokio::test]
async fn an_account_that_may_still_be_loading_is_not_said_to_be_missing() {
    let catalog = catalog().await;
    let service = Decisions::new(catalog.clone(), Vec::new());
    let status = service.evaluate(Request::new(timer(0))).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());

    catalog.load().await.unwrap();
    let status = service.evaluate(Request::new(timer(0))).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.get_details_error_info().unwrap().reason, "ACCOUNT_NOT_FOUND");
}

#[tokio::test]
async fn a_batch_does_not_keep_other_calls_of_its_thread_waiting() {
    let service = service().await;
    let batch = v1::EvaluateBatchRequest { requests: vec![timer(0); limits::BATCH_REQUESTS_MAX] };
    let mut batch = std::pin::pin!(service.evaluate_batch(Request::new(batch)));
    // On one thread, a call that is polled after the batch comes to its end before the batch does.
    tokio::select! {
        biased;
        _ = &mut batch => panic!("the batch was decided in one go"),
        answer = service.evaluate(Request::new(timer(0))) => assert_eq!(answer.unwrap().into_inner().revision, 1),
    }
    assert_eq!(batch.await.unwrap().into_inner().results.len(), limits::BATCH_REQUESTS_MAX);
}
