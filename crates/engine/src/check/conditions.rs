//! The 25 conditions.

use std::hash::Hash;

use jiff::SignedDuration;

use crate::check::account::time_range;
use crate::check::findings::{Findings, Repeats, quoted, shown};
use crate::check::path::Path;
use crate::check::text::{is_address, is_at_domain};
use crate::check::vocabulary::{Vocabularies, Vocabulary};
use crate::definition::{Attendance, Condition, ElapsedBound, Phrases, Test, TimeRange};
use crate::limits;
use crate::phrases::folding_of;

/// Checks a condition; `path` ends with its name.
pub(super) fn condition(
    found: &mut Findings,
    path: &Path<'_>,
    known: &Vocabularies<'_>,
    condition: &Condition,
) {
    let mut ids = |vocabulary, values| ids(found, &path.field("ids"), known, vocabulary, values);
    match &condition.test {
        Test::Source(values) => ids(Vocabulary::Sources, values),
        Test::Integration(values) => ids(Vocabulary::Integrations, values),
        Test::TagAssigned(values) => ids(Vocabulary::Tags, values),
        Test::StatusSet(values) | Test::CurrentStatus(values) => ids(Vocabulary::Statuses, values),
        Test::Context(values) => ids(Vocabulary::Contexts, values),
        Test::AllegroAccount(values) => ids(Vocabulary::AllegroAccounts, values),
        Test::Inbox(values) => ids(Vocabulary::Inboxes, values),
        Test::InboxGroup(values) => ids(Vocabulary::InboxGroups, values),
        Test::TicketType(values) => ids(Vocabulary::TicketTypes, values),
        Test::Email(addresses) => emails(found, &path.field("addresses"), addresses),
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => {
            phrase_test(found, &path.field("phrases"), phrases);
        }
        Test::NewTicket(by) => words(found, &path.field("by"), by),
        Test::DayOfWeek(days) => words(found, &path.field("days"), days),
        Test::Action(actions) => words(found, &path.field("actions"), actions),
        Test::Sentiment(sentiments) => words(found, &path.field("sentiments"), sentiments),
        Test::ReplyStatus(statuses) => words(found, &path.field("statuses"), statuses),
        Test::TicketState(states) => words(found, &path.field("states"), states),
        Test::TimeOfDay(ranges) => time_of_day(found, &path.field("ranges"), ranges),
        Test::LastCustomerReply(bounds) | Test::TicketCreated(bounds) => {
            elapsed(found, &path.field("bounds"), bounds);
        }
        Test::WorkingHours(attendances) => {
            working_hours(found, &path.field("attendances"), known, attendances)
        }
        Test::NewMessage | Test::Unreadable => {}
    }
}

/// A set is not empty, and not too large.
fn set(found: &mut Findings, path: &Path<'_>, count: usize, max: usize) {
    if count == 0 {
        found.error("values_required", path, "the condition has no value", "write at least one");
    }
    found.count_max(path, count, max);
}

fn ids(
    found: &mut Findings,
    path: &Path<'_>,
    known: &Vocabularies<'_>,
    vocabulary: Vocabulary,
    values: &[String],
) {
    set(found, path, values.len(), limits::VALUES_MAX);
    let repeats = Repeats::of(values);
    for (index, id) in values.iter().enumerate() {
        let path = path.index(index);
        found.value(&path, id);
        known.look_up(found, &path, vocabulary, id);
        found.duplicate(&path, "the id", repeats.first(index));
    }
}

fn words<T: Eq + Hash>(found: &mut Findings, path: &Path<'_>, values: &[T]) {
    set(found, path, values.len(), limits::VALUES_MAX);
    let repeats = Repeats::of(values);
    for index in 0..values.len() {
        found.duplicate(&path.index(index), "the value", repeats.first(index));
    }
}

fn emails(found: &mut Findings, path: &Path<'_>, addresses: &[String]) {
    set(found, path, addresses.len(), limits::VALUES_MAX);
    // Addresses are compared without regard to case.
    let repeats = Repeats::of(addresses.iter().map(|address| address.to_lowercase()));
    for (index, address) in addresses.iter().enumerate() {
        let path = path.index(index);
        if address.len() > limits::ADDRESS_BYTES_MAX {
            found.bytes_max(&path, address, limits::ADDRESS_BYTES_MAX);
        } else if !is_address(address) && !is_at_domain(address) {
            let message = format!("{} is neither an e-mail address nor a domain", quoted(address));
            let help = "write `zofia@mail.example` or `@mail.example`";
            found.error("email_or_domain_malformed", &path, message, help).with("email", shown(address));
        }
        found.duplicate(&path, "the address", repeats.first(index));
    }
}

fn phrase_test(found: &mut Findings, path: &Path<'_>, test: &Phrases) {
    set(found, path, test.phrases.len(), limits::VALUES_MAX);
    let folding = folding_of(test);
    let folded: Vec<String> = test.phrases.iter().map(|phrase| folding.fold(phrase)).collect();
    // Phrases that fold alike find the same texts.
    let repeats = Repeats::of(&folded);
    for (index, (phrase, folded)) in test.phrases.iter().zip(&folded).enumerate() {
        let path = path.index(index);
        found.bytes_max(&path, phrase, limits::PHRASE_BYTES_MAX);
        if folded.trim().is_empty() {
            let message = format!("the phrase {} folds to nothing", quoted(phrase));
            let help = "write a phrase that holds more than white space, accents and invisible characters";
            found.error("phrase_folds_to_nothing", &path, message, help).with("phrase", shown(phrase));
        } else if let Some(first) = repeats.first(index) {
            let message = format!(
                "the phrase {}, case and accents aside where they do not matter, stands in the list already, at [{first}]",
                quoted(phrase)
            );
            found
                .warning("phrase_duplicate", &path, message, "leave it out")
                .with("phrase", shown(phrase))
                .with("position", first + 1);
        }
    }
}

fn time_of_day(found: &mut Findings, path: &Path<'_>, ranges: &[TimeRange]) {
    set(found, path, ranges.len(), limits::TIME_RANGES_MAX);
    let repeats = Repeats::of(ranges);
    for (index, range) in ranges.iter().enumerate() {
        let path = path.index(index);
        time_range(found, &path, *range);
        found.duplicate(&path, "the span", repeats.first(index));
    }
}

fn elapsed(found: &mut Findings, path: &Path<'_>, bounds: &[ElapsedBound]) {
    set(found, path, bounds.len(), limits::ELAPSED_BOUNDS_MAX);
    let max = SignedDuration::from_hours(limits::ELAPSED_DAYS_MAX * 24);
    let repeats = Repeats::of(bounds);
    for (index, bound) in bounds.iter().enumerate() {
        let path = path.index(index);
        let (name, duration, fault) = match *bound {
            ElapsedBound::MoreThan(duration) => {
                let fault = ("negative", "the duration is negative");
                ("more_than", duration, duration.is_negative().then_some(fault))
            }
            ElapsedBound::LessThan(duration) => {
                let fault = ("not_positive", "no time is less than this: the duration is not positive");
                ("less_than", duration, (!duration.is_positive()).then_some(fault))
            }
        };
        let too_long = (duration > max).then_some(("too_long", "the duration is too long"));
        if let Some((fault, message)) = fault.or(too_long) {
            let days = limits::ELAPSED_DAYS_MAX;
            let help = format!("write a duration of at most {days} days; `less_than` takes no zero");
            found
                .error("duration_out_of_range", &path.field(name), message, help)
                .with("fault", fault)
                .with("max", days);
        }
        found.duplicate(&path, "the bound", repeats.first(index));
    }
}

fn working_hours(
    found: &mut Findings,
    path: &Path<'_>,
    known: &Vocabularies<'_>,
    attendances: &[Attendance],
) {
    set(found, path, attendances.len(), limits::ATTENDANCES_MAX);
    let repeats = Repeats::of(attendances);
    for (index, attendance) in attendances.iter().enumerate() {
        let path = path.index(index);
        if let Some(agent) = &attendance.agent_id {
            let path = path.field("agent_id");
            found.value(&path, agent);
            known.look_up(found, &path, Vocabulary::Agents, agent);
        }
        found.duplicate(&path, "the attendance", repeats.first(index));
    }
}
