//! Reads a template, and goes on after each error to find them all.

use super::{Piece, TemplateError};
use crate::diagnostic::{Parameter, suggestion};
use crate::nearest::nearest;
use crate::variable::Variable;

/// Names longer than this are cut in messages, and are like no known name.
const NAME_CHARS_SHOWN: usize = 40;
const EXAMPLE: &str = r#"{{ customer_name | default: "client" }}"#;

/// Whether a text is a template.
///
/// # Errors
/// Everything that is wrong with it, in order of position.
pub(super) fn check(text: &str) -> Result<(), Vec<TemplateError>> {
    let mut pieces = Pieces::new(text);
    while pieces.next().is_some() {}
    pieces.finish()
}

/// The pieces of a template, one after the other; what is wrong with it is passed over.
pub(super) struct Pieces<'t> {
    text: &'t str,
    /// How far it has read, in bytes; always between characters.
    offset: usize,
    errors: Vec<(usize, Finding)>,
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            let rest = self.rest();
            let before = find_open(rest).unwrap_or(rest.len());
            let open = self.offset + before;
            match rest.get(..before).filter(|text| !text.is_empty()) {
                Some(text) => {
                    self.offset = open;
                    return Some(Piece::Text(text));
                }
                None if rest.is_empty() => return None,
                None => {
                    self.offset = open + 2;
                    if let Some(piece) = self.variable(open) {
                        return Some(piece);
                    }
                }
            }
        }
    }
}

/// Where the first `{{` stands.
pub(super) fn find_open(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes).find(|place| bytes.get(place + 1) == Some(&b'{'))
}

/// Where a variable's name ends, which is before a `|` or a `}}`; absent if the next variable begins before.
fn find_name_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    for place in memchr::memchr3_iter(b'|', b'}', b'{', bytes) {
        let byte = bytes.get(place)?;
        let doubled = || bytes.get(place + 1) == Some(byte);
        match byte {
            b'|' => return Some(place),
            b'}' if doubled() => return Some(place),
            b'{' if doubled() => return None,
            _ => {}
        }
    }
    None
}

/// What is wrong, and what to do about it.
struct Finding {
    code: &'static str,
    message: String,
    help: String,
    parameters: Vec<Parameter>,
}

impl Finding {
    fn new(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into(), parameters: Vec::new() }
    }

    fn with(self, parameters: impl Into<Vec<Parameter>>) -> Self {
        Self { parameters: parameters.into(), ..self }
    }
}

impl<'t> Pieces<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, offset: 0, errors: Vec::new() }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// What stands before the next variable, which one that was left open must not swallow. Nobody searches further, so
    /// that a text of many opening braces takes linear time.
    fn before_next(&self) -> &'t str {
        let rest = self.rest();
        find_open(rest).and_then(|open| rest.get(..open)).unwrap_or(rest)
    }

    fn skip_white_space(&mut self) {
        // Nearly always it is one space or none; to look for that of all scripts takes longer than all else here.
        let bytes = self.text.as_bytes();
        while bytes.get(self.offset) == Some(&b' ') {
            self.offset += 1;
        }
        if !bytes.get(self.offset).is_some_and(u8::is_ascii_graphic) {
            self.offset = self.text.len() - self.rest().trim_start().len();
        }
    }

    /// Skips white space and then a token, if it comes next.
    fn takes(&mut self, token: &str) -> bool {
        self.skip_white_space();
        let rest = self.text.as_bytes().get(self.offset..);
        let found = rest.is_some_and(|rest| rest.starts_with(token.as_bytes()));
        if found {
            self.offset += token.len();
        }
        found
    }

    /// Reads what follows a `{{` that stands at `open`; nothing, if it is not a variable.
    fn variable(&mut self, open: usize) -> Option<Piece<'t>> {
        self.skip_white_space();
        let start = self.offset;
        let rest = self.rest();
        let Some(end) = find_name_end(rest) else {
            self.unclosed(open);
            return None;
        };
        let name = rest.get(..end).unwrap_or_default();
        self.offset += end;
        let variable = Variable::by_name(name.trim_end());
        if variable.is_none() {
            self.errors.push((start, unknown(name.trim_end())));
        }
        let Some(fallback) = (if self.takes("|") { self.fallback() } else { Some("") }) else {
            self.recover(open);
            return None;
        };
        if !self.takes("}}") {
            let found = self.offset;
            let (message, help) = ("expected `}}` after the fallback", format!("write {EXAMPLE}"));
            self.errors.push((found, Finding::new("template_end_expected", message, help)));
            self.recover(open);
            return None;
        }
        Some(Piece::Variable { variable: variable?, fallback })
    }

    /// Reads `default: "…"`; nothing, if it is not one.
    fn fallback(&mut self) -> Option<&'t str> {
        if !(self.takes("default") && self.takes(":")) {
            let (message, help) = ("expected `default: \"…\"` after `|`", format!("write {EXAMPLE}"));
            self.errors.push((self.offset, Finding::new("template_default_expected", message, help)));
            return None;
        }
        if !self.takes("\"") {
            self.errors.push((self.offset, no_quote(self.rest())));
            return None;
        }
        self.quoted()
    }

    /// Reads the rest of a fallback whose opening quote has been read, up to its closing one.
    fn quoted(&mut self) -> Option<&'t str> {
        let start = self.offset;
        let rest = self.rest();
        let mut from = 0;
        while let Some(found) =
            rest.as_bytes().get(from..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
        {
            let index = from + found;
            if rest.as_bytes().get(index) == Some(&b'"') {
                self.offset = start + index + 1;
                return rest.get(..index);
            }
            let escaped = rest.get(index + 1..).and_then(|rest| rest.chars().next());
            if let Some(other) = escaped.filter(|escaped| !matches!(escaped, '"' | '\\')) {
                self.errors.push((start + index, bad_escape(other)));
            }
            from = index + 1 + escaped.map_or(0, char::len_utf8);
        }
        let help = format!("close it with a straight double quote: {EXAMPLE}");
        let finding = Finding::new("template_quote_unclosed", "the fallback's quote is not closed", help);
        self.errors.push((start.saturating_sub(1), finding));
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
        let help = "close it with `}}`, as in {{ customer_name }}";
        self.errors.push((open, Finding::new("template_variable_unclosed", "`{{` is not closed", help)));
    }

    fn finish(mut self) -> Result<(), Vec<TemplateError>> {
        if self.errors.is_empty() {
            return Ok(());
        }
        self.errors.sort_by_key(|(offset, _)| *offset);
        let mut place = Place { text: self.text, offset: 0, line: 1, column: 1 };
        let errors = self.errors.into_iter().map(|(offset, finding)| {
            place.advance(offset);
            let Finding { code, message, help, parameters } = finding;
            TemplateError { line: place.line, column: place.column, code, message, help, parameters }
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
    let (fault, quote, help) = match rest.chars().next() {
        Some(quote) if curly.contains(&quote) => {
            let help = format!(
                "replace `{quote}`, which a text editor may have typed, by a straight `\"`: {EXAMPLE}"
            );
            ("curly", quote.to_string(), help)
        }
        Some('&') if rest.starts_with("&quot;") => {
            ("escaped", "&quot;".to_owned(), format!("write `\"` itself, not `&quot;`: {EXAMPLE}"))
        }
        _ => ("missing", String::new(), format!("write {EXAMPLE}")),
    };
    Finding::new("template_quote_expected", message, help)
        .with([("fault", fault.to_owned()), ("quote", quote)])
}

fn bad_escape(escaped: char) -> Finding {
    let escape = format!("\\{}", escaped.escape_debug());
    let message = format!("unknown escape `{escape}` in a fallback");
    let help = r#"only `\"` and `\\` are escapes; write a backslash as `\\`"#;
    Finding::new("template_escape_unknown", message, help).with([("escape", escape)])
}

fn unknown(name: &str) -> Finding {
    if name.is_empty() {
        let message = "the name of a variable is missing";
        return Finding::new("template_variable_required", message, known_variables())
            .with([("variables", variable_names())]);
    }
    let mut shown: String = name.chars().take(NAME_CHARS_SHOWN).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    let meant = nearest_variable(name);
    let help = match meant {
        Some(variable) => format!("did you mean `{variable}`?"),
        None => known_variables(),
    };
    let shown = shown.escape_debug().to_string();
    let [suggested, suggestion] = suggestion(meant);
    Finding::new("template_variable_unknown", format!("unknown variable `{shown}`"), help).with([
        ("variable", shown),
        suggested,
        suggestion,
        ("variables", variable_names()),
    ])
}

fn known_variables() -> String {
    format!("the variables are {}", variable_names())
}

fn variable_names() -> String {
    Variable::ALL.map(Variable::name).join(", ")
}

/// The variable that a name was most likely meant for.
fn nearest_variable(name: &str) -> Option<&'static str> {
    if name.chars().count() > NAME_CHARS_SHOWN {
        return None;
    }
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    nearest(&words.collect::<Vec<_>>().join("_"), Variable::ALL.map(Variable::name))
}
