//! The actions of the workflows that match: which are ready, and what they say.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::Found;
use crate::decision::{DecidedAction, NotReady, Rendered};
use crate::definition::{Action, Mode, TextFormat, Workflow};
use crate::index::{CompiledAccount, Index};
use crate::request::Request;
use crate::template::{Escape, Template};
use crate::variable::Variable;

/// What variables stand for in one decision.
struct Values<'d, 'r> {
    account: &'r CompiledAccount,
    request: &'r Request<'r>,
    /// What was asked: the request, or that which a chain began with.
    origin: &'d Request<'d>,
    /// The agent whom what is decided assigns the ticket to.
    assigned: Option<&'r str>,
    /// These are put together when a text first asks for them.
    agent: OnceCell<AgentDetails<'r>>,
    current_date_time: OnceCell<String>,
}

/// The agent whom the ticket is assigned to once the decision is carried out.
#[derive(Default)]
struct AgentDetails<'v> {
    first_name: Option<&'v str>,
    last_name: Option<&'v str>,
    email: Option<&'v str>,
}

/// The actions of all alternatives that were found, of one after the other.
pub(super) struct Actions<'d, 's> {
    values: Values<'d, 's>,
    states: std::slice::Iter<'s, Option<NotReady>>,
}

impl Index {
    /// The actions of the alternatives found.
    pub(super) fn actions<'d: 's, 's>(
        &'d self,
        request: &'s Request<'_>,
        origin: &'d Request<'_>,
        found: &[Found],
        states: &'s mut Vec<Option<NotReady>>,
    ) -> Actions<'d, 's> {
        let assigned = self.states(request, origin, found, states);
        let values = Values { assigned, ..Values::new(&self.account, request, origin) };
        Actions { values, states: states.iter() }
    }

    /// What a template says of a request's ticket at its instant, if nothing of what is decided assigns it to another agent; and the
    /// variables that had no value, in order of appearance.
    pub fn render(
        &self,
        template: Template<'_>,
        escape: Escape,
        request: &Request<'_>,
    ) -> (String, Vec<Variable>) {
        let values = Values::new(&self.account, request, request);
        let (mut text, mut missing) = (String::new(), Vec::new());
        template.render(|variable| values.of(variable), escape, &mut text, &mut missing);
        (text, missing)
    }

    /// Notes the state of each action of all matches, in order, and tells the agent whom the decision assigns.
    fn states<'i>(
        &'i self,
        request: &Request<'_>,
        origin: &Request<'_>,
        found: &[Found],
        states: &mut Vec<Option<NotReady>>,
    ) -> Option<&'i str> {
        let mut later = Later::default();
        states.clear();
        // Backwards, because what comes later supersedes.
        for (_, workflow, definition) in found.iter().rev().filter_map(|found| self.parts(found)) {
            let caused_by_itself = request.cause.iter().any(|cause| *cause == definition.id);
            for action in definition.actions.iter().rev() {
                let state = if workflow.mode == Mode::Shadow {
                    Some(NotReady::Shadow)
                } else if caused_by_itself {
                    Some(NotReady::CausedByItself)
                } else {
                    request_bar(origin, action)
                        .or_else(|| later.superseded(action).then_some(NotReady::Superseded))
                };
                states.push(state);
            }
        }
        states.reverse();
        later.agent
    }
}

impl<'d> Actions<'d, '_> {
    /// Those of the next alternative, which is of this workflow.
    pub(super) fn next(&mut self, definition: &'d Workflow) -> Vec<DecidedAction<'d>> {
        let actions = definition.actions.iter().zip(self.states.by_ref());
        let mut rendered = Vec::with_capacity(definition.actions.len());
        rendered.extend(actions.filter_map(|(action, state)| self.values.render(action, *state)));
        rendered
    }
}

/// What about the request keeps an action from being ready, in whichever round of its chain.
fn request_bar(origin: &Request<'_>, action: &Action) -> Option<NotReady> {
    match action {
        Action::SendMessage { .. }
        | Action::SendTranslatedMessage { .. }
        | Action::AiMessage { .. }
        | Action::SendEmail { .. } => {
            let automatic =
                origin.change.message_received.as_ref().is_some_and(|message| message.auto_submitted);
            automatic.then_some(NotReady::AutoSubmitted)
        }
        Action::ChangeOrderStatus { .. } => {
            origin.ticket.linked_order_ids.is_empty().then_some(NotReady::NoLinkedOrder)
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
    tags: Tags<'i>,
}

/// Tags that later actions assign.
#[derive(Default)]
struct Tags<'i> {
    /// The first few, which are nearly always all of them, and need no memory of their own.
    few: [Option<&'i str>; 16],
    many: Option<HashSet<&'i str, RandomState>>,
}

impl<'i> Tags<'i> {
    /// Adds one, and tells whether it is new.
    fn insert(&mut self, tag: &'i str) -> bool {
        for place in &mut self.few {
            match place {
                Some(known) if *known == tag => return false,
                Some(_) => {}
                None => {
                    *place = Some(tag);
                    return true;
                }
            }
        }
        self.many.get_or_insert_default().insert(tag)
    }
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

fn escape(format: TextFormat) -> Escape {
    match format {
        TextFormat::Plain => Escape::None,
        TextFormat::Html => Escape::Html,
    }
}

impl<'d, 'r> Values<'d, 'r> {
    /// Those of a request, if nothing of what is decided assigns the ticket to another agent.
    fn new(account: &'r CompiledAccount, request: &'r Request<'r>, origin: &'d Request<'d>) -> Self {
        let (agent, current_date_time) = (OnceCell::new(), OnceCell::new());
        Self { account, request, origin, assigned: None, agent, current_date_time }
    }

    /// The action as it is decided; none of one that could not be read, which never compiles.
    fn render(&self, action: &'d Action, not_ready: Option<NotReady>) -> Option<DecidedAction<'d>> {
        let mut missing = Vec::new();
        let mut write = |text: &'d str, escape: Escape| -> Cow<'d, str> {
            let template = Template::checked(text);
            if let Some(plain) = template.plain() {
                return plain.into();
            }
            let mut out = String::with_capacity(text.len());
            template.render(|variable| self.of(variable), escape, &mut out, &mut missing);
            out.into()
        };
        let kind = match action {
            Action::SendMessage { body } => {
                Rendered::SendMessage { text: write(&body.text, escape(body.format)), format: body.format }
            }
            Action::SendTranslatedMessage { body, target_language } => {
                let text = write(&body.text, escape(body.format));
                Rendered::SendTranslatedMessage { text, format: body.format, target_language }
            }
            Action::AiMessage { instructions } => Rendered::AiMessage {
                instructions: write(instructions, Escape::None),
                respond_to_message_id: self.message_id(),
            },
            Action::SendEmail { to, subject, body } => Rendered::SendEmail {
                to: write(to, Escape::OneLine),
                subject: write(subject, Escape::OneLine),
                text: write(&body.text, escape(body.format)),
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
        Some(DecidedAction { not_ready, missing_variables: missing, kind })
    }

    fn of(&self, variable: Variable) -> Option<Cow<'_, str>> {
        let ticket = &self.request.ticket;
        match variable {
            Variable::TicketId => Some(ticket.id.as_ref().into()),
            Variable::TicketUrl => ticket.url.as_deref().map(Cow::from),
            Variable::CustomerEmail => ticket.customer_email.as_deref().map(Cow::from),
            Variable::CustomerName => ticket.customer_name.as_deref().map(Cow::from),
            Variable::CurrentDateTime => Some(self.current_date_time().into()),
            Variable::AssignedAgentFirstName => self.agent().first_name.map(Cow::from),
            Variable::AssignedAgentLastName => self.agent().last_name.map(Cow::from),
            Variable::AssignedAgentFullName => match (self.agent().first_name, self.agent().last_name) {
                (Some(first), Some(last)) => Some(format!("{first} {last}").into()),
                (first, last) => first.or(last).map(Cow::from),
            },
            Variable::AssignedAgentEmail => self.agent().email.map(Cow::from),
        }
    }

    /// The agent whom the ticket is assigned to once the decision is carried out; no details if there is none.
    fn agent(&self) -> &AgentDetails<'r> {
        self.agent.get_or_init(|| {
            let given = self.request.ticket.assigned_agent.as_ref();
            let Some(id) = self.assigned.or(given.map(|agent| agent.id.as_ref())) else {
                return AgentDetails::default();
            };
            let given = given.filter(|agent| agent.id == id);
            let known = self.account.agent(id);
            let told = |value: &&str| !value.trim().is_empty();
            let detail =
                |given: Option<&'r str>, known: Option<&'r str>| given.filter(told).or(known.filter(told));
            AgentDetails {
                first_name: detail(
                    given.and_then(|a| a.first_name.as_deref()),
                    known.map(|a| a.first_name.as_str()),
                ),
                last_name: detail(
                    given.and_then(|a| a.last_name.as_deref()),
                    known.map(|a| a.last_name.as_str()),
                ),
                email: detail(given.and_then(|a| a.email.as_deref()), known.map(|a| a.email.as_str())),
            }
        })
    }

    fn current_date_time(&self) -> &str {
        self.current_date_time.get_or_init(|| {
            let now = self.request.now.to_zoned_datetime(self.account.zone.clone());
            self.account.date_time_format.format(&now)
        })
    }

    fn message_id(&self) -> Option<&'d str> {
        self.origin.change.message_received.as_ref()?.message_id.as_deref()
    }
}
