//! Actions of Zendesk.

use serde_json::Value;
use tamis_engine::definition::{Action, Body, TextFormat};
use tamis_engine::variable::Variable;

use super::Assignment;
use crate::import::rule::{Place, Rule, Translated};
use crate::import::text::{Dialect, Placeholder, template};
use crate::import::values::{self, ROUTE_BY_TAG, TAG_FOR_BACKEND, assign_tags, split, unknown_value};

const DIALECT: Dialect = Dialect { marks: ("{{", "}}"), tags: ("{%", "%}"), placeholder, phrases: &[] };

fn placeholder(name: &str) -> Option<Placeholder> {
    use Placeholder::{Like, Same};
    Some(match name {
        "ticket.id" => Same(Variable::TicketId),
        "ticket.link" => Same(Variable::TicketUrl),
        "ticket.url" => Like(Variable::TicketUrl, "an address with its protocol"),
        "ticket.requester.name" => Same(Variable::CustomerName),
        "ticket.requester.first_name" => Like(Variable::CustomerName, "the whole name, not the first name"),
        "ticket.requester.last_name" => Like(Variable::CustomerName, "the whole name, not the last name"),
        "ticket.requester.email" => Same(Variable::CustomerEmail),
        "ticket.assignee.name" => Same(Variable::AssignedAgentFullName),
        "ticket.assignee.first_name" => Same(Variable::AssignedAgentFirstName),
        "ticket.assignee.last_name" => Same(Variable::AssignedAgentLastName),
        "ticket.assignee.email" => Same(Variable::AssignedAgentEmail),
        _ => return None,
    })
}

/// Translates an action, and reports it.
pub(super) fn action(rule: &mut Rule, field: &str, action: &Assignment) {
    let value = values::text(&action.value).unwrap_or_default();
    let source = values::in_short(&[&action.field, &values::shown(&action.value)]);
    let tags = || split(&value, char::is_whitespace);
    let translated = match action.field.as_str() {
        "status" if !value.is_empty() => Translated::Exact(vec![Action::SetStatus { status_id: value }]),
        "assignee_id" if value.chars().all(|c| c.is_ascii_digit()) && !value.is_empty() => {
            Translated::Exact(vec![Action::AssignAgent { agent_id: value }])
        }
        "assignee_id" => values::agent_unnamed(),
        "current_tags" if !tags().is_empty() => Translated::Exact(assign_tags(tags())),
        "set_tags" if !tags().is_empty() => {
            Translated::but(assign_tags(tags()), "the ticket keeps the tags that it has")
        }
        "remove_tags" => values::tag_removal(),
        "notification_user" => email(rule, field, &action.value),
        "status" | "current_tags" | "set_tags" => unknown_value("a text that is not blank"),
        other => no_equal(other),
    };
    rule.action(Place::new(field, source), translated);
}

/// The three texts of an e-mail: who receives it, its subject, what it says.
fn email(rule: &mut Rule, field: &str, value: &Value) -> Translated<Vec<Action>> {
    let texts: Option<Vec<&str>> =
        value.as_array().and_then(|values| values.iter().map(Value::as_str).collect());
    let Some(&[recipient, subject, body]) = texts.as_deref() else {
        return unknown_value("a recipient, a subject and a body");
    };
    let mut differs = Vec::new();
    let to = match recipient {
        "requester_id" => Variable::CustomerEmail,
        "requester_and_ccs" => {
            differs.push("those in copy do not receive it".to_owned());
            Variable::CustomerEmail
        }
        "assignee_id" => Variable::AssignedAgentEmail,
        _ => {
            return values::recipient_unknown();
        }
    };
    let looks_html = body.contains("</") || body.contains("<br") || body.contains("/>");
    let format = if looks_html { TextFormat::Html } else { TextFormat::Plain };
    let subject = template(rule, &format!("{field}.value[1]"), subject, DIALECT, &mut differs);
    let text = template(rule, &format!("{field}.value[2]"), body, DIALECT, &mut differs);
    let to = format!("{{{{ {} }}}}", to.name());
    let actions = vec![Action::SendEmail { to, subject, body: Body { text, format } }];
    Translated::differing(actions, &differs)
}

/// Actions on what no action changes.
fn no_equal(field: &str) -> Translated<Vec<Action>> {
    let (why, help) = match field {
        "priority" | "type" => ("no action sets it", TAG_FOR_BACKEND),
        "group_id" => ("tickets are assigned to agents, and not to groups", ROUTE_BY_TAG),
        "notification_group" => (
            "the addresses of the group are not in the export",
            "Write `send_email` with an address of the group.",
        ),
        "notification_target" | "notification_webhook" | "notification_zis" => {
            ("no action calls another system", TAG_FOR_BACKEND)
        }
        _ => ("no action does it", TAG_FOR_BACKEND),
    };
    Translated::not(why, help)
}
