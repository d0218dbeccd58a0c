//! Where the calls of a connection run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use hyper::rt::Executor;

/// A call under way.
type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs the calls of one connection.
#[derive(Clone, Debug)]
pub(super) enum Calls {
    /// Each is a task of its own, which any thread of the runtime may take.
    Apart,
    /// They run with the connection, one after the other, and only those that have to wait become tasks.
    ///
    /// Where a runtime has one thread, a task of its own gains a call nothing: it costs an allocation, and a round
    /// through the scheduler there and another one back to the connection.
    Along(Along),
}

/// Calls that have arrived and have not begun.
#[derive(Clone, Default)]
pub(super) struct Along(Arc<Mutex<Vec<Call>>>);

impl std::fmt::Debug for Along {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Along").finish_non_exhaustive()
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Calls {
    fn execute(&self, call: F) {
        match self {
            Self::Apart => drop(tokio::spawn(call)),
            Self::Along(Along(arrived)) => {
                arrived.lock().unwrap_or_else(PoisonError::into_inner).push(Box::pin(call));
            }
        }
    }
}

/// A connection with its calls.
pub(super) struct Driven<C, W, E> {
    connection: Pin<Box<C>>,
    calls: Calls,
    /// Kept for the next calls.
    begun: Vec<Call>,
    /// When it is to end, and what makes it end then; `None` once that has been done.
    ending: Option<(Pin<Box<W>>, E)>,
}

impl<C, W, E> Driven<C, W, E>
where
    C: Future,
    W: Future<Output = ()>,
    E: FnOnce(Pin<&mut C>) + Unpin,
{
    /// A connection that was given these calls as its executor. When `ending` is ready, `end` is to have the connection end once
    /// its calls have been answered.
    pub(super) fn new(connection: C, calls: Calls, ending: W, end: E) -> Self {
        let ending = Some((Box::pin(ending), end));
        Self { connection: Box::pin(connection), calls, begun: Vec::new(), ending }
    }
}

impl<C, W, E> Future for Driven<C, W, E>
where
    C: Future,
    W: Future<Output = ()>,
    E: FnOnce(Pin<&mut C>) + Unpin,
{
    type Output = C::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Output> {
        let this = self.get_mut();
        if let Some((ending, _)) = &mut this.ending
            && ending.as_mut().poll(cx).is_ready()
            && let Some((_, end)) = this.ending.take()
        {
            end(this.connection.as_mut());
        }
        loop {
            // This reads as many calls as have arrived, and then writes all the answers that there are.
            if let Poll::Ready(ended) = this.connection.as_mut().poll(cx) {
                return Poll::Ready(ended);
            }
            let Calls::Along(Along(arrived)) = &this.calls else { return Poll::Pending };
            std::mem::swap(&mut this.begun, &mut *arrived.lock().unwrap_or_else(PoisonError::into_inner));
            if this.begun.is_empty() {
                return Poll::Pending;
            }
            for mut call in this.begun.drain(..) {
                // A fault ends the call and no other one, as it would if the call were a task.
                let begun = catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx)));
                if matches!(begun, Ok(Poll::Pending)) {
                    tokio::spawn(call);
                }
            }
        }
    }
}
