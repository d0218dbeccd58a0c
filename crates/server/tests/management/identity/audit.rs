//! What was written, by whom.

use tamis_api::v1;
use tonic::Code;

use crate::harness::{Service, account, assert_refused, workflow};
use tamis_api::v1::audit_service_client::AuditServiceClient;

#[tokio::test]
async fn every_write_is_told_newest_first_and_stays_when_its_account_goes() {
    let mut service = Service::start().await;
    let mut audits = AuditServiceClient::new(service.channel.clone());
    service.account_with("acme", &["mail", "chat"]).await;
    let import = v1::ImportWorkflowsRequest {
        account_id: "acme".to_owned(),
        account: Some(v1::Account { display_name: "Other".to_owned(), ..account("acme") }),
        workflows: vec![workflow("new", "mail"), workflow("mail", "chat")],
        ..v1::ImportWorkflowsRequest::default()
    };
    service.workflows.import_workflows(tokio_stream::iter([import])).await.unwrap();
    let delete = v1::DeleteAccountRequest { account_id: "acme".to_owned(), etag: String::new() };
    service.accounts.delete_account(delete).await.unwrap();

    let (mut told, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListRevisionsRequest {
            account_id: "acme".to_owned(),
            page_size: 2,
            page_token,
            ..v1::ListRevisionsRequest::default()
        };
        let page = audits.list_revisions(request).await.unwrap().into_inner();
        assert!(page.revisions.len() <= 2);
        told.extend(page.revisions);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let seen: Vec<_> = told
        .iter()
        .map(|told| {
            let account = (told.account_put, told.account_deleted);
            (told.revision, told.operation.as_str(), account, told.put_ids.clone(), told.deleted_ids.clone())
        })
        .collect();
    assert_eq!(
        seen,
        [
            (5, "DeleteAccount", (false, true), ids(&[]), ids(&[])),
            (4, "ImportWorkflows", (true, false), ids(&["mail", "new"]), ids(&["chat"])),
            (3, "CreateWorkflow", (false, false), ids(&["chat"]), ids(&[])),
            (2, "CreateWorkflow", (false, false), ids(&["mail"]), ids(&[])),
            (1, "CreateAccount", (true, false), ids(&[]), ids(&[])),
        ]
    );
    assert!(told.iter().all(|told| told.actor == "unknown" && told.time.is_some() && told.ids_left_out == 0));

    let mut request = v1::ListRevisionsRequest {
        account_id: "acme".to_owned(),
        page_size: 2,
        before_revision: 4,
        ..v1::ListRevisionsRequest::default()
    };
    let page = audits.list_revisions(request.clone()).await.unwrap().into_inner();
    assert_eq!(page.revisions, told[2..4]);
    request.page_token = page.next_page_token;
    let rest = audits.list_revisions(request.clone()).await.unwrap().into_inner();
    assert_eq!((&rest.revisions[..], &*rest.next_page_token), (&told[4..], ""));
    // A page goes on as it began.
    request.before_revision = 3;
    let refused = audits.list_revisions(request.clone()).await;
    assert_refused(refused, Code::InvalidArgument, "INVALID_REQUEST", &["page_token"]);
    let first = v1::ListRevisionsRequest { before_revision: 1, page_token: String::new(), ..request };
    assert_eq!(audits.list_revisions(first).await.unwrap().into_inner().revisions, []);

    let never =
        v1::ListRevisionsRequest { account_id: "never".to_owned(), ..v1::ListRevisionsRequest::default() };
    assert_refused(audits.list_revisions(never).await, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let none = v1::ListRevisionsRequest::default();
    let told = audits.list_revisions(none).await;
    assert_refused(told, Code::InvalidArgument, "INVALID_REQUEST", &["account_id"]);
    service.stop().await;
}
