//! Batches: a small one is decided on the thread that received it, a large one on several at once.

use std::ops::Range;
use std::sync::Arc;

use prost::Message as _;
use tamis_api::v1;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::grpc::decision::{Decisions, result};
use crate::limits;
use crate::status::Failure;

/// What became of one change of a part of a batch.
enum Decided {
    /// An answer of so many bytes.
    Answer(v1::EvaluateResponse, usize),
    /// An answer of so many bytes that was not kept, as the answers of its part alone would have been too many with it.
    NotKept(usize),
    /// No answer.
    Failed(Failure),
}

impl Decisions {
    /// One decision of each change of a batch, in order.
    pub(super) async fn decide_all(
        &self,
        messages: Vec<v1::EvaluateRequest>,
        deadline: Instant,
    ) -> Vec<v1::EvaluateResult> {
        let messages = Arc::new(messages);
        let parts = parts(messages.len(), 1 + self.helpers.len());
        let mut helping = JoinSet::new();
        for (place, (part, helper)) in parts.iter().skip(1).zip(&*self.helpers).enumerate() {
            let (decisions, messages, part) = (self.clone(), messages.clone(), part.clone());
            let deciding = async move { (1 + place, decisions.decide_part(&messages, part, deadline).await) };
            helping.spawn_on(deciding, helper);
        }
        let own = parts.first().cloned().unwrap_or_default();
        let mut decided = vec![(0, self.decide_part(&messages, own, deadline).await)];
        while let Some(ended) = helping.join_next().await {
            // The changes of a part that failed are missed below.
            decided.extend(ended.map_err(Failure::internal));
        }
        decided.sort_by_key(|(place, _)| *place);
        let mut decided = decided.into_iter().peekable();
        let in_order = parts.into_iter().enumerate().flat_map(|(place, part)| {
            let found = decided.next_if(|(found, _)| *found == place).map(|(_, part)| part);
            found.unwrap_or_else(|| part.map(|_| Decided::Failed(Failure::Internal)).collect())
        });
        let in_order: Vec<Decided> = in_order.collect();
        self.within_limit(&messages, in_order, deadline).await
    }

    /// One decision of each change of a part of a batch. What is kept of the answers is bounded by itself, so that
    /// many threads together hold no more than as many times the bound.
    async fn decide_part(
        &self,
        messages: &[v1::EvaluateRequest],
        part: Range<usize>,
        deadline: Instant,
    ) -> Vec<Decided> {
        let mut decided = Vec::with_capacity(part.len());
        let mut total = 0;
        for (nth, message) in messages.get(part).unwrap_or_default().iter().enumerate() {
            if nth > 0 && nth.is_multiple_of(limits::BATCH_REQUESTS_IN_ONE_GO) {
                // Other calls of this thread come in between, however large the batch.
                tokio::task::yield_now().await;
            }
            decided.push(match self.decide(message, || deadline).await {
                Ok(answer) => {
                    let bytes = answer.encoded_len();
                    if fits(&mut total, bytes) {
                        Decided::Answer(answer, bytes)
                    } else {
                        Decided::NotKept(bytes)
                    }
                }
                Err(failure) => Decided::Failed(failure),
            });
        }
        decided
    }

    /// The answers in order, as long as they fit into a message: one that does not gives way to those behind it.
    async fn within_limit(
        &self,
        messages: &[v1::EvaluateRequest],
        decided: Vec<Decided>,
        deadline: Instant,
    ) -> Vec<v1::EvaluateResult> {
        let limit = u64::try_from(limits::BATCH_RESPONSE_BYTES_MAX).unwrap_or(u64::MAX);
        let too_large = || Err(Failure::call_too_large("batch_response_bytes", limit));
        let mut results = Vec::with_capacity(decided.len());
        let mut total = 0;
        for (decided, message) in decided.into_iter().zip(messages) {
            results.push(result(match decided {
                Decided::Answer(answer, bytes) if fits(&mut total, bytes) => Ok(answer),
                Decided::NotKept(bytes) if fits(&mut total.clone(), bytes) => {
                    // Of its part, an earlier one has not been kept either: there is room after all. By now the account may
                    // have changed, and the answer with it.
                    let again = self.decide(message, || deadline).await;
                    again.and_then(|answer| {
                        if fits(&mut total, answer.encoded_len()) { Ok(answer) } else { too_large() }
                    })
                }
                Decided::Answer(..) | Decided::NotKept(_) => too_large(),
                Decided::Failed(failure) => Err(failure),
            }));
        }
        results
    }
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
