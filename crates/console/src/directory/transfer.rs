//! Lists that come from a file, or go to one.
//!
//! What a file would change is shown before it is stored, and only what was shown is stored.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use xxhash_rust::xxh3::Xxh3;

use crate::Console;
use crate::diagnostics;
use crate::directory::reading::{self, Entries, Misread};
use crate::directory::{Problems, Stored, Tab, compare, entry, finished, list_path, page, store_lists};
use crate::language::Language;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;
use crate::words::Vocabulary;

/// Bytes of a form: a directory of ten thousand agents with their hours, encoded as forms are.
const FORM_BYTES_MAX: usize = 32 << 20;
/// Mistakes that are told of a file.
const MISREAD_MAX: usize = 200;
/// What stands for the whole directory among the lists.
const WHOLE: &str = "directory";

pub(super) fn routes() -> Router<Console> {
    let import = get(show).post(import).layer(DefaultBodyLimit::max(FORM_BYTES_MAX));
    Router::new().route("/directory/transfer", import).route("/directory/export/{file}", get(export))
}

/// The list to begin with.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    list: String,
}

/// An import as it was filled in.
struct Typed<'s> {
    /// The name of a list, or of the whole directory.
    list: &'s str,
    /// Whether what the file does not have is deleted.
    replaces: bool,
    text: &'s str,
}

impl Typed<'_> {
    /// A hash of what was looked at, so that nothing else is stored.
    fn seen(&self) -> String {
        let mut hash = Xxh3::new();
        for part in [self.list, if self.replaces { "replace" } else { "merge" }, self.text] {
            hash.update(part.as_bytes());
            hash.update(b"\0");
        }
        format!("{:016x}", hash.digest())
    }
}

/// What a file would do.
struct Looked {
    after: v1::Account,
    lists: Vec<Vocabulary>,
    entries: Entries,
}

async fn show(at: At, Query(asked): Query<Asked>) -> Markup {
    let typed = Typed { list: &asked.list, replaces: false, text: "" };
    form(&at, &typed, &at.account.etag, &Problems::default(), &html! {})
}

async fn import(at: At, sent: Sent) -> Result<Response, Refusal> {
    let l = at.visit.language;
    let typed =
        Typed { list: sent.one("list"), replaces: sent.one("mode") == "replace", text: sent.one("text") };
    let mut problems = Problems::default();
    let list = entry::of_field(typed.list);
    if list.is_none() && typed.list != WHOLE {
        return Err(Refusal::Unreadable);
    }
    let entries = match reading::read(list, typed.text) {
        Ok(entries) => entries,
        Err(found) => {
            problems.add("text", &l.text("import-misread"));
            return Ok(again(&at, &typed, &at.account.etag, &problems, &misread(l, &found)));
        }
    };
    let looked = look(&at, &typed, list, entries);
    let is_seen = sent.one("do") == "store" && sent.one("seen") == typed.seen();
    if !is_seen {
        let shown = changes(&at, &typed, &looked);
        return Ok(again(&at, &typed, &at.account.etag, &problems, &shown));
    }
    let directory = looked.after.directory.clone().unwrap_or_default();
    match store_lists(&at, sent.one("etag"), directory, &looked.lists).await? {
        Stored::Done(warnings) => {
            let to = list.map_or_else(|| at.path("directory/agents"), |list| list_path(&at, list));
            return Ok(finished(&at, Tab::Transfer, &warnings, &looked.lists, &to, "directory-imported"));
        }
        Stored::Outdated => problems.outdated = true,
        Stored::Wrong(found) => {
            problems.add("text", &l.text("import-refused"));
            let shown = refused(l, &looked, &found);
            return Ok(again(&at, &typed, sent.one("etag"), &problems, &shown));
        }
    }
    let shown = changes(&at, &typed, &looked);
    Ok(again(&at, &typed, &at.account.etag, &problems, &shown))
}

/// The account as it would be.
fn look(at: &At, typed: &Typed<'_>, list: Option<Vocabulary>, entries: Entries) -> Looked {
    // A whole directory that replaces says of every list what it is: one that it leaves out is free.
    let lists = match list {
        None if typed.replaces => Vocabulary::ALL.to_vec(),
        _ => entries.lists.clone(),
    };
    let mut after = at.account.clone();
    let directory = after.directory.get_or_insert_default();
    for list in &lists {
        put(directory, &entries.directory, *list, typed.replaces);
    }
    Looked { after, lists, entries }
}

/// Puts a list in place of another, or into it.
fn put(into: &mut v1::Directory, from: &v1::Directory, list: Vocabulary, replaces: bool) {
    match list {
        Vocabulary::Agents => merge(&mut into.agents, &from.agents, replaces, |agent| &agent.id),
        Vocabulary::Inboxes => merge(&mut into.inboxes, &from.inboxes, replaces, |inbox| &inbox.id),
        list => {
            let stated = entry::vocabulary(list, from).and_then(Option::as_ref);
            let Some(vocabulary) = entry::vocabulary_mut(list, into) else { return };
            match stated {
                Some(stated) => {
                    let terms = &mut vocabulary.get_or_insert_default().terms;
                    merge(terms, &stated.terms, replaces, |term| &term.id);
                }
                None if replaces => *vocabulary = None,
                None => {}
            }
        }
    }
}

fn merge<T: Clone>(into: &mut Vec<T>, from: &[T], replaces: bool, id: impl Fn(&T) -> &String) {
    if replaces {
        into.clear();
    }
    let places: std::collections::HashMap<String, usize> =
        into.iter().enumerate().map(|(place, entry)| (id(entry).clone(), place)).collect();
    for entry in from {
        match places.get(id(entry)).and_then(|place| into.get_mut(*place)) {
            Some(known) => known.clone_from(entry),
            None => into.push(entry.clone()),
        }
    }
}

fn again(at: &At, typed: &Typed<'_>, etag: &str, problems: &Problems, shown: &Markup) -> Response {
    (problems.status(), form(at, typed, etag, problems, shown)).into_response()
}

/// What a file would change, and the button that stores it.
fn changes(at: &At, typed: &Typed<'_>, looked: &Looked) -> Markup {
    let l = at.visit.language;
    let lists = looked.lists.iter().map(|list| (*list, compare::list(l, *list, &at.account, &looked.after)));
    let lists: Vec<_> = lists.filter(|(_, changes)| !changes.is_empty()).collect();
    let count =
        |of: fn(&compare::Changes) -> usize| lists.iter().map(|(_, changes)| of(changes)).sum::<usize>();
    let counts = [
        ("import-added", count(|changes| changes.added.len())),
        ("import-changed", count(|changes| changes.changed.len())),
        ("import-removed", count(|changes| changes.removed.len())),
    ];
    html! {
        section #changes .card.stack aria-labelledby="changes-title" {
            h2 #changes-title { (l.text("import-changes")) }
            @if lists.is_empty() { p { (l.text("import-nothing")) } }
            @else {
                p .row { @for (id, count) in counts { span .badge { (l.with(id, &[("count", count.into())])) } } }
                input type="hidden" name="seen" value=(typed.seen());
                div { button .primary name="do" value="store" { (l.text("import-store")) } }
                @for (list, changes) in &lists { (compare::shown(l, *list, changes)) }
            }
        }
    }
}

/// What cannot be read in a file, with lines and columns.
fn misread(l: Language, found: &[Misread]) -> Markup {
    html! {
        section #changes .card.stack aria-labelledby="changes-title" {
            h2 #changes-title { (l.with("import-mistakes", &[("count", found.len().into())])) }
            ul {
                @for misread in found.iter().take(MISREAD_MAX) {
                    li .diagnostic.error {
                        strong { (l.with("import-place", &[("line", misread.line.to_string().into()), ("column", misread.column.to_string().into())])) }
                        " "
                        @if !misread.value.is_empty() { code { (misread.value) } " – " }
                        (l.text(misread.text_id))
                    }
                }
            }
            @let more = found.len().saturating_sub(MISREAD_MAX);
            @if more > 0 { p { (l.with("more", &[("count", more.into())])) } }
        }
    }
}

/// What the service found wrong, with the lines of a CSV.
fn refused(l: Language, looked: &Looked, found: &[v1::Diagnostic]) -> Markup {
    html! {
        section #changes .card.stack aria-labelledby="changes-title" {
            h2 #changes-title { (l.with("import-mistakes", &[("count", found.len().into())])) }
            ul {
                @for finding in found.iter().take(MISREAD_MAX) {
                    li .diagnostic.error {
                        @match entry_of(looked, &finding.field) {
                            Some((id, line, field)) => {
                                @if let Some(line) = line { strong { (l.with("import-line", &[("line", line.to_string().into())])) } " " }
                                code { (id) } " " code { (field) } " – " (diagnostics::told(l, finding))
                            }
                            None => { (diagnostics::told_of_field(l, finding)) }
                        }
                    }
                }
            }
            @let more = found.len().saturating_sub(MISREAD_MAX);
            @if more > 0 { p { (l.with("more", &[("count", more.into())])) } }
        }
    }
}

/// The entry that a path such as `account.directory.tags.terms[3].id` is of: its id, its line in a CSV, and the field.
fn entry_of<'p>(looked: &Looked, path: &'p str) -> Option<(String, Option<u64>, &'p str)> {
    let rest = path.strip_prefix("account.directory.")?;
    let (list, rest) = rest.split_once('[')?;
    let (place, field) = rest.split_once(']')?;
    let list = entry::of_field(list.strip_suffix(".terms").unwrap_or(list))?;
    let directory = looked.after.directory.as_ref()?;
    let id = entry::entries(list, directory).get(place.parse::<usize>().ok()?)?.id().to_owned();
    let line = looked.entries.lines.get(&id).copied();
    Some((id, line, field.trim_start_matches('.')))
}

fn form(at: &At, typed: &Typed<'_>, etag: &str, problems: &Problems, shown: &Markup) -> Markup {
    let l = at.visit.language;
    let title = l.text("directory-tab-transfer");
    let options = std::iter::once((WHOLE, l.text("import-whole").into_owned()))
        .chain(Vocabulary::ALL.into_iter().map(|list| (entry::field(list), entry::title(l, list))));
    let options: Vec<(&str, String)> = options.collect();
    let chosen = if typed.list.is_empty() { "agents" } else { typed.list };
    let content = html! {
        h1 { (title) }
        (problems.above(l))
        @if at.administers() {
            form .stack method="post" {
                input type="hidden" name="etag" value=(etag);
                (shown)
                section .card.stack aria-labelledby="import-title" {
                    h2 #import-title { (l.text("import-title")) }
                    div .row {
                        div .field {
                            label for="list" { (l.text("import-list")) }
                            select #list name="list" { @for (name, text) in &options { option value=(name) selected[*name == chosen] { (text) } } }
                        }
                        fieldset .plain.stack {
                            legend .visually-hidden { (l.text("import-mode")) }
                            label .choice { input type="radio" name="mode" value="merge" checked[!typed.replaces]; (l.text("import-merge")) }
                            label .choice { input type="radio" name="mode" value="replace" checked[typed.replaces]; (l.text("import-replace")) }
                        }
                    }
                    div .field {
                        label for="text" { (l.text("import-text")) }
                        textarea #text .code name="text" rows="10" spellcheck="false" aria-describedby="text-help"
                            aria-invalid=[problems.has("text").then_some("true")] { "\n" (typed.text) }
                        (problems.beside("text"))
                        div #text-help .help.stack {
                            p { (l.text("import-help")) }
                            ul {
                                @for list in [Vocabulary::Agents, Vocabulary::Inboxes] {
                                    li { (entry::title(l, list)) " – " code { (reading::columns(list).join(",")) } }
                                }
                                li { (l.text("directory-tab-lists")) " – " code { (reading::columns(Vocabulary::Tags).join(",")) } }
                                li { (l.text("import-help-hours")) " " code { "mon-fri 09:00-12:00, 13:00-17:00; 2026-12-24 off; Europe/Paris" } }
                            }
                        }
                    }
                    div .row {
                        button name="do" value="look" { (l.text("import-look")) }
                        label .button for="file" data-reads="text" data-unreadable=(l.text("import-unreadable")) hidden { (l.text("import-file")) }
                        input #file .visually-hidden type="file" accept=".csv,.json,.txt,.tsv" hidden;
                        span #file-told .problem role="alert" hidden {}
                    }
                }
            }
        }
        section .card.stack aria-labelledby="export-title" {
            h2 #export-title { (l.text("export-title")) }
            p { a .button href=(at.path("directory/export/directory.json")) { (l.text("import-whole")) " · JSON" } }
            ul .exports {
                @for (name, text) in options.iter().skip(1) {
                    li .row {
                        span { (text) }
                        a href=(at.path(&format!("directory/export/{name}.csv"))) aria-label=(format!("{text}, CSV")) { "CSV" }
                        a href=(at.path(&format!("directory/export/{name}.json"))) aria-label=(format!("{text}, JSON")) { "JSON" }
                    }
                }
            }
        }
    };
    page(at, Tab::Transfer, &title, &content)
}

/// A file of a list: `agents.csv`, `tags.json`, `directory.json`.
async fn export(at: At, Path((_, file)): Path<(String, String)>) -> Result<Response, Refusal> {
    let (name, kind) = file.split_once('.').ok_or(Refusal::NoSuchPage)?;
    let directory = at.account.directory.clone().unwrap_or_default();
    let list = entry::of_field(name);
    let (content, content_type) = match (list, kind) {
        (Some(list), "csv") => (reading::write_csv(list, &directory), "text/csv; charset=utf-8"),
        (Some(_), "json") => (reading::write_json(list, &directory), "application/json"),
        (None, "json") if name == WHOLE => (reading::write_json(None, &directory), "application/json"),
        _ => return Err(Refusal::NoSuchPage),
    };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file}\""));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(content_type)), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, content).into_response())
}
