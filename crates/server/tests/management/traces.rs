//! Traces, as a collector gets them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use tamis_api::v1;
use tamis_server::{Config, Location, Observe, ServeError, Traces, serve};
use tokio::sync::mpsc;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::harness::{Service, config, evaluate};

/// Hands on what it is sent.
struct Collector(mpsc::UnboundedSender<ExportTraceServiceRequest>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.send(request.into_inner()).unwrap();
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// A collector, and what it is sent.
fn collector() -> (String, mpsc::UnboundedReceiver<ExportTraceServiceRequest>) {
    let (sender, sent) = mpsc::unbounded_channel();
    let incoming = TcpIncoming::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let endpoint = format!("http://{}", incoming.local_addr().unwrap());
    let server = tonic::transport::Server::builder().add_service(TraceServiceServer::new(Collector(sender)));
    tokio::spawn(server.serve_with_incoming(incoming));
    (endpoint, sent)
}

fn traced(endpoint: &str, sample: f64) -> Config {
    let traces = Some(Traces { endpoint: endpoint.to_owned(), sample });
    Config { observe: Observe { traces, ..Observe::default() }, ..config(Location::Memory) }
}

fn attributes(attributes: &[KeyValue]) -> BTreeMap<&str, String> {
    let text = |pair: &KeyValue| match pair.value.clone().unwrap().value.unwrap() {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    attributes.iter().map(|pair| (&*pair.key, text(pair))).collect()
}

/// All spans that a service sends before it has stopped.
async fn spans(service: Service, mut sent: mpsc::UnboundedReceiver<ExportTraceServiceRequest>) -> Vec<Span> {
    service.stop().await;
    let mut spans = Vec::new();
    while let Ok(request) = sent.try_recv() {
        for resource in request.resource_spans {
            let of = attributes(&resource.resource.as_ref().unwrap().attributes)["service.name"].clone();
            assert_eq!(of, "tamis");
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    spans
}

fn asked(traceparent: &'static str) -> Request<v1::EvaluateRequest> {
    let mut request = Request::new(evaluate("acme", "mail", 0));
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    request
}

#[tokio::test]
async fn a_call_is_a_span_of_its_callers_trace() {
    let (endpoint, sent) = collector();
    let mut service = Service::start_with(traced(&endpoint, 1.0)).await;
    service.account_with("acme", &["mail"]).await;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    service.decisions.evaluate(asked(parent)).await.unwrap();
    service.decisions.evaluate(evaluate("none", "mail", 0)).await.unwrap_err();
    let batch = v1::EvaluateBatchRequest { requests: vec![evaluate("acme", "mail", 0)] };
    service.decisions.evaluate_batch(batch).await.unwrap();

    let spans = spans(service, sent).await;
    let of =
        |rpc: &str| spans.iter().filter(|span| span.name == format!("tamis.v1.{rpc}")).collect::<Vec<_>>();
    let [evaluated, refused] = of("DecisionService/Evaluate")[..] else { panic!("{spans:#?}") };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(&evaluated.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&evaluated.parent_span_id), "b7ad6b7169203331");
    let told = attributes(&evaluated.attributes);
    let expected = [
        ("rpc.grpc.status_code", "0"),
        ("rpc.method", "Evaluate"),
        ("rpc.service", "tamis.v1.DecisionService"),
        ("rpc.system", "grpc"),
        ("tamis.account_id", "acme"),
        ("tamis.matches", "1"),
        ("tamis.revision", "2"),
    ];
    assert_eq!(told, expected.map(|(name, value)| (name, value.to_owned())).into());
    assert!(evaluated.start_time_unix_nano <= evaluated.end_time_unix_nano);
    assert_eq!(attributes(&refused.attributes)["rpc.grpc.status_code"], "5");
    assert!(refused.parent_span_id.is_empty());
    assert_eq!(of("DecisionService/EvaluateBatch").len(), 1);
    assert_eq!(of("WorkflowService/CreateWorkflow").len(), 1);
}

#[tokio::test]
async fn the_callers_flag_comes_before_the_share() {
    let (endpoint, sent) = collector();
    let mut service = Service::start_with(traced(&endpoint, 0.0)).await;
    service.account("acme").await;
    for traceparent in [
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "nonsense",
        "00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-01",
    ] {
        service.decisions.evaluate(asked(traceparent)).await.unwrap();
    }
    service.decisions.evaluate(evaluate("acme", "mail", 0)).await.unwrap();
    let spans = spans(service, sent).await;
    assert_eq!(spans.len(), 1, "{spans:#?}");
    assert_eq!(spans[0].trace_id.last(), Some(&0x9d));
}

#[tokio::test]
async fn a_collector_that_is_not_there_is_nobodys_loss() {
    let unused = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let mut service = Service::start_with(traced(&format!("http://{unused}"), 1.0)).await;
    service.account_with("acme", &["mail"]).await;
    assert_eq!(service.matches("acme", "mail").await, ["mail"]);
    service.stop().await;

    for (endpoint, sample, expected) in [
        ("127.0.0.1:4317", 0.5, "observe.traces.endpoint"),
        ("https://127.0.0.1:4317", 0.5, "observe.traces.endpoint"),
        ("http://127.0.0.1:4317", -0.1, "observe.traces.sample"),
    ] {
        let refused = serve(traced(endpoint, sample), async {}, |_| {}).await.unwrap_err();
        let ServeError::Config(error) = refused else { panic!("{refused}") };
        assert_eq!(error.findings.iter().map(|finding| &*finding.path).collect::<Vec<_>>(), [expected]);
    }
}
