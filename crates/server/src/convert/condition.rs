//! Conditions.

use tamis_api::v1;
use tamis_api::v1::condition::Test as Wire;
use tamis_api::v1::elapsed_bound::Bound;
use tamis_engine::check::Path;
use tamis_engine::definition::{Attendance, Condition, ElapsedBound, Phrases, Test};

use crate::convert::vocabulary::{self, WireEnum as _};
use crate::convert::{Findings, time};

/// Reads a condition. A test that is missing, or one of whose values makes no sense, is unreadable.
pub(crate) fn from_wire(found: &mut Findings, path: &Path<'_>, wire: &v1::Condition) -> Condition {
    let test = wire.test.as_ref().and_then(|wire| test(found, path, wire));
    if wire.test.is_none() {
        let help = "set one of its fields, such as `subject`; a newer client may have set one that is not known here";
        found.add("condition_unreadable", path, "a test is required", help);
    }
    Condition { negated: wire.negated, test: test.unwrap_or(Test::Unreadable) }
}

fn test(found: &mut Findings, path: &Path<'_>, wire: &Wire) -> Option<Test> {
    let test = match wire {
        Wire::Source(set) => Test::Source(set.ids.clone()),
        Wire::NewTicket(test) => {
            Test::NewTicket(vocabulary::set(found, &path.field("new_ticket").field("by"), &test.by)?)
        }
        Wire::DayOfWeek(test) => {
            Test::DayOfWeek(vocabulary::set(found, &path.field("day_of_week").field("days"), &test.days)?)
        }
        Wire::Email(test) => Test::Email(test.addresses.clone()),
        Wire::Subject(test) => Test::Subject(phrases(found, &path.field("subject"), test)),
        Wire::CustomerName(test) => Test::CustomerName(phrases(found, &path.field("customer_name"), test)),
        Wire::Message(test) => Test::Message(phrases(found, &path.field("message"), test)),
        Wire::TimeOfDay(test) => Test::TimeOfDay(test.ranges.iter().map(time::range).collect()),
        Wire::Integration(set) => Test::Integration(set.ids.clone()),
        Wire::NewMessage(v1::NewMessageTest {}) => Test::NewMessage,
        Wire::Action(test) => {
            Test::Action(vocabulary::set(found, &path.field("action").field("actions"), &test.actions)?)
        }
        Wire::TagAssigned(set) => Test::TagAssigned(set.ids.clone()),
        Wire::StatusSet(set) => Test::StatusSet(set.ids.clone()),
        Wire::LastCustomerReply(test) => {
            Test::LastCustomerReply(bounds(found, &path.field("last_customer_reply"), test)?)
        }
        Wire::TicketCreated(test) => Test::TicketCreated(bounds(found, &path.field("ticket_created"), test)?),
        Wire::CurrentStatus(set) => Test::CurrentStatus(set.ids.clone()),
        Wire::Context(set) => Test::Context(set.ids.clone()),
        Wire::Sentiment(test) => {
            let path = path.field("sentiment");
            Test::Sentiment(vocabulary::set(found, &path.field("sentiments"), &test.sentiments)?)
        }
        Wire::ReplyStatus(test) => {
            let path = path.field("reply_status");
            Test::ReplyStatus(vocabulary::set(found, &path.field("statuses"), &test.statuses)?)
        }
        Wire::TicketState(test) => {
            let path = path.field("ticket_state");
            Test::TicketState(vocabulary::set(found, &path.field("states"), &test.states)?)
        }
        Wire::AllegroAccount(set) => Test::AllegroAccount(set.ids.clone()),
        Wire::Inbox(set) => Test::Inbox(set.ids.clone()),
        Wire::InboxGroup(set) => Test::InboxGroup(set.ids.clone()),
        Wire::TicketType(set) => Test::TicketType(set.ids.clone()),
        Wire::WorkingHours(test) => {
            Test::WorkingHours(attendances(found, &path.field("working_hours"), test)?)
        }
    };
    Some(test)
}

/// Writes a condition.
pub(crate) fn to_wire(condition: &Condition) -> v1::Condition {
    v1::Condition { negated: condition.negated, test: test_to_wire(&condition.test) }
}

fn test_to_wire(test: &Test) -> Option<Wire> {
    let wire = match test {
        Test::Source(ids) => Wire::Source(id_set(ids)),
        Test::NewTicket(by) => Wire::NewTicket(v1::NewTicketTest { by: vocabulary::set_to_wire(by) }),
        Test::DayOfWeek(days) => Wire::DayOfWeek(v1::DayOfWeekTest { days: vocabulary::set_to_wire(days) }),
        Test::Email(addresses) => Wire::Email(v1::EmailTest { addresses: addresses.clone() }),
        Test::Subject(phrases) => Wire::Subject(phrases_to_wire(phrases)),
        Test::CustomerName(phrases) => Wire::CustomerName(phrases_to_wire(phrases)),
        Test::Message(phrases) => Wire::Message(phrases_to_wire(phrases)),
        Test::TimeOfDay(ranges) => Wire::TimeOfDay(v1::TimeOfDayTest {
            ranges: ranges.iter().copied().map(time::range_to_wire).collect(),
        }),
        Test::Integration(ids) => Wire::Integration(id_set(ids)),
        Test::NewMessage => Wire::NewMessage(v1::NewMessageTest {}),
        Test::Action(actions) => {
            Wire::Action(v1::CustomerActionTest { actions: vocabulary::set_to_wire(actions) })
        }
        Test::TagAssigned(ids) => Wire::TagAssigned(id_set(ids)),
        Test::StatusSet(ids) => Wire::StatusSet(id_set(ids)),
        Test::LastCustomerReply(bounds) => Wire::LastCustomerReply(bounds_to_wire(bounds)),
        Test::TicketCreated(bounds) => Wire::TicketCreated(bounds_to_wire(bounds)),
        Test::CurrentStatus(ids) => Wire::CurrentStatus(id_set(ids)),
        Test::Context(ids) => Wire::Context(id_set(ids)),
        Test::Sentiment(sentiments) => {
            Wire::Sentiment(v1::SentimentTest { sentiments: vocabulary::set_to_wire(sentiments) })
        }
        Test::ReplyStatus(statuses) => {
            Wire::ReplyStatus(v1::ReplyStatusTest { statuses: vocabulary::set_to_wire(statuses) })
        }
        Test::TicketState(states) => {
            Wire::TicketState(v1::TicketStateTest { states: vocabulary::set_to_wire(states) })
        }
        Test::AllegroAccount(ids) => Wire::AllegroAccount(id_set(ids)),
        Test::Inbox(ids) => Wire::Inbox(id_set(ids)),
        Test::InboxGroup(ids) => Wire::InboxGroup(id_set(ids)),
        Test::TicketType(ids) => Wire::TicketType(id_set(ids)),
        Test::WorkingHours(attendances) => Wire::WorkingHours(attendances_to_wire(attendances)),
        // What a reader could not make sense of is not stored, and so never written.
        Test::Unreadable => return None,
    };
    Some(wire)
}

fn id_set(ids: &[String]) -> v1::IdSet {
    v1::IdSet { ids: ids.to_vec() }
}

fn phrases(found: &mut Findings, path: &Path<'_>, wire: &v1::PhraseTest) -> Phrases {
    Phrases {
        phrases: wire.phrases.clone(),
        mode: vocabulary::optional(found, &path.field("mode"), wire.mode).unwrap_or_default(),
        whole_word: wire.whole_word,
        case_sensitive: wire.case_sensitive,
        accent_sensitive: wire.accent_sensitive,
    }
}

fn phrases_to_wire(phrases: &Phrases) -> v1::PhraseTest {
    v1::PhraseTest {
        phrases: phrases.phrases.clone(),
        mode: phrases.mode.to_wire(),
        whole_word: phrases.whole_word,
        case_sensitive: phrases.case_sensitive,
        accent_sensitive: phrases.accent_sensitive,
    }
}

fn bounds(found: &mut Findings, path: &Path<'_>, wire: &v1::ElapsedTest) -> Option<Vec<ElapsedBound>> {
    let path = path.field("bounds");
    let mut bound = |(index, wire): (usize, &v1::ElapsedBound)| {
        let path = path.index(index);
        match &wire.bound {
            Some(Bound::MoreThan(wire)) => {
                Some(ElapsedBound::MoreThan(time::duration(found, &path.field("more_than"), wire)))
            }
            Some(Bound::LessThan(wire)) => {
                Some(ElapsedBound::LessThan(time::duration(found, &path.field("less_than"), wire)))
            }
            None => {
                let help = "set `more_than` or `less_than`";
                found.add("duration_required", &path, "a duration is required", help);
                None
            }
        }
    };
    let bounds: Vec<Option<ElapsedBound>> = wire.bounds.iter().enumerate().map(&mut bound).collect();
    bounds.into_iter().collect()
}

fn bounds_to_wire(bounds: &[ElapsedBound]) -> v1::ElapsedTest {
    let bound = |bound: &ElapsedBound| match *bound {
        ElapsedBound::MoreThan(duration) => Bound::MoreThan(time::duration_to_wire(duration)),
        ElapsedBound::LessThan(duration) => Bound::LessThan(time::duration_to_wire(duration)),
    };
    let bounds = bounds.iter().map(|each| v1::ElapsedBound { bound: Some(bound(each)) });
    v1::ElapsedTest { bounds: bounds.collect() }
}

fn attendances(
    found: &mut Findings,
    path: &Path<'_>,
    wire: &v1::WorkingHoursTest,
) -> Option<Vec<Attendance>> {
    let path = path.field("attendances");
    let attendance = |(index, wire): (usize, &v1::Attendance)| {
        let presence = vocabulary::required(found, &path.index(index).field("presence"), wire.presence)?;
        let agent_id = Some(wire.agent_id.clone()).filter(|id| !id.is_empty());
        Some(Attendance { presence, agent_id })
    };
    let attendances: Vec<Option<Attendance>> = wire.attendances.iter().enumerate().map(attendance).collect();
    attendances.into_iter().collect()
}

fn attendances_to_wire(attendances: &[Attendance]) -> v1::WorkingHoursTest {
    let attendances = attendances.iter().map(|attendance| v1::Attendance {
        presence: attendance.presence.to_wire(),
        agent_id: attendance.agent_id.clone().unwrap_or_default(),
    });
    v1::WorkingHoursTest { attendances: attendances.collect() }
}
