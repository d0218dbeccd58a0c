//! Automation rules of Chatwoot, as its API lists them.
//!
//! The format is that of Chatwoot's model `AutomationRule`, its `ConditionsFilterService` and its `ActionService`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tamis_engine::definition::{
    Action, Body, CustomerAction, NewTicketBy, PhraseMode, Phrases, Test, TextFormat,
};
use tamis_engine::variable::Variable;

use crate::import::logic::Logic;
use crate::import::rule::{Place, Rule, Translated};
use crate::import::text::{Dialect, Placeholder, template};
use crate::import::values::{
    self, ROUTE_BY_TAG, SEND, SEND_ABSENCE, TAG_FOR_BACKEND, address_contains, assign_tags, phrases,
    unknown_operator, unknown_value,
};

/// An automation rule.
#[derive(Debug, Deserialize)]
struct Source {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: Option<String>,
    event_name: String,
    #[serde(default = "values::active")]
    active: bool,
    #[serde(default)]
    execution_delay: Value,
    conditions: Vec<Leaf>,
    actions: Vec<Step>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// A condition.
#[derive(Debug, Deserialize)]
struct Leaf {
    attribute_key: String,
    filter_operator: String,
    #[serde(default)]
    values: Value,
    /// How the next condition is joined to this one.
    #[serde(default)]
    query_operator: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// An action.
#[derive(Debug, Deserialize)]
struct Step {
    action_name: String,
    #[serde(default)]
    action_params: Value,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Fields that say nothing about when a rule matches or what it does.
const METADATA: [&str; 6] = ["id", "account_id", "created_at", "created_on", "updated_at", "files"];
/// The same of a condition: what kind of attribute it is, its key tells.
const LEAF_METADATA: [&str; 1] = ["custom_attribute_type"];

const DIALECT: Dialect = Dialect { marks: ("{{", "}}"), tags: ("{%", "%}"), placeholder, phrases: &[] };

/// Whether a rule by itself looks like one of Chatwoot.
pub(super) fn is_rule(rule: &Value) -> bool {
    rule.get("event_name").is_some()
}

/// The rules of a file, and what is to be said about it; none if it holds no rules of Chatwoot.
pub(super) fn rules(file: &Value) -> Option<(Vec<Rule>, Vec<String>)> {
    let rules = match file.get("payload").unwrap_or(file) {
        Value::Array(rules) => rules.as_slice(),
        rule => std::slice::from_ref(rule),
    };
    let is_empty_list = rules.is_empty() && file.get("payload").is_some();
    (is_empty_list || rules.iter().any(is_rule)).then(|| {
        let rules = rules.iter().enumerate().map(|(index, value)| rule(index, value)).collect();
        (rules, Vec::new())
    })
}

fn rule(index: usize, value: &Value) -> Rule {
    let id = values::rule_id("rule", value, index);
    let source = match Source::deserialize(value) {
        Ok(source) => source,
        Err(error) => return Rule::unreadable(id, value.get("name"), &error),
    };
    let mut rule = Rule::new(id, source.name, source.description.unwrap_or_default(), source.active);
    rule.unknown_fields(source.others.iter().filter(|(name, _)| !METADATA.contains(&name.as_str())));
    let event = rule.condition(
        Place::new("event_name", values::in_short(&["event_name", &source.event_name])),
        event(&source.event_name),
    );
    rule.demand(event);
    if !matches!(source.execution_delay, Value::Null) && source.execution_delay != 0 {
        let shown = values::in_short(&["execution_delay", &values::shown(&source.execution_delay)]);
        let place = Place::new("execution_delay", shown);
        let late = Translated::not(
            "workflows act at once, and never some time after a change",
            "See whether `last_customer_reply` or `ticket_created` with a time will do.",
        );
        let late = rule.condition(place, late);
        rule.demand(late);
    }
    let is_message = source.event_name == "message_created";
    let conditions = joined(&mut rule, &source.conditions, is_message);
    rule.demand(conditions);
    for (index, step) in source.actions.iter().enumerate() {
        rule.unknown_fields(step.others.iter());
        let field = format!("actions[{index}]");
        let shown = values::in_short(&[&step.action_name, &values::shown(&step.action_params)]);
        let translated = action(&mut rule, &field, step);
        rule.action(Place::new(field, shown), translated);
    }
    rule
}

fn event(name: &str) -> Translated<Logic> {
    let set = |status: &str| Logic::is(Test::StatusSet(vec![status.to_owned()]));
    let created = |negated| Logic::is_or_not(negated, Test::NewTicket(vec![NewTicketBy::Anyone]));
    match name {
        "message_created" => Translated::but(
            Logic::is(Test::NewMessage),
            "the backend must tell messages of agents and private notes as messages too",
        ),
        "conversation_created" => Translated::Exact(created(false)),
        "conversation_updated" => Translated::but(
            created(true),
            "every change of a ticket that is there already counts, whatever it changes",
        ),
        "conversation_opened" => Translated::Exact(set("open")),
        "conversation_resolved" => Translated::Exact(set("resolved")),
        _ => Translated::not("the event is not known", "Write a condition on the change that is meant."),
    }
}

/// The conditions as Chatwoot's database joins them: *and* binds closer than *or*.
fn joined(rule: &mut Rule, leaves: &[Leaf], is_message: bool) -> Logic {
    let mut choices = vec![Vec::new()];
    for (index, leaf) in leaves.iter().enumerate() {
        let others = leaf.others.iter().filter(|(name, _)| !LEAF_METADATA.contains(&name.as_str()));
        rule.unknown_fields(others);
        let values = values::shown(&leaf.values);
        let shown = values::in_short(&[&leaf.attribute_key, &leaf.filter_operator, &values]);
        let place = Place::new(format!("conditions[{index}]"), shown);
        let logic = rule.condition(place, condition(leaf, is_message));
        if let Some(choice) = choices.last_mut() {
            choice.push(logic);
        }
        let operator = leaf.query_operator.as_deref().unwrap_or("AND");
        let has_next = index + 1 < leaves.len();
        if has_next && operator.eq_ignore_ascii_case("or") {
            choices.push(Vec::new());
        } else if has_next && !operator.eq_ignore_ascii_case("and") {
            let place = Place::new(format!("conditions[{index}].query_operator"), operator);
            let unknown = unknown_value("`AND` or `OR`");
            let unknown = rule.condition(place, unknown);
            rule.demand(unknown);
        }
    }
    Logic::Any(choices.into_iter().map(Logic::All).collect())
}

fn condition(leaf: &Leaf, is_message: bool) -> Translated<Logic> {
    let operator = leaf.filter_operator.as_str();
    if operator == "attribute_changed" {
        return Translated::not(
            "no condition looks at what a value was before",
            "See whether `status_set` or `tag_assigned` will do.",
        );
    }
    let Some(wanted) = values::texts(&leaf.values) else {
        return Translated::not(
            format!("`{operator}` without values, or with others than texts and numbers, has no equal"),
            SEND_ABSENCE,
        );
    };
    match leaf.attribute_key.as_str() {
        "status" => status(leaf, wanted),
        "inbox_id" => ids(leaf, wanted, Test::Inbox),
        "mail_subject" => text(leaf, wanted, Test::Subject, true),
        "name" => text(leaf, wanted, Test::CustomerName, true),
        "content" if is_message => text(leaf, wanted, Test::Message, false)
            .also("what a message quotes is looked at too, if the backend sends it"),
        "email" => email(leaf, wanted),
        "message_type" if operator == "equal_to" && wanted == ["incoming"] => {
            Translated::Exact(Logic::is(Test::Action(vec![CustomerAction::EveryCustomerMessage])))
        }
        "private_note" if operator == "equal_to" && wanted == ["false"] => Translated::but(
            Logic::is(Test::NewMessage),
            "the backend must not tell private notes as messages",
        ),
        "labels" | "label" => values::tags_of_ticket(),
        other => no_equal(other),
    }
}

/// Whether an operator negates, if it compares with values as a whole.
fn equality(operator: &str) -> Option<bool> {
    match operator {
        "equal_to" => Some(false),
        "not_equal_to" => Some(true),
        _ => None,
    }
}

fn ids(leaf: &Leaf, wanted: Vec<String>, test: fn(Vec<String>) -> Test) -> Translated<Logic> {
    match equality(&leaf.filter_operator) {
        Some(negated) => Translated::Exact(Logic::is_or_not(negated, test(wanted))),
        None => unknown_operator(&leaf.attribute_key, &leaf.filter_operator),
    }
}

fn status(leaf: &Leaf, wanted: Vec<String>) -> Translated<Logic> {
    if wanted.iter().any(|status| status == "all") {
        return match equality(&leaf.filter_operator) {
            Some(false) => Translated::Exact(Logic::All(Vec::new())),
            _ => unknown_value("a status that some conversations have and others have not"),
        };
    }
    ids(leaf, wanted, Test::CurrentStatus)
}

/// A text. One that may be absent makes *is not* hold, which it does not in Chatwoot's database.
fn text(
    leaf: &Leaf,
    wanted: Vec<String>,
    test: fn(Phrases) -> Test,
    may_be_absent: bool,
) -> Translated<Logic> {
    let operator = leaf.filter_operator.as_str();
    let (negated, is_part) = match operator {
        "contains" => (false, true),
        "does_not_contain" => (true, true),
        _ => match equality(operator) {
            Some(negated) => (negated, false),
            None => return unknown_operator(&leaf.attribute_key, operator),
        },
    };
    let has_wildcards = is_part && wanted.iter().any(|text| text.contains(['%', '_', '\\']));
    let mode = if is_part { PhraseMode::Contains } else { PhraseMode::Equals };
    // Chatwoot lowers the case of messages only.
    let case_sensitive = !is_part && leaf.attribute_key != "content";
    let wanted = Phrases { case_sensitive, ..phrases(wanted, mode) };
    let logic = Logic::is_or_not(negated, test(wanted));
    if has_wildcards {
        return Translated::but(
            logic,
            "`%`, `_` and `\\` stand for themselves here, and for other characters there",
        );
    }
    if negated && may_be_absent {
        return Translated::but(logic, "it holds of a ticket without such a text too");
    }
    Translated::Exact(logic)
}

fn email(leaf: &Leaf, wanted: Vec<String>) -> Translated<Logic> {
    match leaf.filter_operator.as_str() {
        "contains" => address_contains(false, wanted),
        "does_not_contain" => address_contains(true, wanted),
        "not_equal_to" => Translated::but(
            Logic::is_or_not(true, Test::Email(wanted)),
            "it holds of a customer without an address too",
        ),
        _ => ids(leaf, wanted, Test::Email),
    }
}

/// Conditions on what no condition is about.
fn no_equal(key: &str) -> Translated<Logic> {
    let (why, help) = match key {
        "assignee_id" => ("no condition is about the assigned agent", SEND),
        "team_id" => (
            "no condition is about a team",
            "Let the backend name the team among the ticket's `inbox_groups`, and write an `inbox_group` condition.",
        ),
        "message_type" => (
            "messages of agents cannot be told from others",
            "See whether `new_message`, which any message fulfils, will do.",
        ),
        "content" => {
            ("only a message that has just come is looked at", "Let the event be `message_created`.")
        }
        "created_at" | "last_activity_at" => (
            "no condition is about a date",
            "See whether `ticket_created` or `last_customer_reply` with a time will do.",
        ),
        _ => ("no condition is about it", SEND),
    };
    Translated::not(why, help)
}

fn action(rule: &mut Rule, field: &str, step: &Step) -> Translated<Vec<Action>> {
    let params = values::texts(&step.action_params);
    let first = params.as_ref().and_then(|params| params.first().cloned());
    let set = |status: &str| Translated::Exact(vec![Action::SetStatus { status_id: status.to_owned() }]);
    match (step.action_name.as_str(), first, params) {
        ("assign_agent", Some(agent), _) if agent.chars().all(|c| c.is_ascii_digit()) => {
            Translated::Exact(vec![Action::AssignAgent { agent_id: agent }])
        }
        ("assign_agent", _, _) => values::agent_unnamed(),
        ("add_label", _, Some(labels)) => Translated::Exact(assign_tags(labels)),
        ("change_status", Some(status), _) => set(&status),
        ("open_conversation", _, _) => set("open"),
        ("resolve_conversation", _, _) => set("resolved"),
        ("pending_conversation", _, _) => set("pending"),
        ("snooze_conversation", _, _) => set("snoozed"),
        ("send_message", Some(text), _) => message(rule, field, &text),
        ("remove_label", _, _) => values::tag_removal(),
        ("add_label" | "change_status" | "send_message", _, _) => unknown_value("a list of texts"),
        (other, _, _) => no_equal_action(other),
    }
}

fn message(rule: &mut Rule, field: &str, text: &str) -> Translated<Vec<Action>> {
    let mut differs = Vec::new();
    let text = template(rule, &format!("{field}.action_params[0]"), text, DIALECT, &mut differs);
    let actions = vec![Action::SendMessage { body: Body { text, format: TextFormat::Plain } }];
    Translated::differing(actions, &differs)
}

fn placeholder(name: &str) -> Option<Placeholder> {
    use Placeholder::{Like, Same};
    const NO_SENDER: &str =
        "the agent whom the ticket is assigned to; what a rule sends has no agent in Chatwoot";
    Some(match name {
        "contact.name" => {
            Like(Variable::CustomerName, "the name as it is, where Chatwoot may capitalize its words")
        }
        "contact.first_name" => Like(Variable::CustomerName, "the whole name, not the first name"),
        "contact.last_name" => Like(Variable::CustomerName, "the whole name, not the last name"),
        "contact.email" => Same(Variable::CustomerEmail),
        "conversation.contact_name" => {
            Like(Variable::CustomerName, "nothing where there is no name, not `Customer`")
        }
        "conversation.display_id" => Like(Variable::TicketId, "the id that the backend sends"),
        "agent.name" => Like(Variable::AssignedAgentFullName, NO_SENDER),
        "agent.first_name" => Like(Variable::AssignedAgentFirstName, NO_SENDER),
        "agent.last_name" => Like(Variable::AssignedAgentLastName, NO_SENDER),
        "agent.email" => Like(Variable::AssignedAgentEmail, NO_SENDER),
        _ => return None,
    })
}

/// Actions on what no action changes.
fn no_equal_action(name: &str) -> Translated<Vec<Action>> {
    let (why, help) = match name {
        "assign_team" | "remove_assigned_team" => {
            ("tickets are assigned to agents, and not to teams", ROUTE_BY_TAG)
        }
        "send_email_to_team" => (
            "the addresses of the team are not in the export",
            "Write `send_email` with an address of the team.",
        ),
        "send_webhook_event" => ("no action calls another system", TAG_FOR_BACKEND),
        _ => ("no action does it", TAG_FOR_BACKEND),
    };
    Translated::not(why, help)
}
