//! The actions of the workflows that match: which are ready, and what they say.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use super::Found;
use crate::compile::CompiledAction;
use crate::decision::{DecidedAction, NotReady, Rendered};
use crate::definition::{Action, Mode, TextFormat, Workflow};
use crate::index::{CompiledWorkflow, Index};
use crate::request::Request;
use crate::template::{Escape, Template};
use crate::variable::Variable;

/// What variables stand for in one decision.
struct Values<'v> {
    index: &'v Index,
    request: &'v Request<'v>,
    agent: Option<AgentDetails<'v>>,
    current_date_time: OnceCell<String>,
}

/// The agent whom the ticket is assigned to once the decision is carried out.
#[derive(Clone, Copy, Default)]
struct AgentDetails<'v> {
    first_name: Option<&'v str>,
    last_name: Option<&'v str>,
    email: Option<&'v str>,
}

impl Index {
    /// The actions of each of the alternatives found, in order.
    pub(super) fn actions<'i>(
        &'i self,
        request: &Request<'_>,
        found: &[Found],
    ) -> Vec<Vec<DecidedAction<'i>>> {
        let matched: Vec<(&CompiledWorkflow, &Workflow)> = found
            .iter()
            .filter_map(|found| self.workflow(found.clause.workflow))
            .filter_map(|workflow| Some((workflow, self.definition(workflow)?)))
            .collect();
        let (states, assigned) = states(request, &matched);
        let values = Values {
            index: self,
            request,
            agent: self.agent_details(request, assigned),
            current_date_time: OnceCell::new(),
        };
        let mut states = states.into_iter();
        matched
            .iter()
            .map(|(workflow, definition)| {
                let actions = workflow.actions.iter().zip(&definition.actions).zip(states.by_ref());
                actions
                    .filter_map(|((compiled, defined), state)| render(compiled, defined, state, &values))
                    .collect()
            })
            .collect()
    }

    fn agent_details<'v>(
        &'v self,
        request: &'v Request<'_>,
        assigned: Option<&'v str>,
    ) -> Option<AgentDetails<'v>> {
        let given = request.ticket.assigned_agent.as_ref();
        let id = assigned.or(given.map(|agent| agent.id.as_ref()))?;
        let given = given.filter(|agent| agent.id == id);
        let known = self.agent(id);
        let told = |value: &&str| !value.trim().is_empty();
        let detail =
            |given: Option<&'v str>, known: Option<&'v str>| given.filter(told).or(known.filter(told));
        Some(AgentDetails {
            first_name: detail(
                given.and_then(|a| a.first_name.as_deref()),
                known.map(|a| a.first_name.as_str()),
            ),
            last_name: detail(
                given.and_then(|a| a.last_name.as_deref()),
                known.map(|a| a.last_name.as_str()),
            ),
            email: detail(given.and_then(|a| a.email.as_deref()), known.map(|a| a.email.as_str())),
        })
    }
}

/// The state of each action of all matches, in order, and the agent whom the decision assigns.
fn states<'i>(
    request: &Request<'_>,
    matched: &[(&CompiledWorkflow, &'i Workflow)],
) -> (Vec<Option<NotReady>>, Option<&'i str>) {
    let mut later = Later::default();
    let mut states: Vec<Option<NotReady>> = Vec::new();
    // Backwards, because what comes later supersedes.
    for (workflow, definition) in matched.iter().rev() {
        let caused_by_itself = request.cause.iter().any(|cause| *cause == definition.id);
        for action in definition.actions.iter().rev() {
            let state = if workflow.mode == Mode::Shadow {
                Some(NotReady::Shadow)
            } else if caused_by_itself {
                Some(NotReady::CausedByItself)
            } else {
                request_bar(request, action)
                    .or_else(|| later.superseded(action).then_some(NotReady::Superseded))
            };
            states.push(state);
        }
    }
    states.reverse();
    (states, later.agent)
}

/// What about the request keeps an action from being ready.
fn request_bar(request: &Request<'_>, action: &Action) -> Option<NotReady> {
    match action {
        Action::SendMessage { .. }
        | Action::SendTranslatedMessage { .. }
        | Action::AiMessage { .. }
        | Action::SendEmail { .. } => {
            let automatic =
                request.change.message_received.as_ref().is_some_and(|message| message.auto_submitted);
            automatic.then_some(NotReady::AutoSubmitted)
        }
        Action::ChangeOrderStatus { .. } => {
            request.ticket.linked_order_ids.is_empty().then_some(NotReady::NoLinkedOrder)
        }
        Action::SetStatus { .. }
        | Action::AssignAgent { .. }
        | Action::AssignTag { .. }
        | Action::Unreadable => None,
    }
}

/// What later actions set.
#[derive(Default)]
struct Later<'i> {
    status: bool,
    order_status: bool,
    agent: Option<&'i str>,
    tags: HashSet<&'i str>,
}

impl<'i> Later<'i> {
    /// Whether a later action sets the same thing; from now on this one does.
    fn superseded(&mut self, action: &'i Action) -> bool {
        match action {
            Action::SetStatus { .. } => std::mem::replace(&mut self.status, true),
            Action::ChangeOrderStatus { .. } => std::mem::replace(&mut self.order_status, true),
            Action::AssignTag { tag_id } => !self.tags.insert(tag_id),
            Action::AssignAgent { agent_id } => {
                let superseded = self.agent.is_some();
                self.agent.get_or_insert(agent_id);
                superseded
            }
            _ => false,
        }
    }
}

fn render<'i>(
    compiled: &CompiledAction,
    defined: &'i Action,
    not_ready: Option<NotReady>,
    values: &Values<'_>,
) -> Option<DecidedAction<'i>> {
    let mut missing = Vec::new();
    let mut write = |template: &Template, escape: Escape| {
        let mut out = String::new();
        template.render(|variable| values.of(variable), escape, &mut out, &mut missing);
        out
    };
    let kind = match (defined, compiled) {
        (Action::SendMessage { body }, CompiledAction::Text(text)) => {
            Rendered::SendMessage { text: write(text, escape(body.format)), format: body.format }
        }
        (Action::SendTranslatedMessage { body, target_language }, CompiledAction::Text(text)) => {
            Rendered::SendTranslatedMessage {
                text: write(text, escape(body.format)),
                format: body.format,
                target_language,
            }
        }
        (Action::AiMessage { .. }, CompiledAction::Text(instructions)) => Rendered::AiMessage {
            instructions: write(instructions, Escape::None),
            respond_to_message_id: values.message_id().map(str::to_owned),
        },
        (Action::SendEmail { body, .. }, CompiledAction::Email { to, subject, text }) => {
            Rendered::SendEmail {
                to: write(to, Escape::OneLine),
                subject: write(subject, Escape::OneLine),
                text: write(text, escape(body.format)),
                format: body.format,
            }
        }
        (Action::SetStatus { status_id }, _) => Rendered::SetStatus { status_id },
        (Action::AssignAgent { agent_id }, _) => Rendered::AssignAgent { agent_id },
        (Action::AssignTag { tag_id }, _) => Rendered::AssignTag { tag_id },
        (Action::ChangeOrderStatus { order_status_id }, _) => Rendered::ChangeOrderStatus {
            order_status_id,
            order_ids: values
                .request
                .ticket
                .linked_order_ids
                .iter()
                .map(|id| id.clone().into_owned())
                .collect(),
        },
        // Compiled together, an action and its templates are of one kind.
        _ => return None,
    };
    Some(DecidedAction { not_ready, missing_variables: missing, kind })
}

fn escape(format: TextFormat) -> Escape {
    match format {
        TextFormat::Plain => Escape::None,
        TextFormat::Html => Escape::Html,
    }
}

impl<'v> Values<'v> {
    fn of(&self, variable: Variable) -> Option<Cow<'_, str>> {
        let ticket = &self.request.ticket;
        let agent = self.agent.unwrap_or_default();
        match variable {
            Variable::TicketId => Some(ticket.id.as_ref().into()),
            Variable::TicketUrl => ticket.url.as_deref().map(Cow::from),
            Variable::CustomerEmail => ticket.customer_email.as_deref().map(Cow::from),
            Variable::CustomerName => ticket.customer_name.as_deref().map(Cow::from),
            Variable::CurrentDateTime => Some(self.current_date_time().into()),
            Variable::AssignedAgentFirstName => agent.first_name.map(Cow::from),
            Variable::AssignedAgentLastName => agent.last_name.map(Cow::from),
            Variable::AssignedAgentFullName => match (agent.first_name, agent.last_name) {
                (Some(first), Some(last)) => Some(format!("{first} {last}").into()),
                (first, last) => first.or(last).map(Cow::from),
            },
            Variable::AssignedAgentEmail => agent.email.map(Cow::from),
        }
    }

    fn current_date_time(&self) -> &str {
        self.current_date_time.get_or_init(|| {
            self.index.date_time_format.format(&self.request.now.to_zoned_datetime(self.index.zone.clone()))
        })
    }

    fn message_id(&self) -> Option<&str> {
        self.request.change.message_received.as_ref()?.message_id.as_deref()
    }
}
