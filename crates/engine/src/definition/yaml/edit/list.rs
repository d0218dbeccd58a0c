//! Edits of a list's items.

use std::collections::{BTreeSet, HashMap};
use std::iter;

use super::{Edit, Editor, edited};
use crate::ascent;
use crate::definition::yaml::emit::{Tree, in_item, on_one_line};
use crate::definition::yaml::node::{Form, Node};

/// Where an item of a list in lines stands.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    /// Its dash.
    dash: usize,
    /// Where its first line begins, or the comment above that.
    start: usize,
    /// Where the line after its last one begins.
    end: usize,
}

impl Editor<'_> {
    /// Edits a list's items; `false` if that is not done item by item.
    pub(super) fn list(
        &mut self,
        form: Form,
        items: &[Node<'_>],
        old: &[Tree],
        new: &[Tree],
        depth: usize,
    ) -> bool {
        let pairs = by_id(old, new).unwrap_or_else(|| by_place(old, new));
        let known: Vec<usize> = pairs.iter().copied().flatten().collect();
        let stays = ascent::longest(&known);
        let staying: BTreeSet<usize> =
            known.iter().zip(stays).filter(|(_, stays)| *stays).map(|(index, _)| *index).collect();
        if staying.is_empty() {
            return false;
        }
        match form {
            Form::Flow => self.in_line(items, (old, new), &pairs, &staying, depth),
            _ => self.in_lines(items, (old, new), &pairs, &staying, depth),
        }
    }

    fn in_line(
        &mut self,
        items: &[Node<'_>],
        (old, new): (&[Tree], &[Tree]),
        pairs: &[Option<usize>],
        staying: &BTreeSet<usize>,
        depth: usize,
    ) -> bool {
        for index in (0..items.len()).filter(|index| !staying.contains(index)) {
            let (Some(item), next) = (items.get(index), items.get(index + 1)) else { return false };
            let before = index.checked_sub(1).and_then(|before| items.get(before));
            match (next, before) {
                (None, Some(before)) => self.cut(before.end, item.end),
                (next, _) => self.cut(item.at.offset, next.map_or(item.end, |next| next.at.offset)),
            }
        }
        let mut last: Option<usize> = None;
        for (new, pair) in new.iter().zip(pairs) {
            match pair
                .filter(|index| staying.contains(index))
                .and_then(|index| Some((index, items.get(index)?)))
            {
                Some((index, item)) => {
                    last = Some(item.end);
                    let old = old.get(index);
                    if old != Some(new) && !old.is_some_and(|old| self.within(item, old, new, depth)) {
                        self.replace_in_line(item, new);
                    }
                }
                None => {
                    let first = staying.first().and_then(|index| items.get(*index));
                    match (last, first) {
                        (Some(end), _) => self.insert(end, format!(", {}", on_one_line(new))),
                        (None, Some(first)) => {
                            self.insert(first.at.offset, format!("{}, ", on_one_line(new)))
                        }
                        (None, None) => return false,
                    }
                }
            }
        }
        true
    }

    fn in_lines(
        &mut self,
        items: &[Node<'_>],
        (old, new): (&[Tree], &[Tree]),
        pairs: &[Option<usize>],
        staying: &BTreeSet<usize>,
        depth: usize,
    ) -> bool {
        let Some(lines) = self.all_lines(items) else { return false };
        let Some(indent) = lines.first().and_then(|first| self.indent(first.dash)) else { return false };
        // What stands between items goes on standing there: blank lines, as a rule.
        let gap =
            lines.first().zip(lines.get(1)).and_then(|(first, next)| self.text.get(first.end..next.start));
        let gap = gap.filter(|gap| gap.trim().is_empty()).map(|gap| "\n".repeat(gap.matches('\n').count()));
        let gap = gap.unwrap_or_default();
        for index in (0..items.len()).filter(|index| !staying.contains(index)) {
            self.cut_lines(&lines, index);
        }
        let mut last: Option<Lines> = None;
        let first = staying.first().and_then(|index| lines.get(*index)).copied();
        for (new, pair) in new.iter().zip(pairs) {
            let place = pair.and_then(|index| Some((index, items.get(index)?, *lines.get(index)?)));
            let mark = self.edits.len();
            if let Some((index, item, lines)) = place {
                let old = old.get(index);
                if old != Some(new) && !old.is_some_and(|old| self.within(item, old, new, depth)) {
                    let mut text = "- ".to_owned();
                    in_item(new, indent, &mut text);
                    self.replace(lines.dash, item.end, text.trim_end_matches('\n'));
                }
                if staying.contains(&index) {
                    last = Some(lines);
                    continue;
                }
            }
            let inner = self.edits.split_off(mark);
            let Some(text) = self.item(place.map(|(.., lines)| lines), inner, new, indent) else {
                self.is_stuck = true;
                return true;
            };
            match (last, first) {
                (Some(last), _) => {
                    let at = self.line_break_before(last.end);
                    self.insert(at, format!("\n{gap}{}", text.trim_end_matches('\n')));
                }
                (None, Some(first)) => self.insert(first.start, format!("{text}{gap}")),
                (None, None) => return false,
            }
        }
        true
    }

    /// The lines of an item that comes to another place, with the edits of it; or those of a new one.
    fn item(&self, moved: Option<Lines>, edits: Vec<Edit>, new: &Tree, indent: usize) -> Option<String> {
        let Some(Lines { start, end, .. }) = moved else {
            let mut text = format!("{}- ", " ".repeat(indent));
            in_item(new, indent, &mut text);
            return Some(text);
        };
        // The line breaks are made those of the file when this is inserted.
        let text = edited(self.text, (start, end), edits, false)?.replace("\r\n", "\n");
        Some(if text.ends_with('\n') { text } else { text + "\n" })
    }

    /// Cuts an item, with the blank lines that part it from the next one, or else from the one before.
    fn cut_lines(&mut self, lines: &[Lines], index: usize) {
        let Some(own) = lines.get(index) else { return };
        let is_blank =
            |from: usize, to: usize| self.text.get(from..to).is_some_and(|gap| gap.trim().is_empty());
        let before = index.checked_sub(1).and_then(|before| lines.get(before));
        let (from, to) = match (lines.get(index + 1), before) {
            (Some(next), _) if is_blank(own.end, next.start) => (own.start, next.start),
            (_, Some(before)) if is_blank(before.end, own.start) => (before.end, own.end),
            _ => (own.start, own.end),
        };
        self.cut_whole_lines(from, to, index + 1 == lines.len());
    }

    /// The lines of each item, if all have some of their own.
    pub(super) fn all_lines(&self, items: &[Node<'_>]) -> Option<Vec<Lines>> {
        let before = iter::once(None).chain(items.iter().map(|item| Some(item.end)));
        items.iter().zip(before).map(|(item, before)| self.lines(item, before)).collect()
    }

    /// The lines of an item, behind where the one before ends: its dash stands first in its line and before the item itself,
    /// and what is indented further than the dash directly below belongs to it.
    fn lines(&self, item: &Node<'_>, before: Option<usize>) -> Option<Lines> {
        let lead = self.before(item.at.offset).trim_end_matches(' ');
        let dash = lead.strip_suffix('-')?.len();
        let indent = self.indent(dash)?;
        let mut end = self.next_line(item.end);
        while end < self.text.len() {
            let line = self.text.get(end..self.line_end(end))?;
            let comment = line.trim_start_matches(' ');
            if !comment.starts_with('#') || line.len() - comment.len() <= indent {
                break;
            }
            end = self.next_line(end);
        }
        Some(Lines { dash, start: self.with_comments(dash, before), end })
    }
}

/// The old item of each new one by their ids, if all have one of their own.
fn by_id(old: &[Tree], new: &[Tree]) -> Option<Vec<Option<usize>>> {
    let id = |tree: &Tree| match tree.inner() {
        Tree::Mapping(fields) => fields.iter().find(|(name, _)| name == "id").map(|(_, id)| on_one_line(id)),
        _ => None,
    };
    let mut known = HashMap::new();
    for (index, tree) in old.iter().enumerate() {
        if known.insert(id(tree)?, index).is_some() {
            return None;
        }
    }
    new.iter().map(|tree| Some(known.remove(&id(tree)?))).collect()
}

/// The old item of each new one by their places, between those that are the same at both ends.
fn by_place(old: &[Tree], new: &[Tree]) -> Vec<Option<usize>> {
    let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
    (0..new.len())
        .map(|index| {
            if index + tail >= new.len() {
                Some(index + old.len() - new.len())
            } else {
                (index + tail < old.len()).then_some(index)
            }
        })
        .collect()
}
