//! The few statistics that the report is made of.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF as _, StudentsT};

/// How far repeats of one measurement lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// How many values.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// The least of them.
    pub min: f64,
    /// The greatest of them.
    pub max: f64,
    /// Their standard deviation, with n − 1; 0 for a single value.
    pub standard_deviation: f64,
}

impl Spread {
    /// The spread of these values; absent if there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mean = mean(values)?;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let standard_deviation =
            if values.len() < 2 { 0.0 } else { (squares / (count(values.len()) - 1.0)).sqrt() };
        let min = values.iter().copied().fold(f64::INFINITY, f64::min);
        let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Self { n: values.len(), mean, min, max, standard_deviation })
    }

    /// The distance between the greatest and the least, as a share of the mean.
    pub fn relative_range(&self) -> f64 {
        if self.mean == 0.0 { 0.0 } else { (self.max - self.min) / self.mean }
    }
}

/// The mean; absent if there are no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count(values.len()))
}

/// The median; absent if there are no values.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// The quantile of this share, 0 to 1, with linear interpolation between neighbours (type 7 of Hyndman and Fan, "Sample
/// Quantiles in Statistical Packages", 1996); absent if there are no values.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = share.clamp(0.0, 1.0) * (count(sorted.len()) - 1.0);
    let low = *sorted.get(whole(at.floor()))?;
    let high = *sorted.get(whole(at.ceil()))?;
    Some(low + (high - low) * (at - at.floor()))
}

/// How many standard errors a confidence interval of this share, such as 0.95, reaches to either side. Absent without a
/// degree of freedom.
pub fn t_reach(share: f64, degrees_of_freedom: usize) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, count(degrees_of_freedom)).ok()?;
    Some(t.inverse_cdf(0.5 + share / 2.0))
}

/// The share of the variance of `values` that `residuals` leave explained: R². 1 if there is nothing to explain.
pub(crate) fn r_squared(values: &[f64], residuals: &[f64]) -> f64 {
    let mean = mean(values).unwrap_or_default();
    let total: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let left: f64 = residuals.iter().map(|residual| residual.powi(2)).sum();
    if total == 0.0 { 1.0 } else { 1.0 - left / total }
}

/// A count as a number to calculate with. Exact below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^53")]
pub(crate) fn count(count: usize) -> f64 {
    count as f64
}

/// A whole number that is not negative, as an index.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from a float saturates")]
pub(crate) fn whole(value: f64) -> usize {
    value as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let values = [4.0, 1.0, 3.0, 2.0];
        let cases = [(0.0, 1.0), (0.5, 2.5), (1.0, 4.0), (0.25, 1.75), (2.0, 4.0)];
        for (share, wanted) in cases {
            assert_eq!(quantile(&values, share), Some(wanted), "{share}");
        }
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7.0]), Some(7.0));
    }

    #[test]
    fn a_spread_tells_how_far_values_lie_apart() {
        let spread = Spread::of(&[9.0, 10.0, 11.0]).unwrap();
        assert_eq!((spread.n, spread.mean, spread.min, spread.max), (3, 10.0, 9.0, 11.0));
        assert!((spread.standard_deviation - 1.0).abs() < 1e-12);
        assert!((spread.relative_range() - 0.2).abs() < 1e-12);
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[5.0]).unwrap().standard_deviation, 0.0);
    }

    /// Against the table of Student's t that any textbook has.
    #[test]
    fn the_reach_of_an_interval_is_that_of_the_table() {
        for (degrees, wanted) in [(1, 12.706), (4, 2.776), (10, 2.228), (30, 2.042)] {
            let reach = t_reach(0.95, degrees).unwrap();
            assert!((reach - wanted).abs() < 0.001, "{degrees}: {reach}");
        }
        assert_eq!(t_reach(0.95, 0), None);
    }
}
