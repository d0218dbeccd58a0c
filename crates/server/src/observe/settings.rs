//! What the service is told to tell about itself.

use tamis_engine::Diagnostic;

use crate::config::Listen;
use crate::observe::decision_log::{DecisionLog, LogTarget, mask};
use crate::observe::traces::Traces;

/// What the service is told to tell about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observe {
    /// Where metrics and probes are answered over HTTP; nowhere unless it is said: two services on one machine would
    /// otherwise be in each other's way. Any address may be named, other machines' too: what is told there are counts, and no
    /// text of any ticket.
    pub metrics: Option<Listen>,
    /// Accounts whose workflows have metrics of their own. None unless they are named: 20,000 accounts of 50 workflows would
    /// make a million series. `ListWorkflowStats` has the same figures of every account.
    pub metrics_accounts: Vec<String>,
    /// The log of decisions; none unless it is said.
    pub decision_log: Option<DecisionLog>,
    /// Traces; none unless it is said where to.
    pub traces: Option<Traces>,
}

/// Accounts whose workflows may have metrics of their own: with a thousand workflows each, what a scrape may take.
const METRICS_ACCOUNTS_MAX: usize = 100;

impl Observe {
    /// All that is wrong.
    pub(crate) fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        if self.metrics_accounts.len() > METRICS_ACCOUNTS_MAX {
            let message =
                format!("at most {METRICS_ACCOUNTS_MAX} accounts can have metrics of their workflows");
            findings.push(Diagnostic::error("too_many", "observe.metrics_accounts", message));
        }
        findings.extend(self.decision_log.iter().flat_map(DecisionLog::findings));
        findings.extend(self.traces.iter().flat_map(Traces::findings));
        findings
    }
}

impl DecisionLog {
    fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        findings.extend(share(self.sample, "observe.decision_log.sample"));
        let maskable = mask::maskable();
        for field in self.mask.iter().filter(|field| !maskable.contains(*field)) {
            let names: Vec<&str> = maskable.iter().map(String::as_str).collect();
            let message = format!("`{field}` is no text of a request that can be masked");
            let finding = Diagnostic::error("unknown_field", "observe.decision_log.mask", message);
            findings.push(finding.with_help(format!("these can: {}", names.join(", "))));
        }
        if let LogTarget::File(path) = &self.to
            && path.is_dir()
        {
            let message = format!("{} is a folder, and a file is wanted", path.display());
            findings.push(Diagnostic::error("decision_log_path", "observe.decision_log.to", message));
        }
        findings
    }
}

impl Traces {
    fn findings(&self) -> Vec<Diagnostic> {
        let mut findings: Vec<_> = share(self.sample, "observe.traces.sample").into_iter().collect();
        let address = self.endpoint.parse::<http::Uri>().ok().filter(|uri| uri.authority().is_some());
        if address.is_none_or(|uri| uri.scheme() != Some(&http::uri::Scheme::HTTP)) {
            let message = format!("`{}` is no address of a collector", self.endpoint);
            let finding = Diagnostic::error("otlp_endpoint", "observe.traces.endpoint", message);
            findings.push(finding.with_help("want one such as `http://127.0.0.1:4317`, of OTLP over gRPC"));
        }
        findings
    }
}

/// What is wrong with a share.
fn share(share: f64, path: &str) -> Option<Diagnostic> {
    let message = || format!("a share is 0 to 1, not {share}");
    (!(0.0..=1.0).contains(&share)).then(|| Diagnostic::error("out_of_bounds", path, message()))
}
