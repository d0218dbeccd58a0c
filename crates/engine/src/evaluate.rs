//! Decides one change by the index.
//!
//! What the request says narrows the rows, dimension by dimension, and brings up the clauses that are filed under it; texts are
//! folded and scanned last, and only if a clause that is still alive depends on them. The few that are left are verified for the
//! rest, one alternative of each workflow that matches is named, and its actions are rendered.

mod actions;
mod chain;
mod due;
mod gather;

use jiff::Timestamp;

use crate::decision::{Decision, FireKey, Match, MatchedPhrase, NotReady, Place};
use crate::definition::{Condition, Mode, Workflow};
use crate::index::condition::{CompiledCondition, Texts, View};
use crate::index::facts::{Facts, TextField};
use crate::index::{Clause, CompiledWorkflow, Index, Rank, Segment};
use crate::phrases::{Folded, PhraseScratch};
use crate::request::{Change, Request, Ticket};
use crate::time::{Instants, Nanos, nanos, timestamp};

/// Memory that decisions reuse. One per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// One per level of the index; more if another index had more.
    levels: Vec<LevelScratch>,
    /// The texts, in the order of [`TextField::ALL`], as far as they have been folded.
    folded: [Folded; 3],
    /// Per level, how many of its clauses have been gone through.
    heads: Vec<usize>,
    found: Vec<Found>,
    /// Why the actions of all that was found are not ready, in order.
    states: Vec<Option<NotReady>>,
    key: Vec<u8>,
}

/// Memory for one level of an index.
#[derive(Debug, Default)]
pub(crate) struct LevelScratch {
    gathering: gather::Gathering,
    /// Clauses whose conditions all hold, ascending.
    alive: Vec<u32>,
    pub(crate) facts: Facts,
    pub(crate) baseline_facts: Facts,
    pub(crate) phrases: [PhraseScratch; 3],
}

/// An alternative that matches.
#[derive(Clone, Copy, Debug)]
struct Found {
    /// The place of its level.
    level: usize,
    clause: Clause,
    /// Since when its conditions over time have held; absent if its key is made of the change.
    held_since: Option<Nanos>,
}

/// A state of a ticket at an instant.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'v> {
    pub(crate) ticket: &'v Ticket<'v>,
    pub(crate) now: Timestamp,
    instants: Instants<'v>,
}

impl Index {
    /// Decides one change.
    pub fn evaluate<'d>(&'d self, request: &'d Request<'_>, scratch: &mut Scratch) -> Decision<'d> {
        self.gather(&request.ticket, &request.change, request.now, true, scratch);
        self.find(request, None, scratch);
        let mut decision = self.decide(request, request, scratch);
        if request.with_chaining {
            self.chain(request, &mut decision, scratch);
        } else if request.with_next_due {
            decision.next_due = self.next_due(request, scratch);
        }
        decision
    }

    /// Which workflows match, live or in shadow, in the order of [`Decision::matches`], and no more than that: nothing is
    /// rendered, no key is made, and neither is it told what is due next or what follows from their actions.
    pub fn matching<'i: 's, 's>(
        &'i self,
        request: &Request<'_>,
        scratch: &'s mut Scratch,
    ) -> impl Iterator<Item = &'i Workflow> + 's {
        self.gather(&request.ticket, &request.change, request.now, true, scratch);
        self.find(request, None, scratch);
        scratch.found.iter().filter_map(|found| Some(self.parts(found)?.2))
    }

    /// Finds, in each level, the clauses whose conditions hold for a ticket and a change, in ascending order; those over time
    /// count or not.
    fn gather(
        &self,
        ticket: &Ticket<'_>,
        change: &Change<'_>,
        now: Timestamp,
        clocks: bool,
        scratch: &mut Scratch,
    ) {
        if scratch.levels.len() < self.levels.len() {
            scratch.levels.resize_with(self.levels.len(), LevelScratch::default);
        }
        let Scratch { levels, folded, .. } = scratch;
        folded.iter_mut().for_each(Folded::clear);
        for (level, scratch) in self.levels.iter().zip(levels) {
            let segment = &*level.segment;
            segment.gather(&self.account, ticket, change, now, clocks, folded, scratch);
            if level.dead.is_some() {
                scratch.alive.retain(|clause| {
                    segment.clause(*clause).is_some_and(|clause| !level.is_dead(clause.workflow))
                });
            }
        }
    }

    /// Names one alternative of each workflow that matches. Those that have matched already are set aside.
    fn find<'d>(
        &'d self,
        request: &Request<'_>,
        mut already: Option<&mut chain::Already<'d>>,
        scratch: &mut Scratch,
    ) {
        let Scratch { levels, heads, found, .. } = scratch;
        found.clear();
        if levels.iter().take(self.levels.len()).all(|scratch| scratch.alive.is_empty()) {
            return;
        }
        let now = self.present(request);
        let before = self.baseline(request);
        if let Some(before) = &before {
            let levels = self.levels.iter().zip(levels.iter_mut());
            for (level, scratch) in levels.filter(|(_, scratch)| !scratch.alive.is_empty()) {
                before.read(&mut scratch.baseline_facts, self, &level.segment, &request.change);
            }
        }
        let scanned = scanned(request);
        heads.clear();
        heads.resize(self.levels.len(), 0);
        while let Some(place) = self.first(levels, heads) {
            let level = self.levels.get(place).zip(levels.get(place)).zip(heads.get_mut(place));
            let Some(((level, scratch), head)) = level else { break };
            let segment = &*level.segment;
            let LevelScratch { alive, facts, baseline_facts, phrases, .. } = scratch;
            let view =
                now.view(self, segment, facts, Texts::Scanned { scratches: phrases, present: scanned });
            let before = before.as_ref();
            let before = before.map(|before| before.view(self, segment, baseline_facts, before.texts()));
            let clauses = alive.get(*head..).unwrap_or_default();
            let mut clauses = clauses.iter().filter_map(|clause| segment.clause(*clause)).peekable();
            let Some(number) = clauses.peek().map(|clause| clause.workflow) else { break };
            let Some(workflow) = segment.workflow(number) else { break };
            let mut named: Option<Found> = None;
            while let Some(clause) = clauses.next_if(|clause| clause.workflow == number) {
                *head += 1;
                let Some(held_since) = matches(segment, workflow, &clause, &view, before.as_ref()) else {
                    continue;
                };
                let candidate = Found { level: place, clause, held_since };
                if named.as_ref().is_none_or(|named| candidate.precedes(named)) {
                    named = Some(candidate);
                }
            }
            let Some(named) = named else { continue };
            if let Some(already) = &mut already
                && segment.definition_at(number).is_some_and(|definition| already.sets_aside(definition))
            {
                continue;
            }
            found.push(named);
            // Workflows after one that matches are passed over. A shadow workflow only watches.
            if workflow.stop && workflow.mode == Mode::Live {
                break;
            }
        }
    }

    /// The level in which the first of the workflows stands that have not been gone through; absent if all have.
    fn first(&self, levels: &[LevelScratch], heads: &[usize]) -> Option<usize> {
        let head = |place: &usize| levels.get(*place)?.alive.get(*heads.get(*place)?).copied();
        let rank = |place: usize| -> Option<Rank> {
            let segment = &self.levels.get(place)?.segment;
            segment.rank(segment.clause(head(&place)?)?.workflow)
        };
        let mut places = (0..self.levels.len()).filter(|place| head(place).is_some());
        let first = places.next()?;
        // Where only one level has anything left, nobody asks for ranks.
        Some(places.fold(first, |first, place| if rank(place) < rank(first) { place } else { first }))
    }

    /// What to do about what was found. `origin` is the request that was asked, and `request` that or a later round of its chain.
    fn decide<'d>(
        &'d self,
        request: &Request<'_>,
        origin: &'d Request<'_>,
        scratch: &mut Scratch,
    ) -> Decision<'d> {
        let Scratch { levels, found, states, key, .. } = scratch;
        let mut decision = Decision::default();
        if found.is_empty() {
            return decision;
        }
        // As many as there are, at once; shadows are few.
        decision.matches.reserve_exact(found.len());
        let mut actions = self.actions(request, origin, found, states);
        for found in found.iter() {
            let Some((segment, workflow, definition)) = self.parts(found) else { continue };
            let alternative = found.clause.any();
            let scanned = levels.get(found.level).map(|scratch| &scratch.phrases);
            let matched = Match {
                workflow: definition,
                alternative,
                phrases: scanned.map_or_else(Vec::new, |scratches| {
                    matched_phrases(segment, workflow, definition, alternative, scratches)
                }),
                actions: actions.next(definition),
                fire_key: fire_key(&self.account.definition.id, definition, request, found.held_since, key),
                held_since: found.held_since.map(timestamp),
            };
            match workflow.mode {
                Mode::Live => decision.matches.push(matched),
                Mode::Shadow => decision.shadow_matches.push(matched),
            }
        }
        decision
    }

    /// The workflow of an alternative that matches, and the segment that holds it.
    fn parts(&self, found: &Found) -> Option<(&Segment, &CompiledWorkflow, &Workflow)> {
        let segment = &*self.levels.get(found.level)?.segment;
        let workflow = segment.workflow(found.clause.workflow)?;
        Some((segment, workflow, segment.definition_at(found.clause.workflow)?))
    }

    /// The state that is asked about.
    pub(crate) fn present<'v>(&'v self, request: &'v Request<'_>) -> Moment<'v> {
        let Request { ticket, now, .. } = request;
        Moment { ticket, now: *now, instants: self.account.instants(ticket) }
    }

    /// The state as of the baseline; absent if there is none.
    pub(crate) fn baseline<'v>(&'v self, request: &'v Request<'_>) -> Option<Moment<'v>> {
        let baseline = request.baseline.as_ref()?;
        let ticket = baseline.ticket.as_ref().unwrap_or(&request.ticket);
        let now = baseline.asked_at.unwrap_or(request.now);
        Some(Moment { ticket, now, instants: self.account.instants(ticket) })
    }
}

impl<'v> Moment<'v> {
    /// Reads what is so at the moment. What happened is no part of the state: of a baseline, too, a condition that nothing of
    /// a kind happened is taken as it is now.
    pub(crate) fn read(&self, facts: &mut Facts, index: &Index, segment: &Segment, change: &Change<'_>) {
        facts.read(&index.account, segment, self.ticket, change, self.now, true);
    }

    /// What a segment's conditions are verified against, once the facts have been read.
    pub(crate) fn view(
        &self,
        index: &'v Index,
        segment: &'v Segment,
        facts: &'v Facts,
        texts: Texts<'v>,
    ) -> View<'v> {
        View { account: &index.account, segment, facts, texts, instants: self.instants, now: nanos(self.now) }
    }

    /// The texts, none of which was scanned.
    pub(crate) fn texts(&self) -> Texts<'v> {
        Texts::Ticket(self.ticket)
    }
}

/// Which texts a request has, in the order of [`TextField::ALL`].
pub(crate) fn scanned(request: &Request<'_>) -> [bool; 3] {
    TextField::ALL.map(|field| field.of(&request.ticket, &request.change).is_some())
}

/// Whether an alternative whose conditions hold matches: if it did not hold before, or is event-driven. If so, since when its
/// conditions over time have held; absent if its key is made of the change.
fn matches(
    segment: &Segment,
    workflow: &CompiledWorkflow,
    clause: &Clause,
    view: &View<'_>,
    before: Option<&View<'_>>,
) -> Option<Option<Nanos>> {
    let conditions = segment.alternative(workflow, clause.any());
    let held_before = |before: &View<'_>| conditions.clone().all(|one| one.holds(before));
    if !clause.event_driven && before.is_some_and(held_before) {
        return None;
    }
    let by_change = clause.event_driven || !clause.timed;
    Some((!by_change).then(|| held_since(segment, workflow, clause, view)))
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
fn held_since(segment: &Segment, workflow: &CompiledWorkflow, clause: &Clause, view: &View<'_>) -> Nanos {
    let conditions = segment.time_conditions(workflow, clause.any());
    let starts = conditions.filter_map(|time| time.held_since(&view.instants, view.now));
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
    segment: &Segment,
    workflow: &CompiledWorkflow,
    definition: &'i Workflow,
    any: Option<u32>,
    scratches: &[PhraseScratch; 3],
) -> Vec<MatchedPhrase<'i>> {
    let mut matched = Vec::new();
    let mut note = |place: Place, compiled: CompiledCondition<'_>, defined: Option<&'i Condition>| {
        let CompiledCondition::Text { field, test, negated: false, .. } = compiled else { return };
        let phrases = defined.and_then(|defined| defined.test.phrases());
        let Some((phrases, scratch)) = phrases.zip(scratches.get(field.ordinal())) else { return };
        for phrase_index in scratch.phrases_of(segment.matcher(field), test) {
            let phrase = usize::try_from(phrase_index).ok().and_then(|index| phrases.phrases.get(index));
            matched.extend(phrase.map(|phrase| MatchedPhrase { place, phrase_index, phrase }));
        }
    };
    for (place, compiled) in (0..).zip(segment.all(workflow)) {
        note(Place::All(place), compiled, usize::try_from(place).ok().and_then(|at| definition.all.get(at)));
    }
    if let Some((any, at)) = any.and_then(|any| Some((any, usize::try_from(any).ok()?)))
        && let Some(compiled) = segment.any(workflow).nth(at)
    {
        note(Place::Any(any), compiled, definition.any.get(at));
    }
    matched
}
