use proptest::prelude::*;

use super::strategies::{document, text};
use super::{EXAMPLE, strategies};
use crate::definition::Workflow;
use crate::definition::yaml::{Document, read, read_request, write};

/// Something that stands in YAML for more than itself.
const SIGNS: [&str; 24] = [
    "\n", "  ", "\t", ":", ": ", "- ", "-", "#", "\"", "'", "[", "]", "{", "}", ",", "&a ", "*a", "!", "|",
    ">", "%", "\u{0}", "é", "null",
];

proptest! {
    #[test]
    fn what_is_written_reads_the_same(document in document()) {
        let text = write(&document);
        let reading = read(&text);
        prop_assert_eq!(&reading.diagnostics, &[], "{}", text);
        prop_assert_eq!(&reading.value, &document, "{}", text);
        prop_assert_eq!(write(&reading.value), text);
    }

    #[test]
    fn every_text_survives(description in text()) {
        let workflows = vec![Workflow { description, ..Workflow::default() }];
        let document = Document { account: None, workflows };
        let text = write(&document);
        prop_assert_eq!(read(&text).value, document, "{}", text);
    }

    #[test]
    fn reading_never_panics_and_every_fault_has_a_place(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..12_usize, 0..SIGNS.len()), 1..6),
    ) {
        let mut text = EXAMPLE.to_owned();
        for (index, removed, sign) in edits {
            let start = text.floor_char_boundary(index.index(text.len()));
            let end = text.floor_char_boundary((start + removed).min(text.len()));
            text.replace_range(start..end.max(start), SIGNS[sign]);
        }
        let reading = read(&text);
        for finding in &reading.diagnostics {
            prop_assert!(reading.locations.of(&finding.path).is_some(), "{:?}", finding);
        }
        read_request(&text);
    }

    #[test]
    fn any_text_can_be_read(text in any::<String>(), odd in strategies::text()) {
        read(&text);
        read_request(&text);
        read(&odd);
        read_request(&odd);
    }
}
