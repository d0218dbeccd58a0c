//! Where each clause stands in a segment: in a row, or filed under a key.

use super::Compiler;
use crate::index::condition::{CompiledCondition, Values};
use crate::index::facts::{ABSENT, Dim, NAMED_BITS, OTHER, TextField, bit};
use crate::index::keys::{Candidate, KeyTest, Keys, KeysBuilder, TESTS};
use crate::index::rows::{Rows, RowsBuilder};
use crate::index::{Clause, CompiledWorkflow};
use crate::phrases::PhraseSearch;

/// How an index is laid out. Decisions do not depend on it; their cost does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// A clause is filed under a condition that a request is estimated to meet with at most this probability, and verified one
    /// by one when it is met; otherwise it stands in a row.
    pub key_probability_max: f64,
    /// Clauses are filed under phrases of a text only if so many of them are estimated to be alive at a request before the text
    /// is looked at. A text with keys is always scanned; one that only rows depend on is often spared.
    pub alive_before_scan_min: f64,
    /// How phrases are searched for.
    pub phrases: PhraseSearch,
}

impl Default for Layout {
    /// A row costs each decision some 0.1 ns (a bit in each of twenty passes, most of which end early), a clause that comes
    /// up by its key some 20 ns: they break even at 1 in 200, and the optimum is flat. Where one clause is alive anyway, the
    /// text is scanned anyway.
    fn default() -> Self {
        Self { key_probability_max: 1.0 / 128.0, alive_before_scan_min: 1.0, phrases: PhraseSearch::Measured }
    }
}

/// Where the clauses of a segment stand.
pub(super) struct LaidOut {
    pub(super) rows: Rows,
    pub(super) keys: Keys,
    /// See [`crate::index::Segment::keyed_texts`].
    pub(super) keyed_texts: [Box<[u8]>; 3],
}

/// A condition of a clause as it is placed.
#[derive(Clone, Copy, Debug)]
struct Placed<'c> {
    /// Its bit in [`Clause::residual`].
    bit: u64,
    what: What<'c>,
    /// How likely a request is estimated to meet it.
    chance: f64,
    presupposes_event: bool,
}

#[derive(Clone, Copy, Debug)]
enum What<'c> {
    /// Values of a dimension, those of a clock included.
    Values {
        dim: Dim,
        values: Values<'c>,
        negated: bool,
        when_absent: bool,
        is_clock: bool,
    },
    Phrases {
        field: TextField,
        test: u32,
        negated: bool,
    },
    /// Time since an instant, or working hours.
    Time,
}

/// What rows are sorted by: the dimension and the first value of their rarest condition; those without one come last.
type RowOrder = (u8, u32);

/// Where clauses are to stand.
#[derive(Default)]
struct Places {
    /// In rows, with what these are sorted by.
    rows: Vec<(RowOrder, u32)>,
    /// Under a key: the clause, and the bit of the condition.
    keyed: Vec<(u32, u64)>,
}

/// Clauses that could be filed under phrases of one text.
#[derive(Default)]
struct PhrasePool {
    /// Each with the bit of its phrase condition, and its order among rows.
    clauses: Vec<(u32, u64, RowOrder)>,
    /// How many of them are alive, at a request, before the text is looked at.
    alive_before_scan: f64,
}

impl Compiler<'_> {
    /// Gives every clause its place, and tells it which of its conditions are left to be verified.
    pub(super) fn lay_out(&mut self, layout: Layout) -> LaidOut {
        let mut clauses = std::mem::take(&mut self.clauses);
        let Places { mut rows, keyed } = self.places(&clauses, layout);
        let mut keys = KeysBuilder::default();
        let mut keyed_texts: [Vec<u8>; 3] = Default::default();
        let mut placed = Vec::new();
        for (number, key) in keyed {
            if let Some(clause) = clauses.get_mut(number as usize) {
                self.placed(clause, &mut placed);
                file_under_key(number, clause, &placed, key, &mut keys, &mut keyed_texts, self);
            }
        }
        // Rows with the same rarest condition stand together, so that whole blocks die of it.
        rows.sort_unstable();
        let mut builder = RowsBuilder::default();
        for (_, number) in rows {
            if let Some(clause) = clauses.get_mut(number as usize) {
                self.placed(clause, &mut placed);
                file_in_row(number, clause, &placed, &mut builder);
            }
        }
        for needs in &mut keyed_texts {
            needs.sort_unstable();
            needs.dedup();
        }
        self.clauses = clauses;
        let keyed_texts = keyed_texts.map(Vec::into_boxed_slice);
        LaidOut { rows: builder.build(), keys: keys.build(), keyed_texts }
    }

    /// Decides for every clause whether it stands in a row or is filed under a key.
    fn places(&self, clauses: &[Clause], layout: Layout) -> Places {
        let mut places = Places::default();
        let mut pools: [PhrasePool; 3] = Default::default();
        let mut placed = Vec::new();
        for (number, clause) in (0u32..).zip(clauses) {
            self.placed(clause, &mut placed);
            let rarest = |is_key: fn(&What<'_>) -> bool| {
                let keys = placed.iter().filter(|condition| is_key(&condition.what));
                keys.min_by(|one, other| one.chance.total_cmp(&other.chance))
            };
            let exact = rarest(|what| matches!(what, What::Values { negated: false, is_clock: false, .. }));
            let text = rarest(|what| matches!(what, What::Phrases { negated: false, .. }));
            let order = exact.map_or((u8::MAX, 0), row_order);
            let is_rare = |condition: &&Placed<'_>| condition.chance <= layout.key_probability_max;
            let text = text.filter(is_rare).and_then(|key| match key.what {
                What::Phrases { field, .. } => Some((key, pools.get_mut(field.ordinal())?)),
                _ => None,
            });
            match (exact.filter(is_rare), text) {
                (Some(key), _) => places.keyed.push((number, key.bit)),
                (None, Some((key, pool))) => {
                    pool.clauses.push((number, key.bit, order));
                    pool.alive_before_scan += alive_before_scan(&placed);
                }
                (None, None) => places.rows.push((order, number)),
            }
        }
        for PhrasePool { clauses, alive_before_scan } in pools {
            if alive_before_scan >= layout.alive_before_scan_min {
                places.keyed.extend(clauses.into_iter().map(|(number, key, _)| (number, key)));
            } else {
                places.rows.extend(clauses.into_iter().map(|(number, _, order)| (order, number)));
            }
        }
        places
    }

    /// Reads the conditions of a clause.
    fn placed<'s>(&'s self, clause: &Clause, placed: &mut Vec<Placed<'s>>) {
        placed.clear();
        let Some(workflow) = self.workflows.get(clause.workflow as usize) else { return };
        let CompiledWorkflow { conditions: first, all_count, .. } = workflow;
        let all = (0..u32::from(*all_count)).map(|place| (1 << place, first + place));
        let any = clause.any().map(|any| (Clause::ANY, first + u32::from(*all_count) + any));
        for (bit, number) in all.chain(any) {
            let Some(condition) = self.conditions.get(number) else { continue };
            let what = self.what(condition);
            let chance = self.chance(&what);
            placed.push(Placed { bit, what, chance, presupposes_event: condition.presupposes_event() });
        }
    }

    fn what<'s>(&'s self, condition: CompiledCondition<'s>) -> What<'s> {
        match condition {
            CompiledCondition::Exact { dim, values, negated, when_absent } => {
                What::Values { dim, values, negated, when_absent, is_clock: false }
            }
            CompiledCondition::Text { field, test, negated, .. } => What::Phrases { field, test, negated },
            CompiledCondition::Time { condition, number } => {
                match self.clocks.get(number as usize).and_then(Option::as_ref) {
                    Some((dim, values)) => What::Values {
                        dim: *dim,
                        values: Values::Several(values),
                        negated: condition.negated,
                        when_absent: condition.negated,
                        is_clock: true,
                    },
                    None => What::Time,
                }
            }
        }
    }

    /// The estimated probability that a request meets a condition.
    ///
    /// What an account's tickets are like is not known when it is compiled: values are taken to be equally frequent, with
    /// one more that nobody names.
    fn chance(&self, what: &What<'_>) -> f64 {
        let (chance, negated) = match what {
            What::Values { dim, values, negated, .. } => {
                let happens = if matches!(dim, Dim::TagAssigned | Dim::StatusSet) { 0.1 } else { 1.0 };
                let vocabulary = f64::from(self.vocabulary(*dim));
                ((values.len() as f64 / vocabulary * happens).min(1.0), *negated)
            }
            What::Phrases { field, test, negated } => {
                let chances = self.phrase_chances.get(field.ordinal());
                (chances.and_then(|chances| chances.get(*test as usize)).copied().unwrap_or(1.0), *negated)
            }
            What::Time => (0.5, false),
        };
        if negated { 1.0 - chance } else { chance }
    }

    /// How many values a dimension has, one that no condition names included.
    fn vocabulary(&self, dim: Dim) -> u32 {
        match dim {
            Dim::NewTicket | Dim::Action | Dim::Sentiment => 3,
            Dim::NewMessage => 1,
            Dim::ReplyStatus | Dim::TicketState => 2,
            Dim::DayOfWeek => 7,
            Dim::TimeOfDay => u32::try_from(self.day_segments.len()).unwrap_or(u32::MAX),
            dim => self.names.count(dim) + 1,
        }
    }

    /// A test that a clause's record can make of a condition, if it can; and whether it decides it.
    ///
    /// It decides it if every value has a bit of its own. Otherwise, a value of the set may look like another: a condition that
    /// wants one of the set may then pass by mistake, which rules out less; one that wants none of them may fail by mistake,
    /// so that there is no test of it.
    fn key_test(&self, what: &What<'_>) -> Option<(KeyTest, bool)> {
        let What::Values { dim, values, negated, when_absent, .. } = *what else { return None };
        let decides = self.vocabulary(dim) <= NAMED_BITS;
        let mask = values.iter().fold(0, |mask, value| mask | bit(*value));
        let test = match (negated, dim.has_several()) {
            (true, _) if !decides => return None,
            (false, _) => KeyTest { dim, mask, negated },
            // Of a dimension with one value, to have none of these is to have one of the others, or none.
            (true, false) => {
                let absent = if when_absent { ABSENT } else { 0 };
                KeyTest { dim, mask: !mask & (OTHER - 1) | OTHER | absent, negated: false }
            }
            (true, true) => {
                let absent = if when_absent { 0 } else { ABSENT };
                KeyTest { dim, mask: mask | absent, negated }
            }
        };
        Some((test, decides))
    }
}

fn row_order(condition: &Placed<'_>) -> RowOrder {
    match condition.what {
        What::Values { dim, values, .. } => (dim.ordinal(), values.first().copied().unwrap_or(0)),
        _ => (u8::MAX, 0),
    }
}

/// The estimated probability that a request meets all conditions that look into no text.
fn alive_before_scan(placed: &[Placed<'_>]) -> f64 {
    let exact = |condition: &&Placed<'_>| {
        matches!(condition.what, What::Values { negated: false, is_clock: false, .. })
    };
    placed.iter().filter(exact).map(|condition| condition.chance).product()
}

/// Files a clause under one of its conditions, with a record of those others that rule it out most often; the rest is left to
/// be verified.
fn file_under_key(
    number: u32,
    clause: &mut Clause,
    placed: &[Placed<'_>],
    key: u64,
    keys: &mut KeysBuilder,
    keyed_texts: &mut [Vec<u8>; 3],
    compiler: &Compiler<'_>,
) {
    let mut tests: Vec<(f64, KeyTest, u64)> = Vec::new();
    for condition in placed.iter().filter(|condition| condition.bit != key) {
        leave(clause, condition);
        if let Some((test, decides)) = compiler.key_test(&condition.what) {
            tests.push((condition.chance, test, if decides { condition.bit } else { 0 }));
        }
    }
    tests.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
    tests.truncate(TESTS);
    for (_, _, decided) in &tests {
        clause.residual &= !decided;
    }
    let tests: Vec<KeyTest> = tests.into_iter().map(|(_, test, _)| test).collect();
    let Some(condition) = placed.iter().find(|condition| condition.bit == key) else { return };
    let residual = clause.residual != 0;
    match condition.what {
        What::Values { dim, values, .. } => keys.add(number, dim, &values, &tests, clause.timed, residual),
        What::Phrases { field, test, .. } => {
            keys.add(number, field.dim(), &[test], &tests, clause.timed, residual);
            if let Some(keyed) = keyed_texts.get_mut(field.ordinal()) {
                let needs = needs(clause, placed);
                if !keyed.contains(&needs) {
                    keyed.push(needs);
                }
            }
        }
        What::Time => {}
    }
}

/// Puts a clause into the next row with its conditions, at most one of each dimension; the others are left to be verified.
fn file_in_row(number: u32, clause: &mut Clause, placed: &[Placed<'_>], rows: &mut RowsBuilder) {
    let mut taken = 0;
    for condition in placed {
        match condition.what {
            What::Values { dim, .. } if taken & dim.bit() == 0 => taken |= dim.bit(),
            _ => leave(clause, condition),
        }
    }
    rows.add(Candidate { clause: number, residual: clause.residual != 0 }, clause.timed);
    for condition in placed.iter().filter(|condition| clause.residual & condition.bit == 0) {
        if let What::Values { dim, values, negated, when_absent, .. } = condition.what {
            rows.add_condition(dim, &values, negated, when_absent);
        }
    }
}

/// Leaves a condition of a clause to be verified.
fn leave(clause: &mut Clause, condition: &Placed<'_>) {
    clause.residual |= condition.bit;
    if let What::Phrases { field, .. } = condition.what {
        clause.residual_texts |= field.bit();
    }
}

/// What a clause presupposes of a change, as [`crate::index::facts::happened`] tells it.
fn needs(clause: &Clause, placed: &[Placed<'_>]) -> u8 {
    let events = placed.iter().filter(|condition| condition.presupposes_event);
    let dims = events.filter_map(|condition| match condition.what {
        What::Values { dim, .. } => Some(dim),
        What::Phrases { field, .. } => Some(field.dim()),
        What::Time => None,
    });
    let timer = if clause.timed { 0 } else { Dim::NOT_TIMER };
    dims.fold(timer, |needs, dim| needs | dim.event_bit())
}
