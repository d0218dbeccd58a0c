//! Who may roll back what.

use tamis_api::v1;
use tonic::Code;

use super::{Secured, accounts, workflows};
use crate::harness::{account, assert_refused, workflow};

#[tokio::test]
async fn an_editor_rolls_workflows_back_and_an_administrator_the_account() {
    let secured = Secured::start().await;
    secured.account("acme").await; // 1
    let (_, edit) = secured.key(v1::Role::Edit, &["acme"]).await;
    let (_, admin) = secured.key(v1::Role::Admin, &["acme"]).await;
    let (edit, admin) = (secured.caller(Some(&edit)), secured.caller(Some(&admin)));
    let back = |to_revision| v1::RollbackWorkflowsRequest {
        account_id: "acme".to_owned(),
        to_revision,
        ..v1::RollbackWorkflowsRequest::default()
    };
    let create =
        v1::CreateWorkflowRequest { account_id: "acme".to_owned(), workflow: Some(workflow("v", "mail")) };
    workflows(edit.clone()).create_workflow(create).await.unwrap(); // 2
    workflows(edit.clone()).rollback_workflows(back(1)).await.unwrap(); // 3

    let renamed = v1::Account { display_name: "Other".to_owned(), ..account("acme") };
    let update = v1::UpdateAccountRequest { account: Some(renamed), update_mask: None };
    accounts(admin.clone()).update_account(update).await.unwrap(); // 4
    let refused = workflows(edit.clone()).rollback_workflows(back(2)).await;
    assert_refused(refused, Code::PermissionDenied, "PERMISSION_DENIED", &[]);
    workflows(admin.clone()).rollback_workflows(back(2)).await.unwrap(); // 5

    let delete = v1::DeleteAccountRequest { account_id: "acme".to_owned(), etag: String::new() };
    accounts(admin.clone()).delete_account(delete).await.unwrap(); // 6
    let refused = workflows(edit).rollback_workflows(back(5)).await;
    assert_refused(refused, Code::PermissionDenied, "PERMISSION_DENIED", &[]);
    let answer = workflows(admin).rollback_workflows(back(5)).await.unwrap().into_inner();
    assert_eq!((answer.revision, answer.created), (7, 2));
    secured.stop().await;
}
