//! Traces: a span for each call that is sampled, sent to a collector by OTLP over gRPC.
//!
//! A call that comes with a `traceparent` (W3C Trace Context) is sampled if its caller's span is; of all others a share is. Spans
//! are sent by a thread of `opentelemetry_sdk`, which drops what its queue has no room for, and says so in the log. Without a
//! collector nothing of this is there, and a call costs one comparison more.

use std::time::Duration;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{Span as _, SpanKind, Status, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tamis_api::CODE_NAMES;
use tonic::Code;

/// How long sending spans may take, and waiting for the last of them when the service stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go, and of how many calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Traces {
    /// The collector, such as `http://127.0.0.1:4317`.
    pub endpoint: String,
    /// The share of calls without a `traceparent` that are traced, 0 to 1.
    pub sample: f64,
}

/// Makes spans.
#[derive(Debug)]
pub(super) struct Tracing {
    tracer: SdkTracer,
    provider: SdkTracerProvider,
    propagator: TraceContextPropagator,
}

/// The span of a call.
#[derive(Debug)]
pub(super) struct Span(opentelemetry_sdk::trace::Span);

impl Tracing {
    /// Starts to send spans; the collector need not be there yet. The runtime that this is called in has the connection.
    ///
    /// # Errors
    /// The address of the collector is none.
    pub(super) fn start(settings: &Traces) -> Result<Self, ExporterBuildError> {
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(&*settings.endpoint);
        let exporter = exporter.with_timeout(PATIENCE).build()?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name("tamis").with_attribute(version).build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample))))
            .with_resource(resource)
            .build();
        let tracer = provider.tracer("tamis");
        Ok(Self { tracer, provider, propagator: TraceContextPropagator::new() })
    }

    /// The span of a call that begins; absent if it is not sampled.
    pub(super) fn span(&self, rpc: &str, headers: &HeaderMap) -> Option<Box<Span>> {
        let parent = self.propagator.extract_with_context(&Context::new(), &Headers(headers));
        let (service, method) = rpc.split_once('/').unwrap_or(("", rpc));
        let attributes = [
            KeyValue::new("rpc.system", "grpc"),
            KeyValue::new("rpc.service", service.to_owned()),
            KeyValue::new("rpc.method", method.to_owned()),
        ];
        let builder = self.tracer.span_builder(rpc.to_owned()).with_kind(SpanKind::Server);
        let span = self.tracer.build_with_context(builder.with_attributes(attributes), &parent);
        span.is_recording().then(|| Box::new(Span(span)))
    }

    /// Sends what is left, and ends. This waits for the collector.
    pub(super) fn end(&self) {
        if let Err(error) = self.provider.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

impl Span {
    /// Tells what was decided.
    pub(super) fn decided(&mut self, account_id: &str, revision: u64, matches: usize) {
        self.0.set_attribute(KeyValue::new("tamis.account_id", account_id.to_owned()));
        self.0.set_attribute(KeyValue::new("tamis.revision", i64::try_from(revision).unwrap_or(i64::MAX)));
        self.0.set_attribute(KeyValue::new("tamis.matches", i64::try_from(matches).unwrap_or(i64::MAX)));
    }

    /// Ends it with the code of the call.
    pub(super) fn end(&mut self, code: Code) {
        self.0.set_attribute(KeyValue::new("rpc.grpc.status_code", i64::from(i32::from(code))));
        // Only what is a fault of the service is one of its span: what a caller does wrong is the caller's.
        if matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ) {
            let name = usize::try_from(i32::from(code)).ok().and_then(|code| CODE_NAMES.get(code));
            self.0.set_status(Status::error(name.copied().unwrap_or_default()));
        }
        self.0.end();
    }
}

/// The headers of a call.
struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
