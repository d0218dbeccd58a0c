//! zen-engine: a decision table that collects all rows that hold, compiled, with a column for each attribute. The engine
//! indexes the columns whose cells are plain values.

use serde_json::{Value, json};
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine, Variable};

use super::Peer;
use crate::rules::{FLAGS, Facts, LISTS, Rule, RuleCondition, RuleTest, SINGLES, TEXTS, quoted, quoted_list};

pub struct Table {
    decision: Decision,
    context: Option<Variable>,
}

impl Table {
    pub fn new(rules: &[Rule]) -> Self {
        // Columns that tell rows apart by plain values come first, texts last.
        let columns = FLAGS.iter().chain(&SINGLES).chain(&LISTS).chain(&TEXTS);
        let inputs: Vec<_> =
            columns.clone().map(|name| json!({ "id": name, "name": name, "field": name })).collect();
        let rows: Vec<_> =
            rules.iter().enumerate().map(|(number, rule)| row(number, rule, columns.clone())).collect();
        let content = json!({
            "nodes": [
                { "id": "in", "name": "in", "type": "inputNode" },
                { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                    "hitPolicy": "collect",
                    "inputs": inputs,
                    "outputs": [{ "id": "out", "name": "number", "field": "number" }],
                    "rules": rows,
                } },
                { "id": "out", "name": "out", "type": "outputNode" },
            ],
            "edges": [
                { "id": "1", "sourceId": "in", "targetId": "table", "type": "edge" },
                { "id": "2", "sourceId": "table", "targetId": "out", "type": "edge" },
            ],
        });
        let content: DecisionContent = serde_json::from_value(content).expect("the graph is well-formed");
        let mut decision = DecisionEngine::default().create_decision(content.into()).expect("a graph");
        decision.compile();
        Self { decision, context: None }
    }
}

fn row<'n>(number: usize, rule: &Rule, columns: impl Iterator<Item = &'n &'static str>) -> Value {
    let mut row = serde_json::Map::new();
    row.insert("_id".to_owned(), number.to_string().into());
    row.insert("out".to_owned(), number.to_string().into());
    for column in columns {
        let of_column = rule.conditions.iter().filter(|condition| name(condition) == *column);
        let cells: Vec<_> = of_column.collect();
        let cell = match cells.as_slice() {
            [] => continue,
            [RuleCondition { negated: false, test: RuleTest::Single(_, values) }] => quoted_list(values),
            [RuleCondition { negated, test: RuleTest::Flag(_) }] => (!negated).to_string(),
            cells => cells.iter().map(|condition| expression(condition)).collect::<Vec<_>>().join(" and "),
        };
        row.insert((*column).to_owned(), cell.into());
    }
    row.into()
}

fn name(condition: &RuleCondition) -> &'static str {
    match &condition.test {
        RuleTest::Flag(name)
        | RuleTest::Single(name, _)
        | RuleTest::List(name, _)
        | RuleTest::Phrases(name, _) => name,
    }
}

/// A condition as an expression over `$`, the column's value. In a cell, `and` and `or` stand between expressions and never
/// within brackets, and are read from left to right; a text's column has one condition at most.
fn expression(condition: &RuleCondition) -> String {
    let negated = condition.negated;
    let held = match &condition.test {
        RuleTest::Flag(_) => "$ == true".to_owned(),
        RuleTest::Single(_, values) => format!("$ in [{}]", quoted_list(values)),
        RuleTest::List(_, values) => format!("some($, # in [{}])", quoted_list(values)),
        RuleTest::Phrases(_, phrases) => {
            let (not, join) = if negated { ("not ", " and ") } else { ("", " or ") };
            let contains = |(_, phrase): &(i64, String)| format!("{not}contains($, {})", quoted(phrase));
            return phrases.iter().map(contains).collect::<Vec<_>>().join(join);
        }
    };
    if negated { format!("not ({held})") } else { format!("({held})") }
}

impl Peer for Table {
    fn prepare(&mut self, facts: &Facts) {
        let singles = SINGLES.iter().zip(&facts.singles).chain(TEXTS.iter().zip(&facts.texts));
        let mut context = serde_json::Map::new();
        context.extend(singles.map(|(name, value)| ((*name).to_owned(), value.clone().into())));
        context.extend(
            LISTS.iter().zip(&facts.lists).map(|(name, values)| ((*name).to_owned(), values.clone().into())),
        );
        context.extend(FLAGS.iter().zip(facts.flags).map(|(name, value)| ((*name).to_owned(), value.into())));
        self.context = Some(Value::Object(context).into());
    }

    fn decide(&mut self) -> Vec<usize> {
        let response = pollster::block_on(
            self.decision.evaluate(self.context.as_ref().expect("a change was prepared").clone()),
        );
        let Value::Array(rows) = response.expect("the table has no errors").result.to_value() else {
            return Vec::new();
        };
        let numbers = rows.iter().map(|row| row["number"].as_u64().expect("a rule's number") as usize);
        numbers.collect()
    }
}
