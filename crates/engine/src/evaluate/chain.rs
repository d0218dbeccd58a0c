//! Chains: what follows from what was decided.
//!
//! The actions of a round that set the status, assign a tag or assign the ticket are carried out on a copy of the ticket, and the
//! change that they make is asked about, with what was before them for a baseline: a state-driven alternative matches in a later
//! round only if these actions made it hold. Without that, whatever a `stop` passed over in one round would match in the next.
//!
//! A workflow that has matched is set aside for the rest of the chain, its `stop` with it, so that no chain runs in circles.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::Scratch;
use crate::decision::{Chain, ChainEnd, Decision, FireKey, Match, Rendered, Round};
use crate::definition::{Mode, Workflow};
use crate::index::Index;
use crate::limits;
use crate::request::{AssignedAgent, Baseline, Change, Request, Text, Ticket};

/// The workflows that have matched in the rounds so far.
#[derive(Default)]
pub(super) struct Already<'d> {
    ids: HashSet<&'d str, RandomState>,
    /// The live ones that would match in this round too.
    again: Vec<&'d Workflow>,
}

impl<'d> Already<'d> {
    fn note(&mut self, live: &[Match<'d>], shadow: &[Match<'d>]) {
        self.ids.extend(live.iter().chain(shadow).map(|matched| matched.workflow.id.as_str()));
    }

    /// Whether one that would match has matched before. A shadow workflow does nothing, and so is in no loop.
    pub(super) fn sets_aside(&mut self, workflow: &'d Workflow) -> bool {
        let has_matched = self.ids.contains(workflow.id.as_str());
        if has_matched && workflow.mode == Mode::Live {
            self.again.push(workflow);
        }
        has_matched
    }
}

impl Index {
    /// Adds to a decision what follows from it; and when a workflow will begin to hold once all of it is carried out.
    pub(super) fn chain<'d>(
        &'d self,
        origin: &'d Request<'_>,
        decision: &mut Decision<'d>,
        scratch: &mut Scratch,
    ) {
        let mut already = Already::default();
        let mut rounds: Vec<Round<'d>> = Vec::new();
        let mut request = origin.clone();
        already.note(&decision.matches, &decision.shadow_matches);
        let mut followed = following(&request, &decision.matches);
        let mut is_bounded = false;
        while let Some(next) = followed {
            request = next;
            // The decision is the first round.
            is_bounded = rounds.len() + 1 >= limits::CHAIN_ROUNDS_MAX;
            if is_bounded {
                break;
            }
            self.gather(&request.ticket, &request.change, request.now, true, scratch);
            self.find(&request, Some(&mut already), scratch);
            let Decision { matches, shadow_matches, .. } = self.decide(&request, origin, scratch);
            let repeated = std::mem::take(&mut already.again);
            if matches.is_empty() && shadow_matches.is_empty() && repeated.is_empty() {
                break;
            }
            already.note(&matches, &shadow_matches);
            followed = following(&request, &matches);
            let (change, cause) = (request.change.clone(), request.cause.clone());
            rounds.push(Round { change, cause, matches, shadow_matches, repeated });
        }
        if origin.with_next_due {
            decision.next_due = self.next_due(&request, scratch);
        }
        let has_loop = rounds.iter().any(|round| !round.repeated.is_empty());
        let end = match (is_bounded, has_loop) {
            (true, _) => ChainEnd::RoundsMax,
            (false, true) => ChainEnd::Loop,
            (false, false) => ChainEnd::Settled,
        };
        decision.chain = Some(Box::new(Chain { rounds, end }));
    }
}

/// The request of the next round: the ticket as the actions of the matches leave it, and what they change; absent if they change
/// nothing.
fn following<'d>(request: &Request<'d>, matches: &[Match<'d>]) -> Option<Request<'d>> {
    let mut next = Next { ticket: request.ticket.clone(), change: Change::default() };
    let mut cause: Vec<Text<'d>> = Vec::new();
    let mut key = Vec::new();
    for matched in matches {
        let mut changes = false;
        for action in matched.actions.iter().filter(|action| action.not_ready.is_none()) {
            changes |= next.carry_out(&action.kind);
        }
        if changes {
            cause.push(Cow::Borrowed(&matched.workflow.id));
            key.extend(matched.fire_key.0.to_be_bytes());
        }
    }
    if cause.is_empty() {
        return None;
    }
    let Next { ticket, mut change } = next;
    change.change_id = FireKey(xxhash_rust::xxh3::xxh3_128(&key)).to_string().into();
    cause.extend_from_slice(&request.cause);
    let before = Baseline { ticket: Some(request.ticket.clone()), asked_at: None };
    let baseline = Some(Box::new(before));
    let Request { now, with_next_due, with_chaining, .. } = *request;
    Some(Request { ticket, change, now, baseline, with_next_due, with_chaining, cause })
}

/// A round in the making.
struct Next<'d> {
    ticket: Ticket<'d>,
    change: Change<'d>,
}

impl<'d> Next<'d> {
    /// Carries an action out, and tells whether that changes anything.
    fn carry_out(&mut self, action: &Rendered<'d>) -> bool {
        let Self { ticket, change } = self;
        match *action {
            Rendered::SetStatus { status_id } if ticket.current_status.as_deref() != Some(status_id) => {
                ticket.current_status = Some(status_id.into());
                change.status_set = Some(status_id.into());
            }
            Rendered::AssignTag { tag_id } if !ticket.tags.iter().any(|tag| tag == tag_id) => {
                ticket.tags.push(tag_id.into());
                change.tags_assigned.get_or_insert_default().push(tag_id.into());
            }
            Rendered::AssignAgent { agent_id }
                if ticket.assigned_agent.as_ref().is_none_or(|agent| agent.id != agent_id) =>
            {
                ticket.assigned_agent =
                    Some(AssignedAgent { id: agent_id.into(), ..AssignedAgent::default() });
                change.updated = true;
            }
            _ => return false,
        }
        true
    }
}
