//! Gunther's Universal Scalability Law: how throughput grows with what serves, or asks, at once.
//!
//! X(N) = λN / (1 + σ(N − 1) + κN(N − 1)), where λ is the throughput of one, σ the share of the work that waits for its
//! turn (contention), and κ the cost of keeping each pair in agreement (coherency). N. J. Gunther, "A General Theory of
//! Computational Scalability Based on Rational Functions", 2008 (arXiv:0808.1431).

use serde::{Deserialize, Serialize};

use super::least_squares::{self, CONFIDENCE, Coefficient, FitError, LinearFit};
use super::statistics::{median, r_squared, t_reach};

/// With fewer distinct N than this, a curve with three parameters says more than was measured: Gunther advises half a dozen.
pub const POINTS_ADVISED: usize = 6;

/// Below this share of the variance explained, a fit is a curve through noise.
const R_SQUARED_WANTED: f64 = 0.9;

/// How often the fit is improved at most; it settles within ten as a rule.
const ROUNDS_MAX: usize = 200;

/// A fit of the law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UslFit {
    /// λ: throughput of one, per second.
    pub lambda: Coefficient,
    /// σ: contention, without a unit.
    pub sigma: Coefficient,
    /// κ: coherency, without a unit.
    pub kappa: Coefficient,
    /// The share of the throughput's variance that the fit explains.
    pub r_squared: f64,
    /// The N at which throughput is greatest by the fit; absent if it never falls.
    pub peak_at: Option<f64>,
    /// What the fit says, point by point.
    pub fitted: Vec<f64>,
    /// Throughput less what the fit says, point by point.
    pub residuals: Vec<f64>,
    /// What keeps the fit from being taken at its word.
    pub caveats: Vec<String>,
}

impl UslFit {
    /// The throughput that the fit gives for this N.
    pub fn throughput(&self, n: f64) -> f64 {
        law(n, [self.lambda.value, self.sigma.value, self.kappa.value])
    }
}

fn law(n: f64, [lambda, sigma, kappa]: [f64; 3]) -> f64 {
    lambda * n / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0))
}

/// Fits the law to points (N, throughput per second), by least squares of the throughput. σ and κ are not let below 0,
/// where they mean nothing.
///
/// # Errors
/// See [`FitError`]. Points at the same N count as one N for what must be determined.
pub fn fit(points: &[(f64, f64)]) -> Result<UslFit, FitError> {
    let mut distinct: Vec<f64> = points.iter().map(|(n, _)| *n).collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() < 4 {
        return Err(FitError::TooFewRows { rows: distinct.len(), columns: 3 });
    }
    if points.iter().any(|(n, x)| !n.is_finite() || !x.is_finite() || *n < 1.0 || *x <= 0.0) {
        return Err(FitError::Malformed);
    }
    // Where a parameter would be negative it is held at 0 and the others are fitted again; the best of all ways counts.
    let ways = [[true, true], [true, false], [false, true], [false, false]];
    let mut best: Option<(f64, [f64; 3], [bool; 2], LinearFit)> = None;
    for free in ways {
        let Ok((parameters, step)) = settle(points, free) else { continue };
        let [_, sigma, kappa] = parameters;
        if sigma < 0.0 || kappa < 0.0 {
            continue;
        }
        let squares: f64 = points.iter().map(|(n, x)| (x - law(*n, parameters)).powi(2)).sum();
        if best.as_ref().is_none_or(|(least, ..)| squares < *least * (1.0 - 1e-9)) {
            best = Some((squares, parameters, free, step));
        }
    }
    let (_, parameters, free, step) = best.ok_or(FitError::Unsettled)?;
    Ok(described(points, &distinct, parameters, free, &step))
}

fn described(
    points: &[(f64, f64)],
    distinct: &[f64],
    parameters: [f64; 3],
    free: [bool; 2],
    step: &LinearFit,
) -> UslFit {
    let [lambda, sigma, kappa] = parameters;
    let fitted: Vec<f64> = points.iter().map(|(n, _)| law(*n, parameters)).collect();
    let throughput: Vec<f64> = points.iter().map(|(_, x)| *x).collect();
    let residuals: Vec<f64> = throughput.iter().zip(&fitted).map(|(x, fitted)| x - fitted).collect();
    let degrees = points.len().saturating_sub(step.coefficients.len());
    let reach = t_reach(CONFIDENCE, degrees).unwrap_or_default();
    let with_error = |name: &str, value: f64| {
        // Near the solution the law is as good as linear, so the errors are those of the last step. A parameter that is
        // held at 0 has none.
        let error = step.coefficient(name).map_or(0.0, |step| step.standard_error);
        least_squares::coefficient(name, value, error, reach)
    };
    let peak_at = (kappa > 0.0 && sigma < 1.0).then(|| ((1.0 - sigma) / kappa).sqrt());
    let mut caveats = Vec::new();
    if distinct.len() < POINTS_ADVISED {
        let counted = distinct.len();
        caveats.push(format!(
            "it rests on {counted} values of N, and {POINTS_ADVISED} or more are advised for three parameters"
        ));
    }
    let explained = r_squared(&throughput, &residuals);
    if explained < R_SQUARED_WANTED {
        caveats.push(format!("it explains little of what was measured (R² = {explained:.2})"));
    }
    for (is_free, name) in free.into_iter().zip(["σ", "κ"]) {
        if !is_free {
            caveats.push(format!("{name} would be below 0, where it means nothing, and was held at 0"));
        }
    }
    if let (Some(peak), Some(last)) = (peak_at, distinct.last())
        && peak > *last
    {
        caveats.push(format!("the peak lies beyond the last N that was measured ({last}): an extrapolation"));
    }
    UslFit {
        lambda: with_error("λ", lambda),
        sigma: with_error("σ", sigma),
        kappa: with_error("κ", kappa),
        r_squared: explained,
        peak_at,
        fitted,
        residuals,
        caveats,
    }
}

/// Levenberg and Marquardt's iteration from a start at which the law is linear, with σ and κ free or held at 0.
fn settle(points: &[(f64, f64)], free: [bool; 2]) -> Result<([f64; 3], LinearFit), FitError> {
    let throughput: Vec<f64> = points.iter().map(|(_, x)| *x).collect();
    let scale = median(&throughput).unwrap_or(1.0);
    let squares = |parameters: [f64; 3]| -> f64 {
        points.iter().map(|(n, x)| ((x - law(*n, parameters)) / scale).powi(2)).sum()
    };
    let mut parameters = start(points, free)?;
    let mut least = squares(parameters);
    for _ in 0..ROUNDS_MAX {
        let step = step(points, parameters, free)?;
        let change: Vec<f64> = ["λ", "σ", "κ"]
            .iter()
            .map(|name| step.coefficient(name).map_or(0.0, |step| step.value))
            .collect();
        // A step that overshoots is halved until it improves something.
        let improved = (0..40).find_map(|halvings| {
            let part = 0.5_f64.powi(halvings);
            let mut tried = parameters;
            for (parameter, change) in tried.iter_mut().zip(&change) {
                *parameter += part * change;
            }
            let sum = squares(tried);
            (sum.is_finite() && sum < least && tried.first().is_some_and(|lambda| *lambda > 0.0))
                .then_some((tried, sum))
        });
        let Some((tried, sum)) = improved else { return Ok((parameters, step)) };
        let settled = least - sum <= 1e-14 * least;
        (parameters, least) = (tried, sum);
        if settled {
            return Ok((parameters, step));
        }
    }
    Err(FitError::Unsettled)
}

/// N/X(N) is linear in 1/λ, σ/λ and κ/λ, whatever that does to the weights of the points.
fn start(points: &[(f64, f64)], free: [bool; 2]) -> Result<[f64; 3], FitError> {
    let column = |of: fn(f64) -> f64| points.iter().map(|(n, _)| of(*n)).collect::<Vec<f64>>();
    let [sigma_free, kappa_free] = free;
    let mut columns = vec![("λ", column(|_| 1.0))];
    if sigma_free {
        columns.push(("σ", column(|n| n - 1.0)));
    }
    if kappa_free {
        columns.push(("κ", column(|n| n * (n - 1.0))));
    }
    let inverse: Vec<f64> = points.iter().map(|(n, x)| n / x).collect();
    let fit = least_squares::fit(&columns, &inverse)?;
    let of = |name: &str| fit.coefficient(name).map_or(0.0, |found| found.value);
    let one = of("λ");
    if one > 0.0 {
        return Ok([1.0 / one, of("σ") / one, of("κ") / one]);
    }
    // Noise has the line begin below 0: begin at the first point, as if nothing were in the way.
    points.first().map(|(n, x)| [x / n, 0.0, 0.0]).ok_or(FitError::Malformed)
}

/// The step that the law's tangent plane suggests.
fn step(points: &[(f64, f64)], parameters: [f64; 3], free: [bool; 2]) -> Result<LinearFit, FitError> {
    let [lambda, sigma, kappa] = parameters;
    let [sigma_free, kappa_free] = free;
    let below = |n: f64| 1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0);
    let column = |of: &dyn Fn(f64) -> f64| points.iter().map(|(n, _)| of(*n)).collect::<Vec<f64>>();
    let mut columns = vec![("λ", column(&|n| n / below(n)))];
    if sigma_free {
        columns.push(("σ", column(&|n| -lambda * n * (n - 1.0) / below(n).powi(2))));
    }
    if kappa_free {
        columns.push(("κ", column(&|n| -lambda * n * n * (n - 1.0) / below(n).powi(2))));
    }
    let left: Vec<f64> = points.iter().map(|(n, x)| x - law(*n, parameters)).collect();
    least_squares::fit(&columns, &left)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

    fn points(parameters: [f64; 3], noise: impl Fn(usize) -> f64) -> Vec<(f64, f64)> {
        COUNTS.iter().enumerate().map(|(place, n)| (*n, law(*n, parameters) * (1.0 + noise(place)))).collect()
    }

    #[test]
    fn known_parameters_are_found_again() {
        let cases =
            [[995.6, 0.0267, 0.00077], [20_000.0, 0.3, 0.001], [50_000.0, 0.9, 1e-5], [10.0, 0.0, 0.0]];
        for parameters in cases {
            let fit = fit(&points(parameters, |_| 0.0)).unwrap();
            let found = [fit.lambda.value, fit.sigma.value, fit.kappa.value];
            for (found, wanted) in found.into_iter().zip(parameters) {
                assert!((found - wanted).abs() <= 1e-5 * wanted.max(1e-3), "{found} for {wanted}");
            }
            assert!(fit.r_squared > 0.999_999);
        }
    }

    #[test]
    fn the_peak_is_where_the_curve_turns() {
        let fit = fit(&points([995.6, 0.0267, 0.00077], |_| 0.0)).unwrap();
        let peak = fit.peak_at.unwrap();
        assert!((peak - 35.55).abs() < 0.1, "{peak}");
        assert!(fit.throughput(peak) > fit.throughput(peak - 2.0));
        assert!(fit.throughput(peak) > fit.throughput(peak + 2.0));
        assert!(fit.caveats.is_empty(), "{:?}", fit.caveats);
    }

    #[test]
    fn noise_widens_the_intervals_and_they_hold_what_is_true() {
        let truth = [20_000.0, 0.1, 0.002];
        let noisy = fit(&points(truth, |place| if place % 2 == 0 { 0.02 } else { -0.02 })).unwrap();
        for (found, wanted) in [&noisy.lambda, &noisy.sigma, &noisy.kappa].into_iter().zip(truth) {
            assert!(found.standard_error > 0.0, "{found:?}");
            assert!(found.low <= wanted && wanted <= found.high, "{found:?} for {wanted}");
        }
        assert!(noisy.r_squared > 0.95 && noisy.r_squared < 1.0);
    }

    #[test]
    fn parameters_below_nothing_are_held_there_and_it_is_said() {
        // Better than linear: σ and κ would both come out negative.
        let points: Vec<(f64, f64)> = COUNTS.iter().map(|n| (*n, 100.0 * n.powf(1.1))).collect();
        let fit = fit(&points).unwrap();
        assert_eq!((fit.sigma.value, fit.kappa.value, fit.peak_at), (0.0, 0.0, None));
        assert!(fit.caveats.iter().any(|caveat| caveat.contains("σ would be below 0")), "{:?}", fit.caveats);
    }

    #[test]
    fn too_few_points_are_refused_or_warned_of() {
        let all = points([1_000.0, 0.1, 0.001], |_| 0.0);
        assert_eq!(fit(&all[..2]), Err(FitError::TooFewRows { rows: 2, columns: 3 }));
        let repeated = [all[0], all[0], all[1], all[1], all[1]];
        assert_eq!(fit(&repeated), Err(FitError::TooFewRows { rows: 2, columns: 3 }));
        let five = fit(&all[..5]).unwrap();
        assert!(five.caveats.iter().any(|caveat| caveat.contains("5 values of N")), "{:?}", five.caveats);
        assert!(five.caveats.iter().any(|caveat| caveat.contains("an extrapolation")), "{:?}", five.caveats);
    }

    #[test]
    fn throughput_that_makes_no_sense_is_refused() {
        let with = |x| vec![(1.0, 10.0), (2.0, 20.0), (3.0, x), (4.0, 40.0)];
        for x in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(fit(&with(x)), Err(FitError::Malformed), "{x}");
        }
    }
}
