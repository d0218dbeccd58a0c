//! Whether actions can be carried out.

use crate::definition::Action;
use crate::diagnostic::Diagnostic;
use crate::template::Template;

/// All that is wrong with the templates of an action; `path` tells where the action stands.
pub(super) fn check(action: &Action, path: impl Fn() -> String, diagnostics: &mut Vec<Diagnostic>) {
    let mut template = |text: &str, field: &str| {
        for error in Template::parse(text).err().into_iter().flatten() {
            let message = format!("line {}, column {}: {}", error.line, error.column, error.message);
            let path = format!("{}.{}.{field}", path(), action.name());
            let finding = Diagnostic::error(error.code, path, message).with_help(error.help);
            let finding = finding.with("line", error.line).with("column", error.column);
            diagnostics.push(finding.with_all(error.parameters));
        }
    };
    match action {
        Action::SendMessage { body } | Action::SendTranslatedMessage { body, .. } => {
            template(&body.text, "body.text");
        }
        Action::AiMessage { instructions } => template(instructions, "instructions"),
        Action::SendEmail { to, subject, body } => {
            template(to, "to");
            template(subject, "subject");
            template(&body.text, "body.text");
        }
        Action::SetStatus { .. }
        | Action::AssignAgent { .. }
        | Action::AssignTag { .. }
        | Action::ChangeOrderStatus { .. } => {}
        Action::Unreadable => {
            diagnostics.push(Diagnostic::error("action_unreadable", path(), "an action is required"));
        }
    }
}
