//! What is looked for in one text field: phrases as their foldings see them, and where an occurrence counts.

use super::{NONE, entry};
use crate::definition::{PhraseMode, Phrases};

/// Where an occurrence counts: a set of modes, and of modes between word boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const CONTAINS: Self = Self(1);
    pub(super) const STARTS_WITH: Self = Self(1 << 1);
    pub(super) const ENDS_WITH: Self = Self(1 << 2);
    pub(super) const EQUALS: Self = Self(1 << 3);
    const WORDS: Self = Self(0xf0);

    /// The one kind of a test's phrases.
    pub(super) fn of(phrases: &Phrases) -> Self {
        let plain = match phrases.mode {
            PhraseMode::Contains => Self::CONTAINS,
            PhraseMode::StartsWith => Self::STARTS_WITH,
            PhraseMode::EndsWith => Self::ENDS_WITH,
            // A whole text begins and ends at word boundaries anyway.
            PhraseMode::Equals => return Self::EQUALS,
        };
        if phrases.whole_word { plain.between_words() } else { plain }
    }

    /// Those of an occurrence from `start` to `end` of a text of `len` bytes, wherever words end.
    pub(super) fn placed(start: usize, end: usize, len: usize) -> Self {
        let (starts, ends) = (u8::from(start == 0), u8::from(end == len));
        Self(1 | starts << 1 | ends << 2 | (starts & ends) << 3)
    }

    /// The same kinds, between word boundaries.
    pub(super) fn between_words(self) -> Self {
        Self(self.0 << 4)
    }

    /// The same kinds, wherever words end.
    pub(super) fn anywhere(self) -> Self {
        Self(self.0 & !Self::WORDS.0 | self.0 >> 4)
    }

    /// Those that need word boundaries.
    pub(super) fn words(self) -> Self {
        self & Self::WORDS
    }

    /// Those that do not.
    pub(super) fn plain(self) -> Self {
        Self(self.0 & !Self::WORDS.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds, one by one.
    pub(super) fn each(self) -> impl Iterator<Item = Self> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let lowest = rest & rest.wrapping_neg();
            rest &= rest.wrapping_sub(1);
            (lowest != 0).then_some(Self(lowest))
        })
    }

    /// How many of these come before one of them.
    fn before(self, kind: Self) -> u32 {
        (self.0 & kind.0.wrapping_sub(1)).count_ones()
    }

    /// How many these are.
    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The number of a kind, below eight, if it is one alone.
    pub(super) fn ordinal(self) -> u32 {
        self.0.trailing_zeros()
    }

    /// The kind with a number.
    pub(super) fn from_ordinal(ordinal: u32) -> Self {
        Self(1u8.wrapping_shl(ordinal))
    }
}

impl std::ops::BitAnd for Kinds {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl std::ops::BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A phrase as a folding sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    /// Where it stands in the bytes.
    start: u32,
    pub(super) len: u32,
    /// The check of its first kind; those of the others follow. A check is a pattern in one kind.
    pub(super) first_check: u32,
    /// Where an occurrence counts.
    pub(super) kinds: Kinds,
}

/// All patterns of a field, of whatever folding, by number.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    pub(super) bytes: Box<[u8]>,
    records: Box<[Pattern]>,
    pub(super) checks_count: u32,
}

impl Patterns {
    /// Patterns out of their bytes, their lengths and their kinds.
    ///
    /// # Errors
    /// The bytes are too many.
    pub(super) fn new(bytes: Vec<u8>, of_each: impl Iterator<Item = (u32, Kinds)>) -> Result<Self, String> {
        // Twice as many could not be told apart from none.
        if u32::try_from(bytes.len()).is_err() {
            return Err("the phrases of one text have more than 4 GiB".to_owned());
        }
        let (mut start, mut first_check) = (0, 0);
        let records = of_each.map(|(len, kinds)| {
            let record = Pattern { start, len, first_check, kinds };
            start += len;
            first_check += kinds.count();
            record
        });
        let records = records.collect();
        Ok(Self { bytes: bytes.into_boxed_slice(), records, checks_count: first_check })
    }

    pub(super) fn get(&self, number: u32) -> Option<&Pattern> {
        entry(&self.records, number)
    }

    /// What a pattern looks for.
    pub(super) fn text(&self, pattern: &Pattern) -> &[u8] {
        let range = pattern.start as usize..(pattern.start + pattern.len) as usize;
        self.bytes.get(range).unwrap_or_default()
    }

    /// What the pattern of a number looks for.
    pub(super) fn text_of(&self, number: u32) -> &[u8] {
        self.get(number).map_or(&[], |pattern| self.text(pattern))
    }

    /// The check of a pattern in one of its kinds.
    pub(super) fn check(&self, number: u32, kind: Kinds) -> u32 {
        self.get(number).map_or(NONE, |pattern| pattern.check(kind))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.records.len()
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        self.bytes.len() + size_of_val::<[Pattern]>(&self.records)
    }
}

impl Pattern {
    /// The check of one of its kinds.
    pub(super) fn check(&self, kind: Kinds) -> u32 {
        self.first_check + self.kinds.before(kind)
    }
}
