//! What is wrong with the fields of a request that writes or reads, collected so that all of it is told at once.

use std::sync::Arc;

use tamis_api::ACTOR_UNKNOWN;
use tamis_engine::Diagnostic;
use tonic::Request;
use tonic::metadata::MetadataMap;

use crate::catalog::at_once::One;
use crate::catalog::{Catalog, Snapshot, Write};
use crate::identity::Access;
use crate::status::Failure;

/// The metadata that names who writes, or on whose behalf.
const ACTOR_KEY: &str = "tamis-actor";
/// Bytes of it: fits an e-mail address or a URL, and a line of a log.
const ACTOR_BYTES_MAX: usize = 200;

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

    /// Goes on if nothing is wrong.
    ///
    /// # Errors
    /// All that is.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::invalid_request(self.0)) }
    }
}

/// Who calls, and what revisions call them.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// What they may do.
    pub(crate) access: Access,
    /// Who they are: the identity that was verified, if the service asks, and on whose behalf they say that they call; only
    /// what they say, if it does not.
    pub(crate) actor: String,
}

impl Default for Caller {
    fn default() -> Self {
        Self { access: Access::NOBODY, actor: String::new() }
    }
}

impl Caller {
    /// Who makes a request.
    ///
    /// # Errors
    /// What they say of themselves cannot be taken.
    pub(crate) fn of<T>(request: &Request<T>) -> Result<Self, Diagnostic> {
        let access = Access::from_request(request);
        let said = actor(request.metadata())?;
        let actor = match (access.identity(), said) {
            (Some(identity), Some(said)) => format!("{} for {said}", identity.name),
            (Some(identity), None) => identity.name.clone(),
            (None, said) => said.unwrap_or_else(|| ACTOR_UNKNOWN.to_owned()),
        };
        Ok(Self { access, actor })
    }

    /// A write of theirs to an account that there is.
    pub(crate) fn write(&self, account_id: &str, operation: &'static str) -> Write {
        Write {
            account_id: account_id.to_owned(),
            access: self.access.clone(),
            actor: self.actor.clone(),
            operation,
            creates: false,
            one: None,
        }
    }

    /// A write of theirs of one workflow, which was sent with so many bytes: 0 if nothing of it was sent but its id.
    pub(crate) fn write_one(
        &self,
        account_id: &str,
        operation: &'static str,
        workflow_id: &str,
        bytes: usize,
    ) -> Write {
        let one = Some(One { workflow_id: workflow_id.to_owned(), bytes });
        Write { one, ..self.write(account_id, operation) }
    }

    /// A write of theirs that may make its account.
    ///
    /// # Errors
    /// They are not bound to it, whether there is one or not.
    pub(crate) fn creation(&self, account_id: &str, operation: &'static str) -> Result<Write, Failure> {
        self.access.require_creation(account_id)?;
        Ok(Write { creates: true, ..self.write(account_id, operation) })
    }
}

/// What the metadata says of who writes.
fn actor(metadata: &MetadataMap) -> Result<Option<String>, Diagnostic> {
    let wrong = |message: String| Diagnostic::error("actor_invalid", ACTOR_KEY, message);
    let Some(value) = metadata.get(ACTOR_KEY) else { return Ok(None) };
    match std::str::from_utf8(value.as_bytes()) {
        Ok("") => Ok(None),
        Ok(actor) if actor.len() <= ACTOR_BYTES_MAX => Ok(Some(actor.to_owned())),
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
/// There is none that the caller may know of, or the service does not know yet.
pub(crate) fn pinned(catalog: &Catalog, access: &Access, account_id: &str) -> Result<Arc<Snapshot>, Failure> {
    match catalog.pin(access.visible(account_id)) {
        Some(snapshot) => Ok(snapshot),
        None if catalog.is_loaded() => Err(Failure::account_not_found(account_id)),
        None => Err(Failure::loading()),
    }
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
