//! Edits of a mapping's entries.

use super::Editor;
use crate::definition::yaml::emit::{Tree, in_entry, on_one_line};
use crate::definition::yaml::node::{Form, Kind, Node};

/// Entries of a mapping as they are to be written, in the order of the format.
type Fields = [(String, Tree)];

fn name<'n>(key: &'n Node<'_>) -> &'n str {
    match &key.kind {
        Kind::Scalar { text, .. } => text,
        Kind::List(_) | Kind::Mapping(_) => "",
    }
}

fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f Tree> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

impl Editor<'_> {
    /// Edits a mapping's entries; `false` if nothing of it would stay.
    pub(super) fn mapping(
        &mut self,
        form: Form,
        entries: &[(Node<'_>, Node<'_>)],
        old: &Fields,
        new: &Fields,
        depth: usize,
    ) -> bool {
        let mut kept = Vec::new();
        for (index, (key, value)) in entries.iter().enumerate() {
            match (field(old, name(key)), field(new, name(key))) {
                (Some(_), None) => {
                    if !self.cut_entry(form, entries, index) {
                        return false;
                    }
                    continue;
                }
                // A value that goes without saying, and is said.
                (None, None) => {}
                (old, Some(new)) => {
                    let is_same = old == Some(new);
                    if !is_same && !old.is_some_and(|old| self.within(value, old, new, depth)) {
                        match form {
                            Form::Flow => self.replace_in_line(value, new),
                            _ if !self.replace_value(key, value, new) => return false,
                            _ => {}
                        }
                    }
                }
            }
            kept.push((name(key), key, value));
        }
        let Some(first) = kept.first() else { return false };
        for (index, (field, value)) in new.iter().enumerate() {
            if entries.iter().any(|(key, _)| name(key) == field) {
                continue;
            }
            // Behind the nearest of the fields that come before it in the format.
            let before = new.iter().take(index).rev();
            let after = before.filter_map(|(field, _)| kept.iter().find(|(name, ..)| name == field)).next();
            let indent = column(first.1);
            let mut lines = format!("{field}:");
            in_entry(value, indent, &mut lines);
            let (lines, indent) = (lines.trim_end_matches('\n'), " ".repeat(indent));
            let line = format!("{field}: {}", on_one_line(value));
            match (form, after) {
                (Form::Flow, Some((_, key, last))) => {
                    self.insert(self.value_end(key, last), format!(", {line}"))
                }
                (Form::Flow, None) => self.insert(first.1.at.offset, format!("{line}, ")),
                (_, Some((_, key, last))) => {
                    self.insert(self.line_end(self.value_end(key, last)), format!("\n{indent}{lines}"));
                }
                (_, None) => self.insert(first.1.at.offset, format!("{lines}\n{indent}")),
            }
        }
        true
    }

    /// Where the value of an entry ends: behind the colon if there is none.
    fn value_end(&self, key: &Node<'_>, value: &Node<'_>) -> usize {
        if value.at.offset < value.end {
            return value.end;
        }
        self.after(key.end).find(':').map_or(key.end, |at| key.end + at + 1)
    }

    /// Cuts an entry with its lines, and with the comment above it.
    fn cut_entry(&mut self, form: Form, entries: &[(Node<'_>, Node<'_>)], index: usize) -> bool {
        let Some((key, value)) = entries.get(index) else { return false };
        let before = index.checked_sub(1).and_then(|before| entries.get(before));
        let before = before.map(|(key, value)| self.value_end(key, value));
        let (start, end) = (key.at.offset, self.value_end(key, value));
        let next = entries.get(index + 1).map(|(key, _)| key.at.offset);
        match (form, next, before) {
            (Form::Flow, None, Some(before)) => self.cut(before, end),
            (Form::Flow, next, _) => self.cut(start, next.unwrap_or(end)),
            _ if self.indent(start).is_some() => {
                let from = self.with_comments(start, before);
                self.cut_whole_lines(from, self.next_line(end), next.is_none());
            }
            // The first one of an item, behind its dash.
            (_, Some(next), _) => self.cut(start, next),
            _ => return false,
        }
        true
    }

    /// Replaces the value of an entry that stands in a line or in several. A comment at the end of the line stays.
    fn replace_value(&mut self, key: &Node<'_>, value: &Node<'_>, new: &Tree) -> bool {
        let Some(written) = self.text.get(key.at.offset..key.end) else { return false };
        let mut text = format!("{written}:");
        in_entry(new, column(key), &mut text);
        let text = text.trim_end_matches('\n');
        let end = self.value_end(key, value);
        let colon = self.after(key.end).find(':').map_or(key.end, |at| key.end + at + 1);
        let of_key = self.comment_after(colon).filter(|_| self.line_end(colon) < end);
        match (text.split_once('\n'), of_key, self.comment_after(end)) {
            (Some((first, rest)), of_key, of_value) if of_key.or(of_value).is_some() => {
                let comment = of_key.or(of_value).unwrap_or_default();
                let text = format!("{first} {comment}\n{rest}");
                let to = if of_value.is_some() { self.line_end(end) } else { end };
                self.replace(key.at.offset, to, text);
            }
            (None, Some(comment), None) => {
                let text = format!("{text} {comment}");
                self.replace(key.at.offset, end, text);
            }
            _ => self.replace(key.at.offset, end, text),
        }
        true
    }
}

/// How far a key is indented, whatever stands before it.
fn column(key: &Node<'_>) -> usize {
    usize::try_from(key.at.column).unwrap_or(usize::MAX).saturating_sub(1)
}
