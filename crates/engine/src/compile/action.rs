//! Actions with their templates parsed.

use crate::definition::{Action, Body};
use crate::diagnostic::Diagnostic;
use crate::template::{Template, TemplateError};

/// The templates of an action; what is not a template stays in its definition.
#[derive(Debug)]
pub(crate) enum CompiledAction {
    /// A message's body, or an AI's instructions.
    Text(Template),
    /// An e-mail.
    Email { to: Template, subject: Template, text: Template },
    /// An action without a text.
    Plain,
}

impl CompiledAction {
    /// Parses an action's templates; `path` is the action's.
    pub(crate) fn new(action: &Action, path: &str) -> Result<Self, Vec<Diagnostic>> {
        let body = |body: &Body| parse(&body.text, path, action.name(), "body.text");
        match action {
            Action::SendMessage { body: text } | Action::SendTranslatedMessage { body: text, .. } => {
                body(text).map(Self::Text)
            }
            Action::AiMessage { instructions } => {
                parse(instructions, path, action.name(), "instructions").map(Self::Text)
            }
            Action::SendEmail { to, subject, body: text } => {
                let line = |text: &str, field| parse(text, path, action.name(), field);
                match (line(to, "to"), line(subject, "subject"), body(text)) {
                    (Ok(to), Ok(subject), Ok(text)) => Ok(Self::Email { to, subject, text }),
                    (to, subject, text) => {
                        Err([to.err(), subject.err(), text.err()].into_iter().flatten().flatten().collect())
                    }
                }
            }
            Action::SetStatus { .. }
            | Action::AssignAgent { .. }
            | Action::AssignTag { .. }
            | Action::ChangeOrderStatus { .. } => Ok(Self::Plain),
            Action::Unreadable => {
                Err(vec![Diagnostic::error("action_unreadable", path, "an action is required")])
            }
        }
    }

    /// Bytes, itself included.
    pub(crate) fn memory_usage(&self) -> usize {
        let templates = match self {
            Self::Text(text) => text.memory_usage(),
            Self::Email { to, subject, text } => {
                to.memory_usage() + subject.memory_usage() + text.memory_usage()
            }
            Self::Plain => 0,
        };
        size_of::<Self>() + templates
    }
}

fn parse(text: &str, path: &str, action: &str, field: &str) -> Result<Template, Vec<Diagnostic>> {
    let finding = |error: TemplateError| {
        let message = format!("line {}, column {}: {}", error.line, error.column, error.message);
        Diagnostic::error("template_malformed", format!("{path}.{action}.{field}"), message)
            .with_help(error.help)
    };
    Template::parse(text).map_err(|errors| errors.into_iter().map(finding).collect())
}
