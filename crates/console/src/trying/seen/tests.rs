//! What conditions saw, in words.

use serde_json::{Value, json};

use super::*;

fn account() -> v1::Account {
    let weekday = |day: u32, from: u32, to: u32| json!({ "day": day, "range": { "from_minute": from * 60, "to_minute": to * 60 } });
    let directory = json!({
        "sources": { "terms": [{ "id": "email", "display_name": "E-mail" }] },
        "tags": { "terms": [{ "id": "vip", "display_name": "VIP" }] },
        "inbox_groups": { "terms": [{ "id": "own", "display_name": "Own shop" }] },
        "inboxes": [{ "id": "shop", "group_ids": ["own", "all"] }],
        "agents": [
            { "id": "anna", "first_name": "Anna", "working_hours": {
                "weekly": [weekday(2, 9, 17), weekday(5, 20, 4)],
                "exceptions": [{ "date": "2026-03-10", "ranges": [{ "from_minute": 600, "to_minute": 0 }] }],
            } },
            { "id": "marc", "first_name": "Marc" },
        ],
    });
    v1::Account { directory: Some(serde_json::from_value(directory).unwrap()), ..v1::Account::default() }
}

/// What a test sees in a request at 20:15 in Warsaw, a Tuesday.
fn seen(l: Language, test: Value, ticket: Value, change: Value) -> String {
    let account = account();
    let request = json!({ "ticket": ticket, "change": change });
    let request: v1::EvaluateRequest = serde_json::from_value(request).unwrap();
    let condition: v1::Condition = serde_json::from_value(test).unwrap();
    let zone = TimeZone::get("Europe/Warsaw").unwrap();
    let names = Names::of(&account);
    let now = "2026-03-03T19:15:00Z".parse().unwrap();
    let seen = Seen { l, names: &names, account: &account, zone: &zone, request: &request, now };
    seen.of(&condition.test.unwrap(), &[]).into_string()
}

#[test]
fn what_was_seen_is_told_in_the_reader_s_words() {
    let ids = |name: &str| json!({ name: { "ids": ["x"] } });
    let phrases = |name: &str| json!({ name: { "phrases": ["x"] } });
    let none = json!({});
    for (test, ticket, change, english, french) in [
        (ids("source"), json!({ "source": "email" }), none.clone(), "E-mail", "E-mail"),
        (ids("source"), json!({ "source": "elsewhere" }), none.clone(), "elsewhere", "elsewhere"),
        (ids("source"), none.clone(), none.clone(), "nothing", "rien"),
        (ids("inbox_group"), json!({ "inbox": "shop" }), none.clone(), "Own shop, all", "Own shop, all"),
        (ids("inbox_group"), json!({ "inbox": "shop", "inbox_groups": {} }), none.clone(), "nothing", "rien"),
        (ids("tag_assigned"), none.clone(), json!({ "tags_assigned": { "tag_ids": ["vip"] } }), "VIP", "VIP"),
        (
            ids("tag_assigned"),
            json!({ "tags": ["vip"] }),
            json!({ "updated": {} }),
            "no tag was assigned",
            "aucun tag n’a été assigné",
        ),
        (
            phrases("message"),
            none.clone(),
            json!({ "message_received": {} }),
            "the message has no text",
            "le message n’a pas de texte",
        ),
        (
            phrases("message"),
            none.clone(),
            none.clone(),
            "no message was received",
            "aucun message n’a été reçu",
        ),
        (
            json!({ "action": { "actions": [1] } }),
            none.clone(),
            json!({ "message_received": { "author": 1, "first": true }, "return_created": {} }),
            "the customer’s first message comes, a return is created",
            "le premier message du client arrive, un retour est créé",
        ),
        (
            json!({ "action": { "actions": [1] } }),
            none.clone(),
            json!({ "message_received": { "author": 2 } }),
            "the customer did nothing",
            "le client n’a rien fait",
        ),
        (
            json!({ "new_ticket": { "by": [1] } }),
            none.clone(),
            json!({ "ticket_created": { "by": 1 } }),
            "created by an agent",
            "créé par un agent",
        ),
        (json!({ "sentiment": { "sentiments": [1] } }), none.clone(), none.clone(), "not known", "inconnu"),
        (
            json!({ "sentiment": { "sentiments": [1] } }),
            json!({ "sentiment": 3 }),
            none.clone(),
            "negative",
            "négatif",
        ),
        (json!({ "day_of_week": { "days": [1] } }), none.clone(), none.clone(), "Tuesday", "mardi"),
        (json!({ "time_of_day": { "ranges": [] } }), none.clone(), none.clone(), "20:15", "20:15"),
        (
            json!({ "working_hours": { "attendances": [{ "presence": 1 }, { "presence": 1, "agent_id": "marc" }] } }),
            none.clone(),
            none.clone(),
            "no agent is assigned, Marc has no working hours",
            "aucun agent n’est assigné, Marc n’a pas d’heures de travail",
        ),
        (
            json!({ "working_hours": { "attendances": [{ "presence": 1 }, { "presence": 2, "agent_id": "anna" }] } }),
            json!({ "assigned_agent": { "id": "anna" } }),
            none.clone(),
            "Anna is not at work",
            "Anna n’est pas au travail",
        ),
    ] {
        let told = [Language::English, Language::French]
            .map(|l| seen(l, test.clone(), ticket.clone(), change.clone()));
        assert_eq!(told, [english, french], "{test} {ticket} {change}");
    }
}

#[test]
fn elapsed_time_is_told_with_its_instant_in_the_account_s_zone() {
    let test = json!({ "ticket_created": { "bounds": [] } });
    let told =
        |created: &str| seen(Language::English, test.clone(), json!({ "created_at": created }), json!({}));
    let past = told("2026-03-02T13:14:30Z");
    assert!(
        past.starts_with("30 hours 30 seconds ago (")
            || past.starts_with("30 hours 0 minutes 30 seconds ago ("),
        "{past}"
    );
    assert!(past.contains("14:14"), "{past}");
    assert!(told("2026-03-03T20:15:00Z").starts_with("in 1 hour ("));
}

#[test]
fn texts_are_escaped_and_quoted() {
    let test = json!({ "subject": { "phrases": ["x"] } });
    let told = seen(Language::French, test, json!({ "subject": "<b>\u{0}" }), json!({}));
    let quoted = Language::French.with("quoted", &[("text", "&lt;b&gt;\u{0}".into())]);
    assert!(told.contains(&quoted), "{told}");
}

/// Spans end before their last minute, cross midnight, and give way to exceptions on the day on which they begin.
#[test]
fn working_hours_are_those_of_the_contract() {
    let account = account();
    let directory = account.directory.unwrap();
    let hours = directory.agents[0].working_hours.clone().unwrap();
    let zone = TimeZone::get("Europe/Warsaw").unwrap();
    for (local, at_work) in [
        ("2026-03-03T08:59:59", false),
        ("2026-03-03T09:00:00", true),
        ("2026-03-03T16:59:59", true),
        ("2026-03-03T17:00:00", false),
        ("2026-03-04T10:00:00", false),
        ("2026-03-06T20:00:00", true),
        ("2026-03-07T03:59:00", true),
        ("2026-03-07T04:00:00", false),
        ("2026-03-07T20:00:00", false),
        // Tuesday the 10th has hours of its own, until midnight.
        ("2026-03-10T09:30:00", false),
        ("2026-03-10T23:59:00", true),
        ("2026-03-11T00:00:00", false),
    ] {
        let civil: jiff::civil::DateTime = local.parse().unwrap();
        let now = zone.to_ambiguous_timestamp(civil).compatible().unwrap();
        assert_eq!(is_at_work(&hours, &zone, now), at_work, "{local}");
        let elsewhere = v1::WorkingHours { time_zone: "Europe/Warsaw".to_owned(), ..hours.clone() };
        assert_eq!(is_at_work(&elsewhere, &TimeZone::UTC, now), at_work, "{local}");
    }
}
