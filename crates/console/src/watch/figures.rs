//! Numbers and spans of time as people write them.

use tamis_api::well_known;

use crate::language::Language;

/// A whole number.
pub(super) fn whole(l: Language, number: u64) -> String {
    l.with("watch-number", &[("value", number.into())])
}

/// A short span of time, to three digits.
pub(super) fn latency(l: Language, seconds: f64) -> String {
    let (text_id, value) = match seconds {
        s if s < 1e-3 => ("watch-microseconds", s * 1e6),
        s if s < 1.0 => ("watch-milliseconds", s * 1e3),
        s => ("watch-seconds", s),
    };
    let fraction = match value {
        v if v < 10.0 => 100.0,
        v if v < 100.0 => 10.0,
        _ => 1.0,
    };
    l.with(text_id, &[("value", ((value * fraction).round() / fraction).into())])
}

/// The seconds of a span of the contract.
pub(super) fn seconds(span: &well_known::Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "spans are shown to three digits")]
    let seconds = span.seconds as f64;
    seconds + f64::from(span.nanos) / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_has_them() {
        use Language::{English, French, Polish};
        for (number, english, french, polish) in [
            (0, "0", "0", "0"),
            (12_345_678, "12,345,678", "12\u{202f}345\u{202f}678", "12\u{a0}345\u{a0}678"),
        ] {
            assert_eq!([English, French, Polish].map(|l| whole(l, number)), [english, french, polish]);
        }
        for (seconds, english, french) in [
            (0.0, "0\u{a0}µs", "0\u{a0}µs"),
            (0.000_001_5, "1.5\u{a0}µs", "1,5\u{a0}µs"),
            (0.000_123_4, "123\u{a0}µs", "123\u{a0}µs"),
            (0.012_34, "12.3\u{a0}ms", "12,3\u{a0}ms"),
            (2.0, "2\u{a0}s", "2\u{a0}s"),
            (120.4, "120\u{a0}s", "120\u{a0}s"),
        ] {
            assert_eq!([English, French].map(|l| latency(l, seconds)), [english, french]);
        }
        let span = well_known::Duration { seconds: 2, nanos: 500_000_000 };
        assert!((seconds(&span) - 2.5).abs() < f64::EPSILON);
    }
}
