//! The enums of the contract. Both directions come from one list, so that they cannot drift apart.

use jiff::civil::Weekday;
use tamis_api::v1;
use tamis_engine::check::Path;
use tamis_engine::definition::{
    CustomerAction, Mode, NewTicketBy, PhraseMode, Presence, ReplyStatus, Sentiment, TextFormat, TicketState,
};
use tamis_engine::request::{MessageAuthor, TicketCreator};

use crate::convert::Findings;

/// An enum that the contract has too. On the wire it is a number, which may be any; 0 stands for none.
pub(crate) trait WireEnum: Copy {
    /// What a number stands for; absent for 0 and for numbers that the contract does not have.
    fn from_wire(number: i32) -> Option<Self>;

    /// Its number.
    fn to_wire(self) -> i32;

    /// The contract's names of all values.
    fn names() -> Vec<&'static str>;
}

macro_rules! wire_enums {
    ($($ours:ident = $theirs:ident { $($value:ident),+ })+) => {
        $(impl WireEnum for $ours {
            fn from_wire(number: i32) -> Option<Self> {
                match v1::$theirs::try_from(number) {
                    $(Ok(v1::$theirs::$value) => Some(Self::$value),)+
                    Ok(v1::$theirs::Unspecified) | Err(_) => None,
                }
            }

            fn to_wire(self) -> i32 {
                let wire = match self {
                    $(Self::$value => v1::$theirs::$value,)+
                };
                wire.into()
            }

            fn names() -> Vec<&'static str> {
                vec![$(v1::$theirs::$value.as_str_name()),+]
            }
        })+
    };
}

wire_enums! {
    CustomerAction = CustomerAction { FirstCustomerMessage, EveryCustomerMessage, ReturnCreated }
    MessageAuthor = MessageAuthor { Customer, Other }
    Mode = WorkflowMode { Live, Shadow }
    NewTicketBy = NewTicketBy { Anyone, Agent, CustomerMessage }
    PhraseMode = PhraseMode { Contains, Equals, StartsWith, EndsWith }
    Presence = Presence { Inside, Outside }
    ReplyStatus = ReplyStatus { Answered, Unanswered }
    Sentiment = Sentiment { Positive, Neutral, Negative }
    TextFormat = TextFormat { Plain, Html }
    TicketCreator = TicketCreator { Agent, CustomerMessage }
    TicketState = TicketState { Open, Closed }
    Weekday = DayOfWeek { Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday }
}

/// Reads a value that may be left out.
pub(crate) fn optional<E: WireEnum>(found: &mut Findings, path: &Path<'_>, number: i32) -> Option<E> {
    let value = E::from_wire(number);
    if value.is_none() && number != 0 {
        let parameters = [("value", number.to_string()), ("known", known::<E>())];
        let message = format!("there is no value {number}");
        found.add_with("unknown_value", path, message, one_of::<E>(), parameters);
    }
    value
}

/// Reads a value that must be given.
pub(crate) fn required<E: WireEnum>(found: &mut Findings, path: &Path<'_>, number: i32) -> Option<E> {
    if number == 0 {
        let parameters = [("known", known::<E>())];
        found.add_with("value_required", path, "a value is required", one_of::<E>(), parameters);
    }
    optional(found, path, number)
}

/// Reads a set of values; nothing if one of them is none.
pub(crate) fn set<E: WireEnum>(found: &mut Findings, path: &Path<'_>, numbers: &[i32]) -> Option<Vec<E>> {
    let values: Vec<Option<E>> = numbers
        .iter()
        .enumerate()
        .map(|(index, &number)| required(found, &path.index(index), number))
        .collect();
    values.into_iter().collect()
}

/// Writes a set of values.
pub(crate) fn set_to_wire<E: WireEnum>(values: &[E]) -> Vec<i32> {
    values.iter().map(|value| value.to_wire()).collect()
}

fn one_of<E: WireEnum>() -> String {
    format!("give one of {}", known::<E>())
}

fn known<E: WireEnum>() -> String {
    E::names().join(", ")
}
