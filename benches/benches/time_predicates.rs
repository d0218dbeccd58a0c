//! Question: what do conditions over time cost a decision, and what does it cost to tell when the next one will hold?
//!
//! Corpus: 1,000 workflows, each about one of 200 inboxes, so that five are about the ticket's; beside the inbox each has one
//! condition of the side's kind. Changes of seed 2 without messages, within one week, 4,096 taken in turn; either the ticket was
//! updated, or nothing but time has passed.
//!
//! Sides: `no time` (the ticket is open: nothing of it is judged on a timer), `elapsed` (more than 1 to 72 hours since the
//! customer's last reply), `clock` (a span of two hours of the day), `days` (the weekend), `working hours` (an agent of twenty is at
//! work); each with and without `next_due`.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::SignedDuration;
use jiff::civil::Weekday;
use tamis_benches::{MessageLength, Profile, Workload};
use tamis_engine::definition::{
    Action, Attendance, Condition, ElapsedBound, Presence, Test, TicketState, TimeRange, Workflow,
};
use tamis_engine::request::{Change, Request};
use tamis_engine::{Scratch, compile};

const WORKFLOWS: u16 = 1_000;
const INBOXES: usize = 200;

/// Makes the condition of the workflow with this number.
type MakeTest = fn(u16) -> Test;

fn bench(criterion: &mut Criterion) {
    let kinds: [(&str, MakeTest); 5] = [
        ("no time", |_| Test::TicketState(vec![TicketState::Open])),
        ("elapsed", |number| {
            Test::LastCustomerReply(vec![ElapsedBound::MoreThan(SignedDuration::from_hours(
                i64::from(number % 72) + 1,
            ))])
        }),
        ("clock", |number| {
            let from_minute = number % 88 * 15;
            Test::TimeOfDay(vec![TimeRange { from_minute, to_minute: from_minute + 120 }])
        }),
        ("days", |_| Test::DayOfWeek(vec![Weekday::Saturday, Weekday::Sunday])),
        ("working hours", |number| {
            let agent_id = Some(format!("agent-{}", number % 20));
            Test::WorkingHours(vec![Attendance { presence: Presence::Inside, agent_id }])
        }),
    ];
    let mut group = criterion.benchmark_group("time_predicates");
    for (kind, test) in kinds {
        let workflows: Vec<_> =
            (0..WORKFLOWS).map(|number| Arc::new(workflow(number, test(number)))).collect();
        let Ok(index) = compile(Workload::new(1).account(), &workflows) else { continue };
        for (happened, timer) in [("updated", false), ("timer", true)] {
            for (asked, with_next_due) in [("decision", false), ("decision and next_due", true)] {
                let requests = requests(timer, with_next_due);
                let mut turn = requests.iter().cycle();
                let mut scratch = Scratch::default();
                group.bench_function(format!("{kind}, {happened}, {asked}"), |bencher| {
                    bencher.iter(|| turn.next().map(|request| index.evaluate(request, &mut scratch)));
                });
            }
        }
    }
    group.finish();
}

fn workflow(number: u16, test: Test) -> Workflow {
    let inbox = Test::Inbox(vec![format!("inbox-{}", usize::from(number) % INBOXES)]);
    Workflow {
        id: format!("workflow-{number}"),
        all: [inbox, test].map(|test| Condition { negated: false, test }).into(),
        actions: vec![Action::SetStatus { status_id: "late".to_owned() }],
        ..Workflow::default()
    }
}

fn requests(timer: bool, with_next_due: bool) -> Vec<Request<'static>> {
    let mut workload = Workload::with(2, Profile::default());
    (0..4_096)
        .map(|number| {
            let mut request = workload.request(number, INBOXES, MessageLength::Bytes(60));
            request.ticket.inbox = Some(format!("inbox-{}", number % INBOXES).into());
            let change_id = request.change.change_id;
            request.change = Change { change_id, updated: !timer, timer, ..Change::default() };
            request.with_next_due = with_next_due;
            request
        })
        .collect()
}

criterion_group!(benches, bench);
criterion_main!(benches);
