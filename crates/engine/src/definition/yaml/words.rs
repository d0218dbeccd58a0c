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
