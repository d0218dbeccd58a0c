//! Conditions of Zendesk.

use tamis_engine::definition::{CustomerAction, ElapsedBound, NewTicketBy, PhraseMode, Phrases, Test};

use super::Leaf;
use crate::import::logic::Logic;
use crate::import::rule::Translated;
use crate::import::values::{self, SEND, SEND_ABSENCE, phrases, split, unknown_operator, unknown_value};

/// The statuses, from the first to the last: *less than* and *greater than* mean this order.
const STATUSES: [&str; 6] = ["new", "open", "pending", "hold", "solved", "closed"];

/// Conditions on hours that have gone by, or will.
pub(super) const HOURS: [&str; 12] = [
    "NEW",
    "OPEN",
    "PENDING",
    "HOLD",
    "SOLVED",
    "CLOSED",
    "assigned_at",
    "updated_at",
    "requester_updated_at",
    "assignee_updated_at",
    "due_date",
    "until_due_date",
];

/// Channels by their numbers, from Zendesk's table of via types.
const CHANNELS: [(&str, &str); 29] = [
    ("0", "web_form"),
    ("4", "mail"),
    ("5", "web_service"),
    ("8", "rule"),
    ("16", "get_satisfaction"),
    ("23", "twitter_favorite"),
    ("26", "twitter_dm"),
    ("27", "closed_ticket"),
    ("29", "chat"),
    ("30", "twitter"),
    ("31", "ticket_sharing"),
    ("33", "voicemail"),
    ("34", "phone_call_inbound"),
    ("35", "phone_call_outbound"),
    ("38", "facebook_post"),
    ("41", "facebook_message"),
    ("44", "api_voicemail"),
    ("45", "api_phone_call_inbound"),
    ("46", "api_phone_call_outbound"),
    ("48", "web_widget"),
    ("49", "mobile_sdk"),
    ("50", "helpcenter"),
    ("54", "satisfaction_prediction"),
    ("55", "any_channel"),
    ("56", "mobile"),
    ("57", "sms"),
    ("72", "line"),
    ("73", "wechat"),
    ("74", "whatsapp"),
];

/// What a condition becomes.
pub(super) fn condition(leaf: &Leaf) -> Translated<Logic> {
    let operator = leaf.operator.as_deref().unwrap_or("is");
    let value = values::text(&leaf.value).unwrap_or_default();
    match leaf.field.as_str() {
        "status" => status(operator, leaf),
        "type" => set(operator, leaf, Test::TicketType),
        "via_id" => channel(operator, leaf),
        "group_id" => set(operator, leaf, Test::InboxGroup)
            .also("the backend must name the ticket's Zendesk group among its `inbox_groups`"),
        "recipient" => set(operator, leaf, Test::Inbox)
            .also("the backend must call the inbox by the address that the ticket was received at"),
        "update_type" => update_type(operator, &value),
        "subject_includes_word" => words(operator, leaf, Test::Subject),
        "comment_includes_word" => words(operator, leaf, Test::Message)
            .also("only a message that came with the change is looked at, and not the subject beside it"),
        "current_tags" => values::tags_of_ticket(),
        "comment_is_public" => comment(&value),
        "role" if operator == "is" && value == "end_user" => Translated::but(
            Logic::is(Test::Action(vec![CustomerAction::EveryCustomerMessage])),
            "the customer's messages only, where every update by an end user counted",
        ),
        "NEW" => hours(operator, &value, Test::TicketCreated, ""),
        "requester_updated_at" => {
            let how = "; the customer's last reply stands in for the requester's last update";
            hours(operator, &value, Test::LastCustomerReply, how)
        }
        field => no_equal(field),
    }
}

fn set(operator: &str, leaf: &Leaf, test: fn(Vec<String>) -> Test) -> Translated<Logic> {
    set_of(operator, leaf, values::texts(&leaf.value), test)
}

fn set_of(
    operator: &str,
    leaf: &Leaf,
    ids: Option<Vec<String>>,
    test: fn(Vec<String>) -> Test,
) -> Translated<Logic> {
    let negated = match operator {
        "is" => false,
        "is_not" => true,
        _ => return unknown_operator(&leaf.field, operator),
    };
    match ids {
        Some(ids) => Translated::Exact(Logic::is_or_not(negated, test(ids))),
        None => Translated::not("no condition says that something is absent", SEND_ABSENCE),
    }
}

fn status(operator: &str, leaf: &Leaf) -> Translated<Logic> {
    let all = || STATUSES.map(str::to_owned).to_vec();
    if operator == "changed" {
        return Translated::Exact(Logic::is(Test::StatusSet(all())));
    }
    if matches!(operator, "value_previous" | "not_value_previous" | "not_value" | "not_changed") {
        return Translated::not(
            "no condition looks at what a status was before, or says that it was not set",
            "See whether `status_set` or `current_status` with the statuses that matter will do.",
        );
    }
    if matches!(operator, "is" | "is_not") {
        return set(operator, leaf, Test::CurrentStatus);
    }
    let Some(status) = values::text(&leaf.value) else { return unknown_value("a status") };
    let Some(place) = STATUSES.iter().position(|known| *known == status) else {
        return unknown_value("one of the statuses that have an order");
    };
    let (before, after) = (all().into_iter().take(place), all().into_iter().skip(place + 1));
    let test = match operator {
        "value" => return Translated::Exact(Logic::is(Test::StatusSet(vec![status]))),
        "less_than" => before.collect::<Vec<_>>(),
        "greater_than" => after.collect(),
        _ => return unknown_operator(&leaf.field, operator),
    };
    if test.is_empty() {
        return unknown_value("a status that has others on that side of it");
    }
    Translated::Exact(Logic::is(Test::CurrentStatus(test)))
}

/// The channel's name, which the backend is to send as the ticket's source.
fn channel(operator: &str, leaf: &Leaf) -> Translated<Logic> {
    let ids = values::texts(&leaf.value).unwrap_or_default();
    let name = |id: &String| {
        CHANNELS.iter().find(|(number, name)| number == id || name == id).map(|(_, name)| *name)
    };
    let names: Vec<String> =
        ids.iter().map(|id| name(id).map_or_else(|| id.clone(), str::to_owned)).collect();
    let translated = set_of(operator, leaf, (!names.is_empty()).then_some(names), Test::Source);
    if ids.iter().all(|id| name(id).is_some()) {
        translated
    } else {
        translated.also("the channel's name is not known, so its number stands")
    }
}

fn update_type(operator: &str, value: &str) -> Translated<Logic> {
    let is_created = match (operator, value) {
        ("is" | "", "Create") | ("is_not", "Change") => true,
        ("is" | "", "Change") | ("is_not", "Create") => false,
        _ => return unknown_value("`Create` or `Change`"),
    };
    Translated::Exact(Logic::is_or_not(!is_created, Test::NewTicket(vec![NewTicketBy::Anyone])))
}

fn words(operator: &str, leaf: &Leaf, test: fn(Phrases) -> Test) -> Translated<Logic> {
    let Some(text) = values::text(&leaf.value).filter(|text| !text.trim().is_empty()) else {
        return unknown_value("a text");
    };
    let (negated, is_words) = match operator {
        "includes" => (false, true),
        "not_includes" => (true, true),
        "is" | "includes_string" => (false, false),
        "is_not" | "not_includes_string" => (true, false),
        _ => return unknown_operator(&leaf.field, operator),
    };
    let wanted = if is_words { split(&text, char::is_whitespace) } else { vec![text] };
    let phrases = Phrases { whole_word: is_words, ..phrases(wanted, PhraseMode::Contains) };
    let how = if is_words {
        "words end where Unicode says so; case does not matter, and accents do"
    } else {
        "case does not matter, and accents do"
    };
    Translated::but(Logic::is_or_not(negated, test(phrases)), how)
}

fn comment(value: &str) -> Translated<Logic> {
    match value {
        "true" | "requester_can_see_comment" => Translated::but(
            Logic::is(Test::NewMessage),
            "the backend must tell public comments, and only these, as messages",
        ),
        "not_relevant" => Translated::but(
            Logic::is(Test::NewMessage),
            "the backend must tell private comments as messages too",
        ),
        "false" => Translated::not(
            "no condition says that a comment is private",
            "Let the backend tell private comments by a tag or a status, or not at all.",
        ),
        _ => unknown_value("`true`, `false`, `not_relevant` or `requester_can_see_comment`"),
    }
}

fn hours(operator: &str, value: &str, test: fn(Vec<ElapsedBound>) -> Test, also: &str) -> Translated<Logic> {
    let Some(seconds) = value.trim().parse::<u32>().ok().map(|hours| i64::from(hours) * 3_600) else {
        return unknown_value("a whole number of hours");
    };
    let is = |is_more, seconds| Logic::is(test(vec![values::bound(is_more, seconds)]));
    let (calendar, is_business) =
        operator.strip_suffix("_business_hours").map_or((operator, false), |calendar| (calendar, true));
    let logic = match calendar {
        "greater_than" => is(true, seconds),
        "less_than" => is(false, seconds),
        "is" => Logic::All(vec![is(true, seconds), is(false, seconds + 3_600)]),
        _ => return Translated::not(format!("the operator `{operator}` has no equal"), ""),
    };
    let counted = if is_business {
        "all hours count, and not business hours alone, so that they are over sooner"
    } else {
        "time is counted to the instant, and not in whole hours once an hour"
    };
    Translated::but(logic, format!("{counted}{also}"))
}

/// Conditions on what no condition is about.
fn no_equal(field: &str) -> Translated<Logic> {
    let (why, help) = match field {
        "priority" => ("no condition is about a priority", SEND),
        "assignee_id" => ("no condition is about the assigned agent", SEND),
        "requester_id" | "organization_id" | "submitter_id" => (
            "customers are known by name and e-mail address only",
            "See whether an `email` condition with addresses, or `@domain`, will do.",
        ),
        "in_business_hours" | "schedule_id" | "within_schedule" | "on_a_holiday" => (
            "working hours are those of agents, and not of the account",
            "Write `time_of_day` and `day_of_week` with the hours of the schedule, or `working_hours` of an agent.",
        ),
        "locale_id" => ("no condition is about the customer's language", SEND),
        field if HOURS.contains(&field) => (
            "time is counted from the ticket's creation and from the customer's last reply only",
            "See whether `last_customer_reply` or `ticket_created` will do.",
        ),
        _ => ("no condition is about it", SEND),
    };
    Translated::not(why, help)
}
