//! The answer: which workflows match, and what is to be done.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::definition::{TextFormat, Workflow};
use crate::request::{Change, Text};
use crate::variable::Variable;

/// What was decided. Borrows from the index that decided, and from the request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision<'i> {
    /// Live workflows that match, in order.
    pub matches: Vec<Match<'i>>,
    /// Shadow workflows that match, in order.
    pub shadow_matches: Vec<Match<'i>>,
    /// If it was asked for: the earliest instant after now at which, if the ticket stays as it is, a workflow begins to
    /// hold as time passes.
    ///
    /// Of a chain, this is as seen from the ticket as its last actions leave it.
    pub next_due: Option<Timestamp>,
    /// If it was asked for: what follows from the actions. By itself, as it is seldom asked for.
    pub chain: Option<Box<Chain<'i>>>,
}

impl<'i> Decision<'i> {
    /// The live and the shadow workflows that match, round by round: once, or as often as the chain has rounds.
    pub fn matches_by_round(&self) -> impl Iterator<Item = (&[Match<'i>], &[Match<'i>])> + Clone {
        let later = self.chain.iter().flat_map(|chain| &chain.rounds);
        let later = later.map(|round| (&*round.matches, &*round.shadow_matches));
        std::iter::once((&*self.matches, &*self.shadow_matches)).chain(later)
    }
}

/// What follows from the actions of a decision, round by round. The decision itself is the first round.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<'i> {
    /// The rounds after the first, in order; one in which nothing matched, and nothing would have again, is left out.
    pub rounds: Vec<Round<'i>>,
    /// Why there are no more.
    pub end: ChainEnd,
}

/// What the actions of the round before lead to.
#[derive(Clone, Debug, PartialEq)]
pub struct Round<'i> {
    /// What those actions changed.
    ///
    /// Its id is made of the fire keys of the matches whose actions changed something, in order: 32 hexadecimal digits of the
    /// XXH3-128 (seed 0) of their 16 bytes each, big-endian. So what follows from the same match has the same key whenever it is
    /// asked, and what follows from another one has another.
    pub change: Change<'i>,
    /// Ids of the workflows whose actions led to the change, nearest first: those of the round before in order of their matches,
    /// then those of the rounds before it, and what the request had.
    pub cause: Vec<Text<'i>>,
    /// Live workflows that match, and have not in an earlier round, in order.
    pub matches: Vec<Match<'i>>,
    /// Shadow workflows likewise.
    pub shadow_matches: Vec<Match<'i>>,
    /// Live workflows that would match, but have in an earlier round, in order: here a loop was cut.
    pub repeated: Vec<&'i Workflow>,
}

/// Why a chain has no further round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainEnd {
    /// The actions of the last round change nothing, or nothing matches what they change.
    Settled,
    /// The same, but only because a workflow that would have matched again, in whichever round, was not let.
    Loop,
    /// The actions of the last round that is allowed change the ticket once more; nobody asked what follows.
    RoundsMax,
}

/// A workflow that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'i> {
    /// The workflow.
    pub workflow: &'i Workflow,
    /// Index in `any` of the condition by which it matches; absent if it has no `any`.
    ///
    /// Where several alternatives match, the first of those whose key is made of the change (event-driven, or without
    /// time conditions) is named; only if there is none, the one that has held longest, ties in order. So a workflow that
    /// goes on holding keeps its key when a second alternative begins to hold too.
    pub alternative: Option<u32>,
    /// The phrases that matched, of that alternative, in order of conditions (`all` first) and phrases.
    pub phrases: Vec<MatchedPhrase<'i>>,
    /// What to do, in order.
    pub actions: Vec<DecidedAction<'i>>,
    /// The same for the same match asked again.
    pub fire_key: FireKey,
    /// For a state-driven alternative with time conditions: since when they have held without a break.
    pub held_since: Option<Timestamp>,
}

/// A phrase that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchedPhrase<'i> {
    /// Where the condition stands.
    pub place: Place,
    /// Index of the phrase in the condition.
    pub phrase_index: u32,
    /// The phrase as it was written.
    pub phrase: &'i str,
}

/// Where a condition stands in its workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// In `all`, at this index.
    All(u32),
    /// In `any`, at this index.
    Any(u32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(index) => write!(f, "all[{index}]"),
            Self::Any(index) => write!(f, "any[{index}]"),
        }
    }
}

/// A number that is the same for the same match asked again, so that a caller that remembers keys acts once.
///
/// XXH3-128 (seed 0) of: the account's id, the workflow's id, the ticket's id, each preceded by its length in bytes as a
/// little-endian `u32`; then either the byte `b'c'` and the change's id, preceded by its length likewise, or the byte
/// `b'h'` and `held_since` as nanoseconds since the epoch, a little-endian `i128`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FireKey(pub u128);

impl FireKey {
    /// Its 32 hexadecimal digits, in ASCII.
    pub fn digits(self) -> [u8; 32] {
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0.to_be_bytes()) {
            for (digit, half) in pair.iter_mut().zip([byte >> 4, byte & 0xf]) {
                *digit = half + if half < 10 { b'0' } else { b'a' - 10 };
            }
        }
        digits
    }
}

impl fmt::Display for FireKey {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// An action with its state.
#[derive(Clone, Debug, PartialEq)]
pub struct DecidedAction<'i> {
    /// Why it is not ready; absent if it is.
    pub not_ready: Option<NotReady>,
    /// Variables of its templates that had no value, each once, in order of appearance (`to`, `subject`, body).
    pub missing_variables: Vec<Variable>,
    /// What to do, rendered.
    pub kind: Rendered<'i>,
}

/// Why an action is not ready. Where several reasons apply, the first in this order is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotReady {
    /// The workflow is in shadow mode.
    Shadow,
    /// The workflow is in the request's cause.
    CausedByItself,
    /// It sends a message in answer to an automatic mail, be it in a later round of a chain.
    AutoSubmitted,
    /// The ticket has no linked order.
    NoLinkedOrder,
    /// A later action, itself otherwise ready, sets the same thing or assigns the same tag.
    Superseded,
}

/// What to do, rendered. A text without variables is the definition's own.
#[derive(Clone, Debug, PartialEq)]
pub enum Rendered<'i> {
    /// Send the customer a message.
    SendMessage {
        /// What it says.
        text: Cow<'i, str>,
        /// How it is to be shown.
        format: TextFormat,
    },
    /// Send the customer a message, once the caller has translated it.
    SendTranslatedMessage {
        /// What it says, untranslated.
        text: Cow<'i, str>,
        /// How it is to be shown.
        format: TextFormat,
        /// BCP 47 tag of the language to translate to.
        target_language: &'i str,
    },
    /// Let an AI write the answer.
    AiMessage {
        /// What it is told.
        instructions: Cow<'i, str>,
        /// The received message to respond to: in a later round of a chain, that which the chain began with.
        respond_to_message_id: Option<&'i str>,
    },
    /// Send an e-mail.
    SendEmail {
        /// The recipient's address, one line.
        to: Cow<'i, str>,
        /// The subject, one line.
        subject: Cow<'i, str>,
        /// What it says.
        text: Cow<'i, str>,
        /// How it is to be shown.
        format: TextFormat,
    },
    /// Set the ticket's status.
    SetStatus {
        /// The status.
        status_id: &'i str,
    },
    /// Assign the ticket.
    AssignAgent {
        /// The agent.
        agent_id: &'i str,
    },
    /// Put a tag on the ticket.
    AssignTag {
        /// The tag.
        tag_id: &'i str,
    },
    /// Set the status of orders.
    ChangeOrderStatus {
        /// The order status.
        order_status_id: &'i str,
        /// The ticket's linked orders.
        order_ids: &'i [Text<'i>],
    },
}
