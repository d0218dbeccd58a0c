//! Findings, as answers tell them.

use tamis_api::v1;
use tamis_engine::{Diagnostic, Severity};

/// A finding as the contract writes it.
pub(crate) fn to_wire(diagnostic: Diagnostic) -> v1::Diagnostic {
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
    }
}
