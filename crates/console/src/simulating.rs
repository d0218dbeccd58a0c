//! "Simulate": what a draft would have decided about recorded changes, and what follows from that.

mod draft;
mod plots;
mod recorded;
mod report;
mod shadows;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, FromRequest as _, Multipart, Query, Request};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tamis_api::v1::ErrorReason;
use tamis_api::v1::simulate_workflows_request::Part;

use crate::Console;
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::trying;
use crate::visit::At;
use draft::{As, Drafts, Wanted};
use recorded::{Recorded, Source};

/// Bytes of a file with recorded changes.
const FILE_BYTES_MAX: usize = 64 << 20;
/// Bytes of a form beside its file: a draft.
const FIELDS_BYTES_MAX: usize = 4 << 20;
/// Decisions of the log that are asked for at once.
const LOG_PAGE_SIZE: i32 = 1_000;
/// Pages of the log that are read at most, as one may have little of an account.
const LOG_PAGES_MAX: usize = 100;
/// How many of the last decisions are offered to be simulated.
const LOG_SIZES: [usize; 3] = [100, 1_000, 10_000];

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/simulate", get(show).post(simulate))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX + FIELDS_BYTES_MAX))
        .route("/simulate/shadow", get(shadows::show))
        .route("/simulate/save", post(save))
}

/// What is to be simulated, and on what, as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// A workflow or a template, such as `workflow:ID`.
    what: String,
    /// What it is to be.
    r#as: String,
    /// A workflow in JSON, in the place of `what`.
    draft: String,
    /// `file` or `log`.
    changes: String,
    /// How many decisions of the log.
    last: usize,
    /// A text that the workflows that are offered have in their names.
    q: String,
    done: Option<String>,
}

/// Something that stands in the way of a simulation, and beside which field that is told.
struct Problem {
    field: &'static str,
    told: Markup,
}

/// Shows what can be simulated.
async fn show(at: At, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    page(&at, &asked, &[], None).await
}

/// The page for a workflow that is not saved.
pub(crate) async fn of_draft(at: &At, workflow: &v1::Workflow) -> Result<Markup, Refusal> {
    let draft = serde_json::to_string(workflow).unwrap_or_default();
    page(at, &Asked { draft, ..Asked::default() }, &[], None).await
}

/// Takes a draft from another page, or simulates.
async fn simulate(at: At, request: Request) -> Result<Response, Refusal> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|value| value.starts_with("multipart/form-data")) {
        let form = Form::<Asked>::from_request(request, &()).await;
        let Form(asked) = form.map_err(|_| Refusal::Unreadable)?;
        return Ok(page(&at, &asked, &[], None).await?.into_response());
    }
    let multipart = Multipart::from_request(request, &()).await.map_err(|_| Refusal::Unreadable)?;
    let (asked, file) = read(multipart).await?;
    let found = run(&at, &asked, file).await;
    match found {
        Ok(found) => Ok(page(&at, &asked, &[], Some(&found)).await?.into_response()),
        Err(Stopped::Refused(refusal)) => Err(refusal),
        Err(Stopped::Told(problems)) => {
            let page = page(&at, &asked, &problems, None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// The fields of a form, and its file.
async fn read(mut multipart: Multipart) -> Result<(Asked, axum::body::Bytes), Refusal> {
    let mut asked = Asked::default();
    let mut file = axum::body::Bytes::new();
    while let Some(field) = multipart.next_field().await.map_err(|_| Refusal::Unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|_| Refusal::Unreadable)?;
        if name == "file" {
            file = bytes;
            continue;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "what" => asked.what = text,
            "as" => asked.r#as = text,
            "draft" => asked.draft = text,
            "changes" => asked.changes = text,
            "last" => asked.last = text.parse().unwrap_or_default(),
            "q" => asked.q = text,
            _ => {}
        }
    }
    Ok((asked, file))
}

/// Why there is no simulation.
enum Stopped {
    /// The service refuses something that no field can change.
    Refused(Refusal),
    /// What is wrong stands beside its field.
    Told(Vec<Problem>),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What was found, of which draft, on which changes.
struct Found {
    draft: v1::Workflow,
    r#as: As,
    response: v1::SimulateWorkflowsResponse,
    recorded: Recorded,
}

async fn run(at: &At, asked: &Asked, file: axum::body::Bytes) -> Result<Found, Stopped> {
    let l = at.visit.language;
    let wanted = Wanted::read(&asked.what, &asked.draft, &asked.r#as);
    let draft = match &wanted {
        Some(wanted) => draft::load(at, wanted).await?,
        None => None,
    };
    let mut problems = Vec::new();
    let mut wrong =
        |field, id| problems.push(Problem { field, told: html! { p .diagnostic.error { (l.text(id)) } } });
    if draft.is_none() {
        wrong("what", "simulating-no-draft");
    }
    let source = match asked.changes.as_str() {
        "file" if file.iter().all(u8::is_ascii_whitespace) => {
            wrong("file", "simulating-no-file");
            None
        }
        "file" => Some(Source::File(file)),
        _ => {
            let decisions = last_decisions(at, asked.last).await?;
            match decisions {
                Some(decisions) if !decisions.is_empty() => Some(Source::Log(decisions)),
                Some(_) => {
                    wrong("changes", "simulating-log-empty");
                    None
                }
                None => {
                    wrong("changes", "simulating-no-log");
                    None
                }
            }
        }
    };
    let (Some((draft, r#as)), Some(source)) = (draft, source) else { return Err(Stopped::Told(problems)) };
    let recorded = Recorded::new(source);
    let import = v1::ImportWorkflowsRequest {
        account_id: at.account.account_id.clone(),
        mode: v1::ImportMode::Merge.into(),
        workflows: vec![draft.clone()],
        ..v1::ImportWorkflowsRequest::default()
    };
    let first = v1::SimulateWorkflowsRequest { part: Some(Part::Draft(import)), samples_max: None };
    let messages = std::iter::once(first).chain(recorded.messages(&at.account.account_id));
    let answer = at.visit.calls.workflows().simulate_workflows(futures_util::stream::iter(messages)).await;
    match answer.map_err(Refusal::from) {
        Ok(answer) => Ok(Found { draft, r#as, response: answer.into_inner(), recorded }),
        Err(Refusal::Call(refused)) if refused.reason == ErrorReason::InvalidDefinition => {
            let findings = trying::findings(at, &draft).await?;
            Err(Stopped::Told(findings.into_iter().map(|told| Problem { field: "what", told }).collect()))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The last decisions of the service's log, oldest first; `None` if it keeps none.
async fn last_decisions(at: &At, last: usize) -> Result<Option<Vec<v1::RecordedDecision>>, Refusal> {
    let wanted = LOG_SIZES.into_iter().find(|size| *size == last).unwrap_or(1_000);
    let mut decisions: Vec<v1::RecordedDecision> = Vec::new();
    let mut page_token = String::new();
    for _ in 0..LOG_PAGES_MAX {
        let request = v1::ListDecisionsRequest {
            account_id: at.account.account_id.clone(),
            page_size: LOG_PAGE_SIZE,
            page_token,
            ..v1::ListDecisionsRequest::default()
        };
        let page = match at.visit.calls.observations().list_decisions(request).await.map_err(Refusal::from) {
            Ok(page) => page.into_inner(),
            Err(Refusal::Call(refused)) if refused.reason == ErrorReason::DecisionLogMissing => {
                return Ok(None);
            }
            Err(refusal) => return Err(refusal),
        };
        decisions.extend(page.decisions);
        page_token = page.next_page_token;
        if decisions.len() >= wanted || page_token.is_empty() {
            break;
        }
    }
    decisions.truncate(wanted);
    decisions.reverse();
    Ok(Some(decisions))
}

/// What is saved of a draft.
#[derive(Debug, Deserialize)]
struct Save {
    draft: String,
    r#as: String,
}

/// Saves what was simulated: switched on, in shadow mode, or switched off.
async fn save(at: At, Form(save): Form<Save>) -> Result<Redirect, Refusal> {
    let draft: v1::Workflow = serde_json::from_str(&save.draft).map_err(|_| Refusal::Unreadable)?;
    let r#as = As::read(&save.r#as).ok_or(Refusal::Unreadable)?;
    let workflow = r#as.of(draft);
    let account_id = at.account.account_id.clone();
    let mut workflows = at.visit.calls.workflows();
    let stored = if workflow.etag.is_empty() {
        let request = v1::CreateWorkflowRequest { account_id, workflow: Some(workflow) };
        workflows.create_workflow(request).await?.into_inner().workflow
    } else {
        let request = v1::UpdateWorkflowRequest { account_id, workflow: Some(workflow), update_mask: None };
        workflows.update_workflow(request).await?.into_inner().workflow
    };
    let id = stored.unwrap_or_default().workflow_id;
    let done = format!("simulated-{}", r#as.name());
    Ok(Redirect::to(&at.path(&format!("simulate?what=workflow:{id}&done={done}"))))
}

async fn page(
    at: &At,
    asked: &Asked,
    problems: &[Problem],
    found: Option<&Found>,
) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let drafts = Drafts::list(at, asked).await?;
    let beside = |field: &str| {
        html! {
            div id={ "problem-" (field) } .problems role="alert" {
                @for problem in problems.iter().filter(|problem| problem.field == field) { (problem.told) }
            }
        }
    };
    let content = html! {
        main #main {
            div .head { h1 { (l.text("simulating-title")) } a href=(at.path("simulate/shadow")) { (l.text("simulating-shadows")) } }
            (layout::done(l, asked.done.as_deref()))
            p .muted { (l.text("simulating-intro")) }
            @if let Some(found) = found { (report::show(at, found)) }
            (drafts.search(at, asked))
            form #simulate .stack method="post" action=(at.path("simulate")) enctype="multipart/form-data" {
                fieldset .stack { (drafts.show(at, asked)) (beside("what")) }
                fieldset .stack {
                    legend { (l.text("simulating-changes")) }
                    label .choice { input type="radio" name="changes" value="log" checked[asked.changes != "file"]; (l.text("simulating-log")) }
                    div .field {
                        label for="last" { (l.text("simulating-last")) }
                        select #last name="last" {
                            @for size in LOG_SIZES { option value=(size) selected[size == asked.last || asked.last == 0 && size == 1_000] { (size) } }
                        }
                    }
                    (beside("changes"))
                    label .choice { input type="radio" name="changes" value="file" checked[asked.changes == "file"]; (l.text("simulating-file-choice")) }
                    div .field {
                        label for="file" { (l.text("simulating-file")) }
                        // It comes last, as it is the one that is long.
                        input #file type="file" name="file" accept=".jsonl,.json,.ndjson,.log" aria-describedby="file-help problem-file";
                        p #file-help .help { (l.text("simulating-file-help")) }
                        (beside("file"))
                    }
                }
                div .row { button .primary data-busy=(l.text("simulating-busy")) { (l.text("simulating-go")) } }
            }
        }
    };
    Ok(layout::page(at, Section::Simulate, &l.text("simulating-title"), &["simulating.js"], &content))
}
