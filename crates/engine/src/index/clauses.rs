//! The clauses of a segment: eight bytes for each, as there are as many as workflows, and what most of them share apart.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// One alternative of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// The conditions that are left to be verified: those of `all` by their indexes, and [`Clause::ANY`] for that of `any`. A set may
    /// have members that stand for no condition.
    pub(crate) residual: u64,
    /// Where its workflow stands in [`super::Segment::workflows`], and its definition in [`super::Segment::definitions`].
    pub(crate) workflow: u32,
    /// Index in `any` of its condition; [`Clause::NONE`] if the workflow has no `any`.
    pub(crate) alternative: u8,
    /// The texts that conditions left to be verified look into, as a set of [`super::facts::TextField::bit`]s.
    pub(crate) residual_texts: u8,
    /// Whether it presupposes an event.
    pub(crate) event_driven: bool,
    /// Whether it has a condition over time.
    pub(crate) timed: bool,
}

impl Clause {
    /// The condition of `any`, in a set of conditions.
    pub(crate) const ANY: u64 = 1 << 63;
    /// In place of an index in `any`: there is none.
    pub(crate) const NONE: u8 = u8::MAX;

    /// Index in `any` of its condition; absent if the workflow has no `any`.
    pub(crate) fn any(&self) -> Option<u32> {
        (self.alternative != Self::NONE).then(|| u32::from(self.alternative))
    }
}

/// Clauses by their numbers.
#[derive(Debug)]
pub(crate) struct Clauses {
    packed: Box<[Packed]>,
    /// The sets of conditions left to be verified that differ; the last one may stand for all that there was no room for.
    residuals: Box<[u64]>,
}

#[derive(Clone, Copy, Debug)]
struct Packed {
    workflow: u32,
    /// Where its set stands in [`Clauses::residuals`].
    residual: u16,
    alternative: u8,
    /// [`TEXTS`], [`EVENT_DRIVEN`] and [`TIMED`].
    flags: u8,
}

const TEXTS: u8 = 0b111;
const EVENT_DRIVEN: u8 = 1 << 3;
const TIMED: u8 = 1 << 4;
/// Sets that have a place of their own. To verify what is decided already costs time and changes nothing, so that a clause whose set
/// has none has all of its conditions verified.
const RESIDUALS_MAX: u16 = u16::MAX;

impl Clauses {
    /// The clause with a number.
    pub(crate) fn get(&self, number: u32) -> Option<Clause> {
        let Packed { workflow, residual, alternative, flags } = *self.packed.get(number as usize)?;
        Some(Clause {
            residual: self.residuals.get(usize::from(residual)).copied()?,
            workflow,
            alternative,
            residual_texts: flags & TEXTS,
            event_driven: flags & EVENT_DRIVEN != 0,
            timed: flags & TIMED != 0,
        })
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        size_of_val::<[Packed]>(&self.packed) + size_of_val::<[u64]>(&self.residuals)
    }
}

impl From<Vec<Clause>> for Clauses {
    fn from(clauses: Vec<Clause>) -> Self {
        let mut numbers: HashMap<u64, u16, FixedState> = HashMap::default();
        let mut residuals = Vec::new();
        let mut last = None;
        let pack = |clause: &Clause| {
            let Clause { residual, workflow, alternative, mut residual_texts, event_driven, timed } = *clause;
            let number = match last {
                // Most are as the one before: empty.
                Some((same, number)) if same == residual => number,
                _ => match u16::try_from(residuals.len()) {
                    Ok(next) if next < RESIDUALS_MAX => *numbers.entry(residual).or_insert_with(|| {
                        residuals.push(residual);
                        next
                    }),
                    _ => numbers.get(&residual).copied().unwrap_or(RESIDUALS_MAX),
                },
            };
            last = Some((residual, number));
            if number == RESIDUALS_MAX {
                residual_texts = TEXTS;
            }
            let flags =
                residual_texts | if event_driven { EVENT_DRIVEN } else { 0 } | if timed { TIMED } else { 0 };
            Packed { workflow, residual: number, alternative, flags }
        };
        let packed = clauses.iter().map(pack).collect();
        if residuals.len() == usize::from(RESIDUALS_MAX) {
            residuals.push(u64::MAX);
        }
        Self { packed, residuals: residuals.into_boxed_slice() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_what_they_were_and_verify_no_less() {
        let clause = |residual: u64| Clause {
            residual,
            workflow: residual as u32 ^ 7,
            alternative: (residual % 51) as u8,
            residual_texts: (residual & 7) as u8,
            event_driven: residual.is_multiple_of(2),
            timed: residual.is_multiple_of(3),
        };
        let few: Vec<_> = [0, 0, Clause::ANY | 5, 0, 9, Clause::ANY | 5].map(clause).into();
        let packed = Clauses::from(few.clone());
        assert!(few.iter().zip(0..).all(|(clause, number)| packed.get(number) == Some(*clause)));
        assert_eq!(packed.get(6), None);

        // More sets than have a place; some come again.
        let many: Vec<_> = (0..70_000).chain(0..1_000).chain(69_000..70_000).map(clause).collect();
        let packed = Clauses::from(many.clone());
        for (clause, number) in many.iter().zip(0..) {
            let found = packed.get(number).unwrap();
            assert_eq!(found.residual & clause.residual, clause.residual);
            assert_eq!(found.residual_texts & clause.residual_texts, clause.residual_texts);
            let Clause { residual, residual_texts, .. } = *clause;
            assert_eq!(Clause { residual, residual_texts, ..found }, *clause);
            assert_eq!(found == *clause, clause.residual < u64::from(RESIDUALS_MAX), "{clause:?}");
        }
    }
}
