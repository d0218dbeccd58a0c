//! Keys from their making to their end.

use tamis_api::v1;
use tamis_api::well_known::Timestamp;
use tamis_server::Location;
use tonic::{Code, Request};

use super::{ADMIN_KEY, Secured, accounts, audits, decisions, keys, workflows};
use crate::harness::{Service, account, assert_refused, config, evaluate, told_codes, workflow};

fn key(role: v1::Role, accounts: &[&str]) -> v1::Key {
    v1::Key {
        role: role.into(),
        account_ids: accounts.iter().map(ToString::to_string).collect(),
        ..v1::Key::default()
    }
}

#[tokio::test]
async fn a_key_is_good_from_its_making_to_its_end_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = Location::File(folder.path().join("tamis.db"));
    let secured = Secured::start_with(config(store.clone())).await;
    secured.account("shop").await;
    let (key_id, text) = secured.key(v1::Role::Evaluate, &["shop"]).await;
    let asked = || evaluate("shop", "mail", 0);
    decisions(secured.caller(Some(&text))).evaluate(asked()).await.unwrap();
    secured.stop().await;

    let bytes = std::fs::read(folder.path().join("tamis.db")).unwrap();
    let secret = text.rsplit_once('_').unwrap().1.as_bytes();
    assert!(!bytes.windows(secret.len()).any(|window| window == secret), "the store has the key itself");

    let secured = Secured::start_with(config(store)).await;
    let mut caller = decisions(secured.caller(Some(&text)));
    caller.evaluate(asked()).await.unwrap();
    let listed = keys(secured.admin()).list_keys(v1::ListKeysRequest::default()).await.unwrap().into_inner();
    let [listed] = listed.keys.try_into().unwrap();
    assert_eq!((&listed.key_id, listed.creator.as_str()), (&key_id, "key:admin-key-file"));
    assert!(listed.last_used_time.is_some() && listed.create_time.is_some());

    // A stream that is open meanwhile ends too, at its next change.
    let (sender, changes) = tokio::sync::mpsc::channel(1);
    let changes = tokio_stream::wrappers::ReceiverStream::new(changes);
    let message = || v1::EvaluateStreamRequest { request: Some(asked()) };
    sender.send(message()).await.unwrap();
    let mut answers = caller.evaluate_stream(changes).await.unwrap().into_inner();
    answers.message().await.unwrap().unwrap();
    keys(secured.admin()).revoke_key(v1::RevokeKeyRequest { key_id: key_id.clone() }).await.unwrap();
    sender.send(message()).await.unwrap();
    assert_refused(answers.message().await, Code::Unauthenticated, "UNAUTHENTICATED", &[]);
    assert_refused(caller.evaluate(asked()).await, Code::Unauthenticated, "UNAUTHENTICATED", &[]);
    let again = keys(secured.admin()).revoke_key(v1::RevokeKeyRequest { key_id }).await;
    assert_refused(again, Code::NotFound, "KEY_NOT_FOUND", &[]);
    secured.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_told_at_once() {
    let secured = Secured::start().await;
    let past = Some(Timestamp { seconds: 1, nanos: 0 });
    for (key, wanted) in [
        (
            v1::Key::default(),
            &[("key.role", "key_role_required"), ("key.account_ids", "key_accounts_required")][..],
        ),
        (key(v1::Role::Edit, &[]), &[("key.account_ids", "key_accounts_required")]),
        (
            v1::Key { all_accounts: true, ..key(v1::Role::Edit, &["a"]) },
            &[("key.account_ids", "key_accounts_conflict")],
        ),
        (
            key(v1::Role::Edit, &["a", "b/c", ""]),
            &[("key.account_ids[1]", "id_malformed"), ("key.account_ids[2]", "id_required")],
        ),
        (v1::Key { expire_time: past, ..key(v1::Role::Edit, &["a"]) }, &[("key.expire_time", "key_expired")]),
        (
            v1::Key { display_name: "n".repeat(201), ..key(v1::Role::Edit, &["a"]) },
            &[("key.display_name", "too_long")],
        ),
        (key(v1::Role::Edit, &["a"; 1_001]), &[("key.account_ids", "too_many")]),
    ] {
        let made = keys(secured.admin()).create_key(v1::CreateKeyRequest { key: Some(key) }).await;
        let told = told_codes(&made.unwrap_err());
        let told: Vec<_> = told.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
        assert_eq!(told, wanted);
    }
    let made = keys(secured.admin()).create_key(v1::CreateKeyRequest { key: None }).await;
    assert_refused(made, Code::InvalidArgument, "INVALID_REQUEST", &["key"]);
    secured.stop().await;
}

#[tokio::test]
async fn nobody_gives_away_what_they_do_not_have() {
    let secured = Secured::start().await;
    let (_, text) = secured.key(v1::Role::Admin, &["shop"]).await;
    let mut admin = keys(secured.caller(Some(&text)));
    for (key, allowed) in [
        (key(v1::Role::Admin, &["shop"]), true),
        (key(v1::Role::Evaluate, &["shop", "other"]), false),
        (v1::Key { all_accounts: true, ..key(v1::Role::Evaluate, &[]) }, false),
    ] {
        let made = admin.create_key(v1::CreateKeyRequest { key: Some(key.clone()) }).await;
        match (made, allowed) {
            (Ok(_), true) => {}
            (made, _) => assert_refused(made, Code::PermissionDenied, "PERMISSION_DENIED", &[]),
        }
    }
    let revisions = v1::ListRevisionsRequest {
        account_id: "tamis/keys".to_owned(),
        ..v1::ListRevisionsRequest::default()
    };
    let told = audits(secured.caller(Some(&text))).list_revisions(revisions.clone()).await;
    assert_refused(told, Code::PermissionDenied, "PERMISSION_DENIED", &[]);
    let told = audits(secured.admin()).list_revisions(revisions).await.unwrap().into_inner().revisions;
    let told: Vec<_> = told.iter().map(|told| (told.revision, told.operation.as_str())).collect();
    assert_eq!(told, [(2, "CreateKey"), (1, "CreateKey")]);
    secured.stop().await;
}

#[tokio::test]
async fn the_account_of_the_keys_is_nobodys() {
    // Without authentication too.
    let mut service = Service::start().await;
    let reserved = || "tamis/keys".to_owned();
    let made =
        service.accounts.create_account(v1::CreateAccountRequest { account: Some(account("tamis/keys")) });
    assert_refused(made.await, Code::InvalidArgument, "INVALID_DEFINITION", &["account.account_id"]);
    let secured = Secured::start().await;
    secured.key(v1::Role::Admin, &["shop"]).await;
    let get = v1::GetAccountRequest { account_id: reserved() };
    let got = accounts(secured.admin()).get_account(get).await;
    assert_refused(got, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let create = v1::CreateWorkflowRequest { account_id: reserved(), workflow: Some(workflow("w", "mail")) };
    let created = workflows(secured.admin()).create_workflow(create).await;
    assert_refused(created, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let delete = v1::DeleteAccountRequest { account_id: reserved(), etag: String::new() };
    let deleted = accounts(secured.admin()).delete_account(delete).await;
    assert_refused(deleted, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let listed = accounts(secured.admin()).list_accounts(v1::ListAccountsRequest::default()).await;
    assert_eq!(listed.unwrap().into_inner().accounts, []);
    secured.stop().await;
    service.stop().await;
}

#[tokio::test]
async fn the_settings_of_an_account_are_for_administrators_however_they_are_written() {
    let secured = Secured::start().await;
    secured.account("shop").await;
    let (_, text) = secured.key(v1::Role::Edit, &["shop"]).await;
    let import = |with_account: bool| {
        let request = v1::ImportWorkflowsRequest {
            account_id: "shop".to_owned(),
            account: with_account.then(|| account("shop")),
            workflows: vec![workflow("w", "chat")],
            ..v1::ImportWorkflowsRequest::default()
        };
        let mut workflows = workflows(secured.caller(Some(&text)));
        async move { workflows.import_workflows(tokio_stream::iter([request])).await }
    };
    assert_refused(import(true).await, Code::PermissionDenied, "PERMISSION_DENIED", &[]);
    assert_eq!(import(false).await.unwrap().into_inner().updated, 1);
    secured.stop().await;
}

#[tokio::test]
async fn lists_hold_what_a_caller_is_bound_to_page_by_page() {
    let secured = Secured::start().await;
    for id in ["a", "b", "c", "d"] {
        secured.account(id).await;
    }
    let (_, text) = secured.key(v1::Role::Admin, &["a", "c", "d", "missing"]).await;
    let mut ids = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListAccountsRequest { page_size: 2, page_token };
        let page = accounts(secured.caller(Some(&text))).list_accounts(request).await.unwrap().into_inner();
        ids.push(page.accounts.into_iter().map(|account| account.account_id).collect::<Vec<_>>());
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(ids, [vec!["a", "c"], vec!["d"]]);

    let mut made = Vec::new();
    for accounts in [&["a"][..], &["b"], &["a", "c"], &["a", "b"], &["d"]] {
        made.push(secured.key(v1::Role::Edit, accounts).await.0);
    }
    made.push(text.split('_').nth(1).unwrap().to_owned());
    let mut wanted: Vec<_> = [0, 2, 4, 5].map(|nth| made[nth].clone()).into();
    wanted.sort();
    let (mut listed, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListKeysRequest { page_size: 1, page_token };
        let page = keys(secured.caller(Some(&text))).list_keys(request).await.unwrap().into_inner();
        assert!(page.keys.len() <= 1);
        listed.extend(page.keys.into_iter().map(|key| key.key_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, wanted);
    secured.stop().await;
}

#[tokio::test]
async fn revisions_name_who_was_verified_whatever_a_caller_says() {
    let secured = Secured::start().await;
    secured.account("shop").await;
    let (key_id, text) = secured.key(v1::Role::Edit, &["shop"]).await;
    for said in [None, Some("key:admin-key-file")] {
        let id = format!("w-{}", said.is_some());
        let mut request = Request::new(v1::CreateWorkflowRequest {
            account_id: "shop".to_owned(),
            workflow: Some(workflow(&id, "mail")),
        });
        if let Some(said) = said {
            request.metadata_mut().insert("tamis-actor", said.parse().unwrap());
        }
        workflows(secured.caller(Some(&text))).create_workflow(request).await.unwrap();
    }
    let request =
        v1::ListRevisionsRequest { account_id: "shop".to_owned(), ..v1::ListRevisionsRequest::default() };
    let told = audits(secured.caller(Some(&text))).list_revisions(request).await.unwrap().into_inner();
    let actors: Vec<_> = told.revisions.into_iter().map(|told| told.actor).collect();
    assert_eq!(
        actors,
        [
            format!("key:{key_id} for key:admin-key-file"),
            format!("key:{key_id}"),
            "key:admin-key-file".to_owned()
        ]
    );
    assert!(!ADMIN_KEY.contains(&key_id));
    secured.stop().await;
}

/// Whoever calls is told what the service knows of them, and no more.
#[tokio::test]
async fn callers_are_told_who_they_are() {
    let desk = Secured::start().await;
    let (key_id, text) = desk.key(v1::Role::Edit, &["shop", "shop2"]).await;
    let caller =
        keys(desk.caller(Some(&text))).get_caller(v1::GetCallerRequest {}).await.unwrap().into_inner();
    let told = v1::GetCallerResponse {
        authenticated: true,
        name: format!("key:{key_id}"),
        role: v1::Role::Edit.into(),
        account_ids: vec!["shop".to_owned(), "shop2".to_owned()],
        ..v1::GetCallerResponse::default()
    };
    assert_eq!(caller, told);
    let admin = keys(desk.admin()).get_caller(v1::GetCallerRequest {}).await.unwrap().into_inner();
    assert_eq!((admin.role(), admin.all_accounts), (v1::Role::Admin, true));
    for nobody in [None, Some("tamis_nobody")] {
        let refused = keys(desk.caller(nobody)).get_caller(v1::GetCallerRequest {}).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated);
    }
    desk.stop().await;
}
