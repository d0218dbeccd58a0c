//! Brings a file to another content and leaves the rest of it as it is: comments, the order of keys, the layout.
//!
//! What the file says now and what it is to say are compared as the trees that [`write`](super::write()) makes of them, and
//! the file is edited where they differ: a value is replaced at its place, an entry or an item is added or cut. A comment
//! directly above what is cut goes with it. The result is read again: what does not come out right is done more coarsely,
//! and if that does not either, nothing is.

mod lines;
mod list;
mod mapping;

use super::emit::{Tree, on_one_line};
use super::node::{self, Form, Kind, Node};
use super::{Document, read, write};
use crate::diagnostic::{Diagnostic, Severity};

/// How deep edits may go: as deep as the differences do; into workflows, whose fields are replaced whole; into the list of
/// workflows, which are replaced whole.
const DEPTHS: [usize; 3] = [usize::MAX, 3, 2];

/// Why a file is left as it is.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UpdateError {
    /// It cannot be read: this is the first thing that is wrong with it.
    #[error("it cannot be read: {0}")]
    Malformed(Box<Diagnostic>),
    /// It is written between braces, as JSON is, and has no lines to edit.
    #[error("it is written between braces; only a file whose fields stand in lines can be edited in place")]
    Braces,
    /// No edit makes it say what it is to say.
    #[error("it cannot be edited in place; anchors, tags and keys that begin with `?` stand in the way")]
    Unsuited,
}

/// A text that reads as a document, as close to another text as may be: what is the same in both stays byte for byte.
///
/// # Errors
/// See [`UpdateError`].
pub fn update(text: &str, wanted: &Document) -> Result<String, UpdateError> {
    let reading = read(text);
    if let Some(first) = reading.diagnostics.iter().find(|finding| finding.severity == Severity::Error) {
        return Err(UpdateError::Malformed(Box::new(first.clone())));
    }
    if reading.value == *wanted {
        return Ok(text.to_owned());
    }
    let Some(root) = node::parse(text).ok().flatten().filter(|root| !root.is_null()) else {
        let line_break = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return checked(format!("{text}{line_break}{}", write(wanted)), wanted).ok_or(UpdateError::Unsuited);
    };
    if root.form == Form::Flow {
        return Err(UpdateError::Braces);
    }
    let (old, new) = (write::tree(&reading.value), write::tree(wanted));
    let whole = Editor { text, edits: Vec::new(), is_stuck: false };
    if !whole.can_tell_workflows_apart(&root) {
        return Err(UpdateError::Unsuited);
    }
    let edited = DEPTHS.iter().find_map(|depth| {
        let mut editor = Editor { text, edits: Vec::new(), is_stuck: false };
        if !have_fields_in_common(&old, &new) {
            editor.replace(root.at.offset, root.end, write(wanted).trim_end_matches('\n'));
        } else if !editor.within(&root, &old, &new, *depth) {
            return None;
        }
        checked(editor.finish()?, wanted)
    });
    edited.ok_or(UpdateError::Unsuited)
}

fn have_fields_in_common(old: &Tree, new: &Tree) -> bool {
    let (Tree::Mapping(old), Tree::Mapping(new)) = (old.inner(), new.inner()) else { return false };
    old.iter().any(|(name, _)| new.iter().any(|(new, _)| name == new))
}

fn checked(text: String, wanted: &Document) -> Option<String> {
    let reading = read(&text);
    (!reading.has_errors() && reading.value == *wanted).then_some(text)
}

/// A part of the text, and what comes in its place.
#[derive(Clone, Debug)]
struct Edit {
    from: usize,
    to: usize,
    text: String,
}

/// Edits of a text, which are made all at once.
struct Editor<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    /// Whether edits are in each other's way.
    is_stuck: bool,
}

impl Editor<'_> {
    /// Whether each workflow has lines of its own, if they are a list in lines: otherwise whatever changes would be a change
    /// of all of them.
    fn can_tell_workflows_apart(&self, root: &Node<'_>) -> bool {
        let Kind::Mapping(entries) = &root.kind else { return true };
        entries.iter().all(|(_, value)| match &value.kind {
            Kind::List(items) if value.form == Form::Block => self.all_lines(items).is_some(),
            Kind::List(_) => value.form != Form::Alias,
            Kind::Scalar { .. } | Kind::Mapping(_) => true,
        })
    }

    /// Edits what is in a node; `false` if it has to be replaced as a whole, and nothing is edited then.
    fn within(&mut self, node: &Node<'_>, old: &Tree, new: &Tree, depth: usize) -> bool {
        let mark = self.edits.len();
        let edited = depth > 0
            && node.form != Form::Alias
            && match (&node.kind, old.inner(), new.inner()) {
                (Kind::Mapping(entries), Tree::Mapping(old), Tree::Mapping(new)) => {
                    self.mapping(node.form, entries, old, new, depth - 1)
                }
                (Kind::List(items), Tree::List(old), Tree::List(new))
                    if items.len() == old.len() && !old.is_empty() && !new.is_empty() =>
                {
                    self.list(node.form, items, old, new, depth - 1)
                }
                _ => false,
            };
        if !edited {
            self.edits.truncate(mark);
        }
        edited
    }

    fn replace(&mut self, from: usize, to: usize, text: impl Into<String>) {
        self.edits.push(Edit { from, to, text: text.into() });
    }

    fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at, at, text);
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.replace(from, to, "");
    }

    /// Replaces a node between brackets or braces, or adds it after the colon of an entry that has no value.
    fn replace_in_line(&mut self, node: &Node<'_>, new: &Tree) {
        let blank = if node.at.offset < node.end { "" } else { " " };
        self.replace(node.at.offset, node.end, format!("{blank}{}", on_one_line(new)));
    }

    /// The text after all edits; `None` if two of them are about the same place.
    fn finish(self) -> Option<String> {
        let Self { text, edits, is_stuck } = self;
        if is_stuck { None } else { edited(text, (0, text.len()), edits, text.contains("\r\n")) }
    }
}

/// A part of a text after edits of it, whose line breaks become CR LF where that is what the text has. What is cut twice is cut
/// once; any other overlap is none that can be made sense of.
fn edited(text: &str, (from, to): (usize, usize), mut edits: Vec<Edit>, has_crlf: bool) -> Option<String> {
    // What is inserted at a place comes before what is replaced or cut from there on.
    edits.sort_by_key(|edit| (edit.from, edit.to != edit.from));
    let mut out = String::new();
    let mut at = from;
    for edit in edits {
        if edit.from < at {
            if !edit.text.is_empty() {
                return None;
            }
        } else {
            out.push_str(text.get(at..edit.from)?);
        }
        match has_crlf {
            true => out.push_str(&edit.text.replace('\n', "\r\n")),
            false => out.push_str(&edit.text),
        }
        at = at.max(edit.to);
    }
    out.push_str(text.get(at..to)?);
    Some(out)
}
