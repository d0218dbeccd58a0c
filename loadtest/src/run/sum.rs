//! Sums up what was seen.

use super::{ServerSamples, together};
use crate::cpu;
use crate::distribution::Distribution;
use crate::outcome::{
    CheckOutcome, Floor, Outcome, PlanSummary, Rates, SavesOutcome, Second, ServerCpu, StepOutcome, ThreadCpu,
};
use crate::plan::{Plan, Schedule};
use crate::record::Totals;
use crate::schedule;
use crate::verdict;

/// What was seen.
pub(super) struct Seen {
    pub(super) totals: Vec<Totals>,
    pub(super) series: Vec<Second>,
    pub(super) saves: Option<SavesOutcome>,
    pub(super) floor: Option<Floor>,
    pub(super) server: ServerSamples,
    pub(super) started_at: String,
}

pub(super) fn outcome(plan: &Plan, seen: Seen) -> Outcome {
    let threads: Vec<ThreadCpu> = seen.totals.iter().map(thread_cpu).collect();
    let all = together(seen.totals).unwrap_or_else(|| Totals::new(0));
    let measured_s = all.end_ns as f64 / 1e9 - plan.warmup.as_secs_f64();
    let per_s = |count: u64| if measured_s > 0.0 { count as f64 / measured_s } else { 0.0 };
    let decisions = all.calls.answered_within * plan.shape.decisions();
    let is_open = !matches!(plan.schedule, Schedule::ClosedLoop);
    let latency = Distribution::from(&all.latency);
    let send_lag = Distribution::from(&all.send_lag);
    let generator = verdict::of(plan, threads, &all, &latency, &send_lag, seen.floor);
    Outcome {
        plan: summary(plan),
        started_at: seen.started_at,
        measured_s,
        calls: all.calls,
        rates: Rates {
            intended_calls_per_s: is_open.then(|| per_s(all.calls.due)),
            achieved_calls_per_s: per_s(all.calls.answered_within),
            achieved_decisions_per_s: per_s(decisions),
        },
        latency,
        service: Distribution::from(&all.service),
        send_lag,
        stream_wait: Distribution::from(&all.stream_wait),
        series: seen.series,
        steps: steps(plan, &all),
        saves: seen.saves,
        check: plan.check.map(|_| CheckOutcome {
            checked: all.checked,
            wrong: all.wrong,
            first_wrong: all.first_wrong.clone(),
        }),
        traffic: all.traffic,
        generator,
        server_cpu: server_cpu(&seen.server, per_s(all.calls.answered_within), per_s(decisions)),
        errors: all.errors.into_counts(),
    }
}

fn summary(plan: &Plan) -> PlanSummary {
    PlanSummary {
        target: plan.target.to_string(),
        schedule: plan.schedule.clone(),
        shape: plan.shape,
        connections: plan.connections,
        streams: plan.streams,
        threads: plan.threads,
        duration_s: plan.duration.as_secs_f64(),
        warmup_s: plan.warmup.as_secs_f64(),
        calls_max: plan.calls_max,
        saves_per_s: plan.saves.as_ref().map(|saves| saves.saves_per_s),
        check: plan.check,
        seed: plan.seed,
        mix: plan.mix.summary(),
    }
}

fn steps(plan: &Plan, all: &Totals) -> Vec<StepOutcome> {
    let Some((_, steps)) = schedule::steps(&plan.schedule, plan.duration) else { return Vec::new() };
    let outcome = |(step, (times, answered)): (&crate::plan::Step, &(_, u64))| {
        let latency = Distribution::from(times);
        StepOutcome {
            intended_calls_per_s: step.calls_per_s,
            duration_s: step.duration_s,
            due: latency.count,
            achieved_calls_per_s: *answered as f64 / step.duration_s,
            latency,
        }
    };
    steps.iter().zip(&all.steps).map(outcome).collect()
}

fn thread_cpu(totals: &Totals) -> ThreadCpu {
    let share = |ns: u64| if totals.sampled_ns == 0 { 0.0 } else { ns as f64 / totals.sampled_ns as f64 };
    ThreadCpu { utilisation: share(totals.ran_ns), runnable_waiting: totals.waited_ns.map(share) }
}

/// The time between the samples, which lie within some milliseconds of the measurement's beginning and end, by the calls
/// that were answered in as long.
fn server_cpu(samples: &ServerSamples, calls_per_s: f64, decisions_per_s: f64) -> Option<ServerCpu> {
    let ((began, before), (ended, after)) = samples.began.zip(samples.ended)?;
    let seconds = ended.saturating_duration_since(began).as_secs_f64();
    let (user_s, system_s) = (after.user_s - before.user_s, after.system_s - before.system_s);
    let taken_s = user_s + system_s;
    let each_us = |per_s: f64| if per_s * seconds > 0.0 { taken_s * 1e6 / (per_s * seconds) } else { 0.0 };
    Some(ServerCpu {
        user_s,
        system_s,
        processors: if seconds > 0.0 { taken_s / seconds } else { 0.0 },
        cpu_us_per_call: each_us(calls_per_s),
        cpu_us_per_decision: each_us(decisions_per_s),
        resolution: if taken_s > 0.0 { cpu::tick_s() / taken_s } else { 1.0 },
    })
}
