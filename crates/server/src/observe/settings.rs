//! What the service is told to tell about itself.

use tamis_engine::Diagnostic;

use crate::config::Listen;

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
        findings
    }
}
