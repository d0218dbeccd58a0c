//! The catalogues hold what the code asks for, in every language alike.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use fluent_syntax::parser;

use super::*;

/// The variables of each message, and of each attribute, by its id.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn source(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn messages(language: Language) -> Messages {
    let mut messages = Messages::new();
    for file in std::fs::read_dir(source("locales").join(language.tag())).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let resource: Resource<&str> = parser::parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let id = message.id.name;
            let parts = message.value.iter().map(|value| (id.to_owned(), value)).chain(
                message
                    .attributes
                    .iter()
                    .map(|attribute| (format!("{id}.{}", attribute.id.name), &attribute.value)),
            );
            for (id, pattern) in parts {
                let earlier = messages.insert(id.clone(), variables(pattern));
                assert!(earlier.is_none(), "{id} stands twice in {}", language.tag());
            }
        }
    }
    messages
}

fn variables(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    gather(pattern, &mut found);
    found
}

fn gather(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => gather_inline(inline, found),
            Expression::Select { selector, variants } => {
                gather_inline(selector, found);
                variants.iter().for_each(|variant| gather(&variant.value, found));
            }
        }
    }
}

fn gather_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(found.insert(id.name.to_owned())),
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = &**expression {
                gather_inline(inner, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_language_says_the_same_of_the_same() {
    let english = messages(Language::English);
    assert!(english.len() > 100);
    for language in [Language::French, Language::Polish] {
        let translated = messages(language);
        let missing: Vec<_> = english.keys().filter(|id| !translated.contains_key(*id)).collect();
        let unknown: Vec<_> = translated.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{}: missing {missing:?}, unknown {unknown:?}",
            language.tag()
        );
        for (id, variables) in &english {
            // A language may have no use for a value; none may ask for one that is not there.
            let asked = translated.get(id).unwrap();
            assert!(
                asked.is_subset(variables),
                "{}: {id} asks for {asked:?}, and there is {variables:?}",
                language.tag()
            );
        }
    }
}

/// No line may begin with a sign that belongs to what is before it.
#[test]
fn french_signs_are_not_parted_from_their_words() {
    for file in std::fs::read_dir(source("locales/fr")).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            for parted in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!line.contains(parted), "{}: {parted:?} in {line}", path.display());
            }
        }
    }
}

/// Every file of the catalogues is built in.
#[test]
fn every_file_is_loaded() {
    for language in Language::ALL {
        for id in messages(language).keys().filter(|id| !id.contains('.')) {
            assert!(language.bundle().get_message(id).is_some(), "{}: {id}", language.tag());
        }
    }
}

/// What stands in the code between quotation marks and looks like a message is one, and every message stands there or begins as one
/// that is put together does (`format!("day-{}", …)`).
#[test]
fn the_code_and_the_catalogues_agree() {
    let english = messages(Language::English);
    let mut code = String::new();
    let mut folders = vec![source("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                code.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let texts: BTreeSet<&str> = code.split('"').collect();
    let prefixes: Vec<&str> =
        texts.iter().filter_map(|text| text.split_once("-{").map(|(prefix, _)| prefix)).collect();
    let unused: Vec<_> = english
        .keys()
        .filter(|id| !id.contains('.'))
        .filter(|id| !texts.contains(id.as_str()))
        .filter(|id| {
            !prefixes.iter().any(|prefix| id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-')))
        })
        .collect();
    assert!(unused.is_empty(), "nothing asks for {unused:?}");
    for called in [".text(\"", ".with(\"", ".attribute(\""] {
        for rest in code.split(called).skip(1) {
            let id = rest.split('"').next().unwrap();
            assert!(english.keys().any(|known| known.split('.').next() == Some(id)), "there is no text {id}");
        }
    }
}

#[test]
fn numbers_are_written_as_each_language_does() {
    let said = Language::ALL.map(|language| language.with("list-count", &[("count", 10_016.into())]));
    assert_eq!(said, ["10,016 workflows", "10\u{202f}016 workflows", "10\u{a0}016 workflow"]);
}

#[test]
fn the_browser_chooses_unless_somebody_has() {
    for (accepted, cookie, tag) in [
        ("", "", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "", "fr"),
        ("pl", "", "pl"),
        ("de-DE,de;q=0.9,pl;q=0.5", "", "pl"),
        ("de", "", "en"),
        ("*", "", "en"),
        ("fr", "tamis_language=pl", "pl"),
        ("fr", "tamis_language=xx", "fr"),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, accepted.parse().unwrap());
        headers.insert(http::header::COOKIE, cookie.parse().unwrap());
        let language = Language::of(&CookieJar::from_headers(&headers), &headers);
        assert_eq!(language.tag(), tag, "{accepted:?} {cookie:?}");
    }
}
