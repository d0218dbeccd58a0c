//! The database goes away, and comes back.

use tamis_server::Config;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::cluster::{Cluster, until};
use crate::harness::{Service, assert_refused, connect};
use crate::replica::{Load, Starting, decide, health, replica, save, small};

const WORKFLOWS: &str = "tamis.v1.WorkflowService";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn no_decision_fails_while_the_database_is_stopped() {
    let cluster = Cluster::start();
    away_and_back(&cluster, Cluster::crash, Cluster::start_again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn no_decision_fails_while_the_database_is_frozen() {
    let cluster = Cluster::start();
    away_and_back(&cluster, Cluster::freeze, Cluster::thaw).await;
}

async fn away_and_back(cluster: &Cluster, away: fn(&Cluster), back: fn(&Cluster)) {
    let mut first = replica(cluster.location()).await;
    first.account_with("acme", &["mail"]).await;
    let second = replica(cluster.location()).await;
    let load = Load::start(&[&first, &second], "acme", "mail");
    for round in 0..2 {
        away(cluster);
        for service in [&first, &second] {
            let refused = save(service, "acme", "refused").await;
            assert_refused(refused, Code::Unavailable, "STORE_UNAVAILABLE", &[]);
            until("a service tells that it is cut off", async || {
                let (status, store, _) = health(service, "").await;
                assert_eq!(status, ServingStatus::Serving);
                let (writes, ..) = health(service, WORKFLOWS).await;
                (store == "unreachable" && writes == ServingStatus::NotServing).then_some(())
            })
            .await;
        }
        let (decided, (.., staleness)) = (load.decided(), health(&first, "").await);
        let staleness: f64 = staleness.parse().unwrap();
        until("staleness grows while decisions go on", async || {
            let (.., now) = health(&first, "").await;
            (load.decided() > decided + 100 && now.parse::<f64>().unwrap() > staleness).then_some(())
        })
        .await;
        back(cluster);
        let id = format!("round-{round}");
        let revision = until("writes are taken again", async || save(&first, "acme", &id).await.ok()).await;
        assert_eq!(decide(&second, "acme", &id, revision).await.unwrap().matches.len(), 1);
        for service in [&first, &second] {
            until("a service tells that all is well", async || {
                let (writes, store, _) = health(service, WORKFLOWS).await;
                (store == "reachable" && writes == ServingStatus::Serving).then_some(())
            })
            .await;
        }
    }
    let decided = load.stop().await;
    println!("{decided} decisions, none of which failed");
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_start_waits_for_the_database_or_begins_with_the_snapshot() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    let with_snapshot = || Config { snapshot: Some(snapshot.clone()), ..small(cluster.location()) };
    let mut first = Service::start_with(with_snapshot()).await;
    first.account_with("acme", &["mail"]).await;
    first.account_with("other", &["chat"]).await;
    let known = first.order("acme").await;
    first.stop().await;
    assert!(snapshot.exists(), "a service that stops writes what it served");
    let later = replica(cluster.location()).await;
    let revision = save(&later, "acme", "later").await.unwrap();
    later.stop().await;
    cluster.crash();

    let mut waits = Starting::begin(small(cluster.location()));
    let channel = until("the service listens", async || Some(connect_early(&waits).await?)).await;
    let asked = HealthCheckRequest { service: String::new() };
    let status = HealthClient::new(channel).check(asked).await.unwrap().into_inner().status();
    assert_eq!(status, ServingStatus::NotServing);
    assert!(waits.ready.try_recv().is_err(), "it is ready without its store");

    let mut stale = Service::start_with(with_snapshot()).await;
    assert_eq!(stale.order("acme").await, known);
    assert_eq!(decide(&stale, "other", "chat", 0).await.unwrap().matches.len(), 1);
    let (status, store, staleness) = health(&stale, "").await;
    assert_eq!((status, &*store, &*staleness), (ServingStatus::Serving, "unreachable", "unknown"));
    let refused = save(&stale, "acme", "refused").await;
    assert_refused(refused, Code::Unavailable, "STORE_UNAVAILABLE", &[]);

    cluster.start_again();
    assert_eq!(decide(&stale, "acme", "later", revision).await.unwrap().matches.len(), 1);
    until("it is as fresh as the others", async || {
        let (_, store, staleness) = health(&stale, "").await;
        (store == "reachable" && staleness != "unknown").then_some(())
    })
    .await;
    (&mut waits.ready).await.unwrap();
    save(&stale, "acme", "last").await.unwrap();
    waits.stop().await;
    stale.stop().await;
}

async fn connect_early(starting: &Starting) -> Option<tonic::transport::Channel> {
    let tamis_server::Listen::Tcp(address) = &starting.address else { return None };
    tokio::net::TcpStream::connect(address).await.ok()?;
    Some(connect(&starting.address).await)
}
