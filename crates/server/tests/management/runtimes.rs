//! What must not depend on how the service is reached, nor on how its threads share the connections.

use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use tamis_api::v1;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_server::{Config, Listen, Location, Runtime, ServeError, serve};
use tokio::time::timeout;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{Service, assert_refused, config, connect, evaluate};

/// Longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

const RUNTIMES: [(Runtime, usize); 4] =
    [(Runtime::PerCore, 1), (Runtime::PerCore, 3), (Runtime::WorkStealing, 1), (Runtime::WorkStealing, 3)];

fn with(runtime: Runtime, threads: usize) -> Config {
    Config { runtime, threads: NonZeroUsize::new(threads), ..config(Location::Memory) }
}

#[tokio::test]
async fn every_thread_decides_by_what_was_written_through_any_other() {
    for (runtime, threads) in RUNTIMES {
        let mut service = Service::start_with(with(runtime, threads)).await;
        service.account_with("acme", &["mail", "chat"]).await;
        // Each connection is another thread's, as far as there are threads.
        for nth in 0..2 * threads {
            let channel = connect(&service.addresses[0]).await;
            let mut decisions = DecisionServiceClient::new(channel.clone());
            let decision = decisions.evaluate(evaluate("acme", "chat", 3)).await.unwrap().into_inner();
            assert_eq!(decision.matches[0].workflow_id, "chat", "{runtime:?}, connection {nth} of {threads}");
            let check = HealthCheckRequest { service: String::new() };
            HealthClient::new(channel).check(check).await.unwrap();
        }
        timeout(PATIENCE, service.stop()).await.unwrap();
    }
}

#[tokio::test]
async fn a_large_batch_is_answered_in_order() {
    const CHANGES: usize = 1_000;
    let sources: Vec<String> = (0..7).map(|nth| format!("s-{nth}")).collect();
    let ids: Vec<&str> = sources.iter().map(String::as_str).collect();
    for (runtime, threads) in RUNTIMES {
        let mut service = Service::start_with(with(runtime, threads)).await;
        service.account_with("acme", &ids).await;
        let requests = (0..CHANGES)
            .map(|nth| match nth % 101 {
                0 => evaluate("stranger", "s-0", 0),
                _ => evaluate("acme", ids[nth % ids.len()], 0),
            })
            .collect();
        let batch = v1::EvaluateBatchRequest { requests };
        let results = service.decisions.evaluate_batch(batch).await.unwrap().into_inner().results;
        assert_eq!(results.len(), CHANGES);
        for (nth, result) in results.into_iter().enumerate() {
            let told = match result.result.unwrap() {
                v1::evaluate_result::Result::Response(response) => {
                    Ok(response.matches[0].workflow_id.clone())
                }
                v1::evaluate_result::Result::Error(error) => Err(error.reason()),
            };
            let expected = match nth % 101 {
                0 => Err(v1::ErrorReason::AccountNotFound),
                _ => Ok(ids[nth % ids.len()].to_owned()),
            };
            assert_eq!(told, expected, "{runtime:?}, {threads} threads, change {nth}");
        }
        service.stop().await;
    }
}

#[tokio::test]
async fn calls_under_way_end_before_the_service_does() {
    for (runtime, threads) in RUNTIMES {
        let mut service = Service::start_with(with(runtime, threads)).await;
        service.account_with("acme", &["mail"]).await;
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let changes = tokio_stream::wrappers::ReceiverStream::new(receiver);
        let ask = || v1::EvaluateStreamRequest { request: Some(evaluate("acme", "mail", 0)) };
        sender.send(ask()).await.unwrap();
        let mut answers = service.decisions.evaluate_stream(changes).await.unwrap().into_inner();
        answers.message().await.unwrap().unwrap();
        let address = service.addresses[0].clone();
        let stopping = tokio::spawn(service.stop());
        // Nothing listens any longer once the service has begun to stop; the stream goes on.
        while let Ok(channel) = try_connect(&address).await {
            drop(channel);
        }
        sender.send(ask()).await.unwrap();
        answers.message().await.unwrap().unwrap();
        drop(sender);
        assert!(answers.message().await.unwrap().is_none());
        timeout(PATIENCE, stopping).await.unwrap().unwrap();
    }
}

async fn try_connect(address: &Listen) -> std::io::Result<tokio::net::TcpStream> {
    let Listen::Tcp(address) = address else { panic!("{address}") };
    tokio::net::TcpStream::connect(address).await
}

fn unix(path: &Path) -> Listen {
    Listen::Unix(path.to_owned())
}

#[tokio::test]
async fn a_socket_and_an_address_answer_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.sock");
    for (runtime, threads) in RUNTIMES {
        let mut both = with(runtime, threads);
        both.listen.push(unix(&path));
        let mut service = Service::start_with(both).await;
        assert_eq!(service.addresses[1], unix(&path));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        service.account_with("acme", &["mail"]).await;
        let mut decisions = DecisionServiceClient::new(connect(&unix(&path)).await);
        let asked = || evaluate("acme", "mail", 2);
        let there = decisions.evaluate(asked()).await.unwrap().into_inner();
        let here = service.decisions.evaluate(asked()).await.unwrap().into_inner();
        assert_eq!((there.matches, there.revision), (here.matches, here.revision));
        let refused = decisions.evaluate(evaluate("stranger", "mail", 0)).await;
        assert_refused(refused, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
        service.stop().await;
        assert!(!path.exists(), "the socket goes with the service");
    }
}

#[tokio::test]
async fn a_socket_in_use_is_refused_and_one_that_was_left_behind_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tamis.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let alone = || Config { listen: vec![unix(&path)], ..config(Location::Memory) };
    let service = Service::start_with(alone()).await;
    let second = serve(alone(), std::future::pending(), |_| panic!("it started"));
    let error = timeout(PATIENCE, second).await.unwrap().unwrap_err();
    assert!(matches!(&error, ServeError::Listen { listen, .. } if *listen == unix(&path)), "{error}");
    connect(&unix(&path)).await;
    service.stop().await;
}

#[tokio::test]
async fn connections_beyond_the_bound_wait_for_one_to_end() {
    for (runtime, threads) in RUNTIMES {
        let mut bounded = with(runtime, threads);
        bounded.transport.connections_max = 2;
        let mut service = Service::start_with(bounded).await;
        service.account_with("acme", &["mail"]).await;
        let mut second = DecisionServiceClient::new(connect(&service.addresses[0]).await);
        let asked = || evaluate("acme", "mail", 0);
        second.evaluate(asked()).await.unwrap();

        let mut third = DecisionServiceClient::new(connect(&service.addresses[0]).await);
        let waiting = tokio::spawn(async move { third.evaluate(asked()).await });
        for _ in 0..50 {
            service.decisions.evaluate(asked()).await.unwrap();
            second.evaluate(asked()).await.unwrap();
        }
        assert!(!waiting.is_finished(), "{runtime:?}: a third connection was taken");
        drop(second);
        timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap();
        service.stop().await;
    }
}

#[tokio::test]
async fn a_connection_on_which_nobody_calls_gives_up_its_place() {
    for (runtime, threads) in RUNTIMES {
        let mut bounded = with(runtime, threads);
        bounded.transport.connections_max = 2;
        bounded.transport.idle_timeout = Duration::from_millis(40);
        let mut service = Service::start_with(bounded).await;
        service.account_with("acme", &["mail"]).await;
        // A stream on which nobody asks is a call all the same.
        let (changes, sent) = tokio::sync::mpsc::channel(1);
        let sent = tokio_stream::wrappers::ReceiverStream::new(sent);
        let mut answers = service.decisions.evaluate_stream(sent).await.unwrap().into_inner();
        let mut second = DecisionServiceClient::new(connect(&service.addresses[0]).await);
        second.evaluate(evaluate("acme", "mail", 0)).await.unwrap();
        let mut third = DecisionServiceClient::new(connect(&service.addresses[0]).await);
        let answer = timeout(PATIENCE, third.evaluate(evaluate("acme", "mail", 0))).await.unwrap();
        assert_eq!(answer.unwrap().into_inner().matches.len(), 1);

        let change = v1::EvaluateStreamRequest { request: Some(evaluate("acme", "mail", 0)) };
        changes.send(change).await.unwrap();
        assert!(answers.message().await.unwrap().is_some(), "{runtime:?}");
        drop((changes, answers));
        service.stop().await;
    }
}

#[tokio::test]
async fn a_connection_that_says_nothing_gives_up_its_place() {
    for (runtime, threads) in RUNTIMES {
        let mut bounded = with(runtime, threads);
        bounded.transport.connections_max = 2;
        bounded.transport.preface_timeout = Duration::from_millis(20);
        let mut service = Service::start_with(bounded).await;
        service.account_with("acme", &["mail"]).await;
        let _silent = try_connect(&service.addresses[0]).await.unwrap();
        let mut third = DecisionServiceClient::new(connect(&service.addresses[0]).await);
        let answer = timeout(PATIENCE, third.evaluate(evaluate("acme", "mail", 0))).await.unwrap();
        assert_eq!(answer.unwrap().into_inner().matches.len(), 1);
        service.stop().await;
    }
}
