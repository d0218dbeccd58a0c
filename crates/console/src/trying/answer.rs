//! What the workflows make of a change.

use std::collections::HashMap;

use maud::{Markup, html};
use tamis_api::v1;
use tamis_api::v1::{action, decided_action};

use super::explained;
use super::seen::Seen;
use crate::language::Language;
use crate::moment;
use crate::refusal::Refusal;
use crate::visit::At;
use crate::words::{self, Names};

/// Workflows that are explained: what people look through.
const WORKFLOWS_MAX: u32 = 50;
/// Those that one condition keeps from matching, which are shown opened.
const OPENED_MAX: usize = 3;

/// What was found.
pub(crate) struct Answer {
    request: v1::EvaluateRequest,
    explained: v1::ExplainResponse,
    /// What was judged, by its id.
    workflows: HashMap<String, v1::Workflow>,
}

/// Asks what becomes of a change, with a draft in the place of the stored workflow.
///
/// # Errors
/// What the service refuses.
pub(crate) async fn ask(
    at: &At,
    request: v1::EvaluateRequest,
    draft: Option<v1::Workflow>,
) -> Result<Answer, Refusal> {
    let asked = v1::ExplainRequest {
        request: Some(request.clone()),
        workflows_max: WORKFLOWS_MAX,
        with_decision: true,
        draft: draft.clone(),
        ..v1::ExplainRequest::default()
    };
    let explained = at.visit.calls.decisions().explain(asked).await?.into_inner();
    let mut workflows = HashMap::new();
    for told in &explained.workflows {
        let drafted = draft.as_ref().filter(|draft| draft.workflow_id == told.workflow_id);
        if let Some(workflow) = drafted.cloned().or(stored(at, &told.workflow_id).await?) {
            workflows.insert(told.workflow_id.clone(), workflow);
        }
    }
    // One that came without an id has been given one that nobody knows.
    if let Some(draft) = draft {
        let unknown = explained.workflows.iter().find(|told| !workflows.contains_key(&told.workflow_id));
        if let Some(told) = unknown {
            workflows.insert(told.workflow_id.clone(), draft);
        }
    }
    Ok(Answer { request, explained, workflows })
}

/// The stored workflow, unless it is gone.
async fn stored(at: &At, workflow_id: &str) -> Result<Option<v1::Workflow>, Refusal> {
    let request = v1::GetWorkflowRequest {
        account_id: at.account.account_id.clone(),
        workflow_id: workflow_id.to_owned(),
    };
    match at.visit.calls.workflows().get_workflow(request).await {
        Ok(answer) => Ok(answer.into_inner().workflow),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(status.into()),
    }
}

impl Answer {
    /// All that is shown of it; a page that was asked for it begins there.
    pub(crate) fn show(&self, at: &At, is_asked: bool) -> Markup {
        let l = at.visit.language;
        let names = Names::of(&at.account);
        let now = self.explained.now.unwrap_or_default();
        let seen = Seen {
            l,
            names: &names,
            account: &at.account,
            zone: &at.zone,
            request: &self.request,
            now: moment::instant(&now).unwrap_or_default(),
        };
        let decision = self.explained.decision.clone().unwrap_or_default();
        let others = || self.explained.workflows.iter().filter(|told| told.verdict() != v1::Verdict::Matched);
        let told = u32::try_from(self.explained.workflows.len()).unwrap_or(u32::MAX);
        let left_out = self.explained.workflows_total.saturating_sub(told);
        html! {
            h2 #answer-title tabindex="-1" autofocus[is_asked] { (l.with("trying-count", &[("count", decision.matches.len().into())])) }
            p .muted {
                (l.text("trying-at")) " " (moment::time(l, &now, &at.zone)) ". "
                (l.with("trying-revision", &[("revision", self.explained.revision.into())]))
            }
            @if !decision.matches.is_empty() {
                ol .answers { @for matched in &decision.matches { (self.matched(at, &seen, matched)) } }
            }
            @if !decision.shadow_matches.is_empty() {
                h3 { (l.text("trying-shadow-title")) }
                ol .answers { @for matched in &decision.shadow_matches { (self.matched(at, &seen, matched)) } }
            }
            (self.rounds(at, &seen, &decision))
            @if let Some(due) = &decision.next_due {
                p { (l.text("trying-next-due")) " " (moment::time(l, due, &at.zone)) "." }
            }
            @if others().next().is_some() {
                h2 { (l.text("trying-others-title")) }
                div .stack {
                    @for (place, told) in others().enumerate() {
                        (self.other(at, &seen, told, told.failed_conditions == 1 && place < OPENED_MAX))
                    }
                }
            }
            @if left_out > 0 { p .muted { (l.with("trying-left-out", &[("count", left_out.into())])) } }
        }
    }

    fn matched(&self, at: &At, seen: &Seen<'_>, matched: &v1::Match) -> Markup {
        let l = seen.l;
        let told = self.explained.workflows.iter().find(|told| told.workflow_id == matched.workflow_id);
        html! {
            li .card.stack data-workflow=(matched.workflow_id) {
                h3 { (link(at, &matched.workflow_id, &matched.display_name)) }
                ul .actions { @for action in &matched.actions { (decided(l, seen.names, action)) } }
                @if let Some(told) = told {
                    details id={ "why-" (matched.workflow_id) } {
                        summary { (l.text("trying-why")) }
                        (explained::conditions(seen, told, self.workflows.get(&told.workflow_id)))
                    }
                }
            }
        }
    }

    fn other(&self, at: &At, seen: &Seen<'_>, told: &v1::WorkflowExplanation, open: bool) -> Markup {
        let l = seen.l;
        let name = |id: &str| {
            let known = self.workflows.get(id);
            known.map_or(id, |workflow| workflow.display_name.as_str()).to_owned()
        };
        html! {
            details .card.other id={ "other-" (told.workflow_id) } data-workflow=(told.workflow_id) open[open] {
                summary { span .name { (told.display_name) } " " (explained::verdict(l, told)) }
                div .stack {
                    @if told.verdict() == v1::Verdict::PassedOver {
                        p .diagnostic.warning { (l.with("trying-stopped-by", &[("name", name(&told.stopped_by).into())])) }
                    }
                    (explained::conditions(seen, told, self.workflows.get(&told.workflow_id)))
                    p { (link(at, &told.workflow_id, &l.text("trying-open"))) }
                }
            }
        }
    }

    fn rounds(&self, at: &At, seen: &Seen<'_>, decision: &v1::EvaluateResponse) -> Markup {
        let l = seen.l;
        let end = match decision.chain_end() {
            v1::ChainEnd::Unspecified | v1::ChainEnd::Settled => None,
            v1::ChainEnd::Loop => Some("trying-chain-loop"),
            v1::ChainEnd::RoundsMax => Some("trying-chain-rounds"),
        };
        html! {
            @for (number, round) in (2_u32..).zip(&decision.rounds) {
                h3 { (l.with("trying-round", &[("number", number.into())])) }
                ol .answers {
                    @for matched in round.matches.iter().chain(&round.shadow_matches) { (self.matched(at, seen, matched)) }
                }
            }
            @if let Some(end) = end { p .notice { (l.text(end)) } }
        }
    }
}

/// A link to a workflow.
fn link(at: &At, workflow_id: &str, text: &str) -> Markup {
    html! { a href=(at.path(&format!("workflows/{workflow_id}"))) { (text) } }
}

/// An action with what would be sent or done, or why it would not.
fn decided(l: Language, names: &Names<'_>, decided: &v1::DecidedAction) -> Markup {
    let reason = match decided.reason() {
        v1::NotReadyReason::Unspecified => None,
        v1::NotReadyReason::Superseded => Some("not-ready-superseded"),
        v1::NotReadyReason::NoLinkedOrder => Some("not-ready-no-linked-order"),
        v1::NotReadyReason::AutoSubmitted => Some("not-ready-auto-submitted"),
        v1::NotReadyReason::CausedByItself => Some("not-ready-caused-by-itself"),
        v1::NotReadyReason::Shadow => Some("not-ready-shadow"),
    };
    html! {
        li {
            div .row {
                @if reason.is_none() { span .badge.yes { (l.text("trying-ready")) } }
                @else { span .badge.warn { (l.text("trying-not-ready")) } }
                span { (does(l, names, decided)) }
            }
            @if let Some(reason) = reason { p .small.muted { (l.text(reason)) } }
            (rendered(l, decided))
            @if !decided.missing_variables.is_empty() {
                p .diagnostic.warning { (l.with("trying-missing", &[("names", decided.missing_variables.join(", ").into())])) }
            }
        }
    }
}

/// What an action does, without the text that it sends.
fn does(l: Language, names: &Names<'_>, decided: &v1::DecidedAction) -> String {
    use decided_action::Kind;
    let kind = match &decided.kind {
        None => return String::new(),
        Some(Kind::SendMessage(_)) => return l.text("action-send_message").into_owned(),
        Some(Kind::AiMessage(_)) => return l.text("action-ai_message").into_owned(),
        Some(Kind::SendTranslatedMessage(message)) => {
            let language = message.target_language.as_str();
            return format!("{} ({language})", l.text("action-send_translated_message"));
        }
        Some(Kind::SendEmail(email)) => {
            return l.with("trying-email-to", &[("to", email.to.as_str().into())]);
        }
        Some(Kind::SetStatus(set)) => {
            action::Kind::SetStatus(v1::SetStatus { status_id: set.status_id.clone() })
        }
        Some(Kind::AssignAgent(assign)) => {
            action::Kind::AssignAgent(v1::AssignAgent { agent_id: assign.agent_id.clone() })
        }
        Some(Kind::AssignTag(assign)) => {
            action::Kind::AssignTag(v1::AssignTag { tag_id: assign.tag_id.clone() })
        }
        Some(Kind::ChangeOrderStatus(change)) => action::Kind::ChangeOrderStatus(v1::ChangeOrderStatus {
            order_status_id: change.order_status_id.clone(),
        }),
    };
    words::action(l, names, &v1::Action { kind: Some(kind) })
}

/// What would be sent.
fn rendered(l: Language, decided: &v1::DecidedAction) -> Markup {
    use decided_action::Kind;
    let (subject, text) = match &decided.kind {
        Some(Kind::SendMessage(message)) => (None, &message.text),
        Some(Kind::SendTranslatedMessage(message)) => (None, &message.text),
        Some(Kind::AiMessage(message)) => (None, &message.instructions),
        Some(Kind::SendEmail(email)) => (Some(&email.subject), &email.text),
        Some(Kind::ChangeOrderStatus(change)) if !change.order_ids.is_empty() => {
            let orders = change.order_ids.join(", ");
            return html! { p .small.muted { (l.with("trying-orders", &[("orders", orders.into())])) } };
        }
        _ => return html! {},
    };
    html! {
        blockquote .rendered {
            @if let Some(subject) = subject { p { strong { (subject) } } }
            pre { (text) }
        }
    }
}
