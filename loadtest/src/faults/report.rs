//! What came of it.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::client::Seen;
use crate::ledger::Ledger;

/// What came of one kind of fault.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    /// What was done, in words.
    pub(crate) done: String,
    /// Writes that were acknowledged.
    pub(crate) acknowledged: u64,
    /// Of those, the ones that were gone afterwards.
    pub(crate) lost: u64,
    /// Accounts that held neither what was acknowledged nor that and a write that was under way.
    pub(crate) half_done: u64,
    /// Writes without an answer that were found whole.
    pub(crate) completed: u64,
    /// Accounts that decided by other workflows than they held.
    pub(crate) wrong_decisions: u64,
    /// Decisions that were asked for while something failed.
    pub(crate) decisions: u64,
    /// Of those, the ones that were not made.
    pub(crate) failed_decisions: u64,
    /// Of those, the ones that had to be repeated, because the machine had more to do than it could.
    pub(crate) decisions_turned_away: u64,
    /// How often the file was checked by SQLite.
    pub(crate) integrity_checks: u64,
    /// From the start of a process until the service was ready, in ms.
    #[serde(skip)]
    pub(crate) starts: Vec<Duration>,
    pub(crate) start_p50_ms: f64,
    pub(crate) start_p99_ms: f64,
    /// Why it was not tried.
    pub(crate) not_run: Option<String>,
    /// What did not hold.
    pub(crate) failures: Vec<String>,
}

impl Row {
    /// Compares an account with what is known of it, which is what it holds from now on.
    pub(crate) fn compare(&mut self, ledger: &mut Ledger, seen: Seen) {
        let Seen { stored, decided } = seen;
        let Ledger { account_id, acknowledged, possible, .. } = &*ledger;
        if decided != stored {
            self.wrong_decisions += 1;
            eprintln!("{account_id} holds {stored:?} and decides by {decided:?}");
        }
        if stored == *acknowledged {
            return;
        }
        if possible.contains(&stored) {
            self.completed += 1;
        } else {
            eprintln!("{account_id} holds {stored:?}, and was acknowledged {acknowledged:?}");
            let lost = acknowledged.revision.saturating_sub(stored.revision);
            self.lost += lost;
            self.half_done += u64::from(lost == 0);
        }
        ledger.acknowledge(stored);
    }

    /// Sums up: what is counted and must not be is a failure.
    pub(crate) fn finish(&mut self) {
        for (count, what) in [
            (self.lost, "acknowledged writes are lost"),
            (self.half_done, "accounts hold what nobody wrote"),
            (self.wrong_decisions, "decisions are wrong"),
            (self.failed_decisions, "decisions failed"),
        ] {
            if count > 0 {
                self.failures.push(format!("{count} {what}"));
            }
        }
        self.start_p50_ms = percentile(&mut self.starts, 50);
        self.start_p99_ms = percentile(&mut self.starts, 99);
    }

    fn verdict(&self) -> String {
        match self.failures.as_slice() {
            [] => "yes".to_owned(),
            failures => format!("**no**: {}", failures.join("; ")),
        }
    }
}

/// A percentile of lengths of time, in ms; 0 of none.
pub(crate) fn percentile(lengths: &mut [Duration], percent: usize) -> f64 {
    lengths.sort_unstable();
    let place = (lengths.len() * percent / 100).min(lengths.len().saturating_sub(1));
    lengths.get(place).map_or(0.0, |length| length.as_secs_f64() * 1e3)
}

/// A table in Markdown.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| fault | what was done | acknowledged writes | lost | half-done | wrong decisions | failed decisions \
         | start, p50 and p99 | withstood |\n|---|---|---:|---:|---:|---:|---:|---:|---|\n",
    );
    // To a string nothing fails to be written.
    for row in rows {
        if let Some(reason) = &row.not_run {
            let _ = writeln!(text, "| {} | – | – | – | – | – | – | – | not run: {reason} |", row.fault);
            continue;
        }
        let turned_away = match row.decisions_turned_away {
            0 => String::new(),
            count => format!(", {count} repeated"),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} of {}{turned_away} | {:.0}, {:.0} ms | {} |",
            row.fault,
            row.done,
            row.acknowledged,
            row.lost,
            row.half_done,
            row.wrong_decisions,
            row.failed_decisions,
            row.decisions,
            row.start_p50_ms,
            row.start_p99_ms,
            row.verdict(),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::ledger::{Marked, State};

    fn state(revision: u64, mark: u64) -> State {
        State { revision, workflows: vec![Marked { number: 0, mark }] }
    }

    /// An account of which revision 5 was acknowledged, and with a write under way.
    fn ledger() -> Ledger {
        let mut ledger = Ledger::new("a".to_owned(), rand_chacha::ChaCha8Rng::seed_from_u64(1));
        ledger.acknowledge(state(5, 50));
        ledger.possible.push(state(6, 60));
        ledger
    }

    #[test]
    fn what_is_neither_acknowledged_nor_under_way_is_told() {
        for (stored, decided, told) in [
            (state(5, 50), state(5, 50), Row::default()),
            (state(6, 60), state(6, 60), Row { completed: 1, ..Row::default() }),
            (state(3, 30), state(3, 30), Row { lost: 2, ..Row::default() }),
            (state(5, 60), state(5, 60), Row { half_done: 1, ..Row::default() }),
            (state(7, 60), state(7, 60), Row { half_done: 1, ..Row::default() }),
            (state(5, 50), state(5, 60), Row { wrong_decisions: 1, ..Row::default() }),
            (state(6, 60), state(5, 50), Row { completed: 1, wrong_decisions: 1, ..Row::default() }),
        ] {
            let (mut row, mut ledger) = (Row::default(), ledger());
            row.compare(&mut ledger, Seen { stored: stored.clone(), decided });
            let counts = |row: &Row| (row.completed, row.lost, row.half_done, row.wrong_decisions);
            assert_eq!(counts(&row), counts(&told), "{stored:?}");
            assert_eq!(ledger.acknowledged, stored);
            row.finish();
            let is_well = told.lost + told.half_done + told.wrong_decisions == 0;
            assert_eq!(row.failures.is_empty(), is_well, "{stored:?}");
        }
    }

    #[test]
    fn a_row_that_was_not_run_is_not_withstood() {
        let row = Row { not_run: Some("no tmpfs".to_owned()), ..Row::default() };
        assert!(table(&[row]).contains("| not run: no tmpfs |"));
    }
}
