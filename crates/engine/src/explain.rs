//! Tells why each workflow matched or did not, condition by condition, on the same compiled conditions as the decision.

mod words;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::compile::compile;
use crate::decision::Place;
use crate::definition::{Condition, Mode, Workflow};
use crate::evaluate::Scratch;
use crate::explanation::{
    AlternativeExplanation, Bar, ConditionExplanation, Explanation, Verdict, WorkflowExplanation,
};
use crate::index::condition::{CompiledCondition, View};
use crate::index::facts::TextField;
use crate::index::{CompiledWorkflow, Index};
use crate::request::Request;

impl Index {
    /// Tells why each workflow matched or did not: those with the given ids, or all if there are none; at most
    /// `workflows_max` of them. Ids that the account does not have are passed over.
    ///
    /// It verifies every condition of every workflow, in time that grows with their number: it is for people, not for the
    /// path of every ticket.
    pub fn explain(
        &self,
        request: &Request<'_>,
        workflow_ids: &[&str],
        workflows_max: usize,
    ) -> Explanation<'_> {
        let mut scratch = Scratch::default();
        scratch.facts.read(self, &request.ticket, &request.change, request.now);
        for field in TextField::ALL {
            let text = field.of(&request.ticket, &request.change);
            if let (Some(text), Some(phrases)) = (text, scratch.phrases.get_mut(field.ordinal())) {
                self.matcher(field).scan(text, phrases);
            }
        }
        let view = self.view(request, &scratch.facts, &scratch.phrases);
        let baseline = self.baseline_view(request, &mut scratch.baseline_facts, true);
        let explainer = Explainer { request, view, baseline };

        let wanted: HashSet<&str> = workflow_ids.iter().copied().collect();
        let is_wanted = |workflow: &Workflow| wanted.is_empty() || wanted.contains(workflow.id.as_str());
        let mut disabled = self.explain_disabled(request, is_wanted);
        let mut compiled = self.workflows.iter().peekable();
        let mut stopped_by = None;
        let mut judged = Vec::new();
        for (place, definition) in (0u32..).zip(&self.definitions) {
            let judgement = match compiled.next_if(|workflow| workflow.definition == place) {
                Some(workflow) => {
                    let alternatives = explainer.alternatives(workflow, definition);
                    Judgement::Here { workflow, alternatives }
                }
                None => match disabled.remove(&place) {
                    Some(explained) => Judgement::Elsewhere(explained),
                    None => continue,
                },
            };
            let verdict = match &judgement {
                Judgement::Elsewhere(_) => Verdict::Disabled,
                Judgement::Here { .. } if judgement.matched() => {
                    stopped_by.map_or(Verdict::Matched, Verdict::PassedOver)
                }
                Judgement::Here { .. } => Verdict::NotMatched,
            };
            if verdict == Verdict::Matched && definition.stop && definition.mode == Mode::Live {
                stopped_by = Some(definition.as_ref());
            }
            if is_wanted(definition) {
                judged.push((definition.as_ref(), judgement, verdict));
            }
        }
        let workflows_total = u32::try_from(judged.len()).unwrap_or(u32::MAX);
        judged.sort_by_key(|(_, judgement, verdict)| {
            (*verdict != Verdict::Matched, judgement.failed_conditions())
        });
        judged.truncate(workflows_max);
        let workflows = judged
            .into_iter()
            .map(|(definition, judgement, verdict)| explainer.workflow(definition, judgement, verdict))
            .collect();
        Explanation { workflows, workflows_total }
    }

    /// What would become of the disabled workflows if they were enabled, by their place: the index does not hold them, so that
    /// one is made of them alone.
    fn explain_disabled(
        &self,
        request: &Request<'_>,
        is_wanted: impl Fn(&Workflow) -> bool,
    ) -> HashMap<u32, ExplainedElsewhere> {
        let disabled: Vec<(u32, Arc<Workflow>)> = (0u32..)
            .zip(&self.definitions)
            .filter(|(_, workflow)| !workflow.enabled && is_wanted(workflow))
            .map(|(place, workflow)| {
                (place, Arc::new(Workflow { enabled: true, ..workflow.as_ref().clone() }))
            })
            .collect();
        let places: HashMap<&str, u32> =
            disabled.iter().map(|(place, workflow)| (workflow.id.as_str(), *place)).collect();
        let enabled: Vec<_> = disabled.iter().map(|(_, workflow)| Arc::clone(workflow)).collect();
        let Some(index) =
            (!enabled.is_empty()).then(|| compile(Arc::clone(&self.account), &enabled).ok()).flatten()
        else {
            return HashMap::new();
        };
        let explained = index.explain(request, &[], usize::MAX).workflows.into_iter();
        explained
            .filter_map(|one| {
                let place = places.get(one.workflow.id.as_str())?;
                let WorkflowExplanation { failed_conditions, conditions, alternatives, .. } = one;
                Some((*place, ExplainedElsewhere { failed_conditions, conditions, alternatives }))
            })
            .collect()
    }
}

/// What became of a workflow's conditions in an index of its own.
struct ExplainedElsewhere {
    failed_conditions: u32,
    conditions: Vec<ConditionExplanation>,
    alternatives: Vec<AlternativeExplanation>,
}

enum Judgement<'i> {
    /// An enabled workflow.
    Here { workflow: &'i CompiledWorkflow, alternatives: Vec<AlternativeExplanation> },
    /// A disabled one.
    Elsewhere(ExplainedElsewhere),
}

impl Judgement<'_> {
    fn matched(&self) -> bool {
        match self {
            Self::Here { alternatives, .. } => alternatives.iter().any(|alternative| alternative.matched),
            Self::Elsewhere(_) => false,
        }
    }

    fn failed_conditions(&self) -> u32 {
        match self {
            Self::Here { alternatives, .. } => {
                alternatives.iter().map(|alternative| alternative.failed_conditions).min().unwrap_or(0)
            }
            Self::Elsewhere(explained) => explained.failed_conditions,
        }
    }
}

struct Explainer<'v> {
    request: &'v Request<'v>,
    view: View<'v>,
    baseline: Option<View<'v>>,
}

impl Explainer<'_> {
    fn alternatives(
        &self,
        workflow: &CompiledWorkflow,
        definition: &Workflow,
    ) -> Vec<AlternativeExplanation> {
        let failed_all = workflow.all.iter().filter(|condition| !condition.holds(&self.view)).count();
        let one = |any: Option<(u32, &CompiledCondition, &Condition)>| {
            let failed =
                failed_all + usize::from(any.is_some_and(|(_, condition, _)| !condition.holds(&self.view)));
            let alternative = any.map(|(index, _, _)| index);
            let mut conditions = definition.all.iter().chain(any.map(|(_, _, defined)| defined));
            let event_driven = conditions.clone().any(Condition::presupposes_event);
            let timed = conditions.any(Condition::depends_on_time);
            let held_before = || {
                self.baseline.as_ref().is_some_and(|before| {
                    workflow.conditions(alternative).all(|condition| condition.holds(before))
                })
            };
            let bar = match failed {
                0 if event_driven => None,
                0 if self.request.change.timer && !timed => Some(Bar::TimelessOnTimer),
                0 if held_before() => Some(Bar::HeldAtBaseline),
                _ => None,
            };
            AlternativeExplanation {
                alternative,
                matched: failed == 0 && bar.is_none(),
                failed_conditions: u32::try_from(failed).unwrap_or(u32::MAX),
                bar,
            }
        };
        if workflow.any.is_empty() {
            return vec![one(None)];
        }
        let any = (0u32..).zip(&workflow.any).zip(&definition.any);
        any.map(|((index, condition), defined)| one(Some((index, condition, defined)))).collect()
    }

    fn workflow<'i>(
        &self,
        workflow: &'i Workflow,
        judgement: Judgement<'i>,
        verdict: Verdict<'i>,
    ) -> WorkflowExplanation<'i> {
        let failed_conditions = judgement.failed_conditions();
        let (conditions, alternatives) = match judgement {
            Judgement::Elsewhere(explained) => (explained.conditions, explained.alternatives),
            Judgement::Here { workflow: compiled, alternatives } => {
                let all = (0..).map(Place::All).zip(compiled.all.iter().zip(&workflow.all));
                let any = (0..).map(Place::Any).zip(compiled.any.iter().zip(&workflow.any));
                let conditions = all.chain(any);
                let explained =
                    conditions.map(|(place, (compiled, defined))| self.condition(place, compiled, defined));
                (explained.collect(), alternatives)
            }
        };
        WorkflowExplanation { workflow, verdict, failed_conditions, conditions, alternatives }
    }

    fn condition(
        &self,
        place: Place,
        compiled: &CompiledCondition,
        defined: &Condition,
    ) -> ConditionExplanation {
        let held = compiled.holds(&self.view);
        let short_by = compiled.time().filter(|_| !held).and_then(|time| {
            let rises = time.next_toggle(&self.view.instants, self.view.now)?;
            Some(jiff::SignedDuration::from_nanos(rises.saturating_sub(self.view.now)))
        });
        let (seen, seen_folded) = words::seen(&defined.test, self.request, &self.view);
        ConditionExplanation { place, held, wanted: words::wanted(defined), seen, seen_folded, short_by }
    }
}
