//! Decisions, as answers tell them.

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::v1::decided_action::Kind;
use tamis_engine::Decision;
use tamis_engine::decision::{DecidedAction, Match, NotReady, Rendered};

use crate::convert::vocabulary::WireEnum as _;
use crate::convert::{place, time};

/// Writes what was decided at an instant from a revision.
pub(crate) fn to_wire(decision: Decision<'_>, revision: u64, now: Timestamp) -> v1::EvaluateResponse {
    v1::EvaluateResponse {
        revision,
        now: Some(time::instant_to_wire(now)),
        matches: decision.matches.into_iter().map(match_to_wire).collect(),
        shadow_matches: decision.shadow_matches.into_iter().map(match_to_wire).collect(),
        next_due: decision.next_due.map(time::instant_to_wire),
    }
}

fn match_to_wire(matched: Match<'_>) -> v1::Match {
    let workflow = matched.workflow;
    let phrases = matched.phrases.iter().map(|found| v1::MatchedPhrase {
        field: place::phrase(workflow, found.place, found.phrase_index),
        phrase: found.phrase.to_owned(),
    });
    v1::Match {
        workflow_id: workflow.id.clone(),
        version: workflow.version,
        display_name: workflow.display_name.clone(),
        alternative: matched.alternative,
        phrases: phrases.collect(),
        actions: matched.actions.into_iter().map(action_to_wire).collect(),
        fire_key: matched.fire_key.to_string(),
        held_since: matched.held_since.map(time::instant_to_wire),
    }
}

fn action_to_wire(action: DecidedAction<'_>) -> v1::DecidedAction {
    let (state, reason) = match action.not_ready {
        None => (v1::ActionState::Ready, v1::NotReadyReason::Unspecified),
        Some(not_ready) => (v1::ActionState::NotReady, reason(not_ready)),
    };
    v1::DecidedAction {
        state: state.into(),
        reason: reason.into(),
        missing_variables: action
            .missing_variables
            .iter()
            .map(|variable| variable.name().to_owned())
            .collect(),
        kind: Some(kind(action.kind)),
    }
}

fn reason(not_ready: NotReady) -> v1::NotReadyReason {
    match not_ready {
        NotReady::Shadow => v1::NotReadyReason::Shadow,
        NotReady::CausedByItself => v1::NotReadyReason::CausedByItself,
        NotReady::AutoSubmitted => v1::NotReadyReason::AutoSubmitted,
        NotReady::NoLinkedOrder => v1::NotReadyReason::NoLinkedOrder,
        NotReady::Superseded => v1::NotReadyReason::Superseded,
    }
}

fn kind(rendered: Rendered<'_>) -> Kind {
    match rendered {
        Rendered::SendMessage { text, format } => {
            Kind::SendMessage(v1::RenderedMessage { text, format: format.to_wire() })
        }
        Rendered::SendTranslatedMessage { text, format, target_language } => {
            Kind::SendTranslatedMessage(v1::RenderedTranslatedMessage {
                text,
                format: format.to_wire(),
                target_language: target_language.to_owned(),
            })
        }
        Rendered::AiMessage { instructions, respond_to_message_id } => {
            Kind::AiMessage(v1::RenderedAiMessage { instructions, respond_to_message_id })
        }
        Rendered::SendEmail { to, subject, text, format } => {
            Kind::SendEmail(v1::RenderedEmail { to, subject, text, format: format.to_wire() })
        }
        Rendered::SetStatus { status_id } => {
            Kind::SetStatus(v1::DecidedStatus { status_id: status_id.to_owned() })
        }
        Rendered::AssignAgent { agent_id } => {
            Kind::AssignAgent(v1::DecidedAgent { agent_id: agent_id.to_owned() })
        }
        Rendered::AssignTag { tag_id } => Kind::AssignTag(v1::DecidedTag { tag_id: tag_id.to_owned() }),
        Rendered::ChangeOrderStatus { order_status_id, order_ids } => {
            Kind::ChangeOrderStatus(v1::DecidedOrderStatus {
                order_status_id: order_status_id.to_owned(),
                order_ids,
            })
        }
    }
}
