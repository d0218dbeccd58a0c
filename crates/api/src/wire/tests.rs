//! Views against `prost`: the same fields, or no message for either.

use std::collections::BTreeMap;

use proptest::prelude::*;
use prost::Message;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

use super::*;
use crate::v1::{self, view};

/// Reads bytes both ways.
macro_rules! read_both {
    ($message:ident, $bytes:expr) => {{
        let bytes: &[u8] = $bytes;
        let message = v1::$message::decode(bytes);
        let viewed = read::<view::$message>(bytes);
        match (&message, viewed) {
            (Ok(message), Ok(viewed)) => assert_eq!(viewed, view::$message::from(message), "{bytes:?}"),
            (Err(_), Err(Malformed)) => {}
            (message, viewed) => panic!("{bytes:?}: {message:?} and {viewed:?}"),
        }
        message.is_ok()
    }};
}

/// The same of a batch, whose requests are read one by one.
fn read_both_batches(bytes: &[u8]) -> bool {
    let message = v1::EvaluateBatchRequest::decode(bytes);
    let viewed: Result<Vec<view::EvaluateRequest>, Malformed> = read::<view::EvaluateBatchRequest>(bytes)
        .and_then(|batch| batch.requests.into_iter().map(Unread::read).collect());
    match (&message, viewed) {
        (Ok(message), Ok(viewed)) => {
            let expected: Vec<view::EvaluateRequest> = message.requests.iter().map(From::from).collect();
            assert_eq!(viewed, expected, "{bytes:?}");
        }
        (Err(_), Err(Malformed)) => {}
        (message, viewed) => panic!("{bytes:?}: {message:?} and {viewed:?}"),
    }
    message.is_ok()
}

fn read_all_both(bytes: &[u8]) {
    let _ = read_both!(EvaluateRequest, bytes);
    let _ = read_both!(EvaluateStreamRequest, bytes);
    let _ = read_both!(Ticket, bytes);
    let _ = read_both!(Change, bytes);
    read_both_batches(bytes);
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn key(number: u32, kind: u8, out: &mut Vec<u8>) {
    varint(u64::from(number) << 3 | u64::from(kind), out);
}

fn delimited(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    key(number, 2, out);
    varint(bytes.len() as u64, out);
    out.extend(bytes);
}

/// A field with a number inside of so many groups of another number.
fn groups(number: u32, depth: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    (0..depth).for_each(|_| key(number, 3, &mut bytes));
    key(number + 1, 0, &mut bytes);
    bytes.push(1);
    (0..depth).for_each(|_| key(number, 4, &mut bytes));
    bytes
}

#[test]
fn what_a_field_may_look_like() {
    let text = |number, text: &str| {
        let mut bytes = Vec::new();
        delimited(number, text.as_bytes(), &mut bytes);
        bytes
    };
    let cases: [(&str, Vec<u8>, bool); 22] = [
        ("nothing", vec![], true),
        ("a text", text(1, "shop"), true),
        ("the last of two texts counts", [text(1, "a"), text(1, "b")].concat(), true),
        ("a text that is not UTF-8", vec![0x0a, 1, 0xff], false),
        ("a text that ends too early", vec![0x0a, 2, b'a'], false),
        ("a text as a number", vec![0x08, 1], false),
        ("a number as a text", vec![0x32, 1, b'a'], false),
        ("a key without a value", vec![0x0a], false),
        ("field 0", vec![0x00, 1], false),
        ("kinds that there are not", vec![0x0e], false),
        ("the highest number of a field", vec![0xf8, 0xff, 0xff, 0xff, 0x0f, 1], true),
        ("a number beyond", vec![0xf8, 0xff, 0xff, 0xff, 0x1f, 1], false),
        ("a key longer than it need be", vec![0x8a, 0x80, 0x00, 1, b'a'], true),
        ("the largest number", [&[0x30][..], &[0xff; 9], &[1]].concat(), true),
        ("a number of 65 bits", [&[0x30][..], &[0xff; 9], &[2]].concat(), false),
        ("a number of eleven bytes", [&[0x30][..], &[0x80; 10], &[0]].concat(), false),
        ("a length beyond any memory", [&[0x0a][..], &[0xff; 9], &[1]].concat(), false),
        ("a message in two parts", [vec![0x12, 3], text(1, "t"), vec![0x12, 3], text(9, "s")].concat(), true),
        ("a message that is longer than the one around it", vec![0x12, 3, 0x0a, 2, b'a', b'b'], false),
        ("eight and four bytes of nobody's", [&[0xf9, 1][..], &[7; 8], &[0xfd, 1], &[7; 4]].concat(), true),
        ("a group of nobody's", groups(31, 1), true),
        ("the end of a group that did not begin", vec![0xfc, 1], false),
    ];
    for (name, bytes, is_message) in cases {
        assert_eq!(read_both!(EvaluateRequest, &bytes), is_message, "{name}");
        read_all_both(&bytes);
    }
}

#[test]
fn nesting_is_bounded() {
    for depth in 90..110 {
        let groups = groups(31, depth);
        assert_eq!(read_both!(EvaluateRequest, &groups), depth < 100, "{depth} groups");
        let (mut inside, mut deeper) = (Vec::new(), Vec::new());
        delimited(2, &groups, &mut inside);
        assert_eq!(read_both!(EvaluateRequest, &inside), depth < 99, "{depth} groups in a message");
        delimited(1, &inside, &mut deeper);
        assert_eq!(
            read_both!(EvaluateStreamRequest, &deeper),
            depth < 98,
            "{depth} groups two messages deep"
        );
        assert_eq!(read_both_batches(&deeper), depth < 98, "{depth} groups two messages deep");
    }
}

/// Numbers that decide what a message is made of; zeros once they run out.
struct Choices<'c>(std::slice::Iter<'c, u8>);

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.next()) % bound
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    fn number(&mut self) -> u64 {
        match self.below(6) {
            0 | 1 => u64::from(self.next() % 4),
            2 => u64::from(self.next()) << self.below(57),
            3 => u64::MAX - u64::from(self.next()),
            4 => u64::from(u32::MAX) + u64::from(self.next()),
            _ => 1 << self.below(64),
        }
    }
}

type Known = BTreeMap<String, DescriptorProto>;

fn known() -> Known {
    let descriptors = FileDescriptorSet::decode(v1::FILE_DESCRIPTOR_SET).unwrap();
    let of_file = |file: prost_types::FileDescriptorProto| {
        let package = file.package().to_owned();
        file.message_type.into_iter().map(move |message| (format!(".{package}.{}", message.name()), message))
    };
    descriptors.file.into_iter().flat_map(of_file).collect()
}

fn message(known: &Known, name: &str, choices: &mut Choices<'_>, depth: u32) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..choices.below(7) {
        let fields = &known[name].field;
        match fields.get(choices.below(fields.len().max(1))) {
            Some(described) if !choices.one_in(12) => field(known, described, choices, depth, &mut out),
            _ => unknown(fields, choices, depth, &mut out),
        }
    }
    out
}

fn field(
    known: &Known,
    described: &FieldDescriptorProto,
    choices: &mut Choices<'_>,
    depth: u32,
    out: &mut Vec<u8>,
) {
    let number = described.number().cast_unsigned();
    match described.r#type() {
        Type::String => {
            let pieces: [&[u8]; 6] =
                [b"a", "é".as_bytes(), "\u{10ffff}".as_bytes(), b"\0", &[b'x'; 130], b"\xff"];
            let count = choices.below(4);
            // The last piece is no text at all.
            let pieces = (0..count).map(|_| pieces[if choices.one_in(40) { 5 } else { choices.below(5) }]);
            delimited(number, &pieces.collect::<Vec<_>>().concat(), out);
        }
        Type::Message if depth < 4 => {
            delimited(number, &message(known, described.type_name(), choices, depth + 1), out);
        }
        Type::Message => delimited(number, &[], out),
        _ => {
            key(number, 0, out);
            varint(choices.number(), out);
        }
    }
}

/// A field that nobody knows, or one that is known, with a value of any kind.
fn unknown(fields: &[FieldDescriptorProto], choices: &mut Choices<'_>, depth: u32, out: &mut Vec<u8>) {
    let known = fields.first().map_or(1, |field| field.number().cast_unsigned());
    let number = [30, 1_000, (1 << 29) - 1, known, 0][if choices.one_in(20) { 4 } else { choices.below(4) }];
    let kind = if choices.one_in(20) { 7 } else { choices.next() % 6 };
    if kind != 3 {
        key(number, kind, out);
    }
    match kind {
        0 => varint(choices.number(), out),
        1 => out.extend([choices.next(); 8]),
        2 => {
            let length = choices.below(5);
            varint(length as u64, out);
            out.extend(std::iter::repeat_n(choices.next(), length));
        }
        3 if choices.one_in(8) => out.extend(groups(number.max(1), 90 + choices.below(12))),
        3 => {
            key(number, 3, out);
            if depth < 4 {
                (0..choices.below(3)).for_each(|_| unknown(fields, choices, depth + 1, out));
            }
            key(if choices.one_in(20) { 29 } else { number }, 4, out);
        }
        5 => out.extend([choices.next(); 4]),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever fields come in whatever order, as often as they like, and whatever then happens to the bytes.
    #[test]
    fn a_view_has_what_prost_has(
        choices in proptest::collection::vec(any::<u8>(), 0..300),
        which in 0..5_usize,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        cut in proptest::option::weighted(0.2, any::<prop::sample::Index>()),
        damaged in any::<bool>(),
    ) {
        let known = known();
        let name = ["EvaluateRequest", "EvaluateStreamRequest", "EvaluateBatchRequest", "Ticket", "Change"][which];
        let mut bytes = message(&known, &format!(".tamis.v1.{name}"), &mut Choices(choices.iter()), 0);
        if damaged && !bytes.is_empty() {
            for (place, byte) in damage {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
        }
        read_all_both(&bytes);
    }

    /// Bytes that were never meant to be a message.
    #[test]
    fn neither_takes_what_the_other_refuses(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        read_all_both(&bytes);
    }
}
