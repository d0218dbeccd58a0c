use super::*;

/// A failure, its code, its reason and its metadata.
type Case = (Failure, Code, &'static str, &'static [(&'static str, &'static str)]);

fn one_of_each_reason() -> Vec<Case> {
    let finding = || vec![Diagnostic::error("required", "change", "a fact is required")];
    vec![
        (Failure::invalid_request(finding()), Code::InvalidArgument, "INVALID_REQUEST", &[]),
        (
            Failure::invalid_field("required", "account_id", "is required"),
            Code::InvalidArgument,
            "INVALID_REQUEST",
            &[],
        ),
        (Failure::invalid_definition(finding()), Code::InvalidArgument, "INVALID_DEFINITION", &[]),
        (Failure::UnknownRpc, Code::Unimplemented, "INVALID_REQUEST", &[]),
        (Failure::unauthenticated(), Code::Unauthenticated, "UNAUTHENTICATED", &[]),
        (
            Failure::permission_denied(Role::Edit, Role::Admin),
            Code::PermissionDenied,
            "PERMISSION_DENIED",
            &[("role", "edit"), ("role_wanted", "admin")],
        ),
        (Failure::not_bound("acme"), Code::PermissionDenied, "PERMISSION_DENIED", &[("account_id", "acme")]),
        (Failure::key_not_found("k"), Code::NotFound, "KEY_NOT_FOUND", &[("key_id", "k")]),
        (
            Failure::revision_not_found("acme", 12),
            Code::NotFound,
            "REVISION_NOT_FOUND",
            &[("account_id", "acme"), ("revision", "12")],
        ),
        (Failure::account_not_found("acme"), Code::NotFound, "ACCOUNT_NOT_FOUND", &[("account_id", "acme")]),
        (
            Failure::workflow_not_found("acme", "reminder"),
            Code::NotFound,
            "WORKFLOW_NOT_FOUND",
            &[("account_id", "acme"), ("workflow_id", "reminder")],
        ),
        (
            Failure::account_already_exists("acme"),
            Code::AlreadyExists,
            "ACCOUNT_ALREADY_EXISTS",
            &[("account_id", "acme")],
        ),
        (
            Failure::workflow_already_exists("acme", "reminder"),
            Code::AlreadyExists,
            "WORKFLOW_ALREADY_EXISTS",
            &[("account_id", "acme"), ("workflow_id", "reminder")],
        ),
        (
            Failure::etag_mismatch("12", "9"),
            Code::Aborted,
            "ETAG_MISMATCH",
            &[("etag", "12"), ("etag_wanted", "9")],
        ),
        (
            Failure::revision_mismatch(12, 9),
            Code::Aborted,
            "REVISION_MISMATCH",
            &[("revision", "12"), ("expected_revision", "9")],
        ),
        (
            Failure::revision_not_reached(12, 13),
            Code::FailedPrecondition,
            "REVISION_NOT_REACHED",
            &[("revision", "12"), ("min_revision", "13")],
        ),
        (
            Failure::limit_exceeded("workflows_per_account", 1_000_000),
            Code::FailedPrecondition,
            "LIMIT_EXCEEDED",
            &[("limit", "workflows_per_account"), ("limit_value", "1000000")],
        ),
        (
            Failure::call_too_large("batch_response_bytes", 4_194_304),
            Code::ResourceExhausted,
            "LIMIT_EXCEEDED",
            &[("limit", "batch_response_bytes"), ("limit_value", "4194304")],
        ),
        (
            Failure::too_often("decisions_per_s", 100, Duration::from_millis(20)),
            Code::ResourceExhausted,
            "LIMIT_EXCEEDED",
            &[("limit", "decisions_per_s"), ("limit_value", "100")],
        ),
        (Failure::overloaded(Duration::from_millis(150)), Code::ResourceExhausted, "OVERLOADED", &[]),
        (Failure::deadline_exceeded(), Code::DeadlineExceeded, "DEADLINE_EXCEEDED", &[]),
        (Failure::DecisionLogMissing, Code::FailedPrecondition, "DECISION_LOG_MISSING", &[]),
        (Failure::store_unavailable("the disk is full"), Code::Unavailable, "STORE_UNAVAILABLE", &[]),
        (Failure::loading(), Code::Unavailable, "STORE_UNAVAILABLE", &[]),
        (Failure::internal("a secret"), Code::Internal, "INTERNAL", &[]),
    ]
}

#[test]
fn every_reason_has_its_code_and_its_metadata() {
    for (failure, code, reason, metadata) in one_of_each_reason() {
        let status = Status::from(failure.clone());
        assert_eq!(status.code(), code, "{failure:?}");
        let info = status.get_details_error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, "tamis"));
        let wanted: HashMap<String, String> =
            metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(info.metadata, wanted, "{reason}");
        assert!(!status.message().contains("secret"), "{reason}");

        let error = EvaluateError::from(failure);
        assert_eq!(error.code, code as i32);
        assert_eq!(error.reason().as_str_name(), format!("ERROR_REASON_{reason}"));
        assert_eq!(error.message, status.message());
    }
}

#[test]
fn every_reason_of_the_contract_can_be_given() {
    let given: Vec<ErrorReason> = one_of_each_reason().iter().map(|(failure, ..)| failure.reason()).collect();
    let contract = (1..).map_while(|number| ErrorReason::try_from(number).ok());
    for reason in contract {
        assert!(given.contains(&reason), "{} is never given", reason.as_str_name());
    }
}

#[test]
fn every_field_that_is_wrong_is_named_with_its_help() {
    let findings = vec![
        Diagnostic::error("required", "change", "a fact is required")
            .with_help("`updated` stands for anything else"),
        Diagnostic::error("required", "ticket.id", "is required"),
        Diagnostic::warning("unknown_id", "ticket.source", "is not in the directory"),
    ];
    let status = Status::from(Failure::invalid_request(findings.clone()));
    let bad_request = status.get_details_bad_request().unwrap();
    let violations: Vec<(&str, &str)> = bad_request
        .field_violations
        .iter()
        .map(|violation| (violation.field.as_str(), violation.description.as_str()))
        .collect();
    assert_eq!(
        violations,
        [("change", "a fact is required (`updated` stands for anything else)"), ("ticket.id", "is required")]
    );
    assert_eq!(status.message(), "the request is not valid: change: a fact is required (and 1 more)");

    let error = EvaluateError::from(Failure::invalid_request(findings));
    let fields: Vec<&str> = error.violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["change", "ticket.id"]);
}

#[test]
fn what_is_wrong_can_be_said_in_another_language() {
    let too_many = Diagnostic::error("too_many", "ticket.tags", "there are 2,000 tags")
        .with("count", 2_000)
        .with("max", 1_000);
    let failure = Failure::invalid_request(vec![too_many]);
    let status = Status::from(failure.clone());
    assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].reason, "TOO_MANY");
    let violations = tamis_api::violations::of(&status);
    assert_eq!(violations, EvaluateError::from(failure).violations);
    let [told] = violations.try_into().unwrap();
    assert_eq!((told.code.as_str(), told.field.as_str()), ("too_many", "ticket.tags"));
    let parameters = [("count", "2000"), ("max", "1000")];
    assert_eq!(told.parameters, parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn a_status_fits_into_the_trailers_that_clients_accept() {
    let long = "é".repeat(2_000);
    let findings: Vec<Diagnostic> = (0..5_000)
        .map(|index| Diagnostic::error("x", format!("ticket.tags[{index}]"), long.clone()))
        .collect();
    // Small ones, of which most is what their encoding takes.
    let small = (0..5_000).map(|_| {
        let finding = Diagnostic::error("id_duplicate", "a", "b");
        finding.with("id", "c").with("position", 1)
    });
    let failures = [
        Failure::invalid_request(findings),
        Failure::invalid_request(small.collect()),
        Failure::invalid_request((0..5_000).map(|_| Diagnostic::error("x", "a", "b")).collect()),
        Failure::account_not_found(long.clone()),
        Failure::workflow_not_found(long.clone(), long.clone()),
        Failure::etag_mismatch(long.clone(), long.clone()),
        Failure::store_unavailable(long),
    ];
    for failure in failures {
        let status = Status::from(failure.clone());
        let mut headers = tonic::codegen::http::HeaderMap::new();
        status.add_header(&mut headers).unwrap();
        // As HTTP/2 counts a header list: 32 bytes beside each name and value.
        let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
        assert!(bytes < 8_192 - 512, "{bytes} bytes: {:?}", failure.reason());
        status.check_error_details().unwrap();
    }
}

#[test]
fn violations_that_do_not_fit_are_counted() {
    let findings: Vec<Diagnostic> =
        (0..500).map(|index| Diagnostic::error("x", format!("ticket.tags[{index}]"), "is empty")).collect();
    let status = Status::from(Failure::invalid_request(findings));
    let named = status.get_details_bad_request().unwrap().field_violations.len();
    let left_out: usize = status
        .get_details_error_info()
        .unwrap()
        .metadata
        .get("violations_left_out")
        .unwrap()
        .parse()
        .unwrap();
    assert!(named > 90, "{named}");
    assert_eq!(named + left_out, 500);
}
