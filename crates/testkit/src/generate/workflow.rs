//! Workflows: all conditions and actions, in every combination that is valid.

use proptest::prelude::*;
use proptest::sample::select;
use tamis_engine::definition::{
    Action, Attendance, Body, Condition, CustomerAction, ElapsedBound, Mode, NewTicketBy, Presence,
    ReplyStatus, Sentiment, Test, TextFormat, TicketState, Workflow,
};

use super::account::WEEKDAYS;
use super::{AGENTS, duration, id, phrases, some, template, time_range};

/// Addresses as conditions name them.
const ADDRESSES: [&str; 5] =
    ["jean@example.com", "JEAN@Example.com", "@example.com", "@shop.example", "ola@poczta.example"];

/// Up to six workflows, in order of creation.
pub fn workflows() -> BoxedStrategy<Vec<Workflow>> {
    prop::collection::vec(workflow(), 0..=6)
        .prop_map(|mut workflows| {
            for (number, workflow) in workflows.iter_mut().enumerate() {
                workflow.id = format!("w{number}");
            }
            workflows
        })
        .boxed()
}

/// One workflow with the id `w0`: mostly live and enabled, with few conditions.
pub fn workflow() -> BoxedStrategy<Workflow> {
    let conditions = prop_oneof![
        3 => (prop::collection::vec(condition(), 1..=3), prop::collection::vec(condition(), 0..=0)),
        2 => (prop::collection::vec(condition(), 0..=2), prop::collection::vec(condition(), 1..=3)),
    ];
    let order = (prop::option::of(0..3_u32), prop::bool::weighted(0.15));
    let mode = prop_oneof![5 => Just(Mode::Live), 1 => Just(Mode::Shadow)];
    let actions = prop::collection::vec(action(), 1..=3);
    (conditions, order, mode, prop::bool::weighted(0.9), actions)
        .prop_map(|((all, any), (position, stop), mode, enabled, actions)| Workflow {
            id: "w0".to_owned(),
            display_name: "A workflow".to_owned(),
            enabled,
            mode,
            position,
            stop,
            all,
            any,
            actions,
            ..Workflow::default()
        })
        .boxed()
}

/// Any condition, negated one time in three.
pub fn condition() -> BoxedStrategy<Condition> {
    let test = prop_oneof![2 => state_test(), 2 => event_test(), 1 => time_test()];
    (prop::bool::weighted(0.33), test).prop_map(|(negated, test)| Condition { negated, test }).boxed()
}

/// A clock or elapsed condition, negated one time in three.
pub fn time_condition() -> BoxedStrategy<Condition> {
    (prop::bool::weighted(0.33), time_test()).prop_map(|(negated, test)| Condition { negated, test }).boxed()
}

fn state_test() -> BoxedStrategy<Test> {
    let ids = || some(id());
    prop_oneof![
        ids().prop_map(Test::Source),
        some(select(&ADDRESSES[..]).prop_map(str::to_owned)).prop_map(Test::Email),
        phrases().prop_map(Test::Subject),
        phrases().prop_map(Test::CustomerName),
        ids().prop_map(Test::Integration),
        ids().prop_map(Test::CurrentStatus),
        ids().prop_map(Test::Context),
        some(select(&[Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative][..]))
            .prop_map(Test::Sentiment),
        some(select(&[ReplyStatus::Answered, ReplyStatus::Unanswered][..])).prop_map(Test::ReplyStatus),
        some(select(&[TicketState::Open, TicketState::Closed][..])).prop_map(Test::TicketState),
        ids().prop_map(Test::AllegroAccount),
        ids().prop_map(Test::Inbox),
        ids().prop_map(Test::InboxGroup),
        ids().prop_map(Test::TicketType),
    ]
    .boxed()
}

fn event_test() -> BoxedStrategy<Test> {
    let creators = [NewTicketBy::Anyone, NewTicketBy::Agent, NewTicketBy::CustomerMessage];
    let actions = [
        CustomerAction::FirstCustomerMessage,
        CustomerAction::EveryCustomerMessage,
        CustomerAction::ReturnCreated,
    ];
    prop_oneof![
        some(select(creators.to_vec())).prop_map(Test::NewTicket),
        phrases().prop_map(Test::Message),
        Just(Test::NewMessage),
        some(select(actions.to_vec())).prop_map(Test::Action),
        some(id()).prop_map(Test::TagAssigned),
        some(id()).prop_map(Test::StatusSet),
    ]
    .boxed()
}

fn time_test() -> BoxedStrategy<Test> {
    let bound = || {
        prop_oneof![
            duration().prop_map(ElapsedBound::MoreThan),
            duration().prop_filter_map("nothing is less than nothing", |duration| {
                duration.is_positive().then_some(ElapsedBound::LessThan(duration))
            }),
        ]
    };
    let agent_id = prop::option::of(select(&AGENTS[..]).prop_map(str::to_owned));
    let attendance = (select(&[Presence::Inside, Presence::Outside][..]), agent_id)
        .prop_map(|(presence, agent_id)| Attendance { presence, agent_id });
    prop_oneof![
        some(select(&WEEKDAYS[..])).prop_map(Test::DayOfWeek),
        some(time_range()).prop_map(Test::TimeOfDay),
        some(bound()).prop_map(Test::LastCustomerReply),
        some(bound()).prop_map(Test::TicketCreated),
        some(attendance).prop_map(Test::WorkingHours),
    ]
    .boxed()
}

/// Any action.
pub fn action() -> BoxedStrategy<Action> {
    let format = select(&[TextFormat::Plain, TextFormat::Html][..]);
    let body = || (template(), format.clone()).prop_map(|(text, format)| Body { text, format });
    prop_oneof![
        body().prop_map(|body| Action::SendMessage { body }),
        (body(), select(&["pl", "pt-BR"][..])).prop_map(|(body, language)| {
            Action::SendTranslatedMessage { body, target_language: language.to_owned() }
        }),
        template().prop_map(|instructions| Action::AiMessage { instructions }),
        (template(), template(), body()).prop_map(|(to, subject, body)| Action::SendEmail {
            to,
            subject,
            body
        }),
        id().prop_map(|status_id| Action::SetStatus { status_id }),
        select(&AGENTS[..]).prop_map(|agent| Action::AssignAgent { agent_id: agent.to_owned() }),
        id().prop_map(|tag_id| Action::AssignTag { tag_id }),
        id().prop_map(|order_status_id| Action::ChangeOrderStatus { order_status_id }),
    ]
    .boxed()
}
