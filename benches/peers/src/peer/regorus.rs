//! regorus: one partial rule of a set per rule, compiled for its virtual machine, which is the faster of its two evaluators.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine, Rc, Value};

use super::Peer;
use crate::rules::{FLAGS, Facts, LISTS, Rule, RuleCondition, RuleTest, SINGLES, TEXTS, quoted, quoted_list};

const ENTRY_POINT: &str = "data.desk.holding";

pub struct Machine {
    machine: RegoVM,
    input: Option<Value>,
}

impl Machine {
    pub fn new(rules: &[Rule]) -> Self {
        let mut source = "package desk\n\
            has_any(given, wanted) if { some one in given; one in wanted }\n\
            contains_any(text, phrases) if { some phrase in phrases; contains(text, phrase) }\n"
            .to_owned();
        for (number, rule) in rules.iter().enumerate() {
            let conditions = rule.conditions.iter().map(expression).collect::<Vec<_>>().join("; ");
            source += &format!("holding contains {number} if {{ {conditions} }}\n");
        }
        let mut engine = Engine::new();
        engine.add_policy("desk.rego".to_owned(), source).expect("the policy is well-formed");
        let policy = engine.compile_with_entrypoint(&Rc::from(ENTRY_POINT)).expect("the policy compiles");
        let program = Compiler::compile_from_policy(&policy, &[ENTRY_POINT]).expect("the program compiles");
        let mut machine = RegoVM::new();
        machine.load_program(program);
        Self { machine, input: None }
    }
}

fn expression(condition: &RuleCondition) -> String {
    let held = match &condition.test {
        RuleTest::Flag(name) => format!("input.{name}"),
        RuleTest::Single(name, values) => match values.as_slice() {
            [value] if condition.negated => return format!("input.{name} != {}", quoted(value)),
            [value] => format!("input.{name} == {}", quoted(value)),
            values => format!("input.{name} in {{{}}}", quoted_list(values)),
        },
        RuleTest::List(name, values) => format!("has_any(input.{name}, {{{}}})", quoted_list(values)),
        RuleTest::Phrases(name, phrases) => {
            let phrases: Vec<_> = phrases.iter().map(|(_, phrase)| phrase.clone()).collect();
            match phrases.as_slice() {
                [phrase] => format!("contains(input.{name}, {})", quoted(phrase)),
                phrases => format!("contains_any(input.{name}, [{}])", quoted_list(phrases)),
            }
        }
    };
    if condition.negated { format!("not {held}") } else { held }
}

impl Peer for Machine {
    fn prepare(&mut self, facts: &Facts) {
        let singles = SINGLES.iter().zip(&facts.singles).chain(TEXTS.iter().zip(&facts.texts));
        let mut input = serde_json::Map::new();
        input.extend(singles.map(|(name, value)| ((*name).to_owned(), value.clone().into())));
        input.extend(
            LISTS.iter().zip(&facts.lists).map(|(name, values)| ((*name).to_owned(), values.clone().into())),
        );
        input.extend(FLAGS.iter().zip(facts.flags).map(|(name, value)| ((*name).to_owned(), value.into())));
        self.input = Some(serde_json::Value::Object(input).into());
    }

    fn decide(&mut self) -> Vec<usize> {
        self.machine.set_input(self.input.as_ref().expect("a change was prepared").clone());
        let value = self.machine.execute().expect("the policy has no errors");
        let numbers = value.as_set().expect("a partial rule makes a set").iter();
        numbers.map(|number| number.as_u64().expect("a rule's number") as usize).collect()
    }
}
