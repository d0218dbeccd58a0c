//! Conditions whose truth depends on the instant, and conjunctions of them.

use std::sync::Arc;

use super::{HORIZON, Nanos, Pattern};

/// What a ticket contributes to conditions over time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Instants<'a> {
    /// When it was created.
    pub(crate) created_at: Option<Nanos>,
    /// When the customer last replied.
    pub(crate) last_customer_reply_at: Option<Nanos>,
    /// Working hours of the agent whom it is assigned to.
    pub(crate) assigned_hours: Option<&'a Pattern>,
}

/// An instant of a ticket from which time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Since {
    /// Its creation.
    Creation,
    /// The customer's last reply.
    LastCustomerReply,
}

/// One value of a condition over time.
#[derive(Clone, Debug)]
pub(crate) enum Atom {
    /// Within civil time.
    Civil(Arc<Pattern>),
    /// Within, or outside of, an agent's working hours; an agent without any is always outside.
    Hours {
        /// The agent's; absent if there are none.
        pattern: Option<Arc<Pattern>>,
        /// Turns within into outside of.
        outside: bool,
    },
    /// The same of the agent whom the ticket is assigned to.
    AssignedHours {
        /// Turns within into outside of.
        outside: bool,
    },
    /// More than so many nanoseconds have gone by.
    MoreThan(Since, Nanos),
    /// Less than so many nanoseconds have gone by.
    LessThan(Since, Nanos),
}

/// A condition over time: any of its atoms holds, or, negated, none does.
#[derive(Clone, Debug)]
pub(crate) struct TimeCondition {
    /// The values.
    pub(crate) atoms: Box<[Atom]>,
    /// Turns *is* into *is not*.
    pub(crate) negated: bool,
}

/// Where an atom's truth comes from, for one ticket.
enum Source<'a> {
    Pattern {
        pattern: &'a Pattern,
        outside: bool,
    },
    /// False before the instant and true from it, or the other way round.
    Step {
        at: Nanos,
        rises: bool,
    },
    Constant(bool),
    /// The ticket lacks the instant: the condition fails, negated or not.
    Absent,
}

impl Atom {
    fn source<'a>(&'a self, instants: &Instants<'a>) -> Source<'a> {
        let hours = |pattern: Option<&'a Pattern>, outside: bool| match pattern {
            Some(pattern) => Source::Pattern { pattern, outside },
            None => Source::Constant(outside),
        };
        match self {
            Self::Civil(pattern) => Source::Pattern { pattern, outside: false },
            Self::Hours { pattern, outside } => hours(pattern.as_deref(), *outside),
            Self::AssignedHours { outside } => hours(instants.assigned_hours, *outside),
            Self::MoreThan(since, duration) => since.of(instants).map_or(Source::Absent, |origin| {
                Source::Step { at: origin.saturating_add(*duration).saturating_add(1), rises: true }
            }),
            Self::LessThan(since, duration) => since.of(instants).map_or(Source::Absent, |origin| {
                Source::Step { at: origin.saturating_add(*duration), rises: false }
            }),
        }
    }

    /// The instant of the ticket that it counts from, if it counts.
    fn since(&self) -> Option<Since> {
        match self {
            Self::MoreThan(since, _) | Self::LessThan(since, _) => Some(*since),
            _ => None,
        }
    }
}

impl Since {
    fn of(self, instants: &Instants<'_>) -> Option<Nanos> {
        match self {
            Self::Creation => instants.created_at,
            Self::LastCustomerReply => instants.last_customer_reply_at,
        }
    }
}

impl Source<'_> {
    fn holds(&self, at: Nanos) -> bool {
        match self {
            Self::Pattern { pattern, outside } => pattern.holds(at) != *outside,
            Self::Step { at: step, rises } => (at >= *step) == *rises,
            Self::Constant(held) => *held,
            Self::Absent => false,
        }
    }

    fn next_toggle(&self, at: Nanos) -> Option<Nanos> {
        match self {
            Self::Pattern { pattern, .. } => pattern.next_toggle(at),
            Self::Step { at: step, .. } => Some(*step).filter(|step| *step > at),
            Self::Constant(_) | Self::Absent => None,
        }
    }

    fn previous_toggle(&self, at: Nanos) -> Option<Nanos> {
        match self {
            Self::Pattern { pattern, .. } => pattern.previous_toggle(at),
            Self::Step { at: step, .. } => Some(*step).filter(|step| *step <= at),
            Self::Constant(_) | Self::Absent => None,
        }
    }
}

impl TimeCondition {
    /// Whether it holds.
    pub(crate) fn holds(&self, instants: &Instants<'_>, at: Nanos) -> bool {
        let mut any = false;
        for atom in &self.atoms {
            match atom.source(instants) {
                Source::Absent => return false,
                source => any |= source.holds(at),
            }
        }
        any != self.negated
    }

    /// The first instant after `at` at which it changes; for clocks, at most [`HORIZON`] later.
    pub(crate) fn next_toggle(&self, instants: &Instants<'_>, at: Nanos) -> Option<Nanos> {
        let held = self.holds(instants, at);
        let end = at.saturating_add(HORIZON);
        let mut position = at;
        loop {
            // One of several values changes at a time, which need not change the whole.
            position =
                self.atoms.iter().filter_map(|atom| atom.source(instants).next_toggle(position)).min()?;
            if self.holds(instants, position) != held {
                return Some(position);
            }
            if position > end {
                return None;
            }
        }
    }

    /// Since when it has held without a break, given that it holds; absent if that never began.
    ///
    /// A count of time begins at the instant that it counts from, even if it held before; *more than d* begins at `d`,
    /// though it first holds a nanosecond later. A clock condition that has held for more than [`HORIZON`] has no beginning.
    pub(crate) fn held_since(&self, instants: &Instants<'_>, at: Nanos) -> Option<Nanos> {
        let origin = self.atoms.iter().find_map(Atom::since).and_then(|since| since.of(instants));
        let start = self.span_start(instants, at, origin.is_none());
        match (origin, start) {
            (None, start) => start,
            (Some(origin), None) => Some(origin),
            (Some(_), Some(start)) => Some(if self.negated { start } else { start - 1 }),
        }
    }

    fn span_start(&self, instants: &Instants<'_>, at: Nanos, bounded: bool) -> Option<Nanos> {
        let first = at.saturating_sub(HORIZON);
        let mut position = at;
        loop {
            let toggle =
                self.atoms.iter().filter_map(|atom| atom.source(instants).previous_toggle(position)).max()?;
            if bounded && toggle < first {
                return None;
            }
            if !self.holds(instants, toggle - 1) {
                return Some(toggle);
            }
            position = toggle - 1;
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        let patterns = self.atoms.iter().filter_map(|atom| match atom {
            Atom::Civil(pattern) => Some(pattern.memory_usage()),
            // Agents' working hours belong to the account.
            Atom::Hours { .. } | Atom::AssignedHours { .. } | Atom::MoreThan(..) | Atom::LessThan(..) => None,
        });
        size_of_val::<[Atom]>(&self.atoms) + patterns.sum::<usize>()
    }
}

/// The first instant, not before `from` and not after `end`, at which all of the conditions hold.
pub(crate) fn next_all_true<'c>(
    conditions: impl Iterator<Item = &'c TimeCondition> + Clone,
    instants: &Instants<'_>,
    from: Nanos,
    end: Nanos,
) -> Option<Nanos> {
    let mut position = from;
    while position <= end {
        // Each condition that fails must change first: the latest of their changes is the next instant worth a look.
        let mut next = position;
        for condition in conditions.clone() {
            if !condition.holds(instants, position) {
                next = next.max(condition.next_toggle(instants, position)?);
            }
        }
        if next == position {
            return Some(position);
        }
        position = next;
    }
    None
}

/// The first instant after `now`, at most [`HORIZON`] later, at which one of the alternatives begins to hold and none held
/// just before. Each alternative is a conjunction of conditions.
pub(crate) fn next_rise<'c, A, C>(alternatives: &A, instants: &Instants<'_>, now: Nanos) -> Option<Nanos>
where
    A: Fn() -> C,
    C: Iterator,
    C::Item: Iterator<Item = &'c TimeCondition> + Clone,
{
    let end = now.saturating_add(HORIZON);
    let mut position = now;
    // As long as an alternative holds, go to where it ceases; a rise can only come after all have ceased.
    'held: while position <= end {
        for alternative in alternatives() {
            if alternative.clone().all(|condition| condition.holds(instants, position)) {
                let ceases =
                    alternative.filter_map(|condition| condition.next_toggle(instants, position)).min()?;
                position = ceases;
                continue 'held;
            }
        }
        return alternatives()
            .filter_map(|conditions| next_all_true(conditions, instants, position, end))
            .min();
    }
    None
}
