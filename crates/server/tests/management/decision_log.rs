//! The log of decisions, read back.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use prost::Message as _;
use tamis_api::recorded::{DECISION_RECORD_VERSION, DecisionRecord};
use tamis_api::v1;
use tamis_server::{Config, DecisionLog, Location, LogTarget, Observe, ServeError, serve};

use crate::harness::{Service, config, evaluate, subject, workflow};

fn logged(path: &Path, sample: f64, mask: &[&str]) -> Config {
    let mask = mask.iter().map(ToString::to_string).collect();
    let decision_log = Some(DecisionLog { to: LogTarget::File(path.to_owned()), sample, mask });
    Config { observe: Observe { decision_log, ..Observe::default() }, ..config(Location::Memory) }
}

/// The records of a log that has ended.
fn records(path: &Path) -> Vec<DecisionRecord> {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Tells a customer's name and an address in an answer to a ticket with a subject.
fn letter() -> v1::Workflow {
    let text = "Dear {{ customer_name }},\nwe have your \u{1b}[31mmessage\u{2028}.".to_owned();
    let body = Some(v1::Body { text, format: v1::TextFormat::Plain.into() });
    v1::Workflow {
        all: vec![subject(&["parcel", "refund"])],
        actions: vec![v1::Action { kind: Some(v1::action::Kind::SendMessage(v1::SendMessage { body })) }],
        ..workflow("letter", "")
    }
}

fn from_customer(ticket: &str) -> v1::EvaluateRequest {
    let mut request = evaluate("acme", "mail", 0);
    let asked = request.ticket.as_mut().unwrap();
    asked.id = ticket.to_owned();
    asked.subject = Some("Where is my PARCEL?\r\n\"; DROP TABLE".to_owned());
    asked.customer_name = Some("Zofia\n{\"version\":9}".to_owned());
    asked.customer_email = Some("zofia@example.com".to_owned());
    request
}

#[tokio::test]
async fn what_was_logged_decides_the_same_again_byte_by_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    let mut service = Service::start_with(logged(&path, 1.0, &[])).await;
    service.account_with("acme", &["mail"]).await;
    service.create("acme", letter()).await.unwrap();

    let mut told = vec![service.decisions.evaluate(from_customer("one")).await.unwrap().into_inner()];
    let requests = vec![from_customer("two"), evaluate("none", "", 0), from_customer("three")];
    let batch = service.decisions.evaluate_batch(v1::EvaluateBatchRequest { requests }).await.unwrap();
    let results = batch.into_inner().results.into_iter().filter_map(|result| match result.result {
        Some(v1::evaluate_result::Result::Response(response)) => Some(response),
        _ => None,
    });
    told.extend(results);
    let changes = [v1::EvaluateStreamRequest { request: Some(from_customer("four")) }];
    let stream = service.decisions.evaluate_stream(tokio_stream::iter(changes)).await;
    let answer = stream.unwrap().into_inner().message().await.unwrap().unwrap();
    let Some(v1::evaluate_result::Result::Response(response)) = answer.result.unwrap().result else {
        panic!()
    };
    told.push(response);
    service.stop().await;

    let found = records(&path);
    let rpcs: Vec<&str> = found.iter().map(|record| record.rpc.rsplit('/').next().unwrap()).collect();
    assert_eq!(rpcs, ["Evaluate", "EvaluateBatch", "EvaluateBatch", "EvaluateStream"]);
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    for (record, told) in found.iter().zip(&told) {
        assert_eq!((record.version, record.revision), (DECISION_RECORD_VERSION, 3));
        assert_eq!((&*record.account_id, &record.response), ("acme", told));
        assert!(record.masked.is_empty());
    }

    // Another service with the same workflows at the same revision gives the same answers.
    let again = folder.path().join("again.jsonl");
    let mut service = Service::start_with(logged(&again, 1.0, &[])).await;
    service.account_with("acme", &["mail"]).await;
    service.create("acme", letter()).await.unwrap();
    for record in &found {
        let request = v1::EvaluateRequest { now: record.response.now, ..record.request.clone() };
        let answer = service.decisions.evaluate(request).await.unwrap().into_inner();
        assert_eq!(answer.encode_to_vec(), record.response.encode_to_vec());
        assert_eq!(answer.matches.len(), 2);
    }
    service.stop().await;
}

#[tokio::test]
async fn masked_texts_are_told_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    let mut service = Service::start_with(logged(&path, 1.0, &["customer_name", "customer_email"])).await;
    service.account("acme").await;
    service.create("acme", letter()).await.unwrap();
    service.decisions.evaluate(from_customer("one")).await.unwrap();
    service.stop().await;

    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("Zofia") && !text.contains("zofia"), "{text}");
    let found = records(&path);
    assert_eq!(found[0].masked, ["customer_name", "customer_email"]);
    let ticket = found[0].request.ticket.as_ref().unwrap();
    assert_eq!(ticket.customer_name.as_deref(), Some("***"));
    assert!(ticket.subject.as_ref().unwrap().contains("PARCEL"));
    assert_eq!(found[0].response.matches[0].workflow_id, "letter");
}

#[tokio::test]
async fn only_a_share_of_the_tickets_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    let mut service = Service::start_with(logged(&path, 0.5, &[])).await;
    service.account("acme").await;
    for ticket in 0..200 {
        for _ in 0..2 {
            service.decisions.evaluate(from_customer(&ticket.to_string())).await.unwrap();
        }
    }
    service.stop().await;
    let found = records(&path);
    let mut tickets: Vec<&str> =
        found.iter().map(|record| &*record.request.ticket.as_ref().unwrap().id).collect();
    tickets.sort_unstable();
    assert!((60..140).contains(&(found.len() / 2)), "{}", found.len());
    assert!(tickets.chunks(2).all(|pair| pair[0] == pair[1]), "{tickets:?}");
}

#[tokio::test]
async fn a_log_that_is_moved_away_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, moved) = (folder.path().join("decisions.jsonl"), folder.path().join("decisions.1.jsonl"));
    let mut service = Service::start_with(logged(&path, 1.0, &[])).await;
    service.account("acme").await;
    service.decisions.evaluate(from_customer("first")).await.unwrap();
    std::fs::rename(&path, &moved).unwrap();
    // It is looked at now and then whether the file is still there.
    let mut asked = 1;
    while !path.exists() {
        service.decisions.evaluate(from_customer("later")).await.unwrap();
        asked += 1;
    }
    service.stop().await;
    assert_eq!(records(&moved).len() + records(&path).len(), asked);
}

#[tokio::test]
async fn a_log_that_cannot_be_is_refused_before_anything_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    for (config, expected) in [
        (logged(&path, 1.5, &[]), "observe.decision_log.sample"),
        (logged(&path, f64::NAN, &[]), "observe.decision_log.sample"),
        (logged(&path, 1.0, &["message"]), "observe.decision_log.mask"),
        (logged(&path, 1.0, &["account_id"]), "observe.decision_log.mask"),
        (logged(folder.path(), 1.0, &[]), "observe.decision_log.to"),
    ] {
        let refused = serve(config, async {}, |_| {}).await.unwrap_err();
        let ServeError::Config(error) = refused else { panic!("{refused}") };
        let paths: Vec<&str> = error.findings.iter().map(|finding| &*finding.path).collect();
        assert_eq!(paths, [expected]);
    }
    let refused = serve(logged(&path.join("in"), 1.0, &[]), async {}, |_| {}).await.unwrap_err();
    assert!(matches!(refused, ServeError::Observe(_)), "{refused}");
    assert!(!path.exists());
}
