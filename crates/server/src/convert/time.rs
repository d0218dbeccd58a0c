//! Instants, durations and spans of civil time.

use jiff::{SignedDuration, Timestamp};
use tamis_api::v1::view;
use tamis_api::{v1, well_known};
use tamis_engine::check::Path;
use tamis_engine::definition::TimeRange;

use crate::convert::Findings;

/// Nanoseconds in a second.
const NANOS: i32 = 1_000_000_000;
/// Minutes in a day, at which a span may end.
const MINUTES: u16 = 1_440;

/// Reads an instant; the epoch stands for one that is none.
pub(crate) fn instant<'w>(
    found: &mut Findings,
    path: &Path<'_>,
    wire: impl Into<view::Timestamp<'w>>,
) -> Timestamp {
    let wire = wire.into();
    // The contract counts nanoseconds forward, before the epoch too.
    let read = u32::try_from(wire.nanos).ok().and_then(|_| Timestamp::new(wire.seconds, wire.nanos).ok());
    read.unwrap_or_else(|| {
        let message =
            format!("{} seconds and {} nanoseconds since 1970 are not an instant", wire.seconds, wire.nanos);
        let help = "nanoseconds run from 0 to 999999999, years to 9999";
        found.add_with("instant_malformed", path, message, help, [shown(wire.seconds, wire.nanos)]);
        Timestamp::UNIX_EPOCH
    })
}

/// Reads an instant that may be left out.
pub(crate) fn optional_instant<'w>(
    found: &mut Findings,
    path: &Path<'_>,
    wire: Option<impl Into<view::Timestamp<'w>>>,
) -> Option<Timestamp> {
    wire.map(|wire| instant(found, path, wire))
}

/// Reads an instant that must be given.
pub(crate) fn required_instant<'w>(
    found: &mut Findings,
    path: &Path<'_>,
    wire: Option<impl Into<view::Timestamp<'w>>>,
) -> Timestamp {
    optional_instant(found, path, wire).unwrap_or_else(|| {
        found.add("instant_required", path, "an instant is required", "");
        Timestamp::UNIX_EPOCH
    })
}

/// Writes an instant.
pub(crate) fn instant_to_wire(instant: Timestamp) -> well_known::Timestamp {
    let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
    // The contract counts nanoseconds forward, before the epoch too.
    match nanos {
        ..0 => well_known::Timestamp { seconds: seconds - 1, nanos: nanos + NANOS },
        0.. => well_known::Timestamp { seconds, nanos },
    }
}

/// Reads a duration; its whole seconds stand for one whose parts contradict each other.
pub(crate) fn duration(found: &mut Findings, path: &Path<'_>, wire: &well_known::Duration) -> SignedDuration {
    let whole = SignedDuration::from_secs(wire.seconds);
    let nanos_fit = (-NANOS + 1..NANOS).contains(&wire.nanos);
    let signs_agree = wire.seconds == 0 || wire.nanos == 0 || (wire.seconds < 0) == (wire.nanos < 0);
    let read = whole.checked_add(SignedDuration::from_nanos(wire.nanos.into()));
    read.filter(|_| nanos_fit && signs_agree).unwrap_or_else(|| {
        let message = format!("{} seconds and {} nanoseconds are not a duration", wire.seconds, wire.nanos);
        let help = "nanoseconds run from 0 to 999999999, with the sign of the seconds";
        found.add_with("duration_malformed", path, message, help, [shown(wire.seconds, wire.nanos)]);
        whole
    })
}

/// The parameter of a finding that shows what makes no sense.
fn shown(seconds: i64, nanos: i32) -> (&'static str, String) {
    ("value", format!("{seconds} s {nanos} ns"))
}

/// Writes a duration.
pub(crate) fn duration_to_wire(duration: SignedDuration) -> well_known::Duration {
    well_known::Duration { seconds: duration.as_secs(), nanos: duration.subsec_nanos() }
}

/// Reads a span. Minutes that no day has are kept, as far as they fit, for the check to refuse.
pub(crate) fn range(wire: &v1::TimeRange) -> TimeRange {
    let minute = |minute: u32| u16::try_from(minute).unwrap_or(u16::MAX);
    let to_minute = if wire.to_minute == 0 { MINUTES } else { minute(wire.to_minute) };
    TimeRange { from_minute: minute(wire.from_minute), to_minute }
}

/// Writes a span.
pub(crate) fn range_to_wire(range: TimeRange) -> v1::TimeRange {
    v1::TimeRange { from_minute: range.from_minute.into(), to_minute: range.to_minute.into() }
}
