//! An account as it is at one revision.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use tamis_engine::{Account, Index, Workflow};

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

/// A workflow found by its id, without a second copy of the id.
struct ById(Arc<StoredWorkflow>, usize);

impl Borrow<str> for ById {
    fn borrow(&self) -> &str {
        self.0.id()
    }
}

impl Hash for ById {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id().hash(state);
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.0.id() == other.0.id()
    }
}

impl Eq for ById {}

/// An account at one revision: what was stored, and the index that was compiled from it. Immutable; a write makes a
/// new one, which shares every definition that it leaves alone.
pub struct Snapshot {
    /// The account's revision.
    pub revision: u64,
    /// Decides changes.
    pub index: Index,
    account: StoredAccount,
    /// In order of creation.
    workflows: Vec<Arc<StoredWorkflow>>,
    by_id: HashSet<ById>,
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
    /// Puts a snapshot together; `workflows` are in order of creation, and `index` was compiled from them.
    pub(crate) fn new(
        revision: u64,
        index: Index,
        account: StoredAccount,
        workflows: Vec<Arc<StoredWorkflow>>,
    ) -> Self {
        let by_id =
            workflows.iter().enumerate().map(|(created, stored)| ById(stored.clone(), created)).collect();
        Self { revision, index, account, workflows, by_id }
    }

    /// The account's own record.
    pub(crate) fn account(&self) -> &StoredAccount {
        &self.account
    }

    /// The workflows in order of creation.
    pub(crate) fn workflows(&self) -> &[Arc<StoredWorkflow>] {
        &self.workflows
    }

    /// The workflow with this id.
    pub(crate) fn workflow(&self, id: &str) -> Option<&Arc<StoredWorkflow>> {
        self.by_id.get(id).map(|found| &found.0)
    }

    /// The rank of a workflow in order of creation.
    pub(crate) fn created(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).map(|found| found.1)
    }

    /// The workflows in their order, disabled ones included.
    pub(crate) fn in_order(&self) -> impl ExactSizeIterator<Item = &Arc<StoredWorkflow>> {
        let mut order: Vec<&Arc<StoredWorkflow>> = self.workflows.iter().collect();
        // The sort is stable, so ties stay in order of creation.
        order.sort_by_key(|stored| stored.position());
        order.into_iter()
    }

    /// The highest position of any workflow.
    pub(crate) fn last_position(&self) -> Option<u32> {
        self.workflows.iter().map(|stored| stored.position()).max()
    }

    /// The latest instant at which anything in it was written.
    pub(crate) fn latest_write(&self) -> Timestamp {
        self.workflows.iter().map(|stored| stored.update_time).fold(self.account.update_time, Timestamp::max)
    }
}
