//! Frames of HTTP/2 (RFC 9113) as no client in its right mind would put them together.

/// What a client begins with.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
/// Of SETTINGS and PING.
pub(crate) const ACK: u8 = 1;

/// The setting of a stream's window.
pub(crate) const INITIAL_WINDOW_SIZE: u16 = 4;
/// The reason of a reset by a client that has changed its mind.
pub(crate) const CANCEL: u32 = 8;

/// Appends a frame.
pub(crate) fn frame(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let [_, high, middle, low] = (payload.len() as u32).to_be_bytes();
    out.extend([high, middle, low, kind, flags]);
    out.extend((stream & 0x7fff_ffff).to_be_bytes());
    out.extend(payload);
}

/// The block of headers of a call to `Evaluate`, without compression, and some more headers.
pub(crate) fn evaluate_headers(more: &[(&str, &str)]) -> Vec<u8> {
    let own = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/tamis.v1.DecisionService/Evaluate"),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    let mut block = Vec::new();
    for (name, value) in own.iter().chain(more) {
        // A literal that is not to be remembered, with a literal name (RFC 7541, 6.2.2).
        block.push(0);
        string(&mut block, name);
        string(&mut block, value);
    }
    block
}

/// A string of HPACK without Huffman's code.
fn string(block: &mut Vec<u8>, text: &str) {
    let mut left = text.len();
    if left < 127 {
        block.push(left as u8);
    } else {
        block.push(127);
        left -= 127;
        while left >= 128 {
            block.push(left as u8 | 128);
            left /= 128;
        }
        block.push(left as u8);
    }
    block.extend(text.as_bytes());
}

/// A message as gRPC frames it.
pub(crate) fn message(is_compressed: bool, bytes: &[u8]) -> Vec<u8> {
    let mut framed = vec![u8::from(is_compressed)];
    framed.extend((bytes.len() as u32).to_be_bytes());
    framed.extend(bytes);
    framed
}

/// A whole call: its headers and its one message.
pub(crate) fn call(out: &mut Vec<u8>, stream: u32, headers: &[u8], framed: &[u8]) {
    frame(out, HEADERS, END_HEADERS, stream, headers);
    let mut parts = framed.chunks(16_384).peekable();
    while let Some(part) = parts.next() {
        let flags = if parts.peek().is_none() { END_STREAM } else { 0 };
        frame(out, DATA, flags, stream, part);
    }
}
