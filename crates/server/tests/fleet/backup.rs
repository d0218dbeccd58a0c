//! A service on a restored store answers as the one before.

use prost::Message as _;
use tamis_server::{Location, maintenance};
use tonic::Code;

use crate::cluster::{Cluster, until};
use crate::harness::Service;
use crate::replica::{decide, health, replica, save};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_fleet_moves_from_a_file_to_a_database_and_answers_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::File(folder.path().join("tamis.db"));
    let mut service = replica(file.clone()).await;
    service.account_with("acme", &["mail", "chat", "phone"]).await;
    service.account_with("other", &["mail"]).await;
    let answers = answers(&mut service).await;
    service.stop().await;
    let first = folder.path().join("first.backup");
    maintenance::backup(&file, &first).await.unwrap();

    let cluster = Cluster::start();
    let database = cluster.location();
    let copied = maintenance::restore(&first, &database).await.unwrap();
    assert_eq!((copied.accounts, copied.revisions), (2, 6));
    assert!(maintenance::restore(&first, &database).await.is_err(), "it is not empty");
    let mut service = replica(database.clone()).await;
    assert_eq!(self::answers(&mut service).await, answers);

    // While it is served.
    let second = folder.path().join("second.backup");
    maintenance::backup(&database, &second).await.unwrap();
    assert!(maintenance::backup(&database, &second).await.is_err(), "the file is there");
    save(&service, "acme", "later").await.unwrap();
    service.stop().await;
    let back = Location::File(folder.path().join("back.db"));
    maintenance::restore(&second, &back).await.unwrap();
    let mut service = replica(back).await;
    assert_eq!(self::answers(&mut service).await, answers);
    // Revisions go on from where they were.
    assert_eq!(save(&service, "acme", "later").await.unwrap(), 5);
    service.stop().await;
}

/// Whoever restores a database under services that run gets what the backup holds, not what they remember.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_database_that_goes_back_takes_its_services_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let mut service = replica(cluster.location()).await;
    service.account_with("acme", &["mail"]).await;
    let before = service.order("acme").await;
    let backup = folder.path().join("tamis.backup");
    maintenance::backup(&cluster.location(), &backup).await.unwrap();
    save(&service, "acme", "later").await.unwrap();
    service.account_with("new", &["chat"]).await;
    // It has followed as far as that.
    until("the service reads", async || (health(&service, "").await.1 == "reachable").then_some(())).await;

    // In the order in which services read them: a lock that each of two waits for the other to give up fails one of them.
    cluster.does(
        "LOCK TABLE tamis.store, tamis.accounts, tamis.workflows, tamis.revisions, tamis.changes; \
         DROP SCHEMA tamis CASCADE",
    );
    maintenance::restore(&backup, &cluster.location()).await.unwrap();
    until("the service goes back", async || {
        decide(&service, "acme", "mail", 0).await.ok().filter(|decision| decision.revision == before.1)
    })
    .await;
    assert_eq!(service.order("acme").await, before);
    until("what is not there is not served", async || {
        decide(&service, "new", "chat", 0).await.err().filter(|refused| refused.code() == Code::NotFound)
    })
    .await;
    assert_eq!(save(&service, "acme", "another").await.unwrap(), before.1 + 1);
    service.account("new").await;
    service.stop().await;
}

/// Decisions with their fire keys and revisions, and every definition, as they are on the wire.
async fn answers(service: &mut Service) -> Vec<Vec<u8>> {
    let mut answers = Vec::new();
    for (account_id, ids) in [("acme", ["mail", "chat", "phone"].as_slice()), ("other", &["mail"])] {
        for id in ids {
            let mut decision = decide(service, account_id, id, 0).await.unwrap();
            assert_eq!(decision.matches.len(), 1);
            decision.now = None;
            answers.push(decision.encode_to_vec());
            answers.push(service.get(account_id, id).await.unwrap().encode_to_vec());
        }
        answers.push(format!("{:?}", service.order(account_id).await).into_bytes());
    }
    answers
}
