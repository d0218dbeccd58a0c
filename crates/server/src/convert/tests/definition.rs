//! Definitions that the wire can hold and nobody can make sense of.

use tamis_api::v1::{self, action::Kind, condition::Test as Wire, elapsed_bound::Bound};
use tamis_api::well_known;
use tamis_engine::definition::{Action, ElapsedBound, Presence, Test, TimeRange};
use tamis_engine::{Account, Diagnostic, Severity, check};

use super::outline;
use crate::convert::{account, merged, workflow};

fn condition(test: Wire) -> v1::Condition {
    v1::Condition { negated: false, test: Some(test) }
}

fn elapsed(bound: Bound) -> Wire {
    Wire::TicketCreated(v1::ElapsedTest { bounds: vec![v1::ElapsedBound { bound: Some(bound) }] })
}

#[test]
fn every_condition_that_makes_no_sense_is_unreadable_and_named() {
    let cases: Vec<(Option<Wire>, &str, &str)> = vec![
        (None, "condition_unreadable", "w.all[0]"),
        (
            Some(Wire::NewTicket(v1::NewTicketTest { by: vec![1, 0] })),
            "value_required",
            "w.all[0].new_ticket.by[1]",
        ),
        (
            Some(Wire::DayOfWeek(v1::DayOfWeekTest { days: vec![8] })),
            "unknown_value",
            "w.all[0].day_of_week.days[0]",
        ),
        (
            Some(Wire::Action(v1::CustomerActionTest { actions: vec![-1] })),
            "unknown_value",
            "w.all[0].action.actions[0]",
        ),
        (
            Some(Wire::Sentiment(v1::SentimentTest { sentiments: vec![1, 2, 4] })),
            "unknown_value",
            "w.all[0].sentiment.sentiments[2]",
        ),
        (
            Some(Wire::ReplyStatus(v1::ReplyStatusTest { statuses: vec![0] })),
            "value_required",
            "w.all[0].reply_status.statuses[0]",
        ),
        (
            Some(Wire::TicketState(v1::TicketStateTest { states: vec![i32::MAX] })),
            "unknown_value",
            "w.all[0].ticket_state.states[0]",
        ),
        (
            Some(Wire::LastCustomerReply(v1::ElapsedTest { bounds: vec![v1::ElapsedBound { bound: None }] })),
            "duration_required",
            "w.all[0].last_customer_reply.bounds[0]",
        ),
        (
            Some(Wire::WorkingHours(v1::WorkingHoursTest { attendances: vec![v1::Attendance::default()] })),
            "value_required",
            "w.all[0].working_hours.attendances[0].presence",
        ),
    ];
    for (test, code, path) in cases {
        let wire =
            v1::Workflow { all: vec![v1::Condition { negated: true, test }], ..v1::Workflow::default() };
        let (read, found) = workflow::from_wire(&wire, "w");
        assert_eq!(outline(&found), [(code, path)]);
        assert_eq!((read.all[0].negated, &read.all[0].test), (true, &Test::Unreadable), "{path}");
    }
}

#[test]
fn all_findings_come_at_once_in_field_order() {
    let mode = v1::PhraseTest { mode: 9, phrases: vec!["x".to_owned()], ..v1::PhraseTest::default() };
    let wire = v1::Workflow {
        mode: 7,
        all: vec![condition(Wire::Subject(mode.clone())), v1::Condition::default()],
        any: vec![condition(Wire::Message(mode)), condition(Wire::Source(v1::IdSet::default()))],
        actions: vec![
            v1::Action {
                kind: Some(Kind::SendMessage(v1::SendMessage {
                    body: Some(v1::Body { text: "x".to_owned(), format: 3 }),
                })),
            },
            v1::Action::default(),
        ],
        examples: vec![v1::Example::default()],
        ..v1::Workflow::default()
    };
    let (read, found) = workflow::from_wire(&wire, "workflows[4]");
    assert_eq!(
        outline(&found),
        [
            ("unknown_value", "workflows[4].mode"),
            ("unknown_value", "workflows[4].all[0].subject.mode"),
            ("condition_unreadable", "workflows[4].all[1]"),
            ("unknown_value", "workflows[4].any[0].message.mode"),
            ("unknown_value", "workflows[4].actions[0].send_message.body.format"),
            ("action_unreadable", "workflows[4].actions[1]"),
            ("value_required", "workflows[4].examples[0].expectation"),
            ("ticket_required", "workflows[4].examples[0].ticket"),
            ("change_required", "workflows[4].examples[0].change"),
            ("instant_required", "workflows[4].examples[0].now"),
        ]
    );
    assert_eq!(read.actions[1], Action::Unreadable);
    assert!(matches!(&read.all[0].test, Test::Subject(phrases) if phrases.phrases == ["x"]));
}

#[test]
fn the_rest_of_a_workflow_is_checked_beside_what_could_not_be_read() {
    let email = v1::SendEmail { to: "a@b.example".to_owned(), body: None, ..v1::SendEmail::default() };
    let wire = v1::Workflow {
        workflow_id: "w1".to_owned(),
        all: vec![v1::Condition::default(), condition(Wire::Source(v1::IdSet::default()))],
        actions: vec![v1::Action { kind: Some(Kind::SendEmail(email)) }, v1::Action::default()],
        examples: vec![v1::Example::default()],
        ..v1::Workflow::default()
    };
    let account = Account {
        id: "shop".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        locale: "fr-FR".to_owned(),
        ..Account::default()
    };
    let (read, found) = workflow::from_wire(&wire, "workflow");
    let all = merged(found, check::workflow(&account, &read, "workflow"));
    let errors: Vec<Diagnostic> =
        all.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    let mut paths: Vec<&str> = errors.iter().map(|finding| finding.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "workflow.actions[0].send_email.body.text",
            "workflow.actions[0].send_email.subject",
            "workflow.actions[1]",
            "workflow.all[0]",
            "workflow.all[1].source.ids",
            "workflow.display_name",
            "workflow.examples[0].change",
            "workflow.examples[0].expectation",
            "workflow.examples[0].now",
            "workflow.examples[0].ticket",
        ]
    );
}

#[test]
fn durations_that_contradict_themselves_are_named() {
    let duration = |seconds, nanos| well_known::Duration { seconds, nanos };
    let cases = [
        (duration(1, -1), false),
        (duration(-1, 1), false),
        (duration(0, 1_000_000_000), false),
        (duration(0, i32::MIN), false),
        (duration(i64::MAX, i32::MAX), false),
        (duration(i64::MIN, i32::MIN), false),
        (duration(i64::MAX, 999_999_999), true),
        (duration(i64::MIN, -999_999_999), true),
        (duration(0, -999_999_999), true),
        (duration(0, 0), true),
    ];
    for (wire, well_formed) in cases {
        let message =
            v1::Workflow { all: vec![condition(elapsed(Bound::LessThan(wire)))], ..v1::Workflow::default() };
        let (read, found) = workflow::from_wire(&message, "workflow");
        let path = "workflow.all[0].ticket_created.bounds[0].less_than";
        let expected: &[_] = if well_formed { &[] } else { &[("duration_malformed", path)] };
        assert_eq!(outline(&found), expected, "{wire:?}");
        let Test::TicketCreated(bounds) = &read.all[0].test else { panic!("{:?}", read.all[0].test) };
        assert!(
            matches!(bounds[0], ElapsedBound::LessThan(read) if read.as_secs() == wire.seconds),
            "{wire:?}"
        );
    }
}

#[test]
fn what_is_left_out_takes_its_default() {
    let range = |from_minute, to_minute| v1::TimeRange { from_minute, to_minute };
    let ranges = vec![range(300, 0), range(0, 0), range(60, 1_440), range(u32::MAX, 70_000)];
    let attendance = v1::Attendance { presence: v1::Presence::Outside.into(), agent_id: String::new() };
    let wire = v1::Workflow {
        all: vec![
            condition(Wire::TimeOfDay(v1::TimeOfDayTest { ranges })),
            condition(Wire::WorkingHours(v1::WorkingHoursTest { attendances: vec![attendance] })),
        ],
        ..v1::Workflow::default()
    };
    let (read, found) = workflow::from_wire(&wire, "workflow");
    assert_eq!(outline(&found), []);
    assert!(read.enabled);
    assert_eq!(read.position, None);
    let range = |from_minute, to_minute| TimeRange { from_minute, to_minute };
    let expected = [range(300, 1_440), range(0, 1_440), range(60, 1_440), range(u16::MAX, u16::MAX)];
    assert_eq!(read.all[0].test, Test::TimeOfDay(expected.into()));
    let Test::WorkingHours(attendances) = &read.all[1].test else { panic!("{:?}", read.all[1].test) };
    assert_eq!((attendances[0].presence, &attendances[0].agent_id), (Presence::Outside, &None));
    assert!(!workflow::from_wire(&v1::Workflow { enabled: Some(false), ..wire }, "workflow").0.enabled);
}

#[test]
fn what_makes_no_sense_in_a_schedule_is_named() {
    let exception = |date: &str| v1::DatedException { date: date.to_owned(), ranges: Vec::new() };
    let dates = ["2026-12-24", "", "2026-02-30", "20261224", "2026-12-24T10:00", "2026-W52-4", "+002026-12"];
    let hours = v1::WorkingHours {
        weekly: vec![
            v1::WeeklyInterval { day: 0, range: Some(v1::TimeRange::default()) },
            v1::WeeklyInterval { day: v1::DayOfWeek::Sunday.into(), range: None },
        ],
        exceptions: dates.map(exception).into(),
        ..v1::WorkingHours::default()
    };
    let agent = v1::Agent { working_hours: Some(hours), ..v1::Agent::default() };
    let directory = v1::Directory { agents: vec![v1::Agent::default(), agent], ..v1::Directory::default() };
    let wire = v1::Account { directory: Some(directory), ..v1::Account::default() };
    let (_, found) = account::from_wire(&wire, "account");
    assert_eq!(
        outline(&found),
        [
            ("value_required", "account.directory.agents[1].working_hours.weekly[0].day"),
            ("time_range_required", "account.directory.agents[1].working_hours.weekly[1].range"),
            ("date_required", "account.directory.agents[1].working_hours.exceptions[1].date"),
            ("date_malformed", "account.directory.agents[1].working_hours.exceptions[2].date"),
            ("date_malformed", "account.directory.agents[1].working_hours.exceptions[3].date"),
            ("date_malformed", "account.directory.agents[1].working_hours.exceptions[4].date"),
            ("date_malformed", "account.directory.agents[1].working_hours.exceptions[5].date"),
            ("date_malformed", "account.directory.agents[1].working_hours.exceptions[6].date"),
        ]
    );
}

#[test]
fn an_unknown_value_comes_with_those_that_are_known() {
    let wire = v1::Workflow { mode: 7, ..v1::Workflow::default() };
    let (_, found) = workflow::from_wire(&wire, "workflow");
    assert_eq!(
        found[0].to_string(),
        "workflow.mode: there is no value 7 (give one of WORKFLOW_MODE_LIVE, WORKFLOW_MODE_SHADOW)"
    );
}

#[test]
fn findings_do_not_outgrow_the_message_by_far() {
    let days = Wire::DayOfWeek(v1::DayOfWeekTest { days: vec![9; 100_000] });
    let wire = v1::Workflow { all: vec![condition(days)], ..v1::Workflow::default() };
    let (read, found) = workflow::from_wire(&wire, "workflow");
    assert_eq!(found.len(), 1_000);
    assert_eq!(read.all[0].test, Test::Unreadable);
}
