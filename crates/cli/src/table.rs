//! An answer for people.

use std::fmt::{self, Write};

use jiff::Timestamp;
use tamis_api::v1::decided_action::Kind;
use tamis_api::v1::{
    ActionState, ChainEnd, ChainedRound, Change, DecidedAction, EvaluateResponse, Match, NotReadyReason,
};
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
    render_matches(&mut out, &response.matches, &response.shadow_matches)?;
    for (number, round) in (2..).zip(&response.rounds) {
        render_round(&mut out, number, round)?;
    }
    if let Some(end) = end(response.chain_end()) {
        writeln!(out, "\n{end}")?;
    }
    if let Some(next_due) = &response.next_due {
        writeln!(out, "\nnext due: {}", instant(next_due))?;
    }
    Ok(out)
}

fn render_matches(out: &mut String, live: &[Match], shadow: &[Match]) -> fmt::Result {
    for (number, matched) in (1..).zip(live) {
        render_match(out, number, matched)?;
    }
    if !shadow.is_empty() {
        writeln!(out, "\nin shadow: {}", count_matches(shadow.len()))?;
        for (number, matched) in (1..).zip(shadow) {
            render_match(out, number, matched)?;
        }
    }
    Ok(())
}

/// A later round, headed by what led to it.
fn render_round(out: &mut String, number: usize, round: &ChainedRound) -> fmt::Result {
    let changes = changes(round.change.as_ref());
    writeln!(out, "\nround {number}, {}: {}", changes.join(", "), count_matches(round.matches.len()))?;
    for id in &round.repeated_workflow_ids {
        writeln!(out, "   not again: {}", printable(id))?;
    }
    render_matches(out, &round.matches, &round.shadow_matches)
}

/// What actions have changed, each by itself.
fn changes(change: Option<&Change>) -> Vec<String> {
    let Some(change) = change else { return Vec::new() };
    let tags = change.tags_assigned.iter().flat_map(|tags| &tags.tag_ids);
    let mut told: Vec<String> = tags.map(|tag| format!("tag {} assigned", printable(tag))).collect();
    told.extend(change.status_set.as_ref().map(|set| format!("status {} set", printable(&set.status_id))));
    told.extend(change.updated.as_ref().map(|_| "agent assigned".to_owned()));
    told
}

/// Why there is no further round; absent if nobody asked for one.
fn end(end: ChainEnd) -> Option<&'static str> {
    match end {
        ChainEnd::Unspecified => None,
        ChainEnd::Settled => Some("chain: nothing else follows"),
        ChainEnd::Loop => Some("chain: cut, as workflows that had matched would have matched again"),
        ChainEnd::RoundsMax => Some("chain: cut after the last round that is allowed"),
    }
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
