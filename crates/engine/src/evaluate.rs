//! Decides one change by the index.
//!
//! What the request says narrows the rows, dimension by dimension, and brings up the clauses that are filed under it; texts are
//! folded and scanned last, and only if a clause that is still alive depends on them. The few that are left are verified for the
//! rest, one alternative of each workflow that matches is named, and its actions are rendered.

mod actions;
mod due;
mod gather;

use crate::decision::{Decision, FireKey, Match, MatchedPhrase, Place};
use crate::definition::{Condition, Mode, Test, Workflow};
use crate::index::condition::{CompiledCondition, Texts, View};
use crate::index::facts::{Facts, TextField};
use crate::index::{Clause, CompiledWorkflow, Index};
use crate::phrases::PhraseScratch;
use crate::request::Request;
use crate::time::{Nanos, nanos, timestamp};

/// Memory that decisions reuse. One per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    gathering: gather::Gathering,
    /// Clauses whose conditions all hold, ascending.
    alive: Vec<u32>,
    pub(crate) facts: Facts,
    pub(crate) baseline_facts: Facts,
    pub(crate) phrases: [PhraseScratch; 3],
    found: Vec<Found>,
    key: Vec<u8>,
}

/// An alternative that matches.
#[derive(Clone, Copy, Debug)]
struct Found {
    clause: Clause,
    /// Since when its conditions over time have held; absent if its key is made of the change.
    held_since: Option<Nanos>,
}

impl Index {
    /// Decides one change.
    pub fn evaluate(&self, request: &Request<'_>, scratch: &mut Scratch) -> Decision<'_> {
        self.gather(&request.ticket, &request.change, request.now, true, scratch);
        self.find(request, scratch);
        let mut decision = self.decide(request, scratch);
        if request.with_next_due {
            decision.next_due = self.next_due(request, scratch);
        }
        decision
    }

    /// Names one alternative of each workflow that matches.
    fn find(&self, request: &Request<'_>, scratch: &mut Scratch) {
        let Scratch { alive, facts, baseline_facts, phrases, found, .. } = scratch;
        let view = self.view(request, facts, phrases);
        let baseline = self.baseline_view(request, baseline_facts, !alive.is_empty());
        found.clear();
        for clause in alive.iter().filter_map(|clause| self.clause(*clause)) {
            let last = found.last().map(|last| last.clause.workflow);
            if last.is_some_and(|last| last != clause.workflow && self.stops(last)) {
                break;
            }
            let Some(workflow) = self.workflow(clause.workflow) else { continue };
            if let Some(before) = baseline.as_ref().filter(|_| !clause.event_driven)
                && workflow.conditions(clause.any).all(|condition| condition.holds(before))
            {
                continue;
            }
            let by_change = clause.event_driven || !clause.timed;
            let held_since = (!by_change).then(|| held_since(workflow, clause, &view));
            let candidate = Found { clause: *clause, held_since };
            match found.last_mut().filter(|_| last == Some(clause.workflow)) {
                None => found.push(candidate),
                Some(last) if candidate.precedes(last) => *last = candidate,
                Some(_) => {}
            }
        }
    }

    fn decide(&self, request: &Request<'_>, scratch: &mut Scratch) -> Decision<'_> {
        let Scratch { phrases, found, key, .. } = scratch;
        let mut decided = self.actions(request, found).into_iter();
        let mut decision = Decision::default();
        for found in found.iter() {
            let parts = self.workflow(found.clause.workflow).and_then(|w| Some((w, self.definition(w)?)));
            let (Some((workflow, definition)), Some(actions)) = (parts, decided.next()) else { continue };
            let matched = Match {
                workflow: definition,
                alternative: found.clause.any,
                phrases: matched_phrases(self, workflow, definition, found.clause.any, phrases),
                actions,
                fire_key: fire_key(&self.account.id, definition, request, found.held_since, key),
                held_since: found.held_since.map(timestamp),
            };
            match workflow.mode {
                Mode::Live => decision.matches.push(matched),
                Mode::Shadow => decision.shadow_matches.push(matched),
            }
        }
        decision
    }

    pub(crate) fn view<'v>(
        &'v self,
        request: &'v Request<'_>,
        facts: &'v Facts,
        scratches: &'v [PhraseScratch; 3],
    ) -> View<'v> {
        let present = TextField::ALL.map(|field| field.of(&request.ticket, &request.change).is_some());
        View {
            index: self,
            facts,
            texts: Texts::Scanned { scratches, present },
            instants: self.instants(&request.ticket),
            now: nanos(request.now),
        }
    }

    /// What the conditions are verified against as of the baseline; absent if there is none, or if it is not wanted.
    pub(crate) fn baseline_view<'v>(
        &'v self,
        request: &'v Request<'_>,
        facts: &'v mut Facts,
        wanted: bool,
    ) -> Option<View<'v>> {
        let baseline = request.baseline.as_ref().filter(|_| wanted)?;
        let ticket = baseline.ticket.as_ref().unwrap_or(&request.ticket);
        let asked_at = baseline.asked_at.unwrap_or(request.now);
        // What happened is no part of the state: a condition that nothing of a kind happened is taken as it is now.
        facts.read(self, ticket, &request.change, asked_at);
        Some(View {
            index: self,
            facts,
            texts: Texts::Ticket(ticket),
            instants: self.instants(ticket),
            now: nanos(asked_at),
        })
    }

    fn workflow(&self, number: u32) -> Option<&CompiledWorkflow> {
        self.workflows.get(usize::try_from(number).ok()?)
    }

    /// Whether workflows after this one, which matches, are passed over. A shadow workflow only watches.
    fn stops(&self, workflow: u32) -> bool {
        self.workflow(workflow).is_some_and(|workflow| workflow.stop && workflow.mode == Mode::Live)
    }
}

impl Found {
    /// Whether this alternative is named rather than an earlier one of the same workflow: see [`Match::alternative`].
    fn precedes(&self, earlier: &Self) -> bool {
        match (self.held_since, earlier.held_since) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(own), Some(earlier)) => own < earlier,
        }
    }
}

/// Since when a clause's conditions over time have held together; the epoch if none of them ever began.
fn held_since(workflow: &CompiledWorkflow, clause: &Clause, view: &View<'_>) -> Nanos {
    let starts =
        workflow.time_conditions(clause.any).filter_map(|time| time.held_since(&view.instants, view.now));
    starts.max().unwrap_or(0)
}

/// See [`FireKey`] for what the key is made of.
fn fire_key(
    account_id: &str,
    workflow: &Workflow,
    request: &Request<'_>,
    held_since: Option<Nanos>,
    key: &mut Vec<u8>,
) -> FireKey {
    let part = |key: &mut Vec<u8>, text: &str| {
        key.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        key.extend(text.as_bytes());
    };
    key.clear();
    for text in [account_id, &workflow.id, &request.ticket.id] {
        part(key, text);
    }
    match held_since {
        None => {
            key.push(b'c');
            part(key, &request.change.change_id);
        }
        Some(held_since) => {
            key.push(b'h');
            key.extend(i128::from(held_since).to_le_bytes());
        }
    }
    FireKey(xxhash_rust::xxh3::xxh3_128(key))
}

/// The phrases that occur, of an alternative's positive conditions.
fn matched_phrases<'i>(
    index: &Index,
    workflow: &CompiledWorkflow,
    definition: &'i Workflow,
    any: Option<u32>,
    scratches: &[PhraseScratch; 3],
) -> Vec<MatchedPhrase<'i>> {
    let all = (0..)
        .zip(&workflow.all)
        .zip(&definition.all)
        .map(|((place, compiled), defined)| (Place::All(place), compiled, defined));
    let any = any.and_then(|any| {
        let place = usize::try_from(any).ok()?;
        Some((Place::Any(any), workflow.any.get(place)?, definition.any.get(place)?))
    });
    let mut matched = Vec::new();
    for (place, compiled, defined) in all.chain(any) {
        let CompiledCondition::Text { field, test, negated: false, .. } = compiled else { continue };
        let (Some(phrases), Some(scratch)) = (phrases_of(defined), scratches.get(field.ordinal())) else {
            continue;
        };
        let found = scratch.phrases_of(index.matcher(*field), *test);
        matched.extend(found.filter_map(|phrase_index| {
            let phrase = phrases.get(usize::try_from(phrase_index).ok()?)?;
            Some(MatchedPhrase { place, phrase_index, phrase })
        }));
    }
    matched
}

fn phrases_of(condition: &Condition) -> Option<&[String]> {
    match &condition.test {
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => {
            Some(&phrases.phrases)
        }
        _ => None,
    }
}
