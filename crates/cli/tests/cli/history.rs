//! `tamis history` and `tamis rollback`: what was, and how it comes back.

use serde_json::Value;

use crate::apply::{Desk, SHOP};

/// The shop after three writes: made, with another workflow changed, and with one removed.
fn shop() -> Desk {
    let desk = Desk::open(&[]);
    let changed = SHOP.replace("assign_tag: happy", "assign_tag: glad").replace("pl-PL", "en-GB");
    let (removed, _) = changed.split_once("  - id: night").expect("there is a second workflow");
    for (text, actor) in [(SHOP, "ana"), (&changed, "bo"), (removed, "cy")] {
        let file = desk.file("shop.yaml", text);
        desk.apply(&file, &["--actor", actor]).expect_code(0);
    }
    desk
}

#[test]
fn revisions_are_listed_shown_and_compared() {
    let desk = shop();
    let listed = desk.run(&["history", "list", "--account", "shop"]).expect_code(0).stdout;
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    for (line, wanted) in lines.iter().zip([
        "ImportWorkflows  cy  deleted night",
        "ImportWorkflows  bo  account written; put thanks",
        "ImportWorkflows  ana  account written; put thanks, night",
    ]) {
        assert!(line.ends_with(wanted), "{line}");
    }
    let shown =
        |revision: &str| desk.run(&["history", "show", revision, "--account", "shop"]).expect_code(0).stdout;
    assert_eq!(shown("3"), desk.export("shop"));
    assert!(shown("1").contains("id: night") && shown("1").contains("tag: happy"), "{}", shown("1"));

    let diff = |args: &[&str], code: i32| {
        let mut all = vec!["history", "diff", "--account", "shop"];
        all.extend(args);
        desk.run(&all).expect_code(code).stdout
    };
    let told = diff(&["1"], 0);
    for wanted in [
        "account\n",
        "  -locale: pl-PL\n  +locale: en-GB\n",
        "thanks (Thanks): changed\n",
        "  -  - assign_tag: happy\n  +  - assign_tag: glad\n",
        "night (Night): removed\n",
        "  -id: night\n",
        "shop, from revision 1 to 3: account changed, 1 changed, 1 removed\n",
    ] {
        assert!(told.contains(wanted), "{wanted:?} is not in\n{told}");
    }
    assert!(!told.contains('\u{1b}'), "no colours where nobody sees them: {told:?}");
    assert!(diff(&["3", "1"], 0).contains("night (Night): created, at place 2\n"));
    assert_eq!(diff(&["2", "2", "--exit-code"], 0), "shop, from revision 2 to 2: no changes\n");
    diff(&["2", "--exit-code"], 3);
    let json: Value = serde_json::from_str(&diff(&["2", "--output", "json"], 0)).expect("it is JSON");
    assert_eq!((&json["from_revision"], &json["to_revision"]), (&2.into(), &3.into()));
    assert_eq!(json["counts"]["removed"], 1);
    assert_eq!(json["account_diff"], Value::Null);
    assert_eq!(json["workflows"][0]["workflow_id"], "night");
    assert_eq!(json["workflows"][0]["change"], "removed");

    let never = desk.run(&["history", "show", "4", "--account", "shop"]).expect_code(1).stderr;
    assert!(never.contains("REVISION_NOT_FOUND"), "{never}");
    desk.run(&["history", "show", "0", "--account", "shop"]).expect_code(2);
}

#[test]
fn a_rollback_writes_what_was_as_a_new_revision() {
    let desk = shop();
    let rollback = |args: &[&str], code: i32| {
        let mut all = vec!["rollback", "--account", "shop"];
        all.extend(args);
        desk.run(&all).expect_code(code)
    };
    let dry = rollback(&["--to", "1", "--dry-run"], 0).stdout;
    assert_eq!(dry, "would be 1 created, 1 updated, 0 unchanged, 0 deleted; revision 3\n");
    let stale = rollback(&["--to", "1", "--expected-revision", "2"], 1).stderr;
    assert!(stale.contains("REVISION_MISMATCH"), "{stale}");
    let done = rollback(&["--to", "1", "--expected-revision", "3", "--actor", "dee"], 0).stdout;
    assert_eq!(done, "1 created, 1 updated, 0 unchanged, 0 deleted; revision 4\n");
    let first = desk.run(&["history", "show", "1", "--account", "shop"]).expect_code(0).stdout;
    assert_eq!(desk.export("shop"), first);
    let listed = desk.run(&["history", "list", "--account", "shop", "--limit", "1"]).expect_code(0).stdout;
    assert!(listed.contains("RollbackWorkflows  dee  account written; put thanks, night"), "{listed}");
    assert_eq!(
        rollback(&["--to", "4"], 0).stdout,
        "0 created, 0 updated, 2 unchanged, 0 deleted; revision 4\n"
    );
    let missing = rollback(&["--to", "9"], 1).stderr;
    assert!(missing.contains("REVISION_NOT_FOUND"), "{missing}");
    rollback(&[], 2);
}
