//! What all pages have around them.

use std::convert::Infallible;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::assets;
use crate::language::Language;
use crate::refusal::Refusal;
use crate::visit::{At, Visit};

/// The parts of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// The workflows.
    Workflows,
    /// Ready-made workflows.
    Templates,
    /// Trying changes.
    Try,
    /// Simulating drafts.
    Simulate,
    /// What the workflows do, and how the service is.
    Watch,
    /// The directory and the settings.
    Directory,
    /// What was written, and by whom.
    History,
}

impl Section {
    /// Each with the last part of its path, and the text of the catalogue that is its name, in the order of the navigation.
    const ALL: [(Self, &str, &str); 7] = [
        (Self::Workflows, "workflows", "nav-workflows"),
        (Self::Templates, "templates", "nav-templates"),
        (Self::Try, "try", "nav-try"),
        (Self::Simulate, "simulate", "nav-simulate"),
        (Self::Watch, "watch", "nav-watch"),
        (Self::Directory, "directory", "nav-directory"),
        (Self::History, "history", "nav-history"),
    ];
}

/// A page of an account. `content` begins with `main #main`.
pub(crate) fn page(at: &At, section: Section, title: &str, scripts: &[&str], content: &Markup) -> Markup {
    let l = at.visit.language;
    let name =
        if at.account.display_name.is_empty() { &at.account.account_id } else { &at.account.display_name };
    let head = html! {
        a .account href="/accounts?all=" title=(l.text("nav-accounts")) { (name) }
        nav aria-label=(l.text("nav")) {
            ul {
                @for (known, path, text) in Section::ALL {
                    li { a href=(at.path(path)) aria-current=[(known == section).then_some("page")] { (l.text(text)) } }
                }
            }
        }
    };
    document(&at.visit, title, &head, Some(&at.caller), scripts, content)
}

/// A page of an account whose content takes a while: its `beginning` is sent, and shown, before that is there.
///
/// The status has been sent by then, so that a refusal is told in the content's place.
pub(crate) fn later<F>(
    at: At,
    section: Section,
    title: &str,
    beginning: &Markup,
    content: impl FnOnce(At) -> F,
) -> Response
where
    F: Future<Output = Result<Markup, Refusal>> + Send + 'static,
{
    // Texts of people cannot have it, as they are escaped.
    const MARK: &str = "<!--later-->";
    let l = at.visit.language;
    let content_so_far = html! {
        main #main {
            (beginning)
            // The style sheet hides it once something comes after it.
            p .waiting role="status" { (l.text("waiting")) }
            (PreEscaped(MARK))
        }
    };
    let page = page(&at, section, title, &[], &content_so_far).into_string();
    let (before, after) = page
        .split_once(MARK)
        .map_or_else(Default::default, |(before, after)| (before.to_owned(), after.to_owned()));
    let content = content(at);
    let rest = async move {
        let content = content.await.unwrap_or_else(|refusal| refusal.shown(l));
        content.into_string() + &after
    };
    let parts = stream::once(async { before }).chain(stream::once(rest)).map(Ok::<_, Infallible>);
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    ([(CONTENT_TYPE, html)], Body::from_stream(parts)).into_response()
}

/// A page of no account. `content` begins with `main #main`.
pub(crate) fn bare(visit: &Visit, title: &str, content: &Markup) -> Markup {
    document(visit, title, &html! {}, None, &[], content)
}

fn document(
    visit: &Visit,
    title: &str,
    head: &Markup,
    caller: Option<&tamis_api::v1::GetCallerResponse>,
    scripts: &[&str],
    content: &Markup,
) -> Markup {
    let l = visit.language;
    html! {
        (DOCTYPE)
        html lang=(l.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Tamis" }
                link rel="icon" type="image/svg+xml" href=(assets::path("icon.svg"));
                link rel="stylesheet" href=(assets::path("console.css"));
                script type="module" src=(assets::path("console.js")) {}
                @for script in scripts { script type="module" src=(assets::path(script)) {} }
            }
            body {
                a .skip href="#main" { (l.text("skip")) }
                header .top {
                    a .brand href="/accounts" { (LOGO) "Tamis" }
                    (head)
                    div .tools {
                        (languages(visit))
                        @if visit.is_signed_in {
                            form method="post" action="/sign-out" {
                                button .quiet title=[caller.map(|caller| &caller.name)] { (l.text("sign-out")) }
                            }
                        }
                    }
                }
                (content)
            }
        }
    }
}

/// A sieve.
const LOGO: PreEscaped<&str> = PreEscaped(
    r#"<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="M3 6h18l-7 8v6l-4-2v-4z" fill="currentColor"/></svg>"#,
);

/// The menu of languages.
fn languages(visit: &Visit) -> Markup {
    let l = visit.language;
    html! {
        details .menu {
            summary { span .visually-hidden { (l.text("language")) " " } (l.tag().to_uppercase()) }
            form .items method="post" action="/language" {
                input type="hidden" name="to" value=(visit.path);
                @for language in Language::ALL {
                    button name="language" value=(language.tag()) lang=(language.tag())
                        aria-current=[(language == l).then_some("true")] { (language.name()) }
                }
            }
        }
    }
}

/// The address of a page that is to tell what has been done: [`done`] reads it there.
pub(crate) fn telling(path: &str, done: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}done={done}")
}

/// What has been done, told on the page that follows: `?done=` and the name of a text without its `done-`.
pub(crate) fn done(l: Language, done: Option<&str>) -> Markup {
    let told = done.map(|done| format!("done-{done}")).filter(|id| l.has(id));
    html! {
        div #done .done role="status" {
            @if let Some(id) = told { (l.text(&id)) }
        }
    }
}
