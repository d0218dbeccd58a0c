//! Services on one database know of each other.

use std::time::Duration;

use tamis_api::v1;
use tamis_api::v1::observation_service_client::ObservationServiceClient;

use crate::cluster::{Cluster, until};
use crate::harness::{Service, evaluate};
use crate::replica::{decide, replica, save};

async fn status(service: &Service) -> v1::GetServiceStatusResponse {
    let request = v1::GetServiceStatusRequest { account_id: "acme".to_owned() };
    let mut client = ObservationServiceClient::new(service.channel.clone());
    client.get_service_status(request).await.unwrap().into_inner()
}

/// Waits until a service tells of all others what is wanted, and returns that.
async fn told(
    service: &Service,
    what: &str,
    wanted: impl Fn(&v1::GetServiceStatusResponse) -> bool,
) -> v1::GetServiceStatusResponse {
    // As often as somebody who looks may notice: it takes seconds, in which the services have something else to do.
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    until(what, async || {
        ticks.tick().await;
        Some(status(service).await).filter(&wanted)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn replicas_know_of_each_other_until_they_end() {
    let cluster = Cluster::start();
    let mut first = replica(cluster.location()).await;
    first.account("acme").await;
    let (second, third) = (replica(cluster.location()).await, replica(cluster.location()).await);
    for service in [&first, &second, &third] {
        decide(service, "acme", "mail", 1).await.unwrap();
        let all = told(service, "three replicas", |told| told.replicas.len() == 3).await;
        assert!(all.replicas.iter().all(|replica| !replica.stale && !replica.draining), "{all:?}");
        let own = all.replicas.iter().filter(|replica| replica.replica_id == all.replica_id);
        assert_eq!(own.count(), 1);
        assert!(all.store_readable && all.staleness.is_some() && all.replicas_read_at.is_some(), "{all:?}");
        assert_eq!((all.account_revision, all.decisions_count), (1, 1));
    }
    // All of them come to know of the same last commit.
    save(&second, "acme", "mail").await.unwrap();
    told(&third, "the same sequence", |told| {
        told.account_revision == 2 && told.replicas.iter().all(|replica| replica.sequence == 2)
    })
    .await;

    // A stream that goes on keeps the service from stopping at once, and the others are told that it drains.
    let third_id = status(&third).await.replica_id;
    let (sender, changes) = tokio::sync::mpsc::channel::<v1::EvaluateStreamRequest>(1);
    let changes = tokio_stream::wrappers::ReceiverStream::new(changes);
    let mut answers = third.decisions.clone().evaluate_stream(changes).await.unwrap().into_inner();
    let change = v1::EvaluateStreamRequest { request: Some(evaluate("acme", "mail", 0)) };
    sender.send(change).await.unwrap();
    answers.message().await.unwrap().unwrap();
    let stopping = tokio::spawn(third.stop());
    let drains = |replica: &v1::Replica| replica.replica_id == third_id && replica.draining;
    told(&first, "one that drains", |told| told.replicas.iter().any(drains)).await;
    drop((sender, answers));
    stopping.await.unwrap();
    told(&first, "two replicas", |told| told.replicas.len() == 2).await;

    // While the database is away, what was known before is told, and since when.
    cluster.crash();
    let lost = told(&first, "that the store is away", |told| !told.store_readable).await;
    assert_eq!(lost.replicas.len(), 2);
    second.stop().await;
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_replica_that_ended_without_a_word_is_stale() {
    let cluster = Cluster::start();
    let mut first = replica(cluster.location()).await;
    first.account("acme").await;
    told(&first, "itself", |told| told.replicas_read_at.is_some()).await;
    cluster.does(
        "INSERT INTO tamis.replicas VALUES
            ('gone', 'elsewhere:1', '0.0.1', 5, 9, false, now() - interval '10 minutes'),
            ('fresh', 'elsewhere:2', '0.0.2', 5, 9, true, now() + interval '10 minutes')",
    );
    let all = told(&first, "three replicas", |told| told.replicas.len() == 3).await;
    let found: Vec<_> = all
        .replicas
        .iter()
        .filter(|replica| replica.replica_id != all.replica_id)
        .map(|replica| (&*replica.name, &*replica.version, replica.stale, replica.draining, replica.sequence))
        .collect();
    assert_eq!(found, [("elsewhere:1", "0.0.1", true, false, 9), ("elsewhere:2", "0.0.2", false, true, 9)]);
    first.stop().await;
}
