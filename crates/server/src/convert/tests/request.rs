//! Requests at the door: all that is refused, and what is taken as left out.

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::well_known;
use tamis_engine::{Diagnostic, limits};

use super::outline;
use crate::convert::request::from_wire;
use crate::status::Failure;

const CLOCK: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn valid() -> v1::EvaluateRequest {
    v1::EvaluateRequest {
        account_id: "shop".to_owned(),
        ticket: Some(v1::Ticket { id: "t1".to_owned(), ..v1::Ticket::default() }),
        change: Some(v1::Change {
            change_id: "c1".to_owned(),
            message_received: Some(v1::MessageReceived {
                author: v1::MessageAuthor::Customer.into(),
                ..v1::MessageReceived::default()
            }),
            ..v1::Change::default()
        }),
        ..v1::EvaluateRequest::default()
    }
}

fn with(mutate: impl FnOnce(&mut v1::EvaluateRequest)) -> v1::EvaluateRequest {
    let mut request = valid();
    mutate(&mut request);
    request
}

fn ticket(mutate: impl FnOnce(&mut v1::Ticket)) -> v1::EvaluateRequest {
    with(|r| mutate(r.ticket.as_mut().unwrap()))
}

fn change(mutate: impl FnOnce(&mut v1::Change)) -> v1::EvaluateRequest {
    with(|r| mutate(r.change.as_mut().unwrap()))
}

fn message(mutate: impl FnOnce(&mut v1::MessageReceived)) -> v1::EvaluateRequest {
    change(|c| mutate(c.message_received.as_mut().unwrap()))
}

fn seconds(seconds: i64) -> Option<well_known::Timestamp> {
    Some(well_known::Timestamp { seconds, nanos: 0 })
}

fn nanos(nanos: i32) -> Option<well_known::Timestamp> {
    Some(well_known::Timestamp { seconds: 1_790_000_000, nanos })
}

fn findings(request: &v1::EvaluateRequest, path: &str) -> Vec<Diagnostic> {
    match from_wire(request, path, CLOCK) {
        Ok(_) => Vec::new(),
        Err(Failure::InvalidRequest(found)) => found,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn each_fault_has_its_path() {
    let long = |bytes: usize| "x".repeat(bytes + 1);
    let many = |count: usize| vec!["x".to_owned(); count + 1];
    let empty_ticket = || Some(v1::Ticket::default());
    let cases: Vec<(&str, v1::EvaluateRequest)> = vec![
        ("account_id", with(|r| r.account_id.clear())),
        ("account_id", with(|r| r.account_id = long(limits::ID_CHARS_MAX))),
        ("ticket", with(|r| r.ticket = None)),
        ("ticket.id", ticket(|t| t.id.clear())),
        ("ticket.id", ticket(|t| t.id = long(limits::VALUE_BYTES_MAX))),
        ("ticket.url", ticket(|t| t.url = Some(long(limits::ADDRESS_BYTES_MAX)))),
        ("ticket.source", ticket(|t| t.source = Some(long(limits::VALUE_BYTES_MAX)))),
        ("ticket.integration", ticket(|t| t.integration = Some(long(limits::VALUE_BYTES_MAX)))),
        ("ticket.allegro_account", ticket(|t| t.allegro_account = Some(long(limits::VALUE_BYTES_MAX)))),
        ("ticket.inbox", ticket(|t| t.inbox = Some(long(limits::VALUE_BYTES_MAX)))),
        (
            "ticket.inbox_groups.ids[0]",
            ticket(|t| t.inbox_groups = Some(v1::InboxGroups { ids: vec![String::new()] })),
        ),
        ("ticket.inbox_groups.ids", {
            ticket(|t| t.inbox_groups = Some(v1::InboxGroups { ids: many(limits::TICKET_LIST_MAX) }))
        }),
        ("ticket.type", ticket(|t| t.r#type = Some(long(limits::VALUE_BYTES_MAX)))),
        ("ticket.subject", ticket(|t| t.subject = Some(long(limits::SHORT_TEXT_BYTES_MAX)))),
        ("ticket.current_status", ticket(|t| t.current_status = Some(long(limits::VALUE_BYTES_MAX)))),
        ("ticket.state", ticket(|t| t.state = 3)),
        ("ticket.tags[1]", ticket(|t| t.tags = vec!["a".to_owned(), String::new()])),
        ("ticket.tags", ticket(|t| t.tags = many(limits::TICKET_LIST_MAX))),
        ("ticket.context", ticket(|t| t.context = Some(long(limits::VALUE_BYTES_MAX)))),
        ("ticket.sentiment", ticket(|t| t.sentiment = -1)),
        ("ticket.reply_status", ticket(|t| t.reply_status = 3)),
        ("ticket.created_at", ticket(|t| t.created_at = nanos(-1))),
        ("ticket.created_at", ticket(|t| t.created_at = nanos(1_000_000_000))),
        ("ticket.created_at", ticket(|t| t.created_at = seconds(i64::MAX))),
        ("ticket.created_at", ticket(|t| t.created_at = seconds(i64::MIN))),
        ("ticket.last_customer_reply_at", ticket(|t| t.last_customer_reply_at = seconds(-2_208_988_801))),
        ("ticket.linked_order_ids", ticket(|t| t.linked_order_ids = many(limits::TICKET_LIST_MAX))),
        ("ticket.customer_name", ticket(|t| t.customer_name = Some(long(limits::SHORT_TEXT_BYTES_MAX)))),
        ("ticket.customer_email", ticket(|t| t.customer_email = Some(long(limits::ADDRESS_BYTES_MAX)))),
        ("ticket.assigned_agent.id", ticket(|t| t.assigned_agent = Some(v1::AssignedAgent::default()))),
        ("change", with(|r| r.change = None)),
        ("change", with(|r| r.change = Some(v1::Change::default()))),
        (
            "change",
            with(|r| r.change = Some(v1::Change { change_id: "c1".to_owned(), ..v1::Change::default() })),
        ),
        ("change.change_id", change(|c| c.change_id.clear())),
        ("change.change_id", change(|c| c.change_id = long(limits::VALUE_BYTES_MAX))),
        ("change.timer", change(|c| c.timer = Some(v1::Timer {}))),
        ("change.ticket_created.by", change(|c| c.ticket_created = Some(v1::TicketCreated { by: 0 }))),
        ("change.ticket_created.by", change(|c| c.ticket_created = Some(v1::TicketCreated { by: 3 }))),
        ("change.message_received.author", message(|m| m.author = 0)),
        ("change.message_received.author", message(|m| m.author = 9)),
        ("change.message_received.text", message(|m| m.text = Some(long(limits::MESSAGE_BYTES_MAX)))),
        (
            "change.message_received.message_id",
            message(|m| m.message_id = Some(long(limits::VALUE_BYTES_MAX))),
        ),
        ("change.tags_assigned.tag_ids", change(|c| c.tags_assigned = Some(v1::TagsAssigned::default()))),
        ("change.status_set.status_id", change(|c| c.status_set = Some(v1::StatusSet::default()))),
        ("now", with(|r| r.now = nanos(i32::MIN))),
        ("now", with(|r| r.now = seconds(-2_208_988_801))),
        ("now", with(|r| r.now = seconds(7_258_118_400))),
        (
            "baseline.ticket.id",
            with(|r| r.baseline = Some(v1::Baseline { ticket: empty_ticket(), asked_at: None })),
        ),
        (
            "baseline.asked_at",
            with(|r| r.baseline = Some(v1::Baseline { ticket: None, asked_at: nanos(-5) })),
        ),
        ("cause", with(|r| r.cause = many(limits::CAUSE_MAX))),
        ("cause[0]", with(|r| r.cause = vec![String::new()])),
    ];
    for (path, request) in cases {
        let found = findings(&request, "");
        let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, [path]);
        let inside = format!("request.{path}");
        assert_eq!(findings(&request, "request")[0].path, inside);
    }
}

#[test]
fn everything_that_is_wrong_comes_at_once() {
    let request = v1::EvaluateRequest {
        account_id: String::new(),
        ticket: Some(v1::Ticket { sentiment: 8, tags: vec![String::new()], ..v1::Ticket::default() }),
        change: Some(v1::Change {
            ticket_created: Some(v1::TicketCreated { by: 0 }),
            timer: Some(v1::Timer {}),
            ..v1::Change::default()
        }),
        now: seconds(i64::MAX),
        ..v1::EvaluateRequest::default()
    };
    assert_eq!(
        outline(&findings(&request, "")),
        [
            ("required", "account_id"),
            ("unknown_value", "ticket.sentiment"),
            ("value_required", "change.ticket_created.by"),
            ("instant_malformed", "now"),
            ("id_required", "ticket.id"),
            ("id_required", "ticket.tags[0]"),
            ("change_id_required", "change.change_id"),
            ("timer_not_alone", "change.timer"),
        ]
    );
}

#[test]
fn empty_ids_are_absent_and_empty_texts_are_texts() {
    let empty = || Some(String::new());
    let request = with(|r| {
        r.ticket = Some(v1::Ticket {
            id: "t1".to_owned(),
            source: empty(),
            integration: empty(),
            allegro_account: empty(),
            inbox: empty(),
            r#type: empty(),
            current_status: empty(),
            context: empty(),
            subject: empty(),
            customer_name: empty(),
            inbox_groups: Some(v1::InboxGroups::default()),
            ..v1::Ticket::default()
        });
        let message = r.change.as_mut().unwrap().message_received.as_mut().unwrap();
        message.message_id = empty();
        message.text = empty();
    });
    let read = from_wire(&request, "", CLOCK).unwrap();
    let ids = [
        read.ticket.source,
        read.ticket.integration,
        read.ticket.allegro_account,
        read.ticket.inbox,
        read.ticket.ticket_type,
        read.ticket.current_status,
        read.ticket.context,
    ];
    assert!(ids.iter().all(Option::is_none), "{ids:?}");
    assert_eq!(read.ticket.subject.as_deref(), Some(""));
    assert_eq!(read.ticket.customer_name.as_deref(), Some(""));
    assert_eq!(read.ticket.inbox_groups, Some(Vec::new()));
    let message = read.change.message_received.unwrap();
    assert_eq!((message.message_id, message.text.as_deref()), (None, Some("")));
}

#[test]
fn now_is_the_callers_or_else_the_clocks() {
    assert_eq!(from_wire(&valid(), "", CLOCK).unwrap().now, CLOCK);
    let stated = with(|r| r.now = Some(well_known::Timestamp { seconds: -1, nanos: 999_999_999 }));
    assert_eq!(from_wire(&stated, "", CLOCK).unwrap().now.as_nanosecond(), -1);
}

#[test]
fn a_timer_needs_no_id() {
    let timer = v1::Change { timer: Some(v1::Timer {}), ..v1::Change::default() };
    let request = with(|r| r.change = Some(timer));
    assert!(from_wire(&request, "", CLOCK).unwrap().change.timer);
}

#[test]
fn findings_do_not_outgrow_the_request_by_far() {
    let hostile = with(|r| {
        r.ticket.as_mut().unwrap().tags = vec![String::new(); 100_000];
        r.cause = vec![String::new(); 100_000];
    });
    // As many as are told, and that there are more.
    let findings = findings(&hostile, "");
    assert_eq!(findings.len(), limits::FINDINGS_MAX + 1);
    assert!(findings.iter().any(|finding| finding.code == "too_many_findings"));
}
