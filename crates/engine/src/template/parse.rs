//! Reads a template, and goes on after each error to find them all.

use super::{Piece, TemplateError};
use crate::variable::Variable;

/// Names longer than this are cut in messages, and are like no known name.
const NAME_CHARS_SHOWN: usize = 40;
const EXAMPLE: &str = r#"{{ customer_name | default: "client" }}"#;

/// The pieces of a template.
pub(super) fn parse(text: &str) -> Result<Vec<Piece>, Vec<TemplateError>> {
    let mut parser = Parser { text, offset: 0, pieces: Vec::new(), errors: Vec::new() };
    while let Some((before, _)) = parser.rest().split_once("{{") {
        if !before.is_empty() {
            parser.pieces.push(Piece::Text(before.into()));
        }
        let open = parser.offset + before.len();
        parser.offset = open + 2;
        parser.variable(open);
    }
    if !parser.rest().is_empty() {
        let last = Piece::Text(parser.rest().into());
        parser.pieces.push(last);
    }
    parser.finish()
}

struct Parser<'t> {
    text: &'t str,
    /// How far it has read, in bytes; always between characters.
    offset: usize,
    pieces: Vec<Piece>,
    errors: Vec<(usize, Finding)>,
}

/// What is wrong, and what to do about it.
type Finding = (String, String);

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// What stands before the next variable, which one that was left open must not swallow. Nobody searches further, so
    /// that a text of many opening braces takes linear time.
    fn before_next(&self) -> &'t str {
        let rest = self.rest();
        rest.split_once("{{").map_or(rest, |(before, _)| before)
    }

    fn skip_white_space(&mut self) {
        self.offset = self.text.len() - self.rest().trim_start().len();
    }

    /// Skips white space and then a token, if it comes next.
    fn takes(&mut self, token: &str) -> bool {
        self.skip_white_space();
        let found = self.rest().starts_with(token);
        if found {
            self.offset += token.len();
        }
        found
    }

    /// Reads what follows a `{{` that stands at `open`.
    fn variable(&mut self, open: usize) {
        self.skip_white_space();
        let start = self.offset;
        let inside = self.before_next();
        let Some(end) = ["|", "}}"].into_iter().filter_map(|mark| inside.find(mark)).min() else {
            return self.unclosed(open);
        };
        let name = inside.get(..end).unwrap_or_default();
        self.offset += end;
        let variable = Variable::by_name(name.trim_end());
        if variable.is_none() {
            self.errors.push((start, unknown(name.trim_end())));
        }
        let fallback = if self.takes("|") { self.fallback() } else { Some(String::new()) };
        let Some(fallback) = fallback else { return self.recover(open) };
        if !self.takes("}}") {
            let found = self.offset;
            let help = format!("write {EXAMPLE}");
            self.errors.push((found, ("expected `}}` after the fallback".into(), help)));
            return self.recover(open);
        }
        if let Some(variable) = variable {
            self.pieces.push(Piece::Variable { variable, fallback: fallback.into() });
        }
    }

    /// Reads `default: "…"`; nothing, if it is not one.
    fn fallback(&mut self) -> Option<String> {
        if !(self.takes("default") && self.takes(":")) {
            let finding = ("expected `default: \"…\"` after `|`".to_owned(), format!("write {EXAMPLE}"));
            self.errors.push((self.offset, finding));
            return None;
        }
        if !self.takes("\"") {
            self.errors.push((self.offset, no_quote(self.rest())));
            return None;
        }
        self.quoted()
    }

    /// Reads the rest of a fallback whose opening quote has been read.
    fn quoted(&mut self) -> Option<String> {
        let start = self.offset;
        let mut value = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((index, c)) = chars.next() {
            match c {
                '"' => {
                    self.offset = start + index + 1;
                    return Some(value);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    Some((_, other)) => self.errors.push((start + index, bad_escape(other))),
                    None => {}
                },
                _ => value.push(c),
            }
        }
        let help = format!("close it with a straight double quote: {EXAMPLE}");
        self.errors.push((start.saturating_sub(1), ("the fallback's quote is not closed".into(), help)));
        None
    }

    /// Goes on after the variable's `}}`; if there is none before the next variable, that is an error too.
    fn recover(&mut self, open: usize) {
        match self.before_next().find("}}") {
            Some(close) => self.offset += close + 2,
            None => self.unclosed(open),
        }
    }

    fn unclosed(&mut self, open: usize) {
        let help = "close it with `}}`, as in {{ customer_name }}".to_owned();
        self.errors.push((open, ("`{{` is not closed".into(), help)));
    }

    fn finish(mut self) -> Result<Vec<Piece>, Vec<TemplateError>> {
        if self.errors.is_empty() {
            return Ok(self.pieces);
        }
        self.errors.sort_by_key(|(offset, _)| *offset);
        let mut place = Place { text: self.text, offset: 0, line: 1, column: 1 };
        let errors = self.errors.into_iter().map(|(offset, (message, help))| {
            place.advance(offset);
            TemplateError { line: place.line, column: place.column, message, help }
        });
        Err(errors.collect())
    }
}

/// Counts lines and columns up to ascending offsets.
struct Place<'t> {
    text: &'t str,
    offset: usize,
    line: u32,
    column: u32,
}

impl Place<'_> {
    fn advance(&mut self, to: usize) {
        for c in self.text.get(self.offset..to).unwrap_or_default().chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = to;
    }
}

fn no_quote(rest: &str) -> Finding {
    let message = "expected the fallback in straight double quotes";
    // What editors and word processors make of a straight quote, and what an HTML editor does.
    let curly = ['“', '”', '„', '‟', '«', '»', '‘', '’', '‚', '‹', '›', '＂', '\''];
    let help = match rest.chars().next() {
        Some(quote) if curly.contains(&quote) => {
            format!("replace `{quote}`, which a text editor may have typed, by a straight `\"`: {EXAMPLE}")
        }
        Some('&') if rest.starts_with("&quot;") => format!("write `\"` itself, not `&quot;`: {EXAMPLE}"),
        _ => format!("write {EXAMPLE}"),
    };
    (message.into(), help)
}

fn bad_escape(escaped: char) -> Finding {
    let message = format!("unknown escape `\\{}` in a fallback", escaped.escape_debug());
    (message, r#"only `\"` and `\\` are escapes; write a backslash as `\\`"#.into())
}

fn unknown(name: &str) -> Finding {
    if name.is_empty() {
        return ("the name of a variable is missing".into(), known_variables());
    }
    let mut shown: String = name.chars().take(NAME_CHARS_SHOWN).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    let help = match nearest(name) {
        Some(variable) => format!("did you mean `{}`?", variable.name()),
        None => known_variables(),
    };
    (format!("unknown variable `{}`", shown.escape_debug()), help)
}

fn known_variables() -> String {
    let names: Vec<_> = Variable::ALL.into_iter().map(Variable::name).collect();
    format!("the variables are {}", names.join(", "))
}

/// The variable that a name was most likely meant for.
fn nearest(name: &str) -> Option<Variable> {
    if name.chars().count() > NAME_CHARS_SHOWN {
        return None;
    }
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_").to_lowercase();
    let (distance, variable) =
        Variable::ALL.map(|variable| (distance(&name, variable.name()), variable)).into_iter().min()?;
    // A third of the letters may be wrong; beyond that a suggestion is a guess.
    (distance * 3 <= variable.name().len()).then_some(variable)
}

/// Edits (one letter put in, left out or replaced) between two words.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, y) in cells.zip(b.chars()) {
            left = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, left);
        }
    }
    row.last().copied().unwrap_or_default()
}
