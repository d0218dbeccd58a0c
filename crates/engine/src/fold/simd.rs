//! Folding with vectors: 64 bytes at a time, ASCII and the characters of two bytes that fold to two bytes or fewer.
//!
//! All that is unsafe in folding is here, behind a function that is safe for whatever it is given. What it does is what
//! [`super::quick`] does, which takes over where something else comes.

use super::table::{Class, Table};
#[cfg(target_arch = "x86_64")]
use crate::vectors::Avx512;

/// First bytes of the characters that are folded here, 64 for each: Latin with its signs, Greek, and Cyrillic.
const LEADS: [u8; 8] = [0xc2, 0xc3, 0xc4, 0xc5, 0xce, 0xcf, 0xd0, 0xd1];

/// The first two bytes of General Punctuation, of which what folds to itself is left as it is.
#[cfg(target_arch = "x86_64")]
const PUNCTUATION: [u8; 2] = [0xe2, 0x80];

/// What characters fold to, by their last bytes' lowest six bits.
#[derive(Debug)]
pub(super) struct Tables {
    #[cfg(target_arch = "x86_64")]
    available: Avx512,
    /// What ASCII folds to: one byte each.
    ascii: [[u8; 64]; 2],
    leads: [Lead; LEADS.len()],
    /// Not zero for punctuation that folds to itself.
    punctuation: [u8; 64],
}

/// What characters of one first byte fold to.
#[derive(Debug)]
struct Lead {
    /// The first of two bytes; zero if there is but one.
    first: [u8; 64],
    /// The last byte; zero for a character that is not folded here.
    last: [u8; 64],
}

impl Tables {
    /// The tables of a folding, on a machine that can use them.
    pub(super) fn new(table: &Table) -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let available = Avx512::detect()?;
        if cfg!(not(target_arch = "x86_64")) {
            return None;
        }
        let lead = |lead: u8| {
            let mut own = Lead { first: [0; 64], last: [0; 64] };
            for (low, (first, last)) in own.first.iter_mut().zip(&mut own.last).enumerate() {
                let entry = table.short(usize::from(lead & 0x1f) << 6 | low);
                let [one, two, ..] = entry.bytes();
                match (entry.class(), entry.len()) {
                    (Class::Plain | Class::Space, 1) => *last = one,
                    (Class::Plain, 2) => (*first, *last) = (one, two),
                    _ => {}
                }
            }
            own
        };
        let punctuation = std::array::from_fn(|low| {
            let c = char::from_u32(0x2000 + low as u32).unwrap_or('\0');
            let entry = table.entry(c);
            let itself = entry.bytes().get(..entry.len()) == Some(c.encode_utf8(&mut [0; 4]).as_bytes());
            u8::from(entry.is_plain() && itself)
        });
        let byte = |place: usize| table.short(place).bytes().first().copied().unwrap_or(0);
        Some(Self {
            #[cfg(target_arch = "x86_64")]
            available,
            ascii: [0, 64].map(|half| std::array::from_fn(|low| byte(half | low))),
            leads: LEADS.map(lead),
            punctuation,
        })
    }
}

/// Appends the folded text to what has been folded of the same text since `start`, from a place on and as far as vectors
/// can; returns the place where something else comes, or the text's end.
pub(super) fn fold(tables: &Tables, text: &[u8], at: usize, out: &mut Vec<u8>, start: usize) -> usize {
    #[cfg(target_arch = "x86_64")]
    let at = tables.available.fold(tables, text, at, out, start);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (tables, text, out, start);
    at
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "vectors are loaded and stored by address, on machines that are asked before")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask, _mm512_loadu_si512, _mm512_mask_mov_epi8,
        _mm512_mask_permutexvar_epi8, _mm512_maskz_compress_epi8, _mm512_maskz_loadu_epi8,
        _mm512_movepi8_mask, _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_permutexvar_epi8,
        _mm512_set1_epi8, _mm512_storeu_si512, _mm512_test_epi8_mask,
    };
    use std::mem::MaybeUninit;

    use super::super::general::ends_with_space;
    use super::{LEADS, PUNCTUATION, Tables};
    use crate::vectors::Avx512;

    impl Avx512 {
        /// See [`super::fold`].
        pub(super) fn fold(
            self,
            tables: &Tables,
            text: &[u8],
            at: usize,
            out: &mut Vec<u8>,
            start: usize,
        ) -> usize {
            // SAFETY: `self` proves the features.
            unsafe { run(tables, text, at, out, start) }
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,popcnt")]
    fn run(tables: &Tables, text: &[u8], mut at: usize, out: &mut Vec<u8>, start: usize) -> usize {
        let mut after_space = u64::from(ends_with_space(out, start));
        let ascii = [load_table(&tables.ascii[0]), load_table(&tables.ascii[1])];
        // No character folds to more bytes than it has, and whole vectors are stored.
        out.reserve(text.len().saturating_sub(at) + 64);
        let room = out.spare_capacity_mut();
        let mut filled = 0;
        while at < text.len() {
            let rest = text.get(at..).unwrap_or_default();
            // Most texts are nearly all ASCII with single spaces: of that, twice as much at a time.
            if let (Some(pair), Some(target)) =
                (rest.first_chunk(), room.get_mut(filled..).and_then(|room| room.first_chunk_mut()))
                && let Some(spaces) = twice(ascii, pair, after_space, target)
            {
                after_space = spaces;
                filled += 128;
                at += 128;
                continue;
            }
            let len = rest.len().min(64);
            let bytes = load(rest, 0);
            let mut folded = tidy(ascii, bytes);
            let beyond_ascii = _mm512_movepi8_mask(bytes);
            let (mut count, mut len_easy) = (len, len);
            if beyond_ascii != 0 {
                let (wide, dropped);
                folded = _mm512_mask_mov_epi8(folded, beyond_ascii, bytes);
                (wide, dropped, len_easy) = self::wide(tables, rest, bytes, folded, beyond_ascii);
                let kept = low_bits(len_easy) & !dropped;
                folded = _mm512_maskz_compress_epi8(kept, wide);
                count = kept.count_ones() as usize;
            }
            let spaces = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8(b' ' as i8)) & low_bits(count);
            let doubled = spaces & (spaces << 1 | after_space);
            if count > 0 {
                after_space = spaces >> (count - 1) & 1;
            }
            if doubled != 0 {
                let kept = low_bits(count) & !doubled;
                folded = _mm512_maskz_compress_epi8(kept, folded);
                count = kept.count_ones() as usize;
            }
            let Some(target) = room.get_mut(filled..).and_then(|room| room.first_chunk_mut::<64>()) else {
                break;
            };
            // SAFETY: the array has room for the 64 bytes that are written.
            unsafe { _mm512_storeu_si512(target.as_mut_ptr().cast(), folded) };
            filled += count;
            at += len_easy;
            if len_easy < len.min(62) {
                break;
            }
        }
        let len = out.len() + filled;
        // SAFETY: all that is filled was found to have room and was written, 64 bytes at a time, of which no more than 64 are counted.
        unsafe { out.set_len(len) };
        at
    }

    /// Folds characters beyond ASCII among the first 64 bytes of the rest: returns the bytes they fold to, those that are dropped,
    /// and how many of the bytes are folded.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,popcnt")]
    fn wide(
        tables: &Tables,
        rest: &[u8],
        bytes: __m512i,
        tidied: __m512i,
        beyond_ascii: u64,
    ) -> (__m512i, u64, usize) {
        let (mut folded, mut dropped, mut known) = (tidied, 0, 0);
        let next = load(rest, 1);
        for (byte, lead) in LEADS.iter().zip(&tables.leads) {
            let leads = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed())) & beyond_ascii;
            if leads == 0 {
                continue;
            }
            // The permutation reads the lowest six bits of each index.
            let first = _mm512_permutexvar_epi8(next, load_table(&lead.first));
            let last_table = load_table(&lead.last);
            let last = _mm512_permutexvar_epi8(next, last_table);
            let easy = _mm512_test_epi8_mask(last, last) & leads;
            folded = _mm512_mask_mov_epi8(folded, easy, first);
            folded = _mm512_mask_permutexvar_epi8(folded, easy << 1, bytes, last_table);
            dropped |= easy & !_mm512_test_epi8_mask(first, first);
            known |= easy | easy << 1;
        }
        let [one, two] = PUNCTUATION.map(u8::cast_signed);
        let leads = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(one)) & beyond_ascii;
        if leads != 0 {
            let third = _mm512_permutexvar_epi8(load(rest, 2), load_table(&tables.punctuation));
            let easy = leads
                & _mm512_cmpeq_epi8_mask(next, _mm512_set1_epi8(two))
                & _mm512_test_epi8_mask(third, third);
            known |= easy | easy << 1 | easy << 2;
        }
        let unknown = beyond_ascii & !known;
        // A character that does not end among 64 bytes is left for the next step.
        let whole = if rest.len() > 64 { whole(bytes) } else { rest.len() };
        (folded, dropped, whole.min(unknown.trailing_zeros() as usize))
    }

    /// How many of 64 bytes make whole characters, as far as these have three bytes or fewer.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn whole(bytes: __m512i) -> usize {
        // First bytes of two or more; and of three or more.
        let two = _mm512_cmple_epu8_mask(_mm512_set1_epi8(0xc0u8.cast_signed()), bytes);
        let three = _mm512_cmple_epu8_mask(_mm512_set1_epi8(0xe0u8.cast_signed()), bytes);
        if two >> 63 == 1 {
            63
        } else if three >> 62 & 1 == 1 {
            62
        } else {
            64
        }
    }

    /// Folds 128 bytes if they are ASCII in which no space follows another, and returns whether they end with one: one or zero.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    fn twice(
        ascii: [__m512i; 2],
        bytes: &[u8; 128],
        after_space: u64,
        target: &mut [MaybeUninit<u8>; 128],
    ) -> Option<u64> {
        let [one, two] = [load(bytes, 0), load(bytes, 64)];
        if _mm512_movepi8_mask(_mm512_or_si512(one, two)) != 0 {
            return None;
        }
        let [one, two] = [tidy(ascii, one), tidy(ascii, two)];
        let space = _mm512_set1_epi8(b' ' as i8);
        let [before, behind] = [_mm512_cmpeq_epi8_mask(one, space), _mm512_cmpeq_epi8_mask(two, space)];
        if before & (before << 1 | after_space) | behind & (behind << 1 | before >> 63) != 0 {
            return None;
        }
        let target: *mut i8 = target.as_mut_ptr().cast();
        // SAFETY: the array has room for the two times 64 bytes that are written.
        unsafe {
            _mm512_storeu_si512(target.cast(), one);
            _mm512_storeu_si512(target.add(64).cast(), two);
        }
        Some(behind >> 63)
    }

    /// What ASCII folds to; of any other byte nothing that makes sense.
    #[target_feature(enable = "avx512f,avx512vbmi")]
    #[inline]
    fn tidy([low, high]: [__m512i; 2], bytes: __m512i) -> __m512i {
        // The permutation reads the lowest seven bits of each index.
        _mm512_permutex2var_epi8(low, bytes, high)
    }

    /// So many of the lowest bits.
    #[inline]
    fn low_bits(count: usize) -> u64 {
        if count == 0 { 0 } else { u64::MAX >> (64 - count.min(64)) }
    }

    /// Loads 64 bytes from a place on; beyond the end they are zero.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn load(bytes: &[u8], from: usize) -> __m512i {
        let bytes = bytes.get(from..).unwrap_or_default();
        let address: *const i8 = bytes.as_ptr().cast();
        if bytes.len() >= 64 {
            // SAFETY: there are the 64 bytes that are read.
            unsafe { _mm512_loadu_si512(address.cast()) }
        } else {
            // SAFETY: of the bytes, only those are read that there are.
            unsafe { _mm512_maskz_loadu_epi8(low_bits(bytes.len()), address) }
        }
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    fn load_table(table: &[u8; 64]) -> __m512i {
        // SAFETY: the table has the 64 bytes that are read.
        unsafe { _mm512_loadu_si512(table.as_ptr().cast()) }
    }
}
