//! The plain reference evaluator: what a decision means, read section by section, without an index.
//!
//! It is slow and obvious on purpose: every workflow is judged by itself, every text is folded anew for every phrase,
//! and time is searched instant by instant among all those at which anything might change. It shares the definitions,
//! the request and the decision with the engine, and none of its code but the writing of date and time in a locale.
//!
//! It takes its input to be valid: what the engine's checks would refuse is not looked at again.
//!
//! - `text`: folding, and where phrases occur;
//! - `condition`: whether one condition holds at one moment;
//! - `clock`: working hours, days and hours in a zone;
//! - `span`: since when time conditions have held, and when a workflow will begin to hold;
//! - `template` and `action`: what is to be done, rendered, and whether it is ready;
//! - `chain`: what follows from that.

mod action;
mod chain;
mod clock;
mod condition;
mod span;
pub mod template;
pub mod text;

use std::borrow::{Borrow, Cow};

use jiff::Timestamp;
use tamis_engine::Decision;
use tamis_engine::decision::{FireKey, Match, MatchedPhrase, Place};
use tamis_engine::definition::{Account, Condition, Mode, Test, Workflow};
use tamis_engine::request::{Baseline, Change, Request, Ticket};

/// What conditions are judged against: one ticket, one change, one instant.
#[derive(Clone, Copy)]
struct Moment<'a> {
    account: &'a Account,
    ticket: &'a Ticket<'a>,
    change: &'a Change<'a>,
    /// Nanoseconds since the Unix epoch.
    now: i128,
}

/// One alternative of a workflow: all of `all`, with one of `any` if there are any.
struct Alternative<'i> {
    index: Option<u32>,
    conditions: Vec<(Place, &'i Condition)>,
}

/// An alternative that matches.
struct Hit<'i> {
    alternative: Alternative<'i>,
    /// Absent if its key is made of the change.
    held_since: Option<Timestamp>,
}

/// Decides one change. The workflows come in order of creation; they are judged in order of position, those without
/// one last, ties in order of creation.
///
/// All workflows are judged against the same snapshot. A live match of a workflow with `stop` ends the list: later
/// workflows, live or shadow, are passed over. A shadow match never stops anything.
pub fn evaluate<'i, W: Borrow<Workflow>>(
    account: &'i Account,
    workflows: &'i [W],
    request: &'i Request<'_>,
) -> Decision<'i> {
    let mut ordered: Vec<&'i Workflow> = workflows.iter().map(Borrow::borrow).collect();
    ordered.sort_by_key(|workflow| (workflow.position.is_none(), workflow.position));
    ordered.retain(|workflow| workflow.enabled);

    let (mut decision, _) = round(account, &ordered, request, request, &[]);
    let mut last = Cow::Borrowed(&request.ticket);
    if request.with_chaining {
        let (chain, ticket) = chain::chain(account, &ordered, request, &decision);
        decision.chain = Some(Box::new(chain));
        last = Cow::Owned(ticket);
    }
    if request.with_next_due {
        let request = Request { ticket: last.into_owned(), ..request.clone() };
        decision.next_due = next_due(account, workflows, &request);
    }
    decision
}

/// Decides one round by enabled workflows in order; what was asked is `origin`. Names the live workflows that match but have
/// `already` done so in an earlier round: of these, and of shadows that have, nobody takes notice, nor of their `stop`.
fn round<'i>(
    account: &Account,
    ordered: &[&'i Workflow],
    request: &Request<'_>,
    origin: &'i Request<'_>,
    already: &[&str],
) -> (Decision<'i>, Vec<&'i Workflow>) {
    let mut decision = Decision::default();
    let mut repeated = Vec::new();
    for &workflow in ordered {
        let Some(hit) = judge(account, workflow, request) else { continue };
        if already.contains(&workflow.id.as_str()) {
            if workflow.mode == Mode::Live {
                repeated.push(workflow);
            }
            continue;
        }
        let found = describe(account, workflow, request, hit);
        match workflow.mode {
            Mode::Live => decision.matches.push(found),
            Mode::Shadow => decision.shadow_matches.push(found),
        }
        if workflow.stop && workflow.mode == Mode::Live {
            break;
        }
    }
    action::decide(account, request, origin, &mut decision);
    (decision, repeated)
}

/// The earliest instant after now, at most 400 days later, at which an enabled workflow, live or shadow, begins to hold
/// on a timer if the ticket stays as it is; `stop` and the baseline are ignored.
///
/// A workflow holds on a timer if one of its state-driven alternatives with a time condition has all of its conditions
/// true; events that it says did not happen (`new_message` *is not*, `new_ticket` *is not* anyone) have not. It begins
/// to hold at an instant if it holds then and did not hold one nanosecond before. Of a workflow that holds now this is
/// the next rise after it has ceased.
pub fn next_due<W: Borrow<Workflow>>(
    account: &Account,
    workflows: &[W],
    request: &Request<'_>,
) -> Option<Timestamp> {
    let quiet = Change { timer: true, ..Change::default() };
    let now = request.now.as_nanosecond();
    let moment = Moment { account, ticket: &request.ticket, change: &quiet, now };
    workflows
        .iter()
        .map(Borrow::borrow)
        .filter(|workflow| workflow.enabled)
        .filter_map(|workflow| {
            let timed: Vec<_> = alternatives(workflow)
                .into_iter()
                .filter(|alternative| !alternative.is_event_driven() && alternative.depends_on_time())
                .map(|alternative| {
                    alternative.conditions.into_iter().map(|(_, condition)| condition).collect()
                })
                .collect();
            span::next_rise(moment, &timed)
        })
        .min()
        .and_then(|nanosecond| Timestamp::from_nanosecond(nanosecond).ok())
}

/// Whether one condition holds for a request, negation included.
pub fn holds(account: &Account, condition: &Condition, request: &Request<'_>) -> bool {
    condition::holds(condition, now(account, request))
}

/// An alternative is all + one of any, or all alone.
fn alternatives(workflow: &Workflow) -> Vec<Alternative<'_>> {
    let all: Vec<_> =
        (0..).zip(&workflow.all).map(|(index, condition)| (Place::All(index), condition)).collect();
    if workflow.any.is_empty() {
        return vec![Alternative { index: None, conditions: all }];
    }
    (0..)
        .zip(&workflow.any)
        .map(|(index, condition)| {
            let mut conditions = all.clone();
            conditions.push((Place::Any(index), condition));
            Alternative { index: Some(index), conditions }
        })
        .collect()
}

impl Alternative<'_> {
    /// An alternative with a condition that presupposes an event is event-driven. The negated bare ones say that
    /// nothing happened, and so only narrow it.
    fn is_event_driven(&self) -> bool {
        self.conditions.iter().any(|(_, condition)| condition.presupposes_event())
    }

    fn depends_on_time(&self) -> bool {
        self.conditions.iter().any(|(_, condition)| condition.depends_on_time())
    }

    fn holds(&self, moment: Moment<'_>) -> bool {
        self.conditions.iter().all(|(_, condition)| condition::holds(condition, moment))
    }
}

/// Whether a workflow, by itself and enabled or not, matches.
pub fn matches(account: &Account, workflow: &Workflow, request: &Request<'_>) -> bool {
    alternatives(workflow).iter().any(|alternative| alternative.matches(account, request))
}

/// The alternative by which a workflow matches: the first of those whose key is made of the change; only if there is
/// none, the one that has held longest, ties in order.
fn judge<'i>(account: &Account, workflow: &'i Workflow, request: &Request<'_>) -> Option<Hit<'i>> {
    alternatives(workflow)
        .into_iter()
        .filter(|alternative| alternative.matches(account, request))
        .map(|alternative| Hit { held_since: alternative.held_since(account, request), alternative })
        .min_by_key(|hit| hit.held_since)
}

impl Alternative<'_> {
    /// An event-driven alternative matches when the change carries the event. A state-driven one is judged on a timer
    /// only if it has a clock or elapsed condition; with a baseline it matches only if its conditions hold now and did
    /// not all hold then.
    fn matches(&self, account: &Account, request: &Request<'_>) -> bool {
        let moment = now(account, request);
        if self.is_event_driven() {
            return self.holds(moment);
        }
        let is_judged = !request.change.timer || self.depends_on_time();
        let held_before =
            request.baseline.as_ref().is_some_and(|baseline| self.holds(before(moment, baseline)));
        is_judged && self.holds(moment) && !held_before
    }

    /// For a state-driven alternative with time conditions: since when they have held.
    fn held_since(&self, account: &Account, request: &Request<'_>) -> Option<Timestamp> {
        let conditions: Vec<_> = self.conditions.iter().map(|(_, condition)| *condition).collect();
        let is_timed = !self.is_event_driven() && self.depends_on_time();
        is_timed.then(|| span::held_since(&conditions, now(account, request)))
    }
}

/// The moment of the request.
fn now<'a>(account: &'a Account, request: &'a Request<'_>) -> Moment<'a> {
    Moment { account, ticket: &request.ticket, change: &request.change, now: request.now.as_nanosecond() }
}

/// The moment of the baseline: its ticket or the same one, its instant or the same one. Events are taken as they are
/// now.
fn before<'a>(moment: Moment<'a>, baseline: &'a Baseline<'a>) -> Moment<'a> {
    Moment {
        ticket: baseline.ticket.as_ref().unwrap_or(moment.ticket),
        now: baseline.asked_at.map_or(moment.now, Timestamp::as_nanosecond),
        ..moment
    }
}

/// A match, its actions still to be decided.
fn describe<'i>(account: &Account, workflow: &'i Workflow, request: &Request<'_>, hit: Hit<'i>) -> Match<'i> {
    Match {
        workflow,
        alternative: hit.alternative.index,
        phrases: matched_phrases(&hit.alternative, request),
        actions: Vec::new(),
        fire_key: fire_key(account, workflow, request, hit.held_since),
        held_since: hit.held_since,
    }
}

/// Of the positive phrase conditions of the alternative, all phrases that occur.
fn matched_phrases<'i>(alternative: &Alternative<'i>, request: &Request<'_>) -> Vec<MatchedPhrase<'i>> {
    let mut found = Vec::new();
    for (place, condition) in &alternative.conditions {
        if condition.negated {
            continue;
        }
        let condition: &'i Condition = condition;
        let message = request.change.message_received.as_ref();
        let (phrases, text) = match &condition.test {
            Test::Subject(phrases) => (phrases, request.ticket.subject.as_deref()),
            Test::CustomerName(phrases) => (phrases, request.ticket.customer_name.as_deref()),
            Test::Message(phrases) => (phrases, message.and_then(|message| message.text.as_deref())),
            _ => continue,
        };
        for (phrase_index, phrase) in (0..).zip(&phrases.phrases) {
            if text::occurs(phrases, phrase, text.unwrap_or("")) {
                found.push(MatchedPhrase { place: *place, phrase_index, phrase });
            }
        }
    }
    found
}

/// The same match asked again has the same key. State-driven with time conditions it is made of `held_since`,
/// otherwise of the caller's change id; never of anything that an edit of the workflow changes.
fn fire_key(
    account: &Account,
    workflow: &Workflow,
    request: &Request<'_>,
    held_since: Option<Timestamp>,
) -> FireKey {
    let mut bytes = Vec::new();
    push_text(&mut bytes, &account.id);
    push_text(&mut bytes, &workflow.id);
    push_text(&mut bytes, &request.ticket.id);
    match held_since {
        None => {
            bytes.push(b'c');
            push_text(&mut bytes, &request.change.change_id);
        }
        Some(instant) => {
            bytes.push(b'h');
            bytes.extend_from_slice(&instant.as_nanosecond().to_le_bytes());
        }
    }
    FireKey(xxhash_rust::xxh3::xxh3_128(&bytes))
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}
