//! Settings of what `serve` tells about itself.

use tamis_server::{DecisionLog, LogTarget, Observe, Traces};

use crate::args::ObserveArgs;
use crate::config::File;

/// The share of calls that are traced unless it is said: enough to see what is usual, for next to nothing.
const OTLP_SAMPLE_DEFAULT: f64 = 0.01;

/// Settles on a value for every setting.
pub(super) fn settle(file: &mut File, args: ObserveArgs) -> Observe {
    let to: Option<String> = file.or(args.decision_log, "decision_log");
    let sample = file.or(args.decision_log_sample, "decision_log_sample").unwrap_or(1.0);
    let mask = file.or(args.decision_log_mask, "decision_log_mask").unwrap_or_default();
    let endpoint: Option<String> = file.or(args.otlp_endpoint, "otlp_endpoint");
    let spans = file.or(args.otlp_sample, "otlp_sample").unwrap_or(OTLP_SAMPLE_DEFAULT);
    Observe {
        metrics: file.or(args.metrics, "metrics"),
        metrics_accounts: file.or(args.metrics_accounts, "metrics_accounts").unwrap_or_default(),
        decision_log: to.map(|to| DecisionLog { to: target(to), sample, mask }),
        traces: endpoint.map(|endpoint| Traces { endpoint, sample: spans }),
    }
}

fn target(name: String) -> LogTarget {
    if name == "-" { LogTarget::Stdout } else { LogTarget::File(name.into()) }
}
