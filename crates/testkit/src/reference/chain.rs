//! "Chaining": the actions of a round are carried out, and what they change is asked about.

use tamis_engine::decision::{Chain, ChainEnd, Decision, FireKey, Match, Rendered, Round};
use tamis_engine::definition::{Account, Workflow};
use tamis_engine::limits;
use tamis_engine::request::{AssignedAgent, Baseline, Change, Request, Ticket};

/// What follows from a decision, and the ticket once all of it is carried out.
pub(super) fn chain<'i>(
    account: &Account,
    ordered: &[&'i Workflow],
    origin: &'i Request<'_>,
    first: &Decision<'i>,
) -> (Chain<'i>, Ticket<'i>) {
    let mut rounds: Vec<Round<'i>> = Vec::new();
    let mut matches = first.matches.clone();
    let mut already: Vec<&str> = ids(&first.matches).chain(ids(&first.shadow_matches)).collect();
    let mut cause = origin.cause.clone();
    let mut ticket: Ticket<'i> = origin.ticket.clone();
    loop {
        let before = ticket.clone();
        let mut leading = Vec::new();
        for found in &matches {
            let was = ticket.clone();
            carry_out(&mut ticket, found);
            if ticket != was {
                leading.push(found);
            }
        }
        if leading.is_empty() {
            let is_looping = rounds.iter().any(|round| !round.repeated.is_empty());
            let end = if is_looping { ChainEnd::Loop } else { ChainEnd::Settled };
            return (Chain { rounds, end }, ticket);
        }
        if rounds.len() == limits::CHAIN_ROUNDS_MAX - 1 {
            return (Chain { rounds, end: ChainEnd::RoundsMax }, ticket);
        }
        cause.splice(0..0, leading.iter().map(|found| found.workflow.id.as_str().into()));
        let change = difference(&before, &ticket, &leading);
        let request = Request {
            ticket: ticket.clone(),
            change: change.clone(),
            now: origin.now,
            baseline: Some(Box::new(Baseline { ticket: Some(before), asked_at: None })),
            with_next_due: false,
            with_chaining: false,
            cause: cause.clone(),
        };
        let (decision, repeated) = super::round(account, ordered, &request, origin, &already);
        let Decision { matches: live, shadow_matches, .. } = decision;
        matches = live;
        already.extend(ids(&matches).chain(ids(&shadow_matches)));
        if !(matches.is_empty() && shadow_matches.is_empty() && repeated.is_empty()) {
            let (cause, matches) = (cause.clone(), matches.clone());
            rounds.push(Round { change, cause, matches, shadow_matches, repeated });
        }
    }
}

fn ids<'i>(matches: &[Match<'i>]) -> impl Iterator<Item = &'i str> {
    matches.iter().map(|found| found.workflow.id.as_str())
}

/// Carries out what is ready of the actions of a match that concern the ticket itself.
fn carry_out<'i>(ticket: &mut Ticket<'i>, found: &Match<'i>) {
    for action in &found.actions {
        if action.not_ready.is_some() {
            continue;
        }
        match &action.kind {
            Rendered::SetStatus { status_id } => ticket.current_status = Some((*status_id).into()),
            Rendered::AssignTag { tag_id } if !ticket.tags.iter().any(|tag| tag == tag_id) => {
                ticket.tags.push((*tag_id).into());
            }
            // Whoever has the ticket already keeps the details that the request gives.
            Rendered::AssignAgent { agent_id }
                if ticket.assigned_agent.as_ref().is_none_or(|agent| agent.id != *agent_id) =>
            {
                ticket.assigned_agent =
                    Some(AssignedAgent { id: (*agent_id).into(), ..AssignedAgent::default() });
            }
            _ => {}
        }
    }
}

/// What happened to a ticket by the actions of these matches. A change has the same id whenever the same matches make it.
fn difference<'i>(before: &Ticket<'i>, after: &Ticket<'i>, leading: &[&Match<'i>]) -> Change<'i> {
    let new_tags: Vec<_> = after.tags.iter().filter(|tag| !before.tags.contains(tag)).cloned().collect();
    let keys: Vec<u8> = leading.iter().flat_map(|found| found.fire_key.0.to_be_bytes()).collect();
    let has_new_status = before.current_status != after.current_status;
    Change {
        change_id: FireKey(xxhash_rust::xxh3::xxh3_128(&keys)).to_string().into(),
        tags_assigned: (!new_tags.is_empty()).then_some(new_tags),
        status_set: after.current_status.clone().filter(|_| has_new_status),
        updated: before.assigned_agent != after.assigned_agent,
        ..Change::default()
    }
}
