//! The peers, each behind the same door: compiled once from the rules, given each change and asked about it.

mod a_tree;
mod cedar;
mod cel;
mod regorus;
mod zen;

use crate::rules::{Facts, Rule};

/// A rule engine that was given the rules.
pub trait Peer {
    /// Prepares a change in the peer's own form, outside of the time that is measured.
    fn prepare(&mut self, facts: &Facts);

    /// Decides the change that was prepared last: the numbers of the rules that hold, in any order.
    fn decide(&mut self) -> Vec<usize>;
}

/// A peer by its name, and the largest number of rules that it is asked to decide by.
pub struct Contestant {
    pub name: &'static str,
    pub rules_max: usize,
    pub compile: fn(&[Rule]) -> Box<dyn Peer>,
}

pub const CONTESTANTS: [Contestant; 6] = [
    Contestant {
        name: "a-tree and daachorse",
        rules_max: 10_000,
        compile: |rules| Box::new(a_tree::Searching::new(rules)),
    },
    Contestant {
        name: "a-tree alone, told which phrases occur",
        rules_max: 10_000,
        compile: |rules| Box::new(a_tree::Told::new(rules)),
    },
    Contestant { name: "zen-engine", rules_max: 10_000, compile: |rules| Box::new(zen::Table::new(rules)) },
    Contestant { name: "cel", rules_max: 10_000, compile: |rules| Box::new(cel::Programs::new(rules)) },
    Contestant { name: "regorus", rules_max: 1_000, compile: |rules| Box::new(regorus::Machine::new(rules)) },
    Contestant {
        name: "cedar-policy",
        rules_max: 10_000,
        compile: |rules| Box::new(cedar::Policies::new(rules)),
    },
];
