//! How the service is, and which others there are.

use std::time::Duration;

use tamis_api::v1;
use tamis_store::Replica;

use crate::convert::time::instant_to_wire;
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::observation::{Observations, quantiles, span_to_wire};
use crate::identity::Access;
use crate::status::Failure;

/// How long a replica may say nothing before it is told as stale: three times as long as it takes to say something.
const STALE: Duration = Duration::from_secs(15);

/// Tells how the service is. Nothing is asked of the store.
pub(super) fn get(
    observations: &Observations,
    access: &Access,
    request: &v1::GetServiceStatusRequest,
) -> Result<v1::GetServiceStatusResponse, Failure> {
    let Observations { catalog, observer, condition, replicas, .. } = observations;
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    fields.finish()?;
    let snapshot = pinned(catalog, access, &request.account_id)?;
    let condition = *condition.borrow();
    let freshness = catalog.freshness();
    let own = replicas.own();
    let (read_at, known) = match replicas.known() {
        Some((read_at, known)) => (Some(read_at), known),
        None => (None, Vec::new()),
    };
    let mut told: Vec<_> = known.into_iter().map(to_wire).collect();
    // Of itself it knows better than what it told last.
    let itself = v1::Replica {
        replica_id: own.replica_id.clone(),
        name: own.name,
        version: own.version.clone(),
        started_at: Some(instant_to_wire(own.started)),
        last_seen_at: Some(instant_to_wire(jiff::Timestamp::now())),
        stale: false,
        sequence: own.sequence,
        draining: own.is_draining,
    };
    match told.iter_mut().find(|replica| replica.replica_id == own.replica_id) {
        Some(replica) => *replica = itself,
        None => told.push(itself),
    }
    Ok(v1::GetServiceStatusResponse {
        version: own.version,
        started_at: Some(instant_to_wire(observer.since())),
        loaded: condition.loaded,
        draining: condition.draining,
        store_readable: freshness.is_reachable(),
        store_writable: condition.writable,
        staleness: freshness.staleness().map(span_to_wire),
        accounts_broken_count: u32::try_from(freshness.broken_count()).unwrap_or(u32::MAX),
        account_revision: snapshot.revision,
        decisions_count: observer.decisions_count(),
        calls_in_flight: observer.calls_in_flight(),
        queue_wait: Some(span_to_wire(observer.queue_wait())),
        turned_away_count: observer.turned_away_count(),
        evaluate_latency: Some(quantiles(&observer.evaluate_latency())),
        replica_id: own.replica_id,
        replicas: told,
        replicas_read_at: read_at.map(instant_to_wire),
    })
}

fn to_wire(replica: Replica) -> v1::Replica {
    let Replica { told, seen, silent } = replica;
    v1::Replica {
        replica_id: told.replica_id,
        name: told.name,
        version: told.version,
        started_at: Some(instant_to_wire(told.started)),
        last_seen_at: Some(instant_to_wire(seen)),
        stale: silent > STALE,
        sequence: told.sequence,
        draining: told.is_draining,
    }
}
