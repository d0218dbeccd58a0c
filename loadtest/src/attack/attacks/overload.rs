//! More calls than can be answered.

use std::time::Duration;

use tamis_loadtest::service::Service;
use tamis_loadtest::{Outcome, Schedule};

use crate::Settings;
use crate::bystander;
use crate::report::Row;

/// The share of what can be answered at most that has to be answered under overload.
const GOODPUT_MIN: f64 = 0.9;
/// Connections, and calls of each: as many as a service takes, so that calls wait there and not in the generator.
const MANY: (usize, usize) = (16, 120);

/// Calls as fast as can be answered, and then so many times as fast.
pub(super) fn overload(times: f64, victim: &Service, settings: &Settings) -> anyhow::Result<Row> {
    let peak = bystander::call(victim, Schedule::ClosedLoop, settings.length, MANY)?;
    let peak_per_s = goodput(&peak);
    let before = victim.resident_bytes()?;
    let schedule = Schedule::Poisson { calls_per_s: times * peak_per_s };
    let outcome = bystander::call(victim, schedule, settings.length, MANY)?;
    let memory_growth_bytes = victim.resident_bytes()?.saturating_sub(before);
    let share = goodput(&outcome) / peak_per_s.max(1.0);
    let shed = outcome.errors.iter().filter(|error| error.code == "RESOURCE_EXHAUSTED");
    let shed: u64 = shed.map(|error| error.count).sum();
    let mut row = Row {
        done: format!(
            "{:.0} calls/s where {peak_per_s:.0} can be answered: {:.0} % of these are, {shed} shed",
            times * peak_per_s,
            100.0 * share
        ),
        connections: MANY.0 as u64,
        memory_growth_bytes,
        ..Row::default()
    };
    if share < GOODPUT_MIN {
        row.failures.push(format!("only {:.0} % of the peak are answered", 100.0 * share));
    }
    if bystander::call(victim, Schedule::ClosedLoop, Duration::from_secs(1), bystander::USUAL).is_err() {
        row.failures.push("nobody is answered afterwards".to_owned());
    }
    Ok(row)
}

/// Calls answered well, a second.
fn goodput(outcome: &Outcome) -> f64 {
    let answered = outcome.calls.answered_within.saturating_sub(outcome.calls.failed);
    answered as f64 / outcome.measured_s.max(f64::MIN_POSITIVE)
}
