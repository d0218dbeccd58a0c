//! The checksum that is kept beside every record.

use xxhash_rust::xxh3::Xxh3;

/// Covers the ids too, so that a record does not pass for another's. Lengths keep ids and record apart.
pub(crate) fn of(account_id: &str, workflow_id: Option<&str>, data: &[u8]) -> i64 {
    let mut hash = Xxh3::new();
    for part in [Some(account_id.as_bytes()), workflow_id.map(str::as_bytes), Some(data)] {
        hash.update(&part.map_or(u64::MAX, |part| part.len() as u64).to_le_bytes());
        hash.update(part.unwrap_or_default());
    }
    hash.digest().cast_signed()
}

/// Goes on if a record is what was written.
///
/// # Errors
/// The record's name.
pub(crate) fn confirm(
    account_id: &str,
    workflow_id: Option<&str>,
    data: &[u8],
    stored: i64,
) -> Result<(), String> {
    if of(account_id, workflow_id, data) == stored {
        return Ok(());
    }
    Err(match workflow_id {
        Some(workflow_id) => format!("record of workflow {workflow_id:?} of account {account_id:?}"),
        None => format!("record of the settings of account {account_id:?}"),
    })
}
