use super::outline;
use crate::check::check_request;
use crate::limits;
use crate::request::{
    AssignedAgent, Baseline, Change, MessageAuthor, MessageReceived, Request, Ticket, TicketCreator,
};

/// A request that holds every field.
fn valid() -> Request<'static> {
    let ticket = Ticket {
        id: "t1".into(),
        url: Some("https://desk.example/t1".into()),
        source: Some("chat".into()),
        integration: Some("i1".into()),
        allegro_account: Some("a1".into()),
        inbox: Some("shop".into()),
        inbox_groups: Some(vec!["sales".into()]),
        ticket_type: Some("question".into()),
        subject: Some("Where is my parcel?".into()),
        current_status: Some("open".into()),
        state: None,
        tags: vec!["vip".into()],
        context: Some("return".into()),
        sentiment: None,
        reply_status: None,
        created_at: Some("2026-11-22T10:00:00Z".parse().unwrap()),
        last_customer_reply_at: Some("2026-11-22T10:00:00Z".parse().unwrap()),
        linked_order_ids: vec!["o1".into()],
        customer_name: Some("Zofia".into()),
        customer_email: Some("zofia@mail.example".into()),
        assigned_agent: Some(AssignedAgent { id: "anna".into(), ..AssignedAgent::default() }),
    };
    let change = Change {
        change_id: "c1".into(),
        ticket_created: Some(TicketCreator::CustomerMessage),
        message_received: Some(MessageReceived {
            author: MessageAuthor::Customer,
            first: true,
            text: Some("Hello".into()),
            auto_submitted: false,
            message_id: Some("m1".into()),
        }),
        return_created: true,
        tags_assigned: Some(vec!["vip".into()]),
        status_set: Some("open".into()),
        updated: true,
        timer: false,
    };
    let now = "2026-11-23T10:00:00Z".parse().unwrap();
    let baseline = Some(Box::new(Baseline { ticket: Some(ticket.clone()), asked_at: Some(now) }));
    let cause = vec!["reminder".into()];
    Request { ticket, change, now, baseline, with_next_due: true, with_chaining: true, cause }
}

fn timer() -> Change<'static> {
    Change { timer: true, ..Change::default() }
}

fn updated() -> Change<'static> {
    Change { updated: true, change_id: "c1".into(), ..Change::default() }
}

fn with(mutate: impl FnOnce(&mut Request<'static>)) -> Request<'static> {
    let mut request = valid();
    mutate(&mut request);
    request
}

#[test]
fn well_formed_requests_have_no_findings() {
    let cases = [
        ("every field", valid()),
        ("a timer without an id", with(|r| r.change = timer())),
        ("one fact", with(|r| r.change = updated())),
        ("an id alone", with(|r| r.ticket = Ticket { id: "t1".into(), ..Ticket::default() })),
        ("no baseline", with(|r| r.baseline = None)),
        ("an empty text", with(|r| r.ticket.subject = Some("".into()))),
        ("no groups at all", with(|r| r.ticket.inbox_groups = Some(Vec::new()))),
    ];
    for (name, request) in cases {
        assert_eq!(outline(&check_request(&request, "", true)), [], "{name}");
    }
}

#[test]
fn each_fault_has_its_code_and_path() {
    type Case = (&'static str, &'static str, Box<dyn FnOnce(&mut Request<'static>)>);
    let cases: Vec<Case> = vec![
        ("id_required", "ticket.id", Box::new(|r| r.ticket.id = "".into())),
        ("id_required", "ticket.source", Box::new(|r| r.ticket.source = Some("".into()))),
        ("id_required", "ticket.integration", Box::new(|r| r.ticket.integration = Some("".into()))),
        ("id_required", "ticket.allegro_account", Box::new(|r| r.ticket.allegro_account = Some("".into()))),
        ("id_required", "ticket.inbox", Box::new(|r| r.ticket.inbox = Some("".into()))),
        ("id_required", "ticket.inbox_groups.ids[1]", {
            Box::new(|r| r.ticket.inbox_groups = Some(vec!["a".into(), "".into()]))
        }),
        ("id_required", "ticket.type", Box::new(|r| r.ticket.ticket_type = Some("".into()))),
        ("id_required", "ticket.current_status", Box::new(|r| r.ticket.current_status = Some("".into()))),
        ("id_required", "ticket.tags[0]", Box::new(|r| r.ticket.tags = vec!["".into()])),
        ("id_required", "ticket.context", Box::new(|r| r.ticket.context = Some("".into()))),
        (
            "id_required",
            "ticket.linked_order_ids[0]",
            Box::new(|r| r.ticket.linked_order_ids = vec!["".into()]),
        ),
        ("id_required", "ticket.assigned_agent.id", {
            Box::new(|r| r.ticket.assigned_agent = Some(AssignedAgent::default()))
        }),
        ("change_id_required", "change.change_id", Box::new(|r| r.change.change_id = "".into())),
        ("id_required", "change.message_received.message_id", {
            Box::new(|r| r.change.message_received.as_mut().unwrap().message_id = Some("".into()))
        }),
        ("tags_required", "change.tags_assigned.tag_ids", {
            Box::new(|r| r.change.tags_assigned = Some(Vec::new()))
        }),
        ("id_required", "change.tags_assigned.tag_ids[0]", {
            Box::new(|r| r.change.tags_assigned = Some(vec!["".into()]))
        }),
        ("id_required", "change.status_set.status_id", Box::new(|r| r.change.status_set = Some("".into()))),
        ("id_required", "baseline.ticket.id", {
            Box::new(|r| {
                r.baseline = Some(Box::new(Baseline { ticket: Some(Ticket::default()), asked_at: None }))
            })
        }),
        ("id_required", "cause[0]", Box::new(|r| r.cause = vec!["".into()])),
        ("id_malformed", "cause[0]", Box::new(|r| r.cause = vec!["a b".into()])),
        ("fact_required", "change", Box::new(|r| r.change = Change::default())),
        ("timer_not_alone", "change.timer", Box::new(|r| r.change.timer = true)),
    ];
    for (code, path, mutate) in cases {
        assert_eq!(outline(&check_request(&with(mutate), "", true)), [(code, path)], "{code} {path}");
    }
}

#[test]
fn an_example_needs_no_change_id_and_a_prefix_stands_first() {
    let request = with(|r| {
        r.change.change_id = "".into();
        r.ticket.id = "".into();
    });
    assert_eq!(
        outline(&check_request(&request, "requests[3]", false)),
        [("id_required", "requests[3].ticket.id")]
    );
}

#[test]
fn all_findings_come_at_once_in_field_order() {
    let request = with(|r| {
        r.ticket.id = "".into();
        r.ticket.created_at = Some("1800-01-01T00:00:00Z".parse().unwrap());
        r.change = Change::default();
        r.cause = vec!["".into()];
    });
    let expected = [
        ("id_required", "ticket.id"),
        ("instant_out_of_range", "ticket.created_at"),
        ("fact_required", "change"),
        ("id_required", "cause[0]"),
    ];
    assert_eq!(outline(&check_request(&request, "", true)), expected);
}

#[test]
fn texts_are_bounded() {
    type Set = fn(&mut Request<'static>, String);
    fn agent<'r>(r: &'r mut Request<'static>) -> &'r mut AssignedAgent<'static> {
        r.ticket.assigned_agent.as_mut().unwrap()
    }
    let cases: [(&str, usize, Set); 21] = [
        ("ticket.id", limits::VALUE_BYTES_MAX, |r, t| r.ticket.id = t.into()),
        ("ticket.url", limits::ADDRESS_BYTES_MAX, |r, t| r.ticket.url = Some(t.into())),
        ("ticket.source", limits::VALUE_BYTES_MAX, |r, t| r.ticket.source = Some(t.into())),
        ("ticket.inbox_groups.ids[0]", limits::VALUE_BYTES_MAX, |r, t| {
            r.ticket.inbox_groups = Some(vec![t.into()]);
        }),
        ("ticket.type", limits::VALUE_BYTES_MAX, |r, t| r.ticket.ticket_type = Some(t.into())),
        ("ticket.subject", limits::SHORT_TEXT_BYTES_MAX, |r, t| r.ticket.subject = Some(t.into())),
        ("ticket.tags[0]", limits::VALUE_BYTES_MAX, |r, t| r.ticket.tags = vec![t.into()]),
        ("ticket.linked_order_ids[0]", limits::VALUE_BYTES_MAX, |r, t| {
            r.ticket.linked_order_ids = vec![t.into()];
        }),
        ("ticket.customer_name", limits::SHORT_TEXT_BYTES_MAX, |r, t| {
            r.ticket.customer_name = Some(t.into());
        }),
        ("ticket.customer_email", limits::ADDRESS_BYTES_MAX, |r, t| r.ticket.customer_email = Some(t.into())),
        ("ticket.assigned_agent.id", limits::VALUE_BYTES_MAX, |r, t| agent(r).id = t.into()),
        ("ticket.assigned_agent.first_name", limits::SHORT_TEXT_BYTES_MAX, |r, t| {
            agent(r).first_name = Some(t.into());
        }),
        ("ticket.assigned_agent.last_name", limits::SHORT_TEXT_BYTES_MAX, |r, t| {
            agent(r).last_name = Some(t.into());
        }),
        ("ticket.assigned_agent.email", limits::ADDRESS_BYTES_MAX, |r, t| agent(r).email = Some(t.into())),
        ("change.change_id", limits::VALUE_BYTES_MAX, |r, t| r.change.change_id = t.into()),
        ("change.message_received.text", limits::MESSAGE_BYTES_MAX, |r, t| {
            r.change.message_received.as_mut().unwrap().text = Some(t.into());
        }),
        ("change.message_received.message_id", limits::VALUE_BYTES_MAX, |r, t| {
            r.change.message_received.as_mut().unwrap().message_id = Some(t.into());
        }),
        ("change.tags_assigned.tag_ids[0]", limits::VALUE_BYTES_MAX, |r, t| {
            r.change.tags_assigned = Some(vec![t.into()]);
        }),
        ("change.status_set.status_id", limits::VALUE_BYTES_MAX, |r, t| r.change.status_set = Some(t.into())),
        ("baseline.ticket.id", limits::VALUE_BYTES_MAX, |r, t| {
            r.baseline.as_mut().unwrap().ticket.as_mut().unwrap().id = t.into();
        }),
        ("cause[0]", limits::ID_CHARS_MAX, |r, t| r.cause = vec![t.into()]),
    ];
    for (path, max, set) in cases {
        let at_bound = with(|r| set(r, "x".repeat(max)));
        assert_eq!(outline(&check_request(&at_bound, "", true)), [], "{path} of {max}");
        let past = with(|r| set(r, "x".repeat(max + 1)));
        assert_eq!(outline(&check_request(&past, "", true)), [("too_long", path)]);
    }
}

#[test]
fn lists_are_bounded() {
    type Set = fn(&mut Request<'static>, usize);
    let cases: [(&str, usize, Set); 5] = [
        ("ticket.inbox_groups.ids", limits::TICKET_LIST_MAX, |r, n| {
            r.ticket.inbox_groups = Some(vec!["x".into(); n]);
        }),
        ("ticket.tags", limits::TICKET_LIST_MAX, |r, n| r.ticket.tags = vec!["x".into(); n]),
        ("ticket.linked_order_ids", limits::TICKET_LIST_MAX, |r, n| {
            r.ticket.linked_order_ids = vec!["x".into(); n];
        }),
        ("change.tags_assigned.tag_ids", limits::TICKET_LIST_MAX, |r, n| {
            r.change.tags_assigned = Some(vec!["x".into(); n]);
        }),
        ("cause", limits::CAUSE_MAX, |r, n| r.cause = vec!["x".into(); n]),
    ];
    for (path, max, set) in cases {
        assert_eq!(outline(&check_request(&with(|r| set(r, max)), "", true)), [], "{path} of {max}");
        assert_eq!(outline(&check_request(&with(|r| set(r, max + 1)), "", true)), [("too_many", path)]);
    }
}

#[test]
fn instants_are_bounded() {
    type Set = fn(&mut Request<'static>, jiff::Timestamp);
    let fields: [(&str, Set); 5] = [
        ("ticket.created_at", |r, t| r.ticket.created_at = Some(t)),
        ("ticket.last_customer_reply_at", |r, t| r.ticket.last_customer_reply_at = Some(t)),
        ("now", |r, t| r.now = t),
        ("baseline.ticket.created_at", |r, t| {
            r.baseline.as_mut().unwrap().ticket.as_mut().unwrap().created_at = Some(t);
        }),
        ("baseline.asked_at", |r, t| r.baseline.as_mut().unwrap().asked_at = Some(t)),
    ];
    let instants = [
        ("1899-12-31T23:59:59.999999999Z", false),
        ("1900-01-01T00:00:00Z", true),
        ("2199-12-31T23:59:59.999999999Z", true),
        ("2200-01-01T00:00:00Z", false),
    ];
    for (path, set) in fields {
        for (at, allowed) in instants {
            let request = with(|r| set(r, at.parse().unwrap()));
            let expected: &[_] = if allowed { &[] } else { &[("instant_out_of_range", path)] };
            assert_eq!(outline(&check_request(&request, "", true)), expected, "{path} {at}");
        }
    }
}
