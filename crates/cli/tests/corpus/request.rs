//! From the requests of the corpus, which are written in the short YAML of examples, to the JSON of the contract.

use serde_json::{Map, Value, json};

/// The request as an `EvaluateRequest`.
pub(crate) fn in_json(yaml: &str) -> Value {
    // `012` is an id to the reader of the definitions, and no number.
    let options = serde_saphyr::options! { leading_zero_numbers_as_strings: true };
    let request: Value = serde_saphyr::from_str_with_options(yaml, options)
        .unwrap_or_else(|error| panic!("a request is YAML: {error}\n{yaml}"));
    let mut out = Map::new();
    for (key, value) in fields(request) {
        let value = match key.as_str() {
            "ticket" => ticket(value),
            "change" => change(value),
            "baseline" => baseline(value),
            "cause" => list(value),
            _ => value,
        };
        out.insert(key, value);
    }
    Value::Object(out)
}

/// The fields of a mapping that have a value.
fn fields(value: Value) -> impl Iterator<Item = (String, Value)> {
    let Value::Object(fields) = value else { panic!("not a mapping: {value}") };
    fields.into_iter().filter(|(_, value)| !value.is_null())
}

fn baseline(value: Value) -> Value {
    let read = |(key, value): (String, Value)| {
        let value = if key == "ticket" { ticket(value) } else { value };
        (key, value)
    };
    Value::Object(fields(value).map(read).collect())
}

fn ticket(value: Value) -> Value {
    let read = |(key, value): (String, Value)| {
        let value = match key.as_str() {
            "state" => word("TICKET_STATE", &value),
            "sentiment" => word("SENTIMENT", &value),
            "reply_status" => word("REPLY_STATUS", &value),
            "tags" | "linked_order_ids" => list(value),
            "inbox_groups" => json!({"ids": list(wrapped(value, "ids"))}),
            "assigned_agent" if value.is_object() => Value::Object(fields(value).map(texts).collect()),
            // An empty agent is none.
            "assigned_agent" if value == "" => return None,
            "assigned_agent" => json!({"id": text(value)}),
            _ => text(value),
        };
        Some((key, value))
    };
    Value::Object(fields(value).filter_map(read).collect())
}

fn change(value: Value) -> Value {
    let read = |(key, value): (String, Value)| {
        let value = match key.as_str() {
            "return_created" | "updated" | "timer" => match value {
                Value::Bool(false) => return None,
                Value::Bool(true) => json!({}),
                other => other,
            },
            "ticket_created" => json!({"by": word("TICKET_CREATOR", &wrapped(value, "by"))}),
            "tags_assigned" => json!({"tag_ids": list(wrapped(value, "tag_ids"))}),
            "status_set" => json!({"status_id": text(wrapped(value, "status_id"))}),
            "message_received" => Value::Object(fields(value).map(message_field).collect()),
            _ => text(value),
        };
        Some((key, value))
    };
    Value::Object(fields(value).filter_map(read).collect())
}

fn message_field((key, value): (String, Value)) -> (String, Value) {
    let value = match key.as_str() {
        "author" => word("MESSAGE_AUTHOR", &value),
        "first" | "auto_submitted" => value,
        _ => text(value),
    };
    (key, value)
}

/// What stands in the message that the contract wraps a value in, which YAML may leave out.
fn wrapped(value: Value, key: &str) -> Value {
    match value {
        Value::Object(mut fields) => fields.remove(key).unwrap_or(Value::Null),
        other => other,
    }
}

/// A list of texts; a single one may stand without brackets.
fn list(value: Value) -> Value {
    match value {
        Value::Array(elements) => Value::Array(elements.into_iter().map(text).collect()),
        Value::Null => json!([]),
        single => json!([text(single)]),
    }
}

/// A number or a flag without quotes is a text where a text is wanted.
fn text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        other => other,
    }
}

fn texts((key, value): (String, Value)) -> (String, Value) {
    (key, text(value))
}

/// A word as its enum has it.
fn word(prefix: &str, value: &Value) -> Value {
    match value {
        Value::String(word) => Value::String(format!("{prefix}_{}", word.to_uppercase())),
        other => other.clone(),
    }
}
