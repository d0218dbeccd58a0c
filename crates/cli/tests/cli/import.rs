//! `tamis import`: what becomes of rules of other helpdesks, what is told of them, and what they then decide.

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support;

/// An export, with the workflows and the report that are to come of it.
struct Golden {
    helpdesk: &'static str,
    export: &'static str,
    yaml: &'static str,
    report: &'static str,
}

const GOLDEN: [Golden; 3] = [
    Golden {
        helpdesk: "zendesk",
        export: include_str!("import/zendesk.json"),
        yaml: include_str!("import/zendesk.yaml"),
        report: include_str!("import/zendesk.txt"),
    },
    Golden {
        helpdesk: "chatwoot",
        export: include_str!("import/chatwoot.json"),
        yaml: include_str!("import/chatwoot.yaml"),
        report: include_str!("import/chatwoot.txt"),
    },
    Golden {
        helpdesk: "zammad",
        export: include_str!("import/zammad.json"),
        yaml: include_str!("import/zammad.yaml"),
        report: include_str!("import/zammad.txt"),
    },
];

#[test]
fn every_part_of_an_export_becomes_something_or_is_told() {
    for Golden { helpdesk, export, yaml, report } in GOLDEN {
        for from in [["--from", helpdesk].as_slice(), &[]] {
            let args: Vec<&str> = ["import", "-"].iter().chain(from).copied().collect();
            let run = support::run(&args, export).expect_code(1);
            assert_eq!(run.stdout, yaml, "{helpdesk}");
            assert_eq!(run.stderr, report, "{helpdesk}");
        }
        let checked = support::run(&["check", "-"], yaml).expect_code(0);
        // A rule may have no guard against sending again, there as here; nothing else is to be said of what it became.
        let warnings = checked.stdout.lines().filter(|line| line.starts_with("warning["));
        let others: Vec<&str> = warnings.filter(|line| *line != "warning[reply_without_guard]").collect();
        assert!(others.is_empty(), "{}", checked.stdout);
    }
}

/// A change, and the workflows that match it.
type Decision = (&'static str, Value, &'static [&'static str]);

fn message(text: &str) -> Value {
    json!({"message_received": {"author": "MESSAGE_AUTHOR_CUSTOMER", "text": text}, "change_id": "C"})
}

fn created(by_message: &str) -> Value {
    let mut change = message(by_message);
    change["ticket_created"] = json!({"by": "TICKET_CREATOR_CUSTOMER_MESSAGE"});
    change
}

fn request(ticket: Value, change: Value) -> Value {
    json!({"ticket": ticket, "change": change, "now": "2026-03-05T09:30:00Z"})
}

fn decisions() -> [Decision; 16] {
    let open = |subject: &str| json!({"id": "T", "current_status": "open", "subject": subject});
    let titled = |title: &str, email: &str, inbox: &str| json!({"id": "T", "current_status": "1", "subject": title, "customer_email": email, "inbox": inbox});
    let waiting = |status: &str, created: &str| json!({"id": "T", "current_status": status, "created_at": created, "last_customer_reply_at": "2026-03-02T09:00:00Z"});
    let timer = || json!({"timer": {}});
    let mail =
        json!({"id": "T", "source": "mail", "inbox_groups": {"ids": ["42"]}, "current_status": "closed"});
    let phone = json!({"id": "T", "source": "phone", "current_status": "4"});
    [
        // Creations only, of the channel and the group.
        ("zendesk", request(mail.clone(), created("Hello")), &["trigger-360001"]),
        ("zendesk", request(mail, message("Hello")), &[]),
        // One of the words, as a word, in the subject; or the text in the message.
        ("zendesk", request(open("A refund, please"), message("?")), &["trigger-360002"]),
        ("zendesk", request(open("Refunding"), message("?")), &[]),
        ("zendesk", request(open("?"), message("I want my MONEY BACK!")), &["trigger-360002"]),
        // Hours since: the third hour after three days, and no other.
        ("zendesk", request(waiting("pending", "2026-03-02T09:00:00Z"), timer()), &["automation-480001"]),
        ("zendesk", request(waiting("pending", "2026-03-02T08:00:00Z"), timer()), &[]),
        // A disabled one does not match, although what is left of its conditions holds.
        ("zendesk", request(waiting("solved", "2026-03-02T08:00:00Z"), timer()), &[]),
        ("chatwoot", request(json!({"id": "T", "inbox": "3"}), message("A ZWROT?")), &["rule-1"]),
        ("chatwoot", request(json!({"id": "T", "inbox": "5"}), message("A ZWROT?")), &[]),
        // `and` binds closer than `or`.
        (
            "chatwoot",
            request(
                json!({"id": "T", "customer_name": "Zofia Nowak", "customer_email": "z@small.example"}),
                created("?"),
            ),
            &["rule-2-2"],
        ),
        (
            "chatwoot",
            request(
                json!({"id": "T", "subject": "An offer", "customer_email": "z@small.example"}),
                created("?"),
            ),
            &[],
        ),
        ("zammad", request(phone, message("?")), &["trigger-2"]),
        ("zammad", request(titled("Reklamacja 12", "z@mail.example", "7"), message("?")), &["trigger-5-3"]),
        ("zammad", request(titled("My complaint", "a@shop.example", "7"), message("?")), &[]),
        ("zammad", request(waiting("2", "2026-03-02T08:00:00Z"), timer()), &["trigger-7"]),
    ]
}

#[test]
fn the_workflows_decide_as_the_rules_did() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("workflows.yaml").display().to_string();
    for (helpdesk, change, wanted) in decisions() {
        let golden = GOLDEN.into_iter().find(|golden| golden.helpdesk == helpdesk).expect("it is there");
        std::fs::write(&file, golden.yaml).expect("the file is written");
        let args = ["evaluate", "--workflows", &file, "--output", "json"];
        let run = support::run(&args, &change.to_string()).expect_code(0);
        let answer: Value = serde_json::from_str(&run.stdout).expect("the answer is JSON");
        let matches = answer["matches"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found: Vec<&str> =
            matches.iter().map(|found| found["workflow_id"].as_str().expect("an id")).collect();
        assert_eq!(found, wanted, "{helpdesk}: {change}");
    }
}

#[test]
fn rules_with_an_equal_end_it_with_exit_code_0() {
    let folder = tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (yaml, report) = (path("workflows.yaml"), path("report.json"));
    let trigger = json!([{
        "id": 1,
        "title": "Solved",
        "conditions": {"all": [{"field": "status", "operator": "value", "value": "solved"}]},
        "actions": [{"field": "current_tags", "value": "done"}]
    }]);
    let args =
        ["import", "-", "--account", "shop", "-o", &yaml, "--report", "json", "--report-file", &report];
    let run = support::run(&args, &trigger.to_string()).expect_code(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let written = std::fs::read_to_string(&yaml).expect("the workflows are written");
    assert!(written.starts_with("account:\n  id: shop\n  time_zone: UTC\n  locale: en\n"), "{written}");
    let told = std::fs::read_to_string(&report).expect("the report is written");
    let told: Value = serde_json::from_str(&told).expect("it is JSON");
    assert_eq!(told["from"], "zendesk");
    let counts =
        json!({"rules": 1, "workflows": 1, "disabled": 0, "exact": 2, "approximate": 0, "not_translated": 0});
    assert_eq!(told["counts"], counts);
    assert_eq!(told["rules"][0]["workflows"], json!([{"id": "trigger-1", "enabled": true}]));
    assert_eq!(
        told["rules"][0]["entries"][0],
        json!({
            "part": "condition",
            "field": "conditions.all[0]",
            "source": "status value solved",
            "outcome": "exact",
            "becomes": ["status_set"],
            "detail": "",
            "help": ""
        })
    );
    support::run(&["check", &yaml], "").expect_code(0);
}

/// A trigger of Zendesk with one condition and one action.
fn trigger(condition: Value, action: Value) -> String {
    json!({"trigger": {"id": 1, "title": "T", "conditions": {"all": [condition], "any": []}, "actions": [action]}})
        .to_string()
}

/// A trigger of Zammad with one condition.
fn zammad(condition: Value) -> String {
    json!({"id": 1, "name": "T", "condition": condition, "perform": {"ticket.state_id": {"value": "2"}}})
        .to_string()
}

#[test]
fn what_is_odd_in_a_rule_is_told() {
    let status = || json!({"field": "status", "operator": "is", "value": "open"});
    let tag = || json!({"field": "current_tags", "value": "a"});
    let mail = |body: &str| json!({"field": "notification_user", "value": ["requester_id", "S", body]});
    let or = |title: &str| {
        let choice = |prefix: &str| json!({"name": "ticket.title", "operator": "contains", "value": format!("{prefix}{title}")});
        json!({"operator": "OR", "conditions": [choice("a"), choice("b"), choice("c")]})
    };
    let ors = json!({"operator": "AND", "conditions": [or("1"), or("2"), or("3")]});
    let deep = (0..50).fold(or("1"), |inner, _| json!({"operator": "NOT", "conditions": [inner]}));
    let long = "x".repeat(70_000);
    let title = json!([{"title": "\u{1b}[2J".to_owned() + &long, "description": long, "conditions": {"all": [status()]}, "actions": [tag()]}]);
    let mut two = json!([{"title": "A", "id": 1, "conditions": {"all": [status()]}, "actions": [tag()]}]);
    let again = two[0].clone();
    two.as_array_mut().expect("a list").push(again);
    let cases: [(String, i32, &str); 22] = [
        (
            trigger(json!({"field": "status", "operator": "like", "value": "open"}), tag()),
            1,
            "the operator `like`",
        ),
        (
            trigger(json!({"field": "status", "operator": "less_than", "value": "new"}), tag()),
            1,
            "no workflow",
        ),
        (trigger(json!({"field": "status", "operator": "is", "value": ["open", {}]}), tag()), 1, "absent"),
        (trigger(json!({"field": "via_id", "operator": "is", "value": 999}), tag()), 0, "its number stands"),
        (
            trigger(json!({"field": "NEW", "operator": "greater_than", "value": "soon"}), tag()),
            1,
            "a whole number",
        ),
        (trigger(json!({"field": "NEW", "operator": "less_than", "value": 0}), tag()), 1, "would be refused"),
        (trigger(json!({"field": "moon_phase", "value": "full"}), tag()), 1, "no condition is about it"),
        (
            trigger(json!({"field": "status", "operator": "is", "value": "open", "x": 1}), tag()),
            1,
            "field is not known",
        ),
        (trigger(status(), json!({"field": "sing", "value": "a song"})), 1, "no action does it"),
        (trigger(status(), json!({"field": "assignee_id", "value": ""})), 1, "nobody unassigned"),
        (
            trigger(status(), json!({"field": "notification_user", "value": "all_agents"})),
            1,
            "a recipient, a subject",
        ),
        (trigger(status(), mail(&long)), 1, "would be refused"),
        (trigger(status(), mail("{{ unclosed")), 0, "a space between them"),
        (
            trigger(status(), mail("{{ticket.requester.name | upcase}}")),
            1,
            "[ticket.requester.name | upcase]",
        ),
        (json!([{"title": "A", "conditions": {"all": "x"}, "actions": []}]).to_string(), 1, "cannot be read"),
        (title.to_string(), 0, "\\u{1b}[2Jxx"),
        (two.to_string(), 0, "workflow trigger-1-2"),
        (zammad(ors), 1, "more than 16 workflows"),
        (zammad(deep), 0, "subject"),
        (zammad(json!({"operator": "XOR", "conditions": []})), 1, "`AND`, `OR` or `NOT`"),
        (zammad(json!({"operator": "AND", "conditions": [1, null]})), 1, "not a condition"),
        (zammad(json!({"ticket.title": "x"})), 1, "not a condition"),
    ];
    for (export, code, wanted) in cases {
        let run = support::run(&["import", "-"], &export);
        assert!(run.stderr.contains(wanted), "{wanted} is not in\n{}", run.stderr);
        assert_eq!(run.code, code, "{}", run.stderr);
        assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
        support::run(&["check", "-"], &run.stdout).expect_code(0);
    }
}

#[test]
fn what_is_no_export_ends_it_with_exit_code_2() {
    let folder = tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (huge, binary) = (path("huge.json"), path("binary.json"));
    std::fs::File::create(&huge).and_then(|file| file.set_len((64 << 20) + 1)).expect("the file is made");
    std::fs::write(&binary, [b'"', 0xff, b'"']).expect("the file is written");
    let deep = "[".repeat(10_000);
    let both = json!([{"event_name": "x", "perform": {}}]).to_string();
    let cases: [(&[&str], &str, &str); 14] = [
        (&["-"], "", "is not JSON"),
        (&["-"], "triggers: []", "is not JSON"),
        (&["-"], &deep, "recursion limit"),
        (&["-"], "[]", "holds no rules of Zendesk, Chatwoot or Zammad"),
        (&["-"], "{\"macros\": [{\"id\": 1}]}", "holds no rules"),
        (&["-"], "7", "holds no rules"),
        (&["-"], &both, "name one with --from"),
        (&["-", "--from", "zendesk"], "{\"triggers\": {}}", "is no export of Zendesk"),
        (&["-", "--from", "chatwoot"], "[{\"perform\": {}}]", "is no export of Chatwoot"),
        (&["-", "--from", "zammad"], "{\"payload\": []}", "is no export of Zammad"),
        (&[&huge], "", "more than 67108864 bytes"),
        (&[&binary], "", "cannot read"),
        (&["-", "--account", "a b"], "[]", "--account: the id holds"),
        (&["-", "--from", "jira"], "", "--from"),
    ];
    for (args, input, wanted) in cases {
        let args: Vec<&str> = ["import"].iter().chain(args).copied().collect();
        let run = support::run(&args, input).expect_code(2);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(run.stderr.contains(wanted), "{args:?}: {}", run.stderr);
    }
}
