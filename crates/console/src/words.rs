//! Conditions and actions in plain words.

use std::collections::HashMap;

use tamis_api::v1;
use tamis_api::v1::condition::Test;
use tamis_api::v1::{action, elapsed_bound};
use tamis_api::well_known;

use crate::directory::entry;
use crate::language::Language;

/// Values of a condition that are told; of more than that, how many there are.
pub(crate) const VALUES_MAX: usize = 5;
/// Characters of a text that are shown of an action.
const EXCERPT_CHARS_MAX: usize = 80;

/// What the ids of a directory are called.
#[derive(Debug, Default)]
pub(crate) struct Names<'d>(HashMap<(Vocabulary, &'d str), String>);

/// A list of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Vocabulary {
    /// Agents.
    Agents,
    /// Inboxes.
    Inboxes,
    /// Groups of inboxes.
    InboxGroups,
    /// Sources of tickets.
    Sources,
    /// Integrations.
    Integrations,
    /// Statuses of tickets.
    Statuses,
    /// Tags.
    Tags,
    /// Types of tickets.
    TicketTypes,
    /// Contexts.
    Contexts,
    /// Allegro accounts.
    AllegroAccounts,
    /// Statuses of orders.
    OrderStatuses,
}

impl Vocabulary {
    /// The vocabulary that the ids of a condition's set are of, by the condition's name; `None` if it takes no such set.
    pub(crate) fn of_condition(kind: &str) -> Option<Self> {
        Some(match kind {
            "source" => Self::Sources,
            "integration" => Self::Integrations,
            "tag_assigned" => Self::Tags,
            "status_set" | "current_status" => Self::Statuses,
            "context" => Self::Contexts,
            "allegro_account" => Self::AllegroAccounts,
            "inbox" => Self::Inboxes,
            "inbox_group" => Self::InboxGroups,
            "ticket_type" => Self::TicketTypes,
            _ => return None,
        })
    }

    /// Its ids with their names, in the directory's order.
    pub(crate) fn terms(self, directory: &v1::Directory) -> Vec<(&str, String)> {
        entry::entries(self, directory).into_iter().map(|entry| (entry.id(), entry.name())).collect()
    }

    /// All of them, in the order of the contract.
    pub(crate) const ALL: [Self; 11] = [
        Self::Agents,
        Self::Inboxes,
        Self::InboxGroups,
        Self::Sources,
        Self::Integrations,
        Self::Statuses,
        Self::Tags,
        Self::TicketTypes,
        Self::Contexts,
        Self::AllegroAccounts,
        Self::OrderStatuses,
    ];
}

impl<'d> Names<'d> {
    /// Those of an account's directory.
    pub(crate) fn of(account: &'d v1::Account) -> Self {
        let directory = account.directory.as_ref();
        let terms = directory.into_iter().flat_map(|directory| {
            Vocabulary::ALL
                .into_iter()
                .flat_map(|list| list.terms(directory).into_iter().map(move |(id, name)| ((list, id), name)))
        });
        Self(terms.collect())
    }

    /// What an id is called: itself, where the directory does not know it.
    pub(crate) fn name<'a>(&'a self, list: Vocabulary, id: &'a str) -> &'a str {
        self.0.get(&(list, id)).map_or(id, String::as_str)
    }
}

/// The name of the contract for each condition, in the order in which they are offered.
pub(crate) const CONDITIONS: [&str; 25] = [
    "source",
    "new_ticket",
    "day_of_week",
    "email",
    "subject",
    "customer_name",
    "message",
    "time_of_day",
    "integration",
    "new_message",
    "action",
    "tag_assigned",
    "status_set",
    "last_customer_reply",
    "ticket_created",
    "current_status",
    "context",
    "sentiment",
    "reply_status",
    "ticket_state",
    "allegro_account",
    "inbox",
    "inbox_group",
    "ticket_type",
    "working_hours",
];

/// The name of the contract for each action, in the order in which they are offered.
pub(crate) const ACTIONS: [&str; 8] = [
    "send_message",
    "send_translated_message",
    "ai_message",
    "send_email",
    "set_status",
    "assign_agent",
    "assign_tag",
    "change_order_status",
];

/// The contract's name for what a condition tests.
pub(crate) fn kind(test: &Test) -> &'static str {
    match test {
        Test::Source(_) => "source",
        Test::NewTicket(_) => "new_ticket",
        Test::DayOfWeek(_) => "day_of_week",
        Test::Email(_) => "email",
        Test::Subject(_) => "subject",
        Test::CustomerName(_) => "customer_name",
        Test::Message(_) => "message",
        Test::TimeOfDay(_) => "time_of_day",
        Test::Integration(_) => "integration",
        Test::NewMessage(_) => "new_message",
        Test::Action(_) => "action",
        Test::TagAssigned(_) => "tag_assigned",
        Test::StatusSet(_) => "status_set",
        Test::LastCustomerReply(_) => "last_customer_reply",
        Test::TicketCreated(_) => "ticket_created",
        Test::CurrentStatus(_) => "current_status",
        Test::Context(_) => "context",
        Test::Sentiment(_) => "sentiment",
        Test::ReplyStatus(_) => "reply_status",
        Test::TicketState(_) => "ticket_state",
        Test::AllegroAccount(_) => "allegro_account",
        Test::Inbox(_) => "inbox",
        Test::InboxGroup(_) => "inbox_group",
        Test::TicketType(_) => "ticket_type",
        Test::WorkingHours(_) => "working_hours",
    }
}

/// The contract's name for what an action does.
pub(crate) fn action_kind(kind: &action::Kind) -> &'static str {
    match kind {
        action::Kind::SendMessage(_) => "send_message",
        action::Kind::SendTranslatedMessage(_) => "send_translated_message",
        action::Kind::AiMessage(_) => "ai_message",
        action::Kind::SendEmail(_) => "send_email",
        action::Kind::SetStatus(_) => "set_status",
        action::Kind::AssignAgent(_) => "assign_agent",
        action::Kind::AssignTag(_) => "assign_tag",
        action::Kind::ChangeOrderStatus(_) => "change_order_status",
    }
}

/// A condition within a sentence.
pub(crate) fn condition(l: Language, names: &Names<'_>, condition: &v1::Condition) -> String {
    let Some(test) = &condition.test else { return l.text("condition-none").into_owned() };
    let id = format!("condition-{}", kind(test));
    let values = match test {
        Test::NewTicket(test) if condition.negated && test.by.contains(&v1::NewTicketBy::Anyone.into()) => {
            return l.attribute(&id, "never", &[]).unwrap_or_default();
        }
        test => values(l, names, test),
    };
    let mode = match test {
        Test::Subject(test) | Test::CustomerName(test) | Test::Message(test) => mode(test.mode()),
        _ => "phrase-contains",
    };
    let values = any_of(l, &values);
    let verb = if condition.negated { "is-not" } else { "is" };
    let args = [("values", values.into()), ("mode", l.text(mode).into())];
    l.attribute(&id, verb, &args).unwrap_or_default()
}

/// The text that says where phrases must stand.
pub(crate) fn mode(mode: v1::PhraseMode) -> &'static str {
    match mode {
        v1::PhraseMode::Unspecified | v1::PhraseMode::Contains => "phrase-contains",
        v1::PhraseMode::Equals => "phrase-equals",
        v1::PhraseMode::StartsWith => "phrase-starts_with",
        v1::PhraseMode::EndsWith => "phrase-ends_with",
    }
}

/// Each value of a condition.
pub(crate) fn values(l: Language, names: &Names<'_>, test: &Test) -> Vec<String> {
    let quoted = |text: &String| l.with("quoted", &[("text", text.as_str().into())]);
    match test {
        Test::Source(set)
        | Test::Integration(set)
        | Test::TagAssigned(set)
        | Test::StatusSet(set)
        | Test::CurrentStatus(set)
        | Test::Context(set)
        | Test::AllegroAccount(set)
        | Test::Inbox(set)
        | Test::InboxGroup(set)
        | Test::TicketType(set) => {
            let list = Vocabulary::of_condition(kind(test));
            let name = |id: &String| list.map_or(id.as_str(), |list| names.name(list, id)).to_owned();
            set.ids.iter().map(name).collect()
        }
        Test::NewTicket(test) => test.by().map(|by| l.text(new_ticket(by)).into_owned()).collect(),
        Test::DayOfWeek(test) => test.days().map(|day| day_name(l, day)).collect(),
        Test::Email(test) => test.addresses.clone(),
        Test::Subject(test) | Test::CustomerName(test) | Test::Message(test) => {
            test.phrases.iter().map(quoted).collect()
        }
        Test::TimeOfDay(test) => test.ranges.iter().map(range).collect(),
        Test::NewMessage(_) => Vec::new(),
        Test::Action(test) => {
            test.actions().map(|action| l.text(customer_action(action)).into_owned()).collect()
        }
        Test::LastCustomerReply(test) | Test::TicketCreated(test) => {
            test.bounds.iter().map(|bound| elapsed(l, bound)).collect()
        }
        Test::Sentiment(test) => {
            test.sentiments().map(|value| l.text(sentiment(value)).into_owned()).collect()
        }
        Test::ReplyStatus(test) => {
            test.statuses().map(|value| l.text(reply_status(value)).into_owned()).collect()
        }
        Test::TicketState(test) => {
            test.states().map(|value| l.text(ticket_state(value)).into_owned()).collect()
        }
        Test::WorkingHours(test) => {
            test.attendances.iter().map(|value| attendance(l, names, value)).collect()
        }
    }
}

/// Some values as one text: any of them.
pub(crate) fn any_of(l: Language, values: &[String]) -> String {
    let more = values.len().saturating_sub(VALUES_MAX);
    let shown = values.get(..VALUES_MAX.min(values.len())).unwrap_or_default();
    if more > 0 {
        return l.with("values-more", &[("values", shown.join(", ").into()), ("count", more.into())]);
    }
    match shown.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => {
            l.with("values-or", &[("rest", rest.join(", ").into()), ("last", last.as_str().into())])
        }
    }
}

/// The text for who created a ticket.
pub(crate) fn new_ticket(by: v1::NewTicketBy) -> &'static str {
    match by {
        v1::NewTicketBy::Unspecified | v1::NewTicketBy::Anyone => "new-ticket-anyone",
        v1::NewTicketBy::Agent => "new-ticket-agent",
        v1::NewTicketBy::CustomerMessage => "new-ticket-customer_message",
    }
}

/// The text for what a customer does.
pub(crate) fn customer_action(action: v1::CustomerAction) -> &'static str {
    match action {
        v1::CustomerAction::FirstCustomerMessage => "customer-first_customer_message",
        v1::CustomerAction::Unspecified | v1::CustomerAction::EveryCustomerMessage => {
            "customer-every_customer_message"
        }
        v1::CustomerAction::ReturnCreated => "customer-return_created",
    }
}

/// The text for a sentiment.
pub(crate) fn sentiment(sentiment: v1::Sentiment) -> &'static str {
    match sentiment {
        v1::Sentiment::Positive => "sentiment-positive",
        v1::Sentiment::Unspecified | v1::Sentiment::Neutral => "sentiment-neutral",
        v1::Sentiment::Negative => "sentiment-negative",
    }
}

/// The text for whether a ticket is answered.
pub(crate) fn reply_status(status: v1::ReplyStatus) -> &'static str {
    match status {
        v1::ReplyStatus::Answered => "reply-answered",
        v1::ReplyStatus::Unspecified | v1::ReplyStatus::Unanswered => "reply-unanswered",
    }
}

/// The text for whether a ticket is open.
pub(crate) fn ticket_state(state: v1::TicketState) -> &'static str {
    match state {
        v1::TicketState::Unspecified | v1::TicketState::Open => "state-open",
        v1::TicketState::Closed => "state-closed",
    }
}

/// A day of the week.
pub(crate) fn day_name(l: Language, day: v1::DayOfWeek) -> String {
    l.text(&format!("day-{}", i32::from(day))).into_owned()
}

/// A span of the day, such as `09:00–17:30`.
pub(crate) fn range(range: &v1::TimeRange) -> String {
    format!("{}–{}", clock(range.from_minute), clock(range.to_minute))
}

/// Minutes after midnight as a clock shows them, such as `09:05`.
pub(crate) fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn elapsed(l: Language, bound: &v1::ElapsedBound) -> String {
    let (id, duration) = match &bound.bound {
        Some(elapsed_bound::Bound::MoreThan(duration)) => ("elapsed-more-than", duration),
        Some(elapsed_bound::Bound::LessThan(duration)) => ("elapsed-less-than", duration),
        None => return String::new(),
    };
    l.with(id, &[("span", span(l, duration).into())])
}

/// A duration, in the largest unit that leaves nothing over, and in smaller ones for the rest of a mixed one.
pub(crate) fn span(l: Language, duration: &well_known::Duration) -> String {
    let mut rest = duration.seconds;
    let mut parts = Vec::new();
    for (id, seconds) in
        [("span-days", 86_400), ("span-hours", 3_600), ("span-minutes", 60), ("span-seconds", 1)]
    {
        let count = rest / seconds;
        // 24 hours are what people write, and 36; two days and more are days.
        let is_days_of_hours =
            id == "span-days" && rest % seconds != 0 && count < 3 || id == "span-days" && rest == 86_400;
        if count != 0 && !is_days_of_hours {
            parts.push(l.with(id, &[("count", count.into())]));
            rest %= seconds;
        }
    }
    if parts.is_empty() { l.with("span-seconds", &[("count", 0.into())]) } else { parts.join(" ") }
}

fn attendance(l: Language, names: &Names<'_>, attendance: &v1::Attendance) -> String {
    let is_outside = attendance.presence() == v1::Presence::Outside;
    if attendance.agent_id.is_empty() {
        let id = if is_outside { "attendance-outside-assigned" } else { "attendance-inside-assigned" };
        return l.text(id).into_owned();
    }
    let id = if is_outside { "attendance-outside" } else { "attendance-inside" };
    l.with(id, &[("agent", names.name(Vocabulary::Agents, &attendance.agent_id).into())])
}

/// An action within a sentence.
pub(crate) fn action(l: Language, names: &Names<'_>, action: &v1::Action) -> String {
    let Some(kind) = &action.kind else { return l.text("action-none").into_owned() };
    let body = |body: &Option<v1::Body>| excerpt(body.as_ref().map_or("", |body| &body.text)).into();
    let name = |list, id| names.name(list, id).to_owned().into();
    let args = match kind {
        action::Kind::SendMessage(message) => vec![("text", body(&message.body))],
        action::Kind::SendTranslatedMessage(message) => {
            vec![("text", body(&message.body)), ("language", message.target_language.as_str().into())]
        }
        action::Kind::AiMessage(message) => vec![("text", excerpt(&message.instructions).into())],
        action::Kind::SendEmail(email) => {
            vec![("to", email.to.as_str().into()), ("text", excerpt(&email.subject).into())]
        }
        action::Kind::SetStatus(set) => vec![("value", name(Vocabulary::Statuses, &set.status_id))],
        action::Kind::AssignAgent(assign) => vec![("value", name(Vocabulary::Agents, &assign.agent_id))],
        action::Kind::AssignTag(assign) => vec![("value", name(Vocabulary::Tags, &assign.tag_id))],
        action::Kind::ChangeOrderStatus(change) => {
            vec![("value", name(Vocabulary::OrderStatuses, &change.order_status_id))]
        }
    };
    l.attribute(&format!("action-{}", action_kind(kind)), "does", &args).unwrap_or_default()
}

/// The beginning of a text, on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT_CHARS_MAX) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
    }
}

#[cfg(test)]
mod tests;
