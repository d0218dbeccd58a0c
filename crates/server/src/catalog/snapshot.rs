//! An account as it is at one revision.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use tamis_engine::{Account, Index, Workflow};

use crate::catalog::workflows::Workflows;

/// An account's own record as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredAccount {
    /// Settings and directory.
    pub(crate) definition: Arc<Account>,
    /// The account's revision that last changed this record.
    pub(crate) version: u64,
    /// When the account was created.
    pub(crate) create_time: Timestamp,
    /// When this record was last written.
    pub(crate) update_time: Timestamp,
}

/// A workflow as it is stored. Its version is the definition's.
#[derive(Clone, Debug)]
pub(crate) struct StoredWorkflow {
    /// The workflow.
    pub(crate) definition: Arc<Workflow>,
    /// When it was created.
    pub(crate) create_time: Timestamp,
    /// When it was last written.
    pub(crate) update_time: Timestamp,
}

impl StoredAccount {
    /// Changes with every write to this record, and only then.
    pub(crate) fn etag(&self) -> String {
        self.version.to_string()
    }
}

impl StoredWorkflow {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.definition.id
    }

    /// Changes with every write to this workflow, and only then.
    pub(crate) fn etag(&self) -> String {
        self.definition.version.to_string()
    }

    /// Whether a definition is the same as this one, versions apart.
    pub(crate) fn is(&self, workflow: &Workflow) -> bool {
        // Destructured, so that a field that is added later is not forgotten here.
        let Workflow {
            id,
            display_name,
            description,
            enabled,
            mode,
            position,
            stop,
            all,
            any,
            actions,
            examples,
            version: _,
        } = workflow;
        let stored = &*self.definition;
        (id, display_name, description) == (&stored.id, &stored.display_name, &stored.description)
            && (enabled, mode, position, stop)
                == (&stored.enabled, &stored.mode, &stored.position, &stored.stop)
            && (all, any, actions, examples) == (&stored.all, &stored.any, &stored.actions, &stored.examples)
    }

    /// Its position. The service gives one to every workflow that it stores; a record without one would come last, as
    /// it does in the index.
    pub(crate) fn position(&self) -> u32 {
        self.definition.position.unwrap_or(u32::MAX)
    }
}

/// An account at one revision: what was stored, and the index that was compiled from it. Immutable; a write makes a
/// new one, which shares every definition that it leaves alone.
pub struct Snapshot {
    /// The account's revision.
    pub revision: u64,
    /// Decides changes.
    pub index: Index,
    account: StoredAccount,
    workflows: Workflows,
    latest_write: Timestamp,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An account may have a million workflows; nobody wants to read them in a log.
        f.debug_struct("Snapshot")
            .field("account_id", &self.account.definition.id)
            .field("revision", &self.revision)
            .field("workflows", &self.workflows.len())
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Puts a snapshot together; `index` was compiled from these workflows. Nothing in it was written later than
    /// `latest_write`.
    pub(crate) fn new(
        revision: u64,
        index: Index,
        account: StoredAccount,
        workflows: Workflows,
        latest_write: Timestamp,
    ) -> Self {
        Self { revision, index, account, workflows, latest_write }
    }

    /// The same account at the same revision, by another index that was compiled from the same workflows.
    pub(crate) fn with_index(&self, index: Index) -> Self {
        let Self { revision, account, workflows, latest_write, index: _ } = self;
        Self::new(*revision, index, account.clone(), workflows.clone(), *latest_write)
    }

    /// The account's own record.
    pub(crate) fn account(&self) -> &StoredAccount {
        &self.account
    }

    /// The workflows.
    pub(crate) fn workflows(&self) -> &Workflows {
        &self.workflows
    }

    /// The workflow with this id.
    pub(crate) fn workflow(&self, id: &str) -> Option<&Arc<StoredWorkflow>> {
        self.workflows.get(id)
    }

    /// The workflows in their order, disabled ones included.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &Arc<StoredWorkflow>> {
        self.workflows.from(0)
    }

    /// The highest position of any workflow.
    pub(crate) fn last_position(&self) -> Option<u32> {
        self.workflows.last_position()
    }

    /// The latest instant at which anything in it was written, or in one that it was made of.
    pub(crate) fn latest_write(&self) -> Timestamp {
        self.latest_write
    }
}
