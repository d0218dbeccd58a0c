//! Whatever definition arrives for `WorkflowService` or `AccountService`, all that is wrong with it is told, and what is right
//! compiles, decides, and comes back the same as a message and as YAML.
//!
//! An input is a byte for the kind of the definition, and its message.

#![no_main]

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use prost::Message as _;
use tamis_api::v1;
use tamis_engine::compile::run_examples;
use tamis_engine::definition::yaml::{self, Document};
use tamis_engine::{Account, Diagnostic, Severity, Workflow, check, compile};
use tamis_fuzz::{sound_error, survives};
use tamis_server::{demo, offline};
use tamis_testkit::corpus;

tamis_fuzz::target!(check_definition, seeds);

static ACCOUNT: LazyLock<Arc<Account>> = LazyLock::new(|| Arc::new(demo::account()));

fn seeds() -> Vec<Vec<u8>> {
    let mut documents = vec![Document { account: Some(demo::account()), workflows: demo::workflows() }];
    documents.push(yaml::read(include_str!("../../../engine/src/definition/yaml/example.yaml")).value);
    let cases = corpus::load().expect("the corpus can be read");
    documents.extend(cases.iter().map(|case| yaml::read(&case.document()).value));
    let mut seeds = Vec::new();
    for Document { account, workflows } in documents {
        seeds.extend(
            account
                .iter()
                .map(|account| [b"0", &*offline::account_to_wire(account).encode_to_vec()].concat()),
        );
        seeds.extend(
            workflows
                .iter()
                .map(|workflow| [b"1", &*offline::workflow_to_wire(workflow).encode_to_vec()].concat()),
        );
    }
    seeds.sort();
    seeds.dedup();
    seeds
}

fn check_definition(input: &[u8]) {
    match input.split_first() {
        Some((kind, bytes)) if kind & 1 == 0 => v1::Account::decode(bytes).iter().for_each(check_account),
        Some((_, bytes)) => v1::Workflow::decode(bytes).iter().for_each(check_workflow),
        None => {}
    }
}

fn check_account(wire: &v1::Account) {
    let (account, mut found) = offline::account_from_wire(wire, "account");
    found.extend(check::account(&account, "account"));
    if refused(&found) {
        return;
    }
    assert_eq!(
        offline::account_from_wire(&offline::account_to_wire(&account), ""),
        (account.clone(), vec![])
    );
    survives(&Document { account: Some(by_day(account.clone())), workflows: vec![] });
    let index = compile(Arc::new(account), &[]).expect("what is checked compiles");
    decides(&index);
}

fn check_workflow(wire: &v1::Workflow) {
    let (workflow, mut found) = offline::workflow_from_wire(wire, "workflow");
    found.extend(check::workflow(&ACCOUNT, &workflow, "workflow"));
    if refused(&found) {
        return;
    }
    assert_eq!(
        offline::workflow_from_wire(&offline::workflow_to_wire(&workflow), ""),
        (workflow.clone(), vec![])
    );
    // A file has no versions: the service counts them.
    survives(&Document { account: None, workflows: vec![Workflow { version: 0, ..workflow.clone() }] });
    let _ = run_examples(&ACCOUNT, &workflow, "workflow");
    let index = compile(ACCOUNT.clone(), &[Arc::new(workflow)]).expect("what is checked compiles");
    decides(&index);
}

/// An account with the weekly spans of each day together, as a file has them.
fn by_day(mut account: Account) -> Account {
    for hours in account.directory.agents.iter_mut().filter_map(|agent| agent.working_hours.as_mut()) {
        let days: Vec<_> = hours.weekly.iter().map(|interval| interval.day).collect();
        hours.weekly.sort_by_key(|interval| days.iter().position(|day| *day == interval.day));
    }
    account
}

/// Whether what was found stops a save. Each finding says where and what.
fn refused(found: &[Diagnostic]) -> bool {
    for finding in found {
        assert!(!finding.path.is_empty() && !finding.message.is_empty(), "{finding:?}");
    }
    found.iter().any(|finding| finding.severity == Severity::Error)
}

fn decides(index: &tamis_engine::Index) {
    static SAMPLE: LazyLock<v1::EvaluateRequest> =
        LazyLock::new(|| serde_json::from_str(demo::SAMPLE_REQUEST).expect("it is the contract's JSON"));
    let request =
        v1::EvaluateRequest { account_id: index.account().id.clone(), with_next_due: true, ..SAMPLE.clone() };
    let answer = offline::evaluate(index, &request, Timestamp::UNIX_EPOCH);
    let explain = v1::ExplainRequest { request: Some(request), ..Default::default() };
    let explained = offline::explain(index, &explain, Timestamp::UNIX_EPOCH);
    [answer.err(), explained.err()].iter().flatten().for_each(sound_error);
}
