//! Where each clause stands in the index: in a row, or filed under a key.

use super::Compiler;
use crate::definition::{Condition, Test, Workflow};
use crate::index::condition::CompiledCondition;
use crate::index::facts::Dim;
use crate::index::{Clause, CompiledWorkflow};

/// How an index is laid out. Decisions do not depend on it; their cost does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// A clause is filed under a condition that a request is estimated to meet with at most this probability, and verified one
    /// by one when it is met; otherwise it stands in a row.
    pub key_probability_max: f64,
    /// Clauses are filed under phrases of a text only if so many of them are estimated to be alive at a request before the text
    /// is looked at. A text with keys is always scanned; one that only rows depend on is often spared.
    pub alive_before_scan_min: f64,
}

impl Default for Layout {
    /// A row costs each decision some 0.1 ns (a bit in each of twenty passes, most of which end early), a clause that comes
    /// up by its key some 20 ns: they break even at 1 in 200, and the optimum is flat. Where one clause is alive anyway, the
    /// text is scanned anyway.
    fn default() -> Self {
        Self { key_probability_max: 1.0 / 128.0, alive_before_scan_min: 1.0 }
    }
}

/// The conditions of a clause, compiled and as defined: those of `all`, then the one of `any`.
type Conditions<'c> = Vec<(&'c CompiledCondition, &'c Condition)>;

impl Compiler {
    /// Gives every clause its place; returns the clauses that stand in rows, in the rows' order, and per text field what those
    /// filed under its phrases presuppose.
    pub(super) fn lay_out(&mut self, definitions: &[&Workflow], layout: Layout) -> (Vec<u32>, [Vec<u8>; 3]) {
        let workflows = std::mem::take(&mut self.workflows);
        let mut clauses = std::mem::take(&mut self.clauses);
        let of = |clause: &Clause| conditions(&workflows, definitions, clause);
        let Places { mut rows, keyed } = self.places(&clauses, of, layout);
        let mut keyed_texts: [Vec<u8>; 3] = Default::default();
        for (number, place) in keyed {
            let clause = usize::try_from(number).ok().and_then(|number| clauses.get_mut(number));
            if let Some((clause, conditions)) =
                clause.and_then(|clause| of(clause).map(|found| (clause, found)))
            {
                self.file_by_key(number, clause, &conditions, place, &mut keyed_texts);
            }
        }
        // Rows with the same rarest condition stand together, so that whole blocks die of it.
        rows.sort_unstable();
        for (row, (_, number)) in (0u32..).zip(&rows) {
            let clause = usize::try_from(*number).ok().and_then(|number| clauses.get_mut(number));
            if let Some((clause, conditions)) =
                clause.and_then(|clause| of(clause).map(|found| (clause, found)))
            {
                self.file_in_row(row, clause, &conditions);
            }
        }
        for needs in &mut keyed_texts {
            needs.sort_unstable();
            needs.dedup();
        }
        self.workflows = workflows;
        self.clauses = clauses;
        (rows.into_iter().map(|(_, number)| number).collect(), keyed_texts)
    }

    /// Decides for every clause whether it stands in a row or is filed under a key.
    fn places<'c>(
        &self,
        clauses: &[Clause],
        of: impl Fn(&Clause) -> Option<Conditions<'c>>,
        layout: Layout,
    ) -> Places {
        let mut places = Places::default();
        let mut pools: [PhrasePool; 3] = Default::default();
        for (number, clause) in (0u32..).zip(clauses) {
            let Some(conditions) = of(clause) else { continue };
            let chance = self.chance(&conditions);
            let order = row_order(&conditions, chance.exact.map(|(_, place)| place));
            let is_rare = |(probability, _): &(f64, usize)| *probability <= layout.key_probability_max;
            let text = chance.text.filter(is_rare).and_then(|(_, place)| {
                let (compiled, _) = conditions.get(place)?;
                Some((place, pools.get_mut(compiled.text_field()?.ordinal())?))
            });
            match (chance.exact.filter(is_rare), text) {
                (Some((_, place)), _) => places.keyed.push((number, place)),
                (None, Some((place, pool))) => {
                    pool.clauses.push((number, place, order));
                    pool.alive_before_scan += chance.alive_before_scan;
                }
                (None, None) => places.rows.push((order, number)),
            }
        }
        for PhrasePool { clauses, alive_before_scan } in pools {
            if alive_before_scan >= layout.alive_before_scan_min {
                places.keyed.extend(clauses.into_iter().map(|(number, place, _)| (number, place)));
            } else {
                places.rows.extend(clauses.into_iter().map(|(number, _, order)| (order, number)));
            }
        }
        places
    }

    /// Notes that requests are read for a condition.
    fn ask(&mut self, condition: &CompiledCondition) {
        if let Some(dimension) = condition.dim().and_then(|dim| self.dimensions.get_mut(dim.place())) {
            dimension.ask();
        }
    }

    /// Files a clause under one of its conditions; the others are left to be verified.
    fn file_by_key(
        &mut self,
        number: u32,
        clause: &mut Clause,
        conditions: &Conditions<'_>,
        key: usize,
        keyed_texts: &mut [Vec<u8>; 3],
    ) {
        let needs = needs(clause, conditions);
        for (place, (compiled, _)) in conditions.iter().enumerate() {
            self.ask(compiled);
            if place != key {
                leave(clause, place, conditions.len(), compiled);
                continue;
            }
            let (Some(dim), values) = (compiled.dim(), compiled.values()) else { continue };
            if let Some(dimension) = self.dimensions.get_mut(dim.place()) {
                dimension.add_key(number, values);
            }
            if let Some(field) = compiled.text_field()
                && let Some(keyed) = keyed_texts.get_mut(field.ordinal())
            {
                keyed.push(needs);
            }
        }
    }

    /// Files a row's conditions under their dimensions, at most one under each; the others are left to be verified.
    fn file_in_row(&mut self, row: u32, clause: &mut Clause, conditions: &Conditions<'_>) {
        let mut taken = [false; Dim::ALL.len()];
        for (place, (compiled, _)) in conditions.iter().enumerate() {
            self.ask(compiled);
            let dimension = compiled.dim().and_then(|dim| {
                let taken = taken.get_mut(dim.place())?;
                (!std::mem::replace(taken, true)).then_some(self.dimensions.get_mut(dim.place())?)
            });
            match dimension {
                Some(dimension) => {
                    let (negated, when_absent) = compiled.when();
                    dimension.add_row(row, compiled.values(), negated, when_absent);
                }
                None => leave(clause, place, conditions.len(), compiled),
            }
        }
    }

    /// How likely a clause's conditions are met.
    fn chance(&self, conditions: &Conditions<'_>) -> Chance {
        let mut chance = Chance { exact: None, text: None, alive_before_scan: 1.0 };
        for (place, (compiled, defined)) in conditions.iter().enumerate() {
            let Some(probability) = self.probability(compiled, defined) else { continue };
            let rarest = if compiled.text_field().is_some() {
                &mut chance.text
            } else {
                chance.alive_before_scan *= probability;
                &mut chance.exact
            };
            if rarest.is_none_or(|(least, _)| probability < least) {
                *rarest = Some((probability, place));
            }
        }
        chance
    }

    /// The estimated probability that a request meets a condition; absent if a clause cannot be filed under it.
    ///
    /// What an account's tickets are like is not known when it is compiled: values are taken to be equally frequent, with
    /// one more that nobody names, and every four letters of a phrase to make it 256 times rarer.
    fn probability(&self, compiled: &CompiledCondition, defined: &Condition) -> Option<f64> {
        match (compiled, &defined.test) {
            (CompiledCondition::Exact { dim, values, negated: false, .. }, _) => {
                let vocabulary = match dim {
                    Dim::NewTicket | Dim::Action | Dim::Sentiment => 3,
                    Dim::NewMessage => 1,
                    Dim::ReplyStatus | Dim::TicketState => 2,
                    dim => self.dimensions.get(dim.place())?.names_count() + 1,
                };
                let happens = if matches!(dim, Dim::TagAssigned | Dim::StatusSet) { 0.1 } else { 1.0 };
                Some((values.len() as f64 / vocabulary as f64 * happens).min(1.0))
            }
            (
                CompiledCondition::Text { negated: false, .. },
                Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases),
            ) => {
                let rare = |phrase: &String| {
                    0.25_f64.powi(i32::try_from(phrase.chars().count().min(12)).unwrap_or(12) - 2)
                };
                Some(phrases.phrases.iter().map(rare).sum::<f64>().min(1.0))
            }
            _ => None,
        }
    }
}

/// How likely a clause's conditions are met, as far as that can be estimated.
struct Chance {
    /// The rarest of those that need no text: its probability, and its place.
    exact: Option<(f64, usize)>,
    /// The rarest of those that look for phrases.
    text: Option<(f64, usize)>,
    /// The probability that all that need no text are met.
    alive_before_scan: f64,
}

/// Clauses that could be filed under phrases of one text.
#[derive(Default)]
struct PhrasePool {
    /// Each with the place of its phrase condition, and its order among rows.
    clauses: Vec<(u32, usize, RowOrder)>,
    /// How many of them are alive, at a request, before the text is looked at.
    alive_before_scan: f64,
}

/// Where clauses stand.
#[derive(Default)]
struct Places {
    /// In rows, with what these are sorted by.
    rows: Vec<(RowOrder, u32)>,
    /// Under a key: the clause, and which of its conditions.
    keyed: Vec<(u32, usize)>,
}

/// What rows are sorted by: the dimension and the first value of their rarest condition; those without one come last.
type RowOrder = (usize, u32);

fn row_order(conditions: &Conditions<'_>, rarest: Option<usize>) -> RowOrder {
    let rarest = rarest.and_then(|place| conditions.get(place));
    rarest.map_or((usize::MAX, 0), |(compiled, _)| {
        let dim = compiled.dim().map_or(usize::MAX, Dim::place);
        (dim, compiled.values().first().copied().unwrap_or(0))
    })
}

fn conditions<'c>(
    workflows: &'c [CompiledWorkflow],
    definitions: &[&'c Workflow],
    clause: &Clause,
) -> Option<Conditions<'c>> {
    let number = usize::try_from(clause.workflow).ok()?;
    let (workflow, definition) = (workflows.get(number)?, definitions.get(number)?);
    let any = clause.any.and_then(|any| {
        let any = usize::try_from(any).ok()?;
        Some((workflow.any.get(any)?, definition.any.get(any)?))
    });
    Some(workflow.all.iter().zip(&definition.all).chain(any).collect())
}

/// Leaves a condition of a clause, the last of which may be that of `any`, to be verified.
fn leave(clause: &mut Clause, place: usize, count: usize, compiled: &CompiledCondition) {
    if clause.any.is_some() && place + 1 == count {
        clause.residual_any = true;
    } else {
        clause.residual_all |= 1 << place;
    }
    if let CompiledCondition::Text { field, .. } = compiled {
        clause.residual_texts |= field.bit();
    }
}

/// What a clause presupposes of a change, as [`crate::index::facts::happened`] tells it.
fn needs(clause: &Clause, conditions: &Conditions<'_>) -> u8 {
    let events = conditions.iter().filter_map(|(compiled, defined)| {
        let (_, when_absent) = compiled.when();
        compiled.dim().filter(|_| !when_absent && defined.presupposes_event()).map(Dim::event_bit)
    });
    events.fold(if clause.timed { 0 } else { Dim::NOT_TIMER }, |needs, bit| needs | bit)
}
