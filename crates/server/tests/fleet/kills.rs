//! Databases and services that are killed while workflows are being saved: what was acknowledged is there.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::v1::{CreateWorkflowRequest, EvaluateRequest};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tonic::Code;
use tonic::transport::Channel;

use crate::cluster::{Cluster, until};
use crate::harness::{connect, evaluate, workflow};
use crate::replica::{Process, decide, replica, save};

/// How often something is killed, unless this says otherwise.
const ROUNDS: &str = "TAMIS_FLEET_KILLS";
const ROUNDS_DEFAULT: usize = 4;

fn rounds() -> usize {
    std::env::var(ROUNDS).map_or(ROUNDS_DEFAULT, |rounds| rounds.parse().unwrap())
}

/// Saves that were acknowledged, by the ids of the workflows.
type Acknowledged = Arc<Mutex<BTreeSet<String>>>;

/// Saves one workflow after the other until somebody says that it is enough; counts what is acknowledged.
fn write(
    channel: Channel,
    writer: String,
    acknowledged: Acknowledged,
    progress: mpsc::UnboundedSender<()>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut workflows = WorkflowServiceClient::new(channel);
        for nth in 0.. {
            let id = format!("{writer}-{nth}");
            let request =
                CreateWorkflowRequest { account_id: "acme".to_owned(), workflow: Some(workflow(&id, &id)) };
            if workflows.create_workflow(request).await.is_ok() {
                acknowledged.lock().unwrap().insert(id);
                if progress.send(()).is_err() {
                    return;
                }
            } else if progress.is_closed() {
                return;
            }
        }
    })
}

/// Every workflow that was acknowledged decides in a service that knows only what the database holds.
async fn assert_all_there(cluster: &Cluster, acknowledged: &Acknowledged) {
    let fresh = replica(cluster.location()).await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    for id in &acknowledged {
        let decision = decide(&fresh, "acme", id, 0).await.unwrap();
        let found: Vec<_> = decision.matches.iter().map(|found| &found.workflow_id).collect();
        assert_eq!(found, [id]);
    }
    fresh.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_killed_database_has_every_acknowledged_write() {
    let cluster = Cluster::start();
    let mut first = replica(cluster.location()).await;
    first.account("acme").await;
    let second = replica(cluster.location()).await;
    let acknowledged = Acknowledged::default();
    for round in 0..rounds() {
        let (progress, mut saves) = mpsc::unbounded_channel();
        let writers: Vec<_> = [&first, &second, &first, &second]
            .iter()
            .enumerate()
            .map(|(nth, service)| {
                let writer = format!("r{round}-w{nth}");
                write(service.channel.clone(), writer, acknowledged.clone(), progress.clone())
            })
            .collect();
        // Where in a save the kill falls is a matter of chance.
        for _ in 0..5 + round % 17 {
            saves.recv().await.unwrap();
        }
        cluster.crash();
        cluster.start_again();
        // They go on by themselves once it is back.
        let before = acknowledged.lock().unwrap().len();
        while acknowledged.lock().unwrap().len() < before + 3 {
            saves.recv().await.unwrap();
        }
        drop(saves);
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let count = acknowledged.lock().unwrap().len();
    println!("{count} writes acknowledged around {} kills of the database, all of them there", rounds());
    assert_all_there(&cluster, &acknowledged).await;
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_killed_service_leaves_every_acknowledged_write_and_the_others_alone() {
    Process::serve_if_asked().await;
    let cluster = Cluster::start();
    let mut other = replica(cluster.location()).await;
    other.account_with("acme", &["mail"]).await;
    let acknowledged = Acknowledged::default();
    for round in 0..rounds() {
        let test = "kills::a_killed_service_leaves_every_acknowledged_write_and_the_others_alone";
        let victim = Process::start(test, &cluster.url());
        let channel = connect(&victim.address).await;
        let (progress, mut saves) = mpsc::unbounded_channel();
        let writers: Vec<_> = (0..3)
            .map(|nth| {
                write(channel.clone(), format!("r{round}-w{nth}"), acknowledged.clone(), progress.clone())
            })
            .collect();
        for _ in 0..5 + round % 17 {
            saves.recv().await.unwrap();
        }
        victim.kill();
        drop(saves);
        for writer in writers {
            writer.await.unwrap();
        }
        // The others go on writing to the same account at once. The last commit of the one that was killed may still come
        // in between, as that of any other writer.
        let id = format!("after-{round}");
        until("the others write", async || match save(&other, "acme", &id).await {
            Ok(revision) => Some(revision),
            Err(refused) if refused.code() == Code::Aborted => None,
            Err(refused) => panic!("{refused}"),
        })
        .await;
        let asked: EvaluateRequest = evaluate("acme", "mail", 0);
        DecisionServiceClient::new(other.channel.clone()).evaluate(asked).await.unwrap();
    }
    let count = acknowledged.lock().unwrap().len();
    println!("{count} writes acknowledged by {} services that were killed, all of them there", rounds());
    assert_all_there(&cluster, &acknowledged).await;
    other.stop().await;
}
