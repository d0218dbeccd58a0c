//! A change out of a region, to be run.

use jiff::Timestamp;

use super::region::{Facts, Field, ListField, Message, Region};
use crate::check::check_request;
use crate::compile::clock_condition;
use crate::definition::{Attendance, Condition, Test};
use crate::index::CompiledAccount;
use crate::index::facts::TextField;
use crate::request::{AssignedAgent, Change, MessageAuthor, MessageReceived, Request, Text, Ticket};
use crate::time::{HORIZON, Instants, Nanos, Since, TimeCondition, nanos, next_all_true, timestamp};

/// Noon in Greenwich on Monday, 2026-06-01, in seconds since the epoch.
const FROM_SECOND: i64 = 1_780_315_200;
/// Agents whose hours are tried where a condition is about whoever the ticket is assigned to.
const AGENTS_MAX: usize = 16;

/// A change out of a region, with as little in it as may be; `conditions` are those that the region was made of. Absent if none
/// was found.
pub(super) fn example<'c>(
    region: &Region<'_>,
    conditions: impl IntoIterator<Item = &'c Condition>,
    account: &CompiledAccount,
) -> Option<Request<'static>> {
    if region.is_empty() {
        return None;
    }
    let conditions: Vec<&Condition> = conditions.into_iter().collect();
    let (now, agent) = moment(&conditions, account)?;
    let change = change(region)?;
    let ticket = ticket(region, &change, now, agent)?;
    let request = Request {
        ticket,
        change,
        now,
        baseline: None,
        with_next_due: false,
        with_chaining: false,
        cause: Vec::new(),
    };
    check_request(&request, "", true).is_empty().then_some(request)
}

/// The instant from which examples are looked for.
pub(super) fn first_instant() -> Timestamp {
    Timestamp::from_second(FROM_SECOND).unwrap_or_default()
}

/// An instant at which all conditions on the clock hold, and whom the ticket is assigned to for that.
fn moment<'a>(
    conditions: &[&Condition],
    account: &'a CompiledAccount,
) -> Option<(Timestamp, Option<&'a str>)> {
    let clocks: Vec<TimeCondition> =
        conditions.iter().filter_map(|condition| clock_condition(account, condition)).collect();
    let from = nanos(first_instant());
    let end: Nanos = from.saturating_add(HORIZON);
    let is_about_assigned = conditions.iter().any(|condition| match &condition.test {
        Test::WorkingHours(attendances) => attendances.iter().any(Attendance::is_of_assigned),
        _ => false,
    });
    let agents = account.definition.directory.agents.iter().filter(|agent| agent.working_hours.is_some());
    let agents = agents.take(if is_about_assigned { AGENTS_MAX } else { 0 });
    let candidates = std::iter::once(None).chain(agents.map(|agent| Some(&*agent.id)));
    candidates.into_iter().find_map(|agent| {
        let assigned_hours = agent.and_then(|agent| account.agent_hours(agent));
        let instants = Instants { assigned_hours, ..Instants::default() };
        let at = next_all_true(clocks.iter(), &instants, from, end)?;
        Some((timestamp(at), agent))
    })
}

fn change(region: &Region<'_>) -> Option<Change<'static>> {
    let Facts { created, message, has_return } = region.facts().next()?;
    let message_received = message.map(|message| MessageReceived {
        author: if message == Message::Other { MessageAuthor::Other } else { MessageAuthor::Customer },
        first: message == Message::First,
        text: region.text_of(TextField::Message).map(Text::Owned),
        auto_submitted: false,
        message_id: None,
    });
    let tags_assigned = region.list_of(ListField::TagsAssigned).some().map(owned);
    let status_set = region.field(Field::StatusSet).one().map(|status| Text::Owned(status.into_owned()));
    let has_fact = created.is_some() || message.is_some() || has_return;
    Some(Change {
        change_id: "example".into(),
        ticket_created: created,
        message_received,
        return_created: has_return,
        updated: !has_fact && tags_assigned.is_none() && status_set.is_none(),
        tags_assigned,
        status_set,
        timer: false,
    })
}

fn ticket(
    region: &Region<'_>,
    change: &Change<'static>,
    now: Timestamp,
    agent: Option<&str>,
) -> Option<Ticket<'static>> {
    let one = |field: Field| region.field(field).one().map(|id| Text::Owned(id.into_owned()));
    let since = |since: Since| match region.elapsed_since(since) {
        Some(elapsed) => Ok(Some(timestamp(nanos(now).checked_sub(elapsed).ok_or(())?))),
        None => Ok::<_, ()>(None),
    };
    let groups = region.list_of(ListField::InboxGroups);
    // Said outright if they matter, as those of the inbox might be others.
    let inbox_groups = (!groups.is_free()).then(|| owned(groups.fewest()));
    let set = change.status_set.as_ref().filter(|status| region.field(Field::CurrentStatus).has(status));
    Some(Ticket {
        id: "1".into(),
        source: one(Field::Source),
        integration: one(Field::Integration),
        allegro_account: one(Field::AllegroAccount),
        inbox: one(Field::Inbox),
        inbox_groups,
        ticket_type: one(Field::TicketType),
        subject: region.text_of(TextField::Subject).map(Text::Owned),
        current_status: set.cloned().or_else(|| one(Field::CurrentStatus)),
        state: region.ticket_state(),
        tags: change.tags_assigned.clone().unwrap_or_default(),
        context: one(Field::Context),
        sentiment: region.sentiment(),
        reply_status: region.reply_status(),
        created_at: since(Since::Creation).ok()?,
        last_customer_reply_at: since(Since::LastCustomerReply).ok()?,
        customer_name: region.text_of(TextField::CustomerName).map(Text::Owned),
        customer_email: region.address().map(Text::Owned),
        assigned_agent: agent
            .map(|id| AssignedAgent { id: Text::Owned(id.to_owned()), ..AssignedAgent::default() }),
        ..Ticket::default()
    })
}

fn owned(ids: Vec<Text<'_>>) -> Vec<Text<'static>> {
    ids.into_iter().map(|id| Text::Owned(id.into_owned())).collect()
}
