//! a-tree: an index over Boolean expressions. It knows no phrases in texts, so each change tells it the numbers of those that
//! occur.

use std::collections::BTreeMap;

use a_tree::{ATree, AttributeDefinition, Event};
use daachorse::DoubleArrayAhoCorasick;

use super::Peer;
use crate::rules::{FLAGS, Facts, LISTS, Rule, RuleCondition, RuleTest, SINGLES, TEXTS, quoted, quoted_list};

/// Is told which phrases occur, and need not find them.
pub struct Told {
    tree: ATree<usize>,
    event: Option<Event>,
}

/// Has them found by daachorse, in each of the texts.
pub struct Searching {
    tree: ATree<usize>,
    automata: [Option<DoubleArrayAhoCorasick<i64>>; TEXTS.len()],
    change: Option<Facts>,
}

impl Told {
    pub fn new(rules: &[Rule]) -> Self {
        Self { tree: tree(rules), event: None }
    }
}

impl Searching {
    pub fn new(rules: &[Rule]) -> Self {
        let automata = TEXTS.map(|text| {
            let phrases = rules.iter().flat_map(|rule| &rule.conditions).filter_map(|condition| {
                match &condition.test {
                    RuleTest::Phrases(name, phrases) if *name == text => Some(phrases),
                    _ => None,
                }
            });
            // The same phrase has the same number in all rules.
            let distinct: BTreeMap<_, _> =
                phrases.flatten().map(|(number, phrase)| (phrase, *number)).collect();
            if distinct.is_empty() {
                return None;
            }
            Some(DoubleArrayAhoCorasick::with_values(distinct).expect("the phrases differ"))
        });
        Self { tree: tree(rules), automata, change: None }
    }
}

fn tree(rules: &[Rule]) -> ATree<usize> {
    let attributes: Vec<_> = SINGLES
        .iter()
        .map(|name| AttributeDefinition::string(name))
        .chain(LISTS.iter().map(|name| AttributeDefinition::string_list(name)))
        .chain(FLAGS.iter().map(|name| AttributeDefinition::boolean(name)))
        .chain([AttributeDefinition::integer_list("phrases")])
        .collect();
    let mut tree = ATree::new(&attributes).expect("the attributes differ");
    for (number, rule) in rules.iter().enumerate() {
        let expression = rule.conditions.iter().map(expression).collect::<Vec<_>>().join(" and ");
        tree.insert(&number, &expression).unwrap_or_else(|error| panic!("{expression}: {error:?}"));
    }
    tree
}

fn event(tree: &ATree<usize>, facts: &Facts, phrases: &[i64]) -> Event {
    let mut event = tree.make_event();
    for (name, value) in SINGLES.iter().zip(&facts.singles) {
        event.with_string(name, value).expect("a string");
    }
    for (name, values) in LISTS.iter().zip(&facts.lists) {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        event.with_string_list(name, &values).expect("a list of strings");
    }
    for (name, value) in FLAGS.iter().zip(facts.flags) {
        event.with_boolean(name, value).expect("a Boolean");
    }
    event.with_integer_list("phrases", phrases).expect("a list of integers");
    event.build().expect("all attributes are set")
}

fn search(tree: &ATree<usize>, event: &Event) -> Vec<usize> {
    let report = tree.search(event).expect("the event is of this tree");
    report.matches().iter().map(|number| **number).collect()
}

fn expression(condition: &RuleCondition) -> String {
    let negated = condition.negated;
    match &condition.test {
        RuleTest::Flag(name) if negated => format!("not {name}"),
        RuleTest::Flag(name) => (*name).to_owned(),
        RuleTest::Single(name, values) => match values.as_slice() {
            [value] => format!("{name} {} {}", if negated { "<>" } else { "=" }, quoted(value)),
            values => format!("{name} {} [{}]", if negated { "not in" } else { "in" }, quoted_list(values)),
        },
        RuleTest::List(name, values) => format!("{name} {} [{}]", of(negated), quoted_list(values)),
        RuleTest::Phrases(_, phrases) => {
            let numbers: Vec<_> = phrases.iter().map(|(number, _)| number.to_string()).collect();
            format!("phrases {} [{}]", of(negated), numbers.join(", "))
        }
    }
}

fn of(negated: bool) -> &'static str {
    if negated { "none of" } else { "one of" }
}

impl Peer for Told {
    fn prepare(&mut self, facts: &Facts) {
        self.event = Some(event(&self.tree, facts, &facts.phrases));
    }

    fn decide(&mut self) -> Vec<usize> {
        search(&self.tree, self.event.as_ref().expect("a change was prepared"))
    }
}

impl Peer for Searching {
    fn prepare(&mut self, facts: &Facts) {
        self.change = Some(facts.clone());
    }

    fn decide(&mut self) -> Vec<usize> {
        let facts = self.change.as_ref().expect("a change was prepared");
        let mut occurring = Vec::new();
        for (automaton, text) in self.automata.iter().zip(&facts.texts) {
            let found = automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text));
            occurring.extend(found.map(|found| found.value()));
        }
        occurring.sort_unstable();
        occurring.dedup();
        search(&self.tree, &event(&self.tree, facts, &occurring))
    }
}
