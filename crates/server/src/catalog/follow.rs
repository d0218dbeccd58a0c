//! Follows what others write to the store.
//!
//! The store tells which accounts have changed since it was last asked ([`Store::changed_since`]), and each of those is
//! brought to the revision that it says, or beyond. It is asked when it nudges, and besides in any case every
//! [`POLL_INTERVAL`], as nudges may get lost. A failure leaves everything as it is: what was last read goes on deciding, and
//! the next reading begins where the last good one ended.
//!
//! [`Store::changed_since`]: tamis_store::Store::changed_since

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use tamis_engine::Diagnostic;
use tamis_store::{AccountHead, RecordedChange, Revision, StoreError};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::catalog::load::{self, AccountError, BrokenAccount};
use crate::catalog::plan::{Current, Draft};
use crate::catalog::snapshot::Snapshot;
use crate::catalog::{Catalog, drafted, records};
use crate::clock;
use crate::identity::keys::{KEYS_ACCOUNT, KeySet};

/// How often the store is asked at least: a nudge that is lost costs this much.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Revisions that are made again one by one. An account that is further behind is loaded as a whole.
const REVISIONS_MAX: u64 = 64;

impl Catalog {
    /// Follows the store for as long as this is awaited; for ever, and without doing anything, if nobody else writes it.
    pub(crate) async fn follow(self: &Arc<Self>) {
        let Some(mut nudges) = self.store.nudges() else { return std::future::pending().await };
        loop {
            self.read_on().await;
            // Replicas that were started together do not go on asking together.
            let pause = clock::jittered(POLL_INTERVAL);
            tokio::select! {
                _ = nudges.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Reads what has changed since the last time.
    async fn read_on(self: &Arc<Self>) {
        let was_reachable = self.freshness.is_reachable();
        match self.try_to_read_on().await {
            Ok(()) if was_reachable => {}
            Ok(()) => {
                tracing::info!("the store can be read again, and all that it holds is served");
                self.probe().await;
            }
            Err(error) => {
                let reason = error.to_string();
                if self.freshness.failed(reason.clone()) {
                    tracing::warn!(reason, "the store cannot be read; what was read before goes on deciding");
                }
                self.note_store(false);
            }
        }
    }

    async fn try_to_read_on(self: &Arc<Self>) -> Result<(), StoreError> {
        let begun = Instant::now();
        let known = self.sequence.load(Ordering::Acquire);
        let mut changed = self.store.changed_since(known).await?;
        let went_back = changed.sequence < known;
        if went_back {
            tracing::error!("the store is behind what was read of it before; all accounts are read anew");
            changed = self.store.changed_since(0).await?;
            self.forget_all_but(&changed.accounts).await;
        }
        let mut reading = JoinSet::new();
        let mut heads = changed.accounts.into_iter();
        for head in heads.by_ref().take(load::at_once()) {
            reading.spawn(self.clone().refreshed(head, went_back));
        }
        while let Some(read) = reading.join_next().await {
            match read {
                Ok(Ok(())) => {}
                Ok(Err(AccountError::Store(error))) => return Err(error),
                Ok(Err(AccountError::Broken(account))) => {
                    self.freshness.compiles(&account.account_id, false);
                    let error = AccountError::Broken(account);
                    tracing::error!(%error, "an account is served as it was before its latest revision");
                }
                Ok(Err(AccountError::Fault(error))) | Err(error) => {
                    return Err(StoreError::Unavailable(format!(
                        "a fault while an account was read: {error}"
                    )));
                }
            }
            if let Some(head) = heads.next() {
                reading.spawn(self.clone().refreshed(head, went_back));
            }
        }
        self.sequence.store(changed.sequence, Ordering::Release);
        self.freshness.read_at(begun);
        Ok(())
    }

    /// Takes all accounts away that the store has never heard of, and the keys if it has none.
    async fn forget_all_but(&self, heads: &[AccountHead]) {
        let known: HashSet<&str> = heads.iter().map(|head| head.account_id.as_str()).collect();
        let ids: Vec<String> =
            self.accounts.pin().keys().filter(|id| !known.contains(id.as_str())).cloned().collect();
        for account_id in ids {
            let (slot, mut revision) = self.lock_or_make(&account_id).await;
            *revision = 0;
            self.publish(&account_id, &slot, None);
        }
        if !known.contains(KEYS_ACCOUNT) {
            self.publish_keys(KeySet::default(), true);
        }
    }

    /// Brings an account to the revision that the store had when it was asked, or beyond.
    ///
    /// # Errors
    /// The account is as it was.
    async fn refreshed(self: Arc<Self>, head: AccountHead, went_back: bool) -> Result<(), AccountError> {
        if head.account_id == KEYS_ACCOUNT {
            return self.follow_keys(head.revision, went_back).await;
        }
        let (slot, mut revision) = self.lock_or_make(&head.account_id).await;
        if *revision == head.revision || (*revision > head.revision && !went_back) {
            return Ok(());
        }
        let before = slot.snapshot.load_full().filter(|before| before.revision == *revision);
        let caught_up = match before {
            Some(before) if head.alive => self.caught_up(&before, &head).await?,
            _ => None,
        };
        let snapshot = match caught_up {
            Some(snapshot) => Some(snapshot),
            None if head.alive => load::account(&self.store, &head.account_id).await?,
            None => None,
        };
        *revision = snapshot.as_ref().map_or(head.revision, |snapshot| snapshot.revision);
        self.publish(&head.account_id, &slot, snapshot);
        self.freshness.compiles(&head.account_id, true);
        let account_id = head.account_id;
        tracing::debug!(account_id, revision = *revision, "followed");
        Ok(())
    }

    /// An account with what was written to its workflows since a snapshot of it, which costs no more than it cost whoever
    /// wrote it; `None` if it must be loaded as a whole.
    async fn caught_up(
        &self,
        before: &Arc<Snapshot>,
        head: &AccountHead,
    ) -> Result<Option<Arc<Snapshot>>, AccountError> {
        let behind = head.revision.saturating_sub(before.revision);
        if behind == 0 || behind > REVISIONS_MAX {
            return Ok(None);
        }
        let count = u32::try_from(behind).unwrap_or(u32::MAX);
        let mut revisions =
            self.store.revisions(&head.account_id, Some(head.revision.saturating_add(1)), count).await?;
        revisions.reverse();
        let follows = revisions.iter().map(|told| told.revision).eq(before.revision + 1..=head.revision);
        if !follows || !revisions.iter().all(is_simple) {
            return Ok(None);
        }
        let mut snapshot = before.clone();
        let compiling = tokio::task::spawn_blocking(move || {
            for told in revisions {
                snapshot = Arc::new(with_changes(&snapshot, told.revision, told.at, told.changes)?);
            }
            Ok(snapshot)
        });
        let account_id = head.account_id.clone();
        compiling
            .await?
            .map(Some)
            .map_err(|findings| AccountError::Broken(BrokenAccount { account_id, findings }))
    }

    /// Brings one account to where the store is now, if others may have written it.
    ///
    /// # Errors
    /// The account is as it was.
    pub(super) async fn catch_up(self: &Arc<Self>, account_id: &str) -> Result<(), AccountError> {
        if !self.store.is_shared() {
            return Ok(());
        }
        match self.store.head(account_id).await? {
            Some(head) => self.clone().refreshed(head, false).await,
            None => Ok(()),
        }
    }

    /// Has the store asked for an account, in the runtime where the store's connections are; at the latest until a
    /// deadline. Few ask at once: whoever asks for revisions that will never come must not keep others from the store.
    pub(super) async fn ask(self: &Arc<Self>, account_id: &str, deadline: Instant) {
        let Some(background) = self.background.as_ref().filter(|_| self.store.is_shared()) else { return };
        let (catalog, account_id) = (self.clone(), account_id.to_owned());
        let asking = background.spawn(async move {
            let Ok(_permit) = catalog.asking.acquire().await else { return };
            if let Err(error) = catalog.catch_up(&account_id).await {
                tracing::debug!(%error, account_id, "an account that is waited for cannot be read");
            }
        });
        let aborts = asking.abort_handle();
        if timeout_at(deadline, asking).await.is_err() {
            aborts.abort();
        }
    }
}

/// A snapshot with the changes of the next revision.
///
/// # Errors
/// The findings that keep it from being compiled.
fn with_changes(
    before: &Arc<Snapshot>,
    revision: u64,
    at: Timestamp,
    changes: Vec<RecordedChange>,
) -> Result<Snapshot, Vec<Diagnostic>> {
    let (mut changed, mut removed) = (Vec::new(), Vec::new());
    for change in changes {
        let RecordedChange::Workflow { workflow_id, data } = change else { continue };
        match data {
            Some(data) => changed.push(records::read_workflow(&workflow_id, &data)?),
            None => removed.push(workflow_id),
        }
    }
    let account = before.account().clone();
    load::check_stored(&account, &changed)?;
    let written = changed.iter().map(|stored| stored.update_time);
    let now = written.fold(at.max(before.latest_write()), Timestamp::max);
    let draft = Draft { account, account_changed: false, changed, removed, now };
    let current = Current { snapshot: Some(before.clone()), revision: before.revision };
    drafted(draft, &current, revision)
}

/// Whether a revision can be made again by taking workflows out and then putting others in: it has changes of workflows
/// only, and of each no more than one.
fn is_simple(told: &Revision) -> bool {
    let mut ids = HashSet::new();
    told.changes.iter().all(|change| match change {
        RecordedChange::Workflow { workflow_id, .. } => ids.insert(workflow_id),
        RecordedChange::Settings(_) => false,
    })
}
