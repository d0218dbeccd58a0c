//! What a simulation counts is what comes of asking two evaluators about each change by itself.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use tamis_engine::Decision;
use tamis_engine::decision::{DecidedAction, Match};
use tamis_engine::definition::{Account, Mode, Workflow};
use tamis_engine::explanation::{Explanation, Verdict};
use tamis_engine::request::Request;
use tamis_engine::simulate::{Difference, Edit, Simulation, SimulationScratch, Tally};
use tamis_testkit::{generate, laws, reference};

/// What an account has, and what a draft makes of it: some workflows go, some change, some come.
fn sets() -> impl Strategy<Value = (Vec<Workflow>, Vec<Workflow>)> {
    let some = || prop::collection::vec(generate::workflow(), 0..=6);
    (some(), some(), prop::collection::vec(0..4_u8, 6)).prop_map(|(mut live, mut other, fates)| {
        for workflows in [&mut live, &mut other] {
            for (number, workflow) in workflows.iter_mut().enumerate() {
                workflow.id = format!("w{number}");
            }
        }
        let mut draft = Vec::new();
        for ((place, workflow), fate) in other.into_iter().enumerate().zip(fates) {
            match (live.get(place), fate) {
                (Some(_), 0) => {}
                (Some(live), 1) => draft.push(live.clone()),
                (Some(live), 2) => {
                    draft.push(Workflow { actions: workflow.actions, mode: workflow.mode, ..live.clone() });
                }
                _ => draft.push(workflow),
            }
        }
        (live, draft)
    })
}

/// What matched, by id, in the order in which it is told.
fn matched<'d, 'i>(decision: &'d Decision<'i>) -> Vec<(&'d str, &'d Match<'i>)> {
    let all = decision.matches.iter().chain(&decision.shadow_matches);
    all.map(|matched| (&*matched.workflow.id, matched)).collect()
}

fn ready<'d, 'i>(matched: &'d Match<'i>) -> Vec<&'d DecidedAction<'i>> {
    matched.actions.iter().filter(|action| action.not_ready.is_none()).collect()
}

/// Counts by a name of what is counted: by what is live, and by the draft.
type Counts = BTreeMap<(String, Option<Date>), (u64, u64)>;

/// What the reference counts, of the whole and by day.
#[derive(Default)]
struct Plain {
    counts: Counts,
    differing: u64,
}

impl Plain {
    fn count(&mut self, name: String, day: Date, is_draft: bool) {
        for day in [None, Some(day)] {
            let (live, draft) = self.counts.entry((name.clone(), day)).or_default();
            *if is_draft { draft } else { live } += 1;
        }
    }

    /// How the draft decides otherwise, by ids.
    fn judge(
        &mut self,
        account: &Account,
        sets: &(Vec<Workflow>, Vec<Workflow>),
        request: &Request<'_>,
    ) -> [BTreeSet<String>; 3] {
        let zone = TimeZone::get(&account.time_zone).unwrap();
        let day = zone.to_datetime(request.now).date();
        let live = reference::evaluate(account, &sets.0, request);
        let draft = reference::evaluate(account, &sets.1, request);
        for (decision, is_draft) in [(&live, false), (&draft, true)] {
            for (id, _) in matched(decision) {
                self.count(format!("workflow {id}"), day, is_draft);
            }
            for matched in &decision.matches {
                for (place, action) in matched.actions.iter().enumerate() {
                    if action.not_ready.is_none() {
                        let name = matched.workflow.actions[place].name();
                        self.count(format!("action {name}"), day, is_draft);
                    }
                }
            }
        }
        let (live, draft) = (matched(&live), matched(&draft));
        let ids =
            |of: &[(&str, &Match<'_>)]| of.iter().map(|(id, _)| (*id).to_owned()).collect::<BTreeSet<_>>();
        let (live_ids, draft_ids) = (ids(&live), ids(&draft));
        let mut changed = BTreeSet::new();
        for (id, by_draft) in &draft {
            let Some((_, by_live)) = live.iter().find(|(other, _)| other == id) else { continue };
            let are_live = [by_live, by_draft].iter().all(|one| one.workflow.mode == Mode::Live);
            let kinds = |one| ready(one).iter().map(|action| action.kind.clone()).collect::<Vec<_>>();
            if are_live && kinds(by_live) != kinds(by_draft) {
                changed.insert((*id).to_owned());
            }
        }
        let found = [
            draft_ids.difference(&live_ids).cloned().collect(),
            live_ids.difference(&draft_ids).cloned().collect(),
            changed,
        ];
        self.differing += u64::from(found.iter().any(|ids: &BTreeSet<String>| !ids.is_empty()));
        found
    }
}

/// The ids of the workflows that a difference names.
fn named(simulation: &Simulation, difference: &Difference) -> [BTreeSet<String>; 3] {
    let ids =
        |places: &[usize]| places.iter().map(|place| simulation.pairs()[*place].id().to_owned()).collect();
    [ids(&difference.gained), ids(&difference.lost), ids(&difference.actions_changed)]
}

/// What a tally holds, but for counts of 0.
fn counts(simulation: &Simulation, tally: &Tally) -> Counts {
    let mut counts = Counts::new();
    for (pair, counted) in simulation.pairs().iter().zip(&tally.workflows) {
        let name = format!("workflow {}", pair.id());
        counts.insert((name.clone(), None), (counted.matched.live, counted.matched.draft));
        for (day, count) in &counted.days {
            counts.insert((name.clone(), Some(*day)), (count.live, count.draft));
        }
    }
    for (day, counted) in &tally.days {
        for (action, count) in &counted.actions {
            let name = format!("action {action}");
            counts.insert((name.clone(), Some(*day)), (count.live, count.draft));
            let (live, draft) = counts.entry((name, None)).or_default();
            *live += count.live;
            *draft += count.draft;
        }
    }
    counts.retain(|_, count| *count != (0, 0));
    counts
}

/// An explanation's verdict about the one workflow in it says whether it matched.
fn verdict(explanation: Option<Explanation<'_>>) -> Option<bool> {
    explanation.map(|explanation| explanation.workflows[0].verdict == Verdict::Matched)
}

fn simulation_is_asking_twice(
    account: &Account,
    sets: &(Vec<Workflow>, Vec<Workflow>),
    requests: &[Request<'_>],
) -> TestCaseResult {
    let simulation = Simulation::new(laws::compiled(account, &sets.0)?, laws::compiled(account, &sets.1)?);
    let mut scratch = SimulationScratch::default();
    let (mut tally, mut halves) = (Tally::default(), [Tally::default(), Tally::default()]);
    let mut plain = Plain::default();
    for (number, request) in requests.iter().enumerate() {
        let difference = simulation.judge(request, &mut scratch, &mut tally);
        simulation.judge(request, &mut scratch, &mut halves[number % 2]);
        let wanted = plain.judge(account, sets, request);
        let found = named(&simulation, &difference);
        prop_assert_eq!(&found, &wanted);
        prop_assert_eq!(difference.is_none(), wanted.iter().all(BTreeSet::is_empty));
        let gained = difference.gained.iter().map(|place| (place, (Some(false), Some(true))));
        let lost = difference.lost.iter().map(|place| (place, (Some(true), Some(false))));
        for (place, (by_live, by_draft)) in gained.chain(lost) {
            let (live, draft) = simulation.explain(*place, request);
            let pair = &simulation.pairs()[*place];
            prop_assert_eq!(verdict(live), by_live.filter(|_| pair.live.is_some()));
            prop_assert_eq!(verdict(draft), by_draft.filter(|_| pair.draft.is_some()));
        }
    }
    prop_assert_eq!(counts(&simulation, &tally), plain.counts);
    prop_assert_eq!((tally.changes, tally.differing), (requests.len() as u64, plain.differing));
    prop_assert_eq!(tally.first, requests.iter().map(|request| request.now).min());
    prop_assert_eq!(tally.last, requests.iter().map(|request| request.now).max());
    prop_assert_eq!(tally.days.values().map(|day| day.changes).sum::<u64>(), tally.changes);
    for (pair, counted) in simulation.pairs().iter().zip(&tally.workflows) {
        let both = counted.matched.draft - counted.gained;
        prop_assert_eq!(counted.matched.live, both + counted.lost);
        prop_assert!(counted.actions_changed <= both);
        let is_same = pair.edit() == Edit::Kept;
        let placeless = |of: &Option<Arc<Workflow>>| {
            of.as_ref().map(|workflow| Workflow { position: None, ..Workflow::clone(workflow) })
        };
        prop_assert_eq!(is_same, placeless(&pair.live) == placeless(&pair.draft));
    }
    let [mut merged, other] = halves;
    merged.merge(other);
    prop_assert_eq!(merged, tally);
    Ok(())
}

proptest! {
    #[test]
    fn simulation_counts_what_the_reference_counts(
        account in generate::account(),
        sets in sets(),
        requests in prop::collection::vec(generate::request(false), 0..=8),
    ) {
        let requests: Vec<Request<'_>> = requests;
        simulation_is_asking_twice(&account, &sets, &requests)?;
    }

    #[test]
    fn a_draft_that_is_what_is_live_changes_nothing(
        account in generate::account(),
        workflows in generate::workflows(),
        requests in prop::collection::vec(generate::request(false), 1..=4),
    ) {
        let compiled = || laws::compiled(&account, &workflows);
        let simulation = Simulation::new(compiled()?, compiled()?);
        let mut tally = Tally::default();
        for request in &requests {
            let difference = simulation.judge(request, &mut SimulationScratch::default(), &mut tally);
            prop_assert!(difference.is_none());
        }
        prop_assert_eq!(tally.differing, 0);
        prop_assert!(simulation.pairs().iter().all(|pair| pair.edit() == Edit::Kept));
    }
}
