//! Writes a tree as YAML: short things on one line, long ones in blocks, quotes only where they are needed.

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// A text; quoted unless every reader of YAML takes it for one.
    Text(String),
    /// A word, a number, a span of time or an instant of the format, which stands without quotes.
    Bare(String),
    /// A list, on one line if it fits.
    List(Vec<Tree>),
    /// A mapping, on one line if it fits.
    Mapping(Vec<(String, Tree)>),
    /// A list or a mapping that stands in lines of its own even if it would fit on one.
    Block(Box<Tree>),
}

impl Tree {
    /// What is in it, whether that stands in lines of its own or not.
    pub(super) fn inner(&self) -> &Self {
        match self {
            Self::Block(inner) => inner.inner(),
            tree => tree,
        }
    }
}

/// The longest line that a list or a mapping is put on, in characters.
const LINE_CHARS_MAX: usize = 110;
/// How much further each level is indented.
const INDENT: usize = 2;

/// Writes the tree as a document.
pub(super) fn emit(tree: &Tree) -> String {
    let mut out = String::new();
    match tree {
        Tree::Block(_) => block(tree, 0, &mut out),
        _ => {
            out.push_str(&on_one_line(tree));
            out.push('\n');
        }
    }
    out
}

/// Writes the lines of a list or of a mapping, each indented by so much; the first one begins where `out` ends.
fn block(tree: &Tree, indent: usize, out: &mut String) {
    match tree {
        Tree::Block(inner) => block(inner, indent, out),
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    push_indent(indent, out);
                }
                out.push_str("- ");
                in_item(item, indent, out);
            }
        }
        Tree::Mapping(entries) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    push_indent(indent, out);
                }
                out.push_str(key);
                out.push(':');
                in_entry(value, indent, out);
            }
        }
        Tree::Text(_) | Tree::Bare(_) => {
            out.push_str(&on_one_line(tree));
            out.push('\n');
        }
    }
}

/// Writes what follows a dash and a blank.
pub(super) fn in_item(item: &Tree, indent: usize, out: &mut String) {
    match laid_out(item, indent + INDENT) {
        Layout::Line(line) => push_line(&line, out),
        Layout::Literal(text) => literal(text, indent + INDENT, out),
        Layout::Block => block(item, indent + INDENT, out),
    }
}

/// Writes what follows a key and its colon.
pub(super) fn in_entry(value: &Tree, indent: usize, out: &mut String) {
    match laid_out(value, indent + INDENT) {
        Layout::Line(line) => {
            out.push(' ');
            push_line(&line, out);
        }
        Layout::Literal(text) => {
            out.push(' ');
            literal(text, indent + INDENT, out);
        }
        Layout::Block => {
            out.push('\n');
            push_indent(indent + INDENT, out);
            block(value, indent + INDENT, out);
        }
    }
}

enum Layout<'a> {
    Line(String),
    Literal(&'a str),
    Block,
}

fn laid_out(tree: &Tree, indent: usize) -> Layout<'_> {
    match tree {
        Tree::Block(inner) => match &**inner {
            Tree::List(items) if items.is_empty() => Layout::Line("[]".to_owned()),
            Tree::Mapping(entries) if entries.is_empty() => Layout::Line("{}".to_owned()),
            _ => Layout::Block,
        },
        Tree::Text(text) if can_stand_as_lines(text) => Layout::Literal(text),
        Tree::Text(_) | Tree::Bare(_) => Layout::Line(on_one_line(tree)),
        Tree::List(items) if items.is_empty() => Layout::Line("[]".to_owned()),
        Tree::Mapping(entries) if entries.is_empty() => Layout::Line("{}".to_owned()),
        Tree::List(_) | Tree::Mapping(_) if has_lines(tree) => Layout::Block,
        Tree::List(_) | Tree::Mapping(_) => {
            let line = on_one_line(tree);
            let fits = indent + line.chars().count() <= LINE_CHARS_MAX;
            if fits { Layout::Line(line) } else { Layout::Block }
        }
    }
}

/// Whether something in the tree wants lines of its own.
fn has_lines(tree: &Tree) -> bool {
    match tree {
        Tree::Text(text) => can_stand_as_lines(text),
        Tree::Bare(_) => false,
        Tree::List(items) => items.iter().any(has_lines),
        Tree::Mapping(entries) => entries.iter().any(|(_, value)| has_lines(value)),
        Tree::Block(_) => true,
    }
}

/// Whether a text reads the same as lines that are only indented: it has several, the first begins with no blank, none
/// consists of blanks, it ends with at most one line break, and every character may stand as it is.
fn can_stand_as_lines(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let blank = |c: char| c == ' ' || c == '\t';
    let lines_allow = body.split('\n').all(|line| line.is_empty() || !line.trim_matches(blank).is_empty());
    text.contains('\n')
        && !body.is_empty()
        && !body.starts_with(['\n', ' ', '\t'])
        && !body.ends_with('\n')
        && lines_allow
        && text.chars().all(|c| c == '\n' || c == '\t' || stands_as_it_is(c))
}

fn literal(text: &str, indent: usize, out: &mut String) {
    out.push_str(if text.ends_with('\n') { "|\n" } else { "|-\n" });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            push_indent(indent, out);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn push_line(line: &str, out: &mut String) {
    out.push_str(line);
    out.push('\n');
}

fn push_indent(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// The tree on one line.
pub(super) fn on_one_line(tree: &Tree) -> String {
    match tree {
        Tree::Text(text) if is_plain(text) => text.clone(),
        Tree::Text(text) => in_quotes(text),
        Tree::Bare(text) => text.clone(),
        Tree::Block(inner) => on_one_line(inner),
        Tree::List(items) => {
            let items: Vec<String> = items.iter().map(on_one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Mapping(entries) if entries.is_empty() => "{}".to_owned(),
        Tree::Mapping(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}: {}", on_one_line(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// Whether every reader of YAML, of whatever version, takes the text for a text when it stands without quotes, on a line
/// of its own or between brackets. Where in doubt, it does not.
fn is_plain(text: &str) -> bool {
    let begins_well = text.starts_with(|c: char| c.is_alphabetic());
    let ends_well = !text.ends_with(|c: char| c.is_whitespace() || c == ':');
    let harmless = |c: char| {
        stands_as_it_is(c) && !matches!(c, ',' | '[' | ']' | '{' | '}' | '?' | '#' | '"' | '\'' | '`' | '\t')
    };
    begins_well
        && ends_well
        && text.chars().all(harmless)
        && !text.contains(": ")
        && !text.contains(":\u{a0}")
        && !is_special(text)
}

/// Words that some reader of YAML takes for something else.
fn is_special(text: &str) -> bool {
    const WORDS: [&str; 11] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a character may stand in a file as it is: it is printable, no line break in any version of YAML, and visible
/// enough for people to see where it is.
fn stands_as_it_is(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control()
        && !invisible
        && !matches!(c, '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}')
        && u32::from(c) & 0xfffe != 0xfffe
}

/// The text between double quotes, as in JSON.
fn in_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if stands_as_it_is(c) => out.push(c),
            c => escaped(c, &mut out),
        }
    }
    out.push('"');
    out
}

/// A character by its number, in two halves where JSON needs them.
fn escaped(c: char, out: &mut String) {
    let mut halves = [0; 2];
    for half in c.encode_utf16(&mut halves) {
        out.push_str(&format!("\\u{half:04x}"));
    }
}
