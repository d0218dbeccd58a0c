//! What `serve` tells about itself.

use clap::Args;
use tamis_server::Listen;

/// Options of `serve` on what it tells about itself. None of them has a default here: what is left out may stand in the file.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What it tells about itself")]
pub(crate) struct ObserveArgs {
    /// Address for Prometheus' metrics at `/metrics`, and for probes at `/healthz` and `/readyz`, over HTTP; or `unix:` and a
    /// path. [default: none]
    #[arg(long, value_name = "ADDR", env = "TAMIS_METRICS")]
    pub(crate) metrics: Option<Listen>,
    /// Accounts whose workflows have metrics of their own; parted by commas. [default: none]
    #[arg(long, value_name = "IDS", env = "TAMIS_METRICS_ACCOUNTS", value_delimiter = ',')]
    pub(crate) metrics_accounts: Option<Vec<String>>,
    /// File to write decisions to, with requests and answers, as JSON lines; `-` is standard output. [default: none]
    #[arg(long, value_name = "FILE", env = "TAMIS_DECISION_LOG")]
    pub(crate) decision_log: Option<String>,
    /// Share of tickets whose decisions are written there, 0 to 1. [default: 1]
    #[arg(long, value_name = "SHARE", env = "TAMIS_DECISION_LOG_SAMPLE")]
    pub(crate) decision_log_sample: Option<f64>,
    /// Fields of requests whose texts are not told there, such as `customer_name,customer_email,subject,text`; parted by
    /// commas. Rendered texts of answers are not told either then. [default: none]
    #[arg(long, value_name = "FIELDS", env = "TAMIS_DECISION_LOG_MASK", value_delimiter = ',')]
    pub(crate) decision_log_mask: Option<Vec<String>>,
    /// Collector of traces, by OTLP over gRPC, such as `http://127.0.0.1:4317`. [default: none]
    #[arg(long, value_name = "URL", env = "TAMIS_OTLP_ENDPOINT")]
    pub(crate) otlp_endpoint: Option<String>,
    /// Share of the calls without a `traceparent` that are traced, 0 to 1; others are if their caller's span is.
    /// [default: 0.01]
    #[arg(long, value_name = "SHARE", env = "TAMIS_OTLP_SAMPLE")]
    pub(crate) otlp_sample: Option<f64>,
}
