//! Simulating drafts, and trying decisions of the log again.

use std::path::Path;

use tamis_api::v1;
use tamis_api::v1::simulate_workflows_request::Part;
use tamis_server::{Config, DecisionLog, LogTarget, Observe};

use crate::browser::Browser;
use crate::desk::{Desk, config};

/// A customer's message about a ticket at some hour of 2026-03-03 or later.
fn message(number: u32, text: &str) -> v1::EvaluateRequest {
    let request = serde_json::json!({
        "account_id": "demo",
        "ticket": { "id": format!("t{number}"), "subject": "Zamówienie", "customer_name": "Zofia", "source": "email" },
        "change": {
            "change_id": format!("c{number}"),
            "message_received": { "author": "MESSAGE_AUTHOR_CUSTOMER", "text": text },
        },
        "now": format!("2026-03-{:02}T10:00:00Z", 3 + number / 8),
    });
    serde_json::from_value(request).unwrap()
}

/// Changes of four days: every other one asks where a parcel is.
fn changes() -> Vec<v1::EvaluateRequest> {
    (0..32)
        .map(|number| message(number, if number % 2 == 0 { "WHERE IS MY PARCEL?" } else { "I have a banana" }))
        .collect()
}

/// A file with the changes, a line that is none, one of another account and one that says no instant.
fn write(path: &Path) {
    let mut lines: Vec<String> =
        changes().iter().map(|request| serde_json::to_string(request).unwrap()).collect();
    lines.push("nonsense".to_owned());
    let other = v1::EvaluateRequest { account_id: "other".to_owned(), ..message(0, "x") };
    lines.push(serde_json::to_string(&other).unwrap());
    lines.push(serde_json::to_string(&v1::EvaluateRequest { now: None, ..message(0, "x") }).unwrap());
    std::fs::write(path, lines.join("\n")).unwrap();
}

async fn workflow(desk: &Desk, id: &str) -> v1::Workflow {
    let request = v1::GetWorkflowRequest { account_id: "demo".to_owned(), workflow_id: id.to_owned() };
    desk.workflows.clone().get_workflow(request).await.unwrap().into_inner().workflow.unwrap()
}

/// What the service finds of a draft on the changes.
async fn simulated(desk: &Desk, draft: v1::Workflow) -> v1::SimulatedWorkflow {
    let id = draft.workflow_id.clone();
    let import = v1::ImportWorkflowsRequest {
        account_id: "demo".to_owned(),
        mode: v1::ImportMode::Merge.into(),
        workflows: vec![draft],
        ..v1::ImportWorkflowsRequest::default()
    };
    let parts = [Part::Draft(import), Part::Changes(v1::RecordedChanges { requests: changes() })];
    let messages = parts.map(|part| v1::SimulateWorkflowsRequest { part: Some(part), samples_max: None });
    let answer = desk.workflows.clone().simulate_workflows(tokio_stream::iter(messages)).await.unwrap();
    let simulation = answer.into_inner().simulation.unwrap();
    simulation.workflows.into_iter().find(|one| one.workflow_id == id).unwrap()
}

/// The numbers of the page.
async fn numbers(browser: &Browser) -> Vec<u64> {
    let script = "return [...document.querySelectorAll('[data-number]')].map((number) => number.textContent)";
    let numbers = browser.client.execute(script, Vec::new()).await.unwrap();
    numbers.as_array().unwrap().iter().map(|number| number.as_str().unwrap().parse().unwrap()).collect()
}

fn counts(one: &v1::SimulatedWorkflow) -> Vec<u64> {
    vec![one.live_count, one.draft_count, one.gained_count, one.lost_count, one.actions_changed_count]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_switched_off_is_simulated_on_a_file_and_then_done() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("changes.jsonl");
    write(&file);
    browser.go("/accounts/demo/simulate").await;
    browser.look("simulate-empty").await;
    // What is missing is told beside its field.
    browser.press("main button", "Simuler").await;
    browser.sees("#problem-what", "Choisissez un workflow").await;
    browser.sees("#problem-changes", "ne tient pas de journal").await;
    browser.no_errors(&["422"]).await;
    browser.choose("#what", "workflow:delivery_question").await;
    browser.click("[name=as][value=off]").await;
    browser.find("#file").await.send_keys(&file.display().to_string()).await.unwrap();
    browser.press("main button", "Simuler").await;
    browser.sees("#found-title", "aurait fait").await;
    let off = v1::Workflow { enabled: Some(false), ..workflow(&desk, "delivery_question").await };
    let found = simulated(&desk, off).await;
    assert_eq!((found.live_count, found.lost_count), (16, 16));
    assert_eq!(numbers(&browser).await, counts(&found));
    assert_eq!(browser.count("#found svg.plot").await, 2);
    assert_eq!(browser.count("[data-samples=samples-lost] > details").await, found.lost.len());
    browser.sees("#refused summary", "2 lignes").await;
    browser.sees("#found", "1 ligne concerne un autre compte").await;
    browser.client.execute("for (const details of document.querySelectorAll('#found details')) details.open = true", Vec::new()).await.unwrap();
    browser.sees("[data-samples] mark", "WHERE IS MY PARCEL").await;
    browser.look("simulate").await;
    browser.press("main button", "Le désactiver").await;
    browser.sees("#done", "enregistré et désactivé").await;
    assert_eq!(workflow(&desk, "delivery_question").await.enabled, Some(false));
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_of_another_page_is_simulated_saved_in_shadow_and_switched_to_live() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("changes.jsonl");
    write(&file);
    let mut draft = workflow(&desk, "delivery_question").await;
    for condition in draft.all.iter_mut().chain(&mut draft.any) {
        if let Some(v1::condition::Test::Message(test)) = &mut condition.test {
            test.phrases = vec!["banana".to_owned()];
        }
    }
    browser.go("/accounts/demo/simulate").await;
    let post = "const form = Object.assign(document.createElement('form'), { method: 'post', action: location.pathname });
        const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'draft', value: arguments[0] });
        form.append(field); document.body.append(form); form.submit();";
    browser.client.execute(post, vec![serde_json::to_string(&draft).unwrap().into()]).await.unwrap();
    browser.sees("#simulate", "which is not saved").await;
    browser.find("#file").await.send_keys(&file.display().to_string()).await.unwrap();
    browser.press("main button", "Simulate").await;
    browser.sees("#found-title", "would have done").await;
    let found = simulated(&desk, draft.clone()).await;
    assert!(found.gained_count > 0 && found.lost_count > 0, "{found:?}");
    assert_eq!(numbers(&browser).await, counts(&found));
    browser.press("main button", "Save as shadow").await;
    browser.sees("#done", "saved in shadow mode").await;
    let stored = workflow(&desk, "delivery_question").await;
    assert_eq!((stored.mode(), &stored.all, &stored.any), (v1::WorkflowMode::Shadow, &draft.all, &draft.any));
    desk.decisions.clone().evaluate(message(1, "banana")).await.unwrap();
    browser.go("/accounts/demo/simulate/shadow").await;
    browser.sees("[data-workflow=delivery_question]", "Matched 1 time in shadow mode, 0 live").await;
    browser.look("simulate-shadow").await;
    browser.press("[data-workflow=delivery_question] button", "Switch to live").await;
    browser.sees("#done", "saved and switched on").await;
    assert_eq!(workflow(&desk, "delivery_question").await.mode(), v1::WorkflowMode::Live);
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_of_the_log_are_tried_again_and_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    let decision_log = DecisionLog { to: LogTarget::File(path.clone()), sample: 1.0, mask: Vec::new() };
    let observe = Observe { decision_log: Some(decision_log), ..Observe::default() };
    let desk = Desk::start_with(Config { observe, ..config() }).await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    for request in changes() {
        desk.decisions.clone().evaluate(request).await.unwrap();
    }
    while std::fs::read_to_string(&path).unwrap_or_default().lines().count() < changes().len() {
        tokio::task::yield_now().await;
    }
    browser.go("/accounts/demo/try/decisions").await;
    browser.sees("main li", "Ticket t31").await;
    browser.look("try-decisions-log").await;
    browser.press("main li button", "Try it again").await;
    browser.sees("#answer-title", "match").await;
    let text = browser.find("#f-text").await.prop("value").await.unwrap();
    assert_eq!(text.as_deref(), Some("I have a banana"));
    browser.go("/accounts/demo/simulate?what=workflow:delivery_question&as=off").await;
    browser.press("main button", "Simulate").await;
    browser.sees("#found", "32 changes").await;
    assert_eq!(numbers(&browser).await, [16, 0, 0, 16, 0]);
    browser.close().await;
    desk.stop().await;
}
