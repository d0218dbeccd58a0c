//! Unary calls as they lie on the wire: one message each way, framed by five bytes.
//!
//! `tonic` serves every other call. For the two that are asked a hundred thousand times a second its way through streams
//! of messages costs as much as the decision: a buffer of 8 KiB each way, three boxes, and a copy of each message. This
//! hands out the message where it arrived, and sends an answer that was framed as it was written.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::Frame;
use tamis_api::wire::Writer;
use tonic::Status;

use crate::observe::Watched;
use crate::serve::ending::UnderWay;
use crate::status::Failure;

/// Bytes before each message: whether it is compressed, and its length in four bytes, the most significant first.
pub(crate) const FRAME_BYTES: usize = 5;

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const OK: HeaderValue = HeaderValue::from_static("0");

/// What a call is answered with.
#[derive(Debug, Default)]
pub(crate) enum Answer {
    /// One message, framed, and that all is well.
    Message(Bytes),
    /// That all is well.
    End,
    /// Nothing more.
    #[default]
    Nothing,
    /// Whatever `tonic` answers.
    Watched(Box<Watched>),
}

impl Answer {
    /// Has a call count as under way until this has been sent, if that may take as long as its caller likes. All else is with the
    /// connection already.
    pub(crate) fn hold(&mut self, call: UnderWay) {
        if let Self::Watched(watched) = self {
            watched.hold(call);
        }
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        match this {
            Self::Message(message) => {
                let message = std::mem::take(message);
                *this = Self::End;
                Poll::Ready(Some(Ok(Frame::data(message))))
            }
            Self::End => {
                *this = Self::Nothing;
                let mut trailers = HeaderMap::with_capacity(1);
                trailers.insert(GRPC_STATUS, OK);
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
            Self::Nothing => Poll::Ready(None),
            Self::Watched(body) => Pin::new(&mut **body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Message(_) | Self::End => false,
            Self::Nothing => true,
            Self::Watched(body) => body.is_end_stream(),
        }
    }
}

/// The answer to a call that succeeded, with a framed message.
pub(crate) fn answered(message: Bytes) -> Response<Answer> {
    let mut response = Response::new(Answer::Message(message));
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    response
}

/// A message with its frame, which `write` writes into bytes that are empty and are used again.
///
/// # Errors
/// It has more bytes than a frame can tell.
pub(crate) fn framed(out: &mut Vec<u8>, write: impl FnOnce(&mut Writer<'_>)) -> Result<Bytes, Failure> {
    out.extend_from_slice(&[0; FRAME_BYTES]);
    write(&mut Writer::new(out));
    close_frame(out)?;
    // A copy has no more memory than it needs, and what was written to stays for the next.
    Ok(Bytes::copy_from_slice(out))
}

/// Writes the frame of a message into the bytes that have been kept for it, [`FRAME_BYTES`] before the message.
///
/// # Errors
/// It has more bytes than a frame can tell.
pub(crate) fn close_frame(out: &mut [u8]) -> Result<(), Failure> {
    let length = u32::try_from(out.len().saturating_sub(FRAME_BYTES));
    let length = length.map_err(|_| Failure::call_too_large("response_bytes", u32::MAX.into()))?;
    out.iter_mut().skip(1).zip(length.to_be_bytes()).for_each(|(place, byte)| *place = byte);
    Ok(())
}

/// The answer to a call that failed.
pub(crate) fn refused(failure: Failure) -> Response<Answer> {
    Status::from(failure).into_http()
}

/// A call whose path has been looked at, so that what is handed on until it is answered is no larger than need be.
#[derive(Debug)]
pub(crate) struct Received<B> {
    /// What its headers say.
    pub(crate) headers: HeaderMap,
    /// Its message, on its way.
    body: B,
}

impl<B> From<Request<B>> for Received<B> {
    fn from(request: Request<B>) -> Self {
        let (head, body) = request.into_parts();
        Self { headers: head.headers, body }
    }
}

impl<B: http_body::Body<Data = Bytes> + Unpin> Received<B> {
    /// Receives its message.
    ///
    /// # Errors
    /// There is no message, or none that can be read: it is larger than allowed, compressed, or not whole.
    pub(crate) async fn message(&mut self, message_bytes_max: usize) -> Result<Bytes, Failure> {
        if self.headers.get(GRPC_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(Failure::Compressed);
        }
        Receiving { body: &mut self.body, gathered: Gathered::default(), message_bytes_max }.await
    }
}

/// The body of a call, until all of it is there.
struct Receiving<'b, B> {
    body: &'b mut B,
    gathered: Gathered,
    message_bytes_max: usize,
}

/// What has arrived.
#[derive(Default)]
struct Gathered {
    /// What came first, which nearly always is all there is.
    first: Bytes,
    /// All of it, if there was more.
    all: BytesMut,
}

impl<B: http_body::Body<Data = Bytes> + Unpin> Future for Receiving<'_, B> {
    type Output = Result<Bytes, Failure>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        // A body is read to its end, so that the stream closes by itself.
        while !this.body.is_end_stream() {
            match std::task::ready!(Pin::new(&mut *this.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    // What else there is are trailers, which no rpc of ours asks for.
                    if let Ok(data) = frame.into_data() {
                        this.gathered.add(data, this.message_bytes_max)?;
                    }
                }
                // Nobody waits for an answer any longer.
                Some(Err(_)) => return Poll::Ready(Err(Failure::malformed("the call was given up"))),
                None => break,
            }
        }
        Poll::Ready(std::mem::take(&mut this.gathered).message(this.message_bytes_max))
    }
}

impl Gathered {
    fn bytes(&self) -> &[u8] {
        if self.all.is_empty() { &self.first } else { &self.all }
    }

    /// Adds what has arrived, unless it is past the message.
    fn add(&mut self, data: Bytes, message_bytes_max: usize) -> Result<(), Failure> {
        if self.bytes().is_empty() {
            self.first = data;
            return length(&self.first, message_bytes_max).map(drop);
        }
        let whole = length(self.bytes(), message_bytes_max)?.map(|length| FRAME_BYTES + length);
        if whole.is_some_and(|whole| self.bytes().len() >= whole) {
            return Ok(());
        }
        if self.all.is_empty() {
            self.all.reserve(whole.unwrap_or_default().max(self.first.len() + data.len()));
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&data);
        length(&self.all, message_bytes_max).map(drop)
    }

    /// The message without its frame.
    fn message(self, message_bytes_max: usize) -> Result<Bytes, Failure> {
        let Some(length) = length(self.bytes(), message_bytes_max)? else {
            return Err(Failure::malformed("the call has no message"));
        };
        let mut bytes = if self.all.is_empty() { self.first } else { self.all.freeze() };
        bytes.advance(FRAME_BYTES);
        if bytes.len() < length {
            return Err(Failure::malformed("the message ends too early"));
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// How long the message is, once that is known.
fn length(bytes: &[u8], message_bytes_max: usize) -> Result<Option<usize>, Failure> {
    let Some((&[compressed, a, b, c, d], _)) = bytes.split_first_chunk::<FRAME_BYTES>() else {
        return Ok(None);
    };
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    if compressed != 0 {
        return Err(Failure::Compressed);
    }
    if length > message_bytes_max {
        let limit = u64::try_from(message_bytes_max).unwrap_or(u64::MAX);
        return Err(Failure::call_too_large("message_bytes", limit));
    }
    Ok(Some(length))
}

#[cfg(test)]
mod tests;
