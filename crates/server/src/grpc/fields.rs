//! What is wrong with the fields of a request that writes or reads, collected so that all of it is told at once.

use std::sync::Arc;

use tamis_engine::Diagnostic;
use tonic::metadata::MetadataMap;

use crate::catalog::{Catalog, Snapshot, Write};
use crate::status::Failure;

/// The metadata that names who writes.
const ACTOR_KEY: &str = "tamis-actor";
/// Bytes of it: fits an e-mail address or a URL, and a line of a log.
const ACTOR_BYTES_MAX: usize = 200;
/// Who writes if the metadata does not say.
const ACTOR_UNKNOWN: &str = "unknown";

/// Findings about the fields of one request.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<Diagnostic>);

impl Fields {
    /// Reports a text that is required and empty.
    pub(crate) fn require(&mut self, field: &str, value: &str) {
        if value.is_empty() {
            self.0.push(Diagnostic::error("required", field, "a value is required"));
        }
    }

    /// The message, or its default if it is required and absent, which is reported.
    pub(crate) fn require_message<M: Default>(&mut self, field: &str, message: Option<M>) -> M {
        message.unwrap_or_else(|| {
            self.0.push(Diagnostic::error("required", field, "a value is required"));
            M::default()
        })
    }

    /// Reports that a field is wrong.
    pub(crate) fn wrong(&mut self, finding: Diagnostic) {
        self.0.push(finding);
    }

    /// The value, or its default if it is wrong, which is reported.
    pub(crate) fn check<T: Default>(&mut self, value: Result<T, Diagnostic>) -> T {
        value.unwrap_or_else(|finding| {
            self.0.push(finding);
            T::default()
        })
    }

    /// Reports all that is wrong with a field.
    pub(crate) fn check_all(&mut self, checked: Result<(), Vec<Diagnostic>>) {
        self.0.extend(checked.err().into_iter().flatten());
    }

    /// Who writes.
    pub(crate) fn actor(&mut self, metadata: &MetadataMap) -> String {
        self.check(actor(metadata))
    }

    /// Goes on if nothing is wrong.
    ///
    /// # Errors
    /// All that is.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::invalid_request(self.0)) }
    }
}

fn actor(metadata: &MetadataMap) -> Result<String, Diagnostic> {
    let wrong = |message: String| Diagnostic::error("actor_invalid", ACTOR_KEY, message);
    let Some(value) = metadata.get(ACTOR_KEY) else { return Ok(ACTOR_UNKNOWN.to_owned()) };
    match std::str::from_utf8(value.as_bytes()) {
        Ok("") => Ok(ACTOR_UNKNOWN.to_owned()),
        Ok(actor) if actor.len() <= ACTOR_BYTES_MAX => Ok(actor.to_owned()),
        Ok(actor) => Err(wrong(format!(
            "this metadata has {} bytes, and may have {ACTOR_BYTES_MAX} at most",
            actor.len()
        ))),
        Err(_) => Err(wrong("this metadata must be UTF-8".to_owned())),
    }
}

/// The account to read from.
///
/// # Errors
/// There is none, or the service does not know yet.
pub(crate) fn pinned(catalog: &Catalog, account_id: &str) -> Result<Arc<Snapshot>, Failure> {
    match catalog.pin(account_id) {
        Some(snapshot) => Ok(snapshot),
        None if catalog.is_loaded() => Err(Failure::account_not_found(account_id)),
        None => Err(Failure::loading()),
    }
}

/// A write to an account that there is.
pub(crate) fn write(account_id: &str, actor: String, operation: &'static str) -> Write {
    Write { account_id: account_id.to_owned(), actor, operation, creates: false }
}

/// Goes on if the etag that was sent is the record's, or if none was.
///
/// # Errors
/// It is another one: somebody else wrote in between.
pub(crate) fn check_etag(stored: String, sent: &str) -> Result<(), Failure> {
    if sent.is_empty() || sent == stored { Ok(()) } else { Err(Failure::etag_mismatch(stored, sent)) }
}

/// Goes on if the account is at the revision that was sent, or if none was.
///
/// # Errors
/// It is at another one: somebody else wrote in between.
pub(crate) fn check_revision(revision: u64, expected: u64) -> Result<(), Failure> {
    if expected == 0 || expected == revision {
        Ok(())
    } else {
        Err(Failure::revision_mismatch(revision, expected))
    }
}
