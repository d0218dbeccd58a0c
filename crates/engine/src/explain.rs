//! Tells why each workflow matched or did not, condition by condition, on the same compiled conditions as the decision.

mod texts;
mod words;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::compile::compile;
use crate::decision::Place;
use crate::definition::{Condition, Mode, Workflow};
use crate::evaluate::{LevelScratch, scanned};
use crate::explanation::{
    AlternativeExplanation, Bar, ConditionExplanation, Explanation, Verdict, WorkflowExplanation,
};
use crate::index::condition::{CompiledCondition, Texts, View};
use crate::index::facts::TextField;
use crate::index::{CompiledWorkflow, Index, Level};
use crate::request::Request;
use texts::SeenTexts;

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
        let texts = SeenTexts::new(request);
        let scratches: Vec<_> = self.levels.iter().map(|level| self.scanned(level, request)).collect();
        let explainers: Vec<_> = self
            .levels
            .iter()
            .zip(&scratches)
            .map(|(level, scratch)| Explainer::new(self, level, &texts, (request, scratch)))
            .collect();
        let wanted: HashSet<&str> = workflow_ids.iter().copied().collect();
        let is_wanted = |workflow: &Workflow| wanted.is_empty() || wanted.contains(workflow.id.as_str());
        let mut disabled = self.explain_disabled(request, is_wanted);
        let mut stopped_by = None;
        let mut judged = Vec::new();
        for (explainer, definition, compiled) in self.in_order(&explainers) {
            let judgement = match compiled {
                Some(workflow) => {
                    let alternatives = explainer.alternatives(workflow, definition);
                    Judgement::Here { workflow, alternatives }
                }
                None => match disabled.remove(definition.id.as_str()) {
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
                stopped_by = Some(definition);
            }
            if is_wanted(definition) {
                judged.push((explainer, definition, judgement, verdict));
            }
        }
        let workflows_total = u32::try_from(judged.len()).unwrap_or(u32::MAX);
        judged.sort_by_key(|(_, _, judgement, verdict)| {
            (*verdict != Verdict::Matched, judgement.failed_conditions())
        });
        judged.truncate(workflows_max);
        let workflows = judged
            .into_iter()
            .map(|(explainer, definition, judgement, verdict)| {
                explainer.workflow(definition, judgement, verdict)
            })
            .collect();
        Explanation { workflows, workflows_total }
    }

    /// All that a level's conditions are verified against.
    fn scanned(&self, level: &Level, request: &Request<'_>) -> LevelScratch {
        let segment = &*level.segment;
        let mut scratch = LevelScratch::default();
        self.present(request).read(&mut scratch.facts, self, segment, &request.change);
        if let Some(before) = self.baseline(request) {
            before.read(&mut scratch.baseline_facts, self, segment, &request.change);
        }
        for field in TextField::ALL {
            let text = field.of(&request.ticket, &request.change);
            if let (Some(text), Some(phrases)) = (text, scratch.phrases.get_mut(field.ordinal())) {
                segment.matcher(field).scan(text, phrases);
            }
        }
        scratch
    }

    /// The workflows of all levels in their order, each with its level's explainer, and with its compiled form if it is
    /// enabled.
    fn in_order<'i, 'e>(
        &'i self,
        explainers: &'e [Explainer<'e>],
    ) -> impl Iterator<Item = (&'e Explainer<'e>, &'i Workflow, Option<&'i CompiledWorkflow>)> {
        let levels = self.levels.iter().zip(explainers);
        let mut ordered: Vec<_> = levels
            .flat_map(|(level, explainer)| {
                level.living().map(move |living| {
                    let compiled = level.segment.workflow(living.definition);
                    let compiled = compiled.filter(|_| living.workflow.enabled);
                    (living.rank(), (explainer, living.workflow.as_ref(), compiled))
                })
            })
            .collect();
        ordered.sort_unstable_by_key(|(rank, _)| *rank);
        ordered.into_iter().map(|(_, workflow)| workflow)
    }

    /// What would become of the disabled workflows if they were enabled, by their ids: the index does not hold them, so that
    /// one is made of them alone.
    fn explain_disabled(
        &self,
        request: &Request<'_>,
        is_wanted: impl Fn(&Workflow) -> bool,
    ) -> HashMap<String, ExplainedElsewhere> {
        let living = self.levels.iter().flat_map(Level::living).map(|living| living.workflow);
        let enabled: Vec<_> = living
            .filter(|workflow| !workflow.enabled && is_wanted(workflow))
            .map(|workflow| Arc::new(Workflow { enabled: true, ..workflow.as_ref().clone() }))
            .collect();
        let Some(index) =
            (!enabled.is_empty()).then(|| compile(Arc::clone(self.account()), &enabled).ok()).flatten()
        else {
            return HashMap::new();
        };
        let explained = index.explain(request, &[], usize::MAX).workflows.into_iter();
        explained
            .map(|one| {
                let WorkflowExplanation { workflow, failed_conditions, conditions, alternatives, .. } = one;
                (workflow.id.clone(), ExplainedElsewhere { failed_conditions, conditions, alternatives })
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
    texts: &'v SeenTexts<'v>,
    view: View<'v>,
    baseline: Option<View<'v>>,
}

impl<'v> Explainer<'v> {
    fn new(
        index: &'v Index,
        level: &'v Level,
        seen: &'v SeenTexts<'v>,
        (request, scratch): (&'v Request<'v>, &'v LevelScratch),
    ) -> Self {
        let LevelScratch { facts, baseline_facts, phrases, .. } = scratch;
        let segment = &*level.segment;
        let texts = Texts::Scanned { scratches: phrases, present: scanned(request) };
        let baseline = index.baseline(request);
        Self {
            request,
            texts: seen,
            view: index.present(request).view(index, segment, facts, texts),
            baseline: baseline.map(|before| before.view(index, segment, baseline_facts, before.texts())),
        }
    }

    fn alternatives(
        &self,
        workflow: &CompiledWorkflow,
        definition: &Workflow,
    ) -> Vec<AlternativeExplanation> {
        let segment = self.view.segment;
        let failed_all = segment.all(workflow).filter(|condition| !condition.holds(&self.view)).count();
        let one = |any: Option<(u32, CompiledCondition<'_>, &Condition)>| {
            let failed =
                failed_all + usize::from(any.is_some_and(|(_, condition, _)| !condition.holds(&self.view)));
            let alternative = any.map(|(index, _, _)| index);
            let mut conditions = definition.all.iter().chain(any.map(|(_, _, defined)| defined));
            let event_driven = conditions.clone().any(Condition::presupposes_event);
            let timed = conditions.any(Condition::depends_on_time);
            let held_before = || {
                self.baseline.as_ref().is_some_and(|before| {
                    segment.alternative(workflow, alternative).all(|condition| condition.holds(before))
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
        if workflow.any_count == 0 {
            return vec![one(None)];
        }
        let any = (0u32..).zip(segment.any(workflow)).zip(&definition.any);
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
                let segment = self.view.segment;
                let all = (0..).map(Place::All).zip(segment.all(compiled).zip(&workflow.all));
                let any = (0..).map(Place::Any).zip(segment.any(compiled).zip(&workflow.any));
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
        compiled: CompiledCondition<'_>,
        defined: &Condition,
    ) -> ConditionExplanation {
        let held = compiled.holds(&self.view);
        let short_by = compiled.time().filter(|_| !held).and_then(|time| {
            let rises = time.next_toggle(&self.view.instants, self.view.now)?;
            Some(jiff::SignedDuration::from_nanos(rises.saturating_sub(self.view.now)))
        });
        let (seen, seen_folded) = words::seen(&defined.test, self.request, self.texts, &self.view);
        let occurrences = self.texts.occurrences(compiled, &defined.test, &self.view);
        let wanted = words::wanted(defined);
        ConditionExplanation { place, held, wanted, seen, seen_folded, occurrences, short_by }
    }
}
