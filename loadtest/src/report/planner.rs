//! How many nodes a rate and a limit on latency take.

use rand::seq::IndexedRandom as _;
use rand::{Rng, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::knee::rising;
use super::least_squares::CONFIDENCE;
use super::statistics::{mean, median, quantile};

/// How many times the repeats are drawn anew for an interval.
const DRAWS: usize = 1_000;

/// One measurement at a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// Calls answered per second.
    pub rate_per_s: f64,
    /// 99th percentile of the latency from the scheduled time, in µs. Infinite if calls failed or the rate was not kept up.
    pub latency_us_p99: f64,
}

/// What one node was measured to do: the repeats of each rate, by rate.
#[derive(Clone, Debug)]
pub struct Node {
    levels: Vec<Vec<Trial>>,
    seed: u64,
}

/// What is asked of a number of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Calls per second.
    pub rate_per_s: f64,
    /// What the 99th percentile must stay below, in µs.
    pub latency_us_p99: f64,
}

/// The answer to an [`Ask`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    pub ask: Ask,
    /// How many nodes, and why so many.
    pub verdict: Verdict,
    /// Why the answer goes beyond what was measured; empty if it does not.
    pub extrapolates: Vec<String>,
}

/// How many nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// So many.
    Nodes(Nodes),
    /// Even at the lightest load that was measured the 99th percentile is above the limit; more nodes do not help.
    NotMet {
        /// That percentile, in µs; absent if even that load was not kept up.
        latency_us_p99: Option<f64>,
        /// That load, per second.
        rate_per_s: f64,
    },
}

/// So many nodes, each of which carries so much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nodes {
    /// What one node carries within the limit, per second.
    pub node_rate_per_s: f64,
    /// Lower end of its interval of confidence.
    pub node_rate_per_s_low: f64,
    /// Upper end.
    pub node_rate_per_s_high: f64,
    /// Nodes to run, of which one may fail.
    pub nodes: u64,
    /// As many if a node carries what the upper end of the interval says.
    pub nodes_low: u64,
    /// As many if it carries what the lower end says.
    pub nodes_high: u64,
}

impl Node {
    /// A node by its measurements: for each rate that was aimed at, its repeats. Rates without any are left out. `seed`
    /// decides how repeats are drawn for intervals.
    pub fn new(levels: Vec<Vec<Trial>>, seed: u64) -> Self {
        let rate = |level: &Vec<Trial>| level.iter().map(|trial| trial.rate_per_s).sum::<f64>();
        let mut levels: Vec<Vec<Trial>> = levels.into_iter().filter(|level| !level.is_empty()).collect();
        levels.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
        Self { levels, seed }
    }

    /// The least number of repeats at a rate.
    pub fn repeats(&self) -> usize {
        self.levels.iter().map(Vec::len).min().unwrap_or_default()
    }

    /// Answers how many nodes are needed. Absent if nothing was measured.
    pub fn answer(&self, ask: Ask) -> Option<Answer> {
        let curve = curve(self.levels.iter().map(Vec::as_slice));
        let (lightest, heaviest) = (*curve.first()?, *curve.last()?);
        let limit = ask.latency_us_p99;
        let mut extrapolates = Vec::new();
        let Some(node_rate) = within(&curve, limit) else {
            let latency = lightest.1.is_finite().then_some(lightest.1);
            let verdict = Verdict::NotMet { latency_us_p99: latency, rate_per_s: lightest.0 };
            return Some(Answer { ask, verdict, extrapolates });
        };
        let (low, high) = self.interval(limit, node_rate);
        let nodes = Nodes {
            node_rate_per_s: node_rate,
            node_rate_per_s_low: low,
            node_rate_per_s_high: high,
            nodes: nodes(ask.rate_per_s, node_rate),
            nodes_low: nodes(ask.rate_per_s, high),
            nodes_high: nodes(ask.rate_per_s, low),
        };
        if limit >= heaviest.1 {
            extrapolates.push(
                "the limit is above every latency that was measured; the highest measured rate is taken, and a \
                 node may carry more"
                    .to_owned(),
            );
        }
        if low <= 0.0 {
            extrapolates.push(
                "some of the repeats at the lightest load are above the limit, so that no number of nodes is certain"
                    .to_owned(),
            );
        }
        if ask.rate_per_s > heaviest.0 {
            extrapolates.push(format!(
                "{:.1} times the highest rate that was measured, all of it on one node: several nodes are taken to \
                 carry the sum of what each carries",
                ask.rate_per_s / heaviest.0
            ));
        }
        Some(Answer { ask, verdict: Verdict::Nodes(nodes), extrapolates })
    }

    /// What a node carries within the limit, from repeats drawn anew with replacement (the percentile bootstrap of Efron,
    /// 1979): the ends of the interval of [`CONFIDENCE`]. With one repeat of each rate it has no width.
    fn interval(&self, limit: f64, node_rate: f64) -> (f64, f64) {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let rates: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let drawn: Vec<Vec<Trial>> =
                    self.levels.iter().map(|level| drawn_anew(level, &mut random)).collect();
                within(&curve(drawn.iter().map(Vec::as_slice)), limit).unwrap_or_default()
            })
            .collect();
        let tail = (1.0 - CONFIDENCE) / 2.0;
        let end = |share| quantile(&rates, share).unwrap_or(node_rate);
        (end(tail).min(node_rate), end(1.0 - tail).max(node_rate))
    }
}

fn drawn_anew(level: &[Trial], random: &mut impl Rng) -> Vec<Trial> {
    level.iter().filter_map(|_| level.choose(random).copied()).collect()
}

/// Rate and latency of each level, latency never falling.
fn curve<'l>(levels: impl Iterator<Item = &'l [Trial]>) -> Vec<(f64, f64)> {
    let point = |level: &[Trial]| {
        let rates: Vec<f64> = level.iter().map(|trial| trial.rate_per_s).collect();
        let mut latencies: Vec<f64> = level.iter().map(|trial| trial.latency_us_p99).collect();
        // Infinity must not be interpolated: of an even number the upper middle one counts if that is infinite.
        latencies.sort_by(f64::total_cmp);
        let upper = latencies.get(latencies.len() / 2).copied()?;
        let latency = if upper.is_finite() { median(&latencies)? } else { upper };
        Some((mean(&rates)?, latency))
    };
    rising(&levels.filter_map(point).collect::<Vec<_>>())
}

/// The highest rate at which latency is within the limit, along straight lines between the points; absent if there is none.
fn within(curve: &[(f64, f64)], limit: f64) -> Option<f64> {
    let inside = curve.iter().take_while(|(_, latency)| *latency <= limit).count();
    let (rate, latency) = *curve.get(inside.checked_sub(1)?)?;
    let beyond = curve.get(inside).filter(|(_, latency)| latency.is_finite());
    Some(beyond.map_or(rate, |(next_rate, next_latency)| {
        rate + (next_rate - rate) * (limit - latency) / (next_latency - latency)
    }))
}

/// As many nodes as carry the rate, and one more, which may fail. Saturates where a node carries nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from a float saturates")]
fn nodes(rate_per_s: f64, node_rate_per_s: f64) -> u64 {
    let carriers = if node_rate_per_s > 0.0 { (rate_per_s / node_rate_per_s).ceil() } else { f64::INFINITY };
    (carriers.max(1.0) as u64).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(rate_per_s: f64, latencies_us: &[f64]) -> Vec<Trial> {
        latencies_us.iter().map(|latency| Trial { rate_per_s, latency_us_p99: *latency }).collect()
    }

    /// 1 ms at 10,000/s, 2 ms at 20,000/s, 10 ms at 30,000/s; 40,000/s is not kept up.
    fn node() -> Node {
        Node::new(
            vec![
                level(30_000.0, &[9_000.0, 10_000.0, 12_000.0]),
                level(10_000.0, &[900.0, 1_000.0, 1_100.0]),
                level(20_000.0, &[1_900.0, 2_000.0, 2_100.0]),
                level(40_000.0, &[f64::INFINITY; 3]),
            ],
            1,
        )
    }

    fn nodes_for(rate_per_s: f64, latency_us_p99: f64) -> (Nodes, Vec<String>) {
        let answer = node().answer(Ask { rate_per_s, latency_us_p99 }).unwrap();
        match answer.verdict {
            Verdict::Nodes(nodes) => (nodes, answer.extrapolates),
            Verdict::NotMet { .. } => panic!("it can be met"),
        }
    }

    #[test]
    fn nodes_carry_the_rate_with_one_to_spare() {
        let cases = [
            (1.0, 2_000.0, 2),
            (20_000.0, 2_000.0, 2),
            (20_001.0, 2_000.0, 3),
            (100_000.0, 2_000.0, 6),
            (15_000.0, 1_500.0, 2), // Between two points: 15,000/s each.
            (15_001.0, 1_500.0, 3),
            (60_000.0, 10_000.0, 3),
        ];
        for (rate, limit, wanted) in cases {
            assert_eq!(nodes_for(rate, limit).0.nodes, wanted, "{rate}/s below {limit} µs");
        }
    }

    #[test]
    fn the_interval_holds_the_answer_and_comes_from_the_repeats() {
        let (nodes, _) = nodes_for(1_000_000.0, 2_050.0);
        assert!(nodes.node_rate_per_s_low < nodes.node_rate_per_s, "{nodes:?}");
        assert!(nodes.node_rate_per_s < nodes.node_rate_per_s_high, "{nodes:?}");
        assert!(nodes.nodes_low <= nodes.nodes && nodes.nodes <= nodes.nodes_high, "{nodes:?}");
        let single = Node::new(vec![level(10.0, &[1.0]), level(20.0, &[2.0])], 1);
        assert_eq!(single.repeats(), 1);
        let answer = single.answer(Ask { rate_per_s: 10.0, latency_us_p99: 1.5 }).unwrap();
        let Verdict::Nodes(nodes) = answer.verdict else { panic!("it can be met") };
        assert_eq!((nodes.node_rate_per_s_low, nodes.node_rate_per_s_high), (15.0, 15.0));
        assert_eq!(node().answer(answer.ask), node().answer(answer.ask), "the same seed, the same interval");
    }

    #[test]
    fn what_was_not_measured_is_said() {
        assert_eq!(nodes_for(20_000.0, 2_000.0).1, Vec::<String>::new());
        let (beyond_rate, told) = nodes_for(400_000.0, 2_000.0);
        assert_eq!(beyond_rate.nodes, 21);
        assert!(
            matches!(told.as_slice(), [one] if one.starts_with("10.0 times the highest rate")),
            "{told:?}"
        );
        let lively = Node::new(vec![level(10.0, &[1.0]), level(20.0, &[2.0])], 1);
        let answer = lively.answer(Ask { rate_per_s: 15.0, latency_us_p99: 50.0 }).unwrap();
        assert!(matches!(answer.verdict, Verdict::Nodes(Nodes { node_rate_per_s: 20.0, .. })), "{answer:?}");
        assert!(answer.extrapolates.iter().any(|told| told.contains("above every latency")), "{answer:?}");
    }

    #[test]
    fn a_limit_that_no_rate_meets_is_not_met_by_more_nodes() {
        let answer = node().answer(Ask { rate_per_s: 10.0, latency_us_p99: 500.0 }).unwrap();
        let wanted = Verdict::NotMet { latency_us_p99: Some(1_000.0), rate_per_s: 10_000.0 };
        assert_eq!(answer.verdict, wanted);
        let (nodes, told) = nodes_for(10.0, 1_050.0);
        assert!(nodes.node_rate_per_s_low == 0.0 && nodes.nodes_high == u64::MAX, "{nodes:?}");
        assert!(told.iter().any(|told| told.contains("no number of nodes is certain")), "{told:?}");
        assert_eq!(Node::new(Vec::new(), 1).answer(answer.ask), None);
    }

    #[test]
    fn a_rate_that_was_not_kept_up_is_never_interpolated_to() {
        let (nodes, _) = nodes_for(30_000.0, 1e9);
        assert_eq!(nodes.node_rate_per_s, 30_000.0);
        let half = Node::new(vec![level(10.0, &[1.0, 1.0]), level(20.0, &[2.0, f64::INFINITY])], 1);
        let answer = half.answer(Ask { rate_per_s: 10.0, latency_us_p99: 100.0 }).unwrap();
        assert!(matches!(answer.verdict, Verdict::Nodes(Nodes { node_rate_per_s: 10.0, .. })), "{answer:?}");
    }
}
