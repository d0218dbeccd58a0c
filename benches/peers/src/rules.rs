//! The workload in a form that every peer can be given: rules over a few named attributes, and what each change says about
//! them.

use std::collections::HashMap;

use tamis_benches::{MessageLength, Profile, Workload};
use tamis_engine::Workflow;
use tamis_engine::definition::{Class, Condition, CustomerAction, NewTicketBy, Phrases, Test};
use tamis_engine::fold::Folding;
use tamis_engine::request::{Request, TicketCreator};

/// Attributes of one value each; an empty one says nothing.
pub const SINGLES: [&str; 14] = [
    "source",
    "integration",
    "allegro_account",
    "inbox",
    "inbox_group",
    "ticket_type",
    "status",
    "context",
    "domain",
    "sentiment",
    "reply_status",
    "ticket_state",
    "status_set",
    "created_by",
];
/// Attributes of several values.
pub const LISTS: [&str; 2] = ["tags", "actions"];
/// What has happened or has not.
pub const FLAGS: [&str; 5] =
    ["created", "message_came", "customer_acted", "tags_were_assigned", "status_was_set"];
/// Texts, folded.
pub const TEXTS: [&str; 3] = ["subject", "customer_name", "message"];

/// Conditions that must all hold, cheap ones first.
pub struct Rule {
    pub conditions: Vec<RuleCondition>,
}

pub struct RuleCondition {
    pub negated: bool,
    pub test: RuleTest,
}

pub enum RuleTest {
    Flag(&'static str),
    /// The attribute of one value is one of these.
    Single(&'static str, Vec<String>),
    /// The attribute of several values has one of these.
    List(&'static str, Vec<String>),
    /// The text contains one of these phrases, which are folded; each also has a number, the same wherever it occurs.
    Phrases(&'static str, Vec<(i64, String)>),
}

/// What a change says.
#[derive(Clone)]
pub struct Facts {
    pub singles: [String; SINGLES.len()],
    pub lists: [Vec<String>; LISTS.len()],
    pub flags: [bool; FLAGS.len()],
    pub texts: [String; TEXTS.len()],
    /// The numbers of the phrases that occur, ascending.
    pub phrases: Vec<i64>,
}

/// So many workflows of the mixed workload without conditions over time, as they are and as rules, and changes with what they
/// say.
pub struct Corpus {
    pub account: std::sync::Arc<tamis_engine::Account>,
    pub workflows: Vec<std::sync::Arc<Workflow>>,
    pub rules: Vec<Rule>,
    pub requests: Vec<Request<'static>>,
    pub facts: Vec<Facts>,
}

/// The numbers of phrases, by the place of their text in [`TEXTS`].
type Numbered = HashMap<(usize, String), i64>;

impl Corpus {
    pub fn new(count: usize, requests_count: usize) -> Self {
        let mut workload = Workload::with(1, Profile::default());
        let is_timeless =
            |condition: &Condition| !matches!(condition.test.class(), Class::Clock | Class::Elapsed);
        let mut workflows = Vec::with_capacity(count);
        while workflows.len() < count {
            let workflow = workload.workflow(workflows.len(), count);
            if workflow.all.iter().all(is_timeless) {
                workflows.push(std::sync::Arc::new(workflow));
            }
        }
        let mut phrases = Numbered::new();
        let rules: Vec<_> = workflows.iter().map(|workflow| rule(workflow, &mut phrases)).collect();
        let mut changes = Workload::with(2, Profile::default());
        let requests: Vec<_> = (0..requests_count)
            .map(|number| changes.request(number, count, MessageLength::Bytes(600)))
            .collect();
        let facts = requests.iter().map(|request| facts(request, &phrases)).collect();
        Self { account: workload.account(), workflows, rules, requests, facts }
    }
}

fn rule(workflow: &Workflow, phrases: &mut Numbered) -> Rule {
    let mut conditions: Vec<_> =
        workflow.all.iter().flat_map(|condition| conditions(condition, phrases)).collect();
    conditions.sort_by_key(|condition| match &condition.test {
        RuleTest::Flag(_) => 0,
        // What tells workflows apart comes first.
        RuleTest::Single("inbox" | "allegro_account" | "domain", _) => -1,
        RuleTest::Single(..) => 1,
        RuleTest::List(..) => 2,
        RuleTest::Phrases(..) => 3,
    });
    Rule { conditions }
}

/// A condition as one or two of the rule's: negated, a condition over an event also says that the event happened.
fn conditions(condition: &Condition, phrases: &mut Numbered) -> Vec<RuleCondition> {
    let single = |name, values: &[String]| (None, RuleTest::Single(name, values.to_vec()));
    let mut text = |place: usize, of: &Phrases| {
        let numbered = of.phrases.iter().map(|phrase| {
            let phrase = Folding::default().fold(phrase);
            let next = phrases.len() as i64;
            let number = *phrases.entry((place, phrase.clone())).or_insert(next);
            (number, phrase)
        });
        RuleTest::Phrases(TEXTS[place], numbered.collect())
    };
    let (event, test) = match &condition.test {
        Test::Source(values) => single("source", values),
        Test::Integration(values) => single("integration", values),
        Test::AllegroAccount(values) => single("allegro_account", values),
        Test::Inbox(values) => single("inbox", values),
        Test::InboxGroup(values) => single("inbox_group", values),
        Test::TicketType(values) => single("ticket_type", values),
        Test::CurrentStatus(values) => single("status", values),
        Test::Context(values) => single("context", values),
        Test::Email(values) => single("domain", values),
        Test::Sentiment(values) => single("sentiment", &names(values)),
        Test::ReplyStatus(values) => single("reply_status", &names(values)),
        Test::TicketState(values) => single("ticket_state", &names(values)),
        Test::NewTicket(by) if by.contains(&NewTicketBy::Anyone) => (None, RuleTest::Flag("created")),
        Test::NewTicket(by) => (Some("created"), RuleTest::Single("created_by", names(by))),
        Test::NewMessage => (None, RuleTest::Flag("message_came")),
        Test::Action(actions) => (Some("customer_acted"), RuleTest::List("actions", names(actions))),
        Test::TagAssigned(tags) => (Some("tags_were_assigned"), RuleTest::List("tags", tags.clone())),
        Test::StatusSet(statuses) => {
            (Some("status_was_set"), RuleTest::Single("status_set", statuses.clone()))
        }
        Test::Subject(of) => (None, text(0, of)),
        Test::CustomerName(of) => (None, text(1, of)),
        Test::Message(of) => (Some("message_came"), text(2, of)),
        other => panic!("{} is not for the peers", other.name()),
    };
    let presupposed = event.filter(|_| condition.negated);
    let happened = presupposed.map(|flag| RuleCondition { negated: false, test: RuleTest::Flag(flag) });
    happened.into_iter().chain([RuleCondition { negated: condition.negated, test }]).collect()
}

fn names<T: std::fmt::Debug>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| format!("{value:?}")).collect()
}

fn facts(request: &Request<'_>, phrases: &Numbered) -> Facts {
    let Request { ticket, change, .. } = request;
    let message = change.message_received.as_ref();
    let domain = ticket.customer_email.as_deref().map(|address| &address[address.rfind('@').unwrap_or(0)..]);
    let created_by = change.ticket_created.map(|by| match by {
        TicketCreator::Agent => NewTicketBy::Agent,
        TicketCreator::CustomerMessage => NewTicketBy::CustomerMessage,
    });
    let group = ticket.inbox_groups.as_ref().and_then(|groups| groups.first());
    let of = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let singles = [
        of(ticket.source.as_deref()),
        of(ticket.integration.as_deref()),
        of(ticket.allegro_account.as_deref()),
        of(ticket.inbox.as_deref()),
        of(group.map(AsRef::as_ref)),
        of(ticket.ticket_type.as_deref()),
        of(ticket.current_status.as_deref()),
        of(ticket.context.as_deref()),
        of(domain),
        ticket.sentiment.map(|value| format!("{value:?}")).unwrap_or_default(),
        ticket.reply_status.map(|value| format!("{value:?}")).unwrap_or_default(),
        ticket.state.map(|value| format!("{value:?}")).unwrap_or_default(),
        of(change.status_set.as_deref()),
        created_by.map(|value| format!("{value:?}")).unwrap_or_default(),
    ];
    let mut actions = Vec::new();
    if let Some(message) = message {
        actions.push(CustomerAction::EveryCustomerMessage);
        actions.extend(message.first.then_some(CustomerAction::FirstCustomerMessage));
    }
    actions.extend(change.return_created.then_some(CustomerAction::ReturnCreated));
    let tags: Vec<_> = change.tags_assigned.iter().flatten().map(|tag| tag.to_string()).collect();
    let flags = [
        change.ticket_created.is_some(),
        message.is_some(),
        !actions.is_empty(),
        change.tags_assigned.is_some(),
        change.status_set.is_some(),
    ];
    let texts = [
        ticket.subject.as_deref(),
        ticket.customer_name.as_deref(),
        message.and_then(|message| message.text.as_deref()),
    ]
    .map(|text| Folding::default().fold(text.unwrap_or_default()));
    let occurring = phrases.iter().filter(|((place, phrase), _)| texts[*place].contains(phrase.as_str()));
    let mut phrases: Vec<_> = occurring.map(|(_, number)| *number).collect();
    phrases.sort_unstable();
    Facts { singles, lists: [tags, names(&actions)], flags, texts, phrases }
}

/// A text as a literal of JSON, which is one of all the peers' languages.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is a JSON value")
}

/// Texts as literals with commas between them.
pub fn quoted_list(texts: &[String]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}
