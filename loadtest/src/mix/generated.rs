//! Requests that are made up: no two alike, and the same from the same seed on every machine.

use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tamis_api::v1::{
    Change, EvaluateRequest, MessageAuthor, MessageReceived, ReplyStatus, Sentiment, StatusSet, TagsAssigned,
    Ticket, TicketCreated, TicketCreator, TicketState, Timer,
};
use tamis_api::well_known::Timestamp;

use super::{Mix, Part};

mod text;

/// The instant around which all changes happen: Wednesday, 11 March 2026, 9:30 UTC.
const NOW_SECOND: i64 = 1_773_221_400;

const SOURCES: [&str; 6] =
    ["email", "chat", "contact_form", "amazon", "allegro_messages", "allegro_discussions"];
const INBOXES: [&str; 4] = ["shop", "returns", "amazon_de", "allegro_pl"];
const TYPES: [&str; 4] = ["question", "complaint", "return", "other"];
const STATUSES: [&str; 4] = ["new", "open", "pending", "solved"];
const TAGS: [&str; 6] = ["vip", "refund", "delivery", "invoice", "spam", "wholesale"];
const CONTEXTS: [&str; 2] = ["before_order", "after_order"];

/// What requests to make up: of helpdesk tickets of a shop, three quarters of them with a message of a customer in one of five
/// languages, 40 bytes to 6 KB long, 600 bytes in the mean; the rest timers, tags and statuses.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The accounts that are asked. At least one.
    pub accounts: Vec<Account>,
    /// How many different requests there are of all accounts together, each account having at least one. A few hundred fit
    /// into a processor's caches and flatter the server; the default of the command line, 4,096, are 4 MB.
    pub requests: usize,
    /// What they are drawn with.
    pub seed: u64,
}

/// An account that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// How often it is asked, in relation to the others.
    pub weight: u32,
}

impl Generated {
    /// The requests, a part for each account.
    pub fn mix(&self) -> Mix {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let each = (self.requests / self.accounts.len().max(1)).max(1);
        let mut number = 0;
        let mut part = |account: &Account| {
            let requests = (0..each).map(|_| {
                number += 1;
                request(&account.id, number, &mut random)
            });
            Part { name: account.id.clone(), weight: account.weight, requests: requests.collect() }
        };
        Mix { parts: self.accounts.iter().map(&mut part).collect() }
    }
}

fn request(account_id: &str, number: u64, random: &mut ChaCha8Rng) -> EvaluateRequest {
    let language = text::LANGUAGES.choose(random).unwrap_or(&text::ENGLISH);
    let customer_name = text::name(language, random);
    let created = NOW_SECOND - random.random_range(0..10 * 24 * 3_600);
    let replied = random.random_range(created..=NOW_SECOND);
    let (first_tag, tag_count) = (random.random_range(0..TAGS.len()), random.random_range(0..3));
    let ticket = Ticket {
        id: format!("load-{number}"),
        url: Some(format!("https://help.example.com/tickets/{number}")),
        source: one(&SOURCES, random),
        integration: Some("shop".to_owned()),
        inbox: one(&INBOXES, random),
        r#type: one(&TYPES, random),
        subject: Some(text::subject(language, random)),
        current_status: one(&STATUSES, random),
        state: TicketState::Open.into(),
        tags: TAGS.iter().cycle().skip(first_tag).take(tag_count).map(|tag| (*tag).to_owned()).collect(),
        context: one(&CONTEXTS, random),
        sentiment: random.random_range(i32::from(Sentiment::Unspecified)..=i32::from(Sentiment::Negative)),
        reply_status: if random.random_bool(0.7) { ReplyStatus::Unanswered } else { ReplyStatus::Answered }
            .into(),
        created_at: Some(at(created)),
        last_customer_reply_at: Some(at(replied)),
        linked_order_ids: if random.random_bool(0.5) { vec![format!("ORD-{number}")] } else { Vec::new() },
        customer_email: Some(format!("customer{number}@example.com")),
        customer_name: Some(customer_name),
        ..Ticket::default()
    };
    EvaluateRequest {
        account_id: account_id.to_owned(),
        ticket: Some(ticket),
        change: Some(change(number, language, random)),
        now: Some(at(NOW_SECOND)),
        ..EvaluateRequest::default()
    }
}

fn change(number: u64, language: &text::Language, random: &mut ChaCha8Rng) -> Change {
    let change_id = format!("load-change-{number}");
    match random.random_range(0..100) {
        0..75 => {
            let first = random.random_bool(0.5);
            Change {
                change_id,
                ticket_created: first.then(|| TicketCreated { by: TicketCreator::CustomerMessage.into() }),
                message_received: Some(MessageReceived {
                    author: MessageAuthor::Customer.into(),
                    first,
                    text: Some(text::message(language, random)),
                    auto_submitted: random.random_bool(0.03),
                    message_id: Some(format!("m-{number}")),
                }),
                ..Change::default()
            }
        }
        75..85 => Change { timer: Some(Timer {}), ..Change::default() },
        85..93 => Change {
            change_id,
            tags_assigned: Some(TagsAssigned { tag_ids: one(&TAGS, random).into_iter().collect() }),
            ..Change::default()
        },
        _ => Change {
            change_id,
            status_set: Some(StatusSet { status_id: one(&STATUSES, random).unwrap_or_default() }),
            ..Change::default()
        },
    }
}

fn one(words: &[&str], random: &mut ChaCha8Rng) -> Option<String> {
    words.choose(random).map(|word| (*word).to_owned())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}
