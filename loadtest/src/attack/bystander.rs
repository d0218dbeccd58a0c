//! Somebody who only wants answers.

use std::ops::ControlFlow;
use std::time::Duration;

use tamis_loadtest::service::Service;
use tamis_loadtest::{Account, Generated, LoadError, Mix, Outcome, Plan, Schedule, Target, run};

/// Requests that are asked in turn.
const REQUESTS: usize = 256;

/// What is asked: changes of tickets of the demo account.
pub(crate) fn mix() -> Mix {
    let accounts = vec![Account { id: "demo".to_owned(), weight: 1 }];
    Generated { accounts, requests: REQUESTS, seed: 1 }.mix()
}

/// Connections of somebody who only wants answers, and calls of each.
pub(crate) const USUAL: (usize, usize) = (4, 16);

/// Calls a service for a while, on so many connections with so many calls of each.
pub(crate) fn call(
    victim: &Service,
    schedule: Schedule,
    length: Duration,
    (connections, streams): (usize, usize),
) -> Result<Outcome, LoadError> {
    let plan = Plan {
        schedule,
        connections,
        streams,
        duration: length,
        warmup: Duration::from_millis(500),
        server_pid: Some(victim.pid()),
        ..Plan::new(Target::Tcp(victim.address), mix())
    };
    run(&plan, &mut |_| ControlFlow::Continue(()))
}
