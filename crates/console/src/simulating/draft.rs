//! What is simulated: one of the account's workflows as it is not, a template, or what a form holds that is not saved.

use maud::{Markup, html};
use tamis_api::v1;

use super::Asked;
use crate::language::Language;
use crate::refusal::Refusal;
use crate::visit::At;

/// Workflows that are offered; others are found by their names.
const OFFERED_MAX: i32 = 200;

/// What a workflow is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum As {
    /// Switched on, its actions are for real.
    Live,
    /// Switched on in shadow mode.
    Shadow,
    /// Switched off.
    Off,
}

impl As {
    /// All of them, in the order in which they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::Live, Self::Shadow, Self::Off];

    pub(crate) fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Shadow => "shadow",
            Self::Off => "off",
        }
    }

    /// What a workflow is.
    pub(crate) fn is(workflow: &v1::Workflow) -> Self {
        match (workflow.enabled.unwrap_or(true), workflow.mode()) {
            (false, _) => Self::Off,
            (true, v1::WorkflowMode::Shadow) => Self::Shadow,
            (true, _) => Self::Live,
        }
    }

    /// The workflow as this.
    pub(crate) fn of(self, workflow: v1::Workflow) -> v1::Workflow {
        match self {
            Self::Live => {
                v1::Workflow { enabled: Some(true), mode: v1::WorkflowMode::Live.into(), ..workflow }
            }
            Self::Shadow => {
                v1::Workflow { enabled: Some(true), mode: v1::WorkflowMode::Shadow.into(), ..workflow }
            }
            Self::Off => v1::Workflow { enabled: Some(false), ..workflow },
        }
    }
}

/// What somebody wants to simulate.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// One of the account's workflows.
    Stored(String, Option<As>),
    /// A template.
    Template(String, Option<As>),
    /// What a form holds, as it is there.
    Draft(Box<v1::Workflow>, Option<As>),
}

impl Wanted {
    /// What the fields of the form say; `None` if nothing is chosen, or nothing can be made of it.
    pub(crate) fn read(what: &str, draft: &str, r#as: &str) -> Option<Self> {
        let r#as = As::read(r#as);
        if !draft.is_empty() {
            let draft = serde_json::from_str(draft).ok()?;
            return Some(Self::Draft(Box::new(draft), r#as));
        }
        match what.split_once(':')? {
            (_, "") => None,
            ("workflow", id) => Some(Self::Stored(id.to_owned(), r#as)),
            ("template", id) => Some(Self::Template(id.to_owned(), r#as)),
            _ => None,
        }
    }
}

/// The workflow as it is wanted; `None` if it is there no more.
pub(crate) async fn load(at: &At, wanted: &Wanted) -> Result<Option<(v1::Workflow, As)>, Refusal> {
    let (workflow, r#as) = match wanted {
        Wanted::Draft(draft, r#as) => (Some((**draft).clone()), *r#as),
        Wanted::Stored(id, r#as) => (stored(at, id).await?, *r#as),
        Wanted::Template(id, r#as) => {
            let templates = templates(at).await?;
            let template = templates.into_iter().find(|template| template.template_id == *id);
            (template.and_then(|template| template.workflow), r#as.or(Some(As::Live)))
        }
    };
    Ok(workflow.map(|workflow| {
        let r#as = r#as.unwrap_or(As::is(&workflow));
        (r#as.of(workflow), r#as)
    }))
}

async fn stored(at: &At, id: &str) -> Result<Option<v1::Workflow>, Refusal> {
    let request =
        v1::GetWorkflowRequest { account_id: at.account.account_id.clone(), workflow_id: id.to_owned() };
    match at.visit.calls.workflows().get_workflow(request).await {
        Ok(answer) => Ok(answer.into_inner().workflow),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(status.into()),
    }
}

async fn templates(at: &At) -> Result<Vec<v1::Template>, Refusal> {
    let request = v1::ListTemplatesRequest { language: at.visit.language.tag().to_owned() };
    Ok(at.visit.calls.workflows().list_templates(request).await?.into_inner().templates)
}

/// What is offered.
pub(crate) struct Drafts {
    workflows: Vec<v1::Workflow>,
    /// Whether there are more.
    more: bool,
    templates: Vec<v1::Template>,
    /// What a form holds, if it is that.
    draft: Option<v1::Workflow>,
}

impl Drafts {
    /// Reads what there is.
    pub(crate) async fn list(at: &At, asked: &Asked) -> Result<Self, Refusal> {
        let draft: Option<v1::Workflow> = serde_json::from_str(&asked.draft).ok();
        if draft.is_some() {
            return Ok(Self { workflows: Vec::new(), more: false, templates: Vec::new(), draft });
        }
        let request = v1::ListWorkflowsRequest {
            account_id: at.account.account_id.clone(),
            page_size: OFFERED_MAX,
            text: asked.q.clone(),
            ..v1::ListWorkflowsRequest::default()
        };
        let answer = at.visit.calls.workflows().list_workflows(request).await?.into_inner();
        let mut workflows = answer.workflows;
        if let Some(id) = asked.what.strip_prefix("workflow:")
            && !workflows.iter().any(|workflow| workflow.workflow_id == id)
        {
            workflows.extend(stored(at, id).await?);
        }
        let more = !answer.next_page_token.is_empty();
        Ok(Self { workflows, more, templates: templates(at).await?, draft })
    }

    /// The search for others, if not all are offered.
    pub(crate) fn search(&self, at: &At, asked: &Asked) -> Markup {
        let l = at.visit.language;
        html! {
            @if self.more || !asked.q.is_empty() {
                form .row method="get" action=(at.path("simulate")) role="search" {
                    label for="q" { (l.text("simulating-search")) }
                    div .grow { input #q type="search" name="q" value=(asked.q); }
                    button { (l.text("simulating-search-go")) }
                }
            }
        }
    }

    /// The fields.
    pub(crate) fn show(&self, at: &At, asked: &Asked) -> Markup {
        let l = at.visit.language;
        let chosen = As::read(&asked.r#as);
        html! {
            legend { (l.text("simulating-what")) }
            @match &self.draft {
                Some(draft) => {
                    input type="hidden" name="draft" value=(asked.draft);
                    p { (l.with("simulating-unsaved", &[("name", draft.display_name.as_str().into())])) }
                }
                None => (self.choice(l, asked)),
            }
            div .row role="radiogroup" aria-label=(l.text("simulating-as")) {
                label .choice { input type="radio" name="as" value="" checked[chosen.is_none()]; (l.text("as-is")) }
                @for r#as in As::ALL {
                    label .choice {
                        input type="radio" name="as" value=(r#as.name()) checked[chosen == Some(r#as)];
                        (l.text(&format!("as-{}", r#as.name())))
                    }
                }
            }
        }
    }

    fn choice(&self, l: Language, asked: &Asked) -> Markup {
        html! {
            div .field {
                label for="what" { (l.text("simulating-workflow")) }
                select #what name="what" aria-describedby="problem-what" {
                    option value="" { "–" }
                    optgroup label=(l.text("simulating-own")) {
                        @for workflow in &self.workflows {
                            @let value = format!("workflow:{}", workflow.workflow_id);
                            option value=(value) selected[asked.what == value] {
                                (workflow.display_name) " (" (l.text(&format!("is-{}", As::is(workflow).name()))) ")"
                            }
                        }
                    }
                    optgroup label=(l.text("simulating-templates")) {
                        @for template in &self.templates {
                            @let value = format!("template:{}", template.template_id);
                            option value=(value) selected[asked.what == value] { (template.display_name) }
                        }
                    }
                }
            }
        }
    }
}
