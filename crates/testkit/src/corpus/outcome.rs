//! What a driver hands back: plain and owned, so that any of them can fill it in.

use std::collections::BTreeMap;

use tamis_engine::Decision;
use tamis_engine::decision::{self, ChainEnd, NotReady, Rendered};
use tamis_engine::definition::{Condition, TextFormat, Workflow};
use tamis_engine::diagnostic::{Diagnostic, Severity};

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was decided.
    Decided(Decided),
    /// Its definitions or its request were refused.
    Refused(Vec<Refusal>),
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Live workflows that match, in order.
    pub matches: Vec<Matched>,
    /// Shadow workflows that match, in order.
    pub shadow_matches: Vec<Matched>,
    /// RFC 3339; absent if nothing is due, or it was not asked for.
    pub next_due: Option<String>,
    /// Rounds of the chain, after the first.
    pub rounds: Vec<Round>,
    /// Why the chain ended, in the contract's words and lower case, such as `rounds_max`; absent if it was not asked for.
    pub chain_end: Option<String>,
}

/// A later round of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// The tags that were assigned.
    pub tags_assigned: Vec<String>,
    /// The status that was set.
    pub status_set: Option<String>,
    /// An agent was assigned.
    pub updated: bool,
    /// Ids of the workflows that led to it.
    pub cause: Vec<String>,
    /// Live workflows that match, in order.
    pub matches: Vec<Matched>,
    /// Shadow workflows that match, in order.
    pub shadow_matches: Vec<Matched>,
    /// Ids of the workflows that would have matched again.
    pub repeated: Vec<String>,
}

/// A workflow that matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// The workflow's id.
    pub workflow_id: String,
    /// Index in `any`.
    pub alternative: Option<u32>,
    /// The phrases that matched.
    pub phrases: Vec<MatchedPhrase>,
    /// What to do.
    pub actions: Vec<DecidedAction>,
    /// 32 hexadecimal digits.
    pub fire_key: String,
    /// RFC 3339.
    pub held_since: Option<String>,
}

/// A phrase that matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchedPhrase {
    /// Path of the phrase in the workflow, such as `all[1].message.phrases[0]`.
    pub field: String,
    /// The phrase as it was written.
    pub phrase: String,
}

/// An action with its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecidedAction {
    /// Its name in the contract, such as `send_message`.
    pub action: String,
    /// Why it is not ready, in the contract's words and lower case, such as `no_linked_order`; absent if it is.
    pub not_ready: Option<String>,
    /// Names of the variables that had no value.
    pub missing_variables: Vec<String>,
    /// Its texts and ids by their names in the contract, such as `text` and `status_id`; `format` is `plain` or `html`.
    pub fields: BTreeMap<String, String>,
    /// Of a change of order status: the orders.
    pub order_ids: Vec<String>,
}

/// Something that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of finding; absent where the driver does not hear of it.
    pub code: Option<String>,
    /// Path of the field.
    pub path: String,
}

impl From<&Decision<'_>> for Outcome {
    fn from(decision: &Decision<'_>) -> Self {
        Self::Decided(Decided {
            matches: decision.matches.iter().map(Matched::from).collect(),
            shadow_matches: decision.shadow_matches.iter().map(Matched::from).collect(),
            next_due: decision.next_due.map(|instant| instant.to_string()),
            rounds: decision.chain.iter().flat_map(|chain| &chain.rounds).map(Round::from).collect(),
            chain_end: decision.chain.as_ref().map(|chain| end_name(chain.end).to_owned()),
        })
    }
}

fn end_name(end: ChainEnd) -> &'static str {
    match end {
        ChainEnd::Settled => "settled",
        ChainEnd::Loop => "loop",
        ChainEnd::RoundsMax => "rounds_max",
    }
}

impl From<&decision::Round<'_>> for Round {
    fn from(round: &decision::Round<'_>) -> Self {
        let change = &round.change;
        Self {
            tags_assigned: change.tags_assigned.iter().flatten().map(ToString::to_string).collect(),
            status_set: change.status_set.as_ref().map(ToString::to_string),
            updated: change.updated,
            cause: round.cause.iter().map(ToString::to_string).collect(),
            matches: round.matches.iter().map(Matched::from).collect(),
            shadow_matches: round.shadow_matches.iter().map(Matched::from).collect(),
            repeated: round.repeated.iter().map(|workflow| workflow.id.clone()).collect(),
        }
    }
}

impl Outcome {
    /// What was refused; warnings do not count. Absent if nothing was.
    pub fn refused(diagnostics: &[Diagnostic]) -> Option<Self> {
        let refusals: Vec<_> = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .map(|diagnostic| Refusal {
                code: Some(diagnostic.code.to_owned()),
                path: diagnostic.path.clone(),
            })
            .collect();
        (!refusals.is_empty()).then_some(Self::Refused(refusals))
    }
}

impl From<&decision::Match<'_>> for Matched {
    fn from(found: &decision::Match<'_>) -> Self {
        let phrases = found.phrases.iter().map(|phrase| MatchedPhrase {
            field: format!(
                "{}.{}.phrases[{}]",
                phrase.place,
                test_name(found.workflow, phrase.place),
                phrase.phrase_index
            ),
            phrase: phrase.phrase.to_owned(),
        });
        Self {
            workflow_id: found.workflow.id.clone(),
            alternative: found.alternative,
            phrases: phrases.collect(),
            actions: found.actions.iter().map(DecidedAction::from).collect(),
            fire_key: found.fire_key.to_string(),
            held_since: found.held_since.map(|instant| instant.to_string()),
        }
    }
}

fn test_name(workflow: &Workflow, place: decision::Place) -> &'static str {
    let condition: Option<&Condition> = match place {
        decision::Place::All(index) => workflow.all.get(index as usize),
        decision::Place::Any(index) => workflow.any.get(index as usize),
    };
    condition.map_or("nothing", |condition| condition.test.name())
}

impl From<&decision::DecidedAction<'_>> for DecidedAction {
    fn from(decided: &decision::DecidedAction<'_>) -> Self {
        let (action, fields, order_ids) = plain(&decided.kind);
        let not_ready = decided.not_ready.map(|reason| match reason {
            NotReady::Shadow => "shadow",
            NotReady::CausedByItself => "caused_by_itself",
            NotReady::AutoSubmitted => "auto_submitted",
            NotReady::NoLinkedOrder => "no_linked_order",
            NotReady::Superseded => "superseded",
        });
        Self {
            action: action.to_owned(),
            not_ready: not_ready.map(str::to_owned),
            missing_variables: decided.missing_variables.iter().map(|one| one.name().to_owned()).collect(),
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            order_ids,
        }
    }
}

/// An action's name, its texts and ids, and its orders.
fn plain<'a>(kind: &'a Rendered<'_>) -> (&'static str, Vec<(&'static str, &'a str)>, Vec<String>) {
    let (action, fields) = match kind {
        Rendered::SendMessage { text, format } => {
            ("send_message", vec![("text", text.as_ref()), ("format", format_name(*format))])
        }
        Rendered::SendTranslatedMessage { text, format, target_language } => (
            "send_translated_message",
            vec![
                ("text", text.as_ref()),
                ("format", format_name(*format)),
                ("target_language", target_language),
            ],
        ),
        Rendered::AiMessage { instructions, respond_to_message_id } => {
            let message_id = respond_to_message_id.map(|id| ("respond_to_message_id", id));
            ("ai_message", [("instructions", instructions.as_ref())].into_iter().chain(message_id).collect())
        }
        Rendered::SendEmail { to, subject, text, format } => (
            "send_email",
            vec![
                ("to", to.as_ref()),
                ("subject", subject.as_ref()),
                ("text", text.as_ref()),
                ("format", format_name(*format)),
            ],
        ),
        Rendered::SetStatus { status_id } => ("set_status", vec![("status_id", *status_id)]),
        Rendered::AssignAgent { agent_id } => ("assign_agent", vec![("agent_id", *agent_id)]),
        Rendered::AssignTag { tag_id } => ("assign_tag", vec![("tag_id", *tag_id)]),
        Rendered::ChangeOrderStatus { order_status_id, order_ids } => {
            let order_ids = order_ids.iter().map(ToString::to_string).collect();
            return ("change_order_status", vec![("order_status_id", *order_status_id)], order_ids);
        }
    };
    (action, fields, Vec::new())
}

fn format_name(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Plain => "plain",
        TextFormat::Html => "html",
    }
}
