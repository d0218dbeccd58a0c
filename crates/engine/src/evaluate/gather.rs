//! Finds the clauses whose conditions hold.

use jiff::Timestamp;

use super::LevelScratch;
use crate::index::condition::{CompiledCondition, Texts, View};
use crate::index::facts::{TextField, happened};
use crate::index::keys::Candidate;
use crate::index::rows::RowScratch;
use crate::index::{Clause, CompiledAccount, Segment};
use crate::phrases::Folded;
use crate::request::{Change, Ticket};
use crate::time::nanos;

/// Memory to work in.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    rows: RowScratch,
    /// Clauses that survive, or came up.
    candidates: Vec<Candidate>,
    /// Those of them that look into a text.
    pending: Vec<u32>,
    /// Tests of phrases that they wait for.
    sought: Vec<u32>,
}

/// Which conditions are verified.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Those that need no text; those over time count or not.
    Textless { clocks: bool },
    /// Those that look into texts.
    Texts,
}

impl Segment {
    /// Finds the clauses whose conditions hold for a ticket and a change, in ascending order; those over time count or not.
    /// `folded` is what other segments have folded of the same texts.
    #[expect(
        clippy::too_many_arguments,
        reason = "these are the parts of one question, and there is one caller"
    )]
    pub(super) fn gather(
        &self,
        account: &CompiledAccount,
        ticket: &Ticket<'_>,
        change: &Change<'_>,
        now: Timestamp,
        clocks: bool,
        folded: &mut [Folded; 3],
        scratch: &mut LevelScratch,
    ) {
        let LevelScratch { gathering, alive, facts, phrases, .. } = scratch;
        let Gathering { rows, candidates, pending, sought } = gathering;
        let timer = change.timer;
        alive.clear();
        pending.clear();
        candidates.clear();
        facts.read(account, self, ticket, change, now, clocks);
        self.rows.survivors(facts, timer, clocks, rows, |candidate| candidates.push(candidate));
        for dim in self.keys.exact() {
            self.keys.come_up(dim, facts.of(dim).unwrap_or_default(), facts, timer, candidates);
        }
        let texts = TextField::ALL.map(|field| field.of(ticket, change));
        let happened = happened(change);
        let is_keyed = |field: TextField| {
            let keyed = self.keyed_texts.get(field.ordinal()).map_or(&[][..], |needs| needs);
            keyed.iter().any(|needs| needs & !happened == 0)
        };
        if candidates.is_empty() && !TextField::ALL.into_iter().any(is_keyed) {
            return;
        }
        let view = View {
            account,
            segment: self,
            facts,
            texts: Texts::Ticket(ticket),
            instants: account.instants(ticket),
            now: nanos(now),
        };
        let mut wanted = self.sort_out(candidates, &view, clocks, alive, pending);

        let mut scanned = 0;
        // A clause that comes up by a phrase may want another text scanned, which one that comes up by that one cannot: a text
        // with keys is scanned for these whether or not anybody else wants it.
        for ((field, text), phrases) in TextField::ALL.into_iter().zip(texts).zip(phrases.iter_mut()) {
            let (Some(text), Some(folded)) = (text, folded.get_mut(field.ordinal())) else { continue };
            if is_keyed(field) {
                self.matcher(field).scan_shared(text, folded, phrases);
                scanned |= field.bit();
                candidates.clear();
                self.keys.come_up(field.dim(), phrases.tests(), facts, timer, candidates);
                wanted |= self.sort_out(candidates, &view, clocks, alive, pending);
            }
        }
        for ((field, text), phrases) in TextField::ALL.into_iter().zip(texts).zip(phrases.iter_mut()) {
            let text = text.filter(|_| wanted & !scanned & field.bit() != 0);
            let (Some(text), Some(folded)) = (text, folded.get_mut(field.ordinal())) else { continue };
            let matcher = self.matcher(field);
            // Most of them wait for a phrase or two.
            if pending.len() <= matcher.sought_max() {
                sought.clear();
                self.append_tests(pending, field, sought);
                matcher.look_for(sought, text, folded, phrases);
            } else {
                matcher.scan_shared(text, folded, phrases);
            }
        }
        let present = texts.map(|text| text.is_some());
        let view = View { texts: Texts::Scanned { scratches: phrases, present }, ..view };
        let holds = |clause: &&u32| {
            self.clause(**clause).is_some_and(|clause| self.holds(clause, &view, Part::Texts))
        };
        alive.extend(pending.iter().filter(holds));
        alive.sort_unstable();
        // A clause that is filed under several values comes up by each.
        alive.dedup();
    }

    /// Parts candidates into those that are alive, those that look into a text, and those that a condition without one rules
    /// out. Tells which texts are looked into.
    fn sort_out(
        &self,
        candidates: &[Candidate],
        view: &View<'_>,
        clocks: bool,
        alive: &mut Vec<u32>,
        pending: &mut Vec<u32>,
    ) -> u8 {
        let mut wanted = 0;
        for Candidate { clause: number, residual } in candidates {
            if !residual {
                alive.push(*number);
                continue;
            }
            let Some(clause) = self.clause(*number) else { continue };
            if !self.holds(clause, view, Part::Textless { clocks }) {
                continue;
            }
            if clause.residual_texts == 0 {
                alive.push(*number);
            } else {
                wanted |= clause.residual_texts;
                pending.push(*number);
            }
        }
        wanted
    }

    /// Appends the tests of phrases of one text that clauses wait for.
    fn append_tests(&self, clauses: &[u32], field: TextField, tests: &mut Vec<u32>) {
        for clause in clauses.iter().filter_map(|number| self.clause(*number)) {
            tests.extend(self.residuals(clause).filter_map(|condition| match condition {
                CompiledCondition::Text { field: own, test, .. } if own == field => Some(test),
                _ => None,
            }));
        }
    }

    /// Whether those conditions of a clause hold that are left to be verified.
    fn holds(&self, clause: Clause, view: &View<'_>, part: Part) -> bool {
        let is_passed_over = |condition: CompiledCondition<'_>| match condition {
            CompiledCondition::Text { .. } => part != Part::Texts,
            CompiledCondition::Time { .. } => part != Part::Textless { clocks: true },
            CompiledCondition::Exact { .. } => part == Part::Texts,
        };
        self.residuals(clause).all(|condition| is_passed_over(condition) || condition.holds(view))
    }
}
