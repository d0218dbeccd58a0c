//! What is well-formed is read, and everything is found where it stands.

use jiff::SignedDuration;
use jiff::civil::{Weekday, date};

use super::EXAMPLE;
use crate::check::check_request;
use crate::definition::yaml::{Document, conditions, read};
use crate::definition::{
    Action, Attendance, ElapsedBound, Mode, NewTicketBy, Presence, Term, Test, TimeRange, Workflow,
};
use crate::request::Request;

fn read_well(text: &str) -> Document {
    let reading = read(text);
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.value
}

/// A workflow with one condition.
fn condition(yaml: &str) -> Test {
    let document = read_well(&format!("workflows: [{{ all: [{yaml}] }}]"));
    document.workflows[0].all[0].test.clone()
}

#[test]
fn the_example_holds_every_condition_and_every_action() {
    let document = read_well(EXAMPLE);
    let account = document.account.as_ref().unwrap();
    assert_eq!((&*account.id, &*account.time_zone, &*account.locale), ("acme", "Europe/Warsaw", "pl-PL"));
    let solved = Term { id: "solved".into(), display_name: "Solved".into() };
    let open = Term { id: "open".into(), display_name: String::new() };
    assert_eq!(account.directory.statuses, Some(vec![open, solved]));
    let hours = account.directory.agents[0].working_hours.as_ref().unwrap();
    assert_eq!(
        hours.weekly.iter().map(|i| i.day).collect::<Vec<_>>(),
        [Weekday::Monday, Weekday::Monday, Weekday::Friday]
    );
    assert_eq!(hours.weekly[2].range, TimeRange { from_minute: 1_320, to_minute: 360 });
    assert_eq!(hours.exceptions[0].ranges, [TimeRange { from_minute: 540, to_minute: 780 }]);
    assert_eq!(hours.exceptions[1].date, date(2026, 12, 25));
    assert_eq!(hours.exceptions[1].ranges, []);

    let [reminder, every] = document.workflows.as_slice() else { panic!("two workflows") };
    assert_eq!((reminder.enabled, reminder.mode, reminder.position), (true, Mode::Live, Some(10)));
    assert_eq!((every.mode, every.position), (Mode::Shadow, None));
    let more_than_a_day = ElapsedBound::MoreThan(SignedDuration::from_hours(24));
    assert_eq!(reminder.all[1].test, Test::LastCustomerReply(vec![more_than_a_day]));
    let mut names: Vec<_> =
        every.all.iter().chain(&every.any).map(|condition| condition.test.name()).collect();
    names.sort_unstable();
    names.dedup();
    let mut known = conditions::NAMES.to_vec();
    known.sort_unstable();
    assert_eq!(names, known);
    let mut actions: Vec<_> = document.workflows.iter().flat_map(|w| &w.actions).map(Action::name).collect();
    actions.sort_unstable();
    let mut known = super::super::actions::NAMES.to_vec();
    known.sort_unstable();
    assert_eq!(actions, known);
    for example in document.workflows.into_iter().flat_map(|w| w.examples) {
        let request = Request {
            ticket: example.ticket,
            change: example.change,
            now: example.now,
            baseline: example.baseline,
            with_next_due: false,
            with_chaining: false,
            cause: Vec::new(),
        };
        assert_eq!(check_request(&request, "", false), []);
    }
}

#[test]
fn values_are_read() {
    let minutes = SignedDuration::from_mins;
    let more = |duration| Test::TicketCreated(vec![ElapsedBound::MoreThan(duration)]);
    let range = |from_minute, to_minute| Test::TimeOfDay(vec![TimeRange { from_minute, to_minute }]);
    let ids = |ids: &[&str]| Test::TagAssigned(ids.iter().map(|&id| id.to_owned()).collect());
    let attendance =
        |presence, agent: Option<&str>| Attendance { presence, agent_id: agent.map(str::to_owned) };
    let cases = [
        ("ticket_created: { is: { more_than: 90s } }", more(SignedDuration::from_secs(90))),
        ("ticket_created: { is: { more_than: 45m } }", more(minutes(45))),
        ("ticket_created: { is: { more_than: 1w } }", more(minutes(7 * 24 * 60))),
        ("ticket_created: { is: { more_than: 1d 12h } }", more(minutes(36 * 60))),
        ("ticket_created: { is: { more_than: 1d12h } }", more(minutes(36 * 60))),
        ("ticket_created: { is: { more_than: 1.5s } }", more(SignedDuration::from_millis(1_500))),
        ("ticket_created: { is: { more_than: PT24H } }", more(minutes(24 * 60))),
        ("ticket_created: { is: { more_than: P1DT12H } }", more(minutes(36 * 60))),
        ("ticket_created: { is: { more_than: PT0.000000001S } }", more(SignedDuration::from_nanos(1))),
        ("ticket_created: { is: { more_than: 0s } }", more(minutes(0))),
        ("ticket_created: { is: { more_than: -5m } }", more(minutes(-5))),
        ("time_of_day: { is: 09:00-17:30 }", range(540, 1_050)),
        ("time_of_day: { is: '9:05 - 24:00' }", range(545, 1_440)),
        ("time_of_day: { is: 22:00-00:00 }", range(1_320, 1_440)),
        ("tag_assigned: { is: vip }", ids(&["vip"])),
        ("tag_assigned: { is: [12, 1e3, true, 012, 0x1F, 1.10, yes] }", {
            ids(&["12", "1e3", "true", "012", "0x1F", "1.10", "yes"])
        }),
        ("tag_assigned: { is: ['null', \"~\", !!str 5, !!str ] }", ids(&["null", "~", "5", ""])),
        ("tag_assigned: { is: [] }", ids(&[])),
        ("new_ticket: { is: anyone }", Test::NewTicket(vec![NewTicketBy::Anyone])),
        ("new_message: is", Test::NewMessage),
        ("working_hours: { is: [{ inside: anna }, outside] }", {
            let named = attendance(Presence::Inside, Some("anna"));
            Test::WorkingHours(vec![named, attendance(Presence::Outside, None)])
        }),
    ];
    for (yaml, expected) in cases {
        assert_eq!(condition(yaml), expected, "{yaml}");
    }
}

#[test]
fn json_is_read() {
    let text = "{\n\t\"workflows\": [{\"id\": \"w\", \"display_name\": \"\\u017b \\ud83d\\ude00 \\/\\n\",\"all\":[{\"tag_assigned\":\
                {\"is\":[\"a\",\"b\"]}}],\r\n\"actions\":[{\"set_status\":\"x\"}], \"stop\":true, \"position\":3}]\n}\n";
    let workflow = read_well(text).workflows.remove(0);
    assert_eq!(workflow.display_name, "Ż 😀 /\n");
    assert_eq!((workflow.stop, workflow.position), (true, Some(3)));
    assert_eq!(workflow.all[0].test, Test::TagAssigned(vec!["a".into(), "b".into()]));
}

#[test]
fn long_texts_and_text_blocks_are_read() {
    let long = "x".repeat(5_000);
    let text = format!("workflows: [{{ description: \"{long}\" }}, {{ \"description\": {long} }}]");
    for workflow in read_well(&text).workflows {
        assert_eq!(workflow.description, long);
    }
    let text = "workflows:\n- description: |\n    one\n\n    two # not a comment\n";
    assert_eq!(read_well(text).workflows[0].description, "one\n\ntwo # not a comment\n");
}

#[test]
fn aliases_stand_for_their_values() {
    let text = "account:\n  directory:\n    agents:\n      - id: a\n        working_hours: &hours { weekly: { monday: 09:00-17:00 } }\n      - { id: b, working_hours: *hours }\n";
    let agents = read_well(text).account.unwrap().directory.agents;
    assert!(agents[0].working_hours.is_some());
    assert_eq!(agents[0].working_hours, agents[1].working_hours);
}

#[test]
fn a_text_without_content_is_an_empty_document() {
    for text in ["", "\n", "# nothing\n", "---\n", "null", "{}", "\u{feff}"] {
        assert_eq!(read_well(text), Document::default(), "{text:?}");
    }
    assert_eq!(read_well("workflows: []"), Document { account: None, workflows: Vec::<Workflow>::new() });
}

#[test]
fn every_field_is_found_where_it_stands() {
    let reading = read(EXAMPLE);
    // The path of a field, and the text that stands there.
    let cases = [
        ("account", "account:"),
        ("account.account_id", "acme #"),
        ("account.time_zone", "Europe/Warsaw\n  locale"),
        ("account.directory.agents[0].email", "anna@acme.example\n        working"),
        ("account.directory.agents[0].working_hours.weekly[1].range", "\"13:00-17:00\""),
        ("account.directory.agents[0].working_hours.weekly[2].range", "22:00-06:00 # crosses"),
        ("account.directory.agents[0].working_hours.exceptions[1].date", "2026-12-25"),
        ("account.directory.agents[0].working_hours.exceptions[0].ranges[0]", "09:00-13:00"),
        ("account.directory.inboxes[0].group_ids[0]", "sales]"),
        ("account.directory.statuses.terms[0].id", "open,"),
        ("account.directory.statuses.terms[1].display_name", "Solved }"),
        ("account.directory.sources.terms[1]", "email, allegro"),
        ("workflows[0]", "id: reminder"),
        ("workflows[0].workflow_id", "reminder"),
        ("workflows[0].all[0].reply_status.statuses[0]", "unanswered }"),
        ("workflows[0].all[1]", "last_customer_reply:"),
        ("workflows[0].all[1].last_customer_reply.bounds[0]", "is: { more_than: 24h"),
        ("workflows[0].all[1].last_customer_reply.bounds[0].more_than", "24h"),
        ("workflows[0].actions[0].send_email.to", "\"{{ assigned_agent_email"),
        ("workflows[0].actions[0].send_email.body.text", "Hello {{ assigned"),
        ("workflows[0].actions[0].send_email.body", "send_email:"),
        ("workflows[0].examples[0].expectation", "match # or"),
        ("workflows[0].examples[0].ticket.assigned_agent.id", "anna # or"),
        ("workflows[0].examples[0].change.change_id", "change: { timer"),
        ("workflows[0].examples[0].baseline.asked_at", "2026-11-22T10:00:00Z }"),
        ("workflows[1].all[0].source.ids[0]", "allegro_discussions }"),
        ("workflows[1].all[1].new_ticket.by[2]", "by_customer_message] }\n      - day"),
        ("workflows[1].all[2].day_of_week.days[1]", "sunday]"),
        ("workflows[1].all[3].email.addresses[1]", "\"@acme.example\""),
        ("workflows[1].all[4].subject.phrases[0]", "urgent }"),
        ("workflows[1].all[5].customer_name.phrases[1]", "José"),
        ("workflows[1].all[6].message.phrases", "is: [refund"),
        ("workflows[1].all[6].message.phrases[1]", "zwrot]"),
        ("workflows[1].all[6].message.mode", "contains # the"),
        ("workflows[1].all[7].time_of_day.ranges[1]", "\"12:00-13:00\""),
        ("workflows[1].all[9].new_message", "is # this one"),
        ("workflows[1].all[10].action.actions[2]", "return_created] }\n      - tag"),
        ("workflows[1].all[11].tag_assigned.ids[0]", "vip }\n      - status_set"),
        ("workflows[1].all[16].sentiment.sentiments[1]", "neutral, negative] }"),
        ("workflows[1].all[17].ticket_state.states[1]", "closed] }"),
        ("workflows[1].any[0].last_customer_reply.bounds[1].less_than", "PT30M"),
        ("workflows[1].any[2].working_hours.attendances[0].agent_id", "outside } # of"),
        ("workflows[1].any[3].working_hours.attendances[0].agent_id", "anna }, outside"),
        ("workflows[1].actions[1].send_translated_message.target_language", "pl }"),
        ("workflows[1].actions[3].set_status.status_id", "open\n      - assign_agent"),
        ("workflows[1].actions[6].change_order_status.order_status_id", "sent\n    examples"),
        ("workflows[1].examples[0].ticket.inbox_groups.ids[0]", "sales]\n          type"),
        ("workflows[1].examples[0].ticket.type", "question\n          subject"),
        ("workflows[1].examples[0].change.message_received.text", "Hello, auto"),
        ("workflows[1].examples[0].change.ticket_created.by", "customer_message # or agent"),
        ("workflows[1].examples[0].change.tags_assigned.tag_ids[0]", "vip]\n          status_set"),
        ("workflows[1].examples[0].change.status_set.status_id", "open\n          updated"),
        // What is not there is looked for around.
        ("workflows[1].description", "id: every-condition"),
        ("workflows[9].all[3]", "workflows:"),
        ("", "account:"),
        ("nothing[x.y]]", "account:"),
    ];
    for (path, text) in cases {
        let location = reading.locations.of(path).unwrap();
        assert!(
            EXAMPLE[location.offset..].starts_with(text),
            "{path} is found at {:?}",
            EXAMPLE[location.offset..].lines().next()
        );
        let before = &EXAMPLE[..location.offset];
        assert_eq!(location.line as usize, before.matches('\n').count() + 1, "{path}");
        assert_eq!(
            location.column as usize,
            before.rsplit('\n').next().unwrap().chars().count() + 1,
            "{path}"
        );
    }
}
