//! `tamis check`: what it finds, and where.

use serde_json::Value;
use tempfile::tempdir;

use crate::support;

/// A workflow that nothing is wrong with; what is put into it stands in line 5.
fn with_condition(condition: &str) -> String {
    format!(
        "workflows:\n  - id: a\n    display_name: A\n    all:\n      - {condition}\n    actions: [{{ assign_tag: t }}]\n"
    )
}

/// The same with an action, in line 6.
fn with_action(action: &str) -> String {
    format!(
        "workflows:\n  - id: a\n    display_name: A\n    all: [{{ new_message: is }}]\n    actions:\n      - {action}\n"
    )
}

/// A finding: its line, its column, and what it says.
type Wanted = (u32, u32, &'static str);

#[test]
fn what_is_wrong_is_told_with_line_and_column() {
    let two = "\
account: { id: shop, time_zone: Mars/Phobos, locale: pl-PL }
workflows:
  - { id: a, display_name: A, all: [{ new_message: is }], actions: [{ assign_tag: t }] }
  - { id: a, display_name: B, all: [{ new_message: is }], actions: [] }
";
    let example = with_condition("subject: { is: parcel }")
        + "    examples:\n      - { must: match, now: 2026-01-01T00:00:00Z, ticket: { id: t }, change: { updated: true } }\n";
    let cases: [(String, &[Wanted]); 14] = [
        ("workflows: [\n".to_owned(), &[(1, 12, "this `[` is not closed")]),
        ("workflow: []\n".to_owned(), &[(1, 1, "`workflow`")]),
        (with_condition("sorce: { is: email }"), &[(5, 9, "`sorce`")]),
        (with_condition("source: { is: [] }"), &[(5, 19, "no value")]),
        (with_condition("subject: { is: [ok, ' '] }"), &[(5, 29, "folds to nothing")]),
        (with_condition("last_customer_reply: { is: { more_than: soon } }"), &[(5, 49, "not a duration")]),
        (with_condition("time_of_day: { is: 25:00-26:00 }"), &[(5, 28, "25:00-26:00")]),
        (with_condition("day_of_week: { is: [monday, caturday] }"), &[(5, 37, "caturday")]),
        (with_condition("new_message: { is: x }"), &[(5, 9, "takes no values")]),
        (with_action("set_status: ''"), &[(6, 21, "status_id")]),
        (with_action("send_message: { text: '{{ custmer_name }}' }"), &[(6, 35, "`custmer_name`")]),
        (with_action("send_telegram: { text: Hello }"), &[(6, 9, "`send_telegram`")]),
        (example, &[(8, 9, "must match")]),
        (two.to_owned(), &[(1, 33, "`Mars/Phobos`"), (4, 11, "the id `a`"), (4, 59, "no action")]),
    ];
    for (file, wanted) in cases {
        let run = support::run(&["check", "--output", "json", "-"], &file).expect_code(1);
        let report: Value = serde_json::from_str(&run.stdout).expect("the report is JSON");
        let findings = report["files"][0]["findings"].as_array().expect("there are findings");
        let found: Vec<(u64, u64, String)> = findings
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().expect("a text").to_owned();
                let number = |key: &str| finding[key].as_u64().expect("a number");
                (number("line"), number("column"), format!("{}: {}", text("field"), text("message")))
            })
            .collect();
        let agree = found.len() == wanted.len()
            && found.iter().zip(wanted).all(|((line, column, message), wanted)| {
                (*line, *column) == (wanted.0.into(), wanted.1.into()) && message.contains(wanted.2)
            });
        assert!(agree, "{file}\nwanted {wanted:?}\nfound {found:#?}");

        // People are told the same.
        let run = support::run(&["check", "-"], &file).expect_code(1);
        for (line, column, message) in &found {
            let place = format!("[standard input:{line}:{column}]");
            assert!(run.stdout.contains(&place), "{place} is not in\n{}", run.stdout);
            let start: String = message.trim_start_matches(": ").chars().take(30).collect();
            assert!(run.stdout.contains(&start), "{start} is not in\n{}", run.stdout);
        }
        let errors = if found.len() == 1 { "1 error".to_owned() } else { format!("{} errors", found.len()) };
        assert!(run.stdout.contains(&errors), "{errors} is not in\n{}", run.stdout);
        assert!(!run.stdout.contains('\u{1b}'), "colours in a pipe");
    }
}

#[test]
fn what_workflows_do_to_each_other_is_told_with_its_place_and_a_change_that_shows_it() {
    let file = "\
account: { id: shop, time_zone: UTC, locale: en }
workflows:
  - id: a
    display_name: A
    all: [{ source: { is: email } }]
    actions: [{ set_status: open }]
  - id: b
    display_name: B
    all: [{ new_message: is }]
    actions: [{ set_status: closed }]
";
    let run = support::run(&["check", "--output", "json", "-"], file).expect_code(0);
    let report: Value = serde_json::from_str(&run.stdout).expect("the report is JSON");
    let finding = &report["files"][0]["findings"][0];
    assert_eq!((&finding["code"], &finding["line"]), (&"writes_conflict".into(), &6.into()), "{report:#}");

    // The example is one that `tamis evaluate` takes, and shows what is said.
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("shop.yaml");
    std::fs::write(&path, file).expect("the file is written");
    let evaluate = ["evaluate", "--workflows", &path.display().to_string(), "--output", "json"];
    let run = support::run(&evaluate, &finding["example"].to_string()).expect_code(0);
    let answer: Value = serde_json::from_str(&run.stdout).expect("the answer is JSON");
    let states: Vec<&Value> = (0..2).map(|place| &answer["matches"][place]["actions"][0]["state"]).collect();
    assert_eq!(states, ["ACTION_STATE_NOT_READY", "ACTION_STATE_READY"], "{answer:#}");

    let text = support::run(&["check", "-"], file).expect_code(0).stdout;
    for piece in ["[standard input:6:", "for example: change.message_received", "ticket.source \"email\""] {
        assert!(text.contains(piece), "{piece} is not in\n{text}");
    }
    assert!(text.ends_with("1 file, 2 workflows, 0 examples: 0 errors, 1 warning\n"), "{text}");
}

#[test]
fn several_files_are_checked_against_one_account() {
    let folder = tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("the file is written");
        path.display().to_string()
    };
    let shop = write(
        "shop.yaml",
        "account: { id: shop, time_zone: Europe/Paris, locale: fr, directory: { sources: [email] } }\n",
    );
    let good = write("good.yaml", &with_condition("source: { is: email }"));
    let odd = write("odd.yaml", &with_condition("source: { is: pigeon }"));
    let bad = write("bad.yaml", &with_condition("source: { is: [] }"));

    let alone = support::run(&["check", &good, &odd], "").expect_code(0);
    assert!(
        alone.stdout.ends_with("2 files, 2 workflows, 0 examples: 0 errors, 0 warnings\n"),
        "{}",
        alone.stdout
    );
    let warned = support::run(&["check", "--account", &shop, &good, &odd], "").expect_code(0);
    assert!(warned.stdout.contains("odd.yaml:5:"), "{}", warned.stdout);
    assert!(
        warned.stdout.ends_with("3 files, 2 workflows, 0 examples: 0 errors, 1 warning\n"),
        "{}",
        warned.stdout
    );
    let failed = support::run(&["check", "--account", &shop, &good, &odd, &bad], "").expect_code(1);
    assert!(failed.stdout.contains("bad.yaml:5:19"), "{}", failed.stdout);
    let wrong_account = support::run(&["check", "--account", &bad, &good], "").expect_code(1);
    assert!(wrong_account.stdout.contains("bad.yaml:5:19"), "{}", wrong_account.stdout);
}

#[test]
fn what_keeps_it_from_running_ends_it_with_exit_code_2() {
    let folder = tempdir().expect("a folder");
    let good = folder.path().join("good.yaml");
    std::fs::write(&good, with_condition("source: { is: email }")).expect("the file is written");
    let good = good.display().to_string();
    let binary = folder.path().join("binary.yaml");
    std::fs::write(&binary, [0xff, 0xfe, 0x00]).expect("the file is written");
    let binary = binary.display().to_string();
    let cases: [(&[&str], &str); 6] = [
        (&["check"], "<FILE>"),
        (&["check", "/nowhere/w.yaml"], "cannot read /nowhere/w.yaml"),
        (&["check", &binary], "cannot read"),
        (&["check", "--account", &good, &good], "states no account"),
        (&["check", "-", "-"], "once only"),
        (&["check", "--output", "xml", &good], "--output"),
    ];
    for (args, wanted) in cases {
        let run = support::run(args, "").expect_code(2);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(run.stderr.contains(wanted), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn everything_that_the_help_shows_is_there() {
    for (args, wanted) in [
        (["--help"].as_slice(), ["Exit codes:", "evaluate"]),
        (&["serve", "--help"], ["TAMIS_LISTEN", "SIGTERM"]),
        (&["apply", "--help"], ["--expected-revision", "--dry-run"]),
        (&["evaluate", "--help"], ["<<'JSON'", "--chain"]),
        (&["explain", "--help"], ["<<'JSON'", "--workflow <ID>"]),
        (&["schema", "--help"], ["yaml-language-server", "tamis schema"]),
        (&["analyze", "--help"], ["--dead-since", "tamis analyze"]),
    ] {
        let run = support::run(args, "").expect_code(0);
        for piece in wanted {
            assert!(run.stdout.contains(piece), "{piece} is not in\n{}", run.stdout);
        }
    }
    let usage = support::run(&["decide"], "").expect_code(2);
    assert!(usage.stderr.contains("'decide'"), "{}", usage.stderr);
}

#[test]
fn a_place_far_along_a_line_is_shown_by_what_stands_next_to_it() {
    let workflow = |id: &str, text: &str| {
        let actions = format!(r#"[{{"send_message":{{"text":"{text}"}}}}]"#);
        format!(r#"{{"id":"{id}","display_name":"A","all":[{{"new_message":"is"}}],"actions":{actions}}}"#)
    };
    // Some 100,000 characters, as a program writes them.
    let good: String = (0..1_000).map(|nth| workflow(&nth.to_string(), "Hello") + ",").collect();
    let long = format!("{{{{ nobody }}}}{}", "é".repeat(5_000));
    for text in ["{{ nobody }}", &long] {
        let file = format!(r#"{{"workflows":[{good}{}]}}"#, workflow("last", text));
        let run = support::run(&["check", "--output", "json", "-"], &file).expect_code(1);
        let report: Value = serde_json::from_str(&run.stdout).expect("the report is JSON");
        let column = &report["files"][0]["findings"][0]["column"];
        let run = support::run(&["check", "-"], &file).expect_code(1);
        for part in [&*format!("[standard input:1:{column}]"), r#""text":"{{ nobody }}"#] {
            assert!(run.stdout.contains(part), "{part} is not in\n{}", run.stdout);
        }
        assert!(run.stdout.lines().all(|line| line.len() < 1_000), "{}", run.stdout);
    }
}
