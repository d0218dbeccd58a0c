//! Whether the generator was the bottleneck.

use crate::distribution::Distribution;
use crate::outcome::{Floor, Generator, ThreadCpu, Verdict};
use crate::plan::{Plan, Schedule};
use crate::record::Totals;

/// Up to here a thread has room for bursts.
const UTILISATION_GOOD: f64 = 0.80;
/// Beyond this it is busy all the time, but for what the system takes.
const UTILISATION_FULL: f64 = 0.95;
/// A share of the time in which a thread waited for a processor that others had.
const WAITING_GOOD: f64 = 0.05;
const WAITING_BAD: f64 = 0.25;
/// A lag at which nothing that is measured through a socket differs.
const LAG_US_GOOD: f64 = 100.0;
/// A share of the latency that may be the generator's own.
const LAG_SHARE_GOOD: f64 = 0.10;
const LAG_SHARE_BAD: f64 = 0.50;

/// What is believed of the generator, and why.
pub(crate) fn of(
    plan: &Plan,
    threads: Vec<ThreadCpu>,
    all: &Totals,
    latency: &Distribution,
    send_lag: &Distribution,
    floor: Option<Floor>,
) -> Generator {
    let mut judged = vec![utilisation(&threads)];
    judged.extend(floor.map(|floor| below_floor(per_s(all.calls.answered_within, all, plan), floor)));
    judged.extend(waiting(&threads));
    if !matches!(plan.schedule, Schedule::ClosedLoop) {
        judged.push(lag(latency, send_lag));
    }
    let verdict = judged.iter().map(|(verdict, _)| *verdict).max_by_key(|verdict| *verdict as u8);
    let cpu_us_per_call = match all.calls.answered_within {
        0 => 0.0,
        calls => all.ran_ns as f64 / 1e3 / calls as f64,
    };
    Generator {
        verdict: verdict.unwrap_or(Verdict::Doubtful),
        grounds: judged.into_iter().map(|(_, ground)| ground).collect(),
        threads,
        cpu_us_per_call,
        floor,
    }
}

fn judge(value: f64, good: f64, bad: f64) -> Verdict {
    match value {
        _ if value <= good => Verdict::NotTheBottleneck,
        _ if value <= bad => Verdict::Doubtful,
        _ => Verdict::Bottleneck,
    }
}

fn per_s(calls: u64, all: &Totals, plan: &Plan) -> f64 {
    let measured_s = all.end_ns as f64 / 1e9 - plan.warmup.as_secs_f64();
    if measured_s > 0.0 { calls as f64 / measured_s } else { 0.0 }
}

fn below_floor(calls_per_s: f64, floor: Floor) -> (Verdict, String) {
    let share = calls_per_s / floor.calls_per_s.max(1.0);
    let ground = format!(
        "{:.0} calls/s are {:.0} % of the {:.0} that it makes against an answer that costs nothing (up to {:.0} % is well)",
        calls_per_s,
        share * 100.0,
        floor.calls_per_s,
        UTILISATION_GOOD * 100.0
    );
    (judge(share, UTILISATION_GOOD, UTILISATION_FULL), ground)
}

fn utilisation(threads: &[ThreadCpu]) -> (Verdict, String) {
    let busiest = threads.iter().map(|thread| thread.utilisation).fold(0.0, f64::max);
    let ground = format!(
        "its busiest thread ran for {:.0} % of the time (up to {:.0} % is well)",
        busiest * 100.0,
        UTILISATION_GOOD * 100.0
    );
    (judge(busiest, UTILISATION_GOOD, UTILISATION_FULL), ground)
}

fn waiting(threads: &[ThreadCpu]) -> Option<(Verdict, String)> {
    let longest = threads.iter().filter_map(|thread| thread.runnable_waiting).reduce(f64::max)?;
    let ground = format!(
        "a thread of it waited for a processor that others had for {:.1} % of the time (up to {:.0} % is well)",
        longest * 100.0,
        WAITING_GOOD * 100.0
    );
    Some((judge(longest, WAITING_GOOD, WAITING_BAD), ground))
}

fn lag(latency: &Distribution, send_lag: &Distribution) -> (Verdict, String) {
    let (lag_us, latency_us) = (send_lag.p99_us, latency.p99_us);
    let share = if latency_us > 0.0 { lag_us / latency_us } else { 0.0 };
    let verdict = if lag_us <= LAG_US_GOOD {
        Verdict::NotTheBottleneck
    } else {
        judge(share, LAG_SHARE_GOOD, LAG_SHARE_BAD)
    };
    let ground = format!(
        "99 % of the calls were sent at most {lag_us:.0} µs after they were due and a stream was free, {:.0} % of the latency's \
         p99 (up to {LAG_US_GOOD:.0} µs or {:.0} % is well)",
        share * 100.0,
        LAG_SHARE_GOOD * 100.0
    );
    (verdict, ground)
}
