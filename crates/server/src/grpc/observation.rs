//! `tamis.v1.ObservationService`: tells what is decided, and how the service is.

mod decisions;
mod matches;
mod status;

use std::sync::Arc;

use jiff::SignedDuration;
use tamis_api::v1;
use tamis_api::v1::observation_service_server::ObservationService;
use tamis_api::well_known;
use tokio::sync::{Semaphore, watch};
use tonic::{Request, Response, Status};

use crate::catalog::Catalog;
use crate::convert::time::duration_to_wire;
use crate::health::Condition;
use crate::identity::Access;
use crate::observe::Observer;
use crate::observe::counters::Durations;
use crate::serve::replicas::Replicas;

/// Answers `tamis.v1.ObservationService` from the catalog, and from what was counted.
#[derive(Clone, Debug)]
pub(crate) struct Observations {
    catalog: Arc<Catalog>,
    observer: Arc<Observer>,
    condition: watch::Receiver<Condition>,
    replicas: Arc<Replicas>,
    /// One permit: to make sense of a long log takes a processor for a second, and all who read it take no more than one.
    reading: Arc<Semaphore>,
}

impl Observations {
    /// The service on a catalog.
    pub(crate) fn new(
        catalog: Arc<Catalog>,
        observer: Arc<Observer>,
        condition: watch::Receiver<Condition>,
        replicas: Arc<Replicas>,
    ) -> Self {
        Self { catalog, observer, condition, replicas, reading: Arc::new(Semaphore::new(1)) }
    }
}

#[tonic::async_trait]
impl ObservationService for Observations {
    async fn get_service_status(
        &self,
        request: Request<v1::GetServiceStatusRequest>,
    ) -> Result<Response<v1::GetServiceStatusResponse>, Status> {
        let access = Access::from_request(&request);
        Ok(Response::new(status::get(self, &access, &request.into_inner())?))
    }

    async fn list_match_counts(
        &self,
        request: Request<v1::ListMatchCountsRequest>,
    ) -> Result<Response<v1::ListMatchCountsResponse>, Status> {
        let access = Access::from_request(&request);
        Ok(Response::new(matches::list(self, &access, request.into_inner()).await?))
    }

    async fn list_decisions(
        &self,
        request: Request<v1::ListDecisionsRequest>,
    ) -> Result<Response<v1::ListDecisionsResponse>, Status> {
        let access = Access::from_request(&request);
        Ok(Response::new(decisions::list(self, &access, request.into_inner()).await?))
    }
}

/// How long calls took.
fn quantiles(durations: &Durations) -> v1::LatencyQuantiles {
    let quantile = |share| durations.quantile(share).map(span_to_wire);
    v1::LatencyQuantiles {
        count: durations.count(),
        p50: quantile(0.5),
        p90: quantile(0.9),
        p99: quantile(0.99),
        p999: quantile(0.999),
    }
}

/// A span of time; one that is too long for the wire is as long as it can be.
fn span_to_wire(span: std::time::Duration) -> well_known::Duration {
    duration_to_wire(SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX))
}
