use std::collections::BTreeSet;

use super::*;
use crate::definition::Phrases;
use crate::phrases::{Folded, PhraseMatcher, PhraseMatcherBuilder, PhraseScratch, PhraseSearch, Search};

fn matcher(phrases: &[String], search: PhraseSearch) -> PhraseMatcher {
    let mut builder = PhraseMatcherBuilder::default();
    for phrase in phrases {
        builder.add(&Phrases { phrases: vec![phrase.clone()], ..Phrases::default() });
    }
    builder.build_with(search).unwrap()
}

/// The filter of a matcher of one folding.
fn grams(matcher: &PhraseMatcher) -> &Grams {
    match &matcher.views[0].search {
        Search::Grams(grams) => grams,
        other => panic!("{other:?}"),
    }
}

/// Thousands of phrases made of the same few stretches, so that they share all their windows.
fn alike(count: u32) -> Vec<String> {
    let stretch = |bit| if bit == 0 { "aaaaaaaa" } else { "abababab" };
    let phrase = |number: u32| (0..12).map(|bit| stretch(number >> bit & 1)).collect();
    (0..count).map(phrase).collect()
}

/// Phrases that end at each other's ends.
fn nested(count: usize) -> Vec<String> {
    (1..=count).map(|len| "a".repeat(len)).collect()
}

#[test]
fn no_place_has_many_entries_whatever_the_phrases() {
    let ordinary: Vec<String> =
        (0..20_000).map(|number| format!("order {number} of {}", number % 7)).collect();
    for phrases in [alike(4_000), nested(1_000), ordinary] {
        for search in [PhraseSearch::Grams, PhraseSearch::GramsPortable] {
            let matcher = matcher(&phrases, search);
            let grams = grams(&matcher);
            // Each table's place is looked up once for each place of a text.
            for pass in &grams.passes {
                let most = pass.table.heads.array_windows().map(|[start, end]| end - start).max();
                assert!(most <= Some(u32::try_from(LOAD_MAX).unwrap()), "{most:?}");
            }
            assert!(grams.passes.len() <= 12, "{} passes", grams.passes.len());
        }
    }
}

#[test]
fn phrases_that_share_all_windows_are_found_by_an_automaton() {
    let phrases = alike(4_000);
    let filtered = matcher(&phrases, PhraseSearch::Grams);
    assert!(grams(&filtered).rest.is_some());
    let ordinary: Vec<String> = (0..4_000).map(|number| format!("order {number}")).collect();
    assert!(grams(&matcher(&ordinary, PhraseSearch::Grams)).rest.is_none());

    let automaton = matcher(&phrases, PhraseSearch::AhoCorasick);
    let mut folded = Folded::default();
    let (mut one, mut other) = (PhraseScratch::default(), PhraseScratch::default());
    let text = [phrases[1_234].as_str(), &phrases[77], "a", &phrases[3_999]].concat();
    filtered.scan_shared(&text, &mut folded, &mut one);
    automaton.scan_shared(&text, &mut folded, &mut other);
    let found = |scratch: &PhraseScratch| scratch.tests().iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(found(&one), found(&other));
    assert!(found(&one).is_superset(&BTreeSet::from([77, 1_234, 3_999])));
}

/// Words of all lengths up to 20, as many of each.
fn words(count: u32) -> Vec<String> {
    let mut state = 1u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + (state >> 24) as u8 % 26)
    };
    (0..count).map(|number| (0..=number % 20).map(|_| letter()).collect()).collect()
}

#[test]
fn a_window_of_any_width_is_found_wherever_it_lies() {
    // Of these, each comes to filters of its own.
    for count in [40, 400, 12_000, 64_000] {
        let phrases = words(count);
        let searches = [PhraseSearch::Grams, PhraseSearch::GramsPortable];
        let matchers = searches.map(|search| matcher(&phrases, search));
        let mut scratches = searches.map(|_| PhraseScratch::default());
        let mut folded = Folded::default();
        // Across the edges of vectors and of chunks, and at both ends of the text.
        let places = (0..=66).chain(CHUNK - 21..=CHUNK + 1);
        let wanted = || (0u32..).zip(phrases.iter().take(20));
        for (place, (number, phrase)) in places.flat_map(|place| wanted().map(move |wanted| (place, wanted)))
        {
            for text in [format!("{}{phrase}", "-".repeat(place)), format!("{}{phrase}-", "-".repeat(place))]
            {
                folded.clear();
                let found = matchers.iter().zip(&mut scratches).map(|(matcher, scratch)| {
                    matcher.scan_shared(&text, &mut folded, scratch);
                    scratch.tests().iter().copied().collect::<BTreeSet<_>>()
                });
                let found: Vec<_> = found.collect();
                assert!(found[0].contains(&number), "{phrase:?} of {count} at {place}");
                assert_eq!(found[0], found[1], "{text:?}");
            }
        }
    }
}

#[test]
fn vectors_let_through_the_same_places_as_what_does_without_them() {
    let words = words(60);
    let text: String = words.iter().cycle().take(1_500).flat_map(|word| [word.as_str(), "-"]).collect();
    let mut padded = text.clone().into_bytes();
    padded.extend([0; 128]);
    for width in [2, 3, 4, 5, 8] {
        let windows: Vec<&[u8]> =
            words.iter().step_by(3).filter_map(|word| word.as_bytes().get(..width)).collect();
        let filter = Filter::Pairs(filter::Pairs::new(width, &windows), None);
        for range in [(0, 1), (0, 64), (0, CHUNK), (CHUNK, CHUNK + 777), (130, 1_000)] {
            let places = |kernel| {
                let mut places = vec![0; ROOM];
                let count = filter.places(kernel, &padded, range, &mut places);
                places.truncate(count);
                places.sort_unstable();
                places
            };
            let expected = places(Kernel::Portable);
            assert!(range.1 - range.0 < 500 || !expected.is_empty());
            assert_eq!(places(Kernel::detect()), expected, "width {width}, {range:?}");
        }
    }
}
