//! What is stored is typed, and what is typed is stored.

use std::collections::BTreeSet;

use super::told::Told;
use super::*;
use crate::language::Language;
use crate::words;

/// Conditions of every kind, with all that each may have.
const CONDITIONS: &str = r#"[
  {"source": {"ids": ["allegro_discussions", "of, a kind", "every.day[3]", " spaced "]}},
  {"negated": true, "new_ticket": {"by": ["NEW_TICKET_BY_ANYONE"]}},
  {"new_ticket": {"by": ["NEW_TICKET_BY_AGENT", "NEW_TICKET_BY_CUSTOMER_MESSAGE"]}},
  {"day_of_week": {"days": ["DAY_OF_WEEK_MONDAY", "DAY_OF_WEEK_SATURDAY", "DAY_OF_WEEK_SUNDAY"]}},
  {"email": {"addresses": ["zofia@mail.example", "@shop.example"]}},
  {"subject": {"phrases": ["refund, please", "a", "Żółć"], "mode": "PHRASE_MODE_CONTAINS"}},
  {"customer_name": {"phrases": ["Tom & \"Co\" <b>"], "mode": "PHRASE_MODE_STARTS_WITH", "whole_word": true}},
  {"negated": true, "message": {"phrases": ["b"], "mode": "PHRASE_MODE_EQUALS", "case_sensitive": true, "accent_sensitive": true}},
  {"message": {"phrases": ["c"], "mode": "PHRASE_MODE_ENDS_WITH"}},
  {"time_of_day": {"ranges": [{"from_minute": 0, "to_minute": 1440}, {"from_minute": 1080, "to_minute": 485}]}},
  {"integration": {"ids": ["shop"]}},
  {"new_message": {}},
  {"negated": true, "new_message": {}},
  {"action": {"actions": ["CUSTOMER_ACTION_FIRST_CUSTOMER_MESSAGE", "CUSTOMER_ACTION_RETURN_CREATED"]}},
  {"tag_assigned": {"ids": ["vip"]}},
  {"status_set": {"ids": ["open"]}},
  {"last_customer_reply": {"bounds": [{"more_than": "86400s"}, {"less_than": "172800s"}, {"more_than": "0s"}, {"more_than": "90.000000001s"}]}},
  {"ticket_created": {"bounds": [{"more_than": "5400s"}, {"less_than": "129600s"}, {"less_than": "61s"}]}},
  {"current_status": {"ids": ["new"]}},
  {"context": {"ids": ["after_order"]}},
  {"sentiment": {"sentiments": ["SENTIMENT_POSITIVE", "SENTIMENT_NEGATIVE"]}},
  {"reply_status": {"statuses": ["REPLY_STATUS_UNANSWERED"]}},
  {"ticket_state": {"states": ["TICKET_STATE_OPEN", "TICKET_STATE_CLOSED"]}},
  {"allegro_account": {"ids": ["allegro_main"]}},
  {"inbox": {"ids": ["shop"]}},
  {"inbox_group": {"ids": ["marketplaces"]}},
  {"ticket_type": {"ids": ["return"]}},
  {"working_hours": {"attendances": [{"presence": "PRESENCE_OUTSIDE", "agent_id": "anna"}, {"presence": "PRESENCE_INSIDE"}]}}
]"#;

/// Actions of every kind.
const ACTIONS: &str = r#"[
  {"send_message": {"body": {"text": "\n\nHello {{ customer_name | default: \"you\" }}\n", "format": "TEXT_FORMAT_PLAIN"}}},
  {"send_message": {"body": {"text": "<p>Hello</p>", "format": "TEXT_FORMAT_HTML"}}},
  {"send_translated_message": {"body": {"text": "Hello", "format": "TEXT_FORMAT_PLAIN"}, "target_language": "pt-BR"}},
  {"ai_message": {"instructions": "Be brief"}},
  {"send_email": {"to": "{{ customer_email }}", "subject": "Re", "body": {"text": "Hello", "format": "TEXT_FORMAT_HTML"}}},
  {"set_status": {"status_id": "open"}},
  {"assign_agent": {"agent_id": "anna"}},
  {"assign_tag": {"tag_id": "vip"}},
  {"change_order_status": {"order_status_id": "shipped"}}
]"#;

fn workflow(all: Vec<v1::Condition>, any: Vec<v1::Condition>, actions: Vec<v1::Action>) -> v1::Workflow {
    v1::Workflow {
        display_name: "Name & <b>".to_owned(),
        description: "Two\nlines".to_owned(),
        enabled: Some(true),
        mode: v1::WorkflowMode::Live.into(),
        etag: "7".to_owned(),
        all,
        any,
        actions,
        ..v1::Workflow::default()
    }
}

/// What a browser sends for a draft: all fields, with its own ends of lines.
fn browser(draft: &Draft) -> Draft {
    let pairs = draft.pairs().map(|(name, value)| (name.to_owned(), value.replace('\n', "\r\n")));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Draft::sent(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

#[test]
fn every_kind_of_condition_and_action_is_typed_as_it_is_stored() {
    let conditions: Vec<v1::Condition> = serde_json::from_str(CONDITIONS).unwrap();
    let actions: Vec<v1::Action> = serde_json::from_str(ACTIONS).unwrap();
    let kinds: BTreeSet<&str> =
        conditions.iter().filter_map(|condition| condition.test.as_ref()).map(words::kind).collect();
    assert_eq!(kinds, words::CONDITIONS.into());
    let kinds: BTreeSet<&str> =
        actions.iter().filter_map(|action| action.kind.as_ref()).map(words::action_kind).collect();
    assert_eq!(kinds, words::ACTIONS.into());
    let mut cases = vec![
        workflow(conditions.clone(), Vec::new(), actions.clone()),
        workflow(Vec::new(), conditions.clone(), Vec::new()),
        workflow(vec![v1::Condition::default()], Vec::new(), vec![v1::Action::default()]),
    ];
    cases.extend(conditions.iter().map(|one| workflow(vec![one.clone()], vec![one.clone()], Vec::new())));
    cases.extend(actions.iter().map(|one| workflow(Vec::new(), Vec::new(), vec![one.clone()])));
    cases.push(v1::Workflow {
        enabled: Some(false),
        stop: true,
        mode: v1::WorkflowMode::Shadow.into(),
        examples: vec![v1::Example { name: "one".to_owned(), ..v1::Example::default() }],
        ..workflow(conditions, Vec::new(), actions)
    });
    for case in cases {
        let draft = Draft::of(&case);
        assert_eq!(browser(&draft), draft);
        let (read, found) = draft.read();
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(read, case);
        assert_eq!(draft.examples_count(), case.examples.len());
    }
}

/// Lists of more than ten keep their order.
#[test]
fn values_are_in_the_order_of_their_numbers() {
    let phrases: Vec<String> = (0..120).map(|number| format!("phrase {number}")).collect();
    let test = v1::PhraseTest { phrases: phrases.clone(), mode: 1, ..v1::PhraseTest::default() };
    let condition = v1::Condition { negated: false, test: Some(v1::condition::Test::Subject(test)) };
    let case = workflow(vec![condition; 12], Vec::new(), Vec::new());
    assert_eq!(Draft::of(&case).read().0, case);
}

#[test]
fn what_makes_no_sense_stays_as_it_was_typed_and_is_told() {
    let pairs = [
        ("all[0].kind", "ticket_created"),
        ("all[0].ticket_created.bounds[0].side", "more_than"),
        ("all[0].ticket_created.bounds[0].number", "abc"),
        ("all[0].ticket_created.bounds[0].unit", "hours"),
        ("all[1].kind", "time_of_day"),
        ("all[1].time_of_day.ranges[0].from_minute", "09:00"),
        ("all[1].time_of_day.ranges[0].to_minute", ""),
        ("all[2].kind", "of_a_newer_page"),
    ];
    let draft = Draft::sent(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    let (read, found) = draft.read();
    assert_eq!(read.all.len(), 3);
    assert_eq!(read.all[2].test, None);
    let fields: Vec<&str> = found.iter().map(|finding| finding.field.as_str()).collect();
    let wrong = ["all[0].ticket_created.bounds[0].number", "all[1].time_of_day.ranges[0].to_minute"];
    assert_eq!(fields, wrong.map(|field| format!("workflow.{field}")));
    assert_eq!(draft.get(wrong[0]), "abc");
    for language in Language::ALL {
        for finding in &found {
            assert!(!diagnostics::say(language, finding).0.is_english, "{finding:?}");
        }
    }
    let told = Told::new(&draft, found);
    assert!(told.is_wrong(wrong[0]) && told.is_wrong(wrong[1]));
    assert!(!told.is_wrong("all[0].ticket_created.bounds[0].unit") && !told.is_wrong("all[0].kind"));
    let beside = told.at(Language::English, "all[0].ticket_created.bounds[0]").into_string();
    assert!(beside.contains("“abc” is not a number"), "{beside}");
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let read = |number: &str, unit: &str| {
        let path = "all[0].ticket_created.bounds[0]";
        let pairs = [
            ("all[0].kind".to_owned(), "ticket_created".to_owned()),
            (format!("{path}.number"), number.to_owned()),
            (format!("{path}.unit"), unit.to_owned()),
        ];
        let (read, found) = Draft::sent(pairs.to_vec()).read();
        if !found.is_empty() {
            return None;
        }
        let Some(v1::condition::Test::TicketCreated(test)) = &read.all[0].test else { panic!() };
        let Some(v1::elapsed_bound::Bound::MoreThan(duration)) = test.bounds[0].bound else { panic!() };
        Some((duration.seconds, duration.nanos))
    };
    for (number, unit, seconds) in [
        ("24", "hours", Some((86_400, 0))),
        (" 1,5 ", "hours", Some((5_400, 0))),
        ("1.5", "days", Some((129_600, 0))),
        ("1\u{202f}000", "minutes", Some((60_000, 0))),
        ("0.000000001", "seconds", Some((0, 1))),
        ("-2", "hours", Some((-7_200, 0))),
        ("", "hours", None),
        ("abc", "hours", None),
        ("1e3", "hours", None),
        ("1.2.3", "hours", None),
        ("-", "hours", None),
        ("9999999999999999999", "days", None),
    ] {
        assert_eq!(read(number, unit), seconds, "{number:?} {unit}");
    }
}

/// What is being typed beside a list when the form is sent is a value, and a name that a picker offers is its id.
#[test]
fn a_value_that_is_still_being_typed_counts() {
    let directory: v1::Directory = serde_json::from_value(serde_json::json!({
        "tags": { "terms": [
            { "id": "vip", "display_name": "Very important" },
            { "id": "a", "display_name": "Twice" },
            { "id": "b", "display_name": "Twice" },
        ] },
    }))
    .unwrap();
    for (typed, id) in [
        ("Very important", "vip"),
        ("very IMPORTANT", "vip"),
        ("vip", "vip"),
        ("Twice (b)", "b"),
        (" of no list ", "of no list"),
    ] {
        let mut draft = Draft::default();
        draft.set("all[0].kind", "tag_assigned");
        draft.set("all[0].tag_assigned.ids[0]", "first");
        draft.set("all[0].tag_assigned.ids.new", typed);
        draft.take_new(|list, typed| named(&draft_kind(list), &directory, typed));
        let (read, _) = draft.read();
        let Some(v1::condition::Test::TagAssigned(set)) = &read.all[0].test else { panic!() };
        assert_eq!(set.ids, ["first", id], "{typed:?}");
        assert!(!draft.has("all[0].tag_assigned.ids.new"));
    }
}

/// Findings are told at the nearest place around the field that they name.
#[test]
fn findings_are_told_where_there_is_a_place_for_them() {
    let conditions: Vec<v1::Condition> = serde_json::from_str(CONDITIONS).unwrap();
    let actions: Vec<v1::Action> = serde_json::from_str(ACTIONS).unwrap();
    let draft = Draft::of(&workflow(conditions, Vec::new(), actions));
    for (field, place, wrong) in [
        ("workflow.display_name", "display_name", "display_name"),
        ("workflow.all[0].source.ids[2]", "all[0].source", "all[0].source.ids.new"),
        ("workflow.all[5].subject.phrases", "all[5].subject", "all[5].subject.phrases.new"),
        (
            "workflow.all[9].time_of_day.ranges[1]",
            "all[9].time_of_day.ranges[1]",
            "all[9].time_of_day.ranges[1].to_minute",
        ),
        (
            "workflow.all[17].ticket_created.bounds[0].more_than",
            "all[17].ticket_created.bounds[0]",
            "all[17].ticket_created.bounds[0].number",
        ),
        (
            "workflow.actions[4].send_email.body.text",
            "actions[4].send_email.body.text",
            "actions[4].send_email.body.text",
        ),
        (
            "workflow.actions[6].assign_agent.agent_id",
            "actions[6].assign_agent.agent_id",
            "actions[6].assign_agent.agent_id",
        ),
        ("workflow.any", "any", ""),
        ("workflow.examples[0]", "examples", ""),
        ("workflow", "", ""),
        ("account.directory", "", ""),
    ] {
        let finding = v1::Diagnostic {
            field: field.to_owned(),
            message: "it is wrong".to_owned(),
            severity: v1::Severity::Error.into(),
            ..v1::Diagnostic::default()
        };
        let told = Told::new(&draft, vec![finding]);
        let at = told.at(Language::English, place).into_string();
        assert!(at.contains("it is wrong"), "{field}: {at}");
        assert!(wrong.is_empty() || told.is_wrong(wrong), "{field}: {wrong}");
        assert!(!told.is_wrong("description"), "{field}");
    }
}
