//! Attacks that send little.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context as _;
use prost::Message as _;
use tamis_loadtest::service::Service;
use tokio::time::Instant;

use super::Done;
use crate::bystander;
use crate::frames::{self, call, evaluate_headers, frame, message};
use crate::peer::Peer;
use crate::report::Row;

/// Connections of the silent.
const SILENT: usize = 200;
/// How long the service may take to notice: its timeouts, of 5 s at most, and some time to act.
const SILENCE_PATIENCE: Duration = Duration::from_secs(9);
/// Connections of the slow readers, and calls of each: as many as a service takes.
const SLOW: usize = 20;
const SLOW_CALLS: u32 = 128;
/// Connections where a service may open fewer files.
const MANY: usize = 400;
/// What a service may take beyond its `drain_seconds`, which are 2 there.
const DRAIN_PATIENCE: Duration = Duration::from_secs(3);

/// Connections that say nothing: the service must end them all.
pub(super) async fn before_preface(address: SocketAddr) -> anyhow::Result<Done> {
    let mut peers = Vec::new();
    for _ in 0..SILENT {
        peers.push(Peer::connect(address).await.context("cannot connect")?);
    }
    all_end(peers).await
}

/// Connections that begin, and then say nothing, not even that they are still there.
pub(super) async fn after_preface(address: SocketAddr) -> anyhow::Result<Done> {
    let mut peers = Vec::new();
    for _ in 0..SILENT {
        peers.push(Peer::open(address).await.context("cannot connect")?);
    }
    all_end(peers).await
}

async fn all_end(mut peers: Vec<Peer>) -> anyhow::Result<Done> {
    let began = Instant::now();
    let until = began + SILENCE_PATIENCE;
    let mut ended = 0;
    for peer in &mut peers {
        ended += u64::from(peer.ends(until).await);
    }
    let connections = peers.len() as u64;
    let mut failures = Vec::new();
    if ended < connections {
        failures.push(format!("{} silent connections live on", connections - ended));
    }
    let what =
        format!("{ended} of {connections} connections ended within {:.1} s", began.elapsed().as_secs_f64());
    Ok(Done { connections, what, failures })
}

/// Calls whose answers are never read, as many as are taken.
pub(super) async fn slow_read(address: SocketAddr, until: Instant) -> anyhow::Result<Done> {
    let headers = evaluate_headers(&[]);
    let requests = bystander::mix().parts.into_iter().flat_map(|part| part.requests);
    let requests: Vec<Vec<u8>> = requests.map(|request| message(false, &request.encode_to_vec())).collect();
    let mut peers = Vec::new();
    let mut sent = 0;
    for _ in 0..SLOW {
        let mut peer = Peer::connect(address).await.context("cannot connect")?;
        peer.begin(0).await.context("cannot begin")?;
        let mut bytes = Vec::new();
        for (number, request) in (0..SLOW_CALLS).zip(requests.iter().cycle()) {
            call(&mut bytes, 2 * number + 1, &headers, request);
        }
        // More than the service reads while its answers are not read is more than it has to hold.
        sent += u64::from(peer.send(&bytes, until).await);
        peers.push(peer);
    }
    tokio::time::sleep_until(until).await;
    let calls = sent * u64::from(SLOW_CALLS);
    let what = format!("{calls} calls on {SLOW} connections, no answer read");
    Ok(Done { connections: SLOW as u64, what, failures: Vec::new() })
}

/// More connections than there may be files, held until then.
pub(super) async fn file_exhaustion(address: SocketAddr, until: Instant) -> anyhow::Result<Done> {
    let mut peers = Vec::new();
    for _ in 0..MANY {
        // Those that are not taken wait in the system's queue, or are refused by it.
        if let Ok(peer) = Peer::open(address).await {
            peers.push(peer);
        }
    }
    tokio::time::sleep_until(until).await;
    let connections = peers.len() as u64;
    let what = format!("{connections} connections to a service that may open 120 files");
    Ok(Done { connections, what, failures: Vec::new() })
}

/// Peers with calls that never end, while the service is told to stop.
pub(super) fn hung_at_stop(attack: &'static str, victim: &mut Service) -> anyhow::Result<Row> {
    const PEERS: usize = 10;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let address = victim.address;
    let peers: anyhow::Result<Vec<Peer>> = runtime.block_on(async {
        let mut peers = Vec::new();
        for _ in 0..PEERS {
            let mut peer = Peer::open(address).await.context("cannot connect")?;
            let mut bytes = Vec::new();
            frame(&mut bytes, frames::HEADERS, frames::END_HEADERS, 1, &evaluate_headers(&[]));
            anyhow::ensure!(peer.send(&bytes, Instant::now() + DRAIN_PATIENCE).await, "cannot call");
            peers.push(peer);
        }
        Ok(peers)
    });
    let peers = peers?;
    let mut row = Row { attack, connections: PEERS as u64, ..Row::default() };
    match victim.stop(DRAIN_PATIENCE) {
        Ok((took, _)) => {
            let took = took.as_secs_f64();
            row.done =
                format!("{PEERS} calls hang; stopped within {took:.2} s, where 2 s are allowed for calls");
        }
        Err(error) => row.failures.push(error.to_string()),
    }
    let answered = peers.iter().filter(|peer| peer.seen.headers.load(Ordering::Relaxed) > 0).count();
    if answered > 0 {
        row.failures.push(format!("{answered} unfinished calls were answered"));
    }
    Ok(row)
}
