//! The directory: what the account's helpdesk knows, and the account's own settings.
//!
//! Every write replaces one list, or some settings, of the account as it was read for the form (`etag`), so that nobody's work is
//! lost: whoever comes second is told, and keeps what was typed. Only administrators write; to others all is shown.

mod agent;
mod agents;
pub(crate) mod compare;
pub(crate) mod entry;
mod hours;
mod inboxes;
mod listing;
mod lists;
pub(crate) mod reading;
pub(crate) mod settings;
mod transfer;

use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use form_urlencoded::byte_serialize;
use http::StatusCode;
use maud::{Markup, html};
use tamis_api::v1;
use tamis_api::v1::ErrorReason;
use tamis_api::well_known::FieldMask;

use crate::Console;
use crate::diagnostics;
use crate::language::Language;
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::visit::At;
use crate::words::Vocabulary;

/// Warnings that are told after a save.
const WARNINGS_MAX: usize = 100;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/directory", get(async |at: At| Redirect::to(&at.path("directory/agents"))))
        .merge(agents::routes())
        .merge(inboxes::routes())
        .merge(lists::routes())
        .merge(settings::routes())
        .merge(transfer::routes())
}

/// The pages of the directory, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Agents,
    Inboxes,
    Lists,
    Settings,
    Transfer,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Agents, Self::Inboxes, Self::Lists, Self::Settings, Self::Transfer];

    /// The page that shows a list.
    fn of(list: Vocabulary) -> Self {
        match list {
            Vocabulary::Agents => Self::Agents,
            Vocabulary::Inboxes => Self::Inboxes,
            _ => Self::Lists,
        }
    }

    /// Its path, and the text that is its name.
    fn known_as(self) -> (&'static str, &'static str) {
        match self {
            Self::Agents => ("directory/agents", "directory-list-agents"),
            Self::Inboxes => ("directory/inboxes", "directory-list-inboxes"),
            Self::Lists => ("directory/lists/tags", "directory-tab-lists"),
            Self::Settings => ("directory/settings", "directory-tab-settings"),
            Self::Transfer => ("directory/transfer", "directory-tab-transfer"),
        }
    }
}

/// The path of the page of a list.
fn list_path(at: &At, list: Vocabulary) -> String {
    let name = entry::field(list);
    match Tab::of(list) {
        Tab::Lists => at.path(&format!("directory/lists/{name}")),
        _ => at.path(&format!("directory/{name}")),
    }
}

/// The path of the page of an entry.
fn entry_path(at: &At, list: Vocabulary, id: &str) -> String {
    let id: String = byte_serialize(id.as_bytes()).collect();
    format!("{}/entry?id={id}", list_path(at, list))
}

/// A page of the directory.
fn page(at: &At, tab: Tab, title: &str, content: &Markup) -> Markup {
    let l = at.visit.language;
    let content = html! {
        main #main {
            ul .tabs aria-label=(l.text("nav-directory")) {
                @for known in Tab::ALL {
                    @let (path, name) = known.known_as();
                    li { a href=(at.path(path)) aria-current=[(known == tab).then_some("page")] { (l.text(name)) } }
                }
            }
            @if !at.administers() { p .notice { (l.text("directory-read-only")) } }
            (content)
        }
    };
    layout::page(at, Section::Directory, title, &["directory.js"], &content)
}

/// What became of a write.
#[derive(Debug)]
enum Stored {
    /// It is stored, with these findings.
    Done(Vec<v1::Diagnostic>),
    /// Somebody else has written in the meantime, and nothing is stored.
    Outdated,
    /// Fields are wrong, and nothing is stored.
    Wrong(Vec<v1::Diagnostic>),
}

/// Writes some fields of the account, if it is as it was read.
async fn store(at: &At, etag: &str, account: v1::Account, paths: &[String]) -> Result<Stored, Refusal> {
    let account = v1::Account { account_id: at.account.account_id.clone(), etag: etag.to_owned(), ..account };
    let account = Some(account);
    let update_mask = Some(FieldMask { paths: paths.to_vec() });
    let mut calls = at.visit.calls.accounts();
    let request = v1::UpdateAccountRequest { account: account.clone(), update_mask: update_mask.clone() };
    match calls.update_account(request).await.map_err(Refusal::from) {
        Ok(answer) => Ok(Stored::Done(answer.into_inner().warnings)),
        Err(Refusal::Call(refused)) => match refused.reason {
            ErrorReason::EtagMismatch | ErrorReason::RevisionMismatch => Ok(Stored::Outdated),
            ErrorReason::InvalidDefinition if refused.has_more => {
                let request = v1::ValidateAccountRequest { account, update_mask };
                let mut found = calls.validate_account(request).await?.into_inner().diagnostics;
                found.retain(diagnostics::is_error);
                Ok(Stored::Wrong(found))
            }
            ErrorReason::InvalidDefinition | ErrorReason::InvalidRequest => {
                Ok(Stored::Wrong(refused.violations))
            }
            _ => Err(Refusal::Call(refused)),
        },
        Err(refusal) => Err(refusal),
    }
}

/// Writes lists of the directory.
async fn store_lists(
    at: &At,
    etag: &str,
    directory: v1::Directory,
    lists: &[Vocabulary],
) -> Result<Stored, Refusal> {
    let paths: Vec<String> = lists.iter().map(|list| format!("directory.{}", entry::field(*list))).collect();
    store(at, etag, v1::Account { directory: Some(directory), ..v1::Account::default() }, &paths).await
}

/// Goes on to a page that says what was done; or first tells which workflows use what the directory does not have.
fn finished(
    at: &At,
    tab: Tab,
    warnings: &[v1::Diagnostic],
    lists: &[Vocabulary],
    path: &str,
    done: &str,
) -> Response {
    let told: Vec<_> = warnings.iter().filter(|warning| is_about(warning, lists)).collect();
    if told.is_empty() {
        return Redirect::to(&layout::telling(path, done)).into_response();
    }
    let l = at.visit.language;
    let title = l.text(&format!("done-{done}"));
    let content = html! {
        h1 data-stored=(path) { (title) }
        div .notice .stack role="status" {
            p { (l.with("directory-warnings", &[("count", told.len().into())])) }
            ul {
                @for warning in told.iter().take(WARNINGS_MAX) {
                    li { (place(at, &warning.field)) " " (diagnostics::told(l, warning)) }
                }
            }
            @let more = told.len().saturating_sub(WARNINGS_MAX);
            @if more > 0 { p { (l.with("more", &[("count", more.into())])) } }
        }
        p { a .button.primary href=(path) { (l.text("directory-go-on")) } }
    };
    page(at, tab, &title, &content).into_response()
}

/// Whether a warning is about an id that one of these lists does not have.
fn is_about(warning: &v1::Diagnostic, lists: &[Vocabulary]) -> bool {
    let fields = warning.field.rsplit('.').map(|part| part.split('[').next().unwrap_or_default());
    let list = fields.take(3).find_map(|field| match field {
        "agent_id" => Some(Vocabulary::Agents),
        "status_id" => Some(Vocabulary::Statuses),
        "tag_id" => Some(Vocabulary::Tags),
        "order_status_id" => Some(Vocabulary::OrderStatuses),
        "group_ids" => Some(Vocabulary::InboxGroups),
        kind => Vocabulary::of_condition(kind),
    });
    warning.code == "id_unknown" && list.is_some_and(|list| lists.contains(&list))
}

/// The workflow that a field is of, with a link to it.
fn place(at: &At, field: &str) -> Markup {
    let quoted = field.strip_prefix("workflows[\"").and_then(|rest| rest.split_once("\"]"));
    html! {
        @if let Some((id, _)) = quoted { a href=(at.path(&format!("workflows/{id}"))) { (id) } ":" }
    }
}

/// What is wrong with the fields of a form, by their names on the page.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    by_field: Vec<(String, Markup)>,
    /// Whether somebody else has written in the meantime.
    outdated: bool,
}

impl Problems {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_field.is_empty() && !self.outdated
    }

    /// Something wrong, in the reader's language.
    pub(crate) fn add(&mut self, field: impl Into<String>, text: &str) {
        self.by_field.push((field.into(), html! { (text) }));
    }

    /// What the service found wrong; `name` tells the field on the page for the rest of a path below `prefix`.
    pub(crate) fn refused(
        &mut self,
        l: Language,
        found: &[v1::Diagnostic],
        prefix: &str,
        name: impl Fn(&str) -> Option<String>,
    ) {
        for finding in found {
            let field = finding.field.strip_prefix(prefix).and_then(&name);
            let told = match field {
                Some(_) => diagnostics::told(l, finding),
                None => diagnostics::told_of_field(l, finding),
            };
            self.by_field.push((field.unwrap_or_default(), told));
        }
    }

    /// Whether something is wrong with a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.by_field.iter().any(|(of, _)| of == field)
    }

    /// What is wrong with a field, to stand beside it; `described_by` is the id of that.
    pub(crate) fn beside(&self, field: &str) -> Markup {
        html! {
            @if self.has(field) {
                div id=(Self::described_by(field)) {
                    @for (_, told) in self.by_field.iter().filter(|(of, _)| of == field) {
                        p .diagnostic.error { (told) }
                    }
                }
            }
        }
    }

    fn described_by(field: &str) -> String {
        format!("{field}-problem")
    }

    /// What stands above a form that was not stored.
    pub(crate) fn above(&self, l: Language) -> Markup {
        html! {
            @if !self.is_empty() {
                div #problems .problem .stack role="alert" tabindex="-1" autofocus {
                    @if self.outdated { p { (l.text("directory-outdated")) } }
                    @else { p { (l.text("directory-wrong")) } }
                    @for (_, told) in self.by_field.iter().filter(|(of, _)| of.is_empty()) { p { (told) } }
                }
            }
        }
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match () {
            () if self.outdated => StatusCode::CONFLICT,
            () if self.is_empty() => StatusCode::OK,
            () => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// A field of one line with its label and what is wrong with it. `help` is a text.
pub(crate) fn text_field(
    l: Language,
    problems: &Problems,
    name: &str,
    label: &str,
    value: &str,
    help: Option<&str>,
) -> Markup {
    let help_id = format!("{name}-help");
    let mut described: Vec<String> = help.map(|_| help_id.clone()).into_iter().collect();
    described.extend(problems.has(name).then(|| Problems::described_by(name)));
    html! {
        div .field {
            label for=(name) { (l.text(label)) }
            input id=(name) type="text" name=(name) value=(value) autocomplete="off"
                aria-describedby=[(!described.is_empty()).then(|| described.join(" "))]
                aria-invalid=[problems.has(name).then_some("true")];
            @if let Some(help) = help { p .help id=(help_id) { (l.text(help)) } }
            (problems.beside(name))
        }
    }
}

/// What Enter presses: of several buttons that send a form it is the first one.
fn default_button() -> Markup {
    html! { button .visually-hidden name="do" value="save" tabindex="-1" aria-hidden="true" {} }
}

/// The buttons at the end of a form: what is asked before something is deleted opens in its place.
fn form_buttons(l: Language, may_delete: bool, back: &str) -> Markup {
    html! {
        div .row {
            button .primary name="do" value="save" { (l.text("directory-save")) }
            a .button.quiet href=(back) { (l.text("directory-cancel")) }
            @if may_delete {
                details .confirm {
                    summary .button.danger { (l.text("directory-delete")) }
                    div .row {
                        span { (l.text("directory-delete-sure")) }
                        button .danger name="do" value="delete" formnovalidate { (l.text("directory-delete-yes")) }
                    }
                }
            }
        }
    }
}
