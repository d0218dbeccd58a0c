//! Reads the log of decisions back from its end, where the last ones are.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;

use serde::de::IgnoredAny;
use tamis_api::recorded::{DecisionRecord, LINE_BYTES_MAX, is_blank};

/// Bytes that are read at once: some hundred decisions.
const CHUNK_BYTES: usize = 1 << 20;
/// Bytes that are read for one page: some ten thousand decisions, which take a second to make sense of.
pub(crate) const READ_BYTES_MAX: u64 = 64 << 20;

/// A place in a log: the beginning of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogPlace {
    /// Bytes before it.
    pub(crate) offset: u64,
    /// The file, which is another one once the log was moved away.
    pub(crate) file: u64,
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// It was moved away or cut since the place was told.
    #[error("the log has been begun anew")]
    Gone,
    #[error("the log of decisions cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// What to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'q> {
    pub(crate) account_id: &'q str,
    /// Only decisions in which this workflow matched, unless it is empty.
    pub(crate) workflow_id: &'q str,
    /// Only those before a place.
    pub(crate) before: Option<LogPlace>,
    /// Bytes that may be read.
    pub(crate) bytes_max: u64,
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct ReadBack {
    /// Newest first.
    pub(crate) records: Vec<DecisionRecord>,
    /// Where to go on; `None` at the beginning of the log.
    pub(crate) next: Option<LogPlace>,
    /// Whether it ended because as much had been read as may be.
    pub(crate) is_cut_short: bool,
    /// Lines of which nobody knows what they say.
    pub(crate) unreadable: u64,
}

/// Reads records, newest first, as long as `take` takes them: one that it does not take comes first the next time.
///
/// # Errors
/// See [`ReadError`]. A log that is not there is empty.
pub(crate) fn read_back(
    path: &Path,
    query: Query<'_>,
    mut take: impl FnMut(&DecisionRecord) -> bool,
) -> Result<ReadBack, ReadError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound && query.before.is_none() => {
            return Ok(ReadBack::default());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ReadError::Gone),
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    let place = |offset| LogPlace { offset, file: metadata.ino() };
    let end = query.before.unwrap_or(place(metadata.len()));
    if end != place(end.offset) || end.offset > metadata.len() {
        return Err(ReadError::Gone);
    }
    let mut lines = Lines::before(&file, end.offset);
    let mut read = ReadBack::default();
    while let Some(line) = lines.next_back()? {
        // Whoever writes the last line is not done with it.
        let is_whole = line.ends_with(b"\n");
        if is_whole && !is_blank(line) {
            match wanted(line, query) {
                Ok(Some(record)) if take(&record) => read.records.push(record),
                Ok(Some(_)) => {
                    read.next = Some(place(lines.line_end()));
                    return Ok(read);
                }
                Ok(None) => {}
                Err(()) => read.unreadable += 1,
            }
        }
        if end.offset - lines.start > query.bytes_max && lines.start > 0 {
            read.next = Some(place(lines.line_start()));
            read.is_cut_short = true;
            return Ok(read);
        }
    }
    Ok(read)
}

/// The record of a line, if it is one that is wanted.
fn wanted(line: &[u8], query: Query<'_>) -> Result<Option<DecisionRecord>, ()> {
    // Most lines are about other accounts; to read all that they say would take several times as long.
    let outline: DecisionRecord<IgnoredAny, IgnoredAny> = serde_json::from_slice(line).map_err(drop)?;
    if outline.account_id != query.account_id {
        return Ok(None);
    }
    let record = DecisionRecord::read(line).map_err(drop)?;
    let is_wanted = query.workflow_id.is_empty() || has_matched(&record, query.workflow_id);
    Ok(Some(record).filter(|_| is_wanted))
}

fn has_matched(record: &DecisionRecord, workflow_id: &str) -> bool {
    let response = &record.response;
    let rounds = response.rounds.iter().flat_map(|round| round.matches.iter().chain(&round.shadow_matches));
    let mut all = response.matches.iter().chain(&response.shadow_matches).chain(rounds);
    all.any(|found| found.workflow_id == workflow_id)
}

/// The lines of a file from one place back.
struct Lines<'f> {
    file: &'f File,
    /// Where what has been read begins.
    start: u64,
    /// What has been read; the rest of it after `len` has been returned.
    bytes: Vec<u8>,
    len: usize,
    /// Where the line that was returned last ends.
    end: usize,
}

impl<'f> Lines<'f> {
    fn before(file: &'f File, end: u64) -> Self {
        Self { file, start: end, bytes: Vec::new(), len: 0, end: 0 }
    }

    /// The last line that has not been returned, with its line break if it has one.
    fn next_back(&mut self) -> io::Result<Option<&[u8]>> {
        // A line ends with its own line break, and begins after that of the one before.
        let mut searched = 0;
        loop {
            let rest = self.bytes.get(..self.len).unwrap_or_default();
            let own = usize::from(rest.ends_with(b"\n"));
            let within = rest.get(..rest.len() - own.min(rest.len())).unwrap_or_default();
            let unsearched = within.get(..within.len().saturating_sub(searched)).unwrap_or_default();
            if let Some(before) = unsearched.iter().rposition(|byte| *byte == b'\n') {
                return Ok(Some(self.returned(before + 1)));
            }
            searched = within.len();
            if self.start == 0 && self.len == 0 {
                return Ok(None);
            }
            // What is longer than any line is none.
            if self.start == 0 || self.len as u64 > LINE_BYTES_MAX {
                return Ok(Some(self.returned(0)));
            }
            self.read_more()?;
        }
    }

    fn returned(&mut self, from: usize) -> &[u8] {
        (self.end, self.len) = (self.len, from);
        self.bytes.get(from..self.end).unwrap_or_default()
    }

    /// Reads what comes before what has been read.
    fn read_more(&mut self) -> io::Result<()> {
        let count = self.start.min(CHUNK_BYTES as u64);
        let mut bytes = vec![0; usize::try_from(count).unwrap_or(CHUNK_BYTES)];
        self.file.read_exact_at(&mut bytes, self.start - count)?;
        self.start -= count;
        self.bytes.truncate(self.len);
        bytes.append(&mut self.bytes);
        (self.bytes, self.len) = (bytes, self.len + usize::try_from(count).unwrap_or(CHUNK_BYTES));
        Ok(())
    }

    /// Where the line that was returned last begins.
    fn line_start(&self) -> u64 {
        self.start + self.len as u64
    }

    /// Where it ends.
    fn line_end(&self) -> u64 {
        self.start + self.end as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(account_id: &str, number: u64, padding: usize) -> String {
        let record = DecisionRecord {
            version: 1,
            logged_at: jiff::Timestamp::UNIX_EPOCH,
            rpc: "x".repeat(padding),
            account_id: account_id.to_owned(),
            revision: number,
            masked: Vec::new(),
            request: tamis_api::v1::EvaluateRequest::default(),
            response: tamis_api::v1::EvaluateResponse::default(),
        };
        serde_json::to_string(&record).unwrap()
    }

    /// Reads pages of so many until the end.
    fn pages(path: &Path, size: usize, bytes_max: u64) -> (Vec<u64>, u64, usize) {
        let (mut before, mut found, mut unreadable, mut cut) = (None, Vec::new(), 0, 0);
        loop {
            let mut taken = 0;
            let query = Query { account_id: "shop", workflow_id: "", before, bytes_max };
            let page = read_back(path, query, |_| {
                taken += 1;
                taken <= size
            })
            .unwrap();
            assert!(page.records.len() <= size);
            found.extend(page.records.iter().map(|record| record.revision));
            unreadable += page.unreadable;
            cut += usize::from(page.is_cut_short);
            before = page.next;
            if before.is_none() {
                return (found, unreadable, cut);
            }
        }
    }

    #[test]
    fn a_log_is_read_from_its_end_page_by_page_whatever_stands_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        assert_eq!(pages(&path, 1, READ_BYTES_MAX), (vec![], 0, 0), "there is none yet");
        // Lines that are longer than what is read at once, that are of others, that are blank, that are nothing.
        let mut text = String::from("\n");
        for number in 0..40 {
            let padding = if number % 10 == 3 { 3 * CHUNK_BYTES } else { 100_000 };
            text += &line("shop", number, padding);
            text += "\n\n";
            text += &line("other", number, 1_000);
            text += if number % 8 == 0 { "\n{\"version\": 1\n" } else { "\n" };
        }
        std::fs::write(&path, &text).unwrap();
        let all: Vec<u64> = (0..40).rev().collect();
        for size in [1, 7, 40, 100] {
            assert_eq!(pages(&path, size, READ_BYTES_MAX), (all.clone(), 5, 0), "pages of {size}");
        }
        let (found, unreadable, cut) = pages(&path, 100, 2 << 20);
        assert_eq!((found, unreadable), (all.clone(), 5));
        assert!(cut >= 3, "{cut}");
        // A line that is being written.
        text += &line("shop", 40, 10);
        std::fs::write(&path, &text).unwrap();
        assert_eq!(pages(&path, 9, READ_BYTES_MAX), (all, 5, 0));
    }

    #[test]
    fn a_place_is_gone_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, format!("{}\n{}\n", line("shop", 1, 0), line("shop", 2, 0))).unwrap();
        let query = |before| Query { account_id: "shop", workflow_id: "", before, bytes_max: READ_BYTES_MAX };
        let mut first = true;
        let next = read_back(&path, query(None), |_| std::mem::take(&mut first)).unwrap().next;
        let rest = read_back(&path, query(next), |_| true).unwrap();
        assert_eq!((rest.records.len(), rest.records[0].revision, rest.next), (1, 1, None));
        let moved = folder.path().join("moved");
        std::fs::rename(&path, &moved).unwrap();
        assert!(matches!(read_back(&path, query(next), |_| true), Err(ReadError::Gone)));
        std::fs::write(&path, "").unwrap();
        assert!(matches!(read_back(&path, query(next), |_| true), Err(ReadError::Gone)));
    }
}
