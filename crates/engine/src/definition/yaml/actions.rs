//! Reads the eight actions.

use super::reader::{Reader, Spot};
use super::words::TEXT_FORMATS;
use crate::check::Path;
use crate::definition::{Action, Body, TextFormat};

/// Their names, in the order of the contract.
pub(super) const NAMES: [&str; 8] = [
    "send_message",
    "send_translated_message",
    "ai_message",
    "send_email",
    "set_status",
    "assign_agent",
    "assign_tag",
    "change_order_status",
];

/// Reads an action; one that cannot be read is `Unreadable`.
pub(super) fn action(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Action {
    readable(reader, path, spot).unwrap_or(Action::Unreadable)
}

fn readable(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Action> {
    let fields = reader.fields(path, spot, &NAMES)?;
    let (name, spot) = reader.only(path, &fields, "action")?;
    let path = path.field(name);
    let mut id = |field: &'static str| {
        reader.locations.insert(&path, spot.at);
        reader.text(&path.field(field), spot)
    };
    match name {
        "set_status" => return id("status_id").map(|status_id| Action::SetStatus { status_id }),
        "assign_agent" => return id("agent_id").map(|agent_id| Action::AssignAgent { agent_id }),
        "assign_tag" => return id("tag_id").map(|tag_id| Action::AssignTag { tag_id }),
        "change_order_status" => {
            return id("order_status_id")
                .map(|order_status_id| Action::ChangeOrderStatus { order_status_id });
        }
        _ => {}
    }
    let known: &[&'static str] = match name {
        "send_message" => &["text", "format"],
        "send_translated_message" => &["text", "format", "target_language"],
        "ai_message" => &["instructions"],
        _ => &["to", "subject", "text", "format"],
    };
    let fields = reader.fields(&path, spot, known)?;
    // What is missing is empty: that it must not be, its check tells.
    let mut text = |name: &'static str, path: &Path<'_>| match fields.get(name) {
        Some(spot) => reader.text(path, spot),
        None => Some(String::new()),
    };
    let (to, subject) = (text("to", &path.field("to")), text("subject", &path.field("subject")));
    let target_language = text("target_language", &path.field("target_language"));
    let instructions = text("instructions", &path.field("instructions"));
    let body_path = path.field("body");
    let body_text = text("text", &body_path.field("text"));
    let format = match fields.get("format") {
        Some(spot) => reader.word(&body_path.field("format"), spot, TEXT_FORMATS),
        None => Some(TextFormat::Plain),
    };
    let body = body_text.zip(format).map(|(text, format)| Body { text, format });
    Some(match name {
        "send_message" => Action::SendMessage { body: body? },
        "send_translated_message" => {
            Action::SendTranslatedMessage { body: body?, target_language: target_language? }
        }
        "ai_message" => Action::AiMessage { instructions: instructions? },
        _ => Action::SendEmail { to: to?, subject: subject?, body: body? },
    })
}
