//! Keys.

use jiff::Timestamp;
use tamis_api::v1;
use tamis_engine::{Diagnostic, check};

use crate::identity::keys::{self, DISPLAY_NAME_CHARS_MAX, KEY_ACCOUNTS_MAX, Key, StoredKey};
use crate::identity::{Accounts, Role};
use crate::status::Failure;

/// Makes the key that a message describes, and tells its text; `path` is what field paths begin with.
///
/// # Errors
/// All that is wrong with the message.
pub(crate) fn create(
    message: &v1::Key,
    path: &str,
    creator: &str,
    now: Timestamp,
) -> Result<(StoredKey, String), Failure> {
    let mut findings = Vec::new();
    let wrong = |code, field: &str, text: String| Diagnostic::error(code, format!("{path}.{field}"), text);
    let chars = message.display_name.chars().count();
    if chars > DISPLAY_NAME_CHARS_MAX {
        let text = format!("a name has {DISPLAY_NAME_CHARS_MAX} characters at most, not {chars}");
        let finding = wrong("too_long", "display_name", text).with("unit", "characters");
        findings.push(finding.with("count", chars).with("max", DISPLAY_NAME_CHARS_MAX));
    }
    let role = Role::from_wire(message.role);
    if role.is_none() {
        let text = "a role is required: evaluate, edit or admin".to_owned();
        findings.push(wrong("key_role_required", "role", text));
    }
    let ids = &message.account_ids;
    match (ids.is_empty(), message.all_accounts) {
        (true, false) => {
            let text = "accounts are required, or that the key is good for all of them".to_owned();
            findings.push(wrong("key_accounts_required", "account_ids", text));
        }
        (false, true) => {
            let text = "a key that is good for all accounts names none".to_owned();
            findings.push(wrong("key_accounts_conflict", "account_ids", text));
        }
        _ => {}
    }
    if ids.len() > KEY_ACCOUNTS_MAX {
        let text = format!("a key names {KEY_ACCOUNTS_MAX} accounts at most, not {}", ids.len());
        let finding = wrong("too_many", "account_ids", text);
        findings.push(finding.with("count", ids.len()).with("max", KEY_ACCOUNTS_MAX));
    }
    let expire_time = message.expire_time.and_then(|at| Timestamp::new(at.seconds, at.nanos).ok());
    if message.expire_time.is_some() && expire_time.is_none_or(|at| at <= now) {
        findings.push(wrong("key_expired", "expire_time", "must be an instant after now".to_owned()));
    }
    for (nth, id) in ids.iter().take(KEY_ACCOUNTS_MAX).enumerate() {
        findings.extend(check::id(id, &format!("{path}.account_ids[{nth}]")));
    }
    let Some(role) = role.filter(|_| findings.is_empty()) else {
        return Err(Failure::invalid_request(findings));
    };
    let (key_id, text) = keys::generate().map_err(|_| Failure::internal("the system has no randomness"))?;
    let accounts =
        if message.all_accounts { Accounts::All } else { Accounts::Named(ids.iter().cloned().collect()) };
    let key = Key {
        key_id,
        display_name: message.display_name.clone(),
        role,
        accounts,
        create_time: now,
        creator: creator.to_owned(),
        expire_time,
    };
    let hash = keys::hash(&text);
    Ok((StoredKey::new(key, hash), text))
}
