//! "Try it": what the workflows make of a change, and why, without anything being done or counted.

mod answer;
mod change;
mod decisions;
mod drafted;
mod explained;
mod form;
mod marks;
mod paste;
mod samples;
mod seen;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1::{self, ErrorReason};

use crate::Console;
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;
use answer::Answer;
use change::{Problem, What};
use form::said;
use paste::Unreadable;

pub(crate) use drafted::findings;
pub(crate) use explained::{conditions, verdict};
pub(crate) use seen::Seen;

/// Bytes of a form: a change of the greatest size that a service takes, encoded, beside the fields that it fills.
const FORM_BYTES_MAX: usize = 16 << 20;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/try", get(show).post(try_out))
        .route("/try/decisions", get(decisions::show))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    sample: Option<String>,
}

/// Shows the form, with a sample if one is asked for.
async fn show(at: At, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    match asked.sample {
        Some(name) => sampled(&at, &name, "").await,
        None => Ok(begun(&at, "").into_response()),
    }
}

/// The form for a workflow that is not saved, which is to be tried.
pub(crate) fn of_draft(at: &At, workflow: &v1::Workflow) -> Markup {
    begun(at, &serde_json::to_string(workflow).unwrap_or_default())
}

/// The form as it begins; `draft` is a workflow in JSON, or empty.
fn begun(at: &At, draft: &str) -> Markup {
    let mut filled = Sent::default();
    filled.add("fact", "message");
    filled.add("draft", draft);
    let draft = drafted::read(&filled);
    page(at, &filled, &Beside { draft: draft.as_ref(), ..Beside::default() }, None)
}

/// The form filled in with a sample, and the answer to it.
async fn sampled(at: &At, name: &str, draft: &str) -> Result<Response, Refusal> {
    let sample = samples::sample(at.visit.language, &at.account, name, Timestamp::now());
    let mut filled = change::fill(&sample.ok_or(Refusal::NoSuchPage)?, &at.zone);
    filled.add("draft", draft);
    answered(at, filled).await
}

/// Answers the form: with the whole page, or for a script with the answer alone.
async fn try_out(at: At, mut filled: Sent) -> Result<Response, Refusal> {
    if !filled.one("sample").is_empty() {
        return sampled(&at, filled.one("sample"), filled.one("draft")).await;
    }
    if !filled.ticked("do", "paste") {
        let is_form = filled.all("base").next().is_some();
        // Another page may have sent a workflow alone.
        return if is_form {
            answered(&at, filled).await
        } else {
            Ok(begun(&at, filled.one("draft")).into_response())
        };
    }
    match paste::read(filled.one("pasted")) {
        Ok(pasted) => {
            let draft = filled.one("draft").to_owned();
            let text = filled.one("pasted").to_owned();
            filled = change::fill(&pasted.request, &at.zone);
            filled.set("draft", draft);
            filled.set("pasted", text);
            pasted.masked.iter().for_each(|field| filled.add("masked", field));
            answered(&at, filled).await
        }
        Err(unreadable) => {
            let pasted = [unreadable_told(&at, &unreadable)];
            let draft = drafted::read(&filled);
            let beside = Beside { pasted: &pasted, draft: draft.as_ref(), ..Beside::default() };
            let page = page(&at, &filled, &beside, None);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// What is wrong with a pasted text, as it stands beside it.
fn unreadable_told(at: &At, unreadable: &Unreadable) -> Markup {
    let l = at.visit.language;
    match unreadable {
        Unreadable::Empty => html! { p .diagnostic.error { (l.text("trying-paste-empty")) } },
        Unreadable::Syntax { line, column } => html! {
            p .diagnostic.error { (l.with("trying-paste-syntax", &[("line", (*line).into()), ("column", (*column).into())])) }
        },
        Unreadable::Form(why) => html! {
            p .diagnostic.error { (l.text("trying-paste-form")) " " code lang="en" { (why) } }
        },
    }
}

/// Tries what is filled in.
async fn answered(at: &At, filled: Sent) -> Result<Response, Refusal> {
    let alone = filled.ticked("part", "answer");
    let (request, mut problems) = change::read(&filled, &at.account.account_id, &at.zone);
    let tried = drafted::read(&filled);
    let mut answer = None;
    let mut findings = Vec::new();
    if problems.is_empty() {
        match answer::ask(at, request, tried.clone()).await {
            Ok(found) => answer = Some(found),
            Err(Refusal::Call(refused)) if refused.reason == ErrorReason::InvalidDefinition => {
                findings = match &tried {
                    Some(draft) => drafted::findings(at, draft).await?,
                    None => Vec::new(),
                };
            }
            Err(Refusal::Call(refused)) if refused.reason == ErrorReason::InvalidRequest => {
                let told = refused.violations.iter().map(|finding| Problem {
                    field: form::field_of(&finding.field),
                    what: What::Found(Box::new(finding.clone())),
                });
                problems.extend(told);
                if problems.is_empty() {
                    return Err(Refusal::Call(refused));
                }
            }
            Err(refusal) => return Err(refusal),
        }
    }
    let status = if answer.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    if alone {
        // For a script, an answer that tells what is missing is none that failed.
        return Ok(live(at, &problems, &findings, answer.as_ref()).into_response());
    }
    let beside = Beside { problems: &problems, draft: tried.as_ref(), findings: &findings, pasted: &[] };
    Ok((status, page(at, &filled, &beside, answer.as_ref())).into_response())
}

/// What is told beside fields.
#[derive(Clone, Copy, Default)]
struct Beside<'b> {
    /// What is wrong with them.
    problems: &'b [Problem],
    /// What is wrong with the text that was pasted.
    pasted: &'b [Markup],
    /// The draft that is tried.
    draft: Option<&'b v1::Workflow>,
    /// What is wrong with it.
    findings: &'b [Markup],
}

impl Beside<'_> {
    fn is_wrong(&self) -> bool {
        !(self.problems.is_empty() && self.pasted.is_empty() && self.findings.is_empty())
    }
}

/// What a script puts in the place of the answer, and of what is wrong beside each field.
fn live(at: &At, problems: &[Problem], findings: &[Markup], answer: Option<&Answer>) -> Markup {
    let l = at.visit.language;
    html! {
        @for problem in problems { div data-beside=(problem.field) { (said(l, &problem.what)) } }
        @match answer {
            Some(answer) => { (answer.show(at, false)) }
            None if findings.is_empty() => { p .muted { (l.text("trying-incomplete")) } }
            None => { (drafted::wrong(l, findings)) }
        }
    }
}

fn page(at: &At, filled: &Sent, beside: &Beside<'_>, answer: Option<&Answer>) -> Markup {
    let problems = beside.problems;
    let l = at.visit.language;
    let directory = at.account.directory.clone().unwrap_or_default();
    let form = form::Form { l, directory: &directory, filled, problems };
    let of_paste = problems.iter().filter(|problem| problem.field == "pasted");
    let pasted: Vec<Markup> =
        beside.pasted.iter().cloned().chain(of_paste.map(|problem| said(l, &problem.what))).collect();
    let content = html! {
        main #main {
            div .head { h1 { (l.text("trying-title")) } }
            p .muted { (l.text("trying-intro")) }
            (choice_of_samples(at, filled.one("draft")))
            (drafted::show(at, beside.draft, beside.findings))
            form #try .trying method="post" action=(at.path("try")) data-try=(at.path("try")) {
                div .stack {
                    (paste_box(at, filled, &pasted))
                    (form.show())
                    div .row { button .primary { (l.text("trying-go")) } }
                }
                section #answer .stack aria-labelledby="answer-title" aria-live="polite" {
                    @match answer {
                        Some(answer) => { (answer.show(at, true)) }
                        None => {
                            h2 #answer-title { (l.text("trying-answer-title")) }
                            p .muted { (l.text(if beside.is_wrong() { "trying-incomplete" } else { "trying-nothing-yet" })) }
                        }
                    }
                }
            }
        }
    };
    layout::page(at, Section::Try, &l.text("trying-title"), &["trying.js"], &content)
}

/// The samples, which leave the draft that is tried what it is.
fn choice_of_samples(at: &At, draft: &str) -> Markup {
    let l = at.visit.language;
    html! {
        form .row method=(if draft.is_empty() { "get" } else { "post" }) action=(at.path("try")) {
            span .muted { (l.text("trying-samples")) }
            @if !draft.is_empty() { input type="hidden" name="draft" value=(draft); }
            @for name in samples::SAMPLES {
                button .chip.pick name="sample" value=(name) { (l.text(&format!("sample-{name}"))) }
            }
            a .chip.pick href=(at.path("try/decisions")) { (l.text("trying-pick-decision")) }
        }
    }
}

/// The field for a change in JSON, with what of it the form does not show.
fn paste_box(at: &At, filled: &Sent, beside: &[Markup]) -> Markup {
    let l = at.visit.language;
    let base: v1::EvaluateRequest = serde_json::from_str(filled.one("base")).unwrap_or_default();
    let masked: Vec<&str> = filled.all("masked").collect();
    html! {
        details .card open[!beside.is_empty()] {
            summary { (l.text("trying-paste")) }
            div .stack {
                div .field {
                    label for="pasted" { (l.text("trying-paste-label")) }
                    textarea #pasted .code name="pasted" rows="6" spellcheck="false" aria-describedby="problem-pasted"
                        aria-invalid=[(!beside.is_empty()).then_some("true")] { "\n" (filled.one("pasted")) }
                    div #problem-pasted .problems role="alert" { @for told in beside { (told) } }
                }
                div .row { button name="do" value="paste" { (l.text("trying-paste-go")) } }
            }
        }
        @for field in &masked { input type="hidden" name="masked" value=(field); }
        @if !masked.is_empty() { p .notice { (l.with("trying-masked", &[("fields", masked.join(", ").into())])) } }
        @if base.baseline.is_some() { p .notice { (l.text("trying-baseline")) } }
        @if !base.cause.is_empty() { p .notice { (l.with("trying-cause", &[("ids", base.cause.join(", ").into())])) } }
    }
}

#[cfg(test)]
mod tests;
