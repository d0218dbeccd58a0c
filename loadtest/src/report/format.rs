//! Numbers for people: three digits that count, and the unit that suits them.

/// A number with three digits that count, thousands parted by commas.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if size < 0.001 {
        return format!("{value:.1e}");
    }
    let decimals = match size {
        _ if size >= 99.95 => 0,
        _ if size >= 9.995 => 1,
        _ if size >= 0.9995 => 2,
        _ if size >= 0.0995 => 3,
        _ if size >= 0.00995 => 4,
        _ => 5,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let fraction = fraction.trim_end_matches('0');
    let whole = thousands(whole);
    if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }
}

/// Digits with a comma before every third from the end.
fn thousands(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut out = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A whole number.
pub fn whole(value: impl TryInto<u64>) -> String {
    value.try_into().map_or_else(|_| "–".to_owned(), |value| thousands(&value.to_string()))
}

/// A time that is given in µs.
pub fn time(us: f64) -> String {
    match us.abs() {
        size if !size.is_finite() => "–".to_owned(),
        size if size >= 999_500.0 => format!("{} s", number(us / 1e6)),
        size if size >= 999.5 => format!("{} ms", number(us / 1e3)),
        size if size >= 0.9995 || size == 0.0 => format!("{} µs", number(us)),
        _ => format!("{} ns", number(us * 1e3)),
    }
}

/// A rate per second.
pub fn rate(per_s: f64) -> String {
    format!("{}/s", number(per_s.round()))
}

/// A size in bytes.
pub fn bytes(bytes: f64) -> String {
    match bytes.abs() {
        size if size >= 1_073_741_824.0 => format!("{} GiB", number(bytes / 1_073_741_824.0)),
        size if size >= 1_048_576.0 => format!("{} MiB", number(bytes / 1_048_576.0)),
        size if size >= 10_240.0 => format!("{} KiB", number(bytes / 1_024.0)),
        _ => format!("{} B", number(bytes)),
    }
}

/// A share, 0 to 1.
pub fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.000_012, "1.2e-5"),
            (0.012_345, "0.0123"),
            (0.5, "0.5"),
            (1.234_5, "1.23"),
            (12.345, "12.3"),
            (99.96, "100"),
            (123.45, "123"),
            (1_234_567.8, "1,234,568"),
            (-1_000.0, "-1,000"),
            (f64::INFINITY, "–"),
        ];
        for (value, wanted) in cases {
            assert_eq!(number(value), wanted);
        }
    }

    #[test]
    fn the_unit_suits_the_number() {
        let times = [(0.25, "250 ns"), (1.0, "1 µs"), (999.6, "1 ms"), (1_500.0, "1.5 ms"), (2e6, "2 s")];
        for (us, wanted) in times {
            assert_eq!(time(us), wanted);
        }
        let sizes = [(100.0, "100 B"), (4_000.0, "4,000 B"), (20_480.0, "20 KiB"), (3e9, "2.79 GiB")];
        for (size, wanted) in sizes {
            assert_eq!(bytes(size), wanted);
        }
        assert_eq!(rate(45_120.4), "45,120/s");
        assert_eq!(percent(0.85), "85 %");
        assert_eq!((whole(1_234_u64), whole(-1_i64)), ("1,234".to_owned(), "–".to_owned()));
    }
}
