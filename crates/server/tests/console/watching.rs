//! Watching: what matches over time, how the service is, and what an analysis finds.

use tamis_api::v1;
use tamis_api::well_known::Timestamp;

use crate::browser::Browser;
use crate::desk::Desk;

/// Where tickets come from that no workflow of the demo is about.
const SOURCE: &str = "allegro_discussions";

/// A workflow of the demo's account for tickets from a source, which sets a status.
fn workflow(id: &str, source: &str, status: &str, mode: v1::WorkflowMode) -> v1::CreateWorkflowRequest {
    let source = v1::condition::Test::Source(v1::IdSet { ids: vec![source.to_owned()] });
    let set_status = v1::action::Kind::SetStatus(v1::SetStatus { status_id: status.to_owned() });
    let workflow = v1::Workflow {
        workflow_id: id.to_owned(),
        display_name: format!("<b>{id}</b>"),
        all: vec![v1::Condition { negated: false, test: Some(source) }],
        actions: vec![v1::Action { kind: Some(set_status) }],
        mode: mode.into(),
        ..v1::Workflow::default()
    };
    v1::CreateWorkflowRequest { account_id: "demo".to_owned(), workflow: Some(workflow) }
}

/// A change of a ticket from a source.
fn change(source: &str) -> v1::EvaluateRequest {
    v1::EvaluateRequest {
        account_id: "demo".to_owned(),
        ticket: Some(v1::Ticket {
            id: "T".to_owned(),
            source: Some(source.to_owned()),
            created_at: Some(Timestamp { seconds: 1_700_000_000, nanos: 0 }),
            ..v1::Ticket::default()
        }),
        change: Some(v1::Change {
            change_id: "C".to_owned(),
            updated: Some(v1::Updated {}),
            ..v1::Change::default()
        }),
        ..v1::EvaluateRequest::default()
    }
}

async fn decide(desk: &Desk, source: &str, times: usize) {
    for _ in 0..times {
        desk.decisions.clone().evaluate(change(source)).await.unwrap();
    }
}

/// How many decisions the page's table tells, all minutes together, as one may end at any time.
async fn decisions(browser: &Browser) -> i64 {
    let script = "return [...document.querySelectorAll('#decisions-numbers tbody td:nth-of-type(1)')] \
        .reduce((sum, count) => sum + Number(count.textContent), 0)";
    browser.client.execute(script, Vec::new()).await.unwrap().as_i64().unwrap()
}

/// Two that contradict each other, and one in shadow.
async fn prepare(desk: &Desk) {
    let (live, shadow) = (v1::WorkflowMode::Live, v1::WorkflowMode::Shadow);
    for (id, status, mode) in
        [("first", "open", live), ("second", "pending", live), ("trial", "solved", shadow)]
    {
        let request = workflow(id, SOURCE, status, mode);
        desk.workflows.clone().create_workflow(request).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_matches_is_seen_while_it_happens() {
    let desk = Desk::start().await;
    prepare(&desk).await;
    decide(&desk, SOURCE, 3).await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    browser.go("/accounts/demo/workflows").await;
    browser.press("header nav a", "Suivi").await;
    assert_eq!(browser.path().await, "/accounts/demo/watch");
    browser.sees("h1", "Suivi").await;
    let row = |title: &str, id: &str| format!("section[aria-labelledby={title}] tr:has(#{id})");
    let matched = format!("{} .number", row("matched-title", "matched-first"));
    browser.sees(&matched, "3").await;
    browser.sees(&row("matched-title", "matched-second"), "<b>second</b>").await;
    browser.sees(&row("shadow-title", "shadow-trial"), "en simulation").await;
    browser.sees("section[aria-labelledby=service-title]", "Tout va bien").await;
    browser.sees("section[aria-labelledby=service-title] table", "(celui-ci)").await;

    // What was opened stays open while the numbers go on, and the focus stays where it was.
    browser.click("#decisions-numbers > summary").await;
    decide(&desk, SOURCE, 2).await;
    browser.sees(&matched, "5").await;
    browser.find("#decisions-numbers[open]").await;
    let focused = "return document.activeElement.closest('details')?.id ?? ''";
    assert_eq!(browser.client.execute(focused, Vec::new()).await.unwrap(), "decisions-numbers");
    assert_eq!(decisions(&browser).await, 5);

    browser.press("#watching button", "Pause").await;
    browser.sees("#watching [role=status]", "En pause").await;
    // A stopped page shows what was, also when it is looked at again; one that is loaded anew shows what is.
    decide(&desk, SOURCE, 1).await;
    browser
        .client
        .execute("document.dispatchEvent(new Event('visibilitychange'))", Vec::new())
        .await
        .unwrap();
    browser.look("watch").await;
    browser.sees(&matched, "5").await;
    browser.press(".tabs a", "7 derniers jours").await;
    browser.sees(&matched, "6").await;
    assert_eq!(browser.path().await, "/accounts/demo/watch?span=week");
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_analysis_finds_leads_to_its_workflow() {
    let desk = Desk::start().await;
    prepare(&desk).await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    browser.go("/accounts/demo/watch").await;
    browser.sees("#matched-title + p", "No workflow has matched").await;
    let conflicts = "#kind-writes_conflict";
    browser.sees(conflicts, "Workflows that contradict each other").await;
    browser.sees(conflicts, "<b>second</b>").await;

    browser.press("#findings a, #findings button", "Look for problems").await;
    browser.sees("h1", "Worth a look").await;
    browser.sees(conflicts, "<b>first</b>").await;
    browser.look("findings").await;
    // The service has not counted for so long, and says so in place of naming every workflow.
    browser.go("/accounts/demo/watch/findings?dead_since=2020-02-30").await;
    browser.sees("[role=alert]", "This is no day").await;
    // No field for dates sends such a thing, and the browser says so of one that has it.
    browser.no_errors(&["does not conform"]).await;
    browser.go("/accounts/demo/watch/findings?dead_since=2020-02-29").await;
    browser.sees(".notice", "the service has only counted since").await;
    let links = "return [...document.querySelectorAll('#kind-writes_conflict a')].map((a) => new URL(a.href).pathname)";
    let links = browser.client.execute(links, Vec::new()).await.unwrap();
    let links: Vec<&str> = links.as_array().unwrap().iter().filter_map(|link| link.as_str()).collect();
    assert!(links.contains(&"/accounts/demo/workflows/first"), "{links:?}");
    assert!(links.contains(&"/accounts/demo/workflows/second"), "{links:?}");
    browser.close().await;
    desk.stop().await;
}
