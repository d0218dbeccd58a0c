//! Batches: a small one is decided on the thread that received it, a large one on several at once.

use std::ops::Range;

use bytes::Bytes;
use prost::Message as _;
use tamis_api::v1::{EvaluateError, number, view};
use tamis_api::wire::{self, Unread, Writer};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::grpc::call;
use crate::grpc::decision::{Begun, Decisions, Told, unreadable};
use crate::identity::Access;
use crate::limits;
use crate::observe::decision_log::{Asked, Form};
use crate::status::Failure;

/// The changes of a batch, which are looked into one by one.
type Changes<'m> = [Unread<'m, view::EvaluateRequest<'m>>];

/// Bytes that a result has besides its answer.
const RESULT_BYTES: usize = 12;

/// What became of a part of a batch.
#[derive(Default)]
struct Part {
    decided: Vec<Decided>,
    /// The answers that were kept, one after the other.
    answers: Vec<u8>,
}

/// What became of one change of a part.
enum Decided {
    /// An answer of so many bytes.
    Answer(usize),
    /// An answer of so many bytes that was not kept, as the answers of its part alone would have been too many with it.
    NotKept(usize),
    /// No answer.
    Failed(Failure),
}

impl Decisions {
    /// Answers a batch: one result for each of its changes, in order.
    ///
    /// # Errors
    /// The message cannot be read, or has too few changes or too many.
    pub(super) async fn decide_all(
        &self,
        message: Bytes,
        access: &Access,
        deadline: Instant,
    ) -> Result<Bytes, Failure> {
        let changes = wire::read::<view::EvaluateBatchRequest<'_>>(&message).map_err(unreadable)?.requests;
        if !(1..=limits::BATCH_REQUESTS_MAX).contains(&changes.len()) {
            let message =
                format!("a batch has 1 to {} changes, not {}", limits::BATCH_REQUESTS_MAX, changes.len());
            return Err(Failure::invalid_field("batch_size", "requests", message));
        }
        let parts = parts(changes.len(), 1 + self.helpers.len());
        let mut helping = JoinSet::new();
        for (place, (part, helper)) in parts.iter().skip(1).zip(&*self.helpers).enumerate() {
            let (decisions, access) = (self.clone(), access.clone());
            let (message, part) = (message.clone(), part.clone());
            let deciding = async move {
                let batch = wire::read::<view::EvaluateBatchRequest<'_>>(&message).map_err(unreadable)?;
                let changes = batch.requests.get(part).unwrap_or_default();
                Ok((1 + place, decisions.decide_part(changes, &access, deadline).await?))
            };
            helping.spawn_on(deciding, helper);
        }
        let own = parts.first().and_then(|part| changes.get(part.clone())).unwrap_or_default();
        let mut decided = vec![(0, self.decide_part(own, access, deadline).await?)];
        while let Some(ended) = helping.join_next().await {
            match ended {
                Ok(ended) => decided.push(ended?),
                // The changes of a part that failed by a fault are missed below.
                Err(fault) => drop(Failure::internal(fault)),
            }
        }
        decided.sort_by_key(|(place, _)| *place);
        let mut decided = decided.into_iter().peekable();
        let in_order: Vec<Part> = parts
            .into_iter()
            .enumerate()
            .map(|(place, part)| {
                let found = decided.next_if(|(found, _)| *found == place).map(|(_, part)| part);
                let failed = || part.map(|_| Decided::Failed(Failure::Internal)).collect();
                found.unwrap_or_else(|| Part { decided: failed(), answers: Vec::new() })
            })
            .collect();
        self.within_limit(&changes, in_order, access, deadline).await
    }

    /// One decision of each change of a part of a batch. What is kept of the answers is bounded by itself, so that
    /// many threads together hold no more than as many times the bound.
    ///
    /// # Errors
    /// A change cannot be read.
    async fn decide_part(
        &self,
        changes: &Changes<'_>,
        access: &Access,
        deadline: Instant,
    ) -> Result<Part, Failure> {
        let mut part = Part { decided: Vec::with_capacity(changes.len()), answers: Vec::new() };
        for (nth, change) in changes.iter().enumerate() {
            if nth > 0 && nth.is_multiple_of(limits::BATCH_REQUESTS_IN_ONE_GO) {
                // Other calls of this thread come in between, however large the batch.
                tokio::task::yield_now().await;
            }
            let answers = &mut part.answers;
            let decided = match self.decide_into(answers, *change, access, deadline).await? {
                Ok(bytes) if answers.len() <= limits::BATCH_RESPONSE_BYTES_MAX => Decided::Answer(bytes),
                Ok(bytes) => {
                    answers.truncate(answers.len() - bytes);
                    Decided::NotKept(bytes)
                }
                Err(failure) => Decided::Failed(failure),
            };
            part.decided.push(decided);
        }
        Ok(part)
    }

    /// Appends the answer to a change, an `EvaluateResponse`, and tells how many bytes it has; or why there is none.
    ///
    /// # Errors
    /// The change cannot be read.
    async fn decide_into(
        &self,
        answers: &mut Vec<u8>,
        change: Unread<'_, view::EvaluateRequest<'_>>,
        access: &Access,
        deadline: Instant,
    ) -> Result<Result<usize, Failure>, Failure> {
        let mut tell = |told: &Told<'_>, _: &mut Vec<u8>| {
            let before = answers.len();
            told.write(&mut Writer::new(answers));
            answers.len() - before
        };
        let (rpc, form) = (self.observer.rpcs.evaluate_batch, Form::Request);
        let asked = Asked { rpc, form, bytes: change.bytes() };
        let begun = self.begin(change.read().map_err(unreadable)?, access, asked, &mut tell);
        Ok(match begun {
            Ok(Begun::Told(bytes)) => Ok(bytes),
            Ok(Begun::Awaited(awaited)) => self.finish(&awaited, access, || deadline, tell).await,
            Err(failure) => Err(failure),
        })
    }

    /// The answers in order, as long as they fit into a message: one that does not gives way to those behind it.
    async fn within_limit(
        &self,
        changes: &Changes<'_>,
        parts: Vec<Part>,
        access: &Access,
        deadline: Instant,
    ) -> Result<Bytes, Failure> {
        let limit = u64::try_from(limits::BATCH_RESPONSE_BYTES_MAX).unwrap_or(u64::MAX);
        let too_large = || Failure::call_too_large("batch_response_bytes", limit);
        let lengths = parts.iter().map(|part| part.answers.len() + RESULT_BYTES * part.decided.len());
        let mut message = Vec::with_capacity(call::FRAME_BYTES + lengths.sum::<usize>());
        message.extend_from_slice(&[0; call::FRAME_BYTES]);
        let mut changes = changes.iter();
        let (mut total, mut again) = (0, Vec::new());
        for Part { decided, answers } in parts {
            let mut answers = &*answers;
            for (decided, change) in decided.into_iter().zip(changes.by_ref()) {
                let told = match decided {
                    Decided::Answer(bytes) => {
                        let (answer, rest) = answers.split_at_checked(bytes).unwrap_or_default();
                        answers = rest;
                        if fits(&mut total, bytes) { Ok(answer) } else { Err(too_large()) }
                    }
                    Decided::NotKept(bytes) if fits(&mut total.clone(), bytes) => {
                        // Of its part, an earlier one has not been kept either: there is room after all. By now the
                        // account may have changed, and the answer with it.
                        again.clear();
                        match self.decide_into(&mut again, *change, access, deadline).await? {
                            Ok(bytes) if fits(&mut total, bytes) => Ok(&*again),
                            Ok(_) => Err(too_large()),
                            Err(failure) => Err(failure),
                        }
                    }
                    Decided::NotKept(_) => Err(too_large()),
                    Decided::Failed(failure) => Err(failure),
                };
                append(&mut message, told);
            }
        }
        call::close_frame(&mut message)?;
        Ok(message.into())
    }
}

/// Appends one result.
fn append(message: &mut Vec<u8>, told: Result<&[u8], Failure>) {
    Writer::new(message).message(number::EVALUATE_BATCH_RESPONSE_RESULTS, |to| match told {
        Ok(answer) => to.given_bytes(number::EVALUATE_RESULT_RESPONSE, answer),
        Err(failure) => {
            to.given_bytes(number::EVALUATE_RESULT_ERROR, &EvaluateError::from(failure).encode_to_vec());
        }
    });
}

/// Adds the bytes of an answer to those before it, if all of them may be in one message.
fn fits(total: &mut usize, bytes: usize) -> bool {
    let with = total.saturating_add(bytes);
    let fits = with <= limits::BATCH_RESPONSE_BYTES_MAX;
    if fits {
        *total = with;
    }
    fits
}

/// The parts of a batch for so many threads: as equal as can be, and none so small that handing it over would cost more
/// than deciding it.
fn parts(changes: usize, threads: usize) -> Vec<Range<usize>> {
    let count = (changes / limits::BATCH_PART_REQUESTS_MIN).clamp(1, threads.max(1));
    (0..count).map(|nth| changes * nth / count..changes * (nth + 1) / count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_equal_large_and_whole() {
        let least = limits::BATCH_PART_REQUESTS_MIN;
        for threads in [0, 1, 2, 3, 64] {
            for changes in [0, 1, least - 1, least, 2 * least - 1, 2 * least, 2 * least + 1, 1_000] {
                let parts = parts(changes, threads);
                assert!((1..=threads.max(1)).contains(&parts.len()), "{changes} for {threads}: {parts:?}");
                assert!(parts.len() == 1 || parts.iter().all(|part| part.len() >= least), "{parts:?}");
                let lengths = || parts.iter().map(ExactSizeIterator::len);
                assert!(lengths().max().unwrap() - lengths().min().unwrap() <= 1, "{parts:?}");
                assert!(parts.into_iter().flatten().eq(0..changes), "{changes} for {threads}");
            }
        }
        assert_eq!(parts(2 * least, 2).len(), 2);
        assert_eq!(parts(2 * least - 1, 2).len(), 1);
    }
}
