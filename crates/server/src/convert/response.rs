//! Decisions, as answers tell them: written straight into the bytes of the answer, in the order of `prost`, which a test
//! holds them equal to.

use jiff::Timestamp;
use prost::Message as _;
use tamis_api::v1::{self, number};
use tamis_api::wire::Writer;
use tamis_engine::Decision;
use tamis_engine::decision::{Chain, ChainEnd, DecidedAction, Match, NotReady, Rendered, Round};
use tamis_engine::definition::TextFormat;
use tamis_engine::request::Change;

use crate::convert::vocabulary::WireEnum as _;
use crate::convert::{place, time};
use crate::status::Failure;

/// The same as [`write`], as a message, for answers that hold more than that.
///
/// # Errors
/// None in practice: what is written can be read.
pub(crate) fn to_wire(
    decision: &Decision<'_>,
    revision: u64,
    now: Timestamp,
) -> Result<v1::EvaluateResponse, Failure> {
    let mut bytes = Vec::new();
    write(decision, revision, now, &mut Writer::new(&mut bytes));
    v1::EvaluateResponse::decode(&*bytes).map_err(Failure::internal)
}

/// Writes what was decided at an instant from a revision: the fields of an `EvaluateResponse`.
pub(crate) fn write(decision: &Decision<'_>, revision: u64, now: Timestamp, to: &mut Writer<'_>) {
    to.number(number::EVALUATE_RESPONSE_REVISION, revision);
    write_instant(to, number::EVALUATE_RESPONSE_NOW, now);
    for matched in &decision.matches {
        to.message(number::EVALUATE_RESPONSE_MATCHES, |to| write_match(to, matched));
    }
    for matched in &decision.shadow_matches {
        to.message(number::EVALUATE_RESPONSE_SHADOW_MATCHES, |to| write_match(to, matched));
    }
    if let Some(next_due) = decision.next_due {
        write_instant(to, number::EVALUATE_RESPONSE_NEXT_DUE, next_due);
    }
    if let Some(chain) = &decision.chain {
        write_chain(to, chain);
    }
}

fn write_chain(to: &mut Writer<'_>, chain: &Chain<'_>) {
    for round in &chain.rounds {
        to.message(number::EVALUATE_RESPONSE_ROUNDS, |to| write_round(to, round));
    }
    let end = match chain.end {
        ChainEnd::Settled => v1::ChainEnd::Settled,
        ChainEnd::Loop => v1::ChainEnd::Loop,
        ChainEnd::RoundsMax => v1::ChainEnd::RoundsMax,
    };
    write_enum(to, number::EVALUATE_RESPONSE_CHAIN_END, end.into());
}

fn write_round(to: &mut Writer<'_>, round: &Round<'_>) {
    to.message(number::CHAINED_ROUND_CHANGE, |to| write_change(to, &round.change));
    for workflow_id in &round.cause {
        to.given_text(number::CHAINED_ROUND_CAUSE, workflow_id);
    }
    for matched in &round.matches {
        to.message(number::CHAINED_ROUND_MATCHES, |to| write_match(to, matched));
    }
    for matched in &round.shadow_matches {
        to.message(number::CHAINED_ROUND_SHADOW_MATCHES, |to| write_match(to, matched));
    }
    for workflow in &round.repeated {
        to.given_text(number::CHAINED_ROUND_REPEATED_WORKFLOW_IDS, &workflow.id);
    }
}

/// Writes a change that actions make: they bring no message, and create nothing.
fn write_change(to: &mut Writer<'_>, change: &Change<'_>) {
    to.text(number::CHANGE_CHANGE_ID, &change.change_id);
    if let Some(tag_ids) = &change.tags_assigned {
        to.message(number::CHANGE_TAGS_ASSIGNED, |to| {
            for tag_id in tag_ids {
                to.given_text(number::TAGS_ASSIGNED_TAG_IDS, tag_id);
            }
        });
    }
    if let Some(status_id) = &change.status_set {
        to.message(number::CHANGE_STATUS_SET, |to| to.text(number::STATUS_SET_STATUS_ID, status_id));
    }
    if change.updated {
        to.message(number::CHANGE_UPDATED, |_| {});
    }
}

fn write_match(to: &mut Writer<'_>, matched: &Match<'_>) {
    let workflow = matched.workflow;
    to.text(number::MATCH_WORKFLOW_ID, &workflow.id);
    to.number(number::MATCH_VERSION, workflow.version);
    to.text(number::MATCH_DISPLAY_NAME, &workflow.display_name);
    if let Some(alternative) = matched.alternative {
        to.given_number(number::MATCH_ALTERNATIVE, alternative.into());
    }
    for found in &matched.phrases {
        to.message(number::MATCH_PHRASES, |to| {
            to.bytes(number::MATCHED_PHRASE_FIELD, |out| {
                place::append_phrase(workflow, found.place, found.phrase_index, out);
            });
            to.text(number::MATCHED_PHRASE_PHRASE, found.phrase);
        });
    }
    for action in &matched.actions {
        to.message(number::MATCH_ACTIONS, |to| write_action(to, action));
    }
    to.given_bytes(number::MATCH_FIRE_KEY, &matched.fire_key.digits());
    if let Some(held_since) = matched.held_since {
        write_instant(to, number::MATCH_HELD_SINCE, held_since);
    }
}

fn write_action(to: &mut Writer<'_>, action: &DecidedAction<'_>) {
    let (state, reason) = match action.not_ready {
        None => (v1::ActionState::Ready, v1::NotReadyReason::Unspecified),
        Some(not_ready) => (v1::ActionState::NotReady, reason(not_ready)),
    };
    write_enum(to, number::DECIDED_ACTION_STATE, state.into());
    write_enum(to, number::DECIDED_ACTION_REASON, reason.into());
    for variable in &action.missing_variables {
        to.given_text(number::DECIDED_ACTION_MISSING_VARIABLES, variable.name());
    }
    write_kind(to, &action.kind);
}

fn reason(not_ready: NotReady) -> v1::NotReadyReason {
    match not_ready {
        NotReady::Shadow => v1::NotReadyReason::Shadow,
        NotReady::CausedByItself => v1::NotReadyReason::CausedByItself,
        NotReady::AutoSubmitted => v1::NotReadyReason::AutoSubmitted,
        NotReady::NoLinkedOrder => v1::NotReadyReason::NoLinkedOrder,
        NotReady::Superseded => v1::NotReadyReason::Superseded,
    }
}

fn write_kind(to: &mut Writer<'_>, rendered: &Rendered<'_>) {
    match rendered {
        Rendered::SendMessage { text, format } => to.message(number::DECIDED_ACTION_SEND_MESSAGE, |to| {
            to.text(number::RENDERED_MESSAGE_TEXT, text);
            write_format(to, number::RENDERED_MESSAGE_FORMAT, *format);
        }),
        Rendered::SendTranslatedMessage { text, format, target_language } => {
            to.message(number::DECIDED_ACTION_SEND_TRANSLATED_MESSAGE, |to| {
                to.text(number::RENDERED_TRANSLATED_MESSAGE_TEXT, text);
                write_format(to, number::RENDERED_TRANSLATED_MESSAGE_FORMAT, *format);
                to.text(number::RENDERED_TRANSLATED_MESSAGE_TARGET_LANGUAGE, target_language);
            });
        }
        Rendered::AiMessage { instructions, respond_to_message_id } => {
            to.message(number::DECIDED_ACTION_AI_MESSAGE, |to| {
                to.text(number::RENDERED_AI_MESSAGE_INSTRUCTIONS, instructions);
                if let Some(id) = respond_to_message_id {
                    to.given_text(number::RENDERED_AI_MESSAGE_RESPOND_TO_MESSAGE_ID, id);
                }
            });
        }
        Rendered::SendEmail { to: address, subject, text, format } => {
            to.message(number::DECIDED_ACTION_SEND_EMAIL, |to| {
                to.text(number::RENDERED_EMAIL_TO, address);
                to.text(number::RENDERED_EMAIL_SUBJECT, subject);
                to.text(number::RENDERED_EMAIL_TEXT, text);
                write_format(to, number::RENDERED_EMAIL_FORMAT, *format);
            });
        }
        Rendered::SetStatus { status_id } => to.message(number::DECIDED_ACTION_SET_STATUS, |to| {
            to.text(number::DECIDED_STATUS_STATUS_ID, status_id);
        }),
        Rendered::AssignAgent { agent_id } => to.message(number::DECIDED_ACTION_ASSIGN_AGENT, |to| {
            to.text(number::DECIDED_AGENT_AGENT_ID, agent_id);
        }),
        Rendered::AssignTag { tag_id } => to.message(number::DECIDED_ACTION_ASSIGN_TAG, |to| {
            to.text(number::DECIDED_TAG_TAG_ID, tag_id);
        }),
        Rendered::ChangeOrderStatus { order_status_id, order_ids } => {
            to.message(number::DECIDED_ACTION_CHANGE_ORDER_STATUS, |to| {
                to.text(number::DECIDED_ORDER_STATUS_ORDER_STATUS_ID, order_status_id);
                for order_id in *order_ids {
                    to.given_text(number::DECIDED_ORDER_STATUS_ORDER_IDS, order_id);
                }
            });
        }
    }
}

fn write_format(to: &mut Writer<'_>, field: u32, format: TextFormat) {
    write_enum(to, field, format.to_wire());
}

/// Numbers of enums are not negative, so that nothing is lost.
fn write_enum(to: &mut Writer<'_>, field: u32, value: i32) {
    to.number(field, u64::from(value.unsigned_abs()));
}

fn write_instant(to: &mut Writer<'_>, field: u32, instant: Timestamp) {
    let instant = time::instant_to_wire(instant);
    to.message(field, |to| {
        to.number(number::TIMESTAMP_SECONDS, instant.seconds.cast_unsigned());
        to.number(number::TIMESTAMP_NANOS, u64::from(instant.nanos.unsigned_abs()));
    });
}
