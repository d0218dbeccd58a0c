use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body as _, Frame};
use prost::Message;
use tamis_api::v1;
use tamis_api::v1::account_service_server::AccountService as _;
use tamis_api::v1::evaluate_result::Result as Outcome;
use tamis_store::{Location, Store};
use tonic::Code;
use tonic_types::StatusExt as _;

use super::*;
use crate::convert::time::instant_to_wire;
use crate::grpc::account::Accounts;
use crate::identity::gate::{Peer, Session};
use crate::limits;
use crate::observe::watched;

const MESSAGE_BYTES_MAX: usize = 1 << 20;
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
    let mut request = tonic::Request::new(v1::CreateAccountRequest { account: Some(account) });
    request.extensions_mut().insert(Access::OPEN);
    Accounts::new(catalog.clone()).create_account(request).await.unwrap();
    Decisions::with_clock(catalog, observer(), Vec::new(), MESSAGE_BYTES_MAX, Clock::Fixed(NOW))
}

fn observer() -> Arc<Observer> {
    Arc::new(Observer::new(1))
}

async fn evaluate(service: &Decisions, request: Request<Sent>) -> Response<Answer> {
    let mut call = Call::begin(&*service.observer, service.observer.rpcs.evaluate, request.headers());
    service.evaluate(&mut request.into(), &Access::OPEN, &mut call).await
}

async fn evaluate_batch(service: &Decisions, request: Request<Sent>) -> Response<Answer> {
    let mut call = Call::begin(&*service.observer, service.observer.rpcs.evaluate_batch, request.headers());
    service.evaluate_batch(&mut request.into(), &Access::OPEN, &mut call).await
}

async fn other(service: &Decisions, request: Request<Sent>) -> Response<Answer> {
    let rpc = service.observer.rpcs.of(request.uri().path());
    let call = Call::begin(service.observer.clone(), rpc, request.headers());
    watched(service.other(request).await, call)
}

/// The body of a call.
struct Sent(Option<Bytes>);

impl http_body::Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

fn sent(message: &impl Message) -> Request<Sent> {
    sent_bytes(&message.encode_to_vec())
}

fn sent_bytes(message: &[u8]) -> Request<Sent> {
    let mut bytes = [&[0; call::FRAME_BYTES], message].concat();
    call::close_frame(&mut bytes).unwrap();
    let mut request = Request::new(Sent(Some(bytes.into())));
    request.extensions_mut().insert(Access::OPEN);
    request.extensions_mut().insert(Session::new(&None, &http::HeaderMap::new(), &Peer::default()));
    request
}

fn with_timeout(message: &impl Message, timeout: &'static str) -> Request<Sent> {
    let mut request = sent(message);
    request.headers_mut().insert("grpc-timeout", timeout.parse().unwrap());
    request
}

/// What an answer says: its message, or its status.
async fn said<M: Message + Default>(response: impl Future<Output = Response<Answer>>) -> Result<M, Status> {
    let (head, mut body) = response.await.into_parts();
    if let Some(status) = Status::from_header_map(&head.headers) {
        return Err(status);
    }
    let mut next =
        async || std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap().unwrap();
    let message = next().await.into_data().unwrap();
    let trailers = next().await.into_trailers().unwrap();
    assert_eq!((trailers.len(), trailers["grpc-status"].as_bytes()), (1, &b"0"[..]));
    Ok(M::decode(&message[call::FRAME_BYTES..]).unwrap())
}

async fn evaluated(service: &Decisions, request: Request<Sent>) -> Result<v1::EvaluateResponse, Status> {
    said(evaluate(service, request)).await
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

#[tokio::test]
async fn the_clock_decides_unless_the_caller_says_when() {
    let service = service().await;
    let answer = evaluated(&service, sent(&timer(0))).await.unwrap();
    assert_eq!((answer.revision, answer.now), (1, Some(instant_to_wire(NOW))));
    let stated = Some(instant_to_wire(Timestamp::UNIX_EPOCH));
    let request = v1::EvaluateRequest { now: stated, ..timer(0) };
    let answer = evaluated(&service, sent(&request)).await.unwrap();
    assert_eq!(answer.now, stated);

    let explained = v1::ExplainRequest { request: Some(timer(1)), ..v1::ExplainRequest::default() };
    let mut explained = tonic::Request::new(explained);
    explained.extensions_mut().insert(Access::OPEN);
    let answer = service.explain(explained).await.unwrap();
    assert_eq!((answer.revision, answer.now), (1, Some(instant_to_wire(NOW))));
}

#[tokio::test]
async fn a_revision_that_does_not_come_is_given_up_before_the_deadline() {
    let service = service().await;
    let status = evaluated(&service, with_timeout(&timer(2), "20m")).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "REVISION_NOT_REACHED");
    assert_eq!((info.metadata["revision"].as_str(), info.metadata["min_revision"].as_str()), ("1", "2"));

    let batch = v1::EvaluateBatchRequest { requests: vec![timer(2), timer(1), timer(9)] };
    let results = said::<v1::EvaluateBatchResponse>(evaluate_batch(&service, with_timeout(&batch, "20m")));
    let results = results.await.unwrap().results;
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
    let service = Decisions::new(catalog.clone(), observer(), Vec::new(), MESSAGE_BYTES_MAX);
    let status = evaluated(&service, sent(&timer(0))).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());

    catalog.load().await.unwrap();
    let status = evaluated(&service, sent(&timer(0))).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.get_details_error_info().unwrap().reason, "ACCOUNT_NOT_FOUND");
}

#[tokio::test]
async fn a_batch_does_not_keep_other_calls_of_its_thread_waiting() {
    let service = service().await;
    let batch = v1::EvaluateBatchRequest { requests: vec![timer(0); limits::BATCH_REQUESTS_MAX] };
    let mut batch = std::pin::pin!(said::<v1::EvaluateBatchResponse>(evaluate_batch(&service, sent(&batch))));
    // On one thread, a call that is polled after the batch comes to its end before the batch does.
    tokio::select! {
        biased;
        _ = &mut batch => panic!("the batch was decided in one go"),
        answer = evaluated(&service, sent(&timer(0))) => assert_eq!(answer.unwrap().revision, 1),
    }
    assert_eq!(batch.await.unwrap().results.len(), limits::BATCH_REQUESTS_MAX);
}

/// The status at the end of an answer.
async fn status_of(response: Response<Answer>) -> Status {
    let (head, mut body) = response.into_parts();
    if let Some(status) = Status::from_header_map(&head.headers) {
        return status;
    }
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap().unwrap();
        if let Ok(trailers) = frame.into_trailers() {
            return Status::from_header_map(&trailers).unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_no_message_is_refused_with_a_reason() {
    let service = service().await;
    // A change whose text is not UTF-8, as it is and behind one that is well.
    let unreadable = b"\x0a\x02\xff\xff";
    let mut batch = v1::EvaluateBatchRequest { requests: vec![timer(0)] }.encode_to_vec();
    batch.extend(b"\x0a\x04\x0a\x02\xff\xff");
    let named = |name: &str, message: &[u8]| {
        let mut request = sent_bytes(message);
        *request.uri_mut() = format!("/tamis.v1.DecisionService/{name}").parse().unwrap();
        request
    };
    let answers = [
        evaluate(&service, sent_bytes(unreadable)).await,
        evaluate_batch(&service, sent_bytes(&batch)).await,
        evaluate_batch(&service, sent_bytes(&[7])).await,
        other(&service, named("EvaluateStream", b"\x0a\x04\x0a\x02\xff\xff")).await,
        other(&service, named("EvaluateStream", unreadable)).await,
        other(&service, named("Explain", b"\x0a\x04\x0a\x02\xff\xff")).await,
    ];
    for (nth, answer) in answers.into_iter().enumerate() {
        let status = status_of(answer).await;
        assert_eq!(status.code(), Code::InvalidArgument, "{nth}: {status}");
        assert_eq!(status.get_details_error_info().unwrap().reason, "INVALID_REQUEST", "{nth}");
    }
    let large = vec![0; MESSAGE_BYTES_MAX + 1];
    for answer in [
        evaluate(&service, sent_bytes(&large)).await,
        evaluate_batch(&service, sent_bytes(&large)).await,
        other(&service, named("EvaluateStream", &large)).await,
        other(&service, named("Explain", &large)).await,
    ] {
        let status = status_of(answer).await;
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert_eq!(status.get_details_error_info().unwrap().reason, "LIMIT_EXCEEDED");
    }
    assert_eq!(status_of(other(&service, named("Other", &[])).await).await.code(), Code::Unimplemented);
}
