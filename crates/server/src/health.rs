//! Tells the truth about what can be asked now, by `grpc.health.v1.Health`.
//!
//! Decisions come from memory: they go on while the store does not take writes, and so does the service as a whole. The
//! services that write, or read what was written, do not. Nothing is served before every account is loaded, nor while the service stops.
//!
//! The protocol knows no details. An answer to `Check` has them as metadata: [`STORE_KEY`] is `reachable` or `unreachable`,
//! [`STALENESS_KEY`] the seconds since all that the store holds was served, or `unknown`, and [`BROKEN_KEY`] the number of
//! accounts that are served as they were before their latest revision.

use std::pin::Pin;
use std::sync::Arc;

use tamis_api::v1::account_service_server::SERVICE_NAME as ACCOUNT_SERVICE;
use tamis_api::v1::audit_service_server::SERVICE_NAME as AUDIT_SERVICE;
use tamis_api::v1::decision_service_server::SERVICE_NAME as DECISION_SERVICE;
use tamis_api::v1::key_service_server::SERVICE_NAME as KEY_SERVICE;
use tamis_api::v1::observation_service_server::SERVICE_NAME as OBSERVATION_SERVICE;
use tamis_api::v1::workflow_service_server::SERVICE_NAME as WORKFLOW_SERVICE;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::metadata::{AsciiMetadataValue, MetadataMap};
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::catalog::Catalog;

/// Whether the store can be read.
const STORE_KEY: &str = "tamis-store";
/// How long ago all that the store held was served.
const STALENESS_KEY: &str = "tamis-staleness-seconds";
/// How many accounts are served as they were before their latest revision, which does not compile.
const BROKEN_KEY: &str = "tamis-accounts-broken";

/// What the health of every service follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Condition {
    /// Every account is loaded.
    pub(crate) loaded: bool,
    /// The store takes writes.
    pub(crate) writable: bool,
    /// The service is stopping.
    pub(crate) draining: bool,
}

impl Condition {
    /// The status of a service; the empty name stands for all of them together.
    fn status_of(self, service: &str) -> ServingStatus {
        let serves = match service {
            "" | DECISION_SERVICE | OBSERVATION_SERVICE => self.loaded && !self.draining,
            WORKFLOW_SERVICE | ACCOUNT_SERVICE | KEY_SERVICE | AUDIT_SERVICE => {
                self.loaded && self.writable && !self.draining
            }
            _ => return ServingStatus::ServiceUnknown,
        };
        if serves { ServingStatus::Serving } else { ServingStatus::NotServing }
    }
}

/// Answers `grpc.health.v1.Health`. Watches end when the sender of the condition is dropped, so that they do not keep a
/// service that stops from stopping.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    condition: watch::Receiver<Condition>,
    catalog: Arc<Catalog>,
}

impl Reporter {
    /// Reports on a condition, with details of a catalog.
    pub(crate) fn new(condition: watch::Receiver<Condition>, catalog: Arc<Catalog>) -> Self {
        Self { condition, catalog }
    }

    fn tell_details(&self, metadata: &mut MetadataMap) {
        let freshness = self.catalog.freshness();
        let store = if freshness.is_reachable() { "reachable" } else { "unreachable" };
        metadata.insert(STORE_KEY, AsciiMetadataValue::from_static(store));
        let staleness = freshness.staleness().map(|staleness| format!("{:.1}", staleness.as_secs_f64()));
        let staleness = staleness.and_then(|seconds| seconds.parse().ok());
        metadata.insert(STALENESS_KEY, staleness.unwrap_or(AsciiMetadataValue::from_static("unknown")));
        metadata.insert(BROKEN_KEY, AsciiMetadataValue::from(freshness.broken_count()));
    }
}

#[tonic::async_trait]
impl Health for Reporter {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match self.condition.borrow().status_of(&request.get_ref().service) {
            // This protocol is not ours, and says so by a status without our details.
            ServingStatus::ServiceUnknown => Err(Status::not_found("there is no such service")),
            status => {
                let mut response = Response::new(HealthCheckResponse { status: status.into() });
                self.tell_details(response.metadata_mut());
                Ok(response)
            }
        }
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let service = request.into_inner().service;
        let mut told = None;
        let changes = WatchStream::new(self.condition.clone()).filter_map(move |condition| {
            let status = condition.status_of(&service);
            (told.replace(status) != Some(status)).then(|| Ok(HealthCheckResponse { status: status.into() }))
        });
        Ok(Response::new(Box::pin(changes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_the_status_that_its_condition_allows() {
        let condition = |loaded, writable, draining| Condition { loaded, writable, draining };
        for (condition, decisions, writes) in [
            (condition(false, true, false), ServingStatus::NotServing, ServingStatus::NotServing),
            (condition(true, true, false), ServingStatus::Serving, ServingStatus::Serving),
            (condition(true, false, false), ServingStatus::Serving, ServingStatus::NotServing),
            (condition(true, true, true), ServingStatus::NotServing, ServingStatus::NotServing),
        ] {
            for (service, expected) in [
                ("", decisions),
                ("tamis.v1.DecisionService", decisions),
                ("tamis.v1.ObservationService", decisions),
                ("tamis.v1.WorkflowService", writes),
                ("tamis.v1.AccountService", writes),
                ("tamis.v1.KeyService", writes),
                ("tamis.v1.AuditService", writes),
                ("tamis.v1.Other", ServingStatus::ServiceUnknown),
            ] {
                assert_eq!(condition.status_of(service), expected, "{service} under {condition:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_watch_tells_changes_once_and_ends_with_the_service() {
        let (sender, receiver) = watch::channel(Condition::default());
        let request = Request::new(HealthCheckRequest { service: String::new() });
        let store = tamis_store::Store::open(&tamis_store::Location::Memory).await.unwrap();
        let reporter = Reporter::new(receiver, Arc::new(Catalog::new(store)));
        let mut watching = reporter.watch(request).await.unwrap().into_inner();
        let mut next = async || watching.next().await.map(|answer| answer.unwrap().status());
        assert_eq!(next().await, Some(ServingStatus::NotServing));
        sender.send_modify(|condition| condition.loaded = true);
        assert_eq!(next().await, Some(ServingStatus::Serving));
        sender.send_modify(|condition| condition.writable = true);
        sender.send_modify(|condition| condition.draining = true);
        drop(sender);
        assert_eq!(next().await, Some(ServingStatus::NotServing));
        assert_eq!(next().await, None);
    }
}
