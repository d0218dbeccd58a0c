//! A template is read, or all that is wrong with it has a place in it; what it renders is what the reference renders, and
//! no value breaks out of where it stands.
//!
//! An input is texts: the template, and values of the variables in their order.

#![no_main]

use std::borrow::Cow;

use tamis_engine::template::{Escape, Template, TemplateError};
use tamis_engine::variable::Variable;
use tamis_fuzz::{SEPARATOR, TEXTS};
use tamis_testkit::reference::template as reference;

tamis_fuzz::target!(check, seeds);

fn seeds() -> Vec<String> {
    let variables = Variable::ALL.map(|variable| format!("{{{{ {} }}}} & ", variable.name())).concat();
    let fallbacks =
        Variable::ALL.map(|variable| format!("{{{{{}|\n default : \"<a \\\" \\\\>\" }}}}", variable.name()));
    let mut seeds = vec![
        variables.clone(),
        fallbacks.concat(),
        "{{ tiket_id }} }} {{ customer_name | default: \"".to_owned(),
    ];
    let values = [TEXTS.as_slice(), &["<script>", "a\r\nBcc: x@y.example", "{{ customer_name }}"]].concat();
    seeds.extend(
        values
            .windows(9)
            .map(|values| format!("{variables}{SEPARATOR}{}", values.join(&SEPARATOR.to_string()))),
    );
    seeds
}

fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let (text, values) = input.split_once(SEPARATOR).unwrap_or((&input, ""));
    let values: Vec<&str> = values.split(SEPARATOR).collect();
    match Template::parse(text) {
        Ok(template) => renders(text, template, |variable| values.get(variable as usize).copied()),
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| has_a_place(text, error));
        }
    }
}

fn has_a_place(text: &str, error: &TemplateError) {
    let line = text.split('\n').nth(error.line as usize - 1);
    let columns = line.map(|line| line.chars().count() + 1);
    assert!(
        error.column >= 1 && columns.is_some_and(|columns| error.column as usize <= columns),
        "{error:?}"
    );
    assert!(!error.message.is_empty());
}

fn renders<'v>(text: &str, template: Template<'_>, value: impl Fn(Variable) -> Option<&'v str>) {
    let escapes = [
        (Escape::None, reference::Escape::None),
        (Escape::Html, reference::Escape::Html),
        (Escape::OneLine, reference::Escape::OneLine),
    ];
    for (escape, expected) in escapes {
        let (mut rendered, mut missing) = (String::new(), Vec::new());
        template.render(|variable| value(variable).map(Cow::from), escape, &mut rendered, &mut missing);
        let mut expected_missing = Vec::new();
        let expected = reference::render(
            text,
            expected,
            |variable| value(variable).map(str::to_owned),
            &mut expected_missing,
        );
        assert_eq!((&rendered, &missing), (&expected, &expected_missing), "{escape:?}");
        // Whatever the values are, they bring nothing that the author's own text has not.
        let own = own_text(template);
        let breaks: &[char] = match escape {
            Escape::None => &[],
            Escape::Html => &['<', '>', '"', '\''],
            Escape::OneLine => &['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'],
        };
        assert_eq!(rendered.matches(breaks).count(), own.matches(breaks).count(), "{escape:?}");
    }
    match template.plain() {
        Some(plain) => assert!(plain == text && template.variables().next().is_none()),
        None => assert!(template.variables().next().is_some()),
    }
}

/// What a template renders where every value is a letter.
fn own_text(template: Template<'_>) -> String {
    let mut own = String::new();
    template.render(|_| Some("x".into()), Escape::None, &mut own, &mut Vec::new());
    own
}
