//! "The 9 variables": rendering in one pass, so that a value is never read as a template.

use tamis_engine::variable::Variable;

/// How values are put in.
#[derive(Clone, Copy, Debug)]
pub enum Escape {
    /// As they are.
    None,
    /// For HTML.
    Html,
    /// Without line breaks, for an e-mail's recipient and subject.
    OneLine,
}

/// Renders a template. A variable whose value is absent, empty or only white space renders its fallback or nothing,
/// and is added to `missing` unless it is in it. Fallbacks are escaped like values.
pub fn render(
    template: &str,
    escape: Escape,
    value: impl Fn(Variable) -> Option<String>,
    missing: &mut Vec<Variable>,
) -> String {
    let mut rendered = String::new();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once("{{") {
        rendered.push_str(literal);
        let (variable, fallback, following) = placeholder(after);
        rest = following;
        let Some(variable) = variable else { continue };
        match present(value(variable)) {
            Some(value) => rendered.push_str(&escaped(&value, escape)),
            None => {
                rendered.push_str(&escaped(&fallback, escape));
                if !missing.contains(&variable) {
                    missing.push(variable);
                }
            }
        }
    }
    rendered.push_str(rest);
    rendered
}

/// A value, unless it is empty or only white space.
pub(super) fn present(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.trim().is_empty())
}

/// Reads ` customer_name | default: "client" }}…`: the variable, its fallback, and what follows the braces.
fn placeholder(after: &str) -> (Option<Variable>, String, &str) {
    let after = after.trim_start();
    let end =
        after.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric()).unwrap_or(after.len());
    let (name, after) = after.split_at_checked(end).unwrap_or((after, ""));
    let mut after = after.trim_start();
    let mut fallback = String::new();
    if let Some((_, quoted)) = after.strip_prefix('|').and_then(|default| default.split_once('"')) {
        (fallback, after) = string(quoted);
    }
    let following = after.trim_start().strip_prefix("}}").unwrap_or("");
    (Variable::by_name(name), fallback, following)
}

/// Reads a quoted text to its closing quote; a backslash stands before a quote or a backslash that belongs to it.
fn string(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => text.extend(letters.next()),
            _ => text.push(letter),
        }
    }
    (text, letters.as_str())
}

fn escaped(value: &str, escape: Escape) -> String {
    match escape {
        Escape::None => value.to_owned(),
        Escape::Html => value
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;"),
        Escape::OneLine => value
            .replace("\r\n", " ")
            .replace(['\r', '\n', '\u{000B}', '\u{000C}', '\u{0085}', '\u{2028}', '\u{2029}'], " "),
    }
}
