//! What the fuzz targets share.

use std::fmt::Debug;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tamis_api::v1;
use tamis_engine::definition::yaml::{self, Document};

/// Names the folder in which a target is to plant its seeds.
const SEEDS: &str = "TAMIS_FUZZ_SEEDS";

/// What stands between the texts of an input that has several: ASCII's own sign for it.
pub const SEPARATOR: char = '\u{1e}';

/// A fuzz target: what is done with each input, and the inputs to begin with.
#[macro_export]
macro_rules! target {
    ($check:path, $seeds:path) => {
        libfuzzer_sys::fuzz_target!(init: $crate::plant($seeds), |input: &[u8]| { $check(input) });
    };
}

/// Writes the inputs to begin with where the environment says.
pub fn plant<S: AsRef<[u8]>>(seeds: impl FnOnce() -> Vec<S>) {
    let Some(folder) = std::env::var_os(SEEDS) else { return };
    for (number, seed) in seeds().iter().enumerate() {
        std::fs::write(Path::new(&folder).join(format!("{number:04}")), seed)
            .expect("the folder of the seeds is there");
    }
}

/// Texts in several scripts, with marks, ignorable characters, white space and signs of YAML, HTML and templates.
pub const TEXTS: [&str; 12] = [
    "Dzień dobry! WHERE IS MY PARCEL? If it is lost I would like a réfund.",
    "STRASSE Straße STRAẞE ﬁn ﬃ Œuvre Ǽ ŁÓDŹ zażółć gęślą jaźń",
    "e\u{301} e\u{ad}\u{301} Tie\u{302}\u{301}ng sou\u{ad}haite\u{200b}r\u{feff}\u{fe0f}",
    "\u{a0}a\u{2003}\u{a0} \u{2028}b\u{85} \t\r\n\u{b}\u{c} x",
    "각 \u{1100}\u{1161}\u{11a8} か\u{3099} ﾊﾟ हिन्दी กี่ ก่ שָׁלוֹם مُحَمَّد",
    "ΟΔΥΣΣΕΎΣ ὀδυσσεύς Άς ᾼ ᾳ ПРИВЕТ Ёлка İstanbul ISPARTA ılık",
    "①™ ＦＵＬＬ　ｗｉｄｔｈ ½ ℀ ㍿ Ǆ ŉ ㎏ ﷺ 𝐀 😀🏻 ❤\u{fe0f}\u{200d}🔥",
    "{{ ticket_id }} <b>&amp;</b> \"x\" 'y' | default: \"z\" }} {{",
    "- a: [b, {c: d}] # &e *e !f ? | > % @ `",
    "a aa aaa aaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore.",
    "",
];

/// Bytes of an input by which one part is made.
const PART_BYTES: usize = 4;

/// Parts that the generators of the property tests make, each by the next bytes of an input; by zeros once it runs out. What
/// changes a few bytes changes one part and leaves the others.
pub struct Parts<'i>(&'i [u8]);

impl<'i> Parts<'i> {
    /// Those of an input.
    pub fn of(input: &'i [u8]) -> Self {
        Self(input)
    }

    /// The next part.
    pub fn make<T: Debug>(&mut self, generator: &impl Strategy<Value = T>) -> T {
        let mut seed = [0; 32];
        let (part, rest) = self.0.split_at(self.0.len().min(PART_BYTES));
        seed[..part.len()].copy_from_slice(part);
        self.0 = rest;
        let config = Config { failure_persistence: None, ..Config::default() };
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let tree = generator.new_tree(&mut TestRunner::new_with_rng(config, random));
        tree.expect("the generators make something of any numbers").current()
    }

    /// Inputs to begin with, as different as can be.
    pub fn seeds() -> Vec<Vec<u8>> {
        // Knuth's linear congruential generator, whose highest bits are its best.
        let mut state = 1_u64;
        let mut byte = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..64).map(|_| (0..32 * PART_BYTES).map(|_| byte()).collect()).collect()
    }
}

/// What is exported is imported as the same.
pub fn survives(document: &Document) {
    let written = yaml::write(document);
    let again = yaml::read(&written);
    assert_eq!(again.diagnostics, [], "{written}");
    assert_eq!(again.value, *document, "{written}");
}

/// A refusal says why, by its code, its reason and its text; of a request that is wrong, each field that is.
pub fn sound_error(error: &v1::EvaluateError) {
    let told = error.code > 0 && error.reason() != v1::ErrorReason::Unspecified && !error.message.is_empty();
    let described =
        |violation: &v1::FieldViolation| !violation.field.is_empty() && !violation.description.is_empty();
    assert!(told && error.violations.iter().all(described), "{error:?}");
    if error.reason() == v1::ErrorReason::InvalidRequest {
        assert!(!error.violations.is_empty(), "{error:?}");
    }
}
