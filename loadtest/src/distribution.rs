//! Times and how they are distributed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer as _, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

/// Three significant digits.
const DIGITS: u8 = 3;
/// The longest time that is told apart: beyond it times count as this long.
const LONGEST_NS: u64 = 3_600_000_000_000;
/// Points of the curve for each halving of what is left to 100 %.
const TICKS_PER_HALVING: u32 = 5;

/// A histogram of times in nanoseconds, from 1 ns to an hour, exact to three significant digits.
#[derive(Clone, Debug)]
pub(crate) struct Times(Histogram<u64>);

impl Times {
    pub(crate) fn new() -> Self {
        #[expect(clippy::unwrap_used, reason = "the bounds are constants that the library takes")]
        Self(Histogram::new_with_bounds(1, LONGEST_NS, DIGITS).unwrap())
    }

    pub(crate) fn record(&mut self, ns: u64) {
        self.0.saturating_record(ns);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        // Both have the same bounds, so there is nothing that could not be added.
        let added = self.0.add(&other.0);
        debug_assert!(added.is_ok());
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.len()
    }

    /// The time that this share of all does not exceed, in µs; 0 if there is none.
    pub(crate) fn quantile_us(&self, quantile: f64) -> f64 {
        if self.0.is_empty() { 0.0 } else { us(self.0.value_at_quantile(quantile)) }
    }

    pub(crate) fn max_us(&self) -> f64 {
        us(self.0.max())
    }
}

fn us(ns: u64) -> f64 {
    ns as f64 / 1e3
}

/// How times are distributed: in µs, exact to three significant digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// How many there are. Without any, all else is 0.
    pub count: u64,
    /// The shortest.
    pub min_us: f64,
    /// The mean.
    pub mean_us: f64,
    /// The standard deviation.
    pub stdev_us: f64,
    /// Half are at most so long.
    pub p50_us: f64,
    /// 75 % are at most so long.
    pub p75_us: f64,
    /// 90 % are at most so long.
    pub p90_us: f64,
    /// 95 % are at most so long.
    pub p95_us: f64,
    /// 99 % are at most so long.
    pub p99_us: f64,
    /// 99.9 % are at most so long.
    pub p99_9_us: f64,
    /// 99.99 % are at most so long.
    pub p99_99_us: f64,
    /// The longest.
    pub max_us: f64,
    /// The whole curve, for plots: closer together the nearer it comes to 100 %.
    pub percentiles: Vec<Percentile>,
    /// The histogram itself, in nanoseconds: HdrHistogram's V2 format, compressed, in base64. Other tools read it too.
    pub histogram_ns_v2_deflate_base64: String,
}

/// A point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Percentile {
    /// So many percent of the times …
    pub percentile: f64,
    /// … are at most so long.
    pub us: f64,
}

/// A histogram that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the histogram cannot be read: {0}")]
pub struct HistogramError(String);

impl Distribution {
    /// The histogram, in nanoseconds.
    ///
    /// # Errors
    /// The text was changed, and is no histogram any more.
    pub fn histogram(&self) -> Result<Histogram<u64>, HistogramError> {
        let bytes = STANDARD
            .decode(&self.histogram_ns_v2_deflate_base64)
            .map_err(|error| HistogramError(error.to_string()))?;
        Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .map_err(|error| HistogramError(error.to_string()))
    }

    /// How many times are longer than this, to the histogram's three significant digits.
    ///
    /// # Errors
    /// That of [`Distribution::histogram`].
    pub fn count_above_us(&self, us: f64) -> Result<u64, HistogramError> {
        let histogram = self.histogram()?;
        let ns = (us * 1e3) as u64;
        Ok(histogram
            .iter_recorded()
            .filter(|found| found.value_iterated_to() > ns)
            .map(|found| found.count_at_value())
            .sum())
    }
}

impl From<&Times> for Distribution {
    fn from(times: &Times) -> Self {
        let histogram = &times.0;
        let quantile = |quantile| times.quantile_us(quantile);
        let mut bytes = Vec::new();
        // Writing to memory does not fail; an empty text stands for a histogram that could not be written.
        let text = match V2DeflateSerializer::new().serialize(histogram, &mut bytes) {
            Ok(_) => STANDARD.encode(bytes),
            Err(_) => String::new(),
        };
        let is_empty = histogram.is_empty();
        let points = histogram.iter_quantiles(TICKS_PER_HALVING).map(|point| Percentile {
            percentile: point.quantile_iterated_to() * 100.0,
            us: us(point.value_iterated_to()),
        });
        Self {
            count: histogram.len(),
            min_us: us(histogram.min()),
            mean_us: if is_empty { 0.0 } else { histogram.mean() / 1e3 },
            stdev_us: if is_empty { 0.0 } else { histogram.stdev() / 1e3 },
            p50_us: quantile(0.5),
            p75_us: quantile(0.75),
            p90_us: quantile(0.9),
            p95_us: quantile(0.95),
            p99_us: quantile(0.99),
            p99_9_us: quantile(0.999),
            p99_99_us: quantile(0.9999),
            max_us: times.max_us(),
            percentiles: if is_empty { Vec::new() } else { points.collect() },
            histogram_ns_v2_deflate_base64: text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_told_in_microseconds_and_its_histogram_reads_back() {
        let mut times = Times::new();
        for us in 1..=1_000 {
            times.record(us * 1_000);
        }
        let told = Distribution::from(&times);
        assert_eq!(told.count, 1_000);
        for (found, wanted) in [
            (told.min_us, 1.0),
            (told.mean_us, 500.5),
            (told.p50_us, 500.0),
            (told.p99_us, 990.0),
            (told.p99_9_us, 999.0),
            (told.max_us, 1_000.0),
        ] {
            assert!((found / wanted - 1.0).abs() < 0.002, "{found} instead of {wanted}");
        }
        assert!(told.percentiles.is_sorted_by(|a, b| a.percentile <= b.percentile && a.us <= b.us));
        assert!((told.percentiles.last().unwrap().percentile - 100.0).abs() < 1e-9);
        let read: Distribution = serde_json::from_str(&serde_json::to_string(&told).unwrap()).unwrap();
        assert_eq!(read.histogram().unwrap().len(), 1_000);
        assert_eq!(read.count_above_us(899.9).unwrap(), 101);
    }

    #[test]
    fn without_times_all_is_zero() {
        let told = Distribution::from(&Times::new());
        assert_eq!((told.count, told.max_us, told.p99_us, told.mean_us), (0, 0.0, 0.0, 0.0));
        assert!(told.percentiles.is_empty());
        assert_eq!(told.histogram().unwrap().len(), 0);
    }

    #[test]
    fn times_beyond_the_bounds_are_not_lost() {
        let mut times = Times::new();
        times.record(0);
        times.record(u64::MAX);
        assert_eq!(Distribution::from(&times).count, 2);
    }
}
