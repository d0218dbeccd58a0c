//! What was decided over time: how often each workflow matched, how many decisions each account had, and how long they took.
//!
//! Buckets of a minute are kept for two hours, and of an hour for seven days, of what happened in them alone: a workflow takes
//! memory in those buckets in which it matched, and an account in those in which it was asked. That is bounded for all buckets
//! of one length together ([`ENTRIES_MAX`]); beyond, the oldest go. Nothing is added on the way to a decision: what threads
//! have counted is taken over once a minute, and when somebody asks, so that it is known to the minute when it was.

use std::collections::VecDeque;

use crate::observe::counters::Durations;
use crate::observe::matches::{Keyed, Tally};

/// Workflows and accounts of all buckets of one length. An entry takes 17 to 39 bytes, so that both lengths together take 41 MB
/// at most. Ten thousand workflows that match all the time are known of for 52 minutes, and 52 hours.
const ENTRIES_MAX: usize = 1 << 19;
pub(crate) const MINUTE_S: i64 = 60;
pub(crate) const HOUR_S: i64 = 3_600;
pub(crate) const DAY_S: i64 = 86_400;

/// What has been counted over time.
#[derive(Debug)]
pub(super) struct History {
    minutes: Tier,
    hours: Tier,
    /// How long calls of `Evaluate` had taken when it was last looked.
    evaluate_before: Durations,
}

/// Buckets of one length.
#[derive(Debug)]
struct Tier {
    bucket_s: i64,
    kept_s: i64,
    entries_max: usize,
    /// Those in which anything happened, in their order.
    buckets: VecDeque<Bucket>,
    /// Entries of all of them.
    entries: usize,
    /// Since when nothing was left out.
    complete_since: i64,
}

/// What happened within a span of time.
#[derive(Debug)]
struct Bucket {
    begin: i64,
    counts: Keyed<Counts>,
    evaluate: Durations,
}

/// How often a workflow matched; of an account, `live` is how many decisions it had.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    live: u32,
    shadow: u32,
}

impl Counts {
    fn add(&mut self, tally: &Tally) {
        let add = |sum: u32, more: u64| sum.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        self.live = add(self.live, tally.live);
        self.shadow = add(self.shadow, tally.shadow);
    }
}

/// What is asked of one account.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The hash of the account.
    pub(super) account: u64,
    /// The places of its workflows by their hashes.
    pub(super) workflows: Keyed<usize>,
    pub(super) span: Span,
}

/// Which time is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// From when on, in seconds since the epoch; as far back as is known if absent.
    pub(crate) since: Option<i64>,
    /// Whole minutes below an hour, or whole hours.
    pub(crate) step_s: i64,
    /// How many workflows are told by themselves.
    pub(crate) workflows_max: usize,
}

/// What was decided over time. All lists have an item for each step.
#[derive(Debug)]
pub(crate) struct OverTime {
    /// When the first step begins.
    pub(crate) since: i64,
    /// Since when everything was counted.
    pub(crate) complete_since: i64,
    pub(crate) decisions: Vec<u64>,
    /// Matches of all workflows that were asked for.
    pub(crate) matched: Matched,
    pub(crate) evaluate: Vec<Durations>,
    /// The places of workflows and what they matched, those that matched most often first.
    pub(crate) workflows: Vec<(usize, Matched)>,
    /// How many more workflows matched.
    pub(crate) left_out: usize,
}

/// How often something matched in each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matched {
    pub(crate) live: Vec<u64>,
    pub(crate) shadow: Vec<u64>,
}

impl Matched {
    fn none(steps: usize) -> Self {
        Self { live: vec![0; steps], shadow: vec![0; steps] }
    }

    fn add(&mut self, step: usize, counts: Counts) {
        let both = self.live.get_mut(step).zip(self.shadow.get_mut(step));
        if let Some((live, shadow)) = both {
            *live += u64::from(counts.live);
            *shadow += u64::from(counts.shadow);
        }
    }
}

impl History {
    /// Begins at an instant, in seconds since the epoch.
    pub(super) fn new(now: i64) -> Self {
        let tier = |bucket_s, kept_s| Tier {
            bucket_s,
            kept_s,
            entries_max: ENTRIES_MAX,
            buckets: VecDeque::new(),
            entries: 0,
            complete_since: now,
        };
        Self {
            minutes: tier(MINUTE_S, 2 * HOUR_S),
            hours: tier(HOUR_S, 7 * DAY_S),
            evaluate_before: Durations::default(),
        }
    }

    /// Adds what was counted since the last time, and how long calls of `Evaluate` have taken in all.
    pub(super) fn add(&mut self, at: i64, counted: &[(u64, Tally)], evaluate: Durations) {
        let taken = evaluate.since(&self.evaluate_before);
        self.evaluate_before = evaluate;
        for tier in [&mut self.minutes, &mut self.hours] {
            tier.add(at, counted, &taken);
        }
    }

    /// What was decided for an account until now.
    pub(super) fn tell(&self, wanted: &Wanted, now: i64) -> OverTime {
        if wanted.span.step_s < HOUR_S {
            self.minutes.tell(wanted, now)
        } else {
            self.hours.tell(wanted, now)
        }
    }
}

impl Tier {
    fn add(&mut self, at: i64, counted: &[(u64, Tally)], evaluate: &Durations) {
        let begin = begin_of(at, self.bucket_s);
        self.forget_before(begin - self.kept_s);
        if counted.is_empty() && evaluate.count() == 0 {
            return;
        }
        // A clock that is set back does not bring buckets out of their order.
        if self.buckets.back().is_none_or(|last| last.begin < begin) {
            let counts = Keyed::default();
            self.buckets.push_back(Bucket { begin, counts, evaluate: Durations::default() });
        }
        let Some(mut last) = self.buckets.pop_back() else { return };
        last.evaluate.add_all(evaluate);
        for (key, tally) in counted {
            if let Some(counts) = last.counts.get_mut(key) {
                counts.add(tally);
            } else if self.has_room(last.begin) {
                last.counts.entry(*key).or_default().add(tally);
                self.entries += 1;
            }
        }
        self.buckets.push_back(last);
    }

    /// Whether there is room for another entry in the bucket that is being filled, for which the oldest may have to go.
    fn has_room(&mut self, filling: i64) -> bool {
        while self.entries >= self.entries_max
            && let Some(oldest) = self.buckets.front()
        {
            self.forget_before(oldest.begin + self.bucket_s);
        }
        let has_room = self.entries < self.entries_max;
        if !has_room {
            self.complete_since = self.complete_since.max(filling + self.bucket_s);
        }
        has_room
    }

    /// Forgets what began before an instant.
    fn forget_before(&mut self, instant: i64) {
        while let Some(oldest) = self.buckets.pop_front_if(|oldest| oldest.begin < instant) {
            self.entries -= oldest.counts.len();
        }
        self.complete_since = self.complete_since.max(instant);
    }

    fn tell(&self, wanted: &Wanted, now: i64) -> OverTime {
        let Span { since, step_s, workflows_max } = wanted.span;
        let last = begin_of(now, step_s);
        let complete_since = self.complete_since.max(begin_of(now, self.bucket_s) - self.kept_s);
        let earliest = begin_of(complete_since, step_s).min(last);
        let since = begin_of(since.unwrap_or(i64::MIN).max(earliest), step_s).min(last);
        let steps = usize::try_from((last - since) / step_s).unwrap_or(0) + 1;
        let step_of = |begin: i64| usize::try_from((begin - since) / step_s).unwrap_or(0).min(steps - 1);
        let buckets =
            || self.buckets.iter().filter(|bucket| bucket.begin >= since).map(|b| (step_of(b.begin), b));

        let mut told = OverTime {
            since,
            complete_since,
            decisions: vec![0; steps],
            matched: Matched::none(steps),
            evaluate: std::iter::repeat_with(Durations::default).take(steps).collect(),
            workflows: Vec::new(),
            left_out: 0,
        };
        let mut totals: Keyed<u64> = Keyed::default();
        for (step, bucket) in buckets() {
            if let Some(evaluate) = told.evaluate.get_mut(step) {
                evaluate.add_all(&bucket.evaluate);
            }
            let decisions = bucket.counts.get(&wanted.account).map_or(0, |counts| counts.live);
            if let Some(sum) = told.decisions.get_mut(step) {
                *sum += u64::from(decisions);
            }
            for (key, counts) in bucket.counts.iter().filter(|(key, _)| wanted.workflows.contains_key(key)) {
                told.matched.add(step, *counts);
                *totals.entry(*key).or_default() += u64::from(counts.live) + u64::from(counts.shadow);
            }
        }
        let mut most: Vec<_> = totals.into_iter().collect();
        let place_of = |key: &u64| wanted.workflows.get(key).copied().unwrap_or_default();
        most.sort_unstable_by_key(|(key, total)| (std::cmp::Reverse(*total), place_of(key)));
        told.left_out = most.len().saturating_sub(workflows_max);
        most.truncate(workflows_max);
        told.workflows = most
            .into_iter()
            .map(|(key, _)| {
                let mut matched = Matched::none(steps);
                for (step, bucket) in buckets() {
                    matched.add(step, bucket.counts.get(&key).copied().unwrap_or_default());
                }
                (place_of(&key), matched)
            })
            .collect();
        told
    }
}

/// When the span begins in which an instant is.
fn begin_of(instant: i64, length_s: i64) -> i64 {
    instant - instant.rem_euclid(length_s)
}

#[cfg(test)]
mod tests;
