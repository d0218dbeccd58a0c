//! What keeps a run from taking place.

use std::io;
use std::path::PathBuf;

use crate::plan::Target;

/// What keeps a run from taking place. Calls that fail while it does are counted in its outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The plan cannot be carried out.
    #[error("{field}: {message}")]
    Plan {
        /// Path of the field of [`crate::Plan`].
        field: &'static str,
        /// What is wrong, and what is wanted.
        message: String,
    },
    /// A file with requests is of no use.
    #[error("{}: {message}", file.display())]
    Requests {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A file is not what ghz writes.
    #[error("{}: {message}", file.display())]
    Ghz {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Nobody answers at the target.
    #[error("cannot reach a server at {target}: {message}")]
    Connect {
        /// The target.
        target: Target,
        /// What the system or the transport says.
        message: String,
    },
    /// The first call, before the load, was answered with an error.
    #[error("the first call failed, so no load was put on: {message} ({code}, {reason})")]
    FirstCall {
        /// The gRPC code.
        code: String,
        /// The reason of the `ErrorInfo`.
        reason: String,
        /// What the server says.
        message: String,
    },
    /// This machine does not give what a run needs.
    #[error("cannot {what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
}
