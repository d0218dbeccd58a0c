//! Recorded changes as lines of JSON: those of a service's log of decisions, which has each with its answer, and plain requests.

use jiff::Timestamp;
use serde::de::{self, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::{v1, well_known};

/// The version of the form of a line of the log. It grows when a reader of the form before would misread a line.
pub const DECISION_RECORD_VERSION: u32 = 1;

/// Bytes of one line: a change of the greatest size that a service takes, with an answer of that size.
pub const LINE_BYTES_MAX: u64 = 16 << 20;

/// A decision, as a line of the log tells it. `request` with `now` of `response` in the place of its own, asked of the account
/// at `revision`, has `response` for an answer, byte by byte, unless something is masked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord<Q = v1::EvaluateRequest, A = v1::EvaluateResponse> {
    /// The version of the line's form: [`DECISION_RECORD_VERSION`].
    pub version: u32,
    /// When it was decided, by the service's clock.
    pub logged_at: Timestamp,
    /// The rpc, such as `tamis.v1.DecisionService/EvaluateBatch`.
    pub rpc: String,
    /// The account.
    pub account_id: String,
    /// The account's revision that decided.
    pub revision: u64,
    /// Fields of the request whose texts are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<String>,
    /// What was asked.
    pub request: Q,
    /// What was answered.
    pub response: A,
}

impl DecisionRecord {
    /// Reads a line of the log.
    ///
    /// # Errors
    /// What is wrong with the line, and where on it; a line of a version that is not known here is one that is wrong.
    pub fn read(line: &[u8]) -> Result<Self, v1::EvaluateError> {
        read_record(line).map_err(|error| unreadable(&error))
    }
}

/// What stands on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An `EvaluateRequest`.
    Request,
    /// A [`DecisionRecord`].
    Record,
}

impl Form {
    /// What a line holds; one that makes no sense is taken for a request, for whose reader it makes none either.
    pub fn of(line: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Both {
            #[serde(rename = "request")]
            _request: IgnoredAny,
            #[serde(rename = "response")]
            _response: IgnoredAny,
        }
        if serde_json::from_slice::<Both>(line).is_ok() { Self::Record } else { Self::Request }
    }
}

/// A recorded change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What was asked, with the instant of the decision if that is known.
    pub request: v1::EvaluateRequest,
    /// Fields whose texts were replaced as it was recorded.
    pub masked: Vec<String>,
}

impl Change {
    /// Reads a line of a form.
    ///
    /// # Errors
    /// What is wrong with the line, and where on it; a line of the log of a version that is not known here is one that is wrong.
    pub fn read(line: &[u8], form: Form) -> Result<Self, v1::EvaluateError> {
        let change = match form {
            Form::Request => serde_json::from_slice(line).map(|request| Self { request, masked: Vec::new() }),
            Form::Record => read_record(line).map(|record: Logged| {
                let DecisionRecord { masked, mut request, response, .. } = record;
                // A request may leave its instant to the service's clock.
                request.now = response.now.or(request.now);
                Self { request, masked }
            }),
        };
        change.map_err(|error| unreadable(&error))
    }
}

/// A line of the log, with as much of its answer as a change needs.
type Logged = DecisionRecord<v1::EvaluateRequest, Answered>;

#[derive(Deserialize)]
struct Answered {
    now: Option<well_known::Timestamp>,
}

fn read_record<'l, A: Deserialize<'l>>(
    line: &'l [u8],
) -> serde_json::Result<DecisionRecord<v1::EvaluateRequest, A>> {
    let record: DecisionRecord<_, A> = serde_json::from_slice(line)?;
    if record.version == DECISION_RECORD_VERSION {
        return Ok(record);
    }
    Err(de::Error::custom(format!(
        "the line's version is {}, and this program reads {DECISION_RECORD_VERSION}",
        record.version
    )))
}

/// Whether a line has nothing on it.
pub fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// What is wrong with a line, and where on it.
fn unreadable(error: &serde_json::Error) -> v1::EvaluateError {
    let text = error.to_string();
    // The error ends with its place, whose line is always the first.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let place = if error.column() > 0 { format!("column {}: ", error.column()) } else { String::new() };
    v1::EvaluateError {
        code: i32::from(tonic::Code::InvalidArgument),
        reason: i32::from(v1::ErrorReason::InvalidRequest),
        message: format!("{place}{message}"),
        violations: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(version: u32, asked_at: Option<i64>, decided_at: i64) -> String {
        let instant = |seconds| well_known::Timestamp { seconds, nanos: 0 };
        let record = DecisionRecord {
            version,
            logged_at: Timestamp::UNIX_EPOCH,
            rpc: "tamis.v1.DecisionService/Evaluate".to_owned(),
            account_id: "shop".to_owned(),
            revision: 7,
            masked: vec!["ticket.subject".to_owned()],
            request: v1::EvaluateRequest { now: asked_at.map(instant), ..Default::default() },
            response: v1::EvaluateResponse { now: Some(instant(decided_at)), ..Default::default() },
        };
        serde_json::to_string(&record).unwrap()
    }

    #[test]
    fn a_line_tells_what_it_is_and_when_the_change_was() {
        let request = r#"{"account_id": "shop", "now": "1970-01-01T00:00:05Z"}"#;
        for (line, form, seconds, masked) in [
            (request, Form::Request, 5, &[][..]),
            (&record(1, Some(3), 9), Form::Record, 9, &["ticket.subject".to_owned()]),
            (&record(1, None, 9), Form::Record, 9, &["ticket.subject".to_owned()]),
        ] {
            assert_eq!(Form::of(line.as_bytes()), form, "{line}");
            let change = Change::read(line.as_bytes(), form).unwrap();
            assert_eq!(change.request.now.unwrap().seconds, seconds, "{line}");
            assert_eq!(change.masked, masked, "{line}");
        }
        let read = DecisionRecord::read(record(1, None, 9).as_bytes()).unwrap();
        assert_eq!((read.revision, read.response.now.unwrap().seconds), (7, 9));
    }

    #[test]
    fn what_makes_no_sense_is_told_with_its_column() {
        for (line, form, message) in [
            ("{\"ticket\": 1}", Form::Request, "column 12: invalid type: integer `1`"),
            ("nonsense", Form::Request, "column 2: expected ident"),
            (&record(2, None, 0), Form::Record, "the line's version is 2, and this program reads 1"),
        ] {
            assert_eq!(Form::of(line.as_bytes()), form);
            let error = Change::read(line.as_bytes(), form).unwrap_err();
            assert!(error.message.starts_with(message), "{error:?}");
            assert_eq!(error.reason, i32::from(v1::ErrorReason::InvalidRequest));
            assert!(DecisionRecord::read(line.as_bytes()).is_err());
        }
        assert!(is_blank(b" \r\n") && !is_blank(b" {\n"));
    }
}
