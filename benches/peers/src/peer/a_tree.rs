//! a-tree: an index over Boolean expressions. It knows no phrases in texts, so each change tells it the numbers of those that
//! occur, which it need not find.

use a_tree::{ATree, AttributeDefinition, Event};

use super::Peer;
use crate::rules::{FLAGS, Facts, LISTS, Rule, RuleCondition, RuleTest, SINGLES, quoted, quoted_list};

pub struct Tree {
    tree: ATree<usize>,
    events: Vec<Event>,
}

impl Tree {
    pub fn new(rules: &[Rule]) -> Self {
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
        Self { tree, events: Vec::new() }
    }
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

impl Peer for Tree {
    fn prepare(&mut self, facts: &Facts) {
        let mut event = self.tree.make_event();
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
        event.with_integer_list("phrases", &facts.phrases).expect("a list of integers");
        self.events.push(event.build().expect("all attributes are set"));
    }

    fn decide(&mut self, change: usize) -> Vec<usize> {
        let report = self.tree.search(&self.events[change]).expect("the event is of this tree");
        report.matches().iter().map(|number| **number).collect()
    }
}
