//! Every code of the engine's findings has a message in every language, and says what its parameters tell.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;
use tamis_engine::diagnostic::{CODES, NUMBERS};

const LANGUAGES: [&str; 3] = ["en", "fr", "pl"];

/// What a plural may be, in the words of the Unicode Consortium.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

fn catalogue(language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language).join("diagnostics.ftl");
    std::fs::read_to_string(path).unwrap()
}

/// What a text asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    /// Its variables.
    variables: BTreeSet<String>,
    /// Which values of which variable it tells apart.
    told_apart: BTreeMap<String, BTreeSet<String>>,
    /// Variables that decide a plural, or of which it tells numbers apart.
    counted: BTreeSet<String>,
}

impl Asked {
    fn of(message: &Message<&str>) -> Self {
        let mut asked = Self::default();
        let values = message.value.iter().chain(message.attributes.iter().map(|attribute| &attribute.value));
        values.for_each(|value| asked.read(value));
        asked
    }

    fn read(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            let PatternElement::Placeable { expression } = element else { continue };
            match expression {
                Expression::Inline(InlineExpression::VariableReference { id }) => {
                    self.variables.insert(id.name.to_owned());
                }
                Expression::Inline(InlineExpression::StringLiteral { .. }) => {}
                Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
                    self.variables.insert(id.name.to_owned());
                    for variant in variants {
                        match &variant.key {
                            VariantKey::Identifier { name } if !PLURALS.contains(name) => {
                                self.told_apart
                                    .entry(id.name.to_owned())
                                    .or_default()
                                    .insert((*name).to_owned());
                            }
                            VariantKey::Identifier { name: "other" } => {}
                            _ => drop(self.counted.insert(id.name.to_owned())),
                        }
                        self.read(&variant.value);
                    }
                }
                other => panic!("{other:?} is more than these messages need"),
            }
        }
    }
}

/// Each message of a language, and whether it has help.
fn messages(language: &str) -> BTreeMap<String, (Asked, bool)> {
    let text = catalogue(language);
    let resource =
        parser::parse(text.as_str()).unwrap_or_else(|(_, errors)| panic!("{language}: {errors:?}"));
    let mut messages = BTreeMap::new();
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let attributes: Vec<&str> = message.attributes.iter().map(|one| one.id.name).collect();
                assert!(attributes.is_empty() || attributes == ["help"], "{language}: {}", message.id.name);
                let found = (Asked::of(&message), !attributes.is_empty());
                let before = messages.insert(message.id.name.to_owned(), found);
                assert!(before.is_none(), "{language}: {} stands twice", message.id.name);
            }
            Entry::Comment(_) => {}
            other => panic!("{language}: {other:?}"),
        }
    }
    messages
}

fn id(code: &str) -> String {
    format!("diagnostic-{}", code.replace('_', "-"))
}

#[test]
fn every_code_has_a_message_with_its_parameters_in_every_language() {
    // These are for links, and need not be read.
    let is_for_links = |name: &str| ["_id", "_ids", "_field"].iter().any(|end| name.ends_with(end));
    let english = messages("en");
    for language in LANGUAGES {
        let said = messages(language);
        let ids: BTreeSet<String> = CODES.iter().map(|code| id(code.name)).collect();
        assert_eq!(said.keys().cloned().collect::<BTreeSet<_>>(), ids, "{language}");
        for code in CODES {
            let (asked, has_help) = &said[&id(code.name)];
            let wanted: BTreeSet<String> =
                code.parameters.iter().filter(|name| !is_for_links(name)).map(ToString::to_string).collect();
            assert_eq!(asked.variables, wanted, "{language}: {}", code.name);
            assert!(
                asked.counted.iter().all(|name| NUMBERS.contains(&name.as_str())),
                "{language}: {asked:?}"
            );
            // Every language tells the same things apart, and offers help where the others do.
            let (english, english_help) = &english[&id(code.name)];
            assert_eq!(asked.told_apart, english.told_apart, "{language}: {}", code.name);
            assert_eq!(has_help, english_help, "{language}: {}", code.name);
        }
    }
}

/// The message and the help of a code in a language.
fn say(language: &str, code: &str, parameters: &[(&str, &str)]) -> (String, Option<String>) {
    let mut bundle = FluentBundle::new(vec![language.parse().unwrap()]);
    bundle.set_use_isolating(false);
    bundle.add_resource(FluentResource::try_new(catalogue(language)).unwrap()).unwrap();
    let args: FluentArgs<'_> = parameters
        .iter()
        .map(|(name, value)| match NUMBERS.contains(name) {
            true => (*name, FluentValue::from(value.parse::<u32>().unwrap())),
            false => (*name, FluentValue::from(*value)),
        })
        .collect();
    let message = bundle.get_message(&id(code)).unwrap();
    let mut errors = Vec::new();
    let text = bundle.format_pattern(message.value().unwrap(), Some(&args), &mut errors).into_owned();
    let help = message
        .get_attribute("help")
        .map(|help| bundle.format_pattern(help.value(), Some(&args), &mut errors).into_owned());
    assert!(errors.is_empty(), "{language}: {code}: {errors:?}");
    (text, help)
}

#[test]
fn messages_are_texts_of_their_own_and_help_is_a_sentence() {
    for language in LANGUAGES {
        for code in CODES {
            let parameters: Vec<(&str, &str)> = code.parameters.iter().map(|name| (*name, "22")).collect();
            let (text, help) = say(language, code.name, &parameters);
            assert!(!text.ends_with('.') && !text.contains("\n"), "{language}: {text}");
            let first = text.trim_start_matches(['“', '«', '„', '\u{a0}']).chars().next().unwrap();
            assert!(first.is_uppercase() || first.is_ascii_digit(), "{language}: {text}");
            if let Some(help) = help {
                assert!(help.ends_with(['.', '?', '"', '-']) && !help.contains("\n"), "{language}: {help}");
            }
        }
    }
}

#[test]
fn plurals_and_kinds_are_told_apart() {
    let too_long = |count| [("unit", "bytes"), ("count", count), ("max", "1024")];
    let conflict = |told_of, more| {
        let names = [("workflow_name", "One"), ("other_name", "Two"), ("value", "open")];
        [vec![("told_of", told_of), ("more", more)], names.to_vec()].concat()
    };
    for (language, code, parameters, wanted) in [
        ("en", "too_long", too_long("1500").to_vec(), "The text is too long: 1500 bytes"),
        ("fr", "too_long", too_long("1500").to_vec(), "Le texte est trop long\u{a0}: 1500 octets"),
        ("pl", "too_long", too_long("1502").to_vec(), "Tekst jest za długi: 1502 bajty"),
        ("pl", "too_long", too_long("1505").to_vec(), "Tekst jest za długi: 1505 bajtów"),
        ("pl", "too_long", too_long("1512").to_vec(), "Tekst jest za długi: 1512 bajtów"),
        ("en", "writes_conflict", conflict("own", "0"), {
            "“Two” overrules this by setting “open” where both match the same change"
        }),
        ("en", "writes_conflict", conflict("own", "2"), {
            "“Two” overrules this by setting “open” where both match the same change; 2 more workflows may do so"
        }),
        ("en", "writes_conflict", conflict("other", "2"), {
            "This workflow overrules “One” by setting “open” where both match the same change"
        }),
        (
            "fr",
            "id_unknown",
            { vec![("list", "tags"), ("id", "vpi"), ("suggested", "yes"), ("suggestion", "vip")] },
            "«\u{a0}vpi\u{a0}» n’est pas l’un des tags du compte",
        ),
    ] {
        assert_eq!(say(language, code, &parameters).0, wanted);
    }
}
