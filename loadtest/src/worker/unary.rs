//! Calls of one message and one answer.

use std::rc::Rc;

use bytes::Bytes;

use super::{LOST_PAUSE, Thread};
use crate::plan::Shape;
use crate::record::Sent;
use crate::wire::{self, Connection, Failure};

/// Makes one call after the other.
pub(super) async fn lane(thread: Rc<Thread>, lane: usize, connection: Rc<Connection>) {
    let (mut sender, mut generation) = connection.sender();
    let mut free_ns = thread.now();
    while let Some((job, mut sent)) = thread.next(lane, free_ns).await {
        let message = thread.common.encoded.message(job.number);
        sent.bytes = message.len();
        thread.begin(lane, sent);
        let answer = wire::exchange(&mut sender, &thread.head, message).await;
        free_ns = thread.now();
        thread.over(lane);
        match answer {
            Ok(answer) => thread.unary_answered(&sent, free_ns, &answer.body),
            Err(failure) => {
                thread.call_failed(&sent, free_ns, &failure);
                if failure.is_transport {
                    tokio::time::sleep(LOST_PAUSE).await;
                    if connection.generation() != generation {
                        (sender, generation) = connection.sender();
                    }
                    free_ns = thread.now();
                }
            }
        }
    }
    thread.lane_done();
}

impl Thread {
    fn call_failed(&self, sent: &Sent, now_ns: u64, failure: &Failure) {
        let mut recorder = self.recorder.borrow_mut();
        recorder.answered(sent, now_ns, 0, true);
        recorder.error(sent.due_ns, failure);
    }

    fn unary_answered(&self, sent: &Sent, now_ns: u64, body: &Bytes) {
        let mut recorder = self.recorder.borrow_mut();
        let mut checker = self.checker.borrow_mut();
        if matches!(self.common.plan.shape, Shape::Unary) {
            recorder.answered(sent, now_ns, body.len(), false);
            if checker.is_wanted() {
                checker.unary(body);
            }
            return;
        }
        let mut is_failed = false;
        let message = wire::message(body);
        wire::failures(message.as_deref().unwrap_or(b"\xff"), |failure| {
            is_failed = true;
            recorder.error(sent.due_ns, &failure);
        });
        recorder.answered(sent, now_ns, body.len(), is_failed);
        if checker.is_wanted() {
            checker.batch(body);
        }
    }
}
