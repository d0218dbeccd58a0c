//! What is written through one service decides in all of them.

use std::time::{Duration, Instant};

use tamis_api::v1;
use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_server::maintenance;
use tonic::Code;

use crate::cluster::{Cluster, until};
use crate::harness::{account, assert_refused, connect, evaluate, workflow};
use crate::replica::{Process, decide, replica, save};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_write_through_one_decides_in_all() {
    let cluster = Cluster::start();
    let mut first = replica(cluster.location()).await;
    let (second, third) = (replica(cluster.location()).await, replica(cluster.location()).await);
    // Nobody else has heard of the account yet.
    let made = first.account("acme").await.revision;
    for service in [&second, &third] {
        assert_eq!(decide(service, "acme", "mail", made).await.unwrap().revision, 1);
    }
    // One after the other through each of them: what the others wrote is no reason to be refused.
    for nth in 0..12_usize {
        let services = [&first, &second, &third];
        let id = format!("w{nth}");
        let revision = save(services[nth % 3], "acme", &id).await.unwrap();
        assert_eq!(revision, nth as u64 + 2);
        for service in services {
            let decision = decide(service, "acme", &id, revision).await.unwrap();
            assert_eq!((decision.revision, decision.matches.len()), (revision, 1), "{id}");
        }
    }
    // Settings, which are in every compiled workflow, and the end of the account.
    let account = v1::Account { display_name: "Another".into(), ..crate::harness::account("acme") };
    let update = v1::UpdateAccountRequest { account: Some(account), update_mask: None };
    let updated = first.accounts.update_account(update).await.unwrap().into_inner().account.unwrap();
    assert_eq!(decide(&third, "acme", "w3", updated.revision).await.unwrap().matches.len(), 1);
    let mut expected = first.order("acme").await;
    expected.0.sort();
    for mut service in [second, third] {
        let mut order = until("the others follow", async || {
            Some(service.order("acme").await).filter(|order| order.1 == expected.1)
        })
        .await;
        order.0.sort();
        assert_eq!(order, expected);
        service.stop().await;
    }
    let second = replica(cluster.location()).await;
    let delete = v1::DeleteAccountRequest { account_id: "acme".to_owned(), etag: String::new() };
    first.accounts.delete_account(delete).await.unwrap();
    // Without being asked for a revision: this comes by itself.
    let gone = until("the account goes", async || decide(&second, "acme", "w3", 0).await.err()).await;
    assert_eq!(gone.code(), Code::NotFound);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_revision_that_does_not_come_is_refused_in_time() {
    let cluster = Cluster::start();
    let mut first = replica(cluster.location()).await;
    let mut second = replica(cluster.location()).await;
    first.account("acme").await;
    let begun = Instant::now();
    let mut request = tonic::Request::new(evaluate("acme", "mail", 2));
    request.set_timeout(Duration::from_secs(2));
    let refused = second.decisions.evaluate(request).await;
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_refused(refused, Code::FailedPrecondition, "REVISION_NOT_REACHED", &[]);
    // One that nobody has is refused at once.
    let refused = second.decisions.evaluate(evaluate("nobody", "mail", 1)).await;
    assert_refused(refused, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn of_two_writers_of_one_etag_one_is_refused() {
    let cluster = Cluster::start();
    let mut first = replica(cluster.location()).await;
    let mut second = replica(cluster.location()).await;
    first.account("acme").await;
    let mut etag = first.create("acme", workflow("w", "mail")).await.unwrap().workflow.unwrap().etag;
    for round in 0..20 {
        let update = |writer: &str| {
            let display_name = format!("{writer} {round}");
            let workflow = v1::Workflow { display_name, etag: etag.clone(), ..workflow("w", "mail") };
            let account_id = "acme".to_owned();
            v1::UpdateWorkflowRequest { account_id, workflow: Some(workflow), update_mask: None }
        };
        let (one, other) = tokio::join!(
            first.workflows.update_workflow(update("first")),
            second.workflows.update_workflow(update("second")),
        );
        let (won, lost) = match (one, other) {
            (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won.into_inner().workflow.unwrap(), lost),
            both => panic!("one of two writers wins: {both:?}"),
        };
        assert_eq!(lost.code(), Code::Aborted, "{lost}");
        etag = won.etag;
        for service in [&first, &second] {
            decide(service, "acme", "mail", won.version).await.unwrap();
        }
        assert_eq!(first.get("acme", "w").await.unwrap().display_name, won.display_name);
        assert_eq!(second.get("acme", "w").await.unwrap().display_name, won.display_name);
    }
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_connection_is_encrypted_and_the_server_made_sure_of_if_that_is_asked_for() {
    Process::serve_if_asked().await;
    let cluster = Cluster::start_with_tls();
    let test = "sharing::a_connection_is_encrypted_and_the_server_made_sure_of_if_that_is_asked_for";
    let trusts = [("SSL_CERT_FILE", &*cluster.certificate())];
    let services = [0, 1].map(|_| Process::start(test, &cluster.tls_url(), &trusts));
    let mut channels = Vec::new();
    for service in &services {
        channels.push(connect(&service.address).await);
    }
    let made = v1::CreateAccountRequest { account: Some(account("acme")) };
    AccountServiceClient::new(channels[0].clone()).create_account(made).await.unwrap();
    let mut decisions = DecisionServiceClient::new(channels[1].clone());
    decisions.evaluate(evaluate("acme", "mail", 1)).await.unwrap();
    services.into_iter().for_each(Process::kill);
    // This process does not trust the certificate.
    let refused = maintenance::migrate(&cluster.tls_url().parse().unwrap()).await.unwrap_err();
    assert!(refused.to_string().contains("TLS"), "{refused}");
}
