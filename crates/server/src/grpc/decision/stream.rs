//! `EvaluateStream`: one answer for each change, in the order asked.

use std::future::{Ready, ready};
use std::pin::Pin;

use bytes::{Buf as _, BufMut as _, Bytes};
use prost::Message as _;
use tamis_api::v1::{number, view};
use tamis_api::wire::{self, Writer};
use tokio::time::Instant;
use tokio_stream::{Stream, StreamExt as _};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::StreamingService;
use tonic::{Status, Streaming};

use crate::grpc::decision::deadline::Patience;
use crate::grpc::decision::{Begun, Decisions, Told, unreadable};
use crate::grpc::refusal::translated_status;
use crate::identity::Access;
use crate::identity::gate::Session;
use crate::observe::decision_log::{Asked, Form};
use crate::status::Failure;

/// Hands out messages as they lie in what has arrived, and sends those that have been written already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(message.copy_to_bytes(message.remaining())))
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put_slice(&message);
        Ok(())
    }
}

/// `EvaluateStream`, as `tonic` calls it.
pub(super) struct Streams(pub(super) Decisions);

impl StreamingService<Bytes> for Streams {
    type Response = Bytes;
    type ResponseStream = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;
    type Future = Ready<Result<tonic::Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: tonic::Request<Streaming<Bytes>>) -> Self::Future {
        ready(Ok(tonic::Response::new(Box::pin(self.0.clone().answers(request)))))
    }
}

impl Decisions {
    /// A change is read from the stream only once the answer before it has been taken, so that nothing is held for a
    /// client that does not read.
    fn answers(
        self,
        request: tonic::Request<Streaming<Bytes>>,
    ) -> impl Stream<Item = Result<Bytes, Status>> + Send {
        let patience = Patience::of(request.metadata().as_ref());
        let session = Session::of_request(&request);
        request.into_inner().then(move |message| {
            // A stream may outlive the credential that it began with.
            let (decisions, access) =
                (self.clone(), session.as_ref().map_err(Failure::clone).and_then(Session::access));
            async move {
                let access = access?;
                let message =
                    message.map_err(|status| translated_status(status, decisions.message_bytes_max))?;
                Ok(decisions.decide_next(&message, &access, patience).await?)
            }
        })
    }

    /// One change of a stream.
    ///
    /// # Errors
    /// The message cannot be read. Whatever else is wrong is part of the answer, and does not end the stream.
    async fn decide_next(
        &self,
        message: &[u8],
        access: &Access,
        patience: Patience,
    ) -> Result<Bytes, Failure> {
        let tell = |told: &Told<'_>, out: &mut Vec<u8>| {
            Writer::new(out).message(number::EVALUATE_STREAM_RESPONSE_RESULT, |to| {
                to.message(number::EVALUATE_RESULT_RESPONSE, |to| told.write(to));
            });
            Bytes::copy_from_slice(out)
        };
        let arrived = Instant::now();
        let begun = match wire::read::<view::EvaluateStreamRequest<'_>>(message).map_err(unreadable)?.request
        {
            Some(request) => {
                let (rpc, form) = (self.observer.rpcs.evaluate_stream, Form::StreamRequest);
                self.begin(request, access, Asked { rpc, form, bytes: message }, tell)
            }
            None => Err(Failure::invalid_field("required", "request", "a change is required")),
        };
        let told = match begun {
            Ok(Begun::Told(told)) => Ok(told),
            Ok(Begun::Awaited(awaited)) => {
                self.finish(&awaited, access, || patience.for_change(Instant::now()), tell).await
            }
            Err(failure) => Err(failure),
        };
        self.observer.took(self.observer.rpcs.evaluate_stream, arrived.elapsed());
        tokio::task::consume_budget().await;
        Ok(told.unwrap_or_else(|failure| {
            let error = tamis_api::v1::EvaluateError::from(failure).encode_to_vec();
            let mut out = Vec::new();
            Writer::new(&mut out).message(number::EVALUATE_STREAM_RESPONSE_RESULT, |to| {
                to.given_bytes(number::EVALUATE_RESULT_ERROR, &error);
            });
            out.into()
        }))
    }
}
