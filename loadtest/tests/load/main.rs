//! Runs against a service of this process that does as it is told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which fail by panicking")]

mod command;
mod server;

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use server::{Does, STREAMS_MAX, Script, Server};
use tamis_loadtest::{
    Account, Arrivals, Check, Generated, LoadError, Mix, Outcome, Part, Plan, SavedWorkflow, Saves, Schedule,
    Shape, Step, Target,
};

fn mix() -> Mix {
    let account = |id: &str, weight| Account { id: id.to_owned(), weight };
    Generated { accounts: vec![account("a", 3), account("b", 1)], requests: 40, seed: 1 }.mix()
}

/// A plan of 100 calls in half a second, each well apart from the next.
fn plan(server: &Server) -> Plan {
    Plan {
        schedule: Schedule::Constant { calls_per_s: 200.0 },
        duration: Duration::from_millis(500),
        warmup: Duration::from_millis(100),
        connections: 2,
        streams: 4,
        ..Plan::new(server.target.clone(), mix())
    }
}

fn run(plan: &Plan) -> Outcome {
    tamis_loadtest::run(plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn refused(plan: &Plan) -> (&'static str, String) {
    match tamis_loadtest::run(plan, &mut |_| ControlFlow::Continue(())) {
        Err(LoadError::Plan { field, message }) => (field, message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn calls_of_every_shape_are_made_as_often_as_they_are_due() {
    let folder = tempfile::tempdir().unwrap();
    let answer = || Script::new(|_| Does::Answer);
    for (number, shape) in
        [Shape::Unary, Shape::Batch { size: 5 }, Shape::Stream { window: 3 }].into_iter().enumerate()
    {
        for server in
            [Server::start(answer()), Server::start_unix(&folder.path().join(number.to_string()), answer())]
        {
            let check = Some(Check { calls: 60, revision: Some(1) });
            let outcome = run(&Plan { shape, check, threads: 2, ..plan(&server) });
            let calls = outcome.calls;
            assert_eq!((calls.due, calls.sent, calls.answered), (100, 100, 100), "{shape:?}");
            assert_eq!((calls.failed, calls.unanswered), (0, 0), "{shape:?}");
            assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
            assert_eq!(outcome.latency.count, 100);
            assert_eq!(outcome.send_lag.count, 100);
            let check = outcome.check.unwrap();
            assert_eq!((check.checked, check.wrong), (60, 0), "{:?}", check.first_wrong);
            // Beside the measured calls there are 20 of the warm-up, and one for each connection.
            let changes = server.seen.changes.load(Ordering::SeqCst);
            assert_eq!(changes, 122 * shape.decisions(), "{shape:?}");
        }
    }
}

/// One call in the middle is not answered for a while, and the stream is not free for others meanwhile. Calls were due all the
/// while, and an open loop says that they took long. A closed loop did not make them, and has one long latency.
#[test]
fn an_open_loop_sees_what_a_closed_one_leaves_out() {
    const STALL: Duration = Duration::from_millis(300);
    let stall = || Script::new(|number| if number == 150 { Does::Stall(STALL) } else { Does::Answer });
    let one = |server: &Server| Plan { connections: 1, streams: 1, warmup: Duration::ZERO, ..plan(server) };
    let above_us = STALL.as_secs_f64() * 1e6 / 3.0;

    let server = Server::start(stall());
    let open = run(&Plan {
        schedule: Schedule::Constant { calls_per_s: 500.0 },
        duration: Duration::from_secs(1),
        ..one(&server)
    });
    // The calls that were due in the first two thirds of the stall: 100 but for some that fall on its edges.
    assert!(open.latency.count_above_us(above_us).unwrap() >= 90, "{:?}", open.latency);
    assert!(open.calls.waited_for_stream >= 90, "{:?}", open.calls);
    assert!(open.stream_wait.count_above_us(above_us).unwrap() >= 90);

    let server = Server::start(stall());
    let closed = run(&Plan { schedule: Schedule::ClosedLoop, calls_max: Some(500), ..one(&server) });
    assert!(closed.calls.answered > 150, "{:?}", closed.calls);
    assert_eq!(closed.latency.count, closed.service.count);
    let long = closed.latency.count_above_us(STALL.as_secs_f64() * 1e6 * 0.9).unwrap();
    // The stalled call, and perhaps one during which the machine stood still, but none of those that were not made.
    assert!((1..10).contains(&long), "{long}");
    assert_eq!(closed.send_lag.count, 0);
}

#[test]
fn errors_are_counted_by_code_and_reason() {
    // The first change tries the connection, and must be answered. Of the others every fourth fails: a quarter of the calls of
    // one change, and one change of every batch of four.
    for (shape, failed) in
        [(Shape::Unary, 25), (Shape::Batch { size: 4 }, 100), (Shape::Stream { window: 2 }, 25)]
    {
        let tried = shape.decisions();
        let does = move |number| match number {
            number if number >= tried && number % 4 == 3 => Does::Fail,
            _ => Does::Answer,
        };
        let server = Server::start(Script::new(does));
        let outcome = run(&Plan { shape, connections: 1, warmup: Duration::ZERO, ..plan(&server) });
        let [error] = outcome.errors.as_slice() else { panic!("{:?}", outcome.errors) };
        assert_eq!((error.code.as_str(), error.reason.as_str()), ("NOT_FOUND", "ACCOUNT_NOT_FOUND"));
        assert_eq!(error.message, "there is no account `x`");
        assert_eq!((error.count, outcome.calls.failed), (failed, failed), "{shape:?}");
        assert_eq!(outcome.latency.count, 100, "failed calls have latencies too");
    }
}

#[test]
fn a_first_call_that_fails_ends_it_before_there_is_load() {
    for shape in [Shape::Unary, Shape::Batch { size: 2 }, Shape::Stream { window: 2 }] {
        let server = Server::start(Script::new(|_| Does::Fail));
        let failed =
            tamis_loadtest::run(&Plan { shape, ..plan(&server) }, &mut |_| ControlFlow::Continue(()));
        let Err(LoadError::FirstCall { code, reason, .. }) = failed else { panic!("{failed:?}") };
        assert_eq!((code.as_str(), reason.as_str()), ("NOT_FOUND", "ACCOUNT_NOT_FOUND"));
        assert!(server.seen.calls.load(Ordering::SeqCst) <= 2);
    }
}

/// Calls that are never answered are told, and are in the latencies with the time that they have taken so far.
#[test]
fn what_is_not_answered_is_told() {
    for shape in [Shape::Unary, Shape::Stream { window: 1 }] {
        let server =
            Server::start(Script::new(|number| if number < 20 { Does::Answer } else { Does::Nothing }));
        let outcome = run(&Plan {
            shape,
            connections: 1,
            streams: 2,
            warmup: Duration::ZERO,
            drain: Duration::from_millis(500),
            ..plan(&server)
        });
        let calls = outcome.calls;
        assert_eq!((calls.due, calls.answered, calls.unanswered), (100, 19, 81), "{shape:?}");
        assert_eq!(calls.sent, 21, "two are under way for ever, and there is no stream for the others");
        assert_eq!(outcome.latency.count, 100);
        assert!(outcome.latency.p50_us >= 500_000.0, "{}", outcome.latency.p50_us);
    }
}

#[test]
fn each_step_has_its_rate() {
    let server = Server::start(Script::new(|_| Does::Answer));
    let step = |calls_per_s| Step { calls_per_s, duration_s: 0.25 };
    let steps = vec![step(80.0), step(400.0)];
    let outcome =
        run(&Plan { schedule: Schedule::Steps { arrivals: Arrivals::Constant, steps }, ..plan(&server) });
    let due: Vec<u64> = outcome.steps.iter().map(|step| step.due).collect();
    assert_eq!(due, [20, 100]);
    assert_eq!(outcome.calls.due, 120);
}

#[test]
fn a_run_ends_when_it_is_told_to() {
    let server = Server::start(Script::new(|_| Does::Answer));
    let long = Plan { duration: Duration::from_secs(3_600), ..plan(&server) };
    let bounded = run(&Plan { calls_max: Some(30), ..long.clone() });
    assert_eq!((bounded.calls.sent, bounded.calls.answered), (30, 30));

    let mut told = 0;
    let ended = tamis_loadtest::run(&long, &mut |progress| {
        told += 1;
        assert!(progress.left_s > 3_000.0);
        ControlFlow::Break(())
    });
    let ended = ended.unwrap();
    assert!(told >= 1);
    assert!(ended.measured_s < 3_600.0);
    assert_eq!(ended.calls.unanswered, 0, "{:?}", ended.calls);
}

#[test]
fn saves_take_effect_and_leave_all_as_it_was() {
    let server = Server::start(Script::new(|_| Does::Answer));
    let workflows = vec![SavedWorkflow { account_id: "a".to_owned(), workflow_id: None }];
    let saves = Some(Saves { saves_per_s: 40.0, workflows });
    let outcome = run(&Plan { saves, ..plan(&server) });
    let seen = outcome.saves.unwrap();
    assert!(seen.errors.is_empty(), "{:?}", seen.errors);
    assert_eq!((seen.acknowledged.count, seen.effect.count), (20, 20));
    // Four of the warm-up, and the last one puts back what was there.
    assert_eq!(server.seen.saves.load(Ordering::SeqCst), 25);
    assert_eq!(*server.seen.last_description.lock().unwrap(), "as it was");
}

#[test]
fn answers_by_another_revision_are_wrong() {
    let server = Server::start(Script::new(|_| Does::Answer));
    let outcome = run(&Plan { check: Some(Check { calls: 10, revision: Some(7) }), ..plan(&server) });
    let check = outcome.check.unwrap();
    assert_eq!((check.checked, check.wrong), (10, 10));
    assert_eq!(check.first_wrong.unwrap(), "decided by revision 1 instead of 7");
}

#[test]
fn the_floor_is_measured_with_the_same_shape() {
    let server = Server::start(Script::new(|_| Does::Answer));
    for shape in [Shape::Unary, Shape::Stream { window: 4 }] {
        let outcome = run(&Plan { shape, calibrate: true, ..plan(&server) });
        let floor = outcome.generator.floor.unwrap();
        assert!(floor.calls_per_s > 0.0 && floor.cpu_us_per_call > 0.0, "{floor:?}");
    }
}

#[test]
fn a_plan_that_cannot_be_carried_out_names_its_field() {
    let server = Server::start(Script::new(|_| Does::Answer));
    let plan = plan(&server);
    let constant = |calls_per_s| Schedule::Constant { calls_per_s };
    let steps = |steps| Schedule::Steps { arrivals: Arrivals::Constant, steps };
    let step = Step { calls_per_s: 1.0, duration_s: 1.0 };
    let part = |weight, requests| Part { name: "empty".to_owned(), weight, requests };
    let cases = [
        ("target", Plan { target: "192.0.2.1:7171".parse().unwrap(), ..plan.clone() }),
        ("schedule.calls_per_s", Plan { schedule: constant(0.0), ..plan.clone() }),
        ("schedule.calls_per_s", Plan { schedule: constant(f64::NAN), ..plan.clone() }),
        ("schedule.calls_per_s", Plan { schedule: constant(1e8), ..plan.clone() }),
        ("schedule.steps", Plan { schedule: steps(Vec::new()), ..plan.clone() }),
        (
            "schedule.steps.duration_s",
            Plan { schedule: steps(vec![Step { duration_s: 0.0, ..step }]), ..plan.clone() },
        ),
        ("duration", Plan { schedule: steps(vec![step]), ..plan.clone() }),
        ("duration", Plan { duration: Duration::ZERO, ..plan.clone() }),
        ("warmup", Plan { warmup: Duration::MAX, ..plan.clone() }),
        ("drain", Plan { drain: Duration::MAX, ..plan.clone() }),
        ("shape.size", Plan { shape: Shape::Batch { size: 1_001 }, ..plan.clone() }),
        ("shape.window", Plan { shape: Shape::Stream { window: 0 }, ..plan.clone() }),
        ("mix.parts", Plan { mix: Mix { parts: Vec::new() }, ..plan.clone() }),
        ("mix.parts.requests", Plan { mix: Mix { parts: vec![part(1, Vec::new())] }, ..plan.clone() }),
        ("connections", Plan { connections: 0, ..plan.clone() }),
        ("streams", Plan { streams: STREAMS_MAX as usize + 1, ..plan.clone() }),
        ("threads", Plan { threads: 3, ..plan.clone() }),
        ("calls_max", Plan { calls_max: Some(0), ..plan.clone() }),
        ("check.calls", Plan { check: Some(Check { calls: 0, revision: None }), ..plan.clone() }),
        (
            "saves.workflows",
            Plan { saves: Some(Saves { saves_per_s: 1.0, workflows: Vec::new() }), ..plan.clone() },
        ),
        ("server_pid", Plan { server_pid: Some(u32::MAX), ..plan.clone() }),
    ];
    for (wanted, plan) in cases {
        let (field, message) = refused(&plan);
        assert_eq!(field, wanted, "{message}");
    }
    let (_, message) = refused(&Plan { streams: STREAMS_MAX as usize + 1, ..plan });
    assert_eq!(message, "must be at most 64, which the server allows on a connection, and is 65");
}

#[test]
fn targets_are_read_as_they_are_written() {
    for text in ["127.0.0.1:7171", "[::1]:7171", "unix:/run/tamis.sock"] {
        assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
    }
    assert_eq!("http://127.0.0.1:1".parse::<Target>().unwrap().to_string(), "127.0.0.1:1");
    for text in ["127.0.0.1", "unix:", ""] {
        assert!(text.parse::<Target>().is_err(), "{text}");
    }
}

#[test]
fn nobody_there_is_an_error() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let plan = Plan::new(free.into(), mix());
    let failed = tamis_loadtest::run(&plan, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(failed, Err(LoadError::Connect { .. })), "{failed:?}");
}

#[test]
fn the_same_seed_makes_the_same_requests_and_no_two_are_alike() {
    let (one, same) = (mix(), mix());
    assert_eq!(one, same);
    let texts: Vec<String> = one
        .parts
        .iter()
        .flat_map(|part| &part.requests)
        .map(|request| format!("{:?}", (request.ticket.as_ref().unwrap(), &request.account_id)))
        .collect();
    let different: std::collections::BTreeSet<&String> = texts.iter().collect();
    assert_eq!((texts.len(), different.len()), (40, 40));
}
