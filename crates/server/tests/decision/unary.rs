//! `Evaluate`.

use tamis_api::v1::{self, action::Kind, condition::Test, decided_action, elapsed_bound::Bound};
use tamis_api::well_known::Duration;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::harness::{
    FAULTS, NOW, Service, action, at, condition, faulty, ids, message, phrases, refusal, updated, workflow,
};

/// Every message from a customer that speaks of money, but for the phrase's case and accents.
fn refund() -> v1::Workflow {
    let phrase_test = phrases(&["parcel", "rembourse", "zwrot"]);
    v1::Workflow {
        all: vec![
            condition(Test::Source(v1::IdSet { ids: vec!["mail".to_owned()] })),
            condition(Test::Message(phrase_test)),
        ],
        any: vec![
            condition(Test::TicketType(v1::IdSet { ids: vec!["question".to_owned()] })),
            condition(Test::CustomerName(phrases(&["zazolc"]))),
        ],
        actions: vec![
            message("{{ customer_name }}, {{ ticket_id }}: {{ ticket_url | default: \"no link\" }}"),
            action(Kind::SetStatus(v1::SetStatus { status_id: "waiting".to_owned() })),
            action(Kind::ChangeOrderStatus(v1::ChangeOrderStatus { order_status_id: "held".to_owned() })),
        ],
        ..workflow("refund", "")
    }
}

fn reminder() -> v1::Workflow {
    let day = v1::ElapsedBound { bound: Some(Bound::MoreThan(Duration { seconds: 86_400, nanos: 0 })) };
    v1::Workflow {
        all: vec![condition(Test::TicketCreated(v1::ElapsedTest { bounds: vec![day] }))],
        actions: vec![message("Are you still there?")],
        mode: v1::WorkflowMode::Shadow.into(),
        ..workflow("reminder", "")
    }
}

fn customer_message() -> v1::EvaluateRequest {
    v1::EvaluateRequest {
        account_id: "shop".to_owned(),
        ticket: Some(v1::Ticket {
            id: "t1".to_owned(),
            source: Some("mail".to_owned()),
            customer_name: Some("Zażółć Gęślą".to_owned()),
            created_at: at(NOW - 90_000),
            ..v1::Ticket::default()
        }),
        change: Some(v1::Change {
            change_id: "c1".to_owned(),
            message_received: Some(v1::MessageReceived {
                author: v1::MessageAuthor::Customer.into(),
                text: Some("Je veux être REMBOURSÉ ; proszę o zwrot!".to_owned()),
                message_id: Some("m1".to_owned()),
                ..v1::MessageReceived::default()
            }),
            ..v1::Change::default()
        }),
        now: at(NOW),
        ..v1::EvaluateRequest::default()
    }
}

#[tokio::test]
async fn a_match_tells_why_and_what_to_do() {
    let mut service = Service::with([refund(), reminder(), workflow("other", "nothing of the kind")]).await;
    let answer = service.decisions.evaluate(customer_message()).await.unwrap().into_inner();
    assert_eq!((answer.revision, answer.now, answer.next_due), (4, at(NOW), None));
    assert_eq!(ids(&answer.matches), ["refund"]);
    let matched = &answer.matches[0];
    assert_eq!((matched.version, matched.display_name.as_str()), (2, "REFUND"));
    assert_eq!((matched.alternative, matched.held_since), (Some(1), None));
    let found: Vec<(&str, &str)> =
        matched.phrases.iter().map(|found| (found.field.as_str(), found.phrase.as_str())).collect();
    assert_eq!(
        found,
        [
            ("all[1].message.phrases[1]", "rembourse"),
            ("all[1].message.phrases[2]", "zwrot"),
            ("any[1].customer_name.phrases[0]", "zazolc"),
        ]
    );
    assert!(matched.fire_key.len() == 32 && matched.fire_key.bytes().all(|digit| digit.is_ascii_hexdigit()));

    let [sent, status, order] = matched.actions.as_slice() else { panic!("{:?}", matched.actions) };
    assert_eq!((sent.state(), sent.reason()), (v1::ActionState::Ready, v1::NotReadyReason::Unspecified));
    assert_eq!(sent.missing_variables, ["ticket_url"]);
    let text = "Zażółć Gęślą, t1: no link".to_owned();
    let format = v1::TextFormat::Plain.into();
    assert_eq!(sent.kind, Some(decided_action::Kind::SendMessage(v1::RenderedMessage { text, format })));
    let status_id = "waiting".to_owned();
    assert_eq!(status.kind, Some(decided_action::Kind::SetStatus(v1::DecidedStatus { status_id })));
    assert_eq!(
        (order.state(), order.reason()),
        (v1::ActionState::NotReady, v1::NotReadyReason::NoLinkedOrder)
    );

    assert_eq!(ids(&answer.shadow_matches), ["reminder"]);
    let shadow = &answer.shadow_matches[0];
    assert_eq!(shadow.held_since.map(|held| held.seconds), Some(NOW - 90_000 + 86_400));
    assert_eq!(shadow.actions[0].reason(), v1::NotReadyReason::Shadow);

    let again = service.decisions.evaluate(customer_message()).await.unwrap().into_inner();
    assert_eq!(again, answer);
    service.stop().await;
}

#[tokio::test]
async fn the_next_due_instant_comes_on_request() {
    let mut service = Service::with([reminder()]).await;
    let mut request = customer_message();
    request.ticket.as_mut().unwrap().created_at = at(NOW - 1_000);
    assert_eq!(service.decisions.evaluate(request.clone()).await.unwrap().into_inner().next_due, None);
    request.with_next_due = true;
    let due = service.decisions.evaluate(request.clone()).await.unwrap().into_inner().next_due.unwrap();
    // More than a day: the first instant after it.
    assert_eq!((due.seconds, due.nanos), (NOW - 1_000 + 86_400, 1));
    service.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_field_by_field() {
    let mut service = Service::with([]).await;
    let status = service.decisions.evaluate(faulty()).await.unwrap_err();
    assert_eq!(
        refusal(&status),
        (Code::InvalidArgument, "INVALID_REQUEST".to_owned(), FAULTS.map(str::to_owned).to_vec())
    );

    let status = service.decisions.evaluate(v1::EvaluateRequest::default()).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["account_id", "ticket", "change"]);
    service.stop().await;
}

#[tokio::test]
async fn an_account_is_known_or_not() {
    let mut service = Service::with([]).await;
    let request = v1::EvaluateRequest { account_id: "acme".to_owned(), ..updated("x") };
    let status = service.decisions.evaluate(request).await.unwrap_err();
    assert_eq!(refusal(&status), (Code::NotFound, "ACCOUNT_NOT_FOUND".to_owned(), vec![]));
    assert_eq!(status.get_details_error_info().unwrap().metadata["account_id"], "acme");
    service.stop().await;
}
