//! Numbers of the values that have names, of all dimensions in one table.
//!
//! One open-addressing table with linear probing, its names one after the other in one stretch of bytes: a name that nobody
//! gave a number costs one line of memory, one that has a number two, however many there are. A map from boxed names would
//! touch a third, and take twice the space.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::facts::Dim;
use crate::bytes::is_same;

/// In place of a number or an offset: there is none.
const NONE: u32 = u32::MAX;
/// Bytes before a name: its number, then [what it is](what).
const HEAD: usize = 8;
/// Names from which on their slots count among what a workflow takes. A name that is not there is looked for in eight slots of a
/// table that is three quarters full, and in one or two of one that is a quarter full (Knuth, The Art of Computer Programming,
/// vol. 3, 6.4): a twentieth of a decision by few workflows, while one by many waits for the memory of the first.
const MANY: usize = 1 << 14;
/// Offsets count units of so many bytes, so that four bytes of offset reach sixteen gigabytes of names.
const UNIT: usize = 4;

/// Numbers of names, counted from 0 in each dimension.
#[derive(Debug)]
pub(crate) struct Names {
    /// At most three quarters full; just that once all of [`MANY`] names have come, and a quarter full once fewer have.
    slots: Box<[Slot]>,
    /// Of each name its head and its bytes, filled up to a whole unit.
    bytes: Vec<u8>,
    counts: [u32; Dim::ALL.len()],
    total: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    /// Where its name's head stands, in units; [`NONE`] in a slot that is free.
    at: u32,
}

const FREE: Slot = Slot { hash: 0, at: NONE };

impl Default for Names {
    fn default() -> Self {
        Self { slots: Box::default(), bytes: Vec::new(), counts: [0; Dim::ALL.len()], total: 0 }
    }
}

impl Names {
    /// The number of a name.
    pub(crate) fn get(&self, dim: Dim, name: &str) -> Option<u32> {
        self.find(dim, name, hash(dim, name)).ok()
    }

    /// The number of a name, which it gets if it has none yet. Beyond sixteen gigabytes of names it gets none that could be
    /// found again; no account comes near.
    pub(crate) fn number(&mut self, dim: Dim, name: &str) -> u32 {
        if (self.total + 1) * 4 > self.slots.len() * 3 {
            self.resize((self.slots.len() * 2).max(8));
        }
        let hash = hash(dim, name);
        let free = match self.find(dim, name, hash) {
            Ok(number) => return number,
            Err(free) => free,
        };
        let Some(count) = self.counts.get_mut(dim.place()) else { return NONE };
        let number = *count;
        let at = u32::try_from(self.bytes.len() / UNIT).unwrap_or(NONE);
        let (Some(slot), Ok(len)) = (self.slots.get_mut(free), u16::try_from(name.len())) else {
            return NONE;
        };
        *slot = Slot { hash, at };
        *count += 1;
        self.total += 1;
        self.bytes.extend_from_slice(&number.to_le_bytes());
        self.bytes.extend_from_slice(&what(dim, len).to_le_bytes());
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.resize(self.bytes.len().next_multiple_of(UNIT), 0);
        number
    }

    /// How many names a dimension has.
    pub(crate) fn count(&self, dim: Dim) -> u32 {
        self.counts.get(dim.place()).copied().unwrap_or(0)
    }

    /// Gives back the memory that only growing needs.
    pub(crate) fn settle(&mut self) {
        self.bytes.shrink_to_fit();
        self.resize(if self.total < MANY { self.total * 4 } else { (self.total * 4).div_ceil(3) });
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        size_of_val::<[Slot]>(&self.slots) + self.bytes.capacity()
    }

    /// The number of a name, or the slot that is free for it.
    fn find(&self, dim: Dim, name: &str, hash: u32) -> Result<u32, usize> {
        let mut place = place(hash, self.slots.len());
        while let Some(slot) = self.slots.get(place).filter(|slot| slot.at != NONE) {
            if slot.hash == hash
                && let Some(number) = self.number_at(slot.at, dim, name)
            {
                return Ok(number);
            }
            place = next(place, self.slots.len());
        }
        Err(place)
    }

    /// The number of what stands at an offset, if it is this name.
    fn number_at(&self, at: u32, dim: Dim, name: &str) -> Option<u32> {
        let rest = self.bytes.get(at as usize * UNIT..)?;
        let (head, rest) = rest.split_first_chunk::<HEAD>()?;
        let head = u64::from_le_bytes(*head);
        let is_it = (head >> 32) as u32 == what(dim, u16::try_from(name.len()).ok()?)
            && is_same(rest.get(..name.len())?, name.as_bytes());
        is_it.then_some(head as u32)
    }

    /// Makes so many slots of them, which are more than there are names.
    fn resize(&mut self, count: usize) {
        let slots = vec![FREE; count].into_boxed_slice();
        for slot in std::mem::replace(&mut self.slots, slots) {
            if slot.at == NONE {
                continue;
            }
            let mut place = place(slot.hash, count);
            while self.slots.get(place).is_some_and(|taken| taken.at != NONE) {
                place = next(place, count);
            }
            if let Some(free) = self.slots.get_mut(place) {
                *free = slot;
            }
        }
    }
}

/// The slot of so many that a hash comes to, by a multiplication in place of a division (Lemire, "A fast alternative to the modulo
/// reduction", 2016); those of a table of another size come in the same order.
fn place(hash: u32, count: usize) -> usize {
    ((u64::from(hash) * count as u64) >> u32::BITS) as usize
}

/// The slot behind one, of so many.
fn next(place: usize, count: usize) -> usize {
    if place + 1 == count { 0 } else { place + 1 }
}

/// A name's length and its dimension, in one number.
fn what(dim: Dim, len: u16) -> u32 {
    u32::from(len) | u32::from(dim.ordinal()) << 16
}

/// The hash has a fixed seed: only the account's own author puts names in. Its low bits are as good as its high ones.
fn hash(dim: Dim, name: &str) -> u32 {
    // A seed of its own for each dimension would be mixed anew at each look-up.
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(name.as_bytes());
    (hasher.finish() as u32).wrapping_add(u32::from(dim.ordinal()).wrapping_mul(0x9e37_79b9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_numbers() {
        let mut names = Names::default();
        assert_eq!(names.get(Dim::Source, "a"), None);
        for number in 0..3_000 {
            for dim in [Dim::Source, Dim::Email] {
                assert_eq!(names.number(dim, &format!("name-{number}")), number);
            }
        }
        names.settle();
        for number in 0..3_000 {
            let name = format!("name-{number}");
            assert_eq!(names.get(Dim::Source, &name), Some(number));
            assert_eq!(names.number(Dim::Email, &name), number);
            assert_eq!(names.get(Dim::Inbox, &name), None);
        }
        assert_eq!(names.get(Dim::Source, "name-3000"), None);
        assert_eq!(names.get(Dim::Source, ""), None);
        assert_eq!((names.count(Dim::Source), names.count(Dim::Inbox)), (3_000, 0));
    }
}
