//! However an index is laid out, it decides what the reference decides.
//!
//! An input is what the generators of the property tests make an account, its workflows and requests by.

#![no_main]

use proptest::prelude::*;
use tamis_engine::{Account, Request, Workflow};
use tamis_fuzz::Parts;
use tamis_testkit::{generate, laws};

tamis_fuzz::target!(check, Parts::seeds);

struct Generators {
    account: BoxedStrategy<Account>,
    workflow: BoxedStrategy<Workflow>,
    request: BoxedStrategy<Request<'static>>,
}

thread_local! {
    static GENERATORS: Generators = Generators {
        account: generate::account(),
        workflow: generate::workflow(),
        request: generate::request(false),
    };
}

fn check(input: &[u8]) {
    GENERATORS.with(|generators| {
        let mut parts = Parts::of(input);
        let account = parts.make(&generators.account);
        let (workflows, requests) = parts.make(&(0..=6_usize, 1..=4_usize));
        let workflow = |number| Workflow { id: format!("w{number}"), ..parts.make(&generators.workflow) };
        let workflows: Vec<_> = (0..workflows).map(workflow).collect();
        let requests: Vec<_> = (0..requests).map(|_| parts.make(&generators.request)).collect();
        laws::every_layout_is_reference(&account, &workflows, &requests).expect("the index is the reference");
    });
}
