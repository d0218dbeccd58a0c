//! Puts into the contract's words what `tonic` refuses before a handler sees it.
//!
//! It refuses messages that are too large with `OUT_OF_RANGE`, and those that cannot be read with `INTERNAL`, both without
//! details. Nothing of ours answers with the one code, or without details, so that these can be told apart.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;

use crate::status::Failure;

/// The codes `OUT_OF_RANGE` and `INTERNAL` as a header has them.
const OUT_OF_RANGE: &[u8] = b"11";
const INTERNAL: &[u8] = b"13";

/// A service whose refusals are put into the contract's words.
#[derive(Clone, Debug)]
pub(crate) struct Translated<S> {
    /// The service.
    pub(crate) service: S,
    /// Bytes that a message may have.
    pub(crate) message_bytes_max: usize,
}

impl<S: NamedService> NamedService for Translated<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Translated<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answering = self.service.call(request);
        let message_bytes_max = self.message_bytes_max;
        Box::pin(async move { Ok(translated(answering.await?, message_bytes_max)) })
    }
}

/// An answer, or the contract's words for what `tonic` refused.
pub(crate) fn translated(response: Response<Body>, message_bytes_max: usize) -> Response<Body> {
    match refusal(response.headers(), message_bytes_max) {
        Some(failure) => Status::from(failure).into_http(),
        None => response,
    }
}

/// The same for what a stream of messages ends with.
pub(crate) fn translated_status(status: Status, message_bytes_max: usize) -> Status {
    let mut headers = HeaderMap::new();
    match status.add_header(&mut headers).ok().and_then(|()| refusal(&headers, message_bytes_max)) {
        Some(failure) => failure.into(),
        None => status,
    }
}

fn refusal(headers: &HeaderMap, message_bytes_max: usize) -> Option<Failure> {
    let limit = u64::try_from(message_bytes_max).unwrap_or(u64::MAX);
    match headers.get("grpc-status")?.as_bytes() {
        OUT_OF_RANGE => Some(Failure::call_too_large("message_bytes", limit)),
        INTERNAL if !headers.contains_key("grpc-status-details-bin") => Some(Failure::unreadable()),
        _ => None,
    }
}
