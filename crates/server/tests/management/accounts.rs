//! `AccountService`.

use tamis_api::v1;
use tamis_api::well_known::FieldMask;
use tonic::Code;

use crate::harness::{Service, account, assert_refused, instant, refusal, workflow};

fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(ToString::to_string).collect() })
}

fn named(account_id: &str) -> v1::GetAccountRequest {
    v1::GetAccountRequest { account_id: account_id.to_owned() }
}

fn agent(id: &str) -> v1::Agent {
    v1::Agent { id: id.to_owned(), first_name: id.to_uppercase(), ..v1::Agent::default() }
}

fn vocabulary(ids: &[&str]) -> Option<v1::Vocabulary> {
    let term = |id: &&str| v1::Term { id: id.to_string(), display_name: String::new() };
    Some(v1::Vocabulary { terms: ids.iter().map(term).collect() })
}

#[tokio::test]
async fn an_account_is_made_read_and_removed() {
    let mut service = Service::start().await;
    let made = service.account("acme").await;
    assert_eq!((made.revision, made.locale.as_str()), (1, "fr-FR"));
    assert!(!made.etag.is_empty() && made.create_time.is_some() && made.create_time == made.update_time);
    let read = service.accounts.get_account(named("acme")).await.unwrap().into_inner();
    assert_eq!(read.account, Some(made.clone()));

    let again = v1::CreateAccountRequest { account: Some(account("acme")) };
    assert_refused(
        service.accounts.create_account(again).await,
        Code::AlreadyExists,
        "ACCOUNT_ALREADY_EXISTS",
        &[],
    );

    let delete =
        |etag: &str| v1::DeleteAccountRequest { account_id: "acme".to_owned(), etag: etag.to_owned() };
    assert_refused(
        service.accounts.delete_account(delete("other")).await,
        Code::Aborted,
        "ETAG_MISMATCH",
        &[],
    );
    service.accounts.delete_account(delete(&made.etag)).await.unwrap();
    for _ in 0..2 {
        let gone = service.accounts.get_account(named("acme")).await;
        assert_refused(gone, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    }
    let gone = service.accounts.delete_account(delete("")).await;
    assert_refused(gone, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    service.stop().await;
}

#[tokio::test]
async fn an_account_made_anew_goes_on_counting_and_has_none_of_the_old_workflows() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail", "chat"]).await;
    let delete = v1::DeleteAccountRequest { account_id: "acme".to_owned(), etag: String::new() };
    service.accounts.delete_account(delete).await.unwrap();
    assert_eq!(service.account("acme").await.revision, 5);
    assert_eq!(service.order("acme").await, (vec![], 5));
    let made = service.create("acme", workflow("mail", "mail")).await.unwrap();
    assert_eq!((made.revision, made.workflow.unwrap().version), (6, 6));
    service.stop().await;
}

#[tokio::test]
async fn all_that_is_wrong_with_an_account_is_told_at_once_and_nothing_is_stored() {
    let mut service = Service::start().await;
    let wrong = v1::Account {
        time_zone: "Europe/Nowhere".to_owned(),
        locale: "??".to_owned(),
        directory: Some(v1::Directory {
            agents: vec![agent("anna"), agent("anna")],
            ..v1::Directory::default()
        }),
        ..account("acme")
    };
    assert_refused(
        service.accounts.create_account(v1::CreateAccountRequest { account: Some(wrong) }).await,
        Code::InvalidArgument,
        "INVALID_DEFINITION",
        &["account.time_zone", "account.locale", "account.directory.agents[1].id"],
    );
    assert_refused(
        service.accounts.create_account(v1::CreateAccountRequest { account: None }).await,
        Code::InvalidArgument,
        "INVALID_REQUEST",
        &["account"],
    );
    for id in ["", "white space", "é", &"x".repeat(129)] {
        assert_refused(
            service.accounts.create_account(v1::CreateAccountRequest { account: Some(account(id)) }).await,
            Code::InvalidArgument,
            "INVALID_DEFINITION",
            &["account.account_id"],
        );
    }
    let list = service.accounts.list_accounts(v1::ListAccountsRequest::default()).await.unwrap().into_inner();
    assert_eq!(list.accounts, vec![]);
    assert_eq!(service.account(&"x".repeat(128)).await.revision, 1);
    service.stop().await;
}

#[tokio::test]
async fn an_update_changes_what_its_mask_names() {
    let mut service = Service::start().await;
    let made = service.account("acme").await;
    let directory = v1::Directory {
        agents: vec![agent("anna")],
        tags: vocabulary(&["seen"]),
        ..v1::Directory::default()
    };
    let sent = v1::Account {
        account_id: "acme".to_owned(),
        display_name: "Other".to_owned(),
        locale: "pl-PL".to_owned(),
        directory: Some(directory.clone()),
        ..v1::Account::default()
    };
    let update =
        |account: v1::Account, update_mask| v1::UpdateAccountRequest { account: Some(account), update_mask };
    let updated =
        service.accounts.update_account(update(sent.clone(), mask(&["directory.agents", "locale"])));
    let updated = updated.await.unwrap().into_inner().account.unwrap();
    let stored = updated.directory.clone().unwrap();
    assert_eq!((stored.agents, stored.tags), (vec![agent("anna")], None));
    assert_eq!((updated.locale.as_str(), updated.display_name.as_str()), ("pl-PL", "A shop"));
    assert_eq!(updated.revision, 2);
    assert_ne!(updated.etag, made.etag);

    // A workflow is no part of the account's own record.
    service.create("acme", workflow("mail", "mail")).await.unwrap();
    let read = service.accounts.get_account(named("acme")).await.unwrap().into_inner().account.unwrap();
    assert_eq!((read.revision, &read.etag, read.update_time), (3, &updated.etag, updated.update_time));

    // The same again is no write.
    let same = service.accounts.update_account(update(sent.clone(), mask(&["locale"]))).await.unwrap();
    assert_eq!(same.into_inner().account.unwrap(), read);

    let stale = v1::Account { etag: made.etag, ..sent.clone() };
    let refused = service.accounts.update_account(update(stale, mask(&["locale"]))).await;
    assert_refused(refused, Code::Aborted, "ETAG_MISMATCH", &[]);

    let paths = ["directory.robots", "locale", "etag", "directory.agents[0]", "*"];
    let refused = service.accounts.update_account(update(sent.clone(), mask(&paths))).await;
    let expected = [0, 2, 3, 4].map(|index| format!("update_mask.paths[{index}]"));
    assert_refused(
        refused,
        Code::InvalidArgument,
        "INVALID_REQUEST",
        &expected.each_ref().map(String::as_str),
    );

    // Without a mask all is replaced, and a time zone is missing.
    let refused = service.accounts.update_account(update(sent.clone(), None)).await;
    assert_refused(refused, Code::InvalidArgument, "INVALID_DEFINITION", &["account.time_zone"]);
    let whole = v1::Account { time_zone: "Europe/Paris".to_owned(), ..sent };
    let replaced = service.accounts.update_account(update(whole, mask(&["*"]))).await.unwrap().into_inner();
    let replaced = replaced.account.unwrap();
    assert_eq!((replaced.time_zone.as_str(), replaced.revision), ("Europe/Paris", 4));
    assert_eq!(replaced.directory, Some(directory));
    service.stop().await;
}

#[tokio::test]
async fn an_update_that_breaks_a_workflow_is_refused_with_its_path() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let example = v1::Example {
        expectation: v1::Expectation::NoMatch.into(),
        ticket: Some(v1::Ticket { id: "T".to_owned(), ..v1::Ticket::default() }),
        change: Some(v1::Change { updated: Some(v1::Updated {}), ..v1::Change::default() }),
        // A Monday at 23:30 in Warsaw, and a Tuesday at 06:30 in Tokyo.
        now: Some(instant("2026-06-01T21:30:00Z")),
        ..v1::Example::default()
    };
    let tuesdays = v1::Condition {
        negated: false,
        test: Some(v1::condition::Test::DayOfWeek(v1::DayOfWeekTest {
            days: vec![v1::DayOfWeek::Tuesday.into()],
        })),
    };
    let tuesday =
        v1::Workflow { all: vec![tuesdays], examples: vec![example], ..workflow("tuesday", "mail") };
    service.create("acme", tuesday).await.unwrap();
    let update = v1::UpdateAccountRequest {
        account: Some(v1::Account { time_zone: "Asia/Tokyo".to_owned(), ..account("acme") }),
        update_mask: mask(&["time_zone"]),
    };
    let (code, reason, fields) = refusal(&service.accounts.update_account(update).await.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID_DEFINITION"));
    assert_eq!(fields.len(), 1);
    assert!(fields[0].starts_with("workflows[\"tuesday\"].examples[0]"), "{fields:?}");
    assert_eq!(service.revision("acme").await, 2);
    service.stop().await;
}

#[tokio::test]
async fn all_about_an_account_is_told_and_nothing_is_stored() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail", "chat"]).await;
    let validate = |account: v1::Account, update_mask| v1::ValidateAccountRequest {
        account: Some(account),
        update_mask,
    };
    let severity =
        |finding: &v1::Diagnostic| (finding.code.clone(), finding.field.clone(), finding.severity());
    let (error, warning) = (v1::Severity::Error, v1::Severity::Warning);
    let wrong = v1::Account {
        time_zone: "Europe/Nowhere".to_owned(),
        directory: Some(v1::Directory {
            agents: vec![agent("anna"), agent("anna")],
            ..v1::Directory::default()
        }),
        ..account("acme")
    };
    let lists = v1::Directory {
        sources: vocabulary(&["mail"]),
        tags: vocabulary(&["seen"]),
        ..v1::Directory::default()
    };
    let states_lists = v1::Account { directory: Some(lists), ..account("acme") };
    let unknown_source = ("id_unknown", "workflows[\"chat\"].all[0].source.ids[0]", warning);
    /// The code, the field and the severity of what is found.
    type Found = (&'static str, &'static str, v1::Severity);
    let cases: [(v1::Account, _, &[Found]); 7] = [
        (account("acme"), None, &[]),
        // An account that there is not is one to be made.
        (account("new"), None, &[]),
        (account(""), None, &[("id_required", "account.account_id", error)]),
        (
            wrong.clone(),
            None,
            &[
                ("time_zone_unknown", "account.time_zone", error),
                ("id_duplicate", "account.directory.agents[1].id", error),
            ],
        ),
        // What a mask leaves as it is has nothing wrong with it.
        (wrong.clone(), mask(&["time_zone"]), &[("time_zone_unknown", "account.time_zone", error)]),
        (states_lists.clone(), mask(&["directory.sources"]), &[unknown_source]),
        (states_lists, mask(&["display_name"]), &[]),
    ];
    for (account, update_mask, wanted) in cases {
        let told = service.accounts.validate_account(validate(account.clone(), update_mask)).await.unwrap();
        let told: Vec<_> = told.into_inner().diagnostics.iter().map(severity).collect();
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(code, field, severity)| (code.to_string(), field.to_string(), *severity))
            .collect();
        assert_eq!(told, wanted, "{account:?}");
    }
    assert_eq!(service.revision("acme").await, 3);

    let missing = service.accounts.validate_account(validate(account("new"), mask(&["locale"]))).await;
    assert_refused(missing, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let nothing = v1::ValidateAccountRequest { account: None, update_mask: mask(&["etag"]) };
    assert_refused(
        service.accounts.validate_account(nothing).await,
        Code::InvalidArgument,
        "INVALID_REQUEST",
        &["account", "update_mask.paths[0]"],
    );
    service.stop().await;
}

#[tokio::test]
async fn accounts_are_listed_by_id_without_their_directories() {
    let mut service = Service::start().await;
    for id in ["b", "a", "d", "c"] {
        let directory = Some(v1::Directory { agents: vec![agent("anna")], ..v1::Directory::default() });
        let account = Some(v1::Account { directory, ..account(id) });
        service.accounts.create_account(v1::CreateAccountRequest { account }).await.unwrap();
    }
    let mut ids = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListAccountsRequest { page_size: 3, page_token };
        let page = service.accounts.list_accounts(request).await.unwrap().into_inner();
        assert!(page.accounts.iter().all(|account| account.directory.is_none() && !account.etag.is_empty()));
        ids.extend(page.accounts.into_iter().map(|account| account.account_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
        // An account that goes takes nothing with it, and one that comes behind is seen.
        let delete = v1::DeleteAccountRequest { account_id: "c".to_owned(), etag: String::new() };
        service.accounts.delete_account(delete).await.unwrap();
        service.account("e").await;
    }
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
    let refused = v1::ListAccountsRequest { page_size: -1, page_token: "nonsense".to_owned() };
    assert_refused(
        service.accounts.list_accounts(refused).await,
        Code::InvalidArgument,
        "INVALID_REQUEST",
        &["page_size", "page_token"],
    );
    service.stop().await;
}

#[tokio::test]
async fn accounts_are_isolated_from_each_other() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail", "chat"]).await;
    service.account_with("other", &["mail"]).await;
    let changed = v1::Workflow { stop: true, ..workflow("mail", "phone") };
    let update = v1::UpdateWorkflowRequest {
        account_id: "other".to_owned(),
        workflow: Some(changed),
        update_mask: None,
    };
    service.workflows.update_workflow(update).await.unwrap();
    let delete = v1::DeleteWorkflowRequest {
        account_id: "other".to_owned(),
        workflow_id: "chat".to_owned(),
        etag: String::new(),
    };
    assert_refused(
        service.workflows.delete_workflow(delete).await,
        Code::NotFound,
        "WORKFLOW_NOT_FOUND",
        &[],
    );
    assert_eq!(service.revision("acme").await, 3);
    assert_eq!(service.matches("acme", "mail").await, ["mail"]);
    assert_eq!(service.matches("acme", "phone").await, Vec::<String>::new());
    assert_eq!(service.matches("other", "phone").await, ["mail"]);
    let delete = v1::DeleteAccountRequest { account_id: "other".to_owned(), etag: String::new() };
    service.accounts.delete_account(delete).await.unwrap();
    assert_eq!(service.order("acme").await.0, ["mail", "chat"]);
    assert_eq!(service.matches("acme", "mail").await, ["mail"]);
    service.stop().await;
}
