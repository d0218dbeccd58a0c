//! What the service is told to tell about itself.

use tamis_engine::Diagnostic;

use crate::config::Listen;
use crate::observe::decision_log::{DecisionLog, LogTarget, mask};

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
        findings
    }
}

impl DecisionLog {
    fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        if !(0.0..=1.0).contains(&self.sample) {
            let message = format!("a share is 0 to 1, not {}", self.sample);
            findings.push(Diagnostic::error("out_of_bounds", "observe.decision_log.sample", message));
        }
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
