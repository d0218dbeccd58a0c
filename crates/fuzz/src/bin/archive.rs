//! A backup or a snapshot is read or refused, whatever it holds; what is read survives being written.
//!
//! An input is a byte that says how to take it (bits: a snapshot; in frames), and either the file itself, or the contents of
//! its frames, each after its length. Those get the begin, checksums and end that they must have, which nobody finds by chance.

#![no_main]

use tamis_store::archive::{Item, Kind, Reader, Writer};
use tamis_store::{AccountHead, AccountRecords, RecordedChange, Revision, WorkflowRecord, verify};
use xxhash_rust::xxh3::xxh3_64_with_seed;

tamis_fuzz::target!(check, seeds);

const SNAPSHOT: u8 = 1;
const IN_FRAMES: u8 = 2;
/// Bytes of what an archive begins with.
const BEGIN: usize = 8;

fn seeds() -> Vec<Vec<u8>> {
    let change = |workflow_id: Option<&str>, data: Option<&[u8]>| {
        let data = data.map(<[u8]>::to_vec);
        match workflow_id {
            Some(id) => RecordedChange::Workflow { workflow_id: id.to_owned(), data },
            None => RecordedChange::Settings(data),
        }
    };
    let revision = |revision, changes| {
        let at = jiff::Timestamp::constant(1_790_000_000, 7);
        Item::Revision(Revision {
            revision,
            actor: "key:a".to_owned(),
            operation: "CreateAccount".to_owned(),
            at,
            changes,
        })
    };
    let account =
        |revision, alive| Item::Account(AccountHead { account_id: "shop".to_owned(), revision, alive });
    let workflow = WorkflowRecord { workflow_id: "w".to_owned(), data: b"data".to_vec() };
    let records = AccountRecords { revision: 2, settings: b"settings".to_vec(), workflows: vec![workflow] };
    let backup = [
        account(3, false),
        revision(1, vec![change(None, Some(b"settings")), change(Some("w"), Some(b"data"))]),
        revision(2, vec![change(Some("w"), None)]),
        revision(3, vec![change(None, None)]),
    ];
    let snapshot = [account(2, true), Item::Records(records)];
    let archives = [(0, written(Kind::Backup, &backup)), (SNAPSHOT, written(Kind::Snapshot, &snapshot))];
    archives
        .iter()
        .flat_map(|(kind, file)| {
            [[&[*kind], &**file].concat(), [&[kind | IN_FRAMES], &*contents(file)].concat()]
        })
        .collect()
}

fn written(kind: Kind, items: &[Item]) -> Vec<u8> {
    let mut archive = Writer::new(Vec::new(), kind).expect("memory can be written to");
    items.iter().for_each(|item| archive.write(item).expect("memory can be written to"));
    archive.finish().expect("memory can be written to")
}

/// The contents of all frames but the last.
fn contents(file: &[u8]) -> Vec<u8> {
    let (mut contents, mut rest) = (Vec::new(), &file[BEGIN..]);
    while let Some((length, following)) = rest.split_first_chunk() {
        let (content, following) = following.split_at(u32::from_le_bytes(*length) as usize);
        rest = &following[size_of::<u64>()..];
        if !rest.is_empty() {
            contents.extend(u16::try_from(content.len()).expect("seeds are small").to_le_bytes());
            contents.extend(content);
        }
    }
    contents
}

fn check(input: &[u8]) {
    let Some((how, bytes)) = input.split_first() else { return };
    let kind = if how & SNAPSHOT == 0 { Kind::Backup } else { Kind::Snapshot };
    let file = if how & IN_FRAMES == 0 { bytes.to_vec() } else { framed(kind, bytes) };
    let items = read(kind, &file);
    if let Ok(copied) = verify(&*file) {
        let items = items.as_ref().expect("what is verified is read");
        let count = |wanted: fn(&Item) -> bool| items.iter().filter(|item| wanted(item)).count() as u64;
        assert_eq!(copied.accounts, count(|item| matches!(item, Item::Account(_))));
        assert_eq!(copied.revisions, count(|item| matches!(item, Item::Revision(_))));
    }
    if let Ok(items) = items {
        let again = read(kind, &written(kind, &items)).expect("what is written is read");
        assert_eq!(again, items);
    }
}

fn read(kind: Kind, file: &[u8]) -> Result<Vec<Item>, tamis_store::archive::ArchiveError> {
    let mut archive = Reader::new(file, kind)?;
    std::iter::from_fn(|| archive.read().transpose()).collect()
}

/// A file of frames with these contents, and a last one that says how many there are.
fn framed(kind: Kind, mut contents: &[u8]) -> Vec<u8> {
    let empty = written(kind, &[]);
    let mut file = empty[..BEGIN].to_vec();
    let (mut chain, mut frames) = (u64::from(file[BEGIN - 2]), 0_u64);
    let mut frame = |content: &[u8]| {
        chain = xxh3_64_with_seed(content, chain);
        file.extend(u32::try_from(content.len()).expect("inputs are small").to_le_bytes());
        file.extend(content);
        file.extend(chain.to_le_bytes());
    };
    while let Some((length, rest)) = contents.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
        frame(&rest[..length]);
        contents = &rest[length..];
        frames += 1;
    }
    let end = empty[BEGIN + size_of::<u32>()];
    frame(&[&[end], &frames.to_le_bytes()[..]].concat());
    file
}
