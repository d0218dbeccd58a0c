//! Every way to search for phrases finds what the reference finds, phrase by phrase.
//!
//! An input is a byte for the options, and texts: the phrases, and last the text that they are looked for in.

#![no_main]

use tamis_engine::definition::{PhraseMode, Phrases};
use tamis_engine::fold::Folding;
use tamis_engine::phrases::{PhraseMatcherBuilder, PhraseScratch, PhraseSearch};
use tamis_fuzz::{SEPARATOR, TEXTS};
use tamis_testkit::reference;

tamis_fuzz::target!(check, seeds);

fn seeds() -> Vec<String> {
    let of = |(number, text): (usize, &&str)| {
        let mut texts: Vec<&str> = text.split(' ').collect();
        texts.push(text);
        let options = char::from(b'0' + number as u8);
        format!("{options}{}", texts.join(&SEPARATOR.to_string()))
    };
    TEXTS.iter().enumerate().map(of).collect()
}

fn check(input: &[u8]) {
    let Some((options, texts)) = input.split_first() else { return };
    let texts = String::from_utf8_lossy(texts);
    let mut texts: Vec<&str> = texts.split(SEPARATOR).take(64).collect();
    let text = texts.pop().unwrap_or_default();
    // Each test has a phrase or two, and the next options.
    let tests: Vec<Phrases> =
        texts.chunks(2).zip(0..).map(|(phrases, place)| test(phrases, options.wrapping_add(place))).collect();
    let expected = |test: &Phrases| -> Vec<u32> {
        let Phrases { case_sensitive, accent_sensitive, .. } = *test;
        let folding = Folding { case_sensitive, accent_sensitive };
        let text = folding.fold_exactly(text);
        let occurs = |(_, phrase): &(u32, &String)| {
            let phrase = folding.fold_exactly(phrase);
            // What folds to nothing is found nowhere; a save is refused for it.
            !phrase.is_empty() && reference::text::occurs_folded(test, &phrase, &text)
        };
        (0..).zip(&test.phrases).filter(occurs).map(|(place, _)| place).collect()
    };
    let expected: Vec<_> = tests.iter().map(expected).collect();
    for search in PhraseSearch::ALL {
        let mut builder = PhraseMatcherBuilder::default();
        let numbers: Vec<u32> = tests.iter().map(|test| builder.add(test)).collect();
        let matcher = builder.build_with(search).expect("a few phrases can be held");
        let mut scratch = PhraseScratch::default();
        matcher.scan(text, &mut scratch);
        for ((test, number), expected) in tests.iter().zip(numbers).zip(&expected) {
            assert_eq!(
                &scratch.phrases_of(&matcher, number).collect::<Vec<_>>(),
                expected,
                "{search:?} {test:?}"
            );
            assert_eq!(scratch.holds(number), !expected.is_empty(), "{search:?} {test:?}");
            assert_eq!(matcher.holds(number, text), !expected.is_empty(), "{search:?} {test:?}");
        }
    }
}

/// The options are bits: two for the mode, one for each flag.
fn test(phrases: &[&str], options: u8) -> Phrases {
    let modes = [PhraseMode::Contains, PhraseMode::Equals, PhraseMode::StartsWith, PhraseMode::EndsWith];
    Phrases {
        phrases: phrases.iter().map(ToString::to_string).collect(),
        mode: modes[usize::from(options & 3)],
        whole_word: options & 4 != 0,
        case_sensitive: options & 8 != 0,
        accent_sensitive: options & 16 != 0,
    }
}
