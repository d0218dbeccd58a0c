//! What becomes of connections. These are few and live long, so that threads may share the counters.

use std::sync::atomic::AtomicU64;

use crate::observe::Observer;
use crate::observe::counters::increase;

/// Counters of connections.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    /// Those that were taken.
    pub(super) accepted: AtomicU64,
    /// Those of them that have ended.
    pub(super) closed: AtomicU64,
    /// Those of them that ended by a fault of the transport: a reset, a breach of HTTP/2, a peer that is gone.
    pub(super) failed: AtomicU64,
    /// Those of them that did not say in time that they speak HTTP/2.
    pub(super) preface_timeouts: AtomicU64,
    /// Those of them that were told to end, as nobody called on them.
    pub(super) idle: AtomicU64,
    /// How often one could not be taken.
    pub(super) accept_errors: AtomicU64,
    /// How often one had to wait, as there were as many as are allowed.
    pub(super) waits: AtomicU64,
}

/// What happens to a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Accepted,
    Closed,
    Failed,
    PrefaceTimeout,
    Idle,
    AcceptError,
    Wait,
}

impl Observer {
    /// Counts something that happened to a connection.
    pub(crate) fn connection(&self, event: Event) {
        let counters = &self.connections;
        let counter = match event {
            Event::Accepted => &counters.accepted,
            Event::Closed => &counters.closed,
            Event::Failed => &counters.failed,
            Event::PrefaceTimeout => &counters.preface_timeouts,
            Event::Idle => &counters.idle,
            Event::AcceptError => &counters.accept_errors,
            Event::Wait => &counters.waits,
        };
        increase(counter, 1);
    }

    /// Counts bytes that were read from a connection.
    pub(crate) fn received(&self, bytes: usize) {
        increase(&self.shards.own().received_bytes, bytes);
    }

    /// Counts bytes that were written to a connection.
    pub(crate) fn sent(&self, bytes: usize) {
        increase(&self.shards.own().sent_bytes, bytes);
    }
}
