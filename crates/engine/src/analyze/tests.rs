//! What is found, and what is not, told in YAML.

use std::sync::Arc;

use super::{Analysis, Finding, Scope, analyze};
use crate::check::check_request;
use crate::compile;
use crate::definition::yaml;
use crate::diagnostic::is_as_listed;
use crate::index::Index;

const ACCOUNT: &str = "
account:
  id: shop
  time_zone: Europe/Warsaw
  locale: pl
  directory:
    agents:
      - { id: anna, working_hours: { weekly: { monday: 08:00-16:00 } } }
      - { id: marc, working_hours: { time_zone: Europe/Paris, weekly: { monday: 08:00-16:00 } } }
      - { id: ola }
workflows:
";

/// An account with these workflows, in the form of YAML but for their names.
fn index(workflows: &str) -> Index {
    let reading = yaml::read(&format!("{ACCOUNT}{workflows}"));
    assert!(!reading.has_errors(), "{workflows}\n{:#?}", reading.diagnostics);
    let account = Arc::new(reading.value.account.expect("an account"));
    let workflows: Vec<_> = reading.value.workflows.into_iter().map(Arc::new).collect();
    compile(account, &workflows).expect("it compiles")
}

/// Codes with the path of the field, each beginning with the workflow's id.
fn told(analysis: &Analysis) -> Vec<String> {
    let told = analysis.findings.iter().map(|finding| {
        assert!(check_request(&finding.example, "", true).is_empty(), "{finding:#?}");
        assert!(is_as_listed(&finding.diagnostic), "{finding:#?}");
        format!("{} {}", finding.at(&finding.workflow_id).path, finding.diagnostic.code)
    });
    told.collect()
}

/// One workflow with some conditions, which puts a tag on the ticket.
fn one(conditions: &str) -> String {
    format!("  - {{ id: a, display_name: A, {conditions}, actions: [{{ assign_tag: t }}] }}\n")
}

/// Conditions of one workflow, and what is told of them.
type Case = (&'static str, &'static [&'static str]);

/// Conditions that exclude each other, beside others that nearly do.
const EXCLUSIVE: &[Case] = &[
    ("all: [{ source: { is: email } }, { source: { is: chat } }]", &["a.all[1].source never_matches"]),
    ("all: [{ source: { is: [email, chat] } }, { source: { is: chat } }]", &[]),
    (
        "all: [{ source: { is: email } }, { source: { is_not: [chat, email] } }]",
        &["a.all[1].source never_matches"],
    ),
    ("all: [{ source: { is_not: email } }, { source: { is_not: chat } }]", &[]),
    (
        "all: [{ source: { is: [a, b] } }, { source: { is: [b, c] } }, { source: { is: [a, c] } }]",
        &["a.all[2].source never_matches"],
    ),
    ("all: [{ inbox_group: { is: a } }, { inbox_group: { is: b } }]", &[]),
    (
        "all: [{ inbox_group: { is: a } }, { inbox_group: { is_not: [a, b] } }]",
        &["a.all[1].inbox_group never_matches"],
    ),
    ("all: [{ tag_assigned: { is: a } }, { tag_assigned: { is: b } }]", &[]),
    (
        "all: [{ tag_assigned: { is_not: a } }, { tag_assigned: { is: a } }]",
        &["a.all[1].tag_assigned never_matches"],
    ),
    ("all: [{ status_set: { is: a } }, { status_set: { is: b } }]", &["a.all[1].status_set never_matches"]),
    ("all: [{ status_set: { is: a } }, { current_status: { is: b } }]", &[]),
    ("all: [{ new_message: is }, { new_message: is_not }]", &["a.all[1].new_message never_matches"]),
    (
        "all: [{ new_message: is_not }, { action: { is: first_customer_message } }]",
        &["a.all[1].action never_matches"],
    ),
    ("all: [{ new_message: is_not }, { action: { is: return_created } }]", &[]),
    ("all: [{ new_message: is_not }, { message: { is_not: a } }]", &["a.all[1].message never_matches"]),
    (
        "all: [{ action: { is_not: [every_customer_message, return_created] } }]",
        &["a.all[0].action never_matches"],
    ),
    (
        "all: [{ action: { is: first_customer_message } }, { action: { is_not: every_customer_message } }]",
        &["a.all[1].action never_matches"],
    ),
    ("all: [{ new_ticket: { is: by_agent } }, { new_message: is }]", &[]),
    (
        "all: [{ new_ticket: { is_not: [by_agent, by_customer_message] } }]",
        &["a.all[0].new_ticket never_matches"],
    ),
    (
        "all: [{ new_ticket: { is_not: anyone } }, { new_ticket: { is: by_agent } }]",
        &["a.all[1].new_ticket never_matches"],
    ),
    ("all: [{ new_ticket: { is_not: by_agent } }, { new_ticket: { is: anyone } }]", &[]),
    (
        "all: [{ sentiment: { is: positive } }, { sentiment: { is: negative } }]",
        &["a.all[1].sentiment never_matches"],
    ),
    ("all: [{ sentiment: { is_not: [positive, neutral, negative] } }]", &[]),
    (
        "all: [{ ticket_state: { is: open } }, { ticket_state: { is_not: open } }]",
        &["a.all[1].ticket_state never_matches"],
    ),
    (
        "all: [{ email: { is: '@a.example' } }, { email: { is: jo@b.example } }]",
        &["a.all[1].email never_matches"],
    ),
    ("all: [{ email: { is: '@a.example' } }, { email: { is: Jo@A.example } }]", &[]),
    ("all: [{ email: { is: '@a.example' } }, { email: { is_not: somebody@a.example } }]", &[]),
    (
        "all: [{ email: { is: jo@a.example } }, { email: { is_not: '@a.example' } }]",
        &["a.all[1].email never_matches"],
    ),
    (
        "all: [{ ticket_created: { is: { more_than: 2h } } }, { ticket_created: { is: { less_than: 1h } } }]",
        &["a.all[1].ticket_created never_matches"],
    ),
    (
        "all: [{ ticket_created: { is: { more_than: 2h } } }, { ticket_created: { is: { less_than: 3h } } }]",
        &[],
    ),
    (
        "all: [{ ticket_created: { is: { more_than: 2h } } }, { last_customer_reply: { is: { less_than: 1h } } }]",
        &[],
    ),
    ("all: [{ ticket_created: { is_not: [{ more_than: 1h }, { less_than: 1h }] } }]", &[]),
    (
        "all: [{ ticket_created: { is_not: [{ more_than: 1h }, { less_than: 2h }] } }]",
        &["a.all[0].ticket_created never_matches"],
    ),
    (
        "all: [{ day_of_week: { is: monday } }, { day_of_week: { is: friday } }]",
        &["a.all[1].day_of_week never_matches"],
    ),
    (
        "all: [{ time_of_day: { is: 22:00-06:00 } }, { time_of_day: { is: 06:00-22:00 } }]",
        &["a.all[1].time_of_day never_matches"],
    ),
    ("all: [{ time_of_day: { is: 22:00-06:00 } }, { time_of_day: { is: 05:59-22:00 } }]", &[]),
    // Anna works in the account's zone, Marc in another: of his hours nothing is said but that he is in or out.
    (
        "all: [{ day_of_week: { is: sunday } }, { working_hours: { is: [{ inside: anna }] } }]",
        &["a.all[1].working_hours never_matches"],
    ),
    ("all: [{ day_of_week: { is: sunday } }, { working_hours: { is: [{ inside: marc }] } }]", &[]),
    (
        "all: [{ working_hours: { is: [{ outside: marc }] } }, { working_hours: { is: [{ inside: marc }] } }]",
        &["a.all[1].working_hours never_matches"],
    ),
    ("all: [{ working_hours: { is: [{ inside: ola }] } }]", &["a.all[0].working_hours never_matches"]),
    ("all: [{ working_hours: { is: [inside] } }, { day_of_week: { is: monday } }]", &[]),
    (
        "all: [{ subject: { is: parcel } }, { subject: { is_not: [parc, x] } }]",
        &["a.all[1].subject never_matches"],
    ),
    ("all: [{ subject: { is: parc } }, { subject: { is_not: parcel } }]", &[]),
    ("all: [{ subject: { is: parcel } }, { subject: { is_not: Parcel, case_sensitive: true } }]", &[]),
    (
        "all: [{ subject: { is: parcel, mode: equals } }, { subject: { is: refund } }]",
        &["a.all[1].subject never_matches"],
    ),
    (
        "all: [{ subject: { is: my parcel, whole_word: true } }, { subject: { is_not: parcel, whole_word: true } }]",
        &["a.all[1].subject never_matches"],
    ),
    (
        "all: [{ source: { is: email } }], any: [{ source: { is: chat } }, { inbox: { is: a } }]",
        &["a.any[0].source alternative_never_matches"],
    ),
    (
        "all: [{ source: { is: email } }], any: [{ source: { is: chat } }, { source: { is: form } }]",
        &["a.any[0].source never_matches"],
    ),
];

#[test]
fn conditions_that_exclude_each_other_are_told_and_no_others() {
    for (conditions, wanted) in EXCLUSIVE {
        assert_eq!(told(&analyze(&index(&one(conditions)), Scope::All)), *wanted, "{conditions}");
    }
}

#[test]
fn conditions_that_say_nothing_are_told_and_no_others() {
    let week = "[monday, tuesday, wednesday, thursday, friday, saturday, sunday]";
    let cases: [(&str, &[&str]); 9] = [
        (&format!("all: [{{ day_of_week: {{ is: {week} }} }}]"), &["a always_matches"]),
        (
            &format!("all: [{{ day_of_week: {{ is: {week} }} }}, {{ new_message: is }}]"),
            &["a.all[0].day_of_week condition_always_holds"],
        ),
        ("all: [{ time_of_day: { is: [00:00-12:00, 12:00-24:00] } }]", &["a always_matches"]),
        ("all: [{ time_of_day: { is: [00:00-12:00, 12:01-24:00] } }]", &[]),
        ("any: [{ ticket_state: { is: open } }, { ticket_state: { is_not: open } }]", &["a always_matches"]),
        // A ticket whose state nobody has told is neither open nor closed.
        ("any: [{ ticket_state: { is: open } }, { ticket_state: { is: closed } }]", &[]),
        (
            "all: [{ new_message: is }], any: [{ source: { is_not: a } }, { source: { is_not: b } }]",
            &["a.any condition_always_holds"],
        ),
        ("any: [{ action: { is: return_created } }, { action: { is_not: return_created } }]", &[]),
        ("all: [{ new_message: is }]", &[]),
    ];
    for (conditions, wanted) in cases {
        assert_eq!(told(&analyze(&index(&one(conditions)), Scope::All)), wanted, "{conditions}");
    }
}

#[test]
fn phrases_that_add_nothing_are_told_and_no_others() {
    let cases: [(&str, &[usize]); 10] = [
        ("is: [parcel, Parc, refund]", &[0]),
        ("is_not: [refund, refunded]", &[1]),
        ("is: [refunded, refund], case_sensitive: true", &[0]),
        ("is: [Refunded, refund], case_sensitive: true", &[]),
        ("is: [refunded, refund], whole_word: true", &[]),
        ("is: [my refund, refund], whole_word: true", &[0]),
        ("is: [my refund, refund], mode: starts_with", &[]),
        ("is: [refund please, refund], mode: starts_with", &[0]),
        ("is: [my refund, refund], mode: ends_with", &[0]),
        ("is: [my refund, refund], mode: equals", &[]),
    ];
    for (phrases, wanted) in cases {
        for field in ["subject", "customer_name", "message"] {
            let found =
                told(&analyze(&index(&one(&format!("all: [{{ {field}: {{ {phrases} }} }}]"))), Scope::All));
            let wanted: Vec<_> = wanted
                .iter()
                .map(|place| format!("a.all[0].{field}.phrases[{place}] phrase_redundant"))
                .collect();
            assert_eq!(found, wanted, "{field}: {phrases}");
        }
    }
    let many = index(&one("all: [{ subject: { is: [a, ab, abc, abcd, abcde] } }]"));
    let analysis = analyze(&many, Scope::All);
    assert_eq!(analysis.findings.len(), 3);
    let last = analysis.findings.last().map(|finding| finding.diagnostic.message.as_str());
    assert!(
        last.is_some_and(|message| message.ends_with("1 more phrases of the workflow are as needless")),
        "{last:?}"
    );
}

#[test]
fn replies_that_nothing_holds_back_are_told_and_no_others() {
    let cases: [(&str, &str, bool); 13] = [
        ("all: [{ action: { is: every_customer_message } }]", "send_message: { text: Hello }", true),
        ("all: [{ new_message: is }]", "send_message: { text: Hello }", true),
        ("all: [{ new_message: is }, { source: { is: email } }]", "send_message: { text: Hello }", true),
        ("all: [{ source: { is: email } }]", "send_message: { text: Hello }", true),
        (
            "all: [{ new_message: is }]",
            "send_email: { to: '{{ customer_email }}', subject: Hello, text: Hello }",
            true,
        ),
        (
            "all: [{ new_message: is }]",
            "send_email: { to: desk@shop.example, subject: Hello, text: Hello }",
            false,
        ),
        ("all: [{ new_message: is }]", "ai_message: { instructions: Answer }", false),
        ("all: [{ new_message: is }]", "assign_tag: t", false),
        ("all: [{ action: { is: first_customer_message } }]", "send_message: { text: Hello }", false),
        ("all: [{ new_message: is }, { message: { is: refund } }]", "send_message: { text: Hello }", false),
        (
            "all: [{ new_message: is }, { time_of_day: { is: 18:00-08:00 } }]",
            "send_message: { text: Hello }",
            false,
        ),
        (
            "all: [{ new_message: is }, { reply_status: { is: unanswered } }]",
            "send_message: { text: Hello }",
            false,
        ),
        ("all: [{ new_ticket: { is: anyone } }]", "send_message: { text: Hello }", false),
    ];
    for (conditions, action, wanted) in cases {
        let workflow = format!("  - {{ id: a, display_name: A, {conditions}, actions: [{{ {action} }}] }}\n");
        let found = told(&analyze(&index(&workflow), Scope::All));
        let is_told = found.iter().any(|told| told.ends_with("reply_without_guard"));
        assert_eq!(
            (is_told, found.len()),
            (wanted, usize::from(wanted)),
            "{conditions}: {action}: {found:?}"
        );
    }
}

/// Workflows `a`, `b`, `c` …, each of its conditions and what else there is.
fn several(workflows: &[&str]) -> String {
    let named = ('a'..).zip(workflows);
    named.map(|(id, workflow)| format!("  - {{ id: {id}, display_name: W, {workflow} }}\n")).collect()
}

/// Conditions and actions of some workflows, and what is told of them together.
type Cases = &'static [(&'static [&'static str], &'static [&'static str])];

const TWICE: Cases = &[
    (
        &[
            "all: [{ source: { is: [a, b] } }], actions: [{ assign_tag: t }]",
            "all: [{ source: { is: [b, a] } }], actions: [{ assign_tag: t }]",
        ],
        &["b same_as_another"],
    ),
    (
        &[
            "all: [{ source: { is: a } }, { new_message: is }], actions: [{ assign_tag: t }]",
            "all: [{ new_message: is }], any: [{ source: { is: a } }], actions: [{ assign_tag: t }]",
        ],
        &["b same_as_another"],
    ),
    (
        &[
            "all: [{ source: { is: a } }], actions: [{ assign_tag: t }]",
            "all: [{ source: { is: a } }], actions: [{ assign_tag: u }]",
        ],
        &[],
    ),
    (
        &[
            "all: [{ source: { is: a } }], actions: [{ assign_tag: t }]",
            "mode: shadow, all: [{ source: { is: a } }], actions: [{ assign_tag: t }]",
        ],
        &[],
    ),
    (
        &[
            "all: [{ source: { is: a } }], actions: [{ assign_tag: t }]",
            "enabled: false, all: [{ source: { is: a } }], actions: [{ assign_tag: t }]",
        ],
        &[],
    ),
];

const BEHIND: Cases = &[
    (
        &[
            "stop: true, all: [{ new_message: is }], actions: [{ assign_tag: s }]",
            "all: [{ message: { is: refund } }], actions: [{ assign_tag: t }]",
        ],
        &["b shadowed_by_stop"],
    ),
    (
        &[
            "all: [{ message: { is: refund } }], actions: [{ assign_tag: t }]",
            "stop: true, all: [{ new_message: is }], actions: [{ assign_tag: s }]",
        ],
        &[],
    ),
    (
        &[
            "stop: true, all: [{ message: { is: refund } }], actions: [{ assign_tag: s }]",
            "all: [{ new_message: is }], actions: [{ assign_tag: t }]",
        ],
        &[],
    ),
    (
        &[
            "stop: true, mode: shadow, all: [{ new_message: is }], actions: [{ assign_tag: s }]",
            "all: [{ message: { is: refund } }], actions: [{ assign_tag: t }]",
        ],
        &[],
    ),
    // With a baseline the second one has its turn: the first one held before.
    (
        &[
            "stop: true, all: [{ source: { is: a } }], actions: [{ assign_tag: s }]",
            "all: [{ source: { is: a } }, { new_message: is }], actions: [{ assign_tag: t }]",
        ],
        &[],
    ),
    (
        &[
            "stop: true, all: [{ source: { is: a } }], actions: [{ assign_tag: s }]",
            "all: [{ source: { is: a } }], actions: [{ assign_tag: t }]",
        ],
        &["b shadowed_by_stop"],
    ),
];

const AT_ODDS: Cases = &[
    (
        &[
            "all: [{ new_message: is }], actions: [{ set_status: open }]",
            "all: [{ source: { is: a } }], actions: [{ set_status: closed }]",
        ],
        &["a.actions[0].set_status writes_conflict"],
    ),
    (
        &[
            "all: [{ source: { is: b } }], actions: [{ set_status: open }]",
            "all: [{ source: { is: a } }], actions: [{ set_status: closed }]",
        ],
        &[],
    ),
    (
        &[
            "all: [{ source: { is: a } }], actions: [{ set_status: open }]",
            "all: [{ new_message: is }], actions: [{ set_status: open }]",
        ],
        &[],
    ),
    (
        &[
            "all: [{ source: { is: a } }], stop: true, actions: [{ set_status: open }]",
            "all: [{ new_message: is }], actions: [{ set_status: closed }]",
        ],
        &[],
    ),
    (
        &[
            "all: [{ new_message: is }], actions: [{ change_order_status: paid }, { assign_agent: anna }]",
            "all: [{ source: { is: a } }], actions: [{ change_order_status: sent }, { assign_agent: ola }]",
        ],
        &["a.actions[1].assign_agent writes_conflict", "a.actions[0].change_order_status writes_conflict"],
    ),
];

/// By way of a status, a tag, a state, or of nobody else; and what keeps them from it.
const ROUND: Cases = &[
    (
        &[
            "all: [{ status_set: { is: open } }], actions: [{ set_status: pending }]",
            "all: [{ status_set: { is: pending } }], actions: [{ set_status: open }]",
        ],
        &["a.actions[0].set_status cycle"],
    ),
    (
        &[
            "all: [{ status_set: { is: open } }], actions: [{ set_status: pending }]",
            "all: [{ status_set: { is: pending } }], actions: [{ set_status: closed }]",
        ],
        &[],
    ),
    // A tag that is there is not assigned again, and a status that is set is not set again.
    (
        &[
            "all: [{ tag_assigned: { is: x } }], actions: [{ assign_tag: y }]",
            "all: [{ tag_assigned: { is: y } }], actions: [{ assign_tag: x }]",
        ],
        &[],
    ),
    (
        &[
            "any: [{ status_set: { is: open } }, { new_message: is }], actions: [{ set_status: pending }, { assign_tag: x }]",
            "all: [{ tag_assigned: { is: x } }], actions: [{ assign_tag: y }]",
            "all: [{ tag_assigned: { is: y } }], actions: [{ set_status: open }]",
        ],
        &["a.actions[1].assign_tag cycle"],
    ),
    (
        &[
            "all: [{ current_status: { is: open } }], actions: [{ set_status: pending }]",
            "all: [{ current_status: { is: pending } }], actions: [{ set_status: open }]",
        ],
        &["a.actions[0].set_status cycle"],
    ),
    (
        &["all: [{ status_set: { is_not: closed } }], actions: [{ set_status: open }]"],
        &["a.actions[0].set_status cycle"],
    ),
    (
        &[
            "all: [{ status_set: { is: open } }, { source: { is: a } }], actions: [{ set_status: pending }]",
            "all: [{ status_set: { is: pending } }, { source: { is: b } }], actions: [{ set_status: open }]",
        ],
        &[],
    ),
    (
        &[
            "all: [{ status_set: { is: open } }], actions: [{ set_status: pending }]",
            "all: [{ status_set: { is: pending } }, { new_message: is }], actions: [{ set_status: open }]",
        ],
        &[],
    ),
];

#[test]
fn workflows_that_stand_in_each_others_way_are_told_and_no_others() {
    for (workflows, wanted) in [TWICE, BEHIND, AT_ODDS].concat() {
        assert_eq!(told(&analyze(&index(&several(workflows)), Scope::All)), wanted, "{workflows:#?}");
    }
}

#[test]
fn workflows_that_set_each_other_off_are_told_and_no_others() {
    for (workflows, wanted) in ROUND {
        let found = told(&analyze(&index(&several(workflows)), Scope::All));
        let found: Vec<_> = found.into_iter().filter(|told| !told.ends_with("writes_conflict")).collect();
        assert_eq!(found, *wanted, "{workflows:#?}");
    }
}

#[test]
fn who_asks_about_some_workflows_is_told_what_concerns_them() {
    let workflows = several(&[
        "all: [{ source: { is: a } }], actions: [{ set_status: open }]",
        "all: [{ new_message: is }], actions: [{ set_status: closed }]",
        "all: [{ source: { is: b } }, { source: { is: c } }], actions: [{ assign_tag: t }]",
        "all: [{ source: { is: c } }], actions: [{ assign_tag: t }]",
        "all: [{ source: { is: c } }], actions: [{ assign_tag: t }]",
        "stop: true, all: [{ inbox: { is: i } }], actions: [{ assign_tag: t }]",
        "all: [{ inbox: { is: i } }], actions: [{ assign_tag: u }]",
        "all: [{ status_set: { is_not: done } }, { source: { is: z } }, { new_message: is_not }], actions: [{ set_status: new }]",
    ]);
    let index = index(&workflows);
    let all = analyze(&index, Scope::All).findings;
    for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let concerns = |finding: &&Finding| {
            finding.workflow_id == id || finding.other_ids.iter().any(|other| other == id)
        };
        let wanted: Vec<_> = all
            .iter()
            .filter(concerns)
            .map(|finding| (&finding.workflow_id, finding.diagnostic.code))
            .collect();
        let found = analyze(&index, Scope::Among(&[id])).findings;
        let found: Vec<_> =
            found.iter().map(|finding| (&finding.workflow_id, finding.diagnostic.code)).collect();
        assert_eq!(found, wanted, "{id}");
        let alone = analyze(&index, Scope::Alone(&[id])).findings;
        assert!(
            alone.iter().all(|finding| finding.workflow_id == id && finding.other_ids.is_empty()),
            "{alone:?}"
        );
    }
}
