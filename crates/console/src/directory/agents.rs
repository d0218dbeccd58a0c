//! The agents: who they are, and when they work.

use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::Console;
use crate::directory::agent::{self, Draft};
use crate::directory::listing::{self, Asked};
use crate::directory::{
    Problems, Stored, Tab, default_button, entry_path, finished, list_path, page, store_lists,
};
use crate::language::Language;
use crate::layout;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;
use crate::words::Vocabulary;

const LIST: Vocabulary = Vocabulary::Agents;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/directory/agents", get(show)).route("/directory/agents/entry", get(edit).post(save))
}

async fn show(at: At, Query(asked): Query<Asked>) -> Markup {
    let l = at.visit.language;
    let title = l.text("directory-list-agents");
    let is_empty = at.account.directory.as_ref().is_none_or(|directory| directory.agents.is_empty());
    let content = html! {
        h1 { (title) }
        (layout::done(l, asked.done.as_deref()))
        @if is_empty { p { (l.text("directory-agents-none")) } }
        (listing::of(&at, LIST, &asked))
    };
    page(&at, Tab::Agents, &title, &content)
}

/// The entry that somebody wants to see; empty for a new one.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    pub(super) id: String,
}

async fn edit(at: At, Query(wanted): Query<Wanted>) -> Result<Markup, Refusal> {
    let draft = if wanted.id.is_empty() {
        Draft::default()
    } else {
        let directory = at.account.directory.as_ref().ok_or(Refusal::NoSuchPage)?;
        let stored = directory.agents.iter().find(|agent| agent.id == wanted.id);
        Draft::of(stored.ok_or(Refusal::NoSuchPage)?)
    };
    Ok(form(&at, &wanted.id, &at.account.etag, &draft, &Problems::default()))
}

/// Stores an agent, or removes one; or only changes the form, as its buttons ask.
async fn save(at: At, Query(wanted): Query<Wanted>, sent: Sent) -> Result<Response, Refusal> {
    let l = at.visit.language;
    let (mut draft, etag) = (Draft::read(&sent), sent.one("etag"));
    let mut problems = Problems::default();
    let asked = sent.one("do");
    if !matches!(asked, "save" | "delete") {
        draft.change(asked, &sent);
        return Ok(form(&at, &wanted.id, etag, &draft, &problems).into_response());
    }
    let mut directory = at.account.directory.clone().unwrap_or_default();
    let place = directory.agents.iter().position(|agent| !wanted.id.is_empty() && agent.id == wanted.id);
    let place = if asked == "delete" {
        directory.agents.retain(|agent| agent.id != wanted.id);
        0
    } else {
        let agent = draft.agent(l, &mut problems);
        if !problems.is_empty() {
            return Ok(again(&at, &wanted.id, etag, &draft, &problems));
        }
        put(&mut directory.agents, place, agent)
    };
    match store_lists(&at, etag, directory, &[LIST]).await? {
        Stored::Done(warnings) => {
            let lists = [LIST];
            Ok(finished(&at, Tab::Agents, &warnings, &lists, &list_path(&at, LIST), "directory-saved"))
        }
        Stored::Outdated => {
            problems.outdated = true;
            Ok(again(&at, &wanted.id, etag, &draft, &problems))
        }
        Stored::Wrong(found) => {
            let prefix = format!("account.directory.agents[{place}].");
            problems.refused(l, &found, &prefix, |path| draft.field_of(path));
            Ok(again(&at, &wanted.id, etag, &draft, &problems))
        }
    }
}

/// Puts an entry in the place of another, or last; and tells the place.
pub(super) fn put<T>(list: &mut Vec<T>, place: Option<usize>, entry: T) -> usize {
    match place.and_then(|place| list.get_mut(place).map(|stored| (place, stored))) {
        Some((place, stored)) => {
            *stored = entry;
            place
        }
        None => {
            list.push(entry);
            list.len() - 1
        }
    }
}

/// The form with all that was typed. Whoever stores it once more after somebody else wrote has been told, and means it.
fn again(at: &At, id: &str, etag: &str, draft: &Draft, problems: &Problems) -> Response {
    let etag = if problems.outdated { &at.account.etag } else { etag };
    (problems.status(), form(at, id, etag, draft, problems)).into_response()
}

fn form(at: &At, id: &str, etag: &str, draft: &Draft, problems: &Problems) -> Markup {
    let l = at.visit.language;
    let title = title(l, id, draft);
    let content = html! {
        h1 { (title) }
        (problems.above(l))
        form .stack #agent method="post" action=(entry_path(at, LIST, id)) {
            input type="hidden" name="etag" value=(etag);
            fieldset .plain.stack disabled[!at.administers()] {
                (default_button())
                (agent::fields(l, draft, problems, &at.account.time_zone))
                @if at.administers() {
                    (crate::directory::form_buttons(l, !id.is_empty(), &list_path(at, LIST)))
                }
            }
        }
    };
    page(at, Tab::Agents, &title, &content)
}

fn title(l: Language, id: &str, draft: &Draft) -> String {
    let name = format!("{} {}", draft.first_name, draft.last_name);
    match (id.is_empty(), name.trim()) {
        (true, _) => l.text("directory-add-agent").into_owned(),
        (false, "") => id.to_owned(),
        (false, name) => name.to_owned(),
    }
}
