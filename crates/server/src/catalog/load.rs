//! Reads the stored accounts at start-up.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use tamis_engine::{Diagnostic, Severity, check};
use tamis_store::{AccountHead, AccountRecords, Changed, Store, StoreError};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::catalog::plan::stored_path;
use crate::catalog::snapshot::{Snapshot, StoredAccount, StoredWorkflow};
use crate::catalog::{Catalog, compiled, records};
use crate::identity::keys::KEYS_ACCOUNT;
use crate::identity::keys::records::KeysError;

/// Findings that an error quotes. The rest are counted: a whole account may be affected by one cause.
const FINDINGS_SHOWN_MAX: usize = 20;

/// How often it is told how far loading has come.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// What was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Accounts.
    pub accounts: usize,
    /// Workflows of all of them.
    pub workflows: usize,
}

impl Loaded {
    /// Counts an account; nothing if it was deleted.
    pub(super) fn add(&mut self, snapshot: Option<&Snapshot>) {
        self.accounts += usize::from(snapshot.is_some());
        self.workflows += snapshot.map_or(0, |snapshot| snapshot.workflows().len());
    }
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
pub(crate) enum AccountError {
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
    match store.load(account_id).await? {
        Some(records) => compile(account_id.to_owned(), records).await.map(Some),
        None => Ok(None),
    }
}

/// Compiles an account, away from the threads that answer.
pub(super) async fn compile(
    account_id: String,
    records: AccountRecords,
) -> Result<Arc<Snapshot>, AccountError> {
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
    compiling.await?.map_err(|findings| AccountError::Broken(BrokenAccount { account_id, findings }))
}

/// Goes on if records satisfy every rule. Examples have been run when they were saved, and are not run again.
pub(super) fn check_stored(
    account: &StoredAccount,
    workflows: &[Arc<StoredWorkflow>],
) -> Result<(), Vec<Diagnostic>> {
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
        let begun = Instant::now();
        let Changed { sequence, accounts: heads } = self.store.changed_since(0).await?;
        // Only now, so that whatever is written to them from here on is read when the store is asked what has changed.
        self.refresh_keys().await?;
        let mut progress = Progress::new(heads.len());
        let mut heads = heads.into_iter().filter(|head| head.account_id != KEYS_ACCOUNT);
        let mut loading = JoinSet::new();
        let mut loaded = Loaded::default();
        let mut broken = Vec::new();
        for head in heads.by_ref().take(at_once()) {
            loading.spawn(load_head(self.store.clone(), head));
        }
        while let Some(found) = loading.join_next().await {
            match found? {
                (head, Ok(snapshot)) => {
                    loaded.add(snapshot.as_deref());
                    self.place(&head, snapshot).await;
                }
                (_, Err(AccountError::Broken(account))) => broken.push(account),
                (_, Err(AccountError::Store(error))) => return Err(error.into()),
                (_, Err(AccountError::Fault(error))) => return Err(error.into()),
            }
            if let Some(head) = heads.next() {
                loading.spawn(load_head(self.store.clone(), head));
            }
            progress.tell(&loaded);
        }
        if !broken.is_empty() {
            broken.sort_by(|a, b| a.account_id.cmp(&b.account_id));
            return Err(LoadError::Broken(broken));
        }
        self.sequence.store(sequence, Ordering::Release);
        self.freshness.read_at(begun);
        self.loaded.store(true, Ordering::Release);
        Ok(loaded)
    }

    pub(super) async fn place(&self, head: &AccountHead, snapshot: Option<Arc<Snapshot>>) {
        let (slot, mut revision) = self.lock_or_make(&head.account_id).await;
        *revision = snapshot.as_ref().map_or(head.revision, |snapshot| snapshot.revision);
        self.publish(&head.account_id, &slot, snapshot);
    }
}

/// How many accounts are loaded at once: while some are waited for, all processors compile others.
pub(super) fn at_once() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

/// Tells from time to time how far loading has come.
struct Progress {
    all: usize,
    done: usize,
    begun: Instant,
    told: Instant,
}

impl Progress {
    fn new(all: usize) -> Self {
        let begun = Instant::now();
        Self { all, done: 0, begun, told: begun }
    }

    fn tell(&mut self, loaded: &Loaded) {
        self.done += 1;
        if self.told.elapsed() < PROGRESS_INTERVAL {
            return;
        }
        self.told = Instant::now();
        let seconds = self.begun.elapsed().as_secs();
        let (accounts, of, workflows) = (self.done, self.all, loaded.workflows);
        tracing::info!(accounts, of, workflows, seconds, "loading");
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
