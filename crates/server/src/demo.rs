//! An account to try the service with: a shop's directory, and workflows from the ready-made ones.

use std::sync::Arc;

use jiff::civil::{Weekday, date};
use tamis_engine::definition::{
    Agent, DatedException, Directory, Inbox, Term, TimeRange, WeeklyInterval, WorkingHours,
};
use tamis_engine::starters::{Language, starters};
use tamis_engine::{Account, Workflow, check};

use crate::catalog::plan::{self, Candidate, Current, Plan, Put};
use crate::catalog::{Catalog, Write, order};
use crate::convert::merged;
use crate::identity::Access;
use crate::status::Failure;

/// The account's id.
pub const ACCOUNT_ID: &str = "demo";

/// Makes the account with its workflows in one revision, unless there is one: what its owner made of it stays.
pub(crate) async fn ensure(catalog: &Arc<Catalog>) -> Result<(), Failure> {
    let write = Write {
        account_id: ACCOUNT_ID.to_owned(),
        access: Access::OPEN,
        actor: "tamis".to_owned(),
        operation: "CreateDemo",
        creates: true,
        one: None,
    };
    let plan = |current: &Current| {
        if current.snapshot.is_some() {
            return Ok((Plan::Put(Put::default()), ()));
        }
        let account = Arc::new(account());
        let mut findings = check::account(&account, "account");
        let candidates: Vec<Candidate> = workflows().into_iter().map(candidate).collect();
        findings = merged(findings, plan::findings(&account, &candidates));
        plan::warnings(findings)?;
        let workflows = candidates.into_iter().map(|candidate| candidate.workflow).collect();
        Ok((Plan::Put(Put { account: Some(account), workflows, ..Put::default() }), ()))
    };
    match catalog.write(write, plan).await {
        // Another service on the same store has made it at the same moment.
        Ok(_) | Err(Failure::RevisionMismatch { .. }) => Ok(()),
        Err(failure) => Err(failure),
    }
}

fn candidate(workflow: Workflow) -> Candidate {
    Candidate { path: plan::stored_path(&workflow.id), workflow: Arc::new(workflow), findings: Vec::new() }
}

/// The account's workflows, in their order.
pub fn workflows() -> Vec<Workflow> {
    let mut last = None;
    starters(Language::English)
        .into_iter()
        .map(|starter| {
            last = Some(order::after(last));
            Workflow { id: starter.id.to_owned(), position: last, ..starter.workflow }
        })
        .collect()
}

/// The account itself, with its directory.
pub fn account() -> Account {
    Account {
        id: ACCOUNT_ID.to_owned(),
        display_name: "A shop to try things with".to_owned(),
        time_zone: "Europe/Warsaw".to_owned(),
        locale: "en-GB".to_owned(),
        directory: directory(),
    }
}

fn directory() -> Directory {
    Directory {
        agents: agents(),
        inboxes: vec![
            inbox("shop", "Our own shop", &["own_shop"]),
            inbox("allegro_pl", "Allegro Poland", &["marketplaces"]),
            inbox("amazon_de", "Amazon Germany", &["marketplaces"]),
        ],
        inbox_groups: terms(&[("own_shop", "Own shop"), ("marketplaces", "Marketplaces")]),
        sources: terms(&[
            ("email", "E-mail"),
            ("chat", "Chat"),
            ("contact_form", "Contact form"),
            ("allegro", "Allegro"),
            ("allegro_discussions", "Allegro Discussions"),
            ("amazon", "Amazon"),
        ]),
        integrations: terms(&[("shop", "The shop"), ("allegro", "Allegro"), ("amazon", "Amazon")]),
        statuses: terms(&[("new", "New"), ("open", "Open"), ("pending", "Pending"), ("solved", "Solved")]),
        tags: terms(&[
            ("complaint", "Complaint"),
            ("delivery", "Delivery"),
            ("follow_up", "Follow-up"),
            ("invoice", "Invoice"),
            ("refund", "Refund"),
            ("return", "Return"),
            ("vip", "VIP"),
        ]),
        ticket_types: terms(&[("question", "Question"), ("complaint", "Complaint"), ("return", "Return")]),
        contexts: terms(&[("before_order", "Before an order"), ("after_order", "After an order")]),
        allegro_accounts: terms(&[("allegro_main", "Main"), ("allegro_outlet", "Outlet")]),
        order_statuses: terms(&[
            ("paid", "Paid"),
            ("shipped", "Shipped"),
            ("return_in_progress", "Return in progress"),
            ("refunded", "Refunded"),
        ]),
    }
}

fn agents() -> Vec<Agent> {
    // Anna works by day with a break, Marc from another country, Ola at the end of the week and into the night.
    let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let anna = hours("", &days, &[(8, 12), (13, 16)]);
    let christmas = DatedException { date: date(2026, 12, 24), ranges: vec![range(8, 12)] };
    let new_year = DatedException { date: date(2027, 1, 1), ranges: Vec::new() };
    vec![
        agent("anna", "Anna", "Nowak", WorkingHours { exceptions: vec![christmas, new_year], ..anna }),
        agent("marc", "Marc", "Lefèvre", hours("Europe/Paris", &days, &[(9, 17)])),
        agent("ola", "Ola", "Wiśniewska", hours("", &[Weekday::Friday, Weekday::Saturday], &[(20, 4)])),
    ]
}

fn agent(id: &str, first_name: &str, last_name: &str, working_hours: WorkingHours) -> Agent {
    Agent {
        id: id.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: format!("{id}@shop.example"),
        working_hours: Some(working_hours),
    }
}

fn hours(time_zone: &str, days: &[Weekday], spans: &[(u16, u16)]) -> WorkingHours {
    let spans = |day: &Weekday| {
        let day = *day;
        spans.iter().map(move |(from, to)| WeeklyInterval { day, range: range(*from, *to) })
    };
    WorkingHours {
        time_zone: time_zone.to_owned(),
        weekly: days.iter().flat_map(spans).collect(),
        exceptions: Vec::new(),
    }
}

/// A span between two full hours.
fn range(from: u16, to: u16) -> TimeRange {
    TimeRange { from_minute: from * 60, to_minute: to * 60 }
}

fn inbox(id: &str, display_name: &str, group_ids: &[&str]) -> Inbox {
    Inbox {
        id: id.to_owned(),
        display_name: display_name.to_owned(),
        group_ids: group_ids.iter().map(ToString::to_string).collect(),
    }
}

fn terms(terms: &[(&str, &str)]) -> Option<Vec<Term>> {
    let term = |(id, display_name): &(&str, &str)| Term {
        id: id.to_string(),
        display_name: display_name.to_string(),
    };
    Some(terms.iter().map(term).collect())
}

/// A change of the demo account, as the JSON of an `EvaluateRequest`: a customer's first message, at an instant of its
/// own so that the answer is the same whenever it is asked.
pub const SAMPLE_REQUEST: &str = r#"{
  "account_id": "demo",
  "ticket": {
    "id": "48213",
    "url": "https://desk.shop.example/tickets/48213",
    "source": "email",
    "integration": "shop",
    "inbox": "shop",
    "type": "question",
    "subject": "Où est mon colis? Where is my PARCEL?",
    "current_status": "new",
    "state": "TICKET_STATE_OPEN",
    "context": "after_order",
    "reply_status": "REPLY_STATUS_UNANSWERED",
    "created_at": "2026-06-02T08:15:00Z",
    "last_customer_reply_at": "2026-06-02T08:15:00Z",
    "linked_order_ids": ["2026-0117"],
    "customer_name": "Zoé Żak",
    "customer_email": "zoe@customer.example"
  },
  "change": {
    "change_id": "48213-1",
    "ticket_created": { "by": "TICKET_CREATOR_CUSTOMER_MESSAGE" },
    "message_received": {
      "author": "MESSAGE_AUTHOR_CUSTOMER",
      "first": true,
      "text": "If it has not arrived by Friday I want a Réfund.",
      "message_id": "48213-1"
    }
  },
  "now": "2026-06-02T08:15:01Z"
}"#;
