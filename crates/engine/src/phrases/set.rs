//! A set of small numbers that is cleared in time linear in its members.

/// Numbers below a bound, each once, in order of insertion.
#[derive(Debug, Default)]
pub(super) struct SparseSet {
    /// One bit per number.
    words: Vec<u64>,
    members: Vec<u32>,
}

/// The word and the bit of a number.
fn place(number: u32) -> (usize, u64) {
    (usize::try_from(number / 64).unwrap_or(usize::MAX), 1 << (number % 64))
}

impl SparseSet {
    /// Makes room for the numbers below a bound; members stay.
    pub(super) fn reach(&mut self, bound: usize) {
        let words = bound.div_ceil(64);
        if self.words.len() < words {
            self.words.resize(words, 0);
        }
    }

    /// Puts a number in; whether it is new. A number beyond the bound is not put in.
    pub(super) fn insert(&mut self, number: u32) -> bool {
        let (word, bit) = place(number);
        let Some(word) = self.words.get_mut(word) else { return false };
        let new = *word & bit == 0;
        if new {
            *word |= bit;
            self.members.push(number);
        }
        new
    }

    /// Whether a number is in it.
    pub(super) fn contains(&self, number: u32) -> bool {
        let (word, bit) = place(number);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Its numbers in order of insertion.
    pub(super) fn members(&self) -> &[u32] {
        &self.members
    }

    /// Takes all numbers out.
    pub(super) fn clear(&mut self) {
        for member in self.members.drain(..) {
            if let Some(word) = self.words.get_mut(place(member).0) {
                *word = 0;
            }
        }
    }
}
