//! Answers: every kind of action, every reason, every verdict has its own name on the wire.

use jiff::{SignedDuration, Timestamp};
use tamis_api::v1::{self, decided_action::Kind};
use tamis_engine::decision::{DecidedAction, FireKey, Match, MatchedPhrase, NotReady, Place, Rendered};
use tamis_engine::definition::{Condition, Phrases, Test, TextFormat};
use tamis_engine::explanation::{
    AlternativeExplanation, Bar, ConditionExplanation, Explanation, Verdict, WorkflowExplanation,
};
use tamis_engine::variable::Variable;
use tamis_engine::{Decision, Workflow};

use crate::convert::{explanation, response, time};

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
    };
    let answer = response::to_wire(decision, 9, NOW);
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
    let cases = [
        (
            Rendered::SendMessage { text: text(), format: TextFormat::Html },
            Kind::SendMessage(v1::RenderedMessage { text: text(), format: html }),
        ),
        (
            Rendered::SendTranslatedMessage {
                text: text(),
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
            Rendered::AiMessage { instructions: text(), respond_to_message_id: Some("m1".to_owned()) },
            Kind::AiMessage(v1::RenderedAiMessage {
                instructions: text(),
                respond_to_message_id: Some("m1".to_owned()),
            }),
        ),
        (
            Rendered::SendEmail { to: to(), subject: subject(), text: text(), format: TextFormat::Html },
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
            Rendered::ChangeOrderStatus {
                order_status_id: "o",
                order_ids: vec!["1".to_owned(), "2".to_owned()],
            },
            Kind::ChangeOrderStatus(v1::DecidedOrderStatus {
                order_status_id: "o".to_owned(),
                order_ids: vec!["1".to_owned(), "2".to_owned()],
            }),
        ),
    ];
    let workflow = workflow("w1");
    let (rendered, expected): (Vec<Rendered<'_>>, Vec<Kind>) = cases.into_iter().unzip();
    let matches = vec![matched(&workflow, rendered.into_iter().map(ready).collect())];
    let answer = response::to_wire(Decision { matches, ..Decision::default() }, 1, NOW);
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
        let answer = response::to_wire(Decision { shadow_matches, ..Decision::default() }, 1, NOW);
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
        for (told, (_, bar)) in told.alternatives.iter().zip(bars) {
            assert_eq!((told.alternative, told.matched, told.failed_conditions), (Some(2), true, 1));
            assert_eq!(told.bar(), bar);
        }
    }
}
