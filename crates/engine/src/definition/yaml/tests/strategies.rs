//! Random documents: every condition, every action, and texts that YAML is known to trip over.

use std::borrow::Cow;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::definition::yaml::Document;
use crate::definition::{
    Account, Action, Agent, Attendance, Body, Condition, CustomerAction, DatedException, Directory,
    ElapsedBound, Example, Inbox, Mode, NewTicketBy, PhraseMode, Phrases, Presence, ReplyStatus, Sentiment,
    Term, Test, TextFormat, TicketState, TimeRange, WeeklyInterval, Workflow, WorkingHours,
};
use crate::request::{
    AssignedAgent, Baseline, Change, MessageAuthor, MessageReceived, Text, Ticket, TicketCreator,
};

const ODD: [&str; 56] = [
    "yes",
    "no",
    "on",
    "y",
    "N",
    "true",
    "False",
    "null",
    "Null",
    "~",
    "1e3",
    "0x1F",
    "012",
    "12",
    "-1",
    "1_000",
    ".inf",
    ".nan",
    "1:30",
    "22:00-06:00",
    "2026-12-24",
    "<<",
    "=",
    "-",
    "- a",
    "?",
    "? a",
    ":",
    "a:",
    "a: b",
    ": b",
    "#x",
    "a #b",
    "a#b",
    "&a",
    "*a",
    "!a",
    "!!str",
    "|",
    ">",
    "%a",
    "@a.example",
    "`a`",
    "'a'",
    "\"a\"",
    "it's",
    "[a]",
    "{a}",
    "{{ customer_name }}",
    "a, b",
    "---",
    "...",
    " a",
    "a ",
    "\\n",
    "\u{feff}a",
];
const PIECES: [&str; 30] = [
    "a", "żółć", "😀", "日本", " ", "  ", "\n", "\n\n", "\r", "\r\n", "\t", "\"", "'", "\\", ":", ": ", "#",
    " #", "-", "- ", "{{ x }}", "[", "}", ",", "\u{a0}", "\u{85}", "\u{2028}", "\u{0}", "\u{7f}", "\u{200b}",
];

pub(super) fn text() -> BoxedStrategy<String> {
    let pieces = vec(select(PIECES.as_slice()), 0..8).prop_map(|pieces| pieces.concat());
    let lines = vec("[ -~]{0,12}", 1..5).prop_map(|lines| lines.join("\n"));
    prop_oneof![
        4 => select(ODD.as_slice()).prop_map(str::to_owned),
        4 => pieces,
        2 => lines,
        2 => "[a-z ]{0,20}",
        1 => any::<String>(),
        1 => "[a-z ]{100,200}",
        1 => Just(String::new()),
    ]
    .boxed()
}

fn id() -> BoxedStrategy<String> {
    prop_oneof![3 => "[a-z]{1,8}", 2 => text().prop_filter("an id is not empty", |id| !id.is_empty())].boxed()
}

fn owned(text: impl Strategy<Value = String>) -> impl Strategy<Value = Text<'static>> {
    text.prop_map(Cow::Owned)
}

fn weekday() -> BoxedStrategy<Weekday> {
    (0..7_i8).prop_map(|offset| Weekday::from_monday_zero_offset(offset).unwrap()).boxed()
}

fn range() -> BoxedStrategy<TimeRange> {
    (0..1_440_u16, 1..=1_440_u16)
        .prop_map(|(from_minute, to_minute)| TimeRange { from_minute, to_minute })
        .boxed()
}

fn instant() -> BoxedStrategy<Timestamp> {
    let seconds = Timestamp::MIN.as_second() + 1..Timestamp::MAX.as_second();
    (seconds, prop_oneof![Just(0), 0..1_000_000_000_i32])
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
        .boxed()
}

fn duration() -> BoxedStrategy<SignedDuration> {
    let unit = select([1_i64, 60, 3_600, 86_400, 604_800].as_slice());
    prop_oneof![
        4 => (-3..400_i64, unit).prop_map(|(count, seconds)| SignedDuration::from_secs(count * seconds)),
        1 => (any::<i32>(), -999_999_999..1_000_000_000_i32)
            .prop_map(|(seconds, nanos)| SignedDuration::new(i64::from(seconds), nanos)),
    ]
    .boxed()
}

fn bound() -> BoxedStrategy<ElapsedBound> {
    prop_oneof![duration().prop_map(ElapsedBound::MoreThan), duration().prop_map(ElapsedBound::LessThan)]
        .boxed()
}

fn attendance() -> BoxedStrategy<Attendance> {
    let presence = select([Presence::Inside, Presence::Outside].as_slice());
    (presence, option::of(text())).prop_map(|(presence, agent_id)| Attendance { presence, agent_id }).boxed()
}

fn phrases() -> BoxedStrategy<Phrases> {
    const MODES: [PhraseMode; 4] =
        [PhraseMode::Contains, PhraseMode::Equals, PhraseMode::StartsWith, PhraseMode::EndsWith];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (vec(text(), 0..4), select(MODES.as_slice()), flags)
        .prop_map(|(phrases, mode, flags)| Phrases {
            phrases,
            mode,
            whole_word: flags.0,
            case_sensitive: flags.1,
            accent_sensitive: flags.2,
        })
        .boxed()
}

fn some<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    vec(select(values), 0..4)
}

fn test() -> BoxedStrategy<Test> {
    const BY: [NewTicketBy; 3] = [NewTicketBy::Anyone, NewTicketBy::Agent, NewTicketBy::CustomerMessage];
    const ACTIONS: [CustomerAction; 3] = [
        CustomerAction::FirstCustomerMessage,
        CustomerAction::EveryCustomerMessage,
        CustomerAction::ReturnCreated,
    ];
    let ids = || vec(text(), 0..5);
    let of_ids = prop_oneof![
        ids().prop_map(Test::Source),
        ids().prop_map(Test::Email),
        ids().prop_map(Test::Integration),
        ids().prop_map(Test::TagAssigned),
        ids().prop_map(Test::StatusSet),
        ids().prop_map(Test::CurrentStatus),
        ids().prop_map(Test::Context),
        ids().prop_map(Test::AllegroAccount),
        ids().prop_map(Test::Inbox),
    ];
    let others = prop_oneof![
        ids().prop_map(Test::InboxGroup),
        ids().prop_map(Test::TicketType),
        some(&BY).prop_map(Test::NewTicket),
        vec(weekday(), 0..4).prop_map(Test::DayOfWeek),
        vec(range(), 0..4).prop_map(Test::TimeOfDay),
        Just(Test::NewMessage),
        some(&ACTIONS).prop_map(Test::Action),
        vec(bound(), 0..3).prop_map(Test::LastCustomerReply),
        vec(bound(), 0..3).prop_map(Test::TicketCreated),
    ];
    let words = prop_oneof![
        some(&[Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative]).prop_map(Test::Sentiment),
        some(&[ReplyStatus::Answered, ReplyStatus::Unanswered]).prop_map(Test::ReplyStatus),
        some(&[TicketState::Open, TicketState::Closed]).prop_map(Test::TicketState),
        vec(attendance(), 0..3).prop_map(Test::WorkingHours),
    ];
    let texts = prop_oneof![
        phrases().prop_map(Test::Subject),
        phrases().prop_map(Test::CustomerName),
        phrases().prop_map(Test::Message),
    ];
    prop_oneof![9 => of_ids, 9 => others, 4 => words, 3 => texts].boxed()
}

fn condition() -> BoxedStrategy<Condition> {
    (any::<bool>(), test()).prop_map(|(negated, test)| Condition { negated, test }).boxed()
}

fn body() -> BoxedStrategy<Body> {
    let format = select([TextFormat::Plain, TextFormat::Html].as_slice());
    (text(), format).prop_map(|(text, format)| Body { text, format }).boxed()
}

fn action() -> BoxedStrategy<Action> {
    prop_oneof![
        body().prop_map(|body| Action::SendMessage { body }),
        (body(), text())
            .prop_map(|(body, target_language)| Action::SendTranslatedMessage { body, target_language }),
        text().prop_map(|instructions| Action::AiMessage { instructions }),
        (text(), text(), body()).prop_map(|(to, subject, body)| Action::SendEmail { to, subject, body }),
        text().prop_map(|status_id| Action::SetStatus { status_id }),
        text().prop_map(|agent_id| Action::AssignAgent { agent_id }),
        text().prop_map(|tag_id| Action::AssignTag { tag_id }),
        text().prop_map(|order_status_id| Action::ChangeOrderStatus { order_status_id }),
    ]
    .boxed()
}

fn assigned_agent() -> BoxedStrategy<AssignedAgent<'static>> {
    let detail = || option::of(owned(text()));
    (owned(text()), detail(), detail(), detail())
        .prop_map(|(id, first_name, last_name, email)| AssignedAgent { id, first_name, last_name, email })
        .boxed()
}

fn ticket() -> BoxedStrategy<Ticket<'static>> {
    let some_id = || option::of(owned(id()));
    let some_text = || option::of(owned(text()));
    let ids = || vec(owned(text()), 0..3);
    let ids_of = (some_id(), some_id(), some_id(), some_id(), some_id(), some_id(), some_id());
    let texts = (owned(text()), some_text(), some_text(), some_text(), some_text());
    let lists = (option::of(ids()), ids(), ids());
    let states = (
        option::of(select([TicketState::Open, TicketState::Closed].as_slice())),
        option::of(select([Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative].as_slice())),
        option::of(select([ReplyStatus::Answered, ReplyStatus::Unanswered].as_slice())),
    );
    let instants = (option::of(instant()), option::of(instant()));
    (ids_of, texts, lists, states, instants, option::of(assigned_agent()))
        .prop_map(|(ids, texts, lists, states, instants, assigned_agent)| Ticket {
            id: texts.0,
            url: texts.1,
            source: ids.0,
            integration: ids.1,
            allegro_account: ids.2,
            inbox: ids.3,
            inbox_groups: lists.0,
            ticket_type: ids.4,
            subject: texts.2,
            current_status: ids.5,
            state: states.0,
            tags: lists.1,
            context: ids.6,
            sentiment: states.1,
            reply_status: states.2,
            created_at: instants.0,
            last_customer_reply_at: instants.1,
            linked_order_ids: lists.2,
            customer_name: texts.3,
            customer_email: texts.4,
            assigned_agent,
        })
        .boxed()
}

fn change() -> BoxedStrategy<Change<'static>> {
    let author = select([MessageAuthor::Customer, MessageAuthor::Other].as_slice());
    let message = (author, any::<bool>(), option::of(owned(text())), any::<bool>(), option::of(owned(id())));
    let message = message.prop_map(|(author, first, text, auto_submitted, message_id)| MessageReceived {
        author,
        first,
        text,
        auto_submitted,
        message_id,
    });
    let creator = select([TicketCreator::Agent, TicketCreator::CustomerMessage].as_slice());
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let tags = option::of(vec(owned(text()), 0..3));
    (owned(text()), option::of(creator), option::of(message), tags, option::of(owned(text())), flags)
        .prop_map(|(change_id, ticket_created, message_received, tags_assigned, status_set, flags)| Change {
            change_id,
            ticket_created,
            message_received,
            return_created: flags.0,
            tags_assigned,
            status_set,
            updated: flags.1,
            timer: flags.2,
        })
        .boxed()
}

fn example() -> BoxedStrategy<Example> {
    let baseline = (option::of(ticket()), option::of(instant()))
        .prop_map(|(ticket, asked_at)| Box::new(Baseline { ticket, asked_at }));
    (text(), any::<bool>(), ticket(), change(), instant(), option::of(baseline))
        .prop_map(|(name, matches, ticket, change, now, baseline)| Example {
            name,
            matches,
            ticket,
            change,
            now,
            baseline,
        })
        .boxed()
}

fn workflow() -> BoxedStrategy<Workflow> {
    let conditions = || vec(condition(), 0..4);
    let mode = select([Mode::Live, Mode::Shadow].as_slice());
    let lists = (conditions(), conditions(), vec(action(), 0..4), vec(example(), 0..2));
    let flags = (any::<bool>(), any::<bool>());
    (text(), text(), text(), flags, mode, option::of(any::<u32>()), lists)
        .prop_map(|(id, display_name, description, (enabled, stop), mode, position, lists)| Workflow {
            id,
            display_name,
            description,
            enabled,
            mode,
            position,
            stop,
            all: lists.0,
            any: lists.1,
            actions: lists.2,
            examples: lists.3,
            version: 0,
        })
        .boxed()
}

fn working_hours() -> BoxedStrategy<WorkingHours> {
    let days = btree_set(0..7_i8, 0..4).prop_flat_map(|days| {
        days.into_iter().map(|day| (Just(day), vec(range(), 1..3))).collect::<Vec<_>>().prop_shuffle()
    });
    let date = (1900..2200_i16, 1..=12_i8, 1..=28_i8);
    let exceptions = btree_set(date, 0..3).prop_flat_map(|dates| {
        dates.into_iter().map(|date| (Just(date), vec(range(), 0..3))).collect::<Vec<_>>()
    });
    (text(), days, exceptions)
        .prop_map(|(time_zone, days, exceptions)| WorkingHours {
            time_zone,
            weekly: days
                .into_iter()
                .flat_map(|(day, ranges)| {
                    let day = Weekday::from_monday_zero_offset(day).unwrap();
                    ranges.into_iter().map(move |range| WeeklyInterval { day, range })
                })
                .collect(),
            exceptions: exceptions
                .into_iter()
                .map(|((y, m, d), ranges)| DatedException { date: Date::new(y, m, d).unwrap(), ranges })
                .collect(),
        })
        .boxed()
}

fn directory() -> BoxedStrategy<Directory> {
    let agent = (text(), text(), text(), text(), option::of(working_hours())).prop_map(
        |(id, first_name, last_name, email, working_hours)| Agent {
            id,
            first_name,
            last_name,
            email,
            working_hours,
        },
    );
    let inbox = (text(), text(), vec(text(), 0..3)).prop_map(|(id, display_name, group_ids)| Inbox {
        id,
        display_name,
        group_ids,
    });
    let terms = || {
        let term = (text(), text()).prop_map(|(id, display_name)| Term { id, display_name });
        option::of(vec(term, 0..4))
    };
    let vocabularies = (terms(), terms(), terms(), terms(), terms(), terms(), terms(), terms(), terms());
    (vec(agent, 0..3), vec(inbox, 0..3), vocabularies)
        .prop_map(|(agents, inboxes, lists)| Directory {
            agents,
            inboxes,
            inbox_groups: lists.0,
            sources: lists.1,
            integrations: lists.2,
            statuses: lists.3,
            tags: lists.4,
            ticket_types: lists.5,
            contexts: lists.6,
            allegro_accounts: lists.7,
            order_statuses: lists.8,
        })
        .boxed()
}

pub(super) fn document() -> BoxedStrategy<Document> {
    let account = (text(), text(), text(), text(), directory()).prop_map(
        |(id, display_name, time_zone, locale, directory)| Account {
            id,
            display_name,
            time_zone,
            locale,
            directory,
        },
    );
    (option::of(account), vec(workflow(), 0..3))
        .prop_map(|(account, workflows)| Document { account, workflows })
        .boxed()
}
