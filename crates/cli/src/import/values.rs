//! Values of an export, and the conditions that are made of them in the same way for every helpdesk.

use std::collections::HashSet;

use jiff::SignedDuration;
use serde_json::Value;
use tamis_engine::definition::{Action, ElapsedBound, PhraseMode, Phrases, Test};

use crate::import::logic::Logic;
use crate::import::rule::Translated;

/// What to do about a condition on something that a ticket does not have here.
pub(super) const SEND: &str =
    "Let the backend send it as the ticket's type, context or source, and write a condition on that.";
/// What to do about a condition on something that is absent.
pub(super) const SEND_ABSENCE: &str =
    "Let the backend send an id of its own for what is absent, and write a condition on that.";
/// What to do about an action that there is none for.
pub(super) const TAG_FOR_BACKEND: &str =
    "Put a tag on the ticket by `assign_tag`, and let the backend do it.";
/// What to do about an assignment to a group or a team.
pub(super) const ROUTE_BY_TAG: &str =
    "Write `assign_agent`, or put a tag on the ticket by `assign_tag` for the backend to route by.";

/// A text, a number or a flag, as a text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a rule is called: its kind, and the number that the helpdesk gave it, or else its place in the file.
pub(super) fn rule_id(kind: &str, rule: &Value, index: usize) -> String {
    let number = rule.get("id").and_then(text).unwrap_or_else(|| format!("at-{}", index + 1));
    format!("{kind}-{number}")
}

/// A rule is active unless it says otherwise.
pub(super) fn active() -> bool {
    true
}

/// One value or a list of them, as texts, none of them blank and each once.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    let all: Vec<String> = match value {
        Value::Array(values) => values.iter().map(text).collect::<Option<_>>()?,
        value => vec![text(value)?],
    };
    if all.is_empty() || all.iter().any(|text| text.trim().is_empty()) {
        return None;
    }
    Some(each_once(all))
}

/// The texts, each where it stands first.
fn each_once(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::with_capacity(texts.len());
    texts.retain(|text| seen.insert(text.clone()));
    texts
}

/// A value as the report shows it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}

/// What stands in a part, in short.
pub(super) fn in_short(pieces: &[&str]) -> String {
    let told: Vec<&str> = pieces.iter().copied().filter(|piece| !piece.is_empty()).collect();
    told.join(" ")
}

/// The texts of a list that a mark parts, such as tags by commas, without blank ones and repeats.
pub(super) fn split(list: &str, is_mark: impl Fn(char) -> bool) -> Vec<String> {
    let parts = list.split(is_mark).map(str::trim).filter(|part| !part.is_empty());
    each_once(parts.map(str::to_owned).collect())
}

/// Phrases that are looked for without regard to case, as `ILIKE` does it, where letters with accents are others.
pub(super) fn phrases(phrases: Vec<String>, mode: PhraseMode) -> Phrases {
    Phrases { phrases, mode, accent_sensitive: true, ..Phrases::default() }
}

/// What puts these tags on the ticket.
pub(super) fn assign_tags(tags: Vec<String>) -> Vec<Action> {
    tags.into_iter().map(|tag_id| Action::AssignTag { tag_id }).collect()
}

/// Addresses that contain one of these texts. Only domains with their `@` can be told.
pub(super) fn address_contains(negated: bool, texts: Vec<String>) -> Translated<Logic> {
    if !texts.iter().all(|text| text.starts_with('@') && text.contains('.')) {
        return Translated::not(
            "only whole addresses, or domains such as `@mail.example`, are compared",
            "Write an `email` condition on the addresses or domains that are meant.",
        );
    }
    let how = "the domain is compared whole, where a part of the address was looked for";
    Translated::but(Logic::is_or_not(negated, Test::Email(texts)), how)
}

/// More, or less, than so many seconds.
pub(super) fn bound(is_more: bool, seconds: i64) -> ElapsedBound {
    let duration = SignedDuration::from_secs(seconds);
    if is_more { ElapsedBound::MoreThan(duration) } else { ElapsedBound::LessThan(duration) }
}

/// Why a condition on the tags that a ticket has is not translated.
pub(super) fn tags_of_ticket() -> Translated<Logic> {
    Translated::not(
        "no condition says which tags a ticket has",
        "See whether `tag_assigned`, which holds when a change assigns the tag, will do.",
    )
}

/// Why an assignment to somebody who is not named is not translated.
pub(super) fn agent_unnamed() -> Translated<Vec<Action>> {
    Translated::not(
        "only an agent who is named can be assigned, and nobody unassigned",
        "Write `assign_agent` with the agent's id.",
    )
}

/// Why taking off a tag is not translated.
pub(super) fn tag_removal() -> Translated<Vec<Action>> {
    Translated::not("no action takes a tag off", "Let the backend take it off when a status is set.")
}

/// Why an e-mail to somebody whose address is not known is not translated.
pub(super) fn recipient_unknown() -> Translated<Vec<Action>> {
    Translated::not(
        "the address of the recipient is not in the export",
        "Write `send_email` with the address.",
    )
}

/// Why an operator is not translated.
pub(super) fn unknown_operator(field: &str, operator: &str) -> Translated<Logic> {
    Translated::not(
        format!("`{field}` with the operator `{operator}` has no equal"),
        "Write the condition anew, or leave the workflow disabled.",
    )
}

/// Why a value is not translated.
pub(super) fn unknown_value<T>(wanted: &str) -> Translated<T> {
    Translated::not(format!("the value is not {wanted}"), "Look at the rule in the helpdesk.")
}
