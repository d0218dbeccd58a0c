//! What an account must hold, by what was acknowledged to the one who writes it.

use rand::RngExt as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_chacha::ChaCha8Rng;

/// Workflows that an account has at most.
pub(crate) const WORKFLOWS: u32 = 12;

/// An account as of one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) revision: u64,
    /// Its workflows in their order.
    pub(crate) workflows: Vec<Marked>,
}

/// A workflow, and which of the account's writes it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) number: u32,
    /// No two writes have the same.
    pub(crate) mark: u64,
}

/// A write. Each changes what the account holds.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    Create(Marked),
    Update(Marked),
    Delete(u32),
    /// One comes directly before another, or last.
    Move(u32, Option<u32>),
    /// The account has these and no others.
    Import(Vec<Marked>),
}

/// What one writer knows of its account.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) account_id: String,
    /// By the last write that was acknowledged.
    pub(crate) acknowledged: State,
    /// What else it may be, by writes without an answer that says.
    pub(crate) possible: Vec<State>,
    marks: u64,
    random: ChaCha8Rng,
}

impl Ledger {
    pub(crate) fn new(account_id: String, random: ChaCha8Rng) -> Self {
        Self { account_id, acknowledged: State::default(), possible: Vec::new(), marks: 0, random }
    }

    /// Draws the next write.
    pub(crate) fn draw(&mut self) -> Write {
        let workflows = &self.acknowledged.workflows;
        let free: Vec<u32> =
            (0..WORKFLOWS).filter(|number| workflows.iter().all(|found| found.number != *number)).collect();
        let kind = self.random.random_range(0..10);
        let mark = self.next_mark();
        let workflows = &self.acknowledged.workflows;
        let random = &mut self.random;
        match (kind, workflows.choose(random), free.choose(random)) {
            (0..=1, Some(one), _) => Write::Delete(one.number),
            (2..=3, Some(_), _) => self.draw_move(),
            (4, ..) => {
                let mut numbers: Vec<u32> = (0..WORKFLOWS).collect();
                numbers.shuffle(random);
                numbers.truncate(random.random_range(1..=WORKFLOWS as usize));
                Write::Import(numbers.into_iter().map(|number| Marked { number, mark }).collect())
            }
            (5..=6, _, Some(number)) | (_, None, Some(number)) => {
                Write::Create(Marked { number: *number, mark })
            }
            (_, Some(one), _) => Write::Update(Marked { number: one.number, mark }),
            // There is always one or the other.
            (_, None, None) => Write::Import(Vec::new()),
        }
    }

    /// A mark that no write has.
    pub(crate) fn next_mark(&mut self) -> u64 {
        self.marks += 1;
        self.marks
    }

    /// A move that changes the order, or an update where there is but one workflow.
    fn draw_move(&mut self) -> Write {
        let workflows = &self.acknowledged.workflows;
        let from = self.random.random_range(0..workflows.len());
        let to = self.random.random_range(0..workflows.len());
        let number_at = |place: usize| workflows.get(place).map(|found| found.number);
        match number_at(from) {
            Some(number) if from < to => Write::Move(number, number_at(to + 1)),
            Some(number) if from > to => Write::Move(number, number_at(to)),
            found => Write::Update(Marked { number: found.unwrap_or_default(), mark: self.marks }),
        }
    }

    /// What the account is after a write to what was acknowledged.
    pub(crate) fn after(&self, write: &Write) -> State {
        let State { revision, mut workflows } = self.acknowledged.clone();
        match write {
            Write::Create(created) => workflows.push(*created),
            Write::Update(updated) => {
                for found in workflows.iter_mut().filter(|found| found.number == updated.number) {
                    *found = *updated;
                }
            }
            Write::Delete(number) => workflows.retain(|found| found.number != *number),
            Write::Move(number, before) => {
                let moved: Vec<Marked> = workflows.extract_if(.., |found| found.number == *number).collect();
                let place = workflows.iter().position(|found| Some(found.number) == *before);
                let place = place.unwrap_or(workflows.len());
                workflows.splice(place..place, moved);
            }
            Write::Import(imported) => workflows.clone_from(imported),
        }
        State { revision: revision + 1, workflows }
    }

    /// Something was written that changes no workflows, or perhaps it was: every state may be one revision further.
    pub(crate) fn pass_by(&mut self, perhaps: bool) {
        let mut further = self.possible.clone();
        if perhaps {
            further.push(self.acknowledged.clone());
        } else {
            self.possible.clear();
            self.acknowledged.revision += 1;
        }
        further.iter_mut().for_each(|state| state.revision += 1);
        self.possible.extend(further);
    }

    /// A write was acknowledged, and so there is no doubt about those before it.
    pub(crate) fn acknowledge(&mut self, state: State) {
        self.acknowledged = state;
        self.possible.clear();
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn every_write_changes_the_account_and_says_whole_what_it_is_then() {
        let mut ledger = Ledger::new("a".to_owned(), ChaCha8Rng::seed_from_u64(1));
        let mut kinds = std::collections::BTreeSet::new();
        for revision in 1..=1_000 {
            let write = ledger.draw();
            let after = ledger.after(&write);
            assert_eq!(after.revision, revision);
            assert_ne!(after.workflows, ledger.acknowledged.workflows, "{write:?}");
            let mut numbers: Vec<u32> = after.workflows.iter().map(|found| found.number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), after.workflows.len(), "{write:?}");
            kinds.insert(format!("{write:?}").split('(').next().map(str::to_owned));
            ledger.acknowledge(after);
        }
        assert_eq!(kinds.len(), 5, "{kinds:?}");
    }
}
