//! A service that does as it is told.

use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tamis_api::v1::decision_service_server::{DecisionService, DecisionServiceServer};
use tamis_api::v1::workflow_service_server::{WorkflowService, WorkflowServiceServer};
use tamis_api::v1::*;
use tamis_api::well_known::Timestamp;
use tamis_loadtest::Target;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::oneshot;
use tokio_stream::wrappers::{TcpListenerStream, UnixListenerStream};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_types::{ErrorDetails, StatusExt as _};

/// What becomes of a change.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Does {
    /// It is answered.
    #[default]
    Answer,
    /// It is answered after so long, and so is whatever comes after it on the same stream.
    Stall(Duration),
    /// There is no such account.
    Fail,
    /// The answer never comes.
    Nothing,
}

/// What the service does with each change, by the number in which it came, and what it has seen.
#[derive(Clone)]
pub(crate) struct Script {
    does: Arc<dyn Fn(u64) -> Does + Send + Sync>,
    pub(crate) seen: Arc<Seen>,
}

/// What the service has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) changes: AtomicU64,
    pub(crate) calls: AtomicU64,
    pub(crate) saves: AtomicU64,
    pub(crate) last_description: std::sync::Mutex<String>,
}

impl Script {
    pub(crate) fn new(does: impl Fn(u64) -> Does + Send + Sync + 'static) -> Self {
        Self { does: Arc::new(does), seen: Arc::default() }
    }

    async fn decide(&self) -> Result<EvaluateResponse, EvaluateError> {
        let number = self.seen.changes.fetch_add(1, Ordering::SeqCst);
        match (self.does)(number) {
            Does::Answer => {}
            Does::Stall(time) => tokio::time::sleep(time).await,
            Does::Nothing => std::future::pending().await,
            Does::Fail => {
                return Err(EvaluateError {
                    code: Code::NotFound.into(),
                    reason: ErrorReason::AccountNotFound.into(),
                    message: "there is no account `x`".to_owned(),
                    violations: Vec::new(),
                });
            }
        }
        Ok(EvaluateResponse {
            revision: 1 + self.seen.saves.load(Ordering::SeqCst),
            now: Some(Timestamp { seconds: 1, nanos: 0 }),
            ..EvaluateResponse::default()
        })
    }

    async fn result(&self) -> EvaluateResult {
        let result = match self.decide().await {
            Ok(response) => evaluate_result::Result::Response(response),
            Err(error) => evaluate_result::Result::Error(error),
        };
        EvaluateResult { result: Some(result) }
    }
}

#[tonic::async_trait]
impl DecisionService for Script {
    async fn evaluate(&self, _: Request<EvaluateRequest>) -> Result<Response<EvaluateResponse>, Status> {
        self.seen.calls.fetch_add(1, Ordering::SeqCst);
        self.decide().await.map(Response::new).map_err(|error| {
            let details = ErrorDetails::with_error_info(
                "ACCOUNT_NOT_FOUND",
                "tamis",
                [("account_id".to_owned(), "x".to_owned())],
            );
            Status::with_error_details(Code::from_i32(error.code), error.message, details)
        })
    }

    async fn evaluate_batch(
        &self,
        request: Request<EvaluateBatchRequest>,
    ) -> Result<Response<EvaluateBatchResponse>, Status> {
        self.seen.calls.fetch_add(1, Ordering::SeqCst);
        let mut results = Vec::new();
        for _ in request.into_inner().requests {
            results.push(self.result().await);
        }
        Ok(Response::new(EvaluateBatchResponse { results }))
    }

    type EvaluateStreamStream = Pin<Box<dyn Stream<Item = Result<EvaluateStreamResponse, Status>> + Send>>;

    async fn evaluate_stream(
        &self,
        request: Request<Streaming<EvaluateStreamRequest>>,
    ) -> Result<Response<Self::EvaluateStreamStream>, Status> {
        self.seen.calls.fetch_add(1, Ordering::SeqCst);
        let script = self.clone();
        let answers = request.into_inner().then(move |_| {
            let script = script.clone();
            async move { Ok(EvaluateStreamResponse { result: Some(script.result().await) }) }
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn explain(&self, _: Request<ExplainRequest>) -> Result<Response<ExplainResponse>, Status> {
        Err(Status::unimplemented("not here"))
    }
}

macro_rules! not_here {
    ($($call:ident: $request:ty => $response:ty;)*) => {
        /// Keeps one workflow, and counts its saves.
        #[tonic::async_trait]
        impl WorkflowService for Script {
            async fn list_workflows(
                &self,
                _: Request<ListWorkflowsRequest>,
            ) -> Result<Response<ListWorkflowsResponse>, Status> {
                let workflow = Workflow {
                    workflow_id: "first".to_owned(),
                    description: "as it was".to_owned(),
                    ..Workflow::default()
                };
                Ok(Response::new(ListWorkflowsResponse { workflows: vec![workflow], ..Default::default() }))
            }

            async fn update_workflow(
                &self,
                request: Request<UpdateWorkflowRequest>,
            ) -> Result<Response<UpdateWorkflowResponse>, Status> {
                let workflow = request.into_inner().workflow.unwrap();
                *self.seen.last_description.lock().unwrap() = workflow.description.clone();
                let revision = 2 + self.seen.saves.fetch_add(1, Ordering::SeqCst);
                let response = UpdateWorkflowResponse { workflow: Some(workflow), revision, warnings: Vec::new() };
                Ok(Response::new(response))
            }

            type ExportWorkflowsStream =
                Pin<Box<dyn Stream<Item = Result<ExportWorkflowsResponse, Status>> + Send>>;

            async fn export_workflows(
                &self,
                _: Request<ExportWorkflowsRequest>,
            ) -> Result<Response<Self::ExportWorkflowsStream>, Status> {
                Err(Status::unimplemented("not here"))
            }

            $(async fn $call(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("not here"))
            })*
        }
    };
}

not_here! {
    create_workflow: CreateWorkflowRequest => CreateWorkflowResponse;
    get_workflow: GetWorkflowRequest => GetWorkflowResponse;
    delete_workflow: DeleteWorkflowRequest => DeleteWorkflowResponse;
    enable_workflow: EnableWorkflowRequest => EnableWorkflowResponse;
    disable_workflow: DisableWorkflowRequest => DisableWorkflowResponse;
    reorder_workflows: ReorderWorkflowsRequest => ReorderWorkflowsResponse;
    rollback_workflows: RollbackWorkflowsRequest => RollbackWorkflowsResponse;
    validate_workflow: ValidateWorkflowRequest => ValidateWorkflowResponse;
    analyze_workflows: AnalyzeWorkflowsRequest => AnalyzeWorkflowsResponse;
    import_workflows: Streaming<ImportWorkflowsRequest> => ImportWorkflowsResponse;
    simulate_workflows: Streaming<SimulateWorkflowsRequest> => SimulateWorkflowsResponse;
    list_templates: ListTemplatesRequest => ListTemplatesResponse;
    list_variables: ListVariablesRequest => ListVariablesResponse;
    list_workflow_stats: ListWorkflowStatsRequest => ListWorkflowStatsResponse;
    render_template: RenderTemplateRequest => RenderTemplateResponse;
}

/// The service on a thread of its own, which ends with this.
pub(crate) struct Server {
    pub(crate) target: Target,
    pub(crate) seen: Arc<Seen>,
    _stop: oneshot::Sender<()>,
}

/// The streams that the service allows on a connection.
pub(crate) const STREAMS_MAX: u32 = 64;

impl Server {
    /// On a free port.
    pub(crate) fn start(script: Script) -> Self {
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        Self::on(address.into(), script, || TcpListenerStream::new(TcpListener::from_std(listener).unwrap()))
    }

    /// On a socket of the file system.
    pub(crate) fn start_unix(path: &Path, script: Script) -> Self {
        let listener = std::os::unix::net::UnixListener::bind(path).unwrap();
        listener.set_nonblocking(true).unwrap();
        let stream = || UnixListenerStream::new(UnixListener::from_std(listener).unwrap());
        Self::on(Target::Unix(path.to_owned()), script, stream)
    }

    fn on<S, I>(target: Target, script: Script, incoming: impl FnOnce() -> S + Send + 'static) -> Self
    where
        S: Stream<Item = std::io::Result<I>> + Send + 'static,
        I: tokio::io::AsyncRead
            + tokio::io::AsyncWrite
            + tonic::transport::server::Connected
            + Unpin
            + Send
            + 'static,
    {
        let seen = script.seen.clone();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let served = tonic::transport::Server::builder()
                    .max_concurrent_streams(STREAMS_MAX)
                    .add_service(DecisionServiceServer::new(script.clone()))
                    .add_service(WorkflowServiceServer::new(script))
                    .serve_with_incoming(incoming());
                tokio::select! {
                    served = served => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self { target, seen, _stop: stop }
    }
}
