//! Reads what ghz writes with `--format json`.
//!
//! Its fields are those of `Report` in ghz's `runner/reporter.go`, described in `www/docs/output.md`: times are in nanoseconds,
//! but for the marks of the histogram, which are in seconds. The latencies of an open loop of ghz count from the sending of a
//! call, not from when it was due, so they flatter a server that does not keep up.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::LoadError;
use crate::distribution::Percentile;
use crate::outcome::ErrorCount;

/// What ghz saw in one run, in this package's units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GhzReport {
    /// The name of the settings.
    pub name: String,
    /// What was called, such as `tamis.v1.DecisionService/Evaluate`; empty if ghz does not say.
    pub call: String,
    /// When it was, RFC 3339.
    pub date: String,
    /// Calls, those with an error included. A call of a stream is the whole stream.
    pub calls: u64,
    /// How long it took.
    pub duration_s: f64,
    /// Calls a second.
    pub calls_per_s: f64,
    /// Calls a second that were asked for; `None` in a closed loop or if they rose.
    pub intended_calls_per_s: Option<f64>,
    /// Callers.
    pub concurrency: u64,
    /// Connections.
    pub connections: u64,
    /// The mean latency, of all calls.
    pub mean_us: f64,
    /// The shortest, of calls without an error.
    pub min_us: f64,
    /// The longest, of calls without an error.
    pub max_us: f64,
    /// Latencies of calls without an error.
    pub percentiles: Vec<Percentile>,
    /// The same as counts.
    pub histogram: Vec<GhzBucket>,
    /// Calls by gRPC code, as ghz writes them, such as `OK`.
    pub codes: BTreeMap<String, u64>,
    /// What went wrong, most frequent first.
    pub errors: Vec<ErrorCount>,
}

/// A bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GhzBucket {
    /// Latencies up to this, and above the bar before …
    pub up_to_us: f64,
    /// … were as many.
    pub calls: u64,
}

impl GhzReport {
    /// The latency that this share of the calls does not exceed, if ghz tells it: it has 10, 25, 50, 75, 90, 95 and 99 %.
    pub fn percentile_us(&self, percentile: f64) -> Option<f64> {
        self.percentiles
            .iter()
            .find(|known| (known.percentile - percentile).abs() < 1e-9)
            .map(|known| known.us)
    }
}

/// Reads what ghz wrote with `--format json` or `pretty`.
///
/// # Errors
/// [`LoadError::Ghz`] if the file cannot be read or is something else.
pub fn read_ghz(path: &Path) -> Result<GhzReport, LoadError> {
    let wrong = |message: String| LoadError::Ghz { file: path.to_owned(), message };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let report: Report = serde_json::from_str(&text)
        .map_err(|error| wrong(format!("is not what ghz writes with `--format json`: {error}")))?;
    Ok(report.into())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    #[serde(default)]
    name: String,
    #[serde(default)]
    options: Options,
    date: String,
    count: u64,
    total: u64,
    average: u64,
    fastest: u64,
    slowest: u64,
    rps: f64,
    // A run without a call that went well has `null` in place of lists and maps.
    error_distribution: Option<BTreeMap<String, u64>>,
    status_code_distribution: Option<BTreeMap<String, u64>>,
    latency_distribution: Option<Vec<Latency>>,
    histogram: Option<Vec<Bucket>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Options {
    call: String,
    concurrency: u64,
    connections: u64,
    rps: u64,
    #[serde(rename = "load-schedule")]
    load_schedule: String,
}

#[derive(Deserialize)]
struct Latency {
    percentage: f64,
    latency: u64,
}

#[derive(Deserialize)]
struct Bucket {
    mark: f64,
    count: u64,
}

impl From<Report> for GhzReport {
    fn from(report: Report) -> Self {
        let us = |ns: u64| ns as f64 / 1e3;
        let latencies = report.latency_distribution.unwrap_or_default();
        let histogram = report.histogram.unwrap_or_default();
        let mut errors: Vec<ErrorCount> =
            report.error_distribution.unwrap_or_default().into_iter().map(error).collect();
        errors.sort_by_key(|error| std::cmp::Reverse(error.count));
        let options = report.options;
        let is_constant = matches!(options.load_schedule.as_str(), "" | "const");
        Self {
            name: report.name,
            call: options.call,
            date: report.date,
            calls: report.count,
            duration_s: report.total as f64 / 1e9,
            calls_per_s: report.rps,
            intended_calls_per_s: (is_constant && options.rps > 0).then_some(options.rps as f64),
            concurrency: options.concurrency,
            connections: options.connections,
            mean_us: us(report.average),
            min_us: us(report.fastest),
            max_us: us(report.slowest),
            percentiles: latencies
                .into_iter()
                // A percentile that ghz does not know is all zeros.
                .filter(|latency| latency.percentage > 0.0)
                .map(|latency| Percentile { percentile: latency.percentage, us: us(latency.latency) })
                .collect(),
            histogram: histogram
                .into_iter()
                .map(|bucket| GhzBucket { up_to_us: bucket.mark * 1e6, calls: bucket.count })
                .collect(),
            codes: report.status_code_distribution.unwrap_or_default(),
            errors,
        }
    }
}

/// An error as Go writes it: `rpc error: code = NotFound desc = there is no account`.
fn error((text, count): (String, u64)) -> ErrorCount {
    let parts = text.strip_prefix("rpc error: code = ").and_then(|rest| rest.split_once(" desc = "));
    let (code, message) = parts.unwrap_or(("Unknown", &text));
    ErrorCount { code: shouted(code), reason: String::new(), count, message: message.to_owned() }
}

/// `NotFound` as the contract has it: `NOT_FOUND`.
fn shouted(code: &str) -> String {
    let mut out = String::with_capacity(code.len() + 4);
    for c in code.chars() {
        if c.is_uppercase() && out.ends_with(char::is_lowercase) {
            out.push('_');
        }
        out.push(c);
    }
    out.to_uppercase()
}
