//! Triggers of Zammad, as its API lists them.
//!
//! The format is that of Zammad's model `Trigger`, its selectors and its `PerformChanges`.

mod conditions;
mod perform;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::import::rule::{Place, Rule, Translated};
use crate::import::values;

/// A trigger.
#[derive(Debug, Deserialize)]
struct Source {
    #[serde(default)]
    name: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default = "values::active")]
    active: bool,
    /// What runs it: `action` or `time`.
    #[serde(default)]
    activator: Option<String>,
    /// Whether it runs `always`, or is `selective`: only if an attribute of its condition has changed.
    #[serde(default)]
    execution_condition_mode: Option<String>,
    condition: Map<String, Value>,
    perform: Map<String, Value>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Fields that say nothing about when a trigger matches or what it does to a ticket.
const METADATA: [&str; 10] = [
    "id",
    "created_at",
    "updated_at",
    "created_by_id",
    "updated_by_id",
    "created_by",
    "updated_by",
    "disable_notification",
    "localization",
    "timezone",
];

const SELECTIVE_DIFFERS: &str = "Zammad runs it only when an attribute of its condition has changed; here it matches on every change while \
     it holds, unless the backend sends a baseline";

/// Whether a rule by itself looks like a trigger of Zammad.
pub(super) fn is_rule(rule: &Value) -> bool {
    rule.get("perform").is_some()
}

/// The triggers of a file, in the order in which Zammad runs them, and what is to be said about the file; none if it
/// holds none.
pub(super) fn rules(file: &Value) -> Option<(Vec<Rule>, Vec<String>)> {
    let mut triggers: Vec<&Value> = match (file.pointer("/assets/Trigger"), file) {
        (Some(Value::Object(triggers)), _) => triggers.values().collect(),
        (_, Value::Array(triggers)) => triggers.iter().collect(),
        (_, trigger) => vec![trigger],
    };
    if !triggers.iter().any(|trigger| is_rule(trigger)) {
        return None;
    }
    let name =
        |trigger: &Value| trigger.get("name").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    triggers.sort_by_cached_key(|trigger| name(trigger));
    let rules = triggers.iter().enumerate().map(|(index, value)| rule(index, value)).collect();
    Some((rules, Vec::new()))
}

fn rule(index: usize, value: &Value) -> Rule {
    let id = values::rule_id("trigger", value, index);
    let source = match Source::deserialize(value) {
        Ok(source) => source,
        Err(error) => return Rule::unreadable(id, value.get("name"), &error),
    };
    let mut rule = Rule::new(id, source.name, source.note.unwrap_or_default(), source.active);
    rule.unknown_fields(source.others.iter().filter(|(name, _)| !METADATA.contains(&name.as_str())));
    match source.activator.as_deref() {
        None | Some("action") => {}
        Some(other) => {
            let by_time = Translated::not(
                "it is run by reminders and escalations, which no condition is about",
                "See whether `last_customer_reply` or `ticket_created` with a time will do.",
            );
            let by_time =
                rule.condition(Place::new("activator", values::in_short(&["activator", other])), by_time);
            rule.demand(by_time);
        }
    }
    if source.execution_condition_mode.as_deref() == Some("selective") {
        rule.differs_without_event(SELECTIVE_DIFFERS);
    }
    if let Some(logic) = conditions::conditions(&mut rule, &source.condition) {
        rule.demand(logic);
    }
    // Zammad sets the ticket's own fields before it sends anything.
    let (own, others): (Vec<_>, Vec<_>) =
        source.perform.iter().partition(|(name, _)| name.starts_with("ticket."));
    for (name, value) in own.into_iter().chain(others) {
        perform::action(&mut rule, name, value);
    }
    rule
}
