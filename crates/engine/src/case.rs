//! Cases that an account's workflows are tested by: a change, and what must be decided about it.

use std::borrow::Cow;

use crate::decision::{Decision, Match, Rendered};
use crate::definition::{Action, Body, TextFormat};
use crate::request::Request;

/// A change, and what must be decided about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// A name for people.
    pub name: String,
    /// The change, with the instant of the decision; its id may be empty.
    pub request: Request<'static>,
    /// What must be decided.
    pub expected: Expected,
}

/// What must be decided. What is absent may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expected {
    /// Ids of the workflows that match, in order: these, and no others.
    pub matches: Vec<String>,
    /// Those in shadow mode likewise.
    pub shadow_matches: Option<Vec<String>>,
    /// The actions that are ready, in order, with their texts rendered: these, and no others.
    pub actions: Option<Vec<Action>>,
}

impl Expected {
    /// What was decided, of all that this says something about: equal to this if, and only if, the case holds.
    #[must_use]
    pub fn decided(&self, decision: &Decision<'_>) -> Self {
        let ids = |matches: &[Match<'_>]| matches.iter().map(|found| found.workflow.id.clone()).collect();
        let ready = || {
            let actions = decision.matches.iter().flat_map(|found| &found.actions);
            actions.filter(|action| action.not_ready.is_none()).map(|action| defined(&action.kind)).collect()
        };
        Self {
            matches: ids(&decision.matches),
            shadow_matches: self.shadow_matches.as_ref().map(|_| ids(&decision.shadow_matches)),
            actions: self.actions.as_ref().map(|_| ready()),
        }
    }
}

/// An action as a workflow would have it whose texts are these. What belongs to the ticket alone (the message to respond to,
/// the orders) is left out.
fn defined(rendered: &Rendered<'_>) -> Action {
    let body = |text: &Cow<'_, str>, format: TextFormat| Body { text: text.clone().into_owned(), format };
    let owned = |text: &str| text.to_owned();
    match rendered {
        Rendered::SendMessage { text, format } => Action::SendMessage { body: body(text, *format) },
        Rendered::SendTranslatedMessage { text, format, target_language } => Action::SendTranslatedMessage {
            body: body(text, *format),
            target_language: owned(target_language),
        },
        Rendered::AiMessage { instructions, .. } => Action::AiMessage { instructions: owned(instructions) },
        Rendered::SendEmail { to, subject, text, format } => {
            Action::SendEmail { to: owned(to), subject: owned(subject), body: body(text, *format) }
        }
        Rendered::SetStatus { status_id } => Action::SetStatus { status_id: owned(status_id) },
        Rendered::AssignAgent { agent_id } => Action::AssignAgent { agent_id: owned(agent_id) },
        Rendered::AssignTag { tag_id } => Action::AssignTag { tag_id: owned(tag_id) },
        Rendered::ChangeOrderStatus { order_status_id, .. } => {
            Action::ChangeOrderStatus { order_status_id: owned(order_status_id) }
        }
    }
}
