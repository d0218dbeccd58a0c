//! The inboxes, and the groups that each is in.

use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use tamis_api::v1;

use crate::Console;
use crate::directory::agents::{Wanted, put};
use crate::directory::listing::{self, Asked};
use crate::directory::{
    Problems, Stored, Tab, default_button, entry_path, finished, form_buttons, list_path, page, reading,
    store_lists, text_field,
};
use crate::layout;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;
use crate::words::Vocabulary;

const LIST: Vocabulary = Vocabulary::Inboxes;
/// Groups for which each has a box to tick; of more than that, ids are typed.
const BOXES_MAX: usize = 50;

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/directory/inboxes", get(show))
        .route("/directory/inboxes/entry", get(edit).post(save))
}

async fn show(at: At, Query(asked): Query<Asked>) -> Markup {
    let l = at.visit.language;
    let title = l.text("directory-list-inboxes");
    let is_empty = at.account.directory.as_ref().is_none_or(|directory| directory.inboxes.is_empty());
    let content = html! {
        h1 { (title) }
        (layout::done(l, asked.done.as_deref()))
        @if is_empty { p { (l.text("directory-inboxes-none")) } }
        (listing::of(&at, LIST, &asked))
    };
    page(&at, Tab::Inboxes, &title, &content)
}

async fn edit(at: At, Query(wanted): Query<Wanted>) -> Result<Markup, Refusal> {
    let inboxes = at.account.directory.iter().flat_map(|directory| &directory.inboxes);
    let stored = inboxes.clone().find(|inbox| inbox.id == wanted.id).cloned();
    if stored.is_none() && !wanted.id.is_empty() {
        return Err(Refusal::NoSuchPage);
    }
    Ok(form(&at, &wanted.id, &at.account.etag, &stored.unwrap_or_default(), &Problems::default()))
}

async fn save(at: At, Query(wanted): Query<Wanted>, sent: Sent) -> Result<Response, Refusal> {
    let typed = typed(&sent);
    let mut directory = at.account.directory.clone().unwrap_or_default();
    let place = directory.inboxes.iter().position(|inbox| !wanted.id.is_empty() && inbox.id == wanted.id);
    let place = if sent.one("do") == "delete" {
        directory.inboxes.retain(|inbox| inbox.id != wanted.id);
        0
    } else {
        put(&mut directory.inboxes, place, typed.clone())
    };
    let mut problems = Problems::default();
    let etag = match store_lists(&at, sent.one("etag"), directory, &[LIST]).await? {
        Stored::Done(warnings) => {
            let lists = [LIST, Vocabulary::InboxGroups];
            return Ok(finished(
                &at,
                Tab::Inboxes,
                &warnings,
                &lists,
                &list_path(&at, LIST),
                "directory-saved",
            ));
        }
        Stored::Outdated => {
            problems.outdated = true;
            at.account.etag.as_str()
        }
        Stored::Wrong(found) => {
            problems.refused(
                at.visit.language,
                &found,
                &format!("account.directory.inboxes[{place}]."),
                |path| {
                    let field = path.split('[').next().unwrap_or_default();
                    matches!(field, "id" | "display_name" | "group_ids").then(|| field.to_owned())
                },
            );
            sent.one("etag")
        }
    };
    Ok((problems.status(), form(&at, &wanted.id, etag, &typed, &problems)).into_response())
}

fn typed(sent: &Sent) -> v1::Inbox {
    let more = reading::read_ids(sent.one("groups-more"));
    let mut group_ids: Vec<String> = Vec::new();
    for id in sent.all("group_ids").chain(more.iter().map(String::as_str)) {
        if !group_ids.iter().any(|known| known == id) {
            group_ids.push(id.to_owned());
        }
    }
    v1::Inbox {
        id: sent.one("id").trim().to_owned(),
        display_name: sent.one("display_name").trim().to_owned(),
        group_ids,
    }
}

fn form(at: &At, id: &str, etag: &str, typed: &v1::Inbox, problems: &Problems) -> Markup {
    let l = at.visit.language;
    let name = if typed.display_name.is_empty() { id } else { &typed.display_name };
    let title = if id.is_empty() { l.text("directory-add-inbox") } else { name.to_owned().into() };
    let content = html! {
        h1 { (title) }
        (problems.above(l))
        form .stack method="post" action=(entry_path(at, LIST, id)) {
            input type="hidden" name="etag" value=(etag);
            fieldset .plain.stack disabled[!at.administers()] {
                (default_button())
                div .card.grid {
                    (text_field(l, problems, "id", "inbox-id", &typed.id, Some("inbox-id-help")))
                    (text_field(l, problems, "display_name", "inbox-name", &typed.display_name, None))
                }
                (groups(at, typed, problems))
                @if at.administers() { (form_buttons(l, !id.is_empty(), &list_path(at, LIST))) }
            }
        }
    };
    page(at, Tab::Inboxes, &title, &content)
}

/// The groups of an inbox: boxes for those that are known, and a line for others.
fn groups(at: &At, typed: &v1::Inbox, problems: &Problems) -> Markup {
    let l = at.visit.language;
    let directory = at.account.directory.clone().unwrap_or_default();
    let mut known = Vocabulary::InboxGroups.terms(&directory);
    if known.len() > BOXES_MAX {
        known.clear();
    }
    let others = typed.group_ids.iter().filter(|id| !known.iter().any(|(known, _)| known == id));
    let others = reading::write_ids(&others.cloned().collect::<Vec<_>>());
    html! {
        fieldset .card.stack {
            legend { (l.text("inbox-groups")) }
            @if !known.is_empty() {
                div .row {
                    @for (id, name) in &known {
                        label .choice {
                            input type="checkbox" name="group_ids" value=(id) checked[typed.group_ids.iter().any(|group| group == id)];
                            (name)
                        }
                    }
                }
            }
            (text_field(l, problems, "groups-more", "inbox-groups-more", &others, Some("inbox-groups-help")))
            (problems.beside("group_ids"))
        }
    }
}
