//! Signing in and out, choosing accounts and languages.

use crate::browser::Browser;
use crate::desk::{ADMIN_KEY, Desk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_a_key_signs_in_and_out() {
    let desk = Desk::start_secured().await;
    let Some(browser) = Browser::open(&desk, "fr").await else { return desk.stop().await };
    browser.go("/accounts/demo/workflows").await;
    assert_eq!(browser.path().await, "/sign-in?to=%2Faccounts%2Fdemo%2Fworkflows");
    assert_eq!(browser.text("h1").await, "Se connecter à Tamis");
    browser.look("sign-in").await;
    browser.fill("#credential", "tamis_nobody").await;
    browser.press("main button", "Se connecter").await;
    browser.sees("[role=alert]", "ne connaît pas cette clé").await;
    browser.no_errors(&["422"]).await;
    browser.fill("#credential", ADMIN_KEY).await;
    browser.press("main button", "Se connecter").await;
    browser.sees("h1", "Workflows").await;
    assert_eq!(browser.path().await, "/accounts/demo/workflows");
    let cookies = browser.client.get_all_cookies().await.unwrap();
    let session = cookies.iter().find(|cookie| cookie.name() == "__Host-tamis_session").unwrap();
    assert_eq!((session.http_only(), session.secure()), (Some(true), Some(true)));
    assert_eq!(format!("{:?}", session.same_site()), "Some(Lax)");
    assert!(!session.value().contains(ADMIN_KEY));
    browser.press("header button", "Se déconnecter").await;
    browser.sees("h1", "Se connecter à Tamis").await;
    browser.go("/accounts").await;
    browser.sees("h1", "Se connecter à Tamis").await;
    browser.close().await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_chooses_the_language_unless_somebody_does() {
    let desk = Desk::start().await;
    let Some(browser) = Browser::open(&desk, "pl").await else { return desk.stop().await };
    browser.go("/").await;
    // There is one account, and nobody has to sign in.
    browser.sees("h1", "Workflow").await;
    assert_eq!(browser.path().await, "/accounts/demo/workflows");
    for (name, tag) in [("Français", "fr"), ("English", "en"), ("Polski", "pl")] {
        browser.click("header .tools summary").await;
        browser.press("header .tools button", name).await;
        browser.find(&format!("html[lang={tag}]")).await;
        assert_eq!(browser.path().await, "/accounts/demo/workflows");
    }
    browser.go("/nowhere").await;
    browser.sees("[role=alert]", "Nie ma takiej strony.").await;
    browser.no_errors(&["404"]).await;
    browser.close().await;
    desk.stop().await;
}
