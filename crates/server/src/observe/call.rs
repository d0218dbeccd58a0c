//! One call, from its arrival to its answer.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Frame, SizeHint};
use tamis_engine::Decision;
use tonic::{Code, Status};

use crate::grpc::call::Answer;
use crate::observe::counters::increase;
use crate::observe::traces::Span;
use crate::observe::{Observer, Rpc};
use crate::serve::ending::UnderWay;

/// A call that is being counted: once, when it ends. One that is dropped before has been given up by its caller.
#[derive(Debug)]
pub(crate) struct Call<O: Deref<Target = Observer>> {
    observer: O,
    rpc: Rpc,
    /// When its message was there; absent until then.
    arrived: Option<Instant>,
    has_ended: bool,
    /// Its span, if it is traced.
    span: Option<Box<Span>>,
}

impl<O: Deref<Target = Observer>> Call<O> {
    /// A call that begins.
    pub(crate) fn begin(observer: O, rpc: Rpc, headers: &HeaderMap) -> Self {
        increase(&observer.shards.own().calls_begun, 1);
        let tracing = observer.tracing.as_ref();
        let span = tracing.and_then(|tracing| tracing.span(observer.rpcs.name(rpc), headers));
        Self { observer, rpc, arrived: None, has_ended: false, span }
    }

    /// Its message is there: from now on it is the service that takes time.
    pub(crate) fn arrived(&mut self) {
        self.arrived = Some(Instant::now());
    }

    /// Tells what was decided.
    pub(crate) fn decided(&mut self, account_id: &str, revision: u64, decision: &Decision<'_>) {
        if let Some(span) = &mut self.span {
            let live = decision.matches_by_round().map(|(live, _)| live.len());
            span.decided(account_id, revision, live.sum());
        }
    }

    /// Its answer is there.
    pub(crate) fn answered(mut self, response: &Response<Answer>) {
        self.end(told_by(response.headers()).unwrap_or(Code::Ok));
    }

    fn end(&mut self, code: Code) {
        if !std::mem::replace(&mut self.has_ended, true) {
            let took = self.arrived.map(|arrived| arrived.elapsed());
            self.observer.shards.own().ended(self.rpc, code, took);
            if let Some(span) = &mut self.span {
                span.end(code);
            }
        }
    }
}

impl<O: Deref<Target = Observer>> Drop for Call<O> {
    fn drop(&mut self) {
        self.end(Code::Cancelled);
    }
}

/// What the head or the trailers of an answer say of how the call went.
fn told_by(headers: &HeaderMap) -> Option<Code> {
    headers.get("grpc-status").map(|status| Code::from_bytes(status.as_bytes()))
}

/// The answer of `tonic` to a call, which ends with its last frame.
pub(crate) fn watched(
    response: Response<tonic::body::Body>,
    mut call: Call<Arc<Observer>>,
) -> Response<Answer> {
    if let Some(code) = told_by(response.headers()) {
        call.end(code);
    }
    response.map(|body| Answer::Watched(Box::new(Watched { body, call, under_way: None })))
}

/// The body of an answer of `tonic`.
#[derive(Debug)]
pub(crate) struct Watched {
    body: tonic::body::Body,
    call: Call<Arc<Observer>>,
    under_way: Option<UnderWay>,
}

impl Watched {
    /// Has a call count as under way for as long as this is sent.
    pub(crate) fn hold(&mut self, call: UnderWay) {
        self.under_way = Some(call);
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        let frame = std::task::ready!(Pin::new(&mut this.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(code) = frame.trailers_ref().and_then(told_by) {
                    this.call.end(code);
                }
            }
            Some(Err(status)) => this.call.end(status.code()),
            None => this.call.end(Code::Ok),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
