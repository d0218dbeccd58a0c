//! The alternatives against what the logic says by itself.

use proptest::prelude::*;
use tamis_engine::definition::{CustomerAction, ElapsedBound, NewTicketBy, Test};

use super::{ALTERNATIVES_MAX, Alternative, Logic};

fn leaf(letter: &str) -> Logic {
    Logic::is(Test::Context(vec![letter.to_owned()]))
}

fn logic() -> impl Strategy<Value = Logic> {
    let leaf = ("[abcd]", any::<bool>())
        .prop_map(|(letter, negated)| Logic::is_or_not(negated, Test::Context(vec![letter])));
    let leaf = prop_oneof![9 => leaf, 1 => Just(Logic::Unknown)];
    leaf.prop_recursive(4, 12, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![parts().prop_map(Logic::All), parts().prop_map(Logic::Any)]
    })
}

/// Whether a condition holds of these letters.
fn condition_holds(condition: &tamis_engine::definition::Condition, letters: &[&str]) -> bool {
    let Test::Context(values) = &condition.test else { panic!("only contexts are made here") };
    values.iter().any(|value| letters.contains(&value.as_str())) != condition.negated
}

/// Whether the logic holds of these letters, with what is unknown taken for this.
fn holds(logic: &Logic, letters: &[&str], unknown: bool) -> bool {
    match logic {
        Logic::Is(condition) => condition_holds(condition, letters),
        Logic::Unknown => unknown,
        Logic::All(parts) => parts.iter().all(|part| holds(part, letters, unknown)),
        Logic::Any(parts) => parts.iter().any(|part| holds(part, letters, unknown)),
    }
}

fn alternative_holds(alternative: &Alternative, letters: &[&str]) -> bool {
    let any = &alternative.any;
    alternative.all.iter().all(|condition| condition_holds(condition, letters))
        && (any.is_empty() || any.iter().any(|condition| condition_holds(condition, letters)))
}

/// All sets of the four letters.
fn sets() -> impl Iterator<Item = Vec<&'static str>> {
    (0..16_usize).map(|set| {
        let in_set = |(bit, letter)| (set >> bit & 1 == 1).then_some(letter);
        ["a", "b", "c", "d"].into_iter().enumerate().filter_map(in_set).collect()
    })
}

proptest! {
    #[test]
    fn alternatives_hold_where_the_logic_does(logic in logic()) {
        let Some(alternatives) = logic.clone().alternatives() else { return Ok(()) };
        prop_assert!(alternatives.len() <= ALTERNATIVES_MAX);
        for letters in sets() {
            let sound = |alternative: &&Alternative| !alternative.is_widened;
            let found = alternatives.iter().filter(sound).any(|one| alternative_holds(one, &letters));
            // What is enabled never matches where the rule does not, whatever the unknown conditions say; and where
            // nothing is unknown, it matches wherever the rule does.
            prop_assert!(!found || holds(&logic, &letters, false));
            let all_is_known = holds(&logic, &letters, true) == holds(&logic, &letters, false);
            let widened = alternatives.iter().any(|one| one.is_widened);
            if all_is_known && !widened {
                prop_assert_eq!(found, holds(&logic, &letters, true));
            }
        }
    }

    #[test]
    fn the_opposite_holds_where_the_logic_does_not(logic in logic()) {
        let opposite = logic.clone().opposite().expect("contexts have opposites");
        for letters in sets() {
            prop_assert_eq!(holds(&opposite, &letters, false), !holds(&logic, &letters, true));
        }
    }
}

#[test]
fn one_or_among_ands_makes_one_workflow() {
    let nested = Logic::All(vec![
        leaf("a"),
        Logic::All(vec![leaf("b"), Logic::Any(vec![leaf("c"), Logic::Any(vec![leaf("d")])])]),
    ]);
    let alternatives = nested.alternatives().expect("they are few");
    let [one] = alternatives.as_slice() else { panic!("{alternatives:?}") };
    assert_eq!((one.all.len(), one.any.len(), one.is_widened), (2, 2, false));
}

#[test]
fn what_presupposes_an_event_or_an_instant_has_no_opposite() {
    let bound = ElapsedBound::MoreThan(jiff::SignedDuration::from_hours(1));
    for (test, has_one) in [
        (Test::NewMessage, true),
        (Test::NewTicket(vec![NewTicketBy::Anyone]), true),
        (Test::NewTicket(vec![NewTicketBy::Agent]), false),
        (Test::Action(vec![CustomerAction::ReturnCreated]), false),
        (Test::TagAssigned(vec!["vip".to_owned()]), false),
        (Test::TicketCreated(vec![bound]), false),
        (Test::CurrentStatus(vec!["open".to_owned()]), true),
    ] {
        let opposite = Logic::is(test.clone()).opposite();
        assert_eq!(opposite, has_one.then(|| Logic::is_or_not(true, test.clone())), "{test:?}");
    }
}
