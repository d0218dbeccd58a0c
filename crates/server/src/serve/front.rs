//! The first thing that a call meets: decisions are made on the thread that has the connection, and straight away;
//! everything else is looked up by its name and done elsewhere, however long it takes.

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::service::Routes;

use crate::grpc::call::{self, Answer, Received};
use crate::grpc::decision::Decisions;
use crate::identity::Access;
use crate::identity::gate::{Gate, Peer, Session};
use crate::observe::{Call, Observer, watched};
use crate::serve::http::Answers;
use crate::serve::load::Load;
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
    /// How long calls wait for the thread.
    pub(super) load: Arc<Load>,
    /// Counts what is answered.
    pub(super) observer: Arc<Observer>,
    /// All other services.
    pub(super) others: Routes,
    /// Where those work: reading a large import takes seconds, for which decisions must not wait.
    pub(super) background: Handle,
}

impl Answers for Front {
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> impl Future<Output = Response<Answer>> + Send + use<> {
        let way = self.way(request, peer);
        self.answered(way)
    }

    async fn watch(&self) {
        self.load.watch().await;
    }
}

/// What a call may bring: what arrives at a connection, or what the service asks itself.
trait Bytewise:
    http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send>
    + Send
    + Unpin
    + 'static
{
}

impl<B> Bytewise for B where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send>
        + Send
        + Unpin
        + 'static
{
}

/// How a call is answered.
enum Way<B> {
    /// By a decision. All else is out of its way: what a call awaits is as large as the largest of its ways, and is copied from
    /// layer to layer.
    Evaluate(Received<B>, Access),
    /// By whatever else there is, a refusal among it.
    Other(Pin<Box<dyn Future<Output = Response<Answer>> + Send>>),
}

impl Front {
    /// Answers a call that comes from the console, in the name of whoever looks at it.
    pub(super) async fn answer_console(self: Arc<Self>, request: Request<Body>) -> Response<Body> {
        // What connections show is theirs; the console presents credentials.
        let way = self.way(request, &Peer::default());
        self.answered(way).await.map(Body::new)
    }

    /// Answers a call in its way.
    async fn answered<B: Bytewise>(self: Arc<Self>, way: Way<B>) -> Response<Answer> {
        match way {
            Way::Evaluate(mut received, access) => {
                let observer = &*self.observer;
                let mut call = Call::begin(observer, observer.rpcs.evaluate, &received.headers);
                let response = self.decisions.evaluate(&mut received, &access, &mut call).await;
                call.answered(&response);
                response
            }
            Way::Other(answering) => answering.await,
        }
    }

    /// How a call is to be answered.
    fn way<B: Bytewise>(self: &Arc<Self>, mut request: Request<B>, peer: &Peer) -> Way<B> {
        let path = request.uri().path();
        let admitted = match &self.gate {
            None => Ok(Access::OPEN),
            Some(gate) => gate.admit(path, request.headers(), peer),
        };
        let found = path.strip_prefix(DECISION_PATHS);
        // Calls that are watched over otherwise: a stream by its windows, the others by the runtime in the background.
        let admitted = admitted.and_then(|access| match found {
            Some("Evaluate" | "EvaluateBatch") => self.load.admit(request.headers()).map(|()| access),
            _ => Ok(access),
        });
        match admitted {
            Err(failure) => Way::Other(Box::pin(ready(self.refuse(&request, failure)))),
            Ok(access) if found == Some("Evaluate") => Way::Evaluate(request.into(), access),
            Ok(access) => {
                if path == STREAM_PATH {
                    let session = Session::new(&self.gate, request.headers(), peer);
                    request.extensions_mut().insert(session);
                }
                Way::Other(Box::pin(self.clone().other(request, access)))
            }
        }
    }

    /// Answers a call that is not `Evaluate`.
    async fn other<B: Bytewise>(
        self: Arc<Self>,
        mut request: Request<B>,
        access: Access,
    ) -> Response<Answer> {
        let path = request.uri().path();
        let rpc = self.observer.rpcs.of(path);
        if rpc == self.observer.rpcs.evaluate_batch {
            let mut received = Received::from(request);
            let mut call = Call::begin(&*self.observer, rpc, &received.headers);
            let response = self.decisions.evaluate_batch(&mut received, &access, &mut call).await;
            call.answered(&response);
            return response;
        }
        let is_decision = path.starts_with(DECISION_PATHS);
        let mut call = Call::begin(self.observer.clone(), rpc, request.headers());
        // A stream of changes takes as long as its caller likes; each of its changes is timed by itself.
        if rpc != self.observer.rpcs.evaluate_stream {
            call.arrived();
        }
        request.extensions_mut().insert(access);
        let response =
            if is_decision { self.decisions.other(request).await } else { self.elsewhere(request).await };
        watched(response, call)
    }

    /// Refuses a call that is not let in.
    fn refuse<B>(&self, request: &Request<B>, failure: Failure) -> Response<Answer> {
        let rpc = self.observer.rpcs.of(request.uri().path());
        let mut call = Call::begin(&*self.observer, rpc, request.headers());
        call.arrived();
        let response = call::refused(failure);
        call.answered(&response);
        response
    }

    /// Has a call answered in the background. A call whose caller's deadline has passed ends as any other that is given up.
    fn elsewhere<B: Bytewise>(
        &self,
        request: Request<B>,
    ) -> impl Future<Output = Response<Body>> + Send + use<B> {
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
