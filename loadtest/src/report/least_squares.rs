//! Linear least squares with the standard errors of its coefficients.
//!
//! For a handful of columns, by an orthogonal decomposition, which loses half the digits that the normal equations would.

use serde::{Deserialize, Serialize};

use super::statistics::{count, r_squared, t_reach};

/// The share of the intervals that are given.
pub const CONFIDENCE: f64 = 0.95;

/// Below this share of its length, what the columns before it leave of a column is rounding.
const COLLINEAR: f64 = 1e-9;

/// One column with its coefficient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// What the column is called.
    pub name: String,
    /// The coefficient, in the unit of the values per unit of the column.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Lower end of its interval of confidence, [`CONFIDENCE`].
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A fit: values ≈ Σ coefficient · column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearFit {
    /// One for each column, in order.
    pub coefficients: Vec<Coefficient>,
    /// How many rows.
    pub n: usize,
    /// The share of the values' variance that the fit explains.
    pub r_squared: f64,
    /// Standard deviation of the residuals, with n less the number of columns.
    pub residual_standard_deviation: f64,
    /// What the fit says, row by row.
    pub fitted: Vec<f64>,
    /// Value less what the fit says, row by row.
    pub residuals: Vec<f64>,
}

impl LinearFit {
    /// The coefficient of a column by its name.
    pub fn coefficient(&self, name: &str) -> Option<&Coefficient> {
        self.coefficients.iter().find(|coefficient| coefficient.name == name)
    }
}

/// Why there is no fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FitError {
    /// Without more rows than columns nothing is known about errors.
    #[error("{rows} points do not determine {columns} coefficients with their errors: at least {} are needed", columns + 1)]
    TooFewRows {
        /// How many rows there are.
        rows: usize,
        /// How many columns.
        columns: usize,
    },
    /// Columns differ in length, or a number is not finite.
    #[error("the points are not all complete, finite numbers")]
    Malformed,
    /// A column is a sum of the others, or always 0.
    #[error("`{0}` does not vary apart from the others, so that its share cannot be told")]
    Collinear(String),
    /// Iteration does not settle.
    #[error("no values of the coefficients fit best")]
    Unsettled,
}

/// A column: its name and its values, one for each row.
pub type Column<'a> = (&'a str, Vec<f64>);

/// Fits values by columns.
///
/// # Errors
/// See [`FitError`].
pub fn fit(columns: &[Column<'_>], values: &[f64]) -> Result<LinearFit, FitError> {
    let (rows, width) = (values.len(), columns.len());
    if rows <= width {
        return Err(FitError::TooFewRows { rows, columns: width });
    }
    let complete = columns.iter().all(|(_, column)| column.len() == rows);
    if !complete || columns.iter().flat_map(|(_, column)| column).chain(values).any(|n| !n.is_finite()) {
        return Err(FitError::Malformed);
    }
    let Decomposition { directions, inverse } = decompose(columns)?;
    let projections: Vec<f64> = directions.iter().map(|direction| dot(direction, values)).collect();
    let solution: Vec<f64> = inverse.iter().map(|row| dot(row, &projections)).collect();

    let mut fitted = vec![0.0; rows];
    for ((_, column), coefficient) in columns.iter().zip(&solution) {
        add(&mut fitted, *coefficient, column);
    }
    let residuals: Vec<f64> = values.iter().zip(&fitted).map(|(value, fitted)| value - fitted).collect();
    let degrees = rows - width;
    let deviation = (dot(&residuals, &residuals) / count(degrees)).sqrt();
    let reach = t_reach(CONFIDENCE, degrees).ok_or(FitError::Malformed)?;
    let coefficients = columns
        .iter()
        .zip(solution)
        .zip(&inverse)
        .map(|(((name, _), value), row)| coefficient(name, value, deviation * dot(row, row).sqrt(), reach))
        .collect();
    Ok(LinearFit {
        coefficients,
        n: rows,
        r_squared: r_squared(values, &residuals),
        residual_standard_deviation: deviation,
        fitted,
        residuals,
    })
}

/// A coefficient with the interval that its standard error gives.
pub(crate) fn coefficient(name: &str, value: f64, standard_error: f64, reach: f64) -> Coefficient {
    let (low, high) = (value - reach * standard_error, value + reach * standard_error);
    Coefficient { name: name.to_owned(), value, standard_error, low, high }
}

/// Columns as a product of orthonormal directions and an upper triangle, of which only the inverse is needed.
struct Decomposition {
    directions: Vec<Vec<f64>>,
    /// The rows of the triangle's inverse.
    inverse: Vec<Vec<f64>>,
}

/// Gram and Schmidt's procedure, each column cleared twice of what the directions before it explain: "twice is enough"
/// (Giraud, Langou, Rozložník, 2005). The inverse grows along: what makes a direction of the columns is its column of it.
fn decompose(columns: &[Column<'_>]) -> Result<Decomposition, FitError> {
    let width = columns.len();
    let mut directions: Vec<Vec<f64>> = Vec::with_capacity(width);
    // For each direction, how much of each column makes it.
    let mut mixtures: Vec<Vec<f64>> = Vec::with_capacity(width);
    for (place, (name, column)) in columns.iter().enumerate() {
        let mut direction = column.clone();
        let mut mixture = vec![0.0; width];
        if let Some(own) = mixture.get_mut(place) {
            *own = 1.0;
        }
        for _ in 0..2 {
            for (earlier, earlier_mixture) in directions.iter().zip(&mixtures) {
                let part = dot(earlier, &direction);
                add(&mut direction, -part, earlier);
                add(&mut mixture, -part, earlier_mixture);
            }
        }
        let (length, before) = (dot(&direction, &direction).sqrt(), dot(column, column).sqrt());
        if length <= before * COLLINEAR {
            return Err(FitError::Collinear((*name).to_owned()));
        }
        for number in direction.iter_mut().chain(&mut mixture) {
            *number /= length;
        }
        directions.push(direction);
        mixtures.push(mixture);
    }
    let row = |row: usize| mixtures.iter().map(move |mixture| mixture.get(row).copied().unwrap_or_default());
    let inverse = (0..width).map(|place| row(place).collect()).collect();
    Ok(Decomposition { directions, inverse })
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// Adds a multiple of a column to another.
fn add(to: &mut [f64], times: f64, column: &[f64]) {
    for (to, value) in to.iter_mut().zip(column) {
        *to += times * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ones(rows: usize) -> Column<'static> {
        ("one", vec![1.0; rows])
    }

    /// Deviations with mean 0 that have nothing to do with a straight line.
    const NOISE: [f64; 8] = [0.3, -0.1, -0.4, 0.2, 0.2, -0.4, -0.1, 0.3];

    #[test]
    fn known_coefficients_are_found_again() {
        let (mut workflows, mut bytes, mut matches, mut cost) = (vec![], vec![], vec![], vec![]);
        for w in [16.0, 32.0, 64.0, 128.0] {
            for b in [100.0, 600.0, 4_000.0] {
                for m in [0.0, 1.0, 4.0] {
                    workflows.push(w);
                    bytes.push(b);
                    matches.push(m);
                    cost.push(7.0 + 0.002 * w + 0.0004 * b + 0.6 * m);
                }
            }
        }
        let columns = [ones(36), ("workflows", workflows), ("bytes", bytes), ("matches", matches)];
        let fit = fit(&columns, &cost).unwrap();
        for (name, wanted) in [("one", 7.0), ("workflows", 0.002), ("bytes", 0.0004), ("matches", 0.6)] {
            let found = fit.coefficient(name).unwrap();
            assert!((found.value - wanted).abs() < 1e-9, "{found:?}");
        }
        assert!((fit.r_squared - 1.0).abs() < 1e-9 && fit.residual_standard_deviation < 1e-9);
    }

    /// Against the closed form of a straight line through points.
    #[test]
    fn standard_errors_are_those_of_the_closed_form() {
        let x: Vec<f64> = (0..8).map(f64::from).collect();
        let y: Vec<f64> = x.iter().zip(NOISE).map(|(x, noise)| 2.0 + 3.0 * x + noise).collect();
        let found = fit(&[ones(8), ("x", x.clone())], &y).unwrap();
        let squares: f64 = x.iter().map(|x| (x - 3.5).powi(2)).sum();
        let deviation = (found.residuals.iter().map(|r| r * r).sum::<f64>() / 6.0).sqrt();
        assert!((found.residual_standard_deviation - deviation).abs() < 1e-12);
        let slope = found.coefficient("x").unwrap();
        assert!((slope.standard_error - deviation / squares.sqrt()).abs() < 1e-12, "{slope:?}");
        let one = found.coefficient("one").unwrap();
        let wanted = deviation * (1.0 / 8.0 + 3.5 * 3.5 / squares).sqrt();
        assert!((one.standard_error - wanted).abs() < 1e-12, "{one:?}");
        assert!(slope.low < 3.0 && 3.0 < slope.high && one.low < 2.0 && 2.0 < one.high);
        assert!((slope.high - slope.value - 2.447 * slope.standard_error).abs() < 1e-3, "t with 6 degrees");
        assert!(found.residuals.iter().sum::<f64>().abs() < 1e-9);
    }

    #[test]
    fn nearly_parallel_columns_are_still_told_apart() {
        let x: Vec<f64> = (0..8).map(|n| 1e6 + f64::from(n)).collect();
        let y: Vec<f64> = x.iter().map(|x| 5.0 - 2.0 * x).collect();
        let fit = fit(&[ones(8), ("x", x)], &y).unwrap();
        assert!((fit.coefficient("x").unwrap().value + 2.0).abs() < 1e-6);
    }

    #[test]
    fn what_cannot_be_fitted_is_told() {
        let line: Vec<f64> = (0..4).map(f64::from).collect();
        let cases = [
            (vec![ones(2), ("x", vec![1.0, 2.0])], vec![1.0, 2.0], "2 points do not determine 2"),
            (vec![ones(4), ("twice", vec![2.0; 4])], line.clone(), "`twice` does not vary"),
            (vec![ones(4), ("never", vec![0.0; 4])], line.clone(), "`never` does not vary"),
            (vec![ones(4), ("short", vec![0.0; 3])], line.clone(), "complete, finite"),
            (vec![ones(4)], vec![1.0, f64::NAN, 1.0, 1.0], "complete, finite"),
        ];
        for (columns, values, wanted) in cases {
            let error = fit(&columns, &values).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
