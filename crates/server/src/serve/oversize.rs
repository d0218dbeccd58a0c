//! Answers messages that are too large as the contract says.
//!
//! The transport refuses them with `OUT_OF_RANGE` and no details before a handler sees them. Nothing of ours answers
//! with that code, so that it can be told apart.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::NamedService;

use crate::status::Failure;

/// The code `OUT_OF_RANGE` as a header has it.
const OUT_OF_RANGE: &str = "11";

/// A service whose refusals of large messages are put into the contract's words.
#[derive(Clone, Debug)]
pub(super) struct Oversize<S> {
    /// The service.
    pub(super) service: S,
    /// Bytes that a message may have.
    pub(super) message_bytes_max: usize,
}

impl<S: NamedService> NamedService for Oversize<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<http::Request<Body>> for Oversize<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answering = self.service.call(request);
        let limit = u64::try_from(self.message_bytes_max).unwrap_or(u64::MAX);
        Box::pin(async move {
            let response = answering.await?;
            let refused = response.headers().get("grpc-status").is_some_and(|code| code == OUT_OF_RANGE);
            if refused {
                return Ok(Status::from(Failure::call_too_large("message_bytes", limit)).into_http());
            }
            Ok(response)
        })
    }
}
