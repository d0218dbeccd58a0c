//! What a change has where a condition looks, in the reader's words.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use tamis_api::v1::condition::Test;
use tamis_api::{v1, well_known};

use super::marks;
use crate::language::Language;
use crate::moment;
use crate::words::{self, Names, Vocabulary};

/// A change, and what it is read with.
pub(crate) struct Seen<'r> {
    pub(crate) l: Language,
    pub(crate) names: &'r Names<'r>,
    pub(crate) account: &'r v1::Account,
    pub(crate) zone: &'r TimeZone,
    pub(crate) request: &'r v1::EvaluateRequest,
    /// The instant of the decision.
    pub(crate) now: Timestamp,
}

impl Seen<'_> {
    /// What a test saw; of a text, with the phrases marked that were found.
    pub(crate) fn of(&self, test: &Test, occurrences: &[v1::PhraseOccurrence]) -> Markup {
        let (no_ticket, no_change) = (v1::Ticket::default(), v1::Change::default());
        let ticket = self.request.ticket.as_ref().unwrap_or(&no_ticket);
        let change = self.request.change.as_ref().unwrap_or(&no_change);
        let message = change.message_received.as_ref();
        let word = |id: &'static str| html! { (self.l.text(id)) };
        let known = |number: i32, id: &'static str| word(if number == 0 { "seen-unknown" } else { id });
        let text = |text: Option<&String>, missing: &'static str| match text.filter(|text| !text.is_empty()) {
            None => word(missing),
            Some(text) => quoted(self.l, text, occurrences),
        };
        match test {
            Test::Subject(_) => text(ticket.subject.as_ref(), "seen-none"),
            Test::CustomerName(_) => text(ticket.customer_name.as_ref(), "seen-none"),
            Test::Message(_) => {
                let missing = if message.is_some() { "seen-message-empty" } else { "seen-no-message" };
                text(message.and_then(|message| message.text.as_ref()), missing)
            }
            Test::Email(_) => match &ticket.customer_email {
                None => word("seen-none"),
                Some(address) => html! { (address) },
            },
            Test::Source(_) => self.id(Vocabulary::Sources, ticket.source.as_ref()),
            Test::Integration(_) => self.id(Vocabulary::Integrations, ticket.integration.as_ref()),
            Test::CurrentStatus(_) => self.id(Vocabulary::Statuses, ticket.current_status.as_ref()),
            Test::Context(_) => self.id(Vocabulary::Contexts, ticket.context.as_ref()),
            Test::AllegroAccount(_) => self.id(Vocabulary::AllegroAccounts, ticket.allegro_account.as_ref()),
            Test::Inbox(_) => self.id(Vocabulary::Inboxes, ticket.inbox.as_ref()),
            Test::TicketType(_) => self.id(Vocabulary::TicketTypes, ticket.r#type.as_ref()),
            Test::InboxGroup(_) => self.list(Vocabulary::InboxGroups, &self.inbox_groups(), "seen-none"),
            Test::TagAssigned(_) => {
                let tags = change.tags_assigned.as_ref().map(|tags| tags.tag_ids.as_slice());
                self.list(Vocabulary::Tags, tags.unwrap_or_default(), "seen-no-tag")
            }
            Test::StatusSet(_) => match &change.status_set {
                None => word("seen-no-status"),
                Some(set) => html! { (self.names.name(Vocabulary::Statuses, &set.status_id)) },
            },
            Test::NewTicket(_) => word(match &change.ticket_created {
                None => "seen-no-ticket",
                Some(created) if created.by() == v1::TicketCreator::Agent => "seen-ticket-by-agent",
                Some(_) => "seen-ticket-by-message",
            }),
            Test::NewMessage(_) => word(if message.is_some() { "seen-message" } else { "seen-no-message" }),
            Test::Action(_) => self.customer_action(),
            Test::Sentiment(_) => known(ticket.sentiment, words::sentiment(ticket.sentiment())),
            Test::ReplyStatus(_) => known(ticket.reply_status, words::reply_status(ticket.reply_status())),
            Test::TicketState(_) => known(ticket.state, words::ticket_state(ticket.state())),
            Test::DayOfWeek(_) | Test::TimeOfDay(_) => self.clock(test),
            Test::LastCustomerReply(_) => self.elapsed(ticket.last_customer_reply_at.as_ref()),
            Test::TicketCreated(_) => self.elapsed(ticket.created_at.as_ref()),
            Test::WorkingHours(test) => self.attendances(&test.attendances),
        }
    }

    fn id(&self, list: Vocabulary, id: Option<&String>) -> Markup {
        let name = id.filter(|id| !id.is_empty()).map(|id| self.names.name(list, id));
        html! { @if let Some(name) = name { (name) } @else { (self.l.text("seen-none")) } }
    }

    fn list(&self, list: Vocabulary, ids: &[String], none: &'static str) -> Markup {
        if ids.is_empty() {
            return html! { (self.l.text(none)) };
        }
        let names: Vec<&str> = ids.iter().map(|id| self.names.name(list, id)).collect();
        html! { (names.join(", ")) }
    }

    /// The groups of the ticket, or else of its inbox.
    fn inbox_groups(&self) -> Vec<String> {
        let Some(ticket) = &self.request.ticket else { return Vec::new() };
        if let Some(stated) = &ticket.inbox_groups {
            return stated.ids.clone();
        }
        let mut inboxes = self.account.directory.iter().flat_map(|directory| &directory.inboxes);
        let inbox = inboxes.find(|inbox| Some(&inbox.id) == ticket.inbox.as_ref());
        inbox.map(|inbox| inbox.group_ids.clone()).unwrap_or_default()
    }

    fn customer_action(&self) -> Markup {
        let l = self.l;
        let change = self.request.change.as_ref();
        let message = change.and_then(|change| change.message_received.as_ref());
        let of_customer = message.filter(|message| message.author() == v1::MessageAuthor::Customer);
        let message = of_customer.map(|message| match message.first {
            true => v1::CustomerAction::FirstCustomerMessage,
            false => v1::CustomerAction::EveryCustomerMessage,
        });
        let returned = change.filter(|change| change.return_created.is_some());
        let actions = message.into_iter().chain(returned.map(|_| v1::CustomerAction::ReturnCreated));
        let seen: Vec<_> = actions.map(|action| l.text(words::customer_action(action))).collect();
        if seen.is_empty() {
            html! { (l.text("seen-no-action")) }
        } else {
            html! { (seen.join(", ")) }
        }
    }

    fn clock(&self, test: &Test) -> Markup {
        let local = self.zone.to_datetime(self.now);
        let day =
            v1::DayOfWeek::try_from(i32::from(local.weekday().to_monday_one_offset())).unwrap_or_default();
        match test {
            Test::DayOfWeek(_) => html! { (words::day_name(self.l, day)) },
            _ => html! { (local.strftime("%H:%M").to_string()) },
        }
    }

    fn elapsed(&self, since: Option<&well_known::Timestamp>) -> Markup {
        let Some((since, instant)) = since.and_then(|since| Some((since, moment::instant(since)?))) else {
            return html! { (self.l.text("seen-unknown")) };
        };
        let gone_by = self.now.duration_since(instant);
        let id = if gone_by.is_negative() { "seen-ahead" } else { "seen-ago" };
        let span = words::span(self.l, &whole_seconds(gone_by.abs().as_secs()));
        html! { (self.l.with(id, &[("span", span.into())])) " (" (moment::time(self.l, since, self.zone)) ")" }
    }

    fn attendances(&self, attendances: &[v1::Attendance]) -> Markup {
        let assigned = self.request.ticket.as_ref().and_then(|ticket| ticket.assigned_agent.as_ref());
        let mut seen: Vec<String> = Vec::new();
        for attendance in attendances {
            let stated = Some(attendance.agent_id.as_str()).filter(|id| !id.is_empty());
            let told = match stated.or(assigned.map(|agent| agent.id.as_str())) {
                None => self.l.text("seen-no-agent").into_owned(),
                Some(agent_id) => {
                    let agents = self.account.directory.iter().flat_map(|directory| &directory.agents);
                    let hours = agents
                        .filter(|agent| agent.id == agent_id)
                        .find_map(|agent| agent.working_hours.as_ref());
                    let id = match hours {
                        None => "seen-no-hours",
                        Some(hours) if is_at_work(hours, self.zone, self.now) => "attendance-inside",
                        Some(_) => "attendance-outside",
                    };
                    self.l.with(id, &[("agent", self.names.name(Vocabulary::Agents, agent_id).into())])
                }
            };
            if !seen.contains(&told) {
                seen.push(told);
            }
        }
        html! { (seen.join(", ")) }
    }
}

/// A text between quotation marks, with what was found in it marked.
fn quoted(l: Language, text: &str, occurrences: &[v1::PhraseOccurrence]) -> Markup {
    let stretches: Vec<(u32, u32)> =
        occurrences.iter().map(|found| (found.from_char, found.to_char)).collect();
    let frame = l.with("quoted", &[("text", "\u{0}".into())]);
    let (before, after) = frame.split_once('\u{0}').unwrap_or(("", ""));
    html! { span .seen-text { (before) (marks::marked(text, &stretches)) (after) } }
}

/// A duration of the contract.
pub(crate) fn whole_seconds(seconds: i64) -> well_known::Duration {
    well_known::Duration { seconds, nanos: 0 }
}

/// Whether an instant is within working hours, as the contract has it: a dated exception stands in the place of the spans that begin
/// on its day, and a span that crosses midnight belongs to the day on which it begins.
fn is_at_work(hours: &v1::WorkingHours, account_zone: &TimeZone, now: Timestamp) -> bool {
    let zone = if hours.time_zone.is_empty() {
        Some(account_zone.clone())
    } else {
        TimeZone::get(&hours.time_zone).ok()
    };
    let Some(zone) = zone else { return false };
    let local = zone.to_datetime(now);
    let minute = u32::from(local.hour().unsigned_abs()) * 60 + u32::from(local.minute().unsigned_abs());
    let today = spans(hours, local.date())
        .any(|(from, to)| if to > from { (from..to).contains(&minute) } else { minute >= from });
    let yesterday = local
        .date()
        .yesterday()
        .is_ok_and(|day| spans(hours, day).any(|(from, to)| to < from && minute < to));
    today || yesterday
}

/// The spans that begin on a day.
fn spans(hours: &v1::WorkingHours, day: Date) -> impl Iterator<Item = (u32, u32)> {
    let date = day.to_string();
    let exception = hours.exceptions.iter().find(|exception| exception.date == date);
    let weekday = i32::from(day.weekday().to_monday_one_offset());
    let dated = exception.into_iter().flat_map(|exception| &exception.ranges);
    let weekly = hours.weekly.iter().filter(move |interval| exception.is_none() && interval.day == weekday);
    let ranges = dated.chain(weekly.filter_map(|interval| interval.range.as_ref()));
    ranges.map(|range| (range.from_minute, if range.to_minute == 0 { 1_440 } else { range.to_minute }))
}

#[cfg(test)]
mod tests;
