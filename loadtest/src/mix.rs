//! What is asked: requests, in parts with weights.

use std::path::Path;

use bytes::{BufMut as _, Bytes, BytesMut};
use prost::Message as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize as _;
use tamis_api::v1::{EvaluateBatchRequest, EvaluateRequest, EvaluateStreamRequest};

use crate::LoadError;
use crate::outcome::PartSummary;
use crate::plan::{Shape, refused};

mod generated;

pub use generated::{Account, Generated};

/// How many calls are drawn before the order begins anew: enough that weights hold to a few per cent.
const ORDER_CALLS: usize = 16_384;
/// Bytes that encoded batches may take together. A batch of a thousand long messages is a megabyte.
const BATCHES_BYTES_MAX: usize = 64 << 20;
/// The sum of the weights may not exceed what they are drawn with.
const WEIGHT_MAX: u64 = u32::MAX as u64;

/// What is asked: requests, in parts with weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// The parts. At least one, and one of them with a weight.
    pub parts: Vec<Part>,
}

/// Requests that are asked with a common weight: those of an account, or of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// A name for people.
    pub name: String,
    /// How often one of these is asked, in relation to the other parts' weights. With 0 none is.
    pub weight: u32,
    /// The requests, each as likely as the others. At least one.
    pub requests: Vec<EvaluateRequest>,
}

impl Mix {
    /// A mix of one part.
    pub fn of(name: impl Into<String>, requests: Vec<EvaluateRequest>) -> Self {
        Self { parts: vec![Part { name: name.into(), weight: 1, requests }] }
    }

    pub(crate) fn check(&self) -> Result<(), LoadError> {
        if let Some(empty) = self.parts.iter().find(|part| part.requests.is_empty()) {
            return Err(refused("mix.parts.requests", format!("`{}` has no request", empty.name)));
        }
        match self.parts.iter().map(|part| u64::from(part.weight)).sum::<u64>() {
            0 => Err(refused("mix.parts", "must have at least one part with a weight above 0".to_owned())),
            1..=WEIGHT_MAX => Ok(()),
            sum => Err(refused(
                "mix.parts.weight",
                format!("must be at most {WEIGHT_MAX} together, and are {sum}"),
            )),
        }
    }

    pub(crate) fn summary(&self) -> Vec<PartSummary> {
        let summary = |part: &Part| {
            let bytes: usize = part.requests.iter().map(EvaluateRequest::encoded_len).sum();
            PartSummary {
                name: part.name.clone(),
                weight: part.weight,
                requests: part.requests.len(),
                request_bytes_mean: bytes as f64 / part.requests.len().max(1) as f64,
            }
        };
        self.parts.iter().map(summary).collect()
    }
}

/// Reads requests in the JSON mapping of proto3: one, an array of them, or one after the other, as on lines. Where a batch
/// (`{"requests": […]}`) or a message of a stream (`{"request": {…}}`) stands, those in it are meant.
///
/// # Errors
/// [`LoadError::Requests`] if the file cannot be read, is not JSON, holds anything that the contract does not know, or no
/// request at all.
pub fn read_requests(path: &Path) -> Result<Vec<EvaluateRequest>, LoadError> {
    let wrong = |message: String| LoadError::Requests { file: path.to_owned(), message };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let mut requests = Vec::new();
    for value in serde_json::Deserializer::from_str(&text).into_iter() {
        let value: serde_json::Value = value.map_err(|error| wrong(error.to_string()))?;
        let values = match value {
            serde_json::Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            let place = requests.len();
            requests.extend(understand(value).map_err(|error| wrong(format!("request {place}: {error}")))?);
        }
    }
    if requests.is_empty() {
        return Err(wrong("has no request".to_owned()));
    }
    Ok(requests)
}

fn understand(value: serde_json::Value) -> Result<Vec<EvaluateRequest>, serde_json::Error> {
    if value.get("requests").is_some() {
        return Ok(EvaluateBatchRequest::deserialize(value)?.requests);
    }
    if value.get("request").is_some() {
        return Ok(EvaluateStreamRequest::deserialize(value)?.request.into_iter().collect());
    }
    EvaluateRequest::deserialize(value).map(|request| vec![request])
}

/// Messages as they go over the wire, and the order in which they do.
#[derive(Debug)]
pub(crate) struct Encoded {
    messages: Vec<Bytes>,
    order: Vec<u32>,
}

impl Encoded {
    /// Everything that a run sends, made before it begins. The same seed makes the same.
    pub(crate) fn new(mix: &Mix, shape: Shape, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut starts = Vec::new();
        let mut requests: Vec<&EvaluateRequest> = Vec::new();
        for part in &mix.parts {
            starts.push(requests.len());
            requests.extend(&part.requests);
        }
        let total: u64 = mix.parts.iter().map(|part| u64::from(part.weight)).sum();
        let mut draw = || {
            let mut left = random.random_range(0..total.max(1));
            for (part, start) in mix.parts.iter().zip(&starts) {
                match left.checked_sub(u64::from(part.weight)) {
                    Some(rest) => left = rest,
                    None => return start + random.random_range(0..part.requests.len().max(1)),
                }
            }
            0
        };
        match shape {
            Shape::Unary => {
                let order = (0..ORDER_CALLS).map(|_| draw() as u32).collect();
                Self { messages: requests.iter().map(|request| frame(*request)).collect(), order }
            }
            Shape::Stream { .. } => {
                let order = (0..ORDER_CALLS).map(|_| draw() as u32).collect();
                let message = |request: &&EvaluateRequest| {
                    frame(&EvaluateStreamRequest { request: Some((*request).clone()) })
                };
                Self { messages: requests.iter().map(message).collect(), order }
            }
            Shape::Batch { size } => {
                let mut messages = Vec::new();
                let mut bytes = 0;
                while messages.is_empty()
                    || (messages.len() < ORDER_CALLS / size && bytes < BATCHES_BYTES_MAX)
                {
                    let drawn = (0..size).filter_map(|_| requests.get(draw()).copied().cloned());
                    let message = frame(&EvaluateBatchRequest { requests: drawn.collect() });
                    bytes += message.len();
                    messages.push(message);
                }
                let order = (0..messages.len() as u32).collect();
                Self { messages, order }
            }
        }
    }

    /// The message of the call of this number.
    pub(crate) fn message(&self, call: u64) -> Bytes {
        let place = (call % self.order.len().max(1) as u64) as usize;
        let index = self.order.get(place).map_or(0, |index| *index as usize);
        self.messages.get(index).cloned().unwrap_or_default()
    }
}

/// A message with the five bytes that gRPC puts before each: not compressed, and its length.
pub(crate) fn frame(message: &impl prost::Message) -> Bytes {
    let len = message.encoded_len();
    let mut out = BytesMut::with_capacity(5 + len);
    out.put_u8(0);
    out.put_u32(len as u32);
    out.extend_from_slice(&message.encode_to_vec());
    out.freeze()
}
