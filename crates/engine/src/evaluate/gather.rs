//! Finds the clauses whose conditions hold.

use jiff::Timestamp;

use super::Scratch;
use crate::index::condition::{CompiledCondition, Texts, View};
use crate::index::dimension::Survivors;
use crate::index::facts::{TextField, happened};
use crate::index::{Clause, CompiledWorkflow, Index};
use crate::request::{Change, Ticket};
use crate::time::nanos;

/// Memory to work in.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    survivors: Survivors,
    blocks: Vec<[u64; 8]>,
    /// Clauses that came up by their keys.
    candidates: Vec<u32>,
    /// Those that came up by their phrases, and are not verified yet.
    late: Vec<u32>,
}

/// Which of the conditions that are left are verified.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Those that need no text.
    Textless,
    /// Those that look into texts.
    Texts,
    /// All of them.
    Whole,
}

impl Index {
    /// Finds the clauses whose conditions hold for a ticket and a change, in ascending order; those over time count or not.
    pub(super) fn gather(
        &self,
        ticket: &Ticket<'_>,
        change: &Change<'_>,
        now: Timestamp,
        clocks: bool,
        scratch: &mut Scratch,
    ) {
        let Scratch { gathering, alive, facts, phrases, .. } = scratch;
        let Gathering { survivors, blocks, candidates, late } = gathering;
        facts.read(self, ticket, change, now);
        survivors.start(if change.timer { &self.timed_rows } else { &self.live_rows });
        candidates.clear();
        for dimension in self.dimensions.iter().filter(|dimension| !dimension.dim.is_text()) {
            let said = facts.of(dimension.dim);
            if dimension.has_rows && !survivors.is_empty() && (clocks || !dimension.dim.is_clock()) {
                dimension.narrow(said, survivors, blocks);
            }
            candidates.extend(said.unwrap_or_default().iter().flat_map(|value| dimension.keyed(*value)));
        }

        let present = TextField::ALL.map(|field| field.of(ticket, change).is_some());
        let view = View {
            index: self,
            facts,
            texts: Texts::Ticket(ticket),
            instants: self.instants(ticket),
            now: nanos(now),
        };
        let textless = |number: &u32| {
            self.clause(*number).is_some_and(|clause| {
                (clause.timed || !change.timer) && self.holds(clause, &view, Part::Textless, clocks)
            })
        };
        candidates.retain(textless);

        let happened = happened(change);
        late.clear();
        let mut scanned = 0;
        for (field, phrases) in TextField::ALL.into_iter().zip(phrases.iter_mut()) {
            let Some(dimension) = self.dimensions.get(field.dim().place()) else { continue };
            let Some(text) = field.of(ticket, change) else {
                if dimension.has_rows {
                    dimension.narrow(None, survivors, blocks);
                }
                continue;
            };
            let keyed = self.keyed_texts.get(field.ordinal()).map_or(&[][..], |needs| needs);
            if dimension.has_rows && dimension.concerns(survivors)
                || keyed.iter().any(|needs| needs & !happened == 0)
                || self.look_into(candidates, field)
            {
                self.matcher(field).scan(text, phrases);
                scanned |= field.bit();
                if dimension.has_rows {
                    dimension.narrow(Some(phrases.tests()), survivors, blocks);
                }
                late.extend(phrases.tests().iter().flat_map(|test| dimension.keyed(*test)));
            }
        }
        late.retain(textless);
        for (field, phrases) in TextField::ALL.into_iter().zip(phrases.iter_mut()) {
            if let Some(text) = field.of(ticket, change)
                && scanned & field.bit() == 0
                && self.look_into(late, field)
            {
                self.matcher(field).scan(text, phrases);
            }
        }

        let view = View { texts: Texts::Scanned { scratches: phrases, present }, ..view };
        let holds = |number: &u32, part: Part| {
            self.clause(*number).is_some_and(|clause| self.holds(clause, &view, part, clocks))
        };
        alive.clear();
        let rows = survivors.rows().filter_map(|row| self.rows.get(usize::try_from(row).ok()?));
        alive.extend(rows.filter(|number| holds(number, Part::Whole)));
        alive.extend(candidates.iter().chain(late.iter()).filter(|number| holds(number, Part::Texts)));
        alive.sort_unstable();
        // A clause that is filed under several values comes up by each.
        alive.dedup();
    }

    /// Whether one of the clauses has a condition left that looks into a text.
    fn look_into(&self, clauses: &[u32], field: TextField) -> bool {
        let looks = |clause: &Clause| clause.residual_texts & field.bit() != 0;
        clauses.iter().any(|number| self.clause(*number).is_some_and(looks))
    }

    /// Whether the conditions of a clause hold that are left to be verified; those over time count or not.
    fn holds(&self, clause: &Clause, view: &View<'_>, part: Part, clocks: bool) -> bool {
        if part == Part::Texts && clause.residual_texts == 0 {
            return true;
        }
        let Some(workflow) = self.workflow(clause.workflow) else { return false };
        let passed_over = |condition: &CompiledCondition| match condition {
            CompiledCondition::Time { .. } => !clocks || part == Part::Texts,
            CompiledCondition::Text { .. } => part == Part::Textless,
            CompiledCondition::Exact { .. } => part == Part::Texts,
        };
        residuals(workflow, clause).all(|condition| passed_over(condition) || condition.holds(view))
    }
}

/// The conditions of a clause that are left to be verified.
fn residuals<'w>(
    workflow: &'w CompiledWorkflow,
    clause: &Clause,
) -> impl Iterator<Item = &'w CompiledCondition> {
    let mut residual = clause.residual_all;
    let all = std::iter::from_fn(move || {
        let place = residual.trailing_zeros();
        (residual != 0).then(|| residual &= residual - 1)?;
        usize::try_from(place).ok().and_then(|place| workflow.all.get(place))
    });
    let any = clause.any.filter(|_| clause.residual_any);
    all.chain(any.and_then(|any| workflow.any.get(usize::try_from(any).ok()?)))
}
