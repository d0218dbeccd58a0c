//! What the catalog does on threads of its own, so that neither readers nor writers wait for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use tamis_engine::{Diagnostic, Index};
use thread_priority::ThreadPriority;
#[cfg(target_os = "linux")]
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};

use crate::catalog::{Slot, Snapshot};

/// Snapshots that wait to be freed: each holds some tens of kilobytes that no other has. More than these wait only where nothing
/// is left of the processors, and then whoever writes frees what it replaces.
const FREED_LATER_MAX: usize = 1_024;
/// How often it is looked whether somebody still reads a snapshot that is to be freed.
const FREEING_INTERVAL: Duration = Duration::from_millis(20);

/// Frees snapshots that were replaced, once nobody reads them any longer. The last reader is a thread that answers, and a
/// large account takes long to free.
#[derive(Clone, Debug)]
pub(super) struct Freeing {
    replaced: SyncSender<Arc<Snapshot>>,
}

impl Freeing {
    /// Starts the thread, which ends with the last clone of this.
    pub(super) fn start() -> Self {
        let (replaced, to_free) = sync_channel(FREED_LATER_MAX);
        spawn("tamis-free", move || {
            leave_processors_to_others();
            free(&to_free);
        });
        Self { replaced }
    }

    /// Frees a snapshot later; nobody may begin to read it from now on.
    pub(super) fn free(&self, replaced: Option<Arc<Snapshot>>) {
        if let Some(replaced) = replaced {
            // Without the thread, or if it is far behind, it is freed here.
            drop(self.replaced.try_send(replaced));
        }
    }
}

fn free(to_free: &Receiver<Arc<Snapshot>>) {
    let mut read: Vec<Arc<Snapshot>> = Vec::new();
    loop {
        let next = match read.is_empty() {
            true => to_free.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => to_free.recv_timeout(FREEING_INTERVAL),
        };
        match next {
            Ok(replaced) if Arc::strong_count(&replaced) == 1 => drop(replaced),
            Ok(replaced) => read.push(replaced),
            Err(RecvTimeoutError::Timeout) => read.retain(|replaced| Arc::strong_count(replaced) > 1),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Merges the indexes of accounts that were edited much: one at a time, so that its memory and its processor are bounded.
#[derive(Debug)]
pub(super) struct Merging {
    edited: Sender<Arc<Slot>>,
}

impl Merging {
    /// Starts the thread, which ends with this, after the merge that is under way.
    pub(super) fn start(freeing: Freeing) -> Self {
        let (edited, to_merge) = channel::<Arc<Slot>>();
        spawn("tamis-merge", move || {
            while let Ok(slot) = to_merge.recv() {
                // An account that was edited much meanwhile is merged again.
                while merge(&slot, &freeing) {}
                slot.merging.store(false, Ordering::Release);
            }
        });
        Self { edited }
    }

    /// Merges an account's index later.
    pub(super) fn merge(&self, slot: &Arc<Slot>) {
        if !slot.merging.swap(true, Ordering::AcqRel) && self.edited.send(slot.clone()).is_err() {
            // Without the thread the account goes on being decided as it is.
            slot.merging.store(false, Ordering::Release);
        }
    }
}

/// Merges an account's index, brings it up to date, and publishes it at the account's revision; whether that is to be done
/// again. Readers notice nothing, and writers wait only while what was written at the very last is caught up with.
fn merge(slot: &Slot, freeing: &Freeing) -> bool {
    // What was written during the merge may be much; what is written while that is caught up with is next to nothing.
    let Some((seen, merged)) = modestly(|| merged(slot)).flatten() else { return false };
    let revision = slot.revision.blocking_lock();
    let Some(now) = slot.snapshot.load_full() else { return false };
    let Some(merged) = caught_up(&merged, &seen, &now) else { return false };
    let published = Arc::new(now.with_index(merged));
    let again = published.index.wants_merge();
    let replaced = slot.snapshot.swap(Some(published));
    drop(revision);
    drop((seen, now));
    freeing.free(replaced);
    again
}

/// An account's index, merged, and the snapshot that it is of.
fn merged(slot: &Slot) -> Option<(Arc<Snapshot>, Index)> {
    let from = slot.snapshot.load_full().filter(|snapshot| snapshot.index.wants_merge())?;
    let merged = told(&from, from.index.merged())?;
    let seen = slot.snapshot.load_full()?;
    let merged = caught_up(&merged, &from, &seen)?;
    Some((seen, merged))
}

/// A merged index with what was written since; nothing if the account was compiled anew, so that the merge is of no use.
fn caught_up(merged: &Index, from: &Snapshot, to: &Snapshot) -> Option<Index> {
    told(to, merged.caught_up(&from.index, &to.index)?)
}

fn told(snapshot: &Snapshot, result: Result<Index, Vec<Diagnostic>>) -> Option<Index> {
    let account_id = &snapshot.account().definition.id;
    result
        .inspect_err(|findings| {
            tracing::error!(account_id, ?findings, "an index cannot be merged, and decides more slowly");
        })
        .ok()
}

/// Does work on a thread that leaves the processors to all others; nothing comes of it if it fails. A thread of its own,
/// because it may not take a higher priority again, and whoever holds a lock needs one.
fn modestly<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        let lowered = || {
            leave_processors_to_others();
            work()
        };
        thread::Builder::new().name("tamis-merging".to_owned()).spawn_scoped(scope, lowered).ok()?.join().ok()
    })
}

/// Lets this thread run only where no other wants to. By a nice value alone, a thread that wakes up would wait until Linux takes
/// the processor from this one: for some milliseconds.
fn leave_processors_to_others() {
    #[cfg(target_os = "linux")]
    let lowered = set_thread_priority_and_policy(
        thread_native_id(),
        ThreadPriority::Min,
        ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle),
    );
    #[cfg(not(target_os = "linux"))]
    let lowered = thread_priority::set_current_thread_priority(ThreadPriority::Min);
    if let Err(error) = lowered {
        tracing::debug!(?error, "a thread of the background runs at the priority of everything else");
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = thread::Builder::new().name(name.to_owned()).spawn(work) {
        tracing::error!(%error, name, "a thread cannot be started, and its work is not done in the background");
    }
}
