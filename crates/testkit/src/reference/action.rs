//! "The 8 actions": which are ready, and what they say.

use tamis_engine::Decision;
use tamis_engine::date_time::DateTimeFormat;
use tamis_engine::decision::{DecidedAction, NotReady, Rendered};
use tamis_engine::definition::{Account, Action, Agent, Body, Mode, TextFormat, Workflow};
use tamis_engine::request::{AssignedAgent, Request};
use tamis_engine::variable::Variable;

use super::clock;
use super::template::{Escape, present, render};

/// What can be set to one value only; a tag is its own.
#[derive(Clone, Copy, PartialEq)]
enum Setting<'i> {
    Status,
    Agent,
    OrderStatus,
    Tag(&'i str),
}

/// Fills in the actions of all matches. What they answer is what was asked, `origin`, in later rounds of a chain too: its
/// message, and its orders.
pub(super) fn decide<'i>(
    account: &Account,
    request: &Request<'_>,
    origin: &'i Request<'_>,
    decision: &mut Decision<'i>,
) {
    let live: Vec<&'i Workflow> = decision.matches.iter().map(|one| one.workflow).collect();
    let states = states(&live, request, origin);
    let agent_id = assigned_agent_id(&live, &states, request);
    let values = Values { account, request, origin, agent_id: agent_id.as_deref() };
    for (found, states) in decision.matches.iter_mut().zip(states) {
        found.actions = found
            .workflow
            .actions
            .iter()
            .zip(states)
            .filter_map(|(action, not_ready)| values.decided(action, not_ready))
            .collect();
    }
    for found in &mut decision.shadow_matches {
        found.actions = found
            .workflow
            .actions
            .iter()
            .filter_map(|action| values.decided(action, Some(NotReady::Shadow)))
            .collect();
    }
}

/// Why each action of each live match is not ready. The first reason counts, in the order of [`NotReady`]; an action is
/// superseded only by a later one that has no other reason, and a shadow match supersedes nothing.
fn states(live: &[&Workflow], request: &Request<'_>, origin: &Request<'_>) -> Vec<Vec<Option<NotReady>>> {
    let mut states: Vec<Vec<Option<NotReady>>> = live
        .iter()
        .map(|workflow| {
            workflow.actions.iter().map(|action| own_reason(workflow, action, request, origin)).collect()
        })
        .collect();
    // Seen from the last action to the first, whatever is set a second time is set later already.
    let mut set_later: Vec<Setting<'_>> = Vec::new();
    for (workflow, states) in live.iter().zip(&mut states).rev() {
        for (action, state) in workflow.actions.iter().zip(states).rev() {
            let Some(setting) = setting(action) else { continue };
            if state.is_some() {
                continue;
            }
            if set_later.contains(&setting) {
                *state = Some(NotReady::Superseded);
            }
            set_later.push(setting);
        }
    }
    states
}

/// Every reason but that of being superseded.
///
/// All four actions that send something count as sending a message, an e-mail to whomever too: two robots write to each
/// other by any of them.
fn own_reason(
    workflow: &Workflow,
    action: &Action,
    request: &Request<'_>,
    origin: &Request<'_>,
) -> Option<NotReady> {
    let answers_a_robot =
        origin.change.message_received.as_ref().is_some_and(|message| message.auto_submitted);
    let sends_a_message = matches!(
        action,
        Action::SendMessage { .. }
            | Action::SendTranslatedMessage { .. }
            | Action::AiMessage { .. }
            | Action::SendEmail { .. }
    );
    let changes_orders = matches!(action, Action::ChangeOrderStatus { .. });
    if workflow.mode == Mode::Shadow {
        Some(NotReady::Shadow)
    } else if request.cause.iter().any(|cause| *cause == workflow.id) {
        Some(NotReady::CausedByItself)
    } else if sends_a_message && answers_a_robot {
        Some(NotReady::AutoSubmitted)
    } else if changes_orders && origin.ticket.linked_order_ids.is_empty() {
        Some(NotReady::NoLinkedOrder)
    } else {
        None
    }
}

fn setting(action: &Action) -> Option<Setting<'_>> {
    match action {
        Action::SetStatus { .. } => Some(Setting::Status),
        Action::AssignAgent { .. } => Some(Setting::Agent),
        Action::ChangeOrderStatus { .. } => Some(Setting::OrderStatus),
        Action::AssignTag { tag_id } => Some(Setting::Tag(tag_id)),
        _ => None,
    }
}

/// The agent whom this decision assigns, if it assigns one; else the ticket's.
fn assigned_agent_id(
    live: &[&Workflow],
    states: &[Vec<Option<NotReady>>],
    request: &Request<'_>,
) -> Option<String> {
    let mut agent_id = request.ticket.assigned_agent.as_ref().map(|agent| agent.id.to_string());
    for (workflow, states) in live.iter().zip(states) {
        for (action, state) in workflow.actions.iter().zip(states) {
            if let (Action::AssignAgent { agent_id: assigned }, None) = (action, state) {
                agent_id = Some(assigned.clone());
            }
        }
    }
    agent_id
}

/// Where variables take their values from.
struct Values<'a, 'i> {
    account: &'a Account,
    request: &'a Request<'a>,
    origin: &'i Request<'i>,
    agent_id: Option<&'a str>,
}

impl<'i> Values<'_, 'i> {
    fn decided(&self, action: &'i Action, not_ready: Option<NotReady>) -> Option<DecidedAction<'i>> {
        let mut missing_variables = Vec::new();
        let kind = self.rendered(action, &mut missing_variables)?;
        Some(DecidedAction { not_ready, missing_variables, kind })
    }

    /// What to do, its templates rendered in order: recipient, subject, body.
    fn rendered(&self, action: &'i Action, missing: &mut Vec<Variable>) -> Option<Rendered<'i>> {
        let mut text = |template: &str, escape| {
            render(template, escape, |variable| self.value(variable), missing).into()
        };
        let rendered = match action {
            Action::SendMessage { body } => {
                Rendered::SendMessage { text: text(&body.text, escape_of(body)), format: body.format }
            }
            Action::SendTranslatedMessage { body, target_language } => Rendered::SendTranslatedMessage {
                text: text(&body.text, escape_of(body)),
                format: body.format,
                target_language,
            },
            Action::AiMessage { instructions } => Rendered::AiMessage {
                instructions: text(instructions, Escape::None),
                respond_to_message_id: self.message_id(),
            },
            Action::SendEmail { to, subject, body } => Rendered::SendEmail {
                to: text(to, Escape::OneLine),
                subject: text(subject, Escape::OneLine),
                text: text(&body.text, escape_of(body)),
                format: body.format,
            },
            Action::SetStatus { status_id } => Rendered::SetStatus { status_id },
            Action::AssignAgent { agent_id } => Rendered::AssignAgent { agent_id },
            Action::AssignTag { tag_id } => Rendered::AssignTag { tag_id },
            Action::ChangeOrderStatus { order_status_id } => Rendered::ChangeOrderStatus {
                order_status_id,
                order_ids: &self.origin.ticket.linked_order_ids,
            },
            Action::Unreadable => return None,
        };
        Some(rendered)
    }

    fn message_id(&self) -> Option<&'i str> {
        self.origin.change.message_received.as_ref()?.message_id.as_deref()
    }

    fn value(&self, variable: Variable) -> Option<String> {
        let ticket = &self.request.ticket;
        match variable {
            Variable::TicketId => Some(ticket.id.to_string()),
            Variable::TicketUrl => ticket.url.as_ref().map(ToString::to_string),
            Variable::CustomerEmail => ticket.customer_email.as_ref().map(ToString::to_string),
            Variable::CustomerName => ticket.customer_name.as_ref().map(ToString::to_string),
            Variable::CurrentDateTime => {
                let zone = clock::zone(&self.account.time_zone);
                let format = DateTimeFormat::new(&self.account.locale).ok()?;
                Some(format.format(&self.request.now.to_zoned_datetime(zone)))
            }
            Variable::AssignedAgentFirstName => self.first_name(),
            Variable::AssignedAgentLastName => self.last_name(),
            Variable::AssignedAgentFullName => {
                let names: Vec<String> =
                    [self.first_name(), self.last_name()].into_iter().flatten().collect();
                (!names.is_empty()).then(|| names.join(" "))
            }
            Variable::AssignedAgentEmail => {
                self.agent_detail(|given| given.email.as_deref(), |known| &known.email)
            }
        }
    }

    fn first_name(&self) -> Option<String> {
        self.agent_detail(|given| given.first_name.as_deref(), |known| &known.first_name)
    }

    fn last_name(&self) -> Option<String> {
        self.agent_detail(|given| given.last_name.as_deref(), |known| &known.last_name)
    }

    /// A detail of the agent: what the ticket gives of its assigned agent wins, if it is the same agent; what is
    /// missing comes from the directory.
    fn agent_detail(
        &self,
        given: impl for<'a> Fn(&'a AssignedAgent<'a>) -> Option<&'a str>,
        known: impl Fn(&Agent) -> &str,
    ) -> Option<String> {
        let agent_id = self.agent_id?;
        let of_ticket = self.request.ticket.assigned_agent.as_ref().filter(|agent| agent.id == agent_id);
        let of_directory = clock::agent(self.account, agent_id);
        present(of_ticket.and_then(|agent| given(agent).map(str::to_owned)))
            .or_else(|| present(of_directory.map(|agent| known(agent).to_owned())))
    }
}

fn escape_of(body: &Body) -> Escape {
    match body.format {
        TextFormat::Plain => Escape::None,
        TextFormat::Html => Escape::Html,
    }
}
