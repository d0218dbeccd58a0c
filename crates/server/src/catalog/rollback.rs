//! What a rollback makes of an account.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::catalog::audit::Past;
use crate::catalog::plan::{Current, Draft, with_version};
use crate::catalog::snapshot::StoredWorkflow;
use crate::status::Failure;

/// An account goes back to what it was. What is the same as then makes no revision.
#[derive(Debug)]
pub(crate) struct Rollback {
    /// What it was.
    pub(crate) past: Past,
    /// Do everything but store and publish it.
    pub(crate) dry_run: bool,
}

impl Rollback {
    /// Whether the account's own record would be written.
    pub(crate) fn writes_account(&self, current: &Current) -> bool {
        let then = &self.past.account.definition;
        current.snapshot.as_ref().is_none_or(|snapshot| snapshot.account().definition != *then)
    }

    /// Carries the rollback out on paper, as of a revision and an instant.
    ///
    /// The order of creation comes back too, and decides between workflows of equal position. A workflow that is there
    /// keeps its place as long as nothing is missing before it; whatever was created after the first that is missing is
    /// taken out and put in again behind it.
    ///
    /// # Errors
    /// It had more workflows than an account may have today.
    pub(crate) fn draft(
        self,
        current: &Current,
        revision: u64,
        now: Timestamp,
        workflows_max: usize,
    ) -> Result<Draft, Failure> {
        let account_changed = self.writes_account(current);
        let before = current.snapshot.as_deref();
        let Past { mut account, workflows: then, .. } = self.past;
        if then.len() > workflows_max {
            let limit = u64::try_from(workflows_max).unwrap_or(u64::MAX);
            return Err(Failure::limit_exceeded("workflows_per_account", limit));
        }
        // Instants within an account never run backwards, whatever the machine's clock does.
        let written = then.iter().map(|stored| stored.update_time);
        let now = written.fold(now.max(account.update_time), Timestamp::max);
        let now = before.map_or(now, |before| now.max(before.latest_write()));
        if account_changed {
            (account.version, account.update_time) = (revision, now);
            account.create_time = before.map_or(account.create_time, |before| before.account().create_time);
        } else if let Some(before) = before {
            account.clone_from(before.account());
        }
        let present = before.map(|before| before.workflows().in_order_of_creation()).unwrap_or_default();
        let mut rest = present.iter();
        let is_there = |then: &&Arc<StoredWorkflow>| {
            rest.any(|stored| (stored.id(), stored.create_time) == (then.id(), then.create_time))
        };
        let kept = then.iter().take_while(is_there).count();
        let staying: HashSet<&str> = then.iter().take(kept).map(|stored| stored.id()).collect();
        let going = present.iter().filter(|stored| !staying.contains(stored.id()));
        let removed = going.map(|stored| stored.id().to_owned()).collect();
        let changed = then.iter().enumerate().filter_map(|(place, then)| {
            let create_time = then.create_time;
            match before.and_then(|before| before.workflow(then.id())) {
                Some(stored) if stored.is(&then.definition) => (place >= kept)
                    .then(|| Arc::new(StoredWorkflow { create_time, ..StoredWorkflow::clone(stored) })),
                _ => {
                    let definition = with_version(then.definition.clone(), revision);
                    Some(Arc::new(StoredWorkflow { definition, create_time, update_time: now }))
                }
            }
        });
        Ok(Draft { account, account_changed, changed: changed.collect(), removed, now })
    }
}
