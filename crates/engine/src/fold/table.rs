//! What each character folds to by itself, found out once by the exact way.

use std::iter::once;
use std::sync::OnceLock;

use icu_normalizer::properties::{CanonicalCombiningClassMap, CanonicalCombiningClassMapBorrowed};

use super::Folding;
use super::general::COMPOSE;
use super::simd;

pub(super) const COMBINING: CanonicalCombiningClassMapBorrowed<'static> = CanonicalCombiningClassMap::new();

/// How a character meets its neighbours.
///
/// A text may be cut in front of a character whose folded, decomposed form begins with one that neither composes with what
/// stands before it (see [`combines_backwards`]) nor is reordered (its combining class is 0): normalization never reaches
/// across it from behind. Those are [`Class::Plain`], [`Class::Space`] and [`Class::Long`]. A text of plain characters and
/// spaces alone folds character by character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Folds to a few bytes without white space; the text may be cut in front of it.
    Plain,
    /// Folds to one space; the text may be cut on either side of it, since nothing composes with a space.
    Space,
    /// Folds to nothing, wherever it stands: what is on both sides of it meets.
    Nothing,
    /// Folds to one character that follows its base and never composes with it: it stays where it is if its combining
    /// class is not below that of the character before it, and changes places with it otherwise.
    Mark,
    /// Folds to more than an entry holds; the text may be cut in front of it.
    Long,
    /// Anything else: it may compose with what stands before it.
    Bound,
}

impl Class {
    const ALL: [Self; 6] = [Self::Plain, Self::Space, Self::Nothing, Self::Mark, Self::Long, Self::Bound];

    /// Whether the text may be cut in front of such a character.
    pub(super) fn begins(self) -> bool {
        matches!(self, Self::Plain | Self::Space | Self::Long)
    }
}

/// What one character folds to, in a word: up to five bytes of text, from the lowest on; how many; the combining class that
/// it ends with; its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry(u64);

/// Bytes of text that an entry holds: the longest character, or a symbol that folds to a few letters.
const TEXT_BYTES_MAX: usize = 5;

impl Entry {
    fn new(text: &str, combining: u8, class: Class) -> Self {
        let bytes = text.bytes().rev().fold(0, |word, byte| word << 8 | u64::from(byte));
        Self(bytes | (text.len() as u64) << 40 | u64::from(combining) << 48 | (class as u64) << 56)
    }

    /// The entry of a character that folds to itself and is plain.
    fn itself(c: char) -> Self {
        Self::new(c.encode_utf8(&mut [0; 4]), 0, Class::Plain)
    }

    /// Finds out by the exact way.
    fn of(folding: Folding, c: char) -> Self {
        let decomposed: Vec<char> = folding.decomposed(once(c)).collect();
        let letters: Vec<char> = decomposed.iter().flat_map(|c| folding.mapped(*c)).collect();
        let (Some(first), Some(first_letter)) = (decomposed.first(), letters.first()) else {
            return Self::new("", 0, Class::Nothing);
        };
        let text: String = COMPOSE.normalize_iter(letters.iter().copied()).collect();
        // Reordering comes before mapping: a mark that is mapped (iota below, which is no mark in lower case) stays where its
        // neighbours moved it.
        let moves = decomposed.iter().any(|c| combining(*c) != 0 && !folding.mapped(*c).eq([*c]));
        let begins =
            combining(*first) == 0 && combining(*first_letter) == 0 && !combines_backwards(*first_letter);
        let last = letters.last().map_or(0, |c| combining(*c));
        match letters.as_slice() {
            [c] if begins && c.is_whitespace() => Self::new(" ", 0, Class::Space),
            _ if begins && !moves && text.len() <= TEXT_BYTES_MAX && !text.contains(char::is_whitespace) => {
                Self::new(&text, last, Class::Plain)
            }
            _ if begins => Self::new("", 0, Class::Long),
            [c] if !moves && last != 0 && !combines_backwards(*c) => Self::new(&text, last, Class::Mark),
            _ => Self::new("", 0, Class::Bound),
        }
    }

    /// The text's bytes, then others.
    pub(super) fn bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }

    /// Bytes of the text.
    pub(super) fn len(self) -> usize {
        usize::from((self.0 >> 40) as u8)
    }

    /// The combining class that the folded text ends with.
    pub(super) fn combining(self) -> u8 {
        (self.0 >> 48) as u8
    }

    /// Whether the class is plain.
    pub(super) fn is_plain(self) -> bool {
        self.0 >> 56 == Class::Plain as u64
    }

    pub(super) fn class(self) -> Class {
        Class::ALL.get((self.0 >> 56) as usize).copied().unwrap_or(Class::Bound)
    }
}

fn combining(c: char) -> u8 {
    COMBINING.get_u8(c)
}

/// Whether a character composes with some that stands before it.
pub(super) fn combines_backwards(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{304}' | '\u{306}'..='\u{30c}' | '\u{30f}' | '\u{311}' | '\u{313}'..='\u{314}' | '\u{31b}'
        | '\u{323}'..='\u{328}' | '\u{32d}'..='\u{32e}' | '\u{330}'..='\u{331}' | '\u{338}' | '\u{342}' | '\u{345}'
        | '\u{653}'..='\u{655}' | '\u{93c}' | '\u{9be}' | '\u{9d7}' | '\u{b3e}' | '\u{b56}'..='\u{b57}' | '\u{bbe}'
        | '\u{bd7}' | '\u{c56}' | '\u{cc2}' | '\u{cd5}'..='\u{cd6}' | '\u{d3e}' | '\u{d57}' | '\u{dca}' | '\u{dcf}'
        | '\u{ddf}' | '\u{102e}' | '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}' | '\u{1b35}'
        | '\u{3099}'..='\u{309a}' | '\u{110ba}' | '\u{11127}' | '\u{1133e}' | '\u{11357}' | '\u{113b8}' | '\u{113bb}'
        | '\u{113c2}' | '\u{113c9}' | '\u{114b0}' | '\u{114ba}' | '\u{114bd}' | '\u{115af}' | '\u{11930}'
        | '\u{1611e}'..='\u{16120}' | '\u{16129}' | '\u{16d67}')
}

/// Whether a character is one of the many that fold to themselves whatever the folding and are plain: syllables of
/// Hangul, ideographs of the original block, its Extension A and the planes that are theirs.
pub(super) fn is_itself(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{20000}'..='\u{2f7ff}' | '\u{30000}'..='\u{3fffd}')
}

/// Characters that are written in one or two bytes.
const SHORT: usize = 0x800;
/// Characters that are found out together when the first of them is asked for.
const BLOCK: usize = 64;
/// Characters of the planes that hold letters and symbols. Those beyond, ideographs apart, are too rare to be kept.
const KEPT: usize = 0x2_0000;

/// The entries of one folding: of short characters all, of others those that texts have brought so far.
///
/// Some 50 kB in a process for each folding in use, and 512 bytes for each block of characters in use; at most 0.8 MB
/// each.
#[derive(Debug)]
pub(super) struct Table {
    folding: Folding,
    short: Box<[Entry; SHORT]>,
    blocks: Box<[OnceLock<Box<[Entry; BLOCK]>>]>,
    vectors: OnceLock<Option<simd::Tables>>,
}

impl Table {
    /// The table of a folding, made when it is first asked for: in less than a millisecond, once in a process.
    pub(super) fn of(folding: Folding) -> &'static Self {
        static LOOSE: OnceLock<Table> = OnceLock::new();
        static CASE: OnceLock<Table> = OnceLock::new();
        static ACCENT: OnceLock<Table> = OnceLock::new();
        static BOTH: OnceLock<Table> = OnceLock::new();
        let table = match (folding.case_sensitive, folding.accent_sensitive) {
            (false, false) => &LOOSE,
            (true, false) => &CASE,
            (false, true) => &ACCENT,
            (true, true) => &BOTH,
        };
        table.get_or_init(|| Self::new(folding))
    }

    fn new(folding: Folding) -> Self {
        let blocks = (0..KEPT / BLOCK).map(|_| OnceLock::new());
        Self {
            folding,
            short: Box::new(entries(folding, 0)),
            blocks: blocks.collect(),
            vectors: OnceLock::new(),
        }
    }

    /// The entry of a character that is written in one or two bytes; of higher bits of its number nothing is read.
    pub(super) fn short(&self, number: usize) -> Entry {
        self.short.get(number % SHORT).copied().unwrap_or(Entry(0))
    }

    /// The same for vectors, on a machine that has them.
    pub(super) fn vectors(&self) -> Option<&simd::Tables> {
        self.vectors.get_or_init(|| simd::Tables::new(self)).as_ref()
    }

    /// The entry of any character.
    pub(super) fn entry(&self, c: char) -> Entry {
        let number = c as usize;
        if number < SHORT {
            return self.short(number);
        }
        if is_itself(c) {
            return Entry::itself(c);
        }
        match self.blocks.get(number / BLOCK) {
            Some(block) => {
                let block = block.get_or_init(|| Box::new(entries(self.folding, number / BLOCK * BLOCK)));
                block.get(number % BLOCK).copied().unwrap_or(Entry(0))
            }
            None => Entry::of(self.folding, c),
        }
    }
}

/// The entries of characters from a number on; surrogates, which no text holds, have any.
fn entries<const COUNT: usize>(folding: Folding, first: usize) -> [Entry; COUNT] {
    std::array::from_fn(|place| {
        let c = u32::try_from(first + place).ok().and_then(char::from_u32).unwrap_or('\0');
        Entry::of(folding, c)
    })
}
