//! The workloads are what they are said to be, and the plain loop decides them as the index does.

use std::collections::HashMap;
use std::sync::Arc;

use tamis_benches::{Language, MatchRate, MessageLength, Order, PlainLoop, Profile, Shape, Workload};
use tamis_engine::{Scratch, Workflow, compile};

const SHAPES: [Shape; 4] = [Shape::Mixed, Shape::SameSource, Shape::AllPhrases, Shape::NoPhrases];

fn phrases(workflow: &Workflow) -> bool {
    let names: Vec<_> = workflow.all.iter().map(|condition| condition.test.name()).collect();
    ["subject", "customer_name", "message"].iter().any(|name| names.contains(name))
}

#[test]
fn workflows_have_conditions_of_all_kinds_in_the_shares_that_are_told() {
    let workflows = Workload::new(1).workflows(10_000);
    let mut kinds: HashMap<&str, usize> = HashMap::new();
    let (mut negated, mut others) = (0u32, 0u32);
    for workflow in &workflows {
        assert!((2..=4).contains(&workflow.all.len()));
        for condition in &workflow.all {
            *kinds.entry(condition.test.name()).or_default() += 1;
        }
        let rest = workflow.all.iter().skip(1);
        for condition in rest.filter(|c| !["subject", "customer_name", "message"].contains(&c.test.name())) {
            others += 1;
            negated += u32::from(condition.negated);
        }
    }
    assert_eq!(kinds.len(), 25);
    assert!(kinds.values().all(|count| *count > 200), "{kinds:?}");
    let with_phrases = workflows.iter().filter(|workflow| phrases(workflow)).count();
    assert!((3_800..4_200).contains(&with_phrases), "{with_phrases}");
    assert!((0.14..0.16).contains(&(f64::from(negated) / f64::from(others))));
}

#[test]
fn shapes_are_what_they_are_said_to_be() {
    let workflows = |shape| Workload::with(1, Profile { shape, ..Profile::default() }).workflows(500);
    assert!(workflows(Shape::AllPhrases).iter().all(|workflow| phrases(workflow)));
    assert!(!workflows(Shape::NoPhrases).iter().any(|workflow| phrases(workflow)));
    let of_source = |workflow: &Arc<Workflow>| workflow.all.iter().any(|c| c.test.name() == "source");
    assert!(workflows(Shape::SameSource).iter().all(of_source));
}

#[test]
fn as_many_workflows_match_as_the_rate_says() {
    for (matches, count, wanted) in [
        (MatchRate::None, 1_000, 0.0..0.001),
        (MatchRate::Few, 50, 0.4..0.8),
        (MatchRate::Few, 1_000, 0.45..0.75),
        (MatchRate::Few, 10_000, 0.45..0.75),
        (MatchRate::Typical, 50, 0.18..0.35),
        (MatchRate::Typical, 1_000, 3.75..6.25),
        (MatchRate::Typical, 10_000, 6.0..10.0),
        (MatchRate::OnePercent, 10_000, 75.0..125.0),
        (MatchRate::Tenth, 10_000, 1_000.0..2_000.0),
    ] {
        let profile = Profile { matches, ..Profile::default() };
        let mut workload = Workload::with(1, profile);
        let index = compile(workload.account(), &workload.workflows(count)).unwrap();
        let requests = Workload::with(2, profile).requests(1_000, count, 100);
        let mut scratch = Scratch::default();
        let matched: usize =
            requests.iter().map(|request| index.evaluate(request, &mut scratch).matches.len()).sum();
        let rate = matched as f64 / 1_000.0;
        assert!(wanted.contains(&rate), "{matches:?} of {count}: {rate}");
    }
}

#[test]
fn the_plain_loop_decides_as_the_index_does() {
    for (seed, shape) in (0..).zip(SHAPES) {
        let profile = Profile { shape, languages: Language::EIGHT, matches: MatchRate::Typical };
        let mut workload = Workload::with(seed, profile);
        let account = workload.account();
        let workflows = workload.workflows(2_000);
        let mut loops = [Order::AsWritten, Order::CheapFirst]
            .map(|order| PlainLoop::new(&account, workflows.iter().map(AsRef::as_ref), order).unwrap());
        let index = compile(account, &workflows).unwrap();
        let mut scratch = Scratch::default();
        for number in 0..300 {
            let request = workload.request(number, workflows.len(), MessageLength::Customers);
            let decision = index.evaluate(&request, &mut scratch);
            let wanted: Vec<_> =
                decision.matches.iter().map(|matched| matched.workflow.id.as_str()).collect();
            for plain in &mut loops {
                let mut places = Vec::new();
                plain.evaluate(&request, &mut places);
                let found: Vec<_> = places.iter().map(|place| &workflows[*place as usize].id).collect();
                assert_eq!(found, wanted, "{shape:?}");
            }
        }
    }
}

#[test]
fn a_seed_makes_the_same_on_every_machine() {
    assert_eq!(Language::Polish.message(1, 40), "Od do po. Dla że to kolor.\nMam, w proszę ");
    assert_eq!(Workload::new(1).distinct_phrases(3), ["dotarła reklamacja", "tried", "vipupu tisem 978"]);
}
