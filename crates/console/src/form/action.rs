//! Actions as fields, and back.

use tamis_api::v1;
use tamis_api::v1::action::Kind;

use super::draft::Draft;
use crate::words::{self, Vocabulary};

/// The field of an action that takes an id, and the vocabulary of it.
pub(super) fn id_field(kind: &str) -> Option<(&'static str, Vocabulary)> {
    Some(match kind {
        "set_status" => ("status_id", Vocabulary::Statuses),
        "assign_agent" => ("agent_id", Vocabulary::Agents),
        "assign_tag" => ("tag_id", Vocabulary::Tags),
        "change_order_status" => ("order_status_id", Vocabulary::OrderStatuses),
        _ => return None,
    })
}

/// Writes an action into the fields of a row.
pub(super) fn write(draft: &mut Draft, row: &str, action: &v1::Action) {
    let Some(action) = &action.kind else { return draft.set(format!("{row}.kind"), "") };
    let kind = words::action_kind(action);
    draft.set(format!("{row}.kind"), kind);
    let mut set = |name: &str, value: &str| draft.set(format!("{row}.{kind}.{name}"), value);
    let body = |set: &mut dyn FnMut(&str, &str), body: &Option<v1::Body>| {
        let body = body.clone().unwrap_or_default();
        set("body.text", &body.text);
        set("body.format", if body.format() == v1::TextFormat::Html { "html" } else { "plain" });
    };
    match action {
        Kind::SendMessage(message) => body(&mut set, &message.body),
        Kind::SendTranslatedMessage(message) => {
            body(&mut set, &message.body);
            set("target_language", &message.target_language);
        }
        Kind::AiMessage(message) => set("instructions", &message.instructions),
        Kind::SendEmail(email) => {
            set("to", &email.to);
            set("subject", &email.subject);
            body(&mut set, &email.body);
        }
        Kind::SetStatus(action) => set("status_id", &action.status_id),
        Kind::AssignAgent(action) => set("agent_id", &action.agent_id),
        Kind::AssignTag(action) => set("tag_id", &action.tag_id),
        Kind::ChangeOrderStatus(action) => set("order_status_id", &action.order_status_id),
    }
}

/// Reads an action from the fields of a row.
pub(super) fn read(draft: &Draft, row: &str) -> v1::Action {
    let kind = draft.get(&format!("{row}.kind"));
    let get = |name: &str| draft.get(&format!("{row}.{kind}.{name}")).to_owned();
    let body = || {
        let format = if get("body.format") == "html" { v1::TextFormat::Html } else { v1::TextFormat::Plain };
        Some(v1::Body { text: get("body.text"), format: format.into() })
    };
    let read = match kind {
        "send_message" => Kind::SendMessage(v1::SendMessage { body: body() }),
        "send_translated_message" => {
            let target_language = get("target_language").trim().to_owned();
            Kind::SendTranslatedMessage(v1::SendTranslatedMessage { body: body(), target_language })
        }
        "ai_message" => Kind::AiMessage(v1::AiMessage { instructions: get("instructions") }),
        "send_email" => {
            Kind::SendEmail(v1::SendEmail { to: get("to"), subject: get("subject"), body: body() })
        }
        "set_status" => Kind::SetStatus(v1::SetStatus { status_id: get("status_id") }),
        "assign_agent" => Kind::AssignAgent(v1::AssignAgent { agent_id: get("agent_id") }),
        "assign_tag" => Kind::AssignTag(v1::AssignTag { tag_id: get("tag_id") }),
        "change_order_status" => {
            Kind::ChangeOrderStatus(v1::ChangeOrderStatus { order_status_id: get("order_status_id") })
        }
        _ => return v1::Action::default(),
    };
    v1::Action { kind: Some(read) }
}
