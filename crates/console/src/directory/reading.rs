//! Lists of the directory as files: CSV with a line of column names, or JSON in the names of the contract.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};
use serde::de::DeserializeOwned;
use tamis_api::v1;

use crate::directory::entry;
use crate::directory::hours;
use crate::words::Vocabulary;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    /// The entries, in the lists that they are of.
    pub(crate) directory: v1::Directory,
    /// The lists that the file has something to say of.
    pub(crate) lists: Vec<Vocabulary>,
    /// The line of each entry of a CSV, by its id.
    pub(crate) lines: HashMap<String, u64>,
}

/// Something in a file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    /// From 1.
    pub(crate) line: u64,
    /// From 1: the place of a value in a line of CSV, the place of a character in JSON.
    pub(crate) column: u64,
    /// The text that says what is wrong.
    pub(crate) text_id: &'static str,
    /// What it is about.
    pub(crate) value: String,
}

/// The columns of a list's CSV; the first one has to be there.
pub(crate) fn columns(list: Vocabulary) -> &'static [&'static str] {
    match list {
        Vocabulary::Agents => &["id", "first_name", "last_name", "email", "working_hours"],
        Vocabulary::Inboxes => &["id", "name", "groups"],
        _ => &["id", "name"],
    }
}

/// Reads a file of one list, or of the whole directory.
///
/// # Errors
/// All that cannot be read.
pub(crate) fn read(list: Option<Vocabulary>, text: &str) -> Result<Entries, Vec<Misread>> {
    let text = text.trim_start_matches('\u{feff}');
    let is_json = text.trim_start().starts_with(['[', '{']);
    match list {
        None => read_directory(text).map_err(|misread| vec![misread]),
        Some(list) if is_json => read_json(list, text).map_err(|misread| vec![misread]),
        Some(list) => read_csv(list, text),
    }
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, Misread> {
    let number = |number| u64::try_from(number).unwrap_or(u64::MAX);
    serde_json::from_str(text).map_err(|error| Misread {
        line: number(error.line()),
        column: number(error.column()),
        text_id: "import-misread-json",
        value: error.to_string(),
    })
}

fn read_directory(text: &str) -> Result<Entries, Misread> {
    let directory: v1::Directory = json(text)?;
    let is_there = |list: &Vocabulary| match entry::vocabulary(*list, &directory) {
        Some(vocabulary) => vocabulary.is_some(),
        None => !entry::entries(*list, &directory).is_empty(),
    };
    let lists = Vocabulary::ALL.into_iter().filter(is_there).collect();
    Ok(Entries { lists, directory, lines: HashMap::new() })
}

fn read_json(list: Vocabulary, text: &str) -> Result<Entries, Misread> {
    let mut directory = v1::Directory::default();
    match list {
        Vocabulary::Agents => directory.agents = json(text)?,
        Vocabulary::Inboxes => directory.inboxes = json(text)?,
        list => {
            let terms = json(text)?;
            if let Some(vocabulary) = entry::vocabulary_mut(list, &mut directory) {
                *vocabulary = Some(v1::Vocabulary { terms });
            }
        }
    }
    Ok(Entries { directory, lists: vec![list], lines: HashMap::new() })
}

/// What stands between the values of a CSV: whichever of the usual ones its first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    // The last of equals is taken.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn read_csv(list: Vocabulary, text: &str) -> Result<Entries, Vec<Misread>> {
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(Trim::All).delimiter(delimiter(text));
    let mut csv = Csv { list, found: Vec::new(), entries: Entries::default(), head: None };
    csv.entries.lists.push(list);
    if let Some(vocabulary) = entry::vocabulary_mut(list, &mut csv.entries.directory) {
        *vocabulary = Some(v1::Vocabulary::default());
    }
    for record in reader.from_reader(text.as_bytes()).records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(1, |position| line_of(text, position));
                csv.record(line, &record);
            }
            // The text is UTF-8, and lines may be of any length: nothing else can be wrong with one.
            Err(error) => csv.wrong(
                error.position().map_or(1, csv::Position::line),
                0,
                "import-misread-line",
                error.to_string(),
            ),
        }
    }
    if csv.head.is_none() {
        csv.wrong(1, 0, "import-misread-empty", columns(list).join(", "));
    }
    if csv.found.is_empty() { Ok(csv.entries) } else { Err(csv.found) }
}

/// The line that a record stands in: its position is that of the blank lines before it, if there are any.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let byte = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(byte..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(**byte, b'\r' | b'\n'));
    position.line() + u64::try_from(blank.filter(|byte| **byte == b'\n').count()).unwrap_or_default()
}

/// A CSV while it is read.
struct Csv {
    list: Vocabulary,
    found: Vec<Misread>,
    entries: Entries,
    /// Where each column stands, in the order of [`columns`].
    head: Option<Vec<Option<usize>>>,
}

impl Csv {
    fn wrong(&mut self, line: u64, index: usize, text_id: &'static str, value: impl Into<String>) {
        let column = u64::try_from(index + 1).unwrap_or(u64::MAX);
        self.found.push(Misread { line, column, text_id, value: value.into() });
    }

    fn record(&mut self, line: u64, record: &StringRecord) {
        match self.head.take() {
            None => self.head = Some(self.read_head(line, record)),
            Some(head) => {
                self.read_entry(line, record, &head);
                self.head = Some(head);
            }
        }
    }

    fn read_head(&mut self, line: u64, record: &StringRecord) -> Vec<Option<usize>> {
        let known = columns(self.list);
        let mut head = vec![None; known.len()];
        for (index, name) in record.iter().enumerate() {
            let column = known.iter().position(|known| name.eq_ignore_ascii_case(known));
            match column.and_then(|column| head.get_mut(column)) {
                None => self.wrong(line, index, "import-misread-column", name),
                Some(Some(_)) => self.wrong(line, index, "import-misread-column-twice", name),
                Some(place) => *place = Some(index),
            }
        }
        if head.first() == Some(&None) {
            self.wrong(line, 0, "import-misread-head", known.join(", "));
        }
        head
    }

    fn read_entry(&mut self, line: u64, record: &StringRecord, head: &[Option<usize>]) {
        let place = |column: usize| head.get(column).copied().flatten();
        let text = |column: usize| place(column).and_then(|place| record.get(place)).unwrap_or_default();
        let id = text(0).to_owned();
        if id.is_empty() {
            self.wrong(line, place(0).unwrap_or_default(), "import-misread-id", "");
        } else if let Some(first) = self.entries.lines.get(&id).copied() {
            self.wrong(line, place(0).unwrap_or_default(), "import-misread-twice", format!("{id} ({first})"));
        }
        let width = head.iter().flatten().max().map_or(0, |last| last + 1);
        if let Some(value) = record.get(width).filter(|_| self.found.iter().all(|found| found.line != 1)) {
            self.wrong(line, width, "import-misread-more", value);
        }
        let hours = if self.list == Vocabulary::Agents { hours::read(text(4)) } else { Ok(None) };
        let working_hours = hours.unwrap_or_else(|misread| {
            self.wrong(line, place(4).unwrap_or_default(), misread.text_id, misread.part);
            None
        });
        self.entries.lines.entry(id.clone()).or_insert(line);
        let directory = &mut self.entries.directory;
        match self.list {
            Vocabulary::Agents => directory.agents.push(v1::Agent {
                id,
                first_name: text(1).to_owned(),
                last_name: text(2).to_owned(),
                email: text(3).to_owned(),
                working_hours,
            }),
            Vocabulary::Inboxes => directory.inboxes.push(v1::Inbox {
                id,
                display_name: text(1).to_owned(),
                group_ids: read_ids(text(2)),
            }),
            list => {
                let vocabulary = entry::vocabulary_mut(list, directory).and_then(Option::as_mut);
                let term = v1::Term { id, display_name: text(1).to_owned() };
                vocabulary.into_iter().for_each(|vocabulary| vocabulary.terms.push(term.clone()));
            }
        }
    }
}

/// Ids with commas between them; one that has a comma itself stands in quotation marks.
pub(crate) fn read_ids(text: &str) -> Vec<String> {
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(Trim::All);
    let records = reader.from_reader(text.as_bytes()).into_records();
    let ids = records.flatten().flat_map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>());
    ids.filter(|id| !id.is_empty()).collect()
}

/// Writes ids as [`read_ids`] reads them.
pub(crate) fn write_ids(ids: &[String]) -> String {
    if ids.is_empty() { String::new() } else { lines([ids.to_vec()]).trim_end().to_owned() }
}

/// Writes a list as [`read()`] reads it.
pub(crate) fn write_csv(list: Vocabulary, directory: &v1::Directory) -> String {
    let head = columns(list).iter().map(|name| (*name).to_owned()).collect();
    let rows = entry::entries(list, directory).into_iter().map(|entry| match entry {
        entry::Entry::Agent(agent) => vec![
            agent.id.clone(),
            agent.first_name.clone(),
            agent.last_name.clone(),
            agent.email.clone(),
            hours::write(agent.working_hours.as_ref()),
        ],
        entry::Entry::Inbox(inbox) => {
            vec![inbox.id.clone(), inbox.display_name.clone(), write_ids(&inbox.group_ids)]
        }
        entry::Entry::Term(term) => vec![term.id.clone(), term.display_name.clone()],
    });
    lines(std::iter::once(head).chain(rows))
}

fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    for row in rows {
        // Memory takes whatever is written to it, and every row has the same length.
        let _ = writer.write_record(&row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Writes a list, or the whole directory, as JSON.
pub(crate) fn write_json(list: Option<Vocabulary>, directory: &v1::Directory) -> String {
    let written = match list {
        None => serde_json::to_string_pretty(directory),
        Some(Vocabulary::Agents) => serde_json::to_string_pretty(&directory.agents),
        Some(Vocabulary::Inboxes) => serde_json::to_string_pretty(&directory.inboxes),
        Some(list) => {
            let terms = entry::vocabulary(list, directory).and_then(Option::as_ref).map(|list| &list.terms);
            serde_json::to_string_pretty(&terms.cloned().unwrap_or_default())
        }
    };
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests;
