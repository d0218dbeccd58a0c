//! What one account may take, so that a noisy one does not slow a quiet one down.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tamis_engine::limits;

use crate::catalog::Snapshot;
use crate::status::Failure;

const SECOND_NS: u64 = 1_000_000_000;

/// What one account may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Workflows.
    pub workflows_max: usize,
    /// Distinct phrases that its index looks for; unbounded if not given.
    pub phrases_max: Option<usize>,
    /// Bytes of its index; unbounded if not given.
    pub index_bytes_max: Option<usize>,
    /// Changes that are decided for it a second, by each service; unbounded if not given. For a moment it may be asked more:
    /// as much at once as in a second.
    pub decisions_per_s: Option<NonZeroU32>,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            workflows_max: limits::WORKFLOWS_MAX,
            phrases_max: None,
            index_bytes_max: None,
            decisions_per_s: None,
        }
    }
}

impl Quotas {
    /// Whether an account may become this. One that has too much already may become less.
    ///
    /// # Errors
    /// What it would have too much of.
    pub(super) fn check(&self, before: Option<&Snapshot>, after: &Snapshot) -> Result<(), Failure> {
        let check = |limit, max: Option<usize>, measure: fn(&Snapshot) -> usize| {
            let Some(max) = max else { return Ok(()) };
            let has = measure(after);
            if has > max && before.is_none_or(|before| measure(before) < has) {
                return Err(Failure::limit_exceeded(limit, u64::try_from(max).unwrap_or(u64::MAX)));
            }
            Ok(())
        };
        check("phrases_per_account", self.phrases_max, |of| of.index.phrases_count())?;
        check("index_bytes_per_account", self.index_bytes_max, |of| of.index.memory_usage())
    }
}

/// How often an account has been asked of late: the generic cell rate algorithm (ITU-T I.371, annex A), which needs no more
/// than the instant until which what was asked would have taken at the rate that is allowed.
#[derive(Debug, Default)]
pub(super) struct Meter(AtomicU64);

impl Meter {
    /// Counts one more at an instant, in nanoseconds after some other.
    ///
    /// # Errors
    /// When it may be asked again; nothing is counted.
    fn count(&self, per_s: NonZeroU32, now_ns: u64) -> Result<(), Duration> {
        let each_ns = SECOND_NS / u64::from(per_s.get());
        let later = |until_ns: u64| until_ns.max(now_ns) + each_ns;
        let counted = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |until_ns| {
            Some(later(until_ns)).filter(|until_ns| *until_ns <= now_ns + SECOND_NS)
        });
        let refused = |until_ns| Duration::from_nanos(later(until_ns).saturating_sub(now_ns + SECOND_NS));
        counted.map(drop).map_err(refused)
    }
}

/// The rate at which an account may be asked, and how often it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance<'c> {
    pub(super) quotas: &'c Quotas,
    pub(super) meter: &'c Meter,
    pub(super) since: Instant,
}

impl Allowance<'_> {
    /// Takes one decision out of it.
    ///
    /// # Errors
    /// There is none left for now.
    pub(crate) fn take(&self) -> Result<(), Failure> {
        let Some(per_s) = self.quotas.decisions_per_s else { return Ok(()) };
        let now_ns = u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX >> 1);
        let counted = self.meter.count(per_s, now_ns);
        counted
            .map_err(|retry_after| Failure::too_often("decisions_per_s", u64::from(per_s.get()), retry_after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_lets_through_what_is_allowed_and_says_when_there_is_more() {
        let (meter, ten) = (Meter::default(), NonZeroU32::new(10).unwrap());
        let tenth_ns = SECOND_NS / 10;
        let counted = |now_ns| meter.count(ten, now_ns);
        for _ in 0..10 {
            assert_eq!(counted(0), Ok(()), "as much at once as in a second");
        }
        assert_eq!(counted(0), Err(Duration::from_millis(100)));
        assert_eq!(
            counted(tenth_ns / 2),
            Err(Duration::from_millis(50)),
            "what is refused counts for nothing"
        );
        assert_eq!(counted(tenth_ns), Ok(()));
        assert_eq!(counted(tenth_ns), Err(Duration::from_millis(100)));
        let later_ns = 60 * SECOND_NS;
        let allowed = (0..100).filter(|_| counted(later_ns).is_ok()).count();
        assert_eq!(allowed, 10, "nobody saves up for more than a second");
    }
}
