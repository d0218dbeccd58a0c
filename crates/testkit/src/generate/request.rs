//! Requests: every fact, every field absent or not, with and without a baseline.

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use tamis_engine::definition::{ReplyStatus, Sentiment, TicketState};
use tamis_engine::request::{
    AssignedAgent, Baseline, Change, MessageAuthor, MessageReceived, Request, Text, Ticket, TicketCreator,
};

use super::{AGENTS, id, instant, since, text, whole_minute};

/// Values of ids, urls and e-mails that tickets have; an id that no condition names is among them.
const TICKET_IDS: [&str; 4] = ["a", "b", "c", "other"];
const EMAILS: [&str; 6] =
    ["jean@example.com", " Jean@EXAMPLE.com ", "ola@poczta.example", "x@y@shop.example", "nobody", ""];
const LINE_BREAKS: [&str; 5] =
    ["Jean\r\nBcc: x@y.example", "<Jean> & \"Co\"", "  ", "{{ ticket_id }}", "O'\u{2028}Neill"];

fn known() -> BoxedStrategy<Option<Text<'static>>> {
    prop::option::weighted(0.8, select(&TICKET_IDS[..]).prop_map(Text::Borrowed)).boxed()
}

fn ids() -> impl Strategy<Value = Vec<Text<'static>>> {
    prop::collection::vec(id().prop_map(Text::Owned), 0..=2)
}

/// A request at an instant around a change of the clocks. With `whole_minutes`, all of its instants are whole minutes.
pub fn request(whole_minutes: bool) -> BoxedStrategy<Request<'static>> {
    let now = if whole_minutes { whole_minute().boxed() } else { instant().boxed() };
    now.prop_flat_map(move |now| {
        let before = prop_oneof![
            2 => Just(None),
            1 => ticket(now, whole_minutes).prop_map(Some),
        ];
        let asked_at = prop::option::of(since(now, whole_minutes));
        let baseline =
            (before, asked_at).prop_map(|(ticket, asked_at)| Box::new(Baseline { ticket, asked_at }));
        let cause = prop::collection::vec(select(&["w0", "w1", "w9"][..]).prop_map(Text::Borrowed), 0..=1);
        let baseline = prop::option::weighted(0.3, baseline);
        let with = (any::<bool>(), any::<bool>());
        (ticket(now, whole_minutes), change(), baseline, with, cause).prop_map(
            move |(ticket, change, baseline, (with_next_due, with_chaining), cause)| Request {
                ticket,
                change,
                now,
                baseline,
                with_next_due,
                with_chaining,
                cause,
            },
        )
    })
    .boxed()
}

/// A ticket as seen from now.
pub fn ticket(now: Timestamp, whole_minutes: bool) -> BoxedStrategy<Ticket<'static>> {
    let origin = (known(), known(), known(), known(), prop::option::weighted(0.4, ids()), known());
    let subject = prop::option::weighted(0.9, text().prop_map(Text::Owned));
    let name = prop_oneof![3 => text().prop_map(Text::Owned), 1 => select(&LINE_BREAKS[..]).prop_map(Text::Borrowed)];
    let customer = (
        subject,
        prop::option::weighted(0.9, name),
        prop::option::weighted(0.8, select(&EMAILS[..]).prop_map(Text::Borrowed)),
    );
    let judged = (
        known(),
        known(),
        prop::option::weighted(0.8, select(&[TicketState::Open, TicketState::Closed][..])),
        prop::option::weighted(
            0.8,
            select(&[Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative][..]),
        ),
        prop::option::weighted(0.8, select(&[ReplyStatus::Answered, ReplyStatus::Unanswered][..])),
    );
    let instants = (
        prop::option::weighted(0.8, since(now, whole_minutes)),
        prop::option::weighted(0.8, since(now, whole_minutes)),
    );
    let url =
        prop::option::of(select(&["https://shop.example/t/1?a=1&b=2", " "][..]).prop_map(Text::Borrowed));
    (origin, customer, judged, instants, (url, ids(), ids(), prop::option::weighted(0.7, assigned_agent())))
        .prop_map(|(origin, customer, judged, instants, (url, tags, linked_order_ids, assigned_agent))| {
            Ticket {
                id: Text::Borrowed("ticket"),
                url,
                source: origin.0,
                integration: origin.1,
                allegro_account: origin.2,
                inbox: origin.3,
                inbox_groups: origin.4,
                ticket_type: origin.5,
                subject: customer.0,
                customer_name: customer.1,
                customer_email: customer.2,
                current_status: judged.0,
                context: judged.1,
                state: judged.2,
                sentiment: judged.3,
                reply_status: judged.4,
                created_at: instants.0,
                last_customer_reply_at: instants.1,
                tags,
                linked_order_ids,
                assigned_agent,
            }
        })
        .boxed()
}

fn assigned_agent() -> BoxedStrategy<AssignedAgent<'static>> {
    let given =
        || prop::option::weighted(0.3, select(&["Given", "", "<i>", "a\nb"][..]).prop_map(Text::Borrowed));
    (select(&AGENTS[..]), given(), given(), given())
        .prop_map(|(id, first_name, last_name, email)| AssignedAgent {
            id: Text::Borrowed(id),
            first_name,
            last_name,
            email,
        })
        .boxed()
}

/// A timer, or a change with at least one fact.
pub fn change() -> BoxedStrategy<Change<'static>> {
    let timer = prop::bool::ANY.prop_map(|has_id| Change {
        change_id: Text::Borrowed(if has_id { "tick" } else { "" }),
        timer: true,
        ..Change::default()
    });
    let facts = (
        prop::option::weighted(0.3, select(&[TicketCreator::Agent, TicketCreator::CustomerMessage][..])),
        prop::option::weighted(0.5, message()),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.3, prop::collection::vec(id().prop_map(Text::Owned), 1..=2)),
        prop::option::weighted(0.3, id().prop_map(Text::Owned)),
        any::<bool>(),
    )
        .prop_map(
            |(ticket_created, message_received, return_created, tags_assigned, status_set, updated)| {
                let has_fact = ticket_created.is_some()
                    || message_received.is_some()
                    || return_created
                    || tags_assigned.is_some()
                    || status_set.is_some();
                Change {
                    change_id: Text::Borrowed("change"),
                    ticket_created,
                    message_received,
                    return_created,
                    tags_assigned,
                    status_set,
                    updated: updated || !has_fact,
                    timer: false,
                }
            },
        );
    prop_oneof![1 => timer, 3 => facts].boxed()
}

fn message() -> BoxedStrategy<MessageReceived<'static>> {
    (
        select(&[MessageAuthor::Customer, MessageAuthor::Customer, MessageAuthor::Other][..]),
        any::<bool>(),
        prop::option::weighted(0.9, text().prop_map(Text::Owned)),
        prop::bool::weighted(0.2),
        prop::option::of(Just(Text::Borrowed("message"))),
    )
        .prop_map(|(author, first, text, auto_submitted, message_id)| MessageReceived {
            author,
            first,
            text,
            auto_submitted,
            message_id,
        })
        .boxed()
}
