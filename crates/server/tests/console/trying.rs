//! Trying changes.

use serde_json::{Value, json};
use tamis_api::v1;

use crate::browser::Browser;
use crate::desk::Desk;

/// A change that several of the demo's workflows match, with letters of several scripts.
fn change() -> v1::EvaluateRequest {
    serde_json::from_value(json!({
        "account_id": "demo",
        "ticket": {
            "id": "48213", "url": "https://desk.shop.example/tickets/48213", "source": "email", "inbox": "shop",
            "subject": "Zamówienie 48213, где моя посылка?", "customer_name": "Zofia Wójcik",
            "customer_email": "zofia@example.com", "current_status": "new", "state": "TICKET_STATE_OPEN",
            "reply_status": "REPLY_STATUS_UNANSWERED", "created_at": "2026-03-03T01:00:00Z",
            "last_customer_reply_at": "2026-03-03T01:00:00Z",
        },
        "change": {
            "change_id": "message-1",
            "message_received": {
                "author": "MESSAGE_AUTHOR_CUSTOMER", "first": true,
                "text": "Dzień dobry! WHERE IS MY PARCEL? If it is lost I would like a re\u{301}fund.",
            },
        },
        "now": "2026-03-03T19:15:00Z",
    }))
    .unwrap()
}

/// What the service says about a change.
async fn explained(desk: &Desk, request: v1::EvaluateRequest) -> v1::ExplainResponse {
    let request = v1::ExplainRequest {
        request: Some(request),
        with_decision: true,
        workflows_max: 50,
        ..v1::ExplainRequest::default()
    };
    desk.decisions.clone().explain(request).await.unwrap().into_inner()
}

/// The workflows on the page in their order, each with its conditions: the field, whether it held, and what is marked.
const SEEN: &str = "return [...document.querySelectorAll('#answer [data-workflow]')].map((workflow) => [
    workflow.dataset.workflow,
    [...workflow.querySelectorAll('.conditions > li')].map((condition) => [
        condition.dataset.field,
        condition.classList.contains('held'),
        [...condition.querySelectorAll('mark')].map((mark) => mark.textContent),
    ]),
])";

/// The same, of what the service says.
fn expected(explained: &v1::ExplainResponse, request: &v1::EvaluateRequest) -> Value {
    let (ticket, change) = (request.ticket.as_ref().unwrap(), request.change.as_ref().unwrap());
    let marks = |condition: &v1::ConditionExplanation| {
        let text = match condition.field.rsplit('.').next().unwrap() {
            "subject" => ticket.subject.clone(),
            "customer_name" => ticket.customer_name.clone(),
            _ => change.message_received.as_ref().and_then(|message| message.text.clone()),
        };
        let letters: Vec<char> = text.unwrap_or_default().chars().collect();
        // What touches is one mark.
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        let mut found: Vec<_> = condition.occurrences.iter().map(|found| (found.from_char as usize, found.to_char as usize)).collect();
        found.sort_unstable();
        for (from, to) in found {
            match stretches.last_mut() {
                Some((_, until)) if from <= *until => *until = to.max(*until),
                _ => stretches.push((from, to)),
            }
        }
        let marks = stretches.into_iter().map(|(from, to)| letters[from..to].iter().collect::<String>());
        marks.collect::<Vec<_>>()
    };
    let decision = explained.decision.as_ref().unwrap();
    let matched = decision.matches.iter().chain(&decision.shadow_matches).map(|matched| &matched.workflow_id);
    let others = explained.workflows.iter().filter(|told| told.verdict() != v1::Verdict::Matched);
    let ids = matched.chain(others.map(|told| &told.workflow_id));
    let workflows = ids.map(|id| {
        let told = explained.workflows.iter().find(|told| told.workflow_id == *id).unwrap();
        let conditions: Vec<_> = told
            .conditions
            .iter()
            .map(|condition| json!([condition.field, condition.held, marks(condition)]))
            .collect();
        json!([id, conditions])
    });
    workflows.collect()
}

/// Opens everything that is folded away.
const UNFOLD: &str = "for (const details of document.querySelectorAll('#answer details')) details.open = true";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_change_is_told_as_explain_tells_it() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    browser.go("/accounts/demo/try").await;
    browser.look("try-empty").await;
    let explained = explained(&desk, change()).await;
    assert!(explained.decision.as_ref().unwrap().matches.len() > 1);
    browser.click("details:has(#pasted) > summary").await;
    // What is no change is told beside the field, in which it stays.
    browser.fill("#pasted", "{\"ticket\": 1}").await;
    browser.press("main button", "Remplir et essayer").await;
    browser.sees("#problem-pasted", "C’est du JSON, mais pas un changement de ticket").await;
    browser.no_errors(&["422"]).await;
    let kept = browser.find("#pasted").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("{\"ticket\": 1}"));
    let line = json!({
        "version": 1, "logged_at": "2026-03-03T19:15:00Z", "rpc": "tamis.v1.DecisionService/Evaluate",
        "account_id": "demo", "revision": 1, "request": change(), "response": { "now": "2026-03-03T19:15:00Z" },
    });
    let paste = "document.getElementById('pasted').value = arguments[0]";
    browser.client.execute(paste, vec![line.to_string().into()]).await.unwrap();
    browser.press("main button", "Remplir et essayer").await;
    browser.sees("#answer", "workflows correspondent").await;
    assert_eq!(browser.client.execute(SEEN, Vec::new()).await.unwrap(), expected(&explained, &change()));
    let message = browser.find("#f-text").await.prop("value").await.unwrap();
    assert_eq!(message, change().change.unwrap().message_received.unwrap().text);
    // 20:15 in Warsaw.
    assert_eq!(browser.find("#f-now").await.prop("value").await.unwrap().as_deref(), Some("2026-03-03T20:15"));
    browser.client.execute(UNFOLD, Vec::new()).await.unwrap();
    let reminder = "[data-workflow]:has([data-field$='.last_customer_reply'].failed)";
    browser.sees(reminder, "Il manque").await;
    browser.look("try").await;
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_follows_what_is_filled_in_and_counts_nowhere() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    browser.go("/accounts/demo/try").await;
    browser.fill("#f-text", "I want a refund").await;
    browser.fill("#f-subject", "Order 7").await;
    // Without anything being pressed.
    browser.sees("#answer [data-workflow=refund_request]", "assign").await;
    let matched = browser.text("#answer-title").await;
    assert!(matched.contains("match"), "{matched}");
    // Without a fact there is no change; what is missing is said beside the field, and everything stays.
    browser.click("[name=fact][value=message]").await;
    browser.sees("#problem-fact", "Say what happened").await;
    browser.click("[name=fact][value=tags]").await;
    browser.click("[name=tags_assigned][value=vip]").await;
    browser.sees("#answer", "VIP").await;
    // Only time has passed: nothing else has happened.
    browser.click("[name=fact][value=timer]").await;
    assert_eq!(browser.count("[name=fact]:checked").await, 1);
    browser.press("main button", "Try it").await;
    browser.find("#answer h2").await;
    assert_eq!(browser.find("#f-subject").await.prop("value").await.unwrap().as_deref(), Some("Order 7"));
    for sample in ["parcel", "message", "created", "tags", "status", "return", "updated", "timer"] {
        browser.go(&format!("/accounts/demo/try?sample={sample}")).await;
        browser.sees("#answer-title", "match").await;
    }
    let stats = v1::ListWorkflowStatsRequest { account_id: "demo".to_owned(), ..Default::default() };
    let counted = desk.workflows.clone().list_workflow_stats(stats).await.unwrap().into_inner().stats;
    assert!(counted.iter().all(|one| one.matched_count == 0), "{counted:?}");
    browser.go("/accounts/demo/try/decisions").await;
    browser.sees("main", "keeps no log").await;
    browser.look("try-decisions").await;
    browser.close().await;
    desk.stop().await;
}
