//! `tamis plan`: what it tells is what `tamis apply` does.

use std::fmt::Write as _;

use serde_json::Value;

use crate::apply::{Desk, SHOP};
use crate::support::{self, Run};

/// A workflow by its id, its tag and perhaps its position.
type Row = (&'static str, &'static str, Option<u32>);

/// A file of workflows.
fn file(workflows: &[Row]) -> String {
    let mut text = "account: { id: shop, time_zone: Europe/Warsaw, locale: pl-PL }\n".to_owned();
    text.push_str(if workflows.is_empty() { "workflows: []\n" } else { "workflows:\n" });
    for (id, tag, position) in workflows {
        let position = position.map(|position| format!("position: {position}, ")).unwrap_or_default();
        writeln!(
            text,
            "  - {{ id: {id}, display_name: {id}, {position}all: [{{ source: {{ is: mail }} }}], \
             actions: [{{ assign_tag: {tag} }}] }}"
        )
        .expect("a string takes everything");
    }
    text
}

fn plan(desk: &Desk, text: &str, args: &[&str]) -> Run {
    let file = desk.file("plan.yaml", text).display().to_string();
    let mut all = vec!["plan", &file];
    all.extend(args);
    desk.run(&all)
}

#[test]
fn a_plan_is_told_as_a_reviewer_reads_it_and_ends_with_the_command_that_does_it() {
    let desk = Desk::open(&[]);
    let none = plan(&desk, SHOP, &["--exit-code"]).expect_code(3).stdout;
    for wanted in [
        "  +time_zone: Europe/Warsaw\n",
        "thanks (Thanks): created, at place 1\n",
        "  +  - assign_tag: happy\n",
        "shop, for a new account: account changed, 2 created\n",
    ] {
        assert!(none.contains(wanted), "{wanted:?} is not in\n{none}");
    }
    assert!(!none.contains("--expected-revision"), "{none}");
    assert!(desk.run(&["export", "--account", "shop"]).code == 1, "nothing is written");
    let made = desk.file("shop.yaml", &file(&[("a", "x", None), ("b", "x", None), ("c", "x", None)]));
    desk.apply(&made, &[]).expect_code(0);

    let same = plan(&desk, &file(&[("a", "x", None), ("b", "x", None), ("c", "x", None)]), &["--exit-code"]);
    assert_eq!(same.expect_code(0).stdout, "shop, against revision 1: no changes\n");
    let next = file(&[("c", "x", Some(1)), ("a", "late", Some(1_000)), ("new", "x", None)]);
    let told = plan(&desk, &next, &[]).expect_code(0).stdout;
    for wanted in [
        "c (c): same, moved from place 3 to 1\n\n",
        "a (a): changed\n",
        "  -  - assign_tag: x\n  +  - assign_tag: late\n",
        "new (new): created, at place 3\n",
        "b (b): removed\n",
        "shop, against revision 1: 1 created, 1 changed, 1 moved, 1 removed\n",
    ] {
        assert!(told.contains(wanted), "{wanted:?} is not in\n{told}");
    }
    let command = told.lines().last().expect("there is a last line");
    assert!(
        command.ends_with(&format!("--expected-revision 1 --server {}", desk.server.address)),
        "{command}"
    );
    let words: Vec<&str> = command.split(' ').collect();
    assert_eq!(words[0], "tamis");
    let applied = support::run(&words[1..], "").expect_code(0).stdout;
    assert_eq!(applied, "1 created, 2 updated, 0 unchanged, 1 deleted; revision 2\n");
    let again = support::run(&words[1..], "").expect_code(1).stderr;
    assert!(again.contains("REVISION_MISMATCH"), "{again}");
    assert!(plan(&desk, &next, &["--exit-code"]).expect_code(0).stdout.ends_with("no changes\n"));
}

#[test]
fn a_plan_counts_what_apply_then_writes() {
    let desk = Desk::open(&[]);
    let steps: [(&[Row], bool); 10] = [
        (&[("a", "x", None), ("b", "x", None), ("c", "x", None), ("d", "x", None)], false),
        (&[("d", "x", None), ("a", "x", None), ("b", "x", None), ("c", "x", None)], false),
        (&[("c", "y", None)], true),
        (&[("e", "x", None), ("a", "x", Some(9_000))], true),
        (&[("a", "x", None), ("b", "x", None), ("e", "y", None)], false),
        (&[("b", "x", None), ("a", "x", None)], true),
        (&[("b", "x", Some(7)), ("a", "x", Some(7)), ("e", "y", Some(7))], false),
        (&[("e", "y", Some(6)), ("b", "z", Some(7)), ("a", "x", Some(7))], false),
        (&[("a", "x", Some(1)), ("b", "z", Some(2)), ("e", "y", Some(3)), ("f", "x", None)], false),
        (&[], false),
    ];
    for (workflows, merge) in steps {
        let text = file(workflows);
        let args: &[&str] = if merge { &["--merge"] } else { &[] };
        let mut json = vec!["--output", "json"];
        json.extend(args);
        let planned = plan(&desk, &text, &json).expect_code(0).stdout;
        let planned: Value = serde_json::from_str(&planned).expect("it is JSON");
        let count = |name: &str| planned["counts"][name].as_u64().expect("a count");
        let updated = count("changed") + count("moved") + count("renumbered");
        let applied = desk.apply(&desk.file("plan.yaml", &text), args).expect_code(0).stdout;
        let wanted = [count("created"), updated, count("removed")];
        let wanted = format!("{} created, {} updated, ", wanted[0], wanted[1])
            + &if merge {
                String::new()
            } else {
                format!("{} unchanged, {} deleted; ", count("unchanged"), wanted[2])
            };
        assert!(applied.starts_with(&wanted), "{workflows:?}: {planned:#}\n{applied}");
        assert_eq!(planned["apply"] == Value::Null, updated + count("created") + count("removed") == 0);
        assert!(plan(&desk, &text, args).stdout.ends_with("no changes\n"), "{workflows:?}");
    }
}

#[test]
fn a_plan_tells_new_warnings_only_and_refuses_what_apply_would() {
    let desk = Desk::open(&[]);
    let directory = "account: { id: shop, time_zone: UTC, locale: en, directory: { tags: [known] } }\n";
    let rest = |text: &str| text.split_once('\n').expect("the file has lines").1.to_owned();
    let old = directory.to_owned() + &rest(&file(&[("a", "odd", None)]));
    desk.apply(&desk.file("shop.yaml", &old), &[]).expect_code(0);
    let new = directory.to_owned() + &rest(&file(&[("a", "odd", None), ("b", "strange", None)]));
    let told = plan(&desk, &new, &[]).expect_code(0);
    assert_eq!(told.stdout.matches("new warning: ").count(), 1, "{}", told.stdout);
    assert!(told.stdout.contains("new warning: b.actions[0].assign_tag.tag_id: "), "{}", told.stdout);
    assert_eq!(told.stderr, "");

    let broken = plan(&desk, &new.replace("is: mail", "is: []"), &[]).expect_code(1);
    assert!(
        broken.stderr.contains("plan.yaml:3:") && broken.stderr.contains("nothing was sent"),
        "{}",
        broken.stderr
    );
    plan(&desk, SHOP, &["--account", "other"]).expect_code(2);
}
