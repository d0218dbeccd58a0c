use proptest::prelude::*;
use proptest::sample::Index;

use super::strategies::document;
use crate::definition::Workflow;
use crate::definition::yaml::{Document, UpdateError, read, update, write};

/// A file as somebody keeps it by hand.
const FILE: &str = "\
# The shop's workflows. Ask Ana before you change them.
account: { id: shop, time_zone: Europe/Warsaw, locale: pl-PL } # since 2024

workflows:
  # Money first.
  - id: refund   # asked for by Bo
    enabled: true
    display_name: 'Refunds'
    all:
      # The customer has to ask.
      - message: { is: [refund, zwrot] } # in two languages
      - source: {is_not: allegro}        # they have a desk of their own
    actions:
      - assign_tag: \"refund\"
      - send_message:
          text: |
            Hello,

            we look into it.
          # format: html

  # Not on Sundays.
  - display_name: Night
    id: night

    actions: [ { assign_tag: late }, { set_status: open } ]
    all: [ { time_of_day: { is: 22:00-06:00 } } ]

  # The rest.

  - {id: rest, display_name: Rest, all: [{source: {is: mail}}], actions: [{assign_tag: rest}]}
# The end.
";

fn document_of(text: &str) -> Document {
    let reading = read(text);
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.value
}

/// What an edit of the file's content makes of its text: parts that go, each with what comes in their place.
#[track_caller]
fn assert_edits(name: &str, change: impl Fn(&mut Document), wanted: &[(&str, &str)]) {
    assert_edits_of(FILE, name, change, wanted);
}

#[track_caller]
fn assert_edits_of(file: &str, name: &str, change: impl Fn(&mut Document), wanted: &[(&str, &str)]) {
    for line_break in ["\n", "\r\n"] {
        let text = file.replace('\n', line_break);
        let mut document = document_of(&text);
        change(&mut document);
        let mut expected = file.to_owned();
        for (old, new) in wanted {
            assert_eq!(expected.matches(old).count(), 1, "{name}: {old}");
            expected = expected.replace(old, new);
        }
        let updated = update(&text, &document).unwrap();
        assert_eq!(updated, expected.replace('\n', line_break), "{name}");
        assert_eq!(update(&updated, &document).unwrap(), updated, "{name}");
    }
}

fn workflow(id: &str) -> Workflow {
    let text = format!(
        "workflows: [{{ id: {id}, display_name: New, all: [{{ new_message: is }}], actions: [{{ assign_tag: x }}] }}]"
    );
    document_of(&text).workflows.remove(0)
}

#[test]
fn what_is_the_same_stays_byte_for_byte() {
    assert_edits("nothing", |_| {}, &[]);
    assert_edits(
        "a scalar in a block",
        |document| document.workflows[0].display_name = "Money back".into(),
        &[("display_name: 'Refunds'", "display_name: Money back")],
    );
    assert_edits(
        "a default that was written out",
        |document| document.workflows[0].enabled = false,
        &[("enabled: true", "enabled: false")],
    );
    assert_edits(
        "fields that were not there, behind those that come before them",
        |document| {
            document.workflows[1].position = Some(7);
            document.workflows[1].stop = true;
            document.workflows[2].stop = true;
        },
        &[
            ("- display_name: Night\n", "- display_name: Night\n    position: 7\n    stop: true\n"),
            ("display_name: Rest,", "display_name: Rest, stop: true,"),
        ],
    );
    assert_edits(
        "a field between braces",
        |document| document.account.as_mut().unwrap().locale = "en".into(),
        &[("locale: pl-PL }", "locale: en }")],
    );
    assert_edits(
        "a phrase, an item cut between brackets, and one added in lines",
        |document| {
            document.workflows[0].all.push(workflow("x").all.remove(0));
            document.workflows[1].actions.remove(0);
            document.workflows[2].actions.push(workflow("x").actions.remove(0));
        },
        &[
            (
                "# they have a desk of their own\n",
                "# they have a desk of their own\n      - new_message: is\n",
            ),
            ("[ { assign_tag: late }, { set_status: open } ]", "[ { set_status: open } ]"),
            ("[{assign_tag: rest}]", "[{assign_tag: rest}, { assign_tag: x }]"),
        ],
    );
    assert_edits(
        "a condition cut with its own comment only",
        |document| drop(document.workflows[0].all.remove(1)),
        &[("      - source: {is_not: allegro}        # they have a desk of their own\n", "")],
    );
}

#[test]
fn workflows_come_go_and_move_with_what_is_said_about_them() {
    assert_edits(
        "the first goes",
        |document| drop(document.workflows.remove(0)),
        &[(&FILE[FILE.find("  # Money").unwrap()..FILE.find("  # Not on").unwrap()], "")],
    );
    assert_edits(
        "the last goes, and what stands apart stays",
        |document| drop(document.workflows.pop()),
        &[(&FILE[FILE.find("  - {id: rest").unwrap()..FILE.find("# The end").unwrap()], "")],
    );
    let new = "  - id: new\n    display_name: New\n    all:\n      - new_message: is\n    actions:\n      - assign_tag: x\n";
    assert_edits(
        "one comes between two",
        |document| document.workflows.insert(1, workflow("new")),
        &[("          # format: html\n", &format!("          # format: html\n\n{new}"))],
    );
    assert_edits(
        "one comes first",
        |document| document.workflows.insert(0, workflow("new")),
        &[("  # Money first.\n", &format!("{new}\n  # Money first.\n"))],
    );
    let night = "  # Not on Sundays.\n  - display_name: Night\n    id: night\n\n    actions: [ { assign_tag: late }, { set_status: open } ]\n    all: [ { time_of_day: { is: 22:00-06:00 } } ]\n";
    assert_edits(
        "one moves and changes",
        |document| {
            document.workflows.swap(0, 1);
            document.workflows[0].display_name = "Late".into();
        },
        &[
            (&format!("          # format: html\n\n{night}"), "          # format: html\n"),
            ("  # Money first.\n", &format!("{}\n  # Money first.\n", night.replace("Night", "Late"))),
        ],
    );
}

#[test]
fn what_looks_like_a_comment_in_a_text_belongs_to_the_text() {
    let text = "\
workflows:
  - id: a
    display_name: |-
      Money
      # back
    description: |-
      for Bo
      # and Ana
    # Who has to ask?
    stop: true # a while
    actions: [ { assign_tag: x } ]
    all:
      - message:
          is:
            - |-
              one
              # two
            - three
      - message:
          is:
            - |-
              # four
      - new_message: is
";
    type Case<'c> = (&'c str, fn(&mut Document), &'c [(&'c str, &'c str)]);
    let cases: [Case<'_>; 4] = [
        (
            "an entry behind a text goes",
            |document| document.workflows[0].description.clear(),
            &[("    description: |-\n      for Bo\n      # and Ana\n", "")],
        ),
        (
            "an entry behind a text and a comment goes with the comment",
            |document| document.workflows[0].stop = false,
            &[("    # Who has to ask?\n    stop: true # a while\n", "")],
        ),
        (
            "an item behind a text goes",
            |document| drop(document.workflows[0].all.pop()),
            &[("      - new_message: is\n", "")],
        ),
        (
            "one comes between a text and an item",
            |document| document.workflows[0].all.insert(2, workflow("x").all.remove(0)),
            &[("              # four\n", "              # four\n      - new_message: is\n")],
        ),
    ];
    for (name, change, wanted) in cases {
        assert_edits_of(text, name, change, wanted);
    }
}

#[test]
fn what_cannot_be_edited_is_refused_with_a_reason() {
    let wanted = document_of("workflows: []\naccount: { id: a, time_zone: UTC, locale: en }");
    for (text, reason) in [
        ("workflows: [", "cannot be read"),
        ("workflows: [{ odd: 1 }]", "cannot be read"),
        (
            "{ \"account\": { \"id\": \"shop\", \"time_zone\": \"UTC\", \"locale\": \"en\" } }",
            "between braces",
        ),
    ] {
        let error = update(text, &wanted).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
    let odd = "? workflows\n: - id: a\n";
    assert_eq!(
        update(odd, &Document { workflows: vec![workflow("b")], account: None }),
        Err(UpdateError::Unsuited)
    );
    // What other parts name cannot be taken away, and what has a name of its own is not taken apart.
    let shared =
        "workflows:\n  - id: a\n    description: &text Something\n  - id: b\n    description: *text # too\n";
    for shared in [shared, &shared.replace("- id: b", "- &b\n    id: b").replace("*text", "Other")] {
        let mut document = document_of(shared);
        document.workflows.remove(0);
        assert_eq!(update(shared, &document), Err(UpdateError::Unsuited), "{shared}");
    }
    let comment = "# Nothing yet.";
    let filled = update(comment, &wanted).unwrap();
    assert!(filled.starts_with("# Nothing yet.\naccount:"), "{filled}");
    assert_eq!(document_of(&filled), wanted);
}

/// A canonical file with a comment above each workflow and one within it.
fn commented(document: &Document) -> String {
    let mut number = 0;
    let text = write(document);
    let lines = text.lines().map(|line| {
        if !line.starts_with("  - id: ") {
            return format!("{line}\n");
        }
        number += 1;
        format!("\n  # above {number}.\n{line} # within {number}.\n")
    });
    lines.collect::<Vec<_>>().concat()
}

/// What becomes of a workflow.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Same,
    Renamed,
    Replaced,
    Removed,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![3 => Just(Fate::Same), 1 => Just(Fate::Renamed), 1 => Just(Fate::Replaced), 1 => Just(Fate::Removed)]
}

proptest! {
    #[test]
    fn any_file_becomes_any_other_and_keeps_what_is_said_about_what_stays(
        mut before in document(),
        other in document(),
        fates in proptest::collection::vec(fate(), 8),
        moves in proptest::collection::vec((any::<Index>(), any::<Index>()), 0..3),
        same_account in any::<bool>(),
    ) {
        for (number, workflow) in before.workflows.iter_mut().enumerate() {
            workflow.id = format!("w{number}");
        }
        let mut after = Document {
            account: if same_account { before.account.clone() } else { other.account },
            workflows: Vec::new(),
        };
        let mut others = other.workflows.into_iter();
        for (workflow, fate) in before.workflows.iter().zip(&fates) {
            let mut workflow = workflow.clone();
            match fate {
                Fate::Same => {}
                Fate::Renamed => workflow.display_name.push('!'),
                Fate::Replaced => workflow = Workflow { id: workflow.id, ..others.next().unwrap_or_default() },
                Fate::Removed => continue,
            }
            after.workflows.push(workflow);
        }
        after.workflows.extend(others.zip(1..).map(|(new, number)| Workflow { id: format!("n{number}"), ..new }));
        for (from, to) in moves {
            if !after.workflows.is_empty() {
                let moved = after.workflows.remove(from.index(after.workflows.len()));
                after.workflows.insert(to.index(after.workflows.len() + 1), moved);
            }
        }
        let text = commented(&before);
        prop_assert_eq!(&read(&text).value, &before, "{}", text);
        let updated = update(&text, &after);
        prop_assert!(updated.is_ok(), "{:?}\n{}\n----\n{}", updated, text, write(&after));
        let updated = updated.unwrap();
        prop_assert_eq!(&read(&updated).value, &after, "{}", updated);
        prop_assert_eq!(update(&updated, &after).unwrap(), updated.as_str());
        for ((workflow, fate), number) in before.workflows.iter().zip(&fates).zip(1..) {
            let count = |comment: String| updated.matches(&comment).count();
            let kept = after.workflows.iter().any(|after| after.id == workflow.id);
            match fate {
                Fate::Same | Fate::Renamed => {
                    prop_assert_eq!(count(format!("  # above {number}.\n")), 1, "{}", updated);
                    prop_assert_eq!(count(format!(" # within {number}.\n")), 1, "{}", updated);
                }
                _ if !kept && !after.workflows.is_empty() => {
                    prop_assert_eq!(count(format!("  # above {number}.\n")), 0, "{}\n{}", text, updated);
                }
                _ => {}
            }
        }
    }
}
