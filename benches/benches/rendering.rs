//! Question: what does each match cost, beyond finding it; and what does it cost to explain a workflow?
//!
//! Corpus: 100 workflows that ask for an open ticket and so match every change; one iteration decides one change, and so makes
//! 100 matches, which is what the throughput counts. Changes of seed 2 with messages of 60 bytes, 1,024 taken in turn.
//!
//! Sides: `tag` renders no text, so that it is the match itself and its fire key; `text` adds a message without variables; `names`
//! one with three variables; `date` one with the date and time, which is written once per decision; `html` an HTML e-mail
//! with four variables; `held since` a fire key made of the instant from which a time condition has held; `explain` tells
//! for each of the 100 workflows what was wanted and what was seen.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::SignedDuration;
use tamis_benches::{MessageLength, Workload};
use tamis_engine::definition::{
    Action, Body, Condition, ElapsedBound, Test, TextFormat, TicketState, Workflow,
};
use tamis_engine::{Index, Scratch, compile};

const WORKFLOWS: usize = 100;

fn bench(criterion: &mut Criterion) {
    let mut workload = Workload::new(2);
    let requests: Vec<_> = (0..1_024)
        .map(|number| {
            let mut request = workload.request(number, WORKFLOWS, MessageLength::Bytes(60));
            request.ticket.state = Some(TicketState::Open);
            request
        })
        .collect();
    let message =
        |text: &str| Action::SendMessage { body: Body { text: text.to_owned(), ..Body::default() } };
    let tag = Action::AssignTag { tag_id: "seen".to_owned() };
    let sides = [
        ("tag", tag.clone(), false),
        ("text", message("Thank you for your message. We will answer you as soon as we can."), false),
        ("names", message("Hello {{ customer_name }}, this is {{ ticket_id }}: {{ ticket_url }}"), false),
        ("date", message("Hello {{ customer_name }}, it is {{ current_date_time }}."), false),
        ("html", html(), false),
        ("held since", tag, true),
    ];
    let mut group = criterion.benchmark_group("rendering");
    group.throughput(Throughput::Elements(WORKFLOWS as u64));
    let mut scratch = Scratch::default();
    for (name, action, timed) in sides {
        let Some(index) = index(&action, timed) else { continue };
        let mut turn = requests.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| turn.next().map(|request| index.evaluate(request, &mut scratch)));
        });
        if name == "tag" {
            group.bench_function("explain", |bencher| {
                bencher.iter(|| turn.next().map(|request| black_box(index.explain(request, &[], WORKFLOWS))));
            });
        }
    }
    group.finish();
}

fn html() -> Action {
    Action::SendEmail {
        to: "{{ customer_email }}".to_owned(),
        subject: "Ticket {{ ticket_id }}".to_owned(),
        body: Body {
            text: "<p>Hello {{ customer_name }},</p><p>see <a href=\"{{ ticket_url }}\">your ticket</a>.</p>"
                .to_owned(),
            format: TextFormat::Html,
        },
    }
}

fn index(action: &Action, timed: bool) -> Option<Index> {
    let open = Test::TicketState(vec![TicketState::Open]);
    let ever = Test::TicketCreated(vec![ElapsedBound::MoreThan(SignedDuration::from_hours(-24))]);
    let all: Vec<_> = [open]
        .into_iter()
        .chain(timed.then_some(ever))
        .map(|test| Condition { negated: false, test })
        .collect();
    let workflows: Vec<_> = (0..WORKFLOWS)
        .map(|number| {
            let id = format!("workflow-{number}");
            Arc::new(Workflow { id, all: all.clone(), actions: vec![action.clone()], ..Workflow::default() })
        })
        .collect();
    compile(Workload::new(1).account(), &workflows).ok()
}

criterion_group!(benches, bench);
criterion_main!(benches);
