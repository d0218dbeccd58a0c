//! A browser, driven by WebDriver.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::desk::Desk;

/// What the driver says where a page gives way to another one while it is asked about.
const GONE: &str = "aborted by navigation";
/// How long something may take to appear, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one window at a console.
pub(crate) struct Browser {
    pub(crate) client: Client,
    url: String,
    language: String,
    /// Ends with this.
    _driver: Child,
    _profile: tempfile::TempDir,
}

/// A command of the driver's own.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// Whether there is a program in a folder of `PATH`.
fn found(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

impl Browser {
    /// Opens a window that asks for a language, such as `fr`; `None` if there is no browser here and none is required.
    pub(crate) async fn open(desk: &Desk, language: &str) -> Option<Self> {
        if !found("chromedriver") || !found("chromium") {
            let required = std::env::var("TAMIS_TEST_BROWSER").is_ok_and(|wanted| wanted == "required");
            assert!(!required, "chromium and chromedriver are required, and not in PATH");
            eprintln!("skipped: there is no chromium with chromedriver here");
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next_line().await.unwrap().expect("chromedriver says where it is");
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
                    "--force-prefers-reduced-motion", "--hide-scrollbars",
                    format!("--user-data-dir={}", profile.path().display()),
                ],
                "prefs": { "intl.accept_languages": language },
            },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        // What it says later must not fill a pipe that nobody reads.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let (url, language) = (desk.url.clone(), language.to_owned());
        Some(Self { client, url, language, _driver: driver, _profile: profile })
    }

    /// Goes to a page of the console.
    pub(crate) async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.url)).await.unwrap();
    }

    /// The path of the page, with its query.
    pub(crate) async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.url).unwrap_or(url.as_str()).to_owned()
    }

    /// Asks about the page, and again where it gave way to another one meanwhile.
    async fn ask<T>(&self, question: impl AsyncFn() -> Result<T, CmdError>) -> Result<T, CmdError> {
        let begun = tokio::time::Instant::now();
        loop {
            match question().await {
                Err(error) if error.to_string().contains(GONE) && begun.elapsed() < PATIENCE => {}
                answer => return answer,
            }
        }
    }

    /// The element of a CSS selector, once it is there.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = async || self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        self.ask(wait).await.unwrap_or_else(|error| panic!("no {css}: {error}"))
    }

    /// How many elements a CSS selector finds now.
    pub(crate) async fn count(&self, css: &str) -> usize {
        self.all(css).await.len()
    }

    /// The elements that a CSS selector finds now.
    async fn all(&self, css: &str) -> Vec<Element> {
        self.ask(async || self.client.find_all(Locator::Css(css)).await).await.unwrap()
    }

    /// The text of an element, once it is there.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// Waits until an element shows this text somewhere in it.
    pub(crate) async fn sees(&self, css: &str, text: &str) {
        self.holds(css, "innerText", text).await;
    }

    /// Waits until an element has this text somewhere in it, were it for those alone who cannot see.
    pub(crate) async fn sees_hidden(&self, css: &str, text: &str) {
        self.holds(css, "textContent", text).await;
    }

    async fn holds(&self, css: &str, property: &str, text: &str) {
        let all = "[...document.querySelectorAll(arguments[0])]";
        let script = format!("return {all}.map((found) => found.{property}).join(' ')");
        let begun = tokio::time::Instant::now();
        loop {
            let seen = self.ask(async || self.client.execute(&script, vec![css.into()]).await).await.unwrap();
            let seen = seen.as_str().unwrap_or_default();
            if seen.contains(text) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{css} has not {text:?}, but {seen:?}");
            tokio::task::yield_now().await;
        }
    }

    /// Presses an element.
    pub(crate) async fn click(&self, css: &str) {
        self.press_on(self.find(css).await, css).await;
    }

    /// Presses the first element of a kind that is shown and has exactly this text, or this label for those who cannot see it.
    pub(crate) async fn press(&self, css: &str, text: &str) {
        self.press_on(self.named(css, text).await, &format!("{css} {text:?}")).await;
    }

    async fn press_on(&self, element: Element, what: &str) {
        // The head of the page stays where it is, and must not lie over it.
        let to_middle = "arguments[0].scrollIntoView({ block: 'center' })";
        self.client.execute(to_middle, vec![serde_json::to_value(&element).unwrap()]).await.unwrap();
        element.click().await.unwrap_or_else(|error| panic!("cannot press {what}: {error}"));
    }

    /// The first element of a kind that is shown and has exactly this text, or this label.
    pub(crate) async fn named(&self, css: &str, text: &str) -> Element {
        let begun = tokio::time::Instant::now();
        loop {
            for element in self.all(css).await {
                let is_shown = element.is_displayed().await.unwrap_or(false);
                let label = element.attr("aria-label").await.ok().flatten();
                if is_shown
                    && (label.as_deref() == Some(text)
                        || element.text().await.is_ok_and(|seen| seen.trim() == text))
                {
                    return element;
                }
            }
            assert!(begun.elapsed() < PATIENCE, "there is no {css} {text:?}");
            tokio::task::yield_now().await;
        }
    }

    /// Types into a field in place of what is in it.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap_or_else(|error| panic!("cannot type into {css}: {error}"));
    }

    /// Chooses from a list by the value.
    pub(crate) async fn choose(&self, css: &str, value: &str) {
        self.find(css)
            .await
            .select_by_value(value)
            .await
            .unwrap_or_else(|error| panic!("cannot choose {value} of {css}: {error}"));
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub(crate) async fn keys(&self, keys: &[Key]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys {
            actions = actions
                .then(KeyAction::Down { value: (*key).into() })
                .then(KeyAction::Up { value: (*key).into() });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Takes pictures of the page: light and dark, wide and as on a telephone; and has axe-core look at it in each of these forms.
    pub(crate) async fn look(&self, name: &str) {
        for scheme in ["light", "dark"] {
            let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            self.vendor(
                "goog/cdp/execute",
                json!({ "cmd": "Emulation.setEmulatedMedia", "params": features }),
            )
            .await;
            for (form, width) in [("wide", 1_280), ("narrow", 390)] {
                let metrics =
                    json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
                self.vendor(
                    "goog/cdp/execute",
                    json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics }),
                )
                .await;
                let shot =
                    json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true } });
                let picture = self.vendor("goog/cdp/execute", shot).await;
                let picture = base64::Engine::decode(
                    &base64::prelude::BASE64_STANDARD,
                    picture["data"].as_str().unwrap(),
                )
                .unwrap();
                let file = format!("{name}-{}-{scheme}-{form}.png", self.language);
                std::fs::write(screenshots().join(&file), picture).unwrap();
                self.check(&file).await;
                let overflow =
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
                let overflow = self.client.execute(overflow, Vec::new()).await.unwrap();
                assert!(
                    overflow.as_i64().unwrap() <= 0,
                    "{file} is wider than its window by {overflow} pixels"
                );
            }
        }
        self.vendor(
            "goog/cdp/execute",
            json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": [] } }),
        )
        .await;
        self.vendor(
            "goog/cdp/execute",
            json!({ "cmd": "Emulation.clearDeviceMetricsOverride", "params": {} }),
        )
        .await;
    }

    /// Has axe-core look at the page as it is.
    async fn check(&self, name: &str) {
        let Some(axe) = std::env::var_os("TAMIS_TEST_AXE") else { return };
        let axe = std::fs::read_to_string(axe).unwrap();
        self.client.execute(&axe, Vec::new()).await.unwrap();
        let run = "const done = arguments[arguments.length - 1]; \
                   axe.run(document, { resultTypes: ['violations'] }).then((found) => done(found.violations), (error) => done(String(error)))";
        let found = self.client.execute_async(run, Vec::new()).await.unwrap();
        let violations = found.as_array().unwrap_or_else(|| panic!("axe-core: {found}"));
        let mut told = String::new();
        for violation in violations {
            writeln!(told, "{}: {}", violation["id"], violation["help"]).unwrap();
            for node in violation["nodes"].as_array().unwrap() {
                writeln!(told, "  {}\n    {}", node["html"], node["failureSummary"]).unwrap();
            }
        }
        assert!(told.is_empty(), "{name} is not accessible:\n{told}");
    }

    async fn vendor(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Vendor { path, body }).await.unwrap()
    }

    /// Closes the window; nothing may have gone wrong in it: no script failed, nothing was refused by the policy, every text was there.
    pub(crate) async fn close(self) {
        self.no_errors(&[]).await;
        self.client.close().await.unwrap();
    }

    /// Checks that nothing has gone wrong since this was asked last, but for what has one of these words in it.
    pub(crate) async fn no_errors(&self, but: &[&str]) {
        let source = self.client.source().await.unwrap();
        assert!(
            !source.contains('⟦'),
            "a text is missing: {}",
            source.split('⟦').nth(1).unwrap_or_default().split('⟧').next().unwrap_or_default()
        );
        let log = self.vendor("se/log", json!({ "type": "browser" })).await;
        let wrong: Vec<&str> = log
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["level"] != "INFO" && entry["level"] != "DEBUG")
            .filter_map(|entry| entry["message"].as_str())
            .filter(|message| !but.iter().any(|known| message.contains(known)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// Where pictures are left.
fn screenshots() -> PathBuf {
    // The tests' own folder lies in the one of everything that is built.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
