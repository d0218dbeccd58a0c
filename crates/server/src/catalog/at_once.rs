//! Which writes are made ready on the thread that answers.
//!
//! To check and to compile may take long, and decisions would wait for it: that is why it is done on another thread. To wake that
//! one takes longer than a small write takes to be made ready, though.

use tamis_engine::Workflow;
use tamis_engine::definition::{Action, Condition, Test};

use crate::catalog::plan::Current;

/// Bytes of all that is read, checked and compiled for a write on the thread that answers: some tens of microseconds, less than
/// it spends on a batch.
const AT_ONCE_BYTES_MAX: usize = 32 << 10;
/// What a workflow, a condition and an action count beside their texts.
const PART_BYTES: usize = 64;

/// The one workflow that a write is about.
#[derive(Clone, Debug)]
pub(crate) struct One {
    /// Its id.
    pub(crate) workflow_id: String,
    /// How large it was sent; 0 if nothing of it was but its id.
    pub(crate) bytes: usize,
}

/// Whether a write of one workflow is so small, with the workflow as it is and all that is compiled with it, that decisions may
/// wait for it.
pub(super) fn is_small(one: &One, current: &Current) -> bool {
    let Some(snapshot) = &current.snapshot else { return false };
    let before = snapshot.workflow(&one.workflow_id).map(|stored| &*stored.definition);
    let mut compiled = before.into_iter().chain(snapshot.index.compiled_with_next());
    AT_ONCE_BYTES_MAX
        .checked_sub(one.bytes)
        .and_then(|left| compiled.try_fold(left, |left, workflow| left.checked_sub(bytes(workflow))))
        .is_some()
}

/// How large a workflow is, about.
fn bytes(workflow: &Workflow) -> usize {
    if !workflow.examples.is_empty() {
        // Each is a change with all its texts, which compiling decides.
        return usize::MAX;
    }
    let conditions = workflow.all.iter().chain(&workflow.any).map(of_condition);
    let actions = workflow.actions.iter().map(of_action);
    conditions.chain(actions).fold(PART_BYTES, usize::saturating_add)
}

fn of_condition(condition: &Condition) -> usize {
    let texts = |texts: &[String]| texts.iter().map(|text| size_of::<String>() + text.len()).sum();
    let of_values = match &condition.test {
        Test::Source(ids)
        | Test::Email(ids)
        | Test::Integration(ids)
        | Test::TagAssigned(ids)
        | Test::StatusSet(ids)
        | Test::CurrentStatus(ids)
        | Test::Context(ids)
        | Test::AllegroAccount(ids)
        | Test::Inbox(ids)
        | Test::InboxGroup(ids)
        | Test::TicketType(ids) => texts(ids),
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => {
            texts(&phrases.phrases)
        }
        // Each becomes spans of minutes, for every day of the week.
        Test::TimeOfDay(ranges) => ranges.len() * PART_BYTES,
        Test::WorkingHours(attendances) => attendances.len() * PART_BYTES,
        Test::LastCustomerReply(bounds) | Test::TicketCreated(bounds) => bounds.len() * PART_BYTES,
        Test::NewTicket(_)
        | Test::DayOfWeek(_)
        | Test::NewMessage
        | Test::Action(_)
        | Test::Sentiment(_)
        | Test::ReplyStatus(_)
        | Test::TicketState(_)
        | Test::Unreadable => 0,
    };
    PART_BYTES + of_values
}

fn of_action(action: &Action) -> usize {
    let of_texts = match action {
        Action::SendMessage { body } | Action::SendTranslatedMessage { body, .. } => body.text.len(),
        Action::AiMessage { instructions } => instructions.len(),
        Action::SendEmail { to, subject, body } => to.len() + subject.len() + body.text.len(),
        Action::SetStatus { .. }
        | Action::AssignAgent { .. }
        | Action::AssignTag { .. }
        | Action::ChangeOrderStatus { .. }
        | Action::Unreadable => 0,
    };
    PART_BYTES + of_texts
}
