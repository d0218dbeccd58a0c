//! What conditions and actions read like.

use super::*;

fn account() -> v1::Account {
    let directory = serde_json::json!({
        "sources": { "terms": [{ "id": "allegro_discussions", "display_name": "Allegro Discussions" }] },
        "agents": [{ "id": "anna", "first_name": "Anna", "last_name": "Nowak" }, { "id": "marc" }],
    });
    v1::Account { directory: Some(serde_json::from_value(directory).unwrap()), ..v1::Account::default() }
}

#[test]
fn conditions_read_as_people_write_them() {
    let account = account();
    let names = Names::of(&account);
    for (condition_json, english, french, polish) in [
        (
            r#"{"negated": true, "source": {"ids": ["allegro_discussions"]}}"#,
            "the source is not Allegro Discussions",
            "la source n’est pas Allegro Discussions",
            "źródło to nie Allegro Discussions",
        ),
        (
            r#"{"current_status": {"ids": ["new", "open", "pending"]}}"#,
            "the status is new, open or pending",
            "le statut est new, open ou pending",
            "status to new, open lub pending",
        ),
        (
            r#"{"tag_assigned": {"ids": ["a", "b", "c", "d", "e", "f", "g"]}}"#,
            "the tag a, b, c, d, e or 2 others is assigned",
            "le tag a, b, c, d, e ou 2 autres est assigné",
            "przypisano tag a, b, c, d, e lub 2 inne wartości",
        ),
        (
            r#"{"negated": true, "new_ticket": {"by": ["NEW_TICKET_BY_ANYONE"]}}"#,
            "no ticket is created",
            "aucun ticket n’est créé",
            "nie powstaje zgłoszenie",
        ),
        (
            r#"{"message": {"phrases": ["rembours"], "mode": "PHRASE_MODE_STARTS_WITH"}}"#,
            "the new message starts with “rembours”",
            "le nouveau message commence par « rembours »",
            "nowa wiadomość zaczyna się od „rembours”",
        ),
        (
            r#"{"ticket_created": {"bounds": [{"more_than": "86400s"}]}}"#,
            "the ticket was created more than 24 hours ago",
            "le ticket a été créé il y a plus de 24 heures",
            "od utworzenia zgłoszenia minęło ponad 24 godziny",
        ),
        (
            r#"{"last_customer_reply": {"bounds": [{"less_than": "609000s"}]}}"#,
            "the customer last replied less than 7 days 1 hour 10 minutes ago",
            "la dernière réponse du client date de moins de 7 jours 1 heure 10 minutes",
            "od ostatniej odpowiedzi klienta minęło mniej niż 7 dni 1 godzina 10 minut",
        ),
        (
            r#"{"time_of_day": {"ranges": [{"from_minute": 1080, "to_minute": 480}]}}"#,
            "the time is 18:00–08:00",
            "il est 18:00–08:00",
            "jest 18:00–08:00",
        ),
        (
            r#"{"working_hours": {"attendances": [{"presence": "PRESENCE_OUTSIDE", "agent_id": "anna"}, {"presence": "PRESENCE_INSIDE"}]}}"#,
            "Anna Nowak is not at work or the assigned agent is at work",
            "Anna Nowak n’est pas au travail ou l’agent assigné est au travail",
            "Anna Nowak nie jest w pracy lub przypisany pracownik jest w pracy",
        ),
    ] {
        let read: v1::Condition = serde_json::from_str(condition_json).unwrap();
        let said = Language::ALL.map(|language| condition(language, &names, &read));
        assert_eq!(said, [english, french, polish]);
    }
}

#[test]
fn actions_read_as_people_write_them() {
    let account = account();
    let names = Names::of(&account);
    for (action_json, english, french) in [
        (r#"{"assign_agent": {"agent_id": "anna"}}"#, "assign to Anna Nowak", "assigner à Anna Nowak"),
        (r#"{"assign_agent": {"agent_id": "marc"}}"#, "assign to marc", "assigner à marc"),
        (
            r#"{"send_message": {"body": {"text": "Hello\n\n  {{ customer_name }}"}}}"#,
            "send the message “Hello {{ customer_name }}”",
            "envoyer le message « Hello {{ customer_name }} »",
        ),
        ("{}", "an action that is not filled in yet", "une action à compléter"),
    ] {
        let read: v1::Action = serde_json::from_str(action_json).unwrap();
        assert_eq!(action(Language::English, &names, &read), english);
        assert_eq!(action(Language::French, &names, &read), french);
    }
}

/// No kind is without its words.
#[test]
fn every_kind_has_words() {
    for language in Language::ALL {
        for kind in CONDITIONS {
            let id = format!("condition-{kind}");
            assert!(language.has(&id), "{id}");
            for verb in ["is", "is-not"] {
                assert!(
                    language.attribute(&id, verb, &[("values", "".into()), ("mode", "".into())]).is_some(),
                    "{id}"
                );
            }
        }
        for kind in ACTIONS {
            assert!(language.has(&format!("action-{kind}")), "{kind}");
        }
    }
}

#[test]
fn an_excerpt_is_one_short_line() {
    assert_eq!(excerpt(" a\n b "), "a b");
    let long = excerpt(&"é".repeat(100));
    assert_eq!(long.chars().count(), EXCERPT_CHARS_MAX + 1);
    assert!(long.ends_with('…'));
}
