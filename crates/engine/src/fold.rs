//! Folding: what makes `REMBOURSÉ` contain `rembourse`.
//!
//! In this order:
//! 1. default-ignorable code points go (soft hyphen, zero-width space and joiners, byte order mark, variation selectors);
//! 2. compatibility decomposition; unless accents differ, the marks of the five Combining Diacritical Marks blocks go
//!    and letters that Unicode does not take apart lose their stroke;
//! 3. unless case differs, full case folding;
//! 4. composition;
//! 5. every run of white space becomes one space, at the ends too: nothing is trimmed.
//!
//! Most characters fold to the same whatever stands beside them. Those are taken out of a table, ASCII by whole blocks, and with
//! AVX-512 ([`simd`]) Latin, Greek and Cyrillic too; what
//! composes with its neighbours or changes places with them goes step by step, from the last place where the text may
//! be cut to the next. Both ways give the same for every text.
//!
//! When *not* to use it: to compare ids, tags or addresses, which are exact; and to show a text, because a folded one
//! is for comparing only. Folding knows no language: a Turkish reader tells `I` from `İ`, a Dane tells `o` from `ø`;
//! here a phrase finds all of them, since nobody can tell from a short text which language it is in.

mod general;
mod quick;
mod simd;
mod table;
#[cfg(test)]
mod tests;
mod traced;

use quick::Quick;
use table::Table;
pub(crate) use traced::TracedFold;

/// Which differences a condition keeps. The default drops both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Folding {
    /// Upper and lower case differ.
    pub case_sensitive: bool,
    /// Letters with and without accents differ.
    pub accent_sensitive: bool,
}

impl Folding {
    /// Appends the folded text to `out`.
    ///
    /// What was in `out` before stays as it is; nothing composes across the seam, and no space is dropped there.
    pub fn fold_into(self, text: &str, out: &mut String) {
        let mut bytes = std::mem::take(out).into_bytes();
        self.fold_bytes_into(text, &mut bytes);
        // What was folded is UTF-8: whole characters are appended, or taken back. To look once more is what safe code costs.
        *out = String::from_utf8(bytes)
            .unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned());
    }

    /// Appends the folded text to `out`, in UTF-8. The quickest way: nobody looks once more at what was folded.
    pub fn fold_bytes_into(self, text: &str, out: &mut Vec<u8>) {
        if self.case_sensitive { self.fold_as::<false>(text, out) } else { self.fold_as::<true>(text, out) }
    }

    fn fold_as<const LOWER: bool>(self, text: &str, out: &mut Vec<u8>) {
        let (table, start) = (Table::of(self), out.len());
        let vectors = table.vectors();
        let at = vectors.map_or(0, |tables| simd::fold(tables, text.as_bytes(), 0, out, start));
        if at < text.len() {
            Quick::new(self, (table, vectors), text, out, start).fold::<LOWER>(at);
        }
    }

    /// The folded text, step by step, without a cut and whatever the machine has: for tests that compare the quick ways with it.
    pub fn fold_exactly(self, text: &str) -> String {
        let mut bytes = Vec::new();
        self.fold_general(text, &mut bytes, 0);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The folded text.
    pub fn fold(self, text: &str) -> String {
        let mut out = String::new();
        self.fold_into(text, &mut out);
        out
    }
}
