//! One line of the log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tamis_api::v1;

/// The version of the form of a line. It grows when a reader of the form before would misread a line.
pub const DECISION_RECORD_VERSION: u32 = 1;

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
