//! Every code of `tamis_engine::diagnostic::CODES` is told by something, with the severity and the parameters that it says.

use std::collections::{BTreeMap, BTreeSet};

use tamis_api::v1;
use tamis_engine::definition::yaml;
use tamis_engine::diagnostic::{self, CODES};
use tamis_engine::{Account, Severity, Workflow};
use tamis_server::{Config, Location, Quotas, offline};

use crate::harness::{Service, config, workflow};

/// Codes that only refused calls are told, as violations of fields: what those are told with, the helpers of these tests look at.
const OF_REFUSED_CALLS: [&str; 8] = [
    "account_id_differs",
    "key_accounts_conflict",
    "key_accounts_required",
    "key_expired",
    "key_role_required",
    "page_token_gone",
    "phrases_too_many",
    "required",
];

const ACCOUNT: &str = "account:
  id: acme
  time_zone: Europe/Warsaw
  locale: pl
  directory:
    agents: [{ id: anna, working_hours: { weekly: { monday: 08:00-16:00 } } }]
    tags: [{ id: vip }, { id: late }]
";

/// An account and its workflows, which must be well-formed, whatever else is wrong with them.
fn read(text: &str) -> (Option<Account>, Vec<Workflow>) {
    let reading = yaml::read(text);
    assert!(!reading.has_errors(), "{text}\n{:#?}", reading.diagnostics);
    (reading.value.account, reading.value.workflows)
}

fn defined(fields: &str) -> v1::Workflow {
    let (_, workflows) = read(&format!("workflows: [{{ {fields} }}]"));
    offline::workflow_to_wire(&workflows[0])
}

/// One with this condition.
fn with_condition(condition: &str) -> v1::Workflow {
    defined(&format!("id: w, display_name: W, all: [{{ {condition} }}], actions: [{{ assign_tag: vip }}]"))
}

/// One with this action, for tickets from the source `mail`.
fn with_action(action: &str) -> v1::Workflow {
    defined(&format!(
        "id: w, display_name: W, all: [{{ source: {{ is: mail }} }}], actions: [{{ {action} }}]"
    ))
}

fn with_text(text: &str) -> v1::Workflow {
    with_action(&format!("send_message: {{ text: '{text}' }}"))
}

/// One with an example of this ticket, change and instant.
fn with_example(example: &str) -> v1::Workflow {
    defined(&format!(
        "id: w, display_name: W, all: [{{ source: {{ is: mail }} }}], actions: [{{ assign_tag: vip }}], \
         examples: [{{ must: match, {example} }}]"
    ))
}

/// The same workflow with something in it that only a message can say.
fn changed(change: impl FnOnce(&mut v1::Workflow)) -> v1::Workflow {
    let mut workflow = workflow("w", "mail");
    change(&mut workflow);
    workflow
}

/// What was told so far, each time compared with what its code says.
#[derive(Default)]
struct Told(BTreeSet<String>);

impl Told {
    fn add(&mut self, findings: &[v1::Diagnostic]) {
        for finding in findings {
            let code = diagnostic::code(&finding.code).unwrap_or_else(|| panic!("not listed: {finding:?}"));
            let severity = match finding.severity() {
                v1::Severity::Error => Severity::Error,
                _ => Severity::Warning,
            };
            assert!(code.severity.is_none_or(|wanted| wanted == severity), "{finding:?}");
            let names: BTreeSet<&str> = finding.parameters.keys().map(String::as_str).collect();
            assert_eq!(names, code.parameters.iter().copied().collect(), "{finding:?}");
            self.0.insert(finding.code.clone());
        }
    }

    /// The same for findings of which one has this code.
    fn add_with(&mut self, code: &str, findings: &[v1::Diagnostic]) {
        let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
        assert!(codes.contains(code), "{code}: {codes:?}");
        self.add(findings);
    }
}

/// A workflow, and the code of something that is wrong with it.
fn workflows() -> Vec<(&'static str, v1::Workflow)> {
    let bare = |fields: &str| defined(&format!("id: w, {fields}"));
    let at = "now: 2026-03-02T09:30:00Z";
    let happens = "ticket: { id: T }, change: { updated: true }";
    vec![
        ("id_malformed", changed(|w| w.workflow_id = "é".to_owned())),
        ("too_long", changed(|w| w.display_name = "x".repeat(201))),
        ("name_required", changed(|w| w.display_name = " ".to_owned())),
        ("conditions_required", bare("display_name: W, all: [], actions: [{ assign_tag: vip }]")),
        ("actions_required", bare("display_name: W, all: [{ new_message: is }], actions: []")),
        ("condition_unreadable", changed(|w| w.all.push(v1::Condition::default()))),
        ("action_unreadable", changed(|w| w.actions.push(v1::Action::default()))),
        ("too_many", changed(|w| w.all = vec![w.all[0].clone(); 51])),
        ("unknown_value", changed(|w| w.mode = 7)),
        ("value_required", changed(|w| w.all = vec![days(vec![0])])),
        ("values_required", changed(|w| w.all = vec![days(Vec::new())])),
        ("id_required", with_condition("source: { is: [' '] }")),
        ("value_duplicate", with_condition("source: { is: [a, a] }")),
        ("id_unknown", with_condition("tag_assigned: { is: vpi }")),
        ("id_unknown", with_condition("tag_assigned: { is: something else }")),
        ("email_or_domain_malformed", with_condition("email: { is: anna }")),
        ("phrase_folds_to_nothing", with_condition("subject: { is: ' ' }")),
        ("phrase_duplicate", with_condition("subject: { is: [é, E] }")),
        ("phrase_redundant", with_condition("subject: { is: [a, ab, abc, abcd, abcde] }")),
        ("time_range_invalid", with_condition("time_of_day: { is: '10:00-10:00' }")),
        ("duration_required", changed(|w| w.all = vec![elapsed(None)])),
        ("duration_malformed", changed(|w| w.all = vec![elapsed(Some((1, -1)))])),
        ("duration_out_of_range", with_condition("ticket_created: { is: { less_than: 0h } }")),
        ("duration_out_of_range", with_condition("ticket_created: { is: { more_than: 9999d } }")),
        ("text_required", with_text(" ")),
        ("language_required", with_action("send_translated_message: { text: Hello, target_language: '' }")),
        ("language_malformed", with_action("send_translated_message: { text: Hello, target_language: '?' }")),
        ("line_break", with_action("send_email: { to: a@b.example, subject: \"a\\nb\", text: Hello }")),
        ("recipient_required", with_action("send_email: { to: '', subject: Hello, text: Hello }")),
        ("recipient_implausible", with_action("send_email: { to: boss, subject: Hello, text: Hello }")),
        ("template_variable_required", with_text("{{ }}")),
        ("template_variable_unknown", with_text("{{ custmer_name }}")),
        ("template_variable_unknown", with_text("{{ weather }}")),
        ("template_variable_unclosed", with_text("{{ customer_name")),
        ("template_default_expected", with_text("{{ customer_name | upper }}")),
        ("template_quote_expected", with_text("{{ customer_name | default: client }}")),
        ("template_quote_expected", with_text("{{ customer_name | default: “client” }}")),
        ("template_quote_unclosed", with_text("{{ customer_name | default: \"client }}")),
        ("template_escape_unknown", with_text("{{ customer_name | default: \"\\n\" }}")),
        ("template_end_expected", with_text("{{ customer_name | default: \"client\" ! }}")),
        ("ticket_required", changed(|w| w.examples.push(v1::Example::default()))),
        ("change_required", changed(|w| w.examples.push(v1::Example::default()))),
        ("instant_required", changed(|w| w.examples.push(v1::Example::default()))),
        ("instant_malformed", {
            let mut workflow = with_example(&format!("{at}, {happens}"));
            workflow.examples[0].now.as_mut().unwrap().nanos = -1;
            workflow
        }),
        ("instant_out_of_range", with_example(&format!("now: 2300-03-02T09:30:00Z, {happens}"))),
        ("fact_required", with_example(&format!("{at}, ticket: {{ id: T }}, change: {{}}"))),
        ("timer_not_alone", {
            with_example(&format!("{at}, ticket: {{ id: T }}, change: {{ updated: true, timer: true }}"))
        }),
        ("tags_required", {
            let change = "change: { tags_assigned: { tag_ids: [] } }";
            with_example(&format!("{at}, ticket: {{ id: T }}, {change}"))
        }),
        ("example_broken", with_example(&format!("{at}, {happens}"))),
        ("example_broken", with_example(&format!("name: Mail, {at}, {happens}"))),
        ("never_matches", with_condition("source: { is: a } }, { source: { is: b }")),
        ("always_matches", with_condition("time_of_day: { is: [00:00-12:00, 12:00-24:00] }")),
        ("condition_always_holds", {
            with_condition("source: { is: a } }, { time_of_day: { is: [00:00-12:00, 12:00-24:00] }")
        }),
        ("alternative_never_matches", {
            let any = "any: [{ source: { is: chat } }, { inbox: { is: a } }]";
            let actions = "actions: [{ assign_tag: vip }]";
            bare(&format!("display_name: W, all: [{{ source: {{ is: mail }} }}], {any}, {actions}"))
        }),
        ("reply_without_guard", with_text("Hello")),
        ("cycle", {
            let (all, actions) =
                ("all: [{ status_set: { is_not: closed } }]", "actions: [{ set_status: open }]");
            bare(&format!("display_name: W, {all}, {actions}"))
        }),
        ("too_many_findings", with_condition(&format!("source: {{ is: ['', {}] }}", "' ', ".repeat(1_001)))),
    ]
}

fn days(days: Vec<i32>) -> v1::Condition {
    let test = Some(v1::condition::Test::DayOfWeek(v1::DayOfWeekTest { days }));
    v1::Condition { negated: false, test }
}

fn elapsed(more_than: Option<(i64, i32)>) -> v1::Condition {
    use v1::elapsed_bound::Bound;
    let bound =
        more_than.map(|(seconds, nanos)| Bound::MoreThan(tamis_api::well_known::Duration { seconds, nanos }));
    let bounds = vec![v1::ElapsedBound { bound }];
    let test = Some(v1::condition::Test::TicketCreated(v1::ElapsedTest { bounds }));
    v1::Condition { negated: false, test }
}

/// An account, and the code of something that is wrong with it.
fn accounts() -> Vec<(&'static str, v1::Account)> {
    let account = |change: &dyn Fn(&mut v1::Account, &mut v1::Directory)| {
        let mut account = offline::account_to_wire(&read(ACCOUNT).0.unwrap());
        let mut directory = account.directory.take().unwrap();
        change(&mut account, &mut directory);
        v1::Account { directory: Some(directory), ..account }
    };
    let hours = |change: &dyn Fn(&mut v1::WorkingHours)| {
        account(&|_, directory| change(directory.agents[0].working_hours.as_mut().unwrap()))
    };
    let dates = |dates: &[&str]| {
        let exception = |date: &&str| v1::DatedException { date: date.to_string(), ranges: Vec::new() };
        hours(&|hours| hours.exceptions = dates.iter().map(exception).collect())
    };
    vec![
        ("time_zone_required", account(&|account, _| account.time_zone.clear())),
        ("time_zone_unknown", account(&|account, _| account.time_zone = "Europe/Warszawa".to_owned())),
        ("language_required", account(&|account, _| account.locale.clear())),
        ("locale_malformed", account(&|account, _| account.locale = "??".to_owned())),
        ("id_duplicate", account(&|_, directory| directory.agents.push(directory.agents[0].clone()))),
        ("email_malformed", account(&|_, directory| directory.agents[0].email = "anna".to_owned())),
        ("time_range_required", hours(&|hours| hours.weekly[0].range = None)),
        ("date_required", dates(&[""])),
        ("date_malformed", dates(&["24.12.2026"])),
        ("date_out_of_range", dates(&["2300-12-24"])),
        ("date_duplicate", dates(&["2026-12-24", "2026-12-24"])),
    ]
}

async fn validate(service: &mut Service, workflow: v1::Workflow) -> Vec<v1::Diagnostic> {
    let request = v1::ValidateWorkflowRequest { account_id: "acme".to_owned(), workflow: Some(workflow) };
    service.workflows.validate_workflow(request).await.unwrap().into_inner().diagnostics
}

async fn validate_account(service: &mut Service, account: v1::Account) -> Vec<v1::Diagnostic> {
    let request = v1::ValidateAccountRequest { account: Some(account), update_mask: None };
    service.accounts.validate_account(request).await.unwrap().into_inner().diagnostics
}

async fn import(service: &mut Service, text: &str) -> Vec<v1::Diagnostic> {
    let (account, workflows) = read(text);
    let import = v1::ImportWorkflowsRequest {
        account_id: "acme".to_owned(),
        account: account.as_ref().map(offline::account_to_wire),
        workflows: workflows.iter().map(offline::workflow_to_wire).collect(),
        ..v1::ImportWorkflowsRequest::default()
    };
    let imported = service.workflows.import_workflows(tokio_stream::iter([import])).await;
    imported.unwrap().into_inner().warnings
}

#[tokio::test]
async fn every_code_is_told_with_what_it_says() {
    let quotas = Quotas { workflows_max: 8, ..Quotas::default() };
    let mut service = Service::start_with(Config { quotas, ..config(Location::Memory) }).await;
    let mut told = Told::default();
    told.add(&import(&mut service, ACCOUNT).await);
    for (code, workflow) in workflows() {
        told.add_with(code, &validate(&mut service, workflow).await);
    }
    for (code, account) in accounts() {
        told.add_with(code, &validate_account(&mut service, account).await);
    }

    // Workflows that others are told of, and those others.
    let stored = "
workflows:
  - { id: twin, display_name: Twin, all: [{ source: { is: a } }], actions: [{ assign_tag: vip }] }
  - { id: stop, display_name: Stop, stop: true, all: [{ source: { is: b } }], actions: [{ assign_tag: vip }] }
  - { id: first, display_name: First, all: [{ source: { is: c } }], actions: [{ set_status: open }] }
  - { id: there, display_name: There, all: [{ status_set: { is: d } }], actions: [{ set_status: e }] }
  - { id: same, display_name: Same, all: [{ source: { is: a } }], actions: [{ assign_tag: vip }] }
  - { id: seventh, display_name: Seventh, all: [{ source: { is: f } }], actions: [{ assign_tag: vip }] }
  - { id: eighth, display_name: Eighth, all: [{ source: { is: g } }], actions: [{ assign_tag: vip }] }
  - { id: later, display_name: Later, all: [{ source: { is: c } }], actions: [{ set_status: closed }] }
";
    let warnings = import(&mut service, &format!("{ACCOUNT}{stored}")).await;
    told.add_with("same_as_another", &warnings);
    told.add_with("writes_conflict", &warnings);
    let back = "id: back, display_name: Back, all: [{ status_set: { is: e } }], actions: [{ set_status: d }]";
    let after = "id: b, display_name: B, all: [{ source: { is: b } }], actions: [{ assign_tag: vip }]";
    for (code, new) in [("cycle", back), ("shadowed_by_stop", after), ("workflows_per_account", after)] {
        told.add_with(code, &validate(&mut service, defined(new)).await);
    }
    let analysis = v1::AnalyzeWorkflowsRequest {
        account_id: "acme".to_owned(),
        dead_since: Some(offline::instant_to_wire(jiff::Timestamp::now())),
    };
    let analysis = service.workflows.analyze_workflows(analysis).await.unwrap().into_inner();
    let found: Vec<_> = analysis.findings.into_iter().filter_map(|finding| finding.diagnostic).collect();
    told.add_with("dead", &found);

    // More than an answer holds: many workflows with many tags that a new directory does not have.
    let tags: Vec<String> = (0..1_000).map(|number| format!("{}{number}", "tag ".repeat(50))).collect();
    let free = ACCOUNT.replace("    tags: [{ id: vip }, { id: late }]\n", "");
    let many: String = (0..8)
        .map(|number| {
            let (id, tags) = (number.to_string().repeat(128), tags.join(", "));
            let all = format!("all: [{{ tag_assigned: {{ is: [{tags}] }} }}]");
            format!("  - {{ id: '{id}', display_name: W, {all}, actions: [{{ assign_tag: vip }}] }}\n")
        })
        .collect();
    import(&mut service, &format!("{free}workflows:\n{many}")).await;
    let known = offline::account_to_wire(&read(ACCOUNT).0.unwrap());
    told.add_with("findings_left_out", &validate_account(&mut service, known).await);

    let listed: BTreeSet<String> = CODES.iter().map(|code| code.name.to_owned()).collect();
    told.0.extend(OF_REFUSED_CALLS.map(str::to_owned));
    assert_eq!(listed, told.0);
    service.stop().await;
}

#[tokio::test]
async fn a_finding_about_two_workflows_tells_which_is_which_to_either() {
    let mut service = Service::start().await;
    let [one, two] = [("one", "The one", 1, "open"), ("two", "The other", 2, "closed")].map(
        |(id, name, position, status)| {
            let conditions = "all: [{ new_message: is }]";
            format!(
                "id: {id}, display_name: {name}, position: {position}, {conditions}, actions: [{{ set_status: {status} }}]"
            )
        },
    );
    import(&mut service, &format!("{ACCOUNT}workflows: [{{ {one} }}, {{ {two} }}]")).await;
    let of = |told: Vec<v1::Diagnostic>| {
        let [finding] = <[v1::Diagnostic; 1]>::try_from(told).unwrap();
        assert_eq!(finding.code, "writes_conflict");
        finding.parameters.into_iter().collect::<BTreeMap<_, _>>()
    };
    let wanted = |told_of: &str| {
        let wanted = [
            ("told_of", told_of),
            ("workflow_id", "one"),
            ("workflow_name", "The one"),
            ("workflow_field", "actions[0].set_status"),
            ("other_id", "two"),
            ("other_name", "The other"),
            ("value", "closed"),
            ("more", "0"),
        ];
        wanted.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    };
    assert_eq!(of(validate(&mut service, defined(&one)).await), wanted("own"));
    assert_eq!(of(validate(&mut service, defined(&two)).await), wanted("other"));
    service.stop().await;
}
