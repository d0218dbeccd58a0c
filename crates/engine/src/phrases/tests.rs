use std::collections::BTreeSet;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::words::{EDGE, mark};
use super::*;
use crate::definition::PhraseMode;

const MODES: [PhraseMode; 4] =
    [PhraseMode::Contains, PhraseMode::Equals, PhraseMode::StartsWith, PhraseMode::EndsWith];

fn contains(phrases: &[&str]) -> Phrases {
    Phrases { phrases: phrases.iter().map(ToString::to_string).collect(), ..Phrases::default() }
}

fn matcher(tests: &[Phrases]) -> PhraseMatcher {
    builder(tests).0.build().unwrap()
}

/// A builder with these tests, and their numbers.
fn builder(tests: &[Phrases]) -> (PhraseMatcherBuilder, Vec<u32>) {
    let mut builder = PhraseMatcherBuilder::default();
    let numbers = tests.iter().map(|test| builder.add(test)).collect();
    (builder, numbers)
}

/// Whether a phrase occurs, by the letter of the contract.
fn naive(phrases: &Phrases, phrase: &str, text: &str) -> bool {
    let folding =
        Folding { case_sensitive: phrases.case_sensitive, accent_sensitive: phrases.accent_sensitive };
    let (text, phrase) = (folding.fold(text), folding.fold(phrase));
    if phrase.is_empty() {
        return false;
    }
    let edges: BTreeSet<usize> =
        text.split_word_bound_indices().map(|(at, _)| at).chain([text.len()]).collect();
    (0..=text.len()).filter(|start| text.get(*start..).is_some_and(|rest| rest.starts_with(&phrase))).any(
        |start| {
            let end = start + phrase.len();
            let placed = match phrases.mode {
                PhraseMode::Contains => true,
                PhraseMode::Equals => start == 0 && end == text.len(),
                PhraseMode::StartsWith => start == 0,
                PhraseMode::EndsWith => end == text.len(),
            };
            placed && (!phrases.whole_word || edges.contains(&start) && edges.contains(&end))
        },
    )
}

/// Scans of every kind, the tests looked for and asked one by one, and the contract agree about every test and phrase.
fn agree(tests: &[Phrases], texts: &[String]) -> Result<(), TestCaseError> {
    let (_, numbers) = builder(tests);
    let matchers = PhraseSearch::ALL.map(|search| builder(tests).0.build_with(search).unwrap());
    let mut scratches = PhraseSearch::ALL.map(|_| PhraseScratch::default());
    let (mut folded, mut sought) = (Folded::default(), PhraseScratch::default());
    for text in texts {
        folded.clear();
        for ((matcher, scratch), search) in matchers.iter().zip(&mut scratches).zip(PhraseSearch::ALL) {
            if search == PhraseSearch::Measured {
                matcher.scan(text, scratch);
            } else {
                matcher.scan_shared(text, &mut folded, scratch);
            }
            for (test, number) in tests.iter().zip(&numbers) {
                let expected: Vec<u32> = (0..)
                    .zip(&test.phrases)
                    .filter(|(_, phrase)| naive(test, phrase, text))
                    .map(|(i, _)| i)
                    .collect();
                let found: Vec<u32> = scratch.phrases_of(matcher, *number).collect();
                prop_assert_eq!(&found, &expected, "{:?}: {:?} in {:?}", search, test, text);
                prop_assert_eq!(scratch.holds(*number), !expected.is_empty());
                prop_assert_eq!(scratch.tests().contains(number), !expected.is_empty());
                if matcher.seek(&[*number], text, &mut folded, &mut sought.results) {
                    let found: Vec<u32> = sought.phrases_of(matcher, *number).collect();
                    prop_assert_eq!(&found, &expected, "looked for {:?}: {:?} in {:?}", search, test, text);
                    prop_assert_eq!(sought.holds(*number), !expected.is_empty());
                }
                prop_assert_eq!(
                    matcher.holds(*number, text),
                    !expected.is_empty(),
                    "{:?} in {:?}",
                    test,
                    text
                );
            }
            let distinct: BTreeSet<_> = scratch.tests().iter().collect();
            prop_assert_eq!(distinct.len(), scratch.tests().len(), "each test once");
        }
    }
    Ok(())
}

fn options() -> impl Strategy<Value = Phrases> {
    let mode = prop::sample::select(MODES.to_vec());
    (mode, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(mode, whole_word, case_sensitive, accent_sensitive)| Phrases {
            phrases: Vec::new(),
            mode,
            whole_word,
            case_sensitive,
            accent_sensitive,
        },
    )
}

fn tests_of(phrase: &'static str) -> impl Strategy<Value = Vec<Phrases>> {
    let test = (options(), prop::collection::vec(phrase, 1..6))
        .prop_map(|(options, phrases)| Phrases { phrases, ..options });
    prop::collection::vec(test, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn scan_and_holds_agree_with_the_contract(
        tests in tests_of("[aAéb \u{301}]{0,4}"),
        texts in prop::collection::vec("[aAéb \u{301}]{0,16}", 1..4),
    ) {
        agree(&tests, &texts)?;
    }

    #[test]
    fn they_agree_where_words_are_hard(
        tests in tests_of("[aא1_.\" \u{301}\u{5b8}🇫か]{0,4}|[a'\u{301} -]{0,4}|[🇫a\u{5b8}]{0,5}"),
        texts in prop::collection::vec("([aא1_.\" \u{301}\u{5b8}🇫か]{0,9}|[a'\u{301} -]{0,8}|[🇫a\u{5b8}]{0,6}){2}", 1..4),
    ) {
        agree(&tests, &texts)?;
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn they_agree_on_long_and_many_phrases(
        tests in prop::collection::vec(
            (options(), prop::collection::vec("[ab]{1,3}|[a-z ]{200,400}", 20..40))
                .prop_map(|(options, phrases)| Phrases { phrases, ..options }),
            1..4,
        ),
        text in "[ab ]{0,30}",
    ) {
        let inside = tests.iter().flat_map(|test| &test.phrases).map(|phrase| format!("{text}{phrase}b"));
        let texts: Vec<_> = inside.step_by(17).chain([text.clone()]).collect();
        agree(&tests, &texts)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Wherever it stands among the vectors of a text, and whatever stands beyond the text's end.
    #[test]
    fn a_phrase_is_found_by_itself(
        text in "[ab]{0,300}",
        phrase in "[ab]{1,9}|[ab]{60,80}|a{1,3}c",
        at in any::<prop::sample::Index>(),
        from in 0usize..100,
    ) {
        let at = at.index(text.len() + 1);
        for text in [text.clone(), [&text[..at], &*phrase, &text[at..]].concat()] {
            let mut folded = Folded::default();
            let (seen, _) = folded.view(Folding::default(), &text).unwrap().parts();
            let rest = text.get(from..).unwrap_or_default();
            let expected = rest.find(&phrase).map(|found| from + found);
            for kernel in [Kernel::Portable, Kernel::detect()] {
                let mut tries = 1_000;
                let found = kernel.find(seen, from, phrase.as_bytes(), &mut tries);
                prop_assert_eq!(found, expected, "{:?} in {:?}", &phrase, &text);
            }
        }
    }
}

#[test]
fn few_of_many_tests_are_looked_for() {
    let many: Vec<Phrases> = (0..100).map(|number| contains(&[&format!("phrase {number} ")])).collect();
    let word = Phrases { whole_word: true, ..contains(&["an"]) };
    let long = contains(&[&format!("{0}b{0}", "a".repeat(20))]);
    let tests: Vec<Phrases> = many.into_iter().chain([word, long]).collect();
    let matcher = matcher(&tests);
    assert_eq!(matcher.sought_max(), 10);
    let (mut folded, mut scratch) = (Folded::default(), PhraseScratch::default());
    let mut look_for = |tests: &[u32], text: &str| {
        folded.clear();
        matcher.look_for(tests, text, &mut folded, &mut scratch);
        let held: Vec<u32> = tests.iter().copied().filter(|test| scratch.holds(*test)).collect();
        (held, scratch.tests().len())
    };
    // Nothing is known of what nobody asked for.
    assert_eq!(look_for(&[3, 4], "Phrase 4 and phrase 5 ."), (vec![4], 1));
    assert_eq!(look_for(&[], "phrase 4 "), (vec![], 0));
    let more: Vec<u32> = (0..11).collect();
    assert_eq!(look_for(&more, "phrase 4 and phrase 50 ."), (vec![4], 2), "a scan tells all");
    // A phrase that stands within words again and again is looked for by a scan in the end.
    assert_eq!(look_for(&[100], &"banana ".repeat(100)), (vec![], 0));
    assert_eq!(
        look_for(&[100, 4], &format!("{}an ananas, phrase 4 ", "banana ".repeat(100))),
        (vec![100, 4], 2)
    );
}

#[test]
fn phrases_are_found() {
    let text = "Bonjour, je veux être REMBOURSÉ : l'article n'est pas arrivé.";
    let word = |phrases: &[&str]| Phrases { whole_word: true, ..contains(phrases) };
    let mode = |mode, phrases: &[&str]| Phrases { mode, ..contains(phrases) };
    let cases = [
        (contains(&["rembourse"]), vec![0]),
        (contains(&["retour", "remboursement"]), vec![]),
        (contains(&["retour", "rembours", "bonjour", "RETOUR", "Jour"]), vec![1, 2, 4]),
        (contains(&["rembourse", "remboursé", "rembourse"]), vec![0, 1, 2]),
        (contains(&[]), vec![]),
        (contains(&["", "\u{ad}", "veux"]), vec![2]),
        (Phrases { case_sensitive: true, ..contains(&["remboursé", "REMBOURSE"]) }, vec![1]),
        (Phrases { accent_sensitive: true, ..contains(&["rembourse", "remboursé"]) }, vec![1]),
        (word(&["rembours", "remboursé", "article", "est pas", "pas arriv", "jour"]), vec![1]),
        (word(&["je veux", "e veux", ":", "l'article", "."]), vec![0, 2, 3, 4]),
        (mode(PhraseMode::StartsWith, &["bonjour", "je", "b"]), vec![0, 2]),
        (mode(PhraseMode::EndsWith, &["arrivé", "arrivé.", "."]), vec![1, 2]),
        (mode(PhraseMode::Equals, &["bonjour", text]), vec![1]),
        (Phrases { whole_word: true, ..mode(PhraseMode::StartsWith, &["bonj", "bonjour"]) }, vec![1]),
        (Phrases { whole_word: true, ..mode(PhraseMode::EndsWith, &["rivé.", "arrivé."]) }, vec![1]),
        (Phrases { whole_word: true, ..mode(PhraseMode::Equals, &["bonjour", text]) }, vec![1]),
    ];
    let tests: Vec<_> = cases.iter().map(|(test, _)| test.clone()).collect();
    let (builder, numbers) = builder(&tests);
    let matcher = builder.build().unwrap();
    let mut scratch = PhraseScratch::default();
    matcher.scan(text, &mut scratch);
    for (number, (test, expected)) in numbers.into_iter().zip(cases) {
        assert_eq!(scratch.phrases_of(&matcher, number).collect::<Vec<_>>(), expected, "{test:?}");
        assert_eq!(scratch.holds(number), !expected.is_empty(), "{test:?}");
        assert_eq!(matcher.holds(number, text), !expected.is_empty(), "{test:?}");
    }
}

#[test]
fn a_deleted_mark_joins_nothing_for_a_stricter_test() {
    // Without accents the text is 가, which has none of the phrase; with them, the mark keeps the two apart.
    let text = "\u{1100}\u{301}\u{1161}";
    let phrase = contains(&["\u{1100}"]);
    let matcher = matcher(&[phrase.clone(), Phrases { accent_sensitive: true, ..phrase }]);
    let mut scratch = PhraseScratch::default();
    matcher.scan(text, &mut scratch);
    assert_eq!(scratch.tests(), [1]);
}

#[test]
fn equal_tests_share_a_number() {
    let mut builder = PhraseMatcherBuilder::default();
    assert_eq!(builder.add(&contains(&["a", "b"])), 0);
    assert_eq!(builder.add(&contains(&["b", "a"])), 1);
    assert_eq!(builder.add(&contains(&["a", "b"])), 0);
    assert_eq!(builder.add(&Phrases { whole_word: true, ..contains(&["a", "b"]) }), 2);
    let matcher = builder.build().unwrap();
    let mut scratch = PhraseScratch::default();
    matcher.scan("b", &mut scratch);
    let mut tests = scratch.tests().to_vec();
    tests.sort_unstable();
    assert_eq!(tests, [0, 1, 2]);
}

#[test]
fn nothing_to_look_for_is_empty() {
    let empty = PhraseMatcherBuilder::default().build().unwrap();
    assert!(empty.is_empty());
    let hopeless = matcher(&[contains(&["", "\u{301}"])]);
    assert!(hopeless.is_empty());
    let mut scratch = PhraseScratch::default();
    hopeless.scan("e\u{301}", &mut scratch);
    assert!(scratch.tests().is_empty() && !scratch.holds(0) && !hopeless.holds(0, "e\u{301}"));
    assert!(!empty.holds(7, "a"), "a test that was never added");
    assert!(!matcher(&[contains(&["a"])]).is_empty());
}

#[test]
fn a_scratch_serves_any_matcher_in_turn() {
    let phrases: Vec<String> = (0..500).map(|i| format!("phrase {i} ")).collect();
    let many: Vec<_> = phrases.iter().map(|phrase| contains(&[phrase])).collect();
    let (large, small) = (matcher(&many), matcher(&[contains(&["x"]), contains(&["y"])]));
    let mut scratch = PhraseScratch::default();
    small.scan("xy", &mut scratch);
    large.scan("a phrase 499 or phrase 3 .", &mut scratch);
    assert_eq!(scratch.tests().iter().collect::<BTreeSet<_>>(), BTreeSet::from([&3, &499]));
    small.scan("y", &mut scratch);
    assert_eq!(scratch.tests(), [1]);
    assert!(!scratch.holds(3) && !scratch.holds(499));
    assert_eq!(scratch.phrases_of(&small, 0).count(), 0);
    scratch.clear();
    assert!(scratch.tests().is_empty() && !scratch.holds(1));
    assert_eq!(scratch.phrases_of(&small, 1).count(), 0);
}

/// Texts on which each place ends a thousand phrases. Were every hit looked at, each scan would take some 65 million
/// steps; a test that takes minutes has lost its bound.
#[test]
fn phrases_nested_in_each_other_take_linear_time() {
    let letters: Vec<String> = (1..=1_000).map(|len| "a".repeat(len)).collect();
    let pairs: Vec<String> = (1..=340).map(|len| format!("b{}", " ab".repeat(len))).collect();
    let tests: Vec<Phrases> = MODES
        .into_iter()
        .flat_map(|mode| [false, true].map(|whole_word| (mode, whole_word)))
        .flat_map(|(mode, whole_word)| {
            [&letters, &pairs].map(|phrases| Phrases { mode, whole_word, ..contains(&[]) }.with(phrases))
        })
        .collect();
    let (builder, numbers) = builder(&tests);
    let matcher = builder.build().unwrap();
    let mut scratch = PhraseScratch::default();
    let holds = |scratch: &PhraseScratch, mode, whole_word, letters| {
        let test = tests.iter().position(|test| {
            test.mode == mode
                && test.whole_word == whole_word
                && test.phrases.contains(&"a".into()) == letters
        });
        scratch.phrases_of(&matcher, numbers[test.unwrap()]).count()
    };
    for _ in 0..20 {
        matcher.scan(&"a".repeat(65_536), &mut scratch);
        assert_eq!(holds(&scratch, PhraseMode::Contains, false, true), 1_000);
        assert_eq!(holds(&scratch, PhraseMode::StartsWith, false, true), 1_000);
        assert_eq!(holds(&scratch, PhraseMode::EndsWith, false, true), 1_000);
        assert_eq!(holds(&scratch, PhraseMode::Equals, false, true), 0);
        assert_eq!(holds(&scratch, PhraseMode::Contains, true, true), 0);
        matcher.scan(&"ab ".repeat(21_845), &mut scratch);
        assert_eq!(holds(&scratch, PhraseMode::Contains, false, false), 340);
        assert_eq!(holds(&scratch, PhraseMode::Contains, true, false), 0);
    }
}

impl Phrases {
    fn with(self, phrases: &[String]) -> Self {
        Self { phrases: phrases.to_vec(), ..self }
    }
}

#[test]
fn sets_of_any_size_stay_small() {
    let phrases = |count: u32| -> Vec<String> {
        (0..count).map(|i| format!("{:x} delivery was late", i.wrapping_mul(0x9e37_79b9))).collect()
    };
    for (count, bytes_max) in
        [(1, 1_000), (30, 5_000), (1_000, 150_000), (5_000, 750_000), (50_000, 7_500_000)]
    {
        let bytes = matcher(&[contains(&[]).with(&phrases(count))]).memory_usage();
        assert!(bytes <= bytes_max, "{count} phrases: {bytes} B");
    }
}

fn marked(text: &str) -> String {
    let mut out = Vec::new();
    mark(text, &mut out);
    out.iter().map(|byte| if *byte == EDGE { '|' } else { char::from(*byte) }).collect()
}

#[test]
fn boundaries_are_marked() {
    assert_eq!(marked("it's 3.5 kg, e.g. a_b (x-y)!"), "|it's| |3.5| |kg|,| |e.g|.| |a_b| |(|x|-|y|)|!|");
    assert_eq!(marked(""), "|");
}

/// Characters of every kind that a rule of UAX #29 names.
const HARD: &str =
    "[aZ1_.,:;'\"’·\r\n\u{b} אדー\u{301}\u{5b8}\u{ad}\u{200d}😀👍🏽🇫🇷🇵かカ각ก中\u{85}\u{2028}\u{3000}-]{0,24}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn ascii_is_marked_as_any_text_is(text in "[a-cX0-2_.,:;'\"\r\n\u{b} \0!-]{0,24}") {
        let mut expected = String::from("|");
        for segment in text.split_word_bounds() {
            expected.push_str(segment);
            expected.push('|');
        }
        prop_assert_eq!(marked(&text), expected);
    }

    #[test]
    fn a_stretch_between_two_boundaries_has_its_own_boundaries(text in HARD) {
        let edges: Vec<usize> = text.split_word_bound_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for (index, start) in edges.iter().enumerate() {
            for end in &edges[index + 1..] {
                let stretch = &text[*start..*end];
                let own: Vec<_> = stretch.split_word_bound_indices().map(|(at, _)| start + at).chain([*end]).collect();
                let seen: Vec<_> = edges.iter().copied().filter(|at| at >= start && at <= end).collect();
                prop_assert_eq!(own, seen, "{:?} in {:?}", stretch, text);
            }
        }
    }
}
