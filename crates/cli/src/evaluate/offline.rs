//! Decides by the workflows of a file, as a server that holds them would.

use jiff::Timestamp;
use tamis_api::v1::{EvaluateError, EvaluateRequest, EvaluateResponse, ExplainRequest, ExplainResponse};
use tamis_engine::Index;
use tamis_server::offline;

use crate::evaluate::changes::Changes;
use crate::findings;
use crate::local::{self, AccountSource};

/// The workflows of a file, compiled.
#[derive(Debug)]
pub(crate) struct Offline {
    index: Index,
}

/// The account's id where neither the file, nor the command line, nor a change has one.
const NAMELESS: &str = "offline";

impl Offline {
    /// Reads, checks and compiles a file, and shows what it finds; nothing is to be decided if that has errors.
    ///
    /// A file that states no account is of whatever account is asked about, in UTC and English.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn load(
        file: &str,
        account_id: Option<&str>,
        changes: &Changes<'_>,
    ) -> anyhow::Result<Option<Self>> {
        let asked_about = account_id
            .map(str::to_owned)
            .or_else(|| changes.first_account_id())
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| NAMELESS.to_owned());
        let checked = local::load(file, AccountSource::FileOr(&asked_about))?;
        checked.show()?;
        Ok(checked.index.filter(|_| !findings::has_errors(&checked.findings)).map(|index| Self { index }))
    }

    /// Decides a change; one that names no account is about the file's.
    pub(crate) fn evaluate(&self, mut request: EvaluateRequest) -> Result<EvaluateResponse, EvaluateError> {
        self.complete(&mut request);
        offline::evaluate(&self.index, &request, Timestamp::now())
    }

    /// Explains likewise.
    pub(crate) fn explain(&self, mut request: ExplainRequest) -> Result<ExplainResponse, EvaluateError> {
        if let Some(request) = &mut request.request {
            self.complete(request);
        }
        offline::explain(&self.index, &request, Timestamp::now())
    }

    fn complete(&self, request: &mut EvaluateRequest) {
        if request.account_id.is_empty() {
            request.account_id.clone_from(&self.index.account().id);
        }
    }
}
