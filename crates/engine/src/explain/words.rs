//! What was wanted and what was seen, in words.

use jiff::{SignedDuration, Timestamp, civil};

use super::texts::SeenTexts;
use crate::definition::{
    Attendance, Condition, CustomerAction, ElapsedBound, NewTicketBy, PhraseMode, Phrases, Presence,
    ReplyStatus, Sentiment, Test, TicketState, TimeRange,
};
use crate::index::CompiledAccount;
use crate::index::condition::View;
use crate::index::facts::TextField;
use crate::request::{MessageAuthor, Request, TicketCreator};
use crate::time::{Nanos, Pattern, timestamp};

/// Characters of a text that are shown; the rest is told by its number.
const SHOWN_CHARS_MAX: usize = 200;

/// What a condition wants, such as `is one of "allegro", "email"`.
pub(super) fn wanted(condition: &Condition) -> String {
    let values: Vec<String> = match &condition.test {
        Test::Source(ids)
        | Test::Integration(ids)
        | Test::CurrentStatus(ids)
        | Test::Context(ids)
        | Test::AllegroAccount(ids)
        | Test::Inbox(ids)
        | Test::InboxGroup(ids)
        | Test::TicketType(ids)
        | Test::TagAssigned(ids)
        | Test::StatusSet(ids)
        | Test::Email(ids) => ids.iter().map(|id| quoted(id)).collect(),
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => {
            return wanted_phrases(phrases, condition.negated);
        }
        Test::NewMessage => return if condition.negated { "no message" } else { "a message" }.to_owned(),
        Test::NewTicket(by) => by.iter().map(|by| new_ticket(*by).to_owned()).collect(),
        Test::Action(actions) => actions.iter().map(|action| customer_action(*action).to_owned()).collect(),
        Test::DayOfWeek(days) => days.iter().map(|day| weekday(*day).to_owned()).collect(),
        Test::TimeOfDay(ranges) => ranges.iter().map(time_range).collect(),
        Test::LastCustomerReply(bounds) | Test::TicketCreated(bounds) => bounds.iter().map(bound).collect(),
        Test::Sentiment(set) => set.iter().map(|value| sentiment(*value).to_owned()).collect(),
        Test::ReplyStatus(set) => set.iter().map(|value| reply_status(*value).to_owned()).collect(),
        Test::TicketState(set) => set.iter().map(|value| ticket_state(*value).to_owned()).collect(),
        Test::WorkingHours(attendances) => attendances.iter().map(attendance).collect(),
        Test::Unreadable => Vec::new(),
    };
    listed(if condition.negated { "is not" } else { "is" }, "one of", &values)
}

fn wanted_phrases(phrases: &Phrases, negated: bool) -> String {
    let verb = match (phrases.mode, negated) {
        (PhraseMode::Contains, false) => "contains",
        (PhraseMode::Contains, true) => "does not contain",
        (PhraseMode::Equals, false) => "equals",
        (PhraseMode::Equals, true) => "does not equal",
        (PhraseMode::StartsWith, false) => "starts with",
        (PhraseMode::StartsWith, true) => "does not start with",
        (PhraseMode::EndsWith, false) => "ends with",
        (PhraseMode::EndsWith, true) => "does not end with",
    };
    let values: Vec<String> = phrases.phrases.iter().map(|phrase| quoted(phrase)).collect();
    let options = [
        (phrases.whole_word, "whole words"),
        (phrases.case_sensitive, "case matters"),
        (phrases.accent_sensitive, "accents matter"),
    ];
    let options: Vec<&str> = options.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(", ")) };
    format!("{}{options}", listed(verb, "any of", &values))
}

fn listed(verb: &str, among: &str, values: &[String]) -> String {
    match values {
        [value] => format!("{verb} {value}"),
        values => format!("{verb} {among} {}", values.join(", ")),
    }
}

/// What the request has where the test looks, and for a text what it folds to.
pub(super) fn seen(
    test: &Test,
    request: &Request<'_>,
    texts: &SeenTexts<'_>,
    view: &View<'_>,
) -> (String, Option<String>) {
    let ticket = &request.ticket;
    let change = &request.change;
    let id = |id: Option<&str>| id.map_or_else(|| "none".to_owned(), quoted);
    let ids = |ids: &mut dyn Iterator<Item = &str>| {
        let ids: Vec<String> = ids.map(quoted).collect();
        if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
    };
    let word = |word: Option<&str>| word.unwrap_or("not known").to_owned();
    let seen = match test {
        Test::Subject(phrases) => return seen_text(TextField::Subject, phrases, texts),
        Test::CustomerName(phrases) => return seen_text(TextField::CustomerName, phrases, texts),
        Test::Message(phrases) => return seen_text(TextField::Message, phrases, texts),
        Test::Source(_) => id(ticket.source.as_deref()),
        Test::Integration(_) => id(ticket.integration.as_deref()),
        Test::CurrentStatus(_) => id(ticket.current_status.as_deref()),
        Test::Context(_) => id(ticket.context.as_deref()),
        Test::AllegroAccount(_) => id(ticket.allegro_account.as_deref()),
        Test::Inbox(_) => id(ticket.inbox.as_deref()),
        Test::TicketType(_) => id(ticket.ticket_type.as_deref()),
        Test::Email(_) => id(ticket.customer_email.as_deref()),
        Test::InboxGroup(_) => match &ticket.inbox_groups {
            Some(groups) => ids(&mut groups.iter().map(AsRef::as_ref)),
            None => {
                let groups =
                    ticket.inbox.as_deref().map_or(&[][..], |inbox| view.account.inbox_groups(inbox));
                ids(&mut groups.iter().map(String::as_str))
            }
        },
        Test::StatusSet(_) => {
            change.status_set.as_deref().map_or_else(|| "no status was set".to_owned(), quoted)
        }
        Test::TagAssigned(_) => match &change.tags_assigned {
            Some(tags) => ids(&mut tags.iter().map(AsRef::as_ref)),
            None => "no tag was assigned".to_owned(),
        },
        Test::NewTicket(_) => match change.ticket_created {
            None => "no ticket was created".to_owned(),
            Some(TicketCreator::Agent) => "created by an agent".to_owned(),
            Some(TicketCreator::CustomerMessage) => "created by a customer's message".to_owned(),
        },
        Test::NewMessage => {
            if change.message_received.is_some() { "a message came" } else { "no message came" }.to_owned()
        }
        Test::Action(_) => seen_action(request),
        Test::Sentiment(_) => word(ticket.sentiment.map(sentiment)),
        Test::ReplyStatus(_) => word(ticket.reply_status.map(reply_status)),
        Test::TicketState(_) => word(ticket.state.map(ticket_state)),
        Test::DayOfWeek(_) => local(view.account, request).strftime("%A, %F,").to_string() + &zone(view),
        Test::TimeOfDay(_) => local(view.account, request).strftime("%H:%M").to_string() + &zone(view),
        Test::LastCustomerReply(_) => {
            seen_elapsed(ticket.last_customer_reply_at, request.now, "the customer's last reply")
        }
        Test::TicketCreated(_) => seen_elapsed(ticket.created_at, request.now, "the ticket was created"),
        Test::WorkingHours(attendances) => seen_attendance(attendances, request, view),
        Test::Unreadable => String::new(),
    };
    (seen, None)
}

fn seen_text(field: TextField, phrases: &Phrases, texts: &SeenTexts<'_>) -> (String, Option<String>) {
    let seen = match (texts.original(field), field) {
        (None, TextField::Message) => "no message came".to_owned(),
        (None, _) => "none".to_owned(),
        (Some(""), TextField::Message) => "the message has no text".to_owned(),
        (Some(text), _) => quoted(text),
    };
    let folded = texts.folded(field, phrases).map(|folded| shortened(folded.folded()).0.to_owned());
    (seen, folded)
}

fn seen_action(request: &Request<'_>) -> String {
    let customer =
        request.change.message_received.as_ref().filter(|message| message.author == MessageAuthor::Customer);
    let message = customer
        .map(|message| if message.first { "the customer's first message" } else { "a customer's message" });
    let seen: Vec<&str> =
        message.into_iter().chain(request.change.return_created.then_some("a return was created")).collect();
    if seen.is_empty() { "nothing of the customer".to_owned() } else { seen.join(", ") }
}

fn seen_elapsed(since: Option<Timestamp>, now: Timestamp, what: &str) -> String {
    let Some(since) = since else { return "not known".to_owned() };
    let elapsed = now.duration_since(since);
    let side = if elapsed.is_negative() { "before" } else { "since" };
    format!("{:#} {side} {what} ({since})", elapsed.abs())
}

fn seen_attendance(attendances: &[Attendance], request: &Request<'_>, view: &View<'_>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for attendance in attendances {
        let assigned = request.ticket.assigned_agent.as_ref().map(|agent| agent.id.as_ref());
        let agent = attendance.agent_id.as_deref().or(assigned);
        let told = match agent {
            None => "no agent is assigned".to_owned(),
            Some(id) => match view.account.agent_hours(id) {
                None => format!("{} has no working hours", quoted(id)),
                Some(hours) => format!("{} is {}", quoted(id), seen_hours(hours, view.now)),
            },
        };
        if !seen.contains(&told) {
            seen.push(told);
        }
    }
    seen.join(", ")
}

/// Whether an instant is within working hours, and until when.
fn seen_hours(hours: &Pattern, now: Nanos) -> String {
    let (place, turn) = if hours.holds(now) { ("within", "end") } else { ("outside of", "begin") };
    let local = |at: Nanos| hours.zone().to_datetime(timestamp(at)).strftime("%A, %F, %H:%M");
    let zone = hours.zone().iana_name().unwrap_or("the schedule's zone");
    let next = hours.next_toggle(now).map(|next| format!("; they {turn} on {}", local(next)));
    format!("{place} working hours ({} in {zone}{})", local(now), next.unwrap_or_default())
}

fn zone(view: &View<'_>) -> String {
    format!(" in {}", view.account.definition.time_zone)
}

fn local(account: &CompiledAccount, request: &Request<'_>) -> civil::DateTime {
    account.zone.to_datetime(request.now)
}

fn quoted(text: &str) -> String {
    match shortened(text) {
        (text, 0) => format!("\"{text}\""),
        (text, rest) => format!("\"{text}\" and {rest} more characters"),
    }
}

/// The beginning of a text, and how many characters are left out.
fn shortened(text: &str) -> (&str, usize) {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        None => (text, 0),
        Some((end, _)) => {
            text.split_at_checked(end).map_or((text, 0), |(shown, rest)| (shown, rest.chars().count()))
        }
    }
}

fn new_ticket(by: NewTicketBy) -> &'static str {
    match by {
        NewTicketBy::Anyone => "created by anyone",
        NewTicketBy::Agent => "created by an agent",
        NewTicketBy::CustomerMessage => "created by a customer's message",
    }
}

fn customer_action(action: CustomerAction) -> &'static str {
    match action {
        CustomerAction::FirstCustomerMessage => "the customer's first message",
        CustomerAction::EveryCustomerMessage => "a customer's message",
        CustomerAction::ReturnCreated => "the creation of a return",
    }
}

fn sentiment(sentiment: Sentiment) -> &'static str {
    match sentiment {
        Sentiment::Positive => "positive",
        Sentiment::Neutral => "neutral",
        Sentiment::Negative => "negative",
    }
}

fn reply_status(status: ReplyStatus) -> &'static str {
    match status {
        ReplyStatus::Answered => "answered",
        ReplyStatus::Unanswered => "unanswered",
    }
}

fn ticket_state(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => "open",
        TicketState::Closed => "closed",
    }
}

fn weekday(day: civil::Weekday) -> &'static str {
    match day {
        civil::Weekday::Monday => "Monday",
        civil::Weekday::Tuesday => "Tuesday",
        civil::Weekday::Wednesday => "Wednesday",
        civil::Weekday::Thursday => "Thursday",
        civil::Weekday::Friday => "Friday",
        civil::Weekday::Saturday => "Saturday",
        civil::Weekday::Sunday => "Sunday",
    }
}

fn time_range(range: &TimeRange) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}-{}", clock(range.from_minute), clock(range.to_minute))
}

fn bound(bound: &ElapsedBound) -> String {
    let told = |duration: &SignedDuration| format!("{duration:#}");
    match bound {
        ElapsedBound::MoreThan(duration) => format!("more than {} ago", told(duration)),
        ElapsedBound::LessThan(duration) => format!("less than {} ago", told(duration)),
    }
}

fn attendance(attendance: &Attendance) -> String {
    let presence = match attendance.presence {
        Presence::Inside => "within",
        Presence::Outside => "outside of",
    };
    match &attendance.agent_id {
        Some(id) => format!("{presence} the working hours of {}", quoted(id)),
        None => format!("{presence} the working hours of the assigned agent"),
    }
}
