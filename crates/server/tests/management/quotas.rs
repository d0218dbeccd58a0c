//! What one account may take.

use std::num::NonZeroU32;
use std::time::Duration;

use tamis_api::v1;
use tamis_server::{Config, Location, Quotas};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::harness::{Service, config, evaluate, subject, workflow};

async fn service(quotas: Quotas) -> Service {
    Service::start_with(Config { quotas, ..config(Location::Memory) }).await
}

/// The code and the bound that a refusal names.
fn bound(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "LIMIT_EXCEEDED");
    (status.code(), info.metadata["limit"].clone())
}

fn with_phrases(workflow_id: &str, phrases: &[&str]) -> v1::Workflow {
    v1::Workflow { all: vec![subject(phrases)], ..workflow(workflow_id, "mail") }
}

#[tokio::test]
async fn an_account_that_would_have_too_much_stays_as_it_was() {
    let cases = [
        (Quotas { workflows_max: 2, ..Quotas::default() }, "workflows_per_account"),
        (Quotas { phrases_max: Some(3), ..Quotas::default() }, "phrases_per_account"),
        (Quotas { index_bytes_max: Some(1), ..Quotas::default() }, "index_bytes_per_account"),
    ];
    for (quotas, limit) in cases {
        let mut service = service(quotas).await;
        // An account without workflows has an index too.
        if quotas.index_bytes_max.is_some() {
            let request = v1::CreateAccountRequest { account: Some(crate::harness::account("acme")) };
            let refused = service.accounts.create_account(request).await.unwrap_err();
            assert_eq!(bound(&refused), (Code::FailedPrecondition, limit.to_owned()));
            continue;
        }
        service.account("acme").await;
        service.create("acme", with_phrases("one", &["refund", "return"])).await.unwrap();
        service.create("acme", with_phrases("two", &["refund", "invoice"])).await.unwrap();
        let (before, revision) = service.order("acme").await;
        let refused = service.create("acme", with_phrases("three", &["parcel"])).await.unwrap_err();
        assert_eq!(bound(&refused), (Code::FailedPrecondition, limit.to_owned()));
        assert_eq!(service.order("acme").await, (before, revision), "{limit}");

        let request = v1::DeleteWorkflowRequest {
            account_id: "acme".to_owned(),
            workflow_id: "two".to_owned(),
            ..Default::default()
        };
        service.workflows.delete_workflow(request).await.unwrap();
        service.create("acme", with_phrases("three", &["parcel"])).await.unwrap();
        // What others have does not count.
        service.account("shop").await;
        service.create("shop", with_phrases("one", &["refund"])).await.unwrap();
    }
}

#[tokio::test]
async fn an_account_that_is_asked_too_often_waits_alone() {
    // Two at once, and then one every half second: fifty at once are too many on any machine.
    let quotas = Quotas { decisions_per_s: NonZeroU32::new(2), ..Quotas::default() };
    let mut service = service(quotas).await;
    for account in ["noisy", "quiet"] {
        service.account_with(account, &["mail"]).await;
    }
    let asked = v1::EvaluateBatchRequest { requests: vec![evaluate("noisy", "mail", 0); 50] };
    let answers = service.decisions.evaluate_batch(asked).await.unwrap().into_inner().results;
    let refused = |result: &v1::EvaluateResult| {
        matches!(&result.result, Some(v1::evaluate_result::Result::Error(error))
            if error.code == Code::ResourceExhausted as i32 && error.reason() == v1::ErrorReason::LimitExceeded)
    };
    let refused_count = answers.iter().filter(|result| refused(result)).count();
    assert!(refused_count >= 40, "{refused_count} of 50 are refused");

    let refused = loop {
        match service.decisions.evaluate(evaluate("noisy", "mail", 0)).await {
            Ok(_) => {}
            Err(refused) => break refused,
        }
    };
    assert_eq!(bound(&refused), (Code::ResourceExhausted, "decisions_per_s".to_owned()));
    let retry_after = refused.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(retry_after > Duration::ZERO && retry_after <= Duration::from_millis(500), "{retry_after:?}");
    assert_eq!(service.matches("quiet", "mail").await, ["mail"]);
}
