//! Looks at the first answers closely.

use bytes::Bytes;
use tamis_api::v1::{
    EvaluateBatchResponse, EvaluateResponse, EvaluateResult, EvaluateStreamResponse,
    evaluate_result::Result as Kind,
};

use crate::plan::{Check, Plan, Shape};
use crate::record::Totals;
use crate::wire;

/// Checks the first answers that a thread gets.
#[derive(Debug)]
pub(super) struct Checker {
    left: u64,
    revision: Option<u64>,
    batch: usize,
    checked: u64,
    wrong: u64,
    first_wrong: Option<String>,
}

impl Checker {
    /// The part of one thread.
    pub(super) fn new(plan: &Plan, thread: usize) -> Self {
        let Check { calls, revision } = plan.check.unwrap_or(Check { calls: 0, revision: None });
        let threads = plan.threads as u64;
        let left = calls / threads + u64::from((thread as u64) < calls % threads);
        let batch = match plan.shape {
            Shape::Batch { size } => size,
            Shape::Unary | Shape::Stream { .. } => 1,
        };
        Self { left, revision, batch, checked: 0, wrong: 0, first_wrong: None }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.left > 0
    }

    /// An answer with the bytes before it.
    pub(super) fn unary(&mut self, body: &Bytes) {
        let found =
            decoded::<EvaluateResponse>(wire::message(body)).and_then(|answer| self.response(&answer));
        self.count(found);
    }

    /// The same of a batch.
    pub(super) fn batch(&mut self, body: &Bytes) {
        let found = decoded::<EvaluateBatchResponse>(wire::message(body)).and_then(|answer| {
            if answer.results.len() != self.batch {
                return Err(format!("{} results for {} changes", answer.results.len(), self.batch));
            }
            answer.results.iter().try_for_each(|result| self.result(result))
        });
        self.count(found);
    }

    /// A message of a stream.
    pub(super) fn stream(&mut self, message: Bytes) {
        let found =
            decoded::<EvaluateStreamResponse>(Some(message)).and_then(|answer| match &answer.result {
                Some(result) => self.result(result),
                None => Err("no result".to_owned()),
            });
        self.count(found);
    }

    fn result(&self, result: &EvaluateResult) -> Result<(), String> {
        match &result.result {
            Some(Kind::Response(response)) => self.response(response),
            Some(Kind::Error(error)) => Err(format!("an error: {}", error.message)),
            None => Err("a result that is neither an answer nor an error".to_owned()),
        }
    }

    fn response(&self, response: &EvaluateResponse) -> Result<(), String> {
        match self.revision {
            Some(wanted) if response.revision != wanted => {
                return Err(format!("decided by revision {} instead of {wanted}", response.revision));
            }
            None if response.revision == 0 => return Err("decided by no revision".to_owned()),
            _ => {}
        }
        match response.matches.iter().find(|found| found.workflow_id.is_empty() || found.fire_key.len() != 32)
        {
            Some(_) => Err("a match without a workflow or a fire key".to_owned()),
            None if response.now.is_none() => Err("no instant of the decision".to_owned()),
            None => Ok(()),
        }
    }

    fn count(&mut self, found: Result<(), String>) {
        self.left -= 1;
        self.checked += 1;
        if let Err(message) = found {
            self.wrong += 1;
            self.first_wrong.get_or_insert(message);
        }
    }
}

fn decoded<T: prost::Message + Default>(message: Option<Bytes>) -> Result<T, String> {
    let message = message.ok_or("the answer is not one uncompressed message")?;
    T::decode(message).map_err(|error| format!("not as the contract has it: {error}"))
}

impl Totals {
    pub(super) fn take_check(&mut self, checker: &Checker) {
        self.checked = checker.checked;
        self.wrong = checker.wrong;
        self.first_wrong.clone_from(&checker.first_wrong);
    }
}
