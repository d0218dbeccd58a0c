//! Actions.

use tamis_api::v1;
use tamis_api::v1::action::Kind;
use tamis_engine::check::Path;
use tamis_engine::definition::{Action, Body};

use crate::convert::Findings;
use crate::convert::vocabulary::{self, WireEnum as _};

/// Reads an action. One that does nothing that is known here is unreadable.
pub(crate) fn from_wire(found: &mut Findings, path: &Path<'_>, wire: &v1::Action) -> Action {
    match &wire.kind {
        Some(Kind::SendMessage(wire)) => {
            Action::SendMessage { body: body(found, &path.field("send_message"), wire.body.as_ref()) }
        }
        Some(Kind::SendTranslatedMessage(wire)) => Action::SendTranslatedMessage {
            body: body(found, &path.field("send_translated_message"), wire.body.as_ref()),
            target_language: wire.target_language.clone(),
        },
        Some(Kind::AiMessage(wire)) => Action::AiMessage { instructions: wire.instructions.clone() },
        Some(Kind::SendEmail(wire)) => Action::SendEmail {
            to: wire.to.clone(),
            subject: wire.subject.clone(),
            body: body(found, &path.field("send_email"), wire.body.as_ref()),
        },
        Some(Kind::SetStatus(wire)) => Action::SetStatus { status_id: wire.status_id.clone() },
        Some(Kind::AssignAgent(wire)) => Action::AssignAgent { agent_id: wire.agent_id.clone() },
        Some(Kind::AssignTag(wire)) => Action::AssignTag { tag_id: wire.tag_id.clone() },
        Some(Kind::ChangeOrderStatus(wire)) => {
            Action::ChangeOrderStatus { order_status_id: wire.order_status_id.clone() }
        }
        None => {
            let help = "set one of its fields, such as `set_status`; a newer client may have set one that is not known here";
            found.add("action_unreadable", path, "something to do is required", help);
            Action::Unreadable
        }
    }
}

/// Writes an action.
pub(crate) fn to_wire(action: &Action) -> v1::Action {
    let kind = match action {
        Action::SendMessage { body } => Kind::SendMessage(v1::SendMessage { body: Some(body_to_wire(body)) }),
        Action::SendTranslatedMessage { body, target_language } => {
            Kind::SendTranslatedMessage(v1::SendTranslatedMessage {
                body: Some(body_to_wire(body)),
                target_language: target_language.clone(),
            })
        }
        Action::AiMessage { instructions } => {
            Kind::AiMessage(v1::AiMessage { instructions: instructions.clone() })
        }
        Action::SendEmail { to, subject, body } => Kind::SendEmail(v1::SendEmail {
            to: to.clone(),
            subject: subject.clone(),
            body: Some(body_to_wire(body)),
        }),
        Action::SetStatus { status_id } => Kind::SetStatus(v1::SetStatus { status_id: status_id.clone() }),
        Action::AssignAgent { agent_id } => Kind::AssignAgent(v1::AssignAgent { agent_id: agent_id.clone() }),
        Action::AssignTag { tag_id } => Kind::AssignTag(v1::AssignTag { tag_id: tag_id.clone() }),
        Action::ChangeOrderStatus { order_status_id } => {
            Kind::ChangeOrderStatus(v1::ChangeOrderStatus { order_status_id: order_status_id.clone() })
        }
        // What a reader could not make sense of is not stored, and so never written.
        Action::Unreadable => return v1::Action { kind: None },
    };
    v1::Action { kind: Some(kind) }
}

/// Reads a body. One that is left out is an empty one, which the check refuses by the path of its text.
fn body(found: &mut Findings, path: &Path<'_>, wire: Option<&v1::Body>) -> Body {
    let Some(wire) = wire else { return Body::default() };
    let format = vocabulary::optional(found, &path.field("body").field("format"), wire.format);
    Body { text: wire.text.clone(), format: format.unwrap_or_default() }
}

fn body_to_wire(body: &Body) -> v1::Body {
    v1::Body { text: body.text.clone(), format: body.format.to_wire() }
}
