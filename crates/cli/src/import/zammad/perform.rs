//! What a trigger of Zammad does.

use serde_json::{Map, Value};
use tamis_engine::definition::{Action, Body, TextFormat};
use tamis_engine::variable::Variable;

use crate::import::rule::{Place, Rule, Translated};
use crate::import::text::{Dialect, Placeholder, template};
use crate::import::values::{self, ROUTE_BY_TAG, TAG_FOR_BACKEND, assign_tags, split, unknown_value};

/// How Zammad's own triggers write the address of a ticket.
const TICKET_ADDRESS: &str = "#{config.http_type}://#{config.fqdn}/#ticket/zoom/#{ticket.id}";

const DIALECT: Dialect = Dialect {
    marks: ("#{", "}"),
    tags: ("", ""),
    placeholder,
    phrases: &[(TICKET_ADDRESS, Variable::TicketUrl)],
};

/// Fields of an e-mail that are translated, or change nothing of what is sent.
const EMAIL_FIELDS: [&str; 8] = [
    "recipient",
    "subject",
    "body",
    "internal",
    "include_attachments",
    "sign",
    "encryption",
    "pre_condition",
];

fn placeholder(name: &str) -> Option<Placeholder> {
    use Placeholder::{Like, Same};
    Some(match name {
        "ticket.id" => Same(Variable::TicketId),
        "ticket.number" => Like(Variable::TicketId, "the id that the backend sends"),
        "ticket.customer.fullname" => Same(Variable::CustomerName),
        "ticket.customer.firstname" => Like(Variable::CustomerName, "the whole name, not the first name"),
        "ticket.customer.lastname" => Like(Variable::CustomerName, "the whole name, not the last name"),
        "ticket.customer.email" => Same(Variable::CustomerEmail),
        "ticket.owner.fullname" => Same(Variable::AssignedAgentFullName),
        "ticket.owner.firstname" => Same(Variable::AssignedAgentFirstName),
        "ticket.owner.lastname" => Same(Variable::AssignedAgentLastName),
        "ticket.owner.email" => Same(Variable::AssignedAgentEmail),
        _ => return None,
    })
}

/// Translates an action, and reports it.
pub(super) fn action(rule: &mut Rule, name: &str, value: &Value) {
    let field = format!("perform[{name}]");
    let Some(fields) = value.as_object() else {
        let unknown = unknown_value("an object");
        return rule.action(Place::new(field, value.to_string()), unknown);
    };
    if name == "notification.email" {
        return emails(rule, &field, fields);
    }
    let text = fields.get("value").and_then(values::text).unwrap_or_default();
    let operator = fields.get("operator").and_then(Value::as_str).unwrap_or_default();
    let whose = fields.get("pre_condition").and_then(Value::as_str).unwrap_or_default();
    let tags = || split(&text, |c| c == ',');
    let source = values::in_short(&[name, operator, whose, &text]);
    let translated = match (name, operator, whose) {
        ("ticket.state_id", _, _) if !text.is_empty() => {
            Translated::Exact(vec![Action::SetStatus { status_id: text }])
        }
        ("ticket.owner_id", _, "" | "specific") if !text.is_empty() => {
            Translated::Exact(vec![Action::AssignAgent { agent_id: text }])
        }
        ("ticket.owner_id", _, _) => values::agent_unnamed(),
        ("ticket.tags", "add", _) if !tags().is_empty() => Translated::Exact(assign_tags(tags())),
        ("ticket.tags", "remove", _) => values::tag_removal(),
        ("ticket.state_id" | "ticket.tags", _, _) => unknown_value("a text that is not blank"),
        (other, _, _) => no_equal(other),
    };
    rule.action(Place::new(field, source), translated);
}

/// An e-mail for each recipient.
fn emails(rule: &mut Rule, field: &str, fields: &Map<String, Value>) {
    rule.unknown_fields(fields.iter().filter(|(name, _)| !EMAIL_FIELDS.contains(&name.as_str())));
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut differs = vec!["Zammad writes the ticket's number before the subject".to_owned()];
    if fields.get("include_attachments").and_then(values::text).as_deref() == Some("true") {
        differs.push("attachments are not sent along".to_owned());
    }
    if ["sign", "encryption"].iter().any(|name| !matches!(text(name), "" | "no")) {
        differs.push("whether it is signed and encrypted is for the backend to decide".to_owned());
    }
    let subject = template(rule, &format!("{field}.subject"), text("subject"), DIALECT, &mut differs);
    let body = template(rule, &format!("{field}.body"), text("body"), DIALECT, &mut differs);
    let recipients = fields.get("recipient").and_then(values::texts).unwrap_or_default();
    if recipients.is_empty() {
        let unknown = unknown_value("a recipient, or a list of recipients");
        rule.action(Place::new(field, "notification.email"), unknown);
    }
    for recipient in recipients {
        let mut differs = differs.clone();
        let translated = match recipient.as_str() {
            "ticket_customer" => Ok(Variable::CustomerEmail),
            "ticket_owner" => Ok(Variable::AssignedAgentEmail),
            "article_last_sender" => {
                differs.push("the customer receives it, where whoever wrote last did".to_owned());
                Ok(Variable::CustomerEmail)
            }
            _ => Err(values::recipient_unknown()),
        };
        let translated = translated.map(|to| {
            let action = Action::SendEmail {
                to: format!("{{{{ {} }}}}", to.name()),
                subject: subject.clone(),
                body: Body { text: body.clone(), format: TextFormat::Html },
            };
            Translated::but(vec![action], differs.join("; "))
        });
        let place = Place::new(field, format!("notification.email to {recipient}"));
        rule.action(place, translated.unwrap_or_else(|not| not));
    }
}

/// Actions on what no action changes.
fn no_equal(name: &str) -> Translated<Vec<Action>> {
    let (why, help) = match name {
        "ticket.group_id" => ("tickets are assigned to agents, and not to groups", ROUTE_BY_TAG),
        "notification.webhook" | "notification.sms" => ("no action calls another system", TAG_FOR_BACKEND),
        "article.note" => ("no action writes a note", "See whether `send_message` or `send_email` will do."),
        _ => ("no action does it", TAG_FOR_BACKEND),
    };
    Translated::not(why, help)
}
