//! Lists, pages, and what an editor offers to start from.

use std::collections::BTreeMap;

use tamis_api::v1;
use tonic::Code;

use crate::harness::{Service, assert_refused, workflow};

fn list(page_size: i32, page_token: &str) -> v1::ListWorkflowsRequest {
    v1::ListWorkflowsRequest {
        account_id: "acme".to_owned(),
        page_size,
        page_token: page_token.to_owned(),
        ..v1::ListWorkflowsRequest::default()
    }
}

fn ids(page: v1::ListWorkflowsResponse) -> Vec<String> {
    page.workflows.into_iter().map(|workflow| workflow.workflow_id).collect()
}

#[tokio::test]
async fn a_list_is_filtered_by_folded_text_and_by_enabled() {
    let mut service = Service::start().await;
    service.account("acme").await;
    for (id, display_name, description, enabled) in [
        ("r-1", "Remboursement demandé", "", true),
        ("r-2", "Refund", "Même chose que REMBOURSÉ", false),
        ("zwrot", "Zażółć gęślą jaźń", "", true),
    ] {
        let workflow = v1::Workflow {
            display_name: display_name.to_owned(),
            description: description.to_owned(),
            enabled: Some(enabled),
            ..workflow(id, "mail")
        };
        service.create("acme", workflow).await.unwrap();
    }
    for (text, enabled, expected) in [
        ("", None, &["r-1", "r-2", "zwrot"][..]),
        ("", Some(true), &["r-1", "zwrot"]),
        ("", Some(false), &["r-2"]),
        ("rembourse", None, &["r-1", "r-2"]),
        ("REMBOURSÉ", Some(false), &["r-2"]),
        ("zazolc", None, &["zwrot"]),
        ("R-", None, &["r-1", "r-2"]),
        ("nothing", None, &[]),
    ] {
        let request = v1::ListWorkflowsRequest { enabled, text: text.to_owned(), ..list(0, "") };
        let page = service.workflows.list_workflows(request).await.unwrap().into_inner();
        assert_eq!((page.total_size as usize, page.revision), (expected.len(), 4), "{text:?} {enabled:?}");
        assert_eq!(page.next_page_token, "");
        assert_eq!(ids(page), expected, "{text:?} {enabled:?}");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_page_token_belongs_to_its_filter() {
    let mut service = Service::start().await;
    service.account_with("acme", &["a", "b", "c"]).await;
    service.account_with("other", &["a", "b", "c"]).await;
    let first = service.workflows.list_workflows(list(2, "")).await.unwrap().into_inner();
    let token = first.next_page_token.clone();
    assert_eq!(ids(first), ["a", "b"]);
    let second = service.workflows.list_workflows(list(2, &token)).await.unwrap().into_inner();
    assert_eq!((second.next_page_token.as_str(), ids(second.clone())), ("", vec!["c".to_owned()]));
    for (request, field) in [
        (v1::ListWorkflowsRequest { enabled: Some(true), ..list(2, &token) }, "page_token"),
        (v1::ListWorkflowsRequest { text: "a".to_owned(), ..list(2, &token) }, "page_token"),
        (v1::ListWorkflowsRequest { account_id: "other".to_owned(), ..list(2, &token) }, "page_token"),
        (list(2, "nonsense"), "page_token"),
        (list(1_001, ""), "page_size"),
        (list(-1, ""), "page_size"),
    ] {
        let refused = service.workflows.list_workflows(request).await;
        assert_refused(refused, Code::InvalidArgument, "INVALID_REQUEST", &[field]);
    }
    service.stop().await;
}

#[tokio::test]
async fn paging_under_writes_gives_every_workflow_that_stays_exactly_once() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let staying: Vec<String> = (0..20).map(|nth| format!("stay-{nth:02}")).collect();
    for (nth, id) in staying.iter().enumerate() {
        service.create("acme", workflow(id, "mail")).await.unwrap();
        service.create("acme", workflow(&format!("go-{nth:02}"), "mail")).await.unwrap();
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut page_token = String::new();
    let mut pages = 0;
    loop {
        let page = service.workflows.list_workflows(list(3, &page_token)).await.unwrap().into_inner();
        page_token.clone_from(&page.next_page_token);
        let last = page.workflows.last().unwrap().workflow_id.clone();
        ids(page).into_iter().for_each(|id| *seen.entry(id).or_default() += 1);
        if page_token.is_empty() {
            break;
        }
        // Before each page something goes (first of all the item at which the page ended, if it may), something comes
        // at the front, and something is changed.
        let going = if last.starts_with("go") { last } else { format!("go-{pages:02}") };
        let delete = v1::DeleteWorkflowRequest {
            account_id: "acme".to_owned(),
            workflow_id: going,
            etag: String::new(),
        };
        // It may have gone before.
        let _ = service.workflows.delete_workflow(delete).await;
        let front = v1::Workflow { position: Some(0), ..workflow(&format!("come-{pages:02}"), "mail") };
        service.create("acme", front).await.unwrap();
        let changed = v1::Workflow { description: "Changed".to_owned(), ..workflow(&staying[pages], "mail") };
        let update = v1::UpdateWorkflowRequest {
            account_id: "acme".to_owned(),
            workflow: Some(changed),
            update_mask: None,
        };
        service.workflows.update_workflow(update).await.unwrap();
        pages += 1;
    }
    assert!(pages > 8, "{pages}");
    for id in &staying {
        assert_eq!(seen.get(id), Some(&1), "{id}");
    }
    assert!(seen.values().all(|count| *count == 1), "{seen:?}");
    service.stop().await;
}

#[tokio::test]
async fn a_page_of_large_workflows_ends_early_and_loses_none() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let body = v1::Body { text: "x".repeat(60_000), ..v1::Body::default() };
    let action =
        v1::Action { kind: Some(v1::action::Kind::SendMessage(v1::SendMessage { body: Some(body) })) };
    for nth in 0..8 {
        let large =
            v1::Workflow { actions: vec![action.clone(); 20], ..workflow(&format!("large-{nth}"), "mail") };
        service.create("acme", large).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut page_token = String::new();
    loop {
        // The client takes 4 MiB.
        let page = service.workflows.list_workflows(list(1_000, &page_token)).await.unwrap().into_inner();
        page_token.clone_from(&page.next_page_token);
        assert_eq!(page.total_size, 8);
        seen.push(ids(page));
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2, 2]);
    assert_eq!(seen.concat(), (0..8).map(|nth| format!("large-{nth}")).collect::<Vec<_>>());
    service.stop().await;
}

#[tokio::test]
async fn templates_and_variables_come_in_three_languages() {
    let mut service = Service::start().await;
    service.account("acme").await;
    let mut names = Vec::new();
    for language in ["", "en", "fr-FR", "pl"] {
        let request = v1::ListTemplatesRequest { language: language.to_owned() };
        let templates = service.workflows.list_templates(request).await.unwrap().into_inner().templates;
        assert!(templates.len() >= 10, "{}", templates.len());
        for template in &templates {
            // What is offered can be saved as it is.
            assert_eq!(template.workflow.as_ref().unwrap().workflow_id, "");
            let validate = v1::ValidateWorkflowRequest {
                account_id: "acme".to_owned(),
                workflow: template.workflow.clone(),
            };
            let told = service.workflows.validate_workflow(validate).await.unwrap().into_inner().diagnostics;
            let errors = told.iter().filter(|finding| finding.severity == i32::from(v1::Severity::Error));
            assert_eq!(errors.count(), 0, "{}: {told:?}", template.template_id);
        }
        names.push(templates.into_iter().map(|template| template.display_name).collect::<Vec<_>>());

        let request = v1::ListVariablesRequest { language: language.to_owned() };
        let variables = service.workflows.list_variables(request).await.unwrap().into_inner().variables;
        assert_eq!(variables.len(), 9);
        assert_eq!(
            (variables[3].name.as_str(), variables[3].placeholder.as_str()),
            ("customer_name", "{{ customer_name }}")
        );
        assert!(
            variables.iter().all(|variable| !variable.description.is_empty() && !variable.example.is_empty())
        );
    }
    assert_eq!(names[0], names[1]);
    assert!(names[1] != names[2] && names[2] != names[3]);
    let unknown =
        service.workflows.list_templates(v1::ListTemplatesRequest { language: "de".to_owned() }).await;
    assert_refused(unknown, Code::InvalidArgument, "INVALID_REQUEST", &["language"]);
    let unknown =
        service.workflows.list_variables(v1::ListVariablesRequest { language: "é".to_owned() }).await;
    assert_refused(unknown, Code::InvalidArgument, "INVALID_REQUEST", &["language"]);
    service.stop().await;
}
