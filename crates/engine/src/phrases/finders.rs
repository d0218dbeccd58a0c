//! A substring search for each pattern.

use memchr::memmem::{self, Finder};

use super::hits::Hits;
use super::pattern::{Kinds, Patterns};
use super::words;

/// Searches for a few patterns.
#[derive(Debug)]
pub(super) struct Finders(Box<[One]>);

#[derive(Debug)]
struct One {
    pattern: u32,
    plain: Finder<'static>,
    /// The pattern with its word boundaries marked, if it is wanted as a word.
    marked: Option<Finder<'static>>,
}

impl Finders {
    /// Searches for some of the patterns.
    pub(super) fn new(patterns: &Patterns, members: &[u32]) -> Self {
        let all = members.iter().filter_map(|number| {
            let pattern = patterns.get(*number)?;
            let text = patterns.text(pattern);
            let marked =
                (!pattern.kinds.words().is_empty()).then(|| Finder::new(&words::marked(text)).into_owned());
            Some(One { pattern: *number, plain: Finder::new(text).into_owned(), marked })
        });
        Self(all.collect())
    }

    /// Reports every kind that holds.
    pub(super) fn scan(&self, hits: &mut Hits<'_>) {
        let text = hits.text();
        for one in &self.0 {
            if one.plain.find(text).is_none() {
                continue;
            }
            let Some(pattern) = hits.patterns().get(one.pattern) else { continue };
            for kind in pattern.kinds.each() {
                let holds = match &one.marked {
                    Some(marked) if !kind.words().is_empty() => holds(kind.anywhere(), hits.marked(), marked),
                    _ => holds(kind, text, &one.plain),
                };
                if holds {
                    hits.report(pattern, kind);
                }
            }
        }
    }

    /// Bytes on the heap.
    pub(super) fn memory_usage(&self) -> usize {
        let needles = |one: &One| {
            one.plain.needle().len() + one.marked.as_ref().map_or(0, |marked| marked.needle().len())
        };
        size_of_val::<[One]>(&self.0) + self.0.iter().map(needles).sum::<usize>()
    }
}

fn holds(kind: Kinds, text: &[u8], finder: &Finder<'_>) -> bool {
    if kind == Kinds::CONTAINS { finder.find(text).is_some() } else { occurs(kind, text, finder.needle()) }
}

/// Whether a phrase occurs in a text where a kind wants it, wherever words end.
pub(super) fn occurs(kind: Kinds, text: &[u8], phrase: &[u8]) -> bool {
    match kind {
        Kinds::STARTS_WITH => text.starts_with(phrase),
        Kinds::ENDS_WITH => text.ends_with(phrase),
        Kinds::EQUALS => text == phrase,
        _ => memmem::find(text, phrase).is_some(),
    }
}
