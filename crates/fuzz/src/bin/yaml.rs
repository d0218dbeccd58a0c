//! A text is read as definitions and as a request; whatever is wrong with it has a place in it, and what is right compiles
//! and reads the same once it is written.

#![no_main]

use std::sync::Arc;

use tamis_engine::compile::run_examples;
use tamis_engine::definition::yaml::{self, Document, Locations, Reading};
use tamis_engine::{Scratch, Workflow, check, compile};
use tamis_fuzz::survives;
use tamis_server::demo;
use tamis_testkit::corpus;

tamis_fuzz::target!(check_text, seeds);

fn seeds() -> Vec<String> {
    let demo = Document { account: Some(demo::account()), workflows: demo::workflows() };
    let mut seeds =
        vec![include_str!("../../../engine/src/definition/yaml/example.yaml").to_owned(), yaml::write(&demo)];
    for case in corpus::load().expect("the corpus can be read") {
        seeds.extend([case.document(), case.request]);
    }
    seeds.sort();
    seeds.dedup();
    seeds
}

fn check_text(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let request = yaml::read_request(&text);
    have_places(&text, &request);
    assert_eq!(request.value.is_some(), !request.has_errors());

    let mut reading = yaml::read(&text);
    have_places(&text, &reading);
    let account = reading.value.account.clone().unwrap_or_else(demo::account);
    let workflows = reading.value.workflows.clone();
    reading.add(check::account(&account, "account"));
    for (index, workflow) in workflows.iter().enumerate() {
        reading.add(check::workflow(&account, workflow, &format!("workflows[{index}]")));
    }
    reading.add(check::workflows(&workflows, "workflows"));
    have_places(&text, &reading);
    if reading.has_errors() {
        return;
    }
    survives(&reading.value);

    let account = Arc::new(account);
    let shared: Vec<Arc<Workflow>> = workflows.into_iter().map(Arc::new).collect();
    let index = compile(account.clone(), &shared).expect("what is checked compiles");
    for workflow in &shared {
        let _ = run_examples(&account, workflow, "workflow");
    }
    if let Some(request) = &request.value {
        index.evaluate(request, &mut Scratch::default());
    }
}

fn have_places<T: Default>(text: &str, reading: &Reading<T>) {
    for finding in &reading.diagnostics {
        has_a_place(text, &reading.locations, &finding.path);
        assert!(!finding.message.is_empty(), "{finding:?}");
    }
}

fn has_a_place(text: &str, locations: &Locations, path: &str) {
    let Some(at) = locations.of(path) else {
        // A text without content has no places.
        return;
    };
    assert!(text.is_char_boundary(at.offset), "{path} {at:?}");
    let lines_before = text[..at.offset].matches(['\n', '\r']).count();
    assert!(at.line >= 1 && at.line as usize <= lines_before + 1, "{path} {at:?}");
    let columns = text[..at.offset].chars().rev().take_while(|c| !matches!(c, '\n' | '\r')).count() + 1;
    assert_eq!(at.column as usize, columns, "{path} {at:?}");
}
