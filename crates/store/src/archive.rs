//! Accounts as one stream of bytes, for a backup or for a snapshot of what is served.
//!
//! It begins with [`MAGIC`], a byte for the [`Kind`] and one for the format; then come frames, each with its length, its
//! content and a checksum over the content and the checksum before it, so that a frame that is changed, missing, doubled
//! or in another place is noticed. The last frame says how many there are, and nothing follows it.

use std::io::{self, Read, Write};

use jiff::Timestamp;
use xxhash_rust::xxh3::Xxh3;

use crate::{AccountHead, AccountRecords, RecordedChange, Revision, WorkflowRecord};

/// What every archive begins with.
const MAGIC: [u8; 6] = *b"TAMIS\0";
/// The format that is written, and the only one that is read.
const FORMAT: u8 = 1;
/// Bytes of a frame at most, so that a damaged length does not take all the memory. An account has a fraction of it.
const FRAME_BYTES_MAX: u32 = 1 << 30;

/// What an archive is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Each account with all of its revisions: a store can be made of it again.
    Backup,
    /// Each account with its current records.
    Snapshot,
}

/// One thing in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An account; what comes next is its own.
    Account(AccountHead),
    /// A revision of it, the oldest first.
    Revision(Revision),
    /// Its current records.
    Records(AccountRecords),
}

/// Why an archive is not read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is something else. The text says what was wanted.
    #[error("{0}")]
    Foreign(&'static str),
    /// It is not what was written. The text says where.
    #[error("it is damaged: {0}")]
    Damaged(String),
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Backup => b'B',
            Self::Snapshot => b'S',
        }
    }
}

/// Writes an archive.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    chain: u64,
    frames: u64,
    content: Vec<u8>,
}

const ACCOUNT: u8 = 1;
const REVISION: u8 = 2;
const RECORDS: u8 = 3;
const END: u8 = 255;

impl<W: Write> Writer<W> {
    /// Begins an archive.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(mut out: W, kind: Kind) -> io::Result<Self> {
        out.write_all(&MAGIC)?;
        out.write_all(&[kind.byte(), FORMAT])?;
        Ok(Self { out, chain: kind.byte().into(), frames: 0, content: Vec::new() })
    }

    /// Writes one thing more.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&mut self, item: &Item) -> io::Result<()> {
        self.content.clear();
        match item {
            Item::Account(AccountHead { account_id, revision, alive }) => {
                self.content.push(ACCOUNT);
                put(&mut self.content, account_id.as_bytes());
                put_number(&mut self.content, *revision);
                self.content.push((*alive).into());
            }
            Item::Revision(told) => put_revision(&mut self.content, told),
            Item::Records(AccountRecords { revision, settings, workflows }) => {
                self.content.push(RECORDS);
                put_number(&mut self.content, *revision);
                put(&mut self.content, settings);
                put_number(&mut self.content, workflows.len() as u64);
                for WorkflowRecord { workflow_id, data } in workflows {
                    put(&mut self.content, workflow_id.as_bytes());
                    put(&mut self.content, data);
                }
            }
        }
        self.frame()
    }

    /// Ends the archive, and gives back what it was written to.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.content.clear();
        self.content.push(END);
        put_number(&mut self.content, self.frames);
        self.frame()?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// What it is written to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    fn frame(&mut self) -> io::Result<()> {
        let length = u32::try_from(self.content.len()).ok().filter(|length| *length <= FRAME_BYTES_MAX);
        let length = length.ok_or_else(|| io::Error::other("an account is too large for an archive"))?;
        self.chain = linked(self.chain, &self.content);
        self.frames += 1;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(&self.content)?;
        self.out.write_all(&self.chain.to_le_bytes())
    }
}

fn linked(chain: u64, content: &[u8]) -> u64 {
    let mut hash = Xxh3::with_seed(chain);
    hash.update(content);
    hash.digest()
}

fn put_number(to: &mut Vec<u8>, number: u64) {
    to.extend_from_slice(&number.to_le_bytes());
}

fn put(to: &mut Vec<u8>, bytes: &[u8]) {
    put_number(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

fn put_optional(to: &mut Vec<u8>, bytes: Option<&[u8]>) {
    to.push(bytes.is_some().into());
    if let Some(bytes) = bytes {
        put(to, bytes);
    }
}

fn put_revision(to: &mut Vec<u8>, told: &Revision) {
    let Revision { revision, actor, operation, at, changes } = told;
    to.push(REVISION);
    put_number(to, *revision);
    put(to, actor.as_bytes());
    put(to, operation.as_bytes());
    put_number(to, at.as_second().cast_unsigned());
    put_number(to, i64::from(at.subsec_nanosecond()).cast_unsigned());
    put_number(to, changes.len() as u64);
    for change in changes {
        let (workflow_id, data) = match change {
            RecordedChange::Settings(data) => (None, data),
            RecordedChange::Workflow { workflow_id, data } => (Some(workflow_id.as_bytes()), data),
        };
        put_optional(to, workflow_id);
        put_optional(to, data.as_deref());
    }
}

/// Reads an archive.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    chain: u64,
    frames: u64,
    content: Vec<u8>,
}

impl<R: Read> Reader<R> {
    /// Begins to read an archive of a kind.
    ///
    /// # Errors
    /// It is none.
    pub fn new(mut input: R, kind: Kind) -> Result<Self, ArchiveError> {
        let mut begin = [0; 8];
        input.read_exact(&mut begin).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ArchiveError::Foreign("this file was not written by Tamis"),
            _ => error.into(),
        })?;
        let [magic @ .., found, format] = begin;
        if magic != MAGIC {
            return Err(ArchiveError::Foreign("this file was not written by Tamis"));
        }
        if format != FORMAT {
            return Err(ArchiveError::Foreign("this file was written by another version of Tamis"));
        }
        if found != kind.byte() {
            return Err(ArchiveError::Foreign(match kind {
                Kind::Backup => "this file is not a backup, as `tamis backup` writes it",
                Kind::Snapshot => "this file is not a snapshot, as `tamis serve --snapshot` writes it",
            }));
        }
        Ok(Self { input, chain: kind.byte().into(), frames: 0, content: Vec::new() })
    }

    /// The next thing; `None` at the end of an archive that is whole.
    ///
    /// # Errors
    /// The archive cannot be read, or is not what was written.
    pub fn read(&mut self) -> Result<Option<Item>, ArchiveError> {
        let frames = self.frames;
        self.frame().map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ArchiveError::Damaged(format!("it ends after frame {frames}")),
            io::ErrorKind::InvalidData => ArchiveError::Damaged(format!("{error} (frame {})", frames + 1)),
            _ => error.into(),
        })?;
        let damaged = || ArchiveError::Damaged(format!("frame {} makes no sense", frames + 1));
        let mut fields = Fields(&self.content);
        let item = fields.item().ok_or_else(damaged)?;
        if !fields.0.is_empty() {
            return Err(damaged());
        }
        match item {
            Content::Item(item) => Ok(Some(item)),
            Content::End(count) if count == frames && self.input.read(&mut [0])? == 0 => Ok(None),
            Content::End(_) => Err(ArchiveError::Damaged("its end is not where it was".into())),
        }
    }

    fn frame(&mut self) -> io::Result<()> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        let invalid = |reason| io::Error::new(io::ErrorKind::InvalidData, reason);
        if length > FRAME_BYTES_MAX {
            return Err(invalid("a length is too large"));
        }
        self.content.clear();
        let read = self.input.by_ref().take(length.into()).read_to_end(&mut self.content)?;
        if read != length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut checksum = [0; 8];
        self.input.read_exact(&mut checksum)?;
        self.chain = linked(self.chain, &self.content);
        self.frames += 1;
        if self.chain != u64::from_le_bytes(checksum) {
            return Err(invalid("a checksum does not fit"));
        }
        Ok(())
    }
}

enum Content {
    Item(Item),
    End(u64),
}

/// The fields of a frame that are still to be read.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn item(&mut self) -> Option<Content> {
        Some(match self.byte()? {
            ACCOUNT => Content::Item(Item::Account(AccountHead {
                account_id: self.text()?,
                revision: self.number()?,
                alive: self.byte()? == 1,
            })),
            REVISION => Content::Item(Item::Revision(self.revision()?)),
            RECORDS => Content::Item(Item::Records(self.records()?)),
            END => Content::End(self.number()?),
            _ => return None,
        })
    }

    fn revision(&mut self) -> Option<Revision> {
        let (revision, actor, operation) = (self.number()?, self.text()?, self.text()?);
        let second = self.number()?.cast_signed();
        let nanosecond = i32::try_from(self.number()?.cast_signed()).ok()?;
        let at = Timestamp::new(second, nanosecond).ok()?;
        let changes = (0..self.number()?).map(|_| self.change()).collect::<Option<_>>()?;
        Some(Revision { revision, actor, operation, at, changes })
    }

    fn change(&mut self) -> Option<RecordedChange> {
        let workflow_id = if self.byte()? == 1 { Some(self.text()?) } else { None };
        let data = if self.byte()? == 1 { Some(self.bytes()?.to_vec()) } else { None };
        Some(match workflow_id {
            Some(workflow_id) => RecordedChange::Workflow { workflow_id, data },
            None => RecordedChange::Settings(data),
        })
    }

    fn records(&mut self) -> Option<AccountRecords> {
        let (revision, settings) = (self.number()?, self.bytes()?.to_vec());
        let workflow = |fields: &mut Self| {
            Some(WorkflowRecord { workflow_id: fields.text()?, data: fields.bytes()?.to_vec() })
        };
        let workflows = (0..self.number()?).map(|_| workflow(self)).collect::<Option<_>>()?;
        Some(AccountRecords { revision, settings, workflows })
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }
}
