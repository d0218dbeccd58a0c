//! Findings, as answers tell them.

use tamis_api::v1;
use tamis_engine::{Diagnostic, Severity};

use crate::convert::request;

/// A finding about an account, or about a part of it, as the contract writes it.
pub(crate) fn to_wire(diagnostic: Diagnostic, account_id: &str) -> v1::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => v1::Severity::Error,
        Severity::Warning => v1::Severity::Warning,
    };
    v1::Diagnostic {
        severity: severity.into(),
        code: diagnostic.code.to_owned(),
        field: diagnostic.path,
        message: diagnostic.message,
        help: diagnostic.help,
        parameters: diagnostic.parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        example: diagnostic.example.map(|example| v1::EvaluateRequest {
            account_id: account_id.to_owned(),
            ..request::to_wire(&example)
        }),
    }
}
