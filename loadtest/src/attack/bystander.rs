//! Somebody who only wants answers.

use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::time::Duration;

use tamis_loadtest::{Account, Generated, LoadError, Mix, Outcome, Plan, Schedule, Target, run};

/// Requests that are asked in turn.
const REQUESTS: usize = 256;

/// What is asked: changes of tickets of the demo account.
pub(crate) fn mix() -> Mix {
    let accounts = vec![Account { id: "demo".to_owned(), weight: 1 }];
    Generated { accounts, requests: REQUESTS, seed: 1 }.mix()
}

/// Calls a service for a while.
pub(crate) fn call(
    address: SocketAddr,
    schedule: Schedule,
    length: Duration,
    pid: u32,
) -> Result<Outcome, LoadError> {
    let plan = Plan {
        schedule,
        connections: 4,
        streams: 16,
        duration: length,
        warmup: Duration::from_millis(500),
        server_pid: Some(pid),
        ..Plan::new(Target::Tcp(address), mix())
    };
    run(&plan, &mut |_| ControlFlow::Continue(()))
}
