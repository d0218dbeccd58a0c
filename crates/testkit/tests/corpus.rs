//! The corpus, run by the reference and by the index.

use std::sync::Arc;

use tamis_engine::check;
use tamis_engine::compile::run_examples;
use tamis_engine::definition::yaml;
use tamis_engine::diagnostic::{Diagnostic, is_as_listed};
use tamis_engine::request::Request;
use tamis_engine::{Account, Scratch, Workflow, compile};
use tamis_testkit::corpus::{self, Case, Outcome};
use tamis_testkit::reference;

/// What a case's texts hold: definitions and a request, or what is wrong with them.
fn read(case: &Case) -> Result<(Account, Vec<Workflow>, Request<'static>), Vec<Diagnostic>> {
    let mut document = yaml::read(&case.document());
    let account = document.value.account.clone().unwrap_or_default();
    let workflows = document.value.workflows.clone();
    document.add(check::account(&account, "account"));
    for (index, workflow) in workflows.iter().enumerate() {
        document.add(check::workflow(&account, workflow, &format!("workflows[{index}]")));
    }
    document.add(check::workflows(&workflows, "workflows"));
    if !document.has_errors() {
        document.add(broken_examples(&account, &workflows));
    }
    let request = yaml::read_request(&case.request);
    let has_errors = document.has_errors() || request.has_errors();
    match request.value {
        Some(request) if !has_errors => Ok((account, workflows, request)),
        _ => {
            let found: Vec<_> = document.diagnostics.into_iter().chain(request.diagnostics).collect();
            assert!(found.iter().all(is_as_listed), "{found:#?}");
            Err(found)
        }
    }
}

fn broken_examples(account: &Account, workflows: &[Workflow]) -> Vec<Diagnostic> {
    let account = Arc::new(account.clone());
    let run = |(index, workflow): (usize, &Workflow)| {
        run_examples(&account, workflow, &format!("workflows[{index}]")).err().unwrap_or_default()
    };
    workflows.iter().enumerate().flat_map(run).collect()
}

fn outcome(case: &Case, decide: impl Fn(&Account, &[Workflow], &Request<'_>) -> Outcome) -> Outcome {
    match read(case) {
        Ok((account, workflows, request)) => decide(&account, &workflows, &request),
        Err(found) => Outcome::refused(&found).unwrap_or(Outcome::Refused(Vec::new())),
    }
}

#[test]
fn reference_decides_every_case() {
    let cases = corpus::load().unwrap();
    let run = corpus::run(&cases, |case| {
        outcome(case, |account, workflows, request| {
            Outcome::from(&reference::evaluate(account, workflows, request))
        })
    });
    if let Err(failures) = run {
        panic!("{failures}");
    }
}

#[test]
fn index_decides_every_case() {
    let cases = corpus::load().unwrap();
    let run = corpus::run(&cases, |case| {
        outcome(case, |account, workflows, request| {
            let workflows: Vec<_> = workflows.iter().cloned().map(Arc::new).collect();
            let index = compile(Arc::new(account.clone()), &workflows).unwrap();
            Outcome::from(&index.evaluate(request, &mut Scratch::default()))
        })
    });
    if let Err(failures) = run {
        panic!("{failures}");
    }
}

/// What is written reads as the same.
#[test]
fn every_document_survives_being_written() {
    let cases = corpus::load().unwrap();
    for case in cases.iter().filter(|case| !case.is_refusal()) {
        let document = yaml::read(&case.document()).value;
        let written = yaml::write(&document);
        let again = yaml::read(&written);
        assert_eq!(again.diagnostics, [], "{}:\n{written}", case.name);
        assert_eq!(again.value, document, "{}:\n{written}", case.name);
    }
}

#[test]
fn there_are_enough_cases() {
    let cases = corpus::load().unwrap();
    assert!(cases.len() >= 320, "{} cases", cases.len());
    assert!(cases.iter().filter(|case| case.is_refusal()).count() >= 40);
}
