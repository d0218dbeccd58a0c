//! A workflow that is tried before it is saved.

use maud::{Markup, html};
use tamis_api::v1;

use crate::diagnostics;
use crate::language::Language;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;

/// The workflow that a form holds; `None` if it holds none.
pub(crate) fn read(filled: &Sent) -> Option<v1::Workflow> {
    serde_json::from_str(filled.one("draft")).ok()
}

/// Why no save would take a workflow.
///
/// # Errors
/// What the service refuses.
pub(crate) async fn findings(at: &At, draft: &v1::Workflow) -> Result<Vec<Markup>, Refusal> {
    let l = at.visit.language;
    let request = v1::ValidateWorkflowRequest {
        account_id: at.account.account_id.clone(),
        workflow: Some(draft.clone()),
    };
    let answer = at.visit.calls.workflows().validate_workflow(request).await?.into_inner();
    let errors = answer.diagnostics.iter().filter(|finding| diagnostics::is_error(finding));
    let told = errors.map(|finding| {
        html! { p .diagnostic.error data-field=(finding.field) { (diagnostics::told(l, finding)) } }
    });
    Ok(told.collect())
}

/// Says which workflow is tried, and what is wrong with it.
pub(super) fn show(at: &At, draft: Option<&v1::Workflow>, findings: &[Markup]) -> Markup {
    let l = at.visit.language;
    html! {
        @if let Some(draft) = draft {
            div .notice.row {
                span { (l.with("trying-draft", &[("name", draft.display_name.as_str().into())])) }
                a href=(at.path("try")) { (l.text("trying-draft-leave")) }
            }
            @if !findings.is_empty() { (wrong(l, findings)) }
        }
    }
}

/// What is wrong with it.
pub(super) fn wrong(l: Language, findings: &[Markup]) -> Markup {
    html! {
        div .stack role="alert" { p { (l.text("trying-draft-wrong")) } @for told in findings { (told) } }
    }
}
