//! A workflow with its actions and examples.

use crate::check::conditions::condition;
use crate::check::findings::Findings;
use crate::check::path::Path;
use crate::check::request;
use crate::check::text::{is_address, language_tag, line_template, template};
use crate::check::vocabulary::{Vocabularies, Vocabulary};
use crate::definition::{Action, Condition, Example, Workflow};
use crate::limits;

/// Checks a workflow.
pub(super) fn workflow(found: &mut Findings, path: &Path<'_>, known: &Vocabularies<'_>, workflow: &Workflow) {
    found.id(&path.field("workflow_id"), &workflow.id);
    let name = path.field("display_name");
    if workflow.display_name.trim().is_empty() {
        let help = format!("write a name of 1 to {} characters", limits::DISPLAY_NAME_CHARS_MAX);
        found
            .error("name_required", &name, "the name is blank", help)
            .with("max", limits::DISPLAY_NAME_CHARS_MAX);
    }
    found.chars_max(&name, &workflow.display_name, limits::DISPLAY_NAME_CHARS_MAX);
    found.chars_max(&path.field("description"), &workflow.description, limits::DESCRIPTION_CHARS_MAX);
    let all = path.field("all");
    if workflow.all.is_empty() && workflow.any.is_empty() {
        let help = "write at least one condition in `all` or in `any`";
        found.error("conditions_required", &all, "the workflow has no condition", help);
    }
    conditions(found, &all, known, &workflow.all);
    conditions(found, &path.field("any"), known, &workflow.any);
    let actions = path.field("actions");
    if workflow.actions.is_empty() {
        let help = "write at least one action in `actions`";
        found.error("actions_required", &actions, "the workflow has no action", help);
    }
    found.count_max(&actions, workflow.actions.len(), limits::ACTIONS_MAX);
    for (index, entry) in workflow.actions.iter().enumerate() {
        action(found, &actions.index(index).field(entry.name()), known, entry);
    }
    let examples = path.field("examples");
    found.count_max(&examples, workflow.examples.len(), limits::EXAMPLES_MAX);
    for (index, entry) in workflow.examples.iter().enumerate() {
        example(found, &examples.index(index), entry);
    }
}

fn conditions(found: &mut Findings, path: &Path<'_>, known: &Vocabularies<'_>, conditions: &[Condition]) {
    found.count_max(path, conditions.len(), limits::CONDITIONS_MAX);
    for (index, entry) in conditions.iter().enumerate() {
        condition(found, &path.index(index).field(entry.test.name()), known, entry);
    }
}

fn action(found: &mut Findings, path: &Path<'_>, known: &Vocabularies<'_>, action: &Action) {
    let body_text =
        |found: &mut Findings, text: &str| template(found, &path.field("body").field("text"), text);
    let mut id = |name: &'static str, vocabulary: Vocabulary, id: &str| {
        let path = path.field(name);
        found.value(&path, id);
        known.look_up(found, &path, vocabulary, id);
    };
    match action {
        Action::SetStatus { status_id } => id("status_id", Vocabulary::Statuses, status_id),
        Action::AssignAgent { agent_id } => id("agent_id", Vocabulary::Agents, agent_id),
        Action::AssignTag { tag_id } => id("tag_id", Vocabulary::Tags, tag_id),
        Action::ChangeOrderStatus { order_status_id } => {
            id("order_status_id", Vocabulary::OrderStatuses, order_status_id);
        }
        Action::SendMessage { body } => body_text(found, &body.text),
        Action::SendTranslatedMessage { body, target_language } => {
            body_text(found, &body.text);
            language_tag(found, &path.field("target_language"), target_language, "language_malformed");
        }
        Action::AiMessage { instructions } => template(found, &path.field("instructions"), instructions),
        Action::SendEmail { to, subject, body } => {
            recipient(found, &path.field("to"), to);
            line_template(found, &path.field("subject"), subject);
            body_text(found, &body.text);
        }
        Action::Unreadable => {}
    }
}

/// The template of a recipient. One without variables must be an address as it stands.
fn recipient(found: &mut Findings, path: &Path<'_>, text: &str) {
    const FORM: &str = "write an address, or a variable such as `{{ customer_email }}`";
    if text.trim().is_empty() {
        found.error("recipient_required", path, "the recipient is blank", FORM);
        return;
    }
    let constant =
        line_template(found, path, text).is_some_and(|template| template.variables().next().is_none());
    if constant && !is_address(text.trim()) {
        found.warning("recipient_implausible", path, "the recipient is not an e-mail address", FORM);
    }
}

fn example(found: &mut Findings, path: &Path<'_>, example: &Example) {
    found.chars_max(&path.field("name"), &example.name, limits::DISPLAY_NAME_CHARS_MAX);
    request::ticket(found, &path.field("ticket"), &example.ticket);
    request::change(found, &path.field("change"), &example.change, false);
    request::instant(found, &path.field("now"), example.now);
    if let Some(before) = &example.baseline {
        request::baseline(found, &path.field("baseline"), before);
    }
}
