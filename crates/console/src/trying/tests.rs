//! Forms and pasted texts.

use jiff::tz::TimeZone;
use serde_json::json;
use tamis_api::v1;

use super::change::{self, What};
use super::form::field_of;
use super::paste::{self, Unreadable};
use super::samples::{SAMPLES, sample};
use crate::language::Language;
use crate::sent::Sent;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap()
}

/// All that a request may say, but for what trying leaves out.
fn full() -> v1::EvaluateRequest {
    serde_json::from_value(json!({
        "account_id": "demo",
        "ticket": {
            "id": "t 1", "url": "https://x/1", "source": "email", "integration": "shop", "allegro_account": "main",
            "inbox": "shop", "inbox_groups": { "ids": ["a"] }, "type": "question", "subject": "Zażółć\ngęślą",
            "current_status": "new", "state": 1, "tags": ["vip", "a, b"], "context": "before", "sentiment": 3,
            "reply_status": 2, "created_at": "2026-03-01T10:00:00.000000001Z",
            "last_customer_reply_at": "2026-03-02T10:00:07Z", "linked_order_ids": ["o1", "o2"],
            "customer_name": "Zofia", "customer_email": "zofia@example.com",
            "assigned_agent": { "id": "anna", "first_name": "Another" },
        },
        "change": {
            "change_id": "c 1", "ticket_created": { "by": 1 },
            "message_received": { "author": 2, "first": true, "text": " two\nlines ", "auto_submitted": true, "message_id": "m" },
            "return_created": {}, "tags_assigned": { "tag_ids": ["vip"] }, "status_set": { "status_id": "new" }, "updated": {},
        },
        "now": "2026-03-03T19:15:00.5Z",
        "baseline": { "ticket": { "id": "t 1" }, "asked_at": "2026-03-03T19:00:00Z" },
        "with_next_due": true, "cause": ["w"], "with_chaining": true,
    }))
    .unwrap()
}

/// What is filled in is what was read, to the nanosecond; line breaks come back from a browser in another form.
#[test]
fn a_change_that_nobody_touches_stays_what_it_was() {
    let mut asked = vec![full()];
    let account = v1::Account::default();
    let now = "2026-03-03T19:15:00Z".parse().unwrap();
    asked.extend(SAMPLES.iter().map(|name| {
        let sample = sample(Language::English, &account, name, now).unwrap();
        v1::EvaluateRequest { account_id: "demo".to_owned(), with_next_due: true, ..sample }
    }));
    for request in asked {
        let filled = change::fill(&request, &zone());
        let mut sent = Sent::default();
        filled.fields().for_each(|(name, text)| sent.add(name, text.replace('\n', "\r\n")));
        let (read, problems) = change::read(&sent, "demo", &zone());
        assert_eq!(problems, []);
        assert_eq!(read, request);
    }
}

#[test]
fn what_is_changed_is_read_in_the_account_s_zone() {
    let mut filled = change::fill(&full(), &zone());
    filled.set("now", "2026-03-29T02:30");
    filled.set("agent", "marc");
    filled.set("inbox", "other");
    filled.set("subject", "");
    let (read, problems) = change::read(&filled, "demo", &zone());
    assert_eq!(problems, []);
    // This half hour is left out that night: the clock that was not put forward yet shows the next one.
    assert_eq!(
        read.now.unwrap().seconds,
        "2026-03-29T01:30:00Z".parse::<jiff::Timestamp>().unwrap().as_second()
    );
    let ticket = read.ticket.unwrap();
    let agent = ticket.assigned_agent.unwrap();
    // What was known of another agent, or another inbox, is not taken over.
    assert_eq!((agent.id.as_str(), agent.first_name), ("marc", None));
    assert_eq!((ticket.inbox_groups, ticket.subject), (None, None));
}

#[test]
fn what_cannot_be_read_is_told_beside_its_field() {
    let mut filled = Sent::default();
    filled.add("now", "tomorrow");
    filled.add("created_at", "2026-13-01T10:00");
    let (_, problems) = change::read(&filled, "demo", &zone());
    let told: Vec<_> = problems.iter().map(|problem| (problem.field, problem.what.clone())).collect();
    let instant = || What::Text("trying-problem-instant");
    assert_eq!(
        told,
        [("now", instant()), ("created_at", instant()), ("fact", What::Text("trying-problem-no-fact"))]
    );
    let mut filled = Sent::default();
    ["tags", "status", "timer"].iter().for_each(|fact| filled.add("fact", *fact));
    let (_, problems) = change::read(&filled, "demo", &zone());
    assert_eq!(
        problems.iter().map(|problem| problem.field).collect::<Vec<_>>(),
        ["fact", "tags_assigned", "status_set"]
    );
}

#[test]
fn fields_that_the_service_refuses_have_a_place() {
    for (path, field) in [
        ("request.ticket.id", "ticket_id"),
        ("request.ticket.tags[3]", "ticket_tags"),
        ("request.ticket.inbox_groups.ids[0]", "pasted"),
        ("request.change.message_received.text", "text"),
        ("request.change.status_set.status_id", "status_set"),
        ("request.change", "fact"),
        ("request.now", "now"),
        ("cause[0]", "pasted"),
    ] {
        assert_eq!(field_of(path), field, "{path}");
    }
}

#[test]
fn requests_and_lines_of_the_log_can_be_pasted() {
    let request = full();
    let pretty = serde_json::to_string_pretty(&request).unwrap();
    assert_eq!(paste::read(&format!("\n{pretty}\n")).unwrap().request, request);
    let line = json!({
        "version": 1, "logged_at": "2026-03-03T19:15:01Z", "rpc": "x", "account_id": "demo", "revision": 3,
        "masked": ["ticket.subject"], "request": request, "response": { "now": "2026-03-04T00:00:00Z" },
    })
    .to_string();
    let pasted = paste::read(&format!("{line}\n{line}\n")).unwrap();
    assert_eq!(pasted.masked, ["ticket.subject"]);
    assert_eq!(pasted.request.now.unwrap().seconds - request.now.unwrap().seconds, 17_100);
}

#[test]
fn what_is_wrong_with_a_pasted_text_is_told() {
    for (text, line, column) in [("{\n  \"ticket\": {,\n}", 2, 14), ("nonsense", 1, 2), ("{", 1, 1)] {
        assert_eq!(paste::read(text), Err(Unreadable::Syntax { line, column }), "{text}");
    }
    assert_eq!(paste::read(" \n"), Err(Unreadable::Empty));
    for (text, why) in [
        ("{\"tickets\": {}}", "unknown field `tickets`"),
        ("[]", "invalid"),
        ("{\"request\": {}, \"response\": {}}", "missing field `version`"),
    ] {
        match paste::read(text) {
            Err(Unreadable::Form(told)) => assert!(told.starts_with(why), "{text}: {told}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}
