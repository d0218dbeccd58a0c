//! The first thing that a call meets: decisions are made on the thread that has the connection, and straight away;
//! everything else is looked up by its name and done elsewhere, however long it takes.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tamis_api::v1::decision_service_server::DecisionServiceServer;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::service::Routes;

use crate::grpc::decision::Decisions;
use crate::serve::oversize::Oversize;
use crate::status::Failure;

/// What the paths of every rpc of `DecisionService` begin with.
const DECISION_PATHS: &str = "/tamis.v1.DecisionService/";

/// Answers every call of a connection.
#[derive(Clone, Debug)]
pub(super) struct Front {
    /// Decides.
    pub(super) decisions: Oversize<DecisionServiceServer<Decisions>>,
    /// All other services.
    pub(super) others: Routes,
    /// Where those work: reading a large import takes seconds, for which decisions must not wait.
    pub(super) background: Handle,
}

impl Service<http::Request<Body>> for Front {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answering {
        if request.uri().path().starts_with(DECISION_PATHS) {
            return Answering::Here(self.decisions.call(request));
        }
        let answering = self.others.call(request);
        Answering::Elsewhere(Elsewhere(self.background.spawn(answering)))
    }
}

/// A call under way.
pub(super) enum Answering {
    /// On this thread.
    Here(BoxFuture<http::Response<Body>, Infallible>),
    /// In the background.
    Elsewhere(Elsewhere),
}

impl Future for Answering {
    type Output = Result<http::Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Here(answering) => answering.as_mut().poll(cx),
            Self::Elsewhere(answering) => Pin::new(answering).poll(cx),
        }
    }
}

/// A call under way in the background, which ends with its caller.
pub(super) struct Elsewhere(JoinHandle<Result<http::Response<Body>, Infallible>>);

impl Future for Elsewhere {
    type Output = Result<http::Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let fault = |fault: JoinError| Ok(Status::from(Failure::internal(fault)).into_http());
        Poll::Ready(ready!(Pin::new(&mut self.0).poll(cx)).unwrap_or_else(fault))
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.0.abort();
    }
}
