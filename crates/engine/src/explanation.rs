//! Why each workflow matched or did not.

use std::ops::Range;

use jiff::SignedDuration;

use crate::decision::Place;
use crate::definition::Workflow;

/// Matches first, then the workflows that the fewest conditions keep from matching; each group in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation<'i> {
    /// What became of each workflow that was asked about.
    pub workflows: Vec<WorkflowExplanation<'i>>,
    /// How many workflows were asked about, answered or not.
    pub workflows_total: u32,
}

/// Why one workflow matched or did not.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowExplanation<'i> {
    /// The workflow.
    pub workflow: &'i Workflow,
    /// What became of it.
    pub verdict: Verdict<'i>,
    /// The least number of conditions that failed in an alternative.
    pub failed_conditions: u32,
    /// Each condition of `all`, then of `any`.
    pub conditions: Vec<ConditionExplanation>,
    /// Each alternative.
    pub alternatives: Vec<AlternativeExplanation>,
}

/// What became of a workflow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict<'i> {
    /// It matches.
    Matched,
    /// It would match, but this earlier one stops.
    PassedOver(&'i Workflow),
    /// It does not match.
    NotMatched,
    /// It is disabled; its conditions and alternatives tell what would have become of it.
    Disabled,
}

/// Why one condition held or not.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionExplanation {
    /// Where it stands.
    pub place: Place,
    /// Whether it held, negation included.
    pub held: bool,
    /// What was wanted, for people.
    pub wanted: String,
    /// What was seen, for people.
    pub seen: String,
    /// For a text: what was seen after folding, at most its first 200 characters.
    pub seen_folded: Option<String>,
    /// For a text: each phrase that was found in it, whether the condition is negated or not, where it first stands.
    pub occurrences: Vec<PhraseOccurrence>,
    /// For a time condition that failed and will hold: how long it will take.
    pub short_by: Option<SignedDuration>,
}

/// Where a phrase was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseOccurrence {
    /// Index in the condition's phrases.
    pub phrase_index: u32,
    /// The phrase, as the workflow has it.
    pub phrase: String,
    /// The stretch that it was found in, in characters of the text as it was written. Marks that follow a letter, and letters
    /// that fold to several, are in it whole.
    pub chars: Range<u32>,
}

/// Why one alternative matched or did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlternativeExplanation {
    /// Index in `any`; absent if the workflow has no `any`.
    pub alternative: Option<u32>,
    /// Whether it matched.
    pub matched: bool,
    /// How many of its conditions failed.
    pub failed_conditions: u32,
    /// If none failed and it did not match: why.
    pub bar: Option<Bar>,
}

/// What keeps an alternative from matching although its conditions hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// The change is a timer, and the alternative has no clock or elapsed condition.
    TimelessOnTimer,
    /// It held at the baseline already.
    HeldAtBaseline,
}
