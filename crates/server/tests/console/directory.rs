//! The directory, from what people press and type to what is stored.

use std::time::Duration;

use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use tamis_api::v1;
use tamis_api::well_known::FieldMask;

use crate::browser::Browser;
use crate::desk::{ADMIN_KEY, Desk};

/// The demo's account as it is stored.
async fn account(desk: &Desk) -> v1::Account {
    let request = v1::GetAccountRequest { account_id: "demo".to_owned() };
    desk.accounts.clone().get_account(request).await.unwrap().into_inner().account.unwrap()
}

async fn directory(desk: &Desk) -> v1::Directory {
    account(desk).await.directory.unwrap()
}

/// The spans of a schedule: day, from, to.
fn spans(hours: &v1::WorkingHours) -> Vec<(i32, u32, u32)> {
    let span = |span: &v1::WeeklyInterval| {
        (span.day, span.range.unwrap().from_minute, span.range.unwrap().to_minute)
    };
    hours.weekly.iter().map(span).collect()
}

/// Presses on one cell of the week, drags over the others, and lets go.
async fn drag(browser: &Browser, cells: &[(i32, u32)]) {
    let mut actions = MouseActions::new("mouse".to_owned());
    for (n, (day, from)) in cells.iter().enumerate() {
        let cell = browser.find(&format!("[data-cell][data-day='{day}'][data-from='{from}']")).await;
        let duration = Some(Duration::ZERO);
        actions = actions.then(PointerAction::MoveToElement { element: cell, duration, x: 0.0, y: 0.0 });
        if n == 0 {
            actions = actions.then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        }
    }
    let actions = actions.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    browser.client.perform_actions(actions).await.unwrap();
}

/// Puts a date into a field: how it is typed depends on where the browser is at home.
async fn date(browser: &Browser, css: &str, date: &str) {
    browser.find(css).await;
    let script = "document.querySelector(arguments[0]).value = arguments[1]";
    browser.client.execute(script, vec![css.into(), date.into()]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_gets_hours_that_are_painted_and_an_exception() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    browser.go("/accounts/demo/directory").await;
    browser.sees("h1", "Agents").await;
    browser.look("agents").await;
    browser.press("a", "Ajouter un agent").await;
    browser.fill("#id", "zoé/1").await;
    browser.fill("#first_name", "Zoé").await;
    browser.fill("#email", "zoe").await;
    // The whole of Monday's morning but what the hand leaps over, and a half hour of it is wiped out again.
    drag(&browser, &[(1, 480), (1, 600), (1, 690)]).await;
    drag(&browser, &[(1, 600)]).await;
    // The rows take minutes, as people write them; and hours that go past midnight show on two days of the grid.
    browser.fill("[data-day='2'] .span:nth-of-type(1) input[name=from-2]", "9h05").await;
    browser.fill("[data-day='2'] .span:nth-of-type(1) input[name=to-2]", "17:10").await;
    browser.fill("[name=from-5]", "22").await;
    browser.fill("[name=to-5]", "2:30").await;
    let state = async |day: i32, from: u32| {
        let cell = browser.find(&format!("[data-cell][data-day='{day}'][data-from='{from}']")).await;
        cell.attr("aria-label").await.unwrap().unwrap()
    };
    assert_eq!(state(2, 540).await, "mardi 09:00–09:30, au travail en partie");
    assert_eq!(state(2, 570).await, "mardi 09:30–10:00, au travail");
    assert_eq!(state(6, 120).await, "samedi 02:00–02:30, au travail");
    assert_eq!(state(6, 150).await, "samedi 02:30–03:00");
    // By keyboard: from Monday's eight o'clock five days down, painted, and along to the right.
    browser
        .client
        .execute("document.querySelector('[data-cell][tabindex=\"0\"]').focus()", vec![])
        .await
        .unwrap();
    browser
        .client
        .execute("document.querySelector('[data-day=\"4\"][data-from=\"480\"]').focus()", vec![])
        .await
        .unwrap();
    browser.keys(&[Key::Space]).await;
    browser.client.perform_actions(shifted(Key::Right)).await.unwrap();
    assert_eq!(state(4, 510).await, "jeudi 08:30–09:00, au travail");
    // A date is added, and all that was typed is still there.
    browser.press("button", "Ajouter une date").await;
    date(&browser, "#date-0", "2026-12-24").await;
    browser.fill("[name=from-x0]", "10:00").await;
    browser.fill("[name=to-x0]", "12:00").await;
    browser.look("agent").await;
    browser.press("button", "Enregistrer").await;
    browser.sees("[role=alert]", "Rien n’a été enregistré").await;
    browser.sees("#email-problem", "e-mail").await;
    browser.no_errors(&["422"]).await;
    browser.look("agent-wrong").await;
    browser.fill("#email", "zoe@shop.example").await;
    browser.press("button", "Enregistrer").await;
    browser.sees("#done", "Enregistré").await;
    let directory = directory(&desk).await;
    let zoe = directory.agents.iter().find(|agent| agent.id == "zoé/1").unwrap();
    assert_eq!((&*zoe.first_name, &*zoe.email), ("Zoé", "zoe@shop.example"));
    let hours = zoe.working_hours.as_ref().unwrap();
    assert_eq!(spans(hours), [(1, 480, 600), (1, 630, 720), (2, 545, 1_030), (4, 480, 540), (5, 1_320, 150)]);
    let range = v1::TimeRange { from_minute: 600, to_minute: 720 };
    let exception = v1::DatedException { date: "2026-12-24".to_owned(), ranges: vec![range] };
    assert_eq!(hours.exceptions, [exception]);
    browser.close().await;
    desk.stop().await;
}

/// A key with Shift held.
fn shifted(key: Key) -> fantoccini::actions::KeyActions {
    use fantoccini::actions::{KeyAction, KeyActions};
    KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: Key::Shift.into() })
        .then(KeyAction::Down { value: key.into() })
        .then(KeyAction::Up { value: key.into() })
        .then(KeyAction::Up { value: Key::Shift.into() })
}

/// What is painted and wiped out on the grid is what a plain list of the week's minutes says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn painting_changes_what_is_painted_and_nothing_else() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    browser.go("/accounts/demo/directory/agents/entry?id=ola").await;
    let script = r#"
        const done = arguments[arguments.length - 1];
        const address = document.querySelector('script[src*="directory.js"]').src;
        import(address).then(({ paint }) => {
            let seed = 20261126;
            const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
            const WEEK = 7 * 1440;
            const minutes = (spans) => {
                const week = new Array(WEEK).fill(0);
                for (const { day, from, to } of spans) {
                    const length = to > from ? to - from : to - from + 1440;
                    for (let n = 0; n < length; n++) week[((day - 1) * 1440 + from + n) % WEEK] = 1;
                }
                return week;
            };
            for (let round = 0; round < 400; round++) {
                let spans = [];
                for (let n = random(6); n > 0; n--) {
                    const from = random(1440);
                    const to = 1 + random(1440);
                    if (from !== to) spans.push({ day: 1 + random(7), from, to });
                }
                for (let n = 0; n < 8; n++) {
                    const [day, from, on] = [1 + random(7), 30 * random(48), random(2) === 1];
                    const to = Math.min(1440, from + 30 * (1 + random(4)));
                    const wanted = minutes(spans);
                    for (let at = from; at < to; at++) wanted[(day - 1) * 1440 + at] = on ? 1 : 0;
                    const before = JSON.stringify(spans);
                    spans = paint(spans, day, from, to, on);
                    const told = `${before} ${day} ${from}-${to} ${on} → ${JSON.stringify(spans)}`;
                    if (minutes(spans).join("") !== wanted.join("")) return done(told);
                    const isSpan = (s) => s.day >= 1 && s.day <= 7 && s.from >= 0 && s.from < 1440 && s.to >= 1 && s.to <= 1440 && s.from !== s.to;
                    if (!spans.every(isSpan)) return done(`no span: ${told}`);
                }
            }
            const cases = [
                [[{ day: 5, from: 1200, to: 240 }], 6, 240, 300, true, [{ day: 5, from: 1200, to: 300 }]],
                [[{ day: 5, from: 1200, to: 240 }], 6, 60, 90, false, [{ day: 5, from: 1200, to: 60 }, { day: 6, from: 90, to: 240 }]],
                [[{ day: 7, from: 1200, to: 240 }], 1, 0, 240, false, [{ day: 7, from: 1200, to: 1440 }]],
                [[{ day: 1, from: 1200, to: 1440 }], 2, 0, 30, true, [{ day: 1, from: 1200, to: 1440 }, { day: 2, from: 0, to: 30 }]],
                [[{ day: 1, from: 545, to: 1030 }], 1, 510, 540, true, [{ day: 1, from: 510, to: 540 }, { day: 1, from: 545, to: 1030 }]],
            ];
            for (const [spans, day, from, to, on, wanted] of cases) {
                const found = JSON.stringify(paint(spans, day, from, to, on));
                if (found !== JSON.stringify(wanted)) return done(`${JSON.stringify(spans)}: ${found}`);
            }
            done("");
        }, (error) => done(String(error)));
    "#;
    let wrong = browser.client.execute_async(script, Vec::new()).await.unwrap();
    assert_eq!(wrong.as_str(), Some(""));
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_typed_is_lost_when_somebody_else_was_first() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    browser.go("/accounts/demo/directory/settings").await;
    browser.sees("#sample", ", ").await;
    browser.fill("#locale", "fr-FR").await;
    browser.fill("#time_zone", "Asia/Tokyo").await;
    let theirs = v1::Account { display_name: "Theirs".to_owned(), ..account(&desk).await };
    let mask = FieldMask { paths: vec!["display_name".to_owned()] };
    let request = v1::UpdateAccountRequest { account: Some(theirs), update_mask: Some(mask) };
    desk.accounts.clone().update_account(request).await.unwrap();
    browser.fill("#display_name", "Ours").await;
    browser.press("button", "Save").await;
    browser.sees("[role=alert]", "Somebody else has changed the account").await;
    browser.no_errors(&["409"]).await;
    assert_eq!(account(&desk).await.display_name, "Theirs");
    browser.look("settings-outdated").await;
    browser.press("button", "Save").await;
    browser.sees("#done", "Saved").await;
    let stored = account(&desk).await;
    assert_eq!((&*stored.display_name, &*stored.time_zone, &*stored.locale), ("Ours", "Asia/Tokyo", "fr-FR"));
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_mended_looked_at_and_imported() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    browser.go("/accounts/demo/directory/transfer").await;
    browser.choose("#list", "tags").await;
    browser.fill("#text", "id;name\nvip;Très important\n;Personne\n").await;
    browser.press("button", "Montrer ce qui changerait").await;
    browser.sees("#changes", "Ligne 3, colonne 1").await;
    browser.no_errors(&["422"]).await;
    browser.look("import-mistake").await;
    let before = directory(&desk).await;
    // What only the service knows is told in the reader's language too, with the line.
    browser.choose("#list", "agents").await;
    browser.fill("#text", "id;email\nzoe;zoe@shop.example\nluc;nulle part\n").await;
    browser.press("button", "Montrer ce qui changerait").await;
    browser.press("button", "Enregistrer").await;
    browser.sees("#changes .error", "Ligne 3").await;
    browser.sees("#changes .error", "n’est pas une adresse e-mail").await;
    browser.no_errors(&["422"]).await;
    browser.look("import-refused").await;
    assert_eq!(directory(&desk).await, before);
    browser.choose("#list", "tags").await;
    browser.fill("#text", "id;name\nvip;Très important\nnouveau;Nouveau\n").await;
    browser.press("button", "Montrer ce qui changerait").await;
    browser.sees("#changes", "1 ajout").await;
    browser.sees("#changes", "Très important (vip)").await;
    browser.look("import-changes").await;
    assert_eq!(directory(&desk).await, before);
    browser.press("button", "Enregistrer").await;
    browser.sees("#done", "Importé").await;
    let tags = directory(&desk).await.tags.unwrap().terms;
    let name = |id: &str| tags.iter().find(|term| term.id == id).map(|term| term.display_name.clone());
    assert_eq!((tags.len(), name("vip").as_deref()), (8, Some("Très important")));
    assert_eq!(name("nouveau").as_deref(), Some("Nouveau"));
    // Everything is replaced by what was exported before, and is as it was.
    browser.go("/accounts/demo/directory/transfer").await;
    let fetched = "const done = arguments[arguments.length - 1]; fetch('export/agents.csv').then((answer) => answer.text()).then(done)";
    let csv = browser.client.execute_async(fetched, Vec::new()).await.unwrap();
    assert!(csv.as_str().unwrap().contains("fri-sat 20:00-04:00"), "{csv}");
    let fill = "document.getElementById('text').value = arguments[0]";
    let json = serde_json::to_string(&before).unwrap();
    browser.client.execute(fill, vec![json.into()]).await.unwrap();
    browser.choose("#list", "directory").await;
    browser.click("[name=mode][value=replace]").await;
    browser.press("button", "Montrer ce qui changerait").await;
    browser.sees("#changes", "1 suppression").await;
    browser.press("button", "Enregistrer").await;
    browser.sees("#done", "Importé").await;
    assert_eq!(directory(&desk).await, before);
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_stated_and_what_workflows_then_miss_is_told() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "pl").await else { return desk.stop().await };
    browser.go("/accounts/demo/directory/lists/tags").await;
    browser.sees("main", "Ustalona").await;
    browser.look("list").await;
    browser.click(".confirm summary").await;
    browser.press("button", "Tak, zostaw dowolną").await;
    browser.sees("main", "Ta lista nie jest ustalona").await;
    assert_eq!(directory(&desk).await.tags, None);
    browser.press("button", "Ustal tę listę").await;
    // The demo's workflows assign tags, and none of them is in the list now.
    browser.sees("[role=status]", "którego nie ma w katalogu").await;
    browser.sees("[role=status]", "„refund” nie należy do").await;
    browser.look("list-warnings").await;
    browser.press("a", "Dalej").await;
    assert_eq!(directory(&desk).await.tags, Some(v1::Vocabulary::default()));
    browser.press("a", "Dodaj pozycję").await;
    browser.fill("#id", "refund").await;
    browser.fill("#display_name", "Refund <b>").await;
    browser.keys(&[Key::Enter]).await;
    browser.sees("h1", "Zapisano").await;
    let term = v1::Term { id: "refund".to_owned(), display_name: "Refund <b>".to_owned() };
    assert_eq!(directory(&desk).await.tags.unwrap().terms, [term]);
    browser.press("a", "Dalej").await;
    browser.sees(".entries", "Refund <b>").await;
    // An id that the list has already.
    browser.press("a", "Dodaj pozycję").await;
    browser.fill("#id", "refund").await;
    browser.keys(&[Key::Enter]).await;
    browser.sees("#id-problem", "Identyfikator „refund” jest już na liście").await;
    browser.no_errors(&["422"]).await;
    browser.look("list-duplicate").await;
    // An inbox with its groups.
    browser.go("/accounts/demo/directory/inboxes").await;
    browser.press("a", "Dodaj skrzynkę").await;
    browser.fill("#id", "fnac").await;
    browser.click("[name=group_ids][value=marketplaces]").await;
    browser.look("inbox").await;
    browser.press("button", "Zapisz").await;
    browser.sees("#done", "Zapisano").await;
    let directory = directory(&desk).await;
    assert_eq!(directory.inboxes.last().unwrap().group_ids, ["marketplaces"]);
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_write_sees_why_and_keys_are_made_and_revoked() {
    let desk = Desk::start_secured().await;
    let Some(browser) = Browser::open(&desk, "en").await else { return desk.stop().await };
    let sign_in = async |key: &str| {
        browser.go("/sign-in").await;
        browser.fill("#credential", key).await;
        browser.press("main button", "Sign in").await;
        browser.find("header form[action='/sign-out']").await;
    };
    sign_in(ADMIN_KEY).await;
    browser.go("/accounts/demo/directory/settings").await;
    browser.press("a", "Keys").await;
    browser.fill("#display_name", "Léa").await;
    browser.choose("#role", "2").await;
    browser.fill("#account_ids", "demo").await;
    browser.look("keys").await;
    browser.press("button", "Make the key").await;
    browser.sees("h1", "The key is made").await;
    let key = browser.text("#key-text").await;
    browser.press("a", "Go on").await;
    browser.sees(".links", "Léa").await;
    browser.sees("header form[action='/sign-out']", "Sign out").await;
    // An account is added, and deleted once its id was typed.
    browser.go("/accounts/new").await;
    browser.fill("#account_id", "second").await;
    browser.fill("#time_zone", "Europe/Nowhere").await;
    browser.fill("#locale", "fr-FR").await;
    browser.press("button", "Add it").await;
    browser.sees("#time_zone + datalist ~ #time_zone-problem", "Nowhere").await;
    browser.no_errors(&["422"]).await;
    browser.look("account-new").await;
    browser.fill("#time_zone", "Europe/Paris").await;
    browser.press("button", "Add it").await;
    browser.sees("h1", "Agents").await;
    assert_eq!(browser.path().await, "/accounts/second/directory/agents");
    browser.go("/accounts/second/directory/settings").await;
    browser.press("summary", "Delete this account…").await;
    browser.fill("#account_id", "first").await;
    browser.press("button", "Delete the account").await;
    browser.sees("#account_id-problem", "not the id").await;
    browser.no_errors(&["422"]).await;
    browser.fill("#account_id", "second").await;
    browser.press("button", "Delete the account").await;
    browser.sees("#done", "deleted").await;
    assert_eq!(browser.count(".links li").await, 1);
    browser.go("/accounts/demo/directory/agents").await;
    browser.press("header button", "Sign out").await;
    browser.sees("h1", "Sign in").await;

    sign_in(&key).await;
    browser.go("/accounts/demo/directory/agents/entry?id=anna").await;
    browser.sees(".notice", "Only an administrator").await;
    assert_eq!(browser.count("main fieldset:disabled #first_name").await, 1);
    assert_eq!(browser.count("main button:enabled").await, 0);
    browser.look("agent-read-only").await;
    browser.go("/keys").await;
    browser.sees("[role=alert]", "does not allow this").await;
    browser.no_errors(&["403"]).await;
    browser.press("a", "Back to the accounts").await;

    sign_in(ADMIN_KEY).await;
    browser.go("/keys").await;
    browser.click(".confirm summary").await;
    browser.press("button", "Yes, revoke it").await;
    browser.sees("#done", "revoked").await;
    browser.go("/sign-in").await;
    browser.fill("#credential", &key).await;
    browser.press("main button", "Sign in").await;
    browser.sees("[role=alert]", "does not know this key").await;
    browser.no_errors(&["422"]).await;
    browser.close().await;
    desk.stop().await;
}
