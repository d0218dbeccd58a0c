//! Reads the stored accounts at start-up.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use tamis_engine::{Diagnostic, Severity, check};
use tamis_store::{AccountHead, Store, StoreError};
use tokio::task::{JoinError, JoinSet};

use crate::catalog::plan::stored_path;
use crate::catalog::snapshot::{Snapshot, StoredAccount, StoredWorkflow};
use crate::catalog::{Catalog, compiled, records};
use crate::identity::keys::KEYS_ACCOUNT;
use crate::identity::keys::records::KeysError;

/// Findings that an error quotes. The rest are counted: a whole account may be affected by one cause.
const FINDINGS_SHOWN_MAX: usize = 20;

/// What was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Accounts.
    pub accounts: usize,
    /// Workflows of all of them.
    pub workflows: usize,
}

/// Why the stored accounts cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Records of these accounts do not compile. Nothing is left out in silence: it would no longer decide.
    #[error("{}", Broken(.0))]
    Broken(Vec<BrokenAccount>),
    /// A fault of the service.
    #[error("a fault while the accounts were being loaded: {0}")]
    Fault(#[from] JoinError),
}

/// A stored account that does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenAccount {
    /// The account.
    pub account_id: String,
    /// What is wrong, with paths in the account's records.
    pub findings: Vec<Diagnostic>,
}

struct Broken<'a>(&'a [BrokenAccount]);

impl fmt::Display for Broken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stored accounts cannot be served: they were stored by a version that checked less")?;
        let findings = || {
            self.0
                .iter()
                .flat_map(|account| account.findings.iter().map(|finding| (&account.account_id, finding)))
        };
        for (account_id, finding) in findings().take(FINDINGS_SHOWN_MAX) {
            write!(f, "\n  account `{account_id}`: {finding}")?;
        }
        match findings().count().saturating_sub(FINDINGS_SHOWN_MAX) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more findings"),
        }
    }
}

/// Why one account cannot be served.
#[derive(Debug, thiserror::Error)]
pub(super) enum AccountError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its records do not compile.
    #[error("{}", Broken(std::slice::from_ref(.0)))]
    Broken(BrokenAccount),
    /// A fault of the service.
    #[error(transparent)]
    Fault(#[from] JoinError),
}

/// Reads one account and compiles it, away from the threads that answer; `None` if there is none.
pub(super) async fn account(store: &Store, account_id: &str) -> Result<Option<Arc<Snapshot>>, AccountError> {
    let Some(records) = store.load(account_id).await? else { return Ok(None) };
    let compiling = tokio::task::spawn_blocking(move || {
        let revision = records.revision;
        let (account, workflows) = records::read(records)?;
        check_stored(&account, &workflows)?;
        let index = compiled(&account, &workflows.iter().collect::<Vec<_>>())?;
        let written = workflows.iter().map(|stored| stored.update_time);
        let latest_write = written.fold(account.update_time, Timestamp::max);
        let workflows = workflows.into_iter().collect();
        Ok(Arc::new(Snapshot::new(revision, index, account, workflows, latest_write)))
    });
    let account_id = account_id.to_owned();
    compiling
        .await?
        .map(Some)
        .map_err(|findings| AccountError::Broken(BrokenAccount { account_id, findings }))
}

/// Goes on if records satisfy every rule. Examples have been run when they were saved, and are not run again.
fn check_stored(account: &StoredAccount, workflows: &[Arc<StoredWorkflow>]) -> Result<(), Vec<Diagnostic>> {
    let definition = &account.definition;
    let mut findings = check::account(definition, "account");
    for stored in workflows {
        findings.extend(check::workflow(definition, &stored.definition, &stored_path(stored.id())));
    }
    findings.retain(|finding| finding.severity == Severity::Error);
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

impl Catalog {
    /// Loads every stored account. Until then the catalog takes no writes.
    ///
    /// # Errors
    /// The store cannot be read, or an account cannot be compiled. All the accounts that cannot are named.
    pub async fn load(&self) -> Result<Loaded, LoadError> {
        self.refresh_keys().await?;
        let heads = self.store.accounts().await?.into_iter();
        let mut heads = heads.filter(|head| head.account_id != KEYS_ACCOUNT);
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        let mut loading = JoinSet::new();
        let mut loaded = Loaded::default();
        let mut broken = Vec::new();
        for head in heads.by_ref().take(at_once) {
            loading.spawn(load_head(self.store.clone(), head));
        }
        while let Some(found) = loading.join_next().await {
            match found? {
                (head, Ok(snapshot)) => {
                    loaded.accounts += usize::from(snapshot.is_some());
                    loaded.workflows += snapshot.as_ref().map_or(0, |snapshot| snapshot.workflows().len());
                    self.place(&head, snapshot).await;
                }
                (_, Err(AccountError::Broken(account))) => broken.push(account),
                (_, Err(AccountError::Store(error))) => return Err(error.into()),
                (_, Err(AccountError::Fault(error))) => return Err(error.into()),
            }
            if let Some(head) = heads.next() {
                loading.spawn(load_head(self.store.clone(), head));
            }
        }
        if !broken.is_empty() {
            broken.sort_by(|a, b| a.account_id.cmp(&b.account_id));
            return Err(LoadError::Broken(broken));
        }
        self.loaded.store(true, Ordering::Release);
        Ok(loaded)
    }

    async fn place(&self, head: &AccountHead, snapshot: Option<Arc<Snapshot>>) {
        let slot = self.accounts.pin().get_or_insert_with(head.account_id.clone(), Arc::default).clone();
        *slot.revision.lock().await = snapshot.as_ref().map_or(head.revision, |snapshot| snapshot.revision);
        self.publish(&head.account_id, &slot, snapshot);
    }
}

async fn load_head(
    store: Store,
    head: AccountHead,
) -> (AccountHead, Result<Option<Arc<Snapshot>>, AccountError>) {
    // A deleted account is remembered for its revisions, which go on if it is made anew.
    let snapshot = if head.alive { account(&store, &head.account_id).await } else { Ok(None) };
    (head, snapshot)
}
