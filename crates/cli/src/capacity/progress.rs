//! How far the run is, on standard error.

use std::time::{Duration, Instant};

use crate::console;

/// How much must be done before the time that is left is told by the pace.
const PACE_FROM_PERCENT: f64 = 10.0;

/// How far the run is, by the time that its parts were said to take.
#[derive(Debug)]
pub(super) struct Progress {
    started: Instant,
    /// Seconds of all parts as they were planned.
    planned_s: f64,
    /// Seconds of the parts that are done, as they were planned.
    done_s: f64,
}

impl Progress {
    /// Nothing is done, and nothing is planned.
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), planned_s: 0.0, done_s: 0.0 }
    }

    /// Begins, and says how long it is going to take.
    pub(super) fn begin(&mut self, planned_s: f64) {
        console::note(&format!(
            "Takes about {}. Ctrl-C ends it and leaves nothing behind.",
            duration(planned_s)
        ));
        *self = Self { planned_s, ..Self::new() };
    }

    /// Says what is done next; whatever was said to take this long is done from here on.
    pub(super) fn part(&mut self, name: &str, seconds: f64) {
        console::note(&format!("{} {name}", self.head()));
        self.done_s += seconds;
    }

    /// Says what was seen.
    pub(super) fn seen(&self, text: &str) {
        console::note(&format!("{}   {text}", self.head()));
    }

    /// Since it began.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn head(&self) -> String {
        let share = (self.done_s / self.planned_s * 100.0).clamp(0.0, 100.0);
        // What is done has taken its time; what is left takes as long as was planned, at the pace so far.
        let elapsed = self.started.elapsed().as_secs_f64();
        let left = (self.planned_s - self.done_s).max(0.0);
        // The first parts are too short to tell the pace by.
        let pace = if share > PACE_FROM_PERCENT { (elapsed / self.done_s).clamp(0.5, 4.0) } else { 1.0 };
        format!("[{share:3.0} %, {} left]", duration(left * pace))
    }
}

/// A time in words, such as `1 min 20 s`.
fn duration(seconds: f64) -> String {
    let seconds = Duration::from_secs_f64(seconds.max(0.0)).as_secs();
    match seconds / 60 {
        0 => format!("{seconds} s"),
        minutes => format!("{minutes} min {} s", seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_minutes_and_seconds() {
        let cases = [(0.4, "0 s"), (59.9, "59 s"), (60.0, "1 min 0 s"), (159.0, "2 min 39 s"), (-1.0, "0 s")];
        for (seconds, wanted) in cases {
            assert_eq!(duration(seconds), wanted);
        }
    }

    #[test]
    fn what_is_left_is_told_by_what_was_planned() {
        let mut progress = Progress { planned_s: 100.0, ..Progress::new() };
        assert_eq!(progress.head(), "[  0 %, 1 min 40 s left]");
        progress.done_s = 5.0;
        assert_eq!(progress.head(), "[  5 %, 1 min 35 s left]");
        progress.done_s = 120.0;
        assert_eq!(progress.head(), "[100 %, 0 s left]");
    }
}
