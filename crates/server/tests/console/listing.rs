//! The list of workflows: found, switched, put into order, deleted.

use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use tamis_api::v1;

use crate::browser::Browser;
use crate::desk::Desk;

/// The ids of the demo's workflows in their order.
async fn order(desk: &Desk) -> Vec<String> {
    let request =
        v1::ListWorkflowsRequest { account_id: "demo".into(), page_size: 1_000, ..Default::default() };
    let listed = desk.workflows.clone().list_workflows(request).await.unwrap().into_inner();
    listed.workflows.into_iter().map(|workflow| workflow.workflow_id).collect()
}

async fn stored(desk: &Desk, id: &str) -> Option<v1::Workflow> {
    let request = v1::GetWorkflowRequest { account_id: "demo".into(), workflow_id: id.into() };
    desk.workflows.clone().get_workflow(request).await.ok()?.into_inner().workflow
}

/// Waits until the order is this, which a script stores in the background.
async fn ordered(desk: &Desk, wanted: &[String]) {
    let begun = tokio::time::Instant::now();
    while order(desk).await != wanted {
        assert!(begun.elapsed().as_secs() < 30, "{:?} is not {wanted:?}", order(desk).await);
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workflow_is_found_switched_and_deleted() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    browser.go("/accounts/demo/workflows").await;
    browser.sees("#count", "16 workflows").await;
    browser
        .sees(
            "#workflow-assign_all_but_allegro_discussions .sentence",
            "la source n’est pas Allegro Discussions",
        )
        .await;
    browser.sees("#workflow-assign_all_but_allegro_discussions .sentence", "assigner à Anna Nowak").await;
    browser.look("workflows").await;

    browser.fill("#text", "REFUND").await;
    browser.sees("#count", "1 workflow trouvé").await;
    browser.sees("#workflow-refund_request button.badge", "Oui").await;
    browser.click("#workflow-refund_request button.badge").await;
    browser.sees("#done", "Le workflow est désactivé.").await;
    browser.sees("#workflow-refund_request button.badge", "Non").await;
    assert_eq!(stored(&desk, "refund_request").await.unwrap().enabled, Some(false));
    assert_eq!(browser.count("#workflows > li").await, 1, "the same list is shown again");
    browser.client.refresh().await.unwrap();
    assert_eq!(browser.text("#done").await, "", "it is told once");

    browser.click("#workflow-refund_request summary").await;
    browser.press("#workflow-refund_request .items button", "Supprimer").await;
    browser.sees("#delete-refund_request", "Supprimer «\u{a0}Refund requests\u{a0}»\u{202f}?").await;
    browser.look("workflows-delete").await;
    browser.press("#delete-refund_request button", "Le garder").await;
    assert!(stored(&desk, "refund_request").await.is_some());
    browser.click("#workflow-refund_request summary").await;
    browser.press("#workflow-refund_request .items button", "Supprimer").await;
    browser.press("#delete-refund_request button", "Supprimer").await;
    browser.sees("#done", "Le workflow est supprimé.").await;
    browser.sees("#count", "Aucun workflow ne correspond").await;
    assert_eq!(stored(&desk, "refund_request").await, None);
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workflows_are_put_into_order() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    let mut wanted = order(&desk).await;
    browser.go("/accounts/demo/workflows").await;

    // By keys: the second one goes two places down, and says so.
    let handle = browser.find(&format!("#workflow-{} .handle", wanted[1])).await;
    browser
        .client
        .execute("arguments[0].focus()", vec![serde_json::to_value(&handle).unwrap()])
        .await
        .unwrap();
    browser.keys(&[Key::Down, Key::Down]).await;
    browser.sees_hidden("#told", "Place 4 of 16").await;
    let moved = wanted.remove(1);
    wanted.insert(3, moved);
    ordered(&desk, &wanted).await;

    // By a pointer, which counts from the corner of the window: the first one is drawn below the second.
    browser.client.execute("scrollTo(0, 0)", Vec::new()).await.unwrap();
    let from = browser.find(&format!("#workflow-{} .handle", wanted[0])).await.rectangle().await.unwrap();
    let to = browser.find(&format!("#workflow-{}", wanted[1])).await.rectangle().await.unwrap();
    let place = |x: f64, y: f64| PointerAction::MoveTo { duration: None, x, y };
    let drag = MouseActions::new("mouse".to_owned())
        .then(place(from.0 + 8.0, from.1 + 8.0))
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(place(to.0 + 20.0, to.1 + to.3 / 2.0))
        .then(place(to.0 + 20.0, to.1 + to.3 - 4.0))
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    browser.client.perform_actions(drag).await.unwrap();
    wanted.swap(0, 1);
    ordered(&desk, &wanted).await;

    // By the menu, without any script.
    let last = wanted.pop().unwrap();
    browser.click(&format!("#workflow-{last} summary")).await;
    browser.press(&format!("#workflow-{last} .items button"), "Move to the top").await;
    browser.sees("#done", "The workflow has its new place.").await;
    wanted.insert(0, last);
    ordered(&desk, &wanted).await;
    browser.close().await;
    desk.stop().await;
}

/// Milliseconds from the beginning of a page to its first paint. A page may have been read before it is painted.
async fn first_paint(browser: &Browser) -> u64 {
    let script = "const done = arguments[arguments.length - 1]; \
                  new PerformanceObserver((list) => { \
                    const found = list.getEntriesByName('first-contentful-paint'); \
                    if (found.length > 0) done(Math.round(found[0].startTime)); \
                  }).observe({ type: 'paint', buffered: true })";
    let painted = browser.client.execute_async(script, Vec::new()).await.unwrap();
    painted.as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_match_over_grpc_is_counted_and_many_workflows_have_pages() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    let change = serde_json::json!({
        "account_id": "demo",
        "ticket": { "id": "1", "source": "email" },
        "change": { "change_id": "1", "message_received": { "author": "MESSAGE_AUTHOR_CUSTOMER", "text": "Hello" } },
    });
    let change: v1::EvaluateRequest = serde_json::from_value(change).unwrap();
    desk.decisions.clone().evaluate(change).await.unwrap();
    browser.go("/accounts/demo/workflows").await;
    browser.sees("#workflow-assign_all_but_allegro_discussions", "Matched 1 time · last").await;
    browser.sees("#workflow-weekend_notice", "Has not matched since the service was started").await;

    let workflow = stored(&desk, "weekend_notice").await.unwrap();
    let workflows = (0..10_000).map(|nth| v1::Workflow {
        workflow_id: format!("many-{nth}"),
        display_name: format!("Workflow <b>{nth}</b>"),
        position: None,
        ..workflow.clone()
    });
    let request = v1::ImportWorkflowsRequest {
        account_id: "demo".into(),
        mode: v1::ImportMode::Merge.into(),
        workflows: workflows.collect(),
        ..Default::default()
    };
    desk.workflows.clone().import_workflows(tokio_stream::iter([request])).await.unwrap();
    browser.go("/accounts/demo/workflows").await;
    browser.sees("#count", "10,016 workflows").await;
    assert_eq!(browser.count("#workflows > li").await, 50);
    browser.press("nav a", "Next page").await;
    browser.sees("#workflows", "Workflow <b>40</b>").await;
    browser.press("nav a", "First page").await;
    // What is not in sight is not laid out, and has no text that is seen.
    browser.sees_hidden("#workflows", "Workflow <b>10</b>").await;
    // Figures for whoever asks for them, by `--nocapture`: the median of five.
    for page in [
        "workflows",
        "workflows/new",
        "workflows/many-1",
        "templates",
        "try",
        "simulate",
        "watch",
        "watch/findings",
        "directory/agents",
        "directory/settings",
        "history",
        "history/2",
    ] {
        let mut painted = Vec::new();
        for _ in 0..5 {
            browser.go(&format!("/accounts/demo/{page}")).await;
            painted.push(first_paint(&browser).await);
        }
        painted.sort_unstable();
        println!("10,016 workflows, {page}: first paint after {} ms", painted[2]);
    }
    browser.close().await;
    desk.stop().await;
}
