//! The form in which a workflow is written.
//!
//! It works as it arrives: what is sent is read into a [`Draft`], which keeps it as it was typed, and written back with what is wrong
//! beside it. The script (`assets/form.js`) adds and removes rows from what the page has for that, asks what is wrong while
//! somebody types, and keeps what was typed in the browser until it is saved.

mod action;
mod condition;
mod draft;
mod page;
mod rows;
mod told;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1::{self, ErrorReason};
use tamis_api::well_known::FieldMask;
use tonic::Status;

use crate::Console;
use crate::diagnostics;
use crate::refusal::Refusal;
use crate::simulating;
use crate::trying;
use crate::visit::At;
use crate::words::Vocabulary;
pub(crate) use draft::Draft;
use told::{Told, is_at_or_in};

/// Bytes of a form: more than any workflow that people type has.
const FORM_BYTES_MAX: usize = 8 << 20;
/// What an edit changes. Position and examples are not in the form, and stay what they are.
const EDITED: [&str; 8] = ["display_name", "description", "enabled", "mode", "stop", "all", "any", "actions"];

/// What kind of text is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    /// One line.
    Line,
    /// Any number of lines.
    Body,
}

/// The texts with variables that actions have: the action, the field, its form, and its name in the catalogue.
const TEXTS: [(&str, &str, Text, &str); 6] = [
    ("send_message", "body.text", Text::Body, "form-message"),
    ("send_translated_message", "body.text", Text::Body, "form-message"),
    ("ai_message", "instructions", Text::Body, "form-instructions"),
    ("send_email", "to", Text::Line, "form-email-to"),
    ("send_email", "subject", Text::Line, "form-email-subject"),
    ("send_email", "body.text", Text::Body, "form-message"),
];

/// Languages that are offered to translate to, by their BCP 47 tags; any other can be typed.
const TONGUES: [&str; 26] = [
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nb", "nl",
    "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk", "zh",
];

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/workflows/new", get(open_new).post(send_new))
        .route("/workflows/{workflow}", get(open).post(send))
        .route("/text-preview", post(preview))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

/// The page of a form.
struct Page<'a> {
    at: &'a At,
    /// The workflow; absent if it is new.
    id: Option<String>,
    draft: Draft,
    told: Told,
    /// What somebody else made of it meanwhile.
    theirs: Option<v1::Workflow>,
    done: Option<String>,
    examples_count: usize,
    variables: Vec<v1::Variable>,
    /// Whether findings about fields that nobody has been to are told too.
    tells_all: bool,
}

/// What a new workflow begins as.
#[derive(Debug, Default, Deserialize)]
struct Begun {
    template: Option<String>,
    copy: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
}

type Pairs = Form<Vec<(String, String)>>;

async fn open_new(at: At, Query(begun): Query<Begun>) -> Result<Markup, Refusal> {
    let workflow = match (begun.template, begun.copy) {
        (Some(id), _) => Some(template(&at, &id).await?),
        (None, Some(id)) => Some(copied(&at, stored(&at, &id).await?)),
        (None, None) => None,
    };
    let Some(workflow) = workflow else { return page(&at, None, Draft::empty(), Vec::new()).await };
    let draft = Draft::of(&workflow);
    let findings = validated(&at, workflow).await?;
    page(&at, None, draft, findings).await
}

async fn open(
    at: At,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Refusal> {
    let workflow = stored(&at, &id).await?;
    let draft = Draft::of(&workflow);
    let findings = validated(&at, workflow).await?;
    Ok(Page { done: asked.done, ..made(&at, Some(id), draft, findings).await? }.render())
}

async fn send_new(at: At, headers: HeaderMap, Form(pairs): Pairs) -> Result<Response, Refusal> {
    sent(&at, None, &headers, pairs).await
}

async fn send(
    at: At,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    Form(pairs): Pairs,
) -> Result<Response, Refusal> {
    sent(&at, Some(id), &headers, pairs).await
}

/// Saves what was sent, or tells what is wrong with it.
async fn sent(
    at: &At,
    id: Option<String>,
    headers: &HeaderMap,
    pairs: Vec<(String, String)>,
) -> Result<Response, Refusal> {
    let mut draft = Draft::sent(pairs);
    let doing = draft.get("do").to_owned();
    let over = draft.get("over").to_owned();
    draft.remove("do");
    draft.remove("over");
    let directory = at.account.directory.clone().unwrap_or_default();
    draft.take_new(|list, typed| named(&draft_kind(list), &directory, typed));
    let (mut workflow, unread) = draft.read();
    if let Some(id) = &id {
        let stored = stored(at, id).await?;
        workflow.workflow_id.clone_from(id);
        workflow.position = stored.position;
        workflow.examples = stored.examples;
    }
    let checked = validated(at, v1::Workflow { etag: String::new(), ..workflow.clone() }).await?;
    // Of what cannot be read, and of all that it is part of, only that can be told: something else stands in its place.
    let is_own = |finding: &v1::Diagnostic| {
        let touches =
            |unread: &str| is_at_or_in(&finding.field, unread) || is_at_or_in(unread, &finding.field);
        !unread.iter().any(|unread| touches(&unread.field))
    };
    let findings: Vec<v1::Diagnostic> =
        unread.iter().cloned().chain(checked.into_iter().filter(is_own)).collect();
    match doing.as_str() {
        "check" => {
            return Ok(json(Told::new(&draft, findings).to_json(at.visit.language)));
        }
        "show" => return Ok(page(at, id, draft, findings).await?.into_response()),
        _ => {}
    }
    if findings.iter().any(diagnostics::is_error) {
        let page = page(at, id, draft, findings).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match doing.as_str() {
        "try" => return Ok(trying::of_draft(at, &workflow).into_response()),
        "simulate" => return Ok(simulating::of_draft(at, &workflow).await?.into_response()),
        _ => {}
    }
    if !over.is_empty() {
        workflow.etag = over;
    }
    match saved(at, id.is_some(), workflow).await {
        Ok(to) => Ok(went(headers, &to)),
        Err(status) => refused(at, id, draft, status).await,
    }
}

/// Writes a workflow, and tells where to go then: to the list, or if there is something worth knowing, to where it is told.
async fn saved(at: &At, is_edit: bool, workflow: v1::Workflow) -> Result<String, Status> {
    let account_id = at.account.account_id.clone();
    let mut service = at.visit.calls.workflows();
    let (workflow, warnings, done) = if is_edit {
        let update_mask = Some(FieldMask { paths: EDITED.map(str::to_owned).to_vec() });
        let request = v1::UpdateWorkflowRequest { account_id, workflow: Some(workflow), update_mask };
        let answer = service.update_workflow(request).await?.into_inner();
        (answer.workflow, answer.warnings, "updated")
    } else {
        let request = v1::CreateWorkflowRequest { account_id, workflow: Some(workflow) };
        let answer = service.create_workflow(request).await?.into_inner();
        (answer.workflow, answer.warnings, "created")
    };
    let page = if warnings.is_empty() {
        "workflows".to_owned()
    } else {
        format!("workflows/{}", workflow.unwrap_or_default().workflow_id)
    };
    Ok(at.path(&format!("{page}?done={done}")))
}

/// Creates a workflow as it is, and goes where [`saved`] says.
pub(crate) async fn create(at: &At, workflow: v1::Workflow) -> Result<Response, Refusal> {
    match saved(at, false, workflow.clone()).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(status) => refused(at, None, Draft::of(&workflow), status).await,
    }
}

/// What was typed, with why it was not saved, if the page can tell.
async fn refused(at: &At, id: Option<String>, draft: Draft, status: Status) -> Result<Response, Refusal> {
    let refusal = Refusal::from(status);
    let Refusal::Call(call) = &refusal else { return Err(refusal) };
    match (call.reason, &id) {
        (ErrorReason::EtagMismatch, Some(id)) => {
            let theirs = Some(stored(at, id).await?);
            let page = Page { theirs, ..made(at, Some(id.clone()), draft, Vec::new()).await? };
            Ok((StatusCode::CONFLICT, page.render()).into_response())
        }
        (ErrorReason::InvalidDefinition, _) => {
            let page = page(at, id, draft, call.violations.clone()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        _ => Err(refusal),
    }
}

/// Has a browser, or a script that asked for it in its name, go to a page.
fn went(headers: &HeaderMap, to: &str) -> Response {
    let is_script = headers.get(ACCEPT).is_some_and(|accepted| accepted == "application/json");
    if !is_script {
        return Redirect::to(to).into_response();
    }
    json(serde_json::json!({ "to": to }).to_string())
}

/// An answer for a script.
fn json(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

async fn page(
    at: &At,
    id: Option<String>,
    draft: Draft,
    findings: Vec<v1::Diagnostic>,
) -> Result<Markup, Refusal> {
    Ok(made(at, id, draft, findings).await?.render())
}

async fn made(
    at: &At,
    id: Option<String>,
    mut draft: Draft,
    findings: Vec<v1::Diagnostic>,
) -> Result<Page<'_>, Refusal> {
    let language = at.visit.language.tag().to_owned();
    let answer = at.visit.calls.workflows().list_variables(v1::ListVariablesRequest { language }).await?;
    let examples_count = draft.examples_count();
    if id.is_some() {
        // The service keeps them.
        draft.remove("examples");
    }
    let tells_all = id.is_some() || !findings.is_empty();
    Ok(Page {
        at,
        told: Told::new(&draft, findings),
        id,
        draft,
        theirs: None,
        done: None,
        examples_count,
        variables: answer.into_inner().variables,
        tells_all,
    })
}

async fn stored(at: &At, id: &str) -> Result<v1::Workflow, Refusal> {
    let request =
        v1::GetWorkflowRequest { account_id: at.account.account_id.clone(), workflow_id: id.to_owned() };
    Ok(at.visit.calls.workflows().get_workflow(request).await?.into_inner().workflow.unwrap_or_default())
}

/// A ready-made workflow, in the reader's language.
pub(crate) async fn template(at: &At, id: &str) -> Result<v1::Workflow, Refusal> {
    let request = v1::ListTemplatesRequest { language: at.visit.language.tag().to_owned() };
    let templates = at.visit.calls.workflows().list_templates(request).await?.into_inner().templates;
    let found = templates.into_iter().find(|template| template.template_id == id);
    found.and_then(|template| template.workflow).ok_or(Refusal::NoSuchPage)
}

/// A new workflow that is like another one.
fn copied(at: &At, workflow: v1::Workflow) -> v1::Workflow {
    let name = at.visit.language.with("form-copy-of", &[("name", workflow.display_name.as_str().into())]);
    v1::Workflow {
        workflow_id: String::new(),
        etag: String::new(),
        position: None,
        display_name: name,
        ..workflow
    }
}

/// All that is wrong with a workflow, or worth knowing.
async fn validated(at: &At, workflow: v1::Workflow) -> Result<Vec<v1::Diagnostic>, Refusal> {
    let account_id = at.account.account_id.clone();
    let request = v1::ValidateWorkflowRequest { account_id, workflow: Some(workflow) };
    Ok(at.visit.calls.workflows().validate_workflow(request).await?.into_inner().diagnostics)
}

/// The kind of condition that a list of values is of, such as `source` of `all[0].source.ids`.
fn draft_kind(list: &str) -> String {
    list.split('.').nth(1).unwrap_or_default().to_owned()
}

/// The id that somebody means who types this: that of the name, the id itself, or a new one.
fn named(kind: &str, directory: &v1::Directory, typed: &str) -> String {
    let Some(vocabulary) = Vocabulary::of_condition(kind) else { return typed.to_owned() };
    let labels = labels(vocabulary, directory);
    let exact = labels.iter().find(|(label, id)| label == typed || *id == typed);
    let alike = || labels.iter().find(|(label, _)| label.to_lowercase() == typed.to_lowercase());
    exact.or_else(alike).map_or(typed, |(_, id)| *id).to_owned()
}

/// The names of a vocabulary by which its ids are chosen, each once, with their ids.
fn labels(vocabulary: Vocabulary, directory: &v1::Directory) -> Vec<(String, &str)> {
    let terms = vocabulary.terms(directory);
    let mut counts = std::collections::HashMap::new();
    terms.iter().for_each(|(_, name)| *counts.entry(name.clone()).or_insert(0) += 1);
    let label = |(id, name): (&'_ str, String)| {
        if counts.get(&name) == Some(&1) { name } else { format!("{name} ({id})") }
    };
    terms.into_iter().map(|(id, name)| (label((id, name)), id)).collect()
}

/// A text to try.
#[derive(Debug, Deserialize)]
struct Tried {
    text: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    one_line: String,
}

/// What a text says for an example.
async fn preview(at: At, Form(tried): Form<Tried>) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let format = if tried.format == "html" { v1::TextFormat::Html } else { v1::TextFormat::Plain };
    let request = v1::RenderTemplateRequest {
        account_id: at.account.account_id.clone(),
        template: tried.text.replace("\r\n", "\n"),
        format: format.into(),
        one_line: !tried.one_line.is_empty(),
        language: l.tag().to_owned(),
        ..v1::RenderTemplateRequest::default()
    };
    let rendered = at.visit.calls.workflows().render_template(request).await?.into_inner();
    Ok(html! {
        @for finding in &rendered.diagnostics {
            p .diagnostic.error { (diagnostics::told(l, finding)) }
        }
        @if rendered.diagnostics.is_empty() { pre { (rendered.text) } }
    })
}

#[cfg(test)]
mod tests;
