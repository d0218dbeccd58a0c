//! Seeded workloads for the benchmarks: accounts with workflows, and changes of tickets to judge.
//!
//! Everything is made from a seed with ChaCha8, whose output is the same on every machine and in every version, so that a
//! number can be compared with one measured elsewhere. Texts are drawn from word lists of four languages with the lengths
//! that customers' messages have; no two runs differ.

mod text;

pub use text::Language;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil::Weekday};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tamis_engine::definition::{
    Account, Action, Agent, Attendance, Body, Condition, Directory, ElapsedBound, Phrases, Presence,
    ReplyStatus, Sentiment, Test, TicketState, TimeRange, WeeklyInterval, Workflow, WorkingHours,
};
use tamis_engine::request::{Change, MessageAuthor, MessageReceived, Request, Ticket, TicketCreator};

/// The instant around which all changes happen: a Monday noon.
const NOW_SECOND: i64 = 1_763_985_600;

/// Makes a workload.
#[derive(Debug)]
pub struct Workload {
    random: ChaCha8Rng,
}

impl Workload {
    /// A workload that depends on nothing but this seed.
    pub fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed) }
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

    /// Workflows of two to four conditions over all kinds: one on a shop's own inbox, Allegro account or customers' domain, out
    /// of a vocabulary that grows with the number of workflows so that a handful match; 40 % have a phrase; 15 % of the rest
    /// are negated.
    pub fn workflows(&mut self, count: usize) -> Vec<Arc<Workflow>> {
        (0..count).map(|number| Arc::new(self.workflow(number, count))).collect()
    }

    fn workflow(&mut self, number: usize, count: usize) -> Workflow {
        let vocabulary = vocabulary(count);
        let own = self.random.random_range(0..vocabulary);
        let mut all = vec![Condition {
            negated: false,
            test: match self.random.random_range(0..3) {
                0 => Test::Inbox(vec![format!("inbox-{own}")]),
                1 => Test::AllegroAccount(vec![format!("allegro-{own}")]),
                _ => Test::Email(vec![format!("@shop-{own}.example")]),
            },
        }];
        all.extend((0..self.random.random_range(0..=2)).map(|_| self.condition()));
        all.push(if self.random.random_bool(0.4) { self.phrases() } else { self.condition() });
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

    fn phrases(&mut self) -> Condition {
        let phrases = (0..self.random.random_range(1..=4)).map(|_| {
            let words = self.random.random_range(1..=3);
            text::words(&mut self.random, words)
        });
        let phrases = Phrases { phrases: phrases.collect(), ..Phrases::default() };
        let test = match self.random.random_range(0..10) {
            0..6 => Test::Message(phrases),
            6..9 => Test::Subject(phrases),
            _ => Test::CustomerName(phrases),
        };
        Condition { negated: self.random.random_bool(0.05), test }
    }

    fn condition(&mut self) -> Condition {
        let negated = self.random.random_bool(0.15);
        let hours = |hours: i64| SignedDuration::from_hours(hours);
        let test = match self.random.random_range(0..14) {
            0 => Test::Source(self.ids("source", 8)),
            1 => Test::Integration(self.ids("integration", 12)),
            2 => Test::CurrentStatus(self.ids("status", 10)),
            3 => Test::Context(self.ids("context", 20)),
            4 => Test::TicketType(self.ids("type", 12)),
            5 => Test::TagAssigned(self.ids("tag", 200)),
            6 => Test::StatusSet(self.ids("status", 10)),
            7 => Test::Sentiment(vec![
                *[Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative]
                    .choose(&mut self.random)
                    .unwrap_or(&Sentiment::Neutral),
            ]),
            8 => Test::ReplyStatus(vec![ReplyStatus::Unanswered]),
            9 => Test::TicketState(vec![TicketState::Open]),
            10 => Test::DayOfWeek(vec![Weekday::Saturday, Weekday::Sunday]),
            11 => {
                let from = self.random.random_range(0..96) * 15;
                Test::TimeOfDay(vec![TimeRange { from_minute: from, to_minute: (from + 120) % 1_440 + 1 }])
            }
            12 => {
                Test::LastCustomerReply(vec![ElapsedBound::MoreThan(hours(self.random.random_range(1..72)))])
            }
            _ => Test::WorkingHours(vec![Attendance {
                presence: Presence::Outside,
                agent_id: Some(format!("agent-{}", self.random.random_range(0..20))),
            }]),
        };
        Condition { negated, test }
    }

    fn ids(&mut self, kind: &str, vocabulary: usize) -> Vec<String> {
        (0..self.random.random_range(1..=3))
            .map(|_| format!("{kind}-{}", self.random.random_range(0..vocabulary)))
            .collect()
    }

    /// Changes to judge, most of them messages of about `message_bytes` bytes, for an account with so many workflows.
    pub fn requests(
        &mut self,
        count: usize,
        workflows_count: usize,
        message_bytes: usize,
    ) -> Vec<Request<'static>> {
        let vocabulary = vocabulary(workflows_count);
        (0..count).map(|number| self.request(number, vocabulary, message_bytes)).collect()
    }

    fn request(&mut self, number: usize, vocabulary: usize, message_bytes: usize) -> Request<'static> {
        let now = timestamp(NOW_SECOND + self.random.random_range(0..7 * 24 * 3_600));
        let mut id = |kind: &str, vocabulary: usize| -> Option<Cow<'static, str>> {
            Some(format!("{kind}-{}", self.random.random_range(0..vocabulary)).into())
        };
        let mut ticket = Ticket {
            id: format!("ticket-{number}").into(),
            source: id("source", 8),
            integration: id("integration", 12),
            allegro_account: id("allegro", vocabulary),
            inbox: id("inbox", vocabulary),
            ticket_type: id("type", 12),
            current_status: id("status", 10),
            context: id("context", 20),
            state: Some(TicketState::Open),
            reply_status: Some(ReplyStatus::Unanswered),
            sentiment: Some(Sentiment::Neutral),
            ..Ticket::default()
        };
        ticket.subject = Some(text::words(&mut self.random, 6).into());
        ticket.customer_name = Some(text::words(&mut self.random, 2).into());
        ticket.customer_email =
            Some(format!("someone@shop-{}.example", self.random.random_range(0..vocabulary)).into());
        ticket.created_at = Some(timestamp(now.as_second() - self.random.random_range(0..5 * 24 * 3_600)));
        ticket.last_customer_reply_at =
            Some(timestamp(now.as_second() - self.random.random_range(0..3 * 24 * 3_600)));
        let mut change = Change { change_id: format!("change-{number}").into(), ..Change::default() };
        match self.random.random_range(0..10) {
            0..8 => {
                change.message_received = Some(MessageReceived {
                    author: MessageAuthor::Customer,
                    first: self.random.random_bool(0.5),
                    text: Some(text::message(&mut self.random, message_bytes).into()),
                    auto_submitted: false,
                    message_id: None,
                });
                change.ticket_created =
                    self.random.random_bool(0.5).then_some(TicketCreator::CustomerMessage);
            }
            8 => {
                change.tags_assigned = Some(vec![format!("tag-{}", self.random.random_range(0..200)).into()])
            }
            _ => change.status_set = Some(format!("status-{}", self.random.random_range(0..10)).into()),
        }
        Request { ticket, change, now, baseline: None, with_next_due: false, cause: Vec::new() }
    }
}

/// How many inboxes, Allegro accounts and domains a shop of so many workflows has.
fn vocabulary(workflows_count: usize) -> usize {
    (workflows_count / 5).max(10)
}

fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}
