//! Texts that are not to be told.
//!
//! They are replaced by [`MASK`], and by nothing that is made of them. A hash of a name or of an address would tell equal ones,
//! but whoever has its key can find out of whom it is by trying, and the law takes it for personal data.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FileDescriptorSet};
use serde_json::Value;
use tamis_api::v1;

/// What stands in the place of a text.
pub(super) const MASK: &str = "***";

/// Fields of an answer that hold what was rendered.
const RENDERED: [&str; 4] = ["text", "subject", "to", "instructions"];

/// A field that cannot be masked, as no decision could be told from another then.
const NEEDED: &str = "account_id";

/// The fields of requests that hold text, by name.
pub(crate) fn maskable() -> BTreeSet<String> {
    let set = FileDescriptorSet::decode(v1::FILE_DESCRIPTOR_SET).unwrap_or_default();
    let files = set.file.iter();
    let messages: BTreeMap<String, &DescriptorProto> = files
        .flat_map(|file| {
            let name = |message: &DescriptorProto| format!(".{}.{}", file.package(), message.name());
            file.message_type.iter().map(move |message| (name(message), message))
        })
        .collect();
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![".tamis.v1.EvaluateRequest"];
    while let Some(name) = open.pop() {
        let Some(message) = messages.get(name).filter(|_| seen.insert(name)) else { continue };
        for field in &message.field {
            match field.r#type() {
                Type::String => _ = found.insert(field.name().to_owned()),
                Type::Message => open.push(field.type_name()),
                _ => {}
            }
        }
    }
    found.remove(NEEDED);
    found
}

/// Replaces the texts of fields in the JSON of a request.
pub(super) fn request(json: &mut Value, fields: &[String]) {
    replace(json, &|name| fields.iter().any(|field| field == name));
}

/// The same in the JSON of an answer, and what was rendered, which may hold any of them.
pub(super) fn response(json: &mut Value, fields: &[String]) {
    if !fields.is_empty() {
        replace(json, &|name| RENDERED.contains(&name) || fields.iter().any(|field| field == name));
    }
}

fn replace(json: &mut Value, is_masked: &impl Fn(&str) -> bool) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_masked(name) {
                    texts(value);
                } else {
                    replace(value, is_masked);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, is_masked)),
        _ => {}
    }
}

/// Replaces all texts in a value.
fn texts(value: &mut Value) {
    match value {
        Value::String(text) => MASK.clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(texts),
        Value::Object(fields) => fields.values_mut().for_each(texts),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_of_a_request_can_be_masked_but_its_account() {
        let found = maskable();
        for name in
            ["customer_name", "customer_email", "subject", "text", "url", "first_name", "id", "tags", "cause"]
        {
            assert!(found.contains(name), "{name} of {found:?}");
        }
        for name in ["account_id", "now", "first", "min_revision", "display_name"] {
            assert!(!found.contains(name), "{name} of {found:?}");
        }
    }

    #[test]
    fn a_field_is_masked_wherever_it_stands() {
        let fields = ["customer_name".to_owned(), "tags".to_owned()];
        let mut asked = json!({
            "ticket": { "customer_name": "Zofia", "tags": ["vip", "new"], "subject": "Parcel" },
            "baseline": { "ticket": { "customer_name": "Anna" } },
        });
        request(&mut asked, &fields);
        assert_eq!(
            asked,
            json!({
                "ticket": { "customer_name": "***", "tags": ["***", "***"], "subject": "Parcel" },
                "baseline": { "ticket": { "customer_name": "***" } },
            })
        );
        let told = json!({
            "matches": [{
                "workflow_id": "reply",
                "actions": [
                    { "send_email": { "to": "zofia@example.com", "subject": "Hello Zofia", "text": "Dear Zofia" } },
                    { "ai_message": { "instructions": "Answer Zofia" } },
                    { "assign_tag": { "tag_id": "seen" } },
                ],
            }],
        });
        let mut masked = told.clone();
        response(&mut masked, &fields);
        assert!(!masked.to_string().contains("Zofia") && !masked.to_string().contains("example"), "{masked}");
        assert_eq!(masked["matches"][0]["actions"][2], told["matches"][0]["actions"][2]);
        let mut plain = told.clone();
        response(&mut plain, &[]);
        assert_eq!(plain, told);
    }
}
