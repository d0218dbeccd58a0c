//! What all workflows of an account share.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::facts::CivilNow;
use crate::date_time::DateTimeFormat;
use crate::definition::{Account, Agent};
use crate::request::Ticket;
use crate::time::{
    Instants, MINUTES_PER_DAY, Nanos, Pattern, minute_at, nanos, offset_at, transition_after,
    transition_not_after, weekday,
};

/// What belongs to an id. The hash has a fixed seed: only the account's own author puts ids in.
pub(crate) type ById<T> = HashMap<Box<str>, T, FixedState>;

/// Bytes on the heap, what the values hold apart. A table of `n` entries has the next power of two of 8/7 of that in places,
/// each with a byte beside it, and a group of bytes at its end.
fn memory_of<T>(ids: &ById<T>) -> usize {
    let places = match ids.capacity() {
        0 => return 0,
        capacity @ 1..8 => (capacity + 1).next_power_of_two(),
        capacity => (capacity * 8 / 7).next_power_of_two(),
    };
    places * (size_of::<(Box<str>, T)>() + 1) + 16 + ids.keys().map(|id| id.len()).sum::<usize>()
}

/// A time in which a zone's clocks do not change, and how far ahead of UTC they are.
#[derive(Debug)]
pub(crate) struct Stretch {
    from: Nanos,
    until: Nanos,
    offset: Nanos,
}

/// An account without its workflows, compiled.
#[derive(Debug)]
pub(crate) struct CompiledAccount {
    pub(crate) definition: Arc<Account>,
    pub(crate) zone: TimeZone,
    /// The stretch between transitions of the zone in which the first decision was made.
    pub(crate) stretch: OnceLock<Stretch>,
    pub(crate) date_time_format: DateTimeFormat,
    /// Place in the directory, and working hours, by an agent's id.
    pub(crate) agents: ById<(usize, Option<Arc<Pattern>>)>,
    /// Place in the directory by an inbox's id.
    pub(crate) inboxes: ById<usize>,
}

impl CompiledAccount {
    pub(crate) fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.get(id).and_then(|(place, _)| self.definition.directory.agents.get(*place))
    }

    pub(crate) fn agent_hours(&self, id: &str) -> Option<&Pattern> {
        self.agents.get(id).and_then(|(_, hours)| hours.as_deref())
    }

    /// The groups of a directory's inbox.
    pub(crate) fn inbox_groups(&self, inbox_id: &str) -> &[String] {
        self.inboxes
            .get(inbox_id)
            .and_then(|place| self.definition.directory.inboxes.get(*place))
            .map_or(&[], |inbox| inbox.group_ids.as_slice())
    }

    /// The civil time in the account's zone.
    pub(crate) fn civil(&self, at: Timestamp) -> CivilNow {
        // A weekday and a minute need no date, which takes longer to find than these.
        let at = nanos(at);
        let minute = minute_at(at, self.offset(at));
        CivilNow {
            weekday: weekday(minute.div_euclid(MINUTES_PER_DAY)).into(),
            minute: u16::try_from(minute.rem_euclid(MINUTES_PER_DAY)).unwrap_or(0),
        }
    }

    /// How far the account's clocks are ahead of UTC.
    ///
    /// Nearly all decisions of an account lie between the same two transitions of its zone, which are kept, so that they need not be looked
    /// for among all that there ever were. For an instant that lies elsewhere, they are.
    fn offset(&self, at: Nanos) -> Nanos {
        let known = self.stretch.get_or_init(|| Stretch {
            from: transition_not_after(&self.zone, at).unwrap_or(Nanos::MIN),
            until: transition_after(&self.zone, at).unwrap_or(Nanos::MAX),
            offset: offset_at(&self.zone, at),
        });
        if (known.from..known.until).contains(&at) { known.offset } else { offset_at(&self.zone, at) }
    }

    /// What a ticket contributes to conditions over time.
    pub(crate) fn instants(&self, ticket: &Ticket<'_>) -> Instants<'_> {
        Instants {
            created_at: ticket.created_at.map(nanos),
            last_customer_reply_at: ticket.last_customer_reply_at.map(nanos),
            assigned_hours: ticket.assigned_agent.as_ref().and_then(|agent| self.agent_hours(&agent.id)),
        }
    }

    /// Bytes on the heap, the definition apart.
    pub(crate) fn memory_usage(&self) -> usize {
        let patterns = self.agents.values().filter_map(|(_, hours)| hours.as_deref());
        patterns.map(Pattern::memory_usage).sum::<usize>()
            + memory_of(&self.agents)
            + memory_of(&self.inboxes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;

    #[test]
    fn civil_time_is_what_the_calendar_says() {
        for zone in ["UTC", "Europe/Warsaw", "America/St_Johns", "Asia/Kathmandu", "Africa/Monrovia"] {
            let account = Account {
                id: "a".to_owned(),
                time_zone: zone.to_owned(),
                locale: "en".to_owned(),
                ..Account::default()
            };
            let account = Arc::new(account);
            let long_asked = compile(account.clone(), &[]).unwrap();
            // Summer time begins and ends; the epoch; the last nanosecond of a minute; far ahead.
            let seconds = [1_774_745_999_i64, 1_792_890_000, 0, -1, -60, -61, -1_000_000_000, 4_102_444_799];
            for (second, nanosecond) in seconds.into_iter().flat_map(|at| [(at, 0), (at, 1), (at, -1)]) {
                let at = Timestamp::from_nanosecond(i128::from(second) * 1_000_000_000 + nanosecond);
                let at = at.unwrap();
                let civil = long_asked.account.zone.to_datetime(at);
                let day = i64::from(civil.weekday().to_monday_zero_offset());
                let expected = (day, i64::from(civil.hour()) * 60 + i64::from(civil.minute()));
                // One that was asked about another time first, and one that begins with this.
                for index in [&long_asked, &compile(account.clone(), &[]).unwrap()] {
                    for _ in 0..2 {
                        let CivilNow { weekday, minute } = index.account.civil(at);
                        assert_eq!((i64::from(weekday), i64::from(minute)), expected, "{zone} {at}");
                    }
                }
            }
        }
    }
}
