//! Answers: every kind of action, every reason, every verdict has its own name on the wire, and what is written is what
//! `prost` would write.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use prost::Message as _;
use tamis_api::v1::{self, decided_action::Kind};
use tamis_api::wire::Writer;
use tamis_engine::decision::{
    Chain, ChainEnd, DecidedAction, FireKey, Match, MatchedPhrase, NotReady, Place, Rendered, Round,
};
use tamis_engine::definition::{Condition, Phrases, Test, TextFormat};
use tamis_engine::explanation::{
    AlternativeExplanation, Bar, ConditionExplanation, Explanation, PhraseOccurrence, Verdict,
    WorkflowExplanation,
};
use tamis_engine::request::{Change, Text};
use tamis_engine::variable::Variable;
use tamis_engine::{Decision, Workflow};

use crate::convert::vocabulary::WireEnum as _;
use crate::convert::{explanation, request, response, time};

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 7);

fn workflow(id: &str) -> Workflow {
    let condition = |test| Condition { negated: false, test };
    Workflow {
        id: id.to_owned(),
        display_name: id.to_uppercase(),
        version: 3,
        all: vec![condition(Test::NewMessage), condition(Test::CustomerName(Phrases::default()))],
        any: vec![condition(Test::Message(Phrases::default()))],
        ..Workflow::default()
    }
}

fn matched<'w>(workflow: &'w Workflow, actions: Vec<DecidedAction<'w>>) -> Match<'w> {
    let phrase = |place, phrase_index| MatchedPhrase { place, phrase_index, phrase: "x" };
    Match {
        workflow,
        alternative: Some(0),
        phrases: vec![phrase(Place::All(1), 0), phrase(Place::Any(0), 12)],
        actions,
        fire_key: FireKey(0xab),
        held_since: Some(NOW),
    }
}

/// What an answer says, having been written and read.
fn told(decision: &Decision<'_>, revision: u64, now: Timestamp) -> v1::EvaluateResponse {
    let mut bytes = b"before".to_vec();
    response::write(decision, revision, now, &mut Writer::new(&mut bytes));
    let answer = v1::EvaluateResponse::decode(&bytes[6..]).unwrap();
    assert_eq!(answer, expected(decision, revision, now));
    assert_eq!(bytes, [b"before".to_vec(), answer.encode_to_vec()].concat(), "{answer:?}");
    answer
}

/// The same put together message by message.
fn expected(decision: &Decision<'_>, revision: u64, now: Timestamp) -> v1::EvaluateResponse {
    v1::EvaluateResponse {
        revision,
        now: Some(time::instant_to_wire(now)),
        matches: decision.matches.iter().map(expected_match).collect(),
        shadow_matches: decision.shadow_matches.iter().map(expected_match).collect(),
        next_due: decision.next_due.map(time::instant_to_wire),
        rounds: decision.chain.iter().flat_map(|chain| &chain.rounds).map(expected_round).collect(),
        chain_end: decision
            .chain
            .as_ref()
            .map_or(v1::ChainEnd::Unspecified, |chain| expected_end(chain))
            .into(),
    }
}

fn expected_end(chain: &Chain<'_>) -> v1::ChainEnd {
    match chain.end {
        ChainEnd::Settled => v1::ChainEnd::Settled,
        ChainEnd::Loop => v1::ChainEnd::Loop,
        ChainEnd::RoundsMax => v1::ChainEnd::RoundsMax,
    }
}

fn expected_round(round: &Round<'_>) -> v1::ChainedRound {
    v1::ChainedRound {
        change: Some(request::change_to_wire(&round.change)),
        cause: round.cause.iter().map(ToString::to_string).collect(),
        matches: round.matches.iter().map(expected_match).collect(),
        shadow_matches: round.shadow_matches.iter().map(expected_match).collect(),
        repeated_workflow_ids: round.repeated.iter().map(|workflow| workflow.id.clone()).collect(),
    }
}

fn expected_match(matched: &Match<'_>) -> v1::Match {
    let workflow = matched.workflow;
    let path = |place| match place {
        Place::All(index) => (format!("all[{index}]"), workflow.all.get(index as usize)),
        Place::Any(index) => (format!("any[{index}]"), workflow.any.get(index as usize)),
    };
    let phrase = |found: &MatchedPhrase<'_>| {
        let (place, condition) = path(found.place);
        let test = condition.map(|condition| format!(".{}", condition.test.name())).unwrap_or_default();
        let field = format!("{place}{test}.phrases[{}]", found.phrase_index);
        v1::MatchedPhrase { field, phrase: found.phrase.to_owned() }
    };
    v1::Match {
        workflow_id: workflow.id.clone(),
        version: workflow.version,
        display_name: workflow.display_name.clone(),
        alternative: matched.alternative,
        phrases: matched.phrases.iter().map(phrase).collect(),
        actions: matched.actions.iter().map(expected_action).collect(),
        fire_key: matched.fire_key.to_string(),
        held_since: matched.held_since.map(time::instant_to_wire),
    }
}

fn expected_action(action: &DecidedAction<'_>) -> v1::DecidedAction {
    let reason = match action.not_ready {
        None => v1::NotReadyReason::Unspecified,
        Some(NotReady::Shadow) => v1::NotReadyReason::Shadow,
        Some(NotReady::CausedByItself) => v1::NotReadyReason::CausedByItself,
        Some(NotReady::AutoSubmitted) => v1::NotReadyReason::AutoSubmitted,
        Some(NotReady::NoLinkedOrder) => v1::NotReadyReason::NoLinkedOrder,
        Some(NotReady::Superseded) => v1::NotReadyReason::Superseded,
    };
    let state = if action.not_ready.is_none() { v1::ActionState::Ready } else { v1::ActionState::NotReady };
    let kind = match action.kind.clone() {
        Rendered::SendMessage { text, format } => {
            Kind::SendMessage(v1::RenderedMessage { text: text.into(), format: format.to_wire() })
        }
        Rendered::SendTranslatedMessage { text, format, target_language } => {
            Kind::SendTranslatedMessage(v1::RenderedTranslatedMessage {
                text: text.into(),
                format: format.to_wire(),
                target_language: target_language.into(),
            })
        }
        Rendered::AiMessage { instructions, respond_to_message_id } => {
            Kind::AiMessage(v1::RenderedAiMessage {
                instructions: instructions.into(),
                respond_to_message_id: respond_to_message_id.map(str::to_owned),
            })
        }
        Rendered::SendEmail { to, subject, text, format } => Kind::SendEmail(v1::RenderedEmail {
            to: to.into(),
            subject: subject.into(),
            text: text.into(),
            format: format.to_wire(),
        }),
        Rendered::SetStatus { status_id } => {
            Kind::SetStatus(v1::DecidedStatus { status_id: status_id.into() })
        }
        Rendered::AssignAgent { agent_id } => {
            Kind::AssignAgent(v1::DecidedAgent { agent_id: agent_id.into() })
        }
        Rendered::AssignTag { tag_id } => Kind::AssignTag(v1::DecidedTag { tag_id: tag_id.into() }),
        Rendered::ChangeOrderStatus { order_status_id, order_ids } => {
            Kind::ChangeOrderStatus(v1::DecidedOrderStatus {
                order_status_id: order_status_id.into(),
                order_ids: order_ids.iter().map(ToString::to_string).collect(),
            })
        }
    };
    v1::DecidedAction {
        state: state.into(),
        reason: reason.into(),
        missing_variables: action.missing_variables.iter().map(|one| one.name().to_owned()).collect(),
        kind: Some(kind),
    }
}

fn ready(kind: Rendered<'_>) -> DecidedAction<'_> {
    DecidedAction { not_ready: None, missing_variables: Vec::new(), kind }
}

#[test]
fn a_match_names_its_phrases_and_its_key() {
    let workflow = workflow("w1");
    let decision = Decision {
        matches: vec![matched(&workflow, Vec::new())],
        shadow_matches: vec![],
        next_due: Some(Timestamp::UNIX_EPOCH),
        chain: None,
    };
    let answer = told(&decision, 9, NOW);
    let phrase = |field: &str| v1::MatchedPhrase { field: field.to_owned(), phrase: "x".to_owned() };
    let expected = v1::Match {
        workflow_id: "w1".to_owned(),
        version: 3,
        display_name: "W1".to_owned(),
        alternative: Some(0),
        phrases: vec![phrase("all[1].customer_name.phrases[0]"), phrase("any[0].message.phrases[12]")],
        actions: vec![],
        fire_key: "000000000000000000000000000000ab".to_owned(),
        held_since: Some(time::instant_to_wire(NOW)),
    };
    assert_eq!(answer.matches, [expected]);
    assert_eq!((answer.revision, answer.now), (9, Some(time::instant_to_wire(NOW))));
    assert_eq!(answer.next_due, Some(time::instant_to_wire(Timestamp::UNIX_EPOCH)));
}

#[test]
fn every_action_has_its_kind() {
    let text = || "text".to_owned();
    let (subject, to) = (|| "subject".to_owned(), || "to".to_owned());
    let plain = i32::from(v1::TextFormat::Plain);
    let html = i32::from(v1::TextFormat::Html);
    let orders = ["1".into(), "2".into()];
    let cases = [
        (
            Rendered::SendMessage { text: text().into(), format: TextFormat::Html },
            Kind::SendMessage(v1::RenderedMessage { text: text(), format: html }),
        ),
        (
            Rendered::SendTranslatedMessage {
                text: text().into(),
                format: TextFormat::Plain,
                target_language: "pl",
            },
            Kind::SendTranslatedMessage(v1::RenderedTranslatedMessage {
                text: text(),
                format: plain,
                target_language: "pl".to_owned(),
            }),
        ),
        (
            Rendered::AiMessage { instructions: text().into(), respond_to_message_id: Some("m1") },
            Kind::AiMessage(v1::RenderedAiMessage {
                instructions: text(),
                respond_to_message_id: Some("m1".to_owned()),
            }),
        ),
        (
            Rendered::SendEmail {
                to: to().into(),
                subject: subject().into(),
                text: text().into(),
                format: TextFormat::Html,
            },
            Kind::SendEmail(v1::RenderedEmail { to: to(), subject: subject(), text: text(), format: html }),
        ),
        (
            Rendered::SetStatus { status_id: "s" },
            Kind::SetStatus(v1::DecidedStatus { status_id: "s".to_owned() }),
        ),
        (
            Rendered::AssignAgent { agent_id: "a" },
            Kind::AssignAgent(v1::DecidedAgent { agent_id: "a".to_owned() }),
        ),
        (Rendered::AssignTag { tag_id: "t" }, Kind::AssignTag(v1::DecidedTag { tag_id: "t".to_owned() })),
        (
            Rendered::ChangeOrderStatus { order_status_id: "o", order_ids: &orders },
            Kind::ChangeOrderStatus(v1::DecidedOrderStatus {
                order_status_id: "o".to_owned(),
                order_ids: vec!["1".to_owned(), "2".to_owned()],
            }),
        ),
    ];
    let workflow = workflow("w1");
    let (rendered, expected): (Vec<Rendered<'_>>, Vec<Kind>) = cases.into_iter().unzip();
    let matches = vec![matched(&workflow, rendered.into_iter().map(ready).collect())];
    let answer = told(&Decision { matches, ..Decision::default() }, 1, NOW);
    let kinds: Vec<Kind> =
        answer.matches[0].actions.iter().filter_map(|action| action.kind.clone()).collect();
    assert_eq!(kinds, expected);
}

#[test]
fn every_reason_has_its_name() {
    let cases = [
        (None, v1::ActionState::Ready, v1::NotReadyReason::Unspecified),
        (Some(NotReady::Shadow), v1::ActionState::NotReady, v1::NotReadyReason::Shadow),
        (Some(NotReady::CausedByItself), v1::ActionState::NotReady, v1::NotReadyReason::CausedByItself),
        (Some(NotReady::AutoSubmitted), v1::ActionState::NotReady, v1::NotReadyReason::AutoSubmitted),
        (Some(NotReady::NoLinkedOrder), v1::ActionState::NotReady, v1::NotReadyReason::NoLinkedOrder),
        (Some(NotReady::Superseded), v1::ActionState::NotReady, v1::NotReadyReason::Superseded),
    ];
    let workflow = workflow("w1");
    for (not_ready, state, reason) in cases {
        let action = DecidedAction {
            not_ready,
            missing_variables: vec![Variable::CustomerName, Variable::TicketUrl],
            kind: Rendered::AssignTag { tag_id: "t" },
        };
        let shadow_matches = vec![matched(&workflow, vec![action])];
        let answer = told(&Decision { shadow_matches, ..Decision::default() }, 1, NOW);
        assert_eq!(answer.matches, []);
        let action = &answer.shadow_matches[0].actions[0];
        assert_eq!((action.state(), action.reason()), (state, reason));
        assert_eq!(action.missing_variables, ["customer_name", "ticket_url"]);
    }
}

#[test]
fn every_verdict_and_every_bar_has_its_name() {
    let (workflow, stopping) = (workflow("w1"), workflow("w0"));
    let verdicts = [
        (Verdict::Matched, v1::Verdict::Matched, ""),
        (Verdict::PassedOver(&stopping), v1::Verdict::PassedOver, "w0"),
        (Verdict::NotMatched, v1::Verdict::NotMatched, ""),
        (Verdict::Disabled, v1::Verdict::Disabled, ""),
    ];
    let bars = [
        (None, v1::AlternativeBar::Unspecified),
        (Some(Bar::TimelessOnTimer), v1::AlternativeBar::TimelessOnTimer),
        (Some(Bar::HeldAtBaseline), v1::AlternativeBar::HeldAtBaseline),
    ];
    let alternative =
        |bar| AlternativeExplanation { alternative: Some(2), matched: true, failed_conditions: 1, bar };
    let explained = |verdict| WorkflowExplanation {
        workflow: &workflow,
        verdict,
        failed_conditions: 4,
        conditions: vec![ConditionExplanation {
            place: Place::Any(0),
            held: true,
            wanted: "wanted".to_owned(),
            seen: "seen".to_owned(),
            seen_folded: Some("folded".to_owned()),
            occurrences: vec![PhraseOccurrence { phrase_index: 3, phrase: "p".to_owned(), chars: 5..8 }],
            short_by: Some(SignedDuration::new(60, 1)),
        }],
        alternatives: bars.iter().map(|(bar, _)| alternative(*bar)).collect(),
    };
    let workflows = verdicts.iter().map(|(verdict, ..)| explained(*verdict)).collect();
    let answer = explanation::to_wire(Explanation { workflows, workflows_total: 7 }, 9, NOW);
    assert_eq!((answer.revision, answer.workflows_total), (9, 7));
    for (told, (_, verdict, stopped_by)) in answer.workflows.iter().zip(verdicts) {
        assert_eq!((told.verdict(), told.stopped_by.as_str()), (verdict, stopped_by));
        assert_eq!((told.workflow_id.as_str(), told.display_name.as_str()), ("w1", "W1"));
        assert_eq!(told.failed_conditions, 4);
        let condition = &told.conditions[0];
        assert_eq!((condition.field.as_str(), condition.held), ("any[0].message", true));
        assert_eq!((condition.wanted.as_str(), condition.seen.as_str()), ("wanted", "seen"));
        assert_eq!(condition.seen_folded.as_deref(), Some("folded"));
        assert_eq!(condition.short_by.map(|by| (by.seconds, by.nanos)), Some((60, 1)));
        let found = v1::PhraseOccurrence {
            field: "any[0].message.phrases[3]".to_owned(),
            phrase: "p".to_owned(),
            from_char: 5,
            to_char: 8,
        };
        assert_eq!(condition.occurrences, [found]);
        for (told, (_, bar)) in told.alternatives.iter().zip(bars) {
            assert_eq!((told.alternative, told.matched, told.failed_conditions), (Some(2), true, 1));
            assert_eq!(told.bar(), bar);
        }
    }
}

/// What decisions are made of, since they own nothing.
#[derive(Debug)]
struct Made {
    workflow: Workflow,
    texts: Vec<String>,
    orders: Vec<Text<'static>>,
}

/// Texts whose lengths take one, two and three bytes.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "\\PC{0,20}",
        2 => (120..140_usize).prop_map(|length| "x".repeat(length)),
        1 => (16_370..16_390_usize).prop_map(|length| "y".repeat(length)),
    ]
}

fn any_made() -> impl Strategy<Value = Made> {
    let texts = proptest::collection::vec(any_text(), 4);
    let orders = proptest::collection::vec(any_text().prop_map(Into::into), 0..4);
    (texts, orders, prop_oneof![Just(0), any::<u64>()]).prop_map(|(texts, orders, version)| {
        let workflow =
            Workflow { id: texts[0].clone(), display_name: texts[1].clone(), version, ..workflow("") };
        Made { workflow, texts, orders }
    })
}

/// Numbers that one match is made by.
type Numbers = (u8, u8, u32, u128, Option<i64>, Option<u32>);

fn made_match<'m>(made: &'m Made, (kind, state, index, key, held, alternative): Numbers) -> Match<'m> {
    let [a, b, c, d] = made.texts.as_slice() else { panic!("four texts are made") };
    let format = if index % 2 == 0 { TextFormat::Plain } else { TextFormat::Html };
    let kind = match kind % 8 {
        0 => Rendered::SendMessage { text: a.into(), format },
        1 => Rendered::SendTranslatedMessage { text: a.into(), format, target_language: b },
        2 => Rendered::AiMessage { instructions: a.into(), respond_to_message_id: held.map(|_| b.as_str()) },
        3 => Rendered::SendEmail { to: a.into(), subject: b.into(), text: c.into(), format },
        4 => Rendered::SetStatus { status_id: d },
        5 => Rendered::AssignAgent { agent_id: d },
        6 => Rendered::AssignTag { tag_id: d },
        _ => Rendered::ChangeOrderStatus { order_status_id: a, order_ids: &made.orders },
    };
    let states = [
        None,
        Some(NotReady::Shadow),
        Some(NotReady::CausedByItself),
        Some(NotReady::AutoSubmitted),
        Some(NotReady::NoLinkedOrder),
        Some(NotReady::Superseded),
    ];
    let missing = [Variable::CustomerName, Variable::TicketUrl, Variable::CurrentDateTime];
    let action = DecidedAction {
        not_ready: states[usize::from(state) % states.len()],
        missing_variables: missing.into_iter().take(usize::from(state) % 4).collect(),
        kind,
    };
    let places = [Place::All(0), Place::All(1), Place::Any(0), Place::Any(index)];
    let phrase = |place| MatchedPhrase { place, phrase_index: index, phrase: c };
    Match {
        workflow: &made.workflow,
        alternative,
        phrases: places.into_iter().skip(usize::from(state) % 5).map(phrase).collect(),
        actions: vec![action; usize::from(state) % 3],
        fire_key: FireKey(key),
        held_since: held.map(|held| Timestamp::new(held, 5).unwrap()),
    }
}

/// Rounds of a chain: what each of them changes, and its matches, live and shadow.
type Rounds = Vec<(u8, Vec<(u8, u8, u32, u128)>, Vec<(u8, u8, u32, u128)>)>;

fn made_round<'m>(made: &'m Made, changes: u8, matches: Vec<Match<'m>>, shadow: Vec<Match<'m>>) -> Round<'m> {
    let has = |bit: u8| changes & bit != 0;
    let change = Change {
        change_id: made.texts[0].as_str().into(),
        tags_assigned: has(1).then(|| made.orders.clone()),
        status_set: has(2).then(|| made.texts[1].as_str().into()),
        updated: has(4),
        ..Change::default()
    };
    let cause = if has(8) { made.orders.clone() } else { Vec::new() };
    let repeated = vec![&made.workflow; usize::from(changes >> 6)];
    Round { change, cause, matches, shadow_matches: shadow, repeated }
}

proptest! {
    /// Whatever was decided: [`told`] compares.
    #[test]
    fn what_is_written_is_what_prost_would_write(
        made in any_made(),
        live in proptest::collection::vec(any::<(u8, u8, u32, u128)>(), 0..4),
        shadow in proptest::collection::vec(any::<(u8, u8, u32, u128)>(), 0..3),
        held in proptest::option::of(-2_000_000_000_i64..7_000_000_000),
        alternative in proptest::option::of(prop_oneof![Just(0), any::<u32>()]),
        next_due in proptest::option::of((-2_000_000_000_i64..7_000_000_000, 0..1_000_000_000_i32)),
        revision in prop_oneof![Just(0), any::<u64>()],
        rounds in proptest::option::of(any::<Rounds>().prop_map(|mut rounds| {
            rounds.truncate(3);
            rounds.iter_mut().for_each(|(_, live, shadow)| {
                live.truncate(2);
                shadow.truncate(1);
            });
            rounds
        })),
        end in proptest::sample::select(vec![ChainEnd::Settled, ChainEnd::Loop, ChainEnd::RoundsMax]),
    ) {
        let matches = |numbers: Vec<(u8, u8, u32, u128)>| -> Vec<Match<'_>> {
            numbers.into_iter().map(|(a, b, c, d)| made_match(&made, (a, b, c, d, held, alternative))).collect()
        };
        let round = |(changes, live, shadow)| made_round(&made, changes, matches(live), matches(shadow));
        let chain = |rounds: Rounds| Box::new(Chain { rounds: rounds.into_iter().map(round).collect(), end });
        let decision = Decision {
            matches: matches(live),
            shadow_matches: matches(shadow),
            next_due: next_due.map(|(seconds, nanos)| Timestamp::new(seconds, nanos).unwrap()),
            chain: rounds.map(chain),
        };
        told(&decision, revision, NOW);
        told(&decision, revision, decision.next_due.unwrap_or(Timestamp::UNIX_EPOCH));
    }
}
