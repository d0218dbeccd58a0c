//! Recorded changes, one on a line: lines of a service's log of decisions, or requests.
//!
//! They are read in chunks of whole lines, so that several threads can make sense of them, and so that a file of any size
//! takes the same memory.

use std::io::{self, BufRead, BufReader, Read};

use tamis_api::recorded::{Change, DecisionRecord, Form, LINE_BYTES_MAX, is_blank};
use tamis_api::v1::EvaluateError;

use crate::console;
use crate::exit::misuse;

/// Bytes of a chunk, but for the rest of its last line: some hundred changes.
const CHUNK_BYTES: u64 = 1 << 20;

/// A file with recorded changes.
pub(crate) struct Recorded {
    name: String,
    reader: Box<dyn BufRead>,
    /// How many bytes there are; unknown of standard input.
    bytes: Option<u64>,
    /// How many lines have been read.
    lines: u64,
    /// Known once a line has been seen that is not blank.
    form: Option<Form>,
}

/// Lines that follow one another.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// How many lines come before it.
    first: u64,
    form: Form,
    bytes: Vec<u8>,
}

impl Recorded {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// [`crate::exit::Misuse`] if it cannot be opened.
    pub(crate) fn open(file: &str) -> anyhow::Result<Self> {
        let name = console::name(file).to_owned();
        let (source, bytes): (Box<dyn Read>, _) = if file == "-" {
            (Box::new(io::stdin()), None)
        } else {
            let opened = std::fs::File::open(file)
                .and_then(|opened| Ok((opened.metadata()?, opened)))
                .map_err(|error| misuse(format!("cannot read {name}: {error}")))?;
            // What is no plain file, such as a pipe, does not know how long it is.
            let bytes = Some(opened.0.len()).filter(|_| opened.0.is_file());
            (Box::new(opened.1), bytes)
        };
        Ok(Self { name, reader: Box::new(BufReader::new(source)), bytes, lines: 0, form: None })
    }

    /// How many bytes there are, if that is known.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// The next lines; `None` once there are no more.
    ///
    /// # Errors
    /// [`crate::exit::Misuse`] if the file cannot be read, or a line is too long.
    pub(crate) fn chunk(&mut self) -> anyhow::Result<Option<Chunk>> {
        let mut bytes = Vec::new();
        let unreadable = |error: io::Error| misuse(format!("cannot read {}: {error}", self.name));
        self.reader.by_ref().take(CHUNK_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.last().is_some_and(|last| *last != b'\n') {
            self.reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes).map_err(unreadable)?;
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let first = self.lines;
        self.lines += u64::try_from(lines(&bytes).count()).unwrap_or(u64::MAX);
        let ends = bytes.last() == Some(&b'\n') || self.reader.fill_buf().map_err(unreadable)?.is_empty();
        if !ends {
            return Err(misuse(format!(
                "line {} of {} is longer than {} MiB; each change stands on a line of its own",
                self.lines,
                self.name,
                LINE_BYTES_MAX >> 20
            )));
        }
        if self.form.is_none() {
            self.form = lines(&bytes).find(|line| !is_blank(line)).map(Form::of);
        }
        Ok(Some(Chunk { first, form: self.form.unwrap_or(Form::Request), bytes }))
    }
}

impl Chunk {
    /// How many bytes it has.
    pub(crate) fn bytes(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(u64::MAX)
    }

    /// Its changes, each with the number of its line in the file, from 0. Blank lines are passed over.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (u64, Result<Change, EvaluateError>)> {
        self.read(|line| Change::read(line, self.form))
    }

    /// The same of lines of the log of decisions alone, with all that stands on them.
    pub(crate) fn records(&self) -> impl Iterator<Item = (u64, Result<DecisionRecord, EvaluateError>)> {
        self.read(DecisionRecord::read)
    }

    fn read<T>(
        &self,
        read: impl Fn(&[u8]) -> Result<T, EvaluateError>,
    ) -> impl Iterator<Item = (u64, Result<T, EvaluateError>)> {
        let numbered = (self.first..).zip(lines(&self.bytes)).filter(|(_, line)| !is_blank(line));
        numbered.map(move |(number, line)| (number, read(line)))
    }
}

/// The lines of a text; what follows the last line break is one if it is not empty.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}
