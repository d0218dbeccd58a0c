//! The filters of [`super::grams`], and the search for one phrase, with vectors. All that is unsafe in the search for phrases is here,
//! behind functions that are safe for whatever they are given; each has its equal without vectors, which tests compare it with.

use super::folded::Text;
use super::grams::filter::{Bits, Pairs};
#[cfg(target_arch = "x86_64")]
use crate::vectors::Avx512;

/// What a machine can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Anything.
    Portable,
    /// AVX-512 with byte permutations (VBMI): Intel since Ice Lake, AMD since Zen 4.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Kernel {
    /// The best that this machine can do.
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(available) = Avx512::detect() {
            return Self::Avx512(available);
        }
        Self::Portable
    }

    /// Where a phrase begins in a text, the first time from a place on. Of a text that is like the phrase in too many places nothing is told
    /// any more once there are no `tries` left.
    pub(super) fn find(self, text: Text<'_>, from: usize, phrase: &[u8], tries: &mut usize) -> Option<usize> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(available) => available.find(text, from, phrase, tries),
            Self::Portable => {
                memchr::memmem::find(text.bytes().get(from..)?, phrase).map(|found| from + found)
            }
        }
    }

    /// See [`super::grams::filter::Filter::places`].
    pub(super) fn pairs<const N: usize>(
        self,
        pairs: &Pairs,
        padded: &[u8],
        range: (usize, usize),
        places: &mut [u32],
    ) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(available) => available.pairs::<N>(pairs, padded, range, places),
            Self::Portable => pairs.places::<N>(padded, range, places),
        }
    }

    /// See [`super::grams::filter::Filter::places`].
    pub(super) fn bits<const W: usize>(
        self,
        bits: &Bits,
        padded: &[u8],
        range: (usize, usize),
        places: &mut [u32],
    ) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(available) if W >= 4 => available.bits::<W>(bits, padded, range, places),
            _ => bits.places::<W>(padded, range, places),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "vectors are loaded and stored by address, on machines that are asked before")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm_cvtsi32_si128, _mm512_add_epi32, _mm512_and_si512, _mm512_castsi512_si128,
        _mm512_cmpeq_epi8_mask, _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32, _mm512_i32gather_epi32,
        _mm512_loadu_si512, _mm512_maskz_compress_epi8, _mm512_maskz_compress_epi32, _mm512_mullo_epi32,
        _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_rolv_epi32, _mm512_set1_epi8,
        _mm512_set1_epi32, _mm512_setr_epi32, _mm512_slli_epi16, _mm512_srl_epi32, _mm512_srli_epi16,
        _mm512_srli_epi32, _mm512_storeu_si512, _mm512_ternarylogic_epi32, _mm512_test_epi8_mask,
        _mm512_test_epi32_mask,
    };

    use super::super::folded::Text;
    use super::super::grams::filter::{Bits, Pairs};
    use super::super::grams::window::factor;
    use crate::bytes::is_same;
    use crate::vectors::Avx512;

    impl Avx512 {
        /// See [`Kernel::find`](super::Kernel::find).
        pub(super) fn find(
            self,
            text: Text<'_>,
            from: usize,
            phrase: &[u8],
            tries: &mut usize,
        ) -> Option<usize> {
            // SAFETY: `self` proves the features.
            unsafe { run_find(text, from, phrase, tries) }
        }

        /// The same as [`Pairs::places`], with some places beyond the last.
        pub(super) fn pairs<const N: usize>(
            self,
            pairs: &Pairs,
            padded: &[u8],
            range: (usize, usize),
            places: &mut [u32],
        ) -> usize {
            // SAFETY: `self` proves the features.
            unsafe { run_pairs::<N>(pairs, padded, range, places) }
        }

        /// The same as [`Bits::places`], in another order, and with some places beyond the last.
        pub(super) fn bits<const W: usize>(
            self,
            bits: &Bits,
            padded: &[u8],
            range: (usize, usize),
            places: &mut [u32],
        ) -> usize {
            // SAFETY: `self` proves the features.
            unsafe { run_bits::<W>(bits, padded, range, places) }
        }
    }

    /// Looks at 64 places at a time for the first and the last byte of the phrase, and compares it where both are.
    ///
    /// A search that is made ready for the phrase beforehand, as that of `memchr` is, takes longer to be made than this takes for a
    /// text of 600 bytes.
    #[target_feature(enable = "avx512f,avx512bw,bmi1")]
    fn run_find(text: Text<'_>, from: usize, phrase: &[u8], tries: &mut usize) -> Option<usize> {
        let (bytes, padded) = (text.bytes(), text.padded());
        let (Some(first), Some(last)) = (phrase.first(), phrase.last()) else { return None };
        let end = (bytes.len() + 1).saturating_sub(phrase.len());
        let (first, last) = (_mm512_set1_epi8(first.cast_signed()), _mm512_set1_epi8(last.cast_signed()));
        for base in (from..end).step_by(64) {
            // The padding has room for the last of them.
            let stretch = |at: usize| padded.get(at..).and_then(|rest| rest.first_chunk());
            let (one, other) = (stretch(base)?, stretch(base + phrase.len() - 1)?);
            let mut mask = _mm512_cmpeq_epi8_mask(load_table(one), first)
                & _mm512_cmpeq_epi8_mask(load_table(other), last);
            if end - base < 64 {
                mask &= (1 << (end - base)) - 1;
            }
            while mask != 0 {
                let at = base + mask.trailing_zeros() as usize;
                mask &= mask - 1;
                if bytes.get(at..at + phrase.len()).is_some_and(|found| is_same(found, phrase)) {
                    return Some(at);
                }
                *tries = tries.checked_sub(1)?;
            }
        }
        None
    }

    /// Bytes that a step of 64 places may look at: those, and as many more as the widest window has.
    const AHEAD: usize = 96;

    /// Loads 64 bytes of a stretch from `ahead` on, which is less than 33.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn load(stretch: &[u8; AHEAD], ahead: usize) -> __m512i {
        let ahead = ahead.min(AHEAD - 64);
        // SAFETY: the 64 bytes that are read are among the stretch's 96.
        unsafe { _mm512_loadu_si512(stretch.as_ptr().add(ahead).cast()) }
    }

    /// Loads a table.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn load_table(table: &[u8; 64]) -> __m512i {
        // SAFETY: the table has the 64 bytes that are read.
        unsafe { _mm512_loadu_si512(table.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,popcnt")]
    fn run_pairs<const N: usize>(
        pairs: &Pairs,
        padded: &[u8],
        (from, to): (usize, usize),
        places: &mut [u32],
    ) -> usize {
        let Some(tables) = pairs.tables.first_chunk::<N>() else { return 0 };
        let zero = _mm512_set1_epi32(0);
        let mut registers = [[zero; 2]; N];
        for (register, table) in registers.iter_mut().zip(tables) {
            for (half, table) in register.iter_mut().zip(table.as_chunks().0) {
                *half = load_table(table);
            }
        }
        let iota = load_table(&std::array::from_fn(|place| place as u8));
        let bits = load_table(&std::array::from_fn(|place| 1 << (place % 8)));
        let lowest_two = _mm512_set1_epi8(3);
        // A window is at its last pair where its pairs before have been at the places before: as in the Shift-And algorithm
        // (Baeza-Yates and Gonnet, 1992), but with a bit for each place instead of each byte of the window.
        let mut carries = [0u64; N];
        let mut count = 0;
        let end = to + N - 1;
        for base in (from..end).step_by(64) {
            let Some(stretch) = padded.get(base..).and_then(|rest| rest.first_chunk()) else { return count };
            let (first, second) = (load(stretch, 0), load(stretch, 1));
            // The first byte, shifted by two, but for the lowest two bits. The permutation reads the lowest seven bits of an index.
            let (high, low) = (_mm512_slli_epi16::<2>(first), _mm512_srli_epi16::<3>(second));
            let index = _mm512_ternarylogic_epi32::<0xd8>(high, low, lowest_two);
            let bit = _mm512_permutexvar_epi8(second, bits);
            let (mut open, mut mask) = (u64::MAX, 0);
            for ([low, high], carry) in registers.iter().zip(&mut carries) {
                let bytes = _mm512_permutex2var_epi8(*low, index, *high);
                mask = open & _mm512_test_epi8_mask(bytes, bit);
                open = mask << 1 | *carry;
                *carry = mask >> 63;
            }
            if end - base < 64 {
                mask &= (1 << (end - base)) - 1;
            }
            let found = _mm512_maskz_compress_epi8(mask, iota);
            let base = _mm512_set1_epi32(base as i32 - (N as i32 - 1));
            let Some(room) = places.get_mut(count..).and_then(|rest| rest.first_chunk_mut::<64>()) else {
                return count;
            };
            let [first, others @ ..] = room.as_chunks_mut().0 else { return count };
            // As many as there mostly are, without asking how many.
            store(first, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(found)), base));
            if mask.count_ones() > 16 {
                let quarters = [
                    _mm512_extracti32x4_epi32::<1>(found),
                    _mm512_extracti32x4_epi32::<2>(found),
                    _mm512_extracti32x4_epi32::<3>(found),
                ];
                for (room, quarter) in others.iter_mut().zip(quarters) {
                    store(room, _mm512_add_epi32(_mm512_cvtepu8_epi32(quarter), base));
                }
            }
            count += mask.count_ones() as usize;
        }
        count
    }

    /// Stores sixteen places.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn store(room: &mut [u32; 16], places: __m512i) {
        // SAFETY: the array has room for the 64 bytes that are written.
        unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast(), places) }
    }

    #[target_feature(enable = "avx512f,avx512bw,bmi1,popcnt")]
    fn run_bits<const W: usize>(
        bits: &Bits,
        padded: &[u8],
        (from, to): (usize, usize),
        places: &mut [u32],
    ) -> usize {
        let (words, shift) = bits.parts();
        if words.len() < 1 << (27 - shift.min(27)) {
            return 0;
        }
        let shift = _mm_cvtsi32_si128(shift as i32);
        let one = _mm512_set1_epi32(1);
        let lanes = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60);
        let mut count = 0;
        for base in (from..to).step_by(64) {
            let Some(stretch) = padded.get(base..).and_then(|rest| rest.first_chunk()) else { return count };
            for ahead in 0..4 {
                // Each lane has the window that begins four bytes after the one before it.
                let mut hash = _mm512_set1_epi32(0);
                for word in 0..W.div_ceil(4) {
                    let mut text = load(stretch, ahead + 4 * word);
                    if W - 4 * word < 4 {
                        text = _mm512_and_si512(text, _mm512_set1_epi32((1 << (8 * (W % 4))) - 1));
                    }
                    let factor = _mm512_set1_epi32(factor(word).cast_signed());
                    hash = _mm512_add_epi32(hash, _mm512_mullo_epi32(text, factor));
                }
                let place = _mm512_srl_epi32(hash, shift);
                // SAFETY: a place has 32 - `shift` bits, and a word is at what is left of it without the lowest five; that many words
                // there are, as was asked above.
                let word = unsafe {
                    _mm512_i32gather_epi32::<4>(_mm512_srli_epi32::<5>(place), words.as_ptr().cast())
                };
                // To rotate is to shift by the lowest five bits.
                let hit = _mm512_test_epi32_mask(word, _mm512_rolv_epi32(one, place));
                let at = _mm512_add_epi32(lanes, _mm512_set1_epi32((base + ahead) as i32));
                let Some(room) = places.get_mut(count..).and_then(|rest| rest.first_chunk_mut::<16>()) else {
                    return count;
                };
                store(room, _mm512_maskz_compress_epi32(hit, at));
                count += hit.count_ones() as usize;
            }
        }
        count
    }
}
