//! An answer for people.

use std::fmt::{self, Write};

use jiff::Timestamp;
use tamis_api::v1::decided_action::Kind;
use tamis_api::v1::{ActionState, DecidedAction, EvaluateResponse, Match, NotReadyReason};
use tamis_api::well_known;

use crate::console::{count, printable};

/// Columns that the name of an action takes: that of the longest one that is told on one line.
const ACTION_WIDTH: usize = "change_order_status".len();

/// The answer as text.
///
/// # Errors
/// None in practice; writing to a string does not fail.
pub(crate) fn render(response: &EvaluateResponse) -> Result<String, fmt::Error> {
    let mut out = String::new();
    write!(out, "revision {}", response.revision)?;
    if let Some(now) = &response.now {
        write!(out, " at {}", instant(now))?;
    }
    writeln!(out, ": {}", count_matches(response.matches.len()))?;
    for (number, matched) in (1..).zip(&response.matches) {
        render_match(&mut out, number, matched)?;
    }
    if !response.shadow_matches.is_empty() {
        writeln!(out, "\nin shadow: {}", count_matches(response.shadow_matches.len()))?;
        for (number, matched) in (1..).zip(&response.shadow_matches) {
            render_match(&mut out, number, matched)?;
        }
    }
    if let Some(next_due) = &response.next_due {
        writeln!(out, "\nnext due: {}", instant(next_due))?;
    }
    Ok(out)
}

fn count_matches(number: usize) -> String {
    match number {
        0 => "nothing matches".to_owned(),
        1 => "1 workflow matches".to_owned(),
        _ => format!("{number} workflows match"),
    }
}

fn render_match(out: &mut String, number: usize, matched: &Match) -> fmt::Result {
    let id = printable(&matched.workflow_id);
    writeln!(out, "\n{number}. {} ({id}, version {})", printable(&matched.display_name), matched.version)?;
    write!(out, "   fire key {}", matched.fire_key)?;
    if let Some(held_since) = &matched.held_since {
        write!(out, ", held since {}", instant(held_since))?;
    }
    if let Some(alternative) = matched.alternative {
        write!(out, ", by any[{alternative}]")?;
    }
    out.push('\n');
    for phrase in &matched.phrases {
        writeln!(out, "   phrase {:?} at {}", phrase.phrase, printable(&phrase.field))?;
    }
    for action in &matched.actions {
        render_action(out, action)?;
    }
    Ok(())
}

fn render_action(out: &mut String, action: &DecidedAction) -> fmt::Result {
    let (name, lines) = describe(action.kind.as_ref());
    let state = match action.state() {
        ActionState::Ready => "READY".to_owned(),
        ActionState::NotReady => reason(action.reason()).to_owned(),
        ActionState::Unspecified => "?".to_owned(),
    };
    match lines.as_slice() {
        [] => writeln!(out, "   {state:<16} {name}")?,
        [line] => writeln!(out, "   {state:<16} {name:<ACTION_WIDTH$} {line}")?,
        lines => {
            writeln!(out, "   {state:<16} {name}")?;
            for line in lines {
                writeln!(out, "{}", format!("   {:<16} {line}", "").trim_end())?;
            }
        }
    }
    if !action.missing_variables.is_empty() {
        writeln!(out, "   {:<16} without a value: {}", "", action.missing_variables.join(", "))?;
    }
    Ok(())
}

/// A reason without its prefix, as the contract's text calls it.
fn reason(reason: NotReadyReason) -> &'static str {
    match reason {
        NotReadyReason::Unspecified => "NOT_READY",
        NotReadyReason::Superseded => "SUPERSEDED",
        NotReadyReason::NoLinkedOrder => "NO_LINKED_ORDER",
        NotReadyReason::AutoSubmitted => "AUTO_SUBMITTED",
        NotReadyReason::CausedByItself => "CAUSED_BY_ITSELF",
        NotReadyReason::Shadow => "SHADOW",
    }
}

/// An action's name, and what it does, in lines.
fn describe(kind: Option<&Kind>) -> (&'static str, Vec<String>) {
    match kind {
        None => ("unknown", Vec::new()),
        Some(Kind::SendMessage(message)) => ("send_message", lines(&message.text)),
        Some(Kind::SendTranslatedMessage(message)) => {
            let language = format!("to {}:", printable(&message.target_language));
            ("send_translated_message", prefixed([language], &message.text))
        }
        Some(Kind::AiMessage(message)) => {
            let to =
                message.respond_to_message_id.as_ref().map(|id| format!("to message {}:", printable(id)));
            ("ai_message", prefixed(to, &message.instructions))
        }
        Some(Kind::SendEmail(email)) => {
            let head =
                [format!("to {}", printable(&email.to)), format!("subject: {}", printable(&email.subject))];
            ("send_email", prefixed(head, &email.text))
        }
        Some(Kind::SetStatus(status)) => ("set_status", lines(&status.status_id)),
        Some(Kind::AssignAgent(agent)) => ("assign_agent", lines(&agent.agent_id)),
        Some(Kind::AssignTag(tag)) => ("assign_tag", lines(&tag.tag_id)),
        Some(Kind::ChangeOrderStatus(order)) => {
            let orders = count(order.order_ids.len(), "order");
            let ids = order.order_ids.join(", ");
            let what = format!("{} for {orders}: {}", printable(&order.order_status_id), printable(&ids));
            ("change_order_status", vec![what.trim_end_matches([':', ' ']).to_owned()])
        }
    }
}

fn prefixed(head: impl IntoIterator<Item = String>, text: &str) -> Vec<String> {
    head.into_iter().chain(lines(text)).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| printable(line).into_owned()).collect()
}

/// An instant in RFC 3339; its numbers if it is none that a calendar has.
pub(crate) fn instant(timestamp: &well_known::Timestamp) -> String {
    match Timestamp::new(timestamp.seconds, timestamp.nanos) {
        Ok(instant) => instant.to_string(),
        Err(_) => format!("{} s {} ns", timestamp.seconds, timestamp.nanos),
    }
}

/// The instant of an answer, for the other renderings.
pub(crate) fn instant_of(timestamp: Option<&well_known::Timestamp>) -> String {
    timestamp.map(instant).unwrap_or_default()
}
