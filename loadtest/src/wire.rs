//! gRPC as a client speaks it, on HTTP/2 alone: messages stay bytes.
//!
//! A generator that costs more than the server measures itself. Measured against an answer of constant bytes, tonic's client
//! costs several times what this does: it makes types of bytes, a task or two for each call, and two writes to the socket.

mod connection;
mod failure;
mod io;
mod results;

pub(crate) use connection::{Connection, head, path_of};
pub(crate) use failure::Failure;
pub(crate) use io::Gathered;
pub(crate) use results::{Frames, failures, malformed, message};

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use h2::RecvStream;
use h2::client::{ResponseFuture, SendRequest};
use http::Request;

/// What came back on a call.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The message with the five bytes before it.
    pub(crate) body: Bytes,
}

/// Makes a call of one message, and reads its answer to the end.
///
/// # Errors
/// The call failed, or its answer has an error.
pub(crate) async fn exchange(
    sender: &mut SendRequest<Bytes>,
    head: &Request<()>,
    message: Bytes,
) -> Result<Answer, Failure> {
    let (response, mut stream) = sender.send_request(head.clone(), false).map_err(Failure::transport)?;
    stream.send_data(message, true).map_err(Failure::transport)?;
    read(response).await
}

async fn read(response: ResponseFuture) -> Result<Answer, Failure> {
    let response = response.await.map_err(Failure::transport)?;
    let (head, mut body) = response.into_parts();
    let bytes = read_body(&mut body).await?;
    // A call that fails at once has all it says in its header.
    let trailers = poll_fn(|cx| body.poll_trailers(cx)).await.map_err(Failure::transport)?;
    match Failure::of(head.status, trailers.as_ref().unwrap_or(&head.headers)) {
        Some(failure) => Err(failure),
        None => Ok(Answer { body: bytes }),
    }
}

/// The whole body; most are of one piece, which is not copied.
async fn read_body(body: &mut RecvStream) -> Result<Bytes, Failure> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(piece) = poll_fn(|cx| body.poll_data(cx)).await {
        let piece = piece.map_err(Failure::transport)?;
        // It fails only if more is given back than came.
        body.flow_control().release_capacity(piece.len()).map_err(Failure::transport)?;
        if first.is_empty() {
            first = piece;
        } else {
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&piece);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}
