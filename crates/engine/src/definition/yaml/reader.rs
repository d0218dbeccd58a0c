//! Walks a tree of nodes, notes where each field stands, and gathers all that is wrong with the form.

use jiff::Timestamp;

use super::locations::{Location, Locations};
use super::node::{Kind, Node};
use super::scalars::{INSTANT_FORM, parse_instant};
use super::words::{FLAGS, Words, value_of};
use crate::check::{Findings, Path, quoted, shown};
use crate::nearest::nearest;

/// A node, and where people look for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'n, 't> {
    /// Where a finding about it points.
    pub(super) at: Location,
    /// The node.
    pub(super) node: &'n Node<'t>,
}

impl<'n, 't> Spot<'n, 't> {
    /// A node that stands by itself, or in a list.
    pub(super) fn of(node: &'n Node<'t>) -> Self {
        Self { at: node.at, node }
    }

    /// Whether a text, a number, a flag or nothing stands there.
    pub(super) fn is_scalar(&self) -> bool {
        matches!(self.node.kind, Kind::Scalar { .. })
    }

    /// Whether a mapping stands there.
    pub(super) fn is_mapping(&self) -> bool {
        matches!(self.node.kind, Kind::Mapping(_))
    }

    /// The value of a key. A text is looked for where it begins, a mapping or a list at its key.
    fn of_entry(key: &'n Node<'t>, value: &'n Node<'t>) -> Self {
        let spot = Self::of(value);
        if spot.is_scalar() && !value.is_null() { spot } else { Self { at: key.at, node: value } }
    }
}

/// The known fields of a mapping, in the order of the file.
#[derive(Debug)]
pub(super) struct Fields<'n, 't> {
    entries: Vec<(&'static str, Spot<'n, 't>)>,
    /// Others stand there too, and have been reported.
    has_unknown: bool,
}

impl<'n, 't> Fields<'n, 't> {
    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<Spot<'n, 't>> {
        self.entries.iter().find(|(known, _)| *known == name).map(|&(_, spot)| spot)
    }

    /// Whether others stand there too, which have been reported.
    pub(super) fn has_unknown(&self) -> bool {
        self.has_unknown
    }

    /// All of them.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&'static str, Spot<'n, 't>)> {
        self.entries.iter().copied()
    }
}

/// Reads fields one by one. A method that answers `None` has reported why.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What is wrong.
    pub(super) found: Findings,
    /// Where everything stands.
    pub(super) locations: Locations,
}

impl Reader {
    /// Reports something of the wrong type, or something that is missing.
    pub(super) fn wrong_type(&mut self, path: &Path<'_>, spot: Spot<'_, '_>, wanted: &str, help: &str) {
        let (stands, help) = match &spot.node.kind {
            _ if spot.node.is_null() => (
                "nothing stands here",
                "write a value, or leave the field out; a text that begins with `#` needs quotes",
            ),
            // What `to: {{ customer_email }}` is to YAML.
            Kind::Mapping(entries) if matches!(entries.as_slice(), [(key, _)] if matches!(key.kind, Kind::Mapping(_))) => {
                ("a mapping stands here", "put quotes around a text that begins with `{{`")
            }
            Kind::Mapping(_) => ("a mapping stands here", help),
            Kind::List(_) => ("a list stands here", help),
            Kind::Scalar { .. } => ("a single value stands here", help),
        };
        self.found.error("wrong_type", path, format!("{stands}; {wanted} is wanted"), help);
    }

    /// The known fields of a mapping; reports all others.
    pub(super) fn fields<'n, 't>(
        &mut self,
        path: &Path<'_>,
        spot: Spot<'n, 't>,
        known: &[&'static str],
    ) -> Option<Fields<'n, 't>> {
        self.locations.insert(path, spot.at);
        let Kind::Mapping(entries) = &spot.node.kind else {
            let wanted = match known {
                [] => "`true` or an empty mapping".to_owned(),
                known => format!("a mapping with {}", listed(known.iter().copied())),
            };
            self.wrong_type(path, spot, &wanted, &written_out(spot, known));
            return None;
        };
        let mut fields = Fields { entries: Vec::with_capacity(entries.len()), has_unknown: false };
        for (key, value) in entries {
            let Some(written) = self.key(path, key) else {
                fields.has_unknown = true;
                continue;
            };
            match known.iter().copied().find(|name| *name == written) {
                Some(name) if fields.get(name).is_some() => {
                    let path = path.field(name);
                    self.locations.insert(&path, key.at);
                    let message = format!("`{name}` stands here twice, again in line {}", key.at.line);
                    self.found.error("duplicate_field", &path, message, "leave one out");
                }
                Some(name) => fields.entries.push((name, Spot::of_entry(key, value))),
                // The name that was meant is looked for only as long as it will be told.
                None if self.found.has_errors_enough() => fields.has_unknown = true,
                None => {
                    fields.has_unknown = true;
                    self.unknown_field(path, key, written, known);
                }
            }
        }
        Some(fields)
    }

    /// The only field of a mapping that stands for one `thing`, and not for several.
    pub(super) fn only<'n, 't>(
        &mut self,
        path: &Path<'_>,
        fields: &Fields<'n, 't>,
        thing: &str,
    ) -> Option<(&'static str, Spot<'n, 't>)> {
        match fields.entries.as_slice() {
            [entry] => return Some(*entry),
            [] if fields.has_unknown => {}
            [] => {
                let help = format!("write the {thing} in it");
                self.found.error("wrong_type", path, "the mapping is empty", help);
            }
            _ => {
                let message = format!("one {thing} is wanted, and several stand here");
                self.found.error("several_in_one", path, message, "make an element of the list of each");
            }
        }
        None
    }

    /// The entries of a mapping whose keys are no fields.
    pub(super) fn entries<'n, 't>(
        &mut self,
        path: &Path<'_>,
        spot: Spot<'n, 't>,
        wanted: &str,
    ) -> Option<impl Iterator<Item = (&'n Node<'t>, Spot<'n, 't>)> + use<'n, 't>> {
        self.locations.insert(path, spot.at);
        match &spot.node.kind {
            Kind::Mapping(entries) => {
                Some(entries.iter().map(|(key, value)| (key, Spot::of_entry(key, value))))
            }
            _ => {
                self.wrong_type(path, spot, wanted, "");
                None
            }
        }
    }

    /// The text of a key.
    pub(super) fn key<'n>(&mut self, path: &Path<'_>, key: &'n Node<'_>) -> Option<&'n str> {
        match &key.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => {
                let message = "a key stands here that is a mapping or a list";
                self.found.error(
                    "wrong_type",
                    path,
                    message,
                    "put quotes around a text that begins with `{{`",
                );
                None
            }
        }
    }

    fn unknown_field(&mut self, parent: &Path<'_>, key: &Node<'_>, written: &str, known: &[&'static str]) {
        let message = format!("there is no field {} here", quoted(written));
        let all = format!("known here: {}", listed(known.iter().copied()));
        let help = match nearest(written, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`? {all}"),
            None if written == "<<" => format!("merge keys are not supported; {all}"),
            None if known == ["is", "is_not"] => format!("{all}; the values stand under one of them"),
            None => all,
        };
        // A name that could be taken for a part of a path stays out of it.
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !written.is_empty() && written.len() <= 64 && written.chars().all(plain) {
            let path = Path::Unknown(parent, written);
            self.locations.insert(&path, key.at);
            self.found.error("unknown_field", &path, message, help);
        } else {
            self.found.error("unknown_field", parent, message, help);
        }
    }

    /// Reports a field that is not there.
    pub(super) fn missing(&mut self, path: &Path<'_>, help: &str) {
        self.found.error("missing_field", path, "the field is missing", help);
    }

    /// A text, as it is written. A number or a flag without quotes is its own text.
    pub(super) fn text(&mut self, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<String> {
        self.scalar(path, spot, "a text").map(str::to_owned)
    }

    /// A text that is `wanted`, for a reader of its own to make sense of.
    pub(super) fn scalar<'n>(
        &mut self,
        path: &Path<'_>,
        spot: Spot<'n, '_>,
        wanted: &str,
    ) -> Option<&'n str> {
        self.locations.insert(path, spot.at);
        match &spot.node.kind {
            Kind::Scalar { text, .. } if !spot.node.is_null() => Some(text),
            _ => {
                self.wrong_type(path, spot, wanted, "");
                None
            }
        }
    }

    /// A text that a function makes sense of.
    pub(super) fn parsed<T>(
        &mut self,
        path: &Path<'_>,
        spot: Spot<'_, '_>,
        (code, wanted, form): (&'static str, &str, &str),
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.scalar(path, spot, wanted)?;
        let value = parse(text);
        if value.is_none() {
            let message = format!("{} is not {wanted}", quoted(text));
            self.found.error(code, path, message, form).with("value", shown(text));
        }
        value
    }

    /// An instant.
    pub(super) fn instant(&mut self, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Timestamp> {
        self.parsed(path, spot, ("instant_malformed", "an instant", INSTANT_FORM), parse_instant)
    }

    /// A whole number.
    pub(super) fn number(&mut self, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<u32> {
        let wanted = ("number_malformed", "a whole number", "write a number from 0 to 4294967295");
        self.parsed(path, spot, wanted, |text| text.parse().ok())
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<bool> {
        self.word(path, spot, FLAGS)
    }

    /// One of several words.
    pub(super) fn word<T: Copy>(
        &mut self,
        path: &Path<'_>,
        spot: Spot<'_, '_>,
        words: Words<T>,
    ) -> Option<T> {
        let names = || words.iter().map(|&(name, _)| name);
        let wanted = || format!("one of {}", listed(names()));
        let text = self.scalar(path, spot, &wanted())?;
        let value = value_of(words, text);
        if value.is_none() {
            let help = match nearest(text, names()) {
                Some(name) => format!("did you mean `{name}`? known here: {}", listed(names())),
                None => format!("write {}", wanted()),
            };
            self.found.error("unknown_word", path, format!("{} is not known here", quoted(text)), help);
        }
        value
    }

    /// The elements of a list.
    pub(super) fn list<'n, 't>(&mut self, path: &Path<'_>, spot: Spot<'n, 't>) -> Option<Vec<Spot<'n, 't>>> {
        self.locations.insert(path, spot.at);
        match &spot.node.kind {
            Kind::List(items) => Some(items.iter().map(Spot::of).collect()),
            _ => {
                self.wrong_type(path, spot, "a list", "begin each element with `- `, on a line of its own");
                None
            }
        }
    }

    /// The elements of a list; what stands alone is a list of one.
    pub(super) fn one_or_more<'n, 't>(&mut self, path: &Path<'_>, spot: Spot<'n, 't>) -> Vec<Spot<'n, 't>> {
        self.locations.insert(path, spot.at);
        match &spot.node.kind {
            Kind::List(items) => items.iter().map(Spot::of).collect(),
            _ => vec![spot],
        }
    }

    /// Reads each element; `None` if one of them cannot be read, once all have been tried.
    pub(super) fn each<'n, 't, T>(
        &mut self,
        path: &Path<'_>,
        spots: Vec<Spot<'n, 't>>,
        mut read: impl FnMut(&mut Self, &Path<'_>, Spot<'n, 't>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut values = Some(Vec::with_capacity(spots.len()));
        for (index, spot) in spots.into_iter().enumerate() {
            let value = read(self, &path.index(index), spot);
            values = values.zip(value).map(|(mut values, value)| {
                values.push(value);
                values
            });
        }
        values
    }

    /// Reads a single value or a list of them.
    pub(super) fn values<'n, 't, T>(
        &mut self,
        path: &Path<'_>,
        spot: Spot<'n, 't>,
        read: impl FnMut(&mut Self, &Path<'_>, Spot<'n, 't>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let spots = self.one_or_more(path, spot);
        self.each(path, spots, read)
    }

    /// Reads a single word or a list of them.
    pub(super) fn words<T: Copy>(
        &mut self,
        path: &Path<'_>,
        spot: Spot<'_, '_>,
        words: Words<T>,
    ) -> Option<Vec<T>> {
        self.values(path, spot, |reader, path, spot| reader.word(path, spot, words))
    }
}

/// What a single value was meant for that stands in place of a mapping, if that is mostly written for one field.
fn written_out(spot: Spot<'_, '_>, known: &[&str]) -> String {
    match (&spot.node.kind, known) {
        (Kind::Scalar { text, .. }, [name @ ("is" | "text" | "instructions" | "more_than"), ..]) => {
            format!("write `{{ {name}: {} }}`", quoted(text).trim_matches('`'))
        }
        _ => String::new(),
    }
}

/// Names as a help lists them.
fn listed<'k>(names: impl Iterator<Item = &'k str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
