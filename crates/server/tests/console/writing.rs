//! Writing workflows: the form, and the templates.

use fantoccini::key::Key;
use serde_json::{Value, json};
use tamis_api::v1;

use crate::browser::Browser;
use crate::desk::{ADMIN_KEY, Desk};

const NEW: &str = "/accounts/demo/workflows/new";

/// A field by its name.
fn field(name: &str) -> String {
    format!("#workflow [name='{name}']")
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

async fn find(desk: &Desk, name: &str) -> v1::Workflow {
    let request = v1::ListWorkflowsRequest {
        account_id: "demo".to_owned(),
        text: name.to_owned(),
        ..v1::ListWorkflowsRequest::default()
    };
    let found = desk.workflows.clone().list_workflows(request).await.unwrap().into_inner().workflows;
    found.into_iter().find(|workflow| workflow.display_name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// One that there is, for tickets by chat of one type.
async fn create(desk: &Desk, name: &str) -> v1::Workflow {
    let workflow = read(json!({
        "display_name": name,
        "all": [{ "source": { "ids": ["chat"] } }, { "ticket_type": { "ids": ["question"] } }, { "new_message": {} }],
        "actions": [{ "assign_tag": { "tag_id": "vip" } }],
        "examples": [{
            "name": "a question",
            "expectation": "EXPECTATION_MATCH",
            "ticket": { "id": "1", "source": "chat", "type": "question" },
            "change": { "message_received": { "author": "MESSAGE_AUTHOR_CUSTOMER" } },
            "now": "2026-03-02T09:00:00Z",
        }],
    }));
    let request = v1::CreateWorkflowRequest { account_id: "demo".to_owned(), workflow: Some(workflow) };
    desk.workflows.clone().create_workflow(request).await.unwrap().into_inner().workflow.unwrap()
}

async fn value(browser: &Browser, name: &str) -> String {
    browser.find(&field(name)).await.prop("value").await.unwrap().unwrap_or_default()
}

async fn run(browser: &Browser, script: &str) -> Value {
    browser.client.execute(script, Vec::new()).await.unwrap()
}

/// Waits until a script says yes.
async fn until(browser: &Browser, script: &str) {
    let begun = tokio::time::Instant::now();
    while run(browser, script).await != Value::Bool(true) {
        assert!(begun.elapsed().as_secs() < 30, "{script}");
        tokio::task::yield_now().await;
    }
}

async fn type_into(browser: &Browser, name: &str, keys: &str) {
    browser.find(&field(name)).await.send_keys(keys).await.unwrap();
}

fn enter() -> String {
    char::from(Key::Enter).to_string()
}

/// Saves what is filled in, which is found wrong nowhere; and tells what is stored under the name.
async fn saved(desk: &Desk, browser: &Browser, name: &str) -> v1::Workflow {
    browser.click(".save-bar button").await;
    browser.find("#done:not(:empty)").await;
    find(desk, name).await
}

/// A new message that comes from anywhere but Allegro Discussions goes to an agent.
async fn build_routing(desk: &Desk, browser: &Browser, name: &str) {
    browser.go(NEW).await;
    browser.fill("#display_name", name).await;
    browser.choose(&field("all[0].kind"), "new_message").await;
    browser.click("[data-add-row='all']").await;
    browser.choose(&field("all[1].kind"), "source").await;
    browser.choose(&field("all[1].negated"), "true").await;
    type_into(browser, "all[1].source.ids.new", &format!("Allegro Discussions{}", enter())).await;
    browser.sees("[data-chip='all[1].source.ids[0]']", "Allegro Discussions").await;
    browser.choose(&field("actions[0].kind"), "assign_agent").await;
    browser.choose(&field("actions[0].assign_agent.agent_id"), "anna").await;
    let stored = saved(desk, browser, name).await;
    assert_eq!(
        stored.all,
        read::<Vec<v1::Condition>>(json!([
            { "new_message": {} },
            { "negated": true, "source": { "ids": ["allegro_discussions"] } },
        ]))
    );
    assert_eq!(stored.actions, read::<Vec<v1::Action>>(json!([{ "assign_agent": { "agent_id": "anna" } }])));
    assert!(stored.any.is_empty() && stored.enabled() && stored.mode() == v1::WorkflowMode::Live);
}

/// A ticket that is open and unanswered, and whose customer wrote more than 24 hours ago, gets a tag and an e-mail.
async fn build_reminder(desk: &Desk, browser: &Browser, name: &str) {
    browser.go(NEW).await;
    browser.fill("#display_name", name).await;
    browser.choose(&field("all[0].kind"), "ticket_state").await;
    browser.click(&field("all[0].ticket_state.states[0]")).await;
    browser.click("[data-add-row='all']").await;
    browser.choose(&field("all[1].kind"), "reply_status").await;
    browser.click(&field("all[1].reply_status.statuses[1]")).await;
    browser.click("[data-add-row='all']").await;
    browser.choose(&field("all[2].kind"), "last_customer_reply").await;
    browser.fill(&field("all[2].last_customer_reply.bounds[0].number"), "24").await;
    browser.choose(&field("actions[0].kind"), "assign_tag").await;
    browser.choose(&field("actions[0].assign_tag.tag_id"), "follow_up").await;
    browser.click("[data-add-row='actions']").await;
    browser.choose(&field("actions[1].kind"), "send_email").await;
    browser.click("[data-variables='actions[1].send_email.to']").await;
    browser.click("[data-insert='customer_email']").await;
    type_into(browser, "actions[1].send_email.subject", "Ticket ").await;
    browser.click("[data-variables='actions[1].send_email.subject']").await;
    browser.click("[data-insert='ticket_id']").await;
    type_into(browser, "actions[1].send_email.body.text", "Hello !").await;
    // The cursor stands before the exclamation mark.
    type_into(browser, "actions[1].send_email.body.text", &char::from(Key::Left).to_string()).await;
    browser.click("[data-variables='actions[1].send_email.body.text']").await;
    browser.sees("#preview", "Hello !").await;
    browser.fill("#fallback", "dear \"you\"").await;
    browser.look("form-variables").await;
    browser.click("[data-insert='customer_name']").await;
    browser.click("[data-variables='actions[1].send_email.body.text']").await;
    browser.find("#preview pre").await;
    let preview = browser.text("#preview").await;
    assert!(preview.starts_with("Hello J") && preview.ends_with('!'), "{preview}");
    browser.keys(&[Key::Escape]).await;
    browser.look("form-filled").await;
    let stored = saved(desk, browser, name).await;
    assert_eq!(
        stored.all,
        read::<Vec<v1::Condition>>(json!([
            { "ticket_state": { "states": ["TICKET_STATE_OPEN"] } },
            { "reply_status": { "statuses": ["REPLY_STATUS_UNANSWERED"] } },
            { "last_customer_reply": { "bounds": [{ "more_than": "86400s" }] } },
        ]))
    );
    assert_eq!(
        stored.actions,
        read::<Vec<v1::Action>>(json!([
            { "assign_tag": { "tag_id": "follow_up" } },
            { "send_email": {
                "to": "{{ customer_email }}",
                "subject": "Ticket {{ ticket_id }}",
                "body": {
                    "text": "Hello {{ customer_name | default: \"dear \\\"you\\\"\" }}!",
                    "format": "TEXT_FORMAT_PLAIN",
                },
            } },
        ]))
    );
}

async fn build(language: &str, title: &str) {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, language).await else { return desk.stop().await };
    browser.go(NEW).await;
    assert_eq!(browser.text("h1").await, title);
    browser.look("form-new").await;
    build_routing(&desk, &browser, "Routing").await;
    build_reminder(&desk, &browser, "Reminder").await;
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workflows_are_built_in_french() {
    build("fr", "Nouveau workflow").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workflows_are_built_in_english() {
    build("en", "New workflow").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    browser.go(NEW).await;
    browser.choose(&field("all[0].kind"), "ticket_created").await;
    browser.fill(&field("all[0].ticket_created.bounds[0].number"), "abc").await;
    browser.choose(&field("actions[0].kind"), "send_message").await;
    type_into(&browser, "actions[0].send_message.body.text", "Bonjour {{ nobody }}").await;
    // It is told while somebody types, once they have left the field, and takes no focus.
    browser
        .sees("[data-told='all[0].ticket_created.bounds[0]']", "« abc »".replace(' ', "\u{202f}").as_str())
        .await;
    assert_eq!(
        run(&browser, "return document.activeElement.name").await,
        "actions[0].send_message.body.text"
    );
    browser.click(".save-bar button").await;
    until(&browser, "return document.activeElement.id === 'summary'").await;
    assert_eq!(browser.count("#summary li").await, 3);
    browser.look("form-errors").await;
    for (name, typed) in [
        ("display_name", ""),
        ("all[0].ticket_created.bounds[0].number", "abc"),
        ("actions[0].send_message.body.text", "Bonjour {{ nobody }}"),
    ] {
        assert_eq!(value(&browser, name).await, typed);
        let wrong = browser.find(&field(name)).await.attr("aria-invalid").await.unwrap();
        assert_eq!(wrong.as_deref(), Some("true"), "{name}");
    }
    assert_eq!(browser.count("#workflow [aria-invalid]").await, 3);
    browser.click("#summary a[data-goes='all[0].ticket_created.bounds[0]']").await;
    assert_eq!(
        run(&browser, "return document.activeElement.name").await,
        "all[0].ticket_created.bounds[0].number"
    );
    browser.fill("#display_name", "Corrigé").await;
    browser.fill(&field("all[0].ticket_created.bounds[0].number"), "1,5").await;
    browser.fill(&field("actions[0].send_message.body.text"), "Bonjour").await;
    until(&browser, "return document.querySelectorAll('#workflow [aria-invalid]').length === 0").await;
    let stored = saved(&desk, &browser, "Corrigé").await;
    let bound = json!([{ "ticket_created": { "bounds": [{ "more_than": "5400s" }] } }]);
    assert_eq!(stored.all, read::<Vec<v1::Condition>>(bound));
    browser.no_errors(&["422"]).await;
    browser.close().await;
    desk.stop().await;
}

/// Presses the tabulator until a field has the focus.
async fn tab_to(browser: &Browser, css: &str) {
    let script = format!("return document.activeElement.matches(\"{css}\")");
    for _ in 0..200 {
        if run(browser, &script).await == Value::Bool(true) {
            return;
        }
        browser.keys(&[Key::Tab]).await;
    }
    panic!("no key leads to {css}");
}

async fn press_keys(browser: &Browser, keys: &str) {
    browser.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keyboard_alone_will_do() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    browser.go(NEW).await;
    // The name has the focus as the page opens.
    press_keys(&browser, "By keys").await;
    tab_to(&browser, "[name='all[0].kind']").await;
    browser.keys(&[Key::Down; 5]).await;
    tab_to(&browser, "[name='all[0].subject.phrases.new']").await;
    press_keys(&browser, &format!("one, two{0}three{0}four{0}", enter())).await;
    // Takes the last one away.
    browser.keys(&[Key::Backspace]).await;
    tab_to(&browser, "[data-add-row='actions']").await;
    browser.keys(&[Key::Enter]).await;
    browser.keys(&[Key::Down; 7]).await;
    tab_to(&browser, "[name='actions[1].assign_tag.tag_id']").await;
    press_keys(&browser, "VIP").await;
    tab_to(&browser, "[name='display_name']").await;
    tab_to(&browser, "[name='actions[0].kind']").await;
    browser.keys(&[Key::Down; 5]).await;
    tab_to(&browser, "[name='actions[0].set_status.status_id']").await;
    press_keys(&browser, "Open").await;
    // Moves the second action before the first one.
    tab_to(&browser, "[data-row='actions[1]'] [data-move='-1']").await;
    browser.keys(&[Key::Enter]).await;
    tab_to(&browser, ".save-bar button").await;
    browser.keys(&[Key::Enter]).await;
    browser.find("#done:not(:empty)").await;
    let stored = find(&desk, "By keys").await;
    let phrases =
        json!([{ "subject": { "phrases": ["one, two", "three"], "mode": "PHRASE_MODE_CONTAINS" } }]);
    assert_eq!(stored.all, read::<Vec<v1::Condition>>(phrases));
    let actions = json!([{ "assign_tag": { "tag_id": "vip" } }, { "set_status": { "status_id": "open" } }]);
    assert_eq!(stored.actions, read::<Vec<v1::Action>>(actions));
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_meets_another_one_and_touches_nothing_else() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    let stored = create(&desk, "Questions").await;
    let path = format!("/accounts/demo/workflows/{}", stored.workflow_id);
    browser.go(&path).await;
    browser.sees(".save-bar", "1 example").await;
    let theirs = v1::Workflow { description: "theirs".to_owned(), ..stored.clone() };
    let request = v1::UpdateWorkflowRequest {
        account_id: "demo".to_owned(),
        workflow: Some(theirs),
        update_mask: None,
    };
    desk.workflows.clone().update_workflow(request).await.unwrap();
    // Two lines at once are two values, and a condition in between is taken away.
    browser.click("[data-row='all[0]'] [data-remove-row]").await;
    let paste = "const data = new DataTransfer(); data.setData('text/plain', 'return\\ncomplaint\\n'); \
                 document.querySelector(\"[name='all[0].ticket_type.ids.new']\") \
                 .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
    run(&browser, paste).await;
    browser.sees("[data-chip='all[0].ticket_type.ids[2]']", "Complaint").await;
    browser.click("[data-chip='all[0].ticket_type.ids[1]'] button").await;
    browser.fill("#description", "mine").await;
    browser.click(".save-bar button").await;
    browser.sees("#summary", "Somebody else has changed this workflow").await;
    assert_eq!(value(&browser, "description").await, "mine");
    assert_eq!(find(&desk, "Questions").await.description, "theirs");
    browser.look("form-conflict").await;
    browser.press("#summary button", "Save mine over it").await;
    browser.find("#done:not(:empty)").await;
    let saved = find(&desk, "Questions").await;
    let all = json!([{ "ticket_type": { "ids": ["question", "complaint"] } }, { "new_message": {} }]);
    assert_eq!(saved.all, read::<Vec<v1::Condition>>(all));
    assert_eq!((saved.description.as_str(), &saved.examples), ("mine", &stored.examples));
    assert_eq!((saved.position, saved.actions), (stored.position, stored.actions));
    browser.no_errors(&["409"]).await;
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_offered_again_until_it_is_saved() {
    let desk = Desk::start_secured().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    let sign_in = async || {
        browser.fill("#credential", ADMIN_KEY).await;
        browser.click("main button").await;
        browser.find("#workflow").await;
    };
    browser.go(NEW).await;
    sign_in().await;
    browser.fill("#display_name", "À garder").await;
    browser.choose(&field("all[0].kind"), "subject").await;
    type_into(&browser, "all[0].subject.phrases.new", &format!("un, deux{}trois", enter())).await;
    browser.choose(&field("actions[0].kind"), "assign_tag").await;
    // The session ends meanwhile.
    browser.client.delete_all_cookies().await.unwrap();
    browser.click(".save-bar button").await;
    browser.sees("#unsaved", "Rien n’a été enregistré").await;
    assert_eq!(value(&browser, "display_name").await, "À garder");
    browser.no_errors(&["401"]).await;
    browser.go(NEW).await;
    sign_in().await;
    browser.sees("#restore", "Une saisie n’a pas été enregistrée").await;
    browser.look("form-restore").await;
    browser.press("#restore button", "La restaurer").await;
    browser.sees("[data-chip='all[0].subject.phrases[1]']", "trois").await;
    assert_eq!(value(&browser, "display_name").await, "À garder");
    browser.choose(&field("actions[0].assign_tag.tag_id"), "vip").await;
    browser.click(".save-bar button").await;
    browser.find("#done:not(:empty)").await;
    browser.go(NEW).await;
    browser.find("#workflow").await;
    assert_eq!(run(&browser, "return localStorage.length").await, 0);
    assert_eq!(browser.text("#restore").await, "");
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn templates_are_used_as_they_are_or_changed_first() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    let request = v1::ListTemplatesRequest { language: "fr".to_owned() };
    let templates = desk.workflows.clone().list_templates(request).await.unwrap().into_inner().templates;
    let (first, second) = (&templates[0], &templates[1]);
    browser.go("/accounts/demo/templates").await;
    assert_eq!(browser.count("article.template").await, templates.len());
    browser.look("templates").await;
    let card =
        |template: &v1::Template| format!("article[aria-labelledby='template-{}']", template.template_id);
    browser.click(&format!("{} button", card(first))).await;
    browser.sees("#done", "Le workflow a été créé.").await;
    let made = find(&desk, &first.display_name).await;
    let wanted = first.workflow.clone().unwrap();
    assert_eq!((made.all, made.any, made.actions), (wanted.all, wanted.any, wanted.actions));
    browser.go("/accounts/demo/templates").await;
    browser.click(&format!("{} a.button", card(second))).await;
    assert_eq!(browser.text("h1").await, "Nouveau workflow");
    browser.fill("#display_name", "Changé d’abord").await;
    browser.look("form-template").await;
    let made = saved(&desk, &browser, "Changé d’abord").await;
    let wanted = second.workflow.clone().unwrap();
    assert_eq!((made.all, made.any, made.actions), (wanted.all, wanted.any, wanted.actions));
    browser.close().await;
    desk.stop().await;
}
