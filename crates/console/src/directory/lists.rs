//! The nine vocabularies: ids with names, each either stated or free.

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use tamis_api::v1;

use crate::Console;
use crate::directory::agents::{Wanted, put};
use crate::directory::entry::{self, Entry};
use crate::directory::listing::{self, Asked};
use crate::directory::{
    Problems, Stored, Tab, default_button, entry_path, finished, form_buttons, list_path, page, store_lists,
    text_field,
};
use crate::layout;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;
use crate::words::Vocabulary;

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/directory/lists/{name}", get(show).post(state))
        .route("/directory/lists/{name}/entry", get(edit).post(save))
}

/// The account and the name of a list, as they stand in the path.
type Named = Path<(String, String)>;

/// The vocabulary of a name.
fn named(Path((_, name)): &Named) -> Result<Vocabulary, Refusal> {
    let list = entry::of_field(name).filter(|list| Tab::of(*list) == Tab::Lists);
    list.ok_or(Refusal::NoSuchPage)
}

async fn show(at: At, path: Named, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    Ok(list(&at, named(&path)?, &asked, &Problems::default()))
}

fn list(at: &At, list: Vocabulary, asked: &Asked, problems: &Problems) -> Markup {
    let l = at.visit.language;
    let title = entry::title(l, list);
    let content = html! {
        div .row.lists {
            h1 { (title) }
            nav aria-label=(l.text("directory-tab-lists")) {
                ul .tabs.small {
                    @for other in Vocabulary::ALL.into_iter().filter(|other| Tab::of(*other) == Tab::Lists) {
                        li { a href=(list_path(at, other)) aria-current=[(other == list).then_some("page")] { (entry::title(l, other)) } }
                    }
                }
            }
        }
        (layout::done(l, asked.done.as_deref()))
        (problems.above(l))
        (stating(at, list))
        (listing::of(at, list, asked))
    };
    page(at, Tab::Lists, &title, &content)
}

/// Whether a list is stated, what that means, and how it is changed.
fn stating(at: &At, list: Vocabulary) -> Markup {
    let l = at.visit.language;
    let directory = at.account.directory.clone().unwrap_or_default();
    let stated = entry::vocabulary(list, &directory).and_then(Option::as_ref);
    html! {
        form .card.stack method="post" action=(list_path(at, list)) {
            input type="hidden" name="etag" value=(at.account.etag);
            p {
                @match stated {
                    None => { span .badge { (l.text("list-free")) } " " (l.text("list-free-means")) }
                    Some(_) => { span .badge.yes { (l.text("list-stated")) } " " (l.text("list-stated-means")) }
                }
            }
            @if at.administers() {
                div .row {
                    @match stated {
                        None => button name="do" value="state" { (l.text("list-state-do")) },
                        Some(vocabulary) => details .confirm {
                            summary .button { (l.text("list-free-do")) }
                            div .row {
                                span { (l.with("list-free-sure", &[("count", vocabulary.terms.len().into())])) }
                                button .danger name="do" value="free" { (l.text("list-free-yes")) }
                            }
                        },
                    }
                }
            }
        }
    }
}

/// States a list, empty as yet, or frees it.
async fn state(at: At, path: Named, sent: Sent) -> Result<Response, Refusal> {
    let list = named(&path)?;
    let mut directory = at.account.directory.clone().unwrap_or_default();
    if let Some(vocabulary) = entry::vocabulary_mut(list, &mut directory) {
        *vocabulary = (sent.one("do") == "state").then(|| vocabulary.take().unwrap_or_default());
    }
    let mut problems = Problems::default();
    match store_lists(&at, sent.one("etag"), directory, &[list]).await? {
        Stored::Done(warnings) => {
            return Ok(finished(
                &at,
                Tab::Lists,
                &warnings,
                &[list],
                &list_path(&at, list),
                "directory-saved",
            ));
        }
        Stored::Outdated => problems.outdated = true,
        Stored::Wrong(found) => problems.refused(at.visit.language, &found, "account.", |_| None),
    }
    let page = self::list(&at, list, &Asked::default(), &problems);
    Ok((problems.status(), page).into_response())
}

async fn edit(at: At, path: Named, Query(wanted): Query<Wanted>) -> Result<Markup, Refusal> {
    let list = named(&path)?;
    let directory = at.account.directory.clone().unwrap_or_default();
    let stored = entry::entries(list, &directory).into_iter().find(|entry| entry.id() == wanted.id);
    let term = match stored {
        Some(Entry::Term(term)) => term.clone(),
        _ if wanted.id.is_empty() => v1::Term::default(),
        _ => return Err(Refusal::NoSuchPage),
    };
    Ok(form(&at, list, &wanted.id, &at.account.etag, &term, &Problems::default()))
}

async fn save(at: At, path: Named, Query(wanted): Query<Wanted>, sent: Sent) -> Result<Response, Refusal> {
    let list = named(&path)?;
    let text = |name| sent.one(name).trim().to_owned();
    let typed = v1::Term { id: text("id"), display_name: text("display_name") };
    let mut directory = at.account.directory.clone().unwrap_or_default();
    let vocabulary = entry::vocabulary_mut(list, &mut directory).ok_or(Refusal::NoSuchPage)?;
    // Whoever adds the first one states the list.
    let terms = &mut vocabulary.get_or_insert_default().terms;
    let place = terms.iter().position(|term| !wanted.id.is_empty() && term.id == wanted.id);
    let place = if sent.one("do") == "delete" {
        terms.retain(|term| term.id != wanted.id);
        0
    } else {
        put(terms, place, typed.clone())
    };
    let mut problems = Problems::default();
    let etag = match store_lists(&at, sent.one("etag"), directory, &[list]).await? {
        Stored::Done(warnings) => {
            return Ok(finished(
                &at,
                Tab::Lists,
                &warnings,
                &[list],
                &list_path(&at, list),
                "directory-saved",
            ));
        }
        Stored::Outdated => {
            problems.outdated = true;
            at.account.etag.as_str()
        }
        Stored::Wrong(found) => {
            let prefix = format!("account.directory.{}.terms[{place}].", entry::field(list));
            problems.refused(at.visit.language, &found, &prefix, |path| {
                matches!(path, "id" | "display_name").then(|| path.to_owned())
            });
            sent.one("etag")
        }
    };
    Ok((problems.status(), form(&at, list, &wanted.id, etag, &typed, &problems)).into_response())
}

fn form(at: &At, list: Vocabulary, id: &str, etag: &str, typed: &v1::Term, problems: &Problems) -> Markup {
    let l = at.visit.language;
    let name = if typed.display_name.is_empty() { id } else { &typed.display_name };
    let title = if id.is_empty() { l.text("directory-add-term") } else { name.to_owned().into() };
    let content = html! {
        h1 { (title) " " span .muted.small { (entry::title(l, list)) } }
        (problems.above(l))
        form .card.stack method="post" action=(entry_path(at, list, id)) {
            input type="hidden" name="etag" value=(etag);
            fieldset .plain.stack disabled[!at.administers()] {
                (default_button())
                div .grid {
                    (text_field(l, problems, "id", "term-id", &typed.id, Some("term-id-help")))
                    (text_field(l, problems, "display_name", "term-name", &typed.display_name, None))
                }
                @if at.administers() { (form_buttons(l, !id.is_empty(), &list_path(at, list))) }
            }
        }
    };
    page(at, Tab::Lists, &title, &content)
}
