//! The texts of a request as conditions see them, and where phrases stand in them.

use std::cell::OnceCell;

use crate::definition::{Phrases, Test};
use crate::explanation::PhraseOccurrence;
use crate::index::condition::{CompiledCondition, View};
use crate::index::facts::TextField;
use crate::phrases::{Located, folding_of, folding_place};
use crate::request::Request;

/// The texts of a request, each folded once in every way that a condition asks for.
#[derive(Debug)]
pub(super) struct SeenTexts<'r> {
    request: &'r Request<'r>,
    folded: [[OnceCell<Located>; 4]; 3],
}

impl<'r> SeenTexts<'r> {
    /// Those of a request.
    pub(super) fn new(request: &'r Request<'r>) -> Self {
        Self { request, folded: Default::default() }
    }

    /// A text as it was written; absent if there is none.
    pub(super) fn original(&self, field: TextField) -> Option<&'r str> {
        field.of(&self.request.ticket, &self.request.change)
    }

    /// A text as phrases are compared with it; absent if there is none.
    pub(super) fn folded(&self, field: TextField, phrases: &Phrases) -> Option<&Located> {
        let text = self.original(field)?;
        let cell = self.folded.get(field.ordinal())?.get(folding_place(folding_of(phrases)))?;
        Some(cell.get_or_init(|| Located::new(phrases, text)))
    }

    /// Where the phrases of a condition stand that the scan of its text has found; none for other conditions.
    pub(super) fn occurrences(
        &self,
        compiled: CompiledCondition<'_>,
        test: &Test,
        view: &View<'_>,
    ) -> Vec<PhraseOccurrence> {
        let CompiledCondition::Text { field, test: number, .. } = compiled else { return Vec::new() };
        let Some(phrases) = test.phrases() else { return Vec::new() };
        let occurrence = |phrase_index: u32| {
            let phrase = phrases.phrases.get(usize::try_from(phrase_index).ok()?)?;
            let chars = self.folded(field, phrases)?.find(phrases, phrase)?;
            Some(PhraseOccurrence { phrase_index, phrase: phrase.clone(), chars })
        };
        view.phrases_found(field, number).into_iter().filter_map(occurrence).collect()
    }
}
