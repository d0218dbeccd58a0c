//! From the answers of `tamis evaluate` to outcomes of the corpus.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tamis_testkit::corpus::{Decided, DecidedAction, Matched, MatchedPhrase, Outcome, Refusal, Round};

/// What an answer says.
pub(crate) fn outcome(answer: &Value) -> Outcome {
    if let Some(error) = answer.get("error") {
        let refusal = |violation: &Value| Refusal {
            code: Some(text(&violation["code"])),
            path: text(&violation["field"]),
        };
        return Outcome::Refused(list(error, "violations").iter().map(refusal).collect());
    }
    Outcome::Decided(Decided {
        matches: list(answer, "matches").iter().map(matched).collect(),
        shadow_matches: list(answer, "shadow_matches").iter().map(matched).collect(),
        next_due: instant(answer, "next_due"),
        rounds: list(answer, "rounds").iter().map(round).collect(),
        chain_end: answer
            .get("chain_end")
            .map(|end| text(end).trim_start_matches("CHAIN_END_").to_lowercase()),
    })
}

fn round(value: &Value) -> Round {
    let change = &value["change"];
    let tags = change.get("tags_assigned").map(|tags| texts(tags, "tag_ids"));
    Round {
        tags_assigned: tags.unwrap_or_default(),
        status_set: change.get("status_set").map(|status| text(&status["status_id"])),
        updated: change.get("updated").is_some(),
        cause: texts(value, "cause"),
        matches: list(value, "matches").iter().map(matched).collect(),
        shadow_matches: list(value, "shadow_matches").iter().map(matched).collect(),
        repeated: texts(value, "repeated_workflow_ids"),
    }
}

fn matched(value: &Value) -> Matched {
    let phrase =
        |value: &Value| MatchedPhrase { field: text(&value["field"]), phrase: text(&value["phrase"]) };
    Matched {
        workflow_id: text(&value["workflow_id"]),
        alternative: value
            .get("alternative")
            .and_then(Value::as_u64)
            .map(|index| index.try_into().expect("an index is small")),
        phrases: list(value, "phrases").iter().map(phrase).collect(),
        actions: list(value, "actions").iter().map(action).collect(),
        fire_key: text(&value["fire_key"]),
        held_since: instant(value, "held_since"),
    }
}

fn action(value: &Value) -> DecidedAction {
    let not_ready = value.get("reason").map(|reason| {
        assert_eq!(value["state"], "ACTION_STATE_NOT_READY");
        text(reason).trim_start_matches("NOT_READY_REASON_").to_lowercase()
    });
    assert!(not_ready.is_some() || value["state"] == "ACTION_STATE_READY", "{value}");
    let fields = value.as_object().expect("an action is an object");
    let mut kinds =
        fields.iter().filter(|(key, _)| !["state", "reason", "missing_variables"].contains(&key.as_str()));
    let (kind, content) = kinds.next().expect("an action has a kind");
    assert!(kinds.next().is_none(), "an action has one kind: {value}");
    let content = content.as_object().expect("a kind is an object");
    DecidedAction {
        action: kind.clone(),
        not_ready,
        missing_variables: texts(value, "missing_variables"),
        fields: plain_fields(kind, content),
        order_ids: content
            .get("order_ids")
            .map(|_| texts(&Value::Object(content.clone()), "order_ids"))
            .unwrap_or_default(),
    }
}

/// The texts and ids of an action. The JSON of proto3 leaves out what is empty; the corpus does not.
fn plain_fields(kind: &str, content: &Map<String, Value>) -> BTreeMap<String, String> {
    let names: &[&str] = match kind {
        "send_message" => &["text", "format"],
        "send_translated_message" => &["text", "format", "target_language"],
        "ai_message" => &["instructions"],
        "send_email" => &["to", "subject", "text", "format"],
        _ => &[],
    };
    let empty = names.iter().map(|name| ((*name).to_owned(), String::new()));
    let stated = content.iter().filter(|(_, value)| value.is_string()).map(|(key, value)| {
        let value = text(value);
        let value =
            if key == "format" { value.trim_start_matches("TEXT_FORMAT_").to_lowercase() } else { value };
        (key.clone(), value)
    });
    empty.chain(stated).collect()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    list(value, key).iter().map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

/// An instant as the corpus writes it.
fn instant(value: &Value, key: &str) -> Option<String> {
    let written = value.get(key)?;
    let instant: Timestamp = text(written).parse().expect("an instant is RFC 3339");
    Some(instant.to_string())
}
