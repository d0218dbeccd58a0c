//! The accounts that are being served: each with one immutable snapshot, which a write replaces.
//!
//! A decision pins a snapshot ([`Catalog::pin`]) and works on it for as long as it likes. A write holds its account's
//! lock, compiles, commits to the store, and only then publishes ([`Catalog::write`]), so that what was acknowledged
//! is on disk and decides the next change.
//!
//! When *not* to go through the catalog: there is no other way. The store is behind it, and nobody else knows it.

pub(crate) mod analysis;
pub(crate) mod at_once;
pub(crate) mod audit;
mod background;
mod file;
mod follow;
pub(crate) mod freshness;
mod keys;
mod load;
pub(crate) mod order;
pub(crate) mod plan;
pub(crate) mod quota;
pub(crate) mod records;
mod replicas;
pub(crate) mod rollback;
pub(crate) mod snapshot;
mod totals;
pub(crate) mod workflows;

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use arc_swap::ArcSwapOption;
use foldhash::fast::RandomState;
use jiff::Timestamp;
use papaya::HashMap;
use tamis_engine::compile::Edit;
use tamis_engine::{Diagnostic, Index, compile};
use tamis_store::{Change, Commit, CommitError, Store};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, Semaphore, watch};
use tokio::time::{Instant, timeout_at};

use crate::catalog::analysis::Told;
use crate::catalog::at_once::One;
use crate::catalog::background::{Freeing, Merging};
use crate::catalog::freshness::Freshness;
use crate::catalog::load::AccountError;
use crate::catalog::plan::{Current, Draft, Plan, by_id};
use crate::catalog::quota::{Allowance, Meter};
use crate::catalog::snapshot::{StoredAccount, StoredWorkflow};
use crate::catalog::totals::Timings;
use crate::identity::keys::Keys;
use crate::identity::{Access, Accounts};
use crate::limits;
use crate::status::Failure;

pub use crate::catalog::load::{LoadError, Loaded};
pub use crate::catalog::quota::Quotas;
pub use crate::catalog::snapshot::Snapshot;
pub(crate) use crate::catalog::totals::Totals;

/// Writes under way at once. Each takes a thread to compile on; more than this would only wait for processors, and
/// hold memory meanwhile.
const WRITES_MAX: u32 = 32;
/// Accounts that are asked for at once because somebody waits for a revision.
const ASKING_MAX: usize = 4;

/// The accounts that are being served.
#[derive(Debug)]
pub struct Catalog {
    /// Looked into for every decision, and written when an account is made. Reading it writes to no memory that threads
    /// share, so that threads that decide do not slow each other down.
    accounts: HashMap<String, Arc<Slot>, RandomState>,
    /// Ids of the accounts that there are, in order, for listing.
    ids: RwLock<BTreeSet<String>>,
    store: Store,
    /// The keys that callers present.
    keys: Keys,
    loaded: AtomicBool,
    /// Up to where the store's commits have been read.
    sequence: AtomicU64,
    freshness: Freshness,
    /// How often something was published, and how often when all of it was last written into a file.
    published: AtomicU64,
    written: AtomicU64,
    /// Held while all of it is being written into a file.
    writing_file: std::sync::Mutex<()>,
    /// Where the store is asked for what a decision waits for; the threads that decide have no connections.
    background: Option<Handle>,
    /// One permit per account that is being asked for.
    asking: Semaphore,
    /// One permit per write under way.
    writes: Arc<Semaphore>,
    /// One permit per message of a simulation that is being judged.
    pub(crate) simulations: Semaphore,
    writable: watch::Sender<bool>,
    quotas: Quotas,
    /// What meters count from.
    since: std::time::Instant,
    merging: Merging,
    freeing: Freeing,
    timings: Arc<Timings>,
}

/// The place of one account. It outlives the account, because the count of revisions does.
#[derive(Debug, Default)]
struct Slot {
    snapshot: ArcSwapOption<Snapshot>,
    /// The account's revision, under the lock that every write holds.
    revision: Arc<Mutex<u64>>,
    /// Tells those who wait for a revision.
    published: Notify,
    /// Whether its index is being merged, or will be.
    merging: AtomicBool,
    /// Whether the place was given up, as its account was not made after all. Written under the lock that every write
    /// holds.
    is_given_up: AtomicBool,
    meter: Meter,
}

impl Slot {
    /// The account's revision, locked; `None` if the place was given up in between: whoever did so did it for an account that
    /// is not there, and this is about another place now.
    async fn lock(&self) -> Option<OwnedMutexGuard<u64>> {
        let revision = self.revision.clone().lock_owned().await;
        (!self.is_given_up.load(Ordering::Acquire)).then_some(revision)
    }

    fn has_reached(&self, revision: u64) -> bool {
        self.snapshot.load().as_ref().is_some_and(|snapshot| snapshot.revision >= revision)
    }
}

/// Who writes, and what.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    /// The account.
    pub(crate) account_id: String,
    /// What whoever writes may do: an account that it may not know of is not there.
    pub(crate) access: Access,
    /// Who writes, for the revisions.
    pub(crate) actor: String,
    /// The rpc, for the revisions, such as `CreateWorkflow`.
    pub(crate) operation: &'static str,
    /// Whether the write may make the account.
    pub(crate) creates: bool,
    /// The workflow that it is about, if it is about one alone.
    pub(crate) one: Option<One>,
}

/// What a write left behind.
#[derive(Debug)]
pub(crate) struct Written<T> {
    /// The account's revision; the one before if nothing had to change.
    pub(crate) revision: u64,
    /// The account; `None` if the write removed it.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    /// What the plan had to say.
    pub(crate) note: T,
    /// What an analysis found of the workflows that the plan wants to be told about.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Catalog {
    /// A catalog without accounts, which [`Catalog::load`] fills. What decisions wait for is asked of the store in the
    /// runtime that this is called in.
    pub fn new(store: Store) -> Self {
        Self::with_quotas(store, Quotas::default())
    }

    /// The same with quotas of an account.
    pub(crate) fn with_quotas(store: Store, quotas: Quotas) -> Self {
        let freeing = Freeing::start();
        Self {
            accounts: HashMap::default(),
            ids: RwLock::default(),
            freshness: Freshness::new(store.is_shared()),
            store,
            keys: Keys::default(),
            loaded: AtomicBool::new(false),
            sequence: AtomicU64::new(0),
            published: AtomicU64::new(0),
            written: AtomicU64::new(0),
            writing_file: std::sync::Mutex::default(),
            background: Handle::try_current().ok(),
            asking: Semaphore::new(ASKING_MAX),
            writes: Arc::new(Semaphore::new(WRITES_MAX as usize)),
            simulations: Semaphore::new(limits::SIMULATIONS_MAX),
            writable: watch::Sender::new(true),
            quotas,
            since: std::time::Instant::now(),
            merging: Merging::start(freeing.clone()),
            freeing,
            timings: Arc::default(),
        }
    }

    /// The account as it is now; `None` if there is none. Takes no lock that a write holds, reads no store, and keeps
    /// nothing locked: the snapshot stays as it is for as long as it is held.
    pub fn pin(&self, account_id: &str) -> Option<Arc<Snapshot>> {
        self.accounts.pin().get(account_id)?.snapshot.load_full()
    }

    /// Looks at the account as it is now; `None` if there is none. Like [`Catalog::pin`], but for what is done at once:
    /// nobody counts that the snapshot is in use, which threads would have to share. With it comes what the account may
    /// still be asked.
    pub(crate) fn look<T>(
        &self,
        account_id: &str,
        look: impl FnOnce(&Snapshot, Allowance<'_>) -> T,
    ) -> Option<T> {
        let accounts = self.accounts.pin();
        let slot = accounts.get(account_id)?;
        let allowance = Allowance { quotas: &self.quotas, meter: &slot.meter, since: self.since };
        slot.snapshot.load().as_deref().map(|snapshot| look(snapshot, allowance))
    }

    /// The account at a revision or a later one, as soon as it is there; `None` if it is not by the deadline, or if
    /// nobody has ever heard of the account. The store is asked whether it is further than the catalog.
    pub async fn wait_for(
        self: &Arc<Self>,
        account_id: &str,
        min_revision: u64,
        deadline: Instant,
    ) -> Option<Arc<Snapshot>> {
        let known = self.accounts.pin().get(account_id).cloned();
        if !known.is_some_and(|slot| slot.has_reached(min_revision)) {
            self.ask(account_id, deadline).await;
        }
        let slot = self.accounts.pin().get(account_id)?.clone();
        loop {
            let published = slot.published.notified();
            tokio::pin!(published);
            // Listening begins before looking, so that nothing is published unnoticed in between.
            published.as_mut().enable();
            if let Some(snapshot) =
                slot.snapshot.load_full().filter(|snapshot| snapshot.revision >= min_revision)
            {
                return Some(snapshot);
            }
            timeout_at(deadline, published).await.ok()?;
        }
    }

    /// Whether every stored account is here.
    pub fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    /// How many workflows an account may have.
    pub(crate) fn workflows_max(&self) -> usize {
        self.quotas.workflows_max
    }

    /// How far behind the store it may be.
    pub(crate) fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// How often something has been published, if that is more often than when a file was last written.
    pub(crate) fn unwritten_changes(&self) -> Option<u64> {
        let published = self.published.load(Ordering::Acquire);
        (published != self.written.load(Ordering::Acquire)).then_some(published)
    }

    /// Remembers that a file was written with all that had been published until then.
    pub(crate) fn note_written(&self, published: u64) {
        self.written.store(published, Ordering::Release);
    }

    /// Whether the store takes writes, as far as is known.
    pub(crate) fn writable(&self) -> watch::Receiver<bool> {
        self.writable.subscribe()
    }

    /// Up to `count` of these accounts that there are, in the order of their ids, those after an id.
    pub(crate) fn page(&self, among: &Accounts, after: Option<&str>, count: usize) -> Vec<Arc<Snapshot>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let take = |ids: &BTreeSet<String>| {
            ids.range::<str, _>((from, Bound::Unbounded)).filter_map(|id| self.pin(id)).take(count).collect()
        };
        match among {
            Accounts::All => take(&self.ids.read().unwrap_or_else(PoisonError::into_inner)),
            // Whoever is bound to a few does not go through all that there are.
            Accounts::Named(ids) => take(ids),
        }
    }

    /// Writes: asks `plan` what is to become of the account, compiles that, stores it, and publishes it.
    ///
    /// The account is locked from before `plan` is asked until the write is published. If the caller goes away, a
    /// write that has begun is still finished, so that the store and the catalog stay the same.
    ///
    /// # Errors
    /// What `plan` refuses; findings, if what it wants does not compile; a store that does not take it. Nothing was
    /// stored then.
    pub(crate) async fn write<T, P>(self: &Arc<Self>, write: Write, plan: P) -> Result<Written<T>, Failure>
    where
        T: Send + 'static,
        P: FnOnce(&Current) -> Result<(Plan, T), Failure> + Send + 'static,
    {
        if !self.is_loaded() {
            return Err(Failure::loading());
        }
        // What others have written is read first: whoever writes through one service and then through another would be
        // refused, and for no fault of theirs.
        match self.catch_up(&write.account_id).await {
            Ok(()) => {}
            Err(AccountError::Store(error)) => return Err(self.not_written(&write.account_id, &error)),
            Err(error) => return Err(Failure::internal(error)),
        }
        let (slot, revision) = self.lock(&write).await?;
        // Only once the account is locked, so that many writes to one account do not keep the others from writing.
        let permit = self.writes.clone().acquire_owned().await;
        let permit = permit.map_err(|_| Failure::store_unavailable("the service is stopping"))?;
        let catalog = self.clone();
        let task = tokio::spawn(async move {
            let written = catalog.write_locked(&write, &slot, revision, plan).await;
            catalog.give_up_if_unused(&write.account_id, &slot);
            drop(permit);
            written
        });
        task.await.map_err(Failure::internal)?
    }

    /// What an account would be if a plan were carried out, what the plan has to say, and what an analysis finds: checked and
    /// compiled as for a write, and neither stored nor published. Takes as long as compiling does.
    ///
    /// # Errors
    /// Those of a write, but for those of the store.
    pub(crate) fn try_out<T, P>(
        &self,
        account_id: &str,
        snapshot: Arc<Snapshot>,
        plan: P,
    ) -> Result<(Arc<Snapshot>, T, Vec<Diagnostic>), Failure>
    where
        P: FnOnce(&Current) -> Result<(Plan, T), Failure>,
    {
        let current = Current { revision: snapshot.revision, snapshot: Some(snapshot.clone()) };
        let (prepared, note, found) = prepare(account_id, current, Timestamp::now(), &self.quotas, plan)?;
        match prepared.and_then(|Prepared { snapshot, told, .. }| Some((snapshot?, told))) {
            Some((tried, told)) => {
                let found = [found, analysis::warnings(&tried.index, &told)].concat();
                Ok((tried, note, found))
            }
            None => Ok((snapshot, note, found)),
        }
    }

    /// The place of the account that is to be written, locked.
    async fn lock(&self, write: &Write) -> Result<(Arc<Slot>, OwnedMutexGuard<u64>), Failure> {
        if write.creates {
            return Ok(self.lock_or_make(&write.account_id).await);
        }
        loop {
            let visible = write.access.visible(&write.account_id);
            let found = self.accounts.pin().get(visible).cloned();
            let slot = found.ok_or_else(|| Failure::account_not_found(&*write.account_id))?;
            if let Some(revision) = slot.lock().await {
                return Ok((slot, revision));
            }
        }
    }

    /// The place of an account, locked; it is made if there is none.
    async fn lock_or_make(&self, account_id: &str) -> (Arc<Slot>, OwnedMutexGuard<u64>) {
        loop {
            let slot = self.accounts.pin().get_or_insert_with(account_id.to_owned(), Arc::default).clone();
            if let Some(revision) = slot.lock().await {
                return (slot, revision);
            }
        }
    }

    async fn write_locked<T, P>(
        &self,
        write: &Write,
        slot: &Arc<Slot>,
        mut revision: OwnedMutexGuard<u64>,
        plan: P,
    ) -> Result<Written<T>, Failure>
    where
        T: Send + 'static,
        P: FnOnce(&Current) -> Result<(Plan, T), Failure> + Send + 'static,
    {
        let now = Timestamp::now();
        let current = Current { snapshot: slot.snapshot.load_full(), revision: *revision };
        let (account_id, quotas) = (write.account_id.clone(), self.quotas);
        let is_small = write.one.as_ref().is_some_and(|one| at_once::is_small(one, &current));
        let timings = self.timings.clone();
        let prepare = move || {
            let begun = Instant::now();
            let prepared = prepare(&account_id, current, now, &quotas, plan);
            timings.compiles.observe(begun.elapsed());
            prepared
        };
        let (prepared, note, warnings) = match is_small {
            true => prepare()?,
            // Checking and compiling may take long, and the threads that answer must not wait for it.
            false => tokio::task::spawn_blocking(prepare).await.map_err(Failure::internal)??,
        };
        let Some(Prepared { changes, snapshot, told }) = prepared else {
            return Ok(Written { revision: *revision, snapshot: slot.snapshot.load_full(), note, warnings });
        };
        // Nobody but whoever writes waits for what an analysis finds: neither the store, nor decisions, nor the next write.
        let analyzed = snapshot.clone().filter(|_| !told.is_empty());
        let is_quick =
            is_small && analyzed.as_ref().is_some_and(|snapshot| analysis::is_quick(&snapshot.index));
        let mut analyze = analyzed.map(|snapshot| move || analysis::warnings(&snapshot.index, &told));
        let at_once = analyze.take_if(|_| is_quick);
        let elsewhere = analyze.map(tokio::task::spawn_blocking);
        let committing = self.store.commit(Commit {
            account_id: write.account_id.clone(),
            expected_revision: *revision,
            actor: write.actor.clone(),
            operation: write.operation.to_owned(),
            at: now,
            changes,
        });
        let begun = Instant::now();
        // What takes less than to wake another thread is done here, once the store is at work.
        let (committed, analyzed) =
            tokio::join!(biased; committing, async { at_once.map(|analyze| analyze()) });
        self.timings.commits.observe(begun.elapsed());
        match committed {
            Ok(new) => {
                self.note_store(true);
                *revision = new;
                self.publish(&write.account_id, slot, snapshot.clone());
                let Write { account_id, actor, operation, .. } = write;
                tracing::info!(account_id, actor, operation, revision = new, "wrote");
                drop(revision);
                let warnings = match elsewhere {
                    Some(analyzing) => analyzing.await.map_err(Failure::internal)?,
                    None => analyzed.unwrap_or_default(),
                };
                Ok(Written { revision: new, snapshot, note, warnings })
            }
            Err(CommitError::RevisionMismatch { revision: found }) => {
                Err(self.read_anew(&write.account_id, slot, revision, found).await)
            }
            Err(error) => Err(self.not_committed(&write.account_id, &error)),
        }
    }

    /// Remembers and tells what has become of a commit that was not acknowledged.
    fn not_committed(&self, account_id: &str, error: &CommitError) -> Failure {
        match error {
            CommitError::RevisionMismatch { .. } | CommitError::Invalid(_) => Failure::internal(error),
            CommitError::Unavailable(_) => self.not_written(account_id, error),
            CommitError::Full(_) => {
                self.note_store(false);
                tracing::error!(reason = %error, account_id, "the store's disk is full");
                Failure::store_unavailable("the store's disk is full; nothing was stored")
            }
            CommitError::Unknown(_) => {
                self.note_store(false);
                tracing::error!(reason = %error, account_id, "it is not known whether a write was stored");
                Failure::store_unavailable(
                    "the store failed while it was asked to write, and the write is there whole or not at all; read what \
                     is there before you repeat it",
                )
            }
        }
    }

    /// Reads an account that somebody else has written in between, so that the next try can succeed; tells why this one did not.
    async fn read_anew(
        &self,
        account_id: &str,
        slot: &Arc<Slot>,
        mut revision: OwnedMutexGuard<u64>,
        found: u64,
    ) -> Failure {
        let expected = *revision;
        match load::account(&self.store, account_id).await {
            Ok(reloaded) => {
                *revision = reloaded.as_ref().map_or(found, |snapshot| snapshot.revision);
                self.publish(account_id, slot, reloaded);
                Failure::revision_mismatch(*revision, expected)
            }
            Err(AccountError::Store(error)) => self.not_written(account_id, &error),
            Err(error) => Failure::internal(error),
        }
    }

    /// Remembers and tells that the store took no write.
    fn not_written(&self, account_id: &str, reason: &dyn std::fmt::Display) -> Failure {
        self.note_store(false);
        tracing::error!(%reason, account_id, "the store did not take a write");
        Failure::store_unavailable("the store cannot be written now; nothing was stored")
    }

    /// Asks the store whether it takes writes, and remembers the answer.
    pub(crate) async fn probe(&self) {
        let found = self.store.check().await;
        if let Err(error) = &found {
            tracing::warn!(%error, "the store cannot be written");
        }
        self.note_store(found.is_ok());
    }

    fn note_store(&self, writable: bool) {
        self.writable.send_if_modified(|known| std::mem::replace(known, writable) != writable);
    }

    /// Lets no further write begin, and waits for those under way.
    pub(crate) async fn finish_writes(&self) {
        // All the permits together are free only once no write is under way.
        let all = self.writes.acquire_many(WRITES_MAX).await;
        self.writes.close();
        drop(all);
    }

    /// Gives up the place of an account that was not made after all.
    fn give_up_if_unused(&self, account_id: &str, slot: &Slot) {
        // Whoever has the lock, or is next to have it, comes by here too.
        let Ok(revision) = slot.revision.try_lock() else { return };
        if *revision == 0 && slot.snapshot.load().is_none() && !slot.is_given_up.swap(true, Ordering::AcqRel)
        {
            self.accounts.pin().remove(account_id);
        }
    }

    fn publish(&self, account_id: &str, slot: &Arc<Slot>, snapshot: Option<Arc<Snapshot>>) {
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        if snapshot.is_none() {
            ids.remove(account_id);
        } else if !ids.contains(account_id) {
            ids.insert(account_id.to_owned());
        }
        drop(ids);
        let wants_merge = snapshot.as_ref().is_some_and(|snapshot| snapshot.index.wants_merge());
        let old = slot.snapshot.swap(snapshot);
        slot.published.notify_waiters();
        self.published.fetch_add(1, Ordering::Relaxed);
        self.freeing.free(old);
        if wants_merge {
            self.merging.merge(slot);
        }
    }
}

/// What is to be committed, and then published.
struct Prepared {
    changes: Vec<Change>,
    snapshot: Option<Arc<Snapshot>>,
    /// Workflows that whoever writes is told about, once they have been analysed.
    told: Vec<Told>,
}

/// All of a write that needs no store. With it comes what the plan had to say; and what an analysis found, unless it is still to be
/// made of what is prepared.
fn prepare<T, P>(
    account_id: &str,
    current: Current,
    now: Timestamp,
    quotas: &Quotas,
    plan: P,
) -> Result<(Option<Prepared>, T, Vec<Diagnostic>), Failure>
where
    P: FnOnce(&Current) -> Result<(Plan, T), Failure>,
{
    let (plan, note) = plan(&current)?;
    let revision =
        current.revision.checked_add(1).ok_or_else(|| Failure::internal("revisions are used up"))?;
    let (dry_run, told, draft) = match plan {
        Plan::DeleteAccount => {
            let changes = vec![Change::DeleteAccount];
            let prepared = Prepared { changes, snapshot: None, told: Vec::new() };
            return Ok((Some(prepared), note, Vec::new()));
        }
        Plan::Put(mut put) => {
            let told = std::mem::take(&mut put.told);
            (put.dry_run, told, put.draft(account_id, &current, revision, now, quotas.workflows_max)?)
        }
        Plan::Rollback(rollback) => {
            let dry_run = rollback.dry_run;
            (dry_run, Vec::new(), rollback.draft(&current, revision, now, quotas.workflows_max)?)
        }
    };
    if draft.is_same() {
        let before = current.snapshot.as_ref().map(|snapshot| analysis::warnings(&snapshot.index, &told));
        return Ok((None, note, before.unwrap_or_default()));
    }
    let changes = records::changes(&draft);
    let snapshot = drafted(draft, &current, revision).map_err(Failure::invalid_definition)?;
    quotas.check(current.snapshot.as_deref(), &snapshot)?;
    if dry_run {
        return Ok((None, note, analysis::warnings(&snapshot.index, &told)));
    }
    Ok((Some(Prepared { changes, snapshot: Some(Arc::new(snapshot)), told }), note, Vec::new()))
}

/// The snapshot of an account after a draft.
///
/// # Errors
/// The findings that keep it from being compiled.
fn drafted(draft: Draft, current: &Current, revision: u64) -> Result<Snapshot, Vec<Diagnostic>> {
    let Draft { account, account_changed, changed, removed, now } = draft;
    let before = current.snapshot.as_deref();
    let mut workflows = before.map(|before| before.workflows().clone()).unwrap_or_default();
    for id in &removed {
        workflows.take(id);
    }
    changed.iter().for_each(|stored| workflows.put(stored.clone()));
    // The settings of the account are in every compiled workflow.
    let Some(before) = before.filter(|_| !account_changed) else {
        let index = compiled(&account, &workflows.in_order_of_creation())?;
        return Ok(Snapshot::new(revision, index, account, workflows, now));
    };
    let removed_count = removed.len();
    let put = changed.iter().map(|stored| Edit::Put(stored.definition.clone()));
    let edits: Vec<Edit> = removed.into_iter().map(Edit::Remove).chain(put).collect();
    let id_at = |place: usize| Some(changed.get(place.checked_sub(removed_count)?)?.id());
    let index = before.index.with_edits(&edits).map_err(|findings| by_id(findings, id_at))?;
    Ok(Snapshot::new(revision, index, account, workflows, now))
}

/// An account with workflows in order of creation, compiled.
///
/// # Errors
/// The findings that keep it from being compiled.
fn compiled(account: &StoredAccount, workflows: &[&Arc<StoredWorkflow>]) -> Result<Index, Vec<Diagnostic>> {
    let definitions: Vec<_> = workflows.iter().map(|stored| stored.definition.clone()).collect();
    let id_at = |place: usize| workflows.get(place).map(|stored| stored.id());
    compile(account.definition.clone(), &definitions).map_err(|findings| by_id(findings, id_at))
}

#[cfg(test)]
mod tests;
