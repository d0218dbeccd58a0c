//! Conditions as fields, and back.

use tamis_api::v1::condition::Test;
use tamis_api::v1::{self, elapsed_bound::Bound};
use tamis_api::well_known;

use super::draft::Draft;
use crate::words::{self, Vocabulary};

/// Seconds in each unit of a span, largest first; one that is not whole in any is written in seconds.
pub(super) const UNITS: [(&str, i64); 4] =
    [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)];
const NANOS: i128 = 1_000_000_000;

/// What the values of a kind of condition are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Ids of a vocabulary.
    Ids(Vocabulary),
    /// Some of a few, in a list of this name; each is the contract's number and a text of the catalogue.
    Choices(&'static str, &'static [(i32, &'static str)]),
    /// E-mail addresses.
    Addresses,
    /// Phrases.
    Phrases,
    /// Spans of the day.
    Ranges,
    /// More, or less, than a span of time.
    Bounds,
    /// Inside or outside of working hours.
    Attendances,
    /// None.
    Nothing,
}

impl Shape {
    /// What a kind of condition takes.
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "new_ticket" => Self::Choices(
                "by",
                &[(1, "new-ticket-anyone"), (2, "new-ticket-agent"), (3, "new-ticket-customer_message")],
            ),
            "day_of_week" => Self::Choices(
                "days",
                &[
                    (1, "day-1"),
                    (2, "day-2"),
                    (3, "day-3"),
                    (4, "day-4"),
                    (5, "day-5"),
                    (6, "day-6"),
                    (7, "day-7"),
                ],
            ),
            "action" => Self::Choices(
                "actions",
                &[
                    (1, "customer-first_customer_message"),
                    (2, "customer-every_customer_message"),
                    (3, "customer-return_created"),
                ],
            ),
            "sentiment" => Self::Choices(
                "sentiments",
                &[(1, "sentiment-positive"), (2, "sentiment-neutral"), (3, "sentiment-negative")],
            ),
            "reply_status" => Self::Choices("statuses", &[(1, "reply-answered"), (2, "reply-unanswered")]),
            "ticket_state" => Self::Choices("states", &[(1, "state-open"), (2, "state-closed")]),
            "email" => Self::Addresses,
            "subject" | "customer_name" | "message" => Self::Phrases,
            "time_of_day" => Self::Ranges,
            "last_customer_reply" | "ticket_created" => Self::Bounds,
            "working_hours" => Self::Attendances,
            _ => Vocabulary::of_condition(kind).map_or(Self::Nothing, Self::Ids),
        }
    }

    /// The name of its list of values.
    pub(super) fn list(self) -> &'static str {
        match self {
            Self::Ids(_) => "ids",
            Self::Choices(list, _) => list,
            Self::Addresses => "addresses",
            Self::Phrases => "phrases",
            Self::Ranges => "ranges",
            Self::Bounds => "bounds",
            Self::Attendances => "attendances",
            Self::Nothing => "",
        }
    }
}

/// Writes a condition into the fields of a row.
pub(super) fn write(draft: &mut Draft, row: &str, condition: &v1::Condition) {
    let Some(test) = &condition.test else { return draft.set(format!("{row}.kind"), "") };
    let kind = words::kind(test);
    draft.set(format!("{row}.kind"), kind);
    draft.set(format!("{row}.negated"), if condition.negated { "true" } else { "false" });
    let path = format!("{row}.{kind}");
    let at = |name: &str| format!("{path}.{name}");
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
        | Test::TicketType(set) => list(draft, &at("ids"), &set.ids),
        Test::Email(test) => list(draft, &at("addresses"), &test.addresses),
        Test::NewTicket(test) => chosen(draft, &at("by"), &test.by),
        Test::DayOfWeek(test) => chosen(draft, &at("days"), &test.days),
        Test::Action(test) => chosen(draft, &at("actions"), &test.actions),
        Test::Sentiment(test) => chosen(draft, &at("sentiments"), &test.sentiments),
        Test::ReplyStatus(test) => chosen(draft, &at("statuses"), &test.statuses),
        Test::TicketState(test) => chosen(draft, &at("states"), &test.states),
        Test::Subject(test) | Test::CustomerName(test) | Test::Message(test) => {
            list(draft, &at("phrases"), &test.phrases);
            let mode = test.mode;
            draft.set(at("mode"), mode.max(v1::PhraseMode::Contains.into()).to_string());
            draft.check(&at("whole_word"), test.whole_word);
            draft.check(&at("case_sensitive"), test.case_sensitive);
            draft.check(&at("accent_sensitive"), test.accent_sensitive);
        }
        Test::TimeOfDay(test) => {
            for (index, range) in test.ranges.iter().enumerate() {
                let range_path = at(&format!("ranges[{index}]"));
                draft.set(format!("{range_path}.from_minute"), words::clock(range.from_minute));
                draft.set(format!("{range_path}.to_minute"), words::clock(range.to_minute % 1_440));
            }
        }
        Test::LastCustomerReply(test) | Test::TicketCreated(test) => {
            for (index, bound) in test.bounds.iter().enumerate() {
                write_bound(draft, &at(&format!("bounds[{index}]")), bound);
            }
        }
        Test::WorkingHours(test) => {
            for (index, attendance) in test.attendances.iter().enumerate() {
                let path = at(&format!("attendances[{index}]"));
                draft.set(format!("{path}.presence"), attendance.presence.to_string());
                draft.set(format!("{path}.agent_id"), &attendance.agent_id);
            }
        }
        Test::NewMessage(_) => {}
    }
}

fn list(draft: &mut Draft, path: &str, values: &[String]) {
    for (index, value) in values.iter().enumerate() {
        draft.set(format!("{path}[{index}]"), value);
    }
}

/// Boxes that are checked: each choice has an index of its own, that of its number.
fn chosen(draft: &mut Draft, path: &str, numbers: &[i32]) {
    for number in numbers {
        draft.set(format!("{path}[{}]", number - 1), number.to_string());
    }
}

fn write_bound(draft: &mut Draft, path: &str, bound: &v1::ElapsedBound) {
    let (side, duration) = match &bound.bound {
        Some(Bound::LessThan(duration)) => ("less_than", *duration),
        Some(Bound::MoreThan(duration)) => ("more_than", *duration),
        None => ("more_than", well_known::Duration::default()),
    };
    let whole = |seconds: i64| duration.nanos == 0 && duration.seconds % seconds == 0;
    // People say 24 hours rather than one day.
    let unit = UNITS.into_iter().find(|(_, seconds)| {
        whole(*seconds) && duration.seconds != 86_400 || *seconds == 3_600 && whole(3_600)
    });
    let (unit, seconds) = unit.unwrap_or(("seconds", 1));
    let mut number = (duration.seconds / seconds).to_string();
    if duration.nanos != 0 {
        number = format!("{number}.{:09}", duration.nanos).trim_end_matches('0').to_owned();
    }
    draft.set(format!("{path}.side"), side);
    draft.set(format!("{path}.number"), number);
    draft.set(format!("{path}.unit"), unit);
}

/// Reads a condition from the fields of a row. What is not a number or a time is told, and something harmless stands in its place.
pub(super) fn read(draft: &Draft, row: &str, found: &mut Vec<v1::Diagnostic>) -> v1::Condition {
    let kind = draft.get(&format!("{row}.kind"));
    let test = test(draft, kind, &format!("{row}.{kind}"), found);
    v1::Condition { negated: draft.get(&format!("{row}.negated")) == "true", test }
}

fn test(draft: &Draft, kind: &str, path: &str, found: &mut Vec<v1::Diagnostic>) -> Option<Test> {
    let ids = || v1::IdSet { ids: draft.values(&format!("{path}.ids")) };
    let chosen = |list: &str| -> Vec<i32> {
        draft.values(&format!("{path}.{list}")).iter().filter_map(|number| number.parse().ok()).collect()
    };
    Some(match kind {
        "source" => Test::Source(ids()),
        "new_ticket" => Test::NewTicket(v1::NewTicketTest { by: chosen("by") }),
        "day_of_week" => Test::DayOfWeek(v1::DayOfWeekTest { days: chosen("days") }),
        "email" => Test::Email(v1::EmailTest { addresses: draft.values(&format!("{path}.addresses")) }),
        "subject" => Test::Subject(phrases(draft, path)),
        "customer_name" => Test::CustomerName(phrases(draft, path)),
        "message" => Test::Message(phrases(draft, path)),
        "time_of_day" => Test::TimeOfDay(v1::TimeOfDayTest { ranges: ranges(draft, path, found) }),
        "integration" => Test::Integration(ids()),
        "new_message" => Test::NewMessage(v1::NewMessageTest {}),
        "action" => Test::Action(v1::CustomerActionTest { actions: chosen("actions") }),
        "tag_assigned" => Test::TagAssigned(ids()),
        "status_set" => Test::StatusSet(ids()),
        "last_customer_reply" => {
            Test::LastCustomerReply(v1::ElapsedTest { bounds: bounds(draft, path, found) })
        }
        "ticket_created" => Test::TicketCreated(v1::ElapsedTest { bounds: bounds(draft, path, found) }),
        "current_status" => Test::CurrentStatus(ids()),
        "context" => Test::Context(ids()),
        "sentiment" => Test::Sentiment(v1::SentimentTest { sentiments: chosen("sentiments") }),
        "reply_status" => Test::ReplyStatus(v1::ReplyStatusTest { statuses: chosen("statuses") }),
        "ticket_state" => Test::TicketState(v1::TicketStateTest { states: chosen("states") }),
        "allegro_account" => Test::AllegroAccount(ids()),
        "inbox" => Test::Inbox(ids()),
        "inbox_group" => Test::InboxGroup(ids()),
        "ticket_type" => Test::TicketType(ids()),
        "working_hours" => Test::WorkingHours(v1::WorkingHoursTest { attendances: attendances(draft, path) }),
        _ => return None,
    })
}

fn phrases(draft: &Draft, path: &str) -> v1::PhraseTest {
    v1::PhraseTest {
        phrases: draft.values(&format!("{path}.phrases")),
        mode: draft.get(&format!("{path}.mode")).parse().unwrap_or_default(),
        whole_word: draft.has(&format!("{path}.whole_word")),
        case_sensitive: draft.has(&format!("{path}.case_sensitive")),
        accent_sensitive: draft.has(&format!("{path}.accent_sensitive")),
    }
}

/// What stands below each index of a list.
fn elements<T>(draft: &Draft, list: &str, mut read: impl FnMut(&str) -> T) -> Vec<T> {
    draft.indexes(list).iter().map(|index| read(&format!("{list}[{index}]"))).collect()
}

fn ranges(draft: &Draft, path: &str, found: &mut Vec<v1::Diagnostic>) -> Vec<v1::TimeRange> {
    elements(draft, &format!("{path}.ranges"), |path| {
        let mut minute = |name: &str, otherwise| {
            let field = format!("{path}.{name}");
            minutes(draft.get(&field)).unwrap_or_else(|| {
                found.push(malformed("time_malformed", field.clone(), draft.get(&field)));
                otherwise
            })
        };
        let (from_minute, to_minute) = (minute("from_minute", 0), minute("to_minute", 0));
        // The midnight that ends a day.
        v1::TimeRange { from_minute, to_minute: if to_minute == 0 { 1_440 } else { to_minute } }
    })
}

/// Minutes after midnight of a time such as `09:05`.
fn minutes(typed: &str) -> Option<u32> {
    let (hours, minutes) = typed.trim().split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn bounds(draft: &Draft, path: &str, found: &mut Vec<v1::Diagnostic>) -> Vec<v1::ElapsedBound> {
    elements(draft, &format!("{path}.bounds"), |path| {
        let unit = draft.get(&format!("{path}.unit"));
        let seconds = UNITS.iter().find(|(name, _)| *name == unit).map_or(1, |(_, seconds)| *seconds);
        let field = format!("{path}.number");
        let duration = duration(draft.get(&field), seconds).unwrap_or_else(|| {
            let typed = draft.get(&field);
            let code = if typed.trim().is_empty() { "number_missing" } else { "number_malformed" };
            found.push(malformed(code, field.clone(), typed));
            well_known::Duration { seconds, nanos: 0 }
        });
        let bound = if draft.get(&format!("{path}.side")) == "less_than" {
            Bound::LessThan(duration)
        } else {
            Bound::MoreThan(duration)
        };
        v1::ElapsedBound { bound: Some(bound) }
    })
}

/// As many units of some seconds as a number says, exactly. The point of a fraction may be a comma.
fn duration(typed: &str, unit: i64) -> Option<well_known::Duration> {
    let number: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let (sign, number) = number.strip_prefix('-').map_or((1, number.as_str()), |rest| (-1, rest));
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !are_digits(whole)
        || !are_digits(fraction)
        || whole.len() > 12
        || fraction.len() > 9
    {
        return None;
    }
    let billionths: i128 = format!("{whole}{fraction:0<9}").parse().ok()?;
    let nanos = sign * billionths * i128::from(unit);
    Some(well_known::Duration {
        seconds: i64::try_from(nanos / NANOS).ok()?,
        nanos: i32::try_from(nanos % NANOS).ok()?,
    })
}

fn attendances(draft: &Draft, path: &str) -> Vec<v1::Attendance> {
    elements(draft, &format!("{path}.attendances"), |path| v1::Attendance {
        presence: draft.get(&format!("{path}.presence")).parse().unwrap_or_default(),
        agent_id: draft.get(&format!("{path}.agent_id")).to_owned(),
    })
}

/// A finding about what cannot be sent to the service, as it is none of its values.
fn malformed(code: &str, field: String, value: &str) -> v1::Diagnostic {
    v1::Diagnostic {
        severity: v1::Severity::Error.into(),
        code: code.to_owned(),
        field: format!("workflow.{field}"),
        parameters: [("value".to_owned(), value.to_owned())].into(),
        ..v1::Diagnostic::default()
    }
}
