//! Texts with variables, such as `Hello {{ customer_name | default: "client" }}`.
//!
//! A variable is `{{`, its name, an optional fallback `| default: "…"` and `}}`; white space, line breaks included, may
//! stand between these. A fallback stands in straight double quotes, in which `\"` is a quote and `\\` a backslash.
//! Everything else is the author's own text, single braces and a `}}` that closes nothing included.
//!
//! A fallback stands in for a value, so it is plain text as a value is, and is escaped like one: an author who writes
//! `default: "Tom & Co"` means the ampersand, whether the text around it is HTML or not.

mod parse;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use parse::Pieces;

use crate::diagnostic::Parameter;
use crate::variable::Variable;

/// A text that is a template. It is read anew each time that it is rendered, which takes less time than to write what it
/// renders, and no memory besides the definition's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template<'t> {
    text: &'t str,
}

/// A stretch of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    /// The author's own text; never empty.
    Text(&'t str),
    /// A variable, and what stands in for it when it has no value, as it is written between its quotes; empty if nothing does.
    Variable { variable: Variable, fallback: &'t str },
}

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What kind of thing is wrong: one of [`CODES`](crate::diagnostic::CODES).
    pub code: &'static str,
    /// What is wrong, in lower case.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// What both mention.
    pub parameters: Vec<Parameter>,
}

/// How values are put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As they are.
    None,
    /// For HTML text and quoted attributes.
    Html,
    /// On one line: every line break in a value becomes a space.
    OneLine,
}

impl<'t> Template<'t> {
    /// A template.
    ///
    /// # Errors
    /// Everything that is wrong with it, in order of position: unknown variables, unclosed braces, malformed fallbacks.
    pub fn parse(text: &'t str) -> Result<Self, Vec<TemplateError>> {
        parse::check(text).map(|()| Self { text })
    }

    /// A template that [`Template::parse`] has found nothing wrong with; what is wrong after all renders nothing.
    pub(crate) fn checked(text: &'t str) -> Self {
        Self { text }
    }

    /// Appends the rendered text to `out`, in one pass: a value is never read as a template. Variables without a value
    /// (absent, empty, or nothing but white space) render their fallback or nothing, and are added to `missing` unless they are in it.
    pub fn render<'v>(
        self,
        value: impl Fn(Variable) -> Option<Cow<'v, str>>,
        escape: Escape,
        out: &mut String,
        missing: &mut Vec<Variable>,
    ) {
        for piece in Pieces::new(self.text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable { variable, fallback } => {
                    match value(variable).filter(|value| !value.trim().is_empty()) {
                        Some(value) => escape.push(&value, out),
                        None => {
                            escape.push(&unescaped(fallback), out);
                            if !missing.contains(&variable) {
                                missing.push(variable);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The text that it renders whatever values there are; absent if it holds a variable.
    pub fn plain(self) -> Option<&'t str> {
        parse::find_open(self.text).is_none().then_some(self.text)
    }

    /// The variables that it holds, in order of appearance.
    pub fn variables(self) -> impl Iterator<Item = Variable> {
        Pieces::new(self.text).filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable { variable, .. } => Some(variable),
        })
    }
}

/// A fallback without the backslashes before quotes and backslashes.
fn unescaped(fallback: &str) -> Cow<'_, str> {
    if !fallback.contains('\\') {
        return fallback.into();
    }
    let mut chars = fallback.chars();
    let next = || match chars.next()? {
        '\\' => chars.next(),
        c => Some(c),
    };
    std::iter::from_fn(next).collect::<String>().into()
}

impl Escape {
    /// Appends a value.
    fn push(self, value: &str, out: &mut String) {
        match self {
            Self::None => out.push_str(value),
            Self::Html => push_replaced(value, out, |c, _| {
                Some(match c {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&quot;",
                    '\'' => "&#39;",
                    _ => return None,
                })
            }),
            Self::OneLine => push_replaced(value, out, |c, rest| {
                Some(match c {
                    // The line feed of a CR LF brings the space of both.
                    '\r' if rest.starts_with('\n') => "",
                    '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => " ",
                    _ => return None,
                })
            }),
        }
    }
}

/// Appends a value with some characters replaced, each judged with what follows it.
fn push_replaced(value: &str, out: &mut String, replacement: impl Fn(char, &str) -> Option<&'static str>) {
    out.reserve(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match replacement(c, rest.as_str()) {
            Some(text) => out.push_str(text),
            None => out.push(c),
        }
    }
}
