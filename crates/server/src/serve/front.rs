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

use crate::grpc::call::{self, Answer};
use crate::grpc::decision::Decisions;
use crate::identity::Access;
use crate::identity::gate::{Gate, Peer, Session};
use crate::serve::http::Answers;
use crate::status::Failure;

/// What the paths of every rpc of `DecisionService` begin with.
const DECISION_PATHS: &str = "/tamis.v1.DecisionService/";
/// The path of the rpc whose calls last.
const STREAM_PATH: &str = "/tamis.v1.DecisionService/EvaluateStream";

/// Answers every call of a thread's connections.
#[derive(Clone, Debug)]
pub(super) struct Front {
    /// Lets calls in; `None` if everybody may call.
    pub(super) gate: Option<Arc<Gate>>,
    /// Decides.
    pub(super) decisions: Decisions,
    /// All other services.
    pub(super) others: Routes,
    /// Where those work: reading a large import takes seconds, for which decisions must not wait.
    pub(super) background: Handle,
}

impl Answers for Front {
    fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
        peer: &Peer,
    ) -> impl Future<Output = Response<Answer>> + Send + use<> {
        let path = request.uri().path();
        let admitted = match &self.gate {
            None => Ok(Access::OPEN),
            Some(gate) => gate.admit(path, request.headers(), peer),
        };
        let session = (path == STREAM_PATH).then(|| Session::new(&self.gate, request.headers(), peer));
        if let Some(session) = session {
            request.extensions_mut().insert(session);
        }
        async move {
            let access = match admitted {
                Ok(access) => access,
                Err(failure) => return call::refused(failure),
            };
            match request.uri().path().strip_prefix(DECISION_PATHS) {
                Some("Evaluate") => self.decisions.evaluate(request, &access).await,
                Some("EvaluateBatch") => Box::pin(self.decisions.evaluate_batch(request, &access)).await,
                Some(_) => {
                    request.extensions_mut().insert(access);
                    Box::pin(self.decisions.other(request)).await
                }
                None => self.elsewhere(request, access).await,
            }
        }
    }
}

impl Front {
    /// Has a call answered in the background. A call whose caller's deadline has passed ends as any other that is given up.
    fn elsewhere(
        &self,
        mut request: Request<Incoming>,
        access: Access,
    ) -> impl Future<Output = Response<Answer>> + Send + use<> {
        request.extensions_mut().insert(access);
        let answering = self.others.clone().call(request.map(Body::new));
        let answering = Elsewhere(self.background.spawn(answering));
        async move { answering.answer().await.map(Answer::Tonic) }
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
