//! The words that fields with a fixed set of values take, for reading and for writing.

use jiff::civil::Weekday;

use crate::definition::{
    CustomerAction, Mode, NewTicketBy, PhraseMode, Presence, ReplyStatus, Sentiment, TextFormat, TicketState,
};
use crate::request::{MessageAuthor, TicketCreator};

/// Words with what they stand for.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const FLAGS: Words<bool> = &[("true", true), ("false", false)];
pub(super) const EXPECTATIONS: Words<bool> = &[("match", true), ("not_match", false)];
/// Whether the condition is negated.
pub(super) const BARE: Words<bool> = &[("is", false), ("is_not", true)];
pub(super) const MODES: Words<Mode> = &[("live", Mode::Live), ("shadow", Mode::Shadow)];
pub(super) const DAYS: Words<Weekday> = &[
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
pub(super) const NEW_TICKET_BY: Words<NewTicketBy> = &[
    ("anyone", NewTicketBy::Anyone),
    ("by_agent", NewTicketBy::Agent),
    ("by_customer_message", NewTicketBy::CustomerMessage),
];
pub(super) const PHRASE_MODES: Words<PhraseMode> = &[
    ("contains", PhraseMode::Contains),
    ("equals", PhraseMode::Equals),
    ("starts_with", PhraseMode::StartsWith),
    ("ends_with", PhraseMode::EndsWith),
];
pub(super) const CUSTOMER_ACTIONS: Words<CustomerAction> = &[
    ("first_customer_message", CustomerAction::FirstCustomerMessage),
    ("every_customer_message", CustomerAction::EveryCustomerMessage),
    ("return_created", CustomerAction::ReturnCreated),
];
pub(super) const SENTIMENTS: Words<Sentiment> =
    &[("positive", Sentiment::Positive), ("neutral", Sentiment::Neutral), ("negative", Sentiment::Negative)];
pub(super) const REPLY_STATUSES: Words<ReplyStatus> =
    &[("answered", ReplyStatus::Answered), ("unanswered", ReplyStatus::Unanswered)];
pub(super) const TICKET_STATES: Words<TicketState> =
    &[("open", TicketState::Open), ("closed", TicketState::Closed)];
pub(super) const PRESENCES: Words<Presence> = &[("inside", Presence::Inside), ("outside", Presence::Outside)];
pub(super) const TEXT_FORMATS: Words<TextFormat> =
    &[("plain", TextFormat::Plain), ("html", TextFormat::Html)];
pub(super) const TICKET_CREATORS: Words<TicketCreator> =
    &[("agent", TicketCreator::Agent), ("customer_message", TicketCreator::CustomerMessage)];
pub(super) const MESSAGE_AUTHORS: Words<MessageAuthor> =
    &[("customer", MessageAuthor::Customer), ("other", MessageAuthor::Other)];

/// What a word stands for.
pub(super) fn value_of<T: Copy>(words: Words<T>, word: &str) -> Option<T> {
    words.iter().find(|(known, _)| *known == word).map(|&(_, value)| value)
}

/// The word for a value; the tables above hold every value of their types.
pub(super) fn word_for<T: PartialEq>(words: Words<T>, value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map_or("", |&(word, _)| word)
}

/// The known name that is most like the one that was written, if one is like it at all.
pub(super) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let lower: Vec<char> = written.chars().take(64).flat_map(char::to_lowercase).collect();
    let allowed = (lower.len() / 3).max(1);
    known
        .map(|name| (edits(&lower, &name.chars().collect::<Vec<_>>()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters must be put in, taken out or changed to make one of the other.
fn edits(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, a) in from.iter().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (b, &above) in to.iter().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(a != b));
            next.push(left);
            diagonal = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
