//! Writes definitions in the format that is read.

use super::Document;
use super::emit::{Tree, emit};
use super::scalars::{format_duration, format_range};
use super::words::{
    BARE, CUSTOMER_ACTIONS, DAYS, EXPECTATIONS, MESSAGE_AUTHORS, MODES, NEW_TICKET_BY, PHRASE_MODES,
    PRESENCES, REPLY_STATUSES, SENTIMENTS, TEXT_FORMATS, TICKET_CREATORS, TICKET_STATES, Words, word_for,
};
use crate::case::Expected;
use crate::definition::{
    Account, Action, Agent, Attendance, Body, Condition, Directory, ElapsedBound, Example, Inbox, Mode,
    PhraseMode, Phrases, Term, Test, TextFormat, TimeRange, Workflow, WorkingHours,
};
use crate::request::{AssignedAgent, Baseline, Change, MessageReceived, Text, Ticket};

/// Writes a document so that [`read`](super::read) makes the same of it.
///
/// Two things have no place in a file: a workflow's `version`, which the store gives, and the order in which weekly spans of
/// different days alternate; those of one day are written together. What is unreadable is written as it is called, and
/// cannot be read again.
pub fn write(document: &Document) -> String {
    emit(&tree(document))
}

/// A document as a tree.
pub(super) fn tree(document: &Document) -> Tree {
    let mut root = Entries::default();
    if let Some(settings) = &document.account {
        root.add("account", account(settings));
    }
    if !document.workflows.is_empty() || document.account.is_none() {
        root.add("workflows", block_list(&document.workflows, workflow));
    }
    root.block()
}

/// Writes one workflow as [`write`] writes it among others, but as a document of its own, which holds its fields.
pub fn write_workflow(definition: &Workflow) -> String {
    emit(&workflow(definition))
}

/// Writes an account likewise.
pub fn write_account(definition: &Account) -> String {
    emit(&account(definition))
}

/// Writes what a case expects as it is read under `expect`, each part in lines of its own, so that two can be compared.
pub fn write_expected(expected: &Expected) -> String {
    let ids = |ids: &[String]| block_list(ids, |id| plain(id));
    let mut entries = Entries::default();
    entries.add("matches", ids(&expected.matches));
    entries.add_some("shadow_matches", expected.shadow_matches.as_deref().map(ids));
    entries.add_some("actions", expected.actions.as_ref().map(|actions| block_list(actions, action)));
    emit(&entries.block())
}

/// The entries of a mapping that is being made.
#[derive(Default)]
struct Entries(Vec<(String, Tree)>);

impl Entries {
    fn add(&mut self, key: &str, value: Tree) {
        self.0.push((key.to_owned(), value));
    }

    fn add_text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.add(key, plain(text));
        }
    }

    fn add_flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.add(key, bare("true"));
        }
    }

    fn add_some(&mut self, key: &str, value: Option<Tree>) {
        if let Some(value) = value {
            self.add(key, value);
        }
    }

    /// On one line if it fits.
    fn mapping(self) -> Tree {
        Tree::Mapping(self.0)
    }

    /// In lines of its own.
    fn block(self) -> Tree {
        Tree::Block(Box::new(Tree::Mapping(self.0)))
    }
}

fn plain(text: &str) -> Tree {
    Tree::Text(text.to_owned())
}

fn bare(word: &str) -> Tree {
    Tree::Bare(word.to_owned())
}

fn word<T: PartialEq>(words: Words<T>, value: &T) -> Tree {
    bare(word_for(words, value))
}

fn single(key: &str, value: Tree) -> Tree {
    Tree::Mapping(vec![(key.to_owned(), value)])
}

/// A condition or an action: its name begins a line of its own.
fn named(name: &str, value: Tree) -> Tree {
    Tree::Block(Box::new(single(name, value)))
}

fn list<T>(values: &[T], write: impl Fn(&T) -> Tree) -> Tree {
    Tree::List(values.iter().map(write).collect())
}

fn block_list<T>(values: &[T], write: impl Fn(&T) -> Tree) -> Tree {
    Tree::Block(Box::new(list(values, write)))
}

/// A list, unless it is empty.
fn some_list<T>(values: &[T], write: impl Fn(&T) -> Tree) -> Option<Tree> {
    (!values.is_empty()).then(|| list(values, write))
}

/// A single value by itself, several as a list.
fn one_or_list<T>(values: &[T], write: impl Fn(&T) -> Tree) -> Tree {
    match values {
        [value] => write(value),
        values => list(values, write),
    }
}

fn texts(values: &[Text<'_>]) -> Tree {
    list(values, |text| plain(text))
}

fn account(account: &Account) -> Tree {
    let mut entries = Entries::default();
    entries.add_text("id", &account.id);
    entries.add_text("display_name", &account.display_name);
    entries.add_text("time_zone", &account.time_zone);
    entries.add_text("locale", &account.locale);
    if account.directory != Directory::default() {
        entries.add("directory", directory(&account.directory));
    }
    entries.block()
}

fn directory(directory: &Directory) -> Tree {
    let mut entries = Entries::default();
    if !directory.agents.is_empty() {
        entries.add("agents", block_list(&directory.agents, agent));
    }
    if !directory.inboxes.is_empty() {
        entries.add("inboxes", block_list(&directory.inboxes, inbox));
    }
    let vocabularies = [
        ("inbox_groups", &directory.inbox_groups),
        ("sources", &directory.sources),
        ("integrations", &directory.integrations),
        ("statuses", &directory.statuses),
        ("tags", &directory.tags),
        ("ticket_types", &directory.ticket_types),
        ("contexts", &directory.contexts),
        ("allegro_accounts", &directory.allegro_accounts),
        ("order_statuses", &directory.order_statuses),
    ];
    for (name, terms) in vocabularies {
        entries.add_some(name, terms.as_ref().map(|terms| list(terms, term)));
    }
    entries.block()
}

fn term(term: &Term) -> Tree {
    if term.display_name.is_empty() {
        return plain(&term.id);
    }
    let mut entries = Entries::default();
    entries.add("id", plain(&term.id));
    entries.add("display_name", plain(&term.display_name));
    entries.mapping()
}

fn agent(agent: &Agent) -> Tree {
    let mut entries = Entries::default();
    entries.add("id", plain(&agent.id));
    entries.add_text("first_name", &agent.first_name);
    entries.add_text("last_name", &agent.last_name);
    entries.add_text("email", &agent.email);
    entries.add_some("working_hours", agent.working_hours.as_ref().map(working_hours));
    entries.block()
}

fn working_hours(hours: &WorkingHours) -> Tree {
    let mut entries = Entries::default();
    entries.add_text("time_zone", &hours.time_zone);
    let mut days: Vec<(jiff::civil::Weekday, Vec<TimeRange>)> = Vec::new();
    for interval in &hours.weekly {
        match days.iter_mut().find(|(day, _)| *day == interval.day) {
            Some((_, ranges)) => ranges.push(interval.range),
            None => days.push((interval.day, vec![interval.range])),
        }
    }
    if !days.is_empty() {
        let mut weekly = Entries::default();
        for (day, ranges) in &days {
            weekly.add(word_for(DAYS, day), one_or_list(ranges, range));
        }
        entries.add("weekly", weekly.block());
    }
    if !hours.exceptions.is_empty() {
        let mut exceptions = Entries::default();
        for exception in &hours.exceptions {
            exceptions.add(&exception.date.to_string(), one_or_list(&exception.ranges, range));
        }
        entries.add("exceptions", exceptions.block());
    }
    entries.mapping()
}

fn range(range: &TimeRange) -> Tree {
    // Within brackets other readers of YAML take one without quotes for a mapping or for a number to the base of 60.
    Tree::Bare(format!("\"{}\"", format_range(*range)))
}

fn inbox(inbox: &Inbox) -> Tree {
    let mut entries = Entries::default();
    entries.add("id", plain(&inbox.id));
    entries.add_text("display_name", &inbox.display_name);
    entries.add_some("groups", some_list(&inbox.group_ids, |id| plain(id)));
    entries.mapping()
}

fn workflow(workflow: &Workflow) -> Tree {
    let mut entries = Entries::default();
    entries.add("id", plain(&workflow.id));
    entries.add_text("display_name", &workflow.display_name);
    entries.add_text("description", &workflow.description);
    if !workflow.enabled {
        entries.add("enabled", bare("false"));
    }
    if workflow.mode != Mode::default() {
        entries.add("mode", word(MODES, &workflow.mode));
    }
    entries.add_some("position", workflow.position.map(|position| bare(&position.to_string())));
    entries.add_flag("stop", workflow.stop);
    if !workflow.all.is_empty() {
        entries.add("all", block_list(&workflow.all, condition));
    }
    if !workflow.any.is_empty() {
        entries.add("any", block_list(&workflow.any, condition));
    }
    if !workflow.actions.is_empty() {
        entries.add("actions", block_list(&workflow.actions, action));
    }
    if !workflow.examples.is_empty() {
        entries.add("examples", block_list(&workflow.examples, example));
    }
    entries.block()
}

fn condition(condition: &Condition) -> Tree {
    let is = word_for(BARE, &condition.negated);
    let ids = |ids: &[String]| single(is, one_or_list(ids, |id| plain(id)));
    fn words<T: PartialEq>(is: &str, words: Words<T>, values: &[T]) -> Tree {
        single(is, one_or_list(values, |value| word(words, value)))
    }
    let test = match &condition.test {
        Test::Source(values)
        | Test::Email(values)
        | Test::Integration(values)
        | Test::TagAssigned(values)
        | Test::StatusSet(values)
        | Test::CurrentStatus(values)
        | Test::Context(values)
        | Test::AllegroAccount(values)
        | Test::Inbox(values)
        | Test::InboxGroup(values)
        | Test::TicketType(values) => ids(values),
        Test::Subject(test) | Test::CustomerName(test) | Test::Message(test) => phrases(is, test),
        Test::NewTicket(by) => words(is, NEW_TICKET_BY, by),
        Test::DayOfWeek(days) => words(is, DAYS, days),
        Test::Action(actions) => words(is, CUSTOMER_ACTIONS, actions),
        Test::Sentiment(sentiments) => words(is, SENTIMENTS, sentiments),
        Test::ReplyStatus(statuses) => words(is, REPLY_STATUSES, statuses),
        Test::TicketState(states) => words(is, TICKET_STATES, states),
        Test::TimeOfDay(ranges) => single(is, one_or_list(ranges, range)),
        Test::LastCustomerReply(bounds) | Test::TicketCreated(bounds) => {
            single(is, one_or_list(bounds, bound))
        }
        Test::WorkingHours(attendances) => single(is, one_or_list(attendances, attendance)),
        Test::NewMessage | Test::Unreadable => bare(is),
    };
    named(condition.test.name(), test)
}

fn phrases(is: &str, test: &Phrases) -> Tree {
    let mut entries = Entries::default();
    entries.add(is, one_or_list(&test.phrases, |phrase| plain(phrase)));
    if test.mode != PhraseMode::default() {
        entries.add("mode", word(PHRASE_MODES, &test.mode));
    }
    entries.add_flag("whole_word", test.whole_word);
    entries.add_flag("case_sensitive", test.case_sensitive);
    entries.add_flag("accent_sensitive", test.accent_sensitive);
    entries.mapping()
}

fn bound(bound: &ElapsedBound) -> Tree {
    match bound {
        ElapsedBound::MoreThan(duration) => single("more_than", bare(&format_duration(*duration))),
        ElapsedBound::LessThan(duration) => single("less_than", bare(&format_duration(*duration))),
    }
}

fn attendance(attendance: &Attendance) -> Tree {
    let presence = word_for(PRESENCES, &attendance.presence);
    match &attendance.agent_id {
        None => bare(presence),
        Some(agent) => single(presence, plain(agent)),
    }
}

fn action(action: &Action) -> Tree {
    let mut entries = Entries::default();
    let value = match action {
        Action::SetStatus { status_id: id }
        | Action::AssignAgent { agent_id: id }
        | Action::AssignTag { tag_id: id }
        | Action::ChangeOrderStatus { order_status_id: id } => plain(id),
        Action::SendMessage { body } => {
            add_body(&mut entries, body);
            entries.mapping()
        }
        Action::SendTranslatedMessage { body, target_language } => {
            add_body(&mut entries, body);
            entries.add_text("target_language", target_language);
            entries.mapping()
        }
        Action::AiMessage { instructions } => {
            entries.add_text("instructions", instructions);
            entries.mapping()
        }
        Action::SendEmail { to, subject, body } => {
            entries.add_text("to", to);
            entries.add_text("subject", subject);
            add_body(&mut entries, body);
            entries.mapping()
        }
        Action::Unreadable => entries.mapping(),
    };
    named(action.name(), value)
}

fn add_body(entries: &mut Entries, body: &Body) {
    entries.add_text("text", &body.text);
    if body.format != TextFormat::default() {
        entries.add("format", word(TEXT_FORMATS, &body.format));
    }
}

fn example(example: &Example) -> Tree {
    let mut entries = Entries::default();
    entries.add_text("name", &example.name);
    entries.add("must", word(EXPECTATIONS, &example.matches));
    entries.add("now", bare(&example.now.to_string()));
    entries.add("ticket", ticket(&example.ticket));
    entries.add("change", change(&example.change));
    entries.add_some("baseline", example.baseline.as_deref().map(baseline));
    entries.block()
}

fn ticket(ticket: &Ticket<'_>) -> Tree {
    let text = |text: &Option<Text<'_>>| text.as_ref().map(|text| plain(text));
    let instant = |at: Option<jiff::Timestamp>| at.map(|at| bare(&at.to_string()));
    let mut entries = Entries::default();
    entries.add("id", plain(&ticket.id));
    entries.add_some("url", text(&ticket.url));
    entries.add_some("source", text(&ticket.source));
    entries.add_some("integration", text(&ticket.integration));
    entries.add_some("allegro_account", text(&ticket.allegro_account));
    entries.add_some("inbox", text(&ticket.inbox));
    entries.add_some("inbox_groups", ticket.inbox_groups.as_deref().map(texts));
    entries.add_some("type", text(&ticket.ticket_type));
    entries.add_some("subject", text(&ticket.subject));
    entries.add_some("current_status", text(&ticket.current_status));
    entries.add_some("state", ticket.state.map(|state| word(TICKET_STATES, &state)));
    entries.add_some("tags", some_list(&ticket.tags, |tag| plain(tag)));
    entries.add_some("context", text(&ticket.context));
    entries.add_some("sentiment", ticket.sentiment.map(|sentiment| word(SENTIMENTS, &sentiment)));
    entries.add_some("reply_status", ticket.reply_status.map(|status| word(REPLY_STATUSES, &status)));
    entries.add_some("created_at", instant(ticket.created_at));
    entries.add_some("last_customer_reply_at", instant(ticket.last_customer_reply_at));
    entries.add_some("linked_order_ids", some_list(&ticket.linked_order_ids, |id| plain(id)));
    entries.add_some("customer_name", text(&ticket.customer_name));
    entries.add_some("customer_email", text(&ticket.customer_email));
    entries.add_some("assigned_agent", ticket.assigned_agent.as_ref().map(assigned_agent));
    entries.mapping()
}

fn assigned_agent(agent: &AssignedAgent<'_>) -> Tree {
    let details =
        [("first_name", &agent.first_name), ("last_name", &agent.last_name), ("email", &agent.email)];
    // An empty id by itself stands for no agent.
    if !agent.id.is_empty() && details.iter().all(|(_, text)| text.is_none()) {
        return plain(&agent.id);
    }
    let mut entries = Entries::default();
    entries.add("id", plain(&agent.id));
    for (name, text) in details {
        entries.add_some(name, text.as_ref().map(|text| plain(text)));
    }
    entries.mapping()
}

fn change(change: &Change<'_>) -> Tree {
    let mut entries = Entries::default();
    entries.add_text("change_id", &change.change_id);
    entries.add_some("ticket_created", change.ticket_created.map(|by| word(TICKET_CREATORS, &by)));
    entries.add_some("message_received", change.message_received.as_ref().map(message));
    entries.add_flag("return_created", change.return_created);
    entries.add_some("tags_assigned", change.tags_assigned.as_deref().map(texts));
    entries.add_some("status_set", change.status_set.as_ref().map(|status| plain(status)));
    entries.add_flag("updated", change.updated);
    entries.add_flag("timer", change.timer);
    entries.mapping()
}

fn message(message: &MessageReceived<'_>) -> Tree {
    let mut entries = Entries::default();
    entries.add("author", word(MESSAGE_AUTHORS, &message.author));
    entries.add_flag("first", message.first);
    entries.add_some("text", message.text.as_ref().map(|text| plain(text)));
    entries.add_flag("auto_submitted", message.auto_submitted);
    entries.add_some("message_id", message.message_id.as_ref().map(|id| plain(id)));
    entries.mapping()
}

fn baseline(baseline: &Baseline<'_>) -> Tree {
    let mut entries = Entries::default();
    entries.add_some("ticket", baseline.ticket.as_ref().map(ticket));
    entries.add_some("asked_at", baseline.asked_at.map(|at| bare(&at.to_string())));
    entries.mapping()
}
