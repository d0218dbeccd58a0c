//! The first thing that a call meets: decisions are made on the thread that has the connection, and straight away;
//! everything else is looked up by its name and done elsewhere, however long it takes.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::service::Routes;

use crate::grpc::call::Answer;
use crate::grpc::decision::Decisions;
use crate::observe::{Call, Observer, watched};
use crate::serve::http::Answers;
use crate::status::Failure;

/// What the paths of every rpc of `DecisionService` begin with.
const DECISION_PATHS: &str = "/tamis.v1.DecisionService/";

/// Answers every call of a thread's connections.
#[derive(Clone, Debug)]
pub(super) struct Front {
    /// Decides.
    pub(super) decisions: Decisions,
    /// Counts what is answered.
    pub(super) observer: Arc<Observer>,
    /// All other services.
    pub(super) others: Routes,
    /// Where those work: reading a large import takes seconds, for which decisions must not wait.
    pub(super) background: Handle,
}

impl Answers for Front {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Answer> {
        let path = request.uri().path();
        match path.strip_prefix(DECISION_PATHS) {
            Some("Evaluate") => {
                let mut call = Call::begin(&*self.observer, self.observer.rpcs.evaluate, request.headers());
                let response = self.decisions.evaluate(request, &mut call).await;
                call.answered(&response);
                response
            }
            Some("EvaluateBatch") => {
                let mut call =
                    Call::begin(&*self.observer, self.observer.rpcs.evaluate_batch, request.headers());
                let response = Box::pin(self.decisions.evaluate_batch(request, &mut call)).await;
                call.answered(&response);
                response
            }
            found => {
                let rpc = self.observer.rpcs.of(path);
                let mut call = Call::begin(self.observer.clone(), rpc, request.headers());
                // A stream of changes takes as long as its caller likes; each of its changes is timed by itself.
                if rpc != self.observer.rpcs.evaluate_stream {
                    call.arrived();
                }
                let response = match found {
                    Some(_) => Box::pin(self.decisions.other(request)).await,
                    None => self.elsewhere(request).await,
                };
                watched(response, call)
            }
        }
    }
}

impl Front {
    /// Has a call answered in the background. A call whose caller's deadline has passed ends as any other that is given up.
    fn elsewhere(&self, request: Request<Incoming>) -> impl Future<Output = Response<Body>> + Send + use<> {
        let answering = self.others.clone().call(request.map(Body::new));
        let answering = Elsewhere(self.background.spawn(answering));
        async move { answering.answer().await }
    }
}

/// A call under way in the background, which ends with its caller.
struct Elsewhere(JoinHandle<Result<Response<Body>, Infallible>>);

impl Elsewhere {
    async fn answer(mut self) -> Response<Body> {
        match (&mut self.0).await {
            Ok(Ok(response)) => response,
            Err(fault) => Status::from(Failure::internal(fault)).into_http(),
        }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.0.abort();
    }
}
