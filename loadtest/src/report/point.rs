//! From what a run has seen to a line of the report.

use super::format::{number, rate, time};
use super::model::{Latency, Load, Point};
use super::statistics::median;
use crate::{Distribution, Outcome, Schedule, Shape, Verdict};

/// Below this share of the calls that were due, a run has not kept up.
const KEPT_UP: f64 = 0.98;

impl Point {
    /// A run of load on `what`, which had so many threads.
    pub fn of(id: String, what: &str, threads: usize, outcome: &Outcome) -> Self {
        let plan = &outcome.plan;
        let generator = &outcome.generator;
        let fine = generator.verdict == Verdict::NotTheBottleneck;
        let generator_cpus = generator.threads.iter().map(|thread| thread.utilisation).sum();
        let target_per_s = match plan.schedule {
            Schedule::ClosedLoop => None,
            Schedule::Constant { calls_per_s } | Schedule::Poisson { calls_per_s } => Some(calls_per_s),
            Schedule::Steps { .. } => outcome.rates.intended_calls_per_s,
        };
        Self {
            id,
            server: what.to_owned(),
            threads,
            load: Load {
                target_per_s,
                connections: plan.connections,
                streams: plan.streams,
                call: match plan.shape {
                    Shape::Unary => "Evaluate".to_owned(),
                    Shape::Batch { size } => format!("EvaluateBatch of {size}"),
                    Shape::Stream { window } => format!("EvaluateStream, {window} at once"),
                },
            },
            duration_s: outcome.measured_s,
            calls: outcome.calls.answered,
            errors: outcome.calls.failed + outcome.calls.unanswered,
            due_per_s: outcome.rates.intended_calls_per_s,
            rate_per_s: outcome.rates.achieved_calls_per_s,
            latency: Latency::from(&outcome.latency),
            server_cpu_us: outcome
                .server_cpu
                .map(|cpu| cpu.cpu_us_per_call)
                .filter(|us| us.is_finite() && *us > 0.0),
            server_cpus: outcome.server_cpu.map(|cpu| cpu.processors),
            generator_cpus: Some(generator_cpus),
            generator_doubts: if fine { Vec::new() } else { generator.grounds.clone() },
        }
    }

    /// Whether every call was answered without an error, and in open loop about when it was due.
    pub fn kept_up(&self) -> bool {
        self.errors == 0 && self.due_per_s.is_none_or(|due| self.rate_per_s >= KEPT_UP * due)
    }

    /// What was seen, on one line.
    pub fn in_short(&self) -> String {
        let cpu =
            self.server_cpu_us.map(|us| format!(", server {} µs per call", number(us))).unwrap_or_default();
        let errors = if self.errors == 0 { String::new() } else { format!(", {} failed", self.errors) };
        let Latency { p50_us, p99_us, p999_us, .. } = self.latency;
        format!(
            "{}, p50 {}, p99 {}, p99.9 {}{cpu}{errors}",
            rate(self.rate_per_s),
            time(p50_us),
            time(p99_us),
            time(p999_us)
        )
    }
}

impl From<&Distribution> for Latency {
    fn from(times: &Distribution) -> Self {
        Self {
            n: times.count,
            mean_us: times.mean_us,
            p50_us: times.p50_us,
            p90_us: times.p90_us,
            p99_us: times.p99_us,
            p999_us: times.p99_9_us,
            max_us: times.max_us,
        }
    }
}

impl Latency {
    /// The median of each figure over repeats; of the greatest value the greatest, and of n the sum. Absent without repeats.
    pub fn of_repeats(repeats: &[Self]) -> Option<Self> {
        let of = |figure: fn(&Self) -> f64| median(&repeats.iter().map(figure).collect::<Vec<f64>>());
        Some(Self {
            n: repeats.iter().map(|latency| latency.n).sum(),
            mean_us: of(|latency| latency.mean_us)?,
            p50_us: of(|latency| latency.p50_us)?,
            p90_us: of(|latency| latency.p90_us)?,
            p99_us: of(|latency| latency.p99_us)?,
            p999_us: of(|latency| latency.p999_us)?,
            max_us: repeats.iter().map(|latency| latency.max_us).fold(0.0, f64::max),
        })
    }

    /// Of times that were taken one by one, in µs. Absent if there are none.
    pub fn of_times(times_us: &[f64]) -> Option<Self> {
        let of = |share| super::statistics::quantile(times_us, share);
        Some(Self {
            n: u64::try_from(times_us.len()).unwrap_or(u64::MAX),
            mean_us: super::statistics::mean(times_us)?,
            p50_us: of(0.5)?,
            p90_us: of(0.9)?,
            p99_us: of(0.99)?,
            p999_us: of(0.999)?,
            max_us: of(1.0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_summed_up_by_their_median_and_their_worst() {
        let with = |p99_us, max_us| Latency { n: 10, p99_us, max_us, ..Latency::default() };
        let all = Latency::of_repeats(&[with(1.0, 9.0), with(5.0, 5.0), with(2.0, 3.0)]).unwrap();
        assert_eq!((all.n, all.p99_us, all.max_us), (30, 2.0, 9.0));
        assert_eq!(Latency::of_repeats(&[]), None);
    }

    #[test]
    fn times_taken_one_by_one_make_a_distribution() {
        let times: Vec<f64> = (1..=101).map(f64::from).collect();
        let latency = Latency::of_times(&times).unwrap();
        assert_eq!((latency.n, latency.p50_us, latency.p99_us, latency.max_us), (101, 51.0, 100.0, 101.0));
        assert_eq!(Latency::of_times(&[]), None);
    }
}
