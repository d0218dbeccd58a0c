//! Seeded accounts, workflows and changes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil::Weekday};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tamis_engine::definition::{
    Account, Action, Agent, Attendance, Body, Condition, CustomerAction, Directory, ElapsedBound,
    NewTicketBy, Phrases, Presence, ReplyStatus, Sentiment, Test, TicketState, TimeRange, WeeklyInterval,
    Workflow, WorkingHours,
};
use tamis_engine::request::{Change, MessageAuthor, MessageReceived, Request, Ticket, TicketCreator};

use crate::text::{self, Language};

/// The instant around which all changes happen: a Monday noon.
const NOW_SECOND: i64 = 1_763_985_600;
/// The text of a pool of requests, at least: well beyond the caches next to the processor.
const POOL_BYTES: usize = 4 << 20;

/// Of what kind a workload is. The default is the mixed one of the goals, in four languages, of which a workflow matches now and
/// then.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The languages of phrases and texts; each phrase and each ticket is in one of them.
    pub languages: &'static [Language],
    /// How many workflows match a decision.
    pub matches: MatchRate,
    /// What conditions the workflows have.
    pub shape: Shape,
}

impl Default for Profile {
    fn default() -> Self {
        Self { languages: Language::FOUR, matches: MatchRate::Few, shape: Shape::Mixed }
    }
}

/// How many workflows match a decision, on average and about; a bench prints what it counted.
///
/// Each workflow is about one inbox, one Allegro account or the customers of one domain. The rate is set by how many of these
/// there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchRate {
    /// None: tickets come from inboxes, accounts and domains that no workflow names.
    None,
    /// 0.6, whatever the number of workflows.
    Few,
    /// Half a per cent of the workflows, and at most 8.
    Typical,
    /// One per cent of the workflows.
    OnePercent,
    /// As many as the other conditions let through, about a tenth of the workflows: all are about the same inbox, account or domain.
    Tenth,
}

/// What conditions the workflows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Two to four over all 25 kinds: 40 % of workflows have a phrase, 15 % of the conditions that are not the workflow's own are
    /// negated.
    Mixed,
    /// The same, and every workflow asks for the same source, from which every ticket comes.
    SameSource,
    /// No inbox, account or domain: a phrase alone tells workflows apart, with up to two conditions of other kinds. How many
    /// match is up to the texts.
    AllPhrases,
    /// As mixed, but no workflow has a phrase.
    NoPhrases,
}

/// The length of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageLength {
    /// About so many bytes each.
    Bytes(usize),
    /// As customers write: half of them 64 to 256 bytes, one in a thousand more than 64 KiB.
    Customers,
}

/// Makes a workload.
#[derive(Debug)]
pub struct Workload {
    random: ChaCha8Rng,
    profile: Profile,
}

impl Workload {
    /// A workload of the default profile that depends on nothing but this seed.
    pub fn new(seed: u64) -> Self {
        Self::with(seed, Profile::default())
    }

    /// A workload that depends on nothing but this seed and profile.
    pub fn with(seed: u64, profile: Profile) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), profile }
    }

    /// An account with a directory of twenty agents who work from Monday to Friday.
    pub fn account(&self) -> Arc<Account> {
        let weekdays =
            [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        let range = TimeRange { from_minute: 540, to_minute: 1_020 };
        let hours = WorkingHours {
            time_zone: String::new(),
            weekly: weekdays.map(|day| WeeklyInterval { day, range }).to_vec(),
            exceptions: Vec::new(),
        };
        let agents = (0..20).map(|number| Agent {
            id: format!("agent-{number}"),
            first_name: "Anna".to_owned(),
            last_name: "Nowak".to_owned(),
            email: "anna@shop.example".to_owned(),
            working_hours: Some(hours.clone()),
        });
        Arc::new(Account {
            id: "bench".to_owned(),
            display_name: "Bench".to_owned(),
            time_zone: "Europe/Warsaw".to_owned(),
            locale: "pl-PL".to_owned(),
            directory: Directory { agents: agents.collect(), ..Directory::default() },
        })
    }

    /// So many workflows of the profile's shape, with two actions each: a tag, and a message with a variable.
    pub fn workflows(&mut self, count: usize) -> Vec<Arc<Workflow>> {
        (0..count).map(|number| Arc::new(self.workflow(number, count))).collect()
    }

    /// One workflow of so many, with a number of its own.
    pub fn workflow(&mut self, number: usize, count: usize) -> Workflow {
        let own = self.random.random_range(0..self.profile.own_values(count));
        let own = match self.random.random_range(0..3) {
            0 => Test::Inbox(vec![format!("inbox-{own}")]),
            1 => Test::AllegroAccount(vec![format!("allegro-{own}")]),
            _ => Test::Email(vec![format!("@shop-{own}.example")]),
        };
        let shape = self.profile.shape;
        let mut all = vec![match shape {
            Shape::AllPhrases => self.phrases(),
            _ => Condition { negated: false, test: own },
        }];
        if shape == Shape::SameSource {
            all.push(Condition { negated: false, test: Test::Source(vec!["source-0".to_owned()]) });
        }
        all.extend((0..self.random.random_range(0..=2)).map(|_| self.condition()));
        let has_phrases = shape != Shape::NoPhrases && self.random.random_bool(0.4);
        all.push(if has_phrases { self.phrases() } else { self.condition() });
        Workflow {
            id: format!("workflow-{number}"),
            display_name: format!("Workflow {number}"),
            all,
            actions: vec![
                Action::AssignTag { tag_id: format!("tag-{}", number % 100) },
                Action::SendMessage {
                    body: Body {
                        text: "Hello {{ customer_name | default: \"customer\" }}, we are on it.".to_owned(),
                        ..Body::default()
                    },
                },
            ],
            ..Workflow::default()
        }
    }

    /// So many phrases, all different, with some 18 bytes each.
    pub fn distinct_phrases(&mut self, count: usize) -> Vec<String> {
        let mut seen = HashSet::new();
        let mut phrases = Vec::with_capacity(count);
        while phrases.len() < count {
            let language = self.language();
            let phrase = text::phrase(&mut self.random, language);
            if seen.insert(phrase.clone()) {
                phrases.push(phrase);
            }
        }
        phrases
    }

    /// So many messages of about so many bytes.
    pub fn texts(&mut self, count: usize, bytes: usize) -> Vec<String> {
        (0..count)
            .map(|_| {
                let language = self.language();
                text::message(&mut self.random, language, bytes)
            })
            .collect()
    }

    /// A condition over one to four phrases.
    fn phrases(&mut self) -> Condition {
        let negated = self.random.random_bool(0.05);
        let count = self.random.random_range(1..=4);
        let field = self.random.random_range(0..10);
        let language = self.language();
        let phrases = Phrases {
            phrases: each_once((0..count).map(|_| match field {
                9 => text::name_part(&mut self.random).to_owned(),
                _ => text::phrase(&mut self.random, language),
            })),
            ..Phrases::default()
        };
        let test = match field {
            0..6 => Test::Message(phrases),
            6..9 => Test::Subject(phrases),
            _ => Test::CustomerName(phrases),
        };
        Condition { negated, test }
    }

    /// A condition of one of the 19 kinds that are neither the workflow's own nor a phrase.
    fn condition(&mut self) -> Condition {
        let negated = self.random.random_bool(0.15);
        let test = match self.random.random_range(0..19) {
            0 => Test::Source(self.ids("source", 8)),
            1 => Test::Integration(self.ids("integration", 12)),
            2 => Test::CurrentStatus(self.ids("status", 10)),
            3 => Test::Context(self.ids("context", 20)),
            4 => Test::TicketType(self.ids("type", 12)),
            5 => Test::InboxGroup(self.ids("group", 20)),
            6 => Test::TagAssigned(self.ids("tag", 200)),
            7 => Test::StatusSet(self.ids("status", 10)),
            8 => Test::NewTicket(vec![self.one(&[
                NewTicketBy::Anyone,
                NewTicketBy::Agent,
                NewTicketBy::CustomerMessage,
            ])]),
            9 => Test::NewMessage,
            10 => Test::Action(vec![self.one(&[
                CustomerAction::FirstCustomerMessage,
                CustomerAction::EveryCustomerMessage,
                CustomerAction::ReturnCreated,
            ])]),
            11 => Test::Sentiment(vec![self.sentiment()]),
            12 => Test::ReplyStatus(vec![self.one(&[ReplyStatus::Answered, ReplyStatus::Unanswered])]),
            13 => Test::TicketState(vec![self.one(&[TicketState::Open, TicketState::Closed])]),
            _ => return self.time_condition(negated),
        };
        Condition { negated, test }
    }

    /// A condition of one of the five kinds that depend on time.
    fn time_condition(&mut self, negated: bool) -> Condition {
        let test = match self.random.random_range(0..5) {
            0 => Test::DayOfWeek(vec![Weekday::Saturday, Weekday::Sunday]),
            1 => {
                let from = self.random.random_range(0..96) * 15;
                Test::TimeOfDay(vec![TimeRange { from_minute: from, to_minute: (from + 120) % 1_440 + 1 }])
            }
            2 => Test::LastCustomerReply(vec![self.elapsed(72)]),
            3 => Test::TicketCreated(vec![self.elapsed(120)]),
            _ => Test::WorkingHours(vec![Attendance {
                presence: self.one(&[Presence::Inside, Presence::Outside]),
                agent_id: Some(format!("agent-{}", self.random.random_range(0..20))),
            }]),
        };
        Condition { negated, test }
    }

    fn elapsed(&mut self, hours_max: i64) -> ElapsedBound {
        let hours = SignedDuration::from_hours(self.random.random_range(1..hours_max));
        if self.random.random_bool(0.7) {
            ElapsedBound::MoreThan(hours)
        } else {
            ElapsedBound::LessThan(hours)
        }
    }

    fn sentiment(&mut self) -> Sentiment {
        self.one(&[Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative])
    }

    fn one<T: Copy>(&mut self, list: &[T]) -> T {
        let chosen = list.choose(&mut self.random).copied();
        chosen.unwrap_or_else(|| unreachable!("the lists above are not empty"))
    }

    fn language(&mut self) -> Language {
        self.profile.languages.choose(&mut self.random).copied().unwrap_or(Language::English)
    }

    fn ids(&mut self, kind: &str, vocabulary: usize) -> Vec<String> {
        let count = self.random.random_range(1..=3);
        each_once((0..count).map(|_| format!("{kind}-{}", self.random.random_range(0..vocabulary))))
    }

    /// Changes to judge, four in five of them a customer's message of about `message_bytes` bytes, for an account with so many
    /// workflows.
    pub fn requests(
        &mut self,
        count: usize,
        workflows_count: usize,
        message_bytes: usize,
    ) -> Vec<Request<'static>> {
        (0..count)
            .map(|number| self.request(number, workflows_count, MessageLength::Bytes(message_bytes)))
            .collect()
    }

    /// The same, as many as make some 4 MiB of text, and between 64 and 16,384.
    pub fn pool(&mut self, workflows_count: usize, length: MessageLength) -> Vec<Request<'static>> {
        let bytes = match length {
            MessageLength::Bytes(bytes) => bytes,
            // The mean of what customers write.
            MessageLength::Customers => 1_024,
        };
        let count = (POOL_BYTES / bytes.max(1)).clamp(64, 16_384);
        (0..count).map(|number| self.request(number, workflows_count, length)).collect()
    }

    /// One change with a number of its own, for an account with so many workflows.
    pub fn request(
        &mut self,
        number: usize,
        workflows_count: usize,
        length: MessageLength,
    ) -> Request<'static> {
        let now = timestamp(NOW_SECOND + self.random.random_range(0..7 * 24 * 3_600));
        let language = self.language();
        let mut change = Change { change_id: format!("change-{number}").into(), ..Change::default() };
        match self.random.random_range(0..20) {
            0..16 => {
                let bytes = match length {
                    MessageLength::Bytes(bytes) => bytes,
                    MessageLength::Customers => text::message_bytes(&mut self.random),
                };
                let is_first = self.random.random_bool(0.5);
                change.message_received = Some(MessageReceived {
                    author: MessageAuthor::Customer,
                    first: is_first,
                    text: Some(text::message(&mut self.random, language, bytes).into()),
                    auto_submitted: false,
                    message_id: None,
                });
                change.ticket_created = is_first.then_some(TicketCreator::CustomerMessage);
            }
            16 | 17 => {
                change.tags_assigned = Some(vec![format!("tag-{}", self.random.random_range(0..200)).into()]);
            }
            18 => change.status_set = Some(format!("status-{}", self.random.random_range(0..10)).into()),
            _ => change.return_created = true,
        }
        let ticket = self.ticket(number, workflows_count, now, language);
        Request {
            ticket,
            change,
            now,
            baseline: None,
            with_next_due: false,
            with_chaining: false,
            cause: Vec::new(),
        }
    }

    fn ticket(
        &mut self,
        number: usize,
        workflows_count: usize,
        now: Timestamp,
        language: Language,
    ) -> Ticket<'static> {
        let own_values = self.profile.own_values(workflows_count);
        let none_named = if self.profile.matches == MatchRate::None { own_values } else { 0 };
        let sources = if self.profile.shape == Shape::SameSource { 1 } else { 8 };
        let ago = |seconds: i64| Some(timestamp(now.as_second() - seconds));
        let mut id = |kind: &str, vocabulary: usize| -> Option<Cow<'static, str>> {
            Some(format!("{kind}-{}", self.random.random_range(0..vocabulary)).into())
        };
        let mut ticket = Ticket {
            id: format!("ticket-{number}").into(),
            url: Some(format!("https://desk.example/tickets/{number}").into()),
            source: id("source", sources),
            integration: id("integration", 12),
            inbox_groups: id("group", 20).map(|group| vec![group]),
            ticket_type: id("type", 12),
            current_status: id("status", 10),
            context: id("context", 20),
            ..Ticket::default()
        };
        let mut own = || none_named + self.random.random_range(0..own_values);
        ticket.inbox = Some(format!("inbox-{}", own()).into());
        ticket.allegro_account = Some(format!("allegro-{}", own()).into());
        ticket.customer_email = Some(format!("someone@shop-{}.example", own()).into());
        ticket.state =
            Some(if self.random.random_bool(0.9) { TicketState::Open } else { TicketState::Closed });
        let is_answered = self.random.random_bool(0.3);
        ticket.reply_status = Some(if is_answered { ReplyStatus::Answered } else { ReplyStatus::Unanswered });
        ticket.sentiment = Some(self.sentiment());
        ticket.subject = Some(text::subject(&mut self.random, language).into());
        ticket.customer_name = Some(text::name(&mut self.random).into());
        ticket.created_at = ago(self.random.random_range(0..5 * 24 * 3_600));
        ticket.last_customer_reply_at = ago(self.random.random_range(0..3 * 24 * 3_600));
        ticket
    }
}

impl Profile {
    /// How many inboxes, Allegro accounts and domains a shop of so many workflows has, so that as many match as the rate says.
    fn own_values(&self, workflows_count: usize) -> usize {
        // Of a thousand workflows about the ticket's inbox, account or domain, so many match: what the other conditions let
        // through. Counted, as the tests do.
        let matches_per_mille = match self.shape {
            Shape::NoPhrases => 165,
            _ => 128,
        };
        let wanted_per_mille = match self.matches {
            MatchRate::None | MatchRate::Few => 600,
            MatchRate::Typical => (workflows_count * 5).min(8_000),
            MatchRate::OnePercent => workflows_count * 10,
            MatchRate::Tenth => return 1,
        };
        (workflows_count * matches_per_mille / wanted_per_mille.max(1)).max(1)
    }
}

/// Values without those that stand there already, of which a check of the definition would warn.
fn each_once(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}

fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}
