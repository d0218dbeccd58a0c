//! `tamis evaluate`: the same answer with a server and without one, in the form that is asked for.

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::server::Server;
use crate::support;

const WORKFLOWS: &str = "\
account: { id: shop, display_name: Shop, time_zone: Europe/Warsaw, locale: pl-PL }
workflows:
  - id: refund
    display_name: Refund
    all: [{ message: { is: [rembourse, zwrot] } }]
    actions:
      - assign_tag: refund
      - send_message: { text: 'Bonjour {{ customer_name | default: \"vous\" }}' }
      - set_status: waiting
  - id: waiting
    display_name: Waiting
    all: [{ last_customer_reply: { is: { more_than: 24h } } }]
    actions: [{ send_email: { to: '{{ assigned_agent_email }}', subject: Waiting, text: 'See {{ ticket_url }}' } }]
  - id: trial
    display_name: Trial
    mode: shadow
    all: [{ new_message: is }]
    actions: [{ set_status: seen }]
  - id: hold
    display_name: Hold
    all: [{ tag_assigned: { is: refund } }, { status_set: { is: waiting } }]
    actions: [{ set_status: held }]
  - id: back
    display_name: Back
    all: [{ current_status: { is: held } }]
    actions: [{ assign_tag: refund }, { set_status: waiting }, { assign_agent: anna }]
";

/// A change that the first workflow matches, and the third in shadow.
fn refund() -> Value {
    json!({
        "account_id": "shop",
        "ticket": {"id": "T-1", "subject": "Commande 12"},
        "change": {
            "change_id": "C-1",
            "message_received": {"author": "MESSAGE_AUTHOR_CUSTOMER", "text": "Je veux être REMBOURSÉ"}
        },
        "now": "2026-03-02T09:30:00Z"
    })
}

/// A timer that the second one matches.
fn timer() -> Value {
    json!({
        "accountId": "shop",
        "ticket": {"id": "T-2", "lastCustomerReplyAt": "2026-03-01T09:00:00Z"},
        "change": {"timer": {}},
        "now": "2026-03-02T09:30:00Z",
        "withNextDue": true
    })
}

/// A timer before which a day has not gone by.
fn early_timer() -> Value {
    let mut change = timer();
    change["now"] = json!("2026-03-02T08:59:59Z");
    change
}

fn lines(changes: &[Value]) -> String {
    changes.iter().map(|change| format!("{change}\n")).collect()
}

/// Each line of an output as JSON.
fn read(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// Without what only a server knows: the account's revision, and those of its workflows.
fn without_revisions(mut answers: Vec<Value>) -> Vec<Value> {
    for answer in &mut answers {
        strip(answer);
    }
    answers
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("revision");
            fields.remove("version");
            fields.values_mut().for_each(strip);
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip),
        _ => {}
    }
}

#[test]
fn a_file_without_a_server_answers_as_the_server_does() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, WORKFLOWS).expect("the file is written");
    let file = file.display().to_string();
    let server = Server::start(&folder.path().join("tamis.db"), &["--demo"]);
    support::run(&["apply", &file, "--server", &server.address], "").expect_code(0);
    let demo_file = folder.path().join("demo.yaml").display().to_string();
    let export = ["export", "--account", "demo", "--server", &server.address, "-o", &demo_file];
    support::run(&export, "").expect_code(0);

    let mut nonsense = refund();
    nonsense["ticket"]["id"] = json!("");
    nonsense["change"] = json!({"timer": {}, "updated": {}});
    let shop = [refund(), timer(), nonsense, early_timer(), json!({"tickets": 1})];
    let demo: Vec<Value> = [refund(), timer(), early_timer()]
        .into_iter()
        .map(|mut change| {
            change.as_object_mut().expect("a change is an object").remove("accountId");
            change["account_id"] = json!("demo");
            change
        })
        .collect();
    for (changes, file, code) in [(shop.as_slice(), &file, 1), (&demo, &demo_file, 0)] {
        for command in [&["evaluate"][..], &["explain"], &["evaluate", "--chain"]] {
            let ask =
                |args: [&str; 2]| support::run(&[command, &args].concat(), &lines(changes)).expect_code(code);
            let online = ask(["--server", &server.address]);
            let offline = ask(["--workflows", file]);
            let (online_answers, offline_answers) = (read(&online.stdout), read(&offline.stdout));
            assert_eq!(online_answers.len(), changes.len());
            assert_eq!(without_revisions(online_answers), without_revisions(offline_answers));
            assert_eq!(online.stderr, offline.stderr);
        }
    }
}

#[test]
fn answers_are_the_json_of_proto3_one_a_line() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, WORKFLOWS).expect("the file is written");
    let file = file.display().to_string();
    let pretty = format!("{:#}\n{:#}", refund(), timer());
    let run = support::run(&["evaluate", "--workflows", &file], &pretty).expect_code(0);
    let answers = read(&run.stdout);
    assert_eq!(answers.len(), 2);
    let [refund, timer] = answers.as_slice() else { panic!("{answers:#?}") };
    assert_eq!(refund["matches"][0]["workflow_id"], "refund");
    assert_eq!(
        refund["matches"][0]["phrases"],
        json!([{"field": "all[0].message.phrases[0]", "phrase": "rembourse"}])
    );
    assert_eq!(refund["matches"][0]["actions"][1]["send_message"]["text"], "Bonjour vous");
    assert_eq!(refund["matches"][0]["actions"][1]["missing_variables"], json!(["customer_name"]));
    assert_eq!(refund["shadow_matches"][0]["actions"][0]["reason"], "NOT_READY_REASON_SHADOW");
    assert_eq!(timer["matches"][0]["workflow_id"], "waiting");
}

#[test]
fn the_table_says_what_is_to_be_done() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, WORKFLOWS).expect("the file is written");
    let file = file.display().to_string();
    let mut rude = refund();
    rude["ticket"]["customer_name"] = json!("\u{1b}[2JEve");
    let cases: [(Value, &[&str]); 3] = [
        (
            refund(),
            &[
                "at 2026-03-02T09:30:00Z: 1 workflow matches",
                "1. Refund (refund, version 0)",
                "phrase \"rembourse\" at all[0].message.phrases[0]",
                "READY            assign_tag          refund",
                "READY            send_message        Bonjour vous",
                "without a value: customer_name",
                "in shadow: 1 workflow matches",
                "SHADOW           set_status          seen",
            ],
        ),
        (rude, &["Bonjour \\u{1b}[2JEve"]),
        (early_timer(), &["nothing matches", "next due: 2026-03-02T09:00:00.000000001Z"]),
    ];
    for (change, wanted) in cases {
        let args = ["evaluate", "--workflows", &file, "--output", "table"];
        let run = support::run(&args, &change.to_string()).expect_code(0);
        for piece in wanted {
            assert!(run.stdout.contains(piece), "{piece:?} is not in\n{}", run.stdout);
        }
        assert!(!run.stdout.contains('\u{1b}'), "a control character got through:\n{}", run.stdout);
    }
}

const LOOP: &str = "\
account: { id: shop, display_name: Shop, time_zone: Europe/Warsaw, locale: pl-PL }
workflows:
  - id: refund
    display_name: Refund
    all: [{ new_message: is }]
    actions: [{ assign_tag: refund }, { set_status: waiting }]
  - id: hold
    display_name: Hold
    all: [{ status_set: { is: waiting } }]
    actions: [{ set_status: held }]
  - id: back
    display_name: Back
    all: [{ current_status: { is: held } }]
    actions: [{ set_status: waiting }, { assign_agent: anna }]
  - id: trial
    display_name: Trial
    mode: shadow
    all: [{ tag_assigned: { is: refund } }]
    actions: [{ set_status: seen }]
";

#[test]
fn the_table_tells_the_rounds_of_a_chain_apart() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, LOOP).expect("the file is written");
    let file = file.display().to_string();
    let ask = |args: &[&str], change: &Value| {
        let mut all = vec!["evaluate", "--workflows", &file, "--output", "table"];
        all.extend(args);
        support::run(&all, &change.to_string()).expect_code(0).stdout
    };
    let told = ask(&["--chain"], &refund());
    let keyless: Vec<&str> =
        told.lines().filter(|line| !line.trim().is_empty() && !line.contains("fire key")).collect();
    assert_eq!(
        keyless,
        [
            "revision 0 at 2026-03-02T09:30:00Z: 1 workflow matches",
            "1. Refund (refund, version 0)",
            "   READY            assign_tag          refund",
            "   READY            set_status          waiting",
            "round 2, tag refund assigned, status waiting set: 1 workflow matches",
            "1. Hold (hold, version 0)",
            "   READY            set_status          held",
            "in shadow: 1 workflow matches",
            "1. Trial (trial, version 0)",
            "   SHADOW           set_status          seen",
            "round 3, status held set: 1 workflow matches",
            "1. Back (back, version 0)",
            "   READY            set_status          waiting",
            "   READY            assign_agent        anna",
            "round 4, status waiting set, agent assigned: nothing matches",
            "   not again: hold",
            "chain: cut, as workflows that had matched would have matched again",
        ]
    );
    assert!(!ask(&[], &refund()).contains("round 2"));
    let mut asked = refund();
    asked["with_chaining"] = json!(true);
    assert_eq!(ask(&[], &asked), told);
    assert!(ask(&["--chain"], &timer()).ends_with("\n\nchain: nothing else follows\n"));
}

#[test]
fn every_field_that_is_wrong_is_told() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, WORKFLOWS).expect("the file is written");
    let file = file.display().to_string();
    let cases: [(&str, &[&str]); 7] = [
        ("{\"account_id\": \"shop\"}", &["INVALID_REQUEST", "\n  ticket", "\n  change"]),
        (
            r#"{"account_id": "shop", "ticket": {"id": "", "tags": ["a", ""]}, "change": {"timer": {}, "updated": {}}}"#,
            &["\n  ticket.id: ", "\n  ticket.tags[1]: ", "\n  change"],
        ),
        (
            r#"{"account_id": "other", "ticket": {"id": "1"}, "change": {"timer": {}}}"#,
            &["there is no account `other`", "ACCOUNT_NOT_FOUND"],
        ),
        ("{\n  \"ticket\": {\"identity\": 1}\n}", &["line 2, column ", "unknown field `identity`"]),
        ("{\"ticket\": {\"state\": \"ajar\"}}", &["line 1, column ", "unknown variant `ajar`"]),
        ("{\"now\": \"yesterday\"}", &["line 1, column "]),
        ("{]", &["line 1, column 2"]),
    ];
    for (change, wanted) in cases {
        let run = support::run(&["evaluate", "--workflows", &file], change).expect_code(1);
        for piece in wanted {
            assert!(run.stderr.contains(piece), "{change}: {piece:?} is not in\n{}", run.stderr);
        }
        let answers = read(&run.stdout);
        assert!(
            matches!(answers.as_slice(), [answer] if answer["error"]["message"].is_string()),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn an_account_on_the_command_line_takes_the_place_of_the_changes_own() {
    let folder = tempdir().expect("a folder");
    let (_, workflows) = WORKFLOWS.split_once('\n').expect("the file has lines");
    let bare = folder.path().join("bare.yaml");
    std::fs::write(&bare, workflows).expect("the file is written");
    let bare = bare.display().to_string();
    let mut nameless = refund();
    nameless.as_object_mut().expect("a change is an object").remove("account_id");
    let key = |args: &[&str], change: &Value| {
        let mut all = vec!["evaluate", "--workflows", &bare];
        all.extend(args);
        let run = support::run(&all, &change.to_string()).expect_code(0);
        read(&run.stdout)[0]["matches"][0]["fire_key"].clone()
    };
    let shop = key(&[], &refund());
    assert_eq!(key(&["--account", "shop"], &nameless), shop, "the key is made of the account's id");
    assert_ne!(key(&["--account", "other"], &refund()), shop);
    key(&[], &nameless);

    let stated = folder.path().join("stated.yaml");
    std::fs::write(&stated, WORKFLOWS).expect("the file is written");
    let stated = stated.display().to_string();
    let args = ["evaluate", "--workflows", &stated, "--account", "other"];
    let other = support::run(&args, &refund().to_string()).expect_code(1);
    assert!(other.stderr.contains("there is no account `other`"), "{}", other.stderr);
}

#[test]
fn what_keeps_it_from_running_ends_it_with_exit_code_2() {
    let cases: [(&[&str], &str, &str); 4] = [
        (&["evaluate", "--workflows", "-"], "{}", "both"),
        (&["evaluate", "--workflows", "/nowhere/w.yaml"], "{}", "/nowhere/w.yaml"),
        (&["evaluate", "/nowhere/change.json"], "", "/nowhere/change.json"),
        (&["evaluate"], " \n", "holds no change"),
    ];
    for (args, stdin, wanted) in cases {
        let run = support::run(args, stdin).expect_code(2);
        assert!(run.stderr.contains(wanted), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn workflows_with_errors_are_told_with_their_place() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, WORKFLOWS.replace("[rembourse, zwrot]", "[]")).expect("the file is written");
    let run = support::run(&["evaluate", "--workflows", &file.display().to_string()], "{}").expect_code(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("shop.yaml:5:"), "{}", run.stderr);
}
