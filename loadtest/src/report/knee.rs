//! Where a latency curve turns up.

use serde::{Deserialize, Serialize};

/// How many times the latency at the lightest load is called too much by [`Knee::last_within_multiple`].
pub const MULTIPLE: f64 = 3.0;

/// Where latency over rate turns up, by two methods that are told apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knee {
    /// The measured rate, per second, at which the curve lies farthest below the straight line between its ends, both axes
    /// scaled to 0 to 1: the point of Kneedle (Satopää, Albrecht, Irwin, Raghavan, "Finding a 'Kneedle' in a Haystack",
    /// 2011) for a curve that is convex and increases, without its smoothing. Absent if the curve does not turn up.
    pub kneedle_rate_per_s: Option<f64>,
    /// The highest measured rate, per second, up to which latency stays within [`MULTIPLE`] times that at the lightest load.
    pub last_within_multiple_per_s: f64,
    /// Whether a higher rate was measured, so that the latter is a bound of the service and not of the measurement.
    pub multiple_was_exceeded: bool,
}

/// Finds the knee in points (rate per second, latency). Latency is taken as never falling with the rate, so that a lucky
/// point does not hide an unlucky one before it. Absent with fewer than 4 points.
pub fn find(points: &[(f64, f64)]) -> Option<Knee> {
    let curve = rising(points);
    let (first, last) = (*curve.first()?, *curve.last()?);
    if curve.len() < 4 || last.0 <= first.0 || first.1 <= 0.0 {
        return None;
    }
    let below_the_line = |(rate, latency): (f64, f64)| {
        let height = if last.1 > first.1 { (latency - first.1) / (last.1 - first.1) } else { 0.0 };
        (rate - first.0) / (last.0 - first.0) - height
    };
    let lowest = curve.iter().copied().max_by(|a, b| below_the_line(*a).total_cmp(&below_the_line(*b)))?;
    let turns_up = last.1 > first.1 && below_the_line(lowest) > 0.05;
    let within = curve.iter().take_while(|(_, latency)| *latency <= MULTIPLE * first.1);
    let last_within = within.map(|(rate, _)| *rate).last()?;
    Some(Knee {
        kneedle_rate_per_s: turns_up.then_some(lowest.0),
        last_within_multiple_per_s: last_within,
        multiple_was_exceeded: last_within < last.0,
    })
}

/// Points by rate, each latency at least that of the rate before.
pub(crate) fn rising(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut curve: Vec<(f64, f64)> = points.to_vec();
    curve.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut greatest = f64::NEG_INFINITY;
    for (_, latency) in &mut curve {
        greatest = greatest.max(*latency);
        *latency = greatest;
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_of_a_queue_is_found() {
        // An M/M/1 queue that serves 1,000 a second: latency 1 / (1000 − rate).
        let rates = [100.0, 300.0, 500.0, 690.0, 800.0, 900.0, 950.0, 990.0];
        let points = rates.map(|rate: f64| (rate, 1e6 / (1_000.0 - rate)));
        let knee = find(&points).unwrap();
        assert_eq!(knee.kneedle_rate_per_s, Some(900.0));
        // Three times the latency at 100/s is that at 700/s.
        assert_eq!(knee.last_within_multiple_per_s, 690.0);
        assert!(knee.multiple_was_exceeded);
    }

    #[test]
    fn points_may_come_in_any_order_and_a_lucky_one_does_not_count() {
        let knee = find(&[(400.0, 2.0), (100.0, 1.0), (300.0, 9.0), (200.0, 1.1)]).unwrap();
        assert_eq!(knee.last_within_multiple_per_s, 200.0);
        assert_eq!(rising(&[(2.0, 1.0), (1.0, 3.0)]), [(1.0, 3.0), (2.0, 3.0)]);
    }

    #[test]
    fn a_curve_that_does_not_turn_up_has_no_knee() {
        let flat = find(&[(1.0, 5.0), (2.0, 5.0), (3.0, 5.0), (4.0, 5.0)]).unwrap();
        assert_eq!((flat.kneedle_rate_per_s, flat.multiple_was_exceeded), (None, false));
        let straight = find(&[(1.0, 5.0), (2.0, 6.0), (3.0, 7.0), (4.0, 8.0)]).unwrap();
        assert_eq!(straight.kneedle_rate_per_s, None);
        assert_eq!(find(&[(1.0, 5.0), (2.0, 5.0), (3.0, 5.0)]), None);
    }
}
