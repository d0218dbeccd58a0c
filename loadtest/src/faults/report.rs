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
        match &self.not_run {
            Some(reason) => format!("not run: {reason}"),
            None if self.failures.is_empty() => "yes".to_owned(),
            None => format!("**no**: {}", self.failures.join("; ")),
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
    for row in rows {
        // To a string nothing fails to be written.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} of {} | {:.0}, {:.0} ms | {} |",
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
