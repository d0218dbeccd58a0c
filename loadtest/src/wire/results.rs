//! Looks into answers as far as is needed to count, without making types of them.

use bytes::{Buf as _, Bytes, BytesMut};
use prost::Message as _;
use prost::encoding::{WireType, decode_key, decode_varint};
use tamis_api::v1::{ErrorReason, EvaluateResult, evaluate_result};

use super::Failure;

/// The bytes before a message: whether it is compressed, and its length.
const PREFIX_BYTES: usize = 5;
/// `EvaluateResult.error`.
const ERROR_TAG: u32 = 2;

/// Parts a stream into messages, however the transport cut it.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    left: BytesMut,
}

impl Frames {
    /// Takes the next piece.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        self.left.extend_from_slice(piece);
    }

    /// The next message that is complete.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        let len = match self.left.get(..PREFIX_BYTES)? {
            [_, a, b, c, d] => u32::from_be_bytes([*a, *b, *c, *d]) as usize,
            _ => return None,
        };
        if self.left.len() < PREFIX_BYTES + len {
            return None;
        }
        self.left.advance(PREFIX_BYTES);
        Some(self.left.split_to(len).freeze())
    }
}

/// The message of a body of one, without what stands before it; `None` if the body is not one uncompressed message.
pub(crate) fn message(body: &Bytes) -> Option<Bytes> {
    let prefix = body.get(..PREFIX_BYTES)?;
    let len = u32::from_be_bytes(prefix.get(1..)?.try_into().ok()?) as usize;
    (prefix.first() == Some(&0) && body.len() == PREFIX_BYTES + len).then(|| body.slice(PREFIX_BYTES..))
}

/// The errors among the results of an `EvaluateBatchResponse` or an `EvaluateStreamResponse`, whose field 1 they are. It reads
/// lengths and tags, and decodes errors only. A message that is malformed has a failure that says so.
pub(crate) fn failures(message: &[u8], mut each: impl FnMut(Failure)) {
    if walk(message, &mut each).is_none() {
        each(malformed("the answer is not as the contract has it"));
    }
}

pub(crate) fn malformed(message: impl Into<String>) -> Failure {
    Failure::new(tonic::Code::Internal.into(), "MALFORMED_ANSWER", message)
}

fn walk(mut rest: &[u8], each: &mut impl FnMut(Failure)) -> Option<()> {
    while !rest.is_empty() {
        let (tag, wire) = decode_key(&mut rest).ok()?;
        if (tag, wire) != (1, WireType::LengthDelimited) {
            return None;
        }
        let len = usize::try_from(decode_varint(&mut rest).ok()?).ok()?;
        let (result, after) = rest.split_at_checked(len)?;
        rest = after;
        let mut inner = result;
        if decode_key(&mut inner).ok()?.0 == ERROR_TAG {
            each(error_of(result)?);
        }
    }
    Some(())
}

fn error_of(result: &[u8]) -> Option<Failure> {
    let Some(evaluate_result::Result::Error(error)) = EvaluateResult::decode(result).ok()?.result else {
        return None;
    };
    let reason = ErrorReason::try_from(error.reason).unwrap_or(ErrorReason::Unspecified);
    let reason = match reason {
        ErrorReason::Unspecified => "",
        reason => reason.as_str_name().trim_start_matches("ERROR_REASON_"),
    };
    Some(Failure::new(error.code, reason, error.message))
}

#[cfg(test)]
mod tests {
    use tamis_api::v1::{EvaluateBatchResponse, EvaluateError, EvaluateResponse};

    use super::*;

    fn answer() -> EvaluateResult {
        let response = EvaluateResponse { revision: 3, ..EvaluateResponse::default() };
        EvaluateResult { result: Some(evaluate_result::Result::Response(response)) }
    }

    fn error() -> EvaluateResult {
        let error = EvaluateError {
            code: 5,
            reason: ErrorReason::AccountNotFound.into(),
            message: "there is no account `x`".to_owned(),
            violations: Vec::new(),
        };
        EvaluateResult { result: Some(evaluate_result::Result::Error(error)) }
    }

    fn found(message: &[u8]) -> Vec<Failure> {
        let mut found = Vec::new();
        failures(message, |failure| found.push(failure));
        found
    }

    #[test]
    fn errors_are_found_among_results() {
        let message =
            EvaluateBatchResponse { results: vec![answer(), error(), answer(), error()] }.encode_to_vec();
        let wanted = Failure::new(5, "ACCOUNT_NOT_FOUND", "there is no account `x`");
        assert_eq!(found(&message), [wanted.clone(), wanted]);
        assert_eq!(found(&EvaluateBatchResponse { results: vec![answer()] }.encode_to_vec()), []);
    }

    #[test]
    fn a_malformed_answer_is_an_error() {
        let mut message = EvaluateBatchResponse { results: vec![answer()] }.encode_to_vec();
        message.pop();
        for message in [message.as_slice(), b"\x12\x00", b"\xff"] {
            let [failure] = found(message).try_into().unwrap();
            assert_eq!(failure.reason, "MALFORMED_ANSWER");
        }
    }

    #[test]
    fn messages_are_found_wherever_the_transport_cuts() {
        let sent = [&b"one"[..], b"", b"three"];
        let mut bytes = Vec::new();
        for message in sent {
            bytes.push(0);
            bytes.extend((message.len() as u32).to_be_bytes());
            bytes.extend(message);
        }
        for size in 1..=bytes.len() {
            let mut frames = Frames::default();
            let mut found = Vec::new();
            for piece in bytes.chunks(size) {
                frames.push(piece);
                while let Some(message) = frames.next() {
                    found.push(message);
                }
            }
            assert_eq!(found, sent, "in pieces of {size}");
        }
    }
}
