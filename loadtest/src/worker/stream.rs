//! Streams of messages and answers.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::client::ResponseFuture;
use h2::{RecvStream, SendStream};

use super::{LOST_PAUSE, Thread};
use crate::record::Sent;
use crate::wire::{self, Connection, Failure, Frames};

/// Keeps a stream open, and so many of its messages unanswered at most.
pub(super) async fn lane(thread: Rc<Thread>, lane: usize, connection: Rc<Connection>, window: usize) {
    loop {
        let (mut sender, _) = connection.sender();
        let opened = sender.send_request(thread.head.clone(), false).map_err(Failure::transport);
        let ended = match opened {
            Ok((response, stream)) => Stream::new(&thread, lane, window, response, stream).run().await,
            Err(failure) => Err(failure),
        };
        let Err(failure) = ended else { break };
        // What was under way went down with the stream.
        let now_ns = thread.now();
        let mut failed = false;
        while let Some(sent) = thread.over(lane) {
            let mut recorder = thread.recorder.borrow_mut();
            recorder.answered(&sent, now_ns, 0, true);
            recorder.error(sent.due_ns, &failure);
            failed = true;
        }
        if !failed {
            thread.recorder.borrow_mut().error(now_ns, &failure);
        }
        if thread.is_over() {
            break;
        }
        tokio::time::sleep(LOST_PAUSE).await;
    }
    thread.lane_done();
}

/// A stream that is open.
struct Stream<'a> {
    thread: &'a Thread,
    lane: usize,
    window: usize,
    response: Option<ResponseFuture>,
    body: Option<RecvStream>,
    stream: SendStream<Bytes>,
    frames: Frames,
    under_way: usize,
    /// When there was last no room for a message.
    free_ns: u64,
    is_closed: bool,
}

impl<'a> Stream<'a> {
    fn new(
        thread: &'a Thread,
        lane: usize,
        window: usize,
        response: ResponseFuture,
        stream: SendStream<Bytes>,
    ) -> Self {
        Self {
            thread,
            lane,
            window,
            response: Some(response),
            body: None,
            stream,
            frames: Frames::default(),
            under_way: 0,
            free_ns: thread.now(),
            is_closed: false,
        }
    }

    /// Asks and reads until there is nothing to ask any more and all is answered.
    async fn run(mut self) -> Result<(), Failure> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// Each part leaves a waker where it waits: for an answer, or for a call to make. A full window waits for answers alone.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        if let Poll::Ready(ended) = self.poll_answers(cx) {
            return Poll::Ready(ended);
        }
        match self.poll_ask(cx) {
            Ok(()) => Poll::Pending,
            Err(failure) => Poll::Ready(Err(failure)),
        }
    }

    fn poll_ask(&mut self, cx: &mut Context<'_>) -> Result<(), Failure> {
        while !self.is_closed && self.under_way < self.window {
            let job = match self.thread.feed.poll_job(self.lane, self.thread.now(), cx) {
                Poll::Pending => return Ok(()),
                Poll::Ready(job) => job.filter(|job| self.thread.admit(*job)),
            };
            let Some(job) = job else {
                self.is_closed = true;
                return self.stream.send_data(Bytes::new(), true).map_err(Failure::transport);
            };
            let message = self.thread.common.encoded.message(job.number);
            let sent = Sent { bytes: message.len(), ..self.thread.sent(job, self.free_ns) };
            self.thread.begin(self.lane, sent);
            self.under_way += 1;
            self.stream.send_data(message, false).map_err(Failure::transport)?;
        }
        Ok(())
    }

    fn poll_answers(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        if let Some(response) = &mut self.response {
            let response = ready!(Pin::new(response).poll(cx)).map_err(Failure::transport)?;
            self.response = None;
            if let Some(failure) = Failure::at_once(&response) {
                return Poll::Ready(Err(failure));
            }
            self.body = Some(response.into_body());
        }
        let Some(body) = &mut self.body else { return Poll::Pending };
        while let Some(piece) = ready!(body.poll_data(cx)) {
            let piece = piece.map_err(Failure::transport)?;
            body.flow_control().release_capacity(piece.len()).map_err(Failure::transport)?;
            self.frames.push(&piece);
            let now_ns = self.thread.now();
            while let Some(message) = self.frames.next() {
                if self.under_way == self.window {
                    self.free_ns = now_ns;
                }
                self.under_way = self.under_way.saturating_sub(1);
                self.thread.stream_answered(self.lane, now_ns, message);
            }
        }
        let trailers = ready!(body.poll_trailers(cx)).map_err(Failure::transport)?;
        Poll::Ready(match Failure::of_trailers(trailers.as_ref()) {
            Some(failure) => Err(failure),
            None if self.is_closed && self.under_way == 0 => Ok(()),
            None => Err(Failure::new(tonic::Code::Unavailable.into(), "", "the server ended the stream")),
        })
    }
}

impl Thread {
    fn stream_answered(&self, lane: usize, now_ns: u64, message: Bytes) {
        let Some(sent) = self.over(lane) else {
            let failure = wire::malformed("an answer to nothing that was asked");
            return self.recorder.borrow_mut().error(now_ns, &failure);
        };
        let mut recorder = self.recorder.borrow_mut();
        let mut is_failed = false;
        wire::failures(&message, |failure| {
            is_failed = true;
            recorder.error(sent.due_ns, &failure);
        });
        recorder.answered(&sent, now_ns, message.len(), is_failed);
        let mut checker = self.checker.borrow_mut();
        if checker.is_wanted() {
            checker.stream(message);
        }
    }

    fn is_over(&self) -> bool {
        self.now() >= self.recorder.borrow().timeline().end_ns
    }
}
