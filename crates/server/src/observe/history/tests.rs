use std::time::Duration;

use super::*;
use crate::observe::counters::Histogram;

/// The hash of an account, and those of its workflows from there on.
const ACCOUNT: u64 = 1_000;

fn counted(counts: &[(u64, u64, u64)]) -> Vec<(u64, Tally)> {
    counts
        .iter()
        .map(|(key, live, shadow)| (*key, Tally { live: *live, shadow: *shadow, last_second: 0 }))
        .collect()
}

fn asked(since: Option<i64>, step_s: i64, workflows: u64, workflows_max: usize) -> Wanted {
    let keys = (0..workflows).map(|place| (ACCOUNT + 1 + place, usize::try_from(place).unwrap()));
    Wanted { account: ACCOUNT, workflows: keys.collect(), span: Span { since, step_s, workflows_max } }
}

fn matched(live: &[u64], shadow: &[u64]) -> Matched {
    Matched { live: live.to_vec(), shadow: shadow.to_vec() }
}

#[test]
fn what_was_counted_is_told_by_steps_with_what_matched_most_first() {
    // 08:00 of some day.
    let begin = 8 * HOUR_S;
    let mut history = History::new(begin + 5);
    let latency = Histogram::default();
    for (at, counts, calls) in [
        (begin + 30, &[(ACCOUNT, 9, 0), (ACCOUNT + 1, 2, 1)][..], 1),
        (begin + 59, &[(ACCOUNT, 1, 0), (ACCOUNT + 2, 7, 0), (5, 100, 0)], 0),
        // Nothing in the second minute.
        (begin + 120, &[(ACCOUNT, 4, 0), (ACCOUNT + 1, 1, 0), (ACCOUNT + 3, 0, 5)], 2),
    ] {
        (0..calls).for_each(|_| latency.observe(Duration::from_micros(3)));
        history.add(at, &counted(counts), Durations::of(&latency));
    }
    let told = history.tell(&asked(None, 60, 3, 2), begin + 185);
    assert_eq!((told.since, told.complete_since), (begin, begin + 5));
    assert_eq!(told.decisions, [10, 0, 4, 0]);
    assert_eq!(told.matched, matched(&[9, 0, 1, 0], &[1, 0, 5, 0]));
    assert_eq!(told.evaluate.iter().map(Durations::count).collect::<Vec<_>>(), [1, 0, 2, 0]);
    let most = [(1, matched(&[7, 0, 0, 0], &[0; 4])), (2, matched(&[0; 4], &[0, 0, 5, 0]))];
    assert_eq!((told.workflows, told.left_out), (most.to_vec(), 1));

    let later = history.tell(&asked(Some(begin + 70), 120, 3, 9), begin + 185);
    assert_eq!(
        (later.since, later.decisions.clone()),
        (begin, vec![10, 4]),
        "from the beginning of the step"
    );
    let hours = history.tell(&asked(None, HOUR_S, 3, 9), begin + HOUR_S);
    assert_eq!((hours.since, hours.decisions), (begin, vec![14, 0]));
    let day = history.tell(&asked(Some(begin + DAY_S), DAY_S, 3, 9), begin + 185);
    assert_eq!((day.since, day.decisions), (0, vec![14]), "the future has not happened yet");
}

#[test]
fn what_is_old_is_forgotten_and_told_to_be() {
    let mut history = History::new(0);
    for minute in 0..=8 * 24 * 60 {
        history.add(minute * 60, &counted(&[(ACCOUNT, 1, 0), (ACCOUNT + 1, 1, 0)]), Durations::default());
    }
    let now = 8 * DAY_S + 30;
    for (step_s, kept_s, each) in [(60, 2 * HOUR_S, 1), (HOUR_S, 7 * DAY_S, 60)] {
        let told = history.tell(&asked(Some(0), step_s, 1, 1), now);
        assert_eq!((told.since, told.complete_since), (8 * DAY_S - kept_s, 8 * DAY_S - kept_s));
        let steps = usize::try_from(kept_s / step_s).unwrap();
        let wanted = [vec![each; steps], vec![1]].concat();
        assert_eq!((&told.decisions, &told.matched.live), (&wanted, &wanted));
    }
    assert_eq!((history.minutes.buckets.len(), history.minutes.entries), (121, 242));
    assert_eq!((history.hours.buckets.len(), history.hours.entries), (169, 338));
}

#[test]
fn memory_is_bounded_whatever_matches() {
    let mut history = History::new(0);
    history.minutes.entries_max = 10;
    let keys = |count: u64| (0..count).map(|place| (ACCOUNT + 1 + place, 1, 0)).collect::<Vec<_>>();
    for (minute, count, complete_since) in [(0, 4, 0), (1, 4, 0), (2, 4, 60), (3, 10, 180), (4, 12, 300)] {
        for _ in 0..2 {
            history.add(minute * 60, &counted(&keys(count)), Durations::default());
        }
        let entries: usize = history.minutes.buckets.iter().map(|bucket| bucket.counts.len()).sum();
        assert_eq!(history.minutes.entries, entries);
        assert!(entries <= 10, "{entries} in minute {minute}");
        let told = history.tell(&asked(None, 60, 20, 20), minute * 60);
        assert_eq!(told.complete_since, complete_since, "minute {minute}");
        let now: u64 = *told.matched.live.last().unwrap();
        assert_eq!(now, 2 * count.min(10), "those that are there go on being counted");
    }
    // A clock that was set back changes the last bucket, and nothing is lost.
    history.add(60, &counted(&[(ACCOUNT + 1, 1, 0)]), Durations::default());
    let told = history.tell(&asked(None, 60, 20, 20), 240);
    assert_eq!(told.matched.live, [21]);
}
