//! How long a call may wait.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

use crate::limits;

/// How long a caller waits, as far as it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// When to have given up, so that the answer still arrives before the caller's deadline.
    deadline: Option<Instant>,
    begun: Instant,
}

impl Patience {
    /// That of a call that begins now, from its `grpc-timeout`. One that cannot be read counts for none, as it does for the
    /// transport.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let begun = Instant::now();
        let deadline = stated(headers).map(|timeout| {
            let timeout = timeout.min(limits::DEADLINE_MAX);
            begun
                + timeout
                    .saturating_sub((timeout / limits::DEADLINE_RESERVE).min(limits::DEADLINE_RESERVE_MAX))
        });
        Self { deadline, begun }
    }

    /// Until when a call may wait.
    pub(super) fn for_call(self) -> Instant {
        self.deadline.unwrap_or(self.begun + limits::REVISION_WAIT_MAX)
    }

    /// Until when one change of a stream, taken up now, may wait: the changes behind it wait too, and the deadline of a
    /// stream says nothing about them.
    pub(super) fn for_change(self, now: Instant) -> Instant {
        let longest = now + limits::REVISION_WAIT_MAX;
        self.deadline.map_or(longest, |deadline| deadline.min(longest))
    }
}

/// How long a caller waits, if it says so in a way that can be read.
pub(crate) fn stated(headers: &HeaderMap) -> Option<Duration> {
    headers.get("grpc-timeout").and_then(|value| parse(value.to_str().ok()?))
}

/// Reads a `grpc-timeout`: up to eight digits and a unit.
fn parse(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3_600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_eight_digits_and_a_unit() {
        let cases = [
            ("1H", Some(Duration::from_secs(3_600))),
            ("2M", Some(Duration::from_secs(120))),
            ("3S", Some(Duration::from_secs(3))),
            ("4m", Some(Duration::from_millis(4))),
            ("5u", Some(Duration::from_micros(5))),
            ("6n", Some(Duration::from_nanos(6))),
            ("0S", Some(Duration::ZERO)),
            ("99999999H", Some(Duration::from_secs(99_999_999 * 3_600))),
            ("100000000n", None),
            ("", None),
            ("S", None),
            ("12", None),
            ("-1S", None),
            ("+1S", None),
            ("1.5S", None),
            ("1s", None),
            ("1é", None),
        ];
        for (value, expected) in cases {
            assert_eq!(parse(value), expected, "{value:?}");
        }
    }

    #[test]
    fn a_part_of_the_deadline_is_kept_for_the_answer() {
        let waits = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", http::HeaderValue::from_static(value));
            let patience = Patience::of(&headers);
            patience.for_call() - patience.begun
        };
        assert_eq!(waits("1S"), Duration::from_millis(900));
        assert_eq!(waits("10S"), Duration::from_millis(9_900));
        assert_eq!(waits("100m"), Duration::from_millis(90));
        assert_eq!(waits("0n"), Duration::ZERO);
        assert_eq!(waits("99999999H"), limits::DEADLINE_MAX - limits::DEADLINE_RESERVE_MAX);
        assert_eq!(waits("soon"), limits::REVISION_WAIT_MAX);
    }

    #[test]
    fn a_change_of_a_stream_waits_no_longer_than_a_call_without_a_deadline() {
        let mut headers = HeaderMap::new();
        let endless = Patience::of(&headers);
        let later = endless.begun + Duration::from_secs(60);
        assert_eq!(endless.for_change(later), later + limits::REVISION_WAIT_MAX);
        headers.insert("grpc-timeout", http::HeaderValue::from_static("62S"));
        let bounded = Patience::of(&headers);
        let later = bounded.begun + Duration::from_secs(60);
        assert_eq!(bounded.for_change(bounded.begun), bounded.begun + limits::REVISION_WAIT_MAX);
        assert_eq!(bounded.for_change(later), bounded.begun + Duration::from_millis(61_900));
    }
}
