//! The history: what was changed, and the way back.

use tamis_api::v1;
use tamis_api::well_known::FieldMask;

use crate::browser::Browser;
use crate::desk::Desk;

async fn workflow(desk: &Desk, id: &str) -> Option<v1::Workflow> {
    let request = v1::GetWorkflowRequest { account_id: "demo".to_owned(), workflow_id: id.to_owned() };
    desk.workflows.clone().get_workflow(request).await.ok()?.into_inner().workflow
}

async fn rename(desk: &Desk, id: &str, name: &str) {
    let workflow =
        v1::Workflow { workflow_id: id.to_owned(), display_name: name.to_owned(), ..v1::Workflow::default() };
    let request = v1::UpdateWorkflowRequest {
        account_id: "demo".to_owned(),
        workflow: Some(workflow),
        update_mask: Some(FieldMask { paths: vec!["display_name".to_owned()] }),
    };
    desk.workflows.clone().update_workflow(request).await.unwrap();
}

async fn delete(desk: &Desk, id: &str) {
    let request = v1::DeleteWorkflowRequest {
        account_id: "demo".to_owned(),
        workflow_id: id.to_owned(),
        etag: String::new(),
    };
    desk.workflows.clone().delete_workflow(request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_is_told_and_undone_and_a_deleted_workflow_comes_back() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    let before = workflow(&desk, "refund_request").await.unwrap();
    rename(&desk, "refund_request", "Remboursé <i>").await;
    delete(&desk, "remind_unanswered_24h").await;
    rename(&desk, "refund_request", "Encore").await;

    browser.go("/accounts/demo/history").await;
    browser.sees("h1", "Historique").await;
    assert_eq!(browser.count(".entries li").await, 4);
    browser.look("history").await;
    browser.go("/accounts/demo/history?workflow=refund_request").await;
    assert_eq!(browser.count(".entries li").await, 3);
    browser.sees("main", "Seulement ce qui a modifié le workflow").await;

    browser.go("/accounts/demo/history/2").await;
    browser.sees(".changes .goes", &before.display_name).await;
    browser.sees(".changes .comes", "Remboursé <i>").await;
    browser.look("revision").await;
    browser.press("button", "Annuler\u{202f}: rétablir la version d’avant").await;
    browser.sees("main", "Le workflow est rétabli.").await;
    let restored = workflow(&desk, "refund_request").await.unwrap();
    assert_eq!(restored.display_name, before.display_name);
    assert_eq!((&restored.all, &restored.actions), (&before.all, &before.actions));

    assert!(workflow(&desk, "remind_unanswered_24h").await.is_none());
    browser.go("/accounts/demo/history/3").await;
    browser.sees("h2", "supprimé").await;
    browser.press("button", "Rétablir le workflow").await;
    browser.sees("main", "Le workflow est rétabli.").await;
    assert!(workflow(&desk, "remind_unanswered_24h").await.is_some());
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_is_restored_once_it_was_told_what_that_does() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    delete(&desk, "remind_unanswered_24h").await;
    rename(&desk, "refund_request", "Other").await;
    let account = v1::Account {
        account_id: "demo".to_owned(),
        display_name: "Renamed".to_owned(),
        ..v1::Account::default()
    };
    let request = v1::UpdateAccountRequest {
        account: Some(account),
        update_mask: Some(FieldMask { paths: vec!["display_name".to_owned()] }),
    };
    desk.accounts.clone().update_account(request).await.unwrap();
    browser.go("/accounts/demo/history").await;
    browser.press(".entries a strong", "Demonstration set up").await;
    browser.sees("h2", "added").await;
    browser.press("a", "Restore this state…").await;
    browser.sees("main", "One workflow that was deleted since comes back.").await;
    browser.sees("main", "One workflow is changed back.").await;
    browser.sees(".changes .goes", "Renamed").await;
    browser.look("restore").await;
    // Somebody writes while the question stands: what was told is no longer what would be done.
    rename(&desk, "refund_request", "Another").await;
    browser.press("button", "Restore this state").await;
    browser.sees("[role=alert]", "Somebody else has changed this").await;
    browser.no_errors(&["409"]).await;
    browser.go("/accounts/demo/history/1/restore").await;
    browser.press("button", "Restore this state").await;
    browser.sees("#done", "The state is restored").await;
    browser.sees(".entries", "Earlier state restored").await;
    assert!(workflow(&desk, "remind_unanswered_24h").await.is_some());
    assert_ne!(workflow(&desk, "refund_request").await.unwrap().display_name, "Another");
    browser.close().await;
    desk.stop().await;
}
