//! What the people who own workflows are told of decisions, and of the service.

use std::path::Path;

use tamis_api::v1;
use tamis_api::v1::observation_service_client::ObservationServiceClient;
use tamis_api::well_known::{Duration, Timestamp};
use tamis_server::{Config, DecisionLog, Location, LogTarget, Observe};
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::harness::{Service, assert_refused, config, evaluate, workflow};

const INVALID: (Code, &str) = (Code::InvalidArgument, "INVALID_REQUEST");

fn observations(service: &Service) -> ObservationServiceClient<Channel> {
    ObservationServiceClient::new(service.channel.clone())
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn is_now(instant: Option<Timestamp>) -> bool {
    instant.is_some_and(|instant| (now() - 60..=now() + 1).contains(&instant.seconds))
}

#[tokio::test]
async fn a_service_tells_how_it_is() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail"]).await;
    for _ in 0..5 {
        service.matches("acme", "mail").await;
    }
    let mut client = observations(&service);
    let mut status = async |account_id: &str| {
        let request = v1::GetServiceStatusRequest { account_id: account_id.to_owned() };
        client.get_service_status(request).await.map(tonic::Response::into_inner)
    };
    let told = loop {
        let told = status("acme").await.unwrap();
        if told.replicas_read_at.is_some() {
            break told;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(told.version, env!("CARGO_PKG_VERSION"));
    assert!(is_now(told.started_at) && is_now(told.replicas_read_at), "{told:?}");
    assert!(told.loaded && told.store_readable && told.store_writable && !told.draining, "{told:?}");
    assert_eq!((told.staleness, told.accounts_broken_count), (Some(Duration::default()), 0));
    assert_eq!((told.account_revision, told.decisions_count, told.turned_away_count), (2, 5, 0));
    assert_eq!(told.calls_in_flight, 1, "this one");
    assert!(told.queue_wait.is_some());
    let latency = told.evaluate_latency.unwrap();
    let nanos = |duration: Option<Duration>| duration.map(|d| d.seconds * 1_000_000_000 + i64::from(d.nanos));
    let quantiles = [latency.p50, latency.p90, latency.p99, latency.p999].map(nanos);
    assert_eq!(latency.count, 5);
    assert!(quantiles[0] > Some(0) && quantiles.is_sorted(), "{quantiles:?}");
    let [alone] = &told.replicas[..] else { panic!("{:?}", told.replicas) };
    assert_eq!((&alone.replica_id, &alone.version), (&told.replica_id, &told.version));
    assert!(alone.name.ends_with(&format!(":{}", std::process::id())), "{alone:?}");
    assert!(is_now(alone.last_seen_at) && is_now(alone.started_at), "{alone:?}");
    assert_eq!((alone.stale, alone.draining, alone.sequence), (false, false, 0));

    assert_refused(status("none").await, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    assert_refused(status("").await, INVALID.0, INVALID.1, &["account_id"]);
    service.stop().await;
}

/// Asks about matches by steps of so many seconds.
fn by_step(seconds: i64) -> v1::ListMatchCountsRequest {
    let step = Some(Duration { seconds, nanos: 0 });
    v1::ListMatchCountsRequest { account_id: "acme".to_owned(), step, ..Default::default() }
}

async fn counts(
    client: &mut ObservationServiceClient<Channel>,
    request: v1::ListMatchCountsRequest,
) -> Result<v1::ListMatchCountsResponse, Status> {
    client.list_match_counts(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn matches_are_told_over_time() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail", "chat", "never"]).await;
    let quiet = v1::Workflow { mode: v1::WorkflowMode::Shadow.into(), ..workflow("quiet", "mail") };
    service.create("acme", quiet).await.unwrap();
    service.account_with("other", &["mail"]).await;
    let begun = now();
    for (source, times) in [("mail", 3), ("chat", 5), ("elsewhere", 2)] {
        for _ in 0..times {
            service.matches("acme", source).await;
        }
    }
    service.matches("other", "mail").await;
    let mut client = observations(&service);
    // A minute or an hour may end at any time here.
    let sum = |counts: &[u64]| counts.iter().sum::<u64>();
    for step in [60, 120, 3_600, 86_400] {
        let told = counts(&mut client, by_step(step)).await.unwrap();
        assert_eq!(told.step, Some(Duration { seconds: step, nanos: 0 }));
        let since = told.since.unwrap().seconds;
        assert!(since % step == 0 && (begun - 60 - step..=begun).contains(&since), "{since}");
        assert!(is_now(told.counted_since), "{told:?}");
        let steps = usize::try_from((now() - since) / step).unwrap() + 1;
        assert!((steps - 1..=steps).contains(&told.buckets.len()), "{told:?}");
        let all = |count: fn(&v1::MatchBucket) -> u64| told.buckets.iter().map(count).sum::<u64>();
        assert_eq!(all(|bucket| bucket.decisions_count), 10);
        assert_eq!((all(|bucket| bucket.matched_count), all(|bucket| bucket.shadow_matched_count)), (8, 3));
        // That is for all accounts.
        assert_eq!(all(|bucket| bucket.evaluate_latency.as_ref().unwrap().count), 11);
        let found: Vec<_> = told
            .workflows
            .iter()
            .map(|one| (&*one.workflow_id, sum(&one.matched_counts), sum(&one.shadow_matched_counts)))
            .collect();
        assert_eq!(found, [("chat", 5, 0), ("mail", 3, 0), ("quiet", 0, 3)], "by {step} s");
        assert!(told.workflows.iter().all(|one| one.matched_counts.len() == told.buckets.len()));
        assert_eq!(told.workflows_left_out, 0);
    }
    let some = v1::ListMatchCountsRequest {
        workflow_ids: ["quiet", "gone", "never", "mail"].map(str::to_owned).to_vec(),
        since: Some(Timestamp { seconds: now() + 1_000, nanos: 0 }),
        workflows_max: 1,
        ..by_step(86_400)
    };
    let told = counts(&mut client, some).await.unwrap();
    assert_eq!((told.buckets.len(), told.workflows.len(), told.workflows_left_out), (1, 1, 1));

    let none = v1::ListMatchCountsRequest { account_id: "none".to_owned(), ..Default::default() };
    assert_refused(counts(&mut client, none).await, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    for step in [0, 59, 90, 3_660, 90_000, -60] {
        assert_refused(counts(&mut client, by_step(step)).await, INVALID.0, INVALID.1, &["step"]);
    }
    let wrong = v1::ListMatchCountsRequest {
        workflow_ids: vec![String::new(); 1_001],
        workflows_max: 1_001,
        ..Default::default()
    };
    let fields = ["account_id", "workflow_ids", "workflows_max"];
    assert_refused(counts(&mut client, wrong).await, INVALID.0, INVALID.1, &fields);
    service.stop().await;
}

fn logged(to: LogTarget) -> Config {
    let decision_log = Some(DecisionLog { to, sample: 1.0, mask: vec!["subject".to_owned()] });
    Config { observe: Observe { decision_log, ..Observe::default() }, ..config(Location::Memory) }
}

/// Has tickets with these ids decided, one after the other, and waits until they are in the log.
async fn decide(service: &mut Service, path: &Path, account_id: &str, source: &str, tickets: &[&str]) {
    for ticket in tickets {
        let mut request = evaluate(account_id, source, 0);
        let asked = request.ticket.as_mut().unwrap();
        (asked.id, asked.subject) = ((*ticket).to_owned(), Some("a secret".to_owned()));
        service.decisions.evaluate(request).await.unwrap();
        let last = format!("\"id\":\"{ticket}\"");
        while !std::fs::read_to_string(path).unwrap().lines().last().is_some_and(|line| line.contains(&last))
        {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn the_last_decisions_are_read_back_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    let mut service = Service::start_with(logged(LogTarget::File(path.clone()))).await;
    service.account_with("acme", &["mail", "chat"]).await;
    service.account_with("other", &["mail"]).await;
    decide(&mut service, &path, "acme", "mail", &["1", "2"]).await;
    decide(&mut service, &path, "other", "mail", &["3"]).await;
    decide(&mut service, &path, "acme", "chat", &["4", "5"]).await;
    let mut client = observations(&service);
    let mut page = async |account_id: &str, workflow_id: &str, page_size, page_token: &str| {
        let request = v1::ListDecisionsRequest {
            account_id: account_id.to_owned(),
            page_size,
            page_token: page_token.to_owned(),
            workflow_id: workflow_id.to_owned(),
        };
        client.list_decisions(request).await.map(tonic::Response::into_inner)
    };
    let tickets = |page: &v1::ListDecisionsResponse| -> Vec<String> {
        let tickets = page.decisions.iter().map(|one| one.request.as_ref().unwrap().ticket.as_ref().unwrap());
        tickets.map(|ticket| ticket.id.clone()).collect()
    };
    let all = page("acme", "", 0, "").await.unwrap();
    assert_eq!(tickets(&all), ["5", "4", "2", "1"]);
    assert_eq!((all.next_page_token.as_str(), all.cut_short, all.unreadable_count), ("", false, 0));
    let newest = &all.decisions[0];
    assert!(is_now(newest.logged_at), "{newest:?}");
    assert_eq!((&*newest.rpc, newest.revision), ("tamis.v1.DecisionService/Evaluate", 3));
    assert_eq!(newest.masked, ["subject"]);
    let subject = newest.request.as_ref().unwrap().ticket.as_ref().unwrap().subject.as_ref().unwrap();
    assert!(!subject.contains("secret"), "{subject}");
    assert_eq!(newest.response.as_ref().unwrap().matches[0].workflow_id, "chat");

    assert_eq!(tickets(&page("acme", "mail", 0, "").await.unwrap()), ["2", "1"]);
    assert_eq!(tickets(&page("other", "", 0, "").await.unwrap()), ["3"]);
    let first = page("acme", "", 3, "").await.unwrap();
    assert_eq!(tickets(&first), ["5", "4", "2"]);
    // What comes meanwhile is not on later pages.
    decide(&mut service, &path, "acme", "mail", &["6"]).await;
    let token = &*first.next_page_token;
    let second = page("acme", "", 3, token).await.unwrap();
    assert_eq!((tickets(&second), &*second.next_page_token), (vec!["1".to_owned()], ""));

    assert_refused(page("none", "", 0, "").await, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    assert_refused(page("", "", -1, "").await, INVALID.0, INVALID.1, &["account_id", "page_size"]);
    assert_refused(page("acme", "mail", 0, token).await, INVALID.0, INVALID.1, &["page_token"]);
    std::fs::rename(&path, folder.path().join("moved")).unwrap();
    assert_refused(page("acme", "", 3, token).await, INVALID.0, INVALID.1, &["page_token"]);
    assert_eq!(page("acme", "", 3, "").await.unwrap(), v1::ListDecisionsResponse::default());
    service.stop().await;
}

#[tokio::test]
async fn without_a_log_in_a_file_there_is_nothing_to_read_back() {
    for config in [config(Location::Memory), logged(LogTarget::Stdout)] {
        let mut service = Service::start_with(config).await;
        service.account("acme").await;
        let request = |account_id: &str| v1::ListDecisionsRequest {
            account_id: account_id.to_owned(),
            ..v1::ListDecisionsRequest::default()
        };
        let mut client = observations(&service);
        let refused = client.list_decisions(request("acme")).await;
        assert_refused(refused, Code::FailedPrecondition, "DECISION_LOG_MISSING", &[]);
        let refused = client.list_decisions(request("none")).await;
        assert_refused(refused, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
        service.stop().await;
    }
}
