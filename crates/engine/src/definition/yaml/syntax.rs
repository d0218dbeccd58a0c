//! What a parser says of a text that is not YAML, in words for people who do not know its grammar.

use std::borrow::Cow;

use super::locations::Location;
use super::node::{Fault, location_at};
use crate::check::quoted;

/// A fault of syntax, from what the parser says and where it noticed.
pub(super) fn fault(text: &str, noticed: Location, said: &str) -> Fault {
    if let Some(quote) = open_quote(said) {
        return unclosed_quote(text, noticed, quote);
    }
    let rest = text.get(noticed.offset..).unwrap_or_default();
    let line = text.lines().nth(noticed.line as usize - 1).unwrap_or_default();
    let is_bare_variable = line.match_indices("{{").any(|(at, _)| !is_within_quotes(line, at));
    if said.starts_with("tabs disallowed") || said.ends_with("found a tab") {
        let at = rest.find('\t').map_or(noticed, |tab| location_at(text, noticed.offset + tab));
        let message = "a tab stands where spaces must".to_owned();
        return Fault {
            at,
            code: "yaml_syntax",
            message,
            help: "indent with spaces: YAML takes no tabs there".into(),
        };
    }
    if let Some(brackets) = open_bracket(said).filter(|_| !is_bare_variable) {
        return unclosed_bracket(text, noticed, brackets);
    }
    let (message, help): (String, Cow<'static, str>) = match said {
        _ if is_bare_variable => (
            format!("this is not YAML: {said}"),
            "a text that begins with `{{`, or stands between braces or brackets, must be quoted".into(),
        ),
        "while parsing a block mapping, did not find expected key" => misplaced(line, "names"),
        "while parsing a block collection, did not find expected '-' indicator" => {
            misplaced(line, "elements")
        }
        "simple key expected ':'" => (
            format!("{} is no name with a value", quoted(line.trim())),
            "write `name: value`, with a space after the colon".into(),
        ),
        "mapping values are not allowed in this context" => {
            ("a second name with a colon begins in this line".to_owned(), SECOND_NAME_HELP.into())
        }
        "while parsing node, found unknown anchor" => {
            let alias = rest.split([',', ' ', '\n', '}', ']']).next().unwrap_or_default();
            (
                format!("nothing before has the anchor that {} stands for", quoted(alias)),
                "put quotes around a text that begins with `*`, or write the value out".into(),
            )
        }
        _ if said.starts_with("unexpected character") => (
            format!("a text cannot begin with `{}` as it stands", rest.chars().next().unwrap_or_default()),
            "put quotes around it".into(),
        ),
        _ => (format!("this is not YAML: {said}"), "".into()),
    };
    Fault { at: noticed, code: "yaml_syntax", message, help }
}

const SECOND_NAME_HELP: &str = "put quotes around a text that holds `: `, or braces around what belongs together, as in \
                                `source: { is: email }`";

/// A line that belongs neither to what stands around it nor to what stands before.
fn misplaced(line: &str, of_what: &str) -> (String, Cow<'static, str>) {
    let line = quoted(line.trim());
    let message = format!("{line} stands neither with the {of_what} above it nor below one of them");
    let help =
        "begin it in the same column as those that it belongs with; an element of a list begins with `- `";
    (message, help.into())
}

/// Whether a place of a line stands within quotes, as far as a line tells.
fn is_within_quotes(line: &str, at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default();
    ['"', '\''].iter().any(|quote| before.matches(*quote).count() % 2 == 1)
}

/// The quote that something was left out after, by what the parser says.
fn open_quote(said: &str) -> Option<Option<char>> {
    match said {
        "invalid trailing content after double-quoted scalar" => Some(Some('"')),
        "invalid trailing content after single-quoted scalar" => Some(Some('\'')),
        "unclosed quote" => Some(None),
        _ => None,
    }
}

/// A quote that is closed where another was meant to begin, or nowhere; the place is that where it was opened.
fn unclosed_quote(text: &str, noticed: Location, quote: Option<char>) -> Fault {
    let before = text.get(..noticed.offset).unwrap_or(text);
    // The parser notices what follows the closing quote; the one before that opened.
    let opened = quote.and_then(|quote| {
        let (closed, _) = before.rmatch_indices(quote).next()?;
        before.get(..closed)?.rmatch_indices(quote).map(|(at, _)| at).find(|at| {
            // `\"` and `''` stand within a text.
            !before.get(..*at).is_some_and(|before| before.ends_with(['\\', '\'']))
        })
    });
    let shown = quote.map_or_else(|| "the quote".to_owned(), |quote| format!("the `{quote}`"));
    Fault {
        at: opened.map_or(noticed, |at| location_at(text, at)),
        code: "yaml_syntax",
        message: format!("{shown} that opens here is closed too late, or never"),
        help:
            "close it where the text ends; a quote within double quotes is `\\\"`, within single quotes `''`"
                .into(),
    }
}

/// A bracket that is not closed; the place is its own.
fn unclosed_bracket(text: &str, noticed: Location, (open, close): (char, char)) -> Fault {
    let (before, rest) = text.split_at_checked(noticed.offset).unwrap_or((text, ""));
    let mut closed = 0;
    let opened = before.char_indices().rev().find(|&(_, c)| {
        closed += usize::from(c == close);
        let is_closed = c == open && closed > 0;
        closed -= usize::from(is_closed);
        c == open && !is_closed
    });
    let at = opened.filter(|_| !rest.starts_with(open)).map_or(noticed, |(at, _)| location_at(text, at));
    Fault {
        at,
        code: "yaml_syntax",
        message: format!("this `{open}` is not closed"),
        help: format!("close it with `{close}`, and part what stands within by commas").into(),
    }
}

/// The bracket that was not closed, and the one that closes it, by what the parser says.
fn open_bracket(said: &str) -> Option<(char, char)> {
    let is_of = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if is_of(&["flow sequence", "bracket '['"]) {
        Some(('[', ']'))
    } else if is_of(&["flow mapping", "bracket '{'"]) {
        Some(('{', '}'))
    } else {
        None
    }
}
