use crate::definition::yaml::read_request;
use crate::definition::{ReplyStatus, Sentiment, TicketState};
use crate::request::{
    AssignedAgent, Baseline, Change, MessageAuthor, MessageReceived, Request, Ticket, TicketCreator,
};

const LONG: &str = r#"{
  "ticket": {
    "id": "t1", "url": "https://desk.example/t1", "source": "chat", "integration": "i", "allegro_account": "a",
    "inbox": "shop", "inbox_groups": {"ids": ["sales"]}, "type": "question", "subject": "Hi",
    "current_status": "open", "state": "open", "tags": ["vip"], "context": "return", "sentiment": "neutral",
    "reply_status": "unanswered", "created_at": "2026-11-22T10:00:00Z",
    "last_customer_reply_at": "2026-11-22T11:00:00+01:00", "linked_order_ids": ["o1", 2],
    "customer_name": "Zofia", "customer_email": "zofia@mail.example",
    "assigned_agent": {"id": "anna", "first_name": "Anna", "last_name": "Nowak", "email": "anna@acme.example"}
  },
  "change": {
    "change_id": "c1", "ticket_created": {"by": "customer_message"},
    "message_received": {"author": "customer", "first": true, "text": "Hello", "auto_submitted": true, "message_id": "m1"},
    "return_created": {}, "tags_assigned": {"tag_ids": ["vip"]}, "status_set": {"status_id": "open"}, "updated": {}
  },
  "now": "2026-11-23T10:00:00Z",
  "baseline": {"ticket": {"id": "t1"}, "asked_at": "2026-11-23T09:00:00Z"},
  "with_next_due": true,
  "with_chaining": true,
  "cause": ["reminder"]
}"#;

const SHORT: &str = r#"
ticket:
  { id: t1, url: "https://desk.example/t1", source: chat, integration: i, allegro_account: a, inbox: shop,
    inbox_groups: sales, type: question, subject: Hi, current_status: open, state: open, tags: vip, context: return,
    sentiment: neutral, reply_status: unanswered, created_at: 2026-11-22T10:00:00Z,
    last_customer_reply_at: 2026-11-22T10:00:00Z, linked_order_ids: [o1, 2], customer_name: Zofia,
    customer_email: zofia@mail.example,
    assigned_agent: { id: anna, first_name: Anna, last_name: Nowak, email: anna@acme.example } }
change:
  change_id: c1
  ticket_created: customer_message
  message_received: { author: customer, first: true, text: Hello, auto_submitted: true, message_id: m1 }
  return_created: true
  tags_assigned: vip
  status_set: open
  updated: true
now: 2026-11-23T10:00:00Z
baseline: { ticket: { id: t1 }, asked_at: 2026-11-23T09:00:00Z }
with_next_due: true
with_chaining: true
cause: reminder
"#;

fn expected() -> Request<'static> {
    let ticket = Ticket {
        id: "t1".into(),
        url: Some("https://desk.example/t1".into()),
        source: Some("chat".into()),
        integration: Some("i".into()),
        allegro_account: Some("a".into()),
        inbox: Some("shop".into()),
        inbox_groups: Some(vec!["sales".into()]),
        ticket_type: Some("question".into()),
        subject: Some("Hi".into()),
        current_status: Some("open".into()),
        state: Some(TicketState::Open),
        tags: vec!["vip".into()],
        context: Some("return".into()),
        sentiment: Some(Sentiment::Neutral),
        reply_status: Some(ReplyStatus::Unanswered),
        created_at: Some("2026-11-22T10:00:00Z".parse().unwrap()),
        last_customer_reply_at: Some("2026-11-22T10:00:00Z".parse().unwrap()),
        linked_order_ids: vec!["o1".into(), "2".into()],
        customer_name: Some("Zofia".into()),
        customer_email: Some("zofia@mail.example".into()),
        assigned_agent: Some(AssignedAgent {
            id: "anna".into(),
            first_name: Some("Anna".into()),
            last_name: Some("Nowak".into()),
            email: Some("anna@acme.example".into()),
        }),
    };
    let change = Change {
        change_id: "c1".into(),
        ticket_created: Some(TicketCreator::CustomerMessage),
        message_received: Some(MessageReceived {
            author: MessageAuthor::Customer,
            first: true,
            text: Some("Hello".into()),
            auto_submitted: true,
            message_id: Some("m1".into()),
        }),
        return_created: true,
        tags_assigned: Some(vec!["vip".into()]),
        status_set: Some("open".into()),
        updated: true,
        timer: false,
    };
    let before = Ticket { id: "t1".into(), ..Ticket::default() };
    Request {
        ticket,
        change,
        now: "2026-11-23T10:00:00Z".parse().unwrap(),
        baseline: Some(Box::new(Baseline {
            ticket: Some(before),
            asked_at: Some("2026-11-23T09:00:00Z".parse().unwrap()),
        })),
        with_next_due: true,
        with_chaining: true,
        cause: vec!["reminder".into()],
    }
}

#[test]
fn requests_are_read_in_both_forms() {
    for text in [LONG, SHORT] {
        let reading = read_request(text);
        assert_eq!(reading.diagnostics, []);
        assert_eq!(reading.value, Some(expected()));
    }
}

#[test]
fn null_and_empty_ids_stand_for_absent_ones() {
    let text = r#"{"ticket": {"id": "t1", "source": null, "inbox": "", "tags": null, "assigned_agent": "", "state": null,
        "inbox_groups": []}, "change": {"change_id": null, "timer": true, "updated": null, "message_received": null,
        "return_created": false}, "now": "2026-11-23T10:00:00Z", "baseline": null, "cause": null}"#;
    let request = read_request(text).value.unwrap();
    let ticket = Ticket { id: "t1".into(), inbox_groups: Some(Vec::new()), ..Ticket::default() };
    assert_eq!(request.ticket, ticket);
    assert_eq!(request.change, Change { timer: true, ..Change::default() });
    assert_eq!((request.baseline, request.cause), (None, Vec::new()));
}

#[test]
fn what_is_wrong_is_reported_and_no_request_comes_of_it() {
    let ticket = "ticket: { id: t1 }, now: 2026-11-23T10:00:00Z";
    let cases = [
        (String::new(), vec![("missing_field", "")]),
        (
            "{}".to_owned(),
            vec![("missing_field", "ticket"), ("missing_field", "change"), ("missing_field", "now")],
        ),
        ("{ ticket: { id: t1 }, change: { timer: true } }".to_owned(), vec![("missing_field", "now")]),
        (format!("{{ {ticket}, change: {{}} }}"), vec![("fact_required", "change")]),
        (
            format!("{{ {ticket}, change: {{ updated: true }} }}"),
            vec![("change_id_required", "change.change_id")],
        ),
        (format!("{{ {ticket}, change: {{ change_id: 1, updated: true, timer: true }} }}"), {
            vec![("timer_not_alone", "change.timer")]
        }),
        (format!("{{ {ticket}, change: {{ change_id: 1, ticket_created: {{}} }} }}"), {
            vec![("missing_field", "change.ticket_created.by")]
        }),
        (format!("{{ {ticket}, change: {{ change_id: 1, message_received: {{}} }} }}"), {
            vec![("missing_field", "change.message_received.author")]
        }),
        (format!("{{ {ticket}, change: {{ change_id: 1, tags_assigned: [] }} }}"), {
            vec![("tags_required", "change.tags_assigned.tag_ids")]
        }),
        (format!("{{ {ticket}, change: {{ change_id: 1, tags_assigned: [{{}}] }} }}"), {
            vec![("wrong_type", "change.tags_assigned.tag_ids[0]")]
        }),
        (format!("{{ {ticket}, change: {{ change_id: 1, status_set: '' }} }}"), {
            vec![("id_required", "change.status_set.status_id")]
        }),
        (
            format!("{{ {ticket}, change: {{ timer: {{ at: 1 }} }} }}"),
            vec![("unknown_field", "change.timer.at")],
        ),
        (
            format!("{{ {ticket}, change: {{ timer: true }}, cause: [a b] }}"),
            vec![("id_malformed", "cause[0]")],
        ),
        ("{ ticket: {}, change: { timer: true }, now: 1850-01-01T00:00:00Z }".to_owned(), {
            vec![("id_required", "ticket.id"), ("instant_out_of_range", "now")]
        }),
    ];
    for (text, expected) in cases {
        let reading = read_request(&text);
        let found: Vec<_> =
            reading.diagnostics.iter().map(|finding| (finding.code, &*finding.path)).collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(reading.value, None);
    }
}
