use std::collections::VecDeque;
use std::convert::Infallible;

use proptest::prelude::*;

use super::*;

const MESSAGE_BYTES_MAX: usize = 200;

/// A body that comes in pieces, each only once it has been asked for twice.
struct Pieces {
    left: VecDeque<Bytes>,
    asked: bool,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.asked = !self.asked;
        if self.asked {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.left.pop_front().map(|piece| Ok(Frame::data(piece))))
    }
}

/// What is received of bytes that come in these pieces.
fn received(pieces: &[&[u8]], headers: &[(&'static str, &'static str)]) -> Result<Vec<u8>, Failure> {
    let left = pieces.iter().map(|piece| Bytes::copy_from_slice(piece)).collect();
    let mut request = Request::new(Pieces { left, asked: false });
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let received = runtime.block_on(Received::from(request).message(MESSAGE_BYTES_MAX));
    received.map(|message| message.to_vec())
}

#[test]
fn what_is_no_message_is_refused() {
    let too_large = Failure::call_too_large("message_bytes", 200);
    let cases: [(&[&[u8]], Failure); 8] = [
        (&[], Failure::malformed("the call has no message")),
        (&[b""], Failure::malformed("the call has no message")),
        (&[b"\0\0\0\0"], Failure::malformed("the call has no message")),
        (&[b"\0\0\0\0\x02a"], Failure::malformed("the message ends too early")),
        (&[b"\0\0\0\0", b"\x02", b"a"], Failure::malformed("the message ends too early")),
        (&[b"\x01\0\0\0\x01a"], Failure::Compressed),
        (&[b"\0\0\0\0\xc9"], too_large.clone()),
        (&[b"\0\xff", b"\xff\xff\xff"], too_large),
    ];
    for (pieces, failure) in cases {
        assert_eq!(received(pieces, &[]).unwrap_err(), failure, "{pieces:?}");
    }
    let message: &[&[u8]] = &[b"\0\0\0\0\x01a"];
    assert_eq!(received(message, &[("grpc-encoding", "gzip")]), Err(Failure::Compressed));
    assert_eq!(received(message, &[("grpc-encoding", "identity")]).unwrap(), b"a");
}

proptest! {
    /// However the transport cuts it into pieces, and whatever comes after it.
    #[test]
    fn a_message_arrives_whole(
        message in proptest::collection::vec(any::<u8>(), 0..=MESSAGE_BYTES_MAX),
        after in proptest::collection::vec(any::<u8>(), 0..20),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut bytes = vec![0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
        bytes.extend(&message);
        bytes.extend(&after);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|ends| &bytes[ends[0]..ends[1]]).collect();
        prop_assert_eq!(received(&pieces, &[]).unwrap(), message);
    }
}
