//! cel: one compiled program per rule, cheap conditions first, each executed for every change.

use std::sync::Arc;

use cel::{Context, Env, Program, Value};

use super::Peer;
use crate::rules::{FLAGS, Facts, LISTS, Rule, RuleCondition, RuleTest, SINGLES, TEXTS, quoted, quoted_list};

pub struct Programs {
    environment: Arc<Env>,
    programs: Vec<Program>,
    context: Option<Context<'static, 'static>>,
}

impl Programs {
    pub fn new(rules: &[Rule]) -> Self {
        let environment = Arc::new(Env::stdlib());
        let program = |rule: &Rule| {
            let source = rule.conditions.iter().map(expression).collect::<Vec<_>>().join(" && ");
            environment.compile(&source).unwrap_or_else(|error| panic!("{source}: {error}"))
        };
        let programs = rules.iter().map(program).collect();
        Self { environment, programs, context: None }
    }
}

fn expression(condition: &RuleCondition) -> String {
    let any = |terms: Vec<String>| format!("({})", terms.join(" || "));
    let held = match &condition.test {
        RuleTest::Flag(name) => (*name).to_owned(),
        RuleTest::Single(name, values) => match values.as_slice() {
            [value] => format!("{name} == {}", quoted(value)),
            values => format!("{name} in [{}]", quoted_list(values)),
        },
        RuleTest::List(name, values) => {
            any(values.iter().map(|value| format!("{} in {name}", quoted(value))).collect())
        }
        RuleTest::Phrases(name, phrases) => {
            any(phrases.iter().map(|(_, phrase)| format!("{name}.contains({})", quoted(phrase))).collect())
        }
    };
    if condition.negated { format!("!({held})") } else { held }
}

impl Peer for Programs {
    fn prepare(&mut self, facts: &Facts) {
        let mut context = Context::with_env(self.environment.clone());
        for (name, value) in SINGLES.iter().zip(&facts.singles).chain(TEXTS.iter().zip(&facts.texts)) {
            context.add_variable_from_value(*name, value.clone());
        }
        for (name, values) in LISTS.iter().zip(&facts.lists) {
            context.add_variable_from_value(*name, values.clone());
        }
        for (name, value) in FLAGS.iter().zip(facts.flags) {
            context.add_variable_from_value(*name, Value::Bool(value));
        }
        self.context = Some(context);
    }

    fn decide(&mut self) -> Vec<usize> {
        let context = self.context.as_ref().expect("a change was prepared");
        let holds = |program: &Program| matches!(program.execute(context), Ok(Value::Bool(true)));
        let holding = self.programs.iter().enumerate().filter(|(_, program)| holds(program));
        holding.map(|(number, _)| number).collect()
    }
}
