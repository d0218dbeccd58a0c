//! The fields that are wrong, in the status of a refused call.
//!
//! A status tells them in `google.rpc.BadRequest`, as is standard, and has [`FieldViolations`](v1::FieldViolations) beside it for
//! what that has no place for.

use prost::Message as _;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::v1::{FieldViolation, FieldViolations};

/// The name of the message among a status's details.
const TYPE_URL: &str = "type.googleapis.com/tamis.v1.FieldViolations";

/// The status with what its `BadRequest` has no place for.
#[must_use]
pub fn add(status: &Status, violations: Vec<FieldViolation>) -> Status {
    // Details of another making stay as they are.
    let Ok(mut details) = tonic_types::pb::Status::decode(status.details()) else { return status.clone() };
    let beside = violations.into_iter().map(|violation| FieldViolation {
        field: String::new(),
        description: String::new(),
        ..violation
    });
    let beside = FieldViolations { violations: beside.collect() };
    details.details.push(prost_types::Any { type_url: TYPE_URL.to_owned(), value: beside.encode_to_vec() });
    Status::with_details_and_metadata(
        status.code(),
        status.message(),
        details.encode_to_vec().into(),
        status.metadata().clone(),
    )
}

/// All that a status tells of fields; those of a service that does not tell codes have none.
pub fn of(status: &Status) -> Vec<FieldViolation> {
    let details = tonic_types::pb::Status::decode(status.details()).unwrap_or_default();
    let beside = details.details.into_iter().find(|any| any.type_url == TYPE_URL);
    let beside =
        beside.and_then(|any| FieldViolations::decode(any.value.as_slice()).ok()).unwrap_or_default();
    let mut beside = beside.violations.into_iter();
    let standard = status.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
    let told = standard.into_iter().map(|violation| FieldViolation {
        field: violation.field,
        description: violation.description,
        ..beside.next().unwrap_or_default()
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn what_is_told_is_read() {
        let told = |field: &str, code: &str| FieldViolation {
            field: field.to_owned(),
            description: "is wrong".to_owned(),
            code: code.to_owned(),
            parameters: [("count".to_owned(), code.len().to_string())].into(),
        };
        let violations = vec![told("now", "instant_malformed"), told("ticket.tags", "too_many")];
        let mut details = ErrorDetails::with_error_info("INVALID_REQUEST", "tamis", []);
        for violation in &violations {
            details.add_bad_request_violation(&violation.field, &violation.description);
        }
        let mut status = Status::with_error_details(Code::InvalidArgument, "wrong", details);
        status.metadata_mut().insert("x", tonic::metadata::AsciiMetadataValue::from_static("kept"));

        let bare = of(&status);
        assert_eq!(bare.len(), 2);
        assert!(bare.iter().all(|violation| violation.code.is_empty() && !violation.description.is_empty()));

        let full = add(&status, violations.clone());
        assert_eq!(of(&full), violations);
        assert_eq!((full.code(), full.message()), (Code::InvalidArgument, "wrong"));
        assert_eq!(full.metadata().get("x").unwrap(), "kept");
        assert!(full.details().starts_with(status.details()), "other details stay as they are");
    }

    #[test]
    fn a_status_of_another_making_has_none_and_stays() {
        for details in [&b""[..], b"\xff\xff"] {
            let status = Status::with_details(Code::Internal, "broken", details.to_vec().into());
            assert_eq!(of(&status), []);
        }
        let odd = Status::with_details(Code::Internal, "broken", b"\xff\xff".to_vec().into());
        assert_eq!(add(&odd, vec![FieldViolation::default()]).details(), odd.details());
    }
}
