//! Calls to the service, in the name of whoever looks at a page.

use std::convert::Infallible;
use std::fmt;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Request, Response};
use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::audit_service_client::AuditServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::key_service_client::KeyServiceClient;
use tamis_api::v1::observation_service_client::ObservationServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tonic::body::Body;
use tower::Service;
use tower::util::BoxCloneSyncService;

/// Bytes of an answer: a page of a thousand workflows, or a directory, may be large.
const ANSWER_BYTES_MAX: usize = 64 << 20;
/// Who writes, where the service asks nobody who they are.
const ACTOR: (HeaderName, HeaderValue) =
    (HeaderName::from_static("tamis-actor"), HeaderValue::from_static("console"));

/// The service's gRPC handlers, with all that comes before them.
#[derive(Clone)]
pub struct Backend(BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>);

impl Backend {
    /// These handlers.
    pub fn new<S>(handlers: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        Self(BoxCloneSyncService::new(handlers))
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").finish_non_exhaustive()
    }
}

/// The service, called with one credential.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    backend: Backend,
    authorization: Option<HeaderValue>,
}

impl Caller {
    /// Calls with a credential, or with none.
    pub(crate) fn new(backend: Backend, credential: Option<&str>) -> Self {
        let header = credential.map(|credential| HeaderValue::try_from(format!("Bearer {credential}")));
        // One that is no header is none that the service could know.
        let authorization =
            header.map(|header| header.unwrap_or_else(|_| HeaderValue::from_static("Bearer")));
        Self { backend, authorization }
    }

    pub(crate) fn workflows(&self) -> WorkflowServiceClient<Self> {
        WorkflowServiceClient::new(self.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    pub(crate) fn accounts(&self) -> AccountServiceClient<Self> {
        AccountServiceClient::new(self.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    pub(crate) fn decisions(&self) -> DecisionServiceClient<Self> {
        DecisionServiceClient::new(self.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    pub(crate) fn audits(&self) -> AuditServiceClient<Self> {
        AuditServiceClient::new(self.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    pub(crate) fn observations(&self) -> ObservationServiceClient<Self> {
        ObservationServiceClient::new(self.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    pub(crate) fn keys(&self) -> KeyServiceClient<Self> {
        KeyServiceClient::new(self.clone())
    }
}

impl Service<Request<Body>> for Caller {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future =
        <BoxCloneSyncService<Request<Body>, Response<Body>, Infallible> as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.backend.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let headers = request.headers_mut();
        headers.extend(self.authorization.clone().map(|credential| (AUTHORIZATION, credential)));
        headers.insert(ACTOR.0, ACTOR.1);
        self.backend.0.call(request)
    }
}
