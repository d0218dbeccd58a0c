//! The instants at which calls are due.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::plan::{Arrivals, Plan, Schedule, Step};

const NS_PER_S: f64 = 1e9;

/// A call that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// Which one it is, the warm-up's included.
    pub(crate) number: u64,
    /// When, in nanoseconds since the run began.
    pub(crate) ns: u64,
}

/// A time with one rate.
#[derive(Clone, Copy, Debug)]
struct Phase {
    from_ns: f64,
    to_ns: f64,
    gap_ns: f64,
}

/// The calls of an open loop in the order in which they are due: first the warm-up at the first rate, then each step. The
/// same plan has the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Schedules {
    arrivals: Arrivals,
    phases: Vec<Phase>,
    /// The phase that the next call is in, and which of its calls that is.
    phase: usize,
    place: u64,
    number: u64,
    /// Poisson: when the call before was due.
    before_ns: f64,
    random: ChaCha8Rng,
}

impl Schedules {
    /// The calls of a plan; `None` for a closed loop.
    pub(crate) fn new(plan: &Plan) -> Option<Self> {
        let (arrivals, steps) = steps(&plan.schedule, plan.duration)?;
        let mut from_ns = 0.0;
        let first = steps.first()?;
        let warmup = Step { duration_s: plan.warmup.as_secs_f64(), ..*first };
        let phases = std::iter::once(&warmup).chain(&steps).map(|step| {
            let phase = Phase {
                from_ns,
                to_ns: from_ns + step.duration_s * NS_PER_S,
                gap_ns: NS_PER_S / step.calls_per_s,
            };
            from_ns = phase.to_ns;
            phase
        });
        Some(Self {
            arrivals,
            phases: phases.collect(),
            phase: 0,
            place: 0,
            number: 0,
            before_ns: 0.0,
            random: ChaCha8Rng::seed_from_u64(plan.seed),
        })
    }
}

/// The rates of an open loop, each with the time that it lasts; `None` for a closed loop.
pub(crate) fn steps(schedule: &Schedule, duration: Duration) -> Option<(Arrivals, Vec<Step>)> {
    let one = |calls_per_s: f64| vec![Step { calls_per_s, duration_s: duration.as_secs_f64() }];
    match schedule {
        Schedule::ClosedLoop => None,
        Schedule::Constant { calls_per_s } => Some((Arrivals::Constant, one(*calls_per_s))),
        Schedule::Poisson { calls_per_s } => Some((Arrivals::Poisson, one(*calls_per_s))),
        Schedule::Steps { arrivals, steps } => Some((*arrivals, steps.clone())),
    }
}

impl Iterator for Schedules {
    type Item = Due;

    fn next(&mut self) -> Option<Due> {
        loop {
            let phase = self.phases.get(self.phase)?;
            let ns = match self.arrivals {
                // Multiplied and not added up, so that no error accumulates.
                Arrivals::Constant => phase.from_ns + self.place as f64 * phase.gap_ns,
                Arrivals::Poisson => {
                    // 1 − u is above 0, so its logarithm is finite.
                    let gap = -(1.0 - self.random.random::<f64>()).ln() * phase.gap_ns;
                    self.before_ns.max(phase.from_ns) + gap
                }
            };
            if ns < phase.to_ns {
                self.place += 1;
                self.before_ns = ns;
                let number = self.number;
                self.number += 1;
                return Some(Due { number, ns: ns as u64 });
            }
            // An exponential gap has no memory: what is left of it may be drawn anew at the next rate.
            self.phase += 1;
            self.place = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mix::Mix;

    fn plan(schedule: Schedule, warmup_s: u64, duration_s: u64, seed: u64) -> Plan {
        Plan {
            schedule,
            warmup: Duration::from_secs(warmup_s),
            duration: Duration::from_secs(duration_s),
            seed,
            ..Plan::new("127.0.0.1:1".parse().unwrap(), Mix { parts: Vec::new() })
        }
    }

    fn dues(plan: &Plan) -> Vec<u64> {
        Schedules::new(plan).unwrap().map(|due| due.ns).collect()
    }

    #[test]
    fn constant_calls_are_exact_in_number_and_place() {
        for (calls_per_s, duration_s, wanted) in [(1_000.0, 3, 3_000), (3.0, 7, 21), (0.5, 3, 2), (0.1, 5, 1)]
        {
            let found = dues(&plan(Schedule::Constant { calls_per_s }, 0, duration_s, 1));
            assert_eq!(found.len(), wanted, "{calls_per_s} for {duration_s} s");
            for (place, ns) in found.iter().enumerate() {
                assert!((*ns as f64 - place as f64 * 1e9 / calls_per_s).abs() <= 1.0, "call {place}");
            }
        }
    }

    #[test]
    fn the_warm_up_comes_first_and_each_step_has_its_rate() {
        let steps =
            vec![Step { calls_per_s: 10.0, duration_s: 2.0 }, Step { calls_per_s: 50.0, duration_s: 1.0 }];
        for (arrivals, slack) in [(Arrivals::Constant, 0), (Arrivals::Poisson, 25)] {
            let found = dues(&plan(Schedule::Steps { arrivals, steps: steps.clone() }, 1, 3, 5));
            assert!(found.is_sorted());
            for (from_s, to_s, wanted) in [(0, 1, 10), (1, 3, 20), (3, 4, 50)] {
                let range = from_s * 1_000_000_000..to_s * 1_000_000_000;
                let count = found.iter().filter(|ns| range.contains(*ns)).count();
                assert!(count.abs_diff(wanted) <= slack, "{arrivals:?} {range:?}: {count}");
            }
            assert!(found.iter().all(|ns| *ns < 4_000_000_000));
        }
    }

    /// The gaps of a Poisson process have their mean as their standard deviation, and a seed says all.
    #[test]
    fn poisson_calls_have_exponential_gaps_and_depend_on_the_seed_alone() {
        let poisson = |seed| dues(&plan(Schedule::Poisson { calls_per_s: 10_000.0 }, 0, 10, seed));
        let found = poisson(7);
        let gaps: Vec<f64> = found.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        // 100,000 draws: both are within 1 % with a probability of more than 99 %, and the seed is fixed.
        assert!((mean / 100_000.0 - 1.0).abs() < 0.01, "{mean}");
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.01, "{}", variance.sqrt());
        assert_eq!(found, poisson(7));
        assert_ne!(found, poisson(8));
    }

    #[test]
    fn calls_are_numbered_from_the_first_on() {
        let plan = plan(Schedule::Poisson { calls_per_s: 100.0 }, 1, 1, 3);
        let numbers: Vec<u64> = Schedules::new(&plan).unwrap().map(|due| due.number).collect();
        assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
        assert!(Schedules::new(&Plan { schedule: Schedule::ClosedLoop, ..plan }).is_none());
    }
}
