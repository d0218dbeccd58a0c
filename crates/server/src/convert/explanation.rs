//! Explanations, as answers tell them.

use jiff::Timestamp;
use tamis_api::v1;
use tamis_engine::explanation::{
    AlternativeExplanation, Bar, ConditionExplanation, PhraseOccurrence, Verdict, WorkflowExplanation,
};
use tamis_engine::{Explanation, Workflow};

use crate::convert::{place, time};

/// Writes why workflows matched or did not, at an instant, from a revision.
pub(crate) fn to_wire(explanation: Explanation<'_>, revision: u64, now: Timestamp) -> v1::ExplainResponse {
    v1::ExplainResponse {
        revision,
        now: Some(time::instant_to_wire(now)),
        workflows_total: explanation.workflows_total,
        workflows: workflows_to_wire(explanation).collect(),
        decision: None,
    }
}

/// Writes what became of each workflow.
pub(crate) fn workflows_to_wire(
    explanation: Explanation<'_>,
) -> impl Iterator<Item = v1::WorkflowExplanation> {
    explanation.workflows.into_iter().map(workflow_to_wire)
}

fn workflow_to_wire(explained: WorkflowExplanation<'_>) -> v1::WorkflowExplanation {
    let workflow = explained.workflow;
    let (verdict, stopped_by) = match explained.verdict {
        Verdict::Matched => (v1::Verdict::Matched, ""),
        Verdict::PassedOver(by) => (v1::Verdict::PassedOver, &*by.id),
        Verdict::NotMatched => (v1::Verdict::NotMatched, ""),
        Verdict::Disabled => (v1::Verdict::Disabled, ""),
    };
    let conditions = explained.conditions.into_iter().map(|condition| condition_to_wire(workflow, condition));
    v1::WorkflowExplanation {
        workflow_id: workflow.id.clone(),
        display_name: workflow.display_name.clone(),
        verdict: verdict.into(),
        stopped_by: stopped_by.to_owned(),
        failed_conditions: explained.failed_conditions,
        conditions: conditions.collect(),
        alternatives: explained.alternatives.into_iter().map(alternative_to_wire).collect(),
    }
}

fn condition_to_wire(workflow: &Workflow, explained: ConditionExplanation) -> v1::ConditionExplanation {
    let occurrence = |PhraseOccurrence { phrase_index, phrase, chars }| v1::PhraseOccurrence {
        field: place::phrase(workflow, explained.place, phrase_index),
        phrase,
        from_char: chars.start,
        to_char: chars.end,
    };
    v1::ConditionExplanation {
        field: place::condition(workflow, explained.place),
        held: explained.held,
        wanted: explained.wanted,
        seen: explained.seen,
        seen_folded: explained.seen_folded,
        short_by: explained.short_by.map(time::duration_to_wire),
        occurrences: explained.occurrences.into_iter().map(occurrence).collect(),
    }
}

fn alternative_to_wire(explained: AlternativeExplanation) -> v1::AlternativeExplanation {
    let bar = match explained.bar {
        None => v1::AlternativeBar::Unspecified,
        Some(Bar::TimelessOnTimer) => v1::AlternativeBar::TimelessOnTimer,
        Some(Bar::HeldAtBaseline) => v1::AlternativeBar::HeldAtBaseline,
    };
    v1::AlternativeExplanation {
        alternative: explained.alternative,
        matched: explained.matched,
        failed_conditions: explained.failed_conditions,
        bar: bar.into(),
    }
}
