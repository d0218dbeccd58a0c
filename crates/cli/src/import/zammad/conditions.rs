//! Conditions of Zammad: the basic form, where all must hold, and the expert one, a tree of *and*, *or* and *not*.

use serde_json::{Map, Value};
use tamis_engine::definition::{CustomerAction, ElapsedBound, NewTicketBy, PhraseMode, Phrases, Test};

use crate::import::logic::Logic;
use crate::import::rule::{Place, Rule, Translated};
use crate::import::values::{
    self, SEND, SEND_ABSENCE, address_contains, bound, phrases, unknown_operator, unknown_value,
};

/// Types of articles by the numbers that every installation begins with.
const ARTICLE_TYPES: [(&str, &str); 13] = [
    ("1", "email"),
    ("2", "sms"),
    ("3", "chat"),
    ("4", "fax"),
    ("5", "phone"),
    ("6", "twitter status"),
    ("7", "twitter direct-message"),
    ("8", "facebook feed post"),
    ("9", "facebook feed comment"),
    ("11", "web"),
    ("12", "telegram personal-message"),
    ("13", "facebook direct-message"),
    ("14", "whatsapp message"),
];

/// The number of the sender `Customer` in every installation.
const CUSTOMER: &str = "2";

/// Fields of a condition that the editor keeps for itself.
const EDITOR_FIELDS: [&str; 1] = ["value_completion"];

/// One condition.
struct Leaf<'v> {
    name: &'v str,
    operator: &'v str,
    value: &'v Value,
    range: &'v str,
    /// Whose value it is compared with, such as `current_user.id`, where that is not a value of its own.
    whose: &'v str,
}

/// What the conditions of a trigger become; nothing if it has none.
pub(super) fn conditions(rule: &mut Rule, condition: &Map<String, Value>) -> Option<Logic> {
    if condition.contains_key("conditions") {
        return block(rule, "condition", condition, false);
    }
    let leaves: Vec<Logic> = condition
        .iter()
        .map(|(name, value)| match value {
            Value::Object(fields) => leaf(rule, &format!("condition[{name}]"), name, fields, false),
            _ => unreadable(rule, &format!("condition[{name}]"), value),
        })
        .collect();
    (!leaves.is_empty()).then_some(Logic::All(leaves))
}

/// Conditions that an operator joins; nothing if there are none, which Zammad passes over.
fn block(rule: &mut Rule, field: &str, block: &Map<String, Value>, negated: bool) -> Option<Logic> {
    let operator = block.get("operator").and_then(Value::as_str).unwrap_or("AND");
    let Some(Value::Array(parts)) = block.get("conditions") else {
        return Some(unreadable(rule, field, block.get("conditions").unwrap_or(&Value::Null)));
    };
    rule.unknown_fields(block.iter().filter(|(name, _)| !matches!(name.as_str(), "operator" | "conditions")));
    let (negated, is_and) = match operator {
        "AND" => (negated, true),
        "OR" => (negated, false),
        "NOT" => (!negated, true),
        other => {
            let unknown = unknown_value("`AND`, `OR` or `NOT`");
            return Some(rule.condition(Place::new(format!("{field}.operator"), other), unknown));
        }
    };
    let mut logic = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let field = format!("{field}.conditions[{index}]");
        logic.extend(match part {
            Value::Object(fields) if fields.contains_key("conditions") => {
                self::block(rule, &field, fields, negated)
            }
            Value::Object(fields) => {
                let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
                Some(leaf(rule, &field, name, fields, negated))
            }
            other => Some(unreadable(rule, &field, other)),
        });
    }
    if logic.is_empty() {
        return None;
    }
    // Not all of them is the opposite of one of them.
    Some(if is_and == negated { Logic::Any(logic) } else { Logic::All(logic) })
}

fn unreadable(rule: &mut Rule, field: &str, value: &Value) -> Logic {
    rule.condition(Place::new(field, value.to_string()), unknown_value("a condition"))
}

fn leaf(rule: &mut Rule, field: &str, name: &str, fields: &Map<String, Value>, negated: bool) -> Logic {
    const KNOWN: [&str; 5] = ["name", "operator", "value", "range", "pre_condition"];
    let is_known = |name: &str| KNOWN.contains(&name) || EDITOR_FIELDS.contains(&name);
    rule.unknown_fields(fields.iter().filter(|(name, _)| !is_known(name)));
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let whose = match text("pre_condition") {
        "specific" => "",
        other => other,
    };
    let value = fields.get("value").unwrap_or(&Value::Null);
    let leaf = Leaf { name, operator: text("operator"), value, range: text("range"), whose };
    let not = if negated { "not" } else { "" };
    let source =
        values::in_short(&[not, leaf.name, leaf.operator, &values::shown(value), leaf.range, leaf.whose]);
    let translated = condition(&leaf);
    let place = Place::new(field, source);
    rule.condition(place, if negated { opposite(translated) } else { translated })
}

fn opposite(translated: Translated<Logic>) -> Translated<Logic> {
    let none = || {
        Translated::not("no condition holds exactly where it does not", "Write the condition without `NOT`.")
    };
    match translated {
        Translated::Exact(logic) => logic.opposite().map_or_else(none, Translated::Exact),
        Translated::Approximate(logic, how) => {
            logic.opposite().map_or_else(none, |logic| Translated::Approximate(logic, how))
        }
        not => not,
    }
}

fn condition(leaf: &Leaf<'_>) -> Translated<Logic> {
    if !leaf.whose.is_empty() {
        return Translated::not(
            "no condition compares with who makes the change, or says that something is absent",
            SEND_ABSENCE,
        );
    }
    let value = values::texts(leaf.value);
    match leaf.name {
        "ticket.action" => ticket_action(leaf, value),
        "ticket.state_id" => set(leaf, value, Test::CurrentStatus),
        "ticket.group_id" => set(leaf, value, Test::Inbox)
            .also("the backend must call the inbox by the id of the ticket's group"),
        "ticket.create_article_type_id" => {
            source(leaf, value, "the ticket's source is compared by these names")
        }
        "article.type_id" => source(
            leaf,
            value,
            "the ticket's source stands in for the type of its newest article, by these names",
        ),
        "ticket.title" => text(leaf, value, Test::Subject),
        "article.subject" => text(leaf, value, Test::Subject)
            .also("the ticket's subject stands in for that of its newest article"),
        "article.body" => text(leaf, value, Test::Message)
            .also("the text is looked at that the backend sends, and not the HTML that may be around it"),
        "article.action" => match (leaf.operator, value.as_deref()) {
            ("is", Some([action])) if action == "create" => Translated::but(
                Logic::is(Test::NewMessage),
                "the backend must tell every article as a message, notes too",
            ),
            _ => unknown_operator(leaf.name, leaf.operator),
        },
        "article.sender_id" => match (leaf.operator, value.as_deref()) {
            ("is", Some([sender])) if sender == CUSTOMER => Translated::but(
                Logic::is(Test::Action(vec![CustomerAction::EveryCustomerMessage])),
                "the sender 2 is taken for `Customer`, as every installation begins",
            ),
            _ => Translated::not("messages of agents and of the system cannot be told from others", ""),
        },
        "article.internal" => match (leaf.operator, value.as_deref()) {
            ("is", Some([internal])) if internal == "false" => Translated::but(
                Logic::is(Test::NewMessage),
                "the backend must tell public articles, and only these, as messages",
            ),
            _ => Translated::not("no condition says that an article is internal", ""),
        },
        "customer.email" | "article.from" => email(leaf, value),
        "customer.firstname" | "customer.lastname" => {
            text(leaf, value, Test::CustomerName).also("the customer's whole name is looked at")
        }
        "ticket.created_at" => elapsed(leaf, Test::TicketCreated),
        "ticket.last_contact_customer_at" => elapsed(leaf, Test::LastCustomerReply),
        "ticket.tags" => values::tags_of_ticket(),
        name => no_equal(name),
    }
}

fn ticket_action(leaf: &Leaf<'_>, value: Option<Vec<String>>) -> Translated<Logic> {
    let negated = match (leaf.operator, value.as_deref()) {
        ("is", Some([action])) if action == "create" => false,
        ("is", Some([action])) if action == "update" => true,
        ("is not", Some([action])) if action == "create" => true,
        _ => {
            return Translated::not(
                "only creations and updates can be told apart",
                "See whether a tag or a status tells what is meant.",
            );
        }
    };
    Translated::Exact(Logic::is_or_not(negated, Test::NewTicket(vec![NewTicketBy::Anyone])))
}

fn set(leaf: &Leaf<'_>, value: Option<Vec<String>>, test: fn(Vec<String>) -> Test) -> Translated<Logic> {
    let negated = match leaf.operator {
        "is" => false,
        "is not" => true,
        "has changed" => {
            return Translated::not(
                "no condition says that a value changed, whatever to",
                "See whether `status_set` with the statuses that matter will do.",
            );
        }
        other => return unknown_operator(leaf.name, other),
    };
    match value {
        Some(ids) => Translated::Exact(Logic::is_or_not(negated, test(ids))),
        None => unknown_value("an id, or a list of ids"),
    }
}

fn source(leaf: &Leaf<'_>, value: Option<Vec<String>>, how: &str) -> Translated<Logic> {
    let name = |id: &String| {
        ARTICLE_TYPES.iter().find(|(number, _)| number == id).map(|(_, name)| (*name).to_owned())
    };
    let Some(names) = value.and_then(|ids| ids.iter().map(name).collect::<Option<Vec<_>>>()) else {
        return Translated::not(
            "the type is none that messages of customers have in every installation",
            "Write a `source` condition with the name of the type.",
        );
    };
    set(leaf, Some(names), Test::Source).also(how)
}

fn text(leaf: &Leaf<'_>, value: Option<Vec<String>>, test: fn(Phrases) -> Test) -> Translated<Logic> {
    let (negated, mode) = match leaf.operator {
        "contains" => (false, PhraseMode::Contains),
        "contains not" => (true, PhraseMode::Contains),
        "is" | "is any of" => (false, PhraseMode::Equals),
        "is not" | "is none of" => (true, PhraseMode::Equals),
        "starts with" | "starts with one of" => (false, PhraseMode::StartsWith),
        "ends with" | "ends with one of" => (false, PhraseMode::EndsWith),
        "matches regex" | "does not match regex" => {
            return Translated::not(
                "phrases are looked for, and no regular expressions",
                "Write the phrases that the expression finds.",
            );
        }
        other => return unknown_operator(leaf.name, other),
    };
    let Some(wanted) = value else { return unknown_value("a text, or a list of texts") };
    // Zammad compares whole texts as they are, and looks for parts without regard to case.
    let wanted = Phrases { case_sensitive: mode == PhraseMode::Equals, ..phrases(wanted, mode) };
    Translated::Exact(Logic::is_or_not(negated, test(wanted)))
}

fn email(leaf: &Leaf<'_>, value: Option<Vec<String>>) -> Translated<Logic> {
    let Some(wanted) = value else { return unknown_value("a text, or a list of texts") };
    let is = |negated, wanted| Translated::Exact(Logic::is_or_not(negated, Test::Email(wanted)));
    match leaf.operator {
        "is" | "is any of" => is(false, wanted),
        "is not" | "is none of" => is(true, wanted),
        "contains" | "ends with" | "ends with one of" => address_contains(false, wanted),
        "contains not" => address_contains(true, wanted),
        other => unknown_operator(leaf.name, other),
    }
}

fn elapsed(leaf: &Leaf<'_>, test: fn(Vec<ElapsedBound>) -> Test) -> Translated<Logic> {
    let is_more = match leaf.operator {
        "before (relative)" => true,
        "within last (relative)" | "from (relative)" => false,
        _ => {
            return Translated::not(
                "only time that has gone by until now is compared",
                "See whether `ticket_created` or `last_customer_reply` with a time will do.",
            );
        }
    };
    let unit = match leaf.range {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return Translated::not("months and years have no fixed length", "Write the time in days."),
    };
    let Some(count) = values::text(leaf.value).and_then(|count| count.trim().parse::<u32>().ok()) else {
        return unknown_value("a whole number");
    };
    Translated::but(
        Logic::is(test(vec![bound(is_more, i64::from(count) * unit)])),
        "time that goes by fulfils it by itself, where Zammad looks only when the ticket changes",
    )
}

/// Conditions on what no condition is about.
fn no_equal(name: &str) -> Translated<Logic> {
    let (why, help) = match name {
        "ticket.priority_id" => ("no condition is about a priority", SEND),
        "ticket.owner_id" => ("no condition is about the assigned agent", SEND),
        "ticket.customer_id" | "ticket.organization_id" => (
            "customers are known by name and e-mail address only",
            "See whether an `email` condition with addresses, or `@domain`, will do.",
        ),
        "execution_time.calendar_id" => (
            "working hours are those of agents, and not of a calendar",
            "Write `time_of_day` and `day_of_week` with the hours of the calendar, or `working_hours` of an agent.",
        ),
        _ => ("no condition is about it", SEND),
    };
    Translated::not(why, help)
}
