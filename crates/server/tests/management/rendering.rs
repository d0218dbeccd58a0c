//! `RenderTemplate`.

use tamis_api::v1;
use tonic::Code;

use crate::harness::{Service, account, assert_refused, evaluate, instant, workflow};

fn asked(template: &str) -> v1::RenderTemplateRequest {
    v1::RenderTemplateRequest {
        account_id: "acme".to_owned(),
        template: template.to_owned(),
        ..v1::RenderTemplateRequest::default()
    }
}

async fn rendered(service: &mut Service, request: v1::RenderTemplateRequest) -> v1::RenderTemplateResponse {
    service.workflows.render_template(request).await.unwrap().into_inner()
}

/// What the preview says is what a decision sends.
#[tokio::test]
async fn a_template_reads_as_it_does_in_a_decision() {
    let mut service = Service::start().await;
    let agent = v1::Agent { id: "anna".to_owned(), first_name: "Anna".to_owned(), ..v1::Agent::default() };
    let directory = v1::Directory { agents: vec![agent], ..v1::Directory::default() };
    let known = v1::Account { directory: Some(directory), ..account("acme") };
    service.accounts.create_account(v1::CreateAccountRequest { account: Some(known) }).await.unwrap();
    let ticket = v1::Ticket {
        id: "t-1".to_owned(),
        source: Some("mail".to_owned()),
        customer_name: Some("Tom & {{ ticket_id }}\nCo".to_owned()),
        assigned_agent: Some(v1::AssignedAgent { id: "anna".to_owned(), ..v1::AssignedAgent::default() }),
        ..v1::Ticket::default()
    };
    let now = Some(instant("2026-03-09T14:05:00Z"));
    let template = "{{ customer_name }} {{ current_date_time }} {{ assigned_agent_full_name }} \
                    {{ assigned_agent_email | default: \"<nobody>\" }}{{ customer_email }}{{ customer_email }}";
    for (format, one_line) in
        [(v1::TextFormat::Plain, false), (v1::TextFormat::Html, false), (v1::TextFormat::Plain, true)]
    {
        let body = v1::Body { text: template.to_owned(), format: format.into() };
        let email =
            v1::SendEmail { to: "a@mail.example".to_owned(), subject: template.to_owned(), body: Some(body) };
        let kind = Some(v1::action::Kind::SendEmail(email));
        let sends = v1::Workflow { actions: vec![v1::Action { kind }], ..workflow("", "mail") };
        let sends = service.create("acme", sends).await.unwrap().workflow.unwrap();
        let change = v1::EvaluateRequest { ticket: Some(ticket.clone()), now, ..evaluate("acme", "mail", 0) };
        let decided = service.decisions.evaluate(change).await.unwrap().into_inner();
        let found = decided.matches.iter().find(|found| found.workflow_id == sends.workflow_id).unwrap();
        let Some(v1::decided_action::Kind::SendEmail(sent)) = &found.actions[0].kind else { panic!() };
        let request = v1::RenderTemplateRequest {
            format: format.into(),
            one_line,
            ticket: Some(ticket.clone()),
            now,
            ..asked(template)
        };
        let told = rendered(&mut service, request).await;
        assert_eq!(&told.text, if one_line { &sent.subject } else { &sent.text });
        assert_eq!(told.missing_variables, found.actions[0].missing_variables);
        assert_eq!(told.missing_variables, ["assigned_agent_email", "customer_email"]);
        assert!(told.diagnostics.is_empty());
    }
    service.stop().await;
}

#[tokio::test]
async fn without_a_ticket_it_reads_with_the_examples_of_the_variables() {
    let mut service = Service::start().await;
    service.account("acme").await;
    for language in ["", "fr-FR", "pl"] {
        let request = v1::ListVariablesRequest { language: language.to_owned() };
        let variables = service.workflows.list_variables(request).await.unwrap().into_inner().variables;
        for variable in variables {
            let request =
                v1::RenderTemplateRequest { language: language.to_owned(), ..asked(&variable.placeholder) };
            let told = rendered(&mut service, request).await;
            assert!(told.missing_variables.is_empty(), "{variable:?}");
            if variable.name != "current_date_time" {
                assert_eq!(told.text, variable.example);
            }
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_template_is_told_and_what_is_wrong_with_a_request_refused() {
    let mut service = Service::start().await;
    service.account("acme").await;
    for (template, one_line, codes) in [
        ("", false, &["text_required"][..]),
        ("{{ nobody }} {{ ticket_id", false, &["template_variable_unknown", "template_variable_unclosed"]),
        ("a\nb", true, &["line_break"]),
        ("a\nb", false, &[]),
    ] {
        let told = rendered(&mut service, v1::RenderTemplateRequest { one_line, ..asked(template) }).await;
        let found: Vec<&str> = told.diagnostics.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(found, codes, "{template:?}");
        assert!(told.diagnostics.iter().all(|finding| finding.field == "template"));
        assert_eq!(told.text.is_empty(), !codes.is_empty());
    }
    let nowhere = v1::RenderTemplateRequest { account_id: "nowhere".to_owned(), ..asked("a") };
    let refused = service.workflows.render_template(nowhere).await;
    assert_refused(refused, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let wrong = v1::RenderTemplateRequest { format: 9, ticket: Some(v1::Ticket::default()), ..asked("a") };
    let refused = service.workflows.render_template(wrong).await;
    assert_refused(refused, Code::InvalidArgument, "INVALID_REQUEST", &["format", "ticket.id"]);
    let tongue = v1::RenderTemplateRequest { language: "xx".to_owned(), ..asked("a") };
    let refused = service.workflows.render_template(tongue).await;
    assert_refused(refused, Code::InvalidArgument, "INVALID_REQUEST", &["language"]);
    service.stop().await;
}
