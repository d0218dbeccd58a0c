//! To the wire and back, as messages, as bytes and as JSON, nothing is lost.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tamis_api::v1;
use tamis_engine::definition::{Directory, Example, Term};
use tamis_engine::request::Text;
use tamis_engine::{Account, Workflow};
use tamis_testkit::generate;

use crate::convert::{Findings, account, request, time, workflow};
use tamis_engine::check::Path;

/// The message after a journey as bytes, and after one as JSON.
fn travelled<M: Message + Default + Serialize + DeserializeOwned>(message: &M) -> [M; 2] {
    let bytes = M::decode(message.encode_to_vec().as_slice()).unwrap();
    let json = serde_json::from_str(&serde_json::to_string(message).unwrap()).unwrap();
    [bytes, json]
}

fn example() -> impl Strategy<Value = Example> {
    (generate::request(false), generate::text(), any::<bool>()).prop_map(|(request, name, matches)| Example {
        name,
        matches,
        ticket: request.ticket,
        change: request.change,
        now: request.now,
        baseline: request.baseline,
    })
}

fn full_workflow() -> impl Strategy<Value = Workflow> {
    let texts = (generate::text(), generate::text());
    (generate::workflow(), prop::collection::vec(example(), 0..=2), texts, any::<u64>(), any::<Option<u32>>())
        .prop_map(|(workflow, examples, (display_name, description), version, position)| Workflow {
            examples,
            display_name,
            description,
            version,
            position,
            ..workflow
        })
}

fn full_account() -> impl Strategy<Value = Account> {
    let term = (generate::text(), generate::text()).prop_map(|(id, display_name)| Term { id, display_name });
    let vocabulary = prop::option::of(prop::collection::vec(term, 0..=2));
    (generate::account(), prop::collection::vec(vocabulary, 9)).prop_map(|(account, vocabularies)| {
        let mut vocabularies = vocabularies.into_iter();
        let mut next = || vocabularies.next().flatten();
        let directory = Directory {
            agents: account.directory.agents,
            inboxes: account.directory.inboxes,
            inbox_groups: next(),
            sources: next(),
            integrations: next(),
            statuses: next(),
            tags: next(),
            ticket_types: next(),
            contexts: next(),
            allegro_accounts: next(),
            order_statuses: next(),
        };
        Account { directory, ..account }
    })
}

proptest! {
    #[test]
    fn a_workflow_survives(definition in full_workflow()) {
        let message = workflow::to_wire(&definition);
        for message in travelled(&message).iter().chain([&message]) {
            prop_assert_eq!(workflow::from_wire(message, "workflow"), (definition.clone(), Vec::new()));
        }
    }

    #[test]
    fn an_account_survives(definition in full_account()) {
        let message = account::to_wire(&definition);
        for message in travelled(&message).iter().chain([&message]) {
            prop_assert_eq!(account::from_wire(message, "account"), (definition.clone(), Vec::new()));
        }
    }

    #[test]
    fn a_request_survives_and_is_borrowed(request in generate::request(false)) {
        let message = v1::EvaluateRequest { account_id: "shop".to_owned(), ..request::to_wire(&request) };
        for message in travelled(&message).iter().chain([&message]) {
            let read = request::from_wire(message, "", Timestamp::UNIX_EPOCH).unwrap();
            prop_assert_eq!(&read, &request);
            prop_assert!(matches!(read.ticket.id, Text::Borrowed(_)));
            prop_assert!(matches!(read.ticket.subject, None | Some(Text::Borrowed(_))));
        }
    }

    #[test]
    fn an_instant_survives(nanos in Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond()) {
        let instant = Timestamp::from_nanosecond(nanos).unwrap();
        let wire = time::instant_to_wire(instant);
        prop_assert!((0..1_000_000_000).contains(&wire.nanos));
        let mut found = Findings::default();
        prop_assert_eq!(time::instant(&mut found, &Path::Root("now"), &wire), instant);
        prop_assert_eq!(found.into_vec(), Vec::new());
    }

    #[test]
    fn a_duration_survives(secs in any::<i64>(), nanos in -999_999_999..=999_999_999_i32) {
        let duration = SignedDuration::from_secs(secs).saturating_add(SignedDuration::from_nanos(nanos.into()));
        let mut found = Findings::default();
        let wire = time::duration_to_wire(duration);
        prop_assert_eq!(time::duration(&mut found, &Path::Root("more_than"), &wire), duration);
        prop_assert_eq!(found.into_vec(), Vec::new());
    }
}
