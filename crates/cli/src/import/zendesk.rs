//! Triggers and automations of Zendesk Support, as its API lists them.
//!
//! The format is that of Zendesk's reference of triggers, automations, conditions and actions.

mod actions;
mod conditions;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::import::logic::Logic;
use crate::import::rule::{Place, Rule};
use crate::import::values;

/// What runs a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Every creation and every update of a ticket.
    Trigger,
    /// An hour that has gone by.
    Automation,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Automation => "automation",
        }
    }
}

/// A trigger or an automation.
#[derive(Debug, Deserialize)]
struct Source {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default = "values::active")]
    active: bool,
    #[serde(default)]
    position: Option<i64>,
    conditions: Conditions,
    actions: Vec<Assignment>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
struct Conditions {
    #[serde(default)]
    all: Vec<Leaf>,
    #[serde(default)]
    any: Vec<Leaf>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// A condition.
#[derive(Debug, Deserialize)]
struct Leaf {
    field: String,
    #[serde(default)]
    operator: Option<String>,
    #[serde(default)]
    value: Value,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// An action.
#[derive(Debug, Deserialize)]
struct Assignment {
    field: String,
    #[serde(default)]
    value: Value,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Fields that say nothing about when a rule matches or what it does.
const METADATA: [&str; 8] =
    ["id", "url", "raw_title", "created_at", "updated_at", "default", "category_id", "usage_24h"];

/// Why an automation is never quite the same.
const AUTOMATION_DIFFERS: &str = "Zendesk looks once an hour, and acts again each time; here it matches as soon as it holds, also when \
     the ticket changes, with one fire key for as long as it holds";

/// Whether a rule by itself looks like one of Zendesk.
pub(super) fn is_rule(rule: &Value) -> bool {
    rule.get("conditions").is_some_and(|conditions| conditions.get("all").or(conditions.get("any")).is_some())
}

/// The rules of a file, in the order in which Zendesk runs them, and what is to be said about the file; none if it
/// holds no rules of Zendesk.
pub(super) fn rules(file: &Value) -> Option<(Vec<Rule>, Vec<String>)> {
    let mut notes = Vec::new();
    let mut found: Vec<(Kind, &Value)> = Vec::new();
    for kind in [Kind::Trigger, Kind::Automation] {
        match (file.get(format!("{}s", kind.name())), file.get(kind.name())) {
            (Some(Value::Array(rules)), _) => found.extend(rules.iter().map(|rule| (kind, rule))),
            (_, Some(rule @ Value::Object(_))) => found.push((kind, rule)),
            _ => {}
        }
    }
    let is_list = |name: &str| file.get(name).is_some_and(Value::is_array);
    if found.is_empty() && !is_list("triggers") && !is_list("automations") {
        let rules = match file {
            Value::Array(rules) => rules.as_slice(),
            rule => std::slice::from_ref(rule),
        };
        if !rules.iter().any(is_rule) {
            return None;
        }
        found.extend(rules.iter().map(|rule| (kind_of(rule), rule)));
    }
    let has_more = file.pointer("/meta/has_more") == Some(&Value::Bool(true));
    if has_more || file.get("next_page").is_some_and(|page| !page.is_null()) {
        notes.push("the file is one page of several: the rules of the others are missing".to_owned());
    }
    // Triggers run before automations, each by position.
    let mut rules: Vec<(Kind, Option<i64>, Rule)> = found
        .iter()
        .enumerate()
        .map(|(index, (kind, value))| {
            let (position, rule) = rule(*kind, index, value);
            (*kind, position, rule)
        })
        .collect();
    rules.sort_by_key(|(kind, position, _)| (*kind == Kind::Automation, position.unwrap_or(i64::MAX)));
    Some((rules.into_iter().map(|(_, _, rule)| rule).collect(), notes))
}

/// What a rule without a name around it is: its address tells, or its conditions on hours.
fn kind_of(rule: &Value) -> Kind {
    let url = rule.get("url").and_then(Value::as_str).unwrap_or_default();
    let conditions = rule.pointer("/conditions/all").and_then(Value::as_array);
    let counts_hours = conditions.into_iter().flatten().any(|leaf| {
        leaf.get("field").and_then(Value::as_str).is_some_and(|field| conditions::HOURS.contains(&field))
    });
    if url.contains("/automations/") || counts_hours { Kind::Automation } else { Kind::Trigger }
}

fn rule(kind: Kind, index: usize, value: &Value) -> (Option<i64>, Rule) {
    let id = values::rule_id(kind.name(), value, index);
    let source = match Source::deserialize(value) {
        Ok(source) => source,
        Err(error) => return (None, Rule::unreadable(id, value.get("title"), &error)),
    };
    let mut rule = Rule::new(id, source.title, source.description.unwrap_or_default(), source.active);
    rule.unknown_fields(source.others.iter().filter(|(name, _)| !METADATA.contains(&name.as_str())));
    rule.unknown_fields(source.conditions.others.iter());
    let all = leaves(&mut rule, "conditions.all", &source.conditions.all);
    let any = leaves(&mut rule, "conditions.any", &source.conditions.any);
    rule.demand(Logic::All(all));
    if !any.is_empty() {
        rule.demand(Logic::Any(any));
    }
    if kind == Kind::Automation {
        rule.differs(AUTOMATION_DIFFERS);
    }
    for (index, action) in source.actions.iter().enumerate() {
        rule.unknown_fields(action.others.iter());
        actions::action(&mut rule, &format!("actions[{index}]"), action);
    }
    (source.position, rule)
}

fn leaves(rule: &mut Rule, field: &str, leaves: &[Leaf]) -> Vec<Logic> {
    let translate = |(index, leaf): (usize, &Leaf)| {
        rule.unknown_fields(leaf.others.iter());
        let operator = leaf.operator.as_deref().unwrap_or_default();
        let source = values::in_short(&[&leaf.field, operator, &values::shown(&leaf.value)]);
        let place = Place::new(format!("{field}[{index}]"), source);
        rule.condition(place, conditions::condition(leaf))
    };
    leaves.iter().enumerate().map(translate).collect()
}
