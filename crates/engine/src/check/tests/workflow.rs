use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};

use super::{account, outline, with_action, with_test, workflow};
use crate::check;
use crate::definition::{
    Account, Action, Attendance, Condition, CustomerAction, Directory, ElapsedBound, Example, NewTicketBy,
    Presence, ReplyStatus, Sentiment, Test, TicketState, TimeRange, Workflow,
};
use crate::limits;
use crate::request::{Baseline, Change, Ticket};

type Make = fn() -> Workflow;

fn with(mutate: impl FnOnce(&mut Workflow)) -> Workflow {
    let mut workflow = workflow();
    mutate(&mut workflow);
    workflow
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

fn bounds(bounds: &[ElapsedBound]) -> Workflow {
    with_test(Test::TicketCreated(bounds.to_vec()))
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn attendance(agent: &str) -> Attendance {
    Attendance { presence: Presence::Inside, agent_id: Some(agent.to_owned()) }
}

fn example() -> Example {
    Example {
        name: "An example".into(),
        matches: true,
        ticket: Ticket { id: "t1".into(), ..Ticket::default() },
        change: Change { updated: true, ..Change::default() },
        now: Timestamp::UNIX_EPOCH,
        baseline: None,
    }
}

fn with_example(mutate: impl FnOnce(&mut Example)) -> Workflow {
    let mut example = example();
    mutate(&mut example);
    Workflow { examples: vec![example], ..workflow() }
}

#[test]
fn workflows_without_faults_have_no_findings() {
    let cases: [(&str, Make); 9] = [
        ("a plain one", workflow),
        ("an id of 128 characters", || with(|w| w.id = "x".repeat(128))),
        ("conditions in `any` alone", || with(|w| std::mem::swap(&mut w.all, &mut w.any))),
        ("the bare condition", || with_test(Test::NewMessage)),
        ("addresses and domains", || {
            with_test(Test::Email(strings(&["a@b", "A.b+c@mail.example", "@mail.example"])))
        }),
        ("the assigned agent", || {
            with_test(Test::WorkingHours(vec![Attendance { presence: Presence::Outside, agent_id: None }]))
        }),
        ("an example whose change has no id", || with_example(|_| {})),
        ("what its reader has reported", || with_test(Test::Unreadable)),
        ("an action that its reader has reported", || with_action(Action::Unreadable)),
    ];
    for (name, make) in cases {
        assert_eq!(check::workflow(&account(), &make(), "workflow"), [], "{name}");
    }
}

#[test]
fn each_fault_has_its_code_and_path() {
    let cases: [(&str, &str, Make); 38] = [
        ("id_required", "workflow.workflow_id", || with(|w| w.id.clear())),
        ("id_malformed", "workflow.workflow_id", || with(|w| w.id = "a/b".into())),
        ("name_required", "workflow.display_name", || with(|w| w.display_name = " \t".into())),
        ("conditions_required", "workflow.all", || with(|w| w.all.clear())),
        ("actions_required", "workflow.actions", || with(|w| w.actions.clear())),
        ("values_required", "workflow.all[0].source.ids", || with_test(Test::Source(Vec::new()))),
        ("values_required", "workflow.all[0].new_ticket.by", || with_test(Test::NewTicket(Vec::new()))),
        ("values_required", "workflow.all[0].day_of_week.days", || with_test(Test::DayOfWeek(Vec::new()))),
        ("values_required", "workflow.all[0].email.addresses", || with_test(Test::Email(Vec::new()))),
        ("values_required", "workflow.all[0].subject.phrases", || {
            with_test(Test::Subject(Default::default()))
        }),
        ("values_required", "workflow.all[0].time_of_day.ranges", || with_test(Test::TimeOfDay(Vec::new()))),
        ("values_required", "workflow.all[0].action.actions", || with_test(Test::Action(Vec::new()))),
        ("values_required", "workflow.all[0].ticket_created.bounds", || bounds(&[])),
        ("values_required", "workflow.all[0].sentiment.sentiments", || {
            with_test(Test::Sentiment(Vec::new()))
        }),
        ("values_required", "workflow.all[0].reply_status.statuses", || {
            with_test(Test::ReplyStatus(Vec::new()))
        }),
        ("values_required", "workflow.all[0].ticket_state.states", || {
            with_test(Test::TicketState(Vec::new()))
        }),
        ("values_required", "workflow.all[0].working_hours.attendances", || {
            with_test(Test::WorkingHours(Vec::new()))
        }),
        ("values_required", "workflow.any[0].tag_assigned.ids", || {
            let test = Test::TagAssigned(Vec::new());
            with(|w| w.any = vec![Condition { negated: true, test }])
        }),
        ("id_required", "workflow.all[0].context.ids[1]", || {
            with_test(Test::Context(strings(&["return", " "])))
        }),
        ("email_or_domain_malformed", "workflow.all[0].email.addresses[0]", || {
            with_test(Test::Email(strings(&["mail.example"])))
        }),
        ("email_or_domain_malformed", "workflow.all[0].email.addresses[0]", || {
            with_test(Test::Email(strings(&["a@"])))
        }),
        ("email_or_domain_malformed", "workflow.all[0].email.addresses[0]", || {
            with_test(Test::Email(strings(&["@"])))
        }),
        ("email_or_domain_malformed", "workflow.all[0].email.addresses[0]", || {
            with_test(Test::Email(strings(&[""])))
        }),
        ("time_range_invalid", "workflow.all[0].time_of_day.ranges[0]", || {
            with_test(Test::TimeOfDay(vec![TimeRange { from_minute: 5, to_minute: 5 }]))
        }),
        ("duration_out_of_range", "workflow.all[0].ticket_created.bounds[0].more_than", || {
            bounds(&[ElapsedBound::MoreThan(SignedDuration::from_nanos(-1))])
        }),
        ("duration_out_of_range", "workflow.all[0].ticket_created.bounds[0].less_than", || {
            bounds(&[ElapsedBound::LessThan(SignedDuration::ZERO)])
        }),
        ("id_required", "workflow.all[0].working_hours.attendances[0].agent_id", || {
            with_test(Test::WorkingHours(vec![attendance("")]))
        }),
        ("id_required", "workflow.actions[0].set_status.status_id", || {
            with_action(Action::SetStatus { status_id: String::new() })
        }),
        ("id_required", "workflow.actions[0].assign_agent.agent_id", || {
            with_action(Action::AssignAgent { agent_id: " ".into() })
        }),
        ("id_required", "workflow.actions[0].assign_tag.tag_id", || {
            with_action(Action::AssignTag { tag_id: String::new() })
        }),
        ("id_required", "workflow.actions[0].change_order_status.order_status_id", || {
            with_action(Action::ChangeOrderStatus { order_status_id: String::new() })
        }),
        ("id_required", "workflow.examples[0].ticket.id", || with_example(|e| e.ticket.id = "".into())),
        ("fact_required", "workflow.examples[0].change", || with_example(|e| e.change = Change::default())),
        ("timer_not_alone", "workflow.examples[0].change.timer", || with_example(|e| e.change.timer = true)),
        ("instant_out_of_range", "workflow.examples[0].now", || with_example(|e| e.now = Timestamp::MAX)),
        ("id_required", "workflow.examples[0].baseline.ticket.id", || {
            with_example(|e| {
                e.baseline = Some(Box::new(Baseline { ticket: Some(Ticket::default()), asked_at: None }));
            })
        }),
        ("instant_out_of_range", "workflow.examples[0].baseline.asked_at", || {
            with_example(|e| {
                e.baseline = Some(Box::new(Baseline { ticket: None, asked_at: Some(Timestamp::MIN) }));
            })
        }),
        ("instant_out_of_range", "workflow.examples[0].ticket.created_at", || {
            with_example(|e| e.ticket.created_at = Some(Timestamp::MIN))
        }),
    ];
    for (code, path, make) in cases {
        let found = check::workflow(&account(), &make(), "workflow");
        assert_eq!(outline(&found), [(code, path)], "{code} {path}");
    }
}

#[test]
fn values_that_stand_twice_are_a_warning() {
    let more_than = ElapsedBound::MoreThan(days(1));
    let range = TimeRange { from_minute: 0, to_minute: 60 };
    let cases = [
        ("workflow.all[0].source.ids[1]", Test::Source(strings(&["chat", "chat"]))),
        ("workflow.all[0].new_ticket.by[1]", Test::NewTicket(vec![NewTicketBy::Agent; 2])),
        ("workflow.all[0].day_of_week.days[1]", Test::DayOfWeek(vec![Weekday::Monday; 2])),
        ("workflow.all[0].email.addresses[1]", Test::Email(strings(&["a@b.example", "A@B.example"]))),
        ("workflow.all[0].time_of_day.ranges[1]", Test::TimeOfDay(vec![range; 2])),
        ("workflow.all[0].action.actions[1]", Test::Action(vec![CustomerAction::ReturnCreated; 2])),
        ("workflow.all[0].ticket_created.bounds[1]", Test::TicketCreated(vec![more_than; 2])),
        ("workflow.all[0].sentiment.sentiments[1]", Test::Sentiment(vec![Sentiment::Neutral; 2])),
        ("workflow.all[0].reply_status.statuses[1]", Test::ReplyStatus(vec![ReplyStatus::Answered; 2])),
        ("workflow.all[0].ticket_state.states[1]", Test::TicketState(vec![TicketState::Open; 2])),
        ("workflow.all[0].working_hours.attendances[1]", Test::WorkingHours(vec![attendance("anna"); 2])),
    ];
    for (path, test) in cases {
        let found = check::workflow(&account(), &with_test(test), "workflow");
        assert_eq!(outline(&found), [("value_duplicate", path)]);
        assert_eq!(found[0].severity, crate::Severity::Warning);
    }
}

#[test]
fn ids_that_a_stated_list_lacks_are_a_warning() {
    type MakeTest = fn(Vec<String>) -> Test;
    let tests: [(&str, MakeTest); 11] = [
        ("source", Test::Source),
        ("integration", Test::Integration),
        ("tag_assigned", Test::TagAssigned),
        ("status_set", Test::StatusSet),
        ("current_status", Test::CurrentStatus),
        ("context", Test::Context),
        ("allegro_account", Test::AllegroAccount),
        ("inbox", Test::Inbox),
        ("inbox_group", Test::InboxGroup),
        ("ticket_type", Test::TicketType),
        ("working_hours", |ids| Test::WorkingHours(ids.iter().map(|id| attendance(id)).collect())),
    ];
    let free_form = Account { directory: Directory::default(), ..account() };
    let known = ["chat", "shopify", "vip", "open", "return", "acme_pl", "shop", "sales", "question", "anna"];
    for (name, make) in tests {
        let field = if name == "working_hours" { "attendances[0].agent_id" } else { "ids[0]" };
        let path = format!("workflow.all[0].{name}.{field}");
        let workflow = with_test(make(strings(&["nobody"])));
        assert_eq!(outline(&check::workflow(&account(), &workflow, "workflow")), [("id_unknown", &*path)]);
        assert_eq!(check::workflow(&free_form, &workflow, "workflow"), [], "{name} is free-form");
        let of_its_list = known.iter().filter(|id| {
            check::workflow(&account(), &with_test(make(strings(&[id]))), "workflow").is_empty()
        });
        assert_eq!(of_its_list.count(), 1, "{name} has a list of its own");
    }
    let actions = [
        ("workflow.actions[0].set_status.status_id", Action::SetStatus { status_id: "nobody".into() }),
        ("workflow.actions[0].assign_agent.agent_id", Action::AssignAgent { agent_id: "nobody".into() }),
        ("workflow.actions[0].assign_tag.tag_id", Action::AssignTag { tag_id: "nobody".into() }),
        ("workflow.actions[0].change_order_status.order_status_id", {
            Action::ChangeOrderStatus { order_status_id: "nobody".into() }
        }),
    ];
    for (path, action) in actions {
        let workflow = with_action(action);
        assert_eq!(outline(&check::workflow(&account(), &workflow, "workflow")), [("id_unknown", path)]);
        assert_eq!(check::workflow(&free_form, &workflow, "workflow"), []);
    }
}

#[test]
fn groups_are_those_that_are_stated_and_those_of_inboxes() {
    let mut account = account();
    account.directory.inboxes[0].group_ids = strings(&["sales", "returns"]);
    let unknown = |account: &Account, group: &str| {
        let workflow = with_test(Test::InboxGroup(strings(&[group])));
        !check::workflow(account, &workflow, "workflow").is_empty()
    };
    assert!(!unknown(&account, "support"));
    assert!(!unknown(&account, "returns"));
    assert!(unknown(&account, "sails"));
    account.directory.inbox_groups = None;
    assert!(unknown(&account, "support"));
    assert!(!unknown(&account, "returns"));
    account.directory.inboxes[0].group_ids.clear();
    assert!(!unknown(&account, "sails"));
}

#[test]
fn texts_are_bounded() {
    type Make = fn(String) -> Workflow;
    let cases: [(&str, usize, Make); 8] = [
        ("workflow.workflow_id", limits::ID_CHARS_MAX, |t| with(|w| w.id = t)),
        ("workflow.display_name", limits::DISPLAY_NAME_CHARS_MAX, |t| with(|w| w.display_name = t)),
        ("workflow.description", limits::DESCRIPTION_CHARS_MAX, |t| with(|w| w.description = t)),
        ("workflow.all[0].source.ids[0]", limits::VALUE_BYTES_MAX, |t| with_test(Test::Source(vec![t]))),
        ("workflow.all[0].email.addresses[0]", limits::ADDRESS_BYTES_MAX, |t| {
            with_test(Test::Email(vec![format!("@{}", &t[1..])]))
        }),
        ("workflow.all[0].working_hours.attendances[0].agent_id", limits::VALUE_BYTES_MAX, |t| {
            with_test(Test::WorkingHours(vec![attendance(&t)]))
        }),
        ("workflow.actions[0].assign_tag.tag_id", limits::VALUE_BYTES_MAX, |t| {
            with_action(Action::AssignTag { tag_id: t })
        }),
        ("workflow.examples[0].name", limits::DISPLAY_NAME_CHARS_MAX, |t| with_example(|e| e.name = t)),
    ];
    let free_form = Account { directory: Directory::default(), ..account() };
    for (path, max, make) in cases {
        let found = check::workflow(&free_form, &make("x".repeat(max)), "workflow");
        assert_eq!(found, [], "{path} of {max}");
        let found = check::workflow(&free_form, &make("x".repeat(max + 1)), "workflow");
        assert_eq!(outline(&found), [("too_long", path)]);
    }
}

#[test]
fn lists_are_bounded() {
    type Make = fn(usize) -> Workflow;
    fn numbered(count: usize) -> Vec<String> {
        (0..count).map(|n| n.to_string()).collect()
    }
    let cases: [(&str, usize, Make); 9] = [
        ("workflow.all", limits::CONDITIONS_MAX, |n| with(|w| w.all = vec![w.all[0].clone(); n])),
        ("workflow.any", limits::CONDITIONS_MAX, |n| with(|w| w.any = vec![w.all[0].clone(); n])),
        ("workflow.actions", limits::ACTIONS_MAX, |n| with(|w| w.actions = vec![w.actions[0].clone(); n])),
        ("workflow.examples", limits::EXAMPLES_MAX, |n| with(|w| w.examples = vec![example(); n])),
        ("workflow.all[0].inbox.ids", limits::VALUES_MAX, |n| with_test(Test::Inbox(numbered(n)))),
        ("workflow.all[0].email.addresses", limits::VALUES_MAX, |n| {
            with_test(Test::Email(numbered(n).iter().map(|n| format!("{n}@mail.example")).collect()))
        }),
        ("workflow.all[0].time_of_day.ranges", limits::TIME_RANGES_MAX, |n| {
            let range = |n: usize| TimeRange { from_minute: n as u16, to_minute: 1_440 };
            with_test(Test::TimeOfDay((0..n).map(range).collect()))
        }),
        ("workflow.all[0].ticket_created.bounds", limits::ELAPSED_BOUNDS_MAX, |n| {
            bounds(&(0..n).map(|n| ElapsedBound::MoreThan(days(n as i64))).collect::<Vec<_>>())
        }),
        ("workflow.all[0].working_hours.attendances", limits::ATTENDANCES_MAX, |n| {
            with_test(Test::WorkingHours(numbered(n).iter().map(|id| attendance(id)).collect()))
        }),
    ];
    let free_form = Account { directory: Directory::default(), ..account() };
    for (path, max, make) in cases {
        assert_eq!(check::workflow(&free_form, &make(max), "workflow"), [], "{path} of {max}");
        let found = check::workflow(&free_form, &make(max + 1), "workflow");
        assert_eq!(outline(&found), [("too_many", path)]);
    }
}

#[test]
fn durations_are_bounded() {
    let nano = SignedDuration::from_nanos(1);
    let max = days(limits::ELAPSED_DAYS_MAX);
    let cases = [
        (ElapsedBound::MoreThan(SignedDuration::ZERO), true),
        (ElapsedBound::MoreThan(max), true),
        (ElapsedBound::MoreThan(max + nano), false),
        (ElapsedBound::MoreThan(SignedDuration::MIN), false),
        (ElapsedBound::LessThan(nano), true),
        (ElapsedBound::LessThan(max), true),
        (ElapsedBound::LessThan(max + nano), false),
        (ElapsedBound::LessThan(SignedDuration::MAX), false),
    ];
    for (bound, allowed) in cases {
        assert_eq!(
            check::workflow(&account(), &bounds(&[bound]), "workflow").is_empty(),
            allowed,
            "{bound:?}"
        );
    }
}

#[test]
fn all_findings_come_at_once_errors_first() {
    let workflow = with(|w| {
        w.examples = vec![Example { now: Timestamp::MAX, ..example() }];
        w.actions =
            vec![Action::AssignTag { tag_id: "nobody".into() }, Action::AssignTag { tag_id: String::new() }];
        w.all[0].test = Test::Source(strings(&["nowhere", "", "nowhere"]));
        w.id.clear();
    });
    let expected = [
        ("id_required", "workflows[3].workflow_id"),
        ("id_required", "workflows[3].all[0].source.ids[1]"),
        ("id_required", "workflows[3].actions[1].assign_tag.tag_id"),
        ("instant_out_of_range", "workflows[3].examples[0].now"),
        ("id_unknown", "workflows[3].all[0].source.ids[0]"),
        ("id_unknown", "workflows[3].all[0].source.ids[2]"),
        ("value_duplicate", "workflows[3].all[0].source.ids[2]"),
        ("id_unknown", "workflows[3].actions[0].assign_tag.tag_id"),
    ];
    assert_eq!(outline(&check::workflow(&account(), &workflow, "workflows[3]")), expected);
}

#[test]
fn workflows_need_ids_of_their_own() {
    let named = |id: &str| Workflow { id: id.into(), ..workflow() };
    let workflows = ["a", "b", "a", "", "", "a"].map(named);
    let expected =
        [("id_duplicate", "workflows[2].workflow_id"), ("id_duplicate", "workflows[5].workflow_id")];
    assert_eq!(outline(&check::workflows(&workflows, "workflows")), expected);
    let unnamed = named("");
    let many = |count| check::workflows(std::iter::repeat_n(&unnamed, count), "workflows");
    assert_eq!(many(limits::WORKFLOWS_MAX), []);
    assert_eq!(outline(&many(limits::WORKFLOWS_MAX + 1)), [("too_many", "workflows")]);
}
