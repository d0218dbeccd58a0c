//! Metrics and probes, as whoever watches over the service sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tamis_api::v1;
use tamis_server::{Config, Listen, Location, Observe};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tonic::Code;

use crate::harness::{Service, assert_refused, config, evaluate, subject, workflow};

/// Asks a socket over HTTP; returns the status and the body.
async fn ask(socket: &Path, request: &str) -> (u16, String) {
    let mut stream = UnixStream::connect(socket).await.unwrap();
    let request = format!("{request} HTTP/1.1\r\nHost: tamis\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The samples of a page, by what stands before their values.
fn samples(page: &str) -> BTreeMap<&str, f64> {
    let lines = page.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name, value.parse().unwrap()))
        .collect()
}

/// A service that is watched on a socket in a folder.
fn watched(folder: &Path) -> Config {
    let observe = Observe {
        metrics: Some(Listen::Unix(folder.join("metrics.sock"))),
        metrics_accounts: vec!["acme".to_owned(), "nobody".to_owned()],
        ..Observe::default()
    };
    Config { observe, ..config(Location::Memory) }
}

#[tokio::test]
async fn what_was_called_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("metrics.sock");
    let mut service = Service::start_with(watched(folder.path())).await;
    service.account_with("acme", &["mail", "chat"]).await;
    let shadow = v1::Workflow {
        mode: v1::WorkflowMode::Shadow.into(),
        all: vec![subject(&["parcel", "refund"])],
        ..workflow("quiet", "")
    };
    service.create("acme", shadow).await.unwrap();
    for _ in 0..3 {
        service.matches("acme", "mail").await;
    }
    let mut quiet = evaluate("acme", "chat", 0);
    quiet.ticket.as_mut().unwrap().subject = Some("My Parcel".to_owned());
    service.decisions.evaluate(quiet.clone()).await.unwrap();
    assert_eq!(service.decisions.evaluate(evaluate("none", "", 0)).await.unwrap_err().code(), Code::NotFound);
    let batch = v1::EvaluateBatchRequest { requests: vec![quiet.clone(), evaluate("none", "", 0)] };
    service.decisions.evaluate_batch(batch).await.unwrap();
    let stream = tokio_stream::iter([quiet].map(|one| v1::EvaluateStreamRequest { request: Some(one) }));
    let mut answers = service.decisions.evaluate_stream(stream).await.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {}

    let (status, page) = ask(&socket, "GET /metrics").await;
    assert_eq!(status, 200);
    let samples = samples(&page);
    let requests =
        |rpc: &str, code: &str| format!("tamis_requests_total{{rpc=\"tamis.v1.{rpc}\",code=\"{code}\"}}");
    let durations = |rpc: &str| format!("tamis_request_duration_seconds_count{{rpc=\"tamis.v1.{rpc}\"}}");
    let matches = |workflow: &str, mode: &str| {
        format!("tamis_workflow_matches_total{{account=\"acme\",workflow=\"{workflow}\",mode=\"{mode}\"}}")
    };
    for (name, expected) in [
        (requests("DecisionService/Evaluate", "OK"), 4.0),
        (requests("DecisionService/Evaluate", "NOT_FOUND"), 1.0),
        (requests("DecisionService/EvaluateBatch", "OK"), 1.0),
        (requests("DecisionService/EvaluateStream", "OK"), 1.0),
        (requests("DecisionService/Explain", "OK"), 0.0),
        (requests("WorkflowService/CreateWorkflow", "OK"), 3.0),
        (requests("AccountService/CreateAccount", "OK"), 1.0),
        (durations("DecisionService/Evaluate"), 5.0),
        (durations("DecisionService/EvaluateStream"), 1.0),
        (durations("WorkflowService/CreateWorkflow"), 3.0),
        ("tamis_requests_in_flight".to_owned(), 0.0),
        ("tamis_decisions_total".to_owned(), 6.0),
        ("tamis_matches_total{mode=\"live\"}".to_owned(), 6.0),
        ("tamis_matches_total{mode=\"shadow\"}".to_owned(), 3.0),
        (matches("mail", "live"), 3.0),
        (matches("mail", "shadow"), 0.0),
        (matches("chat", "live"), 3.0),
        (matches("quiet", "live"), 0.0),
        (matches("quiet", "shadow"), 3.0),
        ("tamis_accounts".to_owned(), 1.0),
        ("tamis_workflows".to_owned(), 3.0),
        ("tamis_phrases".to_owned(), 2.0),
        ("tamis_compile_duration_seconds_count".to_owned(), 4.0),
        ("tamis_store_commit_duration_seconds_count".to_owned(), 4.0),
        ("tamis_store_revision".to_owned(), 4.0),
        ("tamis_store_loaded".to_owned(), 1.0),
        ("tamis_store_writable".to_owned(), 1.0),
        ("tamis_store_staleness_seconds".to_owned(), 0.0),
        ("tamis_store_writes_in_flight".to_owned(), 0.0),
        ("tamis_connections_open".to_owned(), 1.0),
        ("tamis_connections_accepted_total".to_owned(), 1.0),
    ] {
        assert_eq!(samples.get(&*name), Some(&expected), "{name} in\n{page}");
    }
    for name in ["tamis_received_bytes_total", "tamis_sent_bytes_total", "tamis_index_bytes"] {
        assert!(samples[name] > 100.0, "{name} in\n{page}");
    }
    // Neither the account that does not exist nor one that was not named has series of its own.
    assert!(!page.contains("none") && !page.contains("nobody"), "{page}");
    service.stop().await;
}

#[tokio::test]
async fn calls_that_nobody_waits_for_any_longer_are_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("metrics.sock");
    let mut service = Service::start_with(watched(folder.path())).await;
    service.account("acme").await;
    // The first waits for a revision that does not come; the second tells that it is under way.
    let mut waiting = service.decisions.clone();
    let waits = tokio::spawn(async move { waiting.evaluate(evaluate("acme", "mail", 99)).await });
    let in_flight = async |expected: f64| {
        loop {
            let (_, page) = ask(&socket, "GET /metrics").await;
            if samples(&page)["tamis_requests_in_flight"] == expected {
                return page;
            }
        }
    };
    in_flight(1.0).await;
    waits.abort();
    let page = in_flight(0.0).await;
    let cancelled = "tamis_requests_total{rpc=\"tamis.v1.DecisionService/Evaluate\",code=\"CANCELLED\"}";
    assert_eq!(samples(&page)[cancelled], 1.0);
    service.stop().await;
}

#[tokio::test]
async fn connections_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("metrics.sock");
    let mut config = watched(folder.path());
    config.transport.preface_timeout = std::time::Duration::from_millis(50);
    let service = Service::start_with(config).await;
    let Listen::Tcp(address) = &service.addresses[0] else { panic!("not an address of TCP") };
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut wrong = TcpStream::connect(address).await.unwrap();
    wrong.write_all(b"GET / HTTP/1.1\r\nHost: tamis\r\n\r\n").await.unwrap();
    // Both end by the service's doing.
    let mut said = Vec::new();
    drop(silent.read_to_end(&mut said).await);
    drop(wrong.read_to_end(&mut said).await);
    loop {
        let (_, page) = ask(&socket, "GET /metrics").await;
        let samples = samples(&page);
        if samples["tamis_connections_open"] == 1.0 {
            assert_eq!(samples["tamis_connections_accepted_total"], 3.0);
            assert_eq!(samples["tamis_connections_failed_total"], 2.0);
            assert_eq!(samples["tamis_connections_preface_timeouts_total"], 1.0);
            break;
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn probes_tell_what_can_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("metrics.sock");
    let mut service = Service::start_with(watched(folder.path())).await;
    for (request, status, body) in [
        ("GET /healthz", 200, "the process lives\n"),
        ("GET /readyz", 200, "serving\n"),
        ("HEAD /readyz", 200, ""),
        ("GET /", 404, "there are /metrics, /healthz and /readyz\n"),
        ("POST /metrics", 405, "only GET and HEAD are answered\n"),
    ] {
        assert_eq!(ask(&socket, request).await, (status, body.to_owned()), "{request}");
    }
    // A stream that goes on keeps the service from stopping at once.
    let (sender, changes) = tokio::sync::mpsc::channel::<v1::EvaluateStreamRequest>(1);
    let changes = tokio_stream::wrappers::ReceiverStream::new(changes);
    let answers = service.decisions.evaluate_stream(changes).await.unwrap();
    let stopping = tokio::spawn(service.stop());
    while ask(&socket, "GET /readyz").await == (200, "serving\n".to_owned()) {}
    assert_eq!(ask(&socket, "GET /readyz").await, (503, "stopping\n".to_owned()));
    assert_eq!(ask(&socket, "GET /healthz").await.0, 200);
    drop((sender, answers));
    stopping.await.unwrap();
    assert!(!socket.exists());
}

#[tokio::test]
async fn what_workflows_have_matched_outlives_their_edits() {
    let mut service = Service::start().await;
    let begun = jiff::Timestamp::now().as_second();
    service.account_with("acme", &["mail", "chat", "never"]).await;
    service.account_with("other", &["mail"]).await;
    for (source, times) in [("mail", 3), ("chat", 1), ("elsewhere", 2)] {
        for _ in 0..times {
            service.matches("acme", source).await;
        }
    }
    let trial = |mode: v1::WorkflowMode| v1::Workflow { mode: mode.into(), ..workflow("new", "mail") };
    service.create("acme", trial(v1::WorkflowMode::Shadow)).await.unwrap();
    service.matches("acme", "mail").await;
    let request = v1::UpdateWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow: Some(trial(v1::WorkflowMode::Live)),
        update_mask: None,
    };
    service.workflows.update_workflow(request).await.unwrap();
    let renamed = v1::Workflow { display_name: "Renamed".to_owned(), ..workflow("mail", "mail") };
    let request = v1::UpdateWorkflowRequest {
        account_id: "acme".to_owned(),
        workflow: Some(renamed),
        update_mask: None,
    };
    service.workflows.update_workflow(request).await.unwrap();
    service.matches("acme", "mail").await;

    let mut workflows = service.workflows.clone();
    let mut page = async |account_id: &str, page_size, page_token: &str| {
        let request = v1::ListWorkflowStatsRequest {
            account_id: account_id.to_owned(),
            page_size,
            page_token: page_token.to_owned(),
            ..v1::ListWorkflowStatsRequest::default()
        };
        workflows.list_workflow_stats(request).await.map(tonic::Response::into_inner)
    };
    let first = page("acme", 3, "").await.unwrap();
    assert_eq!((first.stats.len(), first.total_size), (3, 4));
    assert!(first.since.unwrap().seconds <= begun);
    let second = page("acme", 3, &first.next_page_token).await.unwrap();
    assert_eq!(second.next_page_token, "");
    let all: Vec<_> = first.stats.into_iter().chain(second.stats).collect();
    let told: Vec<_> =
        all.iter().map(|one| (&*one.workflow_id, one.matched_count, one.shadow_matched_count)).collect();
    // What a workflow matched while it was tried in shadow stays apart once it is live.
    assert_eq!(told, [("mail", 5, 0), ("chat", 1, 0), ("never", 0, 0), ("new", 1, 1)]);
    for one in &all {
        assert_eq!(one.last_matched_at.is_some(), one.matched_count > 0, "{one:?}");
        let now = jiff::Timestamp::now().as_second();
        assert!(one.last_matched_at.is_none_or(|last| (now - 60..=now).contains(&last.seconds)), "{one:?}");
    }
    assert_eq!(page("other", 0, "").await.unwrap().stats[0].matched_count, 0);

    assert_refused(page("none", 0, "").await, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    assert_refused(
        page("", 1_001, "").await,
        Code::InvalidArgument,
        "INVALID_REQUEST",
        &["account_id", "page_size"],
    );
    let foreign = page("other", 0, &first.next_page_token).await;
    assert_refused(foreign, Code::InvalidArgument, "INVALID_REQUEST", &["page_token"]);

    let mut named = async |ids: &[&str], page_token: &str| {
        let request = v1::ListWorkflowStatsRequest {
            account_id: "acme".to_owned(),
            page_size: 1,
            page_token: page_token.to_owned(),
            workflow_ids: ids.iter().map(ToString::to_string).collect(),
        };
        service.workflows.list_workflow_stats(request).await.map(tonic::Response::into_inner)
    };
    let some = named(&["never", "gone", "mail", "chat"], "").await.unwrap();
    let told: Vec<_> = some.stats.iter().map(|one| (&*one.workflow_id, one.matched_count)).collect();
    assert_eq!(told, [("never", 0), ("mail", 5), ("chat", 1)]);
    assert_eq!((some.next_page_token.as_str(), some.total_size), ("", 4));
    let most = ["mail"; 1_001];
    assert_eq!(named(&most[1..], "").await.unwrap().stats.len(), 1_000);
    for (ids, token, field) in
        [(&most[..], "", "workflow_ids"), (&["mail"], &*first.next_page_token, "page_token")]
    {
        assert_refused(named(ids, token).await, Code::InvalidArgument, "INVALID_REQUEST", &[field]);
    }
    service.stop().await;
}

/// Metrics as a document or a page tells them: name, kind and meaning.
type Told = BTreeSet<(String, String, String)>;

/// All metrics of a service.
async fn told() -> Told {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start_with(watched(folder.path())).await;
    let (_, page) = ask(&folder.path().join("metrics.sock"), "GET /metrics").await;
    service.stop().await;
    let mut help = "";
    let mut told = Told::new();
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ').unwrap().1;
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            told.insert((name.to_owned(), kind.to_owned(), help.to_owned()));
        }
    }
    told
}

#[tokio::test]
async fn dashboard_and_alerts_ask_for_metrics_that_there_are() {
    let series: BTreeSet<String> = told()
        .await
        .into_iter()
        .flat_map(|(name, kind, _)| match &*kind {
            "histogram" => ["bucket", "sum", "count"].map(|part| format!("{name}_{part}")).to_vec(),
            _ => vec![name],
        })
        .collect();
    for file in ["grafana/tamis.json", "prometheus/tamis.rules.yaml"] {
        let text = std::fs::read_to_string(format!("{}/deploy/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = text.split(|c| !is_part(c));
        let asked: BTreeSet<&str> =
            words.filter(|word| word.starts_with("tamis_") || word.starts_with("process_")).collect();
        assert!(asked.len() >= 8, "{file}: {asked:?}");
        let unknown: Vec<_> = asked.iter().filter(|name| !series.contains(**name)).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
        if file.ends_with(".json") {
            let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
            let panels = dashboard["panels"].as_array().unwrap();
            let graphs = panels.iter().filter(|panel| panel["type"] != "row");
            assert!(graphs.clone().count() >= 10);
            assert!(
                graphs
                    .flat_map(|panel| panel["targets"].as_array().unwrap())
                    .all(|one| one["expr"].is_string())
            );
        }
    }
}

#[tokio::test]
async fn every_metric_is_documented_as_it_is() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/OBSERVABILITY.md")).unwrap();
    let rows =
        document.lines().filter(|line| line.starts_with("| `tamis_") || line.starts_with("| `process_"));
    let documented: Told = rows
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [name, kind, _labels, meaning] = cells[..] else { panic!("{row}") };
            (name.trim_matches('`').to_owned(), kind.to_owned(), meaning.to_owned())
        })
        .collect();

    let told = told().await;
    let missing: Vec<_> = told.difference(&documented).collect();
    let gone: Vec<_> = documented.difference(&told).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not documented: {missing:#?}\nnot told: {gone:#?}");
}
