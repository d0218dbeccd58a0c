//! `tamis.v1.DecisionService`: decides changes.

mod batch;
pub(crate) mod deadline;
pub(crate) mod explain;
mod stream;

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use tamis_api::v1::view;
use tamis_api::wire::{self, Malformed, Writer};
use tamis_engine::{Decision, Scratch};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic::server::Grpc;
use tonic_prost::ProstCodec;

use crate::catalog::{Catalog, Snapshot};
use crate::clock::Clock;
use crate::convert;
use crate::grpc::call::{self, Answer, Received};
use crate::grpc::refusal::translated;
use crate::identity::Access;
use crate::observe::decision_log::{Asked, Form};
use crate::observe::{Call, Observer};
use crate::status::Failure;
use deadline::Patience;

/// Bytes that are kept for the next answer.
const KEPT_BYTES_MAX: usize = 64 << 10;

thread_local! {
    /// Memory that the decisions of one thread reuse. A decision does not wait, so that no other comes in between.
    static MEMORY: RefCell<Memory> = RefCell::default();
}

#[derive(Default)]
struct Memory {
    scratch: Scratch,
    answer: Vec<u8>,
}

/// Answers `tamis.v1.DecisionService` from the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Decisions {
    catalog: Arc<Catalog>,
    observer: Arc<Observer>,
    clock: Clock,
    /// Where that is done which takes longer than a decision.
    background: Handle,
    /// Runtimes that help with large batches, each with a thread of its own to do so.
    helpers: Arc<[Handle]>,
    /// Bytes that a message may have.
    message_bytes_max: usize,
}

/// What was decided, of which revision and when.
struct Told<'d> {
    account_id: &'d str,
    decision: Decision<'d>,
    revision: u64,
    now: Timestamp,
}

impl Told<'_> {
    /// Writes the fields of an `EvaluateResponse`.
    fn write(&self, to: &mut Writer<'_>) {
        convert::response::write(&self.decision, self.revision, self.now, to);
    }
}

/// A decision that has begun.
enum Begun<'m, T> {
    /// It has been told.
    Told(T),
    /// Its account is not there, or not at the revision that is asked for.
    Awaited(Box<Awaited<'m>>),
}

/// What is to be decided once an account has reached a revision.
struct Awaited<'m> {
    account_id: &'m str,
    min_revision: u64,
    request: tamis_engine::Request<'m>,
    asked: Asked<'m>,
}

impl Decisions {
    /// The service on a catalog, with the machine's clock. What takes long is done by the runtime that this is called in.
    pub(crate) fn new(
        catalog: Arc<Catalog>,
        observer: Arc<Observer>,
        helpers: Vec<Handle>,
        message_bytes_max: usize,
    ) -> Self {
        Self::with_clock(catalog, observer, helpers, message_bytes_max, Clock::System)
    }

    /// The same with another clock.
    pub(crate) fn with_clock(
        catalog: Arc<Catalog>,
        observer: Arc<Observer>,
        helpers: Vec<Handle>,
        message_bytes_max: usize,
        clock: Clock,
    ) -> Self {
        let helpers = helpers.into();
        Self { catalog, observer, clock, background: Handle::current(), helpers, message_bytes_max }
    }

    /// Answers `Evaluate`.
    ///
    /// What this awaits is kept small: all of it is copied several times on its way through the layers of HTTP/2.
    pub(crate) async fn evaluate<B>(
        &self,
        received: &mut Received<B>,
        access: &Access,
        call: &mut Call<&Observer>,
    ) -> Response<Answer>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        match self.evaluated(received, access, call).await {
            Ok(answer) => call::answered(answer),
            Err(failure) => call::refused(failure),
        }
    }

    async fn evaluated<B>(
        &self,
        received: &mut Received<B>,
        access: &Access,
        call: &mut Call<&Observer>,
    ) -> Result<Bytes, Failure>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let message = received.message(self.message_bytes_max).await?;
        call.arrived();
        let asked = Asked { rpc: self.observer.rpcs.evaluate, form: Form::Request, bytes: &message };
        let mut tell = |told: &Told<'_>, out: &mut Vec<u8>| {
            call.decided(told.account_id, told.revision, &told.decision);
            call::framed(out, |to| told.write(to))
        };
        match self.begin(wire::read(&message).map_err(unreadable)?, access, asked, &mut tell)? {
            Begun::Told(answer) => answer,
            Begun::Awaited(awaited) => {
                let deadline = || Patience::of(&received.headers).for_call();
                Box::pin(self.finish(&awaited, access, deadline, tell)).await?
            }
        }
    }

    /// Answers `EvaluateBatch`.
    pub(crate) async fn evaluate_batch<B>(
        &self,
        received: &mut Received<B>,
        access: &Access,
        call: &mut Call<&Observer>,
    ) -> Response<Answer>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let answer = async {
            let message = received.message(self.message_bytes_max).await?;
            call.arrived();
            self.decide_all(message, access, Patience::of(&received.headers).for_call()).await
        };
        match answer.await {
            Ok(answer) => call::answered(answer),
            Err(failure) => call::refused(failure),
        }
    }

    /// Answers every other rpc of the service, by the last part of its path.
    pub(crate) async fn other<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
    {
        let bytes_max = self.message_bytes_max;
        let response = match request.uri().path().rsplit('/').next() {
            Some("EvaluateStream") => {
                let mut grpc = Grpc::new(stream::Raw).max_decoding_message_size(bytes_max);
                grpc.streaming(stream::Streams(self.clone()), request).await
            }
            Some("Explain") => {
                let mut grpc = Grpc::new(ProstCodec::default()).max_decoding_message_size(bytes_max);
                grpc.unary(explain::Explanations(self.clone()), request).await
            }
            _ => Status::unimplemented("").into_http(),
        };
        translated(response, bytes_max)
    }

    /// Decides straight away, if the account is there and the caller may know of it: reads the request, pins the account, decides, and has it told.
    ///
    /// # Errors
    /// The request is not valid.
    fn begin<'m, T>(
        &self,
        message: view::EvaluateRequest<'m>,
        access: &Access,
        asked: Asked<'m>,
        tell: impl FnOnce(&Told<'_>, &mut Vec<u8>) -> T,
    ) -> Result<Begun<'m, T>, Failure> {
        let (account_id, min_revision) = (message.account_id, message.min_revision);
        // Whoever states an instant needs no clock.
        let clock = if message.now.is_some() { Timestamp::UNIX_EPOCH } else { self.clock.now() };
        let request = convert::request::from_wire(message, "", clock)?;
        let told = self.catalog.look(access.visible(account_id), |snapshot, allowance| {
            if snapshot.revision < min_revision {
                return Ok(None);
            }
            allowance.take()?;
            Ok(Some(self.decide(snapshot, &request, asked, tell)))
        });
        Ok(match told.transpose()?.flatten() {
            Some(told) => Begun::Told(told),
            None => Begun::Awaited(Box::new(Awaited { account_id, min_revision, request, asked })),
        })
    }

    /// Decides once the account is there; the deadline is asked for only now.
    ///
    /// # Errors
    /// It is not there by then.
    async fn finish<T>(
        &self,
        awaited: &Awaited<'_>,
        access: &Access,
        deadline: impl FnOnce() -> Instant,
        tell: impl FnOnce(&Told<'_>, &mut Vec<u8>) -> T,
    ) -> Result<T, Failure> {
        let snapshot = self.pin(access, awaited.account_id, awaited.min_revision, deadline).await?;
        self.catalog.look(awaited.account_id, |_, allowance| allowance.take()).transpose()?;
        Ok(self.decide(&snapshot, &awaited.request, awaited.asked, tell))
    }

    /// The account at a revision or a later one, waiting for it until the deadline, which is asked for only then.
    async fn pin(
        &self,
        access: &Access,
        account_id: &str,
        min_revision: u64,
        deadline: impl FnOnce() -> Instant,
    ) -> Result<Arc<Snapshot>, Failure> {
        let visible = access.visible(account_id);
        let pinned = self.catalog.pin(visible);
        if let Some(snapshot) = pinned.filter(|snapshot| snapshot.revision >= min_revision) {
            return Ok(snapshot);
        }
        if min_revision > 0
            && let Some(snapshot) = self.catalog.wait_for(visible, min_revision, deadline()).await
        {
            return Ok(snapshot);
        }
        match self.catalog.pin(visible) {
            Some(snapshot) if snapshot.revision >= min_revision => Ok(snapshot),
            Some(snapshot) => Err(Failure::revision_not_reached(snapshot.revision, min_revision)),
            // Another service may have made it, and nobody can tell now.
            None if min_revision > 0 && !self.catalog.freshness().is_reachable() => {
                Err(Failure::revision_not_reached(0, min_revision))
            }
            None if self.catalog.is_loaded() => Err(Failure::account_not_found(account_id)),
            None => Err(Failure::loading()),
        }
    }

    /// Decides, counts it, and has it told into bytes that are empty and are used again.
    fn decide<T>(
        &self,
        snapshot: &Snapshot,
        request: &tamis_engine::Request<'_>,
        asked: Asked<'_>,
        tell: impl FnOnce(&Told<'_>, &mut Vec<u8>) -> T,
    ) -> T {
        MEMORY.with_borrow_mut(|Memory { scratch, answer }| {
            let decision = snapshot.index.evaluate(request, scratch);
            let account_id = &snapshot.account().definition.id;
            self.observer.decided(account_id, &decision);
            answer.clear();
            let decided = Told { account_id, decision, revision: snapshot.revision, now: request.now };
            let told = tell(&decided, answer);
            if let Some(log) =
                self.observer.log.as_ref().filter(|log| log.has(account_id, &request.ticket.id))
            {
                log.add(asked, |to| decided.write(to));
            }
            answer.shrink_to(KEPT_BYTES_MAX);
            told
        })
    }
}

fn unreadable(_: Malformed) -> Failure {
    Failure::unreadable()
}

#[cfg(test)]
mod tests;
