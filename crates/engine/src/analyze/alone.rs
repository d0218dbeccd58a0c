//! What is wrong with a workflow whatever the others are.

use super::Found;
use super::example::{example, first_instant};
use super::model::{Alternative, Model, Runner, Shape, conditions, probe};
use super::phrases::PhraseTest;
use super::region::{Facts, Message, Region};
use crate::check::{quoted, shown};
use crate::definition::{Action, Class, Condition, NewTicketBy, Phrases, Test, Workflow};
use crate::diagnostic::Diagnostic;
use crate::index::CompiledAccount;
use crate::request::{Change, Request, Ticket};

/// Redundant phrases of one workflow that are told: the first few show what the rest are like.
const PHRASES_TOLD_MAX: usize = 3;

/// All findings of this kind about a workflow.
pub(super) fn findings(model: &Model<'_>, place: usize, runner: &mut Runner<'_>, found: &mut Found) {
    let (Some(workflow), Some(shape)) = (model.workflow(place), model.shape(place)) else { return };
    let alone = Alone { workflow, account: model.account() };
    alone.never(shape, runner, found);
    alone.always(runner, found);
    alone.phrases(runner, found);
    alone.replies(&shape.living, runner, found);
}

struct Alone<'w> {
    workflow: &'w Workflow,
    account: &'w CompiledAccount,
}

/// A condition that leaves nothing, and one of those before it that keeps it from leaving something, if it takes just one.
struct Conflict {
    place: usize,
    with: Option<usize>,
    is_alone: bool,
}

impl Alone<'_> {
    fn region<'c>(&self, conditions: impl IntoIterator<Item = &'c Condition>) -> Region<'c> {
        Region::of(conditions, self.account)
    }

    /// Alternatives that match no change.
    fn never(&self, shape: &Shape<'_>, runner: &mut Runner<'_>, found: &mut Found) {
        if shape.dead.is_empty() {
            return;
        }
        let Workflow { all, any, .. } = self.workflow;
        let all_are = shape.living.is_empty();
        let fault_is_in_all = self.region(all).is_empty();
        let (code, what) = match all_are {
            true => ("never_matches", "the workflow can never match"),
            false => ("alternative_never_matches", "this alternative can never match"),
        };
        for alternative in &shape.dead {
            let list: Vec<&Condition> = match alternative.any {
                Some(_) if fault_is_in_all => all.iter().collect(),
                any => conditions(self.workflow, any).collect(),
            };
            let Some(conflict) = self.conflict(&list).filter(|_| found.wants(code)) else { continue };
            let Some(nearest) = self.nearest(&list, conflict.place, runner) else { continue };
            let path = |place: usize| match (all.get(place), alternative.any) {
                (Some(condition), _) => format!("all[{place}].{}", condition.test.name()),
                (None, Some(index)) => {
                    format!("any[{index}].{}", any.get(index).map_or("", |one| one.test.name()))
                }
                (None, None) => "any".to_owned(),
            };
            let other = conflict.with.map(path).unwrap_or_default();
            let (conflicts_with, excluded) = match conflict.with {
                _ if conflict.is_alone => ("nothing", "no change fits this condition".to_owned()),
                Some(_) => ("condition", format!("no change fits this and `{other}`")),
                None => ("conditions", "no change fits this and all the conditions before it".to_owned()),
            };
            let help = match conflict.is_alone {
                true => "name other values, or take it out",
                false => "change one of them, or move what is either the one or the other into `any`",
            };
            let said = Diagnostic::warning(code, path(conflict.place), format!("{excluded}: {what}"));
            let said = said.with_help(help).with("conflicts_with", conflicts_with).with("condition", other);
            found.add(self.workflow, &[], said, nearest);
            // One fault in `all` is the fault of every alternative; and if none is left, one finding tells it.
            if all_are {
                break;
            }
        }
    }

    fn conflict(&self, list: &[&Condition]) -> Option<Conflict> {
        let is_empty = |conditions: &[&Condition]| self.region(conditions.iter().copied()).is_empty();
        let place = (0..list.len()).find(|place| is_empty(list.get(..=*place).unwrap_or_default()))?;
        let last = *list.get(place)?;
        let is_alone = is_empty(&[last]);
        let with = (0..place).find(|other| list.get(*other).is_some_and(|other| is_empty(&[*other, last])));
        Some(Conflict { place, with, is_alone })
    }

    /// A change that fits all conditions but one, and therefore does not match; run with that condition and without.
    fn nearest(
        &self,
        list: &[&Condition],
        without: usize,
        runner: &mut Runner<'_>,
    ) -> Option<Request<'static>> {
        let others = list.iter().enumerate().filter(|(place, _)| *place != without).map(|(_, one)| *one);
        let mut kept: Vec<&Condition> = others.collect();
        if self.region(kept.iter().copied()).is_empty() {
            kept.truncate(without);
        }
        let nearest = example(&self.region(kept.iter().copied()), kept.iter().copied(), self.account)?;
        let mut holds = |conditions: &[&Condition]| {
            conditions.is_empty() || runner.holds(conditions.iter().copied().cloned().collect(), &nearest)
        };
        (holds(&kept) && !holds(list)).then_some(nearest)
    }

    /// Conditions that say nothing, and a workflow that says nothing else.
    fn always(&self, runner: &mut Runner<'_>, found: &mut Found) {
        let Workflow { all, any, .. } = self.workflow;
        let idle: Vec<usize> = all
            .iter()
            .enumerate()
            .filter(|(_, condition)| {
                condition.test.class() == Class::Clock && self.region([*condition]).is_all()
            })
            .map(|(place, _)| place)
            .collect();
        let any_is_idle = self.any_always_holds();
        let plain = plain_change();
        let mut add = |said: Diagnostic, probed: Workflow, found: &mut Found| {
            if found.wants(said.code) && runner.matches_alone(probed, &plain) {
                let said = said.with_help("say what must be so, or take it out");
                found.add(self.workflow, &[], said, plain.clone());
            }
        };
        let condition_holds = |path: String, list: &str, message: &str| {
            Diagnostic::warning("condition_always_holds", path, message).with("list", list)
        };
        if idle.len() == all.len() && (any.is_empty() || any_is_idle) {
            let message = "the workflow matches every change of every ticket";
            let said = Diagnostic::warning("always_matches", "", message);
            return add(said, self.workflow.clone(), found);
        }
        for (place, condition) in idle.iter().filter_map(|place| Some((*place, all.get(*place)?))) {
            let path = format!("all[{place}].{}", condition.test.name());
            let probed = probe(vec![condition.clone()], Vec::new());
            add(condition_holds(path, "all", "the condition holds for every change"), probed, found);
        }
        if any_is_idle {
            let probed = probe(Vec::new(), any.clone());
            let message = "one of these conditions holds for every change";
            add(condition_holds("any".to_owned(), "any", message), probed, found);
        }
    }

    /// Whether one of `any` holds for whatever change: all of their opposites exclude each other. Only conditions whose opposite
    /// is the condition the other way round are looked at.
    fn any_always_holds(&self) -> bool {
        let any = &self.workflow.any;
        let is_plain = |condition: &Condition| match &condition.test {
            Test::NewMessage => true,
            Test::NewTicket(by) => by.contains(&NewTicketBy::Anyone),
            test => matches!(test.class(), Class::State | Class::Clock),
        };
        let opposites: Vec<Condition> = any
            .iter()
            .filter(|condition| is_plain(condition))
            .map(|condition| Condition { negated: !condition.negated, ..condition.clone() })
            .collect();
        !opposites.is_empty() && self.region(&opposites).is_empty()
    }

    /// Phrases that another one of their list makes needless.
    fn phrases(&self, runner: &mut Runner<'_>, found: &mut Found) {
        let Workflow { all, any, .. } = self.workflow;
        let lists = [("all", all), ("any", any)];
        let placed = lists.iter().flat_map(|(name, list)| {
            list.iter().enumerate().map(move |(place, condition)| (format!("{name}[{place}]"), condition))
        });
        let all: Vec<_> = placed
            .filter_map(|(path, condition)| Some((path, condition, phrases_of(&condition.test)?)))
            .flat_map(|(path, condition, phrases)| {
                let redundant = PhraseTest::new(phrases).redundant();
                redundant.into_iter().map(move |pair| (path.clone(), condition, pair))
            })
            .collect();
        for (number, (path, condition, pair)) in all.iter().take(PHRASES_TOLD_MAX).enumerate() {
            if !found.wants("phrase_redundant") {
                continue;
            }
            let Some((phrase, other, request)) = self.redundant(condition, *pair, runner) else { continue };
            let more = if number + 1 == PHRASES_TOLD_MAX { all.len() - number - 1 } else { 0 };
            let as_needless = match more {
                0 => String::new(),
                more => format!("; {more} more phrases of the workflow are as needless"),
            };
            let message = format!(
                "whatever has the phrase {} has the phrase {} too{as_needless}",
                quoted(phrase),
                quoted(other)
            );
            let path = format!("{path}.{}.phrases[{}]", condition.test.name(), pair.0);
            let said = Diagnostic::warning("phrase_redundant", path, message)
                .with_help("leave it out")
                .with("phrase", shown(phrase))
                .with("other", shown(other))
                .with("more", more);
            found.add(self.workflow, &[], said, request);
        }
    }

    /// A redundant phrase, the one that makes it so, and a change that has the phrase and passes without it.
    fn redundant<'c>(
        &self,
        condition: &'c Condition,
        (place, other): (usize, usize),
        runner: &mut Runner<'_>,
    ) -> Option<(&'c str, &'c str, Request<'static>)> {
        let phrases = phrases_of(&condition.test)?;
        let (phrase, shorter) = (phrases.phrases.get(place)?, phrases.phrases.get(other)?);
        let only = |wanted: &dyn Fn(usize) -> bool| {
            let kept = phrases.phrases.iter().enumerate().filter(|(place, _)| wanted(*place));
            let phrases =
                Phrases { phrases: kept.map(|(_, phrase)| phrase.clone()).collect(), ..phrases.clone() };
            Condition { negated: false, test: with_phrases(&condition.test, phrases) }
        };
        let (alone, without) = (only(&|kept| kept == place), only(&|kept| kept != place));
        let request = example(&self.region([&alone]), [&alone], self.account)?;
        let shows = runner.holds(vec![alone.clone()], &request) && runner.holds(vec![without], &request);
        shows.then_some((phrase, shorter, request))
    }

    /// Messages that a customer is sent again and again.
    fn replies(&self, living: &[Alternative<'_>], runner: &mut Runner<'_>, found: &mut Found) {
        let mut actions = self.workflow.actions.iter().enumerate();
        let Some((place, action)) = actions.find(|(_, action)| is_reply(action)) else { return };
        let later = Facts { message: Some(Message::Later), ..Facts::NONE };
        for alternative in living.iter().filter(|one| one.region.is_lasting()) {
            let (facts, at_every, when) = match alternative.event_driven {
                true => (later, "message", "at every message that a customer writes"),
                false => (Facts::NONE, "change", "at every change of a ticket"),
            };
            if !alternative.region.facts().any(|has| has == facts) {
                continue;
            }
            let region = alternative.region.clone().with_facts(facts);
            let conditions = conditions(self.workflow, alternative.any);
            let Some(request) = example(&region, conditions, self.account) else { continue };
            if !found.wants("reply_without_guard") || !self.replies_twice(place, &request, runner) {
                continue;
            }
            let path = format!("actions[{place}].{}", action.name());
            let message = format!("this is sent again {when}: no condition holds it back once it was sent");
            let help = "want `first_customer_message`, a status, or a time that has gone by";
            let said = Diagnostic::warning("reply_without_guard", path, message).with_help(help);
            let said = said.with("at_every", at_every);
            found.add(self.workflow, &[], said, request);
            return;
        }
    }

    /// Whether an action is ready, with another key each time, for one change after the other of a ticket.
    fn replies_twice(&self, place: usize, request: &Request<'static>, runner: &mut Runner<'_>) -> bool {
        let Some(index) = runner.alone(self.workflow.clone()) else { return false };
        let mut again = request.clone();
        again.change.change_id = "example-2".into();
        let mut keys = [request, &again].into_iter().filter_map(|request| {
            let decision = index.evaluate(request, &mut runner.scratch);
            let matched = decision.matches.first()?;
            let is_ready = matched.actions.get(place)?.not_ready.is_none();
            is_ready.then_some(matched.fire_key)
        });
        keys.next().zip(keys.next()).is_some_and(|(first, second)| first != second)
    }
}

/// A change that says nothing but that there was one.
fn plain_change() -> Request<'static> {
    Request {
        ticket: Ticket { id: "1".into(), ..Ticket::default() },
        change: Change { change_id: "example".into(), updated: true, ..Change::default() },
        now: first_instant(),
        baseline: None,
        with_next_due: false,
        with_chaining: false,
        cause: Vec::new(),
    }
}

fn phrases_of(test: &Test) -> Option<&Phrases> {
    match test {
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => Some(phrases),
        _ => None,
    }
}

/// The same test with other phrases.
fn with_phrases(test: &Test, phrases: Phrases) -> Test {
    match test {
        Test::CustomerName(_) => Test::CustomerName(phrases),
        Test::Message(_) => Test::Message(phrases),
        _ => Test::Subject(phrases),
    }
}

/// Whether an action sends the customer a text of its own. What an AI writes is made for each message anew.
fn is_reply(action: &Action) -> bool {
    match action {
        Action::SendMessage { .. } | Action::SendTranslatedMessage { .. } => true,
        Action::SendEmail { to, .. } => to.contains("customer_email"),
        _ => false,
    }
}
